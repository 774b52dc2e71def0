"""The terms that are looked for: likelihoods and divergences beside those of torch, and their derivatives."""

import math

import numpy as np
import pytest
import torch
from torch.distributions import Laplace, Normal, kl_divergence
from torch.nn import functional as F

from verify.gate.forms import likelihoods
from verify.gate.forms.divergences import HEADS, LOG_VARIANCE, MEAN
from verify.gate.forms.likelihoods import GAUSSIAN, LIKELIHOODS, PROFILED, Standing
from verify.gate.forms.terms import Term, modulus, sigmoid, softplus
from verify.gate.instances import Instance, Ranges, draws, stacked
from verify.gate.shapes import Shape

DRAWN = draws(Shape(3, 4, 2), Ranges(), 3)
WIDE = draws(Shape(3, 4, 2), Ranges(wide=True), 3)


def tensors(instance):
    return [torch.from_numpy(part) for part in instance]


def total(elements):
    return elements.sum(1).mean()


def entropy(p, of):
    return total(F.binary_cross_entropy(p, of, reduction="none"))


def logits(x, of):
    return total(F.binary_cross_entropy_with_logits(x, of, reduction="none"))


def about(mean, x):
    return total(0.5 * math.log(1 / (2 * math.pi)) - Normal(mean, 1.0).log_prob(x))


def profiled(residual, dim, count):
    """Return ½·Σ log of the mean square along some axes, times how many elements one of them stands for."""
    return 0.5 * count * torch.log((residual**2).mean(dim))


S, ABOVE = torch.sigmoid, lambda x: (x > 0).double()
ERRORS = {
    "Gaussian": [about],
    "Bernoulli (probabilities)": [entropy],
    "Bernoulli (logits)": [logits],
    "Laplace": [lambda r, x: total(-math.log(2) - Laplace(r, 1.0).log_prob(x))],
    "Gaussian, its variance the MSE of the batch": [lambda r, x: profiled(x - r, (0, 1), x.shape[1])],
    "Gaussian, its variance the MSE of each sample": [lambda r, x: profiled(x - r, 1, x.shape[1]).mean()],
    "Gaussian, the variance of a feature its MSE over the batch": [lambda r, x: profiled(x - r, 0, 1).sum()],
    "Bernoulli (logits), of sigmoid(x)": [lambda r, x: logits(r, S(x))],
    "Bernoulli (logits), of [x > 0]": [lambda r, x: logits(r, ABOVE(x))],
    "Gaussian, about sigmoid(x̂)": [lambda r, x: about(S(r), x)],
    "Gaussian, of sigmoid(x) about sigmoid(x̂)": [lambda r, x: about(S(r), S(x))],
    "Huber": [lambda r, x: total(F.smooth_l1_loss(r, x, reduction="none"))],
    "norm of the residual, not squared": [lambda r, x: (x - r).norm(dim=1).mean()],
    "root of the MSE of the batch": [lambda r, x: F.mse_loss(r, x).sqrt()],
    "squared and absolute error": [about, lambda r, x: total((x - r).abs())],
    "Gaussian, its standard deviation the MSE": [
        lambda r, x: profiled(x - r, (0, 1), x.shape[1]), lambda r, x: 1 / F.mse_loss(r, x),
    ],
    "Bernoulli (logits), with x and x̂ swapped": [lambda r, x: logits(x, r)],
    "Bernoulli (logits), with sigmoid(x) and x̂ swapped": [lambda r, x: logits(S(x), r)],
    "Bernoulli (logits), with [x > 0] and x̂ swapped": [lambda r, x: logits(ABOVE(x), r)],
    "Bernoulli (probabilities), with x and x̂ swapped": [lambda r, x: entropy(x, r)],
    "Bernoulli (probabilities), with sigmoid(x) and x̂ swapped": [lambda r, x: entropy(S(x), r)],
    "Bernoulli (probabilities), with x and sigmoid(x̂) swapped": [lambda r, x: logits(x, S(r))],
    "Bernoulli (logits), of x, its logits squashed already": [lambda r, x: logits(S(r), x)],
    "Bernoulli (logits), of sigmoid(x), its logits squashed already": [lambda r, x: logits(S(r), S(x))],
    "Bernoulli (logits), of [x > 0], its logits squashed already": [lambda r, x: logits(S(r), ABOVE(x))],
}  # fmt: skip
"""In the order in which they are tried."""

WRONG = {
    "root of the MSE of the batch": "reconstruction-couples-samples",
    "Gaussian, its standard deviation the MSE": "variance-as-standard-deviation",
}
UNJUDGED = {"Huber", "norm of the residual, not squared", "squared and absolute error"}


def test_the_likelihoods_are_these_in_this_order():
    assert [likelihood.name for likelihood in LIKELIHOODS] == [*ERRORS]
    assert LIKELIHOODS[0] is GAUSSIAN
    assert LIKELIHOODS[4:7] == PROFILED


@pytest.mark.parametrize("likelihood", LIKELIHOODS, ids=lambda each: each.name)
def test_an_error_is_that_of_torch(likelihood):
    proper = "probabilities" in likelihood.name
    for instance in DRAWN if proper else WIDE:
        recon, x, _, _ = tensors(instance)
        found = [float(term(instance)) for term in likelihood.terms]
        assert found == pytest.approx([float(of(recon, x)) for of in ERRORS[likelihood.name]], rel=1e-12)


