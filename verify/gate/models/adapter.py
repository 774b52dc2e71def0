"""An adapter: a function of the weights of a linear VAE that returns the user's own objective, a number.

Its parameters are named as in koehler2022: the data x = Az, z ~ N(0, I_k), with A (d × k); the decoder Ã = ``At``
(d × r), the encoder B̃ = ``Bt`` (r × d), the encoder variances ``D`` (r), and the decoder's standard deviation ``eps``.
An adapter whose objective has no such thing leaves it out, or gives it a default. In place of A it may take ``X``,
equally likely data points in rows, and beside them ``noise``, one row for each: the mean over these rows of what is
quadratic is its expectation.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from verify.errors import UsageError

WEIGHTS = ("A", "At", "Bt", "D", "eps")
DERIVED = {"X": "A", "noise": "D"}
"""What is made of the weights, and of which."""

_FORMATS = {"float64": 53, "float32": 24, "float16": 11, "bfloat16": 8}
"""How many bits the formats of floats have."""

_PROBES = ((53, 2.0**-27), (24, 2.0**-13), (11, 2.0**-5))
"""So small a change of an argument is seen by a computation with so many bits, and by none with those of the next."""

_FEWEST_BITS = 24


@dataclass(frozen=True)
class Point:
    """The weights at which an objective is called, in float64."""

    A: Any
    At: Any
    Bt: Any
    D: Any
    eps: float

    def __getitem__(self, name: str) -> Any:
        if name == "eps":
            return self.eps
        if name in DERIVED:
            points = self._points()
            k = self.A.shape[1]
            return points[:, :k] @ self.A.T if name == "X" else points[:, k:]
        return np.array(getattr(self, name))  # a copy, which the user's code may change

    def _points(self) -> Any:
        """Return the rows ±√(k+r) e_i of R^{k+r}: their mean is 0, and that of their products is I."""
        size = self.A.shape[1] + self.At.shape[1]
        return np.sqrt(size) * np.concatenate([np.eye(size), -np.eye(size)])

    def text(self, names: tuple[str, ...]) -> str:
        """Write the arguments of a call."""
        return ", ".join(f"{name}={np.asarray(self[name]).tolist()}" for name in names)


_PROBED = Point(
    np.array([[1.0, 0.5], [0.25, 1.0]]), np.array([[0.5, 1.0], [1.0, 0.25]]), np.array([[0.25, 1.0], [1.0, 0.5]]),
    np.array([0.5, 2.0]), 1.5,
)  # fmt: skip


class Adapter:
    """A user's objective: which arguments it takes, and to how many bits it is computed."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.names = _names(function)
        self._values: dict[bytes, float] = {}
        self._format = 53
        self._bits: int | None = None

    def takes(self, weight: str) -> bool:
        """Say whether the objective depends on A, At, Bt, D or eps, as far as its parameters say."""
        return weight in self.names or any(DERIVED.get(name) == weight for name in self.names)

    @property
    def weights(self) -> tuple[str, ...]:
        """The weights on which the objective depends, as far as its parameters say."""
        return tuple(filter(self.takes, WEIGHTS))

    def __call__(self, point: Point) -> float:
        """Return the objective; raises UsageError for what is no finite number, and whatever the user's code raises."""
        key = b"".join(np.asarray(getattr(point, name)).tobytes() for name in WEIGHTS) + str(point.At.shape).encode()
        if key not in self._values:
            self._values[key] = self._called(point)
        return self._values[key]

    def _called(self, point: Point) -> float:
        returned = self.function(**{name: point[name] for name in self.names})
        try:
            value = float(returned.detach() if hasattr(returned, "detach") else returned)
        except (TypeError, ValueError, RuntimeError):
            shape = getattr(returned, "shape", None)
            what = f"an array of shape {tuple(shape)}" if shape is not None else f"a {type(returned).__name__}"
            raise UsageError(f"the adapter returns {what}: return one number, such as the mean") from None
        if not np.isfinite(value):
            raise UsageError(f"the adapter returns {value} at {point.text(self.weights)}")
        kind = str(getattr(returned, "dtype", "float64")).removeprefix("torch.")
        self._format = min(self._format, _FORMATS.get(kind, 53))
        return value

    @property
    def bits(self) -> int:
        """To how many bits the objective is computed: those of the coarsest format that an argument goes through.

        Raises UsageError if that is less than float32, or two calls at one point return different numbers.
        """
        if self._bits is None:
            first, second = self._called(_PROBED), self._called(_PROBED)
            if first != second:
                raise UsageError(
                    f"the adapter returns {first} and then {second} at the same weights: compute the expectation over"
                    " the noise, or take the noise as an argument called noise"
                )
            seen = [self._seen(name, first) for name in self.weights]
            self._bits = min([self._format, *(bits for bits in seen if bits is not None)])
            if self._bits < _FEWEST_BITS:
                raise UsageError(f"the objective is computed to {self._bits} bits: compute it in float32 or float64")
        return self._bits

    def _seen(self, name: str, value: float) -> int | None:
        """Return how many bits of an argument the objective sees; None if it does not depend on it."""
        for bits, change in _PROBES:
            moved = replace(_PROBED, **{name: getattr(_PROBED, name) * (1 + change)})
            if self._called(moved) != value:
                return bits
        return None


def _names(function: Callable[..., Any]) -> tuple[str, ...]:
    """Return the parameters of an adapter; raises UsageError for those that are none of a linear VAE."""
    known = (*WEIGHTS, *DERIVED)
    if not callable(function):
        raise UsageError(f"an adapter is a function of weights, not {function!r}")
    parameters = inspect.signature(function).parameters.values()
    names = tuple(p.name for p in parameters if p.default is p.empty)
    if unknown := [name for name in names if name not in known]:
        raise UsageError(f"the adapter takes {unknown[0]!r}: the parameters of an adapter are among {', '.join(known)}")
    for weights in (("A", "X"), ("At",), ("Bt",)):
        if not set(weights) & set(names):
            raise UsageError(f"the adapter does not take {' or '.join(weights)}: it sets all weights of the model")
    if "noise" in names and ("X" not in names or "D" not in names):
        raise UsageError("the adapter takes noise, but not X and D: the rows of noise belong to those of X")
    return names
