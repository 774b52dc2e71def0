"""Where certificates lie: beside the file of a claim that is expected to be refuted, or among what was found."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from verify.certificates.checker import Unproven, check, parse, read
from verify.certificates.format import certificate, complexity
from verify.claims.claim import Claim
from verify.claims.counterexample import Counterexample
from verify.files import atomic_write

DIRECTORY = Path("counterexamples")
"""Where counterexamples are written, below the folder in which the command runs."""


class Missing(Unproven):
    """There is no certificate where one is expected, or it cannot be read."""


def path_of(claim: Claim, directory: Path = DIRECTORY) -> Path:
    """Return where the counterexample of a claim is written."""
    return directory / f"{claim.id.replace('/', '_')}.json"


def write(content: Mapping[str, Any], path: Path) -> None:
    """Write a certificate so that the file is either the old or the new one, whatever interrupts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path) as draft:
        draft.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def keep(found: Counterexample, directory: Path = DIRECTORY) -> Path:
    """Write the certificate of a counterexample, unless the file holds a simpler one of the same claim already."""
    path, content = path_of(found.claim, directory), certificate(found)
    if not _holds_simpler(path, content, found.claim):
        write(content, path)
    return path


def _holds_simpler(path: Path, content: Mapping[str, Any], claim: Claim) -> bool:
    try:
        known = check(parse(read(path)), {claim.id: claim}).instance  # before anything is made of its inputs
    except (OSError, Unproven):
        return False
    return complexity(known.sizes, known.encode()) <= complexity(content["dimensions"], content["inputs"])


def move(path: Path, claim: Claim) -> bool:
    """Move a counterexample to where its claim keeps it, unless a simpler one is kept there; say whether it was moved.

    Raises OSError where nothing can be written, and Unproven if the file holds no certificate.
    """
    content = parse(read(path))
    if _holds_simpler(claim.certificate_file, content, claim):
        return False
    write(content, claim.certificate_file)
    path.unlink()
    return True


def load(path: Path, claim: Claim) -> Counterexample:
    """Check the certificate in a file, and return the counterexample; raises Unproven if there is none."""
    try:
        text = read(path)
    except OSError as error:
        raise Missing(f"{path}: {error.strerror}") from error
    return check(parse(text), {claim.id: claim})


def kept(claim: Claim) -> Counterexample:
    """Check the certificate that is kept beside a claim; raises Unproven, which says how to find one and to keep it."""
    try:
        return load(claim.certificate_file, claim)
    except Unproven as error:
        path = claim.certificate_file
        shown = claim.shown_file.parent / path.parent.name / path.name
        has = f"its certificate, {shown}, fails: {error}" if path.exists() else f"there is no certificate, {shown}"
        mend = f"vae-verify run {claim.target} finds one, and vae-verify keep {claim.target} puts it there"
        raise type(error)(f"{claim.id}: {has}: {mend}") from error
