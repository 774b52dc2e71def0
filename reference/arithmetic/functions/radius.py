"""The numerical radius w(A) = max |vᴴAv| over unit vectors, which is the maximum over θ of λ_max(Re e^{iθ}A)."""

from typing import Any

import mpmath
import numpy as np
from flint import acb, acb_mat, arb, ctx

from reference.arithmetic.batches import over_batch
from reference.arithmetic.complex_matrices import is_definite
from reference.arithmetic.complexes import ComplexBalls, ComplexRationals
from reference.arithmetic.constants import zeros
from reference.arithmetic.domain import require_square
from reference.arithmetic.exact import Balls, Irrational, Rationals
from reference.arithmetic.functions.enclosed import middle_and_blur
from reference.arithmetic.kinds import Unsupported, is_symbolic, namespace
from reference.arithmetic.lanes import ComplexLanes, Lanes
from reference.arithmetic.lanes import functions as lane_functions
from reference.arithmetic.lanes.angles import best_angles
from reference.arithmetic.matrices import hermitian_part
from reference.arithmetic.parts import real
from reference.arithmetic.precision import working_precision
from reference.arithmetic.spectra import ball_of, middle_of, norm_bound
from reference.shapes import Array

Rows = list[list[Any]]


def numerical_radius(x: Array) -> Array:
    """Return max |vᴴxv| over unit vectors v, for each square matrix.

    Of balls it is enclosed to the precision, whether the maximum is at one angle or at all (:func:`_is_above`), and to
    half of it where the maximum is flat.
    """
    require_square("numerical_radius", x)
    if not x.shape[-1]:
        return zeros(x.shape[:-2], real(x))
    if isinstance(x, (Rationals, ComplexRationals)):
        raise Irrational("numerical_radius")
    if isinstance(x, (Balls, ComplexBalls)):
        return over_batch(_enclosed, (), x, kind=Balls)
    if isinstance(x, (Lanes, ComplexLanes)):
        return lane_functions.numerical_radius(x)
    if is_symbolic(x):
        raise Unsupported("numerical_radius: symbols have no order")
    xp, plain = namespace(x), np.asarray(x.detach() if hasattr(x, "detach") else x)
    turned = xp.asarray(np.exp(1j * best_angles(plain)))[..., None, None] * x
    return xp.linalg.eigvalsh(hermitian_part(turned))[..., -1]


def _enclosed(rows: Rows) -> Any:
    """Enclose w of a matrix: from below by a vector, from above by :func:`_is_above`, at the middles of the entries."""
    entries = [acb(entry) for row in rows for entry in row]
    if not all(entry.is_finite() for entry in entries):
        return arb.nan()
    n, bits = len(rows), ctx.prec
    middle, blur = middle_and_blur(acb_mat(n, n, entries))
    if not norm_bound(middle).is_finite():  # of few bits a sum of squares may have no root
        return arb.nan()
    mantissa, exponent = norm_bound(middle).man_exp()
    scale = arb(2) ** (int(exponent) + int(mantissa).bit_length())  # floats have not every exponent
    low = scale * _below(middle / scale)
    if not low > 0:
        return (norm_bound(middle) + blur).union(arb(0))
    high = norm_bound(middle)
    with working_precision(2 * n * bits + 64):  # each elimination loses some bits for each row
        for digits in (bits - 6, bits // 2, bits // 4, 6, 2):
            above = (low * (1 + arb(2) ** -digits)).upper()
            if _is_above(middle, above):
                high = above
                break
    return (low - blur).lower().max(arb(0)).union((high + blur).upper())


def _is_above(a: Any, r: Any) -> bool:
    """Say whether w(a) < r is shown: D − zA − z̄Aᴴ is positive definite for all \\|z\\| = 1, with D = 2r at first.

    That is so if and only if the operator x ↦ (Dxₖ − Axₖ₊₁ − Aᴴxₖ₋₁) on sequences is, and this if and only if D and the
    Schur complement of all odd k are: an operator of the same kind, with A D⁻¹A for A, and D − A D⁻¹Aᴴ − AᴴD⁻¹A for D.
    This cyclic reduction ends where D ≻ 2‖A‖, after about log₂ of (r/w − 1)^−½ steps (Bini, Latouche and Meini,
    Numerical Methods for Structured Markov Chains, 7.3).
    """
    n = a.nrows()
    one = acb_mat(n, n, [int(i == j) for i in range(n) for j in range(n)])
    d = 2 * r * one
    for _ in range(ctx.prec):
        if is_definite((d - 2 * norm_bound(a) * one).tolist()):
            return True
        if not is_definite(d.tolist()):
            return False
        adjoint = a.conjugate().transpose()
        try:
            quotient, coquotient = d.solve(a), d.solve(adjoint)
        except ZeroDivisionError:  # nor is it seen to be invertible: the pivots that are taken are others
            return False
        d, a = d - a * coquotient - adjoint * quotient, a * quotient
    return False


def _below(middle: Any) -> Any:
    """Return a number that w of an exact matrix is not less than, and is about: that of a vector."""
    n = middle.nrows()
    plain = np.array([[complex(entry.mid()) for entry in row] for row in middle.tolist()])
    angle = mpmath.mpf(float(best_angles(plain[None])[0]))
    with mpmath.workprec(ctx.prec + 8):
        a = mpmath.matrix([[mpmath.mpc(middle_of(x.real), middle_of(x.imag)) for x in row] for row in middle.tolist()])
        for _ in range(max(ctx.prec // 40, 1).bit_length()):
            angle += _step(a, angle)
        vectors = _turned(a, angle)[1]
        v = acb_mat(n, 1, [acb(ball_of(x.real), ball_of(x.imag)) for x in map(mpmath.mpc, vectors[:, n - 1])])
    adjoint = v.conjugate().transpose()
    return ((adjoint * middle * v)[0, 0].abs_lower() / (adjoint * v)[0, 0].abs_upper()).lower()


def _turned(a: Any, angle: Any) -> Any:
    turned = mpmath.expj(angle) * a
    return mpmath.eighe((turned + turned.H) / 2)


def _step(a: Any, angle: Any) -> Any:
    """Return the step of Newton's method to where the derivative of λ_max vanishes, or 0 where it does nearly."""
    n = a.rows
    values, vectors = _turned(a, angle)
    turned = mpmath.expj(angle) * a
    slopes = vectors.H * ((1j * turned + (1j * turned).H) / 2) * vectors
    last, scale = n - 1, max(abs(value) for value in values)
    gaps = [values[last] - values[k] for k in range(last)]
    curvature = -values[last] + sum(
        2 * abs(slopes[k, last]) ** 2 / gap for k, gap in enumerate(gaps) if gap > scale * mpmath.mpf(2) ** -20
    )
    steep = abs(curvature) > scale * mpmath.mpf(2) ** -20
    return -mpmath.re(slopes[last, last]) / curvature if steep else 0
