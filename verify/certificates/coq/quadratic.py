"""Positive semidefinite in Coq: a quadratic form that is a sum of squares, or a direction in which it is negative."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from verify.certificates.coq.text import literal

Rows = Sequence[Sequence[Fraction]]


def form(entries: Sequence[Sequence[str]], ys: Sequence[str]) -> str:
    """Return yᵀMy as a text, without the entries that are the number 0."""
    terms = [
        f"{y} * {m} * {z}" for y, row in zip(ys, entries, strict=True) for m, z in zip(row, ys, strict=True) if m != "0"
    ]
    return " + ".join(terms) or "0"


def negative_direction(m: Rows) -> list[Fraction] | None:
    """Return y with yᵀMy < 0 for a symmetric matrix, or None where there is none."""
    if not m:
        return None
    pivot, right = m[0][0], m[0][1:]
    zeros = [Fraction(0)] * len(right)
    if pivot < 0:
        return [Fraction(1), *zeros]
    if pivot == 0:
        for j, b in enumerate(right):
            if b:
                zeros[j] = Fraction(1)
                return [-(m[j + 1][j + 1] + 1) / (2 * b), *zeros]
    rest = negative_direction(_reduced(m))
    if rest is None:
        return None
    return [
        -sum((b * y for b, y in zip(right, rest, strict=True)), Fraction(0)) / pivot if pivot else Fraction(0),
        *rest,
    ]


def squares(m: Rows, ys: Sequence[str]) -> str:
    """Return the steps that add the squares of which yᵀMy is a sum with weights ≥ 0; M is semidefinite."""
    found = []
    while m:
        if m[0][0]:
            factors = [x / m[0][0] for x in m[0]]
            found.append(" + ".join(f"{literal(c)} * {y}" for c, y in zip(factors, ys, strict=True) if c))
        m, ys = _reduced(m), ys[1:]
    facts = " ".join(f"(Rle_0_sqr ({linear}))" for linear in found)
    return f"generalize {facts}. unfold Rsqr. " if facts else ""


def _reduced(m: Rows) -> list[list[Fraction]]:
    """Return what is left of a matrix when its first row is eliminated."""
    pivot, right = m[0][0], m[0][1:]
    factors = [b / pivot if pivot else Fraction(0) for b in right]
    return [[x - c * b for x, b in zip(row[1:], right, strict=True)] for row, c in zip(m[1:], factors, strict=True)]
