"""The losses, gradients and Hessians of reference.wang2022: against definitions, exact differences and derivatives."""

from fractions import Fraction
from itertools import product
from random import Random

import numpy as np
import pytest
import sympy
import torch

from reference import wang2022 as wang
from reference.arithmetic.exact import rationals

SHAPES = [(1, 1, 1), (2, 3, 1), (3, 2, 4), (2, 1, 3), (3, 4, 2)]  # d0, d1, d2
HAND = wang.Weights(*map(rationals, (4, 3, 2)))  # b = 36, c = 9


def exact(seed, *shape):
    draw = Random(seed)
    values = [Fraction(draw.randint(-12, 12), draw.choice([1, 2, 3])) for _ in range(int(np.prod(shape)))]
    return rationals(np.array(values, dtype=object).reshape(shape))


def factors(shape, seed=1):
    d0, d1, d2 = shape
    return exact(seed, d2, d1), exact(seed + 1, d0, d1), exact(seed + 2, d2, d0), exact(seed + 3, d1)


def floats(x):
    return np.array([float(Fraction(int(v.p), int(v.q))) for v in x.reshape(-1).tolist()]).reshape(x.shape)


def tensor(x):
    return torch.tensor(floats(x), dtype=torch.float64)


def weights(convert):
    return wang.Weights(*(convert(rationals(value)) for value in (Fraction(5, 3), Fraction(7, 4), Fraction(2, 3))))


# --- values worked out by hand --------------------------------------------------------------------------------------


def test_hyperparameters():
    assert (HAND.b, HAND.c) == (36, 9)


def test_factorization_loss_by_hand():
    U, V, Z, sigma = rationals([[1, 2]]), rationals([[3, 1], [0, 2]]), rationals([[1, 5]]), rationals([2, 3])
    # UVᵀ = (5, 4); ‖·‖² = 16 + 1; Tr = 4·1 + 9·4; ‖V‖² = 9 + 1 + 4
    assert wang.factorization_loss(U, V, Z, sigma, HAND) == 17 + 40 + 9 * 14


def test_variances_by_hand():
    w, sigma = wang.Weights(*map(np.float64, (4, 3, 2))), np.array([4.0, 6.0])
    np.testing.assert_allclose(wang.variance_divergence(sigma, w), [3 - np.log(4), 8 - np.log(9)], rtol=1e-15)
    assert wang.variance_penalty(sigma, w) == pytest.approx(22 - 2 * np.log(36), rel=1e-15)


def test_gradients_by_hand():
    u, v, z, s = (rationals([[n]]) for n in (2, 5, 7, 3))
    assert wang.gradient_u(u, v, z, s[0]) == 2 * (2 * 25 - 7 * 5 + 2 * 9)
    assert wang.gradient_v(u, v, z, HAND) == 2 * (5 * 4 - 7 * 2 + 9 * 5)


def test_hessians_by_hand():
    u, v, z, s = (rationals([[n]]) for n in (2, 5, 7, 3))
    assert wang.hessian_uu(u, v, s[0]).item() == 2 * (25 + 9)
    assert wang.hessian_vv(u, v, HAND).item() == 2 * (4 + 9)
    assert wang.hessian_vu(u, v, z).item() == wang.hessian_uv(u, v, z).item() == 2 * (10 + 10 - 7)


def test_hessian_at_origin_by_hand():
    hessian = wang.hessian_at_origin(rationals([[5]]), rationals([[7]]), rationals([3, 1]), HAND)
    # Σ/η_dec² = diag(1, 1/9); βA/η_enc² = 5; −C/η_dec² = −7/9
    expected = [[9, 0, -7, 0], [0, 1, 0, -7], [-7, 0, 45, 0], [0, -7, 0, 45]]
    assert (hessian == rationals(expected) / 9).all()


# --- the losses are the expectations that define them ---------------------------------------------------------------


