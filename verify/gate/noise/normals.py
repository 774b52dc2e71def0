"""Normal numbers that a loss draws, replaced by chosen ones, whether torch, NumPy or Python draws them."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache, partial
from typing import Any

import numpy as np

from verify.gate.noise.chosen import Normals


@contextmanager
def replaced(normals: Normals, seed: int = 0, torch: bool = True) -> Iterator[None]:
    """Replace normal numbers while the block runs; generators that would be seeded by chance have a seed from here.

    Without ``torch``, those that torch draws are left to it, which then takes half the time.
    """
    patches = list(_patches(normals, cache(partial(np.random.default_rng, seed))))
    kept = [(owner, name, getattr(owner, name)) for owner, name, _ in patches]
    try:
        for owner, name, new in patches:
            setattr(owner, name, new)
        with _kernels(normals) if torch and "torch" in sys.modules else nullcontext():
            yield
    finally:
        for owner, name, old in kept:
            setattr(owner, name, old)


def _kernels(normals: Normals) -> AbstractContextManager[object]:
    from verify.gate.noise.kernels import Kernels  # noqa: PLC0415  # imports torch

    return Kernels(normals)


def _patches(normals: Normals, seeds: Callable[[], np.random.Generator]) -> Iterator[tuple[Any, str, Any]]:
    """Yield what is replaced in NumPy and Python; each draws what it would, so that later draws are as they were."""
    legacy, fresh = np.random.normal, np.random.default_rng

    def normal(loc: Any = 0.0, scale: Any = 1.0, size: Any = None) -> Any:
        return _moved(normals, legacy(loc, scale, size), loc, scale)

    def default_rng(seed: Any = None) -> np.random.Generator:
        return _generator(normals, fresh(seeds().integers(2**63) if seed is None else seed))

    yield np.random, "normal", normal
    yield np.random, "standard_normal", lambda size=None: normal(size=size)
    yield np.random, "randn", lambda *shape: normal(size=shape or None)
    yield np.random, "default_rng", default_rng
    for name in ("gauss", "normalvariate"):
        drawn = getattr(random, name)
        yield random, name, lambda mu=0.0, sigma=1.0, drawn=drawn: _moved(normals, drawn(mu, sigma), mu, sigma)


def _moved(normals: Normals, drawn: Any, loc: Any, scale: Any) -> Any:
    chosen = normals.next(np.asarray(drawn))
    if chosen is None:
        return drawn
    moved = (loc + scale * chosen).astype(getattr(drawn, "dtype", float))
    return moved if isinstance(drawn, np.ndarray) else moved[()]


def _generator(normals: Normals, drawing: np.random.Generator) -> np.random.Generator:
    class Drawn(np.random.Generator):
        def normal(self, loc: Any = 0.0, scale: Any = 1.0, size: Any = None) -> Any:
            return _moved(normals, super().normal(loc, scale, size), loc, scale)

        def standard_normal(self, size: Any = None, dtype: Any = np.float64, out: Any = None) -> Any:
            moved = _moved(normals, super().standard_normal(size, dtype, out), 0.0, 1.0)
            if out is not None:
                out[...] = moved
            return moved

    return Drawn(drawing.bit_generator)
