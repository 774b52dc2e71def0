"""Time that passes when a test says so."""

import pytest

from verify.workers import supervision


@pytest.fixture
def in_time(tmp_path, monkeypatch):
    """Let time stand still until the work says that it is about to take too long."""
    marker = tmp_path / "begun"
    monkeypatch.setattr(supervision, "Clock", lambda: lambda: 1e6 if marker.exists() else 0.0)

    def late(note, deed):
        note("evaluating at n = 4")
        marker.touch()
        return deed()

    return late
