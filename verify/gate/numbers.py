"""Numbers as people write them: 1/510 for 0.00196…, log(2π)/2 for 0.9189…"""

from __future__ import annotations

import math
import struct
from contextvars import ContextVar
from fractions import Fraction

_UNITS = {
    "": 1.0,
    "*log(2*pi)": math.log(2 * math.pi),
    "*log(2)": math.log(2),
    "/log(2)": 1 / math.log(2),
    "*pi": math.pi,
    "/pi": 1 / math.pi,
    "*sqrt(2)": math.sqrt(2),
    "*sqrt(pi)": math.sqrt(math.pi),
    "/sqrt(2*pi)": 1 / math.sqrt(2 * math.pi),
    "*log(pi)": math.log(math.pi),
    "*log(10)": math.log(10),
}
DATA_SET: ContextVar[int | None] = ContextVar("N", default=None)
"""N, the size of the data set, where a user has told it: numbers that are not simple may be simple multiples of it."""

_SMALL = 64
"""Numerators and denominators of a multiple of another unit than 1."""

_LONGEST = 10**9

_SINGLE = 2.0**-21
"""What two roundings to single precision or three may do to a number."""

_CHANCE = 1e-2
"""How likely a number of which no more is known may be as near to a fraction as simple as the one that is written."""


class Number:
    """A real number, with what to write for it: ``value`` is that of the text."""

    def __init__(self, rational: Fraction, unit: str = "", text: str | None = None, size: float = 1.0) -> None:
        self.value = float(rational) * size
        self.simple = text is None
        """Whether it is a fraction times a constant, and not merely a decimal number."""
        self.rational, self.unit, self._text = rational, unit, text

    @property
    def parts(self) -> tuple[str, list[str], list[str]]:
        """The sign, what stands above the stroke of a fraction, and what below it."""
        if self._text is not None:
            return ("-", [self._text[1:]], []) if self._text[0] == "-" else ("", [self._text], [])
        size = abs(self.rational)
        decimal = repr(float(size))
        short = size.denominator > 100 and Fraction(decimal) == size and "e" not in decimal
        if short and len(decimal) <= len(str(size)):
            over, under = [decimal], []
        else:
            over = [str(size.numerator)] if size.numerator != 1 else []
            under = [str(size.denominator)] if size.denominator != 1 else []
        (under if self.unit[:1] == "/" else over).extend([self.unit[1:]] * bool(self.unit))
        return "-" * (self.rational < 0), over, under

    def __str__(self) -> str:
        sign, over, under = self.parts
        bottom = under[0] if len(under) == 1 else f"({'*'.join(under)})"
        return sign + ("*".join(over) or "1") + (f"/{bottom}" if under else "")


def number(value: float, error: float) -> Number:
    """Return the simplest number within ``error`` of a value, which is known no better than that."""
    value, error = float(value), max(float(error), abs(float(value)) * 2.0**-50)
    for unit, size in _units(value).items():
        found = _fraction(value / size, error / size)
        if found is None:
            continue
        simple = unit == "" or max(abs(found.numerator), found.denominator) <= _SMALL
        doubt = found.denominator * max(abs(found.numerator), 1) * error / size
        if simple and doubt < _CHANCE * abs(float(found)):
            return Number(found, unit, size=size)
    digits = max(1, min(17, 2 + int(-math.log10(error / abs(value))))) if value else 1
    text = min(f"{value:.{digits}g}", repr(value), key=len)
    return Number(Fraction(text), text=text)


def shown(value: float, error: float) -> str:
    """Return a number as a sentence has it: 0 if it may be that, else as it is written, to six digits."""
    if abs(value) <= error:
        return "0"
    found = number(value, error)
    return str(found) if found.simple else f"{value:.6g}"


def of_single(value: float, error: float) -> float:
    """Return how far a number may be from what it was before it was rounded to single precision, 0 if it was not.

    torch.tensor(0.1) is such a number in a loss of doubles; of a variance it may be the deviation that was rounded.
    """
    size = abs(float(value))
    if not 1e-30 < size < 1e30 or error > 2.0**-27 * size:
        return 0.0
    near = max(error / size, 2.0**-46)
    forms = (size, 1 / size, math.sqrt(size), 1 / math.sqrt(size))
    short = any(abs(struct.unpack("f", struct.pack("f", each))[0] - each) <= near * each for each in forms)
    return size * _SINGLE if short else 0.0


def _units(value: float) -> dict[str, float]:
    """Return what a number may be a simple multiple of; of N only one that is as large, or as small, as N makes it."""
    total = DATA_SET.get()
    if total is None or not value or 1 / math.sqrt(total) < abs(value) < math.sqrt(total):
        return _UNITS
    return {"*N": float(total), "/N": 1.0 / total, **_UNITS}


def _fraction(value: float, error: float) -> Fraction | None:
    """Return the first convergent of a value that is as near as the error."""
    exact, steps = Fraction(value), Fraction(value)
    before, last = (0, 1), (1, 0)
    for _ in range(40):
        whole = math.floor(steps)
        before, last = last, (whole * last[0] + before[0], whole * last[1] + before[1])
        if max(abs(last[0]), last[1]) > _LONGEST:
            return None
        if abs(Fraction(*last) - exact) <= error:
            return Fraction(*last)
        if steps == whole:
            return None
        steps = 1 / (steps - whole)
    return None
