"""Posterior collapse at Σ = η_enc² I: the conditions that §4.2 reads off eq. (10).

Whether a mode is collapsed says the loss (:mod:`~properties.wang2022.claims.minimality`), and the λ_i and θ_i of the
reference must say the same. Every β drawn here is a square, β = root², so that the thresholds are rational, and met
exactly.
"""

from properties.wang2022.claims.minimality import collapses, fixed, rational_spectrum
from properties.wang2022.claims.setting import factors, padded, target
from properties.wang2022.proofs.landscape import prove_origin, prove_ways_down
from reference.arithmetic import concatenate, identity, leading_identity, maximum, squared_norm, zeros
from reference.shapes import Array
from reference.wang2022 import Weights, factorization_loss, gradient_u, gradient_v, unused_latent_form
from reference.wang2022.optima import fixed_variance_minimum
from verify import (
    Dimension,
    Index,
    Matrix,
    Orthogonal,
    Positive,
    Spectrum,
    claim,
    equal,
    iff,
    implies,
    leq,
    less,
    positive_semidefinite,
)
from verify.judging.statements import Truth


def prior_sigma(d1: int, w: Weights) -> Array:
    """Return σ_i = η_enc for all d1 modes."""
    return w.eta_enc + zeros((d1,), w.eta_enc)


def origin_is_optimal(zeta: Array, d1: int, w: Weights) -> Truth:
    """State that L(0, 0) = ‖Z‖² is the minimum of L: complete collapse."""
    value = fixed_variance_minimum(padded(zeta, max(d1, zeta.shape[-1])), prior_sigma(d1, w), w)
    return leq((zeta**2).sum(), value)


@claim(
    "wang2022/section-4.2.complete",
    r"U = V = 0 \text{ at the global minimum} \iff \max_i \zeta_i - \sqrt{\beta\eta_{dec}} \le 0",
    label="§4.2",
    kind="equivalence",
    expected="refuted",
    rests_on="wang2022/theorem-1",
)
def test_complete_collapse(
    zeta: Spectrum["d", {"d": (1, 3)}], d1: Dimension["d1"], root: Positive, eta_dec: Positive, eta_enc: Positive
):
    """The radical covers η_dec too, so that the threshold is wrong unless η_dec = 1.

    The origin is a global minimum if and only if L(0, 0) = ‖Z‖² is not above the minimum, eq. (11) at σ_i = η_enc. The
    condition is stated squared: ζ_max² ≤ βη_dec.
    """
    w = Weights(root * root, eta_dec, eta_enc)
    iff(origin_is_optimal(zeta, d1, w), leq(zeta[0] ** 2, w.beta * eta_dec))


@claim(
    "wang2022/section-4.2.complete.corrected",
    r"U = V = 0 \text{ at the global minimum} \iff \max_i \zeta_i - \sqrt\beta\eta_{dec} \le 0",
    label="§4.2",
    kind="equivalence",
    expected="proved",
    corrects="wang2022/section-4.2.complete",
    proof=prove_origin,
    rests_on="wang2022/theorem-1",
)
def test_complete_collapse_at_the_threshold(
    F: Orthogonal["d2", {"d2": (1, 3)}],
    G: Orthogonal["d0", {"d0": (1, 3)}],
    x: Spectrum["min(d0,d2)"],
    U: Matrix["d2 d1"],
    V: Matrix["d0 d1"],
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
):
    """By the minimum of eq. (11), and on its own, by points (U, V).

    Below the threshold no drawn point is better than the origin. Above it, by an excess g relative to it, one of rank
    one is: U = tFE₁₁ and V = tη_enc²/(√βη_dec) GE₁₁ with t = (√βη_dec/η_enc) g/(1 + g).
    """
    w, d1, threshold = Weights(root * root, eta_dec, eta_enc), U.shape[-1], root * eta_dec
    zeta = rational_spectrum(x, threshold)
    Z, sigma = target(F, zeta, G), prior_sigma(d1, w)
    iff(origin_is_optimal(zeta, d1, w), leq(zeta[0], threshold))
    excess = maximum(zeta[0] / threshold - 1, 0)
    t = threshold / eta_enc * excess / (1 + excess)
    first = identity(1, d1, zeta)
    better = factorization_loss(t * F[:, :1] @ first, t * eta_enc**2 / threshold * G[:, :1] @ first, Z, sigma, w)
    origin, drawn = (factorization_loss(u, v, Z, sigma, w) for u, v in ((0 * U, 0 * V), (U, V)))
    implies(leq(zeta[0], threshold), leq(origin, drawn))
    implies(less(threshold, zeta[0]), less(better, origin))


@claim(
    "wang2022/section-4.2.partial",
    r"\text{some mode collapses} \iff \exists i: \zeta_i^2 - \sqrt\beta\eta_{dec} \le 0",
    label="§4.2",
    kind="equivalence",
    expected="refuted",
    rests_on="wang2022/theorem-1",
)
def test_partial_collapse(
    zeta: Spectrum["d", {"d": (1, 3)}], d1: Dimension["d1"], root: Positive, eta_dec: Positive, eta_enc: Positive
):
    """ζ_i is squared without √β η_dec.

    As the ζ_i descend, some mode i ≤ d₁ is collapsed if and only if the last is, with ζ_i = 0 for i > d*, and the
    condition holds for some i ≤ d₁ if and only if it does for the last. That one by itself, in one dimension: at its
    minima L is a sum over modes.
    """
    w, last = Weights(root * root, eta_dec, eta_enc), padded(zeta, d1)[d1 - 1 :]
    iff(collapses(identity(1, 1, last), last, identity(1, 1, last), 0, w, fixed), leq(last**2, root * eta_dec))


