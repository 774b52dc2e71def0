"""The losses of both papers in terms of an objective of linear VAEs, beside the papers' own formulas."""

import numpy as np
import pytest
from flint import arb

from properties.engine.helpers.linear_vaes import closed_form
from reference import koehler2022, wang2022
from reference.arithmetic.exact import Balls
from reference.wang2022 import Weights
from verify.gate.models.adapter import Adapter
from verify.gate.models.formulas import _cholesky, _corner, _data, formulas_of
from verify.gate.models.objective import Objective, Unreachable


def ball(value):
    value = np.asarray(value, float)
    return Balls.of(np.vectorize(arb, otypes=[object])(value) if value.ndim else arb(float(value)))


def floats(balls):
    return np.vectorize(lambda each: float(each.mid()), otypes=[float])(np.asarray(balls.array, dtype=object))


@pytest.fixture
def objective():
    return Objective(Adapter(closed_form))


MOMENTS = np.array([[2.0, 0.5], [0.5, 1.0]])


def test_a_root_of_a_matrix_is_triangular():
    root = floats(_cholesky(ball(MOMENTS)))
    assert root == pytest.approx(np.linalg.cholesky(MOMENTS))
    with pytest.raises(Unreachable):
        _cholesky(ball([[1.0, 1.0], [1.0, 1.0]]))
    with pytest.raises(Unreachable):
        _cholesky(ball([[-1.0]]))


def test_data_whose_last_moment_is_lost_in_rounding_are_not_made():
    C = ball([[1.0, 0.25]])
    assert floats(_data(ball(4 * np.eye(2)), C, ball(17 / 64 + 1e-3)))[2, 2] == pytest.approx(np.sqrt(1e-3))
    wide = Balls.of(arb(17 / 64, 1e-9))
    with pytest.raises(Unreachable):
        _data(ball(4 * np.eye(2)), C, wide)
    narrow = Balls.of(arb(17 / 64, 2.0**-80))
    assert floats(_data(ball(4 * np.eye(2)), C, narrow))[2, 2] == 0


def test_a_corner_is_1_in_the_first_entry():
    assert floats(_corner(3, 2, ball(1.0))).tolist() == [[1, 0], [0, 0], [0, 0]]


@pytest.mark.parametrize(("moments", "left"), [(MOMENTS, 2.0), (4 * np.eye(2), 2.0), (4 * np.eye(2), 0.0)])
def test_data_have_the_moments_that_are_asked_for(moments, left):
    C = np.array([[1.0, 0.25], [0.5, -1.0], [0.0, 2.0]])
    explained = np.trace(C @ np.linalg.inv(moments) @ C.T)
    made = floats(_data(ball(moments), ball(C), ball(explained + left)))
    assert made.shape == (5, 3)
    second = made @ made.T
    assert second[:2, :2] == pytest.approx(moments)
    assert second[2:, :2] == pytest.approx(C)
    assert np.trace(second[2:, 2:]) == pytest.approx(explained + left)
    assert made[:2, 2].tolist() == [0, 0]
    assert made[3:, 2].tolist() == [0, 0]


@pytest.mark.parametrize("r", [1, 3])
@pytest.mark.parametrize(("error", "norm"), [(2.0, 1.5), (0.5, 0.0), (0.0, 0.0)])
def test_the_general_loss_is_that_of_linear_maps_with_its_moments(objective, r, error, norm):
    D, eps = ball([0.75, 2.0, 0.5][:r]), ball(1.5)
    general = formulas_of(objective, "koehler2022")["vae_loss"]
    for d in (1, 4):
        found = general(ball(error), ball(norm), D, eps, d)
        wanted = koehler2022.vae_loss(ball(error), ball(norm), D, eps, d)
        assert float(found.bare().mid()) == pytest.approx(float(wanted.bare().mid()))


def test_a_code_without_an_error_is_that_of_no_linear_maps(objective):
    with pytest.raises(Unreachable):
        formulas_of(objective, "koehler2022")["vae_loss"](ball(0.0), ball(1.0), ball([0.5]), ball(1.5), 2)


def test_a_paper_has_its_formulas(objective):
    assert [*formulas_of(objective, "wang2022")] == ["vae_loss", "factorization_loss"]
    found = formulas_of(objective, "koehler2022")
    assert [*found] == ["loss", "fit", "vae_loss", "simplified_loss"]
    assert found["loss"] == found["fit"] == objective.loss
    assert found["simplified_loss"] == objective.simplified_loss


WEIGHTS = [(1.0, 1.0, 1.0), (2.0, 0.5, 3.0)]


@pytest.mark.parametrize(("beta", "eta_dec", "eta_enc"), WEIGHTS)
def test_the_supervised_loss_is_beta_times_that_of_a_linear_vae(objective, beta, eta_dec, eta_enc):
    w = Weights(ball(beta), ball(eta_dec), ball(eta_enc))
    U, W = ball([[0.5, 1.0], [1.5, -0.5], [0.25, 2.0]]), ball([[1.0, 0.5], [-0.25, 1.5]])
    C, sigma, y2 = ball([[1.0, 0.25], [0.5, -1.0], [0.0, 2.0]]), ball([0.5, 1.5]), ball(20.0)
    arguments = (U, W, sigma, ball(MOMENTS), C, y2, w)
    found = formulas_of(objective, "wang2022")["vae_loss"](*arguments)
    assert float(found.bare().mid()) == pytest.approx(float(wang2022.vae_loss(*arguments).bare().mid()))


@pytest.mark.parametrize(("beta", "eta_dec", "eta_enc"), WEIGHTS)
def test_the_factorisation_is_that_of_whitened_data(objective, beta, eta_dec, eta_enc):
    w = Weights(ball(beta), ball(eta_dec), ball(eta_enc))
    U, V = ball([[0.5, 1.0], [1.5, -0.5], [0.25, 2.0]]), ball([[1.0, 0.5], [-0.25, 1.5]])
    arguments = (U, V, ball([[1.0, 0.25], [0.5, -1.0], [0.0, 2.0]]), ball([0.5, 1.5]), w)
    found = formulas_of(objective, "wang2022")["factorization_loss"](*arguments)
    assert float(found.bare().mid()) == pytest.approx(float(wang2022.factorization_loss(*arguments).bare().mid()))
