"""Ctrl-C ends a run at once, prints what it found, and keeps it."""

import contextlib
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest

from properties.engine.helpers.experiments import WELLS
from properties.engine.helpers.waiting import heard, until
from vae_verify import start
from verify.commands import run
from verify.commands.main import main
from verify.running.runner import run_claims
from verify.workers import interruption

CLAIMS = """
from pathlib import Path
import time
from verify import Scalar, claim, equal, leq

@claim("slow/false", "x ≤ 3", expected="refuted")
def test_false(x: Scalar):
    leq(x, 3)

@claim("slow/endless", "x = x")
def test_endless(x: Scalar):
    Path("started").touch()
    time.sleep(0.05)
    equal(x, x)
"""

WATCHED = """
import sys
import time
from pathlib import Path
from verify.commands import run
from verify.commands.main import main

def watched(*arguments, run_claims=run.run_claims):
    for result in run_claims(*arguments):
        yield result
        Path("taken").touch()  # whoever asks for the next result has this one

run.run_claims = watched
sys.exit(main())
"""


def test_an_interruption_leaves_what_was_judged_until_then(tmp_path, monkeypatch, capsys):
    def until_then(*arguments):
        yield next(run_claims(*arguments))
        raise KeyboardInterrupt

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(run, "run_claims", until_then)
    (tmp_path / "slow.py").write_text(CLAIMS, encoding="utf-8")
    assert main(["run", "slow.py", "--jobs", "1", "--json", "found.json"]) == 130
    assert "interrupted after 1 of 2 claims: 1 refuted" in capsys.readouterr().out
    assert [claim["id"] for claim in json.loads((tmp_path / "found.json").read_text())["claims"]] == ["slow/false"]


