"""What a loss draws inside, found by calling it: nothing, noise whose expectation is exact, other noise; or a state."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, Literal, Protocol

import numpy as np

from verify.gate.fit import SINGLE
from verify.gate.instances import Array, Instance
from verify.gate.noise.chosen import Normals
from verify.gate.noise.expectation import Call, Expectation, rounding
from verify.gate.noise.normals import replaced
from verify.gate.noise.seeds import Held, kept, moved_by, own, plain, seed_all, shared

Kind = Literal["none", "exact", "statistical", "state"]
_ORDER: tuple[Kind, ...] = ("none", "exact", "statistical", "state")
_SEEDS = 8


class Evaluated(Protocol):
    """A loss, of which a call is made at a time, with the generators as they are."""

    epsilon: float

    def once(self, instance: Instance) -> float:
        """Return the value of one call."""


class Noise:
    """What is drawn in a call, and the mean over it."""

    def __init__(self, kind: Kind = "none", seed: int = 0) -> None:
        self.kind = kind
        """``none``; ``exact``: the mean is the expectation; ``statistical``: one seed at each call; ``state``: none is
        of use, as a call changes the next."""
        self.seed = seed
        self.expectation = Expectation()
        self._own: list[tuple[Held, object]] = []
        """Generators of the loss itself, and the state from which each call has them."""

    @classmethod
    def found(cls, loss: Evaluated, instances: Iterable[Instance]) -> Noise:
        """Return what a loss draws, by calling it at instances: at least one, better two, of each shape.

        A loss that turns out to compute in single precision inside has its ``epsilon`` set to that.
        """
        noise, made, given = cls(), own(), list(instances)
        with kept([*shared(), *made]), passed(partial(loss.once, given[0]), made) as drawn_from:
            noise._own = [(each, each.get()) for each in drawn_from]
            for instance in given:
                noise.kind = max(noise.kind, noise._kind_at(loss, instance), key=_ORDER.index)
                if noise.kind in ("statistical", "state"):
                    break
        return noise

    def mean(self, call: Call, instance: Instance, epsilon: float) -> Array:
        """Return the mean of calls at an instance: the expectation, not a number if it is not exact; else one call."""
        if self.kind == "none":
            return call()  # to keep the generators takes ten times as long
        with kept([*shared(), *(each for each, _ in self._own)]):
            if self.kind == "exact":
                return self.expectation.mean(call, instance, epsilon)
            return self._seeded(call, self.seed) if self.kind == "statistical" else _plain(call, self.seed)

    def together(self, loss: Evaluated, instances: Sequence[Instance], seed: int) -> Array:
        """Return a call at each of some instances, all from one seed, and all with a generator of its own alike.

        The next one finds such a generator where this one leaves it.
        """
        with kept(shared()):
            start = [(each, each.get()) for each, _ in self._own]
            values = []
            for instance in instances:
                for each, state in start:
                    each.put(state)
                with replaced(Normals(), seed, torch=False):
                    values.append(_plain(partial(loss.once, instance), seed))
            return np.array(values)

    def is_fixed(self, loss: Evaluated, instance: Instance) -> bool:
        """Say whether a loss of which no two calls differ draws all the same: it seeds what it draws from itself."""
        call = partial(loss.once, instance)
        with kept([*shared(), *(each for each, _ in self._own)]):
            if len(moved_by(call, drawn := [each for each, _ in self._own])) < len(drawn):
                return True  # another is made in each call
            ends = []
            for seed in (1, 2):
                _plain(call, seed)
                ends.append([plain(each.get()) for each in shared()])
        return any(one == other for one, other in zip(*ends, strict=True))

    def describe(self) -> str:
        """Return what a report says of it."""
        if self.kind == "exact":
            counts = sorted(set(self.expectation.entries.values()))
            many = str(counts[0]) if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
            return (
                f"draws {many} normal numbers a call; but for an odd part it is quadratic in them, so its mean is exact"
            )
        return {
            "none": "draws nothing that matters",
            "statistical": "draws what it has no exact mean of: estimated",
            "state": "changes from call to call, whatever the seed: keeps a state, or has its noise from the system",
        }[self.kind]

    def _kind_at(self, loss: Evaluated, instance: Instance) -> Kind:
        def call() -> Array:
            return np.float64(loss.once(instance))

        drawn = self._from_seeds(call)
        twice = np.array([self._seeded(call, 1) for _ in range(3)])
        if _differ(twice, instance, loss.epsilon):
            return "state"
        if not _differ(drawn, instance, loss.epsilon):
            return "none"
        pairs = np.transpose([drawn, self._from_seeds(call)])  # what is another now was not drawn from a seed
        if any(_differ(each, instance, loss.epsilon) for each in pairs):
            return "state"
        if (drawn == drawn.astype(np.float32)).all():
            loss.epsilon = max(loss.epsilon, SINGLE)
        return "exact" if self.expectation.is_exact(call, instance, loss.epsilon) else "statistical"

    def _from_seeds(self, call: Call) -> Array:
        """Return calls from several seeds; the generators of the loss itself go on from one to the next."""
        self._put_back()
        return np.array([self._seeded(call, seed, again=False) for seed in range(_SEEDS)])

    def _seeded(self, call: Call, seed: int, again: bool = True) -> Array:
        """Return a call from a seed, that of a generator which it makes without one too; and with others as before."""
        if again:
            self._put_back()
        with replaced(Normals(), seed, torch=False):
            return _plain(call, seed)

    def _put_back(self) -> None:
        """Have the generators of the loss itself as they were at first."""
        for each, state in self._own:
            each.put(state)


@contextmanager
def passed(call: Callable[[], object], made: Iterable[Held]) -> Iterator[list[Held]]:
    """Make a call, and yield the generators of its own that it drew from: of those made, and those passed to torch."""
    if "torch" not in sys.modules:
        yield moved_by(call, made)
        return
    from verify.gate.noise.kernels import Watch  # noqa: PLC0415  # imports torch

    watch = Watch()
    with watch:
        moved = moved_by(call, made)
    try:
        yield [*moved, *watch.seen]
    finally:
        for each, state in watch.seen.items():
            each.put(state)


def _plain(call: Callable[[], Any], seed: int) -> Any:
    seed_all(seed)
    return call()


def _differ(values: Array, instance: Instance, epsilon: float) -> bool:
    if np.isnan(values).any():
        return not np.isnan(values).all()
    with np.errstate(all="ignore"):
        return bool(np.ptp(values) > rounding(values, instance, epsilon))
