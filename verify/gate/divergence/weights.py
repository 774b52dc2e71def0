"""Weights that differ: among latents, among samples, among features; and a prior of its own for each latent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from verify.gate.divergence.part import Part
from verify.gate.divergence.patterns import pattern
from verify.gate.fit import Sample
from verify.gate.forms.divergences import HEADS, Head
from verify.gate.forms.likelihoods import GAUSSIAN, LIKELIHOODS, Likelihood
from verify.gate.instances import Array, Instance
from verify.gate.series import Series
from verify.gate.shapes import Shape

MOST = 48
"""Elements of a tensor up to which each is moved by itself."""

SHAPES = 5
"""At which weights are found one by one."""

Functions = Callable[[Array, Array], list[Array]]
"""Of the elements of both heads: those of which an element's part is the sum."""


@dataclass(frozen=True)
class Weighting:
    """Weights that are not those of the batch mean of a sum: along which axis they differ, and how."""

    among: str
    """"latents", "samples", "features", or "elements" where they differ along both axes."""
    pattern: str
    """Such as "only the first", "1, 2, 3, …" or "0 on the last half"; "different: …" lists what has no name."""
    unit: Series
    """What 1 of the pattern stands for; among samples in a sum over them, else in the mean over them."""
    total: Series
    """The sum of the weights, on the same scale: that of a mean over what has a weight is a constant."""


@dataclass(frozen=True)
class Apart:
    """A divergence in which each element has weights of its own: ½(m·μ² + v·σ² − l·log σ²) + b·μ."""

    head: Head | None
    """None for the reverse divergence, of a log-variance."""
    weighting: Weighting | None
    """How m = v = l differ; None if it is the prior that does."""
    prior: Prior | None = None

    @property
    def code(self) -> str:
        """What is wrong with it; empty for a prior of its own."""
        if self.head is None:
            return "reverse-kl"
        return f"weights-differ-among-{self.weighting.among}" if self.weighting else ""


@dataclass(frozen=True)
class Prior:
    """A Gaussian prior of its own for each latent, or each latent of each sample: that at the first shape, n × k."""

    mean: Array
    variance: Array
    weight: Series
    """Of the divergence, as a mean over the samples of the sum over latents."""


@dataclass(frozen=True)
class Features:
    """A reconstruction error whose elements have weights of their own: masked or padded entries.

    Where the weights are the same, a function of the data alone stands beside it. They are the same for all data.
    """

    likelihood: Likelihood
    weighting: Weighting
    weights: Mapping[Shape, tuple[Array, float]] = field(default_factory=dict)
    """Those of the elements, n × d, and how far they may be off."""


@dataclass(frozen=True)
class _Coefficients:
    """Those of an element's functions, functions × n × k, and how far they may be off."""

    values: Array
    errors: Array


_PROBES = ((1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -0.5), (1.0, 1.0), (2.0, -0.5), (-1.0, 0.5))
"""By how much an element of either head is moved."""


def apart(parts: Sequence[Part]) -> Apart | None:
    """Return the weights of a divergence whose elements have each their own; None if it is no such sum."""
    few = [each for each in parts if each.first.mu.size <= MOST][:SHAPES]
    moved: dict[Shape, Array] = {}
    for head, functions in _families(parts[0].positive):
        found = [*_all(few, moved, functions)]
        if found and len(found) == len(few):
            shapes = [each.shape for each in few]
            return _reverse(shapes, found) if head is None else _forward(shapes, found, head)
    return None


def _families(positive: bool) -> Iterator[tuple[Head | None, Functions]]:
    for head in HEADS:
        if head.positive == positive:
            yield head, _functions(head)
    if not positive:
        yield None, lambda m, h: [m**2 * np.exp(-h) / 2, m * np.exp(-h), np.exp(-h) / 2, h / 2]


def _functions(head: Head) -> Functions:
    return lambda m, h: [m**2 / 2, m, head.variance(h) / 2, -head.log_variance(h) / 2]


def _all(parts: Sequence[Part], moved: dict[Shape, Array], functions: Functions) -> Iterator[_Coefficients]:
    """Yield the coefficients shape by shape, up to the first at which the functions do not do."""
    for each in parts:
        if each.shape not in moved:
            moved[each.shape] = _moved(each)
        found = _coefficients(each, moved[each.shape], functions)
        if found is None or not _confirmed(each, found, functions):
            return
        yield found


