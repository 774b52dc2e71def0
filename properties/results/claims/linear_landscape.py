"""The landscape of L(U, V) for any fixed Σ, of which wang2022 has the origin for one Σ (Theorem 3).

Every β here is the square of a drawn number. Points are made of their singular values such that these are rational: the
Hessian and both losses are then exact fractions, and so are ties.
"""

from properties.wang2022.claims.fixed_variance import ascending
from properties.wang2022.claims.setting import factors, padded, target
from properties.wang2022.proofs.landscape import (
    prove_origin,
    prove_rotations_for_fixed_variance,
    prove_ways_down,
)
from reference.arithmetic import (
    concatenate,
    greater,
    identity,
    maximum,
    sort_descending,
    sqrt,
    squared_norm,
    where,
)
from reference.shapes import Array
from reference.wang2022 import (
    Weights,
    factorization_loss,
    gradient_u,
    gradient_v,
    hessian_at_origin,
    hessian_uu,
    hessian_uv,
    hessian_vu,
    hessian_vv,
)
from reference.wang2022.optima import fixed_variance_minimum
from verify import (
    Matrix,
    OneOf,
    Orthogonal,
    Positive,
    PositiveDefinite,
    PositiveVector,
    Spectrum,
    Vector,
    claim,
    equal,
    iff,
    implies,
    leq,
    less,
    positive_semidefinite,
)
from verify.judging.statements import Truth


def hessian(U: Array, V: Array, Z: Array, sigma: Array, w: Weights) -> Array:
    """Return ∇²L(U, V), a symmetric matrix, the entries of U before those of V."""
    rows, columns = U.shape[0] * U.shape[1], V.shape[0] * V.shape[1]
    above = hessian_uu(U, V, sigma).reshape(rows, rows), hessian_uv(U, V, Z).reshape(rows, columns)
    below = hessian_vu(U, V, Z).reshape(columns, rows), hessian_vv(U, V, w).reshape(columns, columns)
    return concatenate([concatenate(above), concatenate(below)], axis=0)


def least_loss(zeta: Array, sigma: Array, w: Weights) -> Array:
    """Return the minimum of L for singular values and deviations in any order."""
    modes = sort_descending(padded(zeta, max(zeta.shape[0], sigma.shape[0])))
    return fixed_variance_minimum(modes, ascending(sigma), w)


@claim(
    "results/origin",
    r"\nabla^2L(0, 0) \succeq 0 \iff \zeta_1 \le \sqrt\beta\eta_{dec}\min_i\sigma_i/\eta_{enc} \iff"
    r" (0, 0) \text{ is the global minimum of } L \text{, for every } \Sigma \succ 0",
    label="Origin",
    kind="equivalence",
    expected="proved",
    proof=prove_origin,
    sharpens="wang2022/theorem-3",
)
def test_the_origin_for_every_variance(
    family: OneOf["drawn", "threshold"],
    zeta: Spectrum["min(d0,d2)"],
    F: Orthogonal["d2", {"d2": (1, 2)}],
    G: Orthogonal["d0", {"d0": (1, 2)}],
    S: PositiveDefinite["d0"],
    sigma: PositiveVector["d1", {"d1": (1, 2)}],
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
    U: Matrix["d2 d1"],
    V: Matrix["d0 d1"],
):
    """The Hessian is that of L_VAE in (U, W), A^{1/2} = S; half the instances have ζ_1 at the threshold.

    Global minimality by the minimum value, and by the drawn point; that there is no other minimum is
    (U, V) ≠ 0 ⇒ L(U, V) > L(0, 0).
    """
    w = Weights(root * root, eta_dec, eta_enc)
    threshold = root * eta_dec * ascending(sigma)[0] / eta_enc
    if family == "threshold":
        zeta = threshold * (zeta + 1) / (zeta[0] + 1)
    Z = target(F, zeta, G)
    convex = positive_semidefinite(hessian_at_origin(S @ S, Z @ S, sigma, w))
    iff(convex, leq(zeta[0], threshold))
    iff(convex, leq(squared_norm(Z), least_loss(zeta, sigma, w)))
    drawn = factorization_loss(U, V, Z, sigma, w)
    implies(convex, leq(squared_norm(Z), drawn))
    implies(convex & ~(equal(U, 0) & equal(V, 0)), less(squared_norm(Z), drawn))


