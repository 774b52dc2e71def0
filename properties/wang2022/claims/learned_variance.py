"""Learnable Σ, one mode: its loss l_i and the optimal σ_i, Proposition 3 and App. C.4.

Every β here is the square of a drawn number, so that √β is exact and a threshold ζ_i² = βη_dec² is met exactly.
"""

from properties.wang2022.proofs.learned_variance import (
    prove_mode_loss_derivative,
    prove_optimal_sigma_of_learned_mode,
    prove_stationarity,
)
from reference.arithmetic import greater, sqrt, where
from reference.shapes import Array
from reference.wang2022 import Weights
from reference.wang2022.optima import mode_loss, mode_loss_derivative, optimal_sigma
from verify import NonNegative, Positive, claim, equal, iff, leq, less


def by_cases(root: Array, zeta: Array, w: Weights) -> Array:
    """Return root · η_enc/ζ if b < ζ², else η_enc: the form of eqs. (15) and (19)."""
    learned = greater(zeta * zeta, w.b)
    return where(learned, root * w.eta_enc / where(learned, zeta, 1), w.eta_enc)


@claim(
    "wang2022/proposition-3",
    r"\operatorname{argmin}_{\sigma>0} l_i(\sigma) = \frac{\sqrt{\beta\eta_{\mathrm{dec}}}}{\zeta_i}\eta_{\mathrm{enc}}"
    r" \text{ if } \beta\eta_{\mathrm{dec}}^2 < \zeta_i^2, \text{ else } \eta_{\mathrm{enc}}",
    label="eq. (15)",
    kind="optimality",
    expected="refuted",
    rests_on=("wang2022/eq-52", "wang2022/eq-54", "wang2022/eq-58"),
)
def test_printed_sigma_minimises_mode_loss(
    zeta: NonNegative, root: Positive, eta_dec: Positive, eta_enc: Positive, sigma: Positive
):
    """The radical is over β and η_dec; it should be over β alone, as in eq. (54): wrong unless η_dec = 1."""
    w = Weights(root * root, eta_dec, eta_enc)
    leq(mode_loss(by_cases(sqrt(w.beta * eta_dec), zeta, w), zeta, w), mode_loss(sigma, zeta, w))


@claim(
    "wang2022/proposition-3.corrected",
    r"\operatorname{argmin}_{\sigma>0} l_i(\sigma) = \frac{\sqrt\beta\,\eta_{\mathrm{dec}}}{\zeta_i}\eta_{\mathrm{enc}}"
    r" \text{ if } \beta\eta_{\mathrm{dec}}^2 < \zeta_i^2, \text{ else } \eta_{\mathrm{enc}}",
    label="eq. (15)",
    kind="optimality",
    corrects="wang2022/proposition-3",
    rests_on=("wang2022/eq-52.corrected", "wang2022/eq-54", "wang2022/eq-58.corrected"),
)
def test_optimal_sigma_minimises_mode_loss(
    zeta: NonNegative, root: Positive, eta_dec: Positive, eta_enc: Positive, sigma: Positive, t: Positive
):
    """Below any other σ, neighbours at the distance t too, for ζ on either side of the threshold and on it."""
    w = Weights(root * root, eta_dec, eta_enc)
    best = by_cases(root * eta_dec, zeta, w)
    equal(best, optimal_sigma(zeta, w))
    equal(mode_loss_derivative(best, zeta, w), 0)
    for other in (sigma, best * (1 + t), best / (1 + t)):
        equal(other, best) | less(mode_loss(best, zeta, w), mode_loss(other, zeta, w))


def printed_slope(sigma: Array, zeta: Array, w: Weights) -> Array:
    """Return the right-hand side of eq. (51)."""
    c = sqrt(w.c)
    return where(greater(zeta, c * sigma), zeta - c * sigma, 0) * c + w.c * (sigma - w.eta_enc**2 / sigma)


@claim(
    "wang2022/eq-51",
    r"l_i'(\sigma) = \mathbb{1}_{\zeta_i > c\sigma}(\zeta_i - c\sigma)\,c"
    r" + \frac{\beta\eta_{\mathrm{dec}}^2}{\eta_{\mathrm{enc}}^2}\left(\sigma - \frac{\eta_{\mathrm{enc}}^2}{\sigma}"
    r"\right), \quad c = \sqrt\beta\,\eta_{\mathrm{dec}}/\eta_{\mathrm{enc}}",
    label="eq. (51)",
    expected="refuted",
)
def test_printed_mode_loss_derivative(
    zeta: NonNegative, root: Positive, eta_dec: Positive, eta_enc: Positive, x: Positive, t: Positive
):
    """What is printed is half the derivative.

    As the right-hand side p increases, p = l' gives p(x)(y − x) ≤ l(y) − l(x) ≤ p(y)(y − x) for x < y, the bounds of
    the mean value theorem.
    """
    w, y = Weights(root * root, eta_dec, eta_enc), x * (1 + t)
    rise = mode_loss(y, zeta, w) - mode_loss(x, zeta, w)
    leq(printed_slope(x, zeta, w) * (y - x), rise)
    leq(rise, printed_slope(y, zeta, w) * (y - x))