def _moved(part: Part) -> Array:
    """Return the change of the loss as an element of the heads is moved from 0 and 1, probes × n × k."""
    n, k = part.first.mu.shape
    start = part(0, 1)
    changes = np.empty((len(_PROBES), n, k))
    for turn, (mean, head) in enumerate(_PROBES):
        for at in np.ndindex(n, k):
            moved = part.at(0, 1)
            moved.mu[at], moved.head[at] = mean, 1 + head
            changes[turn][at] = part.value(moved) - start
    return changes


def _coefficients(part: Part, changes: Array, functions: Functions) -> _Coefficients | None:
    mean, head = np.array(_PROBES).T
    with np.errstate(all="ignore"):
        design = np.column_stack(functions(mean, 1 + head)) - [float(f) for f in functions(np.zeros(()), np.ones(()))]
    inverse = np.linalg.pinv(design)
    flat = changes.reshape(len(_PROBES), -1)
    values = inverse @ flat
    bound = part.bound(part(0, 1), float(abs(flat).max())) * (1 + float(abs(design).max()))
    if not (abs(design @ values - flat) <= bound).all():
        return None
    errors = np.broadcast_to((abs(inverse).sum(1) * bound)[:, None], values.shape)
    shape = (-1, *changes.shape[1:])
    return _Coefficients(np.where(abs(values) <= errors, 0, values).reshape(shape), errors.reshape(shape))


def _confirmed(part: Part, found: _Coefficients, functions: Functions) -> bool:
    """Say whether the coefficients make up the loss at heads that are all moved together."""
    random, shape = part.random(6), part.first.mu.shape
    low, high = (8, 129) if part.positive else (-192, 193)
    start = part.at(0, 1)
    before, base = np.array(functions(start.mu, start.head)), part(0, 1)
    for _ in range(6):
        mean, head = random.integers(-128, 129, shape) / 64, random.integers(low, high, shape) / 64
        value, change = part(mean, head), np.array(functions(mean, head)) - before
        bound = part.bound(value, base, float(abs(found.values * change).sum())) + (found.errors * abs(change)).sum()
        if not abs(value - base - (found.values * change).sum()) <= bound:
            return False
    return True


def _forward(shapes: Sequence[Shape], found: Sequence[_Coefficients], head: Head) -> Apart | None:
    """Return what the coefficients say: weights that differ, or a prior that does."""
    errors = [float(each.errors.max()) for each in found]
    mean, linear, variance, log_variance = ([each.values[turn] for each in found] for turn in range(4))
    if _same(mean, log_variance, errors) and _same(variance, log_variance, errors) and not any(map(np.any, linear)):
        differ = weighting(shapes, log_variance, errors, "latents")
        return None if differ.pattern == "the same" else Apart(head, differ)
    if _same(mean, variance, errors) and _uniform(log_variance, errors) and all((each > 0).all() for each in mean):
        prior = Prior(-linear[0] / mean[0], log_variance[0] / mean[0], _weight(shapes, log_variance, errors))
        return Apart(head, None, prior)
    return None


def _reverse(shapes: Sequence[Shape], found: Sequence[_Coefficients]) -> Apart | None:
    """Return the divergence of a prior from the posterior, for a prior of its own for each latent."""
    errors = [float(each.errors.max()) for each in found]
    quadratic, linear, rest, log_variance = ([each.values[turn] for each in found] for turn in range(4))
    if not (_same(quadratic, log_variance, errors) and _uniform(log_variance, errors) and quadratic[0].all()):
        return None
    mean = -linear[0] / quadratic[0]
    return Apart(None, None, Prior(mean, rest[0] / quadratic[0] - mean**2, _weight(shapes, log_variance, errors)))


def _weight(shapes: Sequence[Shape], weights: Sequence[Array], errors: Sequence[float]) -> Series:
    return Series(
        {shape: float(weight.mean() * shape.n) for shape, weight in zip(shapes, weights, strict=True)},
        {shape: error * shape.n for shape, error in zip(shapes, errors, strict=True)},
    )


def _uniform(weights: Sequence[Array], errors: Sequence[float]) -> bool:
    return all(np.ptp(weight) <= 2 * error for weight, error in zip(weights, errors, strict=True))


