"""Membership of exact values: matrices as lists of rows, vectors as lists, numbers as fractions."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import accumulate
from operator import mul, sub
from typing import Any

from verify.certificates.independent.intervals import Interval, rank_if_semidefinite

Rows = list[list[Fraction]]


def is_in(value: Any, domain: dict[str, Any]) -> bool:
    """Say whether a value is in a domain of a program; raises KeyError for one that is not known here."""
    return _TESTS[domain["kind"]](value, domain)


def is_known(domain: dict[str, Any]) -> bool:
    """Say whether there is a test of a domain."""
    return domain["kind"] in _TESTS and ("of" not in domain or is_known(domain["of"]))


def flat(value: Any) -> list[Fraction]:
    """Return all numbers of a value, in order."""
    return [x for item in value for x in flat(item)] if isinstance(value, list) else [value]


def is_semidefinite(m: Rows) -> bool:
    """Say whether a symmetric matrix has no negative eigenvalue."""
    return _definite_rank(m) != -1


def _definite_rank(m: Rows) -> int | None:
    return rank_if_semidefinite([[Interval(x, x, 0) for x in row] for row in m])


def rank_of(m: Rows) -> int:
    """Return the rank of a matrix, by elimination with any entry that is not 0."""
    top = next((row for row in m if any(row)), None)
    if top is None:
        return 0
    j = next(j for j, x in enumerate(top) if x)
    return 1 + rank_of([_less(row, [row[j] / top[j] * x for x in top]) for row in m if row is not top])


def _less(a: list[Fraction], b: list[Fraction]) -> list[Fraction]:
    return list(map(sub, a, b))


def _transposed(m: Rows) -> Rows:
    return [list(column) for column in zip(*m, strict=True)]


def _product(a: Rows, b: Rows) -> Rows:
    return [[sum(map(mul, row, column), Fraction(0)) for column in _transposed(b)] for row in a]


def _beside_identity(m: Rows) -> Rows:
    """Return I − MᵀM."""
    gram = _product(_transposed(m), m)
    return [_less([Fraction(i == j) for j in range(len(gram))], row) for i, row in enumerate(gram)]


def _symmetric(m: Rows) -> bool:
    return m == _transposed(m)


def _psd(m: Rows) -> bool:
    return _symmetric(m) and is_semidefinite(m)


def _nonnegative(value: Any) -> bool:
    return all(x >= 0 for x in flat(value))


def _positive(value: Any) -> bool:
    return all(x > 0 for x in flat(value))


def _orthonormal(m: Rows) -> bool:
    return not any(flat(_beside_identity(m)))


def _stochastic(m: Rows) -> bool:
    return _nonnegative(m) and all(sum(row) == 1 for row in m)


def _commute(a: Rows, b: Rows) -> bool:
    return _product(a, b) == _product(b, a)


def _diagonal(m: Rows) -> list[Fraction]:
    return [row[i] for i, row in enumerate(m)]


def _between(value: Any, of: dict[str, Any]) -> bool:
    limits = [Fraction(limit) for limit in of["limits"]]
    return not limits or all(limits[0] <= x <= limits[1] for x in flat(value))


def _patterned(number: Callable[[int, int, int], int]) -> Callable[[Rows, Any], bool]:
    def test(m: Rows, _: Any) -> bool:
        cells = [(number(i, j, len(m)), x) for i, row in enumerate(m) for j, x in enumerate(row)]
        return all(dict(cells)[place] == x for place, x in cells)

    return test


def _m_matrix(m: Rows, _: Any) -> bool:
    """Say whether no entry beside the diagonal is > 0, and elimination finds pivots > 0: so no entry of 1/M is < 0."""
    if any(x > 0 for i, row in enumerate(m) for j, x in enumerate(row) if i != j):
        return False
    while m and m[0][0] > 0:
        m = [_less(row, [row[0] / m[0][0] * x for x in m[0]])[1:] for row in m[1:]]
    return not m


def _majorised(pair: Any, of: dict[str, Any]) -> bool:
    sums = [list(accumulate(sorted(v, reverse=True))) for v in pair]
    return all(p <= q for p, q in zip(*sums, strict=True)) and sums[0][-1] == sums[1][-1] and _both(pair, of)


def _both(pair: Any, of: dict[str, Any]) -> bool:
    return all(is_in(x, of["of"]) for x in pair)


_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    **dict.fromkeys(("Scalar", "Vector", "Matrix", "AnySquare"), lambda *_: True),
    **dict.fromkeys(("NonNegative", "NonNegativeVector", "Nonnegative"), lambda x, _: _nonnegative(x)),
    **dict.fromkeys(("Positive", "PositiveVector"), lambda x, _: _positive(x)),
    **dict.fromkeys(("Orthogonal", "Isometry"), lambda m, _: _orthonormal(m)),
    "Constant": lambda x, of: x == Fraction(of["value"]),
    "Spectrum": lambda v, _: _nonnegative(v) and v == sorted(v, reverse=True),
    "Interval": _between,
    "Integer": lambda x, of: all(n.denominator == 1 for n in flat(x)) and _between(x, of),
    "LowRank": lambda m, of: rank_of(m) <= of["rank"],
    "SignMatrix": lambda m, _: all(abs(x) == 1 for x in flat(m)),
    "Permutation": lambda m, _: _orthonormal(m) and all(x in (0, 1) for x in flat(m)),
    "UnitVector": lambda v, _: sum(x * x for x in v) == 1,
    "Simplex": lambda v, _: _nonnegative(v) and sum(v) == 1,
    "PositiveSimplex": lambda v, _: _positive(v) and sum(v) == 1,
    "Stochastic": lambda m, _: _stochastic(m),
    "DoublyStochastic": lambda m, _: _stochastic(m) and _stochastic(_transposed(m)),
    "MMatrix": _m_matrix,
    "Triangular": lambda m, _: not any(x for i, row in enumerate(m) for x in row[:i]),
    "Toeplitz": _patterned(lambda i, j, _: j - i),
    "Hankel": _patterned(lambda i, j, _: i + j),
    "Circulant": _patterned(lambda i, j, size: (j - i) % size),
    "Symmetric": lambda m, _: _symmetric(m),
    "PositiveSemidefinite": lambda m, _: _psd(m),
    "PositiveDefinite": lambda m, _: _symmetric(m) and _definite_rank(m) == len(m),
    "Correlation": lambda m, _: all(x == 1 for x in _diagonal(m)) and _psd(m),
    "Density": lambda m, _: sum(_diagonal(m)) == 1 and _psd(m),
    "Contraction": lambda m, _: is_semidefinite(_beside_identity(m)),
    "Projection": lambda m, _: _symmetric(m) and _product(m, m) == m,
    "Normal": lambda m, _: _commute(m, _transposed(m)),
    "Free": _both,
    "Commuting": lambda pair, of: _both(pair, of) and _commute(*pair),
    "Ordered": lambda pair, of: _both(pair, of) and _psd(list(map(_less, pair[1], pair[0]))),
    "Majorised": _majorised,
}
