"""Weights of terms in the expectation of a loss whose noise has no exact mean: intervals that all hold at once.

What is assumed: the means of batches of 8 calls or more are as likely to lie so much above their expectation as below
it. A sum S of such deviations has P(|S| ≥ x·V) ≤ 2·exp(−x²/2), V² the sum of their squares, whatever their tails: given
their sizes, it is a sum with random signs (Hoeffding 1963; Efron 1969). Looks are taken at fixed numbers of calls, each
of them with half the chance of an error that the one before had; so one may stop at any of them.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from verify.gate.forms.terms import Term
from verify.gate.instances import Array, Instance
from verify.gate.noise.expectation import rounding
from verify.gate.noise.kinds import Evaluated, Noise

FALSE_ALARM = 1e-9
"""Of a whole gate: to be divided among its estimates."""

PILOT, BATCHES, FIRST = 256, 128, 8
"""Seeds of the pilot, batches at every look, and seeds in each at the first."""

LONGEST = 20.0
"""Seconds of an estimate."""

_COMPARED = 32
"""Seeds from which two instances are compared."""


@dataclass(frozen=True)
class Estimate:
    """Weights, one a term and the last the constant, and how far the true ones may be from them."""

    weights: Array
    half_widths: Array
    misfit: bool
    """Whether the terms, whatever their weights, do not make up the expectation."""
    evaluations: int

    def excludes(self, direction: Sequence[float]) -> bool:
        """Say whether no positive multiple of these weights, one a term, is possible; the constant is free."""
        low, high = 0.0, math.inf
        for weight, half, wanted in zip(self.weights, self.half_widths, direction, strict=False):
            if wanted == 0:
                if abs(weight) > half:
                    return True
                continue
            ends = sorted(((weight - half) / wanted, (weight + half) / wanted))
            low, high = max(low, ends[0]), min(high, ends[1])
        return self.misfit or low > high or high <= 0

    def interval(self, term: int) -> tuple[float, float]:
        """Return the least and the largest weight that a term can have."""
        return self.weights[term] - self.half_widths[term], self.weights[term] + self.half_widths[term]

    def ratio(self, over: int, under: int) -> tuple[float, float]:
        """Return the least and the largest ratio of two weights that is possible."""
        return _ratio(self.interval(over), self.interval(under))

    def common_ratio(self) -> tuple[float, float] | None:
        """Return the least and the largest ratio to the first weight that all others can have at once, or none."""
        lows, highs = zip(*(self.interval(term) for term in range(1, len(self.weights) - 1)), strict=True)
        return _ratio((max(lows), min(highs)), self.interval(0)) if max(lows) <= min(highs) else None

    @property
    def resolution(self) -> float:
        """How far the weight of a term may be off, as a part of the largest of them."""
        largest = abs(self.weights[:-1]).max()
        return float(self.half_widths[:-1].max() / largest) if largest > 0 else math.inf


def _ratio(over: tuple[float, float], under: tuple[float, float]) -> tuple[float, float]:
    if under[0] <= 0 <= under[1]:
        return -math.inf, math.inf
    ends = [one / other for one in over for other in under]
    return float(min(ends)), float(max(ends))


def estimate(
    loss: Evaluated,
    noise: Noise,
    terms: Sequence[Term],
    instances: Sequence[Instance],
    alpha: float = FALSE_ALARM,
    until: Callable[[Estimate], bool] = lambda found: found.resolution <= 0.01,
    seconds: float | None = None,
    calls: int = 200_000,
    seed: int = 0,
) -> Estimate:
    """Return the weights with which terms and a constant make up the expectation, at instances of one shape.

    All intervals hold, and no misfit is told of terms that fit, but with a chance of ``alpha``. It ends as soon as
    ``until`` holds, before the calls or seconds (without any, ``LONGEST``) are used up, or when a value is not finite;
    where that is before the first look, the widths are infinite.
    """
    design = np.column_stack([*([np.real(term(i)) for i in instances] for term in terms), np.ones(len(instances))])
    end = time.monotonic() + (LONGEST if seconds is None else seconds)
    count, random = design.shape[1], np.random.default_rng(seed)
    found = Estimate(np.zeros(count), np.full(count, math.inf), False, 0)
    values: list[Array] = []
    for look in range(64):
        while len(values) < PILOT + BATCHES * FIRST * 2**look:
            if (len(values) + 1) * len(instances) > calls or time.monotonic() > end:
                return found
            values.append(noise.together(loss, instances, int(random.integers(2**32))))
            if not np.isfinite(values[-1]).all():
                return found
        errors = np.array(
            [2 * rounding(v, i, loss.epsilon) for v, i in zip(np.transpose(values), instances, strict=True)]
        )
        contrasts = _contrasts(design, np.cov(np.transpose(values[:PILOT])) + np.diag(errors) ** 2)
        means = np.reshape(values[PILOT:], (BATCHES, -1, len(instances))).mean(1)
        middle, half = intervals(means @ contrasts.T, alpha / 2 ** (look + 1))
        half = half + abs(contrasts) @ errors
        misfit = bool((abs(middle[count:]) > half[count:]).any())
        found = Estimate(middle[:count], half[:count], misfit, len(values) * len(instances))
        if misfit or until(found):
            return found
    return found


def _contrasts(design: Array, covariance: Array) -> Array:
    """Return what makes the weights of values, and below it what is 0 for every sum of the terms.

    Both have the least variance that the covariance of a pilot allows (Aitken 1936): noise that the instances have in
    common cancels. They are right whatever the covariance is, as the pilot is no part of the means.
    """
    ridge = 1e-9 * np.trace(covariance) / len(covariance)
    whiten = np.linalg.inv(np.linalg.cholesky(covariance + ridge * np.eye(len(covariance))))
    scale = np.sqrt(((whiten @ design) ** 2).sum(0))
    scale[scale == 0] = 1
    columns = whiten @ design / scale
    inverse = np.linalg.pinv(columns, rcond=1e-12) / scale[:, None]
    rest = np.linalg.svd(columns)[0][:, np.linalg.matrix_rank(columns, rtol=1e-12) :].T
    return np.concatenate([inverse, rest]) @ whiten


def mirrored(instances: Sequence[Instance]) -> list[Instance]:
    """Return instances, each followed by its mirror image, at −μ: of a square of the noise, products with μ cancel."""
    return [each for instance in instances for each in (instance, instance._replace(mu=-instance.mu))]


def intervals(means: Array, alpha: float) -> tuple[Array, Array]:
    """Return the middles and half the widths of intervals for the expectations of columns, of which none is wrong.

    The rows are means of batches, symmetrical about their expectation μ: N(m − μ)² ≤ x²(Σ(mᵢ − m)²/N + (m − μ)²).
    """
    count, columns = means.shape
    square = 2 * math.log(2 * columns / alpha)
    if square >= count:
        return means.mean(0), np.full(columns, math.inf)
    return means.mean(0), np.sqrt(square * means.var(0) / (count - square))


def cancels(loss: Evaluated, noise: Noise, one: Instance, other: Instance) -> bool:
    """Say whether the difference between two instances is the same from each seed: what differs is free of noise."""
    values = np.array([noise.together(loss, (one, other), seed) for seed in range(_COMPARED)])
    bound = 4 * rounding(values, one, loss.epsilon)
    return bool(np.ptp(values[:, 0] - values[:, 1]) <= bound)
