"""Membership of the inputs in Coq: what their entries satisfy, and the steps that prove it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from verify.certificates.coq.quadratic import form, negative_direction, squares
from verify.certificates.coq.text import literal

Texts = list[list[str]]
Rows = list[list[Fraction]]


@dataclass(frozen=True)
class Entries:
    """An array of an input, a vector as one column: the names of its entries, and their values."""

    names: Texts
    values: Rows

    @property
    def flat(self) -> list[str]:
        """All names, row by row."""
        return [name for row in self.names for name in row]


def memberships(arrays: list[Entries], domain: dict[str, Any]) -> list[tuple[str, str]] | None:
    """Return what is to prove with its steps, nothing where all arrays are members, None where it is not known how."""
    facts = _facts(arrays, domain)
    if facts is None:
        return None
    unfold = f"unfold {', '.join(name for array in arrays for name in array.flat)}. "
    numbers = " /\\ ".join(f"({fact})" if "\\/" in fact else fact for fact in facts if isinstance(fact, str))
    forms = [_quadratic(unfold, *fact) for fact in facts if not isinstance(fact, str)]
    return [(numbers, f"{unfold}repeat split; lra."), *forms] if numbers else forms


def _facts(arrays: list[Entries], domain: dict[str, Any]) -> list[Any] | None:
    if domain["kind"] in _PAIRS:
        found = _PAIRS[domain["kind"]](*arrays)
        for array in arrays:
            facts = _facts([array], domain["of"])
            if facts is None:
                return None
            found = [*facts, *found]
        return found
    return _FACTS[domain["kind"]](arrays[0], domain) if domain["kind"] in _FACTS else None


def _quadratic(unfold: str, entries: Texts, values: Rows, strictly: bool) -> tuple[str, str]:
    """Return that a matrix is semidefinite or, strictly, that it is and remains so with less on its diagonal."""
    ys = [f"y{k}" for k in range(len(values))]
    least = _least(values) if strictly else Fraction(0)
    less = [[x - least * (i == j) for j, x in enumerate(row)] for i, row in enumerate(values)]
    low = f"{literal(least)} * ({' + '.join(f'{y} * {y}' for y in ys)})" if strictly else "0"
    what = f"forall {' '.join(ys)} : R, {low} <= {form(entries, ys)}"
    return what, f"intros. {unfold}{squares(less, ys)}lra."


def _least(m: Rows) -> Fraction:
    """Return a number > 0 that no eigenvalue of a definite matrix is below."""
    least = Fraction(1)
    while negative_direction([[x - least * (i == j) for j, x in enumerate(row)] for i, row in enumerate(m)]):
        least /= 2
    return least


def _sum(terms: list[str]) -> str:
    return " + ".join(terms) or "0"


def _product(a: Texts, b: Texts) -> Texts:
    return [[_sum([f"{x} * {y}" for x, y in zip(row, column, strict=True)]) for column in _transposed(b)] for row in a]


def _transposed(m: Texts) -> Texts:
    return [list(column) for column in zip(*m, strict=True)]


def _equal(a: Texts, b: Texts) -> Iterator[str]:
    for row, other in zip(a, b, strict=True):
        yield from (f"{x} = {y}" for x, y in zip(row, other, strict=True) if x != y)


def _identity(size: int) -> Texts:
    return [[str(int(i == j)) for j in range(size)] for i in range(size)]


def _nonnegative(m: Entries, _: Any = None) -> list[str]:
    return [f"0 <= {x}" for x in m.flat]


def _positive(m: Entries, _: Any = None) -> list[str]:
    return [f"0 < {x}" for x in m.flat]


def _orthonormal(m: Entries, _: Any = None) -> list[str]:
    gram = _product(_transposed(m.names), m.names)
    return list(_equal(gram, _identity(len(gram))))


def _spectrum(m: Entries, _: Any) -> list[str]:
    return _nonnegative(m) + [f"{y} <= {x}" for x, y in zip(m.flat, m.flat[1:], strict=False)]


def _between(m: Entries, domain: dict[str, Any]) -> list[str]:
    limits = [literal(Fraction(limit)) for limit in domain["limits"]]
    return [f"{limits[0]} <= {x} <= {limits[1]}" for x in m.flat] if limits else []


def _rows_of(m: Texts, total: str = "1") -> list[str]:
    return [f"{_sum(row)} = {total}" for row in m]


def _symmetric(m: Entries, _: Any = None) -> list[str]:
    pairs = [(i, j) for i in range(len(m.names)) for j in range(i)]
    return [f"{m.names[i][j]} = {m.names[j][i]}" for i, j in pairs]


def _semidefinite(m: Entries, _: Any = None, strictly: bool = False) -> list[Any]:
    return [*_symmetric(m), (m.names, m.values, strictly)] if m.names else []


def _diagonal(m: Entries) -> list[str]:
    return [row[i] for i, row in enumerate(m.names)]


def _commute(a: Texts, b: Texts) -> list[str]:
    return list(_equal(_product(a, b), _product(b, a)))


def _ordered(a: Entries, b: Entries) -> list[Any]:
    names = [[f"({y} - {x})" for x, y in zip(p, q, strict=True)] for p, q in zip(a.names, b.names, strict=True)]
    values = [[y - x for x, y in zip(p, q, strict=True)] for p, q in zip(a.values, b.values, strict=True)]
    return [(names, values, False)]


_PAIRS: dict[str, Callable[[Entries, Entries], list[Any]]] = {
    "Free": lambda *_: [],
    "Commuting": lambda a, b: _commute(a.names, b.names),
    "Ordered": _ordered,
}
_FACTS: dict[str, Callable[[Entries, dict[str, Any]], list[Any]]] = {
    **dict.fromkeys(("Scalar", "Vector", "Matrix", "AnySquare"), lambda *_: []),
    **dict.fromkeys(("NonNegative", "NonNegativeVector", "Nonnegative"), _nonnegative),
    **dict.fromkeys(("Positive", "PositiveVector"), _positive),
    **dict.fromkeys(("Orthogonal", "Isometry"), _orthonormal),
    "Constant": lambda m, of: [f"{x} = {literal(Fraction(of['value']))}" for x in m.flat],
    "Spectrum": _spectrum,
    "Interval": _between,
    "SignMatrix": lambda m, _: [f"{x} = 1 \\/ {x} = -1" for x in m.flat],
    "Permutation": lambda m, _: _orthonormal(m) + [f"{x} = 0 \\/ {x} = 1" for x in m.flat],
    "UnitVector": lambda v, _: _orthonormal(v),
    "Simplex": lambda v, _: [*_nonnegative(v), f"{_sum(v.flat)} = 1"],
    "PositiveSimplex": lambda v, _: [*_positive(v), f"{_sum(v.flat)} = 1"],
    "Stochastic": lambda m, _: _nonnegative(m) + _rows_of(m.names),
    "DoublyStochastic": lambda m, _: _nonnegative(m) + _rows_of(m.names) + _rows_of(_transposed(m.names)),
    "Triangular": lambda m, _: [f"{x} = 0" for i, row in enumerate(m.names) for x in row[:i]],
    "Symmetric": _symmetric,
    "PositiveSemidefinite": _semidefinite,
    "PositiveDefinite": lambda m, _: _semidefinite(m, strictly=True),
    "Correlation": lambda m, _: [f"{x} = 1" for x in _diagonal(m)] + _semidefinite(m),
    "Density": lambda m, _: [f"{_sum(_diagonal(m))} = 1", *_semidefinite(m)],
    "Projection": lambda m, _: _symmetric(m) + list(_equal(_product(m.names, m.names), m.names)),
    "Normal": lambda m, _: _commute(m.names, _transposed(m.names)),
}
