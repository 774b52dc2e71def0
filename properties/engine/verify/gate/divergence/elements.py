"""Weights of single elements: along which axis they differ, in which unit, and which prior they are those of."""

import numpy as np
import pytest

from verify.gate.divergence.weights import Apart, Prior, Weighting, _Coefficients, _forward, _reverse, weighting
from verify.gate.forms.divergences import LOG_VARIANCE
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
