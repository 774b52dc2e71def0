"""Whoever follows docs/CONTRIBUTING.md in a fresh copy of the repository sees what it shows."""

import shutil
import subprocess
from pathlib import Path

import pytest

from properties.engine.helpers.foreign import TREE
from properties.engine.helpers.shown import BLOCKS, Reader

PAGE = (TREE / "docs" / "CONTRIBUTING.md").read_text(encoding="utf-8")
RECIPES = ["A paper", "A claim", "A refuted claim", "A domain", "An arithmetic", "An experiment"]


def copy_of_what_is_tracked(folder):
    """Copy the files that git has, or would have with the next commit."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=TREE, check=True, capture_output=True, text=True).stdout.split("\0")
    for name in filter(None, names):
        if (TREE / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(TREE / name, folder / name)
            for compiled in (TREE / name).parent.glob(f"__pycache__/{Path(name).stem}.*.pyc"):  # or every command would
                (folder / name).parent.joinpath("__pycache__").mkdir(exist_ok=True)
                shutil.copy2(compiled, (folder / name).parent / "__pycache__")
    return folder


def test_every_recipe_is_followed():
    sections = dict(part.partition("\n")[::2] for part in PAGE.split("\n## ")[1:])
    assert [title for title in sections if title in RECIPES] == RECIPES
    for title in RECIPES:
        assert BLOCKS.findall(sections[title]), title


@pytest.mark.slow
def test_it_prints_what_it_says(tmp_path):
    copy = copy_of_what_is_tracked(tmp_path)
    unmeasured = {"COVERAGE_PROCESS_CONFIG": ""}  # nobody counts which lines of a copy are reached
    Reader(copy, fresh=True, PYTHONPATH=str(copy), **unmeasured).follow(PAGE)
