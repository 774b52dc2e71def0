"""Whether an expression is 0, decided: as a fraction of polynomials over ℚ, whatever else it holds being generators.

Symbols, exponentials, logarithms, roots and functions become generators of a field of fractions, in which a fraction is
0 if its numerator is. Relations between generators are used where they are true for all values of the symbols:

- exp(Σ c_j t_j) is a product of powers of exp(t_j/q), with a common denominator q of the rationals c_j;
- log and √ of s·h are log s + log h and √s·√h for s ≥ 0: the product of the irreducible factors f that are ≥ 0 by the
  assumptions on their symbols, and of |f|² for those that are real and come squared. Of h nothing is used;
- (√f)² = f and |f|² = f²; sinh, cosh, tanh and coth are exponentials, erf is 1 − erfc.

So the answer errs on one side only: what is called 0 is 0, for all values of the symbols at which it is defined.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import lcm
from typing import Any

import numpy as np

from reference.arithmetic.deferred import sympy
from verify.proving.polynomials import Fraction, Polynomials, Undefined


class Field:
    """Expressions as fractions in generators, of which there are more with every expression that needs them.

    Args:
        positive: what is positive by the argument of a proof, though its assumptions do not show it.
    """

    def __init__(self, positive: Iterable[Any] = ()) -> None:
        self._functions: list[tuple[Any, Any]] = []
        self._logarithms: dict[Any, Any] = {}
        self._exponentials: dict[Any, dict[int, Any]] = {}
        self._exponents: dict[Any, Any] = {}
        self._roots: dict[Any, Any] = {}
        self._moduli: dict[Any, Any] = {}
        self._squares: dict[Any, Any] = {}
        """The square of each root and modulus, in generators that are older."""
        self._positive: set[Any] = set()
        for expression in positive:
            if self.sign(-expression) is not None:  # of what is false, all would follow
                raise ValueError(f"{expression} is not positive, as the assumptions show, or what else is positive")
            self._positive.add(self._split(self._generated(expression))[1])

    def is_zero(self, expression: Any) -> bool:
        """Say whether an expression is 0; raises Undefined if it has no value, TypeError if it is none of numbers."""
        return not self._fraction(self._generated(expression))[1].numerator

    def reduced(self, expression: Any) -> Any:
        """Return an expression that is rational in symbols in lowest terms; raises TypeError for any other one."""
        e = self._generated(expression)
        if e.free_symbols - sympy.sympify(expression).free_symbols:
            raise TypeError(f"{expression} is no rational function of symbols")
        return self._reduced(e)

    def sign(self, expression: Any) -> int | None:
        """Return 1 for what is positive, 0 for what is nonnegative, or None where neither is seen."""
        e = self._generated(expression)
        seen, rest = self._split(e)
        rest = sympy.expand(rest)
        if e.is_positive or (rest.is_positive and all(factor.is_positive for factor, _ in seen)):
            return 1
        return 0 if e.is_nonnegative or rest.is_nonnegative else None

    # --- from expressions to fractions ------------------------------------------------------------------------------

    def _generated(self, expression: Any) -> Any:
        if isinstance(expression, (np.integer, complex, np.complexfloating)):
            raise TypeError(f"{expression} is of a type that rounds, or wraps around: write integers(…), or sympy.I")
        e = sympy.sympify(expression, strict=True)
        if not isinstance(e, sympy.Expr) or not e.is_commutative:
            raise TypeError(f"{e} is no expression of numbers")
        if e.has(sympy.Float):
            raise TypeError(f"{e} holds a float, which is another number: write Rational(1, 10), not 0.1")
        inequalities = (sympy.Gt, sympy.Ge, sympy.Lt, sympy.Le)
        return self._in_generators(e.replace(lambda part: isinstance(part, inequalities), self._decided))

    def _decided(self, inequality: Any) -> Any:
        """Return whether an inequality, such as those of Piecewise, is true where that is seen, or else itself."""
        gap, strict = inequality.gts - inequality.lts, isinstance(inequality, (sympy.Gt, sympy.Lt))
        above, below = self.sign(gap), self.sign(-gap)
        if above == 1 or (above == 0 and not strict):
            return sympy.true
        return sympy.false if below == 1 or (below == 0 and strict) else inequality

    def _in_generators(self, e: Any) -> Any:
        """Return an expression with generators for all that is not rational in its symbols."""
        if e.is_Symbol or e.is_Rational:
            return e
        if e.is_Add or e.is_Mul or (e.is_Pow and e.exp.is_Integer):
            return e.func(*map(self._in_generators, e.args))
        if e.is_Pow and e.exp.is_Rational and e.exp.q == 2:
            return self._root(self._in_generators(e.base)) ** e.exp.p
        if isinstance(e, sympy.exp):
            return self._exponential(self._in_generators(e.exp))
        if isinstance(e, sympy.log) and len(e.args) == 1:
            return self._logarithm(self._in_generators(e.args[0]))
        if isinstance(e, sympy.Abs) and e.args[0].is_real:
            return self._root(self._in_generators(e.args[0]) ** 2)
        if isinstance(e, (sympy.sinh, sympy.cosh, sympy.tanh, sympy.coth)):
            return self._in_generators(e.rewrite(sympy.exp))
        if isinstance(e, sympy.erf):
            return 1 - self._in_generators(sympy.erfc(*e.args))
        if isinstance(e, (sympy.Function, sympy.Pow, sympy.Max, sympy.Min)) and not isinstance(e, sympy.Piecewise):
            rebuilt = e.func(*(self._reduced(self._in_generators(argument)) for argument in e.args))
            return self._function(rebuilt) if isinstance(rebuilt, e.func) else self._in_generators(rebuilt)
        return self._structure(e)

    def _reduced(self, e: Any) -> Any:
        ring, fraction = self._fraction(e)
        return ring.expression(fraction.numerator) / ring.expression(fraction.denominator)

    def _fraction(self, e: Any) -> tuple[Polynomials, Fraction]:
        """Return a fraction in generators modulo the relations of roots and moduli, and the ring of its polynomials."""
        finest = self._finest()
        e = e.xreplace(finest)
        squares = {root: square.xreplace(finest) for root, square in reversed(self._squares.items())}
        symbols = set(e.free_symbols)
        for root, square in squares.items():
            if root in symbols:
                symbols |= square.free_symbols
        roots = [root for root in squares if root in symbols]
        rest = sorted(symbols.difference(roots), key=sympy.default_sort_key)
        ring = Polynomials([*roots, *rest], {root: squares[root] for root in roots})
        return ring, ring.fraction(e)

    def _split(self, e: Any) -> tuple[list[tuple[Any, int]], Any]:
        """Return factors that are ≥ 0, with their exponents, and the rest: the product of all is e."""
        seen: list[tuple[Any, int]] = []
        rest = sympy.Integer(1)
        ring, fraction = self._fraction(e)
        if not fraction.numerator:
            return [], sympy.Integer(0)
        for part, side in ((fraction.numerator, 1), (fraction.denominator, -1)):
            constant, factors = ring.factors(part)
            rest *= sympy.sign(constant)
            seen += [(sympy.Integer(p), side * n) for p, n in sympy.factorrat(abs(constant), limit=1000).items()]
            for given, n in factors:
                factor = given
                if factor.is_nonpositive or -factor in self._positive:
                    factor, rest = -factor, rest * (-1) ** n
                if factor.is_nonnegative or factor in self._positive:
                    seen.append((factor, side * n))
                elif factor.is_real:
                    seen.append((self._modulus(factor), side * n - n % 2))
                    rest *= factor ** (n % 2)
                else:
                    rest *= factor ** (side * n)
        return [(factor, n) for factor, n in seen if n and factor != 1], rest

    # --- generators -------------------------------------------------------------------------------------------------

    def _exponential(self, e: Any) -> Any:
        ring, fraction = self._fraction(e)
        product = sympy.Integer(1)
        for term, multiple in ring.terms(fraction):
            product *= self._unit(term, int(multiple.q)) ** multiple.p
        return product

    def _unit(self, term: Any, q: int) -> Any:
        """Return exp(term/q)."""
        units = self._exponentials.setdefault(term, {})
        if q not in units:
            units[q] = sympy.Dummy(f"exp({term}/{q})", positive=term.is_real or None)
            self._exponents[units[q]] = term / q
        return units[q]

    def _finest(self) -> dict[Any, Any]:
        """Return each exponential as a power of the one with the common denominator."""
        powers: dict[Any, Any] = {}
        for term, units in list(self._exponentials.items()):
            common = lcm(*units)
            finest = self._unit(term, common)
            powers |= {unit: finest ** (common // q) for q, unit in units.items() if q != common}
        return powers

    def _logarithm(self, e: Any) -> Any:
        seen, rest = self._split(e)
        if rest == 0:
            raise Undefined("the logarithm of 0 has no value")
        value = sum((n * self._logarithm_of_factor(factor) for factor, n in seen), sympy.Integer(0))
        return value if rest == 1 else value + self._function(sympy.log(rest, evaluate=False))

    def _logarithm_of_factor(self, factor: Any) -> Any:
        if factor in self._exponents:
            return self._exponents[factor]
        if factor in self._roots.values():
            return self._logarithm(self._squares[factor]) / 2
        return self._logarithms.setdefault(factor, sympy.Dummy(f"log({factor})", real=True))

    def _root(self, e: Any) -> Any:
        seen, rest = self._split(e)
        value = sympy.prod([factor ** (n // 2) * self._root_of_factor(factor) ** (n % 2) for factor, n in seen])
        if rest in (0, 1):
            return value * rest
        return value * self._with_square(self._roots, rest, rest, positive=rest.is_positive)

    def _root_of_factor(self, factor: Any) -> Any:
        if factor in self._exponents:
            return self._exponential(self._exponents[factor] / 2)
        return self._with_square(self._roots, factor, factor, nonnegative=True, positive=factor.is_positive or None)

    def _modulus(self, factor: Any) -> Any:
        return self._with_square(self._moduli, factor, factor**2, nonnegative=True)

    def _with_square(self, kept: dict[Any, Any], factor: Any, square: Any, **assumptions: Any) -> Any:
        if factor not in kept:
            kept[factor] = sympy.Dummy(f"√({square})", **assumptions)
            self._squares[kept[factor]] = square
        return kept[factor]

    def _function(self, e: Any) -> Any:
        """Return the generator of a function of generators: one for all whose arguments are equal."""
        for other, generator in self._functions:
            if other == e or (other.func == e.func and self._are_equal(other.args, e.args)):
                return generator
        return self._structure(e)

    def _structure(self, e: Any) -> Any:
        """Return the generator of what is equal to nothing but itself."""
        if e.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo, sympy.Order, sympy.AccumBounds):
            raise Undefined(f"{e} has no value")
        for other, generator in self._functions:
            if other == e:
                return generator
        known = {name: True for name in ("real", "positive", "nonnegative") if getattr(e, f"is_{name}")}
        self._functions.append((e, sympy.Dummy(str(e), **known)))
        return self._functions[-1][1]

    def _are_equal(self, some: tuple[Any, ...], others: tuple[Any, ...]) -> bool:
        return len(some) == len(others) and all(map(self._are_same, some, others))

    def _are_same(self, a: Any, b: Any) -> bool:
        return not self._fraction(a - b)[1].numerator
