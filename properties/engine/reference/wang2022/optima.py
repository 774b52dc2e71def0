"""The closed-form minima of reference.wang2022.optima: by hand, by exact stationarity, and against descent."""

from fractions import Fraction
from random import Random

import numpy as np
import pytest
import scipy.optimize
import torch

from reference import wang2022 as wang
from reference.arithmetic import OutsideDomain, rectangular_diagonal
from reference.arithmetic.exact import rationals
from reference.wang2022 import optima

HAND = wang.Weights(*map(rationals, (4, 3, 2)))  # b = 36, c = 9
FLOAT = wang.Weights(*map(np.float64, (4, 3, 2)))
# ζ = 10 and 25/4 exceed √c σ and √b; ζ = 4 exceeds √c σ alone; ζ = 2 neither; ζ = 0 is padding
ZETA = rationals([10, Fraction(25, 4), 4, 2, 0])
SIGMA = rationals([Fraction(1, 3), Fraction(4, 3), 1, 1, 5])


def equal(a, b):
    return (a == b).all()


def tensor(x):
    return torch.tensor(x, dtype=torch.float64)


def exact(seed, *shape):
    draw = Random(seed)
    values = [Fraction(draw.randint(-9, 9), draw.choice([1, 2, 3])) for _ in range(int(np.prod(shape)))]
    return rationals(np.array(values, dtype=object).reshape(shape))


# --- values worked out by hand --------------------------------------------------------------------------------------


def test_singular_values_for_fixed_sigma_by_hand():
    zeta, sigma = ZETA[[0, 1, 3, 4]], SIGMA[[0, 1, 3, 4]]
    assert equal(optima.shrunk(zeta, sigma, HAND), rationals([9, Fraction(9, 4), 0, 0]))
    assert equal(optima.decoder_singular_values(zeta, sigma, HAND), rationals([9, Fraction(9, 4), 0, 0]))
    assert equal(optima.encoder_singular_values(zeta, sigma, HAND), rationals([1, 1, 0, 0]))


def test_fixed_variance_minimum_by_hand():
    zeta, sigma = rationals([5, 3, 2]), rationals([1, 4])
    assert optima.fixed_variance_minimum(zeta, sigma, HAND) == 25 + 9 + 4 - (5 - 3) ** 2
    assert optima.fixed_variance_minimum(rationals([5, 0]), rationals([1, 4]), HAND) == 25 - 4


def test_mode_loss_by_hand():
    loss = optima.mode_loss(np.array([1.0, 4.0]), np.array([5.0, 3.0]), FLOAT)
    log = np.log(4)  # σ²/η_enc² is 1/4 and 4
    np.testing.assert_allclose(loss, [25 - 4 + 36 * (-3 / 4 + log), 9 + 36 * (3 - log)], rtol=1e-15)
    # 2[3·2 + 9·1 − 36/1] and 2[0 + 9·4 − 36/4]
    assert equal(optima.mode_loss_derivative(rationals([1, 4]), rationals([5, 3]), HAND), rationals([-42, 54]))


def test_learned_modes_by_hand():
    zeta = ZETA[[0, 1, 2, 4]]
    assert equal(optima.optimal_sigma(zeta, HAND), rationals([Fraction(6, 5), Fraction(48, 25), 2, 2]))
    assert equal(optima.learned_decoder_singular_values(zeta, HAND), rationals([4, Fraction(7, 8), 0, 0]))
    assert equal(
        optima.learned_encoder_singular_values(zeta, HAND), rationals([Fraction(8, 5), Fraction(14, 25), 0, 0])
    )
    assert equal(optima.optimal_sigma(rationals([6]), HAND), rationals([2]))  # the threshold itself
    # β = 9, η_dec = 1/2, η_enc = 5: √β η_dec η_enc / ζ = 15/2 / 3, where eq. (15) as printed has √(9/2)
    w = wang.Weights(*map(rationals, (9, Fraction(1, 2), 5)))
    assert equal(optima.optimal_sigma(rationals([3]), w), rationals([Fraction(5, 2)]))


def test_learned_minimum_by_hand():
    zeta = np.array([12.0, 8.0, 7.0, 3.0])
    total = 144 + 64 + 49 + 9 + 5
    gain = 144 + 36 * (np.log(1 / 4) - 1)
    for d1, gains in [(1, gain), (2, gain + 64 + 36 * (np.log(36 / 64) - 1))]:
        assert optima.learned_minimum(zeta, d1, np.float64(5), FLOAT) == pytest.approx((total - gains) / 18, rel=1e-14)
    modes = [optima.learned_minimum(zeta, d1, np.float64(5), FLOAT) for d1 in (3, 4, 6)]
    assert modes[0] == modes[1] == modes[2]  # the fourth mode is collapsed, and there is no fifth


