"""The formulas of dai2020's §5 and App. D: independent derivations and values by hand, in every arithmetic."""

import math

import numpy as np
import pytest
import scipy.integrate
import torch

from properties.dai2020.proofs import networks as network_proofs
from reference import gaussian
from reference.dai2020 import network as dai2020_network

RNG = np.random.default_rng(0)


def normal_expectation(function):
    """Return E f(ε), ε ~ N(0, 1), by adaptive quadrature on both sides of a kink at 0."""
    value = 0.0
    for low, high in ((-12, 0), (0, 12)):
        value += scipy.integrate.quad(
            lambda e: function(e) * math.exp(-e * e / 2) / math.sqrt(2 * math.pi), low, high, epsabs=1e-12
        )[0]
    return value


# --- eq. (4) and quadratic decoders ---------------------------------------------------------------------------------


def test_energy_is_twice_the_negative_evidence_bound():
    """With all constants: 𝓛 = (2/n) Σ_i {−E_q log p(x|z) + KL} − d log 2π + κ, for a linear decoder with κ = 1."""
    X, w = np.array([[1.0, 2.0], [0.5, -1.0]]), np.array([1.5, -0.5])
    means, deviations, gamma = np.array([[0.3], [-0.7]]), np.array([[0.5], [1.25]]), np.asarray(0.8)
    errors = ((X - means * w) ** 2).sum(-1) + deviations[:, 0] ** 2 * (w @ w)
    bound = 0.0
    for x, mean, deviation in zip(X, means[:, 0], deviations[:, 0], strict=True):
        bound -= normal_expectation(
            lambda e, x=x, m=mean, s=deviation: gaussian.log_density(x, (m + s * e) * w, gamma * np.ones(2))
        )
        bound += gaussian.kl_divergence(np.array([mean]), np.array([deviation**2]), np.asarray(1.0))
    printed = dai2020_network.energy(errors, means, deviations, gamma, 2)
    assert math.isclose(printed, 2 * bound / 2 - 2 * math.log(2 * math.pi) + 1, rel_tol=1e-8)


def test_latent_slopes_are_those_of_the_divergence():
    mean, deviation = (torch.tensor([x, 2.0], dtype=torch.float64, requires_grad=True) for x in (-0.7, 0.4))
    gaussian.kl_divergence(mean, deviation**2, torch.tensor(1.0, dtype=torch.float64)).backward()
    found = dai2020_network.latent_slopes(mean.detach(), deviation.detach())
    torch.testing.assert_close(found, (mean.grad, deviation.grad))


def test_optimal_decoder_variance_by_hand():
    """Mean over data points and coordinates."""
    assert dai2020_network.optimal_decoder_variance(np.array([1.0, 5.0, 3.0]), 2) == 1.5


@pytest.mark.parametrize("kappa", [1, 2])
def test_quadratic_moments_by_cubature(kappa):
    """The closed forms of the mean, the variance and the error, against reference.gaussian.expectation."""
    W, Q, c = RNG.normal(size=(2, kappa)), RNG.normal(size=(2, kappa)), RNG.normal(size=2)
    x, mean, deviation = RNG.normal(size=2), RNG.normal(size=kappa), RNG.uniform(0.5, 2, size=kappa)
    points, weights = gaussian.nodes(kappa, x)
    values = dai2020_network.quadratic_decoder(mean + deviation * points, W, Q, c)
    assert np.allclose(values, (mean + deviation * points) @ W.T + (mean + deviation * points) ** 2 @ Q.T + c)
    centre, variance = dai2020_network.quadratic_moments(W, Q, c, mean, deviation)
    assert np.allclose(centre, weights @ values)
    assert np.allclose(variance, weights @ ((values - centre) ** 2).sum(-1))
    error = dai2020_network.quadratic_error(x, W, Q, c, mean, deviation)
    assert np.allclose(error, weights @ ((x - values) ** 2).sum(-1))


def test_quadratic_error_takes_batches():
    """Rows of data, means and deviations give what each of them gives alone."""
    W, Q, c = RNG.normal(size=(3, 2)), RNG.normal(size=(3, 2)), RNG.normal(size=3)
    X, means, deviations = RNG.normal(size=(4, 3)), RNG.normal(size=(4, 2)), RNG.uniform(0.5, 2, size=(4, 2))
    alone = [dai2020_network.quadratic_error(x, W, Q, c, m, s) for x, m, s in zip(X, means, deviations, strict=True)]
    assert np.allclose(dai2020_network.quadratic_error(X, W, Q, c, means, deviations), alone)


