"""The page on clusters: its program prints what it says, and its scripts do, without SLURM, what it says of them."""

import json
import re
import subprocess

import pytest

from properties.engine.helpers.foreign import TREE
from properties.engine.helpers.shown import BLOCKS, Reader, environment

PAGE = (TREE / "docs" / "how-to" / "cluster.md").read_text(encoding="utf-8")
HUNT, COLLECT = re.findall(r"^```bash\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def submitted(script, folder, **variables):
    """Run a script as SLURM would, and return its status."""
    done = subprocess.run(
        ["bash", "-c", script], cwd=folder, env=environment(**variables), capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    return done.returncode


def test_the_scripts_say_to_slurm_what_they_ask_of_it():
    for script in (HUNT, COLLECT):
        assert script.startswith("#!/bin/bash\n#SBATCH --")
        assert "export VAE_VERIFY_DATABASE=$PWD/pool\n" in script
    assert "--array=1-" in HUNT
    assert '--seed "$SLURM_ARRAY_TASK_ID"' in HUNT


@pytest.mark.slow
def test_the_page_prints_what_it_says(tmp_path):
    Reader(tmp_path).follow(PAGE)


@pytest.mark.slow
def test_an_array_pools_what_its_tasks_find_and_the_last_step_collects_the_smallest(tmp_path):
    (claim, *_) = (block for language, block in BLOCKS.findall(PAGE) if language == "python")
    (tmp_path / "bound.py").write_text(claim, encoding="utf-8")
    few = {"BUDGET": "2", "SLURM_CPUS_PER_TASK": "1"}
    statuses = [submitted(HUNT, tmp_path, SLURM_ARRAY_TASK_ID=task, **few) for task in ("1", "2")]
    assert statuses == [1, 1]
    found = [json.loads((tmp_path / "tasks" / f"{task}.json").read_text(encoding="utf-8")) for task in ("1", "2")]
    assert [task["verdict"] for task in found] == ["refuted", "refuted"]
    assert found[1]["strategy"] == "saved"  # it starts from what the first has pooled
    assert submitted(COLLECT, tmp_path, **few) == 1
    collected = json.loads((tmp_path / "collected.json").read_text(encoding="utf-8"))
    assert collected["verdict"] == "refuted"
    assert (tmp_path / "counterexamples" / "bound_product.json").exists()