@pytest.mark.long
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_interrupted_run_reports_what_it_has_and_ends(tmp_path, jobs):
    (tmp_path / "slow.py").write_text(CLAIMS, encoding="utf-8")
    command = [sys.executable, "-c", WATCHED, "run", "slow.py", "--max-examples", "100000", "--jobs", jobs]
    running = subprocess.Popen(
        [*command, "--json", "found.json"], cwd=tmp_path, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    until((tmp_path / "started").exists, running)
    until((tmp_path / "taken").exists, running)
    running.send_signal(signal.SIGINT)
    out = running.communicate(timeout=300)[0]
    assert running.returncode == 130
    assert "interrupted after 1 of 2 claims: 1 refuted" in out
    assert [claim["id"] for claim in json.loads((tmp_path / "found.json").read_text())["claims"]] == ["slow/false"]
    assert (tmp_path / "counterexamples" / "slow_false.json").exists()


COMMANDS = {
    "run": ["run", "slow.py", "--max-examples", "100000", "--json", "found.json"],
    "hunt": ["hunt", "slow.py::test_endless", "--budget", "600", "--jobs", "2", "--json", "found.json"],
    "replicate": ["replicate", "wells.py", "--jobs", "2", "--seeds", "2", "--steps", "5000"],
}


def started(folder, command):
    """Start a command and wait until it is at work."""
    (folder / "slow.py").write_text(CLAIMS, encoding="utf-8")
    (folder / "wells.py").write_text(WELLS, encoding="utf-8")
    (folder / "held").touch()  # until its first checkpoint a training goes on, and no further
    with heard():
        running = subprocess.Popen(
            [sys.executable, "-m", "verify", *COMMANDS[command]],
            cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip
    until(lambda: (folder / "started").exists() or any(folder.rglob("seed-*.npz")), running)
    return running


@pytest.mark.long
@pytest.mark.parametrize(
    ("command", "number", "apart"),
    [
        ("run", signal.SIGINT, 0.0),
        ("run", signal.SIGTERM, 0.7),
        ("hunt", signal.SIGHUP, 0.0),
        ("hunt", signal.SIGINT, 0.05),
        ("replicate", signal.SIGINT, 0.0005),
    ],
)
def test_two_signals_end_a_command_however_close_together_they_are(command, number, apart, tmp_path):
    running = started(tmp_path, command)
    for _ in range(2):
        if running.poll() is None:
            running.send_signal(number)
        time.sleep(apart)
    out, err = running.communicate(timeout=300)
    assert running.returncode == 130
    assert "Traceback" not in out + err


def _pair(pause):
    """Return how a program of ours ends that is asked to twice, the second time while it says what it has."""
    process = os.fork()
    if process == 0:
        start.heed(start.interrupted)
        interruption._ONE_REQUEST = pause
        multiprocessing.process._children.clear()  # which are not its own
        with contextlib.suppress(KeyboardInterrupt), interruption.interruptible():
            os.kill(os.getpid(), signal.SIGTERM)
            interruption.check()
        os.kill(os.getpid(), signal.SIGTERM)
        os._exit(7)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def test_the_second_signal_of_one_request_does_not_cut_the_report_short():
    assert (_pair(1e9), _pair(-1)) == (7, 130)


TWICE = """
import os, signal, sys
from verify.commands import run
from verify.commands.main import main
from verify.running.runner import run_claims
from verify.workers import interruption
interruption._ONE_REQUEST = float(sys.argv[1])
before = signal.getsignal(signal.SIGTERM)  # by default what ends a process; under coverage it has a handler of its own
with interruption.interruptible():
    interruption.check()
    os.kill(os.getpid(), signal.SIGTERM)
    os.kill(os.getpid(), signal.SIGTERM)
    try:
        interruption.check()
    except KeyboardInterrupt:
        print("noticed", flush=True)
interruption.check()
print(signal.getsignal(signal.SIGTERM) is before)
"""


@pytest.mark.parametrize(
    ("pause", "status", "words"), [("1e9", 0, "noticed\nTrue\n"), pytest.param("-1", 130, "", marks=pytest.mark.long)]
)
def test_two_signals_at_once_are_one_request_and_a_second_request_ends_the_process(pause, status, words):
    done = subprocess.run([sys.executable, "-c", TWICE, pause], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (status, words, "")


@pytest.mark.parametrize("module", [pytest.param("rich.console", marks=pytest.mark.long), "verify.commands.main"])
def test_an_interruption_while_all_is_imported_is_one_line(module, tmp_path):
    code = (
        "import runpy, sys, time, pathlib, builtins\n"
        "original = builtins.__import__\n"
        "def slow(name, *rest):\n"
        f"    if name == {module!r}:\n"
        "        pathlib.Path('started').touch()\n"
        "        time.sleep(600)\n"
        "    return original(name, *rest)\n"
        "import verify.__main__\n"
        "builtins.__import__ = slow\n"
        "sys.argv = ['vae-verify', '--help']\n"
        "verify.__main__.main()\n"
    )
    running = subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    until((tmp_path / "started").exists, running)
    running.send_signal(signal.SIGINT)
    assert (running.communicate(timeout=300)[1], running.returncode) == ("vae-verify: interrupted\n", 130)


class Ended(BaseException):
    pass


def ended(status):
    raise Ended(status)


@pytest.mark.parametrize("fault", ["none", "no stream", "no group", "no groups", "no children"])
def test_an_end_at_once_is_one_whatever_is_in_its_way(fault, monkeypatch):
    killed = []
    child = SimpleNamespace(pid=17, kill=lambda: killed.append("child"), join=lambda: killed.append("joined"))

    def children():
        if fault == "no children":
            raise OSError
        return [child]

    def killpg(group, number):
        if fault == "no group":
            raise ProcessLookupError
        killed.append((group, number))

    monkeypatch.setattr(sys, "stderr", None if fault == "no stream" else SimpleNamespace(isatty=lambda: False))
    monkeypatch.setattr(multiprocessing, "active_children", children)
    monkeypatch.setattr(os, "killpg", killpg)
    if fault == "no groups":
        monkeypatch.delattr(os, "killpg")
    monkeypatch.setattr(interruption, "tidy", lambda: killed.append("tidied"))
    monkeypatch.setattr(os, "_exit", ended)
    with pytest.raises(Ended) as raised:
        interruption._end()
    assert raised.value.args == (130,)
    group = [] if fault.startswith("no group") else [(17, signal.SIGKILL)]
    assert killed == ([] if fault == "no children" else [*group, "child", "joined"]) + ["tidied"]
