"""The code of the flow as Python runs it, lane by lane: the velocity, each method's step, and whole trajectories."""

import numpy as np
import pytest
from scipy.integrate import RK45

from properties.engine.helpers.flow import COORDINATES, draw, oracle, packed, reference_velocity
from properties.engine.helpers.slow import thinned
from reference.koehler2022.flow import End, explicit, implicit, integrator, velocity
from reference.koehler2022.flow.implicit import COUPLING, GAMMA, INNER
from reference.koehler2022.flow.lanes import WIDTH

PACKS = {
    "load": lambda x, i: x[i].copy(), "store": lambda x, i, a: x.__setitem__(i, a),
    "spread": lambda a: np.full(WIDTH, a), "plus": lambda c, a, b: c + a * b, "minus": lambda c, a, b: c - a * b,
}  # fmt: skip
SHAPES = [(1, 1, 1), (3, 2, 5), (2, 4, 2)]


def unwritten(make):
    """Let what nobody has written yet be no number, and not what was there before."""

    def made(*args, **kwargs):
        array = make(*args, **kwargs)
        if array.dtype == float:
            array.fill(np.nan)
        return array

    return made


@pytest.fixture(autouse=True)
def interpreted(monkeypatch):
    for module in (velocity, explicit, implicit, integrator):
        for name, value in list(vars(module).items()):
            if name in PACKS or hasattr(value, "py_func"):
                monkeypatch.setattr(module, name, PACKS.get(name) or value.py_func)
    for name in ("empty", "empty_like"):
        monkeypatch.setattr(np, name, unwritten(getattr(np, name)))
    with np.errstate(all="ignore"):  # compiled code does not warn
        yield


def eight(shape, log_eps, trained, seed=0):
    """Return the data of each lane and its state, in lanes, and each by itself."""
    instance = draw(*shape, n=WIDTH, seed=seed)
    y = np.stack([packed(*single[1:], log_eps, trained) for single in zip(*instance, strict=True)], axis=-1)
    return np.ascontiguousarray(np.moveaxis(instance[0], 0, -1)), y, instance


@pytest.mark.parametrize(("log_eps", "trained"), COORDINATES)
@pytest.mark.parametrize("shape", SHAPES)
def test_the_velocity_is_that_of_the_reference(shape, log_eps, trained):
    data, y, instance = eight(shape, log_eps, trained)
    out, K, work = np.full_like(y, np.nan), np.full(WIDTH, np.nan), velocity.workspace(*shape)
    assert [x.shape[:-1] for x in work] == [(shape[2], shape[1]), shape[:2], (shape[2],), (4,)]
    for x in work:
        x[:] = np.nan
    velocity.velocity(data, y, log_eps, trained, work, out)
    velocity.largest_column(y, shape[0], log_eps, work, K)
    for lane, (A, At, _, eps, _) in enumerate(zip(*instance, strict=True)):
        expected = reference_velocity(A, y[:, lane], shape[2], log_eps, trained)
        assert abs(out[:, lane] - expected).max() <= 1e-12 * abs(expected).max()
        assert np.isclose(K[lane], (At**2).sum(0).max() + eps**2, rtol=1e-14, atol=0)


@pytest.mark.parametrize(("log_eps", "trained"), COORDINATES)
def test_an_explicit_step_is_that_of_dormand_and_prince_in_each_lane(log_eps, trained):
    """Each lane by a step of its own, and its error is the worst entry's share of what is tolerated."""
    shape = (2, 1, 3)
    data, y, instance = eight(shape, log_eps, trained)
    h, rtol, atol = np.linspace(1e-4, 2e-3, WIDTH), 1e-5, 1e-7
    slopes, z, shares = np.full((7, *y.shape), np.nan), np.full_like(y, np.nan), np.full(WIDTH, np.nan)
    work = velocity.workspace(*shape)
    velocity.velocity(data, y, log_eps, trained, work, slopes[0])
    explicit.attempt(data, y, log_eps, trained, h, rtol, atol, work, slopes, z, shares)
    for lane in range(WIDTH):
        field = lambda state, A=instance[0][lane]: reference_velocity(A, state, shape[2], log_eps, trained)  # noqa: E731
        start = y[:, lane]
        stages = [field(start)]
        for row in RK45.A[1:]:
            stages.append(field(start + h[lane] * sum(a * k for a, k in zip(row, stages, strict=False))))
        end = start + h[lane] * np.array(RK45.B) @ stages
        stages.append(field(end))
        np.testing.assert_allclose(z[:, lane], end, rtol=1e-13, atol=1e-14)
        np.testing.assert_allclose(slopes[:, :, lane], stages, rtol=1e-9, atol=1e-11)
        error = abs(h[lane] * np.array(RK45.E) @ slopes[:, :, lane])
        assert np.isclose(shares[lane], (error / (atol + rtol * np.maximum(abs(start), abs(end)))).max(), rtol=1e-9)
    y[0, 2] = np.inf
    explicit.attempt(data, y, log_eps, trained, h, rtol, atol, work, slopes, z, shares)
    assert np.isinf(shares).tolist() == [lane == 2 for lane in range(WIDTH)]


