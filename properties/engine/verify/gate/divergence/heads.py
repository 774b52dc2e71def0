"""Heads that are held in a range, kept off 0 or squashed: near the prior, far from it, and in one term only."""

import numpy as np
import pytest

from properties.engine.helpers.divergences import examined, explained, kl, part_of, softplus, text, with_error
from properties.engine.helpers.losses import FEW
from properties.engine.helpers.slow import but
from verify.gate.divergence.clamps import clamps
from verify.gate.divergence.held import held
from verify.gate.reading import read
from verify.gate.shapes import Shape


def through(change):
    """Return the divergence of a log-variance that is changed."""
    return lambda mu, h: kl(mu, change(h)).sum(1).mean()


def of_deviation(deviation):
    """Return the divergence of a standard deviation."""
    return lambda mu, h: 0.5 * (mu**2 + deviation(h) ** 2 - 2 * np.log(deviation(h)) - 1).sum(1).mean()


def in_variance(change):
    return lambda mu, h: 0.5 * (mu**2 + np.exp(change(h)) - h - 1).sum(1).mean()


def in_logarithm(change):
    return lambda mu, h: 0.5 * (mu**2 + np.exp(h) - change(h) - 1).sum(1).mean()


HELD = {
    "log-variance, kept in [-1, 0.5]": (through(lambda h: np.clip(h, -1, 0.5)), ""),
    "log-variance, kept in [-1, ∞]": (through(lambda h: np.maximum(h, -1)), ""),
    "log-variance, kept in [−∞, 0]": (through(lambda h: np.minimum(h, 0)), ""),
    "log-variance, softly kept above -6": (through(lambda h: softplus(h + 6) - 6), ""),
    "log-variance, softly kept below 3": (through(lambda h: 3 - softplus(3 - h)), ""),
    "log-variance, softly kept in [-10, 4]": (through(lambda h: -10 + softplus(4 - softplus(4 - h) + 10)), ""),
    "log-variance, squashed into ±5 by a tanh": (through(lambda h: 5 * np.tanh(h / 5)), ""),
    "log-variance, 0.001 added to the variance": (through(lambda h: np.log(np.exp(h) + 1e-3)), ""),
    "softplus to the standard deviation, 0.001 added to the standard deviation": (
        of_deviation(lambda h: softplus(h) + 1e-3),
        "",
    ),
    "sigmoid to the standard deviation": (of_deviation(lambda h: 1 / (1 + np.exp(-h))), ""),
    "standard deviation, of either sign": (of_deviation(abs), ""),
    "log-variance, squashed into ±3 by a tanh, in the variance only": (
        in_variance(lambda h: 3 * np.tanh(h / 3)),
        "variance",
    ),
    "log-variance, squashed into ±2 by a tanh, in the logarithm only": (
        in_logarithm(lambda h: 2 * np.tanh(h / 2)),
        "log-variance",
    ),
    "log-variance, 0.01 added to the variance": (in_logarithm(lambda h: np.log(np.exp(h) + 0.01)), ""),
}


@pytest.mark.parametrize(
    "name",
    but(
        HELD,
        "log-variance, softly kept below 3",
        "log-variance, squashed into ±5 by a tanh",
        "softplus to the standard deviation, 0.001 added to the standard deviation",
        "log-variance, squashed into ±3 by a tanh, in the variance only",
        "log-variance, squashed into ±2 by a tanh, in the logarithm only",
        mark="long",
    ),
)
def test_a_changed_head_is_found_with_its_numbers(name):
    of_heads, only = HELD[name]
    found = held(part_of(lambda mu, h: 2 * of_heads(mu, h)))
    part = found.divergence
    assert part.head.name == name
    assert found.only == only
    assert found.mean == (None, None)
    assert [text(each) for each in (part.mean, part.variance, part.log_variance)] == ["2", "2", "2"]


@pytest.mark.parametrize(("low", "high"), [(-1, 1), (-0.5, 2), (-1, None)])
def test_a_range_of_the_means_is_found(low, high):
    found = held(part_of(lambda mu, h: kl(np.clip(mu, low, high), h).sum(1).mean()))
    assert found.mean == (low, high)
    assert text(found.divergence.mean) == "1"


@pytest.mark.parametrize(
    "of_heads",
    [
        pytest.param(through(lambda h: 3 * np.sin(h / 3)), marks=pytest.mark.long),
        pytest.param(through(lambda h: np.clip(h, -1, 0.5) + 1e-7 * h**2), marks=pytest.mark.long),
        lambda mu, h: 0.5 * (mu**2).sum(1).mean(),
        lambda mu, h: 0.5 * (1 - np.exp(-(mu**2))).sum(1).mean(),
    ],
)
def test_what_is_no_changed_head_is_none(of_heads):
    assert held(part_of(of_heads)) is None


OF_ONE_SIDE = "log-variance, kept in [−∞, 0]"


def far(of_heads, positive=False):
    """Return what holds the heads of a loss whose divergence is plain near the prior."""
    loss, samples = examined(with_error(of_heads), positive)
    reading = read(loss, samples)
    assert reading.divergence is not None
    return [(clamp.what, clamp.low, clamp.high) for clamp in clamps(loss, samples, reading.divergence)]


