"""The picture of Theorem 5 shows the extra rows, and its constants would tell a wrong bound."""

import numpy as np
import pytest

from properties.koehler2022.experiments.theorem_5 import ExtraRows, _constant, bound_holds, bound_is_sharp, starts
from reference.koehler2022.flow import flow
from verify.replicate import Row, Setting

GENERIC = Setting("few", {"n": 3, "adverse": False, "log": False})


def test_the_constant_is_that_of_the_slowest_curve():
    x = np.linspace(0, 2, 50)
    curves = {"t/K": np.stack([x, x]), "share": np.stack([np.exp(-1.9 * x), np.exp(-3 * x)])}
    assert _constant(curves | {"error": 1e-9 * curves["share"]}) == pytest.approx(1.9)
    steep = {name: value[1:] for name, value in curves.items()}
    assert _constant(steep | {"error": 1e-9 * steep["share"]}) == pytest.approx(3)


def test_what_is_wrong_by_as_much_as_it_has_decayed_does_not_count():
    x = np.array([[0.0, 1e-9, 1.0]])
    share = np.array([[1.0, 1.0 - 1e-9, np.exp(-2.5)]])
    assert _constant({"t/K": x, "share": share, "error": np.full_like(x, 1e-9)}) == pytest.approx(2.5)


def test_conclusions():
    def rows(*constants):
        return [Row(GENERIC, {"tightest constant": list(constants)})]

    assert bound_holds(rows(2.0, 4.0))
    assert not bound_holds(rows(4.0, 1.9999))
    assert bound_is_sharp(rows(4.0, 2.01))
    assert not bound_is_sharp(rows(2.2, 3.0))


@pytest.mark.long
def test_the_rows_followed_are_those_that_the_data_do_not_have():
    A, *start = starts(GENERIC, 5)
    assert (A.any(2) == [True, True, False, False, False, False]).all()
    computation = ExtraRows([GENERIC], 5)
    numbers, (curve,) = computation.conclude(computation.advance(None, 1, 1))
    found = flow(A, *start)
    squares = (found.At[:, -1, 2:] ** 2).sum((1, 2)) / (start[0][:, 2:] ** 2).sum((1, 2))
    np.testing.assert_allclose(curve["share"][:, -1], squares, rtol=0.05)
    np.testing.assert_allclose(curve["t/K"][:, -1], found.time[:, -1] / found.K[:, -1], rtol=0.01)
    np.testing.assert_allclose(curve["share"][:, 0], 1)
    assert numbers[0]["tightest constant"] > 2


def test_the_adversary_has_no_data_and_one_column():
    A, At, Bt, _ = starts(Setting("slow", {"n": 4, "adverse": True, "log": True}), 0)
    assert not A.any()
    assert not Bt.any()
    assert At.shape == (4, 2, 1)
