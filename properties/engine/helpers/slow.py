"""Cases that the slow suite alone has: those of a kind whose other cases the fast suite runs."""

import pytest


def but(cases, *slow):
    """Return the cases of a test, of which some are slow."""
    assert set(slow) < set(cases), "a case that there is not, or none is left"
    return [pytest.param(case, marks=pytest.mark.slow) if case in slow else case for case in cases]


def thinned(cases, step=3):
    """Return cases of one kind, of which the fast suite runs the first and every third, or ``step``-th, after it."""
    marked = [case if isinstance(case, tuple) else (case,) for case in cases]
    return [pytest.param(*case, marks=[pytest.mark.slow] if k % step else []) for k, case in enumerate(marked)]
