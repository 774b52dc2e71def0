"""A module in eval mode beside train mode: what is drawn may differ, the terms and their weights may not."""

from __future__ import annotations

from verify.gate.behaviour.subject import Subject
from verify.gate.behaviour.weighing import Weights, alike, weights
from verify.gate.behaviourcodes import BehaviourCode
from verify.gate.findings import Finding
from verify.gate.series import Series

_SHAPES = 6
"""Enough for a formula."""


def compare_modes(subject: Subject) -> None:
    """Add a finding if the terms of a module have other weights in eval mode."""
    if "eval" not in subject.interface.modes:
        return
    report, weighing = subject.report, subject.weighing(_SHAPES)
    quiet = subject.interface.in_mode("eval")
    one_by_one = [weighing.seeded(each) for each in (subject.interface, quiet)]
    if one_by_one[0] == one_by_one[1] is not None:
        report.evaluations += weighing.evaluations
        report.examined.append("train and eval mode")
        return
    train, there = weighing.samples(subject.interface), weighing.samples(quiet)
    report.evaluations += weighing.evaluations
    if there is None:
        report.assumed.append("train mode: in eval mode the loss is no number")
        return
    readings = {mode: weighing.read_off(each) for mode, each in (("train", train), ("eval", there))}
    of = {mode: None if each is None else weights(each) for mode, each in readings.items()}
    told = ", ".join(f"in {mode} mode {_told(each)}" for mode, each in of.items())
    one, other = of["train"], of["eval"]
    if one is None or other is None:
        report.assumed.append(f"train mode; the value is another in eval mode: {told}")
        return
    report.examined.append("train and eval mode")
    if all(map(alike, one.all, other.all)):
        report.assumed.append(
            "the value is another in eval mode, by a constant or what is drawn: the weights are the same"
        )
    elif other.beta is not None and other.beta.equals(lambda s: 1.0):
        report.assumed.append(f"train mode, as eval mode has the plain evidence lower bound: {told}")
    else:
        report.findings.append(Finding(BehaviourCode.MODES, told))


def _told(known: Weights | None) -> str:
    if known is None:
        return "it is of no known form"
    if known.beta is not None:
        return f"effective β = {known.beta.formula}"
    names = ("reconstruction", "μ²", "σ²", "log σ²")
    return "the weights are " + ", ".join(
        f"{_written(each)} of {name}" for name, each in zip(names, known.all, strict=True)
    )


def _written(series: Series) -> str:
    return f"{series.formula}"
