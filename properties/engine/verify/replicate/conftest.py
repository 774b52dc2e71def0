"""The experiment on which replications are tried."""

import pytest

from properties.engine.helpers.experiments import WELLS
from verify.registry.loading import load_file


@pytest.fixture
def wells(tmp_path, monkeypatch):
    """Work in a folder with the file of an experiment, and return it."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "wells.py"
    file.write_text(WELLS, encoding="utf-8")
    return load_file(file)[0]
