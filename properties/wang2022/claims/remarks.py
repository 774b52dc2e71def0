"""What the text says beside its theorems: the sizes of the layers (§4.2, §4.3), and slips in the proofs (App. C).

Every β here is the square of a drawn number, so that √β is exact.
"""

from properties.wang2022.claims.minimality import fixed, learned
from properties.wang2022.claims.setting import padded
from reference.arithmetic import rectangular_diagonal, sqrt
from reference.shapes import Array
from reference.wang2022 import Weights, factorization_loss
from reference.wang2022.optima import optimal_v
from verify import (
    Dimension,
    NonNegative,
    OneOf,
    Positive,
    PositiveVector,
    Spectrum,
    Vector,
    claim,
    corner,
    equal,
    iff,
    implies,
    leq,
    less,
)

# --- the sizes of the layers ------------------------------------------------------------------------------------------


def at_threshold(threshold: Array, eta_dec: Array, eta_enc: Array) -> Weights:
    """Return weights with this √βη_dec."""
    return Weights((threshold / eta_dec) ** 2, eta_dec, eta_enc)


@claim(
    "wang2022/section-4.2.layers",
    r"\text{while } \sqrt\beta\eta_{dec} < \zeta_i,\ \lambda_i \text{ of eq. (10) increases with }"
    r" \sqrt\beta\eta_{dec}, \text{ and } \theta_i \text{ decreases}",
    label="§4.2",
    kind="inequality",
    expected="refuted",
)
def test_the_decoder_grows_with_beta(zeta: Positive, s: Positive, t: Positive, eta_dec: Positive, eta_enc: Positive):
    """λ_i increases up to √βη_dec = ζ_i/2 alone, and falls to 0 from there.

    From √βη_dec = ζ_i/(1 + s)/(1 + t) to ζ_i/(1 + s).
    """
    high = zeta / (1 + s)
    (lam, theta, _), (lam_high, theta_high, _) = (
        fixed(zeta[None], at_threshold(x, eta_dec, eta_enc)) for x in (high / (1 + t), high)
    )
    less(lam, lam_high)
    less(theta_high, theta)


@claim(
    "wang2022/section-4.2.layers.corrected",
    r"\lambda_i \text{ of eq. (10) increases with } \sqrt\beta\eta_{dec} \text{ up to } \zeta_i/2, \text{ and}"
    r" \text{ decreases from there to } \zeta_i;\ \theta_i \text{ decreases}",
    label="§4.2",
    kind="inequality",
    corrects="wang2022/section-4.2.layers",
)
def test_the_decoder_grows_and_falls_with_beta(
    family: OneOf["inside", "up to the middle"],
    zeta: Positive,
    s: Positive,
    t: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
):
    """For √βη_dec = x < y ≤ ζ_i/2, and mirrored there: λ_i is the same for ζ_i − x as for x."""
    y = zeta / 2 if family == "up to the middle" else zeta / 2 / (1 + s)
    x = y / (1 + t)
    (lam_x, theta_x), (lam_y, theta_y), (lam_past_y, theta_past_y), (lam_past_x, theta_past_x) = (
        fixed(zeta[None], at_threshold(threshold, eta_dec, eta_enc))[:2] for threshold in (x, y, zeta - y, zeta - x)
    )
    less(lam_x, lam_y)
    less(lam_past_x, lam_past_y)
    less(theta_y, theta_x)
    leq(theta_past_y, theta_y)
    less(theta_past_x, theta_past_y)


@claim(
    "wang2022/section-4.3.norms",
    r"\lambda_i \le \zeta_i/\eta_{enc},\ \theta_i \le \eta_{enc} \text{ in eqs. (17), (18), for every } \beta"
    r" \text{ and } \eta_{dec}; \quad \theta_i^2 \ge \frac{\eta_{enc}^2\zeta_i}{2\sqrt\beta\eta_{dec}}"
    r" \text{ in eq. (10), for } \sqrt\beta\eta_{dec} \le \zeta_i/2",
    label="§4.3",
    kind="inequality",
)
def test_learnable_variance_bounds_the_layers(
    zeta: NonNegative, root: Positive, s: Positive, eta_dec: Positive, eta_enc: Positive
):
    """A small β makes the layers diverge for Σ = η_enc²I, and not for learnable Σ, in explicit bounds."""
    lam, theta, _ = learned(zeta[None], Weights(root * root, eta_dec, eta_enc))
    leq(lam, zeta / eta_enc)
    leq(theta, eta_enc)
    alive = 2 * root * eta_dec * (1 + s)
    _, theta, _ = fixed(alive[None], Weights(root * root, eta_dec, eta_enc))
    leq(eta_enc**2 * (1 + s), theta**2)


# --- slips ------------------------------------------------------------------------------------------------------------


@claim(
    "wang2022/corollary-1.constant",
    r"\sum_{i=d_1+1}^{d^*}\zeta_i^2 \text{ in eq. (11) only appears when } d_1 < d^* = \min(d_1, d_2)",
    label="after eq. (11)",
    kind="equivalence",
    expected="refuted",
)
def test_when_modes_are_left_over(
    zeta: Spectrum["min(d0,d2)"],
    d1: Dimension["d1", {"d1": (1, 3)}],
    d0: Dimension["d0", {"d0": (1, 3)}],
    d2: Dimension["d2", {"d2": (1, 3)}],
):
    """d* is min(d₀, d₂), as §3 has it: d₁ is never less than min(d₁, d₂)."""
    implies(less(0, (zeta[d1:] ** 2).sum()), less(d1, min(d1, d2)))


