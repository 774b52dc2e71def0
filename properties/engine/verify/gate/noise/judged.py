"""The verdict by estimates: what is told of intervals that are given, and when nothing is estimated at all."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from verify.gate import sampled
from verify.gate.diagnosis.explained import Explained
from verify.gate.divergence.couplings import Couplings
from verify.gate.divergence.far import Growth
from verify.gate.expectations import expectations
from verify.gate.findings import Code
from verify.gate.fit import DOUBLE, Sample
from verify.gate.forms.divergences import LOG_VARIANCE
from verify.gate.forms.likelihoods import BERNOULLI, GAUSSIAN, LIKELIHOODS
from verify.gate.forms.terms import Term
from verify.gate.instances import Ranges, draws
from verify.gate.noise import estimate
from verify.gate.noise.estimate import FALSE_ALARM, Estimate, cancels
from verify.gate.reading import DivergencePart, Reading, ReconstructionPart
from verify.gate.report import Report
from verify.gate.series import Series
from verify.gate.shapes import Shape
from verify.gate.slipcodes import SlipCode

SHAPES = [Shape(1, 3, 1), Shape(4, 6, 3), Shape(2, 5, 2), Shape(3, 7, 4)]
CHANCE = "with a chance of 1e-09 of a false alarm"
ONE = Series({SHAPES[1]: 1.0}, {SHAPES[1]: 0.0})


def estimated(beta, half=0.01, misfit=False):
    """Return an estimate of the error's weight 1, known exactly, and of a KL of weight β."""
    weights = np.array([1.0, beta, beta, beta, 0.0])
    return Estimate(weights, np.array([0.0, half, half, half, 1.0]), misfit, 80)


@pytest.fixture
def judged(monkeypatch):
    """Return the report on estimates that are given, one a shape, and what was asked for them."""

    def made(*found, error=GAUSSIAN, kl=True, separable=True, value=None, shapes=SHAPES, **declared):
        asked, left = [], iter(found)

        def given(loss, noise, terms, instances, alpha, until):
            estimate = next(left)
            asked.append((terms, instances, alpha, until(estimate)))
            return estimate

        monkeypatch.setattr(sampled, "estimate", given)
        square = value or (lambda instance: float((instance.mu**2).sum()))
        loss = SimpleNamespace(value=square, noise=None, epsilon=DOUBLE)
        samples = [Sample(draws(shape, Ranges(), 6), np.zeros(6)) for shape in shapes]
        recon = error and ReconstructionPart(error, (ONE,), ONE)
        part = DivergencePart(LOG_VARIANCE, ONE, ONE, ONE) if kl else None
        report = Report("loss")
        sampled.judge_estimates(
            loss, samples, Explained(Reading(recon, part, separable)), expectations(**declared), report
        )
        return report, asked

    return made


def told(*parts):
    where = ("n = 4, d = 6, k = 3", "n = 2, d = 5, k = 2")
    after = "after 80 evaluations"
    each = [f"effective β between {a} and {b} at {at} {after}" for (a, b), at in zip(parts, where, strict=False)]
    return f"{'; '.join(each)}, {CHANCE}"


def test_a_beta_that_is_known_well_and_may_be_the_expected_is_accepted(judged):
    report, asked = judged(estimated(1.0), estimated(1.005))
    assert report.outcome == "accepted"
    wanted = told(("0.99", "1.01"), ("0.995", "1.01"))
    assert report.convention == f"negative ELBO in expectation, up to its scale: {wanted}"
    assert report.assumed == ["means of 8 calls are as likely above the expectation as below, by any amount"]
    assert report.likelihood == "Gaussian"
    assert [len(instances) for _, instances, _, _ in asked] == [10, 10]
    assert [instances[0].shape for _, instances, _, _ in asked] == SHAPES[1:3]
    assert all(alpha == FALSE_ALARM / 2 for _, _, alpha, _ in asked)
    assert all(terms == (*GAUSSIAN.terms, *LOG_VARIANCE.terms) for terms, _, _, _ in asked)


