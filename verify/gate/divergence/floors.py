"""Floors and capacities: free bits, and a divergence that is held at a value, and where they bind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from verify.gate.divergence.part import Part
from verify.gate.fit import SINGLE, Sample
from verify.gate.forms.divergences import HEADS, Head
from verify.gate.forms.terms import Term
from verify.gate.instances import Array, Instance
from verify.gate.series import Series
from verify.gate.shapes import Shape
from verify.gate.weighing import TermsAt, weigh

COUNT = 24
"""Heads at which a floor is looked for, at a shape."""


@dataclass(frozen=True)
class Statistic:
    """What is compared with a threshold: the divergence of elements, of samples, of latents or of the batch."""

    where: str
    text: str
    of: Callable[[Array], Array]
    """From the divergences of the elements, n × k."""
    couples_samples: bool

    def total(self, values: Array) -> Array:
        """Return the mean over the samples, where there are several, of the sum over latents."""
        return values.sum(-1).mean(-1)


STATISTICS = (
    Statistic("per latent and sample", "KL_ij", lambda e: e, False),
    Statistic("per sample", "Σ_j KL_ij", lambda e: e.sum(-1, keepdims=True), False),
    Statistic("per latent, on the batch mean", "mean_i KL_ij", lambda e: e.mean(-2, keepdims=True), True),
    Statistic("on the batch mean", "mean_i Σ_j KL_ij", lambda e: e.sum(-1).mean(-1)[..., None, None], True),
)


@dataclass(frozen=True)
class Floor:
    """A function of the divergence that has a kink, or that is its square, applied to a statistic and summed."""

    kind: str
    """"floor" max(λ, KL), "ceiling" min(λ, KL), "capacity" |KL − λ|, "square" (KL − λ)², or "kink" for other slopes."""
    statistic: Statistic
    head: Head
    weight: Series
    """Of the mean over samples of the sum over latents of that function; for a kink, the slope above it."""
    below: Series
    """The slope below the threshold, on the same scale; of a square, 0."""
    threshold: Series
    """λ, in units of the statistic."""

    @property
    def text(self) -> str:
        """The function as it is written."""
        s = self.statistic.text
        forms = {
            "floor": f"max(λ, {s})",
            "ceiling": f"min(λ, {s})",
            "capacity": f"|{s} − λ|",
            "square": f"({s} − λ)²",
        }
        return forms.get(self.kind, f"a function of {s} with a kink at λ")


def floor(parts: Sequence[Part]) -> Floor | None:
    """Return what a loss does to the divergence before it is summed; None if it is nothing of the kind."""
    for prior in _priors(parts[0]):
        if _kink(parts[0], prior) is not None:
            kinks = {each.shape: _kink(each, prior) for each in parts}
            thresholds = {shape: kink for shape, kink in kinks.items() if kink is not None}
            if len(thresholds) < len(parts):
                continue
            samples = [each.sample(_straddling(each, prior, thresholds[each.shape])) for each in parts]
            found = _kinked(parts, samples, thresholds)
        elif _quadratic(parts[0], prior):
            found = _square(parts, [each.sample(_straddling(each, prior, 1.0)) for each in parts])
        else:
            found = None
        if found is not None:
            return found
    return None


def _priors(part: Part) -> tuple[float, ...]:
    """Return where a second head may say that the variance is 1: there, a divergence is μ²/2."""
    return (1.0,) if part.positive else (0.0, float(np.log(np.expm1(1.0))))


def _line(part: Part, prior: float, means: Sequence[float]) -> tuple[float, float] | None:
    """Return value at 0 and slope of the loss as a function of μ²/2 on three points; None if it is no line there."""
    distances = [mean**2 / 2 for mean in means]
    first, middle, last = (part(mean, prior) for mean in means)
    slope = (last - first) / (distances[2] - distances[0])
    if not abs(middle - first - slope * (distances[1] - distances[0])) <= part.bound(first, middle, last):
        return None
    if abs(last - first) <= part.bound(first, last):
        slope = 0.0
    return first - slope * distances[0], slope


def _kink(part: Part, prior: float) -> float | None:
    """Return the divergence of an element at which two lines meet, near 0 and far away; None if there are no two."""
    close = 2.0**-7 if part.epsilon < SINGLE else 2.0**-4
    near = _line(part, prior, (0.0, close, 2 * close))
    far = _line(part, prior, (128.0, 192.0, 256.0))
    if near is None or far is None or abs(near[1] - far[1]) <= 2.0**-8 * abs(far[1]):
        return None
    meet = (near[0] - far[0]) / (far[1] - near[1])
    return float(meet) if 2.0**-12 < meet < 2.0**12 else None


def _quadratic(part: Part, prior: float) -> bool:
    """Say whether the loss is a polynomial of degree 2 in the divergence of equal elements, and not of degree 1."""
    means = np.sqrt(2 * np.arange(6.0))
    values = np.array([part(mean, prior) for mean in means])
    bound = 16 * part.bound(*values)
    return bool((abs(np.diff(values, 3)) <= bound).all() and (abs(np.diff(values, 2)) > bound).all())


def _straddling(part: Part, prior: float, threshold: float) -> list[tuple[Array, Array]]:
    """Return heads whose divergences are on either side of a threshold: of elements, of sums and of means."""
    n, k = part.first.mu.shape
    random = part.random(1)
    unit = np.sqrt(2 * threshold)
    heads = []
    for turn in range(COUNT):
        scale = (
            unit
            * (0.35, 0.7, 1, 1.4)[turn % 4]
            * random.choice([0.4, 1, 1.6], (n, 1))
            * random.choice([0.4, 1, 1.6], (1, k))
        )
        mu = np.round(scale * random.integers(-64, 65, (n, k)) / 64 * 1024) / 1024
        spread = np.minimum(scale, 0.5 if part.positive else 2) / 2
        heads.append((mu, prior + np.round(spread * random.integers(-64, 65, (n, k)) / 64 * 1024) / 1024))
    return heads


def _elements(head: Head) -> Callable[[Instance], Array]:
    return lambda i: (i.mu**2 + head.variance(i.head) - head.log_variance(i.head) - 1) / 2


def _candidates(positive: bool) -> list[tuple[Statistic, Head]]:
    return [(s, h) for h, s in product(HEADS, STATISTICS) if h.positive == positive]


def _term(statistic: Statistic, head: Head, function: Callable[[Array], Array]) -> Term:
    return Term(statistic.text, _elements(head), lambda e: statistic.total(function(statistic.of(e))))


def _kinked(parts: Sequence[Part], samples: Sequence[Sample], thresholds: dict[Shape, float]) -> Floor | None:
    for statistic, head in _candidates(parts[0].positive):

        def terms(shape: Shape, statistic: Statistic = statistic, head: Head = head) -> list[Term]:
            at = float(statistic.of(np.full((shape.n, shape.k), thresholds[shape])).flat[0])
            return [
                _term(statistic, head, lambda s: np.where(s > at, s, 0)),
                _term(statistic, head, lambda s: np.where(s > at, 0, s)),
                _term(statistic, head, lambda s: np.where(s > at, 0.0, 1.0)),
            ]

        if (found := weigh(parts[0].epsilon, samples, terms)) is not None:
            above, below, jump = found[:3]
            threshold = jump / (above + below.times(lambda _: -1))
            if threshold is None:
                return None
            if below.zero:
                return Floor("floor", statistic, head, above, below, threshold)
            if above.zero:
                return Floor("ceiling", statistic, head, below, below, threshold)
            kind = "capacity" if (above + below).zero else "kink"
            return Floor(kind, statistic, head, above, below, threshold)
    return None


def _square(parts: Sequence[Part], samples: Sequence[Sample]) -> Floor | None:
    for statistic, head in _candidates(parts[0].positive):
        terms = (_term(statistic, head, lambda s: s**2), _term(statistic, head, lambda s: s))
        if (found := weigh(parts[0].epsilon, samples, _at_every_shape(terms))) is not None:
            square, linear = found[:2]
            center = linear.times(lambda _: -0.5) / square
            if center is None:
                return None
            return Floor("square", statistic, head, square, linear.times(lambda _: 0), center)
    return None


def _at_every_shape(terms: Sequence[Term]) -> TermsAt:
    return lambda _: terms
