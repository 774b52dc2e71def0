"""Names, exact values and comparisons in LaTeX."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flint import arb, fmpq

from reference.numbers import Rationals
from verify.instances import Instance
from verify.notation import sides_text
from verify.truth import Truth

_GREEK = re.compile(
    "alpha|beta|gamma|delta|epsilon|zeta|eta|theta|iota|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|phi|chi|psi|omega"
    "|Gamma|Delta|Theta|Lambda|Xi|Pi|Sigma|Phi|Psi|Omega"
)
_NAMES = {"At": r"\tilde A", "Bt": r"\tilde B", "eps": r"\varepsilon", "lam": r"\lambda", "ell": r"\ell"}
_COMPARED = {"≤": r"\le", "<": r"\lt", "=": "=", "⪰": r"\succeq"}
_DENIED = {"≤": r"\not\le", "<": r"\not\lt", "=": r"\ne", "⪰": r"\not\succeq"}


def name_latex(name: str) -> str:
    """Write the name of an argument or dimension as the papers would: ``eta_dec``, ``At``, ``U2``."""
    if name in _NAMES:
        return _NAMES[name]
    stem, _, subscript = name.partition("_")
    if not subscript and (numbered := re.fullmatch(r"([A-Za-z]+?)(\d+)", name)):
        stem, subscript = numbered.groups()
    stem = _NAMES.get(
        stem, rf"\{stem}" if _GREEK.fullmatch(stem) else stem if len(stem) == 1 else rf"\mathrm{{{stem}}}"
    )
    if not subscript:
        return stem
    return (
        rf"{stem}_{{{subscript}}}"
        if len(subscript) == 1 or subscript.isdigit()
        else rf"{stem}_{{\mathrm{{{subscript}}}}}"
    )


def number_latex(x: fmpq) -> str:
    """Write a fraction."""
    sign = "-" if x < 0 else ""
    return str(x) if x.q == 1 else rf"{sign}\tfrac{{{abs(int(x.p))}}}{{{int(x.q)}}}"


def value_latex(value: Any) -> str:
    """Write a number, a vector as a tuple, a matrix in brackets, or a name as text."""
    if not isinstance(value, Rationals):
        return str(value) if isinstance(value, int) else rf"\text{{{value}}}"
    if value.ndim == 0:
        return number_latex(value.item())
    if value.ndim == 1:
        return "(" + ", ".join(map(number_latex, value.tolist())) + ")"
    if value.shape == (1, 1):
        return number_latex(value.tolist()[0][0])
    rows = (" & ".join(map(number_latex, row)) for row in value.tolist())
    return r"\begin{bmatrix}" + r" \\ ".join(rows) + r"\end{bmatrix}"


def instance_latex(instance: Instance) -> str:
    """Write an instance as a list of equations; a size that an argument states already is left out."""
    values = instance.realise(Rationals)
    stated = {name for name, value in values.items() if isinstance(value, int)}
    sizes: Mapping[str, Any] = {name: size for name, size in instance.sizes.items() if name not in stated}
    return r",\; ".join(f"{name_latex(name)} = {value_latex(value)}" for name, value in {**sizes, **values}.items())


def found_latex(truth: Truth) -> list[str]:
    """Write what was found: of a comparison how its sides compare, of a connective the same of each operand.

    A comparison that is undecided, so that a connective was decided without it, is left out.
    """
    if truth.operands:
        return [found for operand in truth.operands for found in found_latex(operand)]
    if truth.value is None:
        return []
    relation = (_COMPARED if truth.value else _DENIED)[truth.relation]
    left, right = (_side_latex(side, text) for side, text in zip(truth.sides, sides_text(truth.sides), strict=True))
    return [f"{left} {relation} {right}"]


def _side_latex(side: Any, text: str) -> str:
    if not isinstance(side, arb) or side.is_exact():
        return number_latex(side.fmpq() if isinstance(side, arb) else side)
    middle, _, radius = (part.strip() for part in text.strip("[]").partition("±"))
    digits, _, exponent = (middle or radius).partition("e")
    shown = digits[:-3] + r"\ldots" if middle else rf"0\pm{digits}"  # the last digits are rounded
    return shown + (rf"\cdot10^{{{int(exponent)}}}" if exponent else "")
