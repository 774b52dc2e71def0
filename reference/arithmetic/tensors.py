"""Products of matrices that are made of products of entries: Kronecker's, commutators, partial traces, permanents."""

from collections.abc import Sequence
from functools import reduce
from itertools import combinations
from math import prod
from operator import add

import numpy as np

from reference.arithmetic.domain import OutsideDomain, require_matrix, require_square
from reference.arithmetic.kinds import integers
from reference.shapes import Array


def kron(a: Array, b: Array) -> Array:
    """Return the Kronecker product a ⊗ b of two matrices: the blocks a[i, j] b, in the places of the entries of a."""
    for x in (a, b):
        require_matrix("kron", x, "of vectors write kron(u[:, None], v[:, None])[:, 0]")
    blocks = a[..., :, None, :, None] * b[..., None, :, None, :]
    return blocks.reshape((*blocks.shape[:-4], a.shape[-2] * b.shape[-2], a.shape[-1] * b.shape[-1]))


def commutator(a: Array, b: Array) -> Array:
    """Return ab − ba of two square matrices of one size."""
    for x in (a, b):
        require_square("commutator", x)
    if a.shape[-1] != b.shape[-1]:
        raise OutsideDomain(f"commutator: matrices of {a.shape[-1]} and {b.shape[-1]} rows have none")
    return a @ b - b @ a


def partial_trace(x: Array, dimensions: Sequence[int], which: int | Sequence[int]) -> Array:
    """Return what is left of a matrix on a product of spaces when some of the factors are traced out.

    ``dimensions`` are those of the factors, in the order of :func:`kron`, and ``which`` is the index, or the indices,
    of those that are traced out: ``partial_trace(kron(a, b), (m, n), 0)`` is tr(a) b, and with 1 it is tr(b) a.
    """
    require_square("partial_trace", x)
    sizes, out = tuple(dimensions), (which,) if isinstance(which, int) else tuple(which)
    if prod(sizes) != x.shape[-1] or not all(size > 0 for size in sizes):
        raise OutsideDomain(f"partial_trace: {x.shape[-1]} rows are no product of spaces of dimensions {sizes}")
    if not all(-len(sizes) <= k < len(sizes) for k in out) or len({k % len(sizes) for k in out}) != len(out):
        raise OutsideDomain(f"partial_trace: {which} does not say which of {len(sizes)} factors, each once, from 0 on")
    for k in sorted((k % len(sizes) for k in out), reverse=True):  # from the last, so that indices stay
        x = _traced_out(x, prod(sizes[:k]), sizes[k])
        sizes = sizes[:k] + sizes[k + 1 :]
    return x


def _traced_out(x: Array, before: int, size: int) -> Array:
    """Trace a factor out that stands after one of dimension ``before``."""
    after = x.shape[-1] // before // size
    factors = x.reshape((*x.shape[:-2], before, size, after, before, size, after))
    rest = reduce(add, (factors[..., :, i, :, :, i, :] for i in range(size)))
    return rest.reshape((*x.shape[:-2], before * after, before * after))


def permanent(x: Array) -> Array:
    """Return the permanent of each square matrix: the determinant without signs, in 2ⁿ⁻¹n products for n rows.

    Of entries ≥ 0 nothing cancels: it is the sum over sets of columns that Laplace's expansion makes, row by row.
    """
    require_square("permanent", x)
    size = x.shape[-1]
    value = integers(np.ones((*x.shape[:-2], 1), dtype=int), x)  # of no row and no column
    places: dict[tuple[int, ...], int] = {(): 0}
    for row in range(size):
        chosen = list(combinations(range(size), row + 1))
        columns = np.array(chosen)
        without = np.array([[places[(*s[:k], *s[k + 1 :])] for k in range(row + 1)] for s in chosen])
        value = (x[..., row, :][..., columns] * value[..., without]).sum(-1)
        places = {s: k for k, s in enumerate(chosen)}
    return value[..., 0]
