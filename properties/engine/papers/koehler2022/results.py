"""Our own theorems on the linear VAE, along flows that are integrated: what is constant, monotone, or has a limit."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.special import expi

from properties.engine.helpers.slow import but
from properties.koehler2022.trajectories.starts import norms
from reference.koehler2022 import simplified_loss_gradient, unused_dimensions
from reference.koehler2022.flow import End, flow


def unencoded(rng, n, d, log_eps, **further):
    """Return a flow of one latent without data that is not encoded, and u, v = ‖Ã‖², ε² along it (n, c)."""
    At, eps = rng.normal(size=(n, d, 1)), rng.uniform(0.5, 1.5, n)
    found = flow(np.zeros((n, d, 1)), At, np.zeros((n, 1, d)), eps, log_eps=log_eps, rtol=1e-9, **further)
    return found, (found.At**2).sum((-1, -2)), found.eps**2


@pytest.mark.parametrize("d", but([1, 2, 3, 5], 3, 5, mark="long"))
def test_the_inverse_variance_is_an_exponential_integral_of_an_unencoded_latent(d):
    _, u, v = unencoded(np.random.default_rng(d), 20, d, True, until=0.3, checkpoints=[0.1, 0.2], floor=1e-3)
    C = 1 / v + np.log(u) if d == 1 else np.exp((d - 1) * u) / v + d * expi((d - 1) * u)
    assert np.ptp(u, axis=1).max() > 0.1
    np.testing.assert_allclose(C, C[:, :1] + 0 * C, rtol=1e-5)


def test_a_spare_latent_stays_between_its_bounds():
    """With two latents that encode the data beside it: what should not fall, and what should not rise."""
    rng, n, d, t = np.random.default_rng(0), 10, 4, np.linspace(0.55, 0.8, 9)
    A, At, Bt = rng.normal(size=(n, d, 2)), rng.normal(size=(n, d, 3)), rng.normal(size=(n, 3, d))
    A[:, -1], At[:, -1, :2], At[:, :-1, 2], Bt[:, 2, :-1] = 0, 0, 0, 0
    found = flow(A, At, Bt, np.full(n, 0.5), log_eps=True, rtol=1e-9, until=1.0, checkpoints=t, floor=1e-4)
    At, eps = found.At[:, :-1], found.eps[:, :-1]
    assert abs(At[:, :, -1, :2]).max() < 1e-12
    assert abs(At[:, :, :-1, 2]).max() < 1e-12
    u, v = At[:, :, -1, 2] ** 2, eps**2
    error = norms(A[:, None] - At @ found.Bt[:, :-1] @ A[:, None]) ** 2
    rho = unused_dimensions(At, eps) + u / (u + v) - error / v
    low, high = rho.min(1, keepdims=True) - 1e-3, rho.max(1, keepdims=True) + 1e-3
    up = np.exp((low - 1) * u) / v + low * (np.log(u) + (low - 1) * u)
    down = np.exp((high - 1) * u) * (1 / v + high) + high * np.log(u)
    chosen = low[:, 0] > 0
    assert chosen.sum() >= 3
    assert (np.diff(up, axis=1) > -1e-5)[chosen].all()
    assert (np.diff(down, axis=1) < 1e-5)[chosen].all()


@pytest.mark.parametrize(("d", "alpha", "rate"), [(2, 2, 2), (3, 2, 4), (3, 0.5, 1), (4, 0.5, 1), (5, 1, 4)])
def test_one_latent_ends_by_its_dimensions_or_by_its_pull(d, alpha, rate):
    """2 min(d − 1, λ), where λ is nearly 2α² as a is nearly 1: the last of ε² per time."""
    e = np.eye(d)[None, :, :1]
    found = flow(alpha * e, e, 0.97 * e.mT, np.array([0.02]), floor=1e-5, rtol=1e-9, checkpoints=[0.00005])
    assert found.end == [End.FLOOR]
    a = found.At[0, -1, 0, 0]
    pull = alpha**2 * (a**2 + a**-2)
    v, t = found.eps[0] ** 2, found.time[0]
    late = flow(
        alpha * e, found.At[:, -2], found.Bt[:, -2], found.eps[:, -2], floor=1e-5, rtol=1e-9,
        checkpoints=[0.95 * (t[-1] - t[-2])],
    )  # fmt: skip
    slope = late.eps[0, -2] ** 2 / (late.time[0, -1] - late.time[0, -2])
    assert v[-1] < 1e-9
    assert slope == pytest.approx(2 * min(d - 1, pull), rel=0.02)
    assert slope == pytest.approx(rate, rel=0.05)


def test_the_flow_without_data_ends_in_time():
    """‖Ã‖² + ε² falls by 2d a unit of time, with any number of latents, and an encoder that does not matter."""
    rng, n, d, r = np.random.default_rng(3), 10, 2, 4
    At, eps = rng.normal(size=(n, d, r)), rng.uniform(0.3, 2, n)
    found = flow(np.zeros((n, d, 1)), At, rng.normal(size=(n, r, d)), eps, floor=1e-4, checkpoints=[0.01, 0.05])
    first, total = (At**2).sum((-1, -2)) + eps**2, (found.At**2).sum((-1, -2)) + found.eps**2
    np.testing.assert_allclose(first[:, None] - total, 2 * d * found.time, atol=1e-5)
    assert (found.time[:, -1] < first / (2 * d)).all()


# --- limits that are by words in the proofs -------------------------------------------------------------------------


def late(speed, start, least):
    """Return the state (log ε², ...) of the flow with this ``speed`` where ε² is ``least``."""
    reached = lambda _, x: x[0] - np.log(least)  # noqa: E731
    reached.terminal = True
    found = solve_ivp(lambda _, x: speed(x), (0, 400), start, "Radau", events=[reached], rtol=1e-8, atol=1e-12)
    assert found.status == 1
    return found.y[:, -1]


@pytest.mark.slow
@pytest.mark.parametrize(("d", "k", "r"), [(3, 1, 1), (4, 2, 2), (4, 2, 3), (4, 1, 2)])
def test_the_rate_of_a_spare_latent_is_that_of_the_dimensions_that_are_left(d, k, r):
    """−ε² log u, followed as such, tends to 1/(d − m), beside r latents that encode data of the rank k ≤ m."""
    rng = np.random.default_rng(d + 10 * r)
    A, At, Bt = rng.normal(size=(d, k)), rng.normal(size=(d, r)), rng.normal(size=(r, d - 1))
    A[-1], At[-1] = 0, 0
    spare = np.eye(d)[:, -1:]

    def unpacked(x):
        At, Bt = x[2 : 2 + d * r].reshape(d, r), x[2 + d * r :].reshape(r, d - 1)
        v = np.exp(x[0])
        u = np.exp(-x[1] / v)
        return v, u, np.hstack([At, np.sqrt(u) * spare]), np.pad(Bt, ((0, 1), (0, 1)))

    def speed(x):
        v, u, At, Bt = unpacked(x)
        in_At, in_Bt, in_eps = simplified_loss_gradient(A, At, Bt, np.sqrt(v))
        log_v = -2 * np.sqrt(v) * in_eps
        own = [log_v, x[1] * log_v + 2 * v / (u + v)]
        return np.concatenate([own, -in_At[:, :-1].ravel(), -in_Bt[:-1, :-1].ravel()])

    x = late(speed, np.concatenate([[0, 0.7], At.ravel(), Bt.ravel()]), 1e-8)
    v, _, At, Bt = unpacked(x)
    m = (np.linalg.norm(At[:, :-1], axis=0) > 1e-2).sum()
    assert k <= m < d
    assert norms(A - At @ Bt @ A) ** 2 < 1e-3 * v
    assert x[1] == pytest.approx(1 / (d - m), rel=0.01)


@pytest.mark.slow
def test_one_latent_ends_at_its_rate_wherever_it_starts():
    """The rate −(ε²)' at ε² = 10⁻⁸, which has the limit of ε²/(T − t), from starts of all orders with ab ≤ 1.

    Followed in s, dt = ε² ds.
    """
    rng, kinds = np.random.default_rng(1), set()
    for _ in range(12):
        d, alpha, a = rng.integers(2, 6), np.exp(1.2 * rng.normal() - 0.3), np.exp(rng.normal()) * rng.choice([-1, 1])
        first = np.eye(d)[:, :1]

        def speed(x, d=d, alpha=alpha, first=first):
            v = np.exp(x[0])
            in_At, in_Bt, in_eps = simplified_loss_gradient(alpha * first, x[1] * first, x[2] * first.T, np.sqrt(v))
            return np.array([-2 * np.sqrt(v) * in_eps, -v * in_At[0, 0], -v * in_Bt[0, 0]])

        b = rng.choice([1, rng.random(), -2 * rng.random()]) / a
        x = late(speed, np.array([2 * rng.normal(), a, b]), 1e-8)
        pull = alpha**2 * (x[1] ** 2 + x[1] ** -2)
        kinds.add(bool(pull < d - 1))
        assert -speed(x)[0] == pytest.approx(2 * min(d - 1, pull), rel=0.03)
    assert len(kinds) == 2
