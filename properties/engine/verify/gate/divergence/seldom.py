"""Squares, clamps and priors of which the corpus has one each, by hand: no loss is examined as a whole."""

from importlib import import_module
from types import SimpleNamespace

import numpy as np
import pytest

from verify.gate.divergence import slips
from verify.gate.divergence.clamps import Clamp, _of_mean
from verify.gate.divergence.explanation import Explanation
from verify.gate.divergence.floors import STATISTICS, _candidates
from verify.gate.divergence.weights import Apart, Prior, _reverse
from verify.gate.forms.divergences import HEADS
from verify.gate.instances import Ranges, draws
from verify.gate.series import Series
from verify.gate.shapes import Shape

SHAPES = [Shape(4, 6, 3), Shape(8, 5, 2)]
floors = import_module("verify.gate.divergence.floors")


def series(*values, error=1e-12):
    """Return a weight with a value at each shape."""
    return Series(dict(zip(SHAPES, values, strict=True)), dict.fromkeys(SHAPES, error))


# --- squares ----------------------------------------------------------------------------------------------------------


def squared(monkeypatch, found, at=0):
    """Return the square that is found, if weights are found for the candidate of this number alone."""
    asked = []

    def weigh(epsilon, samples, terms):
        asked.append((epsilon, samples, terms(SHAPES[0]) is terms(SHAPES[1]), [*terms(SHAPES[0])]))
        return found if len(asked) == at + 1 else None

    monkeypatch.setattr(floors, "weigh", weigh)
    part = SimpleNamespace(positive=False, epsilon=2.0**-52)
    return floors._square([part, None], "samples"), asked


def test_a_square_has_its_centre_between_the_two_weights(monkeypatch):
    for at, (statistic, head) in enumerate(_candidates(False)):
        found, asked = squared(monkeypatch, (series(2.0, 3.0), series(-8.0, -18.0), series(5.0, 5.0)), at)
        assert (found.kind, found.statistic, found.head) == ("square", statistic, head)
        assert found.weight.values == series(2.0, 3.0).values
        assert found.below.values == series(0.0, 0.0).values
        assert found.threshold.values == series(2.0, 3.0).values  # −½·(−8)/2 and −½·(−18)/3
        assert len(asked) == at + 1
        assert all((epsilon, samples, same) == (2.0**-52, "samples", True) for epsilon, samples, same, _ in asked)
    (one,) = draws(SHAPES[0], Ranges(), 1)
    kl = (one.mu**2 + np.exp(one.head) - one.head - 1) / 2
    (statistic, head), (square, linear) = next(iter(_candidates(False))), asked[0][3]
    assert (statistic.where, head.name) == ("per latent and sample", "log-variance")
    assert square(one) == pytest.approx((kl**2).sum(1).mean())
    assert linear(one) == pytest.approx(kl.sum(1).mean())


def test_without_a_square_there_is_no_centre(monkeypatch):
    assert squared(monkeypatch, (series(0.0, 3.0), series(1.0, 1.0), series(0.0, 0.0)))[0] is None
    found, asked = squared(monkeypatch, None)
    assert found is None
    assert len(asked) == len(_candidates(False)) == len(STATISTICS) * sum(not head.positive for head in HEADS)


# --- means that are held ----------------------------------------------------------------------------------------------


class Plain:
    """A loss that is the plain one from -2 to 3, and beyond is held, in whatever its second head is, or is not."""

    base = 0.25

    def __init__(self, low=-2.0, high=3.0, held=True):
        self.low, self.high, self.is_held, self.far = low, high, held, []

    def mean(self, mean):
        return 100 + mean

    def variance(self, head):
        return 10 * head

    def log_variance(self, head):
        return 1000 * head

    def holds(self, at, expected):
        mean, head = at
        of_head = (10 * head, 1000 * head)
        assert expected[1:] == of_head
        if head == self.base:
            assert expected[0] == 100 + mean
            return (self.low is None or mean >= self.low) and (self.high is None or mean <= self.high)
        assert head == 2 * self.base + 1
        self.far.append((mean, expected[0] - 100))
        return self.is_held if self.is_held in (True, False) else self.is_held(mean)


