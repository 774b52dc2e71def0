"""Functions of matrices of many instances, in floats; :mod:`reference.arithmetic.matrices` says what each is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reference.arithmetic.lanes import NEGLIGIBLE, UNDERFLOW, ComplexLanes, Floats, Lanes, stack, unstack

Many = Lanes | ComplexLanes


def solve(a: Many, b: Many) -> Any:
    """Return the solutions of linear systems; NaN where a matrix is singular."""
    batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])  # aligned here: in floats, the instances come first
    wide = (np.broadcast_to(np.asarray(m.array), (*batch, *m.shape[-2:])) for m in (a, b))
    (left, left_size), (right, right_size) = (split(Lanes.of(m)) for m in wide)
    inverses = _inverse(left)
    values = inverses @ right
    values = values + inverses @ (right - left @ values)  # an inverse alone loses what the right side spares
    return unstack(values, abs(inverses) @ (left_size @ abs(values) + right_size))


def split(x: Many) -> tuple[Floats, Floats]:
    """Return values, which may be complex, and magnitudes."""
    values, magnitudes = stack(x)
    return values, magnitudes.real


def _inverse(matrices: Floats) -> Floats:
    with np.errstate(all="ignore"):
        regular = np.linalg.det(matrices) != 0
    result = np.full_like(matrices, np.nan)
    result[regular] = np.linalg.inv(matrices[regular])
    return result


def determinant(x: Many) -> Any:
    """Return determinants; their magnitude is Hadamard's bound, each row in turn by its magnitude."""
    return unstack(*_determinant(*split(x)))


def _determinant(matrices: Floats, magnitudes: Floats) -> tuple[Floats, Floats]:
    values = np.linalg.det(matrices)
    lengths = np.maximum(np.sqrt((abs(matrices) ** 2).sum(-1)), UNDERFLOW)
    sizes = lengths.prod(-1) * (np.sqrt((magnitudes**2).sum(-1)) / lengths).sum(-1)
    by_logarithm = abs(values) * abs(np.log(np.maximum(abs(values), UNDERFLOW)))  # that is how NumPy multiplies pivots
    return values, sizes + by_logarithm


def log_determinant(x: Many) -> Lanes:
    """Return the logarithms of determinants; NaN where a matrix is not Hermitian, or not positive definite."""
    values, magnitudes = split(x)
    determinants, sizes = _determinant(values, magnitudes)
    outside = asymmetric(values, magnitudes) | _indefinite(values, magnitudes)
    result: Lanes = np.log(unstack(np.where(outside, np.nan, determinants.real), sizes))
    return result


def _indefinite(values: Floats, magnitudes: Floats) -> Floats:
    """Say where a pivot of Gauss's elimination is negative by more than rounding: those of definite ones are not."""
    values, magnitudes = (np.array(np.moveaxis(part, 0, -1), order="C") for part in (values, magnitudes))
    negative = np.zeros(values.shape[:-3] + values.shape[-1:], dtype=bool)
    for k in range(values.shape[-2]):
        pivots = values[..., k, k, :].real
        negative |= pivots < -NEGLIGIBLE * magnitudes[..., k, k, :]
        for i in range(k + 1, values.shape[-2]):
            factors = (values[..., i, k, :] / pivots)[..., None, :]
            values[..., i, k + 1 :, :] -= factors * values[..., k, k + 1 :, :]
            magnitudes[..., i, k + 1 :, :] += abs(factors) * magnitudes[..., k, k + 1 :, :]
    return np.moveaxis(negative, -1, 0)


def asymmetric(values: Floats, magnitudes: Floats) -> Floats:
    """Say at which instances a matrix differs from its adjoint by more than rounding."""
    gaps, sizes = abs(values - values.conj().swapaxes(-1, -2)), magnitudes + magnitudes.swapaxes(-1, -2)
    return (gaps > NEGLIGIBLE * sizes + UNDERFLOW).any((-1, -2))


def eigenvalues(x: Many) -> Lanes:
    """Return the eigenvalues of Hermitian matrices, largest first; NaN where a matrix is not Hermitian."""
    values, magnitudes = split(x)
    values = np.where(asymmetric(values, magnitudes)[..., None, None], np.nan, values)
    return _spectrum(np.linalg.eigvalsh, values, magnitudes, descending=False)


def singular_values(x: Many) -> Lanes:
    """Return singular values, largest first."""
    values, magnitudes = split(x)
    return _spectrum(lambda m: np.linalg.svd(m, compute_uv=False), values, magnitudes, descending=True)


def _spectrum(function: Callable[[Floats], Floats], values: Floats, magnitudes: Floats, descending: bool) -> Lanes:
    finite = np.isfinite(values).all((-1, -2), keepdims=True)
    spectra = function(np.where(finite, values, 0)) + np.where(finite[..., 0], 0, np.nan)
    sizes = np.sqrt((magnitudes**2).sum((-1, -2)))[..., None]
    result: Lanes = unstack(spectra if descending else spectra[..., ::-1], np.broadcast_to(sizes, spectra.shape))
    return result


def rank(x: Many) -> Lanes:
    """Return numerical ranks: singular values that are negligible beside the magnitude count as zero."""
    values, sizes = stack(singular_values(x))
    result: Lanes = unstack(np.heaviside(values - NEGLIGIBLE * sizes, 0).sum(-1))
    return result
