"""Time that passes when a test says so, and weights that are formulas."""

import pytest

from properties.engine.helpers.losses import FEW, value
from verify.gate.series import Series
from verify.workers import supervision


@pytest.fixture(scope="session")
def weight():
    """Return what a formula of n, d, k is at the shapes of an examination, known to rounding."""

    def made(formula, relative=2.0**-48):
        values = {shape: value(formula, shape) for shape in FEW}
        return Series(values, {shape: relative * abs(each) for shape, each in values.items()})

    return made


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
