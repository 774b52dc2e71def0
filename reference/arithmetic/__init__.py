"""The functions that the arithmetics do not share, of numbers, vectors and matrices; formulas import them from here.

A formula uses operators, ``.mT`` and sums wherever these suffice, and this module for the rest. Seven arithmetics are
told apart by the type of the array: NumPy float64 and torch (through their common array API), exact rationals and balls
(:mod:`~reference.arithmetic.exact`), floats of many instances (:mod:`~reference.arithmetic.lanes`), SymPy
expressions in object arrays, and trees of operations on exact inputs (:mod:`~reference.arithmetic.terms`). Each but the
last has complex numbers, in arrays that promote real ones
(:mod:`~reference.arithmetic.complexes`); their order is refused.
Outside its domain a function refuses: wrong shapes, a matrix that is not symmetric, or an order that is another, raise
:class:`OutsideDomain`; where only a number is outside (the root of −1) the value is NaN, of fractions Irrational or a
ZeroDivisionError, and does no harm in a branch of :func:`where` that is not taken.
A function that makes no sense in an arithmetic raises :class:`Unsupported`, or
:class:`~reference.arithmetic.exact.Irrational` where the value of a rational computation need not be rational.

Functions of matrices act on the last two axes, functions of vectors on the last one; leading axes are a batch.
"""

from reference.arithmetic.constants import (
    as_matrix,
    as_vector,
    concatenate,
    identity,
    leading_identity,
    number,
    pi,
    stack,
    zeros,
)
from reference.arithmetic.derivatives import gradient, hessian
from reference.arithmetic.domain import OutsideDomain
from reference.arithmetic.elementary import absolute, erfc, exp, log, sqrt, tanh
from reference.arithmetic.functions.eigenvalues import condition_number, general_eigenvalues, spectral_radius
from reference.arithmetic.functions.exponential import expm
from reference.arithmetic.functions.hermitian import absm, logm, powm, projector, spectral, sqrtm
from reference.arithmetic.functions.mean import geometric_mean
from reference.arithmetic.functions.norms import norm
from reference.arithmetic.functions.radius import numerical_radius
from reference.arithmetic.kinds import Inexact, Unsupported, exactly
from reference.arithmetic.matrices import (
    adjoint,
    column_squared_norms,
    determinant,
    diagonal,
    eigenvalues,
    hermitian_part,
    inverse,
    log_determinant,
    nonzero_columns,
    product,
    rank,
    rectangular_diagonal,
    singular_values,
    solve,
    squared_norm,
    symmetric_part,
    trace,
)
from reference.arithmetic.order import greater, maximum, minimum, nonzero, sort_descending, where
from reference.arithmetic.parts import conj, imag, real
from reference.arithmetic.tensors import commutator, kron, partial_trace, permanent

__all__ = [
    "Inexact",
    "OutsideDomain",
    "Unsupported",
    "absm",
    "absolute",
    "adjoint",
    "as_matrix",
    "as_vector",
    "column_squared_norms",
    "commutator",
    "concatenate",
    "condition_number",
    "conj",
    "determinant",
    "diagonal",
    "eigenvalues",
    "erfc",
    "exactly",
    "exp",
    "expm",
    "general_eigenvalues",
    "geometric_mean",
    "gradient",
    "greater",
    "hermitian_part",
    "hessian",
    "identity",
    "imag",
    "inverse",
    "kron",
    "leading_identity",
    "log",
    "log_determinant",
    "logm",
    "maximum",
    "minimum",
    "nonzero",
    "nonzero_columns",
    "norm",
    "number",
    "numerical_radius",
    "partial_trace",
    "permanent",
    "pi",
    "powm",
    "product",
    "projector",
    "rank",
    "real",
    "rectangular_diagonal",
    "singular_values",
    "solve",
    "sort_descending",
    "spectral",
    "spectral_radius",
    "sqrt",
    "sqrtm",
    "squared_norm",
    "stack",
    "symmetric_part",
    "tanh",
    "trace",
    "where",
    "zeros",
]
