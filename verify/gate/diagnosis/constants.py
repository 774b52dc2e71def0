"""The constants of a loss, which no gradient sees, and what they tell about its weights."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import product

from verify.gate.series import Series
from verify.gate.shapes import Shape

_OF_CONSTANTS = 2.0**-21
"""How near, relatively, constants come to what they are: those of a loss in double precision may be in single."""

Constant = Callable[[Shape], float]


def normaliser(weight: Series, variance: Constant, whole: bool = True) -> Constant:
    """Return the constant d/2·log(2π s²) of a Gaussian decoder of variance s², or without 2π, times a weight."""
    factor = 2 * math.pi if whole else 1.0
    return lambda s: weight.values[s] * s.d / 2 * math.log(factor * variance(s))


def laplace(weight: Series, scale: Constant, whole: bool = True) -> Constant:
    """Return the constant d·log(2s) of a Laplace decoder of scale s, or without 2, times a weight."""
    factor = 2.0 if whole else 1.0
    return lambda s: weight.values[s] * s.d * math.log(factor * scale(s))


def normalisers(error: Series | None, weight: Series) -> list[Constant]:
    """Return what the decoder may have added to a loss: nothing, or its constant, of variance 1 or of b/a."""
    found: list[Constant] = [lambda s: 0.0]
    if error is not None and error.sign > 0:
        found += [constant(error, lambda s: 1.0) for constant in (normaliser, laplace)]
        if weight.sign > 0 and (variance := weight / error) is not None and variance.sign > 0:
            both = product((normaliser, laplace), (True, False))
            found += [constant(weight, variance.values.__getitem__, whole) for constant, whole in both]
    return found


def is_sum(offset: Series, one: list[Constant], other: list[Constant]) -> bool:
    """Say whether an offset is one of these constants plus one of those."""
    return any(offset.equals(lambda s, f=f, g=g: f(s) + g(s), _OF_CONSTANTS) for f in one for g in other)  # type: ignore[misc]
