"""Whether weights that differ among features are those of a decoder with a fixed scale for each: its constant tells."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from verify.gate.diagnosis.constants import Constant, is_sum
from verify.gate.diagnosis.divergence import same
from verify.gate.divergence.weights import Features
from verify.gate.evaluation import Loss
from verify.gate.expectations import Expectations
from verify.gate.fit import SINGLE, Sample
from verify.gate.forms.likelihoods import GAUSSIAN, GAUSSIANS, LAPLACE, LAPLACES
from verify.gate.forms.terms import Term
from verify.gate.instances import Array, Instance
from verify.gate.reading import DivergencePart, Reading, ReconstructionPart
from verify.gate.series import Series
from verify.gate.shapes import Shape

OWN_SCALES = "the scales of the decoder, one a feature, are fixed: the constant of the loss has them"

_OWN = {GAUSSIAN: (GAUSSIANS, 2 * math.pi, 0.5), LAPLACE: (LAPLACES, 2.0, 1.0)}
"""What the decoder is called, and c and w of its constant w·Σ log(c·s) in full; in part, c is 1."""


def of_features(
    loss: Loss, found: Features, reading: Reading, samples: Sequence[Sample], declared: Expectations
) -> Reading | None:
    """Return a reading with the decoder whose scales the weights are; None if its constant is not that of one.

    At the expected β the weight b of the KL tells the scales, s = (b/β)/a for the weights a of the features.
    """
    part = reading.divergence
    if part is None or found.weighting.among != "features" or found.likelihood not in _OWN:
        return None
    if part.log_variance.sign <= 0 or not (same(part.mean, part.variance) and same(part.variance, part.log_variance)):
        return None
    known = [each for each in samples if each.shape in found.weights and each.shape in part.log_variance.values]
    if any(declared.expected_beta(each.shape) <= 0 for each in known):
        return None
    whole = part.log_variance.over(declared.expected_beta)
    scales = {each.shape: _scales(found, each.shape, whole) for each in known}
    offsets = [_rest(each, found, part) for each in known]
    if not known or not all((each > 0).all() for each in scales.values()) or not _of_d(scales):
        return None
    if any(low < high for low, high in offsets):
        return None  # beside the two parts there is more than a constant
    offset = Series(
        {each.shape: (low + high) / 2 for each, (low, high) in zip(known, offsets, strict=True)},
        {each.shape: (low - high) / 2 for each, (low, high) in zip(known, offsets, strict=True)},
    )
    likelihood, factor, weight = _OWN[found.likelihood]
    own = [
        Series({s: whole.values[s] * weight * float(np.log(c * v).sum()) for s, v in scales.items()}, offset.errors)
        for c in (factor, 1.0)
    ]
    left: list[Constant] = [lambda s: 0.0, lambda s: -part.log_variance.values[s] * s.k / 2]
    if not is_sum(offset, [each.values.__getitem__ for each in own if not each.zero], left):
        return None
    if not all(_scaled(loss, each, whole) for each in known):
        return None
    at = {shape.d: each for shape, each in scales.items()}
    term = Term(likelihood.terms[0].text, lambda i: found.likelihood.terms[0].elements(i) / at[i.x.shape[-1]])
    error = ReconstructionPart(replace(likelihood, terms=(term,)), (whole,), whole)
    return replace(reading, reconstruction=error, offset=offset)


def _scales(found: Features, shape: Shape, whole: Series) -> Array:
    weights = shape.n * found.weights[shape][0].mean(0)
    return whole.values[shape] / np.where(weights > 0, weights, -1)


def _of_d(scales: dict[Shape, Array]) -> bool:
    """Say whether the scales depend on no other size than the number of features."""
    first = {shape.d: each for shape, each in reversed(scales.items())}
    return all(np.allclose(each, first[shape.d], 1e-9, 0) for shape, each in scales.items())


def _scaled(loss: Loss, sample: Sample, whole: Series) -> bool:
    """Say whether with each sample twice a loss is the same but for its weight: no scale depends on their number."""
    if whole.formula is None:
        return False
    n, *sizes = sample.shape
    factor = whole.formula(Shape(2 * n, *sizes)) / whole.formula(sample.shape)
    twice = [Instance(*(np.concatenate([part, part]) for part in each)) for each in sample.instances[:2]]
    return np.allclose([loss.value(each) for each in twice], factor * sample.values[:2], 64 * SINGLE, 0)


def _rest(sample: Sample, found: Features, part: DivergencePart) -> tuple[float, float]:
    """Return the most and the least that a constant can be beside the two parts; the other way round if it is none."""
    weights, off = found.weights[sample.shape]
    series = (part.mean, part.variance, part.log_variance)
    ends = []
    for at, (instance, value) in enumerate(zip(sample.instances, sample.values, strict=True)):
        elements = found.likelihood.terms[0].elements(instance)
        made, near = (weights * elements).sum(), off * abs(elements).sum()
        size = abs(value) + (abs(weights) * abs(elements)).sum()
        for each, term in zip(series, part.head.terms, strict=True):
            column, sizes = (values[at] for values in sample.columns(term))
            weight = each.values[sample.shape]
            made, near, size = made + weight * column, near + each.errors[sample.shape] * sizes, size + weight * sizes
        near += sample.operations * 2.0**-52 * size
        ends.append((value - made + near, value - made - near))
    return min(high for high, _ in ends), max(low for _, low in ends)
