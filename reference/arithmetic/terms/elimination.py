"""Determinants, solutions and ranks by elimination. That a pivot is not 0 is a decision, and that a column has none."""

from __future__ import annotations

from flint import fmpq

from reference.arithmetic.terms.term import NoForm, Term, term

Rows = list[list[Term]]


def determinant(rows: Rows) -> Term:
    """Return the determinant of a square matrix."""
    echelon, pivots, sign = _eliminated(rows, len(rows) - 1)  # what is left in the last column may be 0
    if len(pivots) < len(rows) - 1:
        return term(0)
    value = term(sign)
    for k in range(len(rows)):
        value = value * echelon[k][k]
    return value


def definite_determinant(rows: Rows) -> Term:
    """Return the determinant of a symmetric matrix; raises NoForm where it is not positive definite."""
    rest, value = rows, term(1)
    while rest:
        pivot = rest[0][0]
        if not pivot > 0:
            raise NoForm("the log-determinant of a matrix that is not positive definite")
        value = value * pivot
        rest = [[x - row[0] / pivot * y for x, y in zip(row[1:], rest[0][1:], strict=True)] for row in rest[1:]]
    return value


def solution(a: Rows, b: Rows) -> Rows:
    """Return the matrix x with a x = b; raises ZeroDivisionError where a is singular."""
    size = len(a)
    echelon, pivots, _ = _eliminated([row + right for row, right in zip(a, b, strict=True)], size)
    if len(pivots) < size:
        raise ZeroDivisionError("solve: the matrix is singular")
    solved: Rows = [row[size:] for row in echelon]
    for k in reversed(range(size)):
        for j in range(k + 1, size):
            solved[k] = [x - echelon[k][j] * y for x, y in zip(solved[k], solved[j], strict=True)]
        solved[k] = [x / echelon[k][k] for x in solved[k]]
    return solved


def rank(rows: Rows) -> int:
    """Return the rank of a matrix."""
    return len(_eliminated(rows, len(rows[0]) if rows else 0)[1])


def _eliminated(rows: Rows, columns: int) -> tuple[Rows, list[int], int]:
    """Return an echelon form, the columns that have pivots, of the first so many, and the sign of the exchange."""
    rest, sign = [list(row) for row in rows], 1
    pivots: list[int] = []
    for column in range(columns):
        top = len(pivots)
        if top == len(rest):
            break
        place = _pivot([row[column] for row in rest[top:]])
        if place is None:
            continue
        if place:
            rest[top], rest[top + place], sign = rest[top + place], rest[top], -sign
        pivots.append(column)
        for row in rest[top + 1 :]:
            factor = row[column] / rest[top][column]
            row[column + 1 :] = [
                x - factor * y for x, y in zip(row[column + 1 :], rest[top][column + 1 :], strict=True)
            ]
    return rest, pivots, sign


def _pivot(entries: list[Term]) -> int | None:
    """Return the place of an entry that is not 0, a constant if there is one; None if all are 0."""
    found = [k for k, x in enumerate(entries) if _is_not_zero(x)]
    if not found:
        for x in entries:
            _ = x != 0  # raises if that is not decided
        return None
    place = min(found, key=lambda k: entries[k].operation != "constant")
    _ = entries[place] != 0
    return place


def _is_not_zero(x: Term) -> bool:
    return bool(x.value != 0) if isinstance(x.value, fmpq) else not x.value.contains(0)
