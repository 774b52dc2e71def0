"""At which angle the numerical range of each of many matrices reaches furthest, in floats."""

import numpy as np

from reference.arithmetic.lanes.lane import Floats

_GRID = 48
_STEPS = 4


def best_angles(matrices: Floats) -> Floats:
    """Return for each matrix, shape (…, d, d), about the θ at which λ_max(Re e^{iθ}A) is largest.

    That is the best of a grid, and then Newton's method for a zero of the derivative.
    """
    finite = np.where(np.isfinite(matrices).all((-1, -2))[..., None, None], matrices, 0)
    grid = np.linspace(0, 2 * np.pi, _GRID, endpoint=False)
    heights = np.linalg.eigvalsh(_turned(finite[..., None, :, :], grid))[..., -1]
    angles = grid[heights.argmax(-1)]
    best, highest = angles, heights.max(-1)
    for _ in range(_STEPS):
        values, vectors = np.linalg.eigh(_turned(finite, angles))
        higher = values[..., -1] > highest
        best, highest = np.where(higher, angles, best), np.where(higher, values[..., -1], highest)
        slopes = vectors.conj().swapaxes(-1, -2) @ (_turned(finite, angles + np.pi / 2) @ vectors[..., -1:])
        gaps = values[..., -1:] - values[..., :-1]
        scale = abs(values).max(-1, keepdims=True)
        terms = np.divide(
            2 * abs(slopes[..., :-1, 0]) ** 2, gaps, out=np.zeros_like(gaps), where=gaps > 2.0**-20 * scale
        )
        curvature = terms.sum(-1) - values[..., -1]
        steps = np.divide(
            -slopes[..., -1, 0].real,
            curvature,
            out=np.zeros_like(curvature),
            where=curvature < -(2.0**-20) * scale[..., 0],
        )
        angles = angles + np.clip(steps, -2 * np.pi / _GRID, 2 * np.pi / _GRID)
    return best


def _turned(matrices: Floats, angles: Floats) -> Floats:
    turned = np.exp(1j * angles)[..., None, None] * matrices
    return (turned + turned.conj().swapaxes(-1, -2)) / 2
