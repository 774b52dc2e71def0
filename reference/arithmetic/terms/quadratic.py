"""Eigenvalues and singular values that are roots of quadratic equations; of larger matrices there is no form."""

from __future__ import annotations

from functools import reduce
from operator import add

from reference.arithmetic.terms.term import NoForm, Term, sqrt


def eigenvalues(rows: list[list[Term]]) -> list[Term]:
    """Return the eigenvalues of a symmetric matrix of one or two rows, largest first."""
    if len(rows) == 1:
        return rows[0]
    if len(rows) > 2:
        raise NoForm("eigenvalues of more than two rows")
    (a, b), (_, d) = rows
    middle, half = (a + d) / 2, (a - d) / 2
    gap = sqrt(half * half + b * b)
    return [middle + gap, middle - gap]


def singular_values(rows: list[list[Term]]) -> list[Term]:
    """Return the singular values of a matrix whose smaller side is one or two, largest first."""
    short = rows if len(rows) <= len(rows[0]) else [list(column) for column in zip(*rows, strict=True)]
    if len(short) > 2:
        raise NoForm("singular values of more than two rows and columns")
    gram = [[reduce(add, (x * y for x, y in zip(p, q, strict=True))) for q in short] for p in short]
    return [sqrt(value) for value in eigenvalues(gram)]
