"""The quadratic bounds in the proof of Proposition 2: Dai, Wang, Wipf, *The usual suspects?* (2020), App. C.

f(u, v) is the reconstruction error as a function of u = wm and v = ws, for the means m, the deviations s ≥ 0 and a
scale w ∈ [0, 1] of the decoder's input. It is bounded around (ũ, ṽ) = (``u0``, ``v0``), where its gradient is
(``in_u``, ``in_v``); the gradient of f is L-Lipschitz, written ``lip``. Vectors over all latents of all data points
lie on the last axis; leading axes are a batch. Costs are twice the negative evidence lower bound.
"""

from reference.arithmetic import as_vector, greater, log, where
from reference.shapes import Array


def bound_term(v: Array[""], v0: Array[""], slope: Array[""], lip: Array[""]) -> Array[""]:
    """Return g(v, ṽ, δ) of eq. (22), entry by entry, for v, ṽ and δ = ``slope`` ≥ 0."""
    lowest = v0 - slope / lip
    return where(greater(lowest, v), -(slope**2) / (2 * lip) + 0 * v, (v - v0) * slope + lip / 2 * (v - v0) ** 2)


def interpolation_coefficients(v0: Array[""], slope: Array[""], lip: Array[""]) -> tuple[Array[""], Array[""]]:
    """Return the constant and the coefficient c of v² in g^appr(v, ṽ, δ), eq. (26), for ṽ > 0 and δ = ``slope`` ≥ 0."""
    steep = greater(slope, lip * v0)  # ṽ − δ/L < 0
    constant = where(steep, lip * v0**2 / 2 - slope * v0, -(slope**2) / (2 * lip) + 0 * v0)
    return constant, where(steep, slope / v0 - lip / 2, slope**2 / (2 * lip * v0**2))


def interpolation(v: Array[""], v0: Array[""], slope: Array[""], lip: Array[""]) -> Array[""]:
    """Return g^appr(v, ṽ, δ) of eq. (26), entry by entry, for v and δ = ``slope`` ≥ 0 and ṽ > 0."""
    constant, coefficient = interpolation_coefficients(v0, slope, lip)
    return constant + coefficient * v**2


def upper_bound(
    value: Array[""],
    in_u: Array["m"],
    in_v: Array["m"],
    u: Array["m"],
    v: Array["m"],
    u0: Array["m"],
    v0: Array["m"],
    lip: Array[""],
) -> Array[""]:
    """Return f^ub(u, v) of eq. (21), where ``value`` is f(ũ, ṽ): a scalar, or a batch of them."""
    lip = as_vector(lip)
    linear = ((u - u0) * in_u + lip / 2 * (u - u0) ** 2).sum(-1)
    return value + linear + bound_term(v, v0, in_v, lip).sum(-1)


def scaled_cost(
    w: Array[""],
    means: Array["m"],
    variances: Array["m"],
    u0: Array["m"],
    in_u: Array["m"],
    c: Array["m"],
    lip: Array[""],
    gamma: Array[""],
) -> Array[""]:
    """Return h^appr(m, s, w) of eqs. (29), (32), for vectors m and s² = ``variances``, with ũ = w̃m̃ = ``u0``."""
    w, lip, gamma = as_vector(w), as_vector(lip), as_vector(gamma)
    data = w * means * in_u + lip / 2 * (w**2 * means**2 - 2 * w * means * u0) + c * w**2 * variances
    return (data / gamma + means**2 + variances - log(variances)).sum(-1)


def optimal_moments(
    w: Array[""], u0: Array[""], in_u: Array[""], c: Array[""], lip: Array[""], gamma: Array[""]
) -> tuple[Array[""], Array[""]]:
    """Return the m and s² that minimise eq. (32), entry by entry."""
    return w * (lip * u0 - in_u) / (2 * gamma + lip * w**2), gamma / (gamma + c * w**2)


def misfit(u0: Array[""], in_u: Array[""], lip: Array[""]) -> Array[""]:
    """Return y of eq. (33), entry by entry: y_j = (L/2)(w̃m̃_j − ∇_{u_j}f/L)²."""
    return lip / 2 * (u0 - in_u / lip) ** 2


def reduced_cost(w: Array[""], y: Array["m"], c: Array["m"], lip: Array[""], gamma: Array[""]) -> Array[""]:
    """Return h^appr(w) of eq. (33), with β = L/2."""
    w, lip, gamma = as_vector(w), as_vector(lip), as_vector(gamma)
    return (y / (gamma + lip / 2 * w**2) + log(gamma + c * w**2)).sum(-1)


def reduced_slope(w: Array[""], y: Array["m"], c: Array["m"], lip: Array[""], gamma: Array[""]) -> Array[""]:
    """Return the derivative of h^appr(w) in w², eq. (35)."""
    w, beta, gamma = as_vector(w), as_vector(lip) / 2, as_vector(gamma)
    return (-beta * y / (gamma + beta * w**2) ** 2 + c / (gamma + c * w**2)).sum(-1)
