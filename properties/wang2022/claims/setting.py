"""What the claims of wang2022 share: the target Z and the claimed minimisers, made of their singular values.

A^{1/2} is drawn as a positive definite S, so A = S² is exact, and so is C = E[yxᵀ] = ZS. Targets y that are no linear
function of x have E[yᵀy] = ‖Z‖² + residual with a residual ≥ 0.
"""

from reference.arithmetic import concatenate, identity, leading_identity, rectangular_diagonal, zeros
from reference.shapes import Array


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


def repeated(levels: Array, place: int, n: int) -> Array:
    """Return the levels, that at ``place`` repeated n times in a row."""
    return concatenate([levels[:place], levels[place] + zeros((n,), levels), levels[place + 1 :]])


def mixing(size: int, place: int, Q: Array, flips: int) -> Array:
    """Return the orthogonal matrix with Q in its diagonal block at ``place``, else I, its first rows times −1."""
    n, one = Q.shape[-1], identity(size, size, Q)
    block = one[:, place : place + n]
    signs = 1 - 2 * leading_identity(size, size, flips, Q).sum(0)
    return signs[:, None] * (one - block @ block.mT + block @ Q @ block.mT)
