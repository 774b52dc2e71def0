"""What certifies a minimum of wang2022: the loss is the sum of what it is said to be, at any point, by other means."""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest
import torch
from scipy.stats import ortho_group

from reference import wang2022 as wang
from reference.wang2022 import optima, optimality

SHAPES = [(1, 1, 1), (2, 3, 4), (4, 2, 3), (3, 3, 2)]  # d0, d1, d2


def draw(d0, d1, d2, seed=0):
    rng = np.random.default_rng([seed, d0, d1, d2])
    U, V, Z = (rng.normal(size=shape) for shape in ((d2, d1), (d0, d1), (d2, d0)))
    return U, V, Z, rng.uniform(0.5, 2, d1), wang.Weights(*map(np.asarray, rng.uniform(0.5, 2, 3)))


@pytest.mark.parametrize("shape", SHAPES)
def test_the_loss_is_its_profile_and_three_excesses(shape):
    """For E[xxᵀ] = I: 2η_dec² L_VAE less E[yᵀy] − ‖Z‖², at whatever U, V and σ."""
    for seed in range(3):
        U, V, Z, sigma, w = draw(*shape, seed)
        rest = 7.0
        loss = wang.vae_loss(U, V, sigma, np.eye(shape[0]), Z, (Z**2).sum() + rest, w)
        parts = [
            optimality.learned_profile(U, Z, w), optimality.encoder_excess(U, V, Z, w),
            optimality.variance_excess(U, sigma, w), optimality.alignment_excess(U, w),
        ]  # fmt: skip
        assert 2 * w.eta_dec**2 * loss - rest == pytest.approx(sum(parts), rel=1e-10)
        assert min(parts[1:]) > -1e-12


@pytest.mark.parametrize("shape", SHAPES)
def test_each_excess_vanishes_at_what_is_best(shape):
    U, V, Z, _, w = draw(*shape)
    best = np.linalg.solve(U.T @ U + w.c * np.eye(shape[1]), U.T @ Z).T
    assert optimality.encoder_excess(U, best, Z, w) == pytest.approx(0, abs=1e-12)
    assert optimality.encoder_excess(U, V, Z, w) > 1e-6
    deviations = np.sqrt(w.b / ((U**2).sum(0) + w.c))
    assert optimality.variance_excess(U, deviations, w) == pytest.approx(0, abs=1e-12)
    assert optimality.variance_excess(U, 2 * deviations, w) == pytest.approx(w.b * shape[1] * (3 - np.log(4)))
    square = np.linalg.qr(np.random.default_rng(0).normal(size=(4, 3)))[0] * [3, 2, 1]
    assert optimality.alignment_excess(square, w) == pytest.approx(0, abs=1e-12)
    skew = np.array([[1.0, 1], [0, 1]])
    expected = w.b * (np.log(1 + w.c) + np.log(2 + w.c) - np.log((1 + w.c) * (2 + w.c) - 1))
    assert optimality.alignment_excess(skew, w) == pytest.approx(expected)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_latent_that_is_unused_changes_the_loss_by_its_form(shape):
    """Two columns that are 0 become u and v, beside those of any U and V."""
    (d0, _, d2), (U, V, Z, sigma, w) = shape, draw(*shape)
    rng = np.random.default_rng(1)
    for spare in (0.7, 1.9):
        u, v = rng.normal(size=(d2, 1)), rng.normal(size=(d0, 1))
        deviations = np.append(sigma, spare)
        before, after = (
            wang.factorization_loss(np.hstack([U, t * u]), np.hstack([V, t * v]), Z, deviations, w) for t in (0, 1)
        )
        form = optimality.unused_latent_form(Z - U @ V.T, np.asarray(spare), w)
        both = np.vstack([u, v])[:, 0]
        assert after - before == pytest.approx(both @ form @ both + (u**2).sum() * (v**2).sum(), rel=1e-10)
        np.testing.assert_array_equal(form, form.T)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_slack_is_the_falling_slope_of_the_profile(shape):
    """As a function of K = (I + UUᵀ/c)⁻¹ it is Tr(ZZᵀK) − b log det K, here by automatic differentiation."""
    U, _, Z, _, w = draw(*shape)
    K = torch.tensor(np.linalg.inv(np.eye(shape[2]) + U @ U.T / w.c), requires_grad=True)
    value = (torch.tensor(Z @ Z.T) * K).sum() - float(w.b) * torch.logdet(K)
    assert optimality.learned_profile(U, Z, w) == pytest.approx(value.item())
    value.backward()
    np.testing.assert_allclose(optimality.learned_slack(U, Z, w), -K.grad, atol=1e-10)


@pytest.mark.parametrize("d1", [2, 3])
def test_a_rotation_costs_the_noise_that_it_mixes(d1):
    _, _, _, sigma, w = draw(2, d1, 2)
    P, noise = ortho_group.rvs(d1, random_state=0), np.diag(sigma**2)
    expected = w.b * (np.trace(np.linalg.inv(noise) @ P @ noise @ P.T) - d1)
    assert optimality.rotation_excess(sigma, P, w) == pytest.approx(expected)
    assert optimality.rotation_excess(sigma, -np.eye(d1), w) == pytest.approx(0, abs=1e-12)


def test_hyperparameters_stay_what_they_are():
    w = wang.Weights(*map(np.asarray, (2.0, 3.0, 5.0)))
    assert (w.b, w.c) == (18, 18 / 25)
    with pytest.raises(FrozenInstanceError):
        w.beta = 1.0


def test_a_single_mode_needs_no_axis():
    _, _, _, sigma, w = draw(2, 3, 2)
    zeta = np.array([3.0, 1, 0.5])
    for of_modes in (optima.mode_loss, optima.mode_loss_derivative):
        alone = [of_modes(s, z, w) for s, z in zip(sigma, zeta, strict=True)]
        np.testing.assert_allclose(np.ravel(alone), of_modes(sigma, zeta, w))
    np.testing.assert_allclose(np.ravel([optima.optimal_sigma(z, w) for z in zeta]), optima.optimal_sigma(zeta, w))