@claim(
    "results/landscape",
    r"\nabla L(U, V) = 0 \implies (\nabla^2L(U, V) \succeq 0 \iff (U, V) \text{ is a global minimum of } L)"
    r" \text{, for every } \Sigma \succ 0",
    label="No bad minima",
    kind="equivalence",
    expected="proved",
    proof=prove_ways_down,
    sharpens="wang2022/theorem-3",
)
def test_every_critical_point_is_a_minimum_or_a_saddle(
    family: OneOf["different", "equal", "threshold", "one"],
    sigma: PositiveVector["d1", {"d1": (1, 2)}],
    x: Vector["d1"],
    free: Spectrum["min(d0,d2)"],
    P: Orthogonal["d1"],
    F: Orthogonal["d2", {"d2": (1, 2)}],
    G: Orthogonal["d0", {"d0": (1, 2)}],
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
):
    """All critical points have the form drawn here: columns that are modes, or 0, mixed where σ_i are equal.

    Column i is the i-th mode, λ_i = √c x_i and θ_i = σ_ix_i, whose singular value is √c σ_i(1 + x_i²), if x_i > 0 and
    there is an i-th mode; else it is 0, and the singular value is free, or √c σ_1. So are those past d1. In the last
    family σ_i are equal, mode 1 alone is used, and the free singular values are less than its, but above √c σ_1.
    """
    w, d1, size = Weights(root * root, eta_dec, eta_enc), sigma.shape[0], free.shape[0]
    scale = sqrt(w.c)
    if family in ("equal", "one"):
        sigma = sigma[0] + 0 * sigma
    else:
        P = identity(d1, d1, P)
    if family == "threshold":
        free = scale * sigma[0] + 0 * free
    if family == "one":
        x, free = (1 + maximum(x, 0)) * identity(1, d1, x)[0], scale * sigma[0] * 3 / 2 + 0 * free
    x = maximum(x, 0) * padded(1 + 0 * free, d1)
    used = where(greater(x, 0), scale * sigma * (1 + x**2), padded(free, d1))
    zeta = concatenate([used, free[d1:]])[:size]
    Z, (U, V) = target(F, zeta, G), factors(F, scale * x, G, sigma * x, P)
    equal(gradient_u(U, V, Z, sigma), 0)
    equal(gradient_v(U, V, Z, w), 0)
    is_least = leq(factorization_loss(U, V, Z, sigma, w), least_loss(zeta, sigma, w))
    iff(positive_semidefinite(hessian(U, V, Z, sigma, w)), is_least)


def commutes(x: Array, P: Array, sigma: Array) -> Truth:
    """State that ΛPΣ = ΛΣP, of Λ = √c diag(x_i)."""
    return equal(x[:, None] * P * (sigma[:, None] - sigma), 0)


@claim(
    "results/rotation.fixed-variance",
    r"(F\Lambda P, G\Theta P) \text{ of eq. (8) minimises } L \iff \Lambda P\Sigma = \Lambda\Sigma P \text{ and }"
    r" \sum_{i \le d_1}\max(\zeta_i - \sqrt c\,\sigma_i, 0)^2 ="
    r" \sum_{i \le d_1}\max(\zeta_i - \sqrt c\,\sigma_{(i)}, 0)^2, \quad c = \beta\eta_{dec}^2/\eta_{enc}^2",
    label="Rotations at a fixed variance",
    kind="equivalence",
    expected="proved",
    proof=prove_rotations_for_fixed_variance,
    rests_on="wang2022/corollary-1.corrected",
)
def test_which_rotations_are_minima_for_a_fixed_variance(
    family: OneOf["drawn", "equal modes", "ascending", "tied"],
    zeta: Spectrum["min(d0,d2)"],
    x: Vector["d1", {"d1": (1, 3)}],
    s: PositiveVector["d1"],
    P: Orthogonal["d1"],
    F: Orthogonal["d2", {"d2": (1, 3)}],
    G: Orthogonal["d0", {"d0": (1, 3)}],
    root: Positive,
    eta_dec: Positive,
    eta_enc: Positive,
):
    """For σ and P in any order, as printed; λ_i and θ_i are rational.

    Where x_i > 0 and ζ_i > 0, σ_i is such that λ_i = √c x_i; else √c σ_i is above ζ_i, and the mode collapsed. In a
    family all ζ_i, i ≤ d*, and all their σ_i are equal; in another σ_i ascends as far as it is free to. In the last P
    moves modes by one, mode 1 alone is learned, and collapsed σ_i, but for the second, are σ_1 where ζ_i lets them.
    """
    w, d1, size = Weights(root * root, eta_dec, eta_enc), P.shape[0], zeta.shape[0]
    scale, one = sqrt(w.c), identity(d1, d1, s)
    if family == "equal modes":
        zeta, x, s = (v[0] + 0 * v for v in (zeta, x, s))
    if family == "ascending":
        x, s = sort_descending(x), ascending(s)
    if family == "tied":
        first, second = identity(2, d1, s)
        x, P = first * s, concatenate([one[:, 1:], one[:, :1]])
    modes = padded(zeta, d1)
    x = where(greater(modes, 0), maximum(x, 0), 0)
    learned, collapsed = modes / (1 + x**2), modes + s
    if family == "tied":
        collapsed = maximum(modes, learned[0]) + second * s
    sigma = where(greater(x, 0), learned, collapsed) / scale
    Z, (U, V) = target(F, zeta, G), factors(F, scale * x, G, sigma * x, P)
    matched = fixed_variance_minimum(padded(zeta, max(d1, size)), sigma, w)
    least = least_loss(zeta, sigma, w)
    iff(leq(factorization_loss(U, V, Z, sigma, w), least), commutes(x, P, sigma) & equal(matched, least))
