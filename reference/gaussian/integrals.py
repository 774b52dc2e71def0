"""Expectations of piecewise analytic functions of one Gaussian number: enclosed in balls, approximate in floats.

The mean E f(ε), ε ~ N(0, 1), is a sum of integrals over the intervals between given breakpoints, on each of which f
is a piece that is analytic near the interval. Each integral is enclosed by the adaptive Gauss-Legendre rule of Arb
(``acb.integral``), and what lies beyond ±R by a bound of the growth of f.
"""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import mpmath
import numpy as np
from flint import acb, arb, ctx

from reference.arithmetic import number
from reference.arithmetic.exact import Balls, Irrational, Rationals
from reference.arithmetic.lanes import Lanes, constants
from reference.gaussian.densities import upper_moments
from reference.shapes import Array

Piece = Callable[[Any, Callable[[Any], Any]], Any]
"""A piece of f: it takes ε and the logarithm to be used, of an argument whose real part is positive."""


_MINUS_HALF = acb(-0.5)


def gaussian_mean(pieces: Sequence[Piece], breakpoints: Sequence[Array[""]], growth: Array[""]) -> Array[""]:
    """Return E f(ε), ε ~ N(0, 1), for bare balls (``arb``) or floats.

    f is pieces[i] between breakpoints[i − 1] and breakpoints[i], which ascend, and |f(ε)| ≤ growth·(1 + ε²). Of balls
    the result is an enclosure, of an absolute accuracy near half the bits of the working precision; it is NaN if the
    breakpoints are not told apart, or do not ascend.
    """
    if isinstance(growth, arb):
        return _enclosed_mean(pieces, breakpoints, growth)
    return _approximate_mean(pieces, breakpoints)


def entrywise(function: Callable[..., Any], *arrays: Array[""]) -> Array[""]:
    """Apply a function of bare balls or floats entry by entry; raises Irrational for exact rationals."""
    if any(isinstance(x, Rationals) for x in arrays):
        raise Irrational("integral")
    if any(isinstance(x, Balls) for x in arrays):
        bare = [x.array if isinstance(x, Balls) else x for x in arrays]
        return Balls.of(np.frompyfunc(lambda *v: function(*map(arb, v)), len(bare), 1)(*bare))
    return np.vectorize(lambda *v: function(*map(float, v)), otypes=[float])(*arrays)


def _enclosed_mean(pieces: Sequence[Piece], breakpoints: Sequence[arb], growth: arb) -> Any:
    radius = arb(math.ceil(math.sqrt(2 * math.log(2) * _accuracy())))  # there the density is about 2^−accuracy
    total, start = arb(0), -radius
    for piece, following, cut in zip(pieces[:-1], pieces[1:], breakpoints, strict=True):
        low, high = cut.lower(), cut.upper()
        if not cut.is_finite() or (low < start and start > -radius):
            return arb.nan()  # breakpoints that overlap at this precision
        end = min(max(low, start), radius)
        total += _integral(piece, start, end)
        start = min(max(high, start), radius)
        if start > end:  # f is one of two pieces between the bounds of the breakpoint
            values = [_integrand(p, acb(cut), analytic=False).real for p in (piece, following)]
            total += (start - end) * values[0].union(values[1])
    total += _integral(pieces[-1], start, radius)
    mass, _, square = (moment.bare() for moment in upper_moments(Balls.of(radius)))
    tails = (2 * growth * (mass + square)).upper()
    return total / (2 * arb.pi()).sqrt() + (-tails).union(tails)


def _accuracy() -> int:
    """Return the bits to which an integral is enclosed: half the precision, which takes half the time."""
    return int(ctx.prec) // 2


def _integrand(piece: Piece, x: acb, analytic: bool) -> Any:
    return piece(x, lambda y: y.log(analytic=analytic)) * (x * x * _MINUS_HALF).exp()


def _integral(piece: Piece, start: arb, end: arb) -> Any:
    if not start < end:
        return arb(0)
    tolerance = arb(2) ** -_accuracy()
    integrand = lambda x, analytic: _integrand(piece, x, analytic)  # noqa: E731
    return acb.integral(integrand, acb(start), acb(end), rel_tol=tolerance, abs_tol=tolerance).real


def _approximate_mean(pieces: Sequence[Piece], breakpoints: Sequence[float]) -> float:
    if any(low > high for low, high in pairwise(breakpoints)):
        return math.nan
    radius = 40.0
    ends = [-radius, *(min(max(cut, -radius), radius) for cut in breakpoints), radius]
    # the bulk of the density is cut out as well, so that the rule cannot overlook it
    return sum(
        _approximate_integral(piece, low, high)
        for piece, start, end in zip(pieces, ends[:-1], ends[1:], strict=True)
        for low, high in pairwise([start, *(x for x in (-8.0, -1.0, 1.0, 8.0) if start < x < end), end])
    ) / math.sqrt(2 * math.pi)


def _approximate_integral(piece: Piece, start: float, end: float) -> float:
    if start >= end:
        return 0.0
    integrand = lambda x: piece(x, math.log) * math.exp(-x * x / 2)  # noqa: E731
    return float(mpmath.fp.quad(integrand, [start, end]))


def euler_gamma(like: Array["..."]) -> Array[""]:
    """Return Euler's constant γ in the arithmetic of ``like``: E log ε² = −(γ + log 2) for ε ~ N(0, 1)."""
    if isinstance(like, Balls):
        return Balls.of(arb.const_euler())
    if isinstance(like, Rationals):
        raise Irrational("euler_gamma")
    if isinstance(like, Lanes):
        return constants(np.euler_gamma)
    return number(1, like) * np.euler_gamma
