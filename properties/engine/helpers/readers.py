"""All that reads what strangers send: each takes the bytes of a file, and says in a word what was made of it.

Whatever is wrong with what a reader does is an AssertionError: another error than its own, more than a line, a verdict
that the second checker does not share.
"""

import contextlib
import io
import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from hypothesis.database import DirectoryBasedExampleDatabase

from properties.engine.helpers.certificates import FALSE, INSTANCES, certified
from properties.engine.helpers.claims import counterexample
from properties.engine.helpers.findings import GATE, HUNT, REPLICATION, SVG
from properties.engine.helpers.foreign import TREE
from properties.engine.helpers.hostile import is_one_line
from verify.certificates import shelf
from verify.certificates.checker import Unproven, check, parse
from verify.certificates.format import certificate as certificate_of
from verify.certificates.independent.check import check as check_again
from verify.certificates.independent.programs import NotJudged, Refused
from verify.certificates.pool import Pool
from verify.certificates.programs.program import NoProgram, program
from verify.commands.main import main
from verify.errors import UsageError
from verify.gate.consequences import read_data
from verify.judging.judge import Outcome
from verify.registry.declare import REGISTRY
from verify.registry.loading import load_file
from verify.replicate.checkpoints import Checkpoints
from verify.report.drawn import course_of
from verify.report.files import gate_of, hunts_of, replication_of
from verify.report.folder import require_folder
from verify.report.reading import load
from verify.report.saved import run_of

CLAIM = "forged/bounded"
"""The claim whose counterexamples lie in folders and databases."""

COURSE = [{"instances": 10, "seconds": 0.1, "margin": 0.5}, {"instances": 90, "seconds": 0.2, "margin": None}]


def settled():
    """Write false claims into the current folder, load them, and return valid data of each kind of file."""
    Path("forged.py").write_text(FALSE, encoding="utf-8")
    Path("figure.svg").write_bytes(SVG)
    load_file(Path("forged.py"))
    own = [certified(id) for id in INSTANCES]
    kept = [
        json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(TREE.glob("properties/*/claims/certificates/*.json"))
    ]
    hunt = HUNT | {"course": COURSE, "target": "forged/bounded"}
    claims = [
        {"id": id, "verdict": "refuted", "expected": "holds", "examples": 10, "certain": 9, "indistinguishable": 1,
         "bits": 900, "seconds": 0.5, "certificate": "kept.json", "message": "at $x$", "source": REGISTRY[id].digest}
        for id in INSTANCES
    ]  # fmt: skip
    run = {"version": 1, "seed": 0, "max_examples": 10, "created": "2026-01-01T00:00:00Z", "command": "vae-verify run",
           "chosen": len(claims), "versions": {"numpy": "2"}, "claims": claims, "disagreements": []}  # fmt: skip
    Path("run.json").write_text(json.dumps(run), encoding="utf-8")
    checkpoints = Checkpoints(Path(), "0" * 64)
    checkpoints.save(0, 0, {"done": np.array(7), "parameter x": np.arange(9.0)})
    np.save("data.npy", np.arange(12.0).reshape(4, 3))
    manifest = {"version": 1, "written": "2026-01-01T00:00:00Z", "run": {}, "claims": []}
    return SimpleNamespace(
        own=own, kept=kept, bounded=[own[list(INSTANCES).index("forged/bounded")]],
        saved={"run": run, "gate": GATE, "hunt": {"claims": [hunt, hunt]}, "course": hunt, "replicate": REPLICATION,
               "against": run, "from": run},
        bytes={"checkpoint": checkpoints.path(0, 0).read_bytes(), "data": Path("data.npy").read_bytes(),
               "manifest": json.dumps(manifest).encode()},
    )  # fmt: skip


def _refused(error, name=""):
    """Return what refuses a file: in a line, which names it where there is more than one."""
    assert is_one_line(str(error)), error
    assert name in str(error)
    return type(error).__name__


def certificate(text):
    """Let the first checker judge a certificate, and of what it calls valid the second."""
    try:
        found = check(parse(text), REGISTRY)
    except Unproven as error:
        return _refused(error)
    assert found.judgement.outcome is Outcome.REFUTED
    try:
        check_again(text, json.loads(json.dumps(program(found))))
    except (NoProgram, NotJudged):
        return "valid to the first checker"
    except Refused as error:
        if " side " not in str(error):  # it knows sides more precisely, and no more than that may differ
            raise
        return "valid, as far as its sides are known"
    return "valid"


