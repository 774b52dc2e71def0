"""What the claims of wang2022 share: the target Z and the claimed minimisers, made of their singular values.

A^{1/2} is drawn as a positive definite S, so A = S² is exact, and so is C = E[yxᵀ] = ZS. Targets y that are no linear
function of x have E[yᵀy] = ‖Z‖² + residual with a residual ≥ 0.
"""

from reference.arithmetic import concatenate, rectangular_diagonal, zeros
from reference.numbers import Array


def padded(zeta: Array, size: int) -> Array:
    """Return exactly ``size`` singular values: the first ones of zeta, and zeros past its end."""
    missing = size - zeta.shape[-1]
    return concatenate([zeta, zeros((missing,), zeta)]) if missing > 0 else zeta[:size]


def target(F: Array, zeta: Array, G: Array) -> Array:
    """Return Z = FΣ_ZGᵀ, d2 x d0, of orthogonal F (d2) and G (d0) and the min(d0, d2) singular values zeta."""
    return F @ rectangular_diagonal(zeta, F.shape[0], G.shape[0]) @ G.mT


def factors(F: Array, lam: Array, G: Array, theta: Array, P: Array) -> tuple[Array, Array]:
    """Return (FΛP, GΘP), d2 x d1 and d0 x d1, of the diagonals lam and theta, which hold d1 entries each."""
    d1 = P.shape[0]
    U = F @ rectangular_diagonal(lam, F.shape[0], d1) @ P
    return U, G @ rectangular_diagonal(theta, G.shape[0], d1) @ P
