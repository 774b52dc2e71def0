"""What vanishes is 0, everywhere and not only nearly or somewhere; and what is 0 is seen to be."""

import numpy as np
import pytest
import sympy
from sympy import Abs, Integer, Max, Piecewise, Rational, erf, erfc, exp, log, pi, sinh, sqrt, tanh

from properties.engine.helpers.slow import but
from verify.proving import is_nonnegative, is_positive, symbols, symmetric, vanishes
from verify.proving.polynomials import Undefined

X, Y = sympy.symbols("x y", real=True)
P, Q = sympy.symbols("p q", positive=True)
N = sympy.Symbol("n", nonnegative=True)
Z = sympy.Symbol("z")
H = sympy.Function("H")

ZERO = {
    "binomial": (X + Y) ** 2 - X**2 - 2 * X * Y - Y**2,
    "cancelled": (X**2 - 1) / (X - 1) - X - 1,
    "roots rationalised": 1 / (sqrt(P) + sqrt(Q)) - (sqrt(P) - sqrt(Q)) / (P - Q),
    "inverse of a root": 1 / sqrt(P**2 + 2 * P * Q + Q**2) - 1 / (P + Q),
    "numbers under roots": sqrt(8) - 2 * sqrt(2),
    "denested": sqrt(5 + 2 * sqrt(6)) ** 2 - 5 - 2 * sqrt(6),
    "product of roots": sqrt(P * Q) - sqrt(P) * sqrt(Q),
    "root of a square": sqrt(X**2 * P) - Abs(X) * sqrt(P),
    "root of a perfect square": sqrt(P**2 + 2 * P * Q + Q**2) - P - Q,
    "root modulo itself": sqrt(1 - X**2) ** 3 - sqrt(1 - X**2) + X**2 * sqrt(1 - X**2),
    "modulus squared": Abs(X - Y) ** 2 - (X - Y) ** 2,
    "positive factor": sqrt(4 * Z) - 2 * sqrt(Z),
    "log of a product": log(P * Q) - log(P) - log(Q),
    "log of a number": log(12 * P) - 2 * log(2) - log(3) - log(P),
    "log of squares": log(X**2 * Y**2) - log(X**2) - log(Y**2),
    "log of a factor": log(P**2 + 2 * P * Q + Q**2) - 2 * log(P + Q),
    "log of a root": log(sqrt(P)) - log(P) / 2,
    "log of a positive multiple": log(2 * Z) - log(2) - log(Z),
    "log in a product": P * log(Q / P) - P * log(Q) + P * log(P),
    "log of an exponential": log(P * exp(X)) - X - log(P),
    "exponential of a sum": exp(X + Y) - exp(X) * exp(Y),
    "exponentials of fractions": exp(X / 2) * exp(X / 3) * exp(X / 6) - exp(X),
    "exponential of a square": exp(-((X - Y) ** 2) / 2) * exp(-X * Y) - exp(-(X**2) / 2) * exp(-(Y**2) / 2),
    "root of an exponential": sqrt(P * exp(X)) - exp(X / 2) * sqrt(P),
    "root of an exponential factor": sqrt(exp(X) + P * exp(X)) - exp(X / 2) * sqrt(1 + P),
    "root of 0": sqrt((X + 1) ** 2 - X**2 - 2 * X - 1),
    "roots of roots": sqrt(1 + sqrt(P)) ** 4 - 1 - 2 * sqrt(P) - P,
    "number e": sympy.E**2 - exp(1) * exp(1),
    "double angle": sinh(2 * X) - 2 * sinh(X) * sympy.cosh(X),
    "tanh": tanh(X) - sinh(X) / sympy.cosh(X),
    "erf": erf(X) + erfc(X) - 1,
    "reflection": erfc(-X) + erfc(X) - 2,
    "equal arguments": erfc(P / (2 * sqrt(2) * Q)) - erfc(sqrt(2) * P / (4 * Q)),
    "function": H(X * (X + 1)) - H(X**2 + X),
    "derivative": sympy.diff(H(X) ** 2, X) - 2 * H(X) * sympy.diff(H(X), X),
    "maximum": Max(X, Y) - Max(Y, X),
    "decided maximum": Max(sqrt(P**2 + 2 * P * Q + Q**2), P) - P - Q,
    "branch": Piecewise((X, P + Q > P), (Y, True)) - X,
    "other branch": Piecewise((X, -Q - P >= 0), (Y, True)) - Y,
    "same branches": Piecewise((X, X > Y), (Y, True)) - Piecewise((X, X > Y), (Y, True)),
    "zero": Integer(0),
}

