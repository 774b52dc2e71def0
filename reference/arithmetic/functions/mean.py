"""The geometric mean of positive definite matrices, in every arithmetic."""

from typing import Any

import numpy as np
from flint import acb, arb

from reference.arithmetic.complexes import ComplexBalls, ComplexRationals
from reference.arithmetic.domain import OutsideDomain, require_symmetric, shape_of
from reference.arithmetic.elementary import sqrt
from reference.arithmetic.exact import Balls, Rationals
from reference.arithmetic.functions import rational
from reference.arithmetic.functions.hermitian import A_PART, over_exact, refuse_symbols, sqrtm
from reference.arithmetic.kinds import alike, bare, namespace
from reference.arithmetic.lanes import ComplexLanes, Lanes
from reference.arithmetic.lanes import functions as lane_functions
from reference.arithmetic.matrices import adjoint, hermitian_part, inverse
from reference.arithmetic.undefined import undefined
from reference.shapes import Array


def geometric_mean(a: Array, b: Array) -> Array:
    """Return a # b = a^½ (a^−½ b a^−½)^½ a^½ of symmetric, or Hermitian, positive definite matrices.

    Of others it is NaN, but where a is definite and b ⪰ 0, or an enclosure of such: there it is the limit of those of
    b + δI, as δ → 0. Of fractions it is exact where a⁻¹b has rational squares for eigenvalues. It is computed as
    L (L⁻¹ b L⁻ᴴ)^½ Lᴴ with any LLᴴ = a: congruences respect means (Bhatia, Positive Definite Matrices, 4.1).
    """
    for x in (a, b):
        require_symmetric("geometric_mean", x, A_PART)
    if shape_of(a)[-1] != shape_of(b)[-1]:
        raise OutsideDomain(f"geometric_mean: matrices of {shape_of(a)[-1]} and {shape_of(b)[-1]} rows have none")
    refuse_symbols("geometric_mean", a)
    a, b = alike(a, b)
    if not a.shape[-1]:
        return a @ b
    if isinstance(a, (Lanes, ComplexLanes)):
        return lane_functions.geometric_mean(a, b)
    if isinstance(a, (Rationals, ComplexRationals)):
        return over_exact(rational.geometric_mean, a, b)
    if isinstance(a, (Balls, ComplexBalls)):
        factor = _cholesky(a)
        unit = inverse(factor)
    else:
        values, vectors = namespace(a).linalg.eigh(a)
        roots = sqrt(values)[..., None, :]
        factor, unit = vectors * roots, adjoint(vectors / roots)
    return hermitian_part(factor @ sqrtm(hermitian_part(unit @ b @ adjoint(unit))) @ adjoint(factor))


def _cholesky(x: Any) -> Any:
    """Enclose the lower triangular factor of each positive definite matrix; of another one it is NaN."""
    rows: Any = np.array(bare(x), dtype=object).reshape(-1, *x.shape[-2:])
    for matrix in rows:
        _factorise(matrix)
    return type(x).of(rows.reshape(x.shape))


def _factorise(m: Any) -> None:
    """Replace a matrix by its factor."""
    n = len(m)
    for j in range(n):
        pivot = acb(m[j, j] - sum(m[j, k] * _conjugate(m[j, k]) for k in range(j))).real
        if not pivot > 0:
            undefined("geometric_mean: a matrix is not positive definite, or cannot be told from one that is not")
            pivot = arb.nan()
        m[j, j] = type(m[j, j])(pivot.sqrt())
        for i in range(j + 1, n):
            m[i, j] = (m[i, j] - sum(m[i, k] * _conjugate(m[j, k]) for k in range(j))) / pivot.sqrt()
            m[j, i] = 0 * m[i, j]


def _conjugate(x: Any) -> Any:
    return x.conjugate() if isinstance(x, acb) else x
