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

_DENOMINATORS = np.array([1, 1, 2, 3, 3, 4, 5, 5, 7, 13])
"""What is free is rounded to a multiple of one of these: 3/5, 4/5 are a point of the circle, 2/3, 2/3, 1/3 one of the
sphere."""

LARGEST_DENOMINATOR = 120
"""Of a number that is determined."""

_DETERMINED = 2.0**-32
_MET = 2.0**-34


@np.errstate(all="ignore")
def projected(frame: Frame, points: Floats, fixed: Floats, generator: np.random.Generator) -> Floats:
    """Return points near the given ones, of shape (coordinates, n), that meet the premises, as far as floats know.

    The coordinates with ``fixed`` numbers become simple; the others may be any.
    """
    moving = np.ones(len(points), dtype=bool)
    points = _newton(frame, points, moving, _STEPS)
    points = points[:, _met(frame, points)]
    same = generator.choice(_DENOMINATORS, points.shape[1])  # half of the points have numbers of one denominator
    for k in generator.permutation(fixed):
        any_unit = generator.choice(_DENOMINATORS, len(same))
        points = points.copy()
        points[k] = _simple(points[k], np.where(np.arange(len(same)) % 2, same, any_unit))
        moving[k] = False
        points = _newton(frame, points, moving, _STEPS_AGAIN)
        met = _met(frame, points)
        points, same = points[:, met], same[met]
    return points


def _simple(values: Floats, denominators: Floats) -> Floats:
    """Return the fraction that each value is, to many bits, or else the nearest of a denominator that is not 0."""
    units = np.arange(1, LARGEST_DENOMINATOR + 1)[:, None]
    close = abs(np.rint(values * units) / units - values) <= _DETERMINED
    determined = np.rint(values * units[close.argmax(0), 0]) / units[close.argmax(0), 0]
    numerators = np.sign(values) * np.maximum(1, np.rint(abs(values) * denominators))
    return np.where(close.any(0), determined, numerators / denominators)


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
    """Say at which points the premises are met."""
    if not points.shape[1]:
        return np.zeros(0, dtype=bool)
    values, sizes = frame.misses(points)
    return (abs(values) <= _MET * (1 + sizes)).all(0)
