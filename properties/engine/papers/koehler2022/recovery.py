"""How well the flow recovers the subspace of the data: constants, exponents and floors are the best."""

import numpy as np
import pytest

from properties.koehler2022.claims.recovery import invariant
from properties.koehler2022.proofs.flow import prove_one_latent_keeps
from properties.koehler2022.trajectories.bounds import Range
from properties.koehler2022.trajectories.recovery import (
    generic_flows,
    held_up,
    hidden,
    left_over,
    paid_for,
    power,
    recovered,
    split,
    without_a_spare_latent,
)
from properties.koehler2022.trajectories.starts import FRACTIONS, followed, norms
from reference.arithmetic import squared_norm
from reference.koehler2022 import simplified_loss_gradient
from reference.koehler2022.flow import End, flow

SEED = 0


def test_the_flow_of_one_latent_without_data_ends_where_its_invariant_says():
    """‖Ã‖^{2d}/(‖Ã‖² + ε²) is constant, so that ‖Ã_*‖^{2(d−1)} is its value at the start; ‖Ã‖² + ε² falls by 2dt."""
    rng = np.random.default_rng(0)
    for d in (2, 3, 5):
        At, eps = rng.normal(size=(20, d, 1)), rng.uniform(0.3, 3, 20)
        found = flow(np.zeros((20, d, 1)), At, np.zeros((20, 1, d)), eps, floor=1e-5, checkpoints=[0.05])
        u, v = (found.At**2).sum((-1, -2)), found.eps**2
        H = u**d / (u + v)
        assert np.allclose(H[:, -1], norms(At) ** (2 * d) / (norms(At) ** 2 + eps**2), rtol=1e-6)
        assert np.allclose(u[:, -1] ** (d - 1), H[:, -1], rtol=1e-6)
        fallen = (norms(At) ** 2 + eps**2)[:, None] - u - v
        assert np.allclose(fallen, 2 * d * found.time, atol=1e-6, equal_nan=True)
        assert (found.end == End.FLOOR).all()
        assert (found.time[:, -1] <= eps**2 / (2 * d - 2)).all()


@pytest.mark.parametrize("powers", [(2, 0), (1, 0), (-1, 0), (0, 1), (0, -1)])
def test_what_is_not_constant_along_the_flow_of_one_latent_is_not_proved_to_be(powers):
    """H times powers of ‖Ã‖² and ‖Ã‖² + ε²: a wrong exponent of either."""
    prove_one_latent_keeps(invariant)

    def planted(At, eps):
        u = (At**2).sum()
        return invariant(At, eps) * u ** powers[0] * (u + eps**2) ** powers[1]

    with pytest.raises(AssertionError):
        prove_one_latent_keeps(planted)


def test_the_bound_without_a_spare_latent_is_attained_and_needs_all_that_stands_in_it():
    """At the best encoder: with one latent; and with two, of which the one for σ₂ points off W."""
    rng = np.random.default_rng(3)
    At, A = 3 * rng.normal(size=(3, 1)), 2 * np.eye(3)[:, :1]
    error = squared_norm(A - At @ np.linalg.pinv(At) @ A)
    assert np.isclose(4 * squared_norm(At[1:]), error * squared_norm(At))
    assert 4 * squared_norm(At[1:]) > error  # without ‖Ã‖
    At, A = np.array([[1, 0], [0, 0.8], [0, 0.6]]), np.array([[3, 0], [0, 1], [0, 0]])
    error = squared_norm(A - At @ np.linalg.pinv(At) @ A)
    assert squared_norm(At[2:]) < error * squared_norm(At)
    assert 9 * squared_norm(At[2:]) > error * squared_norm(At)  # with σ₁ in place of σ₂


@pytest.mark.slow
def test_half_the_bound_without_a_spare_latent_fails():
    pairs = without_a_spare_latent(SEED)
    assert paid_for(pairs, 2).violations == 0
    assert paid_for(pairs, 1).violations > 0


@pytest.mark.slow
def test_what_little_is_off_the_data_at_first_can_stay():
    """A = e₁/2, Ã = 3e₁ + e₂/100, B̃ = e₁ᵀ/3 keeps most of it, with no latent to spare."""
    start, found = without_a_spare_latent(SEED)[-2]
    A, At, Bt, eps = (x[0] for x in start.parameters())
    assert np.array_equal(A, [[0.5], [0], [0], [0]])
    assert np.array_equal(At, [[3], [0.01], [0], [0]])
    assert np.allclose(Bt, [[1 / 3, 0, 0, 0]])
    assert eps == 1
    lengths = start.columns_off(found.At)[0]
    assert found.end[0] == End.FLOOR
    assert 0.82 < lengths[-1] ** 2 / lengths[0] ** 2 < 0.85


@pytest.mark.slow
def test_a_larger_exponent_of_recovery_fails():
    pairs = list(hidden(SEED))
    assert recovered(pairs, 2).violations == 0
    assert recovered(pairs, 2.01).violations > 100


@pytest.mark.slow
def test_recovery_is_of_the_flow_in_log_eps():
    """What ε̃ = 1/1000 bounds along that flow, it does not along the flow in ε̃."""
    assert recovered(generic_flows(SEED, True), 2).violations == 0
    assert recovered(generic_flows(SEED, False), 2).violations > 20


def test_the_exponent_of_recovery_is_the_best():
    """Where Ã is small beside ε, and nothing is encoded, q'/q = −2/K and (log ε)' = −d in the limit."""
    At, eps, d = np.array([[1e-3], [0], [0]]), 1.0, 3
    in_At, _, in_eps = simplified_loss_gradient(0 * At, At, 0 * At.T, eps)
    rate = -2 * (At * in_At).sum() / (At**2).sum() * (d * ((At**2).sum() + eps**2))
    assert rate <= 2 * -eps * in_eps
    assert rate > 2.001 * -eps * in_eps


@pytest.mark.slow
def test_a_higher_floor_of_eps_fails():
    assert held_up(generic_flows(SEED, False), 1).violations == 0
    assert held_up(generic_flows(SEED, False), 2).violations > 20


@pytest.mark.slow
def test_a_slower_loss_of_the_spare_column_fails():
    assert left_over(SEED, 2).violations == 0
    assert left_over(SEED, 1.5).violations > 20


def test_split_starts_reconstruct_and_leave_the_last_latent_alone():
    start = split(np.random.default_rng(0), 20, 4, 3, 2)
    found = followed(start, fractions=FRACTIONS)
    reconstructed = start.A - start.At @ start.Bt @ start.A
    spare = start.At[:, :, -1:]
    assert abs(reconstructed).max() < 1e-12
    assert abs(spare.mT @ start.A).max() < 1e-12
    assert abs(spare.mT @ start.At[:, :, :-1]).max() < 1e-12
    assert (norms(spare) ** 2 >= 4).all()
    codes = norms(found.Bt[:, :, -1:] @ start.A[:, None])
    assert (codes <= 10 * (found.error + 1e-12)).all()


def test_powers_of_ranges_hold_all_corners():
    base, exponent = Range(np.array([0.5, 2.0]), np.array([0.6, 3.0])), (np.array([1.0, 1.0]), np.array([2.0, 2.0]))
    low, high = power(base, exponent)
    assert np.allclose(low, [0.25, 2])
    assert np.allclose(high, [0.6, 9])
