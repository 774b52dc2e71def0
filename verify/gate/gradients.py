"""The gradient of a loss beside its value: a surrogate, or a detached term, has that of another loss."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from verify.gate.evaluation import Loss
from verify.gate.expectations import Expectations
from verify.gate.findings import Code, Finding
from verify.gate.fit import SINGLE, Sample, slopes
from verify.gate.instances import Array, Instance
from verify.gate.reading import Reading
from verify.gate.report import Report
from verify.gate.series import Series

_INSTANCES = 5
"""Of a shape, with three directions each: more than there are weights."""


def compare_gradient(
    loss: Loss, samples: Sequence[Sample], reading: Reading, declared: Expectations, report: Report
) -> None:
    """Add a finding if the gradient is not that of the value."""
    if not loss.torch or reading.reconstruction is None or reading.divergence is None:
        return
    terms = (*reading.reconstruction.likelihood.terms, *reading.divergence.head.terms)
    weights: list[dict[object, float]] = [{} for _ in terms]
    errors: list[dict[object, float]] = [{} for _ in terms]
    for each in samples:
        found = _along(loss, each)
        if found is None:
            report.findings.append(Finding(Code.NO_GRADIENT, f"at {each.shape}"))
            return
        instances, directions, derivatives = found
        fitted = slopes(terms, instances, derivatives, directions, loss.epsilon) or slopes(
            terms, instances, derivatives, directions, SINGLE
        )
        if fitted is None:
            report.findings.append(
                Finding(Code.GRADIENT, f"it is none of those of the terms of the value, at {each.shape}")
            )
            return
        for index in range(len(terms)):
            weights[index][each.shape] = float(fitted.weights[index])
            errors[index][each.shape] = float(fitted.errors[index])
    report.examined.append("gradient")
    _compare(
        [Series(value, error) for value, error in zip(weights, errors, strict=True)],  # type: ignore[arg-type]
        reading,
        report,
    )


def _along(loss: Loss, sample: Sample) -> tuple[list[Instance], list[Instance], Array] | None:
    """Return instances, directions of the reconstruction and of each head, and the derivatives along them."""
    random = np.random.default_rng([1, *sample.shape])
    instances, directions, derivatives = [], [], []
    for instance in sample.instances[:_INSTANCES]:
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
    return instances, directions, np.array(derivatives)


def _compare(gradient: list[Series], reading: Reading, report: Report) -> None:
    part, error = reading.divergence, reading.reconstruction
    assert part is not None
    assert error is not None
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
    ratio = gradient[len(error.weights)] / gradient[0]
    beta = "no β" if ratio is None else f"effective β = {ratio.formula}"
    told = ", ".join(f"{name} {report.gradient[name]}" for name in dict.fromkeys(differ))
    report.findings.append(Finding(Code.GRADIENT, f"the gradient has the weights {told}: {beta}"))


def _text(series: Series) -> str | None:
    return None if series.formula is None else str(series.formula)
