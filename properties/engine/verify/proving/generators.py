"""What is known of generators, and no more: assumptions of functions, signs of factors, lowest terms."""

from fractions import Fraction

import numpy as np
import pytest
import sympy
from flint import fmpq
from sympy import Integer, Piecewise, Rational, exp, log, sqrt

from verify.proving import excess, is_nonnegative, is_positive, reduced, vanishes
from verify.proving.field import Field
from verify.proving.polynomials import Polynomials, Undefined, _cancelled, _content

X, Y = sympy.symbols("x y", real=True)
P, Q = sympy.symbols("p q", positive=True)
N, M = sympy.symbols("n m", nonnegative=True)
Z = sympy.Symbol("z")
REAL, NONNEGATIVE, POSITIVE, ANY = (
    sympy.Function("F", **known) for known in ({"real": True}, {"nonnegative": True}, {"positive": True}, {})
)


def test_fractions_are_brought_to_lowest_terms_and_nothing_else_is_a_fraction():
    found = reduced(np.array([(X**2 - 1) / (X - 1), 1 / X + 1 / Y, Rational(6, 4) * X / X, X - X], dtype=object))
    assert found.tolist() == [X + 1, (X + Y) / (X * Y), Rational(3, 2), 0]
    assert reduced([[X / X]]).shape == (1, 1)
    for other in (sqrt(P), exp(X), log(P) / P, X * ANY(X)):
        with pytest.raises(TypeError, match="is no rational function of symbols"):
            reduced([other])
    with pytest.raises(Undefined):
        reduced([1 / (X - X)])


def test_what_is_assumed_of_a_function_is_known_of_its_values_and_no_more():
    assert vanishes(sqrt(REAL(X) ** 2) - abs(REAL(X)))
    assert not vanishes(sqrt(REAL(X) ** 2) - REAL(X))
    assert vanishes(sqrt(NONNEGATIVE(X) ** 2) - NONNEGATIVE(X))
    assert vanishes(log(POSITIVE(X) * P) - log(POSITIVE(X)) - log(P))
    assert not vanishes(log(ANY(X) * ANY(Y)) - log(ANY(X)) - log(ANY(Y)))
    assert [Field().sign(function(X)) for function in (POSITIVE, NONNEGATIVE, REAL, ANY)] == [1, 0, None, None]
    assert is_positive(1 + REAL(X) ** 2)
    assert not is_positive(1 + ANY(X) ** 2)


SIGNS = (
    (exp(X), 1), (exp(Z), None), (exp(X) + exp(-X), 1), (P * N, 0), (P / Q, 1), (N + P, 1), (N + M, 0), (-P, None),
    (-N, None), ((X - 1) ** 2 * P, 0), ((1 + X**2) ** 3, 1), (P * (X - Y) ** 2 / (1 + N), 0), (X * Y, None),
    (sqrt(P), 1), (sqrt(N), 0), (abs(X), 0), (abs(X) + P, 1), (Integer(3), 1), (Integer(0), 0), (Integer(-3), None),
    (P - Q, None), ((-P) ** 3 * (-Q), 1), ((-1 - P) / (-2 - X**2), 1), (-((-1 - P) ** 2), None),
    (1 + log(P) ** 2, 1), (log(P) ** 2, 0), (1 + log(Z) ** 2, None), (log(P), None), (1 + log(1 + N) ** 2, 1),
)  # fmt: skip


def test_a_sign_is_that_of_the_factors():
    for expression, sign in SIGNS:
        assert Field().sign(expression) == sign, expression
        assert is_positive(expression) is (sign == 1)
        assert is_nonnegative(expression) is (sign in (0, 1))


CONDITIONS = (
    (P > 0, True), (P >= 0, True), (N >= 0, True), (sympy.Le(-N, 0), True), (sympy.Lt(-P, 0), True),
    (sympy.Lt(P + Q, P, evaluate=False), False), (sympy.Gt(-P * Q, 0, evaluate=False), False),
    (sympy.Ge(-P * Q, 0, evaluate=False), False), (sympy.Gt(-N * M, 0, evaluate=False), False),
    (sympy.Gt(P * N, 0, evaluate=False), None), (sympy.Ge(-N * M, 0, evaluate=False), None), (X > Y, None),
    (sympy.Ge(X**2 + Y**2, 2 * X * Y), True), (sympy.Gt(X**2 + Y**2, 2 * X * Y), None),
    (sympy.Lt(X**2 + Y**2, 2 * X * Y), False), (sympy.Le(X**2 + Y**2, 2 * X * Y), None),
)  # fmt: skip