def expected_loss(U, W, b_e, b_d, sigma, X, Y, w):
    """Eq. (3) point by point: noise at the corners ±σ_i has mean 0 and covariance Σ, and the loss is quadratic."""
    beta, eta_dec, eta_enc = w.beta, w.eta_dec, w.eta_enc
    corners = [torch.tensor(signs, dtype=torch.float64) * sigma for signs in product([-1, 1], repeat=len(sigma))]
    prior = torch.distributions.Normal(torch.zeros_like(sigma), eta_enc)
    total = 0
    for x, y in zip(X.T, Y.T, strict=True):
        mean = W.T @ x + b_e
        for noise in corners:
            likelihood = torch.distributions.Normal(U @ (mean + noise) + b_d, eta_dec)
            total -= likelihood.log_prob(y).sum() / len(corners)
        total += beta * torch.distributions.kl_divergence(torch.distributions.Normal(mean, sigma), prior).sum()
    return total / X.shape[1] - len(Y) / 2 * torch.log(2 * torch.pi * eta_dec**2)


@pytest.mark.parametrize("shape", SHAPES)
def test_losses_are_expectations(shape):
    d0, d1, d2 = shape
    n, w = 5, weights(tensor)
    U, W, _, sigma = map(tensor, factors(shape))
    (X, Y), (b_e, b_d) = (tensor(exact(n, d, 5)) for d in (d0, d2)), (tensor(exact(d, d)) for d in (d1, d2))
    sigma = abs(sigma) + 0.5
    biased = wang.biased_vae_loss(U, W, b_e, b_d, sigma, X, Y, w)
    torch.testing.assert_close(biased, expected_loss(U, W, b_e, b_d, sigma, X, Y, w), rtol=1e-13, atol=0)
    plain = wang.vae_loss(U, W, sigma, X @ X.T / n, Y @ X.T / n, (Y * Y).sum() / n, w)
    no_bias = expected_loss(U, W, 0 * b_e, 0 * b_d, sigma, X, Y, w)
    torch.testing.assert_close(plain, no_bias, rtol=1e-13, atol=0)


def test_vae_loss_is_the_factorization_loss():
    d0, w, root = 3, weights(floats), np.diag([2.0, 0.5, 3.0])  # A^{1/2}
    U, V, Z, sigma = map(floats, factors((d0, 2, 4)))
    sigma, W = abs(sigma) + 0.5, np.linalg.solve(root, V)
    loss = wang.vae_loss(U, W, sigma, root @ root, Z @ root, (Z * Z).sum() + 7, w)
    factorized = (wang.factorization_loss(U, V, Z, sigma, w) + 7) / (2 * w.eta_dec**2)
    assert loss == pytest.approx(factorized + wang.variance_penalty(sigma, w), rel=1e-13)


# --- derivatives: exact differences (L is quadratic in each entry), autograd, SymPy ---------------------------------


def differences(function, point):
    """Gradient and Hessian of a function that is of degree two in each coordinate, by exact central differences."""
    size = len(point)
    step = rationals(np.eye(size, dtype=int))
    gradient = [(function(point + e) - function(point - e)).item() / 2 for e in step]
    hessian = [
        [
            (function(point + e) - 2 * function(point) + function(point - e)).item()
            if i == j
            else sum(s * t * function(point + s * e + t * f).item() for s, t in product([-1, 1], repeat=2)) / 4
            for j, f in enumerate(step)
        ]
        for i, e in enumerate(step)
    ]
    return rationals(gradient), rationals(hessian)


def assembled(U, V, Z, sigma, w):
    """The gradient and Hessian of L(U, V) in the entries of U, then those of V, from the functions under test."""
    rows, columns = U.shape[0] * U.shape[1], V.shape[0] * V.shape[1]
    uu, uv = wang.hessian_uu(U, V, sigma).reshape(rows, rows), wang.hessian_uv(U, V, Z).reshape(rows, columns)
    vu, vv = wang.hessian_vu(U, V, Z).reshape(columns, rows), wang.hessian_vv(U, V, w).reshape(columns, columns)
    gradients = wang.gradient_u(U, V, Z, sigma).reshape(-1), wang.gradient_v(U, V, Z, w).reshape(-1)
    return gradients, ((uu, uv), (vu, vv))


