"""Weights of single elements: along which axis they differ, in which unit, and which prior they are those of."""

import numpy as np
import pytest

from verify.gate.divergence.weights import (
    Apart,
    Prior,
    Weighting,
    _Coefficients,
    _confirmed,
    _feature_weights,
    _forward,
    _reverse,
    weighting,
)
from verify.gate.fit import Sample
from verify.gate.forms.divergences import LOG_VARIANCE
from verify.gate.forms.likelihoods import GAUSSIAN
from verify.gate.instances import Ranges, draws
from verify.gate.series import Series
from verify.gate.shapes import Shape

SHAPES = (Shape(2, 3, 4), Shape(3, 5, 6))
ERRORS = (1e-9, 2e-9)


def each(of, columns="k"):
    """Return weights of samples × latents, or features, at both shapes."""
    return [np.fromfunction(np.vectorize(of), (s.n, getattr(s, columns))).astype(float) for s in SHAPES]


def scaled(of):
    """Return weights of a mean over the samples."""
    return [weights / s.n for weights, s in zip(each(of), SHAPES, strict=True)]


# --- along which axis -----------------------------------------------------------------------------------------------


def test_weights_that_differ_among_latents_are_in_units_of_the_mean():
    found = weighting(SHAPES, scaled(lambda i, j: 3 * (j == 0)), ERRORS, "latents")
    assert (found.among, found.pattern) == ("latents", "only the first")
    assert found.unit.values == {s: pytest.approx(3) for s in SHAPES}
    assert found.unit.errors == {SHAPES[0]: pytest.approx(2e-9), SHAPES[1]: pytest.approx(6e-9)}
    assert found.total.values == {s: pytest.approx(3) for s in SHAPES}
    assert found.total.errors == {SHAPES[0]: pytest.approx(8e-9), SHAPES[1]: pytest.approx(36e-9)}


def test_weights_that_differ_among_samples_are_in_units_of_a_sum():
    found = weighting(SHAPES, each(lambda i, j: 3 * (i + 1)), ERRORS, "latents")
    assert (found.among, found.pattern) == ("samples", "1, 2, 3, …")
    assert found.unit.values == {s: pytest.approx(3) for s in SHAPES}
    assert found.unit.errors == {SHAPES[0]: 1e-9, SHAPES[1]: 2e-9}
    assert found.total.values == {SHAPES[0]: pytest.approx(9), SHAPES[1]: pytest.approx(18)}
    assert found.total.errors == {SHAPES[0]: pytest.approx(2e-9), SHAPES[1]: pytest.approx(6e-9)}


def test_weights_along_both_axes_are_of_elements():
    found = weighting(SHAPES, scaled(lambda i, j: 2.0 * ((i == 0) & (j == 0))), ERRORS, "features")
    assert (found.among, found.pattern) == ("elements", "only the first")
    assert found.unit.values == {s: pytest.approx(2) for s in SHAPES}
    assert found.total.values == {SHAPES[0]: pytest.approx(2 / 2), SHAPES[1]: pytest.approx(2 / 3)}


def test_the_same_weights_are_those_of_columns():
    found = weighting(SHAPES, scaled(lambda i, j: 1.0), ERRORS, "features")
    assert (found.among, found.pattern) == ("features", "the same")
    assert found.total.values == {SHAPES[0]: pytest.approx(4), SHAPES[1]: pytest.approx(6)}


@pytest.mark.parametrize(("off", "among"), [(1.9e-9, "latents"), (2.1e-9, "elements")])
def test_weights_are_the_same_within_their_errors(off, among):
    weights = each(lambda i, j: float(j))
    weights[0][1, 2] += off
    assert weighting(SHAPES, weights, ERRORS, "latents").among == among
    rows = each(lambda i, j: float(i))
    rows[0][1, 2] += off
    assert weighting(SHAPES, rows, ERRORS, "latents").among == {"latents": "samples"}.get(among, among)


def test_a_shape_that_tells_no_unit_has_none():
    shapes = (Shape(2, 3, 1), Shape(3, 5, 6))
    weights = [np.full((2, 1), 0.5), np.tile(np.eye(6)[0], (3, 1))]
    found = weighting(shapes, weights, ERRORS, "latents")
    assert found.pattern == "only the first"
    assert found.unit.values == {shapes[1]: 3.0}
    assert found.unit.errors == {shapes[1]: pytest.approx(6e-9)}
    assert set(found.total.values) == set(shapes)


