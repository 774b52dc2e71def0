"""Whether a loss is beyond small tensors what was read of it: with large residuals, and tensors of larger sizes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np

from verify.gate.divergence.clamps import edge_of
from verify.gate.divergence.part import parts
from verify.gate.evaluation import Loss
from verify.gate.fit import DOUBLE, SINGLE, Sample
from verify.gate.forms.likelihoods import GAUSSIAN, GAUSSIANS, LAPLACE, LAPLACES, LOGITS, Likelihood
from verify.gate.instances import Instance, Ranges, draws
from verify.gate.numbers import number
from verify.gate.reading import Reading, ReconstructionPart
from verify.gate.report import Report
from verify.gate.shapes import Shape

_FAR = {each.name: 1024.0 for each in (GAUSSIAN, LAPLACE, GAUSSIANS, LAPLACES)} | {LOGITS.name: 8.0}
"""How far a reconstruction is followed; 1 − sigmoid, where it is written so, is known no further."""

_LARGE = (Shape(130, 40, 70), Shape(5, 1030, 3))
"""Larger than what code often compares a size with: a batch of 128, 784 pixels, 64 latent variables."""

_SEEDS, _DEVIATIONS = 32, 10.0
"""Calls at each instance of a loss that draws, and how many deviations of their mean are no accident."""

_AWAY = 16
"""How many times farther from the prior such a loss is looked at, too."""


def compare_beyond(
    loss: Loss,
    samples: Sequence[Sample],
    reading: Reading,
    ranges: Ranges,
    plain: bool,
    report: Report,
    beside: bool = False,
) -> None:
    """Say so if a loss is another far away; ``plain``: its divergence is a sum of terms, and no function of that.

    ``beside``: a function of the data alone stands beside the error, so that data are compared with themselves only.
    """
    error = reading.reconstruction
    if error is None or not reading.separable:
        return
    if ranges.wide and error.likelihood.name in _FAR:
        _compare_residuals(loss, samples, error, report, beside)
    if plain and reading.divergence is not None:
        _compare_sizes(loss, [each.shape for each in samples], reading, ranges, report, beside)


def _compare_residuals(
    loss: Loss, samples: Sequence[Sample], error: ReconstructionPart, report: Report, beside: bool
) -> None:
    part, (term,) = parts(loss, samples)[0], error.likelihood.terms
    first, weight, off = part.first, error.weights[0].values[part.shape], error.weights[0].errors[part.shape]
    start, base = part.value(first), float(np.real(term(first)))

    def holds(instance: Instance) -> bool:
        value, expected = part.value(instance), float(np.real(term(instance)))
        bound = part.bound(value, start, weight * expected, weight * base) + off * (abs(expected) + abs(base))
        return not abs(value - start - weight * (expected - base)) > bound  # what is no number is not judged

    far = _FAR[error.likelihood.name]
    for (told, line), sign in product(_lines(error.likelihood, beside).items(), (1, -1)):
        end = edge_of(lambda t, line=line: holds(line(first, t)), 0.0, sign * far)  # type: ignore[misc]
        if end is not None:
            known = f"{term.text} {told} {number(abs(end), 1e-4 * abs(end))}"
            report.undecided.append(f"the reconstruction error is {known}, and another beyond")
            return


def _lines(likelihood: Likelihood, beside: bool) -> dict[str, Callable[[Instance, float], Instance]]:
    """Return what is moved far away, and how to tell it."""
    if likelihood is LOGITS:
        return {"of logits up to": lambda i, t: i._replace(recon=np.full_like(i.recon, t))}
    if beside:
        return {"of residuals up to": lambda i, t: i._replace(recon=i.x + t)}
    return {
        "of residuals up to": lambda i, t: i._replace(x=0 * i.x, recon=np.full_like(i.x, t)),
        "of data up to": lambda i, t: i._replace(x=np.full_like(i.x, t), recon=np.full_like(i.x, t - 1)),
    }


def _compare_sizes(
    loss: Loss, shapes: Sequence[Shape], reading: Reading, ranges: Ranges, report: Report, beside: bool
) -> None:
    several = [len({shape[at] for shape in shapes}) > 1 for at in range(3)]
    small = shapes[:2] if loss.noise.kind == "none" else []
    precise = bool(small) and not any(_differs(loss, each, reading, ranges, DOUBLE, beside) for each in small)
    for large in _LARGE:
        shape = Shape(*(new if free else old for new, free, old in zip(large, several, shapes[0], strict=True)))
        if shape not in shapes and _differs(loss, shape, reading, ranges, DOUBLE if precise else SINGLE, beside):
            report.undecided.append(f"with larger tensors it is another than with small ones: at {shape}")
            return


def _differs(loss: Loss, shape: Shape, reading: Reading, ranges: Ranges, epsilon: float, beside: bool = False) -> bool:
    """Say whether a loss is not what the formulas of its weights say at a shape; not if it is no number there.

    The weights may be rounded to single precision, whatever the precision of the sums.
    """
    error, part = reading.reconstruction, reading.divergence
    if error is None or part is None:
        return False
    series = (*error.weights, part.mean, part.variance, part.log_variance)
    weights = [each.formula for each in series if each.formula is not None]
    if len(weights) < len(series):
        return False
    instances = draws(shape, ranges, 2)
    if beside:
        instances[1] = instances[1]._replace(x=instances[0].x)
    instances += [each._replace(recon=each.x) for each in instances]  # where an error of many features hides no KL
    seeds = 1
    if loss.noise.kind != "none":
        seeds = _SEEDS
        instances += [each._replace(mu=_AWAY * each.mu) for each in instances[2:]]  # where little of a KL is noise
    try:
        values = np.array([loss.noise.together(loss, instances, seed) for seed in range(seeds)])
    except Exception:  # of the user's code, which may know one size only, or run out of memory
        return False
    found = Sample(instances, values.mean(0))
    terms = (*error.likelihood.terms, *part.head.terms)
    made, size = np.zeros(len(instances)), abs(values).max(0)
    for weight, term in zip(weights, terms, strict=True):
        column, sizes = found.columns(term)
        made, size = made + weight(shape) * column, size + abs(weight(shape)) * sizes
    rest, bound = found.values - made, (found.operations * epsilon + 4 * SINGLE) * size  # the constant is left
    with np.errstate(invalid="ignore"):  # what is no number does not differ
        spread = (values[:, ::2] - values[:, 1::2]).std(0) / np.sqrt(seeds)
        off = abs(rest[::2] - rest[1::2]) - bound[::2] - bound[1::2]
        return bool((off > _DEVIATIONS * spread).any())
