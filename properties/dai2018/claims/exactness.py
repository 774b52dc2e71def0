"""Theorem 4 as it is printed, exact at every small α: one sample and one latent dimension, n = κ = 1.

For x with at least two entries that are not 0, (10) has the unique solution L = x, S = 0 (value 1, any other at least
2), so that U = x, and (12) says that W is parallel to x and that the support at z = μ_z is empty. Σ_x(z) ranges over
all functions with diagonal values ⪰ αI, so that a global minimum is one of the cost that is minimised over Σ_x at each
z (``rank_one_cost``), in W = w, μ_z = μ and Σ_z = σ² ≥ α. It exists: this cost is coercive. By its symmetry x ≥ 0 is no
loss. By (69) its Σ_x(z) is max(α, r²), r = x − wz, at almost every z; so it is taken to be at z = μ too.
"""

from properties.dai2018.proofs.exactness import prove_minima_span_the_sample
from properties.dai2018.proofs.tails import prove_slopes_are_ordered
from reference.arithmetic import absolute, concatenate, log, maximum, number
from reference.dai2018.tails import mean_slope, mean_slope_derivative, rank_one_cost
from reference.gaussian.integrals import euler_gamma
from verify import (
    Index,
    NonNegative,
    Positive,
    PositiveVector,
    Scalar,
    Vector,
    assume,
    claim,
    equal,
    leq,
    less,
)


def slope_products(x, delta, tau):
    """Return F_1 ∂F_2 and F_2 ∂F_1 for x = (x_1, x_2), F_j = E ψ(x_j R), R = δ + τε, ∂ = ∂/∂δ."""
    slope, derivative = mean_slope(x, delta, tau), mean_slope_derivative(x, delta, tau)
    return slope[0] * derivative[1], slope[1] * derivative[0]


def curvature_bound(mu, sigma, root):
    """Return (μ² + σ²)/α, which half the second derivative of the cost by a W_j is at most."""
    return (mu**2 + sigma**2) / root**2


@claim(
    "dai2018/theorem-4.exact",
    r"\exists\bar\alpha\ \forall\alpha\in(0,\bar\alpha]:\ \text{any global minimum of (11) will be such that}\ "
    r"\operatorname{span}[\hat W]=\operatorname{span}[U]",
    label="Theorem 4",
    kind="optimality",
    expected="refuted",
    universal="dai2018/theorem-4.exact.never",
    rests_on=("dai2018/eq-66", "dai2018/eq-69", "dai2018/eq-77"),
)
def test_parallel_decoders_are_stationary(x: PositiveVector["d", {"d": (2, 2)}], delta: Positive, tau: Positive):
    """False for n = κ = 1, d = 2, 0 < x_1 < x_2, at every α: ``theorem-4.exact.never`` proves that no W = tx is even
    stationary, and the certificate shows one instance of this, an equation that would have to hold at a minimum's δ, τ.

    Were W = tx a minimum, the derivatives by both W_j would vanish there (``theorem-4.exact.stationarity``):
    E[ψ(x_jR)(1 − √αR)] = 0 with R = (1 − tz)/√α = δ + τε and ψ(u) = u/max(1, u²). By Stein's identity this is
    (1 − √αδ)F_j = √ατ²∂F_j, F_j = E ψ(x_jR), ∂ = ∂/∂δ, and, whatever α is, F_1 ∂F_2 = F_2 ∂F_1: the equation here.
    By ``theorem-4.exact.never`` it fails for all δ > 0 and, as F is odd in δ and ∂F even, for all δ < 0. At δ = 0 the
    two derivatives are multiples of ∂F_j > 0.
    """
    equal(*slope_products(x, delta, tau))


