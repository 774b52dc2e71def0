"""What the paper concludes about which modes collapse: §4.3 and §4.4.

Mode i is collapsed if λ_i = 0 at the global minimum: λ_i of eq. (17) for learnable Σ, of eq. (10) for Σ = η_enc²I.
These are the λ_i of the minima by theorem-2.corrected and by theorem-1.
Every β here is the square of a drawn number: single modes then meet the threshold ζ_i² = βη_dec² exactly, where all
values are rational.
"""

from reference.shapes import Array
from reference.wang2022 import Weights
from reference.wang2022.optima import decoder_singular_values, learned_decoder_singular_values
from verify import Index, NonNegative, OneOf, Positive, Spectrum, assume, claim, equal, iff, less


def fixed(zeta: Array, w: Weights) -> Array:
    """Return λ_i of eq. (10), for σ_i = η_enc."""
    return decoder_singular_values(zeta, w.eta_enc + 0 * zeta, w)


@claim(
    "wang2022/section-4.3.same-conditions",
    r"\lambda_i = 0 \text{ for learnable } \Sigma \iff \lambda_i = 0 \text{ for } \Sigma = \eta_{\mathrm{enc}}^2 I",
    label="§4.3",
    kind="equivalence",
)
def test_learnable_sigma_collapses_the_same_modes(
    family: OneOf["drawn", "threshold"], zeta: NonNegative, root: Positive, eta_dec: Positive, eta_enc: Positive
):
    """Mode by mode, half the instances at the threshold itself; ζ = 0 stands for modes past min(d0, d2)."""
    if family == "threshold":
        zeta = root * eta_dec
    w = Weights(root * root, eta_dec, eta_enc)
    iff(equal(learned_decoder_singular_values(zeta, w), 0), equal(fixed(zeta, w), 0))


@claim(
    "wang2022/section-4.4.beta-vs-eta",
    r"\text{increasing } \beta \text{ collapses the same modes as decreasing } \eta_{\mathrm{dec}}:"
    r" \lambda_i(t^2\beta, \eta_{\mathrm{dec}}) = 0 \iff \lambda_i(\beta, \eta_{\mathrm{dec}}/t) = 0,\; t > 1",
    label="§4.4",
    kind="equivalence",
    expected="refuted",
)
def test_beta_acts_like_the_inverse_of_eta_dec(
    zeta: NonNegative, s: Positive, root: Positive, eta_dec: Positive, eta_enc: Positive
):
    """The direction is wrong, and contradicts the paper's own remarks on small β and small η_dec.

    t = 1 + s; the amounts match in √βη_dec, on which alone collapse depends (§4.2). No other matching of them helps: a
    mode that is alive stays alive under every decrease of η_dec, and collapses as β grows.
    """
    raised = Weights((root * (1 + s)) ** 2, eta_dec, eta_enc)
    lowered = Weights(root * root, eta_dec / (1 + s), eta_enc)
    iff(
        equal(learned_decoder_singular_values(zeta, raised), 0),
        equal(learned_decoder_singular_values(zeta, lowered), 0),
    )


@claim(
    "wang2022/section-4.4.beta-vs-eta.corrected",
    r"\text{increasing } \beta \text{ collapses the same modes as increasing } \eta_{\mathrm{dec}}:"
    r" \lambda_i(t^2\beta, \eta_{\mathrm{dec}}) = 0 \iff \lambda_i(\beta, t\eta_{\mathrm{dec}}) = 0,\; t > 1",
    label="§4.4",
    kind="equivalence",
    corrects="wang2022/section-4.4.beta-vs-eta",
)
def test_beta_acts_like_eta_dec(zeta: NonNegative, s: Positive, root: Positive, eta_dec: Positive, eta_enc: Positive):
    """For learnable and for fixed Σ; t = 1 + s. Even the λ_i themselves agree."""
    raised_beta = Weights((root * (1 + s)) ** 2, eta_dec, eta_enc)
    raised_eta = Weights(root * root, eta_dec * (1 + s), eta_enc)
    for singular_values in (learned_decoder_singular_values, fixed):
        by_beta, by_eta = singular_values(zeta, raised_beta), singular_values(zeta, raised_eta)
        iff(equal(by_beta, 0), equal(by_eta, 0))
        equal(by_beta, by_eta)


@claim(
    "wang2022/section-4.4.small-beta",
    r"\beta < \zeta_i^2/\eta_{\mathrm{dec}}^2 \text{ or } \eta_{\mathrm{dec}} < \zeta_i/\sqrt\beta"
    r" \implies \lambda_j > 0 \text{ for } j \le i",
    label="§4.4",
    kind="inequality",
)
def test_small_beta_or_eta_dec_avoids_collapse(
    zeta: Spectrum["d1"], i: Index["d1"], s: Positive, given: Positive, eta_enc: Positive
):
    """Any ζ_i > 0 among the first d1 (the least of them saves them all); √βη_dec = ζ_i s/(1 + s) by β or by η_dec.

    Collapse itself is that of the minima of theorem-1 and theorem-2.corrected: zero and tied ζ_j are met here too.
    """
    assume(less(0, zeta[i]))
    small = zeta[i] * s / (1 + s) / given
    alive = zeta[: i + 1]
    for root, eta_dec in ((small, given), (given, small)):
        w = Weights(root * root, eta_dec, eta_enc)
        less(0, learned_decoder_singular_values(alive, w))
        less(0, fixed(alive, w))
