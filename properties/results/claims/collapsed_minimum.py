"""The collapsed solution of the soft-threshold decoder is a strict local minimum for all data: Proposition 1."""

from functools import reduce

from properties.dai2020.claims.soft_threshold import bounded
from properties.results.proofs.collapsed_minimum import prove_collapsed_minimum
from reference.arithmetic import column_squared_norms, maximum, sqrt
from reference.dai2020 import collapse_reach, collapsed_variance, decoded_moments, excess, sample_mean
from reference.shapes import Array
from verify import Matrix, NonNegative, Positive, Scalar, Vector, assume, claim, equal, implies, leq, less


@claim(
    "results/collapsed-minimum",
    r"\bar\gamma>0,\ \alpha>0:\quad\gamma\ge\tfrac12\bar\gamma,\ \sigma^2\ge\tfrac12,\ "
    r"(b_j-\bar x_j)^2\le nd\bar\gamma,\ "
    r"\|W_j\|\Big(\|\mu^{(i)}\|+2\sqrt{\log100nd^2}\,\max_k\sigma^{(i)}_k\Big)\le\alpha\ \forall i,j"
    r"\;\Rightarrow\;\mathcal L>\mathcal L|_{(7)}\text{ but at (7)},"
    r"\text{ which is so a strict local minimum for all }n,\ d,\ \kappa,\ \alpha\text{ and }X",
    kind="optimality",
    expected="proved",
    proof=prove_collapsed_minimum,
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
    (7) is evaluated without cancellation.
    """
    best, part, (d, n) = collapsed_variance(X), shrink / (1 + shrink), X.shape
    assume(less(0, best))
    offset = sample_mean(X) + part * bounded(b) * sqrt(n * d * best)
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


def largest(x: Array) -> Array:
    """Return the largest entry of each column."""
    return reduce(maximum, x)
