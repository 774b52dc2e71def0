"""What β is from the first step of training to far beyond the last: where it stops changing, and at what."""

from __future__ import annotations

import dataclasses
import time
from dataclasses import dataclass
from itertools import pairwise

from verify.gate.behaviour.names import is_last_beta, is_step
from verify.gate.behaviour.weighing import Weighing
from verify.gate.behaviourcodes import BehaviourCode
from verify.gate.expectations import Expectations
from verify.gate.findings import Finding
from verify.gate.interface import Interface
from verify.gate.numbers import number
from verify.gate.series import Series

_NEAR = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000)
_FAR = (10**6, 10**6 + 1, 1_234_567, 7_654_321, 10**9, 10**9 + 7)
"""Further than any training; a cycle is not at the same point of it at all of them."""

_SLOW = 0.2
"""Seconds beyond which a loss seems to count up to the step that it is given."""


def schedules(interface: Interface, weighing: Weighing) -> list[Schedule]:
    """Return how β follows the arguments that are named like steps, of those that it follows."""
    zeros = {name: 1.0 for name, value in interface.knobs.items() if is_last_beta(name) and value == 0}
    found: list[Schedule] = []
    for name in [name for name in interface.knobs if is_step(name)]:
        schedule = Schedule(name, ended(interface.with_knobs(**zeros), found), weighing)
        found += [schedule] if schedule.moves else []
    return found


def ended(interface: Interface, found: list[Schedule]) -> Interface:
    """Return the loss at the end of training."""
    for schedule in found:
        if schedule.judged_at != interface.knobs[schedule.name]:
            interface = _at(interface, schedule.name, schedule.judged_at)
    return interface


def _at(interface: Interface, name: str, at: int) -> Interface:
    """Return a loss at a step, with what was assumed of it corrected."""
    assumed = [each for each in interface.assumed if not each.startswith(f"{name} = ")]
    moved = interface.with_knobs(**{name: at})
    return dataclasses.replace(moved, assumed=[*assumed, f"{name} = {at}, for the end of training"])


@dataclass(frozen=True)
class _Point:
    step: int
    beta: Series

    @property
    def value(self) -> float:
        return next(iter(self.beta.values.values()))

    def same(self, other: _Point) -> bool:
        return all(
            abs(v - other.beta.values[s]) <= self.beta.errors[s] + other.beta.errors[s] + 2.0**-44 * abs(v)
            for s, v in self.beta.values.items()
        )

    def below(self, other: _Point) -> bool:
        return self.value < other.value and not self.same(other)

    def __str__(self) -> str:
        (value,), (error,) = self.beta.values.values(), self.beta.errors.values()
        return "0" if abs(value) <= error else f"{number(value, error)}"


class Schedule:
    """β as a function of one number."""

    def __init__(self, name: str, interface: Interface, weighing: Weighing) -> None:
        self.name, self._interface, self._weighing = name, interface, weighing
        value = interface.knobs[name]
        self.default = int(value) if value == int(value) and value >= 0 else None
        self.points: dict[int, _Point] = {}
        self.moves = False
        if self.default is None:
            return
        first = [self._point(step) for step in (0, 1, self.default, 50, 10**6)]
        known = [each for each in first if each is not None]
        self.moves = len(known) > 1 and any(not each.same(known[0]) for each in known)
        for step in (*_NEAR, *_FAR) if self.moves else ():
            if self._point(step) is None:
                break

    def _point(self, step: int) -> _Point | None:
        if step in self.points:
            return self.points[step]
        if self.default is not None and step > 10**6 and self._slow():
            return None
        found = self._weighing.weights(self._interface.with_knobs(**{self.name: step}))
        if found is None or found.beta is None:
            return None
        self.points[step] = _Point(step, found.beta)
        return self.points[step]

    def _slow(self) -> bool:
        started = time.perf_counter()
        self._weighing.samples(self._interface.with_knobs(**{self.name: 10**6}))
        return time.perf_counter() - started > _SLOW

    @property
    def _in_order(self) -> list[_Point]:
        return [self.points[step] for step in sorted(self.points)]

    @property
    def reached(self) -> _Point | None:
        """Where β no longer changes; None if it never settles."""
        far = [each for each in self._in_order if each.step >= _FAR[0]]
        if not far:  # as of a table of weights
            return self._in_order[-1]
        return far[0] if all(each.same(far[0]) for each in far) else None

    @property
    def grows(self) -> bool:
        """Whether β grows with every step."""
        points = [each for each in self._in_order if each.step >= _FAR[0]]
        return self.reached is None and all(a.below(b) for a, b in pairwise(points))

    @property
    def highest(self) -> _Point:
        """Where β is greatest, of the steps looked at."""
        return max(self._in_order, key=lambda each: each.value)

    @property
    def judged_at(self) -> int:
        """The step that is taken for the end of training."""
        first = 0 if len(self.name) <= len("it") else 1  # t = 1 may be anything
        if self.default is not None and self.default > first and self.default in self.points:
            return self.default
        if self.reached is not None:
            return self._since(self.reached)
        return (self._in_order[-1] if self.grows else self.highest).step

    @property
    def text(self) -> str:
        """What β is, from the first step on."""
        first = self._in_order[0]
        start = f"{first} at {self.name} = {first.step}"
        at = f", {self.points[self.default]} at {self.name} = {self.default}, the default" if self.default else ""
        if self.reached is not None:
            since = self._since(self.reached)
            return f"{start}{at}, {self.reached} from {self.name} = {since} on"
        last = self._in_order[-1]
        if self.grows:
            return f"{start}{at}, {last} at {last.step}: it grows with every step"
        return f"{start}{at}, and never settles: up to {self.highest}"

    def _since(self, reached: _Point) -> int:
        """Return the first step from which on β is what it reaches, if it gets there once."""
        before = [each.step for each in self._in_order if not each.same(reached) and each.step < reached.step]
        if not before:
            return self._in_order[0].step
        low = max(before)
        high = min(each.step for each in self._in_order if each.step > low)
        while high - low > 1:
            middle = (low + high) // 2
            point = self._point(middle)
            if point is None:
                break
            low, high = (low, middle) if point.same(reached) else (middle, high)
        return high

    def findings(self, declared: Expectations) -> list[Finding]:
        """Return what is wrong with the schedule, where it does not end at the β that is expected."""
        end = self.points[self.judged_at]
        shape = next(iter(end.beta.values))
        expected = declared.expected_beta(shape)
        if end.beta.equals(lambda s: expected):
            return []
        half = end.beta.equals(lambda s: expected / 2)  # of an error without its ½
        found = []
        if self.grows and not half:
            found.append(Finding(BehaviourCode.SCHEDULE_UNBOUNDED, self.text))
        top = self.reached or self.highest
        if self.judged_at == self.default and end.below(top) and not self.grows:
            found.append(
                Finding(
                    BehaviourCode.SCHEDULE_UNFINISHED, f"{end} at {self.name} = {end.step}, the default; {self.text}"
                )
            )
        if (
            not half
            and self.reached is not None
            and self.reached.below(self._in_order[0])
            and end.below(self._in_order[0])
        ):
            found.append(Finding(BehaviourCode.SCHEDULE_FALLS, self.text))
        return found
