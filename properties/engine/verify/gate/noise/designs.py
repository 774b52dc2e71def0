"""Designs have the moments of a normal distribution up to the third, in single precision too."""

import numpy as np
import pytest

from verify.gate.fit import DOUBLE
from verify.gate.instances import Ranges, draws
from verify.gate.noise.designs import direction, signs, turned
from verify.gate.noise.expectation import Expectation
from verify.gate.shapes import Shape


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 8, 12, 31, 40, 256])
@pytest.mark.parametrize("design", [signs, turned])
def test_second_moments_are_those_of_the_identity_exactly(design, count):
    found = design(count, np.random.default_rng(0))
    assert (found.T @ found == len(found) * np.eye(count)).all()
    assert (found == found.astype(np.float32)).all()
    assert len(found) < max(9, 2 * count)


def test_the_two_differ_in_kind():
    random = np.random.default_rng(0)
    assert set(np.ravel(signs(12, random))) == {-1, 1}
    lengths = (turned(12, random) ** 2).sum(1)
    assert len(set(lengths)) > 3
    assert not (signs(12, random) == signs(12, random)).all()


def test_a_direction_has_no_entry_0():
    assert np.all(np.abs(direction(1000, np.random.default_rng(0))) >= 0.5)


def test_what_is_additive_but_for_a_little_takes_all_vectors():
    """Of (Σ 2ʲεⱼ)² no two vectors of signs say the same."""
    found, instance = Expectation(), draws(Shape(2, 3, 2), Ranges(), 1)[0]
    assert found.is_exact(lambda: np.float64((np.random.standard_normal(8) ** 2).sum()), instance, DOUBLE)

    def nearly():
        z = np.random.standard_normal(8)
        return np.float64((z**2).sum() + 1e-11 * (z @ 2.0 ** np.arange(8)) ** 2)

    assert found.mean(nearly, instance, DOUBLE) == pytest.approx(8 + 1e-11 * (4**8 - 1) / 3, rel=1e-12)
