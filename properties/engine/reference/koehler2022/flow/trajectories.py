"""Trajectories of the flow against LSODA and solutions by hand; where and why they end."""

import numpy as np
import pytest
from scipy.stats import ortho_group

from properties.engine.helpers.flow import COORDINATES, SHAPES, draw, oracle, parameters, plain, state
from properties.engine.helpers.slow import thinned
from reference.koehler2022 import simplified_loss_gradient
from reference.koehler2022.flow import End, flow, integrator


@pytest.mark.parametrize(
    ("shape", "log_eps", "trained"), thinned([(s, *c) for s in SHAPES[:4] for c in COORDINATES], step=5, mark="long")
)
def test_the_error_covers_the_distance_from_lsoda(shape, log_eps, trained):
    """At a checkpoint, and at the end, where both have ε = 1e-2 or t = 2."""
    d, _, r = shape
    instance = draw(*shape, n=3)
    found = flow(*parameters(instance, trained), log_eps=log_eps, until=2, checkpoints=[0.1])
    for i, single in enumerate(zip(*instance, strict=True)):
        for row, times in ((0, [0.1]), (-1, None)):
            if np.isnan(found.time[i, row]):
                continue
            t, y = oracle(*single, log_eps=log_eps, trained=trained, until=2, times=times)
            distance = np.linalg.norm(state(found, i, row) - plain(y[0], d, r, log_eps))
            assert distance <= found.error[i, row] + 1e-10
            assert found.error[i, row] < 1e-6
            assert abs(t[0] - found.time[i, row]) <= 1e-10 + (found.time_error[i] if row else 0)


def test_a_solution_by_hand():
    """For A = 0 and d = r = 1, (Ã, ε)' = −(Ã, ε)/(Ã² + ε²), so that Ã² + ε² is its initial K less 2t, B̃ is constant."""
    rng = np.random.default_rng(5)
    At, Bt, eps = rng.normal(size=(50, 1, 1)), rng.normal(size=(50, 1, 1)), rng.uniform(0.5, 2, 50)
    K = At[:, 0, 0] ** 2 + eps**2
    times = np.linspace(0, 0.45, 7) * K[:, None]
    found = flow(np.zeros((50, 1, 1)), At, Bt, eps, checkpoints=times)
    shrunk = np.sqrt(1 - 2 * times / K[:, None])
    assert (abs(found.At[:, :-1, 0, 0] - At[:, 0] * shrunk) <= found.error[:, :-1] + 1e-13).all()
    assert (abs(found.eps[:, :-1] - eps[:, None] * shrunk) <= found.error[:, :-1] + 1e-13).all()
    assert np.allclose(found.K, K[:, None], rtol=1e-14, atol=0)
    assert (found.Bt == Bt[:, None]).all()
    assert (found.end == End.FLOOR).all()
    assert (abs(found.time[:, -1] - K * (1 - (1e-2 / eps) ** 2) / 2) <= found.time_error + 1e-13).all()
    assert np.nanmax(found.error) < 1e-6


def test_dense_checkpoints_do_not_blind_the_estimate():
    """Every step ends at a checkpoint, in both runs; the solution is that by hand."""
    one, times = np.ones((1, 1, 1)), np.linspace(0, 0.95, 25)
    found = flow(0 * one, one, one, np.ones(1), checkpoints=times, rtol=1e-3)
    true = abs(found.At[0, :-1, 0, 0] - np.sqrt(1 - times))
    assert (true <= found.error[0, :-1] + 1e-15).all()
    assert true.max() > 1e-9


def test_the_errors_are_twice_the_distances_of_the_two_runs():
    start, times = parameters(draw(2, 2, 1, n=3), True), [0.1, 0.3]
    found = flow(*start, until=0.5, checkpoints=times, rtol=1e-4)
    coarse = flow(*start, until=0.5, checkpoints=times, rtol=1e-4, estimate=False)
    fine = flow(*start, until=0.5, checkpoints=[0.05, 0.1, 0.2, 0.3], rtol=1e-5, estimate=False)
    for i in range(3):
        for row, of in ((0, 1), (1, 3), (-1, -1)):
            if not np.isnan(coarse.time[i, row]):
                assert (state(found, i, row) == state(fine, i, of)).all()
                distance = np.linalg.norm(state(coarse, i, row) - state(fine, i, of))
                assert found.error[i, row] == pytest.approx(2 * distance, rel=1e-6)
                assert found.K_error[i, row] == 2 * abs(coarse.K[i, row] - fine.K[i, of])
    assert (found.time_error == 2 * abs(coarse.time[:, -1] - fine.time[:, -1])).all()


