"""The methods, coefficient by coefficient: the conditions on RODAS's tableau, and where its derivative is taken."""

import numba
import numpy as np
import pytest

from properties.engine.helpers.flow import draw, packed, wide
from reference.koehler2022.flow import implicit
from reference.koehler2022.flow.explicit import ERRORS, NODES, STAGES, first_step
from reference.koehler2022.flow.implicit import COUPLING, GAMMA, INNER
from reference.koehler2022.flow.lanes import WIDTH, load, minus, plus, spread, store
from reference.koehler2022.flow.velocity import workspace

ROWS = [0, 0.386, 0.21, 0.63, 1, 1, 1]
"""When the stages are, in steps: α_i of Hairer and Wanner, §IV.6."""
TURNS = [0.25, -0.1043, 0.1035, -0.0362, 0, 0]
"""And their γ_i."""


def of_the_book():
    """Return α, β = α + Γ and the weights of the result and of the embedded one, from what is convenient to compute."""
    turned = np.linalg.inv(np.eye(6) / GAMMA - COUPLING)
    alpha = INNER[:6] @ turned
    return alpha, alpha + turned, INNER[6] @ turned, INNER[5] @ turned


def test_the_tableau_of_rodas_is_that_of_its_authors():
    alpha, beta, result, embedded = of_the_book()
    np.testing.assert_allclose(alpha.sum(1), ROWS[:6], rtol=0, atol=1e-13)
    np.testing.assert_allclose((beta - alpha).sum(1), TURNS, rtol=0, atol=1e-13)
    assert (np.triu(INNER[:6]) == 0).all()
    assert (np.triu(COUPLING) == 0).all()
    # stiffly accurate: the last stages are the embedded result and the result
    np.testing.assert_allclose(beta[4], embedded, rtol=0, atol=1e-13)
    np.testing.assert_allclose(beta[5], result, rtol=0, atol=1e-13)
    assert (INNER[6] - INNER[5]).tolist() == [0, 0, 0, 0, 0, 1]
    assert (INNER[5] - np.append(INNER[4][:5], 0)).tolist() == [0, 0, 0, 0, 1, 0]


def test_the_tableau_of_rodas_has_its_orders():
    """The conditions on a Rosenbrock method of order 4, and for the embedded one those of order 3."""
    alpha, beta, result, embedded = of_the_book()
    a, b = alpha.sum(1), beta.sum(1)
    third = [(1 + 0 * a, 1), (b, 1 / 2), (a**2, 1 / 3), (beta @ b, 1 / 6)]
    fourth = [(a**3, 1 / 4), (a * (alpha @ b), 1 / 8), (beta @ a**2, 1 / 12), (beta @ beta @ b, 1 / 24)]
    for tree, value in third + fourth:
        assert result @ tree == pytest.approx(value, abs=1e-13)
    for tree, value in third:
        assert embedded @ tree == pytest.approx(value, abs=1e-13)


def test_the_tableau_of_the_explicit_method_is_that_of_dormand_and_prince():
    """Order 5 by quadrature, the sums of rows, and differences of the weights that vanish on what is of order 4."""
    nodes = NODES.sum(1)
    np.testing.assert_allclose(nodes, [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1], rtol=0, atol=1e-15)
    assert STAGES == 6
    for power in range(5):
        assert NODES[6] @ nodes[:6] ** power == pytest.approx(1 / (power + 1), abs=1e-15)
    for power in range(4):
        assert ERRORS @ nodes**power == pytest.approx(0, abs=1e-15)
    assert ERRORS[6] == 1 / 40


@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 1, 1), (2, 2, 2)])
def test_the_derivative_is_of_differences_a_hundred_thousandth_wide(shape, monkeypatch):
    """Of an entry, or of 1/100 where that is less: half of the lanes go up, and half go down, at the same entries."""
    met = []

    def velocity(A, near, log_eps, trained, work, out):
        met.append(near.copy())
        out[:] = np.arange(1, 1 + len(near))[:, None] * near.sum(0)  # its derivative by each entry is 1, 2, …

    monkeypatch.setattr(implicit, "velocity", velocity)
    (A,), *start = draw(*shape, n=1, seed=3)
    y = packed(*(x[0] for x in start), False, True)
    y[0] = 1e-4
    (data,), n = wide(A), len(y)
    rows = implicit.jacobian.py_func(data, y, False, True, workspace(*shape[:2], shape[2]), *np.empty((2, n, WIDTH)))
    np.testing.assert_allclose(rows, np.tile(np.arange(1, n + 1), (n, 1)), rtol=1e-8)
    half = WIDTH // 2
    assert len(met) == -(-n // half)
    for i, value in enumerate(y):
        moved, width = met[i // half][:, [i % half, half + i % half]] - y[:, None], 1e-5 * max(abs(value), 0.01)
        np.testing.assert_allclose(moved[i], [width, -width], rtol=1e-9)
        assert not np.delete(moved, i, axis=0).any()


def test_where_nothing_moves_the_first_step_is_one():
    y = np.linspace(1, 2, 3)
    assert first_step.py_func(y, 0 * y, 1e-7, 1e-9) == first_step(y, 0 * y, 1e-7, 1e-9) == 1
    slow = first_step.py_func(y, np.array([0, 0, 1e-300]), 1e-7, 1e-9)
    assert slow == pytest.approx(0.01 * 1e-7**-0.8 * (1e-9 + 2e-7) / 1e-300)


def packs(x, out):
    a, b = load(x, 0), load(x, 2)
    store(out[1], 0, plus(spread(0.5), a, b))
    store(out[1], 2, minus(a, a, b))
    store(out[0], 1, spread(x[1, 3]))


def test_the_primitives_of_lanes_do_what_they_say_to_each_lane():
    """Compiled here, by themselves, and not taken from what an earlier process has kept."""
    x, out = np.arange(3.0 * WIDTH).reshape(3, WIDTH) - 5, np.full((2, 3, WIDTH), np.nan)
    numba.njit(packs)(x, out)
    expected = np.full_like(out, np.nan)
    expected[1, 0], expected[1, 2], expected[0, 1] = 0.5 + x[0] * x[2], x[0] - x[0] * x[2], x[1, 3]
    np.testing.assert_array_equal(out, expected)
    assert WIDTH == 8