NOT_ZERO = {
    "small": Rational(1, 10**30),
    "small coefficient": Rational(1, 10**40) * X,
    "nearly an integer": exp(pi * sqrt(163)) - 262537412640768744,
    "nearly a logarithm": log(2) - Rational(693147180559945309417232121458, 10**30),
    "nearly pi": pi - Rational(314159265358979323846264338328, 10**29),
    "root of a square, real": sqrt(X**2) - X,
    "root of a square, complex": sqrt(Z**2) - Z,
    "modulus": Abs(X) - X,
    "negative modulus": Abs(X) + X,
    "modulus of a difference": Abs(P - Q) - P + Q,
    "root of a square of a difference": sqrt(P**2 - 2 * P * Q + Q**2) - P + Q,
    "product of roots, real": sqrt(X * Y) - sqrt(X) * sqrt(Y),
    "root of an inverse, complex": sqrt(1 / Z) - 1 / sqrt(Z),
    "other root": P ** Rational(1, 3) - sqrt(P),
    "other power of a root": P ** Rational(2, 3) - P,
    "log of a product, real": log(X * Y) - log(X) - log(Y),
    "log of a square, real": log(X**2) - 2 * log(X),
    "log of a square of a difference": log((P - Q) ** 2) - 2 * log(P - Q),
    "log of an inverse, real": log(1 / X) + log(X),
    "log of an inverse, complex": log(1 / Z) + log(Z),
    "log of a negative number": log(-P) - log(P),
    "log of an exponential, complex": log(exp(Z)) - Z,
    "root of an exponential, complex": sqrt(exp(Z)) - exp(Z / 2),
    "positive only": Abs(X) + Abs(Y) - Abs(X + Y),
    "nonnegative, and its modulus is not the other's": Abs(N - P) - Abs(N + P),
    "true at 0": exp(X) - 1,
    "true at 1": log(P),
    "true at integers": sympy.sin(pi * X),
    "true on one side": Max(X, 0) - X,
    "undecided branch": Piecewise((X, X > Y), (Y, True)) - X,
    "strict where equality holds": Piecewise((X, N > 0), (Y, True)) - X,
    "weak where equality holds": Piecewise((X, -N >= 0), (Y, True)) - Y,
    "functions of different arguments": H(X) - H(Y),
    "functions of a different argument": sympy.Function("G")(X, Y) - sympy.Function("G")(X, P),
    "different functions": H(X) - sympy.Function("G")(X),
    "different symbols of one name": X - sympy.Symbol("x", positive=True),
    "derivative at another order": sympy.diff(H(X), X) - sympy.diff(H(X), X, 2),
}


@pytest.mark.parametrize("name", ZERO)
def test_identities_vanish(name):
    assert vanishes(ZERO[name])
    assert not vanishes(ZERO[name] + Rational(1, 10**30))
    assert not vanishes(ZERO[name] + P / 10**30)


@pytest.mark.parametrize("name", NOT_ZERO)
def test_what_is_not_zero_everywhere_does_not_vanish(name):
    assert not vanishes(NOT_ZERO[name])
    assert not vanishes(-NOT_ZERO[name])
    assert not vanishes(NOT_ZERO[name] / (1 + X**2))


def test_force_is_what_errs():
    """SymPy's ``force=True`` calls 0 what is not, which is why no proof uses it."""
    for name in ("log of a product, real", "log of a square, real", "log of a square of a difference"):
        assert sympy.simplify(sympy.expand_log(NOT_ZERO[name], force=True)) == 0
        assert not vanishes(NOT_ZERO[name])


def test_an_array_vanishes_if_all_its_entries_do():
    zero, one = X - X, X / X
    assert vanishes(np.array([[zero, (X + 1) ** 2 - X**2 - 2 * X - 1]], dtype=object))
    assert vanishes(sympy.zeros(2, 2))
    for at in range(3):
        entries = np.array([zero] * 3, dtype=object)
        entries[at] = one
        assert not vanishes(entries)
    with pytest.raises(ValueError, match="without entries"):
        vanishes(np.array([], dtype=object))


def test_of_no_entries_a_comparison_shows_nothing():
    some, none = symbols("s", 2, 2), symbols("n", 0, 2)
    same, compared = some == some.copy(), none == none.copy()
    assert same.all()
    assert not (some == some.T).all()
    assert same.all(axis=0).tolist() == [True, True]
    for shown in (compared.all, lambda: np.all(compared), lambda: np.all(some[:0] == some[1:1])):
        with pytest.raises(ValueError, match=r"^an array without entries shows nothing$"):
            shown()
    for equal in (np.array_equal, np.array_equiv):
        assert equal(some, some.copy())
        assert not equal(some, some.T)
        for one, other in ((none, none), (none, np.zeros((0, 2))), (np.zeros((0, 2)), none)):
            with pytest.raises(ValueError, match=r"^an array without entries shows nothing$"):
                equal(one, other)
    assert (none + none).shape == (0, 2)
    assert none.sum() == 0


@pytest.mark.parametrize("expression", [
    sympy.zoo, sympy.oo - X, sympy.nan, 1 / (sqrt(P * Q) ** 2 - P * Q + sqrt(5 + 2 * sqrt(6)) ** 2 - 5 - 2 * sqrt(6)),
    sympy.AccumBounds(0, 1), X / (Abs(X) - X) / (Abs(X) + X), log((X + 1) ** 2 - X**2 - 2 * X - 1), H(sympy.zoo),
    1 / (exp(X) * exp(Y) - exp(X + Y / 2) * exp(Y / 2)), X / (Abs(X) ** 2 - X**2 + (X - Y) * (X + Y) - X**2 + Y**2),
])  # fmt: skip
def test_what_has_no_value_is_refused(expression):
    with pytest.raises(Undefined, match=r"no value|division by 0"):
        vanishes(expression)


