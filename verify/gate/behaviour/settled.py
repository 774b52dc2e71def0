"""The loss that is to be judged: that of the end of training, beside what the defaults of its knobs declare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from verify.gate.behaviour.knobs import examine_knobs
from verify.gate.behaviour.names import is_last_beta, is_step
from verify.gate.behaviour.schedules import ended, schedules
from verify.gate.behaviour.weighing import Weighing
from verify.gate.expectations import Expectations
from verify.gate.instances import Ranges
from verify.gate.interface import Interface
from verify.gate.report import Report
from verify.gate.shapes import Shape


class Settled(NamedTuple):
    """A loss with its knobs as they are to be judged, and what is expected of it."""

    interface: Interface
    declared: Expectations


def settled(
    interface: Interface, ranges: Ranges, shapes: Sequence[Shape], declared: Expectations, report: Report
) -> Settled:
    """Find out what knobs and schedules do; findings and what is assumed of them go into the report."""
    names = [name for name in interface.knobs if is_step(name) or is_last_beta(name)]
    if not names or declared.surrogate:
        return Settled(interface, declared)
    weighing = Weighing(interface, ranges, [next((shape for shape in shapes if shape.n > 1), shapes[0])])
    found = schedules(interface, weighing)
    last = ended(interface, found)
    expected = examine_knobs(last, weighing, declared, report)
    for schedule in found:
        what = "near the prior, the slope of the loss in the KL" if schedule.turns else "β"
        report.assumed.append(f"{what} follows {schedule.name}: {schedule.text}")
        report.findings += schedule.findings(expected)
    report.examined += ["schedule"] if found else []
    report.evaluations += weighing.evaluations
    return Settled(last, expected)