@claim(
    "wang2022/section-4.2.partial.corrected",
    r"\text{mode } i \text{ collapses} \iff \zeta_i - \sqrt\beta\eta_{dec} \le 0",
    label="§4.2",
    kind="equivalence",
    expected="proved",
    corrects="wang2022/section-4.2.partial",
    proof=prove_ways_down,
    rests_on="wang2022/theorem-1",
)
def test_partial_collapse_at_the_threshold(
    F: Orthogonal["d2", {"d2": (1, 3)}],
    G: Orthogonal["d0", {"d0": (1, 3)}],
    x: Spectrum["min(d0,d2)"],
    U: Matrix["d2 d1", {"d1": (1, 3)}],
    V: Matrix["d0 d1"],
    mode: Index["d1"],
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
):
    """For each mode i ≤ d₁, so for some mode; λ_i and θ_i vanish together.

    Where the mode is learned, every drawn point that leaves a latent dimension unused, of a rank below i, can be
    improved with it. What the certificate is to L is stated as well, at the drawn point.
    """
    w, threshold = Weights(root * root, eta_dec, eta_enc), root * eta_dec
    zeta = rational_spectrum(x, threshold)
    zeta_i, Z = padded(zeta, mode + 1)[mode:], target(F, zeta, G)
    collapsed = collapses(F, zeta, G, mode, w, fixed)
    lam, theta, sigma = fixed(zeta_i, w)
    for condition in (collapsed, equal(lam, 0), equal(theta, 0)):
        iff(condition, leq(zeta_i, threshold))

    few = leading_identity(U.shape[1], U.shape[1], mode, U)
    R = Z - U @ few @ V.mT
    implies(less(threshold, zeta_i), ~positive_semidefinite(unused_latent_form(R, eta_enc, w)))
    both = concatenate([U, V], axis=0)
    least = (both * (unused_latent_form(R, eta_enc, w) @ both)).sum() + squared_norm(Z) - squared_norm(Z - R)
    sigma = eta_enc + 0 * U[0]
    equal(factorization_loss(U, V, Z, sigma, w), least + squared_norm(U @ V.mT - Z + R))


@claim(
    "wang2022/section-4.2.prior",
    r"\text{the collapsed modes of the global minimum do not depend on } \eta_{enc}",
    label="§4.2",
    kind="equivalence",
    rests_on="wang2022/theorem-1",
)
def test_prior_variance_does_not_matter(
    F: Orthogonal["d2", {"d2": (1, 3)}],
    G: Orthogonal["d0", {"d0": (1, 3)}],
    x: Spectrum["min(d0,d2)"],
    i: Dimension["i", {"i": (1, 3)}],
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
    eta_enc2: Positive,
):
    """Mode by mode, which gives the rank, by the loss, and by λ_i and θ_i."""
    zeta = rational_spectrum(x, root * eta_dec)
    first, second = (Weights(root * root, eta_dec, eta) for eta in (eta_enc, eta_enc2))
    collapsed = collapses(F, zeta, G, i - 1, first, fixed)
    iff(collapsed, collapses(F, zeta, G, i - 1, second, fixed))
    for w in (first, second):
        lam, theta, _ = fixed(padded(zeta, i)[i - 1 :], w)
        for vanishing in (equal(lam, 0), equal(theta, 0)):
            iff(vanishing, collapsed)


@claim(
    "wang2022/section-4.2.beta-eta",
    r"\text{the minimising } (U, V) \text{ depends on } \beta, \eta_{dec} \text{ through } \sqrt\beta\eta_{dec}",
    label="§4.2",
    rests_on="wang2022/theorem-1",
)
def test_beta_acts_like_eta_dec(
    F: Orthogonal["d2", {"d2": (1, 3)}],
    G: Orthogonal["d0", {"d0": (1, 3)}],
    x: Spectrum["min(d0,d2)"],
    U: Matrix["d2 d1", {"d1": (1, 3)}],
    V: Matrix["d0 d1"],
    t: Positive,
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
):
    """L(U, V) at every point, hence its minimisers, and λ_i, θ_i of eq. (10), are those of (βt², η_dec/t).

    These λ_i and θ_i are those of a minimum: (FΛ, GΘ) is stationary and, where no mode is left to learn, certified.
    """
    w, other = Weights(root * root, eta_dec, eta_enc), Weights((root * t) ** 2, eta_dec / t, eta_enc)
    zeta, d1 = rational_spectrum(x, root * eta_dec), U.shape[1]
    Z, modes = target(F, zeta, G), padded(zeta, d1)
    lam, theta, sigma = fixed(modes, w)
    equal(factorization_loss(U, V, Z, sigma, w), factorization_loss(U, V, Z, sigma, other))
    for ours, theirs in zip((lam, theta), fixed(modes, other), strict=False):
        equal(ours, theirs)
    U, V = factors(F, lam, G, theta, identity(d1, d1, zeta))
    equal(gradient_u(U, V, Z, sigma), 0)
    equal(gradient_v(U, V, Z, other), 0)
    left = padded(zeta, d1 + 1)[d1]
    certificate = unused_latent_form(Z - U @ V.mT, eta_enc, other)
    iff(leq(left, root * eta_dec), positive_semidefinite(certificate))
