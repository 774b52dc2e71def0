"""The velocity of gradient flow, −∇L₁ or −∇L, in compiled loops over one state.

The formulas are ``simplified_loss_gradient`` and ``loss_gradient`` of :mod:`reference.koehler2022.losses`. They stand
here a second time because, for matrices as small as these, a compiled loop is fifty times faster than NumPy's calls; a
test ties the two together at random points.

A state is one flat vector: Ã (d × r) by rows, B̃ (r × d) by rows, then ε or log ε, then log D (r) where D is trained.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numpy as np

Floats = Any
"""A float64 NumPy array."""

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile a function of numbers and arrays; it releases the interpreter lock, and divides as NumPy does.

    What is compiled is kept for the next process, until any module of the function's folder is edited.
    """
    made = numba.njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})(function)
    if (kept := getattr(made, "_cache", None)) is not None:  # there is none where compilation is disabled
        # by itself numba looks at the function's own file, and keeps what calls an edited function of another one
        kept._cache_file._source_stamp = _digest(Path(function.__code__.co_filename).parent)
    return cast(Function, made)


def _digest(folder: Path) -> str:
    sources = b"".join(path.read_bytes() for path in sorted(folder.glob("*.py")))
    return hashlib.sha256(sources).hexdigest()


@compiled
def largest_column(y: Floats, d: int, r: int, log_eps: bool) -> float:
    """Return max_j ‖Ã_j‖² + ε², whose maximum over time is the K of Lemma 5, at the state y."""
    largest = 0.0
    for j in range(r):
        norm = 0.0
        for i in range(d):
            norm += y[i * r + j] ** 2
        largest = max(largest, norm)
    eps = np.exp(y[2 * d * r]) if log_eps else y[2 * d * r]
    return float(largest + eps**2)


@compiled
def residual(A: Floats, y: Floats, eps: float, code: Floats, rest: Floats) -> float:
    """Write B̃A into ``code`` and (A − ÃB̃A)/ε² into ``rest``, and return ‖A − ÃB̃A‖_F²."""
    (d, k), r = A.shape, len(code)
    precision, square = 1 / eps**2, 0.0
    for i in range(r):
        for j in range(k):
            entry = 0.0
            for m in range(d):
                entry += y[(r + i) * d + m] * A[m, j]
            code[i, j] = entry
    for i in range(d):
        for j in range(k):
            entry = A[i, j]
            for m in range(r):
                entry -= y[i * r + m] * code[m, j]
            square += entry**2
            rest[i, j] = entry * precision
    return square


@compiled
def decoder_velocity(y: Floats, eps: float, trained: bool, code: Floats, rest: Floats, out: Floats) -> float:
    """Write the velocities of Ã and log D, and return the part of that of log ε which is due to the columns of Ã."""
    (r, k), d = code.shape, len(rest)
    start, slope = 2 * d * r + 1, 0.0
    for j in range(r):
        norm = 0.0
        for i in range(d):
            norm += y[i * r + j] ** 2
        if trained:
            variance = np.exp(y[start + j])
            weight = variance / eps**2
            out[start + j] = (1 - norm * weight - variance) / 2
        else:
            weight = 1 / (norm + eps**2)
        slope += norm * weight
        for i in range(d):
            push = -weight * y[i * r + j]
            for m in range(k):
                push += rest[i, m] * code[j, m]
            out[i * r + j] = push
    return slope


@compiled
def encoder_velocity(A: Floats, y: Floats, code: Floats, rest: Floats, out: Floats) -> None:
    """Write the velocity of B̃; ``code`` becomes B̃A − Ãᵀ(A − ÃB̃A)/ε²."""
    (d, k), r = A.shape, len(code)
    for i in range(r):
        for j in range(k):
            entry = code[i, j]
            for m in range(d):
                entry -= y[m * r + i] * rest[m, j]
            code[i, j] = entry
        for m in range(d):
            push = 0.0
            for j in range(k):
                push -= code[i, j] * A[m, j]
            out[(r + i) * d + m] = push


@compiled
def velocity(
    A: Floats, y: Floats, r: int, log_eps: bool, trained: bool, code: Floats, rest: Floats, out: Floats
) -> None:
    """Write −∇L₁, or −∇L where D is trained, at the state y into ``out``, in the coordinates of y.

    ``code`` (r × k) and ``rest`` (d × k) are overwritten.
    """
    last = 2 * len(A) * r
    eps = np.exp(y[last]) if log_eps else y[last]
    square = residual(A, y, eps, code, rest)
    slope = square / eps**2 - len(A) + decoder_velocity(y, eps, trained, code, rest, out)
    encoder_velocity(A, y, code, rest, out)
    out[last] = slope if log_eps else slope / eps
