"""Whether a loss is at the end of a gate what it was at its beginning, and what one object does at every call."""

from __future__ import annotations

import contextlib
from itertools import product

from verify.gate.behaviour.subject import Subject
from verify.gate.behaviour.weighing import Weighing, Weights
from verify.gate.evaluation import Loss
from verify.gate.findings import Code, Finding
from verify.gate.instances import Instance
from verify.gate.interface import Interface
from verify.gate.noise.expectation import rounding
from verify.gate.numbers import shown

_CALLS = 100
"""Calls of one object: what is done at every hundredth is seen."""

_COUNTED = tuple(number + turn for number in (10**6, 7_207_200) for turn in (-2, -1, 0, 1))
"""What is put in the place of a count: past any schedule, and about multiples of whatever a count is divided by."""


def compare_calls(subject: Subject) -> None:
    """Add a finding if a call makes a difference to the next one."""
    report = subject.report
    if any(each.kind is Code.STATE for each in report.findings):
        return
    first = subject.samples[0]
    again = subject.loss.value(first.instances[0])
    if _differ(subject, again, float(first.values[0])):
        told = f"{first.values[0]:.6g} at the beginning, {again:.6g} at the end, of the same batch"
        report.findings.append(Finding(Code.STATE, told))
    elif subject.interface.way.keeps:
        _compare_objects(subject)
    report.examined.append("repeated calls")


def _differ(subject: Subject, one: float, other: float) -> bool:
    bound = 16 * rounding([one, other], subject.samples[0].instances[0], subject.loss.epsilon)
    return bool(abs(one - other) > bound)


def _compare_objects(subject: Subject) -> None:
    """Call one and the same object many times, as it was given, and with another batch between; all from one seed."""
    interface = subject.interface.as_given()
    shared = interface.kept()
    one, other = subject.samples[0].instances[:2]
    loss = Loss(shared.call, shared.torch)
    values = [*_from_one_seed(subject, loss, [one, other, one])]
    if any(map(_draws, shared.setting.objects or ())):
        return
    with contextlib.suppress(Exception):  # as of a table of weights that comes to its end
        values += [*_from_one_seed(subject, loss, [one] * _CALLS)]
    subject.report.evaluations += loss.evaluations
    odd = [each for each in values[2:] if _differ(subject, values[0], each)]
    if not odd:
        _count_on(subject, shared, values[0])
        return
    told = f"{values[0]:.6g}, and {odd[0]:.6g} when the same batch comes again"
    betas = _betas(interface, subject.weighing())
    subject.report.findings.append(Finding(Code.STATE, f"{told}; {betas}" if betas else told))


def _from_one_seed(subject: Subject, loss: Loss, instances: list[Instance]) -> list[float]:
    return [float(each) for each in subject.loss.noise.together(loss, instances, 0)]


def _count_on(subject: Subject, shared: Interface, value: float) -> None:
    """Set what one object counts of its calls far on, and say so if the same batch has another value then."""
    target = next(iter(shared.setting.objects or ()), None)
    if not (before := _counts(target)):
        return
    one, loss = subject.samples[0].instances[0], Loss(shared.call, shared.torch)
    _from_one_seed(subject, loss, [one])
    counting = [name for name, count in _counts(target).items() if count == before.get(name, count) + 1]
    with contextlib.suppress(Exception):  # as of a table of weights that has come to its end
        for name, count in product(counting, _COUNTED):
            setattr(target, name, count)
            (far,) = _from_one_seed(subject, loss, [one])
            if _differ(subject, far, value):
                told = f"{value:.6g}, and {far:.6g} of the same batch when {name}, which counts the calls, is {count}"
                subject.report.findings.append(Finding(Code.STATE, told))
                break
    subject.report.evaluations += loss.evaluations


def _counts(target: object) -> dict[str, int]:
    return {name: value for name, value in getattr(target, "__dict__", {}).items() if type(value) is int}


def _draws(target: object) -> bool:
    """Say whether an object has a generator of its own, which is no state of the loss."""
    kinds = [type(value) for value in getattr(target, "__dict__", {}).values()]
    return any("Generator" in each.__name__ or "random" in each.__module__ for each in kinds)


def _betas(interface: Interface, weighing: Weighing) -> str:
    """Return what β is in the first calls of an object."""
    found = [_told(weighing.weights(interface.called(calls))) for calls in (0, 1, 99)]
    if any(each is None for each in found):
        return ""
    return f"effective β = {found[0]} in the first call, {found[1]} in the second, {found[2]} in the hundredth"


def _told(weights: Weights | None) -> str | None:
    beta = None if weights is None else weights.beta
    if beta is None:
        return None
    (value,), (error,) = beta.values.values(), beta.errors.values()
    return shown(value, error)
