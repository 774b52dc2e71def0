"""The gradient of a loss beside its value: a surrogate, or a detached term, has that of another loss."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from verify.gate.diagnosis.divergence import same
from verify.gate.evaluation import Loss
from verify.gate.findings import Code, Finding
from verify.gate.fit import HALF, SINGLE, Fit, Sample, slopes
from verify.gate.forms.divergences import HEADS
from verify.gate.forms.likelihoods import LIKELIHOODS
from verify.gate.forms.terms import Term
from verify.gate.instances import Array, Instance
from verify.gate.reading import DivergencePart, Reading, ReconstructionPart
from verify.gate.report import Report
from verify.gate.series import Series
from verify.gate.shapes import Shape
from verify.gate.weighing import together

_INSTANCES = 5
"""Of a shape, with three directions each: more than there are weights."""


def compare_gradient(loss: Loss, samples: Sequence[Sample], reading: Reading, report: Report) -> None:
    """Add a finding if the gradient is not that of the value."""
    if not loss.torch:
        report.examined.append("no gradient: arrays have none")
        return
    if reading.reconstruction is None or reading.divergence is None:
        compare_differences(loss, samples, report)
        return
    terms = (*reading.reconstruction.likelihood.terms, *reading.divergence.head.terms)
    lines = [_along(loss, each) for each in samples]
    if any(line is None for line in lines):
        report.findings.append(Finding(Code.NO_GRADIENT, ""))
        return
    weights = _slopes(terms, [line for line in lines if line is not None], loss.epsilon)
    if weights is None:
        report.findings.append(Finding(Code.GRADIENT, "it is made of other terms than the value"))
        return
    report.examined.append("gradient")
    _compare(weights, reading.reconstruction, reading.divergence, report)


def compare_differences(loss: Loss, samples: Sequence[Sample], report: Report) -> None:
    """Add a finding if the gradient is not the slope of the value, where two differences agree on what that is."""
    for each in samples[:2]:
        line = _along(loss, each)
        if line is None:
            report.findings.append(Finding(Code.NO_GRADIENT, f"at {each.shape}"))
            return
        for at, direction, derivative in zip(*line[:3], strict=True):
            (coarse, bend), (fine, less) = (_difference(loss, at, direction, step) for step in (2.0**-9, 2.0**-10))
            scale = max(abs(coarse), abs(derivative), 1e-3)
            smooth = max(abs(coarse - fine), abs(2 * less - bend)) <= _AGREE * scale  # a kink stays as sharp
            if smooth and abs(derivative - fine) > _DIFFER * scale:
                if _has_steps(loss, at, direction):
                    return
                told = f"along a line the value changes by {fine:.6g}, and its gradient says {derivative:.6g}"
                report.findings.append(Finding(Code.GRADIENT, f"{told}, at {each.shape}"))
                return
    report.examined.append("gradient, beside differences of the value")


_AGREE, _DIFFER = 1e-4, 1e-2
"""Differences that agree so far are a slope, and a gradient that differs so far is none of them."""


def _has_steps(loss: Loss, at: Instance, direction: Instance) -> bool:
    """Say whether the value changes along a line, but by no small step: in half precision differences are no slopes."""
    here, near, far = (
        loss.value(Instance(*(a + step * b for a, b in zip(at, direction, strict=True))))
        for step in (0, 2.0**-14, 0.25)
    )
    return here == near != far


def _difference(loss: Loss, at: Instance, direction: Instance, step: float) -> tuple[float, float]:
    """Return the slope along a line, and by how much it differs before and after."""
    before, here, after = (
        loss.value(Instance(*(a + sign * step * b for a, b in zip(at, direction, strict=True)))) for sign in (-1, 0, 1)
    )
    return (after - before) / (2 * step), (after - 2 * here + before) / step


def read_gradient(loss: Loss, samples: Sequence[Sample]) -> Reading:
    """Return what a loss is, by its gradient: the constant stays unknown."""
    lines = [line for each in samples if (line := _along(loss, each)) is not None]
    for likelihood, head in product(LIKELIHOODS, HEADS):
        if len(lines) < len(samples):
            break
        if (weights := _slopes((*likelihood.terms, *head.terms), lines, loss.epsilon)) is not None:
            count = len(likelihood.terms)
            error = ReconstructionPart(likelihood, tuple(weights[:count]), weights[0])
            return Reading(error, DivergencePart(head, *weights[count:]), separable=True)
    return Reading(None, None, separable=False)


Lines = tuple[list[Instance], list[Instance], Array, Array]
"""Instances, directions there, the derivatives of a loss along them, and whether each is of numbers as short as half
precision has them: a gradient that comes through a cast is rounded so."""


def _slopes(terms: Sequence[Term], lines: Sequence[Lines], epsilon: float) -> list[Series] | None:
    """Return the weights with which the gradients of terms make up that of a loss, None if they do not."""
    found: dict[Shape, Fit] = {}
    for instances, directions, derivatives, short in lines:
        fitted = None
        plain = [np.full(len(derivatives), spacing) for spacing in (epsilon, SINGLE)]
        for spacings in (*plain, *(np.where(short, half, SINGLE) for half in HALF)):
            fitted = fitted or slopes(terms, instances, derivatives, directions, spacings)
        if fitted is None:
            return None
        found[instances[0].shape] = fitted
    return list(together(found, len(terms)))


def _along(loss: Loss, sample: Sample) -> Lines | None:
    """Return instances, directions of the reconstruction and of each head, and the derivatives along them."""
    random = np.random.default_rng([1, *sample.shape])
    instances, directions, derivatives, short = [], [], [], []
    for drawn in sample.instances[:_INSTANCES]:
        instance = drawn._replace(recon=drawn.recon + 2.0**-7)  # off the data: an absolute value has no gradient there
        gradient = loss.gradient(instance)
        if gradient is None:
            return None
        for moving, part in zip((0, 2, 3), gradient, strict=True):
            direction = random.integers(-2, 3, part.shape).astype(float)
            zeros = [np.zeros_like(each) for each in instance]
            zeros[moving] = direction
            instances.append(instance)
            directions.append(Instance(*zeros))
            derivatives.append(float((part * direction).sum()))
            with np.errstate(over="ignore"):
                short.append(bool((part == part.astype(np.float16)).all()))
    return instances, directions, np.array(derivatives), np.array(short)


def _compare(gradient: list[Series], error: ReconstructionPart, part: DivergencePart, report: Report) -> None:
    names = ["reconstruction", *("" for _ in error.weights[1:]), "mean", "variance", "log_variance"]
    values = [*error.weights, part.mean, part.variance, part.log_variance]
    differ = [
        name or "reconstruction"
        for name, slope, value in zip(names, gradient, values, strict=True)
        if any(abs(slope.values[s] - v) > 4 * (slope.errors[s] + value.errors[s]) for s, v in value.values.items())
    ]
    if not differ:
        return
    report.gradient = {name: _text(slope) for name, slope in zip(names, gradient, strict=True) if name}
    mean, variance, log_variance = gradient[-3:]
    whole = same(mean, variance) and same(variance, log_variance)
    ratio = mean / gradient[0] if whole else None
    beta = "" if ratio is None else f": effective β = {ratio.formula}"
    told = ", ".join(f"{name} {report.gradient[name]}" for name in dict.fromkeys(differ))
    report.findings.append(Finding(Code.GRADIENT, f"the gradient has the weights {told}{beta}"))


def _text(series: Series) -> str | None:
    return None if series.formula is None else str(series.formula)