def test_one_sample_or_latent_is_looked_at_only_if_there_is_no_other_shape(judged):
    report, asked = judged(estimated(1.0), shapes=SHAPES[:1])
    assert [instances[0].shape for _, instances, _, _ in asked] == SHAPES[:1]
    assert asked[0][2] == FALSE_ALARM
    assert report.outcome == "accepted"
    _, asked = judged(estimated(1.0), shapes=[Shape(1, 3, 2), Shape(2, 3, 1)])
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("betas", "declared", "right"),
    [
        ((0.5, 0.5), {}, True), ((1.0, 0.5), {}, False), ((0.5, 1.0), {}, False), ((2.0, 2.0), {}, False),
        ((1.0, 2.0), {}, False),
        ((2.0, 1.0), {}, False), ((0.25, 0.25), {}, False), ((3.0, 3.0), {"beta": 3}, True),
        ((1.5, 1.5), {"beta": 3}, True),
        ((1.0, 1.0), {"beta": 3}, False), ((6.0, 6.0), {"beta": 3, "decoder_variance": 2}, True),
        ((3.0, 3.0), {"beta": 3, "decoder_variance": 2}, False), ((-1.0, -1.0), {}, False),
    ],
)  # fmt: skip
def test_a_beta_that_is_certainly_another_is_a_defect(judged, betas, declared, right):
    report, asked = judged(*map(estimated, betas), **declared)
    assert [finding.kind for finding in report.findings] == ([] if right else [Code.ESTIMATED])
    assert report.outcome == ("accepted" if right else "defect")
    assert all(enough for _, _, _, enough in asked)
    if not right:
        assert report.findings[0].detail.endswith(f", {CHANCE}; expected {declared.get('beta', 1)}")
        assert report.convention == ""


def test_of_another_likelihood_no_half_is_a_variance(judged):
    report, asked = judged(estimated(0.5), estimated(0.5), error=BERNOULLI)
    assert report.outcome == "defect"
    assert report.likelihood == "Bernoulli (probabilities)"
    assert asked[0][0] == (*BERNOULLI.terms, *LOG_VARIANCE.terms)
    report, _ = judged(estimated(0.5), estimated(0.5), error=None)
    assert (report.outcome, report.likelihood) == ("accepted", "Gaussian")
    two = next(each for each in LIKELIHOODS if len(each.terms) == 2)
    assert len(judged(estimated(1.0), estimated(1.0), error=two)[1][0][0]) == 4


@pytest.mark.parametrize(
    ("half", "sharp", "enough"),
    [(0.05, True, True), (0.095, True, False), (0.12, False, False), (math.inf, False, False)],
)
def test_a_beta_that_is_not_known_well_is_undecided(judged, half, sharp, enough):
    """The interval is as wide as a tenth, or two, of its greater end: ±0.05 of 1.05, ±0.095 of 1.095."""
    report, asked = judged(estimated(1.0, half), estimated(1.0))
    assert report.outcome == ("accepted" if sharp else "undecided")
    assert asked[0][3] is enough
    if not sharp:
        assert report.undecided[0].startswith("the estimates are not sharp enough: effective β between ")
        assert report.findings == []


def test_both_shapes_have_to_be_sharp(judged):
    assert judged(estimated(1.0), estimated(1.0, 0.5))[0].outcome == "undecided"
    assert judged(estimated(1.0, 0.5), estimated(1.0))[0].outcome == "undecided"
    assert judged(estimated(9.0, 0.5), estimated(1.0, 0.5))[0].outcome == "defect"


def test_what_the_terms_do_not_make_up_is_undecided(judged):
    report, _ = judged(estimated(1.0, misfit=True), estimated(1.0))
    assert report.outcome == "undecided"
    assert report.undecided[0] == "the expectation is no sum of the known terms, at n = 4, d = 6, k = 3"
    assert report.findings == []
    assert judged(estimated(1.0, misfit=True), estimated(3.0))[0].outcome == "defect"


def test_a_loss_that_is_no_sum_or_no_square_is_not_estimated(judged):
    report, asked = judged(separable=False)
    assert report.outcome == "undecided"
    assert report.undecided == ["the loss is no sum of a reconstruction error and a divergence, and draws noise"]
    assert asked == []
    for value in (lambda i: float((i.mu**3).sum()), lambda i: float((i.mu**4).sum())):
        report, asked = judged(value=value)
        assert report.outcome == "undecided"
        assert report.undecided == ["the loss draws noise, and from one seed it is no square of mu, as a KL is"]
        assert asked == []
    bent = 300 * DOUBLE
    assert judged(estimated(1.0), estimated(1.0), value=lambda i: 1 + bent * (i.mu[0, 0] > 1))[0].outcome == "accepted"


