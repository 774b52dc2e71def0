"""Names, exact values and comparisons in LaTeX."""

from __future__ import annotations

import re
from typing import Any

from flint import arb, fmpq

from reference.arithmetic.exact import Rationals, Rigorous
from reference.arithmetic.gaussian_rational import GaussianRational
from reference.arithmetic.precision import working_precision
from verify.claims.signatures import Instance
from verify.domains.base import fraction
from verify.judging.judge import CEILING
from verify.judging.statements import Truth
from verify.notation import exact_value, sides_text

_GREEK = re.compile(
    "alpha|beta|gamma|delta|epsilon|zeta|eta|theta|iota|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|phi|chi|psi|omega"
    "|Gamma|Delta|Theta|Lambda|Xi|Pi|Sigma|Phi|Psi|Omega"
)
_NAMES = {"At": r"\tilde A", "Bt": r"\tilde B", "eps": r"\varepsilon", "lam": r"\lambda", "ell": r"\ell"}
_COMPARED = {"≤": r"\le", "<": r"\lt", "=": "=", "⪰": r"\ge"}
_DENIED = {"≤": r"\not\le", "<": r"\not\lt", "=": r"\ne", "⪰": r"\lt"}
_GAP_DIGITS, _LEAST_BITS = 6, 8
"""A gap has so many digits, or as many as are known; known to fewer bits it is not worth a sentence."""


def name_latex(name: str) -> str:
    """Write the name of an argument or dimension as the papers would: ``eta_dec``, ``At``, ``U2``."""
    if name in _NAMES:
        return _NAMES[name]
    stem, _, subscript = name.partition("_")
    if numbered := re.fullmatch(r"([A-Za-z]+?)(\d+)", name):
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


def number_latex(x: fmpq | GaussianRational) -> str:
    """Write a fraction, or a complex number such as 1 + 2i."""
    if isinstance(x, GaussianRational):
        return _complex_latex(x)
    sign = "-" if x < 0 else ""
    return str(x) if x.q == 1 else rf"{sign}\tfrac{{{abs(int(x.p))}}}{{{int(x.q)}}}"


def _complex_latex(x: GaussianRational) -> str:
    if x.imag == 0:
        return number_latex(x.real)
    size = abs(x.imag)
    part = ("" if size == 1 else number_latex(size)) + "i"
    if x.real == 0:
        return f"-{part}" if x.imag < 0 else part
    return f"{number_latex(x.real)} {'-' if x.imag < 0 else '+'} {part}"


def value_latex(value: Any) -> str:
    """Write a number, a vector as a tuple, a matrix in brackets, several of these as they come, or a name as text."""
    if isinstance(value, tuple):
        return r",\, ".join(map(value_latex, value))
    if not isinstance(value, Rigorous):
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
    sizes = [(name, size) for name, size in instance.sizes.items() if name not in stated]
    return r",\; ".join(f"{name_latex(name)} = {value_latex(value)}" for name, value in [*sizes, *values.items()])


def found_latex(truth: Truth) -> list[str]:
    """Write what was found: of a comparison how its sides compare, of a connective the same of each operand.

    A comparison that is undecided, so that a connective was decided without it, is left out.
    """
    if truth.operands:
        return [found for operand in truth.operands for found in found_latex(operand)]
    if truth.value is None:
        return []
    relation = (_COMPARED if truth.value else _DENIED)[truth.relation]
    left, right = map(_side_latex, sides_text(truth.sides))
    named = r"\lambda_{\min} = " if truth.relation == "⪰" else ""
    return [f"{named}{left} {relation} {right}"]


def gap_latex(truth: Truth) -> str | None:
    """Say in a sentence by how much a comparison fails; None for a connective, or a gap that is not known."""
    if truth.operands:
        return None
    if truth.relation == "⪰":
        return r"The smallest eigenvalue $\lambda_{\min}$ of the matrix is negative."
    left, right = map(exact_value, truth.sides)
    if left is not None and left == right:
        return "The sides are equal."
    if left is not None and right is not None and len(str(left - right)) <= _GAP_DIGITS:
        return f"The sides differ by ${number_latex(abs(left - right))}$."
    with working_precision(CEILING):
        gap = abs(arb(truth.sides[0]) - arb(truth.sides[1]))
        known = gap.rel_accuracy_bits() >= _LEAST_BITS
        return f"The sides differ by ${_decimal_latex(gap.str(_GAP_DIGITS, radius=False))}$." if known else None


def _side_latex(text: str) -> str:
    if "…" in text:
        digits, _, exponent = text.partition("…")
        return _decimal_latex(digits[:-3] + r"\ldots" + exponent)
    middle, _, radius = (part.strip() for part in text.strip("[]").partition("±"))
    if "±" not in text:
        return _decimal_latex(text) if "." in text or "e" in text else number_latex(fraction(text))
    digits, _, exponent = (middle or radius).partition("e")
    shown = digits[:-3] + r"\ldots" if middle else rf"0\pm{digits}"  # the last digits are rounded
    return _decimal_latex(shown + (f"e{exponent}" if exponent else ""))


def _decimal_latex(text: str) -> str:
    digits, _, exponent = text.partition("e")
    return digits + (rf"\cdot10^{{{int(exponent)}}}" if exponent else "")
