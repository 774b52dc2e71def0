"""The page on CI shows YAML, whose commands are ours."""

import re

import pytest
import yaml
from hypothesis import settings

from properties.engine.helpers.foreign import TREE
from verify.commands.main import main

PAGE = (TREE / "docs" / "how-to" / "ci.md").read_text(encoding="utf-8")
CLAIMS, GATE, HOOKS = (yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.M | re.S))


def last_step(workflow):
    """Return the words of the command with which a workflow ends."""
    (job,) = workflow["jobs"].values()
    return job["steps"][-1]["run"].split()


def test_what_runs_is_a_command_of_ours(capsys):
    (hook,) = HOOKS["repos"][0]["hooks"]
    assert HOOKS["repos"][0]["repo"] == "local"
    assert re.search(hook["files"], "losses.py")
    shown = re.findall(r"`(vae-verify [^`]*)`", PAGE)
    assert shown
    for program, *arguments in (last_step(GATE), hook["entry"].split(), *map(str.split, shown)):
        assert program == "vae-verify"
        with pytest.raises(SystemExit) as stop:
            main([*arguments, "--help"])  # the options before it are read first
        assert stop.value.code == 0
    assert "unrecognized" not in capsys.readouterr().err


def test_the_profile_of_the_claims_draws_the_same_each_time():
    program, _, profile = last_step(CLAIMS)
    assert program == "pytest"
    assert settings.get_profile(profile.removeprefix("--hypothesis-profile=")).derandomize