@pytest.mark.parametrize(
    ("grows", "coupled", "code"),
    [
        (Growth.BOUNDED, True, Code.KL_MISSING), (Growth.BOUNDED, False, None), (Growth.QUADRATIC, True, None),
        (Growth.AFFINE, False, SlipCode.UNBOUNDED), (Growth.FALLS, True, SlipCode.UNBOUNDED),
        (Growth.LINEAR, True, None),
    ],
)  # fmt: skip
def test_what_does_not_grow_like_a_kl_is_a_defect_before_any_estimate(judged, monkeypatch, grows, coupled, code):
    monkeypatch.setattr(sampled, "far", lambda parts: SimpleNamespace(mean=grows))
    monkeypatch.setattr(sampled, "couplings", lambda parts, samples: Couplings(coupled, False, False))
    report, asked = judged(estimated(1.0), estimated(1.0), kl=False)
    assert [finding.kind for finding in report.findings] == ([] if code is None else [code])
    assert report.outcome == ("accepted" if code is None else "defect")
    assert len(asked) == (2 if code is None else 0)
    assert judged(estimated(1.0), estimated(1.0))[0].findings == []
    if code is SlipCode.UNBOUNDED:
        assert report.findings[0].detail == f"in mu it goes {grows.value}"


# --- the estimates --------------------------------------------------------------------------------------------------


def test_each_look_has_half_the_chance_of_the_one_before(monkeypatch):
    chances = []

    def recorded(means, alpha):
        chances.append(alpha)
        return means.mean(0), np.ones(means.shape[1])

    monkeypatch.setattr(estimate, "intervals", recorded)
    drawn = np.random.default_rng(0)
    noise = SimpleNamespace(together=lambda loss, instances, seed: drawn.normal(size=len(instances)))
    loss = SimpleNamespace(epsilon=DOUBLE)
    instances = draws(SHAPES[1], Ranges(), 8)
    estimate.estimate(loss, noise, LOG_VARIANCE.terms, instances, 0.5, lambda found: False, 1e9, 8 * 256 + 8 * 1024 * 4)
    assert chances == [0.25, 0.125, 0.0625]


def test_a_loss_that_is_compared_is_called_from_32_seeds():
    seeds = []
    noise = SimpleNamespace(together=lambda loss, pair, seed: (seeds.append(seed), np.zeros(2))[1])
    assert cancels(SimpleNamespace(epsilon=DOUBLE), noise, *draws(SHAPES[1], Ranges(), 2))
    assert seeds == list(range(32))


def test_the_numbers_of_an_estimate_cannot_be_changed():
    with pytest.raises(AttributeError):
        estimated(1.0).misfit = True


def test_intervals_by_hand():
    """Of two means 0 and 2, the variance is 1; N = 2 is less than x² = 2·log(2/α) unless α is near 2."""
    means = np.array([[0.0], [2.0]])
    middle, half = estimate.intervals(means, 1.9)
    square = 2 * math.log(2 / 1.9)
    assert middle.tolist() == [1.0]
    assert half == pytest.approx([math.sqrt(square / (2 - square))])
    assert math.isinf(estimate.intervals(means, 0.5)[1][0])


@pytest.mark.parametrize(("count", "called"), [(200_000, 1), (200_001, 0)])
def test_an_estimate_makes_two_hundred_thousand_calls_at_most(count, called):
    calls = []
    noise = SimpleNamespace(
        together=lambda loss, instances, seed: (calls.append(1), np.full(len(instances), np.nan))[1]
    )
    estimate.estimate(SimpleNamespace(epsilon=DOUBLE), noise, (), [None] * count)
    assert len(calls) == called


def test_a_term_that_is_0_everywhere_has_some_weight_and_harms_none():
    drawn, instances = np.random.default_rng(0), draws(SHAPES[1], Ranges(), 8)
    nothing = Term("0", lambda i: i.mu * 0)
    values = np.array([float(LOG_VARIANCE.terms[0](each)) for each in instances])
    noise = SimpleNamespace(together=lambda loss, instances, seed: 3 * values + 0.1 * drawn.normal(size=8))
    terms = (nothing, LOG_VARIANCE.terms[0])
    found = estimate.estimate(SimpleNamespace(epsilon=DOUBLE), noise, terms, instances, until=lambda found: True)
    assert found.weights[1] == pytest.approx(3, abs=0.1)
    assert not found.misfit
