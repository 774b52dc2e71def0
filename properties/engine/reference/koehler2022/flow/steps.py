"""What a step of the flow is made of: the velocity of the reference, the orders of the methods and their errors."""

import importlib
import sys

import numpy as np
import pytest

from properties.engine.helpers.flow import (
    COORDINATES,
    SHAPES,
    attempted,
    draw,
    oracle,
    packed,
    plain,
    reference_velocity,
    state,
)
from reference.koehler2022.flow import End, flow
from reference.koehler2022.flow.lanes import WIDTH
from reference.koehler2022.flow.velocity import largest_column, velocity, workspace


@pytest.mark.parametrize(("log_eps", "trained"), COORDINATES)
@pytest.mark.parametrize("shape", SHAPES)
def test_the_compiled_velocity_is_that_of_the_reference(shape, log_eps, trained):
    """Of another instance in every lane, whatever was in the workspace."""
    d, _, r = shape
    for seed in range(3):
        instance = draw(*shape, n=WIDTH, seed=seed)
        data = np.ascontiguousarray(np.moveaxis(instance[0], 0, -1))
        y = np.stack([packed(*single[1:], log_eps, trained) for single in zip(*instance, strict=True)], axis=-1)
        out, K, work = np.full_like(y, np.nan), np.full(WIDTH, np.nan), workspace(*shape)
        for x in work:
            x[:] = np.nan
        velocity(data, y, log_eps, trained, work, out)
        largest_column(y, d, log_eps, work, K)
        for lane, (A, At, _, eps, _) in enumerate(zip(*instance, strict=True)):
            expected = reference_velocity(A, y[:, lane], r, log_eps, trained)
            assert abs(out[:, lane] - expected).max() <= 1e-12 * abs(expected).max()
            assert np.isclose(K[lane], (At**2).sum(0).max() + eps**2, rtol=1e-14, atol=0)


def stepped(A, y, log_eps, trained, h, steps, implicit=False):
    """Return the state after so many steps that are h together."""
    for _ in range(steps):
        y, *_ = attempted(implicit, A, y, 2, log_eps, trained, h / steps, 1.0, 1.0)
    return y


@pytest.mark.parametrize(("implicit", "order"), [(False, 5), (True, 4)])
@pytest.mark.parametrize(("log_eps", "trained"), COORDINATES)
def test_a_step_has_the_order_of_its_method(implicit, order, log_eps, trained):
    """An order p leaves an error of h^{p+1} after one step, and a wrong coefficient one of a lower power."""
    (A,), *start = draw(4, 3, 2, n=1, seed=9)
    y = packed(*(x[0] for x in start), log_eps, trained)
    far, near = (
        abs(stepped(A, y, log_eps, trained, h, 1, implicit) - stepped(A, y, log_eps, trained, h, 50)).max()
        for h in (4e-3, 2e-3)
    )
    assert far / near > 2 ** (order + 0.4)
    assert near < 1e-5
    z, slopes, _ = attempted(implicit, A, y, 2, log_eps, trained)
    assert (attempted(implicit, A, z, 2, log_eps, trained)[1][0] == slopes[6]).all()


@pytest.mark.parametrize(("log_eps", "trained"), COORDINATES)
def test_an_attempt_estimates_its_error(log_eps, trained):
    """The share of what is tolerated is about that of the error that it has; it is no less than a hundredth of it."""
    (A,), *start = draw(4, 3, 2, n=1, seed=9)
    y = packed(*(x[0] for x in start), log_eps, trained)
    fine = stepped(A, y, log_eps, trained, 4e-3, 50)
    for implicit in (False, True):
        z, _, share = attempted(implicit, A, y, 2, log_eps, trained)
        true = (abs(z - fine) / (1e-6 * (1 + np.maximum(abs(y), abs(z))))).max()
        assert true / 100 < share < 1000 * true


@pytest.mark.long
def test_where_the_flow_is_stiff_its_steps_are_implicit():
    """In log ε, ‖B̃A‖²/ε² is 10⁴ and more for a long time."""
    instance = draw(4, 2, 3, n=8, seed=1)
    found = flow(*instance[:4], log_eps=True, checkpoints=[6.0])
    assert np.median(found.evaluations) < 20_000
    assert np.isin(End.FLOOR, found.end)
    for i in (0, 2):  # the third takes the most steps
        t, y = oracle(*(x[i] for x in instance), log_eps=True)
        assert np.linalg.norm(state(found, i, -1) - plain(y[0], 4, 3, True)) <= found.error[i, -1] + 1e-10
        assert abs(t[0] - found.time[i, -1]) <= found.time_error[i] + 1e-10
        assert found.error[i, -1] < 1e-5
    alone = flow(*(x[5:6] for x in instance[:4]), log_eps=True, checkpoints=[6.0], threads=1)
    assert (alone.At[0, -1] == found.At[5, -1]).all()


def test_what_is_compiled_is_compiled_anew_when_what_it_calls_is_edited(tmp_path, monkeypatch):
    """The caller's own file stays as it is, in a process or from one process to the next."""
    head = "from reference.koehler2022.flow.lanes import compiled\n"
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


def test_what_is_compiled_divides_as_numpy_does_and_knows_what_is_no_number(tmp_path, monkeypatch):
    """And it lets other threads go on meanwhile."""
    (tmp_path / "divided.py").write_text(
        "from reference.koehler2022.flow.lanes import compiled\n"
        "\n@compiled\ndef divided(x, y):\n    return x / y, x / y != x / y\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    divided = importlib.import_module("divided").divided
    assert divided(1.0, 4.0) == (0.25, False)
    assert divided(-1.0, 0.0) == (-np.inf, False)
    assert divided(0.0, 0.0)[1]
    assert divided.targetoptions["nogil"]
