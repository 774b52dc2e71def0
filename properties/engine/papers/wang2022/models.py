"""The models of wang2022's figures: their data, losses and closed forms."""

import math

import numpy as np
import pytest
import torch

from properties.wang2022.experiments import conclusions as experiments
from properties.wang2022.experiments.conclusions import (
    BETAS,
    DIGITS,
    DIGITS_BETAS,
    DIGITS_VARIANCE,
    LATENTS,
    NEAR,
    THRESHOLDS,
)
from properties.wang2022.experiments.prediction import (
    COLLAPSED,
    predicted_collapsed,
    predicted_loss,
    predicted_sigma,
)
from properties.wang2022.experiments.training.digits import DigitsVAE, centred_digits
from properties.wang2022.experiments.training.linear import LinearRegression, moments, sample
from properties.wang2022.experiments.training.nonlinear import HIDDEN, ReluRegression, network, standardised
from reference.wang2022.optima import learned_decoder_singular_values, learned_encoder_singular_values

SOME = (0.35, 3.15, 9.45, 15.05)
"""Values of β with 0, 1, 4 and 5 collapsed modes."""


def models(betas, thresholds=THRESHOLDS, varies=True):
    return [experiments.setting(f"β = {beta:g}", beta, thresholds, NEAR, varies=varies) for beta in betas]


def linear(varies=True, betas=SOME, seed=0):
    return LinearRegression(models(betas, varies=varies), seed, "cpu")


def relu(betas=SOME, seed=0):
    return ReluRegression(models(betas), seed, "cpu")


def digits(betas=DIGITS_BETAS):
    return DigitsVAE(models(betas, (*DIGITS, DIGITS_VARIANCE - sum(DIGITS)), varies=False), 0, "cpu")


def drawn(training, scale=0.3):
    """Return parameters in general position, all in double precision."""
    generator = torch.Generator().manual_seed(1)
    return {
        name: value.double() + scale * torch.randn(value.shape, generator=generator, dtype=torch.float64)
        for name, value in training.parameters().items()
    }


