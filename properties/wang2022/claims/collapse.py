"""Posterior collapse at Σ = η_enc² I: the conditions that §4.2 reads off eq. (10).

λ_i and θ_i are those of the minimum by theorem-1, and for learnable Σ by theorem-2.corrected: the claims partial,
partial.corrected and prior read the collapse of a mode off them. Every β drawn here is a square, β = root², so that the
thresholds are rational, and met exactly.
"""

from properties.wang2022.claims.setting import padded, target
from reference.arithmetic import identity, maximum, zeros
from reference.shapes import Array
from reference.wang2022 import Weights, factorization_loss
from reference.wang2022.optima import decoder_singular_values, encoder_singular_values, fixed_variance_minimum
from verify import (
    Dimension,
    Index,
    Matrix,
    NonNegative,
    Orthogonal,
    Positive,
    Spectrum,
    claim,
    equal,
    iff,
    implies,
    leq,
    less,
)
from verify.judging.statements import Truth


def prior_sigma(d1: int, w: Weights) -> Array:
    """Return σ_i = η_enc for all d1 modes."""
    return w.eta_enc + zeros((d1,), w.eta_enc)


def layers(zeta: Array, d1: int, w: Weights) -> tuple[Array, Array]:
    """Return λ and θ of eq. (10), d1 entries each."""
    modes, sigma = padded(zeta, d1), prior_sigma(d1, w)
    return decoder_singular_values(modes, sigma, w), encoder_singular_values(modes, sigma, w)


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
    corrects="wang2022/section-4.2.complete",
)
def test_complete_collapse_at_the_threshold(
    F: Orthogonal["d2", {"d2": (1, 3)}],
    G: Orthogonal["d0", {"d0": (1, 3)}],
    zeta: Spectrum["min(d0,d2)"],
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
    w, d1 = Weights(root * root, eta_dec, eta_enc), U.shape[-1]
    Z, sigma, threshold = target(F, zeta, G), prior_sigma(d1, w), root * eta_dec
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
)
def test_partial_collapse(
    zeta: Spectrum["d", {"d": (1, 3)}], d1: Dimension["d1"], root: Positive, eta_dec: Positive, eta_enc: Positive
):
    """ζ_i is squared without √β η_dec.

    Mode i ≤ d₁ is collapsed if λ_i = 0 in eq. (10), with ζ_i = 0 for i > d*. As ζ_i and λ_i descend, some mode is so
    if and only if the last does, and the condition holds for some i ≤ d₁ if and only if it does for the last.
    """
    w = Weights(root * root, eta_dec, eta_enc)
    lam, _ = layers(padded(zeta, d1)[d1 - 1 :], 1, w)
    iff(equal(lam, 0), leq(padded(zeta, d1)[d1 - 1] ** 2, root * eta_dec))


@claim(
    "wang2022/section-4.2.partial.corrected",
    r"\text{mode } i \text{ collapses} \iff \zeta_i - \sqrt\beta\eta_{dec} \le 0",
    label="§4.2",
    kind="equivalence",
    corrects="wang2022/section-4.2.partial",
)
def test_partial_collapse_at_the_threshold(
    zeta: Spectrum["d", {"d": (1, 3)}],
    d1: Dimension["d1"],
    mode: Index["d1"],
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
):
    """For each mode i ≤ d₁, so for some mode; λ_i and θ_i vanish together."""
    w = Weights(root * root, eta_dec, eta_enc)
    zeta_i = padded(zeta, d1)[mode : mode + 1]
    lam, theta = layers(zeta_i, 1, w)
    iff(equal(lam, 0), leq(zeta_i, root * eta_dec))
    iff(equal(theta, 0), leq(zeta_i, root * eta_dec))


@claim(
    "wang2022/section-4.2.prior",
    r"\text{the collapsed modes of the global minimum do not depend on } \eta_{enc}",
    label="§4.2",
    kind="equivalence",
)
def test_prior_variance_does_not_matter(
    zeta: NonNegative, root: Positive, eta_dec: Positive, eta_enc: Positive, eta_enc2: Positive
):
    """Mode by mode, which gives the rank, and for all modes at once, by the minimum of L."""
    first, second = (Weights(root * root, eta_dec, eta) for eta in (eta_enc, eta_enc2))
    for k in range(2):
        iff(equal(layers(zeta[None], 1, first)[k], 0), equal(layers(zeta[None], 1, second)[k], 0))
    iff(origin_is_optimal(zeta[None], 1, first), origin_is_optimal(zeta[None], 1, second))


@claim(
    "wang2022/section-4.2.beta-eta",
    r"\text{the minimising } (U, V) \text{ depends on } \beta, \eta_{dec} \text{ through } \sqrt\beta\eta_{dec}",
    label="§4.2",
)
def test_beta_acts_like_eta_dec(
    Z: Matrix["d2 d0", {"d2": (1, 3), "d0": (1, 3)}],
    U: Matrix["d2 d1"],
    V: Matrix["d0 d1"],
    zeta: Spectrum["min(d0,d2)"],
    t: Positive,
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
):
    """L(U, V) at every point, hence its minimisers, and λ_i, θ_i of eq. (10), are those of (βt², η_dec/t)."""
    w, other = Weights(root * root, eta_dec, eta_enc), Weights((root * t) ** 2, eta_dec / t, eta_enc)
    d1 = U.shape[-1]
    sigma = prior_sigma(d1, w)
    equal(factorization_loss(U, V, Z, sigma, w), factorization_loss(U, V, Z, sigma, other))
    for ours, theirs in zip(layers(zeta, d1, w), layers(zeta, d1, other), strict=True):
        equal(ours**2, theirs**2)
