"""The verdict on a loss whose noise has no exact mean: by estimates, with a stated chance of a false alarm."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from verify.gate.diagnosis.explained import Explained
from verify.gate.divergence.couplings import couplings
from verify.gate.divergence.far import Growth, far
from verify.gate.divergence.part import parts
from verify.gate.evaluation import Loss
from verify.gate.expectations import Expectations
from verify.gate.findings import Code, Finding
from verify.gate.fit import Sample
from verify.gate.forms.divergences import LOG_VARIANCE
from verify.gate.forms.likelihoods import GAUSSIAN
from verify.gate.noise.estimate import FALSE_ALARM, Estimate, estimate, mirrored
from verify.gate.reading import DivergencePart, Reading
from verify.gate.report import Report
from verify.gate.shapes import Shape
from verify.gate.slipcodes import SlipCode

_SHAPES = 2
_INSTANCES = 5
_NEAR = 0.1
"""An effective β that is known no better than to a tenth of it is not known."""

_SLIGHT = 0.05
"""A part of the weights that terms may make up which are not known, as where something is added to the data."""


def judge_estimates(
    loss: Loss, samples: Sequence[Sample], known: Explained, declared: Expectations, report: Report
) -> Reading | None:
    """Estimate the weights of a loss at a few shapes, and fill in what can be told by them.

    Returns what the loss is if it is accepted: what was read of its error, and the KL that is expected beside it.
    """
    if not known.reading.separable:
        report.undecided.append("the loss is no sum of a reconstruction error and a divergence, and draws noise")
        report.outcome = "undecided"
        return None
    if known.reading.divergence is None:
        _missing(loss, samples, report)
        if report.findings:
            report.outcome = "defect"
            return None
    if not _is_polynomial(loss, samples):
        report.undecided.append("the loss draws noise, and from one seed it is no square of mu, as a KL is")
        report.outcome = "undecided"
        return None
    several = [each for each in samples if each.shape.n > 1 and each.shape.k > 1][:_SHAPES] or samples[:1]
    error = known.reading.reconstruction
    likelihood = error.likelihood if error is not None else GAUSSIAN
    terms = (*likelihood.terms[:1], *LOG_VARIANCE.terms)
    report.likelihood = likelihood.name
    told, decided, slight, possible = [], True, False, {0, 1}
    for each in several:
        instances = mirrored(each.instances[:_INSTANCES])
        expected = _expected(declared, each.shape, likelihood.gaussian)
        until = partial(_is_enough, expected)
        found = estimate(loss, loss.noise, terms, instances, FALSE_ALARM / len(several), until)
        told.append(_told(found, each.shape))
        if found.misfit:
            report.undecided.append(f"the expectation is no sum of the known terms, at {each.shape}")
            decided = False
        else:  # one and the same of what is expected has to be possible at every shape
            possible &= {at for at, beta in enumerate(expected) if not _excludes(found, [beta])}
            if all(found.excludes(_weights(beta)) for beta in expected):
                decided, slight = False, True
        decided &= _is_known(found, 2 * _NEAR)
    chance = f"with a chance of {FALSE_ALARM:g} of a false alarm"
    if not possible:
        wanted = declared.beta or 1
        report.findings.append(Finding(Code.ESTIMATED, f"{'; '.join(told)}, {chance}; expected {wanted}"))
    elif decided:
        report.convention = f"negative ELBO in expectation, up to its scale: {'; '.join(told)}, {chance}"
    else:
        why = "off by no more than unknown terms may do" if slight else "not sharp enough"
        report.undecided.append(f"the estimates are {why}: {'; '.join(told)}, {chance}")
    report.assumed.append("means of 8 calls are as likely above the expectation as below, by any amount")
    report.outcome = "defect" if report.findings else "undecided" if report.undecided else "accepted"
    return expected_reading(known.reading, declared, min(possible)) if report.accepted else None


def expected_reading(reading: Reading, declared: Expectations, turn: int) -> Reading | None:
    """Return a reading with the KL that is expected beside the reconstruction error that was read."""
    error = reading.reconstruction
    if error is None:
        return None
    gaussian = error.likelihood.gaussian
    weight = error.weights[0].times(lambda s: _expected(declared, s, gaussian)[turn])
    return replace(reading, divergence=DivergencePart(LOG_VARIANCE, weight, weight, weight))


def _is_polynomial(loss: Loss, samples: Sequence[Sample]) -> bool:
    """Say whether from one seed the loss is a square of the means, along a line: what it is an estimate of is too."""
    for each in samples[:_SHAPES]:
        at, along = each.instances[0], each.instances[2].mu + 1
        line = np.array([loss.value(at._replace(mu=at.mu + step * along)) for step in range(4)])
        if abs(np.diff(line, 3)).max() > 64 * each.operations * loss.epsilon * abs(line).max():
            return False
    return True


def _missing(loss: Loss, samples: Sequence[Sample], report: Report) -> None:
    """Add a finding if from one seed, as from any, the loss does not grow in the means as a KL does."""
    grows = far(parts(loss, samples[:2])).mean
    if grows is Growth.BOUNDED and couplings(parts(loss, samples), samples).codes_of_samples:
        report.findings.append(Finding(Code.KL_MISSING, "nothing grows like mu²: as mu → ∞ the loss is bounded"))
    elif grows in (Growth.AFFINE, Growth.FALLS):
        report.findings.append(Finding(SlipCode.UNBOUNDED, f"in mu it goes {grows.value}"))


def _is_enough(expected: Sequence[float], found: Estimate) -> bool:
    """Say whether β is known well, or certainly another than what is expected: all looks hold at once."""
    return _is_known(found, _NEAR) or _excludes(found, expected)


def _is_known(found: Estimate, part: float) -> bool:
    """Say whether the weight of every term of the KL is known, but for a part of it: one alone says nothing of a KL."""
    ends = [found.ratio(term, 0) for term in range(1, 1 + len(LOG_VARIANCE.terms))]
    return all(math.isfinite(high - low) and high - low <= part * max(abs(low), abs(high)) for low, high in ends)


def _excludes(found: Estimate, expected: Sequence[float]) -> bool:
    """Say whether the weights are certainly others than those expected, by more than unknown terms may do."""
    slight = _SLIGHT * abs(found.weights[:-1]).max()
    wider = replace(found, half_widths=found.half_widths + slight)
    return all(wider.excludes(_weights(beta)) for beta in expected)


def _weights(beta: float) -> tuple[float, ...]:
    return (1, *([beta] * len(LOG_VARIANCE.terms)))


def _expected(declared: Expectations, shape: Shape, gaussian: bool) -> list[float]:
    beta = declared.expected_beta(shape)
    if declared.decoder_variance is not None:
        return [beta * declared.decoder_variance(shape)]
    return [beta, beta / 2] if gaussian else [beta]


def _told(found: Estimate, shape: Shape) -> str:
    where, common = f"at {shape} after {found.evaluations} evaluations", found.common_ratio()
    if common is None:
        return f"no β fits all terms of the KL {where}"
    return f"effective β between {common[0]:.3g} and {common[1]:.3g} {where}"
