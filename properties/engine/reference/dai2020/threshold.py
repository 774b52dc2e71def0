"""The formulas of dai2020, Section 4 and App. B: by hand, by independent derivations, and in every arithmetic."""

import inspect
from itertools import pairwise

import numpy as np
import pytest
import scipy.integrate
import scipy.optimize
import scipy.stats
import sympy
import torch

from properties.dai2020.proofs import affine_minima as proofs
from reference import dai2018, dai2020
from reference.arithmetic import OutsideDomain
from reference.arithmetic.exact import Balls, Irrational, balls, rationals

SHAPES = [(1, 1, 1), (2, 2, 1), (3, 4, 2), (2, 3, 3)]  # (d, n, κ)


def draw(d, n, kappa, seed=0, batch=()):
    """Draw floats X, W, b, γ, μ, σ², α."""
    rng = np.random.default_rng([seed, d, n, kappa])
    shapes = ((d, n), (d, kappa), (d,), (), (kappa, n), (kappa, n), ())
    X, W, b, gamma, mu, variance, alpha = (rng.normal(size=(*batch, *shape)) for shape in shapes)
    return X, W, b, np.exp(gamma), mu, np.exp(variance), np.abs(np.asarray(alpha)) / 2


def expectation(function, mean, deviation, breakpoints):
    """Return E function(u), u ~ N(mean, deviation²), by quadrature."""
    density = scipy.stats.norm(mean, deviation).pdf
    ends = [mean - 12 * deviation, *sorted(breakpoints), mean + 12 * deviation]
    pieces = [(a, b) for a, b in pairwise(ends) if a < b]
    return sum(scipy.integrate.quad(lambda u: function(u) * density(u), a, b)[0] for a, b in pieces)


def test_soft_threshold_by_hand():
    u = np.array([-3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0])
    np.testing.assert_array_equal(dai2020.soft_threshold(u, np.float64(1)), [-2, 0, 0, 0, 0, 0, 2])
    np.testing.assert_array_equal(dai2020.soft_threshold(u, np.float64(0)), u)
    assert dai2020.soft_threshold(rationals([-3, 1, 2]), rationals(1)).tolist() == [-2, 0, 1]


@pytest.mark.parametrize("alpha", [0.0, 0.75])
@pytest.mark.parametrize("mean", [-2.0, 0.0, 0.5])
def test_threshold_moments_are_expectations(mean, alpha):
    deviation = 1.25
    moments = dai2020.soft_threshold_moments(np.array([mean]), np.array([deviation]), np.float64(alpha))
    turned = dai2020.soft_threshold_moments(np.array([mean]), np.array([-deviation]), np.float64(alpha))
    assert [value.tolist() for value in turned] == [value.tolist() for value in moments]  # ε and −ε are alike
    pi = lambda u: float(dai2020.soft_threshold(np.array(u), np.float64(alpha)))  # noqa: E731
    wanted = {
        "first": pi,
        "second": lambda u: pi(u) ** 2,
        "magnitude": lambda u: abs(pi(u)),
        "passed": lambda u: float(abs(u) > alpha),
        "signed": lambda u: float(u > alpha) - float(u < -alpha),
    }
    for name, function in wanted.items():
        value = expectation(function, mean, deviation, [-alpha, alpha])
        np.testing.assert_allclose(getattr(moments, name), [value], rtol=1e-9, atol=1e-12)


def test_threshold_moments_without_spread_are_point_values():
    mean = np.array([-3.0, -0.5, 0.0, 1.0, 2.0])
    moments = dai2020.soft_threshold_moments(mean, 0 * mean, np.float64(1))
    right = ([-2, 0, 0, 0, 1], [4, 0, 0, 0, 1], [2, 0, 0, 0, 1], [1, 0, 0, 0, 1], [-1, 0, 0, 0, 1])
    for value, wanted in zip(moments, right, strict=True):
        np.testing.assert_array_equal(value, wanted)
    exact = dai2020.soft_threshold_moments(balls(rationals([-3, 1])), balls(rationals([0, 0])), balls(rationals(1)))
    assert [[float(x) for x in value.bare()] for value in exact] == [[-2, 0], [4, 0], [2, 0], [1, 0], [-1, 0]]


