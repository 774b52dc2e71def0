"""What the second check finds of a comparison or a connective, and whether that is what a certificate states."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from verify.certificates.independent.intervals import Interval

_DECIMAL = re.compile(r"-?([0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?|Infinity)")
_DIGITS = 20
_OTHER = "its violation is another one"


class Refused(ValueError):
    """The certificate does not prove what it says."""


class NotJudged(ValueError):
    """This checker cannot tell."""


class Open(ArithmeticError):
    """Something is not decided at this precision."""


@dataclass
class Found:
    """What a comparison or a connective is: true, false or, as None, open."""

    relation: str
    value: bool | None
    entry: list[int] = field(default_factory=list)
    sides: tuple[Interval, ...] = ()
    operands: tuple[Found, ...] = ()

    def all_sides(self) -> Iterator[Interval]:
        """Yield the sides of all comparisons."""
        yield from self.sides
        for operand in self.operands:
            yield from operand.all_sides()


def require(condition: bool, otherwise: str) -> None:
    """Raise Refused unless a condition holds."""
    if not condition:
        raise Refused(otherwise)


def require_agreement(stated: Any, found: Found) -> None:
    """Raise Refused if what is found to be false is not what is stated, and Open where that is not decided yet.

    An operand that is stated to be undecided may be known here, where numbers are known to more bits; not if fractions
    decide everything.
    """
    require(isinstance(stated, dict) and stated.get("value") is False, _OTHER)
    _require_agreement(stated, found, all(side.exact for side in found.all_sides()))


def _require_agreement(stated: Any, found: Found, exact: bool) -> None:
    keys = ["operands"] if found.operands else ["entry", "left", "right"]
    require(sorted(stated) == sorted(["relation", "value", *keys]), _OTHER)
    require(stated["relation"] == found.relation, _OTHER)
    if stated["value"] is not None or exact:
        if found.value is None:
            raise Open("what is stated")
        require(stated["value"] is found.value, _OTHER)
    if found.operands:
        require(len(stated["operands"]) == len(found.operands), _OTHER)
        for operand, one in zip(stated["operands"], found.operands, strict=True):
            _require_agreement(operand, one, exact)
        return
    require(repr(stated["entry"]) == repr(found.entry), f"what is found is at {found.entry}")
    for side, value in zip(("left", "right"), found.sides, strict=True):
        bounds = stated[side]
        require(sorted(bounds) == ["lower", "upper"], "an enclosure has two bounds")
        require(all(len(text) <= 400 and _DECIMAL.fullmatch(text) for text in bounds.values()), "a bound is a decimal")
        low, high = Decimal(bounds["lower"]), Decimal(bounds["upper"])
        require(low <= high and low <= _decimal(value.high, True), f"the {side} side is less")
        require(high >= _decimal(value.low, False), f"the {side} side is greater")


def _decimal(x: Fraction, up: bool) -> Decimal:
    """Return a decimal of some twenty digits that is at most, or at least, a fraction."""
    shift = _DIGITS - _length(x.numerator) + _length(x.denominator)
    scaled = x * Fraction(10) ** shift
    whole = -(-scaled.numerator // scaled.denominator) if up else scaled.numerator // scaled.denominator
    return Decimal(f"{whole}E{-shift}")


def _length(n: int) -> int:
    """Return how many digits a number has, of which Python may refuse to write so many."""
    most = n.bit_length() * 30103 // 100000
    return most + int(abs(n) >= 10**most)
