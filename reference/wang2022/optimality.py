"""Wang and Ziyin (2022), Posterior collapse of a linear latent variable model: what certifies a minimum, or denies it.

Notation, shapes and :class:`~reference.wang2022.losses.Weights` as in :mod:`reference.wang2022.losses`. None of this is
in the paper.
"""

from reference.arithmetic import (
    as_matrix,
    as_vector,
    column_squared_norms,
    identity,
    log,
    log_determinant,
    product,
    solve,
    trace,
)
from reference.shapes import Array
from reference.wang2022.losses import Weights, gram_plus_weight
from reference.wang2022.optima import optimal_v


def unused_latent_form(R: Array["d2 d0"], sigma: Array[""], w: Weights) -> Array["rows rows"]:
    """H(R) = [[σ²I, −R], [−Rᵀ, cI]], of d2 + d0 rows, for a residual R = Z − UVᵀ; sigma is a scalar.

    L(U, V) grows by (u, v)ᵀH(R)(u, v) + ‖u‖²‖v‖² where columns u and v replace two that are 0, of a latent dimension
    with the standard deviation σ: (U, V) is no minimum if H(R) has a negative eigenvalue. If Σ = σ²I,
    L(U', V') = ‖Z‖² − ‖M‖² + ‖U'V'ᵀ − M‖² + ⟨(U', V'), H(Z − M)(U', V')⟩ for every M, so that a stationary (U, V) with
    H(Z − UVᵀ) ⪰ 0 is a global minimum, and all of these have the same UVᵀ.
    """
    d2, d0 = R.shape[-2:]
    stacked = identity(d2 + d0, d2 + d0, R)
    to_u, to_v = stacked[:, :d2], stacked[:, d2:]
    upper = to_u @ R @ to_v.mT
    return as_matrix(sigma**2) * (to_u @ to_u.mT) + as_matrix(w.c) * (to_v @ to_v.mT) - upper - upper.mT


def learned_slack(U: Array["d2 d1"], Z: Array["d2 d0"], w: Weights) -> Array["d2 d2"]:
    """Γ(U) = bI + η_enc²UUᵀ − ZZᵀ, d2 x d2, which is ⪰ 0 at the minima of L_VAE that leave a latent dimension unused.

    A stationary point of L_VAE with Γ(U) ⪰ 0, Γ(U)U = 0 and a diagonal UᵀU is a global minimum. For the least of
    2η_dec² L_VAE with a given U is at least a constant + Tr(ZZᵀK) − b log det K of K = (I + UUᵀ/c)^{-1}, and this if
    UᵀU is diagonal. It is convex in K, 0 ≺ K ⪯ I, with the slope ZZᵀ − bK^{-1} = −Γ(U); and if Γ(U)U = 0, then
    ⟨Γ, K⟩ = Tr Γ, which no other K exceeds.
    """
    d2 = U.shape[-2]
    return as_matrix(w.b) * identity(d2, d2, U) + as_matrix(w.eta_enc**2) * (U @ U.mT) - Z @ Z.mT


# --- the excess of L_VAE over its minimum ---------------------------------------------------------------------------


def learned_profile(U: Array["d2 d1"], Z: Array["d2 d0"], w: Weights) -> Array[""]:
    """Tr(ZZᵀT^{-1}) + b log det T of T = I + UUᵀ/c, a scalar, d2 x d2: what U leaves at least of 2η_dec² L_VAE."""
    d2 = U.shape[-2]
    T = identity(d2, d2, U) + U @ U.mT / as_matrix(w.c)
    return trace(solve(T, Z @ Z.mT)) + w.b * log_determinant(T)


def encoder_excess(U: Array["d2 d1"], V: Array["d0 d1"], Z: Array["d2 d0"], w: Weights) -> Array[""]:
    """‖(V − V*)(UᵀU + cI)^{1/2}‖² of the best V* for U, eq. (38), a scalar."""
    away = V - optimal_v(U, Z, w)
    return trace(product([away, gram_plus_weight(U, w), away.mT]))


def variance_excess(U: Array["d2 d1"], sigma: Array["d1"], w: Weights) -> Array[""]:
    """b Σ_j (r_j − 1 − log r_j) of r_j = σ_j²(‖u_j‖² + c)/b, a scalar; the best σ_j for U have r_j = 1."""
    ratio = sigma**2 * (column_squared_norms(U) + as_vector(w.c)) / as_vector(w.b)
    return w.b * (ratio - 1 - log(ratio)).sum(-1)


def alignment_excess(U: Array["d2 d1"], w: Weights) -> Array[""]:
    """b[Σ_j log(‖u_j‖² + c) − log det(UᵀU + cI)], a scalar, ≥ 0 by Hadamard's inequality; 0 where UᵀU is diagonal."""
    diagonal = log(column_squared_norms(U) + as_vector(w.c)).sum(-1)
    return w.b * (diagonal - log_determinant(gram_plus_weight(U, w)))


def rotation_excess(sigma: Array["d1"], P: Array["d1 d1"], w: Weights) -> Array[""]:
    """b[Tr(Σ^{-1}PΣPᵀ) − d1] of Σ = diag(σ_i²), a scalar: what an orthogonal P costs in Theorem 2, times 2η_dec²."""
    variances = sigma**2
    ratios = (P**2 * variances[..., None, :]).sum(-1) / variances
    return w.b * (ratios - 1).sum(-1)
