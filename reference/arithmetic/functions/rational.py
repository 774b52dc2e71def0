"""Functions of matrices of fractions, where they are rational: those whose eigenvalues, and values there, are."""

from collections.abc import Callable
from typing import Any

import numpy as np
from flint import fmpq_mat, fmpq_poly

from reference.arithmetic.complex_matrices import embedding
from reference.arithmetic.complexes import ComplexRationals
from reference.arithmetic.constants import identity
from reference.arithmetic.domain import OutsideDomain
from reference.arithmetic.elementary import sqrt
from reference.arithmetic.exact import Irrational, Rationals
from reference.arithmetic.matrices import solve

Exact = Rationals | ComplexRationals


def characteristic_polynomial(x: Exact) -> fmpq_poly:
    """Return the characteristic polynomial of a matrix; of a complex one, its product with that of the conjugate."""
    rows: Any = (embedding(x) if isinstance(x, ComplexRationals) else x).bare()
    return fmpq_mat(rows).charpoly()


def rational_eigenvalues(name: str, x: Exact) -> list[Any]:
    """Return the eigenvalues, in descending order and as often as they occur; Irrational if one is not rational."""
    n, copies = x.shape[-1], 2 if isinstance(x, ComplexRationals) else 1
    roots = characteristic_polynomial(x).roots()
    if sum(multiplicity for _, multiplicity in roots) != copies * n:
        raise Irrational(name)
    return sorted((root for root, k in roots for _ in range(k // copies)), reverse=True)


def function_of(name: str, x: Exact, function: Callable[[Rationals], Any]) -> Any:
    """Return f of one matrix that is diagonalisable, as the polynomial that agrees with f on its spectrum.

    Symmetric and Hermitian matrices are, and A⁻¹B of definite ones. Raises Irrational where the spectrum, or f on it,
    is not rational.
    """
    spectrum = rational_eigenvalues(name, x)
    points = Rationals.of(np.array(spectrum, dtype=object))
    values = function(points) + 0 * points
    one = identity(x.shape[-1], x.shape[-1], x)
    total: Any = 0 * x
    for k, root in enumerate(spectrum):
        if root in spectrum[:k]:
            if values[k] != values[k - 1]:
                raise OutsideDomain(f"{name}: the function has two values at one eigenvalue, {root}")
            continue
        term: Any = values[k] * one
        for other in set(spectrum) - {root}:
            term = term @ (x - other * one) / (root - other)
        total = total + term
    return total


def positive_projector(x: Exact) -> Any:
    """Return the projector of one Hermitian matrix onto the eigenspaces of its positive eigenvalues.

    If none is negative it is I − q(x)/q(0), where q has the roots of the minimal polynomial but 0, which need not be
    rational.
    """
    one = identity(x.shape[-1], x.shape[-1], x)
    polynomial = characteristic_polynomial(x)
    if polynomial(0) == 0:
        minimal = polynomial / polynomial.gcd(polynomial.derivative())
        q = (minimal / fmpq_poly([0, 1])).coeffs()
        kernel: Any = 0 * one
        for coefficient in reversed(q):
            kernel = kernel @ x + coefficient * one
        kernel = kernel / q[0]
    else:
        q, kernel = polynomial.coeffs(), 0 * one
    # all roots are real, and so none is negative where the coefficients alternate, none positive where they do not
    if len({coefficient * (-1) ** k >= 0 for k, coefficient in enumerate(q) if coefficient != 0}) < 2:
        return one - kernel
    if len({coefficient >= 0 for coefficient in q if coefficient != 0}) < 2:
        return 0 * x
    return function_of("projector", x, lambda v: Rationals.of(np.array([int(t > 0) for t in v.array], dtype=object)))


def geometric_mean(a: Exact, b: Exact) -> Any:
    """Return a (a⁻¹b)^½ of two positive definite matrices; raises Irrational where they are not, or it is not rational.

    (a⁻¹b)^½ = a^−½ (a^−½ b a^−½)^½ a^½, and a⁻¹b is diagonalisable as it is similar to a symmetric matrix.
    """
    for x in (a, b):
        if any(c * (-1) ** k <= 0 for k, c in enumerate(reversed(characteristic_polynomial(x).coeffs()))):
            raise Irrational("geometric_mean")
    return a @ function_of("geometric_mean", solve(a, b), sqrt)
