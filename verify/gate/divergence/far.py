"""How a loss grows far from the prior, and with large residuals: what can be told where nothing else is found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

import numpy as np

from verify.gate.divergence.part import Part
from verify.gate.instances import Array
from verify.gate.series import Series
from verify.gate.shapes import Shape


class Growth(Enum):
    """How a loss changes along a line, in both directions unless it says otherwise."""

    QUADRATIC = "like a square"
    LINEAR = "in proportion to the distance"
    AFFINE = "linearly: up on one side, down without end on the other"
    FALLS = "down without end"
    BOUNDED = "not at all"
    OTHER = "otherwise"


@dataclass(frozen=True)
class Far:
    """What a loss comes to far away; a weight is None where the loss does not grow so."""

    mean: Growth
    """As the means go to ±∞."""
    mean_weight: Series | None
    """m of ½m·Σμ²."""
    variance_weight: Series | None
    """v of ½v·Σσ², for a head that tells the variance as log σ²; 0 if nothing keeps the variance from growing."""
    log_variance_weight: Series | None
    """l of −½l·Σ log σ², as σ → 0, for such a head; 0 if nothing keeps the variance from 0."""
    reconstruction: Growth
    """As the residual goes to ±∞."""
    reconstruction_weight: Series | None
    """a of a·½‖x−x̂‖²."""


Line = Callable[[float], float]

SHAPES = 8
"""Enough for a formula."""

_NONE = 2.0**-30
"""A slope, or a coefficient of a square, of what does not grow so: further out than any other growth would leave it."""


def far(parts: Sequence[Part]) -> Far:
    """Return how a loss grows in the means, the variance and the residual, at the first few shapes."""
    parts = parts[:SHAPES]
    of_mean = {each.shape: _growth(each, _along_means(each), _spread(each.first.mu)) for each in parts}
    of_recon = {each.shape: _growth(each, _along_residuals(each), _spread(each.first.x)) for each in parts}
    variance = {} if parts[0].positive else {each.shape: _variance(each) for each in parts}
    log_variance = {} if parts[0].positive else {each.shape: _log_variance(each) for each in parts}
    return Far(
        _common(of_mean),
        _series(of_mean),
        _numbers(variance),
        _numbers(log_variance),
        _common(of_recon),
        _series(of_recon),
    )


def _directions(like: Array) -> Array:
    """Return a direction in which elements differ in size and sign, so that sums over them are not 0."""
    random = np.random.default_rng([7, *like.shape])
    return random.choice([-1.0, 1.0], like.shape) * random.integers(64, 129, like.shape) / 64


def _spread(like: Array) -> float:
    """Return the mean over samples of half the squared direction."""
    return float((_directions(like) ** 2).sum(1).mean() / 2)


def _along_means(part: Part) -> Line:
    direction = _directions(part.first.mu)
    return lambda t: part.value(part.first._replace(mu=t * direction))


def _along_residuals(part: Part) -> Line:
    direction = _directions(part.first.x)
    return lambda t: part.value(part.first._replace(recon=part.first.x + t * direction))


def _growth(part: Part, line: Line, unit: float) -> tuple[Growth, float, float]:
    """Return how a loss grows along a line, and the weight of its square with its error."""
    start, far = 2.0**20, 2.0**30
    weights = [_second(line, t) / unit / 2 for t in (start, far)]
    ends = [line(t) for t in (-far, -start, start, far)]
    if not np.isfinite([*weights, *ends]).all():
        return Growth.OTHER, 0.0, 0.0
    if abs(weights[1]) > _NONE:
        quadratic = abs(weights[0] - weights[1]) <= 64 * (part.bound(weights[1]) + abs(weights[1]) * 2.0**-18)
        return (Growth.QUADRATIC if quadratic else Growth.OTHER), weights[1], abs(weights[1]) * part.bound(1.0)
    return _slopes(ends, start, far), 0.0, 0.0


def _slopes(ends: Sequence[float], start: float, far: float) -> Growth:
    left, right = (ends[0] - ends[1]) / (far - start), (ends[3] - ends[2]) / (far - start)
    flat = [abs(slope) <= _NONE for slope in (left, right)]
    if all(flat):
        return Growth.BOUNDED
    if left > 0 and right > 0 and not any(flat):
        return Growth.LINEAR
    return Growth.AFFINE if left * right < 0 else Growth.FALLS if left < 0 and right < 0 else Growth.OTHER


def _second(line: Line, t: float) -> float:
    return (line(3 * t) - 2 * line(2 * t) + line(t)) / t**2


def _variance(part: Part) -> tuple[float, float] | None:
    """Return the weight of e^h as h → ∞, None if the loss grows otherwise."""
    base = part(0, 0)
    ratios = [2 * (part(0, h) - base) / np.exp(h) / part.shape.k for h in (48.0, 64.0)]
    near = part.bound(1.0) * abs(ratios[0]) + 2.0**-30
    return (ratios[1], near) if np.isfinite(ratios).all() and abs(ratios[0] - ratios[1]) <= near else None


def _log_variance(part: Part) -> tuple[float, float] | None:
    """Return the weight of −½h as h → −∞, None if the loss grows otherwise."""
    values = [part(0, h) for h in (-64.0, -96.0, -128.0)]
    slopes = [2 * (b - a) / 32 / part.shape.k for a, b in pairwise(values)]
    near = part.bound(*values)
    return (slopes[1], near) if np.isfinite(slopes).all() and abs(slopes[0] - slopes[1]) <= near else None


def _common(found: dict[Shape, tuple[Growth, float, float]]) -> Growth:
    kinds = {growth for growth, _, _ in found.values()}
    return kinds.pop() if len(kinds) == 1 else Growth.OTHER


def _series(found: dict[Shape, tuple[Growth, float, float]]) -> Series | None:
    if _common(found) is not Growth.QUADRATIC:
        return None
    return Series({s: weight for s, (_, weight, _) in found.items()}, {s: error for s, (_, _, error) in found.items()})


def _numbers(found: dict[Shape, tuple[float, float] | None]) -> Series | None:
    known = {shape: each for shape, each in found.items() if each is not None}
    if not known or len(known) < len(found):
        return None
    return Series({s: value for s, (value, _) in known.items()}, {s: error for s, (_, error) in known.items()})