FAR = [
    (through(lambda h: h), False, []),
    (lambda mu, h: 0 * through(lambda h: h)(mu, h), False, []),
    (through(lambda h: np.clip(h, -30, 20)), False, [("second head", -30, 20)]),
    (through(lambda h: np.maximum(h, -10)), False, [("second head", -10, None)]),
    (in_variance(lambda h: np.minimum(h, 20)), False, [("its variance", None, 20)]),
    (in_logarithm(lambda h: np.maximum(h, -15)), False, [("its log-variance", -15, None)]),
    (lambda mu, h: kl(np.clip(mu, -100, 50), h).sum(1).mean(), False, [("mean", -100, 50)]),
    (of_deviation(lambda h: np.maximum(h, 1e-4)), True, [("second head", 1e-4, None)]),
    (of_deviation(lambda h: h), True, []),
]


@pytest.mark.parametrize(("of_heads", "positive", "expected"), FAR)
def test_what_holds_a_head_far_away_is_found(of_heads, positive, expected):
    assert far(of_heads, positive) == expected


def test_where_there_is_no_number_is_told():
    [(what, low, high)] = far(lambda mu, h: (kl(mu, h) + np.where(h < -20, np.nan, 0)).sum(1).mean())
    assert what == "not a number"
    assert abs(low + 20) < 1e-9
    assert high is None


def test_another_function_far_away_departs():
    [(what, _, high)] = far(lambda mu, h: (kl(mu, h) + np.maximum(h - 30, 0) ** 2 * 1e30).sum(1).mean())
    assert what == "departs"
    assert abs(high - 30) < 1e-3


@pytest.mark.parametrize(("mean", "head"), [(1, 1), (1, -1), (-1, 1), (-1, -1)])
def test_what_departs_where_both_heads_are_far_is_found_whatever_their_signs(mean, head):
    both = lambda mu, h: np.maximum(mean * mu - 3, 0) * np.maximum(head * h - 3, 0)  # noqa: E731
    [(what, low, high)] = far(lambda mu, h: (kl(mu, h) + 1e6 * both(mu, h)).sum(1).mean())
    assert (what, low) == ("both depart", -high)
    assert abs(high - 3) < 1e-3


def test_of_both_heads_the_nearest_is_told_as_far_as_16_and_only_of_what_is_a_number():
    def together(mu, h):
        return np.minimum(abs(mu), abs(h))

    def plus(change):
        return far(lambda mu, h: (kl(mu, h) + change(mu, h)).sum(1).mean())

    [(_, _, high)] = plus(lambda mu, h: 1e6 * np.maximum(together(mu, h) - np.where(mu * h > 0, 5, 4), 0))
    assert abs(high - 4) < 1e-3
    assert plus(lambda mu, h: 1e9 * (together(mu, h) > 15.9) * (abs(mu) < 17)) != []
    assert plus(lambda mu, h: 1e9 * (together(mu, h) > 16.1)) == []
    assert plus(lambda mu, h: np.where(together(mu, h) > 3, np.nan, 0)) == []
    deviation = lambda mu, h: of_deviation(lambda h: h)(mu, h) + 1e9 * ((mu > 3) & (h > 8.1)).sum()  # noqa: E731
    [(what, _, high)] = far(deviation, positive=True)
    assert what == "both depart"
    assert abs(high - np.log2(8.1)) < 1e-3  # of a positive head the logarithm is as far


def test_another_function_far_away_is_told_where_near_the_prior_it_is_the_plain_one():
    _, found = explained(with_error(lambda mu, h: (kl(mu, h) + np.maximum(h - 5, 0)).sum(1).mean()))
    assert [clamp.what for clamp in found.clamps] == ["departs"]
    assert found.held is None


@pytest.mark.parametrize(
    "name",
    but(
        ["log-variance, squashed into ±5 by a tanh", OF_ONE_SIDE],
        "log-variance, squashed into ±5 by a tanh",
        mark="long",
    ),
)
def test_a_head_changed_as_a_whole_gives_a_divergence(name):
    _, found = explained(with_error(HELD[name][0]))
    assert found.divergence.head.name == name
    assert found.slips == ()


def test_a_head_changed_in_one_term_is_no_divergence():
    _, found = explained(with_error(in_variance(lambda h: 3 * np.tanh(h / 3))))
    assert found.divergence is None
    assert found.found
    assert [slip.code for slip in found.slips] == ["term-clamped"]


def test_means_held_near_the_prior_are_no_divergence():
    _, found = explained(with_error(lambda mu, h: kl(np.clip(mu, -1, 1), h).sum(1).mean()))
    assert found.divergence is None
    assert [slip.code for slip in found.slips] == ["mean-held"]
    assert "[-1, 1]" in found.slips[0].message


def test_a_changed_head_of_one_latent_is_found():
    found = held(part_of(through(lambda h: 3 - softplus(3 - h)), shapes=[Shape(4, 6, 1), Shape(2, 5, 1)]))
    assert found.divergence.head.name == "log-variance, softly kept below 3"


@pytest.mark.parametrize(("end", "found"), [(39.0, True), (41.0, False)])
def test_a_log_variance_is_followed_to_40_and_a_log_deviation_to_20(end, found):
    def held_in(change, scale):
        return with_error(lambda mu, h: 0.5 * (mu**2 + np.exp(scale * change(h)) - scale * change(h) - 1).sum(1).mean())

    for scale, at in ((1, end), (2, end / 2)):
        loss, samples = examined(held_in(lambda h, at=at: np.clip(h, -at, at), scale), shapes=FEW[:2])
        clamped = clamps(loss, samples, read(loss, samples).divergence)
        assert [(each.what, each.low, each.high) for each in clamped] == [("second head", -at, at)] * found


def test_a_loss_that_is_held_as_a_whole_holds_no_mean():
    whole = far(lambda mu, h: np.minimum(kl(mu, h).sum(1), 1e4).mean())
    assert [what for what, *_ in whole] == ["mean departs", "departs"]