@claim(
    "dai2018/theorem-4.exact.stationarity",
    r"\hat W=tx,\ t\ne0\;\Rightarrow\;\frac{\partial\mathcal L}{\partial W_j}=-\frac2{t\sqrt\alpha}"
    r"\big[(1-\sqrt\alpha\delta)F(x_j)-\sqrt\alpha\tau^2\partial_\delta F(x_j)\big],\ "
    r"\delta=\frac{1-t\mu_z}{\sqrt\alpha},\ \tau=\frac{|t|\sigma_z}{\sqrt\alpha}",
    label="Theorem 4",
    rests_on="dai2018/eq-69",
)
def test_slopes_of_the_cost_at_parallel_decoders(
    x: PositiveVector["d", {"d": (1, 2)}],
    j: Index["d"],
    t: Positive,
    flip: Index["2"],
    mu: Scalar,
    sigma: Positive,
    root: Positive,
    step: Positive,
):
    """F as in ``theorem-4.exact.never``. Stated as |𝓛(w + he_j) − 𝓛(w) − h·slope| ≤ h²(μ² + σ²)/α for both signs of h,
    which as h → 0 is the derivative, and holds for every h: by (69) the cost of a residual u has the slope 2ψ(u), which
    is 2-Lipschitz, and the second moment of the residual's change is h²(μ² + σ²)/α.
    """
    t = -t if flip else t
    delta, tau = (1 - t * mu) / root, absolute(t) * sigma / root
    slope, derivative = mean_slope(x[j], delta, tau), mean_slope_derivative(x[j], delta, tau)
    closed = -2 / (t * root) * ((1 - root * delta) * slope - root * tau**2 * derivative)
    unit = concatenate([0 * x[:j], 1 + 0 * x[j : j + 1], 0 * x[j + 1 :]])
    value = rank_one_cost(x, t * x, mu, sigma, root)
    for h in (step, -step):
        change = rank_one_cost(x, t * x + h * unit, mu, sigma, root) - value
        leq(absolute(change - h * closed), h**2 * curvature_bound(mu, sigma, root))


@claim(
    "dai2018/theorem-4.exact.never",
    r"0<x_1<x_2,\ \delta,\tau>0\;\Rightarrow\;F(x_1)\partial_\delta F(x_2)<F(x_2)\partial_\delta F(x_1),\ "
    r"F(x)=\mathbb E\frac{x(\delta+\tau\epsilon)}{\max(1,x^2(\delta+\tau\epsilon)^2)}:\ "
    r"\text{no }\hat W\parallel x\text{ is stationary}",
    label="Theorem 4",
    kind="inequality",
    expected="proved",
    proof=prove_slopes_are_ordered,
    rests_on="dai2018/theorem-4.exact.stationarity",
)
def test_no_parallel_decoder_is_stationary(p: Positive, q: Positive, delta: Positive, tau: Positive):
    """Proved for all, and judged for all: x_1 = p, x_2 = p(1 + q). Where ψ hardly bends within the reach of R, the two
    sides differ by less than balls of 1024 bits tell, and are indistinguishable.
    """
    x = concatenate([p[None], (p * (1 + q))[None]])
    less(*slope_products(x, delta, tau))


def least_cost(x, w, mu, root, j, k):
    """Return a lower bound of the cost of w, μ and any σ, for j ≠ k: it grows with the residual m_j at the mean.

    (d − 2) log α + log m_j² + log max(m_k², (w_kμ)²) + 5/2 − γ − log 2, m = x − wμ; α = root².
    """
    m, C = x - w * mu, euler_gamma(root) + log(number(2, root))
    other = maximum(m[k] ** 2, (w[k] * mu) ** 2)
    return (x.shape[-1] - 2) * log(root**2) + log(m[j] ** 2) + log(other) + number(5, root) / 2 - C


def lowered_cost(x, w, sigma, root, j):
    """Return a lower bound of the cost of w and μ = 1, where |x_j − w_j| ≥ √α = root.

    With τ = |w_j|σ/√α it is the cost with x_j in the place of w_j, plus 7/(8(1 + τ²)) − 2 log max(1, x_j/|w_j|).
    """
    mended = rank_one_cost(x, concatenate([w[:j], x[j : j + 1], w[j + 1 :]]), 1 + 0 * root, sigma, root)
    ratio = maximum(x[j] ** 2, w[j] ** 2) / w[j] ** 2
    return mended + number(7, root) / (8 * (1 + (w[j] * sigma / root) ** 2)) - log(ratio)


