"""Theorem 4 as it is printed, exact at every small α: one sample and one latent dimension, n = κ = 1.

For x with at least two entries that are not 0, (10) has the unique solution L = x, S = 0 (value 1, any other at least
2), so that U = x, and (12) says that W is parallel to x. Σ_x(z) ranges over all functions with values ⪰ αI, so that a
global minimum is one of the cost that is minimised over Σ_x at each z (``rank_one_cost``), in W = w, μ_z = μ and
Σ_z = σ² ≥ α. It exists: this cost is coercive. By its symmetry x ≥ 0 is no loss.
"""

from properties.dai2018.tail_proofs import prove_slopes_are_ordered
from reference.arithmetic import concatenate, log, maximum, number, sort_descending
from reference.dai2018_tails import mean_slope, mean_slope_derivative, rank_one_cost
from reference.integrals import euler_gamma
from verify import NonNegative, Positive, PositiveVector, Scalar, Vector, assume, claim, equal, leq, less


def slope_products(x, delta, tau):
    """Return F_1 ∂F_2 and F_2 ∂F_1 for x = (x_1, x_2), F_j = E ψ(x_j R), R = δ + τε, ∂ = ∂/∂δ."""
    slope, derivative = mean_slope(x, delta, tau), mean_slope_derivative(x, delta, tau)
    return slope[0] * derivative[1], slope[1] * derivative[0]


@claim(
    "dai2018/theorem-4.exact",
    r"\exists\bar\alpha\ \forall\alpha\in(0,\bar\alpha]:\ \text{any global minimum of (11) will be such that}\ "
    r"\operatorname{span}[\hat W]=\operatorname{span}[U]",
    label="Theorem 4",
    kind="optimality",
    expected="refuted",
)
def test_parallel_decoders_are_stationary(x: PositiveVector["d", {"d": (2, 2)}], delta: Positive, tau: Positive):
    """False for d = 2, x_1 ≠ x_2, at every α. Were W = tx a minimum, the derivatives by both W_j would vanish there:
    E[ψ(x_jR)(1 − √αR)] = 0 with R = (1 − tz)/√α = δ + τε and ψ(u) = u/max(1, u²). By Stein's identity this is
    (1 − √αδ)F_j = √ατ²∂F_j, F_j = E ψ(x_jR), ∂ = ∂/∂δ, and, whatever α is, F_1 ∂F_2 = F_2 ∂F_1: the equation here.

    The certificate shows that it fails for one candidate; ``theorem-4.exact.never``, proved, that it fails for all with
    δ > 0. As F is odd in δ and ∂F even, it fails for δ < 0, and at δ = 0 the two derivatives are −√ατ²∂F_j ≠ 0.
    """
    equal(*slope_products(x, delta, tau))


@claim(
    "dai2018/theorem-4.exact.never",
    r"0<x_1<x_2,\ \delta,\tau>0\;\Rightarrow\;F(x_1)\partial_\delta F(x_2)<F(x_2)\partial_\delta F(x_1),\ "
    r"F(x)=\mathbb E\frac{x(\delta+\tau\epsilon)}{\max(1,x^2(\delta+\tau\epsilon)^2)}:\ "
    r"\text{no }\hat W\parallel x\text{ is stationary}",
    label="Theorem 4",
    kind="inequality",
    expected="proved",
    proof=prove_slopes_are_ordered,
)
def test_no_parallel_decoder_is_stationary(p: Positive, q: Positive, s: Positive, t: Positive):
    """Proved for all. Judged for x_1 from 1/2 to 2, x_2/x_1 from 1 to 3, and δ and τ from 1/2 to 2: where ψ hardly
    bends within the reach of R, the two sides differ by less than a ball can tell.
    """
    first = (1 + 4 * p) / (2 + 2 * p)
    x = concatenate([first[None], (first * (1 + 3 * q) / (1 + q))[None]])
    less(*slope_products(x, (1 + 4 * s) / (2 + 2 * s), (1 + 4 * t) / (2 + 2 * t)))


@claim(
    "dai2018/theorem-4.exact.corrected",
    r"\alpha\to0\;\Rightarrow\;x-\hat W\hat\mu_z\to0\ \text{at every sequence of global minima of (11), }n=\kappa=1:\ "
    r"\operatorname{span}[\hat W]\to\operatorname{span}[U]",
    label="Theorem 4",
    kind="limit",
    corrects="dai2018/theorem-4.exact",
)
def test_minima_span_the_sample_in_the_limit(
    positive: PositiveVector["p", {"p": (2, 2)}],
    rest: NonNegative,
    w: Vector["p+1"],
    mu: Scalar,
    more: NonNegative,
    share: Positive,
):
    """The explicit form, with C = γ + log 2, γ Euler's constant: if α ≤ η and η ≤ x_j²/4 for two entries of x, every
    (w, μ, σ² ≥ α) with max_j (x_j − w_jμ)² ≥ η costs at least (d − 2) log α + 2 log η + 1 − dC, and w = x, μ = 1,
    σ² = α costs at most (d − 1) log α + ‖x‖² + α + 1. So a minimum has max_j (x_j − w_jμ)² < η as soon as
    log(1/α) > ‖x‖² + α + dC + 2 log(1/η); that is, it is at most √α e^{(‖x‖² + dC + 1)/2} once this is ≤ x_j²/4.

    The lower bound: E log max(α, r²) ≥ log max(α, m², v) − C for r ~ N(m, v). If (x_k − w_kμ)² < η for one of the two
    entries, then |w_kμ| > √η, so that log v_k − log σ² + μ² ≥ log η − log μ² + μ² ≥ log η + 1.
    """
    x = concatenate([positive, rest[None]])
    d = x.shape[-1]
    deviations = (x - w * mu) ** 2
    assume(less(0, deviations.sum()))
    eta = -maximum(-sort_descending(deviations)[0], -(sort_descending(positive)[-1] ** 2) / 4)
    # α = root² ≤ η needs a root: of a rational bound below √η
    root = share / (1 + share) * eta / (1 + eta)
    alpha, C = root**2, euler_gamma(root) + log(number(2, root))
    leq((d - 2) * log(alpha) + 2 * log(eta) + 1 - d * C, rank_one_cost(x, w, mu, root + more, root))
    candidate = rank_one_cost(x, x, 1 + 0 * mu, root, root)
    leq(candidate, (d - 1) * log(alpha) + (x**2).sum() + alpha + 1)
