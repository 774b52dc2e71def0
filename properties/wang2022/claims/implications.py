"""What the paper concludes about which modes collapse: §4.3 and §4.4.

Mode i is collapsed for learnable Σ or for Σ = η_enc²I as the loss has it
(:mod:`~properties.wang2022.claims.minimality`), and λ_i of eq. (17) or of eq. (10) must say the same. Every β here is
the square of a drawn number: modes then meet the threshold ζ_i² = βη_dec² exactly, and all values are rational.
"""

from properties.wang2022.claims.minimality import collapses, fixed, learned, rational_spectrum
from properties.wang2022.claims.setting import padded
from reference.arithmetic import concatenate, identity
from reference.wang2022 import Weights
from verify import Dimension, Index, NonNegative, Orthogonal, Positive, Spectrum, claim, equal, iff, less


@claim(
    "wang2022/section-4.3.same-conditions",
    r"\lambda_i = 0 \text{ for learnable } \Sigma \iff \lambda_i = 0 \text{ for } \Sigma = \eta_{\mathrm{enc}}^2 I",
    label="§4.3",
    kind="equivalence",
    rests_on=("wang2022/theorem-1", "wang2022/theorem-2.corrected"),
)
def test_learnable_sigma_collapses_the_same_modes(
    F: Orthogonal["d2", {"d2": (1, 3)}],
    G: Orthogonal["d0", {"d0": (1, 3)}],
    x: Spectrum["min(d0,d2)"],
    i: Dimension["i", {"i": (1, 3)}],
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
):
    """Mode by mode, by the loss, and by λ_i; ζ_i = 0 stands for modes past min(d0, d2)."""
    w, zeta = Weights(root * root, eta_dec, eta_enc), rational_spectrum(x, root * eta_dec)
    collapsed = collapses(F, zeta, G, i - 1, w, learned)
    iff(collapsed, collapses(F, zeta, G, i - 1, w, fixed))
    for layers in (learned, fixed):
        lam, theta, _ = layers(padded(zeta, i)[i - 1 :], w)
        for vanishing in (equal(lam, 0), equal(theta, 0)):
            iff(vanishing, collapsed)


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
    mode that is alive stays alive under every decrease of η_dec, and collapses as β grows. One mode by itself.
    """
    raised = Weights((root * (1 + s)) ** 2, eta_dec, eta_enc)
    lowered = Weights(root * root, eta_dec / (1 + s), eta_enc)
    one = identity(1, 1, zeta)
    iff(*(collapses(one, zeta[None], one, 0, w, learned) for w in (raised, lowered)))


@claim(
    "wang2022/section-4.4.beta-vs-eta.corrected",
    r"\text{increasing } \beta \text{ collapses the same modes as increasing } \eta_{\mathrm{dec}}:"
    r" \lambda_i(t^2\beta, \eta_{\mathrm{dec}}) = 0 \iff \lambda_i(\beta, t\eta_{\mathrm{dec}}) = 0,\; t > 1",
    label="§4.4",
    kind="equivalence",
    corrects="wang2022/section-4.4.beta-vs-eta",
    rests_on=("wang2022/theorem-1", "wang2022/theorem-2.corrected"),
)
def test_beta_acts_like_eta_dec(
    F: Orthogonal["d2", {"d2": (1, 3)}],
    G: Orthogonal["d0", {"d0": (1, 2)}],
    x: Spectrum["min(d0,d2)"],
    i: Dimension["i", {"i": (1, 3)}],
    s: Positive,
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
):
    """For learnable and for fixed Σ; t = 1 + s. Even the λ_i themselves agree."""
    raised_beta = Weights((root * (1 + s)) ** 2, eta_dec, eta_enc)
    raised_eta = Weights(root * root, eta_dec * (1 + s), eta_enc)
    zeta = rational_spectrum(x, root * (1 + s) * eta_dec)
    for layers in (learned, fixed):
        by_beta, by_eta = (layers(padded(zeta, i)[i - 1 :], w)[0] for w in (raised_beta, raised_eta))
        iff(equal(by_beta, 0), collapses(F, zeta, G, i - 1, raised_beta, layers))
        iff(equal(by_eta, 0), collapses(F, zeta, G, i - 1, raised_eta, layers))
        equal(by_beta, by_eta)


@claim(
    "wang2022/section-4.4.small-beta",
    r"\beta < \zeta_i^2/\eta_{\mathrm{dec}}^2 \text{ or } \eta_{\mathrm{dec}} < \zeta_i/\sqrt\beta"
    r" \implies \lambda_j > 0 \text{ for } j \le i",
    label="§4.4",
    kind="inequality",
    rests_on="wang2022/theorem-2.corrected",
)
def test_small_beta_or_eta_dec_avoids_collapse(
    F: Orthogonal["d2", {"d2": (1, 3)}],
    G: Orthogonal["d0", {"d0": (1, 3)}],
    x: Spectrum["min(d0,d2)"],
    i: Index["min(d0,d2)"],
    s: Positive,
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
):
    """Any ζ_i > √βη_dec among the first d1 (the least ζ_i > 0 saves all that can live), by the loss and by λ_j.

    The two conditions are one, of β for given η_dec or of η_dec for given β. If UVᵀ has no rank below i at a minimum,
    all modes up to i are alive; the ζ past i are as they come.
    """
    w, alive = Weights(root * root, eta_dec, eta_enc), i + 1
    zeta = rational_spectrum(concatenate([x[:alive] + 3 / 4 + s, x[alive:]]), root * eta_dec)
    less(w.beta, zeta[i] ** 2 / eta_dec**2)
    less(eta_dec, zeta[i] / root)
    for layers in (learned, fixed):
        less(0, layers(zeta[:alive], w)[0])
        ~collapses(F, zeta, G, i, w, layers)
