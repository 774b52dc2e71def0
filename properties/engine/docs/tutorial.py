"""The tutorial is true: its files are written, its commands run, and what they print is what it prints."""

import difflib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from properties.engine.helpers.foreign import TREE

TUTORIAL = TREE / "docs" / "hunt.md"
BLOCKS = re.compile(r"^```(python|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

VARYING = [
    (r"[\d,]+ instances, [\d.]+ s\b", "N instances, T s"),
    (r'"instances": \d+', '"instances": N'),
    (r'"seconds": [\d.]+', '"seconds": T'),
    (r" in [\d.]+s$", " in Ts"),
    (r"covered  \d+ of (\d+ patterns of dimensions); by .*", r"covered  N of \1; by …"),
    (r"^  alarms .*\n", ""),
    (r"^ +and \d+ more$", "and N more"),
]
"""What depends on the time that a machine takes: seconds, how many instances, and of which kinds."""


def normal(text):
    """Return what is the same on every machine."""
    for pattern, replacement in VARYING:
        text = re.sub(pattern, replacement, text, flags=re.MULTILINE)
    return "\n".join(line.rstrip() for line in text.rstrip().splitlines())


def environment():
    """Return an environment with the commands of this installation, and nothing that changes what they print."""
    scripts = str(Path(sys.executable).parent)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "VAE_VERIFY", "CI"))}
    return kept | {"PATH": scripts + os.pathsep + os.environ["PATH"], "PYTHONIOENCODING": "utf-8", "COLUMNS": "80"}


def steps(text):
    """Yield the commands of a console block, each with the output below it."""
    for step in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, printed = step.partition("\n")
        yield command, printed


def test_the_tutorial_prints_what_it_says(tmp_path):
    status = 0
    blocks = BLOCKS.findall(TUTORIAL.read_text(encoding="utf-8"))
    assert {language for language, _ in blocks} == {"python", "console"}
    for language, text in blocks:
        if language == "python":
            (tmp_path / re.match(r"# (\w+\.py)\n", text)[1]).write_text(text, encoding="utf-8")
            continue
        for command, printed in steps(text):
            run = subprocess.run(
                ["bash", "-c", f"(exit {status}); {command}"],
                cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                text=True, encoding="utf-8", check=False,
            )  # fmt: skip
            status = run.returncode
            said, found = normal(printed).splitlines(), normal(run.stdout).splitlines()
            if said != found:
                pytest.fail("\n".join(difflib.unified_diff(said, found, "docs", command, lineterm="")), pytrace=False)


def test_only_what_time_changes_is_left_out_of_the_comparison():
    line = "found by bulk: 1,024 instances, 0.3 s, seed 0"
    assert normal(line) == normal("found by bulk: 9 instances, 12.0 s, seed 0  ")
    for other in ("found by descent: 1,024 instances, 0.3 s, seed 0", "found by bulk: 1,024 instances, 0.3 s, seed 1"):
        assert normal(line) != normal(other)
    assert normal("where   [1.51 ± 2.9e-12] > 3/2") != normal("where   [1.51 ± 2.9e-12] > 5/2")
    assert list(steps("$ a | b\nx\n$ c\n")) == [("a | b", "x\n"), ("c", "")]
