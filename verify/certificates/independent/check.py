"""The second check of a certificate: its data and its program, by the steps of docs/certificate.md."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from verify.certificates.independent.domains import flat, is_in, is_known
from verify.certificates.independent.programs import NotJudged, Refused, violation

_FIELDS = {
    "format": int, "claim": str, "statement": str, "dimensions": dict, "inputs": dict, "violation": dict,
    "precision": int, "source": str, "versions": dict, "seal": str,
}  # fmt: skip
_NUMBER = re.compile(r"-?[0-9]{1,400}(/[1-9][0-9]{0,400})?")
_DECIMAL = re.compile(r"-?([0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?|Infinity)")
_DIGITS = 20


def check(text: bytes, program: Mapping[str, Any]) -> str:
    """Say how a certificate was judged; raises Refused if it proves nothing, NotJudged where this cannot tell."""
    try:
        certificate = json.loads(
            text.decode(), parse_float=_no_float, parse_constant=_no_float, object_pairs_hook=_once
        )
        _require({key: type(value) for key, value in certificate.items()} == _FIELDS, "it has other fields")
        _require(all(type(version) is str for version in certificate["versions"].values()), "a version is a string")
        _require(64 <= certificate["precision"] <= 1024, "the precision is from 64 to 1024 bits")
        seal = certificate.pop("seal")
        content = json.dumps(certificate, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
        _require(seal == digest, "the seal does not fit its content")
        _require(certificate["format"] == 1 and program["program"] == 1, "it is of another format")
        for key in ("claim", "statement", "source"):
            _require(certificate[key] == program[key], f"its {key} is not that of {program['claim']}")
        entries = _inputs(certificate["inputs"], certificate["dimensions"], program)
        found, bits = violation(program, entries)
        _require_agreement(certificate["violation"], found)
    except (ValueError, TypeError, KeyError, IndexError, RecursionError, ArithmeticError) as error:
        raise error if isinstance(error, (Refused, NotJudged)) else Refused(f"it is malformed: {error!r:.80}") from None
    return "in exact fractions" if all(side.exact for side in found.all_sides()) else f"in intervals of {bits} bits"


def _require(condition: bool, otherwise: str) -> None:
    if not condition:
        raise Refused(otherwise)


def _no_float(text: str) -> Any:
    raise Refused(f"the number {text:.20} is not exact")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    _require(len(dict(pairs)) == len(pairs), "a key stands twice")
    return dict(pairs)


def _inputs(given: Any, sizes: Any, program: Mapping[str, Any]) -> list[Fraction]:
    """Return the exact numbers of all inputs, one after the other, each of which is in its domain."""
    _require(sorted(given) == sorted(x["name"] for x in program["inputs"]), "it has other arguments")
    _require(sorted(sizes) == sorted(program["bounds"]), "it has other dimensions")
    for name, (low, high) in program["bounds"].items():
        at_most = 16 if high is None else high
        _require(type(sizes[name]) is int and low <= sizes[name] <= at_most, f"{name} is out of bounds")
    if sizes != program["dimensions"]:
        raise NotJudged("the program is for other dimensions")
    entries: list[Fraction] = []
    for x in program["inputs"]:
        name, domain, shapes, value = x["name"], x["domain"], x["shapes"], given[x["name"]]
        if "choices" in domain:
            _require(type(value) in (int, str) and value in domain["choices"], f"{name} is none of the choices")
            if value != program["choices"][name]:
                raise NotJudged(f"the program is for another {name}")
            continue
        arrays = value if len(shapes) > 1 else [value]
        _require(isinstance(arrays, list) and len(arrays) == len(shapes), f"{name} has another shape")
        arrays = [read(name, array, shape) for array, shape in zip(arrays, shapes, strict=True)]
        if not is_known(domain):
            raise NotJudged(f"the domain of {name} is not known here")
        _require(is_in(arrays if len(shapes) > 1 else arrays[0], domain), f"{name} is outside its domain")
        entries.extend(flat(arrays))
    return entries


def read(name: str, value: Any, shape: Sequence[int]) -> Any:
    """Return nested lists of fractions of this shape; raises Refused."""
    if shape:
        _require(isinstance(value, list) and len(value) == shape[0], f"{name} has another shape")
        return [read(name, item, shape[1:]) for item in value]
    text = str(value) if type(value) is int else value
    _require(isinstance(text, str) and bool(_NUMBER.fullmatch(text)), f"{name} has an entry that is no number")
    return Fraction(text)


def _require_agreement(stated: Any, found: Any) -> None:
    keys = ["operands"] if found.operands else ["entry", "left", "right"]
    _require(sorted(stated) == sorted(["relation", "value", *keys]), "its violation is another one")
    _require(stated["relation"] == found.relation and stated["value"] is found.value, "its violation is another one")
    if found.operands:
        _require(len(stated["operands"]) == len(found.operands), "its violation is another one")
        for operand, one in zip(stated["operands"], found.operands, strict=True):
            _require_agreement(operand, one)
        return
    _require(repr(stated["entry"]) == repr(found.entry), f"what is found is at {found.entry}")
    for side, value in zip(("left", "right"), found.sides, strict=True):
        bounds = stated[side]
        _require(sorted(bounds) == ["lower", "upper"], "an enclosure has two bounds")
        _require(all(len(text) <= 400 and _DECIMAL.fullmatch(text) for text in bounds.values()), "a bound is a decimal")
        low, high = Decimal(bounds["lower"]), Decimal(bounds["upper"])
        _require(low <= high and low <= _decimal(value.high, True), f"the {side} side is less")
        _require(high >= _decimal(value.low, False), f"the {side} side is greater")


def _decimal(x: Fraction, up: bool) -> Decimal:
    """Return a decimal of some twenty digits that is at most, or at least, a fraction."""
    shift = _DIGITS - len(str(abs(x.numerator))) + len(str(x.denominator))
    scaled = x * Fraction(10) ** shift
    whole = -(-scaled.numerator // scaled.denominator) if up else scaled.numerator // scaled.denominator
    return Decimal(f"{whole}E{-shift}")
