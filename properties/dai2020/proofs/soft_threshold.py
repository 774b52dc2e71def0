"""SymPy proofs: the reference formulas run on symbols, and each step of the argument is an identity that is shown.

Every inequality between Gaussian tails follows from a derivative of one sign and the limit at infinity, which is 0.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from reference import dai2020 as vae
from reference.arithmetic.deferred import sympy
from reference.arithmetic.exact import balls, rationals
from reference.gaussian import density, upper_moments, upper_tail
from reference.shapes import Array
from verify.proving import integers, is_positive, once, scalar, show, symbols, vanishes, vector


def _at(function: Callable[[Array], Array], x: Any) -> Any:
    return scalar(function(vector(x)))


def data() -> Array:
    """Return the data of App. B in SymPy: the columns (1, 1) and (−1, −1)."""
    return integers([[1, -1], [1, -1]])


def zeros(*shape: int) -> Array:
    """Return an array of SymPy zeros."""
    return integers(np.zeros(shape, dtype=int))


# --- Lemma 3 and the tails of App. B.1 ------------------------------------------------------------------------------


def prove_upper_moments() -> None:
    """Integrate ε^k φ(ε) over (A, ∞)."""
    A = sympy.Symbol("A", positive=True)
    EPS = sympy.Symbol("epsilon", real=True)
    for k, closed in enumerate(upper_moments(np.array(A, dtype=object))):
        integral = sympy.integrate(EPS**k * _at(density, EPS), (EPS, A, sympy.oo))
        show(vanishes(integral - scalar(closed)))


def prove_tail_bound() -> None:
    """½e^{−A²/2} − (1 − Φ(A)) is 0 at A = 0 and at ∞, and rises up to A = √(2/π) and falls from there: it is ≥ 0."""
    A = sympy.Symbol("A", positive=True)
    gap = sympy.exp(-(A**2) / 2) / 2 - _at(upper_tail, A)
    show(vanishes(gap.subs(A, 0)))
    show(sympy.limit(gap, A, sympy.oo) == 0)
    show(vanishes(sympy.diff(gap, A) - _at(density, A) * (1 - A * sympy.sqrt(sympy.pi / 2))))


def prove_exact_tail_c() -> None:
    """The term (c) of App. B.1 in closed form, by substituting −ε, and B² − 1/s² > 0 for its threshold B."""
    A, ALPHA, SCALE = sympy.symbols("A alpha s", positive=True)
    EPS = sympy.Symbol("epsilon", real=True)
    prove_tail_bound()
    start = (2 * ALPHA + 1) / SCALE
    moments = [scalar(m) for m in upper_moments(np.array(start, dtype=object))]
    integrand = sympy.expand((2 * ALPHA - SCALE * EPS) ** 2) * _at(density, EPS)
    closed = (4 * ALPHA**2 + SCALE**2) * moments[0] + SCALE * (1 - 2 * ALPHA) * moments[1]
    show(vanishes(sympy.integrate(integrand, (EPS, A, sympy.oo)).subs(A, start) - closed))
    show(is_positive(start**2 - 1 / SCALE**2))


def _mean_square() -> Any:
    """Return E(1 − π_α(x))² of App. B.1, shown to be (a') + (b) + (c) for thresholds A = 1/s and B = (2α + 1)/s.

    (a') = s²(1 − E[ε² 1{ε > A}]), (b) = P(A < ε < B), (c) = (4α² + s²)P(ε > B) + s(1 − 2α)φ(B).
    """
    ALPHA, SCALE = sympy.symbols("alpha s", positive=True)
    moments = vae.soft_threshold_moments(np.array(ALPHA + 1, dtype=object), np.array(SCALE), ALPHA)
    error = scalar(1 - 2 * moments.first + moments.second)
    near, far = (
        [scalar(m) for m in upper_moments(np.array(start / SCALE, dtype=object))] for start in (1, 2 * ALPHA + 1)
    )
    below = (4 * ALPHA**2 + SCALE**2) * far[0] + SCALE * (1 - 2 * ALPHA) * far[1]
    show(vanishes(error - SCALE**2 * (1 - near[2]) - (near[0] - far[0]) - below))
    return error


def prove_limit() -> None:
    """|E(1 − π_α(x))²/s² − 1| ≤ C e^{−y}, y = 1/(2s²), with the C of the claim, which vanishes as s → 0.

    In :func:`_mean_square` all tails are at most ½e^{−y} and all densities at most e^{−y}/√(2π), as B ≥ A = 1/s. So
    (a')/s² ≥ 1 − (½ + A/√(2π))e^{−y}, (b) ≤ ½e^{−y} and (c) ≤ ((4α² + s²)/2 + s/√(2π))e^{−y}.
    """
    ALPHA, SCALE = sympy.symbols("alpha s", positive=True)
    HALF = sympy.Rational(1, 2)
    prove_tail_bound()
    _mean_square()
    show(is_positive((2 * ALPHA + 1) ** 2 - 1))
    factor = HALF + (1 + 4 * ALPHA**2) / (2 * SCALE**2) + 1 / (sympy.sqrt(2 * sympy.pi) * SCALE)
    above = (HALF + (4 * ALPHA**2 + SCALE**2) / 2 + SCALE / sympy.sqrt(2 * sympy.pi)) / SCALE**2
    below = HALF + 1 / (SCALE * sympy.sqrt(2 * sympy.pi))
    show(vanishes(factor - above))
    show(is_positive(factor - below))
    show(sympy.limit(factor * sympy.exp(-1 / (2 * SCALE**2)), SCALE, 0, "+") == 0)


def prove_rate() -> None:
    """s²/2 ≤ E(1 − π_α(x))² ≤ 4(1 + α²)s² for s = (α + 1)δ < 1, and the energy of App. B.1 as a function of it.

    In :func:`_mean_square` (a') lies between s²/2 and s², since E[ε² 1{ε > A}] falls from ½. By the tail bound and
    B ≥ 1/s, (b) ≤ e^{−y} and (c) ≤ (4α² + s² + s/√(2π))e^{−y} with y = 1/(2s²), where ye^{−y} ≤ 1/e makes
    e^{−y} ≤ (2/e)s².
    """
    A, ALPHA, SCALE, W, y = sympy.symbols("A alpha s w y", positive=True)
    HALF = sympy.Rational(1, 2)
    prove_tail_bound()
    error = _mean_square()
    second = scalar(upper_moments(np.array(A, dtype=object))[2])
    show(second.subs(A, 0) == HALF)
    show(vanishes(sympy.diff(second, A) + A**2 * _at(density, A)))
    show(vanishes(sympy.diff(y * sympy.exp(-y), y) * sympy.exp(y) - (1 - y)))  # largest at y = 1
    most = 1 + (1 + 4 * ALPHA**2 + 1 + 1 / sympy.sqrt(2 * sympy.pi)) * 2 / sympy.E  # over s², as s < 1
    show(all(c >= 0 for c in sympy.Poly(4 * (1 + ALPHA**2) - most, ALPHA).all_coeffs()))
    W = np.full((2, 1), ALPHA + 1, dtype=object)
    delta, gamma = SCALE / (ALPHA + 1), 2 * error
    value = vae.energy(data(), W, zeros(2), gamma, data()[:1], zeros(1, 2) + delta**2, ALPHA)
    printed = 2 * (1 + 2 * sympy.log(gamma) - 2 * sympy.log(delta) + delta**2 + 1)
    show(vanishes(scalar(value) - printed))


# --- App. B.2 -------------------------------------------------------------------------------------------------------


def prove_decoded_moments() -> None:
    """Each entry of Wz has the mean Wμ and the deviation |W|σ, and the moments of π_α are those of this Gaussian.

    They are sums over u > α and, with −ε for ε, over u < −α, of powers of sε ± m − α above their zeros in ε.
    """
    ALPHA, SCALE = sympy.symbols("alpha s", positive=True)
    EPS, MEAN = sympy.symbols("epsilon m", real=True)
    decoder, mu = symbols("W", 2, 1, nonzero=True), symbols("mu", 1, 2)
    sigma = symbols("sigma", 1, 2, positive=True)
    decoded = vae.decoded_moments(decoder, mu, sigma**2, ALPHA)
    for ours, wanted in zip(
        decoded, vae.soft_threshold_moments(decoder @ mu, abs(decoder) * sigma, ALPHA), strict=True
    ):
        show(vanishes(ours - wanted))

    def side(sign: int) -> list[Any]:
        powers = [scalar(m) for m in upper_moments(np.array((ALPHA - sign * MEAN) / SCALE))]
        over = [sympy.Poly((SCALE * EPS + sign * MEAN - ALPHA) ** k, EPS).all_coeffs()[::-1] for k in range(3)]
        return [sum(c * m for c, m in zip(coefficients, powers, strict=False)) for coefficients in over]

    (passed, first, second), (passed_below, first_below, second_below) = side(1), side(-1)
    moments = vae.soft_threshold_moments(np.array(MEAN), np.array(SCALE), ALPHA)
    sums = (
        first - first_below, second + second_below, first + first_below, passed + passed_below, passed - passed_below,
    )  # fmt: skip
    for closed, wanted in zip(moments, sums, strict=True):
        show(vanishes(scalar(closed) - wanted))


def prove_collapsed_energy() -> None:
    """The energy (6) at (7) is n(d + κ) = 6 for every α > 0."""
    ALPHA = sympy.Symbol("alpha", positive=True)
    value = vae.energy(data(), zeros(2, 1), zeros(2), sympy.Integer(1), zeros(1, 2), zeros(1, 2) + 1, ALPHA)
    show(scalar(value) == 6)


def prove_hessian_b() -> None:
    """The Hessian in b is (2n/γ)I at any parameters: b enters the energy through its squared error alone."""
    GAMMA = sympy.Symbol("gamma", positive=True)
    b, first, second = symbols("b", 2), symbols("m", 2, 2), symbols("q", 2, 2, positive=True)
    error = vae.reconstruction_error(data(), b, first, second)
    value = vae.energy_of_reconstruction(error, GAMMA, zeros(1, 2), zeros(1, 2) + 1, 2)
    show(vanishes(sympy.hessian(scalar(value), list(b)) - 4 / GAMMA * sympy.eye(2)))


def prove_hessian_encoder() -> None:
    """At W = 0 the Hessian in (μ, σ, b, γ) is 2, 4, 2n/γ and nd/γ² times the identity at (7), and 0 elsewhere."""
    ALPHA, GAMMA = sympy.symbols("alpha gamma", positive=True)
    b, mu, sigma = symbols("b", 2), symbols("mu", 1, 2), symbols("sigma", 1, 2, positive=True)
    value = scalar(vae.energy(data(), zeros(2, 1), b, GAMMA, mu, sigma**2, ALPHA))
    at = dict.fromkeys((*mu.flat, *b), 0) | dict.fromkeys((*sigma.flat, GAMMA), 1)
    hessian = sympy.hessian(value, [*mu.flat, *sigma.flat, *b, GAMMA]).subs(at)
    show(hessian == sympy.diag(2, 2, 4, 4, 4, 4, 4))


def prove_hessian_gamma() -> None:
    """The second derivative in γ at (7) is 4/γ² = 4, where γ = γ̄ = 1, and nd = 4."""
    ALPHA, GAMMA = sympy.symbols("alpha gamma", positive=True)
    value = vae.energy(data(), zeros(2, 1), zeros(2), GAMMA, zeros(1, 2), zeros(1, 2) + 1, ALPHA)
    show(sympy.diff(scalar(value), GAMMA, 2).subs(GAMMA, 1) == 4)


@once
def prove_row_slopes() -> None:
    """W_j ∂𝓛/∂W_j of the energy is its closed form, for W_j > 0 and W_j < 0: the rows and the data enter additively."""
    ALPHA, GAMMA, W = sympy.symbols("alpha gamma w", positive=True)
    prove_decoded_moments()
    mu, sigma, b = symbols("mu", 1, 2), symbols("sigma", 1, 2, positive=True), symbols("b", 2)
    for sign in (1, -1):
        decoder = np.array([[sign * W], [sympy.Integer(0)]], dtype=object)
        parameters = (data(), decoder, b, GAMMA, mu, sigma**2, ALPHA)
        slope = sympy.diff(scalar(vae.energy(*parameters)), W) * W
        show(vanishes(slope - scalar(vae.row_slopes(*parameters)[0])))


def prove_fourth_moment_bounds() -> None:
    """|π_α(u)| ≤ |u| ≤ u⁴/α³ and |uπ_α(u)| ≤ u⁴/α², where |u| = α(1 + t) > α, and E z⁴ = μ⁴ + 6μ²σ² + 3σ⁴.

    The slopes are expectations of 2(uπ_α(u) − (x − b)u)/γ over |u| > α (shown at u > α; those below are odd and even).
    """
    ALPHA, SCALE = sympy.symbols("alpha s", positive=True)
    EPS, MEAN = sympy.symbols("epsilon m", real=True)
    prove_row_slopes()
    t = sympy.Symbol("t", positive=True)
    u = ALPHA * (1 + t)
    over = sympy.simplify(scalar(vae.soft_threshold(np.array(sympy.expand(u), dtype=object), ALPHA)))
    show(vanishes(over - (u - ALPHA)))
    show(vanishes(over**2 + ALPHA * over - u * over))
    show(vanishes(over + ALPHA - u))
    for bound, value in ((u, over), (u**4 / ALPHA**3, u), (u**4 / ALPHA**2, u * over)):
        show(is_positive(bound - value))
    fourth = sympy.integrate(sympy.expand((MEAN + SCALE * EPS) ** 4) * _at(density, EPS), (EPS, -sympy.oo, sympy.oo))
    show(vanishes(fourth - MEAN**4 - 6 * MEAN**2 * SCALE**2 - 3 * SCALE**4))


def prove_gradient_points_back() -> None:
    """W_j ∂𝓛/∂W_j of the energy at (7) otherwise is its closed form, a sum of E π_α² and αE|π_α|, and positive.

    E|π_α| and E π_α² are twice w E(ε − A)₊ and w² E(ε − A)₊², A = α/w, which vanish at A = ∞ and fall with A.
    """
    A, ALPHA, GAMMA, W = sympy.symbols("A alpha gamma w", positive=True)
    prove_row_slopes()
    decoder = np.array([[W], [sympy.Integer(0)]], dtype=object)
    rest = (zeros(2), GAMMA, zeros(1, 2), zeros(1, 2) + 1, ALPHA)
    at = vae.soft_threshold_moments(np.array(sympy.Integer(0)), np.array(W), ALPHA)
    slope = scalar(vae.row_slopes(data(), decoder, *rest)[0])
    show(vanishes(slope - 4 * scalar(at.second + ALPHA * at.magnitude) / GAMMA))
    tail, edge, square = (scalar(m) for m in upper_moments(np.array(A, dtype=object)))
    over, over_squared = edge - A * tail, square - 2 * A * edge + A**2 * tail
    show(vanishes(sympy.diff(over, A) + tail))
    show(vanishes(sympy.diff(over_squared, A) + 2 * over))
    show(sympy.limit(over, A, sympy.oo) == sympy.limit(over_squared, A, sympy.oo) == 0)
    show(vanishes(scalar(at.magnitude) - 2 * W * over.subs(A, ALPHA / W)))
    show(vanishes(scalar(at.second) - 2 * W**2 * over_squared.subs(A, ALPHA / W)))


def prove_tail_ratio() -> None:
    """G(A) ≥ 100 T(A)² for A ≥ 3, where T = 1 − Φ and G = E(ε − A)₊².

    (G/T²)' is 2/T³ times φG − T(φ − AT) = A(T² + AφT − φ²) (an identity), positive because T/φ exceeds the
    positive root r of r² + Ar = 1: T − φr vanishes at infinity and falls, (T − φr)' = −φr³/(2r + A) (Birnbaum 1942).
    """
    A = sympy.Symbol("A", positive=True)
    tail, edge, square = (scalar(m) for m in upper_moments(np.array(A, dtype=object)))
    G = square - 2 * A * edge + A**2 * tail
    numerator = sympy.diff(G / tail**2, A) * tail**3 / 2
    show(vanishes(numerator - A * (tail**2 + A * edge * tail - edge**2)))
    root = (sympy.sqrt(A**2 + 4) - A) / 2
    show(vanishes(root**2 + A * root - 1))
    show(vanishes(sympy.diff(tail - edge * root, A) + edge * root**3 / (2 * root + A)))
    T, first, second = (m.bare() for m in upper_moments(balls(rationals(3))))
    show(second - 6 * first + 9 * T > 100 * T**2)


@once
def prove_mean_grows_with_what_passes() -> None:
    """d(E π_α(u))/dm = P(|u| > α) for u ~ N(m, s²), and this grows with |m|."""
    ALPHA, SCALE = sympy.symbols("alpha s", positive=True)
    MEAN = sympy.Symbol("m", real=True)
    moments = vae.soft_threshold_moments(np.array(MEAN), np.array(SCALE), ALPHA)
    show(vanishes(sympy.diff(scalar(moments.first), MEAN) - scalar(moments.passed)))
    slope = sympy.diff(scalar(moments.passed), MEAN) * SCALE
    low, high = (_at(density, (ALPHA - sign * MEAN) / SCALE) for sign in (1, -1))
    show(vanishes(slope - low + high))  # ≥ 0 for mean ≥ 0, where |α − mean| ≤ α + mean


def prove_strict_local_minimum() -> None:
    """Where |b_j| ≤ ½, γ ≥ ½, σ_i² ≥ ½ and |W_j|(|μ_i| + 3σ_i) ≤ α, around (7), the energy is least at (7) alone.

    The energy less its value at (7) is 4(1/γ − 1 + log γ) + 2‖b‖²/γ + Σ_i(σ_i² − log σ_i² − 1)
    + Σ_ij {μ_i²/2 + (E π² − 2(x_ij − b_j) E π)/γ} (shown). The first three terms are ≥ 0, and 0 at γ = 1, b = 0, σ = 1
    alone. In the last, with w = |W_j| > 0, P = P(|u| > α), T and G of :func:`prove_tail_ratio` at
    A = (α − w|μ|)/(wσ) ≥ 3: |E π| ≤ w|μ|P ≤ 2w|μ|T, as d(E π)/d(mean) = P (shown), which grows with |mean|, and
    E π² ≥ w²σ²G ≥ 100 w²σ²T². With |x_ij − b_j| ≤ 3/2 the braces are at least the quadratic form
    m²/2 − 6wT|m|/γ + 100w²σ²T²/γ, positive definite in (m, wT) as 36/γ² < 200σ²/γ.
    """
    GAMMA = sympy.Symbol("gamma", positive=True)
    HALF = sympy.Rational(1, 2)
    prove_tail_ratio()
    prove_decoded_moments()
    prove_mean_grows_with_what_passes()
    mu, variance, b = symbols("mu", 1, 2), symbols("v", 1, 2, positive=True), symbols("b", 2)
    first, second = symbols("p", 2, 2), symbols("q", 2, 2, positive=True)
    error = vae.reconstruction_error(data(), b, first, second)
    value = vae.energy_of_reconstruction(error, GAMMA, mu, variance, 2)
    excess = scalar(vae.excess_of_moments(data(), b, GAMMA, mu, variance, first, second))
    show(vanishes(scalar(value) - 6 - excess))
    braces = mu**2 / 2 + (second - 2 * (data() - b[:, None]) * first) / GAMMA
    others = 4 * (1 / GAMMA - 1 + sympy.log(GAMMA)) + 2 * (b**2).sum() / GAMMA
    others += sum(v - sympy.log(v) - 1 for v in variance.flat)
    show(vanishes(excess - others - braces.sum()))
    show(36 / HALF < 200 * HALF)
