"""Conjectures for the benchmark of the hunt: twelve are false, from easy to needle, and three are true.

What is hard about each stands in its docstring.
"""

from fractions import Fraction

from reference.arithmetic import column_squared_norms, eigenvalues, identity, log, rank, squared_norm, trace
from reference.koehler2022 import simplified_loss, simplified_loss_gradient
from verify import (
    Matrix,
    Positive,
    PositiveDefinite,
    PositiveVector,
    Vector,
    assume,
    claim,
    equal,
    leq,
    less,
    positive_semidefinite,
)

# --- false ----------------------------------------------------------------------------------------------------------


@claim("false/scale", r"L_1(t\tilde A, \tilde B/t) = L_1(\tilde A, \tilde B)", expected="refuted")
def test_scale(A: Matrix["d k"], At: Matrix["d r"], Bt: Matrix["r d"], eps: Positive, t: Positive):
    """Easy: false nearly everywhere."""
    equal(simplified_loss(A, t * At, Bt / t, eps), simplified_loss(A, At, Bt, eps))


@claim("false/product", r"A, B \succ 0 \Rightarrow AB + BA \succeq 0", expected="refuted")
def test_product(A: PositiveDefinite["d"], B: PositiveDefinite["d"]):
    """Only for d ≥ 2, and where one of them is ill-conditioned."""
    positive_semidefinite(A @ B + B @ A)


@claim("false/square", r"\operatorname{rank} A^2 = \operatorname{rank} A", expected="refuted")
def test_square(A: Matrix["d d"]):
    """Low rank: only singular matrices, and of these a null set."""
    equal(rank(A @ A), rank(A))


@claim("false/projection", r"P^2 = P \Rightarrow P = P^\top", expected="refuted")
def test_projection(P: Matrix["d d"]):
    """The premise is an equality."""
    assume(equal(P @ P, P))
    equal(P, P.mT)


@claim("false/moment", r"\sum c_i^4 \le \tfrac12 (\sum c_i^2)^2, \; c = v - \bar v", expected="refuted")
def test_moment(v: Vector["d"]):
    """Only for d ≥ 4: with fewer entries the two sides are equal."""
    centred = v - v.sum(-1) / v.shape[-1]
    leq((centred**4).sum(-1), squared_norm(centred[None]) ** 2 / 2)


@claim("false/commutator", r"\|AB-BA\|_F^2 \le \tfrac{39}{20}\|A\|_F^2\|B\|_F^2", expected="refuted")
def test_commutator(A: Matrix["d d", {"d": (3, 3)}], B: Matrix["d d", {"d": (3, 3)}]):
    """The constant is slightly too small: 2 is sharp, and attained at rank 2 only."""
    leq(squared_norm(A @ B - B @ A), squared_norm(A) * squared_norm(B) * Fraction(39, 20))


@claim("false/entropy", r"x \log x \ge -0.36787", expected="refuted")
def test_entropy(x: Positive):
    """A thin window: the least value is -1/e = -0.367879…"""
    leq(Fraction(-36787, 10**5), x * log(x))


@claim("false/window", r"(x^2 - 2)^2 \ge 10^{-12}", expected="refuted")
def test_window(x: Positive):
    """A needle: false only within 0.0000004 of √2."""
    leq(Fraction(1, 10**12), (x**2 - 2) ** 2)


@claim("false/spectrum", r"\lambda_1(A^\top A) \ge \tfrac{21}{20} \cdot \tfrac13 \|A\|_F^2", expected="refuted")
def test_spectrum(A: Matrix["d d", {"d": (3, 3)}]):
    """Repeated values: false only near multiples of orthogonal matrices, which a shift keeps from being simple."""
    shifted = A + identity(3, 2, A) @ identity(2, 3, A) / 3
    leq(squared_norm(shifted) * Fraction(7, 20), eigenvalues(shifted.mT @ shifted)[0])


@claim("false/sphere", r"v_1v_2v_3 \ne 0 \Rightarrow \|v\|^2 \ne t^2", expected="refuted")
def test_sphere(v: PositiveVector["d", {"d": (3, 3)}], t: Positive):
    """A threshold is met exactly: (1, 2, 2) and 3, and few others."""
    less(0, (squared_norm(v[None]) - t**2) ** 2)


@claim("false/variances", r"L \ge L_1 + 10^{-5}", expected="refuted")
def test_variances(At: Matrix["d r", {"d": (2, 2), "r": (3, 3)}], D: PositiveVector["r"]):
    """A thin regime: three encoder variances within half a percent of their optima, of which none is simple."""
    share = column_squared_norms(At) + Fraction(7, 5)
    leq(Fraction(1, 10**5), (D * share - 1 - log(D * share)).sum(-1) / 2)


@claim(
    "false/stationary",
    r"\|\tilde A\tilde BA\|^2 \ge \tfrac19 \Rightarrow \|\nabla L_1\|^2 \ge 10^{-5}",
    expected="refuted",
)
def test_stationary(A: Matrix["d k"], At: Matrix["d r"], Bt: Matrix["r d"]):
    """A needle in a linear VAE: a stationary point, or nearly one, at which something is reconstructed."""
    one = A[0, 0] * 0 + 1
    assume(leq(Fraction(1, 9), squared_norm(At @ Bt @ A)))
    decoder, encoder, _ = simplified_loss_gradient(A, At, Bt, one)
    leq(Fraction(1, 10**5), squared_norm(decoder) + squared_norm(encoder))


# --- true -----------------------------------------------------------------------------------------------------------


@claim("true/encoders", r"L_1(\bar B) + \tfrac18\|(B_1-B_2)A\|_F^2 \le \tfrac12 L_1(B_1) + \tfrac12 L_1(B_2)")
def test_encoders(A: Matrix["d k"], At: Matrix["d r"], B1: Matrix["r d"], B2: Matrix["r d"], eps: Positive):
    """Sharp where the decoder is zero: floats see violations there."""
    mean = (simplified_loss(A, At, B1, eps) + simplified_loss(A, At, B2, eps)) / 2
    leq(simplified_loss(A, At, (B1 + B2) / 2, eps) + squared_norm((B1 - B2) @ A) / 8, mean)


@claim("true/commutator", r"\|AB-BA\|_F^2 \le 2\|A\|_F^2\|B\|_F^2")
def test_sharp_commutator(A: Matrix["d d"], B: Matrix["d d"]):
    """Böttcher and Wenzel; sharp."""
    leq(squared_norm(A @ B - B @ A), 2 * squared_norm(A) * squared_norm(B))


@claim("true/trace", r"\operatorname{tr}(AB)^2 \le \|A\|_F^2\|B\|_F^2")
def test_trace(A: Matrix["d k"], B: Matrix["k d"]):
    """Cauchy and Schwarz; sharp at transposes."""
    leq(trace(A @ B) ** 2, squared_norm(A) * squared_norm(B))