@claim(
    "wang2022/corollary-1.constant.corrected",
    r"\sum_{i=d_1+1}^{d^*}\zeta_i^2 \text{ in eq. (11) only appears when } d_1 < d^* = \min(d_0, d_2)",
    label="after eq. (11)",
    kind="equivalence",
    corrects="wang2022/corollary-1.constant",
)
def test_when_modes_of_z_are_left_over(
    zeta: Spectrum["min(d0,d2)"],
    d1: Dimension["d1", {"d1": (1, 3)}],
    d0: Dimension["d0", {"d0": (1, 3)}],
    d2: Dimension["d2", {"d2": (1, 3)}],
):
    """It is 0 too if the ζ_i that are left over are. Stated as its contrapositive, whose premise is met more often."""
    implies(leq(min(d0, d2), d1), equal((zeta[d1:] ** 2).sum(), 0))


def reduced_terms(lam: Array, sigma: Array, zeta: Array, w: Weights) -> Array:
    """Return σ_i²λ_i² − ζ_i²η_enc²λ_i²/(βη_dec² + η_enc²λ_i²), the terms of J in eq. (44)."""
    return sigma**2 * lam**2 - zeta**2 * w.eta_enc**2 * lam**2 / (w.b + w.eta_enc**2 * lam**2)


@claim(
    "wang2022/eq-49",
    r"\|Z\| + J_{Q^*} = \sum_{i=1}^{d_1} \zeta_i^2 + \sigma_i^2\lambda_i^2 -"
    r" \frac{\zeta_i^2\eta_{enc}^2\lambda_i^2}{\beta\eta_{dec}^2 + \eta_{enc}^2\lambda_i^2}",
    label="eq. (49)",
    expected="refuted",
)
def test_printed_lower_bound(
    zeta: Spectrum["d", {"d": (1, 3)}],
    lam: Vector["d1", {"d1": (1, 3)}],
    sigma: PositiveVector["d1"],
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
):
    """‖Z‖ is not squared, and the ζ_i past d₁ are missing on the right. λ_i = 0 past the modes of Z."""
    w, d1 = Weights(root * root, eta_dec, eta_enc), lam.shape[0]
    modes = padded(zeta, d1)
    terms = reduced_terms(lam * padded(1 + 0 * zeta, d1), sigma, modes, w)
    equal(sqrt((zeta**2).sum()) + terms.sum(), (modes**2 + terms).sum())


@claim(
    "wang2022/eq-49.corrected",
    r"\|Z\|^2 + J_{Q^*} = \sum_{i=1}^{d_1} \Big(\zeta_i^2 + \sigma_i^2\lambda_i^2 -"
    r" \frac{\zeta_i^2\eta_{enc}^2\lambda_i^2}{\beta\eta_{dec}^2 + \eta_{enc}^2\lambda_i^2}\Big)"
    r" + \sum_{i > d_1}\zeta_i^2",
    label="eq. (49)",
    corrects="wang2022/eq-49",
)
def test_lower_bound(
    zeta: Spectrum["d", {"d": (1, 3)}],
    lam: Vector["d1", {"d1": (1, 3)}],
    sigma: PositiveVector["d1"],
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
):
    """And it is L at U = Λ and the best V for it, Z diagonal; λ_i = 0 past the modes of Z."""
    w, d1, size = Weights(root * root, eta_dec, eta_enc), lam.shape[0], zeta.shape[0]
    modes, lam = padded(zeta, d1), lam * padded(1 + 0 * zeta, d1)
    terms = reduced_terms(lam, sigma, modes, w)
    bound = (modes**2 + terms).sum() + (zeta[d1:] ** 2).sum()
    equal((zeta**2).sum() + terms.sum(), bound)
    U, Z = rectangular_diagonal(lam, size, d1), rectangular_diagonal(zeta, size, size)
    equal(factorization_loss(U, optimal_v(U, Z, w), Z, sigma, w), bound)


@claim(
    "wang2022/eq-58",
    r"\eta_{enc} > \zeta_i\frac{\eta_{enc}}{\sqrt\beta\eta_{dec}} \iff \beta\eta_{dec}^2 \ge \zeta_i^2",
    label="eq. (58)",
    kind="equivalence",
    expected="refuted",
    corner="ζ_i² = βη_dec²",
)
def test_printed_case_of_collapse(
    family: OneOf["drawn", "threshold"], zeta: NonNegative, root: Positive, eta_dec: Positive, eta_enc: Positive
):
    """Strict on one side alone; Case 2, which it belongs to, has ≥ on both."""
    if family == "threshold":
        zeta = root * eta_dec
    corner(equal(zeta, root * eta_dec))
    iff(less(zeta * eta_enc / (root * eta_dec), eta_enc), leq(zeta**2, root**2 * eta_dec**2))


@claim(
    "wang2022/eq-58.corrected",
    r"\eta_{enc} \ge \zeta_i\frac{\eta_{enc}}{\sqrt\beta\eta_{dec}} \iff \beta\eta_{dec}^2 \ge \zeta_i^2",
    label="eq. (58)",
    kind="equivalence",
    corrects="wang2022/eq-58",
)
def test_case_of_collapse(
    family: OneOf["drawn", "threshold"], zeta: NonNegative, root: Positive, eta_dec: Positive, eta_enc: Positive
):
    """Half the instances have ζ_i² = βη_dec²."""
    if family == "threshold":
        zeta = root * eta_dec
    iff(leq(zeta * eta_enc / (root * eta_dec), eta_enc), leq(zeta**2, root**2 * eta_dec**2))
