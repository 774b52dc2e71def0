"""Of which kind instances are: trivial ones, at which much is true for no deep reason, and others.

A kind is a number per instance, the first of :data:`KINDS` that fits. Trivial is where all dimensions are 1 though they
need not be, where a matrix or vector is 0, a matrix a multiple of the identity, or one argument another's copy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from reference.arithmetic.lanes import Floats, floats, stack
from verify.claims.signatures import Instance, Signature
from verify.domains.base import arrays_of

TRIVIAL = ("one-dimensional", "zero", "scalar", "equal")
KINDS = (*TRIVIAL, "diagonal", "of lower rank", "general")


def kinds(signature: Signature, sizes: Mapping[str, int], arguments: Mapping[str, Any], count: int) -> Floats:
    """Return the kind of each of ``count`` instances of these sizes, whose arguments are lanes."""
    values = [stack(array)[0] for argument in arguments.values() for array in _arrays(argument)]
    return _kinds(signature, sizes, [np.broadcast_to(x, (count, *x.shape[1:])) for x in values], count)


def kind(instance: Instance) -> str:
    """Return the kind of an exact instance."""
    values = [floats(array)[None] for value in instance.values.values() for array in arrays_of(value)]
    return KINDS[int(_kinds(instance.signature, instance.sizes, values, 1)[0])]


def _arrays(argument: Any) -> Sequence[Any]:
    if isinstance(argument, tuple):
        return argument
    return (argument,) if hasattr(argument, "array") else ()


def _kinds(signature: Signature, sizes: Mapping[str, int], values: list[Floats], count: int) -> Floats:
    """Return the number of the kind of each instance, of values of shape (instances, …)."""
    single = all(size == 1 for size in sizes.values()) and any(high > 1 for _, high in signature.bounds.values())
    large = [x for x in values if x[0].size > 1]
    matrices = [x for x in large if x.ndim == 3 and min(x.shape[1:]) > 1]
    square = [x for x in matrices if x.shape[1] == x.shape[2]]
    pairs = [(x, y) for x, y in combinations(large, 2) if x.shape == y.shape]
    tests = {
        "one-dimensional": np.full(count, single),
        "zero": _any([_everywhere(x == 0) for x in large], count),
        "scalar": _any([_everywhere(x == x[:, :1, :1] * np.eye(x.shape[1])) for x in square], count),
        "equal": _any([_everywhere(x == y) for x, y in pairs], count),
        "diagonal": np.logical_and.reduce([_everywhere(x == x * np.eye(x.shape[1])) for x in square])
        & np.full(count, bool(square)),
        "of lower rank": _any([_rank(x) < min(x.shape[1:]) for x in matrices], count),
        "general": np.full(count, True),
    }
    return np.select([tests[name] for name in KINDS], list(range(len(KINDS))))


def _any(masks: list[Floats], count: int) -> Floats:
    return np.logical_or.reduce([np.full(count, False), *masks])


def _everywhere(mask: Floats) -> Floats:
    return np.asarray(mask.reshape(len(mask), -1).all(-1))


def _rank(x: Floats) -> Floats:
    return np.asarray(np.linalg.matrix_rank(np.where(np.isfinite(x), x, 0)))
