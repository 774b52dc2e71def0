"""What a step of the flow is made of: the velocity of the reference, the orders of the methods and their errors."""

import importlib
import sys

import numpy as np
import pytest

from properties.engine.helpers.flow import (
    COORDINATES,
    SHAPES,
    draw,
    oracle,
    packed,
    plain,
    reference_velocity,
    state,
)
from reference.koehler2022.flow import End, flow
from reference.koehler2022.flow.explicit import attempt
from reference.koehler2022.flow.implicit import attempt_implicit
from reference.koehler2022.flow.velocity import largest_column, velocity


@pytest.mark.parametrize(("log_eps", "trained"), COORDINATES)
@pytest.mark.parametrize("shape", SHAPES)
def test_the_compiled_velocity_is_that_of_the_reference(shape, log_eps, trained):
    d, k, r = shape
    for A, At, Bt, eps, D in zip(*draw(*shape, n=20), strict=True):
        y = packed(At, Bt, eps, D, log_eps, trained)
        out = np.full_like(y, np.nan)
        velocity(A, y, r, log_eps, trained, np.full((r, k), np.nan), np.full((d, k), np.nan), out)
        expected = reference_velocity(A, y, r, log_eps, trained)
        assert abs(out - expected).max() <= 1e-12 * abs(expected).max()
        assert np.isclose(largest_column(y, d, r, log_eps), (At**2).sum(0).max() + eps**2, rtol=1e-14, atol=0)


@pytest.mark.parametrize(("method", "order"), [(attempt, 5), (attempt_implicit, 4)])
@pytest.mark.parametrize(("log_eps", "trained"), COORDINATES)
def test_a_step_has_the_order_of_its_method(method, order, log_eps, trained):
    """An order p leaves an error of h^{p+1} after one step, and a wrong coefficient one of a lower power."""
    (A,), *start = draw(4, 3, 2, n=1, seed=9)
    y = packed(*(x[0] for x in start), log_eps, trained)
    n, work = len(y), (np.empty((2, 3)), np.empty((4, 3)))
    slopes, z = np.zeros((7, n)), np.empty(n)

    def stepped(h, steps, method):
        point = y.copy()
        for _ in range(steps):
            velocity(A, point, 2, log_eps, trained, *work, slopes[0])
            method(A, point, 2, log_eps, trained, h / steps, 1.0, 1.0, *work, slopes, z)
            point[:] = z
        return point

    far, near = (abs(stepped(h, 1, method) - stepped(h, 50, attempt)).max() for h in (4e-3, 2e-3))
    assert far / near > 2 ** (order + 0.4)
    assert near < 1e-5
    velocity(A, z, 2, log_eps, trained, *work, slopes[0])
    assert (slopes[0] == slopes[6]).all()


@pytest.mark.parametrize(("log_eps", "trained"), COORDINATES)
def test_an_attempt_estimates_its_error(log_eps, trained):
    """The share of what is tolerated is about that of the error that it has; it is no less than a hundredth of it."""
    (A,), *start = draw(4, 3, 2, n=1, seed=9)
    y = packed(*(x[0] for x in start), log_eps, trained)
    work, slopes, z, fine = (np.empty((2, 3)), np.empty((4, 3))), np.zeros((7, len(y))), np.empty(len(y)), y.copy()
    for _ in range(50):
        velocity(A, fine, 2, log_eps, trained, *work, slopes[0])
        attempt(A, fine, 2, log_eps, trained, 4e-3 / 50, 1.0, 1.0, *work, slopes, z)
        fine[:] = z
    for method in (attempt, attempt_implicit):
        velocity(A, y, 2, log_eps, trained, *work, slopes[0])
        share = method(A, y, 2, log_eps, trained, 4e-3, 1e-6, 1e-6, *work, slopes, z)
        true = (abs(z - fine) / (1e-6 * (1 + np.maximum(abs(y), abs(z))))).max()
        assert true / 100 < share < 1000 * true


def test_where_the_flow_is_stiff_its_steps_are_implicit():
    """In log ε, ‖B̃A‖²/ε² is 10⁴ and more for a long time."""
    instance = draw(4, 2, 3, n=8, seed=1)
    found = flow(*instance[:4], log_eps=True, checkpoints=[6.0])
    assert np.median(found.evaluations) < 20_000
    assert np.isin(End.FLOOR, found.end)
    for i, single in enumerate(zip(*instance, strict=True)):
        t, y = oracle(*single, log_eps=True)
        assert np.linalg.norm(state(found, i, -1) - plain(y[0], 4, 3, True)) <= found.error[i, -1] + 1e-10
        assert abs(t[0] - found.time[i, -1]) <= found.time_error[i] + 1e-10
        assert found.error[i, -1] < 1e-5
    alone = flow(*(x[5:6] for x in instance[:4]), log_eps=True, checkpoints=[6.0], threads=1)
    assert (alone.At[0, -1] == found.At[5, -1]).all()


def test_what_is_compiled_is_compiled_anew_when_what_it_calls_is_edited(tmp_path, monkeypatch):
    """The caller's own file stays as it is, in a process or from one process to the next."""
    head = "from reference.koehler2022.flow.velocity import compiled\n"
    called = head + "\n@compiled\ndef called(x):\n    return x + {}\n"
    caller = head + "from edited_called import called\n\n@compiled\ndef caller(x):\n    return 10 * called(x)\n"
    (tmp_path / "edited_caller.py").write_text(caller)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # Python's own cache is by the second
    for number in (1, 2, 2, 1):
        (tmp_path / "edited_called.py").write_text(called.format(number))
        for name in ("edited_called", "edited_caller"):
            sys.modules.pop(name, None)
        importlib.invalidate_caches()
        assert importlib.import_module("edited_caller").caller(1.0) == 10 * (1 + number)
