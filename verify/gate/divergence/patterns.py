"""What weights have in common that differ among latents, samples or features: "only the first", "1, 2, 3, …"."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from verify.gate.instances import Array


def _halves(size: int, last: bool) -> Array:
    first = np.arange(size) < size // 2
    return np.where(first != last, 1.0, 0.0)


_PATTERNS: tuple[tuple[str, Callable[[int], Array]], ...] = (
    ("the same", np.ones),
    ("only the first", lambda size: np.eye(size)[0]),
    ("only the last", lambda size: np.eye(size)[-1]),
    ("all but the first", lambda size: 1 - np.eye(size)[0]),
    ("all but the last", lambda size: 1 - np.eye(size)[-1]),
    ("0 on the last half", lambda size: _halves(size, False)),
    ("0 on the first half", lambda size: _halves(size, True)),
    ("1, 2, 3, …", lambda size: np.arange(1.0, size + 1)),
    ("0, 1, 2, …", lambda size: np.arange(0.0, size)),
    ("…, 3, 2, 1", lambda size: np.arange(size, 0.0, -1)),
    ("1, 1/2, 1/3, …", lambda size: 1 / np.arange(1.0, size + 1)),
    ("1, 4, 9, …", lambda size: np.arange(1.0, size + 1) ** 2),
    ("every second from the first", lambda size: (np.arange(size) + 1.0) % 2),
    ("every second from the second", lambda size: np.arange(size) % 2.0),
)
"""In the order in which they are tried: of a few weights, several would do."""


def pattern(vectors: Sequence[Array], errors: Sequence[float]) -> tuple[str, list[float]]:
    """Return what vectors of several lengths have in common, and the unit in which each is that.

    Each is a vector of weights, all off by at most its error. The unit is not a number where a vector of one weight
    tells no pattern.
    """
    telling = [index for index, vector in enumerate(vectors) if len(vector) > 1]
    if telling and len(telling) < len(vectors):
        name, found = pattern([vectors[index] for index in telling], [errors[index] for index in telling])
        return name, [dict(zip(telling, found, strict=True)).get(index, np.nan) for index in range(len(vectors))]
    for name, make in (*_PATTERNS, *_geometric(vectors), *_leading(vectors)):
        units = [_unit(vector, make(len(vector)), error) for vector, error in zip(vectors, errors, strict=True)]
        if all(unit is not None for unit in units):
            return name, [unit for unit in units if unit is not None]
    longest = max(vectors, key=len)
    listed = ", ".join(f"{weight:.4g}" for weight in longest[:8]) + ", …" * (len(longest) > 8)
    return f"different: {listed}", [1.0] * len(vectors)


def _unit(vector: Array, shape: Array, error: float) -> float | None:
    """Return the factor by which a vector is another; None if it is no multiple of it."""
    at = int(np.argmax(abs(shape)))
    unit = float(vector[at] / shape[at])
    near = error * (1 + abs(shape) / abs(shape[at])) + 2.0**-48 * abs(unit * shape)
    return unit if (abs(vector - unit * shape) <= near).all() else None


def _geometric(vectors: Sequence[Array]) -> list[tuple[str, Callable[[int], Array]]]:
    longest = max(vectors, key=len)
    if len(longest) < 3 or longest[0] == 0 or longest[1] == 0:
        return []
    ratio = float(longest[1] / longest[0])
    return [(f"1, r, r², … with r = {ratio:.4g}", lambda size: ratio ** np.arange(size))]


def _leading(vectors: Sequence[Array]) -> list[tuple[str, Callable[[int], Array]]]:
    """Return the patterns of a fixed number of weights at either end."""
    counts = {int(np.count_nonzero(vector)) for vector in vectors}
    some = sorted(count for count in counts if count > 1)
    return [
        *((f"only the first {c}", lambda size, c=c: (np.arange(size) < c) * 1.0) for c in some),
        *((f"only the last {c}", lambda size, c=c: (np.arange(size) >= size - c) * 1.0) for c in some),
    ]
