"""Fractions of polynomials, modulo square roots: against SymPy's own, and by hand."""

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from verify.proving.polynomials import Polynomials, Undefined

R, S, X, Y = SYMBOLS = sympy.symbols("r s x y")
RATIONAL = st.fractions(min_value=-3, max_value=3, max_denominator=4).map(
    lambda q: sympy.Rational(q.numerator, q.denominator)
)


def _larger(part):
    powers = st.builds(lambda e, n: sympy.Pow(e, n, evaluate=False), part, st.integers(-2, 3))
    return st.one_of(
        powers, *(st.builds(lambda *e, f=f: f(*e, evaluate=False), part, part) for f in (sympy.Add, sympy.Mul))
    )


EXPRESSIONS = st.recursive(st.sampled_from([X, Y]) | RATIONAL, _larger, max_leaves=8)


@pytest.mark.long
@given(EXPRESSIONS)
def test_a_fraction_is_what_sympy_makes_of_it(e):
    ring = Polynomials([X, Y], {})
    try:
        fraction = ring.fraction(e)
    except Undefined:
        parts = sympy.preorder_traversal(e)
        assert any(sympy.cancel(part.doit()).has(sympy.zoo, sympy.nan) for part in parts)
        return
    numerator, denominator = (ring.expression(part) for part in fraction)
    assert sympy.cancel(e.doit() - numerator / denominator) == 0
    assert not sympy.gcd(numerator, denominator).free_symbols
    assert sympy.cancel(sum(c * term for term, c in ring.terms(fraction)) - numerator / denominator) == 0
    for part in fraction:
        if part:
            constant, factors = ring.factors(part)
            assert sympy.expand(constant * sympy.prod([f**n for f, n in factors]) - ring.expression(part)) == 0
            for factor, _ in factors:
                polynomial = sympy.Poly(factor, X, Y)
                assert polynomial.content() == 1
                assert all(c.is_Integer for c in polynomial.coeffs())
                assert polynomial.LC() > 0


@given(EXPRESSIONS.filter(lambda e: e.free_symbols), st.integers(0, 3), st.integers(0, 3))
def test_every_power_of_a_root_is_reduced_by_its_square(square, m, n):
    """r² is any fraction, s² = 1 + r another root's: the even powers are theirs, and the odd ones times the root."""
    try:
        ring = Polynomials([S, R, X, Y], {S: 1 + R, R: square})
        zero = ring.fraction(R ** (2 * m + 1) * S ** (2 * n) - R * square**m * (1 + R) ** n)
        other = ring.fraction(R - square)
    except (Undefined, TypeError):
        return
    assert not zero.numerator
    assert other.numerator


def test_a_division_by_what_is_zero_modulo_the_roots_is_none():
    ring = Polynomials([R, X], {R: X})
    for e in (1 / (R**2 - X), (R - 1) / (R**4 - X**2), sympy.Pow(sympy.Add(X, -X, evaluate=False), -1, evaluate=False)):
        with pytest.raises(Undefined):
            ring.fraction(e)
    assert ring.expression(ring.fraction(1 / R).denominator) == R
    with pytest.raises(Undefined):  # each is defined, their product is not: (r − t)(r + t) = x − x
        Polynomials([S, R, X], {S: X, R: X}).fraction(1 / (R - S) * 1 / (R + S))
    with pytest.raises(Undefined):
        ring.fraction(sympy.oo)


def test_factors_and_terms_make_up_what_they_are_of():
    ring = Polynomials([X, Y], {})
    half = sympy.Rational(1, 2)
    for e in (
        (2 * X + 4) ** 3 * (6 * Y - 9) ** 2, (X / 3 + Y / 2) ** 2 / 5, -7 * (X**2 - Y**2) ** 2, half * X - Y / 3,
        (X + 1) ** 2 * (half * Y + half) ** 3, sympy.Integer(6), -X,
    ):  # fmt: skip
        constant, factors = ring.factors(ring.fraction(e).numerator)
        numerator = ring.expression(ring.fraction(e).numerator)
        assert sympy.expand(constant * sympy.prod([f**n for f, n in factors]) - numerator) == 0
        assert all(sympy.Poly(f, X, Y).content() == 1 for f, _ in factors)
    for e in (X / (3 * Y), (2 * X + 1) / (6 * Y + 4), X * Y / 7 + 5, (X + Y) / (half * X - Y)):
        fraction = ring.fraction(e)
        assert sympy.cancel(sum(c * term for term, c in ring.terms(fraction)) - e) == 0
