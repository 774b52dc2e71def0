"""The second check of a certificate: its data and its program, by the steps of docs/reference/certificate.md."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from verify.certificates.independent.domains import flat, is_in, is_known
from verify.certificates.independent.programs import NotJudged, Refused, require, require_violation

_FIELDS = {
    "format": int, "claim": str, "statement": str, "dimensions": dict, "inputs": dict, "violation": dict,
    "precision": int, "source": str, "versions": dict, "seal": str,
}  # fmt: skip
_NUMBER = re.compile(r"-?[0-9]+(/[1-9][0-9]*)?")


def check(text: bytes, program: Mapping[str, Any]) -> str:
    """Say how a certificate was judged; raises Refused if it proves nothing, NotJudged where this cannot tell."""
    try:
        require(len(text) <= 1 << 18, "it is larger than 256 KiB")
        # of a float is made what no JSON can be made of again, so that no seal fits
        certificate = json.loads(text.decode(), parse_float=Refused, parse_constant=Refused, object_pairs_hook=_once)
        require(_depth(certificate) <= 60, "it is nested deeper than 60")
        require({key: type(value) for key, value in certificate.items()} == _FIELDS, "it has other fields")
        require(all(type(version) is str for version in certificate["versions"].values()), "a version is a string")
        require(64 <= certificate["precision"] <= 1024, "the precision is from 64 to 1024 bits")
        seal = certificate.pop("seal")
        content = json.dumps(certificate, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
        require(seal == digest, "the seal does not fit its content")
        require(certificate["format"] == 1 and program["program"] == 1, "it is of another format")
        for key in ("claim", "statement", "source"):
            require(certificate[key] == program[key], f"its {key} is not that of {program['claim']}")
        entries = _inputs(certificate["inputs"], certificate["dimensions"], program)
        return require_violation(program, entries, certificate["violation"])
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, ArithmeticError) as error:
        raise error if isinstance(error, (Refused, NotJudged)) else Refused(f"it is malformed: {error!r:.80}") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    require(len(dict(pairs)) == len(pairs), "a key stands twice")
    return dict(pairs)


def _depth(data: Any) -> int:
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else None
    return 0 if inner is None else 1 + max(map(_depth, inner), default=0)


def _inputs(given: Any, sizes: Any, program: Mapping[str, Any]) -> list[Fraction]:
    """Return the exact numbers of all inputs, one after the other, each of which is in its domain."""
    require(sorted(given) == sorted(x["name"] for x in program["inputs"]), "it has other arguments")
    require(sorted(sizes) == sorted(program["bounds"]), "it has other dimensions")
    for name, (low, high) in program["bounds"].items():
        at_most = 16 if high is None else min(high, 16)
        require(type(sizes[name]) is int and low <= sizes[name] <= at_most, f"{name} is out of bounds")
    if sizes != program["dimensions"]:
        raise NotJudged("the program is for other dimensions")
    entries: list[Fraction] = []
    for x in program["inputs"]:
        name, domain, shapes, value = x["name"], x["domain"], x["shapes"], given[x["name"]]
        if "choices" in domain:
            require(type(value) in (int, str) and value in domain["choices"], f"{name} is none of the choices")
            if value != program["choices"][name]:
                raise NotJudged(f"the program is for another {name}")
            continue
        arrays = value if len(shapes) > 1 else [value]
        require(isinstance(arrays, list) and len(arrays) == len(shapes), f"{name} has another shape")
        arrays = [read(name, array, shape) for array, shape in zip(arrays, shapes, strict=True)]
        if not is_known(domain):
            raise NotJudged(f"the domain of {name} is not known here")
        require(is_in(arrays if len(shapes) > 1 else arrays[0], domain), f"{name} is outside its domain")
        entries.extend(flat(arrays))
    return entries


def read(name: str, value: Any, shape: Sequence[int]) -> Any:
    """Return nested lists of fractions of this shape; raises Refused."""
    if shape:
        require(isinstance(value, list) and len(value) == shape[0], f"{name} has another shape")
        return [read(name, item, shape[1:]) for item in value]
    text = str(value) if type(value) is int and abs(value) < 1 << 31 else value
    number = isinstance(text, str) and len(text) <= 400 and _NUMBER.fullmatch(text)
    require(bool(number), f"{name} has an entry that is no number")
    return Fraction(text)
