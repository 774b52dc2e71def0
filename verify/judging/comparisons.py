"""Comparisons of exact numbers, of balls, and of floats of many instances; there is no tolerance anywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from flint import arb, fmpq, fmpq_mat

from reference.arithmetic import eigenvalues, hermitian_part, imag, real, symmetric_part
from reference.arithmetic.complex_matrices import embedding
from reference.arithmetic.complexes import Complex, real_if_certain
from reference.arithmetic.exact import Balls, Rigorous
from reference.arithmetic.lanes import ComplexLanes, Lane, Lanes
from reference.arithmetic.literals import constant, is_complex
from reference.arithmetic.precision import working_precision
from reference.arithmetic.terms.array import Terms, values
from reference.shapes import Array
from verify.judging.margins import degree_of_comparison, degree_of_semidefiniteness
from verify.judging.statements import ClaimError, NotFinite, Truth, counted

_ROOT_BITS = 128
"""To so many bits an eigenvalue is known that is shown of an exact matrix."""


_ANSWERS: dict[str, Callable[[Any, Any], bool | None]] = {
    "≤": lambda p, q: True if p <= q else False if p > q else None,
    "<": lambda p, q: True if p < q else False if p >= q else None,
    "=": lambda p, q: True if p == q else False if p != q else None,
}


def leq(a: Array, b: Array) -> Truth:
    """State a ≤ b, entry by entry; the smaller of a and b broadcasts."""
    return _compare("≤", a, b)


def less(a: Array, b: Array) -> Truth:
    """State a < b, entry by entry; the smaller of a and b broadcasts."""
    return _compare("<", a, b)


def equal(a: Array, b: Array) -> Truth:
    """State a = b, entry by entry; the smaller of a and b broadcasts. Of complex numbers both parts are equal."""
    if any(isinstance(x, Complex) or is_complex(x) for x in (a, b)):
        return _equal_parts(a, b)
    return _compare("=", a, b)


def _equal_parts(a: Array, b: Array) -> Truth:
    parts = [(part(a), part(b)) for part in (real, imag)]
    if not counted() and all(_is_zero(x) for x in parts[1]):
        return equal(*parts[0])
    return equal(*parts[0]) & equal(*parts[1])


def _is_zero(x: Array) -> bool:
    return not isinstance(x, Lanes) and all(entry == 0 for entry in np.ravel(_numbers(x)))


def positive_semidefinite(matrix: Array) -> Truth:
    """State that a symmetric, or Hermitian, matrix has no negative eigenvalue; raises ClaimError if it is neither."""
    if isinstance(matrix, Terms):
        truth = positive_semidefinite(values(matrix))
        truth.compared = matrix, 0
        return truth
    many = isinstance(matrix, (Lanes, ComplexLanes))
    plain = _numbers(matrix)
    if plain.ndim != 2 or plain.shape[0] != plain.shape[1]:
        raise ClaimError(f"positive_semidefinite: a square matrix is needed, not one of shape {plain.shape}")
    if many:
        return Truth("⪰", degree_of_semidefiniteness(matrix))
    if isinstance(matrix, Complex):
        plain = _numbers(embedding(matrix))  # it has the same eigenvalues, each twice
    if any(p != q for p, q in zip(plain.ravel(), plain.T.ravel(), strict=True)):
        raise ClaimError(
            f"positive_semidefinite: the matrix is not {'Hermitian' if isinstance(matrix, Complex) else 'symmetric'}"
        )
    if isinstance(plain.flat[0], fmpq):
        # all roots are real, so none is negative if and only if the coefficients alternate in sign (Descartes)
        polynomial = fmpq_mat(plain.tolist()).charpoly()
        signed = [c if (len(plain) - k) % 2 == 0 else -c for k, c in enumerate(polynomial.coeffs())]
        return Truth("⪰", all(c >= 0 for c in signed), sides=(_smallest_root(polynomial), arb(0)))
    part = hermitian_part(matrix) if isinstance(matrix, Complex) else symmetric_part(Balls.of(plain))
    spectrum = eigenvalues(part).bare()  # vᴴMv sees no other part
    if not all(map(_finite, spectrum)):
        raise NotFinite("an eigenvalue of the matrix that is stated to be ⪰ 0")
    smallest, largest = spectrum[-1], max(abs(spectrum[0]).upper(), abs(spectrum[-1]).upper())
    value = True if smallest >= 0 else False if smallest < 0 else None
    return Truth("⪰", value, _bits(abs(smallest).upper(), largest), (smallest, arb(0)))


def _smallest_root(polynomial: Any) -> Any:
    """Enclose the smallest root of a polynomial whose roots are all real: zero is exact, no other touches it."""
    with working_precision(_ROOT_BITS):
        roots = [root.real for root, _ in polynomial.numer().complex_roots()]
        return min(root.lower() for root in roots).union(min(root.upper() for root in roots))


def _numbers(x: Any) -> np.ndarray:
    """Return the entries of an array as ``fmpq`` or ``arb``; raises ClaimError for inexact ones."""
    if isinstance(x, Rigorous):
        return np.asarray(x.array, dtype=object)
    array = np.asarray(x, dtype=object)
    entries = np.empty(array.shape, dtype=object)
    for i in np.ndindex(array.shape):
        entry = constant(array[i])
        if not isinstance(entry, (int, fmpq, arb)):
            raise ClaimError(f"a comparison needs exact numbers or enclosures, not {type(entry).__name__}")
        entries[i] = fmpq(entry) if isinstance(entry, int) else entry
    return entries


def at_entry(truth: Truth, entry: list[int]) -> Truth:
    """Return a comparison of exact numbers or balls at one of its entries; raises LookupError if it has no such one."""
    arrays = np.broadcast_arrays(*truth.compared)
    if entry not in map(list, np.ndindex(*arrays[0].shape)) or any(type(index) is not int for index in entry):
        raise LookupError(f"{truth.relation} has no entry {entry}")
    p, q = (array[tuple(entry)] for array in arrays)
    return Truth(truth.relation, _ANSWERS[truth.relation](p, q), sides=(p, q), entry=tuple(entry))


def _compare(relation: str, a: Any, b: Any) -> Truth:
    a, b = real_if_certain(relation, a), real_if_certain(relation, b)
    if isinstance(a, Terms) or isinstance(b, Terms):
        truth = _compare(relation, values(a), values(b))
        truth.compared = a, b
        return truth
    if any(isinstance(x, (Lane, Lanes)) for x in (a, b)):
        many = _fitting(relation, _lanes(a), _lanes(b))
        return Truth(relation, degree_of_comparison(relation, *many), compared=many)
    left, right = _fitting(relation, _numbers(a), _numbers(b))
    pairs = np.broadcast(left, right)
    worst: tuple[Any, ...] | None = None
    value: bool | None = True
    bits = 0
    for k, (p, q) in enumerate(pairs):
        if not (_finite(p) and _finite(q)):
            entry = _entry(k, pairs.shape)
            side = "right" if _finite(p) else "left"
            raise NotFinite(f"the {side} side of {relation}" + (f" at index {list(entry)}" if entry else ""))
        answer = _ANSWERS[relation](p, q)
        if answer is True and worst is not None:
            continue
        if answer is False:
            return Truth(relation, False, 0, (p, q), _entry(k, pairs.shape), compared=(left, right))
        if answer is None:
            agreement = _bits(abs(p - q).upper(), max(_size(p), _size(q)))
            if value is None and agreement >= bits:
                continue
            value, bits = None, agreement
        worst = (p, q, _entry(k, pairs.shape))
    if worst is None:
        raise ClaimError(f"{relation}: arrays of shape {pairs.shape} have no entries to compare")
    return Truth(relation, value, bits, worst[:2], worst[2], compared=(left, right))


def _fitting(relation: str, left: Any, right: Any) -> tuple[Any, Any]:
    """Return two arrays, one of which broadcasts to the shape of the other; raises ClaimError if neither does."""
    try:
        shape = np.broadcast_shapes(left.shape, right.shape)
    except ValueError:
        shape = None
    if shape not in (left.shape, right.shape):  # a row against a column is a slip, not a table
        raise ClaimError(f"{relation}: shapes {left.shape} and {right.shape} do not fit")
    return left, right


def _lanes(x: Any) -> Lanes:
    if isinstance(x, Lanes):
        return x
    return Lanes.of(x) if isinstance(x, Lane) else Lanes.of(0) + x


def _entry(k: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(int(i) for i in np.unravel_index(k, shape)) if shape else ()


def _finite(x: Any) -> bool:
    return isinstance(x, fmpq) or bool(x.is_finite())


def _size(x: Any) -> Any:
    return abs(arb(x)).lower()


def _bits(gap: Any, size: Any) -> int:
    """Return how many leading bits agree: −log₂ of the gap, relative to the size of the sides unless that is zero."""
    relative = gap / size if size > 0 else gap
    mantissa, exponent = arb(relative).upper().man_exp()
    return max(0, -int(exponent) - int(mantissa).bit_length())