@claim(
    "dai2018/theorem-4.exact.corrected",
    r"n=\kappa=1,\ \|x\|_0\ge2,\ \alpha\to0\;\Rightarrow\;\text{at every sequence of global minima of (11)}\ "
    r"x-\hat W\hat\mu_z=\mathcal O(\alpha),\ \frac{\hat W_j/x_j}{\hat W_k/x_k}=1+\mathcal O(\alpha^2):\ "
    r"\operatorname{span}[\hat W]\to\operatorname{span}[U],\ "
    r"\text{and}\ \operatorname{supp}_\alpha(\operatorname{diag}[\hat\Sigma_x(\hat\mu_z)])=\operatorname{supp}[s]"
    r"=\emptyset\ \text{for all small }\alpha",
    label="Theorem 4",
    kind="limit",
    corrects="dai2018/theorem-4.exact",
    expected="proved",
    proof=prove_minima_span_the_sample,
    rests_on="dai2018/eq-69",
)
def test_minima_span_the_sample_in_the_limit(
    positive: PositiveVector["p", {"p": (2, 2)}],
    rest: Vector["d", {"d": (2, 4)}],
    w: Vector["d"],
    mu: Scalar,
    j: Index["d"],
    root: Positive,
    more: NonNegative,
    size: Positive,
):
    """The premise ‖x‖₀ ≥ 2 is that (10) has one solution. The explicit form, with C = γ + log 2, γ Euler's constant,
    m = x − wμ the residuals at the mean, and two entries x_1, x_2 > 0, is four bounds for all w, μ and σ, and a fifth
    for minima.

    (a) Minima cost at most (d − 1) log α + ‖x‖² + α + 1, as w = x, μ = 1, σ² = α does.
    (b) For j ≠ k ∈ {1, 2} every cost is at least (d − 2) log α + log m_j² + log max(m_k², (w_kμ)²) + 5/2 − C, where the
    maximum is at least x_k²/4. With (a), m_j² ≤ (4α/x_k²) e^{‖x‖² + α − 3/2 + C} at a minimum: m = O(√α).
    (c) It is at least (d − 2) log α + log (w_1w_2)² + log σ² + σ² + μ² + 2 − 2C. With (a) and w_kμ → x_k, σ²e^{μ²}/μ⁴ ≤
    Kα, K depending on x alone: so τ_j = |w_j|σ/√α is bounded for every j, as |w_jμ| and σ²/(αμ²) are.
    (d) If m_j² ≥ α, where x_j/μ in the place of w_j leaves no residual at the mean, this lowers the cost at least by
    7/(8(1 + τ_j²)) − 2 log max(1, x_j/|w_jμ|). As w_jμ → x_j, this is positive for small α: no minimum has m_j² > α,
    that is, by (69), a j in the support at z = μ.
    (e) At a minimum the slope by w_j vanishes, −μA + στA_δ = 0 for A(δ, τ) = E ψ(δ + τε), ψ(u) = u/max(1, u²), A_δ =
    ∂A/∂δ, at δ = m_j/√α and τ = |w_j|σ/√α: A = qA_δ with q = στ/μ, which is O(√α). So δ = q + O(q³)
    (``theorem-4.exact.residuals`` has constants), x_j − w_jμ = (σ²/μ)w_j(1 + O(α)), and w_j/x_j is 1 + O(α²) times
    1/(μ + σ²/μ). w_j = 0 where x_j = 0.

    Proof. A coordinate costs log α + c(δ, τ), c(δ, τ) = E[min(1, u²) + log max(1, u²)], u = δ + τε, δ = m/√α. It is at
    most log α + E u², which gives (a), and at least log α and log α + 1 + E log u². Here E log u² ≥ log τ² − C and
    E log u² ≥ log δ² − 1/2 (``prove_expected_logarithm``); and −log σ² + σ² ≥ 1, −log μ² + μ² ≥ 1. That gives (b) and
    (c). For (d), c(0, τ) grows by at most 2 log of the factor by which τ does, and c(δ, τ) − c(0, τ), which grows with
    |δ|, is at least 7/(8(1 + τ²)) at |δ| = 1: that is judged, and proved is that it has a positive lower bound for
    bounded τ, which suffices. In (e), |τA_δ| ≤ E|ε|, so that A → 0 and, as A > 0 for δ > 0, δ → 0. The τ of the x_j > 0
    stay in a compact set of (0, ∞), where A is analytic and odd in δ with A_δ > 0 at δ = 0: A/A_δ = δ + O(δ³) there.

    Judged of a drawn decoder, and of ones that differ from w = x, μ = 1 in one w_j and nearly attain a bound: m_j = −t,
    t ≤ 2⁻¹⁰, σ = 3t/(4w_j) and √α far below for (b), √α = t and σ = 2t/w_j, or √α = m_j > 0 and σ large, for (d).
    """
    x = concatenate([positive, absolute(rest[2:])])
    d, C = x.shape[-1], euler_gamma(root) + log(number(2, root))
    alpha, k = root**2, 0 if j else 1
    assume(less(0, (x[j] - w[j] * mu) ** 2))
    sigma, one = root + more, 1 + 0 * mu
    leq(rank_one_cost(x, x, one, root, root), (d - 1) * log(alpha) + (x**2).sum() + alpha + 1)
    leq(least_cost(x, w, mu, root, j, k), rank_one_cost(x, w, mu, sigma, root))

    t = size / (1 + size) / 2**10
    near = concatenate([x[:j], x[j : j + 1] + t, x[j + 1 :]])
    spread = 3 * t / (4 * near[j])
    leq(least_cost(x, near, one, spread / 2**10, j, k), rank_one_cost(x, near, one, spread, spread / 2**10))
    # of x_1 and x_2, and of x_1 alone: the bounds of the other entries are no part of these
    x = x[:2]
    least = log((x[0] * x[1]) ** 2) + log(t**2) + t**2 + 1 + 2 - 2 * C
    leq(least, rank_one_cost(x, x, one, t, t / 2**10))
    x = x[:1]
    above, below = x + t, x / (1 + size)
    leq(lowered_cost(x, above, 2 * t / above[0], t, 0), rank_one_cost(x, above, one, 2 * t / above[0], t))
    residual = (x - below)[0]
    leq(lowered_cost(x, below, sigma, residual, 0), rank_one_cost(x, below, one, sigma, residual))


