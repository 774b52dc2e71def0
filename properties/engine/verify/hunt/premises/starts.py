"""What the points are made of through which a slice is laid: samples of few bits, sparse ones, and structured ones."""

import warnings

import numpy as np
import pytest

from properties.engine.helpers.frames import framed
from verify import Scalar, assume, equal, leq
from verify.hunt.premises import points as module
from verify.hunt.premises.coupling import couplings
from verify.hunt.premises.frame import Frame
from verify.hunt.premises.points import _systems, simple, solvable


def product(x: Scalar, y: Scalar):
    assume(equal(x * y, 1))
    leq(x, y)


class Seen(BaseException):
    """The points that were made."""


@pytest.fixture
def made(monkeypatch):
    """Let natural points be 1.3, spread ones 2.7, and structured ones 1/3; all end where they become coordinates."""

    def constant(number):
        return lambda stratum, count, generator: np.full((stratum.size, count), number)

    def coordinates(self, raw):
        raise Seen(raw)

    for name, number in (("natural", 1.3), ("spread", 2.7), ("structured", 1 / 3), ("sparse", 0.0)):
        monkeypatch.setattr(module, name, constant(number))
    frame, generator = framed(product), np.random.default_rng(0)
    found = couplings(frame, generator)
    monkeypatch.setattr(Frame, "coordinates", coordinates)
    return frame, found, generator


def test_natural_and_spread_points_have_two_bits_and_each_is_an_eighth_of_all(made):
    with pytest.raises(Seen) as seen:
        list(solvable(*made[:2], np.array([1]), made[2]))
    (raw,) = seen.value.args
    assert (raw[0] == raw[1]).all()
    numbers, counts = np.unique(raw[0], return_counts=True)
    assert dict(zip(numbers.tolist(), counts.tolist(), strict=True)) == {0: 256, 1 / 3: 1280, 1.5: 256, 3: 256}
    assert (raw[0, :256] != raw[0, 0]).any()  # in any order


def test_what_is_projected_begins_at_natural_points_as_they_are(made):
    with pytest.raises(Seen) as seen:
        list(simple(*made[:2], np.array([1]), made[2]))
    assert set(seen.value.args[0].ravel()) == {1.3}


class Odd(Scalar):  # type: ignore[misc]  # Any to mypy
    """All numbers but 2."""

    def contains(self, value):
        return bool(value != 2)


def of_odd_ones(x: Odd, t: Scalar):
    assume(equal(t, x))
    leq(x, t)


def test_a_point_that_is_in_no_domain_exactly_is_passed_over(monkeypatch):
    monkeypatch.setattr(module, "_MOST_TRIED", 3)
    monkeypatch.setattr(module, "structured", lambda *_: np.array([[1.0, 2, 3], [0, 0, 0]]))
    frame, generator = framed(of_odd_ones), np.random.default_rng(0)
    points = solvable(frame, couplings(frame, generator), np.array([1]), generator)
    assert sorted(int(point[0]) for point in points) == [1, 3]


def test_a_system_at_a_point_without_a_value_is_no_warning():
    frame = framed(product)
    found = couplings(frame, np.random.default_rng(0))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        matrices, rights = _systems(frame, found, np.array([1]), np.array([[np.inf, 2.0], [1, 1]]))
    assert np.isfinite(matrices[:, 0, 0]).tolist() == [False, True]
    np.testing.assert_allclose([matrices[1, 0, 0], rights[1, 0]], [2, 1])
