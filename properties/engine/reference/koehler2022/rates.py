"""What the rates of koehler2022 are made of: by the flow itself, by sums over columns, and by samples' moments."""

import numpy as np
import pytest

from reference.koehler2022 import rates, simplified_loss_gradient

SHAPES = [(1, 1, 1), (2, 1, 3), (3, 2, 5), (4, 3, 2), (2, 4, 2)]  # d, k, r


def draw(d, k, r):
    rng = np.random.default_rng([d, k, r])
    return *(rng.normal(size=shape) for shape in ((d, k), (d, r), (r, d))), np.asarray(0.7), rng.uniform(0.5, 2, r)


@pytest.mark.parametrize("shape", SHAPES)
def test_dimensions_are_used_by_columns_that_are_long_beside_eps(shape):
    d, _, r = shape
    _, At, _, eps, _ = draw(*shape)
    by_column = d - sum(At[:, j] @ At[:, j] / (At[:, j] @ At[:, j] + eps**2) for j in range(r))
    assert rates.unused_dimensions(At, eps) == pytest.approx(by_column)
    assert rates.unused_dimensions(0 * At, eps) == d
    assert rates.unused_dimensions(1e9 * At, eps) == pytest.approx(d - r)


@pytest.mark.parametrize("shape", SHAPES)
def test_off_the_span_of_the_data_the_decoder_decays_by_the_matrix(shape):
    """Along −∇L₁, in one more dimension, in which there are no data."""
    A, At, Bt, eps, _ = draw(*shape)
    rng, (d, k, r) = np.random.default_rng(0), shape
    wide = np.vstack([A, np.zeros((1, k))]), np.vstack([At, rng.normal(size=(1, r))]), np.hstack([Bt, np.ones((r, 1))])
    in_At, *_ = simplified_loss_gradient(*wide, eps)
    np.testing.assert_allclose(-in_At[d], -wide[1][d] @ rates.decay_matrix(*wide, eps), rtol=1e-10)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_residual_falls_by_its_pull_but_for_its_drift(shape):
    """½(‖R‖²)' = −p/ε² + ⟨R, G⟩, by a difference along the flow."""
    A, At, Bt, eps, _ = draw(*shape)
    in_At, in_Bt, _ = simplified_loss_gradient(A, At, Bt, eps)

    def half(t):
        return ((A - (At - t * in_At) @ (Bt - t * in_Bt) @ A) ** 2).sum() / 2

    slope = (half(1e-5) - half(-1e-5)) / 2e-5
    residual = A - At @ Bt @ A
    by_rates = -rates.residual_pull(A, At, Bt) / eps**2 + (residual * rates.residual_drift(A, At, Bt, eps)).sum()
    assert slope == pytest.approx(by_rates, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_aggregate_covariance_is_that_of_its_means_and_its_noise(shape):
    A, _, Bt, _, D = draw(*shape)
    means = sum(np.outer(Bt @ column, Bt @ column) for column in A.T)  # of data whose covariance is AAᵀ
    np.testing.assert_allclose(rates.aggregate_covariance(A, Bt, D), means + np.diag(D), rtol=1e-12, atol=1e-12)
