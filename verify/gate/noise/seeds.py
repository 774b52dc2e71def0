"""The generators that a loss may draw from: seeded, replayed, and put back as they were."""

from __future__ import annotations

import gc
import random
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import compress
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Held:
    """A generator, by what reads its state and what sets it."""

    get: Callable[[], Any]
    put: Callable[[Any], object]


def seed_all(seed: int) -> None:
    """Seed the generators that a process has anyway."""
    random.seed(seed)
    np.random.seed(seed)
    if "torch" in sys.modules:
        torch = sys.modules["torch"]
        torch.default_generator.manual_seed(seed)  # torch.manual_seed takes as long as a loss does
        if torch.cuda.is_initialized():
            torch.cuda.manual_seed_all(seed)


def shared() -> list[Held]:
    """Return the generators that a process has anyway."""
    found = [Held(random.getstate, random.setstate), Held(np.random.get_state, np.random.set_state)]
    if "torch" in sys.modules:
        torch = sys.modules["torch"]
        found.append(Held(torch.default_generator.get_state, torch.default_generator.set_state))
        if torch.cuda.is_initialized():
            found.append(Held(torch.cuda.get_rng_state_all, torch.cuda.set_rng_state_all))
    return found


def own() -> list[Held]:
    """Return every generator of Python or NumPy that somebody has made."""
    python = {id(kind) for kind in _kinds(random.Random)} - {id(kind) for kind in _kinds(random.SystemRandom)}
    numpy = {id(kind) for kind in _kinds(np.random.BitGenerator)}
    objects = _objects()
    found = list(_inherited)
    for each in compress(objects, map((python | numpy).__contains__, map(id, map(type, objects)))):  # asks no proxy
        if id(type(each)) in python:
            found.append(Held(each.getstate, each.setstate))
        else:
            found.append(Held(lambda it=each: it.state, lambda state, it=each: setattr(it, "state", state)))  # type: ignore[misc]
    return found


_inherited: list[Held] = []
"""The generators of whoever forked this process, if it has looked for them."""


@contextmanager
def inherited() -> Iterator[None]:
    """Look for the generators that there are before a fork freezes them: to look at all that it has would copy it.

    What a caller has frozen itself is for the fork to look at: nothing of a caller's is thawed.
    """
    _inherited[:] = [] if gc.get_freeze_count() else own()
    try:
        yield
    finally:
        _inherited.clear()


def _objects() -> list[Any]:
    """Return what the garbage collector knows, with what it leaves alone unless that was looked at before."""
    if _inherited or not gc.get_freeze_count():
        return gc.get_objects()
    enabled = gc.isenabled()
    gc.disable()  # in between, the parent's garbage would be collected, and finalized a second time
    gc.unfreeze()
    try:
        return gc.get_objects()
    finally:
        gc.freeze()
        if enabled:
            gc.enable()


def _kinds(kind: type) -> Iterator[type]:
    """Yield a class and all that are derived from it."""
    yield kind
    derived: type
    for derived in type.__subclasses__(kind):
        yield from _kinds(derived)


def moved_by(call: Callable[[], object], generators: Iterable[Held]) -> list[Held]:
    """Make a call, and return those of the generators that it drew from."""
    before = [(each, plain(each.get())) for each in generators]
    call()
    return [each for each, state in before if plain(each.get()) != state]


def plain(state: Any) -> Any:
    """Return a state as what can be compared."""
    if isinstance(state, dict):
        return {key: plain(value) for key, value in state.items()}
    if isinstance(state, tuple):
        return tuple(each if type(each) is int else plain(each) for each in state)
    return state.tolist() if hasattr(state, "tolist") else state


@contextmanager
def kept(generators: Iterable[Held]) -> Iterator[None]:
    """Leave generators as they were."""
    states = [(each, each.get()) for each in generators]
    try:
        yield
    finally:
        for each, state in states:
            each.put(state)