@claim(
    "dai2018/theorem-4.exact.residuals",
    r"A(\delta,\tau)=\mathbb E\frac{\delta+\tau\epsilon}{\max(1,(\delta+\tau\epsilon)^2)},\ 0\le\delta\le1:\quad"
    r"(1+\tau^2)A\ge\tfrac45\delta,\quad0\le(1+\tau^2)(A-\delta\,\partial_\delta A)\le\delta^3,\quad"
    r"\text{so that }A=q\,\partial_\delta A\text{ implies }q(1-\tfrac54\delta^2)\le\delta\le q",
    label="Theorem 4",
    kind="inequality",
)
def test_residuals_at_minima_are_nearly_proportional(size: Positive, tau: Positive):
    """The constants of the orders in ``theorem-4.exact.corrected``, uniform in τ > 0. With A = q∂A, ∂A = A/q, and the
    second bound is 0 ≤ q − δ = q(A − δ∂A)/A, at most 5qδ²/4 by the first.
    """
    delta = size / (1 + size)
    slope, rise = mean_slope(delta / delta, delta, tau), delta * mean_slope_derivative(delta / delta, delta, tau)
    leq(4 * delta / 5, (1 + tau**2) * slope)
    leq(rise, slope)
    leq((1 + tau**2) * (slope - rise), delta**3)