def test_singular_values_in_another_order_are_refused():
    zeta, one = rationals([7, 3, 5]), rationals([1])
    with pytest.raises(OutsideDomain, match=r"^fixed_variance_minimum: the numbers must descend"):
        optima.fixed_variance_minimum(zeta, one, HAND)
    with pytest.raises(OutsideDomain, match=r"^learned_minimum: the numbers must descend"):
        optima.learned_minimum(zeta, 1, rationals(0), HAND)


def test_origin_form_by_hand():
    alpha, gamma = rationals(Fraction(3, 5)), rationals(Fraction(4, 5))
    form = optima.origin_form(alpha, gamma, rationals(6), rationals(5), HAND)
    assert form == 25 * Fraction(9, 25) - 2 * Fraction(12, 25) * 6 + 9 * Fraction(16, 25)
    # roots of 64 + 4ζ² and 256 + 144
    assert optima.origin_form_minimum(rationals(3), rationals(1), HAND) == 0  # ζ² = σ²c
    assert optima.origin_form_minimum(rationals(6), rationals(5), HAND) == (25 + 9 - 20) / 2
    assert optima.origin_form_minimum(rationals(Fraction(15, 2)), rationals(1), HAND) == Fraction(1 + 9 - 17, 2)


# --- stationarity, exactly ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("d0", "d1", "d2"), [(1, 1, 1), (2, 3, 1), (1, 2, 3), (4, 3, 2)])
def test_optimal_factors_are_stationary_minima(d0, d1, d2):
    U, V, Z = exact(1, d2, d1), exact(2, d0, d1), exact(3, d2, d0)
    sigma = rationals(np.arange(1, d1 + 1)) / 3
    best_u, best_v = optima.optimal_u(V, Z, sigma), optima.optimal_v(U, Z, HAND)
    assert equal(wang.gradient_u(best_u, V, Z, sigma), 0)
    assert equal(wang.gradient_v(U, best_v, Z, HAND), 0)
    assert wang.factorization_loss(best_u, V, Z, sigma, HAND) < wang.factorization_loss(U, V, Z, sigma, HAND)
    assert wang.factorization_loss(U, best_v, Z, sigma, HAND) < wang.factorization_loss(U, V, Z, sigma, HAND)


def test_minimum_modes_are_stationary():
    zeta, sigma = ZETA[[0, 1, 3]], SIGMA[[0, 1, 3]]
    U = rectangular_diagonal(optima.decoder_singular_values(zeta, sigma, HAND), 4, 3)
    V = rectangular_diagonal(optima.encoder_singular_values(zeta, sigma, HAND), 3, 3)
    Z = rectangular_diagonal(zeta, 4, 3)
    assert equal(wang.gradient_u(U, V, Z, sigma), 0)
    assert equal(wang.gradient_v(U, V, Z, HAND), 0)
    assert wang.factorization_loss(U, V, Z, sigma, HAND) == optima.fixed_variance_minimum(zeta, sigma, HAND)


def test_optimal_sigma_is_stationary_and_continuous():
    sigma = optima.optimal_sigma(ZETA, HAND)
    assert equal(optima.mode_loss_derivative(sigma, ZETA, HAND), 0)
    learned = ZETA[:2], sigma[:2]  # Theorem 2 is Proposition 2 at the optimal Σ
    assert equal(optima.learned_decoder_singular_values(ZETA[:2], HAND), optima.decoder_singular_values(*learned, HAND))
    assert equal(optima.learned_encoder_singular_values(ZETA[:2], HAND), optima.encoder_singular_values(*learned, HAND))


# --- against derivatives and descent --------------------------------------------------------------------------------


def test_mode_loss_derivative_by_autograd():
    w = wang.Weights(*map(tensor, (1.7, 0.6, 1.3)))
    sigma, zeta = torch.meshgrid(tensor([0.2, 0.9, 1.3, 2.5, 4.0]), tensor([0.0, 0.3, 0.8, 1.1, 3.0]), indexing="ij")
    sigma.requires_grad_()
    (slope,) = torch.autograd.grad(optima.mode_loss(sigma, zeta, w).sum(), sigma)
    torch.testing.assert_close(optima.mode_loss_derivative(sigma, zeta, w), slope, rtol=1e-12, atol=1e-12)


