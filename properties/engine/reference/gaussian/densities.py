"""The formulas of gaussian and dai2018: literal values, cubature, and every arithmetic alike."""

import math

import numpy as np
import pytest
import sympy
import torch

from reference import dai2018, gaussian
from reference.arithmetic import identity, log, number, pi, sqrt
from reference.arithmetic.exact import Balls, Irrational, balls, rationals

X, MEAN, VARIANCE = rationals([[1, 2], [-3, 5]]) / 4, rationals([2, -1]) / 4, rationals([3, 1]) / 2
TAU, W = rationals([3, 1]) / 4, rationals([[[1, 2, 0], [-1, 1, 3]], [[2, 0, 1], [0, 0, -1]]]) / 2


def floats(x):
    return np.array(x.map(lambda q: int(q.p) / int(q.q)).tolist(), dtype=float)


LIFTS = {
    "numpy": floats,
    "torch": lambda x: torch.tensor(floats(x)),
    "balls": balls,
    "symbols": lambda x: np.array(x.map(lambda q: sympy.Rational(int(q.p), int(q.q))).tolist(), dtype=object),
}


def as_floats(x):
    bare = x.map(lambda ball: float(ball.mid())).bare() if isinstance(x, Balls) else x
    return np.array(bare.tolist() if hasattr(bare, "tolist") else bare, dtype=float)


def is_tight(x):
    return all(ball.is_finite() and ball.rad() < 1e-12 for ball in x.reshape(-1).bare())


