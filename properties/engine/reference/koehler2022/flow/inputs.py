"""What a flow is asked: defaults, kinds of arrays, checkpoints, tolerances, and how trajectories are shared out."""

import warnings
from dataclasses import FrozenInstanceError
from types import SimpleNamespace

import numpy as np
import pytest

from properties.engine.helpers.flow import draw
from reference.koehler2022.flow import End, flow, trajectories

INSTANCE = draw(2, 1, 2, n=3, seed=8)


def same(one, other):
    return all(
        np.array_equal(value, getattr(other, name), equal_nan=True)
        for name, value in vars(one).items()
        if value is not None
    )


def test_what_is_not_said_is_as_it_is_said_to_be():
    usual = {
        "log_eps": False, "until": 10.0, "floor": 1e-2, "checkpoints": (), "rtol": 1e-7, "estimate": True,
        "threads": None,
    }  # fmt: skip
    assert flow.__kwdefaults__ == usual
    assert flow.__defaults__ == (None,)


def test_the_second_run_is_of_a_tenth_of_the_tolerance_and_halves_the_ways_to_the_checkpoints():
    """What is returned is of this run alone, at the checkpoints that were asked for."""
    options = {"until": 0.5, "floor": 0.3, "threads": 1}
    found = flow(*INSTANCE, **options, rtol=1e-4, checkpoints=[0.1, 0.3])
    finer = flow(*INSTANCE, **options, rtol=0.1 * 1e-4, checkpoints=[0.05, 0.1, 0.2, 0.3], estimate=False)
    for name in ("time", "At", "Bt", "eps", "D", "K"):
        np.testing.assert_array_equal(getattr(found, name), getattr(finer, name)[:, [1, 3, 4]])
    assert (found.end == finer.end).all()
    assert (found.evaluations == finer.evaluations).all()
    each = [[0, 0.2], [0.1, 0.4], [0.2, 0.3]]  # and of each its own
    halved = [[0, 0, 0.1, 0.2], [0.05, 0.1, 0.25, 0.4], [0.1, 0.2, 0.25, 0.3]]
    found = flow(*INSTANCE, **options, rtol=1e-4, checkpoints=each)
    finer = flow(*INSTANCE, **options, rtol=0.1 * 1e-4, checkpoints=halved, estimate=False)
    np.testing.assert_array_equal(found.At, finer.At[:, [1, 3, 4]])


def test_arrays_of_any_kind_and_order_are_the_numbers_that_they_hold():
    whole = [np.array(x) for x in ([[[2], [1]]], [[[1, 0], [2, 1]]], [[[1, 2], [0, 1]]], [2], [[1, 3]])]
    floats = [x.astype(float) for x in whole]
    options = {"until": 0.01, "estimate": False, "threads": 1}
    plain = flow(*floats, **options, checkpoints=[0.005, 0.005])
    for kind in (
        whole, [x.tolist() for x in whole], [np.asfortranarray(x) for x in floats],
        [x.astype(np.float32) for x in floats], [np.repeat(x, 2, -1)[..., ::2] for x in floats],
    ):  # fmt: skip
        kind[1] = np.asarray(kind[1])
        assert same(flow(*kind, **options, checkpoints=[0.005, 0.005]), plain)
    assert same(flow(*floats, **options, checkpoints=np.array([[0.005, 0.005]])), plain)
    assert (plain.time[0] == [0.005, 0.005, 0.01]).all()  # one that stands twice is met twice
    options |= {"floor": 1, "until": 1}
    assert same(flow(*whole, **options, checkpoints=[0, 1]), flow(*floats, **options, checkpoints=[0.0, 1.0]))
    assert len(trajectories.integrate.signatures) == 1  # nothing else is compiled for them
    assert all(x.tolist() == y.tolist() for x, y in zip(whole, floats, strict=True))  # and nothing is written into


