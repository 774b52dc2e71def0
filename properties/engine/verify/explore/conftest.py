"""Explorations on any machine alike."""

from types import SimpleNamespace

import pytest

from verify.explore import hunting


@pytest.fixture
def unspent(counted, monkeypatch):
    """Let hunts share a budget, counted in looks at the clock, by how many are still to come, and not by the time."""
    monkeypatch.setattr(hunting, "time", SimpleNamespace(monotonic=lambda: 0.0))
