"""A checkout that is not installed: the commands work, or say in one line what to install."""

import os
import subprocess
import sys
from importlib import metadata

import pytest

import vae_verify
from properties.engine.helpers.foreign import TREE
from verify.commands.main import main


def uninstalled(name):
    raise metadata.PackageNotFoundError(name)


def test_the_version_of_a_checkout_is_the_one_that_it_would_be_installed_as(monkeypatch, capsys):
    installed = vae_verify.version()
    monkeypatch.setattr(metadata, "version", uninstalled)
    assert vae_verify.version() == f"{metadata.metadata('vae-verify')['Version']}+checkout" == f"{installed}+checkout"
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"vae-verify {installed}+checkout\n"


@pytest.mark.parametrize("arguments", [["--version"], ["show", "koehler2022/eq-3"], ["run"]])
def test_where_nothing_is_installed_one_line_says_what_to_do(arguments, tmp_path):
    """-S leaves out all that is installed."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-S", "-m", "verify", *arguments], cwd=TREE, env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert done.stderr.startswith("vae-verify: hypothesis, pytest, numpy, ")
    assert done.stderr.endswith(f"not found: install the suite: pip install {TREE}\n")
