"""The error of a flow is that of all of the state: of each of Ã, B̃, ε and D, even where it alone is wrong."""

import numpy as np
import pytest
from scipy.integrate import RK45

from properties.engine.helpers.flow import COORDINATES, attempted, draw, packed, parameters
from reference.koehler2022.flow import End, flow, integrator
from reference.koehler2022.flow.explicit import first_step
from reference.koehler2022.flow.lanes import WIDTH

ONE, TIMES = np.ones((1, 1, 1)), np.array([0.25, 0.4])


def of_the_decoder():
    """A = 0 and ε ≪ Ã: Ã² + ε² falls by 2t, and Ã and ε in proportion."""
    options = {"floor": 1e-9, "until": 0.45, "rtol": 1e-4}
    return flow(0 * ONE, ONE, ONE, np.array([1e-6]), checkpoints=TIMES, **options), "At", np.sqrt(1 - 2 * TIMES)


def of_the_encoder():
    """Ã = 0 beside so large an ε that it and Ã stay: B̃' = −B̃AAᵀ."""
    found = flow(2 * ONE, 0 * ONE, ONE, np.array([1e5]), checkpoints=TIMES, until=0.45, rtol=1e-4)
    return found, "Bt", np.exp(-4 * TIMES)


def of_the_deviation():
    """A = 0 and Ã = 0: ε² falls by 2t."""
    found = flow(0 * ONE, 0 * ONE, ONE, np.ones(1), checkpoints=TIMES, until=0.45, rtol=1e-4)
    return found, "eps", np.sqrt(1 - 2 * TIMES)


def of_the_variances():
    """A = 0 and Ã = 0: log ε falls by t, which no step gets wrong, and D' = D(1 − D)/2."""
    options = {"log_eps": True, "until": 9, "rtol": 1e-4, "floor": 1e-9}
    found = flow(0 * ONE, 0 * ONE, ONE, np.ones(1), np.full((1, 1), 1e-3), checkpoints=20 * TIMES, **options)
    return found, "D", 1 / (1 + 999 * np.exp(-10 * TIMES))


@pytest.mark.parametrize("case", [of_the_decoder, of_the_encoder, of_the_deviation, of_the_variances])
def test_what_is_wrong_in_one_part_of_the_state_alone_is_in_the_error(case):
    found, wrong, solution = case()
    true = abs(getattr(found, wrong)[0, :-1].ravel() - solution)
    assert true[-1] > 1e-11
    assert (true <= found.error[0, :-1] + 1e-15).all()
    assert found.error.max() < 1e-2