def test_in_log_eps_it_is_another_flow():
    """For A = 0 and d = r = 1, (log ε)' = −ε²/(Ã² + ε²): at Ã = 0, ε falls as e^{−t}, and not as the root of 1 − 2t."""
    A = At = Bt = np.zeros((1, 1, 1))
    found = flow(A, At, Bt, np.ones(1), log_eps=True, checkpoints=[0.25, 2])
    assert np.allclose(found.eps[0], [np.exp(-0.25), np.exp(-2), 1e-2], rtol=1e-6, atol=0)
    assert np.isclose(found.time[0, -1], np.log(100), rtol=1e-6)


@pytest.mark.parametrize("trained", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_flow_rotates_with_the_data(shape, trained):
    d, _, _ = shape
    A, At, Bt, *rest = parameters(draw(*shape, n=20, seed=1), trained)
    U = np.stack([ortho_group.rvs(d, random_state=i) if d > 1 else -np.eye(1) for i in range(20)])
    turned = (U @ A, U @ At, Bt @ U.mT, *rest)
    one, other = (flow(*x, until=1, checkpoints=[0.05, 0.2]) for x in ((A, At, Bt, *rest), turned))
    error = np.maximum(one.error, other.error) + 1e-12
    assert (abs(U[:, None] @ one.At - other.At).max((-1, -2)) <= 2 * error)[~np.isnan(error)].all()
    assert (abs(one.Bt @ U.mT[:, None] - other.Bt).max((-1, -2)) <= 2 * error)[~np.isnan(error)].all()


def test_K_is_the_running_maximum():
    """Where the largest column first grows and then shrinks, K stays at the top, and is nowhere below the present."""
    instance = draw(4, 3, 2, n=50, seed=2)[:4]
    times = np.linspace(0, 3, 61)
    found = flow(*instance, until=3, checkpoints=times)
    present = (found.At**2).sum(-2).max(-1) + found.eps**2
    seen = np.fmax.accumulate(present, axis=1)
    reached = ~np.isnan(found.K)
    assert (seen * (1 - 1e-14) <= found.K)[reached].all()
    assert np.allclose(found.K[:, 0], present[:, 0], rtol=1e-14, atol=0)
    assert (np.diff(found.K, axis=1) >= 0)[reached[:, 1:] & reached[:, :-1]].all()
    assert (seen * 1.05 + found.K_error >= found.K)[reached].all()
    higher = found.K[:, -1] > 1.2 * np.maximum(present[:, 0], present[:, -1])
    assert higher.any()


def test_a_trajectory_ends_at_the_floor_or_at_its_time():
    instance = draw(3, 2, 2, n=40, seed=3)[:4]
    found = flow(*instance, until=2.5, checkpoints=[0, 1.5, 2.5])
    assert set(found.end) == {End.FLOOR, End.TIME}
    floored = found.end == End.FLOOR
    assert np.allclose(found.eps[floored, -1], 1e-2, rtol=1e-12, atol=0)
    assert (found.time[~floored, -1] == 2.5).all()
    assert (found.time[floored, -1] < 2.5).all()
    assert (np.isnan(found.time[:, 1]) == (found.time[:, -1] < 1.5)).all()
    assert (np.isnan(found.At[:, 2]).all((-1, -2)) == floored).all()
    assert (found.At[:, 0] == instance[1]).all()
    assert (found.At[~floored, 2] == found.At[~floored, 3]).all()


def test_a_start_below_the_floor_is_the_end():
    A, At, Bt, eps, _ = draw(3, 2, 2, n=3)
    found = flow(A, At, Bt, eps, floor=5.0)
    assert (found.end == End.FLOOR).all()
    assert (found.time[:, -1] == 0).all()
    assert (found.At[:, -1] == At).all()


def test_a_start_on_the_floor_is_the_end():
    A, At, Bt, eps, _ = draw(3, 2, 2, n=3)
    eps[:] = [0.5, 0.75, 0.5]
    found = flow(A, At, Bt, eps, floor=0.5)
    assert (found.end == End.FLOOR).tolist()[::2] == [True, True]
    assert (found.time[:, -1] == 0).tolist() == [True, False, True]


def test_without_a_floor_eps_vanishes_in_finite_time():
    """Ã = 0 and A = 0 leave ε' = −d/ε, so that ε is √(1 − 2dt)."""
    A, At, Bt = np.zeros((1, 2, 1)), np.zeros((1, 2, 1)), np.ones((1, 1, 2))
    found = flow(A, At, Bt, np.ones(1), floor=0, checkpoints=[0.1, 0.24])
    assert found.end[0] == End.FLOOR
    assert np.isclose(found.time[0, -1], 0.25, rtol=1e-9)
    assert np.allclose(found.eps[0, :2], np.sqrt([0.6, 0.04]), rtol=1e-6)


def test_where_the_velocity_is_not_finite_the_flow_stalls():
    found = flow(*(np.ones((1, 1, 1)) for _ in range(3)), np.array([1e-200]), floor=0)
    assert found.end[0] == End.STALLED
    assert found.time[0, -1] == 0


@pytest.mark.parametrize(("log_eps", "trained"), COORDINATES)
def test_company_threads_and_repetition_make_no_difference(log_eps, trained):
    instance = parameters(draw(3, 2, 4, n=12, seed=4), trained)
    options = {"log_eps": log_eps, "until": 1.0, "checkpoints": [0.1, 0.4]}
    whole = flow(*instance, **options, threads=2)
    again = flow(*instance, **options, threads=1)
    singles = [flow(*(x[i : i + 1] for x in instance), **options) for i in range(12)]
    for name, value in vars(whole).items():
        if value is not None:
            assert np.array_equal(value, getattr(again, name), equal_nan=True)
            joined = np.concatenate([getattr(single, name) for single in singles])
            assert np.array_equal(value, joined, equal_nan=True)


def test_every_trajectory_has_its_own_checkpoints_and_its_own_end():
    A, *start = draw(3, 2, 2, n=4, seed=6)[:4]
    times = np.sort(np.random.default_rng(6).uniform(0, 1, (4, 200)), axis=1)
    found = flow(A, *start, until=1, checkpoints=times, rtol=1e-3)
    assert (found.end != End.STALLED).all()
    reached = ~np.isnan(found.time[:, :-1])
    assert (found.time[:, :-1] == times)[reached].all()
    assert reached[:, 0].all()


def test_a_flow_is_compiled_once_whatever_is_asked_of_it():
    for n, options in ((1, {}), (2, {"checkpoints": [0.1]}), (2, {"checkpoints": np.full((2, 1), 0.1)})):
        for estimate in (True, False):
            flow(*draw(1, 1, 1, n=n)[:4], until=0.2, estimate=estimate, **options)
    assert len(integrator.integrate.signatures) == 1
    assert len(integrator.seat.signatures) <= 1  # none where an earlier process has compiled what calls it


def descended(A, At, Bt, eps, log_eps, step, steps):
    """Return the Ã after so many steps along the gradient of the reference."""
    for _ in range(steps):
        in_At, in_Bt, in_eps = simplified_loss_gradient(A, At, Bt, eps)
        At, Bt = At - step * in_At, Bt - step * in_Bt
        eps = eps * np.exp(-step * eps * in_eps) if log_eps else eps - step * in_eps
    return At


@pytest.mark.long
@pytest.mark.parametrize("log_eps", [False, True])
def test_short_steps_approach_the_flow(log_eps):
    """Half the step, half the distance: this also ties the coordinates of the two to each other."""
    instance = parameters(draw(3, 2, 2, n=10, seed=7), False)
    exact = flow(*instance, log_eps=log_eps, until=0.05)
    ends = [descended(*instance, log_eps, 0.05 / n, n) for n in (2000, 4000)]
    far, near = (np.linalg.norm(end - exact.At[:, -1], axis=(-1, -2)) for end in ends)
    assert np.allclose(far / near, 2, rtol=0.1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"eps": -np.ones(2)}, "ε should be positive"),
        ({"eps": np.array([1.0, 0])}, "ε should be positive"),
        ({"eps": np.array([np.nan, 1])}, "ε should be positive"),
        ({"eps": np.ones(1)}, "ε should be"),
        ({"D": np.zeros((2, 2))}, "D should be positive"),
        ({"D": np.array([[1, 1], [1, 0.0]])}, "D should be positive"),
        ({"D": np.array([[-1.0, 1], [1, 1]])}, "D should be positive"),
        ({"D": np.ones((2, 3))}, "D should be"),
        ({"Bt": np.ones((2, 3, 2))}, "B̃ should be"),
        ({"A": np.ones((1, 3, 2))}, "A and Ã should be"),
        ({"A": np.ones((2, 4, 2))}, "A and Ã should be"),
        ({"A": np.ones((3, 2))}, "A and Ã should be"),
        ({"At": np.ones((3, 2))}, "A and Ã should be"),
        ({"checkpoints": [2, 1]}, "ascending"),
        ({"checkpoints": [0, 2, 1, 3]}, "ascending"),
        ({"checkpoints": [[0, 1], [1, 0]]}, "ascending"),
        ({"rtol": 0.0}, "rtol"),
        ({"rtol": 1.0}, "rtol"),
        ({"rtol": -1e-7}, "rtol"),
    ],
)
def test_what_does_not_fit_is_refused(change, message):
    A, At, Bt, eps, _ = draw(3, 2, 2, n=2)
    with pytest.raises(ValueError, match=message):
        flow(**{"A": A, "At": At, "Bt": Bt, "eps": eps, **change})