@pytest.mark.parametrize("shape", SHAPES)
def test_energy_is_an_expectation(shape):
    """By quadrature of each entry of Wz, which is Gaussian, without the closed moments."""
    X, W, b, gamma, mu, variance, alpha = draw(*shape)
    pi = lambda u: float(dai2020.soft_threshold(np.array(u), alpha))  # noqa: E731
    total = 0.0
    for i in range(X.shape[1]):
        covariance = W @ np.diag(variance[:, i]) @ W.T
        for j, (x, m, s) in enumerate(zip(X[:, i], W @ mu[:, i], np.sqrt(np.diag(covariance)), strict=True)):
            error = lambda u, x=x, j=j: (x - pi(u) - b[j]) ** 2  # noqa: E731
            total += expectation(error, m, s, [-alpha, alpha]) / gamma + np.log(gamma)
        total += sum(s + m**2 - np.log(s) for s, m in zip(variance[:, i], mu[:, i], strict=True))
    np.testing.assert_allclose(dai2020.energy(X, W, b, gamma, mu, variance, alpha), total, rtol=1e-8)


@pytest.mark.parametrize("shape", SHAPES)
def test_affine_energy_is_that_without_a_threshold(shape):
    X, W, b, gamma, mu, variance, _ = draw(*shape)
    wanted = dai2020.energy(X, W, b, gamma, mu, variance, np.float64(0))
    np.testing.assert_allclose(dai2020.affine_energy(X, W, b, gamma, mu, variance), wanted, rtol=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
def test_row_slopes_are_those_of_autograd(shape):
    X, W, b, gamma, mu, variance, alpha = map(torch.tensor, draw(*shape))
    W.requires_grad_()
    (gradient,) = torch.autograd.grad(dai2020.energy(X, W, b, gamma, mu, variance, alpha), [W])
    slopes = dai2020.row_slopes(X, W.detach(), b, gamma, mu, variance, alpha)
    torch.testing.assert_close(slopes, (W.detach() * gradient).sum(-1))


@pytest.mark.parametrize("shape", SHAPES)
def test_statistics_of_the_data(shape):
    X = draw(*shape)[0]
    np.testing.assert_allclose(dai2020.sample_mean(X), X.mean(1))
    np.testing.assert_allclose(dai2020.covariance(X), np.atleast_2d(np.cov(X, bias=True)), atol=1e-15)
    np.testing.assert_allclose(dai2020.collapsed_variance(X), X.var(1).mean())


@pytest.mark.parametrize("shape", SHAPES[1:])
def test_excess_is_a_difference_of_energies(shape):
    X, W, b, gamma, mu, variance, alpha = draw(*shape)
    best = dai2020.collapsed_variance(X)
    collapsed = dai2020.energy(X, 0 * W, X.mean(1), best, 0 * mu, 1 + 0 * variance, alpha)
    d, n = X.shape
    np.testing.assert_allclose(collapsed, n * d * (1 + np.log(best)) + mu.size)
    parameters = (X, W, b, gamma, mu, variance, alpha)
    np.testing.assert_allclose(dai2020.excess(*parameters), dai2020.energy(*parameters) - collapsed, rtol=1e-9)


@pytest.mark.parametrize("shape", [(1, 2, 1), (2, 3, 2), (3, 2, 2)])
def test_collapsed_hessian_is_that_of_autograd(shape):
    d, n, kappa = shape
    X = torch.tensor(draw(*shape)[0])
    sizes = [d, n] * kappa + [d, kappa * n, 1]

    def energy(flat):
        parts = torch.split(flat, sizes)
        W, mu = torch.stack(parts[0 : 2 * kappa : 2], 1), torch.stack(parts[1 : 2 * kappa : 2])
        b, sigma, gamma = parts[2 * kappa :]
        return dai2020.affine_energy(X, W, b, gamma[0], mu, sigma.reshape(kappa, n) ** 2)

    gamma = dai2020.collapsed_variance(X)
    parts = [torch.zeros((d + n) * kappa), X.mean(1), torch.ones(kappa * n), gamma[None]]
    flat = torch.cat([p.to(X) for p in parts])
    torch.testing.assert_close(dai2020.collapsed_hessian(X, kappa), torch.autograd.functional.hessian(energy, flat))
    assert torch.autograd.functional.jacobian(energy, flat).abs().max() < 1e-12


@pytest.mark.parametrize("shape", SHAPES)
def test_optimal_encoder_is_stationary_and_gives_the_cost(shape):
    X, W, _, gamma, mu, variance, _ = map(torch.tensor, draw(*shape))
    mean = X.mean(1)
    best = [x.detach().clone().requires_grad_() for x in dai2020.optimal_encoder(X, W, mean, gamma)]
    value = dai2020.affine_energy(X, W, mean, gamma, *best)
    for gradient in torch.autograd.grad(value, best):
        assert gradient.abs().max() < 1e-10
    n = X.shape[1]
    torch.testing.assert_close(value.detach(), n * dai2020.affine_cost(dai2020.covariance(X), W, gamma))
    assert dai2020.affine_energy(X, W, mean, gamma, mu, variance) > value


@pytest.mark.parametrize("shape", SHAPES)
def test_affine_cost_is_that_of_dai2018(shape):
    """Eq. (7) of dai2018, summed over the data, lacks the constant κ per data point alone."""
    X, W, _, gamma, *_ = draw(*shape)
    n, kappa = X.shape[1], W.shape[1]
    ours = n * (dai2020.affine_cost(dai2020.covariance(X), W, gamma) - kappa)
    np.testing.assert_allclose(ours, dai2018.separable_cost(X, W, X.mean(1), gamma), rtol=1e-10)


@pytest.mark.parametrize(("spectrum", "kappa"), [([4, 1], 1), ([5, 3, 1], 2), ([6, 3, 2], 1), ([5, 2], 3), ([2], 1)])
def test_minima_are_those_of_a_numerical_search(spectrum, kappa):
    spectrum = np.array(spectrum, dtype=float)
    d, rng = len(spectrum), np.random.default_rng(1)
    cost = lambda w, g: dai2020.affine_cost(np.diag(spectrum), w.reshape(d, kappa), g)  # noqa: E731
    starts = rng.normal(size=(4, d * kappa + 1))
    found = min(scipy.optimize.minimize(lambda p: cost(p[1:], np.exp(p[0])), p).fun for p in starts)
    np.testing.assert_allclose(dai2020.learned_minimum(spectrum, kappa), found, rtol=1e-6)
    for gamma in (np.float64(0.5), np.float64(2.5)):
        found = min(scipy.optimize.minimize(lambda p, g=gamma: cost(p[1:], g), p).fun for p in starts)
        np.testing.assert_allclose(dai2020.fixed_minimum(spectrum, gamma, kappa), found, rtol=1e-6)
        best = dai2020.principal_decoder(np.eye(d), spectrum, gamma, kappa)
        np.testing.assert_allclose(cost(best, gamma), found, rtol=1e-6)


def test_collapse_reach_by_hand():
    """√(2 log(N log N)) for N = 900, and for each of a batch."""
    wanted = np.sqrt(2 * np.log(900 * np.log(900)))
    np.testing.assert_allclose(dai2020.collapse_reach(np.arange(6.0).reshape(2, 3)), wanted)  # of 0 in the first place
    np.testing.assert_allclose(dai2020.collapse_reach(np.ones((4, 2, 3))), [wanted] * 4)
    np.testing.assert_allclose(dai2020.collapse_reach(np.ones((6, 1))), wanted)
    np.testing.assert_allclose(dai2020.collapse_reach(np.ones((1, 6))), wanted)


def test_principal_decoder_by_hand():
    U, spectrum = np.array([[0.0, -1.0], [1.0, 0.0]]), np.array([10.0, 5.0])
    np.testing.assert_array_equal(dai2020.principal_decoder(U, spectrum, np.float64(1), 1), [[0], [3]])
    np.testing.assert_array_equal(dai2020.principal_decoder(U, spectrum, np.float64(6), 3), [[0, 0, 0], [2, 0, 0]])
    assert dai2020.learned_minimum(np.array([np.e, 1.0]), 1) == pytest.approx(4)
    assert dai2020.fixed_minimum(np.array([np.e, 1.0]), np.float64(1), 1) == pytest.approx(4)


def test_exact_arithmetics():
    X, one = rationals([[1, -1], [1, -1]]), rationals([[1]])
    assert dai2020.covariance(X).tolist() == [[1, 1], [1, 1]]
    assert dai2020.block_diagonal([one, 2 * one]).tolist() == [[1, 0], [0, 2]]
    with pytest.raises(Irrational):
        dai2020.soft_threshold_moments(one[0], one[0], one[0])
    none, like = rationals([[0, 0]]), [[0], [0]]
    parameters = (X, rationals(like), rationals([0, 0]), rationals(1), none, 1 + none, rationals(1))
    value = dai2020.energy(*map(balls, parameters))
    assert isinstance(value, Balls)
    assert value.bare() == 6
    symbolic = [
        np.array(p.map(lambda q: sympy.Rational(int(q.p), int(q.q))).tolist(), dtype=object) for p in parameters
    ]
    assert sympy.sympify(np.asarray(dai2020.energy(*symbolic)).item()) == 6


@pytest.mark.parametrize("shape", SHAPES[1:3])
def test_batches(shape):
    batch = draw(*shape, batch=(2,))
    X, W, b, gamma, mu, variance, _ = batch
    functions = {"energy": batch, "excess": batch, "row_slopes": batch}
    for name, parameters in functions.items():
        together = getattr(dai2020, name)(*parameters)
        for k in range(2):
            np.testing.assert_allclose(together[k], getattr(dai2020, name)(*(x[k] for x in parameters)), rtol=1e-12)
    for k in range(2):
        np.testing.assert_allclose(
            dai2020.affine_cost(dai2020.covariance(X), W, gamma)[k],
            dai2020.affine_cost(dai2020.covariance(X[k]), W[k], gamma[k]),
        )
        np.testing.assert_allclose(
            dai2020.affine_energy(X, W, b, gamma, mu, variance)[k],
            dai2020.affine_energy(X[k], W[k], b[k], gamma[k], mu[k], variance[k]),
        )
        for whole, alone in zip(
            dai2020.optimal_encoder(X, W, b, gamma), dai2020.optimal_encoder(X[k], W[k], b[k], gamma[k]), strict=True
        ):
            np.testing.assert_allclose(whole[k], alone)


@pytest.mark.parametrize(("name", "proof"), [
    ("affine_energy", proofs.prove_best_encoder),
    ("affine_cost", proofs.prove_best_encoder),
    ("principal_decoder", proofs.prove_fixed_minimum),
    ("fixed_minimum", proofs.prove_fixed_minimum),
    ("fixed_minimum", proofs.prove_learned_minimum),
    ("learned_minimum", proofs.prove_learned_minimum),
])  # fmt: skip
def test_proofs_of_minima_fail_for_other_formulas(monkeypatch, name, proof):
    """A formula that is half as much again no longer passes its proof."""
    formula = getattr(proofs, name)
    monkeypatch.setattr(proofs, name, lambda *arguments: formula(*arguments) * sympy.Rational(3, 2))
    with pytest.raises(AssertionError):
        inspect.unwrap(proof)()


def test_eigenvalues_in_another_order_are_refused():
    with pytest.raises(OutsideDomain, match=r"^learned_minimum: the numbers must descend"):
        dai2020.learned_minimum(rationals([3, 1, 2]), 1)
    with pytest.raises(OutsideDomain, match=r"^minimum: the numbers must descend"):
        dai2020.fixed_minimum(rationals([3, 1, 2]), rationals(1), 1)
