"""A certificate of a finding: three batches at which the loss cannot be what is expected, whatever scale and offset."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from verify.gate.expectations import Expectations
from verify.gate.fit import Sample
from verify.gate.forms.divergences import LOG_VARIANCE
from verify.gate.forms.likelihoods import GAUSSIAN

_MOST = 60
"""Ways to choose three of the instances that are tried."""


def witness(samples: Sequence[Sample], declared: Expectations, epsilon: float) -> dict[str, Any] | None:
    """Return batches, values and what the expected loss is made of there; None if none contradict a Gaussian one."""
    for each in sorted(samples, key=lambda sample: sample.shape.n * (sample.shape.d + sample.shape.k)):
        error = each.columns(GAUSSIAN.terms[0])[0]
        kl = sum(each.columns(term)[0] for term in LOG_VARIANCE.terms) - each.shape.k / 2
        beta = declared.expected_beta(each.shape)
        variances = [1.0, 0.5] if declared.decoder_variance is None else [declared.decoder_variance(each.shape)]
        wanted = [error / variance + beta * kl for variance in variances]
        if not all(np.isfinite(loss).all() for loss in [*wanted, each.values]):
            continue
        for chosen in list(combinations(range(len(each.values)), 3))[:_MOST]:
            at = list(chosen)
            if all(_contradicts(loss[at], each.values[at], each.operations * epsilon) for loss in wanted):
                return _written(each, at, error, kl, beta, variances)
    return None


def _contradicts(expected: np.ndarray, values: np.ndarray, relative: float) -> bool:
    """Say whether no scale > 0 and offset make the expected losses these values, beyond rounding."""
    (e1, e2), (v1, v2) = expected[1:] - expected[0], values[1:] - values[0]
    error = 4 * relative * (abs(expected).max() * abs(values).max())
    return bool(abs(e1 * v2 - e2 * v1) > max(error, 1e-6 * abs(e1 * v2))) or bool(e1 * v1 < -error)


def _written(
    sample: Sample, at: list[int], error: np.ndarray, kl: np.ndarray, beta: float, variances: list[float]
) -> dict[str, Any]:
    shape = sample.shape
    return {
        "statement": "no scale > 0 and offset make scale·(R/decoder_variance + beta·KL) + offset the values",
        "n": shape.n,
        "d": shape.d,
        "k": shape.k,
        "beta": beta,
        "decoder_variance": variances,
        "batches": [
            dict(zip(("recon", "x", "mu", "logvar"), (part.tolist() for part in sample.instances[i]), strict=True))
            for i in at
        ],
        "R": [float(error[i]) for i in at],
        "KL": [float(kl[i]) for i in at],
        "values": [float(sample.values[i]) for i in at],
    }
