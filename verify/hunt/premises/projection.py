"""Points with simple numbers that nearly meet premises which are linear in too little: Gauss–Newton, and rounding.

From random points to the closest that meet the premises; there one number after the other is rounded and fixed, and the
others give way. What they cannot give way to any more is determined: it is a simple fraction, or the point is lost.
"""

from __future__ import annotations

import numpy as np

from reference.arithmetic.lanes import Floats
from verify.hunt.premises.frame import Frame
from verify.hunt.premises.solving import solved

_STEP = 2.0**-24
_STEPS = 12
"""Of Gauss and Newton from a random point; fewer from one where a number was rounded."""
_STEPS_AGAIN = 5

_DENOMINATORS = np.array([1, 1, 2, 3, 4, 5, 5, 13])
"""What is free is rounded to a multiple of one of these: triples of Pythagoras begin with 3, 4, 5 and 5, 12, 13."""

LARGEST_DENOMINATOR = 120
"""Of a number that is determined."""

_DETERMINED = 2.0**-32
_MET = 2.0**-34


@np.errstate(all="ignore")
def projected(frame: Frame, points: Floats, fixed: Floats, generator: np.random.Generator) -> Floats:
    """Return points near the given ones, of shape (coordinates, n), that meet the premises, as far as floats know.

    The numbers in ``fixed`` places, which are handed over in any order, become simple; the others may be any.
    """
    moving = np.ones(len(points), dtype=bool)
    points = _met(frame, _newton(frame, points, moving, _STEPS))
    for k in generator.permutation(fixed):
        points = points.copy()
        points[k] = _simple(points[k], generator)
        moving[k] = False
        points = _met(frame, _newton(frame, points, moving, _STEPS_AGAIN))
    return points


def _simple(values: Floats, generator: np.random.Generator) -> Floats:
    """Return the fraction that each value is, to many bits, or else a multiple of a random small unit fraction."""
    units = np.arange(1, LARGEST_DENOMINATOR + 1)[:, None]
    multiples = np.rint(values * units)
    close = abs(multiples / units - values) <= _DETERMINED
    first = close.argmax(0)
    chosen = np.where(close.any(0), units[first, 0], generator.choice(_DENOMINATORS, len(values)))
    return np.rint(values * chosen) / chosen


def _newton(frame: Frame, points: Floats, moving: Floats, steps: int) -> Floats:
    """Move the moving coordinates, by least squares, to where the premises are met."""
    places = np.flatnonzero(moving)
    if not (len(places) and points.shape[1]):
        return points
    for _ in range(steps):
        widths = _STEP * np.maximum(1, abs(points[places]))
        moved = np.repeat(points[:, None, :], len(places) + 1, axis=1)
        moved[places, 1 + np.arange(len(places))] += widths
        values, _ = frame.misses(moved.reshape(len(points), -1))
        values = values.reshape(len(values), len(places) + 1, -1).transpose(2, 0, 1)
        slopes = (values[..., 1:] - values[..., :1]) / widths.T[:, None, :]
        step = solved(slopes, -values[..., 0]).shortest
        size = np.sqrt((step**2).sum(1, keepdims=True))
        points = points.copy()
        points[places] += (step / np.maximum(1, size)).T
    return points


def _met(frame: Frame, points: Floats) -> Floats:
    if not points.shape[1]:
        return points
    values, sizes = frame.misses(points)
    return points[:, (abs(values) <= _MET * (1 + sizes)).all(0)]