@pytest.mark.parametrize("seed", [3, 4])  # the state where the error is largest becomes larger, and smaller
@pytest.mark.parametrize(("log_eps", "trained"), COORDINATES)
def test_an_implicit_step_is_that_of_rodas(log_eps, trained, seed):
    """By its stages k: (1 − hγJ)k = h(f(y + Σ αk) + J Σ γk), as its authors write it."""
    shape, h, rtol, atol = (2, 1, 2), 0.02, 1e-5, 1e-7
    (A,), *start = draw(*shape, n=1, seed=seed)
    y = packed(*(x[0] for x in start), log_eps, trained)
    data, work = np.repeat(A[:, :, None], WIDTH, axis=-1), velocity.workspace(*shape)
    slope, z = np.full(len(y), np.nan), np.full(len(y), np.nan)
    share = implicit.attempt_implicit(data, y, log_eps, trained, h, rtol, atol, work, slope, z)
    field = lambda state: reference_velocity(A, state, shape[2], log_eps, trained)  # noqa: E731
    steps = 1e-6 * np.eye(len(y))
    jacobian = np.stack([(field(y + step) - field(y - step)) / 2e-6 for step in steps], axis=1)
    turned = np.linalg.inv(np.eye(6) / GAMMA - COUPLING)
    alpha, left = INNER[:6] @ turned, np.eye(len(y)) - h * GAMMA * jacobian
    k = np.zeros((6, len(y)))
    for s in range(6):
        right = h * field(y + alpha[s] @ k) + h * jacobian @ (turned[s, :s] @ k[:s])
        k[s] = np.linalg.solve(left, right)
    np.testing.assert_allclose(z, y + INNER[6] @ turned @ k, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(slope, field(z), rtol=1e-10, atol=1e-10)
    error = abs((INNER[6] - INNER[5]) @ turned @ k) / (atol + rtol * np.maximum(abs(y), abs(z)))
    assert np.isclose(share, error.max(), rtol=1e-3)
    y[0] = np.inf
    assert implicit.attempt_implicit(data, y, log_eps, trained, h, rtol, atol, work, slope, z) == np.inf


def followed(A, starts, r, log_eps, times, until, floor, rtol=1e-6):
    """Return the measures, states and ends of trajectories."""
    n, c = times.shape
    measures, states, ends = (
        np.full((n, c + 1, 2), np.nan),
        np.full((n, c + 1, starts.shape[1]), np.nan),
        np.zeros((n, 2)),
    )
    flows = np.zeros(WIDTH, integrator.FLOW).view(np.recarray)
    integrator.integrate(A, starts, r, log_eps, False, times, until, floor, rtol, rtol, flows, measures, states, ends)
    assert (flows.whose == -1).all()
    return measures, states, ends


def test_more_trajectories_than_lanes_are_each_the_solution_by_hand():
    """For A = 0 and d = r = 1, Ã² + ε² falls by 2t from K, and B̃ stays: each with checkpoints and an end of its own."""
    n, rng = WIDTH + 3, np.random.default_rng(5)
    starts = np.stack([rng.normal(size=n), rng.normal(size=n), rng.uniform(0.5, 2, n)], axis=1)
    K = starts[:, 0] ** 2 + starts[:, 2] ** 2
    times, floor = np.stack([0 * K, 0.1 * K, 0.3 * K], axis=1), 0.25
    until = 0.45
    measures, states, ends = followed(np.zeros((n, 1, 1)), starts, 1, False, times, until, floor)
    last = np.minimum(until, K * (1 - (floor / starts[:, 2]) ** 2) / 2)
    floored = last < until
    assert floored.any()
    assert not floored.all()
    assert ends[:, 0].tolist() == [End.FLOOR if down else End.TIME for down in floored]
    assert (ends[:, 1] > 6).all()
    np.testing.assert_allclose(measures[:, -1, 0], last, rtol=1e-5)
    assert (states[floored, -1, 2] == floor).all()
    at = np.concatenate([times, last[:, None]], axis=1)
    reached = at <= last[:, None]
    shrunk = np.sqrt(1 - 2 * at / K[:, None])
    for place, expected in ((0, shrunk * starts[:, :1]), (1, 0 * at + starts[:, 1:2]), (2, shrunk * starts[:, 2:])):
        np.testing.assert_allclose(states[..., place][reached], expected[reached], rtol=1e-5)
    np.testing.assert_allclose(measures[..., 1][reached], (0 * at + K[:, None])[reached], rtol=1e-12)
    np.testing.assert_array_equal(np.isnan(states[..., 0]), ~reached)


@pytest.mark.long
@pytest.mark.parametrize("log_eps", thinned([False, True], 2, mark="long"))
def test_trajectories_that_step_implicitly_end_where_lsoda_does(log_eps, monkeypatch):
    """An implicit step is tried after three explicit ones, and taken for as long as it is worth two."""
    monkeypatch.setattr(integrator, "TRIAL", 3)
    monkeypatch.setattr(integrator, "WORTH", 2.0)
    shares, honest = {}, integrator.step_implicitly

    def step(lane, *given):
        share = honest(lane, *given)
        shares.setdefault(lane, []).append(share)
        return share

    monkeypatch.setattr(integrator, "step_implicitly", step)
    A, At, Bt, eps, D = draw(2, 1, 1, n=3, seed=2)
    A, eps = 4 * A, eps / 20  # stiff
    starts = np.stack([packed(*x, log_eps, False) for x in zip(At, Bt, eps, D, strict=True)])
    floor = np.log(1e-2) if log_eps else 1e-2
    measures, states, _ = followed(A, starts, 1, log_eps, np.full((3, 1), 0.01), 1.0, floor, 1e-5)
    assert shares.keys() == {0, 1, 2}
    assert all(sum(share < 1 for share in of_one) > 3 for of_one in shares.values())
    for i in range(3):
        for row, times in ((0, [0.01]), (1, None)):
            t, y = oracle(A[i], At[i], Bt[i], eps[i], D[i], log_eps=log_eps, until=1.0, times=times)
            np.testing.assert_allclose(states[i, row], y[0], rtol=1e-3, atol=1e-4)
            assert measures[i, row, 0] == pytest.approx(t[0], rel=1e-3)