def test_a_branch_is_taken_where_its_condition_is_decided_alone():
    for condition, first in CONDITIONS:
        chosen = Piecewise((X, condition), (Y, True), evaluate=False)
        assert vanishes(chosen - X) is (first is True), condition
        assert vanishes(chosen - Y) is (first is False), condition


def test_logarithms_of_numbers_are_those_of_their_primes():
    assert vanishes(log(Integer(1008)) - 4 * log(2) - 2 * log(3) - log(7))
    assert vanishes(log(Rational(8, 9) * P) - 3 * log(2) + 2 * log(3) - log(P))
    assert vanishes(log(Integer(994009)) - 2 * log(Integer(997)))
    assert vanishes(sqrt(Integer(1008) * P) - 12 * sqrt(7) * sqrt(P))
    assert not vanishes(log(2) - log(3))
    assert not vanishes(log(-2 * P) - log(2) - log(P))


def test_powers_and_roots_are_counted():
    for n in range(-5, 6):
        assert vanishes(sqrt(P**3) ** n - P**n * sqrt(P) ** n)
        assert vanishes(log(P**3 * Q ** (2 * n)) - 3 * log(P) - 2 * n * log(Q))
        assert vanishes(sqrt((X - Y) ** 2 * P ** (2 * n + 1)) - abs(X - Y) * P**n * sqrt(P))
    assert vanishes(sqrt(1 / P) - 1 / sqrt(P))
    assert vanishes(log(X**2) - 2 * log(abs(X)))
    assert not vanishes(log(X**2) - log(abs(X)))
    assert vanishes(log(sqrt(P) * Q) - log(P) / 2 - log(Q))
    assert vanishes(exp(log(P)) - P)
    assert vanishes(exp(X / 2 + Y / 3) ** 6 - exp(3 * X) * exp(2 * Y))
    assert vanishes(exp(2 * X / 3) - exp(X / 3) ** 2)
    assert not vanishes(exp(X / 2) - exp(X / 3))


def test_the_excess_is_what_it_is_said_to_be():
    assert excess(P) == P - log(P) - 1
    assert excess(Integer(1)) == 0


# --- polynomials ----------------------------------------------------------------------------------------------------


def test_a_fraction_is_divided_into_terms_and_factors():
    ring = Polynomials([X, Y], {})
    found = ring.fraction((3 * X**2 - Y / 2) / (4 * Y))
    terms = dict(ring.terms(found))
    assert {term: terms[term] for term in terms} == {X**2 / Y: Rational(3, 4), Integer(1): Rational(-1, 8)}
    constant, factors = ring.factors(ring.fraction(Rational(2, 3) * X**2 - Rational(2, 3) * Y**2).numerator)
    assert constant == Rational(2, 3)
    assert set(factors) == {(X - Y, 1), (X + Y, 1)}
    constant, factors = ring.factors(ring.fraction(-6 * X**3).numerator)
    assert (constant, factors) == (-6, [(X, 3)])


def test_the_content_of_a_polynomial_has_the_sign_of_its_leading_term():
    ring = Polynomials([X, Y], {})
    for expression, content in ((6 * X + 4 * Y, 2), (-6 * X + 4 * Y, -2), (X / 2 + Y / 3, Fraction(1, 6)),
                                (Rational(4, 3) * X, Fraction(4, 3)), (-X + 100, -1)):  # fmt: skip
        assert _content(ring._evaluated(expression).numerator) == fmpq(*Fraction(content).as_integer_ratio())


def test_a_denominator_of_one_is_not_looked_through():
    ring = Polynomials([X], {})
    one = ring.fraction(Integer(1)).numerator
    assert _cancelled(ring._evaluated(2 * X).numerator, one) == (2 * ring._evaluated(X).numerator, one)
    assert ring.fraction(X**-2) == (one, ring.fraction(X**2).numerator)
    assert ring.fraction((X + 1) ** 0) == ring.fraction(Integer(1))
    with pytest.raises(Undefined, match="is a division by 0"):
        ring.fraction(sympy.Pow(sympy.Add(X, -X, evaluate=False), -1, evaluate=False))
    with pytest.raises(Undefined, match=r"sin.x. has no value"):
        ring.fraction(sympy.sin(X))