# --- which divergence -----------------------------------------------------------------------------------------------


def coefficients(*of):
    """Return those of an element's functions, as functions of its place."""
    made = [scaled(each) for each in of]
    return [_Coefficients(np.array([one[at] for one in made]), np.full((len(of), 1, 1), ERRORS[at])) for at in range(2)]


def first(i, j):
    return 2.0 * (j == 0)


def nothing(i, j):
    return 0


def two(i, j):
    return 2.0


def test_a_divergence_of_which_some_elements_count_has_weights():
    found = _forward(SHAPES, coefficients(first, nothing, first, first), LOG_VARIANCE)
    assert found.head is LOG_VARIANCE
    assert found.prior is None
    assert (found.weighting.among, found.weighting.pattern) == ("latents", "only the first")
    assert found.code == "weights-differ-among-latents"


def test_one_of_which_all_count_alike_is_no_finding():
    assert _forward(SHAPES, coefficients(two, nothing, two, two), LOG_VARIANCE) is None


def test_a_prior_of_its_own_for_each_latent_has_a_mean_and_a_variance():
    """m = v = 1/s² and b = −c/s², l is the same: the KL to N(c, s²), of weight 2."""
    found = _forward(
        SHAPES,
        coefficients(
            lambda i, j: 2 / (j + 1), lambda i, j: -2 * (j - 1) / (j + 1), lambda i, j: 2 / (j + 1), lambda i, j: 2.0
        ),
        LOG_VARIANCE,
    )
    assert (found.weighting, found.code) == (None, "")
    assert found.prior.variance == pytest.approx(np.tile([1.0, 2, 3, 4], (2, 1)))
    assert found.prior.mean == pytest.approx(np.tile([-1.0, 0, 1, 2], (2, 1)))
    assert found.prior.weight.values == {s: pytest.approx(2) for s in SHAPES}
    assert found.prior.weight.errors == {SHAPES[0]: pytest.approx(2e-9), SHAPES[1]: pytest.approx(6e-9)}


@pytest.mark.parametrize(
    "of",
    [
        (lambda i, j: 1 / (j + 1), lambda i, j: 0, lambda i, j: 2.0, lambda i, j: 2.0),  # v is another than m
        (lambda i, j: 1 / (j + 1), lambda i, j: 0, lambda i, j: 1 / (j + 1), lambda i, j: j + 1.0),  # l differs
        (lambda i, j: j - 1.0, lambda i, j: 0, lambda i, j: j - 1.0, lambda i, j: 2.0),  # a variance below 0
        (lambda i, j: 1.0 * j, lambda i, j: 0, lambda i, j: 1.0 * j, lambda i, j: 2.0),  # and one that is infinite
        (lambda i, j: 1.0, lambda i, j: 0, lambda i, j: 2.0, lambda i, j: 1.0 + j),
    ],
)
def test_anything_else_is_no_divergence(of):
    assert _forward(SHAPES, coefficients(*of), LOG_VARIANCE) is None


def test_what_is_linear_in_the_means_is_no_plain_weight():
    found = _forward(
        SHAPES,
        coefficients(lambda i, j: 2.0, lambda i, j: 2.0 * (j == 0), lambda i, j: 2.0, lambda i, j: 2.0),
        LOG_VARIANCE,
    )
    assert found.weighting is None
    assert found.prior.mean == pytest.approx(np.tile([-1.0, 0, 0, 0], (2, 1)))


def test_a_reverse_divergence_has_a_prior_too():
    """½(s² + (μ − c)²)/σ² + ½ log σ²: q = 1, b = −c, the rest (c² + s²)/2 of e^−h/2, and ½ of h."""
    found = _reverse(
        SHAPES,
        coefficients(lambda i, j: 2.0, lambda i, j: -2.0 * j, lambda i, j: 2.0 * (j**2 + j + 1), lambda i, j: 2.0),
    )
    assert (found.head, found.code) == (None, "reverse-kl")
    assert found.prior.mean == pytest.approx(np.tile([0.0, 1, 2, 3], (2, 1)))
    assert found.prior.variance == pytest.approx(np.tile([1.0, 2, 3, 4], (2, 1)))
    assert found.prior.weight.values == {s: pytest.approx(2) for s in SHAPES}


