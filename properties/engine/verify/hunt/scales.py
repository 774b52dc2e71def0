"""How often samples have which numbers, and between which powers of two their scales are."""

from types import SimpleNamespace

import numpy as np
import pytest

from properties.engine.helpers.domains import signature
from properties.engine.helpers.generators import Told
from verify import ComplexMatrix, Interval, Matrix, Positive, Scalar, Vector
from verify.hunt import sampling
from verify.hunt.sampling import _duplicates, _graded, _link, natural, spread
from verify.hunt.strata import Part, Stratum


def numbers(values):
    return set(np.unique(values).tolist())


def exponents(values):
    mantissas, found = np.frexp(abs(values))
    assert (mantissas == 0.5).all()
    return set((found - 1).ravel().tolist())


SHARES = {
    "_SMALL": {0: 1 / 4, 1: 1 / 6, -1: 1 / 6, 2: 1 / 12, -2: 1 / 12, 0.5: 1 / 12, -0.5: 1 / 12, 3: 1 / 12},
    "_UNITS": {0: 1 / 4, 1: 1 / 2, -1: 1 / 4}, "_SIGNS": {1: 1 / 2, -1: 1 / 2},
    "_SCALES": {1: 1 / 3, 2: 1 / 6, 0.5: 1 / 6, -2: 1 / 6, 3: 1 / 6},
    "_DIGITS": dict.fromkeys((0, 1, 2, -1, -2), 1 / 5),
    "_WIDTHS": dict.fromkeys((4, 10, 13, 17), 1 / 4),
    "_INTEGERS": dict.fromkeys((0, 1, 2, 3, 4, 5, -1, -2), 1 / 8),
}  # fmt: skip


@pytest.mark.parametrize("name", SHARES)
def test_zeros_and_units_are_drawn_more_often_than_others(name):
    drawn = sampling._pick(getattr(sampling, name), np.random.default_rng(0), (200, 100))
    assert {number: round((drawn == number).mean(), 2) for number in numbers(drawn)} == pytest.approx(
        SHARES[name], abs=0.02
    )


class Ones(Told):
    """A generator whose normal numbers are all 1."""

    def standard_normal(self, shape):
        return np.ones(shape)


def test_scales_of_rows_and_of_natural_numbers_are_powers_of_two_between_these():
    graded = [_graded(2, 3, 500, Ones(seed)) for seed in range(12)]
    assert all((A[:, :1] == A).all() for A in graded)
    assert {frozenset(exponents(A)) for A in graded} == {frozenset({0}), frozenset(range(-8, 9))}
    one = signature(x=Scalar(), e=Positive())
    x, e = natural(Stratum(one, {}, {"x": "plain", "e": "plain"}, {}), 40_000, Ones(0))
    shares = {k: (x == 2.0**k).mean() for k in exponents(x)}
    assert shares == pytest.approx({k: 1 / 14 + (k == 0) / 2 for k in range(-3, 4)}, abs=0.01)
    logs = np.log2(e)
    assert {k: (logs == k).mean() for k in (-2, 7)} == pytest.approx({-2: 3 / 56, 7: 1 / 56}, abs=0.005)
    assert set(logs) == set(range(-2, 8))


class Tabled(Scalar):  # type: ignore[misc]  # Any to mypy
    """Numbers of a table alone."""

    continuous = False


@pytest.mark.parametrize(("sample", "least"), [(natural, 1000), (spread, 50)])
def test_numbers_of_a_table_are_those_of_the_table(sample, least):
    one = signature(x=Tabled(), y=Scalar())
    raw = sample(Stratum(one, {}, {"x": "plain", "y": "plain"}, {}), 20_000, np.random.default_rng(0))
    assert numbers(raw[0]) == set(one.domains["x"].raw_entries.tolist())
    assert len(numbers(raw[1])) > least


@pytest.mark.parametrize("first", [Tabled(), Interval(0, 1)])
def test_of_numbers_beside_those_of_a_table_or_between_bounds_the_scales_are_as_ever(first):
    stratum = Stratum(signature(x=first, y=Scalar()), {}, {"x": "plain", "y": "plain"}, {})
    assert exponents(natural(stratum, 2000, Ones(0))[1]) == {*range(-3, 4)}


