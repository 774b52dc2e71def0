"""Commands that are killed at any moment: nothing is lost, torn, left running or told as a traceback; then they go on.

Each of the kills is drawn from the name of its command and its number: what fails says which, and comes again.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from hypothesis.database import DirectoryBasedExampleDatabase

from properties.engine.helpers.experiments import WELLS
from properties.engine.helpers.waiting import heard, until
from verify.certificates.checker import check, parse
from verify.claims.variants import apart
from verify.registry.loading import load_file
from verify.registry.sources import varied

KILLS = 12
"""Of each command."""

CLAIMS = """
from reference.arithmetic import trace
from verify import Matrix, Scalar, assume, claim, equal, leq

@claim("killed/holds", "tr(AB) = tr(BA)")
def test_holds(A: Matrix["n m"], B: Matrix["m n"]):
    equal(trace(A @ B), trace(B @ A))

@claim("killed/false", "tr A is not above 3", expected="refuted")
def test_false(A: Matrix["n n"]):
    leq(trace(A), 3)

@claim("killed/other", "x is not above 3", expected="refuted")
def test_other(x: Scalar):
    leq(x, 3)

@claim("killed/premise", "x ≤ 2")
def test_premise(x: Scalar):
    assume(leq(x, 2))
    leq(x, 2)
"""

LOSS = """
import torch

def loss(recon, x, mu, logvar):
    kl = -0.5 * (1 + logvar - mu**2 - torch.exp(logvar)).sum(-1)
    return (0.5 * ((x - recon) ** 2).sum(-1) + kl).mean()
