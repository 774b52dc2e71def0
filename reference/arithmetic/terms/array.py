"""Arrays of expression trees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from flint import arb, fmpq, fmpz

from reference.arithmetic.exact import Balls, Rationals
from reference.arithmetic.rigorous import Rigorous, bare_operand
from reference.arithmetic.terms.decisions import holds
from reference.arithmetic.terms.term import NoForm, Term, entered, exp, log, sqrt, term


def _compare(relation: str, swapped: bool = False, opposite: bool = False) -> Callable[[Terms, Any], Any]:
    def decide(p: Any, q: Any) -> bool:
        a, b = (term(q), term(p)) if swapped else (term(p), term(q))
        return holds(relation, a, b) is not opposite

    def method(self: Terms, other: Any) -> Any:
        return np.asarray(np.frompyfunc(decide, 2, 1)(self.array, bare_operand(other, Terms)), dtype=bool)

    return method


class Terms(Rigorous):
    """Trees, each with its value: a comparison is decided by values, and noted as a guard."""

    __slots__ = ()
    _ZERO = term(0)
    _KIND = "expression trees"
    _OPERANDS = (int, fmpq, fmpz, Term)
    __lt__, __le__ = _compare("<"), _compare("≤")
    __gt__, __ge__ = _compare("<", swapped=True), _compare("≤", swapped=True)
    __eq__, __ne__ = _compare("="), _compare("=", opposite=True)

    def __bool__(self) -> bool:
        return bool(self.item() != 0)

    def _analytic(self, ufunc: Any) -> Any:
        if ufunc not in _FUNCTIONS:
            raise NoForm(ufunc.__name__)
        return self.map(lambda x: _FUNCTIONS[ufunc](term(x)))


_FUNCTIONS: dict[Any, Callable[[Term], Term]] = {
    np.sqrt: sqrt,
    np.exp: exp,
    np.log: log,
    np.log1p: lambda x: log(1 + x),
    np.expm1: lambda x: exp(x) - 1,
    np.tanh: lambda x: 1 - 2 / (exp(2 * x) + 1),
    np.sinh: lambda x: (exp(x) - exp(-x)) / 2,
    np.cosh: lambda x: (exp(x) + exp(-x)) / 2,
}


def inputs(values: Rationals, first: int) -> Terms:
    """Return exact numbers as the inputs at the places from ``first`` on."""
    entries: Any = np.asarray(values.array, dtype=object)
    places = np.arange(first, first + entries.size).reshape(entries.shape)
    return Terms.of(np.frompyfunc(lambda place, value: entered(int(place), value), 2, 1)(places, entries))


def values(x: Any) -> Any:
    """Return what trees are worth: fractions if all are, else balls; and any other array as it is."""
    if not isinstance(x, Terms):
        return x
    known: Any = np.frompyfunc(lambda entry: term(entry).value, 1, 1)(x.array)
    if all(isinstance(value, fmpq) for value in np.ravel(known)):
        return Rationals.of(known)
    return Balls.of(np.frompyfunc(arb, 1, 1)(known))
