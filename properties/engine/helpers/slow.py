"""Cases that the fast suite leaves out: those of a kind whose other cases it runs."""

from math import gcd

import pytest


def but(cases, *others, mark="slow"):
    """Return the cases of a test, of which some are slow, or long."""
    assert set(others) < set(cases), "a case that there is not, or none is left"
    return [pytest.param(case, marks=getattr(pytest.mark, mark)) if case in others else case for case in cases]


def crossed(first, second, step=3, mark="long"):
    """Return all pairs of two kinds of cases, of which the fast suite runs every third: not the same ones with each."""
    assert gcd(len(second), step) == 1, "they would be the same ones"
    pairs = [(one, *(other if isinstance(other, tuple) else (other,))) for one in first for other in second]
    return thinned(pairs, step, mark)


def thinned(cases, step=3, mark="slow"):
    """Return cases of one kind, of which the fast suite runs the first and every third, or ``step``-th, after it."""
    marked = [case if isinstance(case, tuple) else (case,) for case in cases]
    left_out = getattr(pytest.mark, mark)
    return [pytest.param(*case, marks=[left_out] if k % step else []) for k, case in enumerate(marked)]
