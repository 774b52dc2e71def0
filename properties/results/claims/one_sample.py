"""What Theorem 4 of dai2018 becomes for n = κ = 1: the limits of the minima, where the theorem's span is not exact."""

from properties.results.proofs.one_sample import prove_bend_decreases, prove_limits_of_minima
from reference.arithmetic import log, maximum
from reference.dai2018.one_sample import bend, clipped_square_means, limit_profile
from reference.dai2018.tails import mean_slope, mean_slope_derivative, rank_one_cost
from verify import Positive, PositiveVector, claim, leq, less


@claim(
    "results/one-sample",
    r"n=\kappa=1,\ x\ge0,\ \|x\|_0\ge2,\ s>0:\ \min(1,s^2)\sum_j\mathbb E\min(1,s^2x_j^2\epsilon^2)=1"
    r"\;\Rightarrow\;\text{as }\alpha\to0,\text{ at every sequence of global minima of (11) with }\hat\mu>0:\quad"
    r"\frac{\hat\sigma^2}\alpha\to\max(1,s^2),\quad\hat w\to\min(1,s)\,x,\quad"
    r"\frac{x-\hat w\hat\mu}\alpha\to s^2x,\quad"
    r"\frac{\hat w_j/x_j}{\hat w_k/x_k}=1+\alpha^2s^4\big(\beta(sx_k)-\beta(sx_j)\big)+o(\alpha^2)"
    r"\text{ if }x_j,x_k>0,\quad"
    r"\beta(\tau)=\frac{\mathbb E\,\epsilon^2\min(1,\tau^2\epsilon^2)}{3\,\mathbb E\min(1,\tau^2\epsilon^2)}-1",
    label="after Theorem 4 of dai2018",
    kind="limit",
    expected="proved",
    proof=prove_limits_of_minima,
    sharpens="dai2018/theorem-4.exact.corrected",
    rests_on=("dai2018/theorem-4.exact.corrected", "results/second-moments"),
)
def test_limits_of_the_minima_for_one_sample(
    x: PositiveVector["d", {"d": (1, 2)}], s: Positive, more: Positive, size: Positive, tau: Positive
):
    """Proved as limits. Judged are the inequalities of which they are made, for all parameters.

    The limit of the least cost as τ_j/x_j → s is (d − 1) log α + P(s), P of ``limit_profile``: dP/d log s is
    2Σ_j E min(1, s²x_j²ε²) − 2/min(1, s²), which increases, so that P(t) − P(s) lies between log(t/s) times its values
    at s and at t > s; the s of the statement is its zero. And residuals: A = E ψ(δ + τε) = q∂A/∂δ, q = σ̂τ/μ̂, which
    the minima satisfy, is solved by δ = q + q³β(τ)/τ² up to q⁵, for q ≤ 1.
    """
    t = s * (1 + more)
    change = limit_profile(x, t) - limit_profile(x, s)
    slopes = [2 * clipped_square_means(x * at)[0].sum() - 2 * maximum(at**2, 1 + 0 * at) / at**2 for at in (s, t)]
    leq(slopes[0] * log(t / s), change)
    leq(change, slopes[1] * log(t / s))
    q, beta = size / (1 + size), bend(tau)
    delta, one = q + q**3 * beta / tau**2, size / size
    rest = mean_slope(one, delta, tau) - q * mean_slope_derivative(one, delta, tau)
    leq((1 + tau**2) ** 2 * rest**2, q**10)


@claim(
    "results/one-sample.bend",
    r"\beta(\tau)=\frac{\mathbb E\,\epsilon^2\min(1,\tau^2\epsilon^2)}{3\,\mathbb E\min(1,\tau^2\epsilon^2)}-1,\ "
    r"0<\tau<\tau'\;\Rightarrow\;-\tfrac23<\beta(\tau')<\beta(\tau)<0:\quad"
    r" n=\kappa=1,\ x\ge0,\ 0<x_j<x_k\;\Rightarrow\;\hat w_j/x_j<\hat w_k/x_k"
    r"\text{ at every global minimum of (11) with }\hat\mu>0,\text{ for all small }\alpha",
    label="after Theorem 4 of dai2018",
    kind="inequality",
    expected="proved",
    proof=prove_bend_decreases,
    rests_on="results/one-sample",
)
def test_larger_entries_are_recovered_longer(tau: Positive, more: Positive):
    """So Ŵ is not parallel to x at any small α unless all x_j > 0 are equal: it is bent towards the larger entries, by
    a multiple of α², and not less. That μ̂ > 0 is no loss: (−w, −μ) costs what (w, μ) does, and μ̂ ≠ 0 at small α.
    """
    small, large = bend(tau), bend(tau * (1 + more))
    less(-2, 3 * large)
    less(large, small)
    less(small, 0)


@claim(
    "results/one-sample.least-variance",
    r"n=\kappa=1,\ \|x\|_0\ge2,\ \alpha\text{ small}\;\Rightarrow\;"
    r"\text{every global minimum of (11) has }\hat\sigma^2=\alpha",
    label="§3.1 of dai2018, second remark",
    kind="optimality",
    expected="refuted",
    universal="results/one-sample",
)
def test_the_encoder_variance_is_the_least_allowed(x: PositiveVector["d", {"d": (2, 2)}], s: Positive, root: Positive):
    """False where Σ_j E min(1, x_j²ε²) < 1, for a small sample: then σ̂²/α → s² > 1, such as 6.3 for x = (0.3, 0.5).

    So is the remark of §3.1 that "global optima of (11) can be achieved with an arbitrarily small Σ_z, e.g., Σ_z = αI,
    at least along latent dimensions needed to represent L", as to αI: there no global minimum has σ² = α.
    Where the sum exceeds 1, s < 1 and σ̂² = α exactly, for all small α. A minimum with σ² = α has μ² + α ≥ 1, by
    ``results/second-moments``, and no coordinate costs less than log α, so that the cost is at least (d − 1) log α + 1:
    stated of w = x, μ = 1 and σ² = αs², whose cost is (d − 1) log α + αs² + P(s), P of ``limit_profile``, at any α.
    """
    d, one = len(x), root / root
    leq((d - 1) * log(root**2) + 1, rank_one_cost(x, x, one, root * s, root))