@pytest.mark.parametrize(
    ("low", "high", "far"),
    [(-2.0, 3.0, [(-1000, -2), (1000, 3)]), (None, 3.0, [(1000, 3)]), (-2.0, None, [(-1000, -2)])],
)
def test_a_mean_is_held_at_its_ends_whatever_the_head_is(low, high, far):
    plain = Plain(low, high)
    assert _of_mean(plain) == [Clamp("mean", low, high)]
    assert plain.far == far
    assert _of_mean(Plain(low, high, held=False)) == [Clamp("mean departs", low, high)]


def test_a_mean_that_is_held_on_one_side_alone_departs_and_one_that_is_free_is_not_told():
    for side in (-1, 1):
        assert _of_mean(Plain(held=lambda mean, side=side: mean * side > 0)) == [Clamp("mean departs", -2.0, 3.0)]
    assert _of_mean(Plain(None, None)) == []


# --- what is coupled --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["samples", "latents"])
def test_what_is_coupled_is_told_by_whatever_was_found(what):
    def coupled(**found):
        return getattr(Explanation(**found), f"couples_{what}")

    sums = [
        SimpleNamespace(**{"couples_samples": False, "couples_latents": False, f"couples_{what}": k}) for k in (0, 1)
    ]
    codes = [SimpleNamespace(**{"codes_of_samples": 0, "codes_of_latents": 0, f"codes_of_{what}": k}) for k in (0, 1)]
    floor = [SimpleNamespace(statistic=SimpleNamespace(couples_samples=k)) for k in (0, 1)]
    assert not coupled()
    assert [bool(coupled(sum=each)) for each in sums] == [False, True]
    assert [bool(coupled(couplings=each)) for each in codes] == [False, True]
    assert coupled(sum=sums[0], couplings=codes[1])
    assert coupled(sum=sums[1], couplings=codes[0])
    assert not coupled(sum=sums[0], couplings=codes[0])
    if what == "samples":  # a threshold alone says which
        assert [bool(coupled(floor=each)) for each in floor] == [False, True]
        assert not coupled(floor=floor[0], sum=sums[1], couplings=codes[1])
        assert coupled(floor=floor[1], sum=sums[0], couplings=codes[0])
    else:
        assert not coupled(floor=floor[1])


# --- a prior from which it is measured --------------------------------------------------------------------------------


def coefficients(quadratic, linear, rest, log_variance, error=1e-9):
    """Return what multiplies μ², μ, 1 and the logarithm of the variance at two shapes."""
    values = [
        [np.array(each, float)[: shape.k] for each in (quadratic, linear, rest, log_variance)] for shape in SHAPES
    ]
    return [SimpleNamespace(values=each, errors=np.full(3, error)) for each in values]


def test_the_divergence_of_a_prior_has_its_mean_and_its_variance():
    found = _reverse(SHAPES, coefficients([2, 2, 2], [-4, 2, 0], [10, 6, 8], [2, 2, 2]))
    assert isinstance(found, Apart)
    assert (found.head, found.weighting) == (None, None)
    assert isinstance(found.prior, Prior)
    assert found.prior.mean.tolist() == [2, -1, 0]
    assert found.prior.variance.tolist() == [5 - 4, 3 - 1, 4]
    assert found.prior.weight.values == {SHAPES[0]: 2.0 * 4, SHAPES[1]: 2.0 * 8}
    assert found.code == "reverse-kl"
    wrong = [
        ([2, 2, 2], [0, 0, 0], [1, 1, 1], [2, 2, 3]), ([2, 2, 3], [0, 0, 0], [1, 1, 1], [2, 2, 3]),
        ([3, 3, 3], [0, 0, 0], [1, 1, 1], [2, 2, 2]), ([0, 0, 0], [0, 0, 0], [1, 1, 1], [0, 0, 0]),
    ]  # fmt: skip
    assert [_reverse(SHAPES, coefficients(*each)) for each in wrong] == [None] * 4


def test_a_mean_that_stands_beside_another_term_is_named_by_that():
    def named(*texts):
        entries = [SimpleNamespace(text=text, mean=True, head=False) for text in texts]
        return [slip.code for slip in slips._of_mean(SimpleNamespace(entries=entries))]

    assert named("Σμ") == ["mean-not-squared"]
    assert named("Σμ", "Σ|μ|") == ["mean-absolute"]
    assert named("Σ|μ|") == ["mean-absolute"]
    assert named("Σμ²") == []
