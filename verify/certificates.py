"""Certificates: a refuting instance as one JSON file that anybody can check again.

This module writes them; :mod:`verify.checker` reads them, and takes nothing from the search.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flint import arb, fmpq

from verify.judge import FIRST_PRECISION, Judgement, Truth

if TYPE_CHECKING:
    from verify.claims import Claim
    from verify.instances import Instance

FORMAT = 1
DIRECTORY = Path("counterexamples")
"""Where counterexamples are written, below the folder in which the command runs."""

_DIGITS = 20


def certificate(claim: Claim, instance: Instance, judgement: Judgement) -> dict[str, Any]:
    """Return the certificate of a refutation as JSON data."""
    assert judgement.ground is not None
    content = {
        "format": FORMAT,
        "claim": claim.id,
        "statement": claim.statement,
        "dimensions": dict(instance.sizes),
        "inputs": instance.encode(),
        "violation": describe(judgement.ground),
        "precision": judgement.precision or FIRST_PRECISION,
        "source": claim.digest,
        "versions": {name: version(name) for name in ("vae-verify", "python-flint", "numpy")},
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
    low, high = (x, x) if isinstance(x, fmpq) else (arb(x).lower().fmpq(), arb(x).upper().fmpq())
    return {"lower": _decimal(low, down=True), "upper": _decimal(high, down=False)}


def _decimal(x: fmpq, down: bool) -> str:
    shift = _DIGITS - (len(str(abs(int(x.p)))) - len(str(int(x.q))))
    power = fmpq(10) ** abs(shift)
    scaled = x * power if shift >= 0 else x / power
    digits = Decimal(int(scaled.floor() if down else scaled.ceil()))
    text = f"{digits.scaleb(-shift):f}" if abs(shift) < 3 * _DIGITS else f"{digits.scaleb(-shift)}"
    return text.rstrip("0").rstrip(".") if "." in text and "E" not in text else text


def write(content: Mapping[str, Any], path: Path) -> None:
    """Write a certificate so that the file is either the old or the new one, whatever interrupts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(draft, path)


def path_of(claim: Claim, directory: Path = DIRECTORY) -> Path:
    """Return where the counterexample of a claim is written."""
    return directory / f"{claim.id.replace('/', '_')}.json"


def keep(claim: Claim, instance: Instance, judgement: Judgement, directory: Path = DIRECTORY) -> Path:
    """Write the certificate of a refutation, unless the file holds a simpler one of the same claim already."""
    path, content = path_of(claim, directory), certificate(claim, instance, judgement)
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
        simpler = known["source"] == content["source"] and complexity(known) <= complexity(content)
    except (OSError, ValueError, KeyError, TypeError):
        simpler = False
    if not simpler:
        write(content, path)
    return path


def complexity(content: Mapping[str, Any]) -> tuple[int, int]:
    """Order certificates: by the sum of the dimensions, then by the length of the inputs."""
    text = json.dumps(content["inputs"])
    return sum(content["dimensions"].values()), len(text) + sum(text.count(digit) for digit in "123456789")