"""

CERTIFICATES = ["counterexamples/killed_false.json", "counterexamples/killed_other.json"]

COMMANDS = {
    "run": "run killed.py --max-examples 30 --jobs 2 --json found.json",
    "hunt": "hunt killed.py::test_false --budget 1 --jobs 2 --json found.json",
    "hunts": "hunt killed.py --budget 1 --jobs 2 --json found.json",
    "replicate": "replicate wells.py --steps 300 --seeds 1 --jobs 2 --json found.json",
    "gate": "gate loss.py:loss --json found.json",
    "report": "report killed.py --max-examples 10 --jobs 2 -o page",
    "explore": "explore killed.py::test_premise --budget 3 --jobs 2 --json found.json",
    "picture": f"picture --claims killed.py {CERTIFICATES[0]} -o picture.svg",
    "check": f"check --claims killed.py --coq coq {' '.join(CERTIFICATES * 6)}",
}

DEADLY = ("SIGKILL", "SIGKILL to all")
WAYS = ("SIGTERM", "SIGINT", "SIGHUP", "SIGTERM to all", "SIGINT to all", "SIGINT twice", "SIGTERM twice", *DEADLY)
ENDINGS = {".svg": ("</svg>", "<svg/>"), ".html": "</html>", ".json": "}", ".v": ".", ".md": "", ".tex": ""}
"""Of what is whole."""

VOLATILE = {
    "seconds",
    "created",
    "found_after",
    "course",
    "instances",
    "kinds",
    "sizes",
    "alarms",
    "nearest",
    "strategy",
}
"""What a second time does not say again: what took how long, and how many instances a second has."""


@dataclass
class Place:
    """A folder in which a command runs, and what marks its processes."""

    folder: Path
    command: list[str]
    mark: str = field(default_factory=lambda: f"VAE_VERIFY_KILLED={os.urandom(8).hex()}")

    def start(self):
        name, value = self.mark.split("=")
        with heard():
            return subprocess.Popen(
                [sys.executable, "-m", "verify", *self.command], cwd=self.folder, env={**os.environ, name: value},
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", start_new_session=True,
            )  # fmt: skip

    def alive(self):
        """Return the processes that were started here, or by those, and run still."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                marked = self.mark.encode() in (process / "environ").read_bytes().split(b"\0")
                if marked and (process / "stat").read_text().rpartition(")")[2].split()[0] != "Z":
                    found.append(int(process.name))
            except OSError:  # it has ended meanwhile
                pass
        return found

    def files(self):
        return [path for path in self.folder.rglob("*") if path.is_file() and ".hypothesis" not in path.parts]

    def result(self):
        """Return what the command wrote for programs, without what is another thing each time."""
        file = self.folder / ("page/run.json" if self.command[0] == "report" else "found.json")
        return _lasting(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else None


def _lasting(data):
    if isinstance(data, dict):
        return {key: _lasting(value) for key, value in data.items() if key not in VOLATILE}
    return [_lasting(value) for value in data] if isinstance(data, list) else data


@pytest.fixture(scope="session")
def beginning(tmp_path_factory):
    """Return a folder in which every command can begin, and the claims stated there."""
    folder = tmp_path_factory.mktemp("beginning")
    for name, text in {"killed.py": CLAIMS, "wells.py": WELLS, "loss.py": LOSS}.items():
        (folder / name).write_text(text, encoding="utf-8")
    command = ["run", "killed.py::test_false", "killed.py::test_other", "--jobs", "1"]
    subprocess.run([sys.executable, "-m", "verify", *command], cwd=folder, capture_output=True, check=False)
    return folder


@pytest.fixture(scope="session")
def undisturbed(beginning, tmp_path_factory):
    """Return what says of a command what it takes, its status and its result when nothing kills it."""
    known = {}

    def of(name):
        if name not in known:
            for _ in range(2):  # the second time all is in memory
                place = placed(name, tmp_path_factory.mktemp(name), beginning)
                started = time.monotonic()
                running = place.start()
                running.communicate()
            known[name] = time.monotonic() - started, running.returncode, place.result()
        return known[name]

    return of


def placed(name, folder, beginning):
    """Copy what a command begins with into a folder; for some, there are certificates."""
    known = name in ("picture", "check")
    leave = shutil.ignore_patterns("__pycache__", *([] if known else ["counterexamples"]))
    shutil.copytree(beginning, folder, dirs_exist_ok=True, ignore=leave)
    return Place(folder, COMMANDS[name].split())


def _heeds(process):
    """Say whether a program has set its handlers: a signal before is Python's own affair."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return True
    caught = next((line.split()[1] for line in status.splitlines() if line.startswith("SigCgt")), "0")
    return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)


def killed(place, way, after):
    """Start a command, end it in a way after some seconds, and return its status and what it said."""
    running = place.start()
    name, _, how = way.partition(" ")
    until(lambda: _heeds(running.pid) or running.poll() is not None)
    try:
        running.wait(after)
    except subprocess.TimeoutExpired:
        for _ in range(2 if how == "twice" else 1):
            if running.poll() is None:
                (os.killpg if how == "to all" else os.kill)(running.pid, signal.Signals[name])
                time.sleep(0.6 if how == "twice" else 0)  # further apart than one request
    out, err = running.communicate(timeout=300)
    return running.returncode, out, err


def require_whole(place, claims):
    """Fail if a file is not what its name says, or a certificate is not valid."""
    for path in place.files():
        if path.name.startswith(".vae-verify-") or path.suffix in (".py", ".pyc"):
            continue
        if path.suffix == ".npz":
            with np.load(path) as file:
                assert {name: file[name] for name in file.files}
            continue
        text = path.read_text(encoding="utf-8")
        assert text.endswith("\n") or path.suffix == ".svg", path
        assert text.rstrip().endswith(ENDINGS[path.suffix]), path
        if path.suffix == ".json" and "seal" in json.loads(text):
            require_valid(path.read_bytes(), claims)
    for folder in {path.parent for path in place.folder.rglob(".hypothesis/examples/*/*")}:
        assert folder.is_dir()
    database = DirectoryBasedExampleDatabase(place.folder / ".hypothesis" / "examples")
    for id in claims:
        for content in database.fetch(f"vae-verify:{id}".encode()):
            require_valid(content, claims)


def require_valid(content, claims):
    """Fail if a certificate, perhaps of a variant of a claim, does not refute it."""
    data = parse(content)
    base, changes = apart(data["claim"])
    check(data, {data["claim"]: varied(claims[base], changes) if changes else claims[base]})


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="Linux says which processes are whose")
@pytest.mark.parametrize("number", range(KILLS))
@pytest.mark.parametrize("name", COMMANDS)
def test_a_kill_loses_nothing(name, number, tmp_path, beginning, undisturbed, record_property):
    draw = random.Random(f"{name} {number}")
    seconds, status, result = undisturbed(name)
    way, after = draw.choice(WAYS), draw.uniform(0, seconds)
    place = placed(name, tmp_path, beginning)
    claims = {claim.id: claim for claim in load_file(tmp_path / "killed.py")}
    got, out, err = killed(place, way, after)
    told = f"{way} after {after:.2f} of {seconds:.2f} s: status {got}: {err}"
    record_property("kill", f"{name}: {way} after {after:.2f} of {seconds:.2f} s: status {got}")
    assert "Traceback" not in out + err, told
    assert got in (status, *((-signal.SIGKILL,) if way in DEADLY else (130,))), told
    until(lambda: not place.alive())  # by themselves
    if way not in DEADLY:
        assert not [path for path in place.files() if path.name.startswith(".vae-verify-")], told
    require_whole(place, claims)
    again = place.start()
    out, err = again.communicate(timeout=300)
    assert (again.returncode, "Traceback" in out + err) == (status, False), f"{told}; then {again.returncode}: {err}"
    assert place.result() == result, told
    require_whole(place, claims)