def command(*arguments):
    """Run a command that reads a file, and return its status; what it refuses it says on one line."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = main(list(arguments))
        except SystemExit as stop:
            status = stop.code
    assert status in (0, 1, 2, 3), status
    assert status != 2 or is_one_line(err.getvalue()), err.getvalue()
    assert "Traceback" not in out.getvalue() + err.getvalue()
    assert all(line.isprintable() for line in out.getvalue().splitlines() if arguments[0] != "picture")
    return status


def checked(text):
    """Check a certificate as a user does, by both checkers and for Coq."""
    Path("sent.json").write_bytes(text)
    return command("check", "--independent", "--coq", "coq", "sent.json")


def drawn(text):
    """Draw a certificate, or a hunt."""
    Path("sent.json").write_bytes(text)
    return command("picture", "sent.json", "-o", "out.svg")


def saved(read):
    """Return what reads a saved file, and says whether it is refused."""

    def reader(text):
        Path("sent.json").write_bytes(text)
        try:
            read(Path("sent.json"))
        except UsageError as error:
            return _refused(error, "sent.json")
        return "read"

    return reader


def reported(option):
    """Return what writes a report of a saved file."""

    def reader(text):
        Path("sent.json").write_bytes(text)
        others = [] if option == "--from" else ["--from", "run.json"]
        return command("report", "forged.py", *others, option, "sent.json", "-o", "page")

    return reader


def pooled(text):
    """Fetch what lies in a database of examples: only what is valid comes out."""
    claim, folder = REGISTRY[CLAIM], DirectoryBasedExampleDatabase("database")
    warnings = []
    folder.save(f"vae-verify:{CLAIM}".encode(), text)
    found = Pool(folder, warnings.append).fetch(claim)
    folder.delete(f"vae-verify:{CLAIM}".encode(), text)
    assert warnings == []
    assert all(check(parse(text), {CLAIM: claim}) for _ in found)
    return "valid" if found else "refused"


def kept(text):
    """Keep a counterexample where a stranger's lies: then the simpler of the two that are valid lies there."""
    claim = REGISTRY[CLAIM]
    mine = certificate_of(counterexample(claim, claim.signature.infer({"v": [0, "9/7"]})))
    path = shelf.path_of(claim, Path("found"))
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text)
    shelf.keep(check(mine, REGISTRY), path.parent)
    found = shelf.load(path, claim)
    return "theirs" if found.instance.encode() != mine["inputs"] else "mine"


def moved(text):
    """Move a counterexample beside its claim, as the command keep does."""
    path = shelf.path_of(REGISTRY[CLAIM], Path("found"))
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text)
    return command("keep", CLAIM, "--from", "found")


def resumed(text):
    """Go on from a checkpoint."""
    checkpoints = Checkpoints(Path(), "0" * 64)
    checkpoints.path(0, 0).write_bytes(text)
    return "refused" if checkpoints.load(0, 0) is None else "read"


def written_over(text):
    """Ask whether a folder is that of a report, from its manifest."""
    Path("page").mkdir(exist_ok=True)
    Path("page/manifest.json").write_bytes(text)
    try:
        require_folder(Path("page"), judged_here=False)
    except UsageError as error:
        return _refused(error)
    return "read"


OF_CERTIFICATES = {
    "checker": certificate,
    "check": checked,
    "picture": drawn,
    "pool": pooled,
    "kept": kept,
    "keep": moved,
}
OF_SAVED = {
    "run": saved(lambda path: load(path, "run", run_of)),
    "gate": saved(gate_of), "hunt": saved(hunts_of), "course": saved(course_of), "replicate": saved(replication_of),
}  # fmt: skip
OF_REPORTS = {name: reported(f"--{name}") for name in ("from", "against", "gate", "hunt", "replicate")}
OF_OTHERS = {"checkpoint": resumed, "data": saved(lambda path: read_data(str(path))), "manifest": written_over}
ALL = {**OF_CERTIFICATES, **OF_SAVED, **OF_OTHERS, **{f"report --{name}": read for name, read in OF_REPORTS.items()}}


def seeds(files, name):
    """Return the valid files of a reader."""
    name = name.removeprefix("report --")
    if name in OF_CERTIFICATES:
        found = files.bounded if name in ("pool", "kept", "keep") else files.own + files.kept
    elif name in files.bytes:
        return [files.bytes[name]]
    else:
        found = [files.saved[name]]
    return [json.dumps(data).encode() for data in found]
