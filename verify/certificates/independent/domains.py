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
    return all(_TESTS[word](value, domain) for word in _KINDS[domain["kind"]].split())


def is_known(domain: dict[str, Any]) -> bool:
    """Say whether there is a test of a domain."""
    return domain["kind"] in _KINDS and ("of" not in domain or is_known(domain["of"]))


def flat(value: Any) -> list[Fraction]:
    """Return all numbers of a value, in order."""
    return [x for item in value for x in flat(item)] if isinstance(value, list) else [value]


def _definite_rank(m: Rows) -> int:
    """Return the rank of a symmetric matrix without negative eigenvalues, −1 of any other."""
    rank = rank_if_semidefinite([[Interval(x, x, 0) for x in row] for row in m])
    return -1 if rank is None else rank


def _less(a: list[Fraction], b: list[Fraction]) -> list[Fraction]:
    return list(map(sub, a, b))


def _transposed(m: Rows) -> Rows:
    return [list(column) for column in zip(*m, strict=True)]


def _product(a: Rows, b: Rows) -> Rows:
    return [[sum(map(mul, row, column), Fraction(0)) for column in _transposed(b)] for row in a]


def _gram(m: Rows) -> Rows:
    return _product(_transposed(m), m)


def _beside_identity(m: Rows) -> Rows:
    return [_less([Fraction(i == j) for j in range(len(row))], row) for i, row in enumerate(_gram(m))]


def _has_pattern(m: Rows, number: Callable[[int, int], int]) -> bool:
    cells = [(number(i, j), x) for i, row in enumerate(m) for j, x in enumerate(row)]
    return all(dict(cells)[place] == x for place, x in cells)


def _has_positive_pivots(m: Rows) -> bool:
    while m and m[0][0] > 0:
        m = [_less(row, [row[0] / m[0][0] * x for x in m[0]])[1:] for row in m[1:]]
    return not m


def _is_below(x: list[Fraction], y: list[Fraction]) -> bool:
    """Say whether no sum of the largest entries of x exceeds that of y, and all together are as much."""
    sums = [list(accumulate(sorted(v, reverse=True))) for v in (x, y)]
    return all(p <= q for p, q in zip(*sums, strict=True)) and sums[0][-1] == sums[1][-1]


_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "nonnegative": lambda x, _: all(n >= 0 for n in flat(x)),
    "positive": lambda x, _: all(n > 0 for n in flat(x)),
    "whole": lambda x, _: all(n.denominator == 1 for n in flat(x)),
    "signs": lambda x, _: all(abs(n) == 1 for n in flat(x)),
    "sum": lambda x, _: sum(flat(x)) == 1,
    "squares": lambda x, _: sum(n * n for n in flat(x)) == 1,
    "value": lambda x, of: x == Fraction(of["value"]),
    "least": lambda x, of: all(Fraction(low) <= n for low in of["limits"][:1] for n in flat(x)),
    "most": lambda x, of: all(n <= Fraction(high) for high in of["limits"][1:] for n in flat(x)),
    "descending": lambda v, _: v == sorted(v, reverse=True),
    "rows": lambda m, _: all(sum(row) == 1 for row in m),
    "columns": lambda m, _: all(sum(column) == 1 for column in _transposed(m)),
    "rank": lambda m, of: _definite_rank(_gram(m)) <= of["rank"],
    "orthonormal": lambda m, _: not any(flat(_beside_identity(m))),
    "contracting": lambda m, _: _definite_rank(_beside_identity(m)) >= 0,
    "symmetric": lambda m, _: m == _transposed(m),
    "semidefinite": lambda m, _: _definite_rank(m) >= 0,
    "definite": lambda m, _: _definite_rank(m) == len(m),
    "ones": lambda m, _: all(row[i] == 1 for i, row in enumerate(m)),
    "trace": lambda m, _: sum(row[i] for i, row in enumerate(m)) == 1,
    "idempotent": lambda m, _: _product(m, m) == m,
    "normal": lambda m, _: _product(m, _transposed(m)) == _product(_transposed(m), m),
    "nonpositive": lambda m, _: not any(x > 0 for i, row in enumerate(m) for j, x in enumerate(row) if i != j),
    "pivots": lambda m, _: _has_positive_pivots(m),
    "upper": lambda m, _: not any(x for i, row in enumerate(m) for x in row[:i]),
    "diagonals": lambda m, _: _has_pattern(m, lambda i, j: j - i),
    "antidiagonals": lambda m, _: _has_pattern(m, lambda i, j: i + j),
    "turned": lambda m, _: _has_pattern(m, lambda i, j: (j - i) % len(m)),
    "both": lambda pair, of: all(is_in(x, of["of"]) for x in pair),
    "commuting": lambda pair, _: _product(*pair) == _product(*reversed(pair)),
    "ordered": lambda pair, _: _definite_rank(list(map(_less, pair[1], pair[0]))) >= 0,
    "below": lambda pair, _: _is_below(*pair),
}
"""What is asked of a value. A matrix without positive entries beside its diagonal has an inverse without negative ones
if, and only if, its pivots are positive."""

_KINDS = {
    "Scalar": "", "Vector": "", "Matrix": "", "AnySquare": "", "NonNegative": "nonnegative", "Positive": "positive",
    "NonNegativeVector": "nonnegative", "Nonnegative": "nonnegative", "PositiveVector": "positive", "Constant": "value",
    "Spectrum": "nonnegative descending", "Interval": "least most", "Integer": "whole least most", "LowRank": "rank",
    "SignMatrix": "signs", "Permutation": "orthonormal nonnegative", "Orthogonal": "orthonormal",
    "Isometry": "orthonormal", "UnitVector": "squares", "Simplex": "nonnegative sum", "PositiveSimplex": "positive sum",
    "Stochastic": "nonnegative rows", "DoublyStochastic": "nonnegative rows columns", "MMatrix": "nonpositive pivots",
    "Triangular": "upper", "Toeplitz": "diagonals", "Hankel": "antidiagonals", "Circulant": "turned",
    "Symmetric": "symmetric", "PositiveSemidefinite": "symmetric semidefinite", "Normal": "normal",
    "PositiveDefinite": "symmetric definite", "Correlation": "symmetric ones semidefinite",
    "Density": "symmetric trace semidefinite",
    "Contraction": "contracting", "Projection": "symmetric idempotent", "Free": "both", "Majorised": "both below",
    "Commuting": "both commuting", "Ordered": "both ordered",
}  # fmt: skip
