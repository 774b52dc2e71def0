"""What β is from the first step of training to far beyond the last: where it stops changing, and at what."""

from __future__ import annotations

import dataclasses
import time
from functools import cached_property

from verify.gate.behaviour.names import is_last_beta, is_step
from verify.gate.behaviour.weighing import Weighing, near
from verify.gate.behaviourcodes import BehaviourCode
from verify.gate.expectations import Expectations
from verify.gate.findings import Finding
from verify.gate.interface import Interface
from verify.gate.numbers import shown
from verify.gate.series import Series

_NEAR = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000)
_FAR = (10**6, 10**6 + 1, 1_234_567, 2 * 10**6, 4 * 10**6, 7_654_321, 10**9, 10**9 + 7)
"""Further than any training; a cycle is not at the same point of it at all of them."""

_DOUBLED = _FAR[0], _FAR[3], _FAR[4]

_SLOW = 0.1
"""Seconds from which on a loss seems to count up to the step that it is given."""

_AS_GOOD = 0.01
"""A β that is only approached is taken as reached this near to it."""

_SOME = 1000
"""The step that is taken for the end of training if β grows for ever."""


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
        if schedule.end != interface.knobs[schedule.name]:
            interface = _at(interface, schedule.name, schedule.end)
    return interface


def _at(interface: Interface, name: str, at: int) -> Interface:
    """Return a loss at a step, with what was assumed of it corrected."""
    assumed = [each for each in interface.assumed if not each.startswith(f"{name} = ")]
    moved = interface.with_knobs(**{name: at})
    where = f"{name} far on" if at >= _FAR[0] else f"{name} = {at}"
    return dataclasses.replace(moved, assumed=[*assumed, f"{where}, for the end of training"])