@pytest.mark.parametrize(("log_eps", "trained"), [(False, False), (True, True), (False, True)])
def test_the_error_is_twice_the_distance_of_two_runs_in_all_that_is_followed(log_eps, trained):
    """At every checkpoint and at every end; that of K is of K, and that of the time is of the end's time."""
    instance = parameters(draw(3, 2, 2, n=12, seed=11), trained)
    options = {"log_eps": log_eps, "checkpoints": [0, 0.1, 0.3], "until": 0.6, "rtol": 1e-4, "floor": 0.6}
    found, coarse = flow(*instance, **options), flow(*instance, **options, estimate=False)
    parts = ["At", "Bt", "eps", *(["D"] if trained else [])]
    gaps = [(getattr(found, name) - getattr(coarse, name)).reshape(*found.time.shape, -1) for name in parts]
    assert all((abs(gap).max((1, 2)) > 0).all() for gap in gaps)
    distance = np.linalg.norm(np.concatenate(gaps, -1), axis=-1)
    assert np.isfinite(distance).sum() > 36
    np.testing.assert_allclose(found.error, 2 * distance, rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(found.K_error, 2 * abs(found.K - coarse.K), rtol=1e-12)
    np.testing.assert_allclose(found.time_error, 2 * abs(found.time - coarse.time)[:, -1], rtol=1e-12)
    assert found.K_error.max() > 0
    assert found.time_error.max() > 0
    assert np.isnan(coarse.error).all()
    assert np.isnan(coarse.K_error).all()
    assert np.isnan(coarse.time_error).all()


def test_a_flow_is_more_accurate_than_the_one_that_it_is_held_against():
    instance = draw(3, 2, 2, n=30, seed=12)[:4]
    options = {"checkpoints": [0.1], "until": 0.4}
    fine, coarse, true = (
        flow(*instance, **options, rtol=rtol, estimate=estimate)
        for rtol, estimate in ((1e-4, True), (1e-4, False), (1e-11, False))
    )
    near, far = (np.linalg.norm(x.At[:, -1] - true.At[:, -1], axis=(1, 2)) for x in (fine, coarse))
    assert np.median(near) < np.median(far) / 3
    assert np.isnan(true.error).all()
    assert (fine.evaluations > coarse.evaluations).mean() > 0.9


@pytest.mark.parametrize(("log_eps", "trained"), COORDINATES)
def test_the_error_covers_every_part_of_the_state_of_every_trajectory(log_eps, trained):
    """Against a flow of a tolerance ten thousand times smaller."""
    instance = parameters(draw(3, 2, 2, n=100, seed=5), trained)
    options = {"log_eps": log_eps, "checkpoints": [0.05, 0.1, 0.2, 0.4, 0.8], "until": 1.5}
    found, true = flow(*instance, **options), flow(*instance, **options, rtol=1e-11, estimate=False)
    reached = ~np.isnan(found.time)
    assert (reached == ~np.isnan(true.time)).all()
    for name in ("At", "Bt", "eps", *(["D"] if trained else [])):
        gap = np.linalg.norm((getattr(found, name) - getattr(true, name)).reshape(*found.time.shape, -1), axis=-1)
        assert (gap <= found.error + 1e-11)[reached].all()
        assert gap[reached].max() > 1e-11
    assert (abs(found.time - true.time)[:, -1] <= found.time_error + 1e-11).all()
    assert np.nanmedian(found.error) < 1e-7


# --- one step -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("log_eps", "trained"), COORDINATES)
def test_the_worst_entry_decides_on_an_explicit_step(log_eps, trained):
    for A, *start in zip(*draw(4, 3, 2, n=10, seed=13), strict=True):
        y = packed(*start, log_eps, trained)
        for rtol, atol in ((1e-6, 1e-6), (1e-3, 1e-9), (1e-9, 1e-3)):
            z, slopes, share = attempted(False, A, y, 2, log_eps, trained, rtol=rtol, atol=atol)
            shares = abs(4e-3 * np.array(RK45.E) @ slopes) / (atol + rtol * np.maximum(abs(y), abs(z)))
            assert np.isclose(share, shares.max(), rtol=1e-6)
            assert shares.max() > 1.5 * np.median(shares)


@pytest.mark.parametrize("implicit", [False, True])
def test_a_share_is_of_what_is_tolerated(implicit):
    """It falls as a power of the step, and in proportion to the tolerance, of the larger of both states."""
    (A,), *start = draw(4, 3, 2, n=1, seed=9)
    y = packed(*(x[0] for x in start), False, False)

    def share(h=4e-3, rtol=0.0, atol=1e-6):
        return attempted(implicit, A, y, 2, False, False, h, rtol, atol)[2]

    assert share() / share(atol=4e-6) == pytest.approx(4)
    assert share() / share(h=1e-3) > 4**3.5
    assert share(h=1e-4) < 1e-3
    for scale in (1e-6, 1e-3):  # at least one entry is larger than 1, and all are smaller than 4
        assert share(atol=scale) / 4 < share(rtol=scale, atol=0.25 * scale) < 4 * share(atol=scale)


@pytest.mark.parametrize("implicit", [False, True])
@pytest.mark.parametrize("moving", [0, 1, 2])
def test_one_entry_that_is_wrong_is_enough_whichever_it_is(implicit, moving):
    """A = Ã = 0 and D = 1 rest, but for one D; and log ε, which falls by a constant."""
    D = np.ones(3)
    D[moving] = 3
    y = packed(np.zeros((2, 3)), np.ones((3, 2)), 1.0, D, True, True)
    z, _, share = attempted(implicit, np.zeros((2, 2)), y, 3, True, True, h=0.5)
    assert share > 1
    assert np.flatnonzero(abs(z - y) > 1e-12).tolist() == [12, 13 + moving]


@pytest.mark.parametrize("place", [0, 3, -1])
def test_the_fastest_entry_chooses_the_first_step(place):
    y, slope = np.linspace(1, 2, 6), np.full(6, 1e-3)
    slope[place] = -7
    tolerated = 1e-9 + 1e-7 * y[place]
    assert np.isclose(first_step(y, slope, 1e-7, 1e-9), 0.01 * 1e-7**-0.8 * tolerated / 7, rtol=1e-12)
    assert first_step(y, 0 * slope, 1e-7, 1e-9) > 0


@pytest.mark.parametrize("log_eps", [False, True])
def test_evaluations_are_all_counted(log_eps, monkeypatch):
    """Of explicit steps, of implicit ones, and of those that find the floor; by the same code, not compiled."""
    counted = 0

    def counting(function, of):
        def called(*arguments):
            nonlocal counted
            counted += of(arguments)
            return function(*arguments)

        return called

    A, *start, _ = draw(4, 2, 3, n=1, seed=1)
    options = {"log_eps": log_eps, "checkpoints": [0.1], "rtol": 1e-6, "estimate": False}
    found = flow(A, *start, **options)  # compiled of what is not yet replaced
    y = packed(*(x[0] for x in start), None, log_eps, False)[None]
    for name, of in (("velocity", 1), ("attempt", 6), ("step_implicitly", 2 * y.size + 7)):
        monkeypatch.setattr(integrator, name, counting(getattr(integrator, name), lambda _, of=of: of))
    monkeypatch.setattr(integrator, "seat", integrator.seat.py_func)
    measures, states, ends = np.full((1, 2, 2), np.nan), np.full((1, 2, y.size), np.nan), np.zeros((1, 2), int)
    floor, flows = np.log(1e-2) if log_eps else 1e-2, np.zeros(WIDTH, integrator.FLOW).view(np.recarray)
    integrator.integrate.py_func(
        A, y, 3, log_eps, False, np.array([[0.1]]), 10.0, floor, 1e-6, 1e-6, flows, measures, states, ends
    )
    ended, evaluations = ends[0]
    assert ended == End.FLOOR
    assert evaluations == counted > 100
    assert abs(found.evaluations[0] - counted) < 0.05 * counted  # compiled, a step may be another in its last digit


@pytest.mark.parametrize("implicit", [False, True])
def test_a_step_to_what_is_not_finite_is_infinitely_wrong(implicit):
    """Wherever it comes up: at the start, in the derivative, in its inverse, or where the step ends."""
    one = np.ones((1, 1))
    for log_eps, eps, h in ((False, 1e-200, 1e-3), (True, 1e-170, 1e-3), (False, 1e-80, 1e300), (False, 1.0, 1e300)):
        y = packed(one, one, eps, np.empty(0), log_eps, False)
        _, _, share = attempted(implicit, 2 * one, y, 1, log_eps, False, h=h)
        assert share > 1e6
        assert not np.isnan(share)
    for eps, h in ((1e-3, 1e3), (1e3, 1e5)):  # implicit ones get somewhere, where there is no velocity
        assert (
            attempted(implicit, 2 * one, packed(one, one, eps, np.empty(0), True, False), 1, True, False, h=h)[2]
            == np.inf
        )
    y = packed(one, one, 1.0, np.empty(0), False, False)
    for bad in (np.inf, np.nan):
        y[0] = bad
        assert attempted(implicit, one, y, 1, False, False)[2] == np.inf