def test_optimal_sigma_beats_a_grid():
    w = wang.Weights(*map(np.float64, (1.7, 0.6, 1.3)))
    zeta, grid = np.array([0.0, 0.5, 0.7, 0.8, 1.0, 4.0]), np.geomspace(0.01, 20, 4001)[:, None]
    best = optima.mode_loss(optima.optimal_sigma(zeta, w), zeta, w)
    losses = optima.mode_loss(grid + 0 * zeta, zeta, w).min(0)
    assert (best <= losses).all()
    np.testing.assert_allclose(best, losses, atol=1e-5)


def test_origin_form_minimum_over_the_circle():
    angle = np.linspace(0, np.pi, 20001)
    for sigma, zeta in [(0.5, 0.3), (2.0, 1.0), (3.0, 12.0)]:
        form = optima.origin_form(np.cos(angle), np.sin(angle), np.float64(zeta), np.float64(sigma), FLOAT)
        assert form.min() == pytest.approx(
            optima.origin_form_minimum(np.float64(zeta), np.float64(sigma), FLOAT), abs=1e-6
        )


def descend(loss, start):
    def value_and_slope(t):
        point = tensor(t).requires_grad_()
        value = loss(point)
        value.backward()
        return value.item(), point.grad.numpy()

    return scipy.optimize.minimize(value_and_slope, start, jac=True, method="BFGS", options={"gtol": 1e-8}).fun


@pytest.mark.parametrize(("d0", "d1", "d2"), [(1, 1, 1), (3, 2, 4), (2, 3, 1), (2, 4, 3)])
def test_minimum_for_fixed_sigma(d0, d1, d2):
    draw = np.random.default_rng(d0 + 10 * d1 + 100 * d2)
    w, Z, sigma = wang.Weights(*map(tensor, (0.9, 0.8, 1.3))), draw.normal(size=(d2, d0)), np.linspace(0.4, 1.2, d1)
    F, zeta, G = np.linalg.svd(Z)
    zeta = np.pad(zeta, (0, max(0, d1 - len(zeta))))
    Z, F, zeta, G, sigma = map(tensor, (Z, F, zeta, G.T, sigma))
    minimum = optima.fixed_variance_minimum(zeta, sigma, w)
    U = F @ rectangular_diagonal(optima.decoder_singular_values(zeta[:d1], sigma, w), d2, d1)
    V = G @ rectangular_diagonal(optima.encoder_singular_values(zeta[:d1], sigma, w), d0, d1)
    torch.testing.assert_close(wang.factorization_loss(U, V, Z, sigma, w), minimum, rtol=1e-12, atol=1e-12)

    def loss(t):
        return wang.factorization_loss(t[: d2 * d1].reshape(d2, d1), t[d2 * d1 :].reshape(d0, d1), Z, sigma, w)

    found = [descend(loss, draw.normal(size=d1 * (d0 + d2))) for _ in range(4)]
    assert min(found) == pytest.approx(minimum.item(), rel=1e-9)


@pytest.mark.parametrize(("d0", "d1", "d2"), [(1, 1, 1), (3, 2, 4), (2, 3, 1)])
def test_minimum_with_learned_sigma(d0, d1, d2):
    draw = np.random.default_rng(d0 + 10 * d1 + 100 * d2)
    w, X, Y = wang.Weights(*map(tensor, (0.5, 0.8, 1.3))), draw.normal(size=(d0, 9)), 2 * draw.normal(size=(d2, 9))
    A, C, y2 = X @ X.T / 9, Y @ X.T / 9, (Y * Y).sum() / 9
    spectrum, axes = np.linalg.eigh(A)
    whitener = axes / np.sqrt(spectrum) @ axes.T
    F, zeta, G = np.linalg.svd(C @ whitener)
    residual = tensor(y2 - (zeta**2).sum())
    A, C, y2, F, zeta, W0 = map(tensor, (A, C, y2, F, zeta, whitener @ G.T))
    modes = torch.cat([zeta, tensor([0.0] * d1)])[:d1]
    minimum = optima.learned_minimum(zeta, d1, residual, w)
    U = F @ rectangular_diagonal(optima.learned_decoder_singular_values(modes, w), d2, d1)
    W = W0 @ rectangular_diagonal(optima.learned_encoder_singular_values(modes, w), d0, d1)
    value = wang.vae_loss(U, W, optima.optimal_sigma(modes, w), A, C, y2, w)
    torch.testing.assert_close(value, minimum, rtol=1e-12, atol=0)

    def loss(t):
        U, W, log_sigma = t[: d2 * d1].reshape(d2, d1), t[d2 * d1 : -d1].reshape(d0, d1), t[-d1:]
        return wang.vae_loss(U, W, log_sigma.exp(), A, C, y2, w)

    found = [descend(loss, draw.normal(size=d1 * (d0 + d2 + 1))) for _ in range(2)]
    assert min(found) == pytest.approx(minimum.item(), rel=1e-9)
