"""Gaussian densities, tails, divergences and expectations, at every scale with their constants.

Vectors lie on the last axis, covariances are diagonal and given by the vector of their diagonal; leading axes are a
batch.
"""

from collections.abc import Callable
from functools import reduce
from operator import mul

import numpy as np

from reference.arithmetic import as_vector, erfc, exp, identity, log, number, pi, solve, sqrt
from reference.shapes import Array


def log_density(
    x: Array["n"], mean: Array["n"] | Array["1"] | Array[""], variance: Array["n"] | Array["1"] | Array[""]
) -> Array[""]:
    """Return log N(x; mean, diag(variance)), constants included; one mean or variance stands for all n coordinates."""
    return -((x - mean) ** 2 / variance + log(2 * pi(variance) * variance)).sum(-1) / 2


def density(x: Array[""]) -> Array[""]:
    """Return φ(x), the density of N(0, 1), entry by entry."""
    return exp(-(x**2) / 2) / sqrt(2 * pi(x))


def upper_tail(x: Array[""]) -> Array[""]:
    """Return 1 − Φ(x) = P(ε > x), ε ~ N(0, 1), entry by entry."""
    return erfc(x / sqrt(number(2, x))) / 2


def upper_moments(x: Array[""]) -> tuple[Array[""], Array[""], Array[""]]:
    """Return E[ε^k 1{ε > x}] for k = 0, 1, 2 and ε ~ N(0, 1), entry by entry (dai2020, eqs. (12) and (13))."""
    tail, edge = upper_tail(x), density(x)
    return tail, edge, tail + x * edge


def norm_tail(n: int, t: Array[""]) -> Array[""]:
    """Return P(‖ε‖² > t), ε ~ N(0, I_n), for t ≥ 0: the upper tail of χ² with n degrees of freedom.

    By parts, Q_n = Q_{n−2} + (t/2)^{n/2−1} e^{−t/2}/Γ(n/2), from Q_0 = 0 or Q_1 = P(ε² > t).
    """
    odd = n % 2
    tail = 2 * upper_tail(sqrt(t)) if odd else 0 * sqrt(t)  # NaN for t < 0
    term = 2 * density(sqrt(t)) * sqrt(t) if odd else exp(-t / 2)  # of Q_3, of Q_2
    for m in range(2 + odd, n + 1, 2):
        tail, term = tail + term, term * t / m
    return tail


def kl_divergence(mean: Array["n"], variance: Array["n"], prior_variance: Array[""]) -> Array[""]:
    """Return KL[N(mean, diag(variance)) ‖ N(0, τI)] in nats, τ the scalar prior variance, for vectors (..., n).

    Its logarithms are NaN unless both variances are positive.
    """
    prior, undefined = as_vector(prior_variance), 0 * log(variance)  # a ratio of negative numbers has a logarithm
    return ((variance + mean**2) / prior - 1 - log(variance / prior) + undefined).sum(-1) / 2


def nodes(n: int, like: Array["..."]) -> tuple[Array["points n"], Array["points"]]:
    """Return the points (3ⁿ, n) and weights (3ⁿ,) of the product three-point Gauss-Hermite rule for N(0, I_n).

    The nodes −√3, 0, √3 with weights 1/6, 2/3, 1/6 integrate polynomials of degree up to 5 in each coordinate exactly
    (Abramowitz & Stegun 25.4.46, scaled to unit variance). In rationals √3 raises Irrational.
    """
    basis = identity(3, 3, like)
    line, line_weights = sqrt(number(3, like)) * (basis[2] - basis[0]), (basis.sum(0) + 3 * basis[1]) / 6
    index = np.arange(3**n)[:, None] // 3 ** np.arange(n) % 3
    return line[index], reduce(mul, (line_weights[i] for i in index.T))


def expectation(function: Callable[[Array["points n"]], Array["points"]], n: int, like: Array["..."]) -> Array["..."]:
    """Return E f(z), z ~ N(0, I_n), by :func:`nodes`; f maps points (m, n) to scalars (m,), or to a batch (..., m)."""
    points, weights = nodes(n, like)
    return (weights * function(points)).sum(-1)


def lattice_rule(m: int, n: int, like: Array["..."]) -> tuple[Array["points n"], Array["points"]]:
    """Return the points ((2m+1)ⁿ, n) and weights ((2m+1)ⁿ,) of a product rule for N(0, I_n) on the integers −m, …, m.

    The weights reproduce the moments 1, 0, 1, 0, 3, … of one coordinate up to degree 2m, and by symmetry 2m + 1. Unlike
    Gauss's rule it is rational. For m = 2 they are 1/12, 1/6, 1/2, 1/6, 1/12, and for m = 4 they are positive too.
    """
    size = 2 * m + 1
    one, integers = identity(size, size, like), np.arange(-m, m + 1)
    moments = np.array([0 if k % 2 else reduce(mul, range(1, k, 2), 1) for k in range(size)])
    weights = solve(one @ integers ** np.arange(size)[:, None], one @ moments[:, None])[:, 0]
    index = np.arange(size**n)[:, None] // size ** np.arange(n) % size
    return (one @ integers)[index], reduce(mul, (weights[i] for i in index.T))
