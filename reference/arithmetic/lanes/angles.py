"""At which angle the numerical range of each of many matrices reaches furthest, in floats."""

import numpy as np

from reference.arithmetic.lanes.lane import Floats

_GRID = 24
"""Angles up to π."""
_PEAKS, _STEPS = 3, 6


def best_angles(matrices: Floats) -> Floats:
    """Return for each matrix, shape (…, d, d), about the θ at which λ_max(Re e^{iθ}A) is largest.

    From the highest peaks on a grid Newton's method goes to a zero of the derivative; where the function is not concave
    a step of the grid's width goes upwards.
    """
    finite = np.where(np.isfinite(matrices).all((-1, -2))[..., None, None], matrices, 0)
    finite, angles = finite[..., None, :, :], _peaks(finite)
    best, highest = angles, np.full_like(angles, -np.inf)
    for k in range(_STEPS + 1):
        values, vectors = np.linalg.eigh(_turned(finite, angles))
        higher = values[..., -1] > highest
        best, highest = np.where(higher, angles, best), np.where(higher, values[..., -1], highest)
        if k < _STEPS:
            angles = angles + _steps(values, _slopes(finite, angles, vectors))
    choice = highest.argmax(-1)[..., None]
    return np.take_along_axis(best, choice, -1)[..., 0]


def _peaks(matrices: Floats) -> Floats:
    # Re e^{i(θ+π)}A = −Re e^{iθ}A, and of a real matrix those of θ and −θ have the same eigenvalues
    real = not np.iscomplexobj(matrices)
    # and nothing leads away from 0, should that be a minimum: no point of the grid is 0
    grid = (np.arange(_GRID // 2 if real else _GRID) + 0.5) * np.pi / _GRID
    spectra = np.linalg.eigvalsh(_turned(matrices[..., None, :, :], grid))
    up, down = spectra[..., -1], -spectra[..., 0]
    heights = np.concatenate([up, down[..., ::-1]] if real else [up, down], axis=-1)
    angles = np.concatenate([grid, np.pi - grid[::-1]] if real else [grid, grid + np.pi])
    before, after = np.roll(heights, 1, -1), np.roll(heights, -1, -1)
    if real:
        before[..., 0], after[..., -1] = -np.inf, -np.inf
    ordered = np.argsort(np.where((heights >= before) & (heights >= after), heights, -np.inf), axis=-1)
    return angles[ordered[..., -_PEAKS:]]


def _slopes(matrices: Floats, angles: Floats, vectors: Floats) -> Floats:
    """Return vᴴH'w for the last vector w, and each v: for the last one it is the derivative."""
    turned = _turned(matrices, angles + np.pi / 2) @ vectors[..., -1:]
    return (vectors.conj().swapaxes(-1, -2) @ turned)[..., 0]


def _steps(values: Floats, slopes: Floats) -> Floats:
    gaps, scale = values[..., -1:] - values[..., :-1], abs(values).max(-1)
    distinct = gaps > 2.0**-20 * scale[..., None]
    terms = np.divide(2 * abs(slopes[..., :-1]) ** 2, gaps, out=np.zeros_like(gaps), where=distinct)
    curvature, slope = terms.sum(-1) - values[..., -1], slopes[..., -1].real
    concave = curvature < -(2.0**-20) * scale
    steps = np.where(concave, -slope / np.where(concave, curvature, -1), np.sign(slope))
    return np.clip(steps, -np.pi / _GRID, np.pi / _GRID)


def _turned(matrices: Floats, angles: Floats) -> Floats:
    turned = np.exp(1j * angles)[..., None, None] * matrices
    return (turned + turned.conj().swapaxes(-1, -2)) / 2