def test_least_error_of_a_parabola_by_minimisation():
    """On a grid of codes that is fine at the vertex; without a bend or a slope too."""
    z = np.linspace(-40, 40, 400_001)
    for w, q in ((1.5, 0.5), (-0.5, -2.0), (0.0, 1.0), (2.0, 0.0), (0.0, 0.0)):
        for x in (-3.0, 0.25, 2.0):
            least = dai2020_network.least_parabola_error(np.asarray(x), np.asarray(w), np.asarray(q))
            assert math.isclose(least, ((x - w * z - q * z * z) ** 2).min(), abs_tol=1e-6)


# --- App. D ---------------------------------------------------------------------------------------------------------


def test_network_errors_by_quadrature():
    """One latent and act(x) = x/2 + x², against adaptive quadrature."""
    X, V, O, c = RNG.normal(size=(2, 2)), RNG.normal(size=(3, 1)), RNG.normal(size=(2, 3)), RNG.normal(size=2)
    means, deviations = RNG.normal(size=(2, 1)), RNG.uniform(0.5, 1.5, size=(2, 1))
    errors = dai2020_network.network_errors(X, V, O, c, lambda t: t / 2 + t**2, means, deviations)
    for x, mean, deviation, error in zip(X, means[:, 0], deviations[:, 0], errors, strict=True):

        def squared(e, x=x, m=mean, s=deviation):
            hidden = (m + s * e) * V[:, 0]
            return ((x - O @ (hidden / 2 + hidden**2) - c) ** 2).sum()

        assert math.isclose(error, normal_expectation(squared), rel_tol=1e-8)


def test_network_errors_are_exact_to_degree_five_and_no_further():
    """E ε⁶ is 15, and 11 by the rule of five points: (2·2⁶/12 + 2/6)."""
    one, none = np.ones((1, 1)), np.zeros((1, 1))
    cubes = dai2020_network.network_errors(none, one, one, np.zeros(1), lambda t: t**3, none, one)
    assert cubes == pytest.approx([11], rel=1e-12)


def test_relu_errors_by_quadrature():
    """One latent and ReLUs, whose columns have entries of both signs and 0."""
    X, O, c, v = RNG.normal(size=(2, 2)), RNG.normal(size=(2, 4)), RNG.normal(size=2), np.array([1.5, -0.5, 0.0, 0.25])
    for x, error in zip(X, dai2020_network.relu_errors(X, v, O, c), strict=True):
        direct = normal_expectation(lambda e, x=x: ((x - O @ np.maximum(v * e, 0) - c) ** 2).sum())
        assert math.isclose(error, direct, rel_tol=1e-8)


def test_relu_loss_falls_linearly_away_from_collapse():
    """At x = O = 1, c = 0: E(1 − max(tε, 0))² = 1 − 2|t|/√(2π) + t²/2, so that collapse is not even stationary."""
    one = np.ones((1, 1))
    for t in (0.0, 1e-3, -1e-3, 0.5):
        error = dai2020_network.relu_errors(one, np.array([t]), one, np.zeros(1))[0]
        assert math.isclose(error, 1 - 2 * abs(t) / math.sqrt(2 * math.pi) + t**2 / 2, rel_tol=1e-12)


@pytest.mark.parametrize("mean", [-1.5, 0.0, 0.75])
def test_one_relu_by_quadrature(mean):
    """The errors and the moments of a pre-activation that need not be centred; a centred one is relu_errors' case."""
    X, o, c, deviation = RNG.normal(size=(1, 2)), RNG.normal(size=2), RNG.normal(size=2), 1.25

    def expectation(function):
        kink = -mean / deviation
        return sum(
            scipy.integrate.quad(
                lambda e: function(max(mean + deviation * e, 0)) * math.exp(-e * e / 2) / math.sqrt(2 * math.pi),
                *ends,
                epsabs=1e-12,
            )[0]
            for ends in ((-12, kink), (kink, 12))
        )

    first, second = dai2020_network.relu_moments(np.array([mean]), np.array([deviation]))
    assert math.isclose(first[0], expectation(lambda a: a), rel_tol=1e-8)
    assert math.isclose(second[0], expectation(lambda a: a * a), rel_tol=1e-8)
    error = dai2020_network.relu_unit_errors(X, o, c, np.array([mean]), np.array([deviation]))
    assert math.isclose(error[0], expectation(lambda a: ((X[0] - o * a - c) ** 2).sum()), rel_tol=1e-8)
    if not mean:
        assert np.allclose(error, dai2020_network.relu_errors(X, np.array([deviation]), o[:, None], c))


