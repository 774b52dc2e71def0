"""The landscape of L_VAE with a learnable Σ: its critical points are minima, or saddles that are strict.

Every β here is the square of a drawn number, and points are made such that these, their Hessians and losses are exact
fractions.
"""

from properties.results.claims.linear_landscape import hessian
from properties.results.proofs.linear_landscape import prove_no_bad_minima_with_learned_variance
from properties.wang2022.claims.setting import factors, padded, target
from reference.arithmetic import (
    column_squared_norms,
    concatenate,
    greater,
    identity,
    maximum,
    sort_descending,
    sqrt,
    where,
    zeros,
)
from reference.shapes import Array
from reference.wang2022 import Weights, gradient_u, gradient_v
from reference.wang2022.optima import learned_decoder_singular_values, learned_encoder_singular_values, optimal_sigma
from verify import (
    NonNegative,
    OneOf,
    Orthogonal,
    Positive,
    Spectrum,
    Vector,
    claim,
    equal,
    iff,
    leq,
    positive_semidefinite,
)


def hessian_with_variance(U: Array, V: Array, Z: Array, sigma: Array, w: Weights) -> Array:
    """Return ∇² of 2η_dec² L_VAE for A = I, a symmetric matrix, the entries of U before those of V and of σ."""
    d1 = sigma.shape[0]
    one = identity(d1, d1, U)
    mixed = (4 * sigma[:, None, None] * U.mT[:, :, None] * one[:, None, :]).reshape(d1, U.shape[0] * d1)
    border = concatenate([mixed, zeros((d1, V.shape[0] * d1), U)])
    corner = 2 * one * (column_squared_norms(U) + w.c + w.b / sigma**2)
    above = concatenate([hessian(U, V, Z, sigma, w), border.mT])
    return concatenate([above, concatenate([border, corner])], axis=0)


def is_critical(U: Array, V: Array, Z: Array, sigma: Array, w: Weights) -> None:
    """State that (U, V, σ) is a critical point of L_VAE for A = I."""
    equal(gradient_u(U, V, Z, sigma), 0)
    equal(gradient_v(U, V, Z, w), 0)
    equal(sigma**2 * (column_squared_norms(U) + w.c), w.b)


@claim(
    "results/landscape.learned",
    r"\nabla L_{VAE}(U, W, \Sigma) = 0 \implies (\nabla^2L_{VAE}(U, W, \Sigma) \succeq 0 \iff"
    r" (U, W, \Sigma) \text{ is a global minimum of } L_{VAE})",
    label="No bad minima with a learned variance",
    kind="equivalence",
    expected="proved",
    proof=prove_no_bad_minima_with_learned_variance,
    rests_on=("results/landscape", "results/landscape.mixed", "results/minima"),
)
def test_every_critical_point_with_learned_variance_is_a_minimum_or_a_saddle(
    x: Vector["d1", {"d1": (1, 2)}],
    free: Spectrum["min(d0,d2)"],
    F: Orthogonal["d2", {"d2": (1, 2)}],
    G: Orthogonal["d0", {"d0": (1, 2)}],
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
):
    """A = I. Column i is the i-th mode, of the singular value √b(x_i + 1 + 1/(x_i + 1))/2, if x_i > 0, or it is 0.

    Then the singular value is √b free_i; so are those past d1. The point is a global minimum if and only if the used
    modes are the largest above √b, by results/minima.set: if the sum of max(z_i, √b) is that of the largest. Critical
    points of which the columns are not orthogonal are those of results/landscape.mixed.
    """
    w, d1, size = Weights(root * root, eta_dec, eta_enc), x.shape[0], free.shape[0]
    x, threshold = maximum(x, 0) * padded(1 + 0 * free, d1), root * eta_dec
    used, free = threshold * (x + 1 + 1 / (x + 1)) / 2, threshold * free
    zeta = concatenate([where(greater(x, 0), used, padded(free, d1)), free[d1:]])[:size]
    modes = where(greater(x, 0), used, 0)
    lam, theta = learned_decoder_singular_values(modes, w), learned_encoder_singular_values(modes, w)
    Z, sigma, one = target(F, zeta, G), optimal_sigma(modes, w), identity(d1, d1, x)
    U, V = factors(F, lam, G, theta, one)
    is_critical(U, V, Z, sigma, w)
    largest = maximum(padded(sort_descending(zeta), d1), threshold).sum()
    is_least = leq(largest, maximum(modes, threshold).sum())
    iff(positive_semidefinite(hessian_with_variance(U, V, Z, sigma, w)), is_least)


@claim(
    "results/landscape.mixed",
    r"\nabla L_{VAE}(U, W, \Sigma) = 0,\ u_i \cdot u_j = g \ne 0 \implies \|u_i\| = \|u_j\|,\ "
    r"\frac{d^2}{d\varphi^2}\Big|_{\varphi = 0} 2\eta_{dec}^2L_{VAE}(UR_\varphi, WR_\varphi, \Sigma_\varphi)"
    r" = -\frac{8bg^2}{(\|u_i\|^2 + c)^2} < 0, \text{ where } R_\varphi \text{ turns the latent dimensions } i"
    r" \text{ and } j \text{ by } \varphi \text{, and } \Sigma_\varphi \text{ is the best for } UR_\varphi",
    label="Mixed modes",
    expected="proved",
    proof=prove_no_bad_minima_with_learned_variance,
)
def test_mixed_modes_are_saddles(
    family: OneOf["different", "equal"],
    x: NonNegative,
    k: Positive,
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
):
    """A = F = G = I. Two modes √c σ(1 + 2ρ_i²), turned by an eighth, have columns of one length and one σ: in U the
    first mode is √c ρ_1(1, 1), and the second √c ρ_2(1, −1).

    Then σ²(1 + ρ_1² + ρ_2²) = η_enc², where the root is made rational. The columns are orthogonal if ρ_1² = ρ_2², as in
    half the instances: then the modes are equal, and this is a minimum. The derivative is that along the tangent, at a
    critical point, and the Hessian is ⪰ 0 at the minima alone.
    """
    w, one = Weights(root * root, eta_dec, eta_enc), identity(2, 2, x)
    rho = x * one[0] + ((1 + x**2) / k - k) / 2 * one[1]
    if family == "equal":
        rho = 2 * k / (2 - k**2) + 0 * rho
    scale, mixed = sqrt(w.c), 1 - 2 * one[1] * one[1][:, None]
    sigma = eta_enc / sqrt(1 + (rho**2).sum()) + 0 * rho
    Z, (U, V) = target(one, scale * sigma * (1 + 2 * rho**2), one), factors(one, scale * rho, one, sigma * rho, mixed)
    is_critical(U, V, Z, sigma, w)
    turn = concatenate([one[:, 1:], -one[:, :1]])
    dU, dV = U @ turn, V @ turn
    along = concatenate([dU.reshape(-1), dV.reshape(-1), -(sigma**3) * (U * dU).sum(0) / w.b])
    square, inner = hessian_with_variance(U, V, Z, sigma, w), U[:, 0] @ U[:, 1]
    length, other = column_squared_norms(U)
    equal(length, other)
    equal(along @ (square @ along), -8 * w.b * inner**2 / (length + w.c) ** 2)
    iff(positive_semidefinite(square), equal(inner, 0))
