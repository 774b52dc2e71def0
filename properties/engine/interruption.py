"""Ctrl-C ends a run at once, prints what it found, and keeps it."""

import json
import signal
import subprocess
import sys

import pytest

from properties.engine.waiting import until
from verify.inventory import load_file
from verify.runner import interrupt, interruption, run_claim

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
from pathlib import Path
from verify import cli

def watched(*arguments, run_claims=cli.run_claims):
    for result in run_claims(*arguments):
        yield result
        Path("taken").touch()  # whoever asks for the next result has this one

cli.run_claims = watched
sys.exit(cli.main())
"""


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_interrupted_run_reports_what_it_has_and_ends(tmp_path, jobs):
    (tmp_path / "slow.py").write_text(CLAIMS, encoding="utf-8")
    command = [sys.executable, "-c", WATCHED, "run", "slow.py", "--max-examples", "100000", "--jobs", jobs]
    run = subprocess.Popen(
        [*command, "--json", "found.json"], cwd=tmp_path, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    until((tmp_path / "started").exists, run)
    until((tmp_path / "taken").exists, run)
    run.send_signal(signal.SIGINT)
    out = run.communicate(timeout=300)[0]
    assert run.returncode == 130
    assert "interrupted after 1 of 2 claims: 1 refuted" in out
    assert [claim["id"] for claim in json.loads((tmp_path / "found.json").read_text())["claims"]] == ["slow/false"]
    assert (tmp_path / "counterexamples" / "slow_false.json").exists()


def test_an_interruption_whose_exception_is_lost_still_ends_the_run(tmp_path, monkeypatch):
    """Python drops what is raised inside a callback of the garbage collector: the next judgement raises again."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "slow.py").write_text(CLAIMS, encoding="utf-8")
    endless = load_file(tmp_path / "slow.py")[1]
    try:
        with pytest.raises(KeyboardInterrupt):
            interrupt()
        with pytest.raises(KeyboardInterrupt):
            run_claim(endless, 100000, 0)
    finally:
        interruption.clear()
