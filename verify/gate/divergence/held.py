"""Heads that are no plain ones: held in a range, kept off 0 by a small constant, or squashed by another function."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from verify.gate.divergence.changes import CHANGES, OTHERS, clamped, nearest
from verify.gate.divergence.part import Part
from verify.gate.fit import Sample, fit
from verify.gate.forms.divergences import HEADS, MEAN, Head
from verify.gate.forms.terms import Term
from verify.gate.instances import Array
from verify.gate.reading import DivergencePart
from verify.gate.weighing import weigh

Range = tuple[float | None, float | None]


@dataclass(frozen=True)
class Held:
    """A divergence of heads that are changed first."""

    divergence: DivergencePart
    """Its head's name says how the second head is changed."""
    only: str = ""
    """"variance" or "log-variance" if only that term has the change: then it is no divergence of any posterior."""
    mean: Range = (None, None)
    """The range in which the means are held."""


def held(parts: Sequence[Part]) -> Held | None:
    """Return the divergence of a loss whose heads are changed in one of these ways; None if they are in none."""
    part = parts[0]
    near, far = _line(part, 2.0), _line(part, 8.0)
    if np.ptp(near.values) <= part.bound(*near.values[:2]):
        return None  # the second head does not enter
    low, high = _range(lambda t: part(t, 1.0), 1000.0)
    mean = _short(low), _short(high)
    reach = max((max(32.0, 2 * abs(end)) for end in mean if end is not None), default=0.0)

    @cache
    def drawn(index: int, wide: bool) -> Sample:
        return parts[index].sample([*_draws(parts[index], wide, reach)])

    def everywhere(head: Head, wide: bool) -> DivergencePart | None:
        return _everywhere((drawn(index, wide) for index in range(len(parts))), head, mean, part.epsilon)

    for head in (*OTHERS, *HEADS):
        fits = head.positive == part.positive and _fits(part, near, head)
        if fits and (found := everywhere(head, False)) is not None:
            return Held(found, mean=mean)
    if not np.isfinite(far.values).all():
        return None
    for only, head in _candidates(part, far):
        if _fits(part, far, head) and (found := everywhere(head, True)) is not None:
            return Held(found, only, mean)
    return None


def _line(part: Part, reach: float) -> Sample:
    """Return the loss along second heads all of whose elements are the same."""
    heads = np.exp2(np.linspace(-reach, reach, 24) / 2) if part.positive else np.linspace(-reach, reach, 24)
    return part.sample([(np.zeros_like(part.first.mu), np.full_like(part.first.mu, head)) for head in heads])


def _candidates(part: Part, line: Sample) -> Iterator[tuple[str, Head]]:
    """Yield changed heads, in both terms or in one."""
    heads = [head for head in HEADS if head.positive == part.positive]
    place: Callable[[float], float] = np.exp2 if part.positive else float
    low, high = _range(lambda t: part(0, float(place(t))), 40.0)
    if (low, high) != (None, None):
        for digits in (3, 9):
            ends = [None if end is None else _short(float(place(end)), digits) for end in (low, high)]
            yield from (("", clamped(head, *ends)) for head in heads)
    for head in heads:
        for change in CHANGES:
            if change.on(head):
                for only in ("", *change.only):
                    yield from ((only, found) for found in nearest(change, head, only, part, line))


def _range(line: Callable[[float], float], far: float) -> Range:
    """Return between which two points a function changes that is the same from there to far away."""
    return _end(line, -far), _end(line, far)


def _end(line: Callable[[float], float], far: float) -> float | None:
    value = line(far)

    def same(t: float) -> bool:
        return bool(abs(line(t) - value) <= 2.0**-48 * abs(value))

    if not same(far * 0.75) or (same(0.3) and same(-0.7)):
        return None
    out, inside = far, 0.0 if not same(0.0) else -far
    for _ in range(56):
        middle = (out + inside) / 2
        out, inside = (middle, inside) if same(middle) else (out, middle)
    return out


def _short(end: float | None, digits: int = 6) -> float | None:
    return None if end is None else round(end, digits) + 0.0  # no −0


def _fits(part: Part, line: Sample, head: Head) -> bool:
    found = fit(head.terms[1:], line, part.epsilon)
    return found is not None and found.of(0) != 0 and found.of(1) != 0


def _everywhere(samples: Iterable[Sample], head: Head, mean: Range, epsilon: float) -> DivergencePart | None:
    """Return the divergence with these heads, if the loss is that at every shape."""
    of_mean = MEAN if mean == (None, None) else Term("½Σμ²", lambda i: np.clip(np.real(i.mu), *mean) ** 2 / 2)
    weights = weigh(epsilon, samples, lambda _: (of_mean, *head.terms[1:]))
    if weights is None or weights[1].zero or weights[2].zero:
        return None  # not made up, or not by this head
    return DivergencePart(head, *weights[:-1])


def _draws(part: Part, wide: bool, reach_of_mean: float) -> Iterator[tuple[Array, Array]]:
    """Yield heads near the prior's, and farther away if ``wide``, means up to ``reach_of_mean``; no second head is 0.

    No farther than 8: torch's softplus(h) is h itself from 20 on, which a range about the prior's does not come near.
    """
    random, shape = part.random(8), part.first.mu.shape
    for turn in range(10):
        reach = (1, 2, 4)[turn % 3] if wide else 1
        second = reach * (random.integers(-128, 128, shape) + 0.5) / 64
        mean = random.integers(-64, 65, shape) / 64 * ((1, 4, reach_of_mean)[turn % 3] if reach_of_mean else 1)
        yield mean, np.exp2(second / 2) if part.positive else second
