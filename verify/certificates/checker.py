"""The independent check of a certificate: it parses data, re-evaluates the claim there, and trusts nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from verify.certificates.format import FORMAT, enclosure, seal
from verify.claims.claim import Claim
from verify.claims.counterexample import Counterexample
from verify.claims.entry import Entry
from verify.claims.signatures import Instance
from verify.domains.discrete import Discrete
from verify.files import read_at_most
from verify.judging.comparisons import at_entry
from verify.judging.judge import CEILING, FIRST_PRECISION, Judgement, Outcome, judge_independently
from verify.judging.statements import Truth
from verify.notation import on_one_line
from verify.workers.limits import GivenUp, time_limit

MOST_BYTES = 1 << 18
PATIENCE = 60.0
"""Seconds to evaluate a claim at one instance: a stranger may choose one at which it takes years."""

_DEEPEST = 60
_LONGEST_NUMBER = 400
_MOST_SIZE = 16
_NUMBER = re.compile(r"-?[0-9]+(/[1-9][0-9]*)?([+-][0-9]+(/[1-9][0-9]*)?i)?")
_DECIMAL = re.compile(r"-?([0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?|Infinity)")

_KEYS = {
    "format": int,
    "claim": str,
    "statement": str,
    "dimensions": dict,
    "inputs": dict,
    "violation": dict,
    "precision": int,
    "source": str,
    "versions": dict,
    "seal": str,
}


class Unproven(ValueError):
    """There is no certificate that proves a refutation; the message is one line that says why."""

    def __init__(self, message: str) -> None:
        super().__init__(on_one_line(message))


class Malformed(Unproven):
    """The text is not a certificate at all."""


class Invalid(Unproven):
    """The certificate does not prove what it says."""


class Unjudged(Unproven):
    """Whether the certificate proves what it says takes too long to tell."""


def read(path: Path) -> bytes:
    """Return the bytes of a file, or as many as show that it is too large; raises OSError."""
    return read_at_most(path, MOST_BYTES)


def parse(text: bytes) -> dict[str, Any]:
    """Read a certificate as plain data; raises Malformed, with one line that says why."""
    if len(text) > MOST_BYTES:
        raise Malformed(f"larger than {MOST_BYTES} bytes")
    try:
        _require_shallow(text)
        data = json.loads(text.decode("utf-8"), parse_float=_refuse, parse_constant=_refuse, object_pairs_hook=_once)
        _require_plain(data)
    except Malformed:
        raise
    except ValueError as error:
        raise Malformed(f"not JSON: {str(error).splitlines()[0][:80]}") from None
    if not isinstance(data, dict) or data.keys() != _KEYS.keys():
        raise Malformed(f"a certificate is a JSON object with the keys {', '.join(_KEYS)}")
    for key, kind in _KEYS.items():
        if type(data[key]) is not kind:
            raise Malformed(f"{key} is not a JSON {kind.__name__}")
    if data["format"] != FORMAT:
        raise Malformed(f"format {data['format']} is not {FORMAT}, which this version reads")
    if not all(type(size) is int and 0 <= size <= _MOST_SIZE for size in data["dimensions"].values()):
        raise Malformed(f"a dimension is an integer from 0 to {_MOST_SIZE}")
    if not FIRST_PRECISION <= data["precision"] <= CEILING:
        raise Malformed(f"the precision is from {FIRST_PRECISION} to {CEILING} bits")
    if not all(type(version) is str for version in data["versions"].values()):
        raise Malformed("a version is a string")
    return data


def _refuse(text: str) -> Any:
    raise Malformed(f"the number {text[:20]} is not exact: certificates hold fractions as strings")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) != len(pairs):
        raise Malformed("a key stands twice")
    return data


def _require_shallow(text: bytes) -> None:
    """Refuse what is nested too deeply before it is parsed: how deep Python itself may go is not for this to say."""
    depth = 0
    for bracket in re.findall(rb"[\[{\]}]", re.sub(rb'(?s)"(?:[^"\\]++|\\.)*+"?', b"", text)):
        depth += 1 if bracket in b"[{" else -1
        if depth > _DEEPEST:
            raise Malformed(f"nested deeper than {_DEEPEST} levels")


def _require_plain(data: Any) -> None:
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list):
        for item in data:
            _require_plain(item)
    elif isinstance(data, int) and abs(data) >= 1 << 31:
        raise Malformed("an integer is too large")


def check(data: Mapping[str, Any], claims: Mapping[str, Entry]) -> Counterexample:
    """Re-evaluate the claim at the certificate's inputs and return the counterexample.

    Raises Malformed if the claim is unknown or an input is no value of its domain's shape, Invalid if the certificate
    was edited, the claim has changed, an input lies outside its domain, or the claim is not certainly false there, and
    Unjudged if that takes more than a minute to tell.
    """
    if seal({key: value for key, value in data.items() if key != "seal"}) != data["seal"]:
        raise Invalid("it was edited: the seal does not fit its content")
    claim = claims.get(data["claim"])
    if claim is None:
        raise Malformed(
            f"the claim {data['claim'][:80]!r} is unknown: name the file of a claim of your own with --claims"
        )
    if not isinstance(claim, Claim):
        raise Malformed(f"{claim.id} has no instances at which it could be refuted")
    if data["source"] != claim.digest or data["statement"] != claim.statement:
        raise Invalid(f"{claim.id} has changed since: certify it again")
    for name, value in data["inputs"].items():
        _require_spelled(value, number=not isinstance(claim.signature.domains.get(name), Discrete))
    try:
        with time_limit(PATIENCE):
            return _checked(claim, data)
    except GivenUp:
        raise Unjudged(f"{claim.id} takes more than {PATIENCE:g} s there") from None


def _checked(claim: Claim, data: Mapping[str, Any]) -> Counterexample:
    instance, precision = _instance(claim, data), data["precision"]
    while True:
        judgement = _judge(claim, instance, precision)
        if judgement.outcome is not Outcome.REFUTED:
            raise Invalid(f"{claim.id} is not violated there: {judgement.outcome} {_where(judgement)}")
        try:
            return Counterexample(claim, instance, _agreeing(data["violation"], judgement))
        except Invalid:  # of more bits something else may be certainly false, too
            if judgement.precision in (0, CEILING):
                raise
            precision = min(4 * judgement.precision, CEILING)


def _instance(claim: Claim, data: Mapping[str, Any]) -> Instance:
    try:
        return claim.signature.decode(data["inputs"], data["dimensions"])
    except (ValueError, TypeError, ArithmeticError) as error:
        raise Invalid(f"its inputs are outside the claim's domain: {str(error)[:200]}") from None


def _where(judgement: Judgement) -> str:
    return f"at {judgement.precision} bits" if judgement.precision else "in exact fractions"


def _agreeing(violation: Any, judgement: Judgement) -> Judgement:
    """Return the judgement with what is false as stated for its ground."""
    errors = []
    for truth in judgement.false:
        try:
            return replace(judgement, ground=_agreed(violation, truth))
        except Invalid as error:
            errors.append(error)
    raise errors[0]


def _judge(claim: Claim, instance: Instance, precision: int) -> Judgement:
    try:
        claim.require_unchanged()
        return judge_independently(claim.body, instance.realise, first=precision)[0]
    except Exception as error:  # whatever a body does at an instance that nobody drew
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise Invalid(f"{claim.id} cannot be judged there: {reason}") from None


def _require_spelled(value: Any, number: bool) -> None:
    """Require integers, fractions in strings, and lists of these; where no ``number`` is needed a string is a name."""
    if isinstance(value, list):
        for item in value:
            _require_spelled(item, number=True)
    elif isinstance(value, str) and len(value) > _LONGEST_NUMBER:
        raise Malformed(f"a number has more than {_LONGEST_NUMBER} characters")
    elif type(value) is not int and not (isinstance(value, str) and (not number or _NUMBER.fullmatch(value))):
        raise Malformed(
            f"{str(value)[:20]!r} is no number: write an integer, or a fraction such as '-3/4', or '1/2-3/4i'"
        )


def _agreed(stated: Any, truth: Truth, outermost: bool = True) -> Truth:
    """Require that the stated relation, truth values and enclosures are those just computed, and return that truth.

    An operand that is stated to be undecided may be decided, and a comparison be shown at any of its entries.
    """
    keys = {"relation", "value", "operands"} if truth.operands else {"relation", "value", "entry", "left", "right"}
    operands = stated.get("operands", []) if isinstance(stated, dict) and stated.keys() == keys else None
    if not isinstance(operands, list) or len(operands) != len(truth.operands):
        raise Invalid("its violation is not the one found")
    value = stated["value"]
    if stated["relation"] != truth.relation or (value is not truth.value and (outermost or value is not None)):
        raise Invalid(f"its violation is not the one found, of {truth.relation}")
    for operand, found in zip(operands, truth.operands, strict=True):
        _agreed(operand, found, outermost=False)
    if truth.operands:
        return truth
    shown = _shown(stated["entry"], truth)
    if value is False and shown.value is not False:
        raise Invalid(f"its violation is not at the entry {list(shown.entry)}")
    for side, found in zip(("left", "right"), shown.sides, strict=True):
        low, high = _bounds(stated[side])
        bounds = {key: Decimal(text) for key, text in enclosure(found).items()}
        if low > high or low > bounds["upper"] or high < bounds["lower"]:
            raise Invalid(f"the {side} side is {bounds['lower']} to {bounds['upper']}, not as stated")
    return shown


def _shown(entry: Any, truth: Truth) -> Truth:
    """Return a comparison at the entry stated."""
    if json.dumps(entry) == json.dumps(list(truth.entry)):  # True is no 1
        return truth
    try:
        return at_entry(truth, entry)
    except (LookupError, TypeError):
        raise Invalid(f"its violation is not at the entry found, {list(truth.entry)}") from None


def _bounds(stated: Any) -> tuple[Decimal, Decimal]:
    try:
        texts = stated["lower"], stated["upper"]
        if len(stated) > 2 or not all(len(text) <= _LONGEST_NUMBER and _DECIMAL.fullmatch(text) for text in texts):
            raise TypeError
        low, high = map(Decimal, texts)  # compared as they are: their exponents may be too large to write them out
        if low.is_nan() or high.is_nan():  # of too large an exponent, where a module changed Decimal's context
            raise TypeError
        return low, high
    except (KeyError, TypeError, ArithmeticError):
        raise Malformed("an enclosure is a pair of decimal numbers, lower and upper") from None