class Digits(Told):
    """A generator whose normal numbers are 1, 2, 3 and so on, along the rows of each matrix; it draws this number."""

    def __init__(self, seed, number):
        super().__init__(seed)
        self.number = number

    def standard_normal(self, shape):
        rows, columns, count = shape
        return np.arange(1.0, rows * columns + 1).reshape(rows, columns, 1) + np.zeros(count)

    def random(self):
        return self.number


def test_any_row_or_any_column_may_be_that_of_which_there_are_more():
    rows = [abs(_duplicates(3, 3, 1, Digits(seed, 0.49))[:, 0]) for seed in range(20)]
    columns = [abs(_duplicates(3, 3, 1, Digits(seed, 0.5))[0]) for seed in range(20)]
    assert (numbers(rows), numbers(columns)) == ({0, 1, 4, 7}, {0, 1, 2, 3})
    repeated = [{x for x in np.ravel(line).tolist() if x and (np.ravel(line) == x).sum() > 1} for line in rows]
    assert set().union(*repeated) == {1, 4, 7}


def test_of_two_rows_a_matrix_whose_spectrum_spreads_is_often_diagonal_and_of_one_never():
    for size, shares in ((2, (0.3, 0.7)), (1, (1, 1))):
        stratum = Stratum(signature(A=Matrix("d d")), {"d": size}, {"A": "plain"}, {})
        made = [spread(stratum, 8, np.random.default_rng(seed)).reshape(size, size, 8) for seed in range(60)]
        diagonal = [not (A * (1 - np.eye(size))[..., None]).any() for A in made]
        assert shares[0] <= np.mean(diagonal) <= shares[1], size


# --- one argument made of another -------------------------------------------------------------------------------------


def test_of_as_many_entries_only_a_matrix_the_other_way_round_is_transposed():
    """In order: the same shape, the transpose, a matrix and a list of its entries, and what is no whole matrix."""
    chosen = SimpleNamespace(choice=lambda *_, replace: [0, 1], integers=lambda *_: 6)  # 6 leaves it as it is made
    for (shape, size), (onto, count), made in (
        (((2, 3), 6), ((2, 3), 6), [0, 1, 2, 3, 4, 5]), (((2, 3), 6), ((3, 2), 6), [0, 3, 1, 4, 2, 5]),
        (((2, 2), 4), ((4,), 4), [0, 1, 2, 3]), (((4,), 4), ((2, 2), 4), [0, 1, 2, 3]),
        (((4, 1), 4), ((2, 2), 4), [0, 1, 2, 3]), (((2, 3), 5), ((3, 2), 5), [0, 1, 2, 3, 4]),
        (((2, 2), 4), ((3,), 3), [0, 1, 2]), (((2,), 2), ((3,), 3), [0, 1, 102]),
    ):  # fmt: skip
        places = slice(0, size), slice(size, size + count)
        parts = [
            Part("x", Matrix("d d"), form, place, -9.0, 9.0)
            for form, place in zip((shape, onto), places, strict=True)
        ]  # fmt: skip
        group = np.concatenate([np.arange(size), 100 + np.arange(count)])[:, None].astype(float)
        _link(SimpleNamespace(parts=parts), group, chosen)
        assert group[places[1], 0].tolist() == made, (shape, onto)
        assert group[places[0], 0].tolist() == [*range(size)]


def test_half_of_complex_matrices_are_made_as_such(monkeypatch):
    made = []
    monkeypatch.setattr(sampling, "planar", lambda *given: made.append(1) or np.zeros((18, 4)))
    stratum = Stratum(signature(A=ComplexMatrix("d d")), {"d": 3}, {"A": "plain"}, {})
    for seed in range(200):
        sampling._made(stratum.parts[0], 4, np.random.default_rng(seed), None)
    assert 70 < len(made) < 130


def test_a_vector_that_is_spread_is_not_made_diagonal():
    stratum = Stratum(signature(v=Vector("d")), {"d": 4}, {"v": "plain"}, {})
    for seed in range(8):
        assert (spread(stratum, 40, np.random.default_rng(seed))[1:] != 0).any()
