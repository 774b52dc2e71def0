"""Ctrl-C ends an exploration at once, and it says what it found until then."""

import json
import signal
import subprocess
import sys

import pytest

from properties.engine.helpers.waiting import until

CLAIMS = """
from verify import Positive, Scalar, assume, claim, leq

@claim("slow/premises", "x ≤ 2")
def test_premises(x: Scalar, y: Positive):
    assume(leq(x, 2))
    leq(x, 2)
"""


WATCHED = """
import sys
from pathlib import Path
from verify.commands.main import main
from verify.explore import exploration, hunting

def widen(*arguments, widen=exploration._widen):
    Path("taken").touch()  # the premises have had their turn
    widen(*arguments)

exploration._widen = widen
hunting.Hunter.share = property(lambda hunter: 90.0 if Path("taken").exists() else 1.0)
sys.exit(main())
"""


@pytest.mark.long
def test_what_was_found_is_reported(tmp_path):
    (tmp_path / "slow.py").write_text(CLAIMS, encoding="utf-8")
    command = [sys.executable, "-c", WATCHED, "explore", "slow.py", "--jobs", "1", "--budget", "90"]
    process = subprocess.Popen(
        [*command, "--json", "found.json"], cwd=tmp_path, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    until((tmp_path / "taken").exists, process)
    process.send_signal(signal.SIGINT)
    out = process.communicate(timeout=300)[0]
    assert process.returncode == 130
    report = json.loads((tmp_path / "found.json").read_text())
    assert not report["finished"]
    assert [line["verdict"] for line in report["premises"]] == ["needed"]
    assert (tmp_path / report["premises"][0]["certificate"]).exists()
    assert "interrupted: what comes after this was not looked at" in out
    assert "needed                 premise leq(x, 2)" in out
