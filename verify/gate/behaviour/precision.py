"""A loss in single precision, in which models are trained, beside double, in which it was examined."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from verify.gate.behaviour.subject import Subject
from verify.gate.evaluation import Loss
from verify.gate.fit import SINGLE
from verify.gate.interface.interfaces import Kind
from verify.gate.noise.expectation import rounding

_SHAPES, _INSTANCES = 2, 3


def compare_precision(subject: Subject) -> None:
    """Say so if the loss asks for the type of its tensors, and is another in single precision."""
    if subject.interface.kind is not Kind.TENSORS or subject.loss.noise.kind != "none":
        return
    loss = Loss(replace(subject.interface, kind=Kind.SINGLE).call, torch=True)
    for each in subject.samples[:_SHAPES]:
        given, known = each.instances[:_INSTANCES], each.values[:_INSTANCES]
        try:
            found = loss.values([*given])
        except Exception:  # of the user's code: a module that has been made double takes no others
            break
        off = abs(found - known)
        if off.max() > 16 * rounding(known, given[0], max(SINGLE, subject.loss.epsilon)):
            worst = int(np.argmax(off))
            told = f"{found[worst]:.6g} for {known[worst]:.6g}, at {each.shape}"
            subject.report.undecided.append(f"in single precision it is another loss than in double: {told}")
            break
    subject.report.evaluations += loss.evaluations