@claim(
    "wang2022/eq-51.corrected",
    r"l_i'(\sigma) = 2\,\mathbb{1}_{\zeta_i > c\sigma}(\zeta_i - c\sigma)\,c"
    r" + 2\frac{\beta\eta_{\mathrm{dec}}^2}{\eta_{\mathrm{enc}}^2}\left(\sigma - \frac{\eta_{\mathrm{enc}}^2}{\sigma}"
    r"\right), \quad c = \sqrt\beta\,\eta_{\mathrm{dec}}/\eta_{\mathrm{enc}}",
    label="eq. (51)",
    expected="proved",
    corrects="wang2022/eq-51",
    proof=prove_mode_loss_derivative,
)
def test_mode_loss_derivative(
    zeta: NonNegative, root: Positive, eta_dec: Positive, eta_enc: Positive, x: Positive, t: Positive
):
    """The bounds of the printed claim, with twice its right-hand side; they are tight for small t."""
    w, y = Weights(root * root, eta_dec, eta_enc), x * (1 + t)
    rise = mode_loss(y, zeta, w) - mode_loss(x, zeta, w)
    leq(2 * printed_slope(x, zeta, w) * (y - x), rise)
    leq(rise, 2 * printed_slope(y, zeta, w) * (y - x))
    equal(mode_loss_derivative(x, zeta, w), 2 * printed_slope(x, zeta, w))


def left_of_root_equation(sigma: Array, zeta: Array, power_of_zeta: Array, w: Weights) -> Array:
    """Return the left-hand side of eq. (52), which prints ζ² for ``power_of_zeta``."""
    c = sqrt(w.c)
    return where(greater(zeta / c, sigma), c * power_of_zeta, w.c * sigma)


@claim(
    "wang2022/eq-52",
    r"\mathbb{1}_{\sigma^*<\zeta_i/c}\,c\,\zeta_i^2 + [1 - \mathbb{1}_{\sigma^*<\zeta_i/c}]"
    r"\frac{\beta\eta_{\mathrm{dec}}^2}{\eta_{\mathrm{enc}}^2}\sigma^* = \frac{\beta\eta_{\mathrm{dec}}^2}{\sigma^*}",
    label="eq. (52)",
    expected="refuted",
    rests_on="wang2022/eq-51",
)
def test_optimal_sigma_solves_printed_equation(zeta: NonNegative, root: Positive, eta_dec: Positive, eta_enc: Positive):
    """ζ_i² should be ζ_i, as in eq. (53). σ* is the minimiser of l_i, by proposition-3.corrected."""
    w = Weights(root * root, eta_dec, eta_enc)
    sigma = optimal_sigma(zeta, w)
    equal(left_of_root_equation(sigma, zeta, zeta * zeta, w), w.b / sigma)


@claim(
    "wang2022/eq-52.corrected",
    r"\mathbb{1}_{\sigma^*<\zeta_i/c}\,c\,\zeta_i + [1 - \mathbb{1}_{\sigma^*<\zeta_i/c}]"
    r"\frac{\beta\eta_{\mathrm{dec}}^2}{\eta_{\mathrm{enc}}^2}\sigma^* = \frac{\beta\eta_{\mathrm{dec}}^2}{\sigma^*}",
    label="eq. (52)",
    expected="proved",
    corrects="wang2022/eq-52",
    proof=prove_stationarity,
    rests_on="wang2022/eq-51.corrected",
)
def test_optimal_sigma_is_the_only_solution(
    zeta: NonNegative, root: Positive, eta_dec: Positive, eta_enc: Positive, sigma: Positive
):
    """σ* solves the equation, and alone: to its left the left-hand side is smaller, to its right larger."""
    w = Weights(root * root, eta_dec, eta_enc)
    best = optimal_sigma(zeta, w)
    equal(left_of_root_equation(best, zeta, zeta, w), w.b / best)
    iff(less(left_of_root_equation(sigma, zeta, zeta, w), w.b / sigma), less(sigma, best))
    iff(less(w.b / sigma, left_of_root_equation(sigma, zeta, zeta, w)), less(best, sigma))


@claim(
    "wang2022/eq-54",
    r"\beta\eta_{\mathrm{dec}}^2 < \zeta_i^2 \implies"
    r" \sigma^* = \frac{\sqrt\beta\,\eta_{\mathrm{dec}}\eta_{\mathrm{enc}}}{\zeta_i}",
    label="eq. (54)",
    kind="optimality",
    expected="proved",
    proof=prove_optimal_sigma_of_learned_mode,
    rests_on="wang2022/eq-52.corrected",
)
def test_optimal_sigma_of_learned_mode(
    excess: Positive, root: Positive, eta_dec: Positive, eta_enc: Positive, sigma: Positive, t: Positive
):
    """ζ = √b(1 + excess); σ* lies below ζη_enc/(√β η_dec), eq. (55), and is compared as in proposition-3.corrected."""
    w, zeta = Weights(root * root, eta_dec, eta_enc), root * eta_dec * (1 + excess)
    best = root * eta_dec * eta_enc / zeta
    less(best, zeta * eta_enc / (root * eta_dec))
    equal(mode_loss_derivative(best, zeta, w), 0)
    for other in (sigma, best * (1 + t), best / (1 + t)):
        equal(other, best) | less(mode_loss(best, zeta, w), mode_loss(other, zeta, w))
