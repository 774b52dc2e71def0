"""SymPy proofs of the variational forms of logarithms in dai2018: eqs. (8), (19), (23), (30), (36) and (43).

All end at excess(u) = u − log u − 1 ≥ 0 for u > 0, with equality at u = 1 alone.
"""

import numpy as np

from properties.dai2018.proofs.affine import SHAPES, diagonalised_pair
from reference.arithmetic import identity, inverse, log, log_determinant, rectangular_diagonal
from reference.arithmetic.deferred import sympy
from reference.dai2018 import (
    concave_conjugate,
    decoder_log_determinant,
    divergence,
    encoder_precision,
    log_determinant_bound,
    separable_log_determinant,
    separable_posterior_log_determinant,
)
from verify.proving import excess, is_nonnegative, prove_least_excess, show, symbols, symmetric, vanishes


def prove_prior_covariance() -> None:
    """With Σ = Q diag(u) Qᵀ, Q orthogonal, tr Σ − log|Σ| − κ = Σ_j excess(u_j), which is 0 at Σ = I alone.

    κ = 1, and κ = 2 with the rotation and the reflection of any angle; trace and determinant do not see Q for any κ.
    """
    prove_least_excess()
    t = sympy.Symbol("t", real=True)
    turn = np.array([[1 - t**2, 2 * t], [-2 * t, 1 - t**2]], dtype=object) / (1 + t**2)
    for Q in (identity(1, 1, turn), turn, turn @ rectangular_diagonal(np.array([1, -1], dtype=object), 2, 2)):
        kappa = len(Q)
        _, diagonal, excesses = diagonalised_pair(kappa)
        mean = symbols("m", kappa)
        value = divergence(mean, Q @ diagonal @ Q.mT) - divergence(mean, identity(kappa, kappa, mean))
        show(vanishes(value - excesses))


def prove_log_determinant_bound() -> None:
    """With AAᵀ = TTᵀ and Γ = T diag(1/u) Tᵀ, tr[AAᵀΓ⁻¹] + log|Γ| = m + log|AAᵀ| + Σ_j excess(u_j), 0 at Γ = AAᵀ.

    For dependent rows AAᵀ = Q diag(u, 0) Qᵀ, Q orthogonal; at Γ = AAᵀ + tI the objective is the sum of u/(u + t) +
    log(u + t), which is bounded as t → 0, for each u > 0, and of log t for each 0.

    Checked for m ≤ 2; trace and determinant do not see T or Q for any m, and each further dimension only adds a term.
    """
    U, V = sympy.symbols("u v", positive=True)
    prove_least_excess()
    singular = rectangular_diagonal(np.array([U, 0], dtype=object), 2, 2)
    value = log_determinant_bound(singular, singular + V * identity(2, 2, singular))
    show(vanishes(value - U / (U + V) - sympy.log(U + V) - sympy.log(V)))
    for m in (1, 2):
        T, diagonal, excesses = diagonalised_pair(m)
        value = log_determinant_bound(T @ T.mT, T @ inverse(diagonal) @ T.mT)
        show(vanishes(value - m - log_determinant(T @ T.mT) - excesses))


def prove_hadamard() -> None:
    """Scale G = WᵀW/λ + I to K of unit diagonal: log Π G_jj − log|G| = tr K − log|K| − κ ≥ 0 by eq. (19).

    K_ij = G_ij/√(G_ii G_jj): tr K = κ, and |K| Π G_jj = |G|. Here √G_jj are symbols. Checked for κ ≤ 3, and the
    diagonal of G for d, κ ≤ 2; each further dimension only adds a factor to Π G_jj.
    """
    LAM = sympy.Symbol("lambda", positive=True)
    prove_prior_covariance()
    for kappa in (1, 2, 3):
        roots, K = symbols("g", kappa, positive=True), symmetric("k", kappa)
        K = K + identity(kappa, kappa, K) * (1 - K)
        G = roots[:, None] * K * roots
        show(vanishes(divergence(0 * roots, K) - kappa - log(roots**2).sum() + log_determinant(G)))
    for d, kappa in SHAPES:
        W = symbols("w", d, kappa)
        G = encoder_precision(W, LAM)
        show(vanishes(log((G * identity(kappa, kappa, G)).sum(0)).sum() - separable_posterior_log_determinant(W, LAM)))


def prove_hadamard_penalty() -> None:
    """Show that the two sides of eq. (8) differ as those of Hadamard's inequality for WᵀW/λ + I: by
    |λI + WWᵀ| = λ^d |WᵀW/λ + I|, checked for d, κ ≤ 2. This is Sylvester's identity, true in all dimensions.
    """
    LAM = sympy.Symbol("lambda", positive=True)
    prove_hadamard()
    for d, kappa in SHAPES:
        W = symbols("w", d, kappa)
        gap = separable_log_determinant(W, LAM) - decoder_log_determinant(W, LAM)
        show(vanishes(gap - separable_posterior_log_determinant(W, LAM) + log_determinant(encoder_precision(W, LAM))))


def prove_separable_penalty() -> None:
    """Show log(1 + ‖w_j‖²/λ) = log(‖w_j‖² + λ) − log λ: checked for d, κ ≤ 3, where each column only adds a term."""
    LAM = sympy.Symbol("lambda", positive=True)
    for d, kappa in ((1, 1), (2, 1), (1, 3), (3, 2)):
        W = symbols("w", d, kappa)
        left = separable_posterior_log_determinant(W, LAM) + d * log(LAM)
        show(vanishes(left - separable_log_determinant(W, LAM)))


def prove_conjugate_bound() -> None:
    """Show that ωu − log(u + λ) − h*(ω) is excess((u + λ)/(v + λ)) for ω = 1/(v + λ), which is 0 at u = v.

    For ω ≥ 1/λ it is (ω − 1/λ)u + excess(1 + u/λ). With v ≥ 0 these are all ω > 0.
    """
    LAM = sympy.Symbol("lambda", positive=True)
    U, V = sympy.symbols("u v", positive=True)
    prove_least_excess()
    gap = sympy.Symbol("g", nonnegative=True)
    for v in (V, sympy.Integer(0)):
        value = U / (v + LAM) - sympy.log(U + LAM) - concave_conjugate(1 / (v + LAM), LAM)
        show(not value.has(sympy.Max))
        show(vanishes(value - excess((U + LAM) / (v + LAM))))
    steep, lam = 1 / V, sympy.expand(V * (1 + gap))  # ω = 1/v, λ = v(1 + g), so that the maximum is decided
    value = U * steep - sympy.log(U + lam) - concave_conjugate(steep, lam)
    show(not value.has(sympy.Max))
    show(vanishes(value - U * (steep - 1 / lam) - excess(1 + U / lam)))
    show(is_nonnegative(steep - 1 / lam))
