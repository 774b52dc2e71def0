"""A user's objective in balls: its floats, with all that rounding may have done to them.

What is enclosed is the objective in the units of the paper: an objective may be any positive multiple of the loss plus
a constant, both of which may depend on the dimensions (d, k, r), and are found at two points of each. If a right
objective is computed in floats of b bits, its value is off by at most c 2⁻ᵇ of the sum of the sizes of its terms, which
the formula of the paper gives, where c counts the roundings that a term goes through.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from flint import arb

from reference import koehler2022
from reference.arithmetic import identity, log
from reference.arithmetic.exact import Balls, balls, rationals
from reference.arithmetic.lanes import stack, unstack
from reference.shapes import Array
from verify.errors import UsageError
from verify.gate.models.adapter import WEIGHTS, Adapter, Point

_LARGEST = 2.0**12
"""Weights are at most that, and not 0 at least its inverse: beyond, single precision ends, and clamps begin."""

_INPUT_BITS = 53
"""Those of the weights as the adapter gets them."""


class Unreachable(Exception):
    """The objective cannot be called there: the weights are too large or too small, or no linear VAE has such terms."""


class Refused(AssertionError):
    """A claim does not hold of the objective."""


Shape = tuple[int, int, int]


class Objective:
    """The loss L of eq. (4), or L₁ of eq. (5) if the adapter takes no D, as the user computes it.

    ``eps`` is the standard deviation that the decoder has in an objective that takes none, 1 unless it is declared.
    Raises UsageError if it is no positive number, or the adapter takes it.
    """

    def __init__(self, adapter: Adapter, eps: float | None = None) -> None:
        if eps is not None and adapter.takes("eps"):
            raise UsageError("the adapter takes eps: the decoder's standard deviation is not to be declared")
        if eps is not None and not 0 < eps < float("inf"):
            raise UsageError(f"eps, the decoder's standard deviation, is a positive number, not {eps!r}")
        self.adapter = adapter
        self.eps = None if adapter.takes("eps") else float(eps or 1)
        self.last: tuple[Point, float] | None = None
        self._conventions: dict[Shape, tuple[arb, arb]] = {}

    def loss(self, A: Array, At: Array, Bt: Array, D: Array, eps: Array) -> Balls:
        """Return L (4), a scalar or a batch, of weights in balls; raises Unreachable."""
        return self._batch(A, At, Bt, D, eps)

    def simplified_loss(self, A: Array, At: Array, Bt: Array, eps: Array) -> Balls:
        """Return L₁ (5) as the user computes it."""
        return self._batch(A, At, Bt, None, eps)

    def _batch(self, A: Array, At: Array, Bt: Array, D: Array | None, eps: Array) -> Balls:
        one = balls(rationals(1))
        weights = [one * x for x in (A, At, Bt, 1 if D is None else D, eps)]
        axes = (2, 2, 2, 0 if D is None else 1, 0)
        leading = [x.shape[: x.ndim - n] for x, n in zip(weights, axes, strict=True)]
        batch = np.broadcast_shapes(*leading)
        wide = [
            np.broadcast_to(np.asarray(x.array, dtype=object), (*batch, *x.shape[x.ndim - n :]))
            for x, n in zip(weights, axes, strict=True)
        ]
        values = np.empty(batch, dtype=object)
        for place in product(*map(range, batch)):
            values[place] = self._value(*(Balls.of(x[place]) for x in wide))
        return Balls.of(values if batch else values.item())

    def _value(self, A: Balls, At: Balls, Bt: Balls, D: Balls, eps: Balls) -> arb:
        d, jacobian = A.shape[0], arb(0)
        if self.eps is not None:  # in other units of the data the decoder has any deviation
            unit = eps / Balls.of(arb(self.eps))
            A, At, Bt, eps, jacobian = A / unit, At / unit, Bt * unit, eps / unit, (d * log(unit)).bare()
        shape = (d, A.shape[1], At.shape[1])
        scale, offset = self._convention(shape)
        return (self._enclosed((A, At, Bt, D, eps), float(scale.mid())) - offset) / scale + jacobian

    def _reference(self, weights: Any) -> Any:
        A, At, Bt, D, eps = weights
        if self.adapter.takes("D"):
            return koehler2022.loss(A, At, Bt, D, eps)
        return koehler2022.simplified_loss(A, At, Bt, eps)

    def _convention(self, shape: Shape) -> tuple[arb, arb]:
        """Return the scale and the offset of the objective beside the paper's loss, at these dimensions."""
        if shape not in self._conventions:
            points = [self._calibration(shape, size) for size in (1, 2)]
            low, high = (self._reference(weights).bare() for weights in points)
            values = [self._call([_nearest(x)[0] for x in weights]) for weights in points]
            slope = abs(values[1] - values[0]) / float(high - low)
            first, second = (self._enclosed(weights, slope) for weights in points)
            scale = (second - first) / (high - low)
            if not scale > 0:
                raise Refused(
                    f"the objective goes from {values[0]} to {values[1]} where the loss grows by {float(high - low)}:"
                    f" is it to be maximised? ({self.adapter.function!r} at d, k, r = {shape})"
                )
            self._conventions[shape] = scale, first - scale * low
        return self._conventions[shape]

    def _calibration(self, shape: Shape, size: int) -> tuple[Balls, ...]:
        """Return weights at which no term is 0, and all grow with the size."""
        d, k, r = shape
        one = balls(rationals(1))
        eps = one if self.eps is None else Balls.of(arb(self.eps))
        At, Bt = identity(d, r, one) / 2, identity(r, d, one) / 2
        return size * identity(d, k, one), At * size, Bt, size + 0 * identity(r, r, one)[0], eps

    def _call(self, values: list[Any]) -> float:
        """Return the user's number at weights in floats; raises Unreachable for those that are too large or small."""
        if any(((abs(x) > _LARGEST) | (abs(x) < 1 / _LARGEST) & (x != 0)).any() for x in values):
            raise Unreachable
        point = Point(**dict(zip(WEIGHTS, values[:4], strict=False)), eps=float(values[4]))
        value = self.adapter(point)
        self.last = point, value
        return value

    def _enclosed(self, weights: tuple[Balls, ...], scale: float) -> arb:
        """Return the value of the objective in a ball that holds what it is without rounding, if it is the paper's."""
        values, sizes = zip(*map(_nearest, weights), strict=True)
        value = self._call(list(values))
        lanes = [unstack(x[None], size[None]) for x, size in zip(values, sizes, strict=True)]
        size = float(stack(self._reference(lanes))[1].max())
        (d, k), r = values[0].shape, values[1].shape[1]
        logs = max(float(abs(np.log2(x)).max()) for x in values[3:])
        roundings = 32 + 4 * (d + k + r) + 8 * logs
        return arb(value, roundings * 2.0**-self.adapter.bits * (scale * size + abs(value)))


def _nearest(x: Balls) -> tuple[Any, Any]:
    """Return floats near the numbers, 0 where one may be that, and sizes of which 2⁻⁵³ covers what they are off by."""
    entries = np.asarray(x.array, dtype=object)
    middle, off = np.zeros(entries.shape), np.zeros(entries.shape)
    for place, ball in np.ndenumerate(entries):
        if ball.contains(0):
            off[place] = float(ball.abs_upper())
        else:
            middle[place], off[place] = float(ball.mid()), float(ball.rad())
    if not (np.isfinite(middle) & np.isfinite(off)).all():
        raise Unreachable
    return middle, abs(middle) + off * 2.0**_INPUT_BITS
