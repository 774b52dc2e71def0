"""The eigenvalues of any square matrix, which have no order: real numbers that are functions of them have one."""

from collections.abc import Callable

import numpy as np

from reference.arithmetic.batches import over_batch
from reference.arithmetic.complexes import ComplexBalls, ComplexRationals
from reference.arithmetic.domain import OutsideDomain, require_matrix, require_square, shape_of
from reference.arithmetic.elementary import absolute
from reference.arithmetic.exact import Balls, Rationals
from reference.arithmetic.functions.rational import rational_eigenvalues
from reference.arithmetic.functions.roots import enclosed_eigenvalues
from reference.arithmetic.kinds import Unsupported, is_symbolic, namespace
from reference.arithmetic.lanes import ComplexLanes, Lanes
from reference.arithmetic.lanes import functions as lane_functions
from reference.arithmetic.matrices import singular_values
from reference.arithmetic.order import sort_descending
from reference.shapes import Array


def general_eigenvalues(x: Array, function: Callable[[Array], Array]) -> Array:
    """Return f of the eigenvalues of each square matrix, symmetric or not: real numbers, largest first.

    Complex numbers have no order, so ``function`` says what of them is meant: ``real``, ``imag``, ``absolute``, or a
    function written with those of :mod:`reference.arithmetic`, of a vector, with real values. What is symmetric in the
    eigenvalues is a sum: ``general_eigenvalues(A, lambda z: real(z * z)).sum(-1)``. Eigenvalues are counted with
    their algebraic multiplicities. Of fractions they are exact where all are rational, and Irrational elsewhere; of
    balls, those that may be defective are known to fewer digits, see
    :func:`~reference.arithmetic.functions.roots.enclosed_eigenvalues`.
    """
    return _sorted("general_eigenvalues", x, function)


def spectral_radius(x: Array) -> Array:
    """Return the largest modulus of an eigenvalue of each square matrix."""
    return _sorted("spectral_radius", x, absolute)[..., :1].sum(-1)  # of no rows, 0


def _sorted(name: str, x: Array, function: Callable[[Array], Array]) -> Array:
    require_square(name, x)
    if is_symbolic(x):
        raise Unsupported(f"{name}: symbolic eigenvalues have no order")
    spectrum = _eigenvalues(name, x)
    values = function(spectrum)
    if shape_of(values) != shape_of(spectrum):
        raise OutsideDomain(f"{name}: of eigenvalues of shape {shape_of(spectrum)} the function has {shape_of(values)}")
    return sort_descending(values)


def _eigenvalues(name: str, x: Array) -> Array:
    """Return complex eigenvalues in some order."""
    if isinstance(x, (Balls, ComplexBalls)):
        return over_batch(enclosed_eigenvalues, x.shape[-1:], x, kind=ComplexBalls)
    if isinstance(x, (Rationals, ComplexRationals)):
        spectra = [rational_eigenvalues(name, x[i]) for i in np.ndindex(x.shape[:-2])]
        return ComplexRationals.of(np.array(spectra, dtype=object).reshape(x.shape[:-1]))
    if isinstance(x, (Lanes, ComplexLanes)):
        return lane_functions.eigenvalues(x)
    return namespace(x).linalg.eigvals(x)


def condition_number(x: Array) -> Array:
    """Return the largest singular value of each matrix over the smallest; of dependent columns it is not finite."""
    require_matrix("condition_number", x)
    values = singular_values(x)
    if not values.shape[-1]:
        raise OutsideDomain("condition_number: a matrix without entries has none")
    return values[..., 0] / values[..., -1]
