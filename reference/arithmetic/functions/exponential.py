"""The exponential of any square matrix, in every arithmetic."""

from typing import Any

import numpy as np
from flint import acb_mat, arb, arb_mat

from reference.arithmetic.batches import over_batch
from reference.arithmetic.complexes import ComplexBalls, ComplexRationals
from reference.arithmetic.domain import require_square
from reference.arithmetic.exact import Balls, Irrational, Rationals
from reference.arithmetic.functions.enclosed import stated
from reference.arithmetic.kinds import Unsupported, is_symbolic, namespace
from reference.arithmetic.lanes import ComplexLanes, Lanes
from reference.arithmetic.lanes import exponential as lane_exponential
from reference.arithmetic.spectra import is_hermitian_to_the_letter
from reference.shapes import Array


def expm(x: Array) -> Array:
    """Return the exponential of each square matrix, symmetric or not; raises Irrational for exact rationals."""
    require_square("expm", x)
    if not x.shape[-1]:
        return x
    if isinstance(x, (Rationals, ComplexRationals)):
        raise Irrational("expm")
    if isinstance(x, (Balls, ComplexBalls)):
        return over_batch(_enclosed, x.shape[-2:], x)
    if isinstance(x, (Lanes, ComplexLanes)):
        return lane_exponential.exponential(x)
    if is_symbolic(x):
        raise Unsupported("expm: symbols have no exponential here: build the matrix from its eigenvalues")
    if isinstance(x, np.ndarray):
        return lane_exponential.pade(x)
    return namespace(x).linalg.matrix_exp(x)


def _enclosed(rows: list[list[Any]]) -> list[list[Any]]:
    real = all(isinstance(entry, arb) for row in rows for entry in row)
    values = (arb_mat if real else acb_mat)(rows).exp().tolist()
    return stated(values) if is_hermitian_to_the_letter(rows) else values
