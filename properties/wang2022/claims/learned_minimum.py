"""Learnable Σ: the global minimum of L_VAE over U, W and Σ, Theorem 2, and its value, Corollary 2.

Every β here is the square of a drawn number, so that √β is exact.
"""

from properties.wang2022.claims.setting import factors, mixing, padded, repeated, target
from properties.wang2022.proofs.learned_minimum import prove_minima, prove_rotation
from reference.arithmetic import (
    as_vector,
    column_squared_norms,
    concatenate,
    greater,
    identity,
    log,
    maximum,
    solve,
    sqrt,
    squared_norm,
    where,
)
from reference.shapes import Array
from reference.wang2022 import Weights, vae_loss
from reference.wang2022.optima import (
    learned_decoder_singular_values,
    learned_encoder_singular_values,
    learned_minimum,
    optimal_sigma,
    optimal_u,
    optimal_v,
)
from verify import (
    Dimension,
    Index,
    Matrix,
    NonNegative,
    OneOf,
    Orthogonal,
    Positive,
    PositiveDefinite,
    PositiveVector,
    Spectrum,
    claim,
    equal,
    iff,
    leq,
)


def learned_factors(F: Array, zeta: Array, G: Array, P: Array, w: Weights) -> tuple[Array, Array]:
    """Return (FΛP, GΘP) of eqs. (17), (18); zeta holds a value for each row of P, and θ_i = 0 where ζ_i = 0."""
    lam, theta = learned_decoder_singular_values(zeta, w), learned_encoder_singular_values(zeta, w)
    return factors(F, lam, G, theta, P)


@claim(
    "wang2022/theorem-2",
    r"U = F\Lambda P,\; W = A^{-1/2}G\Theta P,\; \Sigma = \Sigma^* \text{ minimise } L_{\mathrm{VAE}}"
    r" \text{ for every orthogonal } P",
    label="Theorem 2",
    kind="optimality",
    expected="refuted",
    rests_on=("wang2022/proposition-1", "wang2022/proposition-2", "wang2022/proposition-3"),
)
def test_every_rotation_is_a_global_minimum(
    zeta: Spectrum["min(d0,d2)"],
    P: Orthogonal["d1", {"d1": (1, 3)}],
    F: Orthogonal["d2", {"d2": (1, 3)}],
    G: Orthogonal["d0", {"d0": (1, 3)}],
    S: PositiveDefinite["d0"],
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
):
    """The noise Tr(UΣ*Uᵀ) of U = FΛP is not that of FΛ unless P commutes with Σ*.

    Σ* as in eq. (54), y linear in x; the competitor is the same with P = I, which the claim also calls a minimum.
    Λ = diag(λ_1, …, λ_{d1}) is typed for d0 = d1 = d2 as printed, and is rectangular otherwise; the certificate kept
    has d0 = d1 = d2 = 2.
    """
    d1, w, Z = P.shape[0], Weights(root * root, eta_dec, eta_enc), target(F, zeta, G)
    modes = padded(zeta, d1)
    losses = []
    for rotation in (P, identity(d1, d1, P)):
        U, V = learned_factors(F, modes, G, rotation, w)
        losses.append(vae_loss(U, solve(S, V), optimal_sigma(modes, w), S @ S, Z @ S, squared_norm(Z), w))
    leq(losses[0], losses[1])


@claim(
    "wang2022/theorem-2.corrected",
    r"U = F\Lambda P,\; W = A^{-1/2}G\Theta P,\; \Sigma = \Sigma^* \text{ minimise } L_{\mathrm{VAE}}"
    r" \iff P\Sigma^* = \Sigma^*P",
    label="Theorem 2",
    kind="optimality",
    expected="proved",
    corrects="wang2022/theorem-2",
    proof=prove_rotation,
    rests_on="wang2022/proposition-1",
)
def test_rotations_that_commute_with_sigma_are_global_minima(
    family: OneOf["commuting", "any"],
    levels: Spectrum["m+1", {"m": (0, 1)}],
    place: Index["m+1"],
    Q: Orthogonal["n", {"n": (1, 2)}],
    flips: Index["m+n+1"],
    rotation: Orthogonal["m+n"],
    F: Orthogonal["d2", {"d2": (1, 3)}],
    G: Orthogonal["d0", {"d0": (1, 3)}],
    past: Spectrum["min(d0,d2)"],
    S: PositiveDefinite["d0"],
    residual: NonNegative,
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
    U: Matrix["d2 m+n"],
    W: Matrix["d0 m+n"],
    sigma: PositiveVector["m+n"],
):
    """The d1 = m + n modes hold a level of ζ repeated n times, among others, ties and zeros; P mixes the repeated ones
    and changes signs, or is any. The ζ_i past d1 are at most the last mode, and the modes past min(d0, d2) are 0: where
    this cuts the repeated ones, such a mixing need not commute.

    The value at P = I is the minimum: the competitors are a drawn one, this one improved by exact minimisation over U,
    over W and over Σ in turn, and one close to the minimum. What P costs is results/rotation.
    """
    n, d1, size, w = Q.shape[0], sigma.shape[0], past.shape[0], Weights(root * root, eta_dec, eta_enc)
    modes = repeated(levels, place, n)
    zeta = concatenate([modes, -maximum(-past, -modes[-1])])[:size] if size > d1 else modes[:size]
    modes = padded(zeta, d1)
    P = mixing(d1, place, Q, flips) if family == "commuting" else rotation

    Z, best = target(F, zeta, G), optimal_sigma(modes, w)
    U_best, V_best = learned_factors(F, modes, G, P, w)
    moments, least = (S @ S, Z @ S, squared_norm(Z) + residual, w), learned_minimum(zeta, d1, residual, w)
    rotated = vae_loss(U_best, solve(S, V_best), best, *moments)
    commutes = equal(P * (best[:, None] - best), 0)
    iff(leq(rotated, least), commutes)
    leq(least, rotated)
    leq(least, vae_loss(U, W, sigma, *moments))
    near = 1 / 1024
    W_near = solve(S, V_best) + near * W
    leq(least, vae_loss(U_best + near * U, W_near, best * (1 + near * sigma), *moments))
    U = optimal_u(S @ W, Z, sigma)
    W = solve(S, optimal_v(U, Z, w))
    leq(least, vae_loss(U, W, sqrt(w.b / (column_squared_norms(U) + w.c)), *moments))


