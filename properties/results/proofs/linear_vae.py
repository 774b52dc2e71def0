"""SymPy proofs on the linear VAE of koehler2022: its gradients, run on symbols."""

import numpy as np

from reference.arithmetic.deferred import sympy
from reference.koehler2022 import (
    aggregate_covariance,
    decay_matrix,
    loss,
    loss_gradient,
    optimal_encoder_variance,
    simplified_loss,
    simplified_loss_gradient,
)
from reference.shapes import Array
from verify.proving import once, show, symbols, vanishes

SIZES = ((1, 1, 1), (2, 1, 2), (2, 2, 2))
"""(d, k, r): what is shown is a sum over coordinates, data and latents, or an entry of a matrix for two latents."""


def _linear(d: int, k: int, r: int) -> tuple[Array, Array, Array, Array]:
    return symbols("a", d, k), symbols("t", d, r), symbols("b", r, d), symbols("D", r, positive=True)


@once
def prove_gradients() -> None:
    """The gradients of the reference in Ã, B̃ and ε̃ are the derivatives of L and L₁: sums over the entries, as SIZES."""
    EPS = sympy.Symbol("epsilon", positive=True)
    for d, k, r in SIZES:
        A, At, Bt, D = _linear(d, k, r)
        for value, slopes in (
            (loss(A, At, Bt, D, EPS), loss_gradient(A, At, Bt, D, EPS)),
            (simplified_loss(A, At, Bt, EPS), simplified_loss_gradient(A, At, Bt, EPS)),
        ):
            for symbol, slope in zip(
                [*At.flat, *Bt.flat, EPS], [*slopes[0].flat, *slopes[1].flat, slopes[-1]], strict=True
            ):
                show(vanishes(sympy.diff(value, symbol) - slope))


def prove_balance() -> None:
    """Ãᵀ∂L/∂Ã − (∂L/∂B̃)B̃ᵀ = ÃᵀÃD̃/ε̃² − B̃AAᵀB̃ᵀ by the gradients, as the terms with the residual cancel; twice the
    symmetric part of this is −(ÃᵀÃ − B̃B̃ᵀ)' along the flow. L₁ has the D̃ of Lemma 3.
    """
    EPS = sympy.Symbol("epsilon", positive=True)
    prove_gradients()
    for d, k, r in SIZES:
        A, At, Bt, D = _linear(d, k, r)
        code, best = Bt @ A, optimal_encoder_variance(At, EPS)
        for variance, (in_At, in_Bt, *_) in (
            (D, loss_gradient(A, At, Bt, D, EPS)),
            (best, simplified_loss_gradient(A, At, Bt, EPS)),
        ):
            show(vanishes(At.T @ in_At - in_Bt @ Bt.T - At.T @ At * variance / EPS**2 + code @ code.T))


def prove_aggregate_covariance() -> None:
    """B̃AAᵀB̃ᵀ + D̃ − (ÃᵀÃ + ε̃²I)D̃/ε̃² = (∂L/∂B̃)B̃ᵀ − Ãᵀ∂L/∂Ã by prove_balance, for every D̃: 0 at a critical point. Its
    diagonal is D̃_jj(‖Ã_j‖² + ε̃²)/ε̃², which is 1 for the D̃ of Lemma 3 (shown).

    Words: the left side is symmetric, hence so is ÃᵀÃD̃, and Ã_i·Ã_j(D̃_jj − D̃_ii) = 0; the covariance is I if and only
    if Ã_i·Ã_jD̃_jj = 0 for all i ≠ j.
    """
    EPS = sympy.Symbol("epsilon", positive=True)
    prove_balance()
    for d, k, r in SIZES:
        A, At, Bt, D = _linear(d, k, r)
        code = Bt @ A
        noisy = At.T @ At + EPS**2 * np.diag(np.full(r, sympy.Integer(1)))
        show(vanishes(aggregate_covariance(A, Bt, D) - noisy * D / EPS**2 - code @ code.T + At.T @ At * D / EPS**2))
        show(vanishes(np.diag(noisy) * optimal_encoder_variance(At, EPS) / EPS**2 - 1))


def prove_linear_law() -> None:
    """For a zero row i of A, (Ã^{(i)})' = −Ã^{(i)}S along the flow of L₁. By a rotation (Lemma 6) that makes W a
    coordinate subspace, and leaves B̃A and the lengths ‖Ã_j‖ in S as they are, N = P_{W⊥}Ã has N' = −NS.

    Words: S − I/K is B̃AAᵀB̃ᵀ/ε̃² plus a diagonal of numbers 1/(‖Ã_j‖² + ε̃²) − 1/K ≥ 0, so that
    (e^{2t/K}NNᵀ)' = −2e^{2t/K}N(S − I/K)Nᵀ ⪯ 0. And N(t) = N(0)Φ(t), where Φ' = −ΦS, Φ(0) = I, is invertible as long
    as the flow exists, S being continuous: the span of the columns of N(t) is that of N(0).
    """
    EPS = sympy.Symbol("epsilon", positive=True)
    prove_gradients()
    for d, k, r in SIZES:
        A, At, Bt, _ = _linear(d, k, r)
        A[0] = sympy.Integer(0) * A[0]
        show(vanishes(-simplified_loss_gradient(A, At, Bt, EPS)[0][0] + (At @ decay_matrix(A, At, Bt, EPS))[0]))


def prove_squares_fall() -> None:
    """⟨Ã, ∂L/∂Ã⟩ + ε̃ ∂L/∂ε̃ = d − ⟨A, A − ÃB̃A⟩/ε̃², for L at every D̃ and for L₁: twice this is −(‖Ã‖² + ε̃²)'.

    Words: with A = 0 the sum falls by 2d per unit of time, and is positive as long as the flow exists.
    """
    EPS = sympy.Symbol("epsilon", positive=True)
    prove_gradients()
    for d, k, r in SIZES:
        A, At, Bt, D = _linear(d, k, r)
        fit = (A * (A - At @ Bt @ A)).sum() / EPS**2
        for slopes in (loss_gradient(A, At, Bt, D, EPS), simplified_loss_gradient(A, At, Bt, EPS)):
            show(vanishes((At * slopes[0]).sum() + EPS * slopes[-1] - d + fit))
