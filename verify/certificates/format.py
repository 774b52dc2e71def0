"""Certificates: a counterexample as data that can be checked again; docs/reference/certificate.md says what it has."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from decimal import MAX_EMAX, MIN_EMIN, ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from importlib import metadata
from typing import Any

from flint import arb, fmpq

import vae_verify
from reference.arithmetic.precision import working_precision
from verify.claims.counterexample import Counterexample
from verify.judging.judge import FIRST_PRECISION, Outcome, judge_independently
from verify.judging.statements import Truth
from verify.notation import complex_parts
from verify.simplify.heights import height

FORMAT = 1

_DIGITS = 20
_DOWN, _UP = (
    Context(prec=_DIGITS, rounding=rounding, Emin=MIN_EMIN, Emax=MAX_EMAX, capitals=1, traps=[])
    for rounding in (ROUND_FLOOR, ROUND_CEILING)
)
"""Decimals are written in contexts of their own: that of the thread is whatever a claim's module makes of it."""

_MOST_BITS = 4096
_MOST_DIGITS = 10**15
"""Beyond this decimal exponent a bound is rounded outwards to 0 or Infinity, or to this power of ten."""


def certificate(found: Counterexample) -> dict[str, Any]:
    """Return the certificate of a counterexample as JSON data; the violation is the one that the checker will find."""
    claim, instance, judgement = found.claim, found.instance, found.judgement
    precision = judgement.precision or FIRST_PRECISION
    again = judge_independently(claim.body, instance.realise, precision)[0]
    judgement = again if again.outcome is Outcome.REFUTED else judgement
    content = {
        "format": FORMAT,
        "claim": claim.id,
        "statement": claim.statement,
        "dimensions": dict(instance.sizes),
        "inputs": instance.encode(),
        "violation": describe(judgement.violation),
        "precision": judgement.precision or FIRST_PRECISION,
        "source": claim.digest,
        "versions": {
            "vae-verify": vae_verify.version(),
            **{name: metadata.version(name) for name in ("python-flint", "numpy")},
        },
    }
    return {**content, "seal": seal(content)}


def seal(content: Mapping[str, Any]) -> str:
    """Return the digest of a certificate's content, in a canonical form."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def describe(truth: Truth) -> dict[str, Any]:
    """Return a truth as JSON data: the relation and the enclosures of its sides, or its operands."""
    if truth.operands:
        return {
            "relation": truth.relation,
            "value": truth.value,
            "operands": [describe(operand) for operand in truth.operands],
        }
    left, right = (enclosure(side) for side in truth.sides)
    return {
        "relation": truth.relation,
        "value": truth.value,
        "entry": list(truth.entry),
        "left": left,
        "right": right,
    }


def enclosure(x: Any) -> dict[str, str]:
    """Return decimal bounds of a ball or fraction, rounded outwards."""
    with working_precision(4 * _MOST_BITS):
        low, high = (x, x) if isinstance(x, fmpq) else (arb(x).lower(), arb(x).upper())
    return {"lower": _decimal(low, down=True), "upper": _decimal(high, down=False)}


def _decimal(bound: Any, down: bool) -> str:
    if isinstance(bound, fmpq):
        if max(bound.p.bit_length(), bound.q.bit_length()) > _MOST_BITS:
            with working_precision(_MOST_BITS):
                return _huge_decimal(arb(bound), down)
        x = bound
    else:
        mantissa, exponent = bound.man_exp()
        if abs(exponent) > _MOST_BITS or mantissa.bit_length() > _MOST_BITS:
            with working_precision(_MOST_BITS):
                return _huge_decimal(bound, down)
        x = bound.fmpq()
    context = _DOWN if down else _UP
    digits = context.divide(Decimal(int(x.p)), Decimal(int(x.q)))
    text = f"{digits:f}" if -2 * _DIGITS < digits.adjusted() < 4 * _DIGITS else context.to_sci_string(digits)
    return text.rstrip("0").rstrip(".") if "." in text and "E" not in text else text


def _huge_decimal(x: arb, down: bool) -> str:
    """Return a decimal bound of a number too long to write out, from its logarithm."""
    sign, towards_zero = ("-", not down) if x < 0 else ("", down)
    power = abs(x).log() / arb(10).log()
    if not abs(power) < _MOST_DIGITS:
        if power > 0:
            return f"{sign}1E+{_MOST_DIGITS - 1}" if towards_zero else f"{sign}Infinity"
        return "0" if towards_zero else f"{sign}1E-{_MOST_DIGITS - 1}"
    shift = _DIGITS - 1 - int(power.mid().floor().fmpq())
    scaled = abs(x) * arb(10) ** shift
    digits = scaled.lower().fmpq().floor() if towards_zero else scaled.upper().fmpq().ceil()
    return f"{sign}{digits}E{-shift:+d}"


def complexity(dimensions: Mapping[str, int], inputs: Mapping[str, Any]) -> tuple[int, int]:
    """Order encoded instances: by the sum of the dimensions, then by that of the heights of all numbers."""
    return sum(dimensions.values()), sum(map(_size, inputs.values()))


def _size(value: Any) -> int:
    if isinstance(value, list):
        return sum(map(_size, value))
    real, imag = complex_parts(str(value))
    return _height(real) + (_height(imag.removeprefix("+")) if imag != "0" else 0)


def _height(text: str) -> int:
    numerator, _, denominator = text.partition("/")
    if not numerator.lstrip("-").isdigit():
        return 0  # a name
    return int(height(int(numerator), int(denominator or 1)))
