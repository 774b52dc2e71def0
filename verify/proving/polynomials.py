"""Fractions of polynomials over ℚ, some of whose variables are square roots of such fractions in later ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from math import gcd, lcm
from typing import Any, NamedTuple

from flint import Ordering, fmpq, fmpq_mpoly_ctx

from reference.arithmetic.deferred import sympy


class Undefined(ArithmeticError):
    """The expression has no value, such as one that is divided by 0."""


class Fraction(NamedTuple):
    """A fraction of coprime polynomials."""

    numerator: Any
    denominator: Any


class Polynomials:
    """The polynomials in some symbols, modulo root² = square for those that are roots.

    Args:
        symbols: of SymPy, the roots before all that their squares are made of.
        squares: expressions, by the roots that they are the squares of, in the order of the symbols.
    """

    def __init__(self, symbols: Sequence[Any], squares: Mapping[Any, Any]) -> None:
        self._symbols = tuple(symbols)
        self._ring = fmpq_mpoly_ctx.get([f"x{k}" for k in range(len(symbols))], Ordering.lex)
        self._generators = dict(zip(symbols, self._ring.gens(), strict=True))
        self._one = self._ring.constant(1)
        self._squares: list[tuple[int, Fraction]] = []
        for root, square in reversed(list(squares.items())):  # a square is evaluated modulo the roots that it holds
            self._squares.insert(0, (self._symbols.index(root), self._evaluated(square)))

    def fraction(self, e: Any) -> Fraction:
        """Return an expression of sums, products and integer powers as a fraction; raises Undefined if it is none."""
        return self._reduced(self._evaluated(e))

    def expression(self, polynomial: Any) -> Any:
        """Return a polynomial as an expression."""
        terms = [_rational(c) * self._power(monomial) for monomial, c in polynomial.to_dict().items()]
        return sympy.Add(*terms)

    def terms(self, fraction: Fraction) -> Iterator[tuple[Any, Any]]:
        """Yield expressions and rational numbers: the products of the two add up to the fraction."""
        leading = fraction.denominator.leading_coefficient()
        denominator = self.expression(fraction.denominator / leading)
        for monomial, coefficient in fraction.numerator.to_dict().items():
            yield self._power(monomial) / denominator, _rational(coefficient / leading)

    def factors(self, polynomial: Any) -> tuple[Any, list[tuple[Any, int]]]:
        """Return a rational number and irreducible factors with exponents: expressions of coprime integers."""
        constant, factors = polynomial.factor()
        found = []
        for factor, n in factors:
            content = _content(factor)
            constant *= content ** int(n)
            found.append((self.expression(factor / content), int(n)))
        return _rational(constant), found

    def _power(self, monomial: Sequence[int]) -> Any:
        return sympy.Mul(*(symbol**k for symbol, k in zip(self._symbols, map(int, monomial), strict=True) if k))

    def _evaluated(self, e: Any) -> Fraction:
        """Return an expression as a fraction, having looked at every denominator."""
        if e.is_Symbol:
            return Fraction(self._generators[e], self._one)
        if e.is_Rational:
            return Fraction(self._ring.constant(fmpq(int(e.p), int(e.q))), self._one)
        if e.is_Add:
            return reduce(_sum, map(self._evaluated, e.args))
        if e.is_Mul:
            return reduce(_product, map(self._evaluated, e.args))
        if e.is_Pow:
            n, base = int(e.exp), self._evaluated(e.base)
            if n >= 0:
                return Fraction(base.numerator**n, base.denominator**n)
            if not self._remainder(base.numerator).numerator:
                raise Undefined(f"{e} is a division by 0")
            return Fraction(base.denominator**-n, base.numerator**-n)
        raise Undefined(f"{e} has no value")

    def _reduced(self, fraction: Fraction) -> Fraction:
        numerator, denominator = map(self._remainder, fraction)
        if not denominator.numerator:
            raise Undefined("a division by 0")
        return _product(numerator, Fraction(denominator.denominator, denominator.numerator))

    def _remainder(self, polynomial: Any) -> Fraction:
        """Return a polynomial modulo the relations: a fraction that is of degree one at most in each root."""
        value = Fraction(polynomial, self._one)
        for root, square in self._squares:
            parts: dict[int, dict[tuple[int, ...], fmpq]] = {}
            for monomial, coefficient in value.numerator.to_dict().items():
                n = int(monomial[root])
                rest = (*monomial[:root], n % 2, *monomial[root + 1 :])
                part = parts.setdefault(n // 2, {})
                part[rest] = part.get(rest, 0) + coefficient
            most = max(parts, default=0)
            numerator = self._ring.constant(0)
            for half, part in parts.items():
                numerator += self._ring.from_dict(part) * square.numerator**half * square.denominator ** (most - half)
            value = Fraction(numerator, value.denominator * square.denominator**most)
        return value


def _rational(number: fmpq) -> Any:
    return sympy.Rational(int(number.p), int(number.q))


def _content(polynomial: Any) -> fmpq:
    """Return the number by which a polynomial is one of coprime integers, whose leading one is positive."""
    coefficients = polynomial.coeffs()
    content = fmpq(gcd(*(int(c.p) for c in coefficients)), lcm(*(int(c.q) for c in coefficients)))
    return -content if polynomial.leading_coefficient() < 0 else content


def _sum(x: Fraction, y: Fraction) -> Fraction:
    if x.denominator == y.denominator:
        return _cancelled(x.numerator + y.numerator, x.denominator)
    common = x.denominator.gcd(y.denominator)
    left, right = x.denominator / common, y.denominator / common
    return _cancelled(x.numerator * right + y.numerator * left, left * y.denominator)


def _product(x: Fraction, y: Fraction) -> Fraction:
    left, right = _cancelled(x.numerator, y.denominator), _cancelled(y.numerator, x.denominator)
    return Fraction(left.numerator * right.numerator, left.denominator * right.denominator)


def _cancelled(numerator: Any, denominator: Any) -> Fraction:
    if denominator.is_one():
        return Fraction(numerator, denominator)
    common = numerator.gcd(denominator)
    return Fraction(numerator / common, denominator / common)