def points(count, d, seed=2):
    return torch.randn(d, count, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def optimum(training):
    """Return U, W and log Σ of Theorem 2, with P = I, for each β; A^{1/2} and Z are the training's."""
    F, zeta, Gt = torch.linalg.svd(training.Z)
    found = []
    for beta in training.beta:
        w = training.weights(beta)
        lam, theta = learned_decoder_singular_values(zeta, w), learned_encoder_singular_values(zeta, w)
        s = 2 * torch.log(torch.tensor(predicted_sigma(THRESHOLDS, LATENTS, float(beta))))
        found.append((F * lam, torch.linalg.solve(training.root, Gt.mT * theta), s))
    return (torch.stack(values) for values in zip(*found, strict=True))


# --- predictions ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("d1", [2, 5])
@pytest.mark.parametrize("beta", [0.01, 1.4, 4.0, 13.9, 20.0])
def test_the_predicted_loss_is_the_rate_distortion_function_of_gaussian_data(beta, d1):
    spent = [beta + beta * math.log(t / beta) if t > beta else t for t in THRESHOLDS[:d1]]  # by reverse water-filling
    assert predicted_loss(THRESHOLDS, d1, beta) == pytest.approx((sum(spent) + sum(THRESHOLDS[d1:])) / 2)
    sigma = [min(1, math.sqrt(beta / t)) for t in THRESHOLDS[:d1]]
    np.testing.assert_allclose(predicted_sigma(THRESHOLDS, d1, beta), sigma)
    assert sigma == sorted(sigma)


def test_the_sweep_passes_every_threshold():
    counts = [predicted_collapsed(THRESHOLDS, LATENTS, beta) for beta in BETAS]
    assert len(BETAS) == 24
    assert sorted(set(counts)) == [0, 1, 2, 3, 4, 5]
    np.testing.assert_allclose([min(abs(beta - t) for beta in BETAS) for t in THRESHOLDS], 0.35)
    assert predicted_collapsed((3.0, 2.0), 1, 2.5) == 0
    assert predicted_collapsed((3.0, 2.0), 2, 2.0) == 1
    # the count of σ_i > COLLAPSED is the count of thresholds where β is 2 % before one
    assert math.sqrt(0.98) < COLLAPSED < math.sqrt(0.981)


def test_the_spectrum_of_the_digits_is_that_of_the_package():
    x = centred_digits().numpy()
    assert x.shape == (64, 1797)
    np.testing.assert_allclose(x.mean(1), 0, atol=1e-12)
    assert np.ptp(x, axis=1).max() == pytest.approx(1)
    values = np.maximum(np.linalg.eigvalsh(np.cov(x, bias=True))[::-1], 0)
    np.testing.assert_allclose(values[:LATENTS], DIGITS, rtol=1e-10)
    assert values.sum() == pytest.approx(DIGITS_VARIANCE, rel=1e-12)
    assert [predicted_collapsed(DIGITS, LATENTS, beta) for beta in DIGITS_BETAS] == [0, 1, 2, 3, 4, 5]
    assert min(abs(beta / t - 1) for beta in DIGITS_BETAS for t in DIGITS) > experiments.DIGITS_NEAR
    # eq. (20) has of the modes past d1 only the sum
    assert predicted_loss(values, LATENTS, 0.3) == pytest.approx(digits((0.3,)).settings[0].paper["loss"])
    A, C, y2 = digits().moments
    np.testing.assert_allclose(A, x @ x.T / 1797, atol=1e-12)
    assert torch.equal(A, C)
    assert float(y2) == pytest.approx((x**2).sum() / 1797)


# --- data -----------------------------------------------------------------------------------------------------------


def test_the_data_are_linear_with_the_given_singular_values():
    training = linear()
    root, Z = training.root, training.Z
    np.testing.assert_allclose(torch.linalg.svdvals(Z) ** 2, THRESHOLDS)
    np.testing.assert_allclose(torch.linalg.eigvalsh(root), [0.5, 0.75, 1, 1.25, 1.5])
    normal = standardised(points(1000, 5))
    x, y = sample(root, Z, normal)
    torch.testing.assert_close(y, Z @ torch.linalg.inv(root) @ x)  # y = Mx with Z = MA^{1/2}
    A, C, y2 = moments(root, Z)
    torch.testing.assert_close(x @ x.mT / 1000, A)
    torch.testing.assert_close(y @ x.mT / 1000, C)
    torch.testing.assert_close((y**2).sum(0).mean(), y2)
    assert not torch.allclose(C, C.mT, rtol=0.1)


def test_each_seed_has_its_own_world_and_each_step_its_own_data():
    first, again, other = linear(), linear(), linear(seed=1)
    assert torch.equal(first.Z, again.Z)
    assert not any(torch.allclose(a, b) for a, b in ((first.Z, other.Z), (first.root, other.root)))
    (x, y), (later, _) = first.batch(), first.batch()
    assert x.shape == y.shape == (4, 5, 100)
    assert not torch.equal(x, later)
    assert not torch.equal(x[0], x[1])


def test_standardised_points_have_the_moments_of_normal_ones():
    found = standardised(3 + points(500, 4) * torch.tensor([1.0, 2, 3, 4])[:, None])
    np.testing.assert_allclose(found.mean(1), 0, atol=1e-12)
    np.testing.assert_allclose(found @ found.mT / 500, np.eye(4), atol=1e-12)


# --- losses ---------------------------------------------------------------------------------------------------------


def test_the_mean_loss_of_a_batch_is_the_closed_form():
    """Of a linear model with constant Σ it is a quadratic form in (x̃, ε): exact at standardised points."""
    training = linear(varies=False)
    parameters, normal = drawn(training), standardised(points(2000, 10))
    x, y = sample(training.root, training.Z, normal[None, :5])
    found = training.pointwise(parameters, x, y, normal[None, 5:])
    loss, sigma = training.evaluate(parameters)
    assert found.shape == (4, 2000)
    torch.testing.assert_close(found.mean(1), loss)
    torch.testing.assert_close(sigma, (parameters["s"] / 2).exp())


def test_the_mean_loss_of_the_digits_is_the_closed_form():
    """Noise that comes with either sign for every image is uncorrelated with the images."""
    training = digits()
    parameters, noise = drawn(training), standardised(points(1797, 5))[None]
    (x, y), noise = training.batch(), torch.cat([noise, -noise], 2)
    assert torch.equal(x, y)
    x = torch.cat([x, x], 2).double()
    found = training.pointwise(parameters, x, x, noise)
    torch.testing.assert_close(found.mean(1), training.evaluate(parameters)[0], rtol=1e-6, atol=0)


def test_the_closed_form_with_a_varying_variance_is_the_mean_loss():
    training = linear()
    parameters, normal = drawn(training), standardised(points(100_000, 10))
    x, y = sample(training.root, training.Z, normal[None, :5])
    found = training.pointwise(parameters, x, y, normal[None, 5:])
    loss, sigma = training.evaluate(parameters)
    error = found.std(1) / 100_000**0.5
    assert bool(((found.mean(1) - loss).abs() < 4 * error).all())
    _, log_variance = training.encode(parameters, x)
    torch.testing.assert_close((log_variance / 2).exp().mean(2), sigma, rtol=0.01, atol=0)
    constant = linear(varies=False).evaluate(parameters)[0]
    assert bool((loss - constant > 8 * error).all())  # half of the term would be noticed


def test_at_the_optimum_of_the_theory_models_are_what_is_predicted():
    training = linear()
    U, W, s = optimum(training)
    parameters = {"U": U, "W": W, "s": s, "S": torch.zeros_like(W)}
    for found, model in zip(training.measure(parameters), training.settings, strict=True):
        assert found["loss"] == pytest.approx(model.paper["loss"], rel=1e-9)
        assert found["excess, %"] == pytest.approx(0, abs=1e-9)
        assert found["collapsed"] == model.paper["collapsed"]
        assert found["largest error of σ"] < 1e-9
    order = torch.tensor([4, 2, 0, 1, 3])  # latents come in any order
    swapped = {name: value[..., order] for name, value in parameters.items()}
    assert training.measure(swapped)[1]["largest error of σ"] < 1e-9
    for shift, counts in ((0.99, [0, 1, 4, 5]), (1.01, [0, 0, 0, 0])):  # of σ where the mode is collapsed
        moved = parameters | {"s": s + 2 * shift * math.log(COLLAPSED)}
        assert [found["collapsed"] for found in training.measure(moved)] == counts
        assert training.watch(moved)["collapsed"].tolist() == counts
    slanted = parameters | {"S": 0.1 + parameters["S"]}
    (*_, found), predicted = training.measure(slanted), training.settings[-1].paper["loss"]
    assert found["loss"] > predicted + 1e-3
    assert found["excess, %"] == pytest.approx(100 * (found["loss"] / 16.8 - 1))  # β is past ζ_1²: E[yᵀy]/2


def test_a_network_that_is_linear_reaches_the_prediction_on_the_fresh_points():
    training = relu()
    U, W, s = (value.float() for value in optimum(training))
    parameters = {name: torch.zeros_like(value) for name, value in training.parameters().items()}
    parameters["variance bias 2"] = s
    for name, map_ in (("mean", W), ("decoder", U.mT)):  # five ReLUs that are always on
        parameters[f"{name} 1"][:, :, :5], parameters[f"{name} 2"][:, :5] = torch.eye(5), map_
        parameters[f"{name} bias 1"][:] = 20
        parameters[f"{name} bias 2"] = -20 * map_.sum(1)
    for found, model in zip(training.measure(parameters), training.settings, strict=True):
        assert found["loss"] == pytest.approx(model.paper["loss"], rel=1e-4)
        assert found["collapsed"] == model.paper["collapsed"]
        assert found["largest error of σ"] < 1e-5


def test_a_network_has_one_hidden_layer_of_relus():
    training = relu()
    parameters, x = drawn(training), points(3, 5)[None]
    assert network("mean", parameters, x).shape == (4, 5, 3)
    W1, b1, W2, b2 = (parameters[f"decoder {name}"][2].numpy() for name in ("1", "bias 1", "2", "bias 2"))
    assert W1.shape == (5, HIDDEN)
    for column in range(3):
        hidden = np.maximum(W1.T @ x[0, :, column].numpy() + b1, 0)
        np.testing.assert_allclose(network("decoder", parameters, x)[2, :, column], W2.T @ hidden + b2)
    mean, log_variance = training.encode(parameters, x)
    assert not torch.allclose(mean, log_variance)


@pytest.mark.parametrize("kind", [linear, relu])
def test_a_model_is_trained_as_if_it_were_alone(kind):
    together, alone = kind(), kind(betas=SOME[2:3])
    alone.root, alone.Z = together.root, together.Z
    parameters, normal = drawn(together), points(50, 10)
    x, y = sample(together.root, together.Z, normal[None, :5])
    gradients = []
    for training, own in ((together, slice(None)), (alone, slice(2, 3))):
        leaves = {name: value[own].clone().requires_grad_() for name, value in parameters.items()}
        training.pointwise(leaves, x, y, normal[None, 5:]).mean(1).sum().backward()
        gradients.append({name: leaf.grad for name, leaf in leaves.items()})
    for name, gradient in gradients[1].items():
        torch.testing.assert_close(gradients[0][name][2:3], gradient)
        assert bool(gradient.abs().max() > 0)


def test_a_variance_that_does_not_vary_is_the_same_for_all_x():
    both = LinearRegression([*models((2.45,), varies=False), *models((2.45,))], 0, "cpu")
    parameters = drawn(both)
    _, log_variance = both.encode(parameters, points(4, 5)[None])
    torch.testing.assert_close(log_variance[0], parameters["s"][0, :, None].expand(5, 4))
    assert float(log_variance[1].std(1).min()) > 0.01
    assert not any(value.abs().sum() for name, value in both.parameters().items() if name in "sS")  # σ starts at η_enc
