"""Learnable Σ and more latent dimensions than modes, d1 > min(d0, d2): what Theorem 2 says of those that are left over.

Every β here is the square of a drawn number, so that √β is exact.
"""

from properties.wang2022.claims.learned_minimum import learned_factors
from properties.wang2022.claims.setting import padded, target
from properties.wang2022.proofs.learned_minimum import prove_minima
from reference.arithmetic import concatenate, identity, maximum, solve, sqrt, squared_norm, zeros
from reference.wang2022 import Weights, vae_loss
from reference.wang2022.optima import learned_encoder_singular_values, learned_minimum, optimal_sigma
from verify import (
    Dimension,
    NonNegative,
    Orthogonal,
    Positive,
    PositiveDefinite,
    PositiveVector,
    Scalar,
    Spectrum,
    claim,
    corner,
    equal,
    iff,
    leq,
)


@claim(
    "wang2022/eq-18",
    r"\theta_i = \frac{\eta_{\mathrm{enc}}}{\zeta_i}\sqrt{\max(0, \zeta_i^2 - \beta\eta_{\mathrm{dec}}^2)}"
    r" \text{ determines } \theta_i",
    label="eq. (18)",
    expected="refuted",
    corner="ζ_i = 0",
)
def test_printed_theta_is_determined(
    zeta: NonNegative, theta: Scalar, root: Positive, eta_dec: Positive, eta_enc: Positive
):
    """It is 0/0 where ζ_i = 0, as for every unused latent dimension.

    Stated without the division: θζ_i is the numerator for θ_i alone, which Theorem 2 takes to be 0 there.
    """
    w = Weights(root * root, eta_dec, eta_enc)
    corner(equal(zeta, 0))
    numerator = eta_enc * sqrt(maximum(zeta**2 - w.b, 0))
    iff(equal(theta * zeta, numerator), equal(theta, learned_encoder_singular_values(zeta[None], w)[0]))


@claim(
    "wang2022/eq-18.corrected",
    r"\theta_i = \frac{\eta_{\mathrm{enc}}}{\max(\zeta_i, \sqrt\beta\eta_{\mathrm{dec}})}"
    r"\sqrt{\max(0, \zeta_i^2 - \beta\eta_{\mathrm{dec}}^2)} \text{ determines } \theta_i",
    label="eq. (18)",
    corrects="wang2022/eq-18",
)
def test_theta_is_determined(zeta: NonNegative, theta: Scalar, root: Positive, eta_dec: Positive, eta_enc: Positive):
    """The same for ζ_i > √βη_dec, and 0 for all others."""
    w = Weights(root * root, eta_dec, eta_enc)
    numerator = eta_enc * sqrt(maximum(zeta**2 - w.b, 0))
    found = learned_encoder_singular_values(zeta[None], w)[0]
    iff(equal(theta * maximum(zeta, root * eta_dec), numerator), equal(theta, found))
    equal(found * maximum(zeta, root * eta_dec), numerator)


@claim(
    "wang2022/theorem-2.unused-sigma",
    r"\sigma_i^* = 0 \text{ for } i > \min(d_0, d_2)",
    label="Theorem 2",
    kind="optimality",
    expected="refuted",
    reading="“σ_i = 0 when i > min(d₀, d₂)” of the σ_i of Σ, not of the singular values ζ_i",
)
def test_printed_sigma_of_unused_dimensions(
    F: Orthogonal["d2", {"d2": (1, 3)}],
    G: Orthogonal["d0", {"d0": (1, 3)}],
    zeta: Spectrum["min(d0,d2)"],
    S: PositiveDefinite["d0"],
    e: Dimension["e", {"e": (1, 2)}],
    s: Positive,
    t: Positive,
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
):
    """An unused latent follows the prior: its optimal σ_i is η_enc, not 0.

    L_VAE at the global minimum (P = I), d1 = min(d0, d2) + e, as the unused σ_i grow from s to s(1 + t). It is convex
    in each σ_i > 0, and if the minimiser were 0 it would not fall: it falls up to σ_i = η_enc. The print, "We
    note that for σ_i = 0 when i > min(d0, d2)", may be meant as a convention for ζ_i, as it stands below Proposition 2
    and, of the entries of Σ_Z, in its proof: theorem-2.unused-zeta.
    """
    size, w = zeta.shape[0], Weights(root * root, eta_dec, eta_enc)
    modes = padded(zeta, size + e)
    Z, used = target(F, zeta, G), optimal_sigma(zeta, w)
    U, V = learned_factors(F, modes, G, identity(size + e, size + e, F), w)
    W, unused = solve(S, V), s + zeros((e,), zeta)
    moments = S @ S, Z @ S, squared_norm(Z), w
    grown = vae_loss(U, W, concatenate([used, unused * (1 + t)]), *moments)
    leq(vae_loss(U, W, concatenate([used, unused]), *moments), grown)