def _same(ones: Sequence[Array], others: Sequence[Array], errors: Sequence[float]) -> bool:
    return all((abs(a - b) <= 2 * error).all() for a, b, error in zip(ones, others, errors, strict=True))


def weighting(shapes: Sequence[Shape], weights: Sequence[Array], errors: Sequence[float], columns: str) -> Weighting:
    """Return how weights differ, of samples × latents or features."""
    flat = [weight.ravel() for weight in weights]
    among, vectors = "elements", flat
    if all(np.ptp(weight, axis=0).max() <= 2 * error for weight, error in zip(weights, errors, strict=True)):
        among, vectors = columns, [weight[0] for weight in weights]
    elif all(np.ptp(weight, axis=1).max() <= 2 * error for weight, error in zip(weights, errors, strict=True)):
        among, vectors = "samples", [weight[:, 0] for weight in weights]
    name, units = pattern(vectors, errors)
    known = [each for each in zip(shapes, units, errors, strict=True) if not np.isnan(each[1])]
    factors = {shape: 1 if among == "samples" else shape.n for shape in shapes}
    unit = Series(
        {shape: unit * factors[shape] for shape, unit, _ in known},
        {shape: error * factors[shape] for shape, _, error in known},
    )
    sums = {shape: float(vector.sum()) * factors[shape] for shape, vector in zip(shapes, vectors, strict=True)}
    if among == "elements":
        sums = {shape: value / shape.n for shape, value in sums.items()}
    near = {s: error * factors[s] * len(v) for s, v, error in zip(shapes, vectors, errors, strict=True)}
    return Weighting(among, name, unit, Series(sums, near))


def features(parts: Sequence[Part], samples: Sequence[Sample]) -> Features | None:
    """Return the weights of a reconstruction error whose elements have each their own; None if it is no such sum."""
    few = [(p, s) for p, s in zip(parts, samples, strict=True) if p.first.x.size <= MOST][:SHAPES]
    if not few:
        return None
    changes = [_recon_moved(*each) for each in few]
    for likelihood in LIKELIHOODS:
        if len(likelihood.terms) > 1 or likelihood.terms[0].of is not GAUSSIAN.terms[0].of:
            continue
        found = [_feature_weights(p, s, change, likelihood) for (p, s), change in zip(few, changes, strict=True)]
        if all(each is not None for each in found):
            sure = [each for each in found if each is not None]
            shapes, weights, errors = [p.shape for p, _ in few], [w for w, _ in sure], [e for _, e in sure]
            alike = weighting(shapes, weights, errors, "features")
            return Features(likelihood, alike, dict(zip(shapes, sure, strict=True)))
    return None


def _recon_moved(part: Part, sample: Sample) -> Array:
    """Return the change of the loss as an element of the reconstruction becomes that of the second instance."""
    first, other = sample.instances[:2]
    start, changes = part.value(first), np.empty(first.x.shape)
    for at in np.ndindex(*first.x.shape):
        moved = Instance(*(tensor.copy() for tensor in first))
        moved.recon[at] = other.recon[at]
        changes[at] = part.value(moved) - start
    return changes


def _feature_weights(part: Part, sample: Sample, changes: Array, likelihood: Likelihood) -> tuple[Array, float] | None:
    first, other = sample.instances[:2]
    elements = likelihood.terms[0].elements
    with np.errstate(all="ignore"):
        step = elements(Instance(other.recon, *first[1:])) - elements(first)
        bound = part.bound(sample.values[0], float(abs(changes).max()))
        small = abs(step) < 2.0**-12
        weights, error = changes / np.where(small, 1, step), bound / float(abs(step[~small]).min(initial=1))
        weights = np.where(small | (abs(weights) <= error), 0, weights)
        for one, two in zip(sample.instances[2:8], sample.instances[3:9], strict=True):
            here, there = Instance(two.recon, two.x, *first[2:]), Instance(one.recon, two.x, *first[2:])
            value, start, change = part.value(here), part.value(there), elements(here) - elements(there)
            near = part.bound(value, start, float(abs(weights * change).sum())) + error * float(abs(change).sum())
            if not abs(value - start - (weights * change).sum()) <= near:
                return None
    return weights, error
