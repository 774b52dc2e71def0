"""Membership of exact values: matrices as lists of rows, vectors as lists, numbers as fractions."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import accumulate
from typing import Any

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


def _transposed(m: Rows) -> Rows:
    return [list(column) for column in zip(*m, strict=True)]


def _product(a: Rows, b: Rows) -> Rows:
    return [
        [sum((x * y for x, y in zip(row, column, strict=True)), Fraction(0)) for column in _transposed(b)] for row in a
    ]


def _identity(size: int) -> Rows:
    return [[Fraction(i == j) for j in range(size)] for i in range(size)]


def _less(a: Rows, b: Rows) -> Rows:
    return [[x - y for x, y in zip(p, q, strict=True)] for p, q in zip(a, b, strict=True)]


def is_semidefinite(m: Rows) -> bool:
    """Say whether a symmetric matrix has no negative eigenvalue: a pivot is > 0, or is 0 in a row of zeros."""
    if not m:
        return True
    (pivot, *right), rest = m[0], m[1:]
    if pivot < 0 or (pivot == 0 and any(right)):
        return False
    if pivot == 0:
        return is_semidefinite([row[1:] for row in rest])
    return is_semidefinite([[x - row[0] * y / pivot for x, y in zip(row[1:], right, strict=True)] for row in rest])


def _echelon(m: Rows, columns: int) -> tuple[int, Rows]:
    """Return the rank of the first columns, and the rows when these are reduced."""
    rows, rank = [list(row) for row in m], 0
    for j in range(columns):
        found = next((i for i in range(rank, len(rows)) if rows[i][j]), None)
        if found is None:
            continue
        rows[rank], rows[found] = rows[found], rows[rank]
        rows[rank] = [x / rows[rank][j] for x in rows[rank]]
        for i, row in enumerate(rows):
            if i != rank:
                rows[i] = [x - row[j] * y for x, y in zip(row, rows[rank], strict=True)]
        rank += 1
    return rank, rows


def rank_of(m: Rows) -> int:
    """Return the rank of a matrix."""
    return _echelon(m, len(m[0]))[0]


def _symmetric(m: Rows) -> bool:
    return m == _transposed(m)


def _psd(m: Rows) -> bool:
    return _symmetric(m) and is_semidefinite(m)


def _nonnegative(value: Any) -> bool:
    return all(x >= 0 for x in flat(value))


def _positive(value: Any) -> bool:
    return all(x > 0 for x in flat(value))


def _orthonormal(m: Rows) -> bool:
    return _product(_transposed(m), m) == _identity(len(m[0]))


def _stochastic(m: Rows) -> bool:
    return _nonnegative(m) and all(sum(row) == 1 for row in m)


def _commute(a: Rows, b: Rows) -> bool:
    return _product(a, b) == _product(b, a)


def _between(value: Any, of: dict[str, Any]) -> bool:
    limits = [Fraction(limit) for limit in of["limits"]]
    return not limits or all(limits[0] <= x <= limits[1] for x in flat(value))


def _patterned(number: Callable[[int, int, int], int]) -> Callable[[Rows, Any], bool]:
    def test(m: Rows, _: Any) -> bool:
        seen: dict[int, Fraction] = {}
        cells = [(number(i, j, len(m)), x) for i, row in enumerate(m) for j, x in enumerate(row)]
        return all(seen.setdefault(place, x) == x for place, x in cells)

    return test


def _m_matrix(m: Rows, _: Any) -> bool:
    size = len(m)
    off = all(x <= 0 for i, row in enumerate(m) for j, x in enumerate(row) if i != j)
    rank, rows = _echelon([row + one for row, one in zip(m, _identity(size), strict=True)], size)
    return off and rank == size and all(x >= 0 for row in rows for x in row[size:])


def _majorised(pair: Any, of: dict[str, Any]) -> bool:
    sums = [list(accumulate(sorted(v, reverse=True))) for v in pair]
    below = all(p <= q for p, q in zip(*sums, strict=True))
    return below and sums[0][-1] == sums[1][-1] and all(is_in(v, of["of"]) for v in pair)


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
    "PositiveDefinite": lambda m, _: _psd(m) and rank_of(m) == len(m),
    "Correlation": lambda m, _: all(m[i][i] == 1 for i in range(len(m))) and _psd(m),
    "Density": lambda m, _: sum(m[i][i] for i in range(len(m))) == 1 and _psd(m),
    "Contraction": lambda m, _: is_semidefinite(_less(_identity(len(m[0])), _product(_transposed(m), m))),
    "Projection": lambda m, _: _symmetric(m) and _product(m, m) == m,
    "Normal": lambda m, _: _commute(m, _transposed(m)),
    "Free": _both,
    "Commuting": lambda pair, of: _both(pair, of) and _commute(*pair),
    "Ordered": lambda pair, of: _both(pair, of) and _psd(_less(pair[1], pair[0])),
    "Majorised": _majorised,
}
