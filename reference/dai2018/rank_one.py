"""The matrix of rank one that agrees with a given one in the most entries: eq. (15) of dai2018 for κ = 1."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import product

from reference.arithmetic import Inexact, exactly
from reference.arithmetic.exact import Rationals, rationals
from reference.shapes import Array


def closest_of_rank_one(X: Array["d n"]) -> tuple[int, Array["d n"] | None]:
    """Return min ‖X − wμᵀ‖₀ over all w and μ, for exact X, and the wμᵀ that attains it if it is the only one.

    In a best L = wμᵀ ≠ 0 the rows that are not 0 are tied to each other: each entry of w follows from another by a
    column in which L agrees with X ≠ 0 in both rows. If some were not tied, either a tie could be made, or one of two
    parts set to 0, and more entries would agree. So w is grown from a row, row by row; then each μ_j is best by itself.
    """
    X = exactly(X)
    if not isinstance(X, Rationals):
        raise Inexact("closest_of_rank_one: only exact matrices have a decided rank")
    if X.shape[0] > X.shape[1]:  # fewer rows to grow along
        fewest, L = closest_of_rank_one(X.mT)
        return fewest, None if L is None else L.mT
    values = [[Fraction(int(q.p), int(q.q)) for q in row] for row in X.tolist()]
    best: dict[int, set[tuple[tuple[Fraction, ...], ...]]] = {}
    for w in _tied_columns(values):
        found = [_best_multiples(w, column) for column in zip(*values, strict=True)]
        agreeing = sum(agreeing for agreeing, _ in found)
        for multiples in product(*(multiples for _, multiples in found)):
            best.setdefault(agreeing, set()).add(tuple(tuple(a * b for b in multiples) for a in w))
    most = max(best)
    (only, *others) = best[most]
    return len(values) * len(values[0]) - most, None if others else rationals(only)


def _tied_columns(X: list[list[Fraction]]) -> set[tuple[Fraction, ...]]:
    """Return every w that grows from a 1 in one row by ties, with 0 in the rows that it has not grown to."""
    grown: set[tuple[Fraction, ...]] = set()
    pending = [tuple(Fraction(int(i == first)) for i in range(len(X))) for first in range(len(X))]
    while pending:
        w = pending.pop()
        if w not in grown:
            grown.add(w)
            for i, k in product(range(len(X)), repeat=2):
                if w[k] and not w[i]:
                    ties = {w[k] * x / y for x, y in zip(X[i], X[k], strict=True) if x and y}
                    pending.extend((*w[:i], tie, *w[i + 1 :]) for tie in ties)
    return grown


def _best_multiples(w: Sequence[Fraction], column: Sequence[Fraction]) -> tuple[int, list[Fraction]]:
    """Return in how many entries a multiple of w can agree with a column, and the factors for which so many do."""
    factors = {x / y for x, y in zip(column, w, strict=True) if y}
    agreeing = {f: sum(f * y == x for x, y in zip(column, w, strict=True)) for f in factors}
    most = max(agreeing.values())
    return most, [factor for factor, count in agreeing.items() if count == most]
