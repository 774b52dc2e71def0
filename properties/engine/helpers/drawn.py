"""False claims of many kinds, of which instances are drawn."""

FALSE = """
from reference.arithmetic import *
from verify import *

@claim("drawn/determinant", "")
def test_determinant(A: Matrix["d d"]): leq(determinant(A) ** 2, trace(A @ A.mT))

@claim("drawn/inverse", "")
def test_inverse(A: PositiveDefinite["d"]): positive_semidefinite(inverse(A) - A)

@claim("drawn/commute", "")
def test_commute(A: Matrix["d d"], B: Symmetric["d"]): equal(A @ B, B @ A)

@claim("drawn/norm", "")
def test_norm(A: Matrix["d r"], x: Positive): less(norm(A, "fro"), exp(x) - 1)

@claim("drawn/implication", "")
def test_implication(x: Scalar, y: Scalar):
    assume(less(y, x) | equal(x, y) & ~less(1, x))
    implies(leq(x, log(1 + y * y)), leq(exp(x), 2 * y) | less(x, -1))

@claim("drawn/equivalence", "")
def test_equivalence(v: Vector["d"], w: Spectrum["d"]):
    iff(leq(sort_descending(v)[0], maximum(w, axis=-1)), less(absolute(v).sum(), w.sum()))

@claim("drawn/rank", "")
def test_rank(A: Matrix["d d"], i: Index["d"]): equal(rank(A) * A[i, i], A[i, i] + 1)

@claim("drawn/orthogonal", "")
def test_orthogonal(Q: Orthogonal["d"], kind: OneOf["one", "two"]):
    equal(Q, Q.mT) if kind == "one" else leq(trace(Q), 0)

@claim("drawn/entropy", "")
def test_entropy(p: PositiveSimplex["d"]): leq(-(p * log(p)).sum(), 1 / number(2, p))

@claim("drawn/tail", "")
def test_tail(x: Scalar): leq(erfc(x) * pi(x), 1 + where(greater(x, 0), tanh(x), 0))

@claim("drawn/ordered", "")
def test_ordered(pair: Ordered["d"]):
    A, B = pair
    positive_semidefinite(B @ B - A @ A)

@claim("drawn/majorised", "")
def test_majorised(pair: Majorised["d"]):
    x, y = pair
    equal((x * x).sum(), (y * y).sum())

@claim("drawn/roots", "")
def test_roots(S: PositiveSemidefinite["d"]): positive_semidefinite(sqrt(absolute(S)) - S)

@claim("drawn/slope", "")
def test_slope(v: PositiveVector["d"]): leq(gradient(lambda x: (x * x).sum() / x.sum(), 2 * v), 1 / number(2, v))
"""

MORE = """
@claim("more/powers", "")
def test_powers(x: Scalar, y: Positive): leq(x ** 3 - x, sqrt(y) + y ** 2)

@claim("more/root", "")
def test_root(x: Scalar): equal(sqrt(x * x), x)

@claim("more/hyperbolic", "")
def test_hyperbolic(x: Scalar): less(tanh(x) * x, (exp(x) + exp(-x)) / 2 - 1)

@claim("more/error", "")
def test_error(v: Vector["d"]): leq(1 - erfc(v), v)

@claim("more/tie", "")
def test_tie(x: Scalar, y: Scalar): leq(x, y)

@claim("more/strict", "")
def test_strict(x: Scalar, y: Scalar): less(x, y)

@claim("more/same", "")
def test_same(v: Vector["d"], w: Vector["d"]): equal(v, w)

@claim("more/exponentials", "")
def test_exponentials(v: Vector["d"], w: Vector["d"]): leq(exp(v), exp(w))

@claim("more/logarithms", "")
def test_logarithms(x: Positive, y: Positive): less(log(x), log(y)) | equal(x, 1)

@claim("more/several", "")
def test_several(x: Scalar, y: Scalar):
    leq(exp(x), 1 + y * y)
    less(x, 3)
    implies(less(0, y), leq(x, y)) & ~equal(x, y)

@claim("more/premise", "")
def test_premise(x: Scalar, v: NonNegativeVector["d"]):
    assume(leq(0, x) & less(v, exp(x)))
    leq(v.sum(), x)

@claim("more/definite", "")
def test_definite(S: Symmetric["d"], x: Positive): positive_semidefinite(S + x * S @ S)

@claim("more/roots", "")
def test_roots(S: PositiveDefinite["d"]): positive_semidefinite(S - sqrt(trace(S)) * identity(len(S), len(S), S))

@claim("more/both", "")
def test_both(S: Symmetric["d", {"d": (1, 2)}], x: Scalar):
    iff(positive_semidefinite(S), less(0, x + log(S[0, 0] ** 2 + 1)))

@claim("more/spectrum", "")
def test_spectrum(S: Symmetric["d", {"d": (1, 2)}]): leq(eigenvalues(S), 1)

@claim("more/solve", "")
def test_solve(A: Matrix["d d"], v: Vector["d"]):
    assume(~equal(determinant(A), 0))
    leq(solve(A, v[:, None])[:, 0], v)

@claim("more/choice", "")
def test_choice(v: Vector["d"], i: Index["d"], n: Dimension["d"], kind: OneOf["up", "down"]):
    leq(n * v[i], v.sum()) if kind == "up" else less(v.sum(), n + v[i])
"""
"""Of every function that a program may have, with premises, choices, and sides that tie."""

DOMAINS = [
    "NonNegative",
    "Positive",
    "Interval[-1, 2]",
    'Integer["d"]',
    'Integer["d r", -3, 3]',
    'Constant["-3/7"]',
    'Spectrum["d"]',
    'PositiveVector["d"]',
    'UnitVector["d"]',
    'Simplex["d"]',
    'PositiveSimplex["d"]',
    'Nonnegative["d r"]',
    'Stochastic["d r"]',
    'DoublyStochastic["d"]',
    'MMatrix["d"]',
    'Triangular["d"]',
    'Toeplitz["d"]',
    'Hankel["d"]',
    'Circulant["d"]',
    'SignMatrix["d r"]',
    'Permutation["d"]',
    'Orthogonal["d"]',
    'Isometry["d+r r"]',
    'Projection["d"]',
    'Normal["d"]',
    'Contraction["d r"]',
    'Correlation["d"]',
    'Density["d"]',
    'PositiveSemidefinite["d"]',
    'PositiveDefinite["d"]',
    'LowRank["d d r"]',
    'Commuting["d"]',
    'Ordered["d"]',
    'Majorised["d"]',
    'Free["d"]',
    'Free[Orthogonal["d"]]',
    'Commuting[Symmetric["d"]]',
]
OF_EVERY_DOMAIN = "".join(
    f"""
@claim("of/{k}", "")
def test_of_{k}(x: {domain}, y: Scalar):
    for one in x if isinstance(x, tuple) else (x,):
        leq(one, one * one * y)
"""
    for k, domain in enumerate(DOMAINS)
)
"""False claims of a value of each domain, which say nothing but that it is of that."""