def loss_of_entries(shape, Z, sigma, w):
    d0, d1, d2 = shape
    return lambda t: wang.factorization_loss(t[: d2 * d1].reshape(d2, d1), t[d2 * d1 :].reshape(d0, d1), Z, sigma, w)


@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 3, 1), (2, 1, 3), (3, 2, 2)])
def test_derivatives_by_exact_differences(shape):
    U, V, Z, sigma = factors(shape)
    w = weights(lambda x: x)
    point = np.concatenate([U.reshape(-1), V.reshape(-1)])
    gradient, hessian = differences(loss_of_entries(shape, Z, sigma, w), point)
    gradients, blocks = assembled(U, V, Z, sigma, w)
    assert (np.concatenate(gradients) == gradient).all()
    assert (np.block([list(row) for row in blocks]) == hessian).all()


@pytest.mark.parametrize("shape", SHAPES)
def test_derivatives_by_autograd(shape):
    U, V, Z, sigma = map(tensor, factors(shape))
    w = weights(tensor)
    point, loss = torch.cat([U.reshape(-1), V.reshape(-1)]), loss_of_entries(shape, Z, sigma, w)
    gradients, blocks = assembled(U, V, Z, sigma, w)
    torch.testing.assert_close(
        torch.cat(gradients), torch.autograd.functional.jacobian(loss, point), rtol=1e-12, atol=1e-10
    )
    hessian = torch.autograd.functional.hessian(loss, point)
    torch.testing.assert_close(torch.cat([torch.cat(row, 1) for row in blocks]), hessian, rtol=1e-12, atol=1e-10)


def test_derivatives_by_sympy():
    shape = d0, d1, d2 = 1, 2, 2
    symbols = np.array(sympy.symbols(f"t:{d1 * (d0 + d2)}"), dtype=object)
    Z, sigma = (np.array(sympy.symbols(names), dtype=object) for names in ("z:2", "s:2"))
    Z, w = Z.reshape(d2, d0), wang.Weights(*sympy.symbols("beta eta_dec eta_enc", positive=True))
    loss = loss_of_entries(shape, Z, sigma, w)(symbols)
    U, V = symbols[: d2 * d1].reshape(d2, d1), symbols[d2 * d1 :].reshape(d0, d1)
    gradients, blocks = assembled(U, V, Z, sigma, w)
    for g, a in zip(np.concatenate(gradients), symbols, strict=True):
        assert sympy.expand(g - loss.diff(a)) == 0
    for row, a in zip(np.block([list(row) for row in blocks]), symbols, strict=True):
        assert all(sympy.expand(h - loss.diff(a, b)) == 0 for h, b in zip(row, symbols, strict=True))


@pytest.mark.parametrize("shape", SHAPES)
def test_hessian_at_origin_by_autograd(shape):
    d0, d1, d2 = shape
    w, root, C = weights(tensor), tensor(exact(1, d0, d0)), tensor(exact(2, d2, d0))
    A, sigma = root @ root.T, abs(tensor(exact(3, d1))) + 0.5
    y2 = torch.tensor(3, dtype=torch.float64)

    def loss(t):
        return wang.vae_loss(t[: d2 * d1].reshape(d2, d1), t[d2 * d1 :].reshape(d0, d1), sigma, A, C, y2, w)

    hessian = torch.autograd.functional.hessian(loss, torch.zeros((d2 + d0) * d1, dtype=torch.float64))
    torch.testing.assert_close(wang.hessian_at_origin(A, C, sigma, w), hessian, rtol=1e-12, atol=1e-12)
