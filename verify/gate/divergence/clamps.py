"""Heads that are held in a range: found far away, where near the prior the divergence is the plain one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np

from verify.gate.divergence.part import Part, parts
from verify.gate.evaluation import Loss
from verify.gate.fit import Sample
from verify.gate.numbers import number
from verify.gate.reading import DivergencePart

FAR = 40.0
"""How far a head that tells the logarithm of a variance is followed: e⁴⁰ is no overflow in single precision."""

_NEARER = 4
"""Beside how much nearer heads are looked at, where what is added is not lost beside the greatest variance."""

_FAR_MEAN = 1000.0
_FAR_BOTH = 16.0
_STEPS = 60


@dataclass(frozen=True)
class Clamp:
    """A range in which something of a head is held, or beyond which the loss is another: in units of the head."""

    what: str
    """"mean" or "second head"; "its variance" or "its log-variance" where only that term is held; "not a number" where
    there is no value beyond; else "departs", of the mean "mean departs"; "both depart" where they do so together."""
    low: float | None
    high: float | None

    def __str__(self) -> str:
        return f"{self.what} in {self.range}"

    @property
    def range(self) -> str:
        """The range as it is written."""
        ends = [
            f"{'−∞' if end is None else number(end, abs(end) * 2.0**-40) if end else 0}"
            for end in (self.low, self.high)
        ]
        return f"[{ends[0]}, {'∞' if self.high is None else ends[1]}]"


@dataclass(frozen=True)
class _Plain:
    """What the loss is as a function of one value of a head, all elements alike, if the plain reading holds."""

    part: Part
    divergence: DivergencePart
    base: float

    def mean(self, mean: float) -> float:
        return self._weights[0] * mean**2 / 2 * self.part.shape.k

    def variance(self, head: float) -> float:
        return float(self._weights[1] * self.divergence.head.variance(np.float64(head)) / 2 * self.part.shape.k)

    def log_variance(self, head: float) -> float:
        return float(-self._weights[2] * self.divergence.head.log_variance(np.float64(head)) / 2 * self.part.shape.k)

    @property
    def _weights(self) -> tuple[float, float, float]:
        d, shape = self.divergence, self.part.shape
        mean, variance, log_variance = (
            0.0 if each.zero else each.values[shape] for each in (d.mean, d.variance, d.log_variance)
        )
        return mean, variance, log_variance

    @property
    def _relative(self) -> float:
        """How far the weights may be off, in proportion."""
        d, shape = self.divergence, self.part.shape
        weights = [each for each in (d.mean, d.variance, d.log_variance) if not each.zero]
        return max((each.errors[shape] / abs(each.values[shape]) for each in weights), default=0.0)

    def holds(self, at: tuple[float, float], expected: Sequence[float]) -> bool:
        """Say whether the loss is the sum of what is expected of its terms, up to rounding."""
        value, start = self.part(*at), self.part(0, self.base)
        before = self.variance(self.base) + self.log_variance(self.base)
        bound = self.part.bound(value, start, *expected, before) + self._relative * sum(map(abs, (*expected, before)))
        return bool(abs(value - start - sum(expected) + before) <= bound)


def clamps(loss: Loss, samples: Sequence[Sample], divergence: DivergencePart) -> list[Clamp]:
    """Return the ranges in which the heads of a loss with a plain divergence are held; at the first shape."""
    part = parts(loss, samples)[0]
    plain = _Plain(part, divergence, 1.0 if part.positive else 0.0)
    return [*_of_mean(plain), *_of_head(plain)] or _of_both(plain)


def _of_both(plain: _Plain) -> list[Clamp]:
    """Return where the loss ceases to be what it is when mean and logarithm of the second head move as far together."""
    place = np.exp2 if plain.part.positive else float

    def holds(mean: float, sign: int) -> bool:
        head = float(place(sign * mean))
        return plain.holds((mean, head), (plain.mean(mean), plain.variance(head), plain.log_variance(head)))

    ends = [
        end
        for sign, far in product((-1, 1), (-_FAR_BOTH, _FAR_BOTH))
        if (end := edge_of(partial(holds, sign=sign), 0.0, far)) is not None
        and np.isfinite(plain.part(far, float(place(sign * far))))
    ]
    nearest = min(ends, key=abs, default=None)
    return [] if nearest is None else [Clamp("both depart", -abs(_simple(nearest)), abs(_simple(nearest)))]


def _of_mean(plain: _Plain) -> list[Clamp]:
    ends = [
        edge_of(lambda mean: plain.holds((mean, plain.base), _at_base(plain, mean)), 0.0, sign * _FAR_MEAN)
        for sign in (-1, 1)
    ]
    low, high = (None if end is None else _simple(end) for end in ends)
    if low is None and high is None:
        return []
    beyond = [(sign * _FAR_MEAN, end) for sign, end in ((-1, low), (1, high)) if end is not None]
    head = 2 * plain.base + 1  # another one: what is held is the mean, and not the loss
    of_head = plain.variance(head), plain.log_variance(head)
    held = all(plain.holds((mean, head), (plain.mean(end), *of_head)) for mean, end in beyond)
    return [Clamp("mean" if held else "mean departs", low, high)]


def _at_base(plain: _Plain, mean: float) -> tuple[float, ...]:
    return plain.mean(mean), plain.variance(plain.base), plain.log_variance(plain.base)


def _of_head(plain: _Plain) -> list[Clamp]:
    place = np.exp2 if plain.part.positive else float  # a positive head is followed in its logarithm
    far = FAR if plain.part.positive or "standard" not in plain.divergence.head.name else FAR / 2
    found: dict[str, list[float | None]] = {}
    for side, sign in enumerate((-1, 1)):

        def holds(t: float) -> bool:
            head = float(place(t))
            return plain.holds((0, head), (plain.variance(head), plain.log_variance(head)))

        for reach in (sign * far, sign * far / _NEARER):
            if (edge := edge_of(holds, 0.0, reach)) is not None:
                end = _simple(float(place(edge)))
                what = _held(plain, end, [float(place(t)) for t in ((edge + reach) / 2, reach)])
                found.setdefault(what, [None, None])[side] = end
                break
    return [Clamp(what, *ends) for what, ends in found.items()]


def _held(plain: _Plain, at: float, beyond: Sequence[float]) -> str:
    """Return which terms stay what they are at an edge, from there to far away."""
    for what, variance, log_variance in (
        ("second head", False, False),
        ("its variance", False, True),
        ("its log-variance", True, False),
    ):
        if all(
            plain.holds((0, h), (plain.variance(h if variance else at), plain.log_variance(h if log_variance else at)))
            for h in beyond
        ):
            return what
    return "departs" if np.isfinite([plain.part(0, head) for head in beyond]).all() else "not a number"


def edge_of(holds: Callable[[float], bool], near: float, far: float) -> float | None:
    """Return where what holds near ceases to hold, None if it holds far away too."""
    if holds(far) or not holds(near):
        return None
    for _ in range(_STEPS):
        middle = (near + far) / 2
        near, far = (middle, far) if holds(middle) else (near, middle)
    return near


def _simple(edge: float) -> float:
    """Return the number of fewest digits that is as near as an edge is found."""
    return next(
        (short for digits in range(1, 9) if abs((short := float(f"{edge:.{digits}g}")) - edge) <= 1e-8 * abs(edge)),
        edge,
    )
