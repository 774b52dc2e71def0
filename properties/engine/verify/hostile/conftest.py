"""A folder with false claims, and what is valid of each kind, to be damaged."""

import pytest

from properties.engine.helpers.readers import settled
from verify.certificates import checker
from verify.pictures import margins


@pytest.fixture
def sent(registry, tmp_path, monkeypatch):
    """Work in a folder with claims, and return valid data of each kind."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(checker, "PATIENCE", 2.0)
    monkeypatch.setattr(margins, "POINTS", (3,))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return settled()
