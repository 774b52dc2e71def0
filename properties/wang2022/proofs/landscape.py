"""SymPy proofs on the landscape of L(U, V) for any fixed Σ: its critical points, and where these are left downhill."""

from typing import Any

import numpy as np

from properties.wang2022.proofs.learned_minimum import decided
from reference.arithmetic import identity, rectangular_diagonal, squared_norm
from reference.arithmetic.deferred import sympy
from reference.shapes import Array
from reference.wang2022 import (
    Weights,
    factorization_loss,
    gradient_u,
    gradient_v,
    hessian_at_origin,
    unused_latent_form,
)
from reference.wang2022.optima import decoder_singular_values, encoder_singular_values, fixed_variance_minimum
from verify.proving import once, show, symbols, vanishes, vector


def weights(root: Any = None) -> Weights:
    """Return weights with c = root², a symbol if it is not given."""
    root = sympy.Symbol("root", positive=True) if root is None else root
    return Weights(root**2, sympy.Integer(1), sympy.Integer(1))


def curvature(point: tuple[Array, Array], direction: tuple[Array, Array], Z: Array, sigma: Array) -> Any:
    """Return half the second derivative of L at (U, V) along a direction, for c = 1."""
    step = sympy.Symbol("step")
    U, V = (x + step * along for x, along in zip(point, direction, strict=True))
    loss = factorization_loss(U, V, Z, sigma, weights(sympy.Integer(1)))
    return sympy.diff(loss, step, 2).subs(step, 0) / 2


@once
def prove_unused_latent() -> None:
    """L grows by (u, v)ᵀH(R)(u, v) + ‖u‖²‖v‖² as columns u and v replace two that are 0, where R = Z − UVᵀ.

    L is ‖R − uvᵀ‖² and a sum over columns, so that of the others only R enters. Run beside one other, d0 = d2 = 2.
    If R has a singular value ρ > √c σ, with vectors p and q, H(R) is negative at (√c p, σq), run in the plane of p and
    q: no such (U, V) is a minimum, and if it is critical, ∇²L is not ⪰ 0 there. If not, H(R) ⪰ 0, as its blocks
    [[σ², −ρ], [−ρ, c]] are, one for each pair of singular vectors.
    """
    ROOT = sympy.Symbol("root", positive=True)
    sigma, rho, w = symbols("sigma", 2, positive=True), sympy.Symbol("rho", positive=True), weights()
    U, V, Z, u, v = symbols("U", 2, 1), symbols("V", 2, 1), symbols("Z", 2, 2), symbols("u", 2, 1), symbols("v", 2, 1)
    grown, before = (factorization_loss(np.hstack([U, k * u]), np.hstack([V, k * v]), Z, sigma, w) for k in (1, 0))
    both = np.vstack([u, v])[:, 0]
    form = both @ unused_latent_form(Z - U @ V.mT, sigma[1], w) @ both
    show(vanishes(grown - before - form - squared_norm(u) * squared_norm(v)))
    plane, along = unused_latent_form(rho * identity(1, 1, rho), sigma[0], w), vector(ROOT, sigma[0])
    show(vanishes(along @ plane @ along - 2 * ROOT * sigma[0] * (ROOT * sigma[0] - rho)))


@once
def prove_origin() -> None:
    """L(U, V) = ‖Z‖² + ‖UVᵀ‖² + q(U, V), with half the Hessian q, a sum of (u_j, v_j)ᵀH_j(Z)(u_j, v_j) over columns.

    Run for d0 = d1 = d2 = 2; all are traces of products, or sums over columns. By prove_unused_latent, at R = Z, all
    H_j ⪰ 0 if and only if ζ_1 ≤ √c σ_j for all j. Then L ≥ ‖Z‖² = L(0, 0), with equality for UVᵀ = 0 alone, where
    L − ‖Z‖² = Tr(UΣUᵀ) + c‖V‖²: the origin is the only global minimum. If not, L falls below ‖Z‖² along a direction of
    negative curvature. The Hessian of L_VAE in (U, W) is that of L by the invertible V = A^{1/2}W, over 2η_dec².
    """
    prove_unused_latent()
    sigma, w = symbols("sigma", 2, positive=True), weights()
    U, V, Z = symbols("U", 2, 2), symbols("V", 2, 2), symbols("Z", 2, 2)
    stacked = np.vstack([U, V])
    form = sum(stacked[:, j] @ unused_latent_form(Z, sigma[j], w) @ stacked[:, j] for j in range(2))
    show(vanishes(factorization_loss(U, V, Z, sigma, w) - squared_norm(Z) - squared_norm(U @ V.mT) - form))
    entries = stacked.reshape(-1)
    show(vanishes(entries @ hessian_at_origin(identity(2, 2, Z), Z, sigma, w) @ entries - form))


# --- critical points --------------------------------------------------------------------------------------------------