def printed_minimum(zeta: Array, d1: int, w: Weights) -> Array:
    """Return the right-hand side of eq. (20); zeta has all min(d0, d2) singular values."""
    modes, b = padded(zeta, d1), as_vector(w.b)
    learned = greater(modes**2, b)
    ratio = b / where(learned, modes**2, b)
    gain = where(learned, modes**2 * (1 + ratio * (log(ratio) - 1)), 0)
    return ((zeta**2).sum() - gain.sum()) / (2 * w.eta_dec**2)


@claim(
    "wang2022/corollary-2",
    r"\min L_{\mathrm{VAE}} = \frac{1}{2\eta_{\mathrm{dec}}^2}\Big[\sum_{i\le d^*}\zeta_i^2 - \sum_{i\le d_1}\zeta_i^2"
    r"\Big(1 + \frac{b}{\zeta_i^2}\Big(\log\frac{b}{\zeta_i^2} - 1\Big)\Big)\mathbb{1}_{b<\zeta_i^2}\Big]"
    r"\text{ for arbitrary } y, \quad b = \beta\eta_{\mathrm{dec}}^2",
    label="eq. (20)",
    expected="refuted",
    same_as="wang2022/eq-35.norm",
    rests_on=("wang2022/theorem-2", "wang2022/eq-35.norm"),
)
def test_printed_minimum_value(
    residual: NonNegative,
    d1: Dimension["d1", {"d1": (1, 3)}],
    zeta: Spectrum["min(d0,d2)"],
    F: Orthogonal["d2", {"d2": (1, 3)}],
    G: Orthogonal["d0", {"d0": (1, 3)}],
    S: PositiveDefinite["d0"],
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
):
    """What no linear map of x explains of y is left out, as in eq. (35): wrong unless y is linear in x.

    L_VAE at a global minimum, that of theorem-2.corrected with P = I; residual = E[yᵀy] − ‖Z‖².
    """
    w, Z, modes = Weights(root * root, eta_dec, eta_enc), target(F, zeta, G), padded(zeta, d1)
    U, V = learned_factors(F, modes, G, identity(d1, d1, F), w)
    least = vae_loss(U, solve(S, V), optimal_sigma(modes, w), S @ S, Z @ S, squared_norm(Z) + residual, w)
    equal(least, printed_minimum(zeta, d1, w))


@claim(
    "wang2022/corollary-2.corrected",
    r"\min L_{\mathrm{VAE}} = \frac{1}{2\eta_{\mathrm{dec}}^2}\Big[E[y^\top y] - \|Z\|_F^2 + \sum_{i\le d^*}\zeta_i^2 -"
    r" \sum_{i\le d_1}\zeta_i^2\Big(1 + \frac{b}{\zeta_i^2}\Big(\log\frac{b}{\zeta_i^2} - 1\Big)\Big)"
    r"\mathbb{1}_{b<\zeta_i^2}\Big] \text{ for arbitrary } y, \quad b = \beta\eta_{\mathrm{dec}}^2",
    label="eq. (20)",
    expected="proved",
    corrects="wang2022/corollary-2",
    proof=prove_minima,
    rests_on="wang2022/theorem-2.corrected",
)
def test_minimum_value(
    residual: NonNegative,
    zeta: Spectrum["min(d0,d2)"],
    F: Orthogonal["d2", {"d2": (1, 3)}],
    G: Orthogonal["d0", {"d0": (1, 3)}],
    S: PositiveDefinite["d0"],
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
    U: Matrix["d2 d1", {"d1": (1, 3)}],
    W: Matrix["d0 d1"],
    sigma: PositiveVector["d1"],
):
    """The value is attained at the minimum of theorem-2.corrected with P = I, and no drawn competitor is below it."""
    w, Z, d1 = Weights(root * root, eta_dec, eta_enc), target(F, zeta, G), sigma.shape[0]
    least, modes = printed_minimum(zeta, d1, w) + residual / (2 * eta_dec**2), padded(zeta, d1)
    moments = S @ S, Z @ S, squared_norm(Z) + residual, w
    U_best, V_best = learned_factors(F, modes, G, identity(d1, d1, F), w)
    equal(vae_loss(U_best, solve(S, V_best), optimal_sigma(modes, w), *moments), least)
    equal(learned_minimum(zeta, d1, residual, w), least)
    leq(least, vae_loss(U, W, sigma, *moments))