def test_a_floor_of_zero_is_no_mishap_where_its_logarithm_counts():
    with warnings.catch_warnings(action="error"):
        found = flow(*INSTANCE[:4], log_eps=True, floor=0, until=0.01, threads=1)
    assert (found.end == End.TIME).all()
    assert trajectories._coordinate(0, False) == 0
    assert trajectories._coordinate(1, True) == 0


@pytest.mark.parametrize(
    ("n", "threads", "shares"),
    [(7, 3, [3, 3, 1]), (6, 3, [2, 2, 2]), (2, 5, [1, 1]), (5, 1, [5]), (4, None, [2, 2]), (0, 2, [])],
)
@pytest.mark.parametrize(("log_eps", "trained"), [(False, True), (True, False)])
def test_trajectories_are_shared_out_evenly(n, threads, shares, log_eps, trained, monkeypatch):
    """Over the processors that there are, where it is not said over how many; each into its own rows."""
    monkeypatch.setattr(trajectories.os, "sched_getaffinity", {0: {0, 1}}.__getitem__)  # of this process alone
    met = []

    def some(of, measures, states, ends):
        met.append(len(measures))
        measures[..., 0], measures[..., 1], ends[:, 0], ends[:, 1] = of.start, 10 + of.start, 20 + of.start, 7
        states[..., :2], states[..., 2:4], states[..., 4], states[..., 5:] = 30 + of.start, 40 + of.start, 0.5, 0.25

    starts, times = np.zeros((n, 6 if trained else 5)), np.zeros((n, 2))
    found = trajectories._all(some, np.zeros((n, 2, 1)), starts, times, 1, log_eps, trained, threads)
    assert sorted(met, reverse=True) == shares
    first = np.repeat(np.arange(len(shares)) * max(shares, default=0), shares)
    for name, value, shape in (
        ("time", first, (3,)), ("K", 10 + first, (3,)), ("end", 20 + first, ()), ("evaluations", 7 + 0 * first, ()),
        ("At", 30 + first, (3, 2, 1)), ("Bt", 40 + first, (3, 1, 2)),
        ("eps", (np.exp(0.5) if log_eps else 0.5) + 0 * first, (3,)), ("D", np.exp(0.25) + 0 * first, (3, 1)),
    ):  # fmt: skip
        if name == "D" and not trained:
            assert found.D is None
        else:
            expected = np.broadcast_to(value.reshape(n, *(1 for _ in shape)), (n, *shape))
            assert getattr(found, name).shape == expected.shape
            assert (getattr(found, name) == expected).all(), name


def test_a_distance_is_of_all_that_is_followed():
    zero, D = np.zeros((1, 2)), np.zeros((1, 2, 1))
    parts = {"At": np.zeros((1, 2, 2, 1)), "Bt": np.zeros((1, 2, 1, 2)), "eps": zero}
    for trained in (False, True):
        here = parts | {"D": D if trained else None}
        for name, value in here.items():
            if value is not None:
                moved = SimpleNamespace(**here | {name: value + 3})
                size = 3 * np.sqrt(value[0, 0].size)
                for pair in ((SimpleNamespace(**here), moved), (moved, SimpleNamespace(**here))):
                    np.testing.assert_allclose(trajectories._distance(*pair), [[size, size]])


def test_without_a_second_run_no_error_is_known_and_what_is_found_stays():
    found = flow(*INSTANCE, until=0.1, floor=0.3, threads=1, checkpoints=[0.05], estimate=False)
    for name, shape in (("error", (3, 2)), ("K_error", (3, 2)), ("time_error", (3,))):
        assert getattr(found, name).shape == shape
        assert np.isnan(getattr(found, name)).all()
        with pytest.raises(FrozenInstanceError):
            setattr(found, name, 0)


def test_ends_have_their_numbers():
    assert {end.name: int(end) for end in End} == {"TIME": 0, "FLOOR": 1, "STALLED": 2}