FORMULAS = {
    "log_density": lambda lift: gaussian.log_density(lift(X), lift(MEAN), lift(VARIANCE)),
    "kl_divergence": lambda lift: gaussian.kl_divergence(lift(X), lift(VARIANCE), lift(TAU)),
    "kl_divergence, τ = 1": lambda lift: gaussian.kl_divergence(lift(X), lift(VARIANCE), 1),
    "separable": lambda lift: dai2018.separable_log_determinant(lift(W), lift(TAU)),
    "determinant": lambda lift: dai2018.decoder_log_determinant(lift(W), lift(TAU)),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_every_arithmetic_agrees_and_a_batch_is_a_loop(name):
    formula = FORMULAS[name]
    expected = formula(LIFTS["numpy"])
    assert expected.shape == (2,)
    for lift in LIFTS.values():
        np.testing.assert_allclose(as_floats(formula(lift)), expected, rtol=1e-13)
        alone = [formula(lambda x, i=i: lift(x)[i] if x is not MEAN and x is not VARIANCE else lift(x)) for i in (0, 1)]  # noqa: B023
        np.testing.assert_allclose([as_floats(x) for x in alone], expected, rtol=1e-13)
    assert is_tight(formula(balls))
    with pytest.raises(Irrational):
        formula(lambda x: x)


def test_densities_and_divergences_by_hand():
    two_pi = math.log(2 * math.pi)
    density = gaussian.log_density(np.array([3.0, 1.0]), np.array([1.0, 1.0]), np.array([4.0, 9.0]))
    np.testing.assert_allclose(density, -(4 / 4 + 0 + 2 * two_pi + math.log(4) + math.log(9)) / 2)
    shared = gaussian.log_density(np.array([[3.0, 1.0]]), np.array([1.0, 1.0]), np.array([4.0]))
    np.testing.assert_allclose(shared, [-(4 / 4 + 2 * two_pi + 2 * math.log(4)) / 2])  # one variance for both
    divergence = gaussian.kl_divergence(np.array([3.0, 0.0]), np.array([2.0, 1.0]), np.array(4.0))
    np.testing.assert_allclose(divergence, (2 / 4 + 9 / 4 - 1 - math.log(2 / 4) + 1 / 4 - 1 - math.log(1 / 4)) / 2)
    assert gaussian.kl_divergence(np.zeros(3), np.full(3, 7.0), np.array(7.0)) == 0


def test_a_divergence_needs_variances_that_are_positive():
    """Also where both are negative, so that their ratio has a logarithm."""
    for variance, prior in ((-2.0, -1.0), (-2.0, 1.0), (2.0, -1.0)):
        with np.errstate(invalid="ignore"):
            for first in (1.0, variance):
                assert np.isnan(gaussian.kl_divergence(np.ones(2), np.array([first, variance]), np.array(prior)))
        variances = balls(rationals([int(variance)] * 2))
        assert gaussian.kl_divergence(balls(X[0]), variances, balls(rationals(int(prior)))).bare().is_nan()


def test_densities_and_divergences_are_those_of_torch():
    x, mean, variance, tau = (LIFTS["torch"](v) for v in (X, MEAN, VARIANCE, TAU[0]))
    q, prior = torch.distributions.Normal(mean, variance.sqrt()), torch.distributions.Normal(0 * mean, tau.sqrt())
    torch.testing.assert_close(gaussian.log_density(x, mean, variance), q.log_prob(x).sum(-1))
    divergence = torch.distributions.kl_divergence(q, prior).sum(-1)
    torch.testing.assert_close(gaussian.kl_divergence(mean, variance, tau), divergence)


def test_the_divergence_is_the_mean_difference_of_log_densities():
    mean, variance, tau = (balls(v) for v in (X[1], VARIANCE, TAU[0]))

    def difference(z):
        x = mean + z * sqrt(variance)
        return gaussian.log_density(x, mean, variance) - gaussian.log_density(x, 0 * mean, tau + 0 * variance)

    gap = gaussian.expectation(difference, 2, mean) - gaussian.kl_divergence(mean, variance, tau)
    assert gap.bare().contains(0)
    assert is_tight(gap)


@pytest.mark.parametrize("lift", LIFTS)
def test_cubature_is_exact_to_degree_five_in_each_coordinate(lift):
    like = LIFTS[lift](X)
    points, weights = gaussian.nodes(2, like)
    assert (tuple(points.shape), tuple(weights.shape)) == ((9, 2), (9,))
    moments = (1, 0, 1, 0, 3, 0)
    for i, first in enumerate(moments):
        for j, second in enumerate(moments):
            power = lambda x, n: math.prod([x] * n, start=1)  # noqa: E731
            value = gaussian.expectation(lambda z: power(z[:, 0], i) * power(z[:, 1], j) + 0 * z[:, 0], 2, like)  # noqa: B023
            np.testing.assert_allclose(as_floats(value), first * second, atol=1e-13)
            if lift == "symbols":
                assert sympy.simplify(value) == first * second
    assert as_floats(gaussian.expectation(lambda z: z[:, 0] ** 6, 1, like)) == pytest.approx(9)  # of 15: no more


def test_cubature_by_hand():
    points, weights = gaussian.nodes(1, np.zeros(1))
    np.testing.assert_allclose(points[:, 0], [-math.sqrt(3), 0, math.sqrt(3)])
    np.testing.assert_allclose(weights, [1 / 6, 2 / 3, 1 / 6])
    assert len({tuple(p) for p in gaussian.nodes(3, np.zeros(1))[0].tolist()}) == 27
    batch = gaussian.expectation(lambda z: np.array([[1.0], [2.0]]) * z.sum(-1) ** 2, 3, np.zeros(1))
    np.testing.assert_allclose(batch, [3, 6])
    with pytest.raises(Irrational):
        gaussian.nodes(1, X)


@pytest.mark.parametrize("m", [1, 2, 4])
@pytest.mark.parametrize("n", [1, 2])
def test_lattice_rule_has_the_moments_of_a_normal_vector(m, n):
    """Exactly, up to degree 2m + 1 in each coordinate and not beyond, in fractions, balls and floats."""
    points, weights = gaussian.lattice_rule(m, n, rationals([1]))
    for k in range(2 * m + 2):
        moment = 0 if k % 2 else math.prod(range(1, k, 2))
        assert (weights * points[:, -1] ** k).sum().item() == moment if k else weights.sum().item() == 1
    assert (weights * points[:, 0] ** (2 * m + 2)).sum().item() != math.prod(range(1, 2 * m + 2, 2))
    if n == 2:
        assert (weights * points[:, 0] ** 2 * points[:, 1] ** 2).sum().item() == 1
    near = gaussian.lattice_rule(m, n, np.ones(1))
    enclosed = gaussian.lattice_rule(m, n, balls(rationals([1])))
    for exact, plain, ball in zip((points, weights), near, enclosed, strict=True):
        assert np.allclose(plain, floats(exact), atol=1e-12)
        assert all(b.contains(q) for b, q in zip(ball.reshape(-1).bare(), exact.reshape(-1).tolist(), strict=True))


def test_lattice_weights_by_hand():
    """Those of five points, which the docstring quotes, and that those of nine are positive."""
    weights = gaussian.lattice_rule(2, 1, rationals([1]))[1].tolist()
    assert [str(w) for w in weights] == ["1/12", "1/6", "1/2", "1/6", "1/12"]
    assert all(w > 0 for w in gaussian.lattice_rule(4, 1, rationals([1]))[1].tolist())


def test_log_determinants_by_hand():
    W, lam = np.array([[1.0, 2.0], [0.0, 1.0], [0.0, 1.0]]), np.array(2.0)  # columns of norm² 1 and 6, d = 3
    np.testing.assert_allclose(dai2018.separable_log_determinant(W, lam), math.log(3) + math.log(8) + math.log(2))
    np.testing.assert_allclose(dai2018.decoder_log_determinant(W, lam), math.log(2 * (3 * 8 - 2 * 2)))
    np.testing.assert_allclose(dai2018.separable_log_determinant(W.T, lam), 2 * math.log(3) + math.log(7) - math.log(2))
    np.testing.assert_allclose(dai2018.decoder_log_determinant(W.T, lam), math.log(3 * 8 - 2 * 2))


@pytest.mark.parametrize(("rows", "columns"), [(1, 3), (3, 2), (2, 2)])
def test_log_determinants_agree_for_orthogonal_columns(rows, columns):
    like = balls(X)
    W = 3 * identity(rows, columns, like)
    gap = dai2018.separable_log_determinant(W, number(2, like)) - dai2018.decoder_log_determinant(W, number(2, like))
    assert gap.bare().contains(0)
    assert is_tight(gap)


def test_symbols_stay_symbols():
    a, b, t = sympy.symbols("a b t", positive=True)
    column = np.array([[a], [b]], dtype=object)
    assert sympy.expand(sympy.exp(dai2018.decoder_log_determinant(column, t).item()) - t * (t + a**2 + b**2)) == 0
    assert dai2018.separable_log_determinant(column, t) == sympy.log(t + a**2 + b**2) + sympy.log(t)
    one = np.array([a], dtype=object)
    expected = -(b**2 / a + log(2 * pi(one) * a)) / 2
    assert sympy.simplify(gaussian.log_density(one + b, one, one) - expected) == 0
