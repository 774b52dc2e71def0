"""What a loss is, read off its values: the terms that it is the sum of, and their weights at each shape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np

from verify.gate.evaluation import Loss
from verify.gate.fit import SINGLE, Sample
from verify.gate.forms.divergences import HEADS, Head
from verify.gate.forms.likelihoods import LIKELIHOODS, Likelihood
from verify.gate.forms.terms import Term
from verify.gate.instances import Instance, Ranges, draws
from verify.gate.series import Series
from verify.gate.shapes import Shape
from verify.gate.weighing import weigh

COUNT = 14
"""Instances at a shape: more than twice as many as there are weights to find."""


@dataclass(frozen=True)
class ReconstructionPart:
    """The part of a loss that the reconstruction and the data enter."""

    likelihood: Likelihood
    weights: tuple[Series, ...]
    """One for each of its terms."""
    constant: Series


@dataclass(frozen=True)
class DivergencePart:
    """The part of a loss that the heads enter: ½(m·Σμ² + v·Σσ² − l·Σ log σ²), as a mean over the samples."""

    head: Head
    mean: Series
    variance: Series
    log_variance: Series


@dataclass(frozen=True)
class Reading:
    """What was read: a part that is None is none of those that are known."""

    reconstruction: ReconstructionPart | None
    divergence: DivergencePart | None
    separable: bool
    """Whether the loss is the sum of the two parts."""
    offset: Series | None = None


def sample(loss: Loss, shape: Shape, ranges: Ranges) -> Sample:
    """Return a loss at the instances of a shape."""
    instances = draws(shape, ranges, COUNT)
    return Sample(instances, loss.values(instances))


def read(loss: Loss, samples: Sequence[Sample]) -> Reading:
    """Return what a loss is the sum of; of a loss that is no sum of known terms, what can be told of each part."""
    for likelihood, head in product(LIKELIHOODS, HEADS):
        if (weights := _weights(loss, (*likelihood.terms, *head.terms), samples)) is not None:
            count = len(likelihood.terms)
            return Reading(
                ReconstructionPart(likelihood, weights[:count], weights[-1]),
                DivergencePart(head, *weights[count:-1]),
                separable=True,
                offset=weights[-1],
            )
    apart = all(separable(loss, each.instances[:4]) for each in samples[:3])
    return (
        Reading(_reconstruction(loss, samples), _divergence(loss, samples), apart)
        if apart
        else Reading(None, None, False)
    )


def _reconstruction(loss: Loss, samples: Sequence[Sample]) -> ReconstructionPart | None:
    moved = [_moved(loss, each, range(2)) for each in samples]
    for likelihood in LIKELIHOODS:
        if (weights := _weights(loss, likelihood.terms, moved)) is not None:
            return ReconstructionPart(likelihood, weights[:-1], weights[-1])
    return None


def _divergence(loss: Loss, samples: Sequence[Sample]) -> DivergencePart | None:
    moved = [_moved(loss, each, range(2, 4)) for each in samples]
    for head in HEADS:
        if (weights := _weights(loss, head.terms, moved)) is not None:
            return DivergencePart(head, *weights[:-1])
    return None


def _moved(loss: Loss, sample: Sample, moving: range) -> Sample:
    """Return the loss where two of the tensors move, and the others are those of the first instance."""
    first = sample.instances[0]
    instances = [Instance(*(i[at] if at in moving else first[at] for at in range(4))) for i in sample.instances]
    return Sample(instances, loss.values(instances))


def _weights(loss: Loss, terms: Sequence[Term], samples: Sequence[Sample]) -> tuple[Series, ...] | None:
    """Return the weights of terms and the constant at every shape; None if the terms do not make up the loss."""
    found = weigh(loss.epsilon, samples, lambda _: terms)
    return weigh(SINGLE, samples, lambda _: terms) if found is None and loss.epsilon < SINGLE else found


def offset(reading: Reading, samples: Sequence[Sample], epsilon: float) -> Series | None:
    """Return what is left of a loss beside the terms of its two parts; None where one is not known."""
    error, part = reading.reconstruction, reading.divergence
    if error is None or part is None or not reading.separable:
        return None
    terms = (*error.likelihood.terms, *part.head.terms)
    weights = (*error.weights, part.mean, part.variance, part.log_variance)
    values, errors = {}, {}
    for each in samples:
        known = [(w, t) for w, t in zip(weights, terms, strict=True) if each.shape in w.values]
        if len(known) == len(terms):
            columns = [each.columns(term) for _, term in known]
            made = [w.values[each.shape] * column[0][0] for (w, _), column in zip(known, columns, strict=True)]
            off = [w.errors[each.shape] * column[1][0] for (w, _), column in zip(known, columns, strict=True)]
            values[each.shape] = float(each.values[0] - sum(made))
            errors[each.shape] = float(
                sum(off) + each.operations * epsilon * (abs(each.values[0]) + sum(map(abs, made)))
            )
    return Series(values, errors) if values else None


def separable(loss: Loss, instances: Sequence[Instance]) -> bool:
    """Say whether the loss is a function of reconstruction and data plus one of the heads."""
    for one, other in pairwise(instances):
        mixed = [Instance(*one[:2], *other[2:]), Instance(*other[:2], *one[2:])]
        values = np.array([loss.value(i) for i in (one, other, *mixed)])
        bound = 64 * loss.epsilon * sum(one.shape) * abs(values).sum()
        if not abs(values[0] + values[1] - values[2] - values[3]) <= bound:  # not a number either
            return False
    return True