@pytest.mark.parametrize(
    "of",
    [
        (lambda i, j: 2.0, lambda i, j: 0, lambda i, j: 2.0, lambda i, j: 1.0),
        (lambda i, j: j + 1.0, lambda i, j: 0, lambda i, j: 2.0, lambda i, j: j + 1.0),
        (lambda i, j: 0.0, lambda i, j: 0, lambda i, j: 2.0, lambda i, j: 0.0),
    ],
)
def test_anything_else_is_no_reverse_divergence(of):
    assert _reverse(SHAPES, coefficients(*of)) is None


def test_the_code_of_what_is_apart():
    series = Series({}, {})
    assert (
        Apart(LOG_VARIANCE, Weighting("samples", "1, 2, 3, …", series, series)).code == "weights-differ-among-samples"
    )
    assert Apart(LOG_VARIANCE, None, Prior(np.zeros(1), np.ones(1), series)).code == ""
    assert Apart(None, Weighting("samples", "", series, series)).code == "reverse-kl"


# --- what is confirmed ----------------------------------------------------------------------------------------------


class Off:
    """A part whose loss is off from what it is taken for, as far as a function of the instance says."""

    def __init__(self, first, of, bound):
        self.first, self.of, self.positive, self.shape = first, of, False, first.shape
        self.bound = lambda *values: bound
        self.random = np.random.default_rng

    def at(self, mu, head):
        full = self.first.mu.shape
        return self.first._replace(mu=np.broadcast_to(mu, full) * 1.0, head=np.broadcast_to(head, full) * 1.0)

    def __call__(self, mu, head):
        return self.of(self.at(mu, head))

    def value(self, instance):
        return self.of(instance)


@pytest.mark.parametrize(("share", "confirmed"), [(0.0, True), (0.95, True), (1.05, False), (-1.05, False)])
def test_coefficients_make_up_the_loss_within_their_errors(share, confirmed):
    values, errors, bound = np.array([2.0, 0.5]), np.array([0.25, 0.03]), 0.125
    found = _Coefficients(values[:, None, None] * np.ones((2, 2, 3)), errors[:, None, None] * np.ones((2, 2, 3)))

    def functions(mu, head):
        return [mu**2, head]

    def of(instance):
        change = np.array(functions(instance.mu, instance.head)) - np.array([0.0, 1.0])[:, None, None]
        moved = 7 + (values[:, None, None] * change).sum()
        return moved + share * (bound + (errors[:, None, None] * abs(change)).sum()) * bool(change.any())

    assert _confirmed(Off(draws(Shape(2, 4, 3), Ranges(), 1)[0], of, bound), found, functions) is confirmed


@pytest.mark.parametrize(("share", "found"), [(0.0, True), (0.95, True), (1.05, False), (-1.05, False)])
def test_weights_of_features_make_up_the_error_within_theirs(share, found):
    instances = draws(Shape(2, 4, 3), Ranges(wide=True), 9)
    first, other = instances[:2]
    weights, bound = np.array([[1.0, 2.0, 0.0, 4.0], [3.0, 1.0, 2.0, 1.0]]), 2.0**-10
    step = (first.x - other.recon) ** 2 / 2 - (first.x - first.recon) ** 2 / 2
    error = bound / abs(step).min()

    def of(instance):
        squares = (instance.x - instance.recon) ** 2 / 2
        together = [
            at for at, each in enumerate(instances[3:], 3) if instance.recon is each.recon and instance.x is each.x
        ]
        off = 0.0
        for at in together:
            change = squares - (instance.x - instances[at - 1].recon) ** 2 / 2
            off = share * (bound + error * abs(change).sum())
        return float((weights * squares).sum()) + off

    made = _feature_weights(Off(first, of, bound), Sample(instances, np.zeros(9)), weights * step, GAUSSIAN)
    assert (made is not None) is found
    if made is not None:
        assert made[0] == pytest.approx(weights)
        assert made[1] == pytest.approx(error)
