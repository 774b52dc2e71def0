"""Whether a loss is at the end of a gate what it was at its beginning, and what one object does at every call."""

from __future__ import annotations

from verify.gate.behaviour.subject import Subject
from verify.gate.behaviour.weighing import Weighing, Weights
from verify.gate.evaluation import Loss
from verify.gate.findings import Code, Finding
from verify.gate.interface import Interface
from verify.gate.noise.expectation import rounding
from verify.gate.numbers import number

_FAR = 10**6
"""Calls after which any schedule has ended."""


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
    elif subject.loss.noise.kind == "none" and subject.interface.way.keeps:
        _compare_objects(subject)
    report.examined.append("repeated calls")


def _differ(subject: Subject, one: float, other: float) -> bool:
    bound = 16 * rounding([one, other], subject.samples[0].instances[0], subject.loss.epsilon)
    return bool(abs(one - other) > bound)


def _compare_objects(subject: Subject) -> None:
    """Call one and the same object several times, as it was given, and with other batches between."""
    interface = subject.interface.as_given()
    shared = interface.kept()
    one, other = subject.samples[0].instances[:2]
    loss = Loss(shared.call, shared.torch)
    values = [loss.value(each) for each in (one, other, one)]
    subject.report.evaluations += loss.evaluations
    if any(map(_draws, shared.setting.objects or ())):
        return
    if not _differ(subject, values[0], values[2]):
        _count_on(subject, shared, values[0])
        return
    told = f"{values[0]:.6g}, and {values[2]:.6g} when the same batch comes again"
    betas = _betas(interface, subject.weighing())
    subject.report.findings.append(Finding(Code.STATE, f"{told}; {betas}" if betas else told))


def _count_on(subject: Subject, shared: Interface, value: float) -> None:
    """Set what one object counts of its calls far on, and say so if the same batch has another value then."""
    target = next(iter(shared.setting.objects or ()), None)
    if not (before := _counts(target)):
        return
    one, loss = subject.samples[0].instances[0], Loss(shared.call, shared.torch)
    loss.value(one)
    for name, count in _counts(target).items():
        if count != before.get(name, count) + 1:
            continue
        setattr(target, name, count + _FAR)
        try:
            far = loss.value(one)
        except Exception:  # as of a table of weights that has come to its end
            break
        if _differ(subject, far, value):
            told = f"{value:.6g}, and {far:.6g} of the same batch when {name}, which counts the calls, is {_FAR} more"
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
    return "0" if abs(value) <= error else f"{number(value, error)}"