@claim(
    "wang2022/theorem-2.unused-zeta",
    r"\zeta_i = 0 \text{ for } i > \min(d_0, d_2): \text{ Theorem 2 holds with } \lambda_i = \theta_i = 0"
    r" \text{ and } \sigma_i^* = \eta_{\mathrm{enc}} \text{ there, for } P = I",
    label="Theorem 2",
    kind="optimality",
    expected="proved",
    proof=prove_minima,
    rests_on="wang2022/theorem-2.corrected",
)
def test_zeta_of_unused_dimensions_is_zero(
    F: Orthogonal["d2", {"d2": (1, 2)}],
    G: Orthogonal["d0", {"d0": (1, 2)}],
    zeta: Spectrum["min(d0,d2)"],
    e: Dimension["e", {"e": (1, 2)}],
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
):
    """The other reading of theorem-2.unused-sigma: the singular values go on as zeros. A = I, y linear in x."""
    w, Z, d1 = Weights(root * root, eta_dec, eta_enc), target(F, zeta, G), zeta.shape[0] + e
    modes, one = padded(zeta, d1), identity(d1, d1, F)
    sigma = optimal_sigma(modes, w)
    U, V = learned_factors(F, modes, G, one, w)
    equal((U**2).sum(0)[-e:] + (V**2).sum(0)[-e:], 0)
    equal(sigma[-e:], eta_enc)
    A = identity(G.shape[0], G.shape[0], G)
    loss = vae_loss(U, V, sigma, A, Z, squared_norm(Z), w)
    equal(loss, learned_minimum(zeta, d1, 0 * root, w))


@claim(
    "wang2022/theorem-2.unused-sigma.corrected",
    r"\sigma_i^* = \eta_{\mathrm{enc}} \text{ for } i > \min(d_0, d_2)",
    label="Theorem 2",
    kind="optimality",
    expected="proved",
    corrects="wang2022/theorem-2.unused-sigma",
    proof=prove_minima,
    rests_on="wang2022/theorem-2.corrected",
)
def test_sigma_of_unused_dimensions(
    F: Orthogonal["d2", {"d2": (1, 3)}],
    G: Orthogonal["d0", {"d0": (1, 3)}],
    S: PositiveDefinite["d0"],
    zeta: Spectrum["min(d0,d2)"],
    other: PositiveVector["e", {"e": (1, 2)}],
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
):
    """L_VAE at the global minimum (P = I) with the unused σ_i replaced by other values; they do not touch the rest."""
    size, w = zeta.shape[0], Weights(root * root, eta_dec, eta_enc)
    modes = padded(zeta, size + other.shape[0])
    Z, sigma = target(F, zeta, G), optimal_sigma(modes, w)
    equal(sigma[size:], eta_enc)
    U, V = learned_factors(F, modes, G, identity(modes.shape[0], modes.shape[0], F), w)
    W, moments = solve(S, V), (S @ S, Z @ S, squared_norm(Z), w)
    used, prior = sigma[:size], eta_enc + 0 * other
    changed = vae_loss(U, W, concatenate([used, other]), *moments)
    leq(vae_loss(U, W, concatenate([used, prior]), *moments), changed)
