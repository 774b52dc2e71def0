"""Heads that are no plain ones: held in a range, kept off 0 by a small constant, or squashed by another function."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from verify.gate.divergence.part import Part, weigh
from verify.gate.fit import Sample, fit
from verify.gate.forms.divergences import HEADS, Head
from verify.gate.forms.terms import modulus, sigmoid, softplus
from verify.gate.instances import Array
from verify.gate.reading import DivergencePart


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
class Family:
    """A way to change a head by a few numbers."""

    text: str
    make: Callable[..., Head]
    starts: tuple[tuple[float, ...], ...]
    """Where the numbers are looked for."""
    logarithmic: bool = False
    """Whether the number is found as its logarithm: a small one."""


def _through(head: Head, change: Callable[[Array], Array], name: str) -> Head:
    return Head(name, lambda h: head.variance(change(h)), lambda h: head.log_variance(change(h)), head.positive)


def _soft_low(head: Head, low: float) -> Head:
    return _through(head, lambda h: low + softplus(h - low), f"{head.name}, softly kept above {low:.12g}")


def _soft_high(head: Head, high: float) -> Head:
    return _through(head, lambda h: high - softplus(high - h), f"{head.name}, softly kept below {high:.12g}")


def _soft_both(head: Head, low: float, high: float) -> Head:
    above = lambda h: high - softplus(high - h)  # noqa: E731
    return _through(
        head, lambda h: low + softplus(above(h) - low), f"{head.name}, softly kept in [{low:.12g}, {high:.12g}]"
    )


def _tanh(head: Head, bound: float) -> Head:
    return _through(head, lambda h: bound * np.tanh(h / bound), f"{head.name}, squashed into ±{bound:.12g} by a tanh")


def _more_variance(head: Head, more: float) -> Head:
    return _of_variance(
        f"{head.name}, {more:.12g} added to the variance", lambda h: head.variance(h) + more, head.positive
    )


def _more_deviation(head: Head, more: float) -> Head:
    name = f"{head.name}, {more:.12g} added to the standard deviation"
    return _of_deviation(name, lambda h: np.sqrt(head.variance(h)) + more, head.positive)


def _more_in_logarithm(head: Head, more: float) -> Head:
    name = f"{head.name}, {more:.12g} added in the logarithm of the variance"
    return Head(name, head.variance, lambda h: np.log(head.variance(h) + more), head.positive)


def _more_deviation_in_logarithm(head: Head, more: float) -> Head:
    name = f"{head.name}, {more:.12g} added in the logarithm of the standard deviation"
    return Head(name, head.variance, lambda h: 2 * np.log(np.sqrt(head.variance(h)) + more), head.positive)


_LOWS = tuple((low,) for low in (-12.0, -8.0, -4.0, -1.0))
_HIGHS = tuple((-low,) for (low,) in _LOWS)
_SMALL = tuple((float(np.log(10.0) * power),) for power in range(-13, 0, 2))
_CLAMPED = (
    Family("softly kept above", _soft_low, _LOWS),
    Family("softly kept below", _soft_high, _HIGHS),
    Family("softly kept between", _soft_both, ((-6.0, 6.0), (-10.0, 4.0), (-4.0, 2.0))),
    Family("tanh", _tanh, ((1.0,), (4.0,), (10.0,))),
)
_ADDED = (
    Family("added to the variance", _more_variance, _SMALL, True),
    Family("added in the logarithm", _more_in_logarithm, _SMALL, True),
    Family("added to the standard deviation", _more_deviation, _SMALL, True),
    Family("added in the logarithm of the standard deviation", _more_deviation_in_logarithm, _SMALL, True),
)


def held(parts: Sequence[Part]) -> DivergencePart | None:
    """Return the divergence of a loss whose second head is one of these; None if it is none."""
    part = parts[0]
    near, far = _line(part, 2.0), _line(part, 8.0)
    for head in OTHERS:
        if head.positive == part.positive and _fits(part, near, head):
            return _everywhere(parts, head, wide=False)
    if not np.isfinite(far.values).all():
        return None
    for head in _heads(part, far):
        if _fits(part, far, head) and (found := _everywhere(parts, head, wide=True)) is not None:
            return found
    return None


def _line(part: Part, reach: float) -> Sample:
    """Return the loss along second heads all of whose elements are the same."""
    heads = np.exp2(np.linspace(-reach, reach, 24) / 2) if part.positive else np.linspace(-reach, reach, 24)
    return part.sample([(np.zeros_like(part.first.mu), np.full_like(part.first.mu, head)) for head in heads])


def _heads(part: Part, line: Sample) -> Iterator[Head]:
    yield from _hard(part)
    for head in HEADS:
        if head.positive == part.positive:
            softened = _CLAMPED if head.name in ("log-variance", "log standard deviation") else ()
            for family in (*softened, *_ADDED):
                yield from _of_family(family, head, part, line)


def _hard(part: Part) -> Iterator[Head]:
    """Yield heads held in the range outside which the loss is the same as far away."""
    place: Callable[[float], float] = np.exp2 if part.positive else float
    ends = [_end(part, place, sign * 40.0) for sign in (-1, 1)]
    if ends == [None, None]:
        return
    low, high = (None if end is None else float(f"{float(place(end)):.9g}") for end in ends)
    for head in HEADS:
        if head.positive == part.positive:
            written = f"[{'−∞' if low is None else f'{low:.9g}'}, {'∞' if high is None else f'{high:.9g}'}]"
            yield _through(head, lambda h: np.clip(np.real(h), low, high), f"{head.name}, clamped to {written}")


def _end(part: Part, place: Callable[[float], float], far: float) -> float | None:
    """Return up to where, coming from far away, the loss is the same; None if it is not even nearby."""
    value = part(0, float(place(far)))

    def same(t: float) -> bool:
        return bool(abs(part(0, float(place(t))) - value) <= part.bound(value))

    if not same(far * 0.75) or (same(0.0) and same(-far)):
        return None
    out, inside = far, -far
    for _ in range(56):
        middle = (out + inside) / 2
        out, inside = (middle, inside) if same(middle) else (out, middle)
    return out


def _of_family(family: Family, head: Head, part: Part, line: Sample) -> Iterator[Head]:
    """Yield the heads of a family that come nearest the loss, with numbers of few digits."""
    at = np.array([instance.head[0, 0] for instance in line.instances])
    scale = float(abs(line.values - line.values.mean()).max()) or 1.0
    weights = 1 / (1 + abs(line.values - line.values.min()))

    def numbers(parameters: Array) -> list[float]:
        return [float(np.exp(p)) if family.logarithmic else float(p) for p in parameters]

    def gap(parameters: Array) -> Array:
        with np.errstate(all="ignore"):
            made = family.make(head, *numbers(parameters))
            design = np.column_stack([made.variance(at), made.log_variance(at), np.ones_like(at)]) * weights[:, None]
            if not np.isfinite(design).all():
                return np.full(len(at), scale)
            sizes = abs(design).max(0)
            solution = np.linalg.lstsq(design / sizes, line.values * weights, rcond=None)[0]
            return np.asarray(design / sizes @ solution - line.values * weights)

    start = min(family.starts, key=lambda each: float(abs(gap(np.array(each))).max()))
    best = least_squares(gap, start, xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=60).x
    if abs(gap(best)).max() > 1e-6 * max(1.0, part.bound(*line.values) * 1e6):
        return
    for digits in (1, 2, 3, 4, 6):
        yield family.make(head, *(float(f"{each:.{digits}g}") for each in numbers(best)))


def _fits(part: Part, line: Sample, head: Head) -> bool:
    return fit(head.terms[1:], line, part.epsilon) is not None


def _everywhere(parts: Sequence[Part], head: Head, wide: bool) -> DivergencePart | None:
    """Return the divergence with this head, if the loss is that at every shape."""
    samples = (each.sample([*_draws(each, wide)]) for each in parts)
    weights = weigh(parts[0].epsilon, samples, lambda _: head.terms)
    if weights is None or weights[1].zero or weights[2].zero:
        return None  # not made up, or not by this head
    return DivergencePart(head, *weights)


def _draws(part: Part, wide: bool) -> Iterator[tuple[Array, Array]]:
    """Yield heads near the prior's, and farther away if ``wide``; no second head is 0.

    No farther than 8: torch's softplus(h) is h itself from 20 on, which a range about the prior's does not come near.
    """
    random, shape = part.random(8), part.first.mu.shape
    for turn in range(10):
        reach = (1, 2, 4)[turn % 3] if wide else 1
        second = reach * (random.integers(-128, 128, shape) + 0.5) / 64
        yield random.integers(-64, 65, shape) / 64, np.exp2(second / 2) if part.positive else second
