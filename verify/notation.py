"""Exact values in mathematical notation, on one line or as a column of rows."""

from __future__ import annotations

import re
import shlex
import traceback
from collections.abc import Iterable
from decimal import MAX_EMAX, MIN_EMIN, ROUND_DOWN, Context, Decimal, Inexact
from pathlib import Path
from typing import Any
from unicodedata import category

from flint import fmpq

from vae_verify import extras

_SHORT = 12
_FRACTION = 24
"""So many characters of a number that a ball turns out to be, or of a fraction, are written as they are."""


_COMPLEX = re.compile(r"(-?[0-9]+(?:/[0-9]+)?)([+-][0-9]+(?:/[0-9]+)?)i")


def complex_text(real: fmpq, imag: fmpq) -> str:
    """Write a number as data: ``1/2-3/4i`` is 1/2 − (3/4)i, and a real one is the fraction alone."""
    return str(real) if imag == 0 else f"{real}{'' if imag < 0 else '+'}{imag}i"


def complex_parts(text: str) -> tuple[str, str]:
    """Return the real and the imaginary part of a number that is written so, as fractions."""
    found = _COMPLEX.fullmatch(text)
    return (found[1], found[2]) if found else (text, "0")


def matrix_text(value: Any) -> str:
    """Write a number as ``1/2`` or ``1 + 2i``, a vector as ``(1, 1/2)`` and a matrix as ``[1 0; 0 1+2i]``."""
    if value.ndim == 0:
        return str(value.item())
    if value.ndim == 1:
        return "(" + ", ".join(map(str, value.tolist())) + ")"
    return "[" + "; ".join(" ".join(str(x).replace(" ", "") for x in row) for row in value.tolist()) + "]"


def sides_text(sides: Iterable[Any]) -> list[str]:
    """Write the sides of a comparison with as many digits as it takes to tell them apart, if any do."""
    sides = list(sides)
    for digits in (12, 24, 48, 96, 192, 320):
        texts = [enclosure_text(side, digits) for side in sides]
        if len({text.partition(" ±")[0] for text in texts}) == len(texts):
            return texts
    return [enclosure_text(side, 12) for side in sides]


def enclosure_text(x: Any, digits: int) -> str:
    """Write a fraction as it is if that is short, else the start of its decimals; and a ball by midpoint and radius."""
    exact = exact_value(x)
    if exact is not None and len(str(exact)) <= (_FRACTION if x is exact else _SHORT):
        return str(exact)
    if exact is not None and x is exact:
        return _decimals(x, digits)
    return str(x.str(digits)).replace("+/-", "±")  # whatever the working precision


def _decimals(x: fmpq, digits: int) -> str:
    """Write the first digits of a fraction, as in ``0.142857…`` or ``1.42857…e+29``: nothing is rounded."""
    context = Context(prec=digits, rounding=ROUND_DOWN, Emin=MIN_EMIN, Emax=MAX_EMAX, capitals=0, traps=[])
    value = context.divide(Decimal(int(x.p)), Decimal(int(x.q)))
    plain = -_SHORT < value.adjusted() < digits - 1
    mantissa, e, exponent = (f"{value:f}" if plain else context.to_sci_string(value)).partition("e")
    return mantissa + "…" * context.flags[Inexact] + e + exponent


def exact_value(x: Any) -> fmpq | None:
    """Return the fraction that a number is, or None if only a ball is known of it."""
    return x if isinstance(x, fmpq) else x.fmpq() if x.is_exact() else None


def raised_text(error: BaseException, file: str) -> str:
    """Say in one line what was raised, and on which line of a file."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    place = f" at {Path(file).name}:{lines[-1]}" if lines else ""
    return f"{type(error).__name__}{place}: {first_line(error)}"


def first_line(error: BaseException) -> str:
    """Return the first line of an error's message, and what to install if that is what it wants."""
    line = (str(error).splitlines() or ["no reason given"])[0]
    return f"{line}: {extras.mend(extra)}" if (extra := extras.of_import(error)) else line


def on_one_line(text: str) -> str:
    """Spell out what would move the cursor, or cannot be written: parts of a text may be a stranger's."""
    return text if text.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def on_its_lines(text: str) -> str:
    """Spell the same out in each line of a text, but leave spaces of any width."""
    return "".join(c if c == "\n" or category(c) == "Zs" else on_one_line(c) for c in text)


def argument(place: Path | str) -> str:
    """Return a path, or what begins with one, as a word of a command line: of those with a dash only - is no file."""
    return shlex.quote(f"./{place}" if re.match("-.", str(place)) else str(place))