@pytest.mark.parametrize(("expression", "words"), [
    (0.5 * X - Y, "float"), (X > Y, "no expression of numbers"), (True, "no expression of numbers"),
    (sympy.Symbol("a", commutative=False) * X, "no expression of numbers"),
])  # fmt: skip
def test_what_is_no_number_is_refused(expression, words):
    with pytest.raises(TypeError, match=words):
        vanishes(expression)


def test_text_is_not_evaluated():
    with pytest.raises(sympy.SympifyError):
        vanishes("x - x")


def test_what_a_proof_knows_to_be_positive():
    K = symmetric("k", 2)
    determinant = K[0, 0] * K[1, 1] - K[0, 1] ** 2
    inverse = log(1 / determinant) + log(determinant)
    assert not vanishes(inverse)
    assert vanishes(inverse, positive=determinant)
    assert vanishes(inverse, positive=2 * P * determinant)
    assert vanishes(log(-1 / determinant) + log(-determinant), positive=-determinant)
    assert vanishes(log(determinant**2) - 2 * log(-determinant), positive=-determinant)
    assert not vanishes(inverse, positive=K[0, 0])
    assert not vanishes(inverse, positive=-determinant)
    assert not vanishes(inverse + log(1 / X) + log(X), positive=determinant)


SIGNS = {
    "sum of squares and 1": (1 + X**2 + X * P * X, 1),
    "sum of squares": (X**2 + Y**2, 0),
    "square": ((X - Y) ** 2, 0),
    "product of a square": (sympy.expand((P - Q) ** 2 * P) / Q, 0),
    "cancels": ((1 + P) ** 2 - 1, 1),
    "of a cube": (P**3 + 1, 1),
    "two negatives": ((-1 - P) * (-2 - Q), 1),
    "root": (sqrt(P) * exp(X), 1),
    "nonnegative": (N * P, 0),
    "zero": (P - P, 0),
    "negative": (-1 - X**2, None),
    "inverse of a negative": (1 / (-1 - X**2), None),
    "minus a square": (-((X - Y) ** 2), None),
    "unknown": (X, None),
    "odd power": ((X - Y) ** 3, None),
    "inverse": (1 / (X - Y), None),
    "small and negative": (Rational(-1, 10**30), None),
    "positive except near 1": (P**2 - 2 * P + 1 - Rational(1, 10**30), None),
    "complex": (Z**2, None),
    "function": (H(X), None),
}


@pytest.mark.parametrize("name", SIGNS)
def test_signs(name):
    expression, sign = SIGNS[name]
    assert is_positive(expression) is (sign == 1)
    assert is_nonnegative(expression) is (sign is not None)
    assert not (sign == 1 and is_nonnegative(-expression))


def test_a_sign_is_that_of_all_entries():
    assert is_positive(symbols("d", 2, positive=True))
    assert not is_positive(np.array([P, X], dtype=object))
    assert not is_nonnegative(np.array([N, -P], dtype=object))
    for judge in (is_positive, is_nonnegative):
        with pytest.raises(ValueError, match="without entries"):
            judge(np.array([], dtype=object))


VALUES = {X: Rational(-7, 3), Y: Rational(5, 4), P: Rational(2, 7), Q: Rational(11, 5), N: Rational(1, 6)}
STEPS = (
    lambda e: sympy.expand_log(e, force=True),
    lambda e: sympy.powdenest(e, force=True),
    lambda e: sympy.logcombine(e, force=True),
    lambda e: sympy.expand_power_base(e, force=True),
    lambda e: e.replace(Abs, lambda x: x),
    sympy.expand,
    sympy.factor,
    sympy.together,
)
"""Rewritings of an expression, of which the first five change its value for some symbols."""


@pytest.mark.long
@pytest.mark.parametrize("seed", but(range(4), 1, 2, 3, mark="long"))
def test_what_vanishes_is_zero_at_a_point(seed):
    """Random expressions less what rewriting makes of them: true identities and false ones."""
    random = np.random.default_rng(seed)
    leaves = [*VALUES, Integer(2), Rational(-1, 2)]
    unary = [sqrt, log, Abs, lambda e: e**2, lambda e: 1 / e, lambda e: exp(e) if e.is_Symbol else -e]
    judged = {True: 0, False: 0}
    while min(judged.values()) < 8:
        e = leaves[random.integers(len(leaves))]
        for _ in range(4):
            other = leaves[random.integers(len(leaves))]
            e = unary[random.integers(len(unary))](e + other if random.integers(2) else e * other)
        difference = e - STEPS[random.integers(len(STEPS))](e)
        if difference == 0 or e.has(sympy.zoo, sympy.nan, sympy.oo) or difference.count_ops() > 60:
            continue
        found = vanishes(difference)
        judged[found] += 1
        assert not found or abs(complex(sympy.N(difference.subs(VALUES), 50))) < 1e-30