@once
def prove_critical_points() -> None:
    """At a critical point UᵀUΣ = cVᵀV, so that its columns are modes: singular vectors of Z, or 0.

    ½(Uᵀ∂L/∂U − (Vᵀ∂L/∂V)ᵀ) = UᵀUΣ − cVᵀV, run for d0 = d1 = d2 = 2, products of matrices of any size. So UᵀUΣ is
    symmetric: UᵀU and Σ commute, and are diagonal for a common basis, an orthogonal Q that commutes with Σ. L is the
    same at (UQ, VQ), so let UᵀU be diagonal, and VᵀV with it. ∂L/∂U = 0 then says u_j(‖v_j‖² + σ_j²) = Zv_j, and
    ∂L/∂V = 0 says v_j(‖u_j‖² + c) = Zᵀu_j, where σ_j²‖u_j‖² = c‖v_j‖²: both are 0, or (u_j, v_j) are λ_jp_j and θ_jq_j
    of singular vectors p_j and q_j of Z, orthogonal to those of other columns, of a singular value z_j > √c σ_j, with
    λ_j and θ_j of eq. (8): run. The value there is ‖Z‖² − Σ(z_j − √c σ_j)² over the columns that are not 0, run. The
    residual Z − UVᵀ has the same singular vectors, and √c σ_j for the z_j of such a column.
    """
    ROOT, X, A = sympy.symbols("root x a", positive=True)
    sigma, w = symbols("sigma", 2, positive=True), weights()
    U, V, Z = symbols("U", 2, 2), symbols("V", 2, 2), symbols("Z", 2, 2)
    difference = U.mT @ gradient_u(U, V, Z, sigma) - (V.mT @ gradient_v(U, V, Z, w)).mT
    variances = rectangular_diagonal(sigma**2, 2, 2)
    show(vanishes(difference / 2 - U.mT @ U @ variances + w.c * V.mT @ V))

    s, lam = sigma[:1], X
    theta, z = s * lam / ROOT, s * (lam**2 + ROOT**2) / ROOT  # what the norms of u and v and the two equations say
    show(vanishes(theta * (lam**2 + w.c) - z * lam))
    show(vanishes(lam * (theta**2 + s**2) - z * theta))
    learned = ROOT * s + A
    lam, theta = (decided(f(learned, s, w)) for f in (decoder_singular_values, encoder_singular_values))
    show(vanishes(theta - s * lam / ROOT))
    show(vanishes(learned - s * (lam**2 + w.c) / ROOT))
    U, V, Z = lam[:, None], theta[:, None], learned[:, None]
    show(vanishes(factorization_loss(U, V, Z, s, w) - learned**2 + A**2))
    show(vanishes(learned - lam * theta - ROOT * s))


@once
def prove_ways_down() -> None:
    """A critical point that is no global minimum has a direction of negative curvature.

    In the form of prove_critical_points; c = 1, as L = c L' for (U/√c, V), Z/√c and c' = 1, run. Let no curvature be
    negative. (1) A column j that is 0: by prove_unused_latent no singular value of the residual exceeds σ_j. So every
    unused mode, whose singular vectors no column has, has z ≤ σ_j, and every used one, of a column i, σ_i ≤ σ_j. (2) A
    mode z_i of a column i, and an unused one z: turning (p_i, q_i) towards it, by (p/√σ_i, √σ_i q), has the curvature
    2(z_i − z), run: z ≤ z_i. (3) Two columns, with σ_1 > σ_2 and z_1 > z_2: with u and v turned towards each other, in
    both columns, by amounts s and t in units of 1/√σ and √σ, the curvature is
    2(z_2 − σ_1)s² + 2(z_1 − σ_2)t² + 4κst with κ² = (z_1 − σ_1)(z_2 − σ_2), and −2(z_1 − σ_2)(z_1 − z_2)(σ_1 − σ_2) < 0
    at s = z_1 − σ_2, t = −κ: run. So z_1 ≤ z_2. The directions of (2) and (3) live in planes of singular vectors and in
    these columns, to which all others are orthogonal, so that the sizes run stand for all.

    By (2) the used modes are the largest; by (1) their columns have the least σ, and if there are others no unused mode
    exceeds their σ; by (3) larger modes have smaller σ. So the singular values of UVᵀ are max(ζ_i − σ_(i), 0), and the
    value is ‖Z‖² less the sum of their squares, the same for all such points. L has a minimum, as it grows beyond all
    bounds with ‖U‖ or ‖V‖, and that is such a point: this value is the minimum, and all such points are global minima.
    It is that of ``fixed_variance_minimum``, run for a learned mode and one that is not, and for two past d1 = 1, one
    of them above √c σ_1.
    """
    ROOT, X, Y, A, B, M, Q, T = sympy.symbols("root x y a b m q t", positive=True)
    prove_unused_latent()
    prove_critical_points()
    sigma, one = symbols("sigma", 2, positive=True), weights(sympy.Integer(1))
    U, V, Z = symbols("U", 2, 2), symbols("V", 2, 2), symbols("Z", 2, 2)
    scaled = ROOT**2 * factorization_loss(U / ROOT, V, Z / ROOT, sigma, one)
    show(vanishes(factorization_loss(U, V, Z, sigma, weights()) - scaled))

    # (2): σ = a², λ = x, z_1 = σ(1 + λ²), and an unused mode
    sigma, unused = vector(A**2), sympy.Symbol("unused", positive=True)
    z = A**2 * (1 + X**2)
    point = vector(X, 0)[:, None], vector(A**2 * X, 0)[:, None]
    direction = vector(0, 1 / A)[:, None], vector(0, A)[:, None]
    show(vanishes(curvature(point, direction, rectangular_diagonal(vector(z, unused), 2, 2), sigma) - 2 * (z - unused)))

    # (3): σ = (a², b²), λ = (x, y), z_i = σ_i(1 + λ_i²)
    sigma, lam = vector(A**2, B**2), vector(X, Y)
    z = sigma * (1 + lam**2)
    point = rectangular_diagonal(lam, 2, 2), rectangular_diagonal(sigma * lam, 2, 2)
    s, t = z[0] - sigma[1], -A * B * X * Y
    direction = vector(0, s / B, t / A, 0).reshape(2, 2), vector(0, s * B, t * A, 0).reshape(2, 2)
    found = curvature(point, direction, rectangular_diagonal(z, 2, 2), sigma)
    show(vanishes(t**2 - (z[0] - sigma[0]) * (z[1] - sigma[1])))
    show(vanishes(found + 2 * s * (z[0] - z[1]) * (sigma[0] - sigma[1])))

    zeta = vector(ROOT * (A + M) + Q, ROOT * A)
    least = decided(fixed_variance_minimum(zeta, vector(A + M, A + M + T), weights()))
    show(vanishes(least - (zeta**2).sum() + Q**2))
    zeta = vector(ROOT * A + M + Q, ROOT * A + M, ROOT * A)
    least = decided(fixed_variance_minimum(zeta, vector(A), weights()))
    show(vanishes(least - (zeta**2).sum() + (M + Q) ** 2))


