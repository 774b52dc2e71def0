"""Ways to change a head before, or as, it tells the variance: by ranges, soft ranges and small constants."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from verify.gate.divergence.part import Part
from verify.gate.fit import Sample
from verify.gate.forms.divergences import Head
from verify.gate.forms.terms import modulus, sigmoid, softplus
from verify.gate.instances import Array


def _elu(h: Array) -> Array:
    return np.where(np.real(h) > 0, h + 1, np.exp(np.minimum(np.real(h), 0)))


def _of_deviation(name: str, deviation: Callable[[Array], Array], positive: bool = False) -> Head:
    return Head(name, lambda h: deviation(h) ** 2, lambda h: 2 * np.log(deviation(h)), positive)


def _of_variance(name: str, variance: Callable[[Array], Array], positive: bool = False) -> Head:
    return Head(name, variance, lambda h: np.log(variance(h)), positive)


OTHERS = (
    _of_deviation("standard deviation, of either sign", modulus),
    _of_variance("variance, of either sign", modulus),
    _of_deviation("sigmoid to the standard deviation", sigmoid),
    _of_variance("sigmoid to the variance", sigmoid),
    _of_deviation("elu + 1 to the standard deviation", _elu),
    _of_variance("elu + 1 to the variance", _elu),
)
"""Less common ways in which a head tells the variance."""


@dataclass(frozen=True)
class Change:
    """A way to change a head by one or two numbers."""

    make: Callable[..., Head]
    starts: tuple[tuple[float, ...], ...]
    """Where the numbers are looked for."""
    only: tuple[str, ...] = ("variance", "log-variance")
    """In which of the terms alone it may be."""
    small: bool = False
    """Whether the number is found as its logarithm."""

    def on(self, head: Head) -> bool:
        """Say whether a head may have it: a range is one of a logarithm."""
        return self.small or head.name in ("log-variance", "log standard deviation")


def _through(head: Head, change: Callable[[Array], Array], name: str) -> Head:
    return Head(
        f"{head.name}, {name}",
        lambda h: head.variance(change(h)),
        lambda h: head.log_variance(change(h)),
        head.positive,
    )


def clamped(head: Head, low: float | None, high: float | None) -> Head:
    """Return a head that is held in a range."""
    written = f"[{'−∞' if low is None else f'{low:.9g}'}, {'∞' if high is None else f'{high:.9g}'}]"
    return _through(head, lambda h: np.clip(np.real(h), low, high), f"kept in {written}")


def _soft_low(head: Head, low: float) -> Head:
    return _through(head, lambda h: low + softplus(h - low), f"softly kept above {low:.9g}")


def _soft_high(head: Head, high: float) -> Head:
    return _through(head, lambda h: high - softplus(high - h), f"softly kept below {high:.9g}")


def _soft_both(head: Head, low: float, high: float) -> Head:
    name = f"softly kept in [{low:.9g}, {high:.9g}]"
    return _through(head, lambda h: low + softplus(high - softplus(high - h) - low), name)


def _tanh(head: Head, bound: float) -> Head:
    return _through(head, lambda h: bound * np.tanh(h / bound), f"squashed into ±{bound:.9g} by a tanh")


def _more_variance(head: Head, more: float) -> Head:
    name = f"{head.name}, {more:.9g} added to the variance"
    return _of_variance(name, lambda h: head.variance(h) + more, head.positive)


def _more_deviation(head: Head, more: float) -> Head:
    name = f"{head.name}, {more:.9g} added to the standard deviation"
    return _of_deviation(name, lambda h: np.sqrt(head.variance(h)) + more, head.positive)


_LOWS = tuple((low,) for low in (-12.0, -8.0, -4.0, -1.0))
_HIGHS = tuple((-low,) for (low,) in _LOWS)
_SMALL = tuple((float(np.log(10.0) * power),) for power in range(-13, 0, 2))

CHANGES = (
    Change(_soft_low, _LOWS),
    Change(_soft_high, _HIGHS),
    Change(_soft_both, ((-6.0, 6.0), (-10.0, 4.0), (-4.0, 2.0))),
    Change(_tanh, ((1.0,), (4.0,), (10.0,))),
    Change(_more_variance, _SMALL, (), small=True),  # in the logarithm only, it is the same up to a constant
    Change(_more_deviation, _SMALL, ("log-variance",), small=True),
    Change(
        lambda head, low: clamped(head, low, None), tuple((t / 2,) for t in range(-12, 3)), ("variance", "log-variance")
    ),
    Change(
        lambda head, high: clamped(head, None, high),
        tuple((t / 2,) for t in range(-3, 13)),
        ("variance", "log-variance"),
    ),
)


def changed(change: Change, head: Head, only: str, numbers: list[float]) -> Head:
    """Return a head with a change in both terms, or only in that of the variance or of its logarithm."""
    new = change.make(head, *numbers)
    if only == "variance":
        return Head(f"{new.name}, in the variance only", new.variance, head.log_variance, head.positive)
    if only == "log-variance":
        return Head(f"{new.name}, in the logarithm only", head.variance, new.log_variance, head.positive)
    return new


def nearest(change: Change, head: Head, only: str, part: Part, line: Sample) -> Iterator[Head]:
    """Yield the heads with a change that come nearest the loss along a line, with numbers of few digits."""
    at = np.array([instance.head[0, 0] for instance in line.instances])
    precise = 1 / (1 + abs(line.values - line.values.min()))
    target = line.values * precise

    def numbers(parameters: Array) -> list[float]:
        return [float(np.exp(p)) if change.small else float(p) for p in parameters]

    def gap(parameters: Array) -> Array:
        with np.errstate(all="ignore"):
            new = changed(change, head, only, numbers(parameters))
            design = np.column_stack([new.variance(at), new.log_variance(at), np.ones_like(at)]) * precise[:, None]
        if not np.isfinite(design).all():
            return abs(target) + 1
        sizes = abs(design).max(0)
        design = design / np.where(sizes == 0, 1, sizes)
        return np.asarray(design @ np.linalg.lstsq(design, target, rcond=None)[0] - target)

    from scipy.optimize import least_squares  # noqa: PLC0415  # takes half a second, and is seldom needed

    start = min(change.starts, key=lambda each: float(abs(gap(np.array(each))).max()))
    best = least_squares(gap, start, xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=60).x
    if abs(gap(best)).max() > max(1e-6, part.bound(*line.values)):
        return
    for digits in (1, 2, 3, 4, 6):
        yield changed(change, head, only, [float(f"{each:.{digits}g}") for each in numbers(best)])
