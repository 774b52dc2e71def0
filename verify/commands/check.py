"""The command ``vae-verify check``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping
from itertools import count
from pathlib import Path
from typing import Any

from verify.certificates.checker import MOST_BYTES, PATIENCE, Malformed, Unjudged, Unproven, check, parse, read
from verify.certificates.coq.file import coq_file
from verify.certificates.coq.places import NoFile
from verify.certificates.coq.text import module_name
from verify.certificates.independent.check import check as check_independently
from verify.certificates.independent.programs import NotJudged, Refused
from verify.certificates.programs.program import NoProgram, program
from verify.claims.counterexample import Counterexample
from verify.claims.entry import Entry
from verify.claims.variants import Variant, apart
from verify.commands.terminal import complain, say
from verify.files import atomic_write
from verify.judging.statements import ClaimError
from verify.notation import argument, on_one_line
from verify.registry.declare import REGISTRY
from verify.registry.loading import load_file, load_papers
from verify.registry.sources import at_home, varied
from verify.workers.limits import GivenUp, time_limit
from verify.writing.refutations import truth_lines

_WORST = (2, 1, 3, 0)
"""Of several the first of these exit statuses that there is: what is invalid is not hidden by what is open."""

_LATE = f"it takes more than {PATIENCE:g} s"


def add_parser(commands: Any) -> None:
    """Add the command to the others."""
    parser = commands.add_parser("check", help="re-evaluate certificates; exit 1 if one is invalid, 2 if malformed")
    parser.add_argument("certificates", nargs="+", metavar="CERTIFICATE", help="a file; - for standard input")
    parser.add_argument("--claims", action="append", default=[], metavar="FILE.py", help="claims of your own")
    parser.add_argument("--independent", action="store_true", help="by a second checker too; exit 3 if it cannot tell")
    parser.add_argument("--coq", type=Path, metavar="DIR", help="write a Coq file of each there; exit 3 if it has none")
    parser.set_defaults(action=_check)


def _check(arguments: argparse.Namespace) -> int:
    for file in arguments.claims:
        load_file(Path(file))
    written: set[Path] = set()
    return _worst(_check_one(name, arguments.independent, arguments.coq, written) for name in arguments.certificates)


def _worst(statuses: Iterable[int]) -> int:
    found = set(statuses)
    return next(status for status in _WORST if status in found)


def _check_one(name: str, independent: bool, coq: Path | None, written: set[Path]) -> int:
    try:
        text = sys.stdin.buffer.read(MOST_BYTES + 1) if name == "-" else read(Path(name))
        data = parse(text)
        found = check(data, _claims(data["claim"]))
    except OSError as error:
        complain(f"{name}: cannot be read: {error.strerror}")
        return 2
    except Malformed as error:
        complain(f"{name}: malformed: {error}")
        return 2
    except Unjudged as error:
        complain(f"{name}: not judged: {error}")
        return 2
    except Unproven as error:
        say(on_one_line(f"{name}: invalid: {error}"))
        return 1
    told = f" ({found.claim.words}; it is not the claim itself)" if isinstance(found.claim, Variant) else ""
    say(on_one_line(f"{name}: valid: {found.claim.id}{told} is refuted: {'; '.join(truth_lines(found.violation))}"))
    again = _check_again(name, text, found) if independent else 0
    return _worst([again, _write_coq(name, found, coq, written) if coq else 0])


def _check_again(name: str, text: bytes, found: Counterexample) -> int:
    """Let the second checker, which knows no claims, judge the certificate by its program."""
    try:
        with time_limit(PATIENCE):
            how = check_independently(text, json.loads(json.dumps(program(found))))
    except Refused as error:
        say(on_one_line(f"{name}: invalid: the second checker does not agree: {error}"))
        return 1
    except (NoProgram, NotJudged) as error:
        say(on_one_line(f"{name}: not checked a second time: {error}"))
        return 3
    except GivenUp:
        say(on_one_line(f"{name}: not checked a second time: {_LATE}"))
        return 3
    say(on_one_line(f"{name}: valid: by the second checker too, {how}"))
    return 0


def _write_coq(name: str, found: Counterexample, folder: Path, written: set[Path]) -> int:
    """Write the Coq file of a certificate under the name of its claim, or of several one beside the other."""
    try:
        with time_limit(PATIENCE):
            text = coq_file(program(found))
    except (NoProgram, NoFile) as error:
        say(on_one_line(f"{name}: no Coq file: {error}"))
        return 3
    except GivenUp:
        say(on_one_line(f"{name}: no Coq file: {_LATE}"))
        return 3
    stem = module_name(found.claim.id)
    paths = (folder / f"{stem}{f'_{k}' if k else ''}.v" for k in count())
    path = next(path for path in paths if path not in written)
    written.add(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with atomic_write(path) as draft:
            draft.write_text(text, encoding="utf-8")
    except OSError as error:
        complain(f"{path}: cannot be written: {error.strerror}")
        return 2
    say(on_one_line(f"{name}: coqc {argument(path)} checks it in Coq"))
    return 0


def _claims(id: str) -> Mapping[str, Entry]:
    """Return the claim that an id names, by it: one that is stated, or the variant of one."""
    base, changes = apart(id)
    if base not in REGISTRY:
        load_papers([base])
    if base not in REGISTRY:
        return {}
    at_home(REGISTRY[base])
    try:
        return {id: varied(REGISTRY[base], changes) if changes else REGISTRY[base]}
    except ClaimError as error:
        raise Malformed(str(error)) from None
