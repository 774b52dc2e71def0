"""Functions of Hermitian matrices of many instances, and moduli, in floats, by eigenvectors and singular ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from reference.arithmetic.lanes import NEGLIGIBLE, Floats, Lanes, stack, unstack
from reference.arithmetic.lanes.angles import best_angles
from reference.arithmetic.lanes.matrices import Many, asymmetric, split


def function_of(x: Many, function: Callable[[Lanes], Any]) -> Any:
    """Return f of Hermitian matrices; NaN where a matrix is not Hermitian.

    The magnitude of each entry is the largest that f has on the spectrum, or that the quotients of its differences
    have, times the size of the matrix: the error of f(A) is that of A times such a quotient.
    """
    values, magnitudes = split(x)
    known = np.isfinite(values).all((-1, -2)) & ~asymmetric(values, magnitudes)
    spectrum, vectors = (part[..., ::-1] for part in np.linalg.eigh(np.where(known[..., None, None], values, 0)))
    size = np.sqrt((magnitudes**2).sum((-1, -2)))[..., None]
    results, sizes = stack(function(unstack(spectrum, np.broadcast_to(size, spectrum.shape))) + unstack(0 * spectrum))
    sizes = sizes.real.max(-1) + size[..., 0] * _slope(spectrum, results, NEGLIGIBLE * size)
    matrices = (vectors * results[..., None, :]) @ vectors.conj().swapaxes(-1, -2)
    matrices[~known] = np.nan
    return unstack(matrices, np.broadcast_to(sizes[..., None, None], matrices.shape))


def _slope(spectrum: Floats, results: Floats, negligible: Floats) -> Floats:
    """Return the largest quotient |f(a) − f(b)| / |a − b| of eigenvalues that are not equal but for rounding."""
    apart = abs(spectrum[..., None] - spectrum[..., None, :])
    quotients = abs(results[..., None] - results[..., None, :]) / np.where(apart > negligible[..., None], apart, np.inf)
    return np.nan_to_num(quotients, posinf=0).max((-1, -2))


def modulus(x: Many) -> Any:
    """Return (AᴴA)^½, whose magnitude is the size of A."""
    values, magnitudes = split(x)
    known = np.isfinite(values).all((-1, -2))
    _, singular, right = np.linalg.svd(np.where(known[..., None, None], values, 0), full_matrices=False)
    matrices = right.conj().swapaxes(-1, -2) @ (singular[..., None] * right)
    matrices[~known] = np.nan
    size = 2 * np.sqrt((magnitudes**2).sum((-1, -2)))  # a modulus is not Lipschitz, but with a small logarithm
    return unstack(matrices, np.broadcast_to(size[..., None, None], matrices.shape))


def numerical_radius(x: Many) -> Any:
    """Return numerical radii, whose magnitude is the size of the matrix."""
    values, magnitudes = split(x)
    known = np.isfinite(values).all((-1, -2))
    turned = np.exp(1j * best_angles(values))[..., None, None] * np.where(known[..., None, None], values, 0)
    radii = np.linalg.eigvalsh((turned + turned.conj().swapaxes(-1, -2)) / 2)[..., -1]
    return unstack(np.where(known, radii, np.nan), np.sqrt((magnitudes**2).sum((-1, -2))))


def geometric_mean(x: Many, y: Many) -> Any:
    """Return geometric means; NaN where a matrix is not Hermitian and positive definite.

    The magnitude is the size of the mean times the condition numbers: whatever changes x by δx changes it by δ/2.
    """
    (a, a_size), (b, b_size) = split(x), split(y)
    known = np.logical_and(*(np.isfinite(m).all((-1, -2)) & ~asymmetric(m, s) for m, s in ((a, a_size), (b, b_size))))
    one = np.eye(a.shape[-1])
    a, b = (np.where(known[..., None, None], m, one) for m in (a, b))
    (a_values, vectors), b_values = np.linalg.eigh(a), np.linalg.eigvalsh(b)
    known &= (a_values[..., 0] > 0) & (b_values[..., 0] > 0)
    roots = np.sqrt(np.where(known[..., None], a_values, 1))[..., None, :]
    factor, unit = vectors * roots, (vectors / roots).conj().swapaxes(-1, -2)
    values, vectors = np.linalg.eigh(unit @ b @ unit.conj().swapaxes(-1, -2))
    half = factor @ (vectors * np.sqrt(np.sqrt(np.maximum(values, 0)))[..., None, :])
    means = np.where(known[..., None, None], half @ half.conj().swapaxes(-1, -2), np.nan)
    sizes = (np.sqrt((s**2).sum((-1, -2))) / t[..., 0] for s, t in ((a_size, a_values), (b_size, b_values)))
    size = np.sqrt((abs(means) ** 2).sum((-1, -2))) * sum(sizes)
    return unstack(means, np.broadcast_to(size[..., None, None], means.shape))


def without_rounding(x: Lanes) -> Any:
    """Return numbers with 0 for those that are negative, but for rounding are not."""
    values, magnitudes = stack(x)
    return unstack(np.where((values < 0) & (values >= -NEGLIGIBLE * magnitudes), 0, values), magnitudes)


def eigenvalues(x: Many) -> Any:
    """Return complex eigenvalues of any matrices, in some order.

    The magnitude is the size of the matrix times the condition number of its eigenvectors (Bauer and Fike), which
    counts up to where the error is that of a defective eigenvalue: an n-th root.
    """
    values, magnitudes = split(x)
    known, n = np.isfinite(values).all((-1, -2)), max(values.shape[-1], 1)
    spectrum, vectors = np.linalg.eig(np.where(known[..., None, None], values, 0).astype(complex))
    smallest = np.linalg.svd(vectors, compute_uv=False)[..., -1:] / np.sqrt(n)
    condition = 1 / np.maximum(smallest, 2.0 ** (-52 * (1 - 1 / n)))
    size = np.sqrt((magnitudes**2).sum((-1, -2)))[..., None]
    spectrum[~known] = np.nan
    return unstack(spectrum, np.broadcast_to(size * condition, spectrum.shape))
