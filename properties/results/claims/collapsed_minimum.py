"""The collapsed solution of the soft-threshold decoder is a strict local minimum for all data: Proposition 1."""

from functools import reduce

from properties.dai2020.claims.soft_threshold import bounded
from properties.results.proofs.collapsed_minimum import (
    prove_collapsed_minimum,
    prove_reach_is_needed,
    tail_and_square,
)
from reference.arithmetic import column_squared_norms, concatenate, identity, log, maximum, number, sqrt, zeros
from reference.dai2020 import collapse_reach, collapsed_variance, decoded_moments, excess, sample_mean
from reference.shapes import Array
from verify import Matrix, NonNegative, Positive, Scalar, Vector, assume, claim, equal, implies, leq, less


@claim(
    "results/collapsed-minimum",
    r"\bar\gamma>0,\ \alpha>0:\quad\gamma\ge\tfrac12\bar\gamma,\ \sigma^2\ge\tfrac12,\ "
    r"\|b-\bar x\|^2\le nd\bar\gamma,\ "
    r"\|W_j\|\Big(\|\mu^{(i)}\|+\sqrt{2\log(N\log N)}\,\max_k\sigma^{(i)}_k\Big)\le\alpha\ \forall i,j,\ N=150nd"
    r"\;\Rightarrow\;\mathcal L>\mathcal L|_{(7)}\text{ but at (7)},"
    r"\text{ which is so a strict local minimum for all }n,\ d,\ \kappa,\ \alpha\text{ and }X",
    kind="optimality",
    expected="proved",
    proof=prove_collapsed_minimum,
    sharpens="dai2020/proposition-1.local",
)
def test_collapsed_solution_is_a_strict_local_minimum_for_all_data(
    X: Matrix["d n+1", {"d": (1, 2), "n": (1, 2)}],
    alpha: Positive,
    W: Matrix["d k", {"k": (1, 2)}],
    floor: Positive,
    b: Vector["d"],
    g: Scalar,
    mu: Matrix["k n+1"],
    v: Matrix["k n+1"],
    shrink: NonNegative,
):
    """W_j is the j-th row of W. At points of all of the neighbourhood, up to its edge, with μ as drawn and as one
    Newton step from 0 to its optimum, or to that of the affine decoder, for which (7) is a saddle. 𝓛 less its value at
    (7) is evaluated without cancellation. Of two points of the plane, judged too at the edge, (7) would not be the
    least if the edge were a quarter of √(2 log(N log N)) deviations off.
    """
    best, part, (d, n) = collapsed_variance(X), shrink / (1 + shrink), X.shape
    assume(less(0, best))
    offset = sample_mean(X) + part * b / (1 + sqrt((b**2).sum())) * sqrt(n * d * best)
    gamma, variance = best * (1 + part * bounded(g) / 2), 1 + part * bounded(v) / 2
    directions = W / (floor + sqrt(column_squared_norms(W.mT)))[:, None]
    reach = collapse_reach(X) * largest(sqrt(variance))

    def decoder(means: Array) -> Array:
        """Return the rows of W at lengths that the neighbourhood has for these encoder means."""
        return alpha * directions / largest((sqrt(column_squared_norms(means)) + reach)[:, None])

    at_zero = decoder(0 * mu)
    passed = decoded_moments(at_zero, 0 * mu, variance, alpha).passed
    newton, affine = (at_zero.mT @ ((X - offset[:, None]) * slope) / gamma for slope in (passed, 1 + 0 * passed))
    for means in (mu, newton, affine):
        gap = excess(X, decoder(means), offset, gamma, means, variance, alpha)
        leq(0, gap)
        implies(~(equal(W, 0) & equal(means, 0)), less(0, gap))
    less(0, excess_at_the_edge(floor / (2 + 2 * floor), (1 + part) / 4))


def excess_at_the_edge(length: Array, share: Array) -> Array:
    """Return 𝓛 less its value at (7) for data 2e₁ and 0, W = ``length`` e₁, and μ a ``share`` of Wᵀ(X − x̄)/γ̄."""
    first = identity(2, 1, length)
    X, W = 2 * first @ first.mT, first * length
    best, centre = collapsed_variance(X), sample_mean(X)
    means = share * W.mT @ (X - centre[:, None]) / best
    edge = length * (means[0, 0] + collapse_reach(X))
    return excess(X, W, centre, best, means, 1 + 0 * means, edge)


def largest(x: Array) -> Array:
    """Return the largest entry of each column."""
    return reduce(maximum, x)


@claim(
    "results/collapsed-minimum.reach",
    r"T(A)=1-\Phi(A),\ G(A)=\mathbb E(\varepsilon-A)_+^2,\ H=2G(A)+(n-1)G(\sqrt2A),\ \delta^2=\frac H{T(A)},\ "
    r"d(n-1)T(A)>2(1-\log2+\delta^2)\;\Rightarrow\;\forall\alpha>0\ \exists X:\ \mathcal L<\mathcal L|_{(7)}"
    r"\text{ at a point with }\gamma=\bar\gamma,\ b=\bar x,\ 1\le\sigma^2\le2,\ "
    r"\|W_j\|\Big(\|\mu^{(i)}\|+\Big(A-\frac\delta{\sqrt2}\Big)\max_k\sigma^{(i)}_k\Big)\le\alpha\ \forall i,j",
    kind="inequality",
    expected="proved",
    proof=prove_reach_is_needed,
)
def test_collapsed_solution_is_no_minimum_of_a_larger_neighbourhood(alpha: Positive, t: NonNegative):
    """κ = 1, W_j = w for all j, and only x⁽¹⁾ ≠ 0, with equal coordinates; its encoder has μ = δ and σ² = 2, the others
    are the prior. Judged for d = 32 and n = 2, which satisfies the premise for 1 ≤ A ≤ 1.3 (stated).
    """
    d, n = 32, 2
    A = 1 + 3 * t / (10 * (1 + t))
    tail, square = tail_and_square(A)
    H = 2 * square + (n - 1) * tail_and_square(A * sqrt(number(2, A)))[1]
    less(2 * (1 - log(number(2, A)) + H / tail), d * (n - 1) * tail)
    delta, w = sqrt(H / tail), alpha / (A * sqrt(number(2, A)))
    size = 2 * H * w / (delta * tail) * n / (n - 1)
    X = concatenate([zeros((d, 1), A) + size, zeros((d, n - 1), A)])
    first = identity(1, n, A)
    gap = excess(X, zeros((d, 1), A) + w, sample_mean(X), collapsed_variance(X), delta * first, 1 + first, alpha)
    less(gap, 0)