@pytest.mark.parametrize("likelihood", LIKELIHOODS, ids=lambda each: each.name)
def test_what_stands_for_a_likelihood_is_judged(likelihood):
    name = likelihood.name
    swapped, squashed = name.endswith("swapped"), name.endswith("squashed already")
    finding = WRONG.get(name, "arguments-swapped" if swapped else "sigmoid-twice" if squashed else "")
    assert likelihood.finding == finding
    standing = Standing.WRONG if finding else Standing.UNJUDGED if name in UNJUDGED else Standing.RIGHT
    assert likelihood.standing is standing


@pytest.mark.parametrize("likelihood", LIKELIHOODS, ids=lambda each: each.name)
def test_a_term_of_many_instances_is_that_of_each(likelihood):
    for term in likelihood.terms:
        assert term(stacked(DRAWN)) == pytest.approx([float(term(each)) for each in DRAWN], rel=1e-14)


@pytest.mark.parametrize("likelihood", LIKELIHOODS, ids=lambda each: each.name)
def test_a_step_off_the_real_axis_is_a_derivative(likelihood):
    instance = DRAWN[0]._replace(recon=DRAWN[0].recon + 2.0**-9)
    along = np.arange(12.0).reshape(3, 4) - 5
    for term in likelihood.terms:
        slope = np.imag(term(instance._replace(recon=instance.recon + 1e-20j * along))) / 1e-20
        ends = [term(instance._replace(recon=instance.recon + step * along)) for step in (-1e-6, 1e-6)]
        assert slope == pytest.approx((ends[1] - ends[0]) / 2e-6, rel=1e-4, abs=1e-6)


# --- terms ----------------------------------------------------------------------------------------------------------


def test_a_term_is_a_mean_over_samples_of_a_sum_with_its_size():
    term = Term("Σ h", lambda i: i.head)
    instance = Instance(np.zeros((2, 1)), np.zeros((2, 1)), np.zeros((2, 2)), np.array([[1.0, -3.0], [2.0, 4.0]]))
    assert term(instance) == 2.0
    assert term.sized(instance) == (2.0, 5.0)
    root = Term("root", lambda i: i.head, lambda e: np.float64(-100.0))
    assert root.sized(instance) == (-100.0, 100.0)


def test_what_is_no_number_is_no_warning():
    term, instance = Term("log", lambda i: np.log(i.head)), DRAWN[0]._replace(head=-np.ones((3, 2)))
    with np.errstate(all="raise"):
        assert np.isnan(term(instance))
        assert np.isnan(term.sized(instance)[0])


def test_functions_are_theirs_on_either_side_and_far_away():
    at = np.array([-800.0, -2.0, -0.5, 0.0, 0.5, 2.0, 800.0])
    assert softplus(at) == pytest.approx(np.logaddexp(0, at), rel=1e-15)
    assert modulus(at).tolist() == abs(at).tolist()
    assert sigmoid(at[1:-1]) == pytest.approx(torch.sigmoid(torch.from_numpy(at[1:-1])).numpy(), rel=1e-15)
    assert np.imag(modulus(np.array([-2 + 1j, 2 + 1j, 0 + 1j]))).tolist() == [-1, 1, 1]


# --- divergences ----------------------------------------------------------------------------------------------------

DEVIATIONS = {
    "log-variance": (lambda h: (h / 2).exp(), False),
    "log standard deviation": (torch.exp, False),
    "standard deviation": (lambda h: h, True),
    "variance": (torch.sqrt, True),
    "softplus to the standard deviation": (F.softplus, False),
    "softplus to the variance": (lambda h: F.softplus(h).sqrt(), False),
    "log precision": (lambda h: (-h / 2).exp(), False),
    "precision": (lambda h: 1 / h.sqrt(), True),
}


def test_the_heads_are_these_in_this_order():
    assert [head.name for head in HEADS] == [*DEVIATIONS]
    assert LOG_VARIANCE is HEADS[0]
    assert all(head.terms[0] is MEAN for head in HEADS)


@pytest.mark.parametrize("head", HEADS, ids=lambda head: head.name)
def test_the_terms_of_a_head_make_up_its_kl(head):
    deviation, positive = DEVIATIONS[head.name]
    assert head.positive is positive
    for instance in draws(Shape(3, 4, 2), Ranges(positive=positive), 3):
        _, _, mu, second = tensors(instance)
        wanted = total(kl_divergence(Normal(mu, deviation(second)), Normal(0.0, 1.0)))
        found = [float(term(instance)) for term in head.terms]
        assert sum(found) - 2 / 2 == pytest.approx(float(wanted), rel=1e-12, abs=1e-12)
        assert found[0] == pytest.approx(float(total(mu**2)) / 2)
        assert found[1] == pytest.approx(float(total(deviation(second) ** 2)) / 2)


def test_of_data_that_are_0_no_more_than_0_is_above():
    assert likelihoods._above(np.array([0.0, -0.0, 2.0**-60, -1.0, 3.0])).tolist() == [0, 0, 1, 0, 1]
