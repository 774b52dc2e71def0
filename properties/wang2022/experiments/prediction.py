"""What the theory of linear models predicts of a trained β-VAE with learnable Σ, for η_dec = η_enc = 1."""

from collections.abc import Sequence

import numpy as np

from reference.shapes import Array
from reference.wang2022 import Weights
from reference.wang2022.optima import learned_minimum, optimal_sigma

COLLAPSED = 0.99
"""A mode counts as collapsed if its σ_i, averaged over the data, exceeds this share of η_enc: if β > 0.98 ζ_i²."""


def weights(beta: Array) -> Weights:
    """Return β with η_dec = η_enc = 1 (§5)."""
    one = np.float64(1)
    return Weights(beta, one, one)


def predicted_loss(thresholds: Sequence[float], d1: int, beta: float) -> float:
    """Return eq. (20) as corrected, in nats, for all thresholds ζ_i², largest first, and y linear in x.

    It is also the least value of β·rate + distortion/2 over all codes of Gaussian data, if d1 is their dimension: their
    rate-distortion function. So no nonlinear encoder or decoder goes below it there.
    """
    rest = np.float64(sum(thresholds[d1:]))  # never learned, so that it may be one sum of many
    return float(learned_minimum(np.sqrt(thresholds[:d1]), d1, rest, weights(np.float64(beta))))


def predicted_sigma(thresholds: Sequence[float], d1: int, beta: float) -> Array:
    """Return the optimal σ_i, (d1), ascending: eq. (15) as corrected."""
    return optimal_sigma(np.sqrt(thresholds[:d1]), weights(np.float64(beta)))


def predicted_collapsed(thresholds: Sequence[float], d1: int, beta: float) -> int:
    """Return how many of the first d1 modes have a threshold ζ_i² of at most β."""
    return sum(threshold <= beta for threshold in thresholds[:d1])