class Schedule:
    """β as a function of one number; the value of the loss, the noise being the same, says where it is the same."""

    def __init__(self, name: str, interface: Interface, weighing: Weighing) -> None:
        self.name, self._interface, self._weighing = name, interface, weighing
        value = interface.knobs[name]
        self._default = int(value) if value == int(value) and value >= 0 else None
        self._values: dict[int, float] = {}
        self._betas: dict[int, Series | None] = {}
        if self._default is not None:
            self._look(self._default)

    def _look(self, default: int) -> None:
        steps = sorted({*_NEAR, *_FAR, default})
        for step in steps:
            started = time.perf_counter()
            if self._value(step) is None:
                self._look_for_the_last(step)
                return
            if step >= _FAR[0] and time.perf_counter() - started > _SLOW:
                return

    def _look_for_the_last(self, beyond: int) -> None:
        """Find the last step at which there is a value, as of a table of weights."""
        low = max(self._values, default=beyond)
        while beyond - low > 1:
            middle = (low + beyond) // 2
            low, beyond = (low, middle) if self._value(middle) is None else (middle, beyond)

    def _value(self, step: int) -> float | None:
        if step not in self._values:
            found = self._weighing.once(self._interface.with_knobs(**{self.name: step}))
            if found is None:
                return None
            self._values[step] = found
        return self._values[step]

    def _same(self, step: int, other: int) -> bool:
        return near(self._values[step], self._values[other])

    def _equal(self, step: int, other: int) -> bool:
        return self._values[step] == self._values[other]

    def beta(self, step: int) -> Series | None:
        """Return β at a step; None where it cannot be told."""
        if step not in self._betas:
            found = self._weighing.weights(self._interface.with_knobs(**{self.name: step}))
            self._betas[step] = None if found is None else found.beta
        return self._betas[step]

    @cached_property
    def moves(self) -> bool:
        """Whether β depends on the step."""
        steps = [*self._values]
        if len(steps) < 2 or all(self._same(steps[0], each) for each in steps):
            return False
        known = [beta for each in {steps[0], self.end, self._greatest} if (beta := self.beta(each)) is not None]
        return len(known) > 1 and any(_differ(known[0], each) for each in known)

    @cached_property
    def default(self) -> int | None:
        """The default, if it may be the end of training: a first step is not, but t = 1 may be anything."""
        first = 0 if len(self.name) <= len("it") else 1
        return self._default if self._default in self._values and (self._default or 0) > first else None

    @cached_property
    def reached(self) -> int | None:
        """The step from which on nothing changes, not even by rounding if it comes to that; None if there is none."""
        last = max(self._values)
        far = [step for step in self._values if step >= _FAR[0]]
        settles = [same for same in (self._equal, self._same) if all(same(step, last) for step in far)]
        if not settles:
            return None
        same = settles[0]
        before = [step for step in self._values if not same(step, last)]
        low = max(before, default=-1)
        high = min(step for step in self._values if step > low)
        while high - low > 1:
            middle = (low + high) // 2
            if self._value(middle) is None:
                break
            low, high = (low, middle) if same(middle, last) else (middle, high)
        return high

    @cached_property
    def grows(self) -> bool:
        """Whether β grows with every step, and no slower in the end."""
        if self.reached is not None or any(step not in self._values for step in _DOUBLED):
            return False
        one, two, four = (self._values[step] for step in _DOUBLED)
        return two > one and four - two > 1.5 * (two - one)

    @property
    def _greatest(self) -> int:
        """Where β is greatest, of the steps looked at: where the value is, or at its least if the KL is negative."""
        ends = {min(self._values, key=self._values.__getitem__), max(self._values, key=self._values.__getitem__)}
        return max(ends, key=lambda step: _value(self.beta(step)))

    @cached_property
    def end(self) -> int:
        """The step that is taken for the end of training."""
        if self.default is not None:
            return max(self._values) if self._tends else self.default
        if self.reached is not None:
            return self.reached
        return _SOME if self.grows else self._greatest

    @property
    def _tends(self) -> bool:
        """Whether β only tends to what it settles at, as a sigmoid does, and is as good as there at the default."""
        at, last = self.beta(self._default or 0), self.beta(max(self._values))
        if self.reached is None or at is None or last is None:
            return False
        return _differ(at, last) and abs(_value(at) - _value(last)) <= _AS_GOOD * abs(_value(last))

    @property
    def turns(self) -> bool:
        """Whether the slope at small KLs only changes its sign: so does that of |KL − C|, where it is C that grows."""
        end, first = self.beta(self.end), self.beta(min(self._values))
        return end is not None and first is not None and end.equals(lambda s: -first.values[s]) and not end.zero

    @property
    def text(self) -> str:
        """What β is, from the first step on."""
        first = min(self._values)
        told = [f"{_told(self.beta(first))} at {self.name} = {first}"]
        if self.default is not None and self.default != self.reached:
            told.append(f"{_told(self.beta(self.default))} at {self.name} = {self.default}, the default")
        if self.reached is not None:
            told.append(f"{_told(self.beta(self.reached))} from {self.name} = {self.reached} on")
        elif self.grows:
            told.append(f"{_told(self.beta(_SOME))} at {self.name} = {_SOME}, and growing with every step")
        else:
            told.append(f"and never settling: up to {_told(self.beta(self._greatest))}")
        return ", ".join(told)

    def findings(self, declared: Expectations) -> list[Finding]:
        """Return what is wrong with the schedule, where it does not end at the β that is expected."""
        end, first = self.beta(self.end), self.beta(min(self._values))
        if end is None or first is None or self.turns:
            return []
        expected = declared.expected_beta(next(iter(end.values)))
        if end.equals(lambda s: expected):
            return []
        if self.end == self.default and not self.grows and _below(end, self._top):
            told = f"{_told(end)} at {self.name} = {self.end}, the default; {self.text}"
            return [Finding(BehaviourCode.SCHEDULE_UNFINISHED, told)]
        if end.equals(lambda s: expected / 2):  # of an error without its ½
            return []
        if self.grows:
            return [Finding(BehaviourCode.SCHEDULE_UNBOUNDED, self.text)]
        falls = self.reached is not None and _below(end, first)
        return [Finding(BehaviourCode.SCHEDULE_FALLS, self.text)] if falls else []

    @property
    def _top(self) -> Series | None:
        return self.beta(self._greatest if self.reached is None else self.reached)


def _value(beta: Series | None) -> float:
    return -1.0 if beta is None else next(iter(beta.values.values()))


def _below(one: Series, other: Series | None) -> bool:
    return other is not None and _value(one) < _value(other) and _differ(one, other)


def _differ(one: Series, other: Series) -> bool:
    return any(
        abs(v - other.values[s]) > one.errors[s] + other.errors[s] + 2.0**-44 * abs(v) for s, v in one.values.items()
    )


def _told(beta: Series | None) -> str:
    if beta is None:
        return "what cannot be told"
    (value,), (error,) = beta.values.values(), beta.errors.values()
    return shown(value, error)