def collapsed_gradients(activation, decoder_column, encoder_row):
    """Return the norms of the gradients of a sampled loss (4) in column j of V, row j of M and row j of S, by autograd.

    Antithetic samples make E z_j = 0 exact; V, M and S are random but for their columns and rows j = 1.
    """
    torch.manual_seed(0)
    n, d, p, k, m, j = 3, 2, 4, 3, 5, 1
    X, H, O = (torch.randn(*s, dtype=torch.float64) for s in ((n, d), (n, p), (d, m)))
    V, M, S = (torch.randn(*s, dtype=torch.float64) for s in ((m, k), (k, p), (k, p)))
    V[:, j], M[j], S[j] = decoder_column, encoder_row, encoder_row
    parameters = [x.requires_grad_() for x in (V, M, S)]
    noise = torch.randn(64, 1, k, dtype=torch.float64)
    flipped = noise.clone()
    flipped[..., j] *= -1
    noise = torch.cat([noise, flipped])
    noise /= torch.where(torch.arange(k) == j, (noise**2).mean(0).sqrt(), 1.0)
    means, deviations = H @ M.mT, (H @ S.mT / 2).exp()
    reconstruction = activation((means + deviations * noise) @ V.mT) @ O.mT
    errors = ((X - reconstruction) ** 2).sum(-1).mean(0)
    gamma = torch.tensor(0.7, dtype=torch.float64)
    dai2020_network.energy(errors, means, deviations, gamma, d).backward()
    V, M, S = (x.grad for x in parameters)
    return [float(g.norm()) for g in (V[:, j], M[j], S[j])]


@pytest.mark.parametrize("activation", [torch.tanh, torch.nn.functional.softplus, torch.relu])
def test_collapsed_dimensions_are_stationary_in_networks(activation):
    """Proposition 4 with log-variances SH and the activations of practice; for ReLUs the other pre-activations are
    not 0. Each zero weight is needed.
    """
    assert max(collapsed_gradients(activation, 0.0, 0.0)) < 1e-12
    column, *_ = collapsed_gradients(activation, 0.0, 0.5)
    assert column > 1e-3
    column, in_means, _ = collapsed_gradients(activation, 0.5, 0.0)
    assert min(column, in_means) > 1e-3


@pytest.mark.parametrize(("act", "slope"), [
    (torch.relu, lambda a: (a > 0).to(a.dtype)), (torch.tanh, lambda a: 1 - torch.tanh(a) ** 2),
])  # fmt: skip
def test_back_propagated_gradients_are_those_of_autograd(act, slope):
    """With ReLUs away from the kink, for a batch of latents."""
    X, V, O, c, z = (torch.randn(*s, dtype=torch.float64) for s in ((3,), (4, 2), (3, 4), (3,), (5, 2)))
    V.requires_grad_()
    z.requires_grad_()
    ((X - act(z @ V.mT) @ O.mT - c) ** 2).sum().backward()
    in_V, in_z = dai2020_network.backpropagated(X, V.detach(), O, c, act, slope, z.detach())
    torch.testing.assert_close(in_V.sum(0), V.grad)
    torch.testing.assert_close(in_z, z.grad)


@pytest.mark.parametrize(("name", "proof"), [
    ("optimal_decoder_variance", network_proofs.prove_optimal_decoder_variance),
    ("quadratic_error", network_proofs.prove_flat_at_zero_deviation),
    ("network_errors", network_proofs.prove_stationary_collapse),
    ("least_parabola_error", network_proofs.prove_average_is_no_less),
    ("quadratic_error", network_proofs.prove_average_is_no_less),
])  # fmt: skip
@pytest.mark.long
def test_proofs_fail_for_other_formulas(monkeypatch, name, proof):
    """A formula that is off by the product of its first and its last argument no longer passes its proof."""
    formula = getattr(network_proofs, name)

    def other(*arguments):
        return formula(*arguments) - np.sum(arguments[0] * arguments[-1])

    monkeypatch.setattr(network_proofs, name, other)
    with pytest.raises(AssertionError):
        proof()