# --- the minima -------------------------------------------------------------------------------------------------------


def prove_rotations_for_fixed_variance() -> None:
    """(FΛP, GΘP) of eq. (8), of Σ' for Σ, is a minimum if and only if ΛPΣ = ΛΣ'P and Σ' has the minimum at P = I.

    At a minimum ∂L/∂U = 2F(ΛPΣ − ΛΣ'P) vanishes: run for two modes and a rotation, or a reflection, of half-angle
    tangent t. In general ΛPΣ + ΛΘᵀΘP − Σ_ZΘP is this as λ_i(θ_i² + σ'_i²) = ζ_iθ_i, by prove_critical_points, both 0
    for a collapsed mode. If it vanishes, Tr(ΛPΣPᵀΛᵀ) = Tr(ΛΣ'Λᵀ), and the loss, of which no other term holds P, is that
    of FΛ and GΘ with Σ', ‖Z‖² − Σ max(ζ_i − √c σ'_i, 0)². By prove_ways_down the minimum for Σ is this for the
    ascending σ_(i): Σ' = diag(σ_(i)²) has it, and Σ' = Σ, as printed, if and only if the two sums are equal.
    """
    ROOT, X, Y, A, B, T = sympy.symbols("root x y a b t", positive=True)
    prove_ways_down()
    w, lam, other, sigma = weights(), vector(X, Y), vector(A, B), symbols("sigma", 2, positive=True)
    zeta = other * (lam**2 + w.c) / ROOT
    cos, sin = (1 - T**2) / (1 + T**2), 2 * T / (1 + T**2)
    for sign in (1, -1):
        P = vector(cos, -sign * sin, sin, sign * cos).reshape(2, 2)
        U, V, Z = (rectangular_diagonal(x, 2, 2) for x in (lam, other * lam / ROOT, zeta))
        rest = lam[:, None] * (P * sigma**2 - other[:, None] ** 2 * P)
        show(vanishes(gradient_u(U @ P, V @ P, Z, sigma) - 2 * rest))


def prove_minimum_at_the_prior_variance() -> None:
    """Eq. (10) is eq. (8) at σ_i = η_enc, where every P commutes with Σ: prove_rotations_for_fixed_variance."""
    ROOT, A, B, M = sympy.symbols("root a b m", positive=True)
    prove_rotations_for_fixed_variance()
    w, gap = Weights(ROOT**2, A, B), M
    zeta, scale = vector(ROOT * A + gap), ROOT * A / B**2
    show(vanishes(decided(decoder_singular_values(zeta, vector(B), w)) ** 2 - scale * gap))
    show(vanishes(decided(encoder_singular_values(zeta, vector(B), w)) ** 2 - gap / scale))
