"""What encoder and decoder of a model are asked more than once: the gate puts the same in place of each answer."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.gate.behaviour.subject import Subject
from verify.gate.evaluation import Loss
from verify.gate.instances import Instance
from verify.gate.noise.expectation import rounding
from verify.gate.noise.seeds import seed_all


def examine_coders(subject: Subject) -> None:
    """Say so if it matters which answer was which."""
    one, other = subject.samples[0].instances[:2]
    try:
        setting = subject.interface.raw(subject.interface.inputs(one))[1]
    except Exception:  # of the user's code, whose value was had otherwise
        return
    if any(_differ(each[0], again) for each in setting.encoded for again in each[1:]):
        subject.report.undecided.append(
            "the encoder is called with other data too, and was made to return the same heads"
        )
    if len(setting.decoded) > 1 and not _adds_up(subject, one, one._replace(recon=other.recon)):
        told = f"the decoder is called {len(setting.decoded)} times, and the loss is no sum over its calls"
        subject.report.undecided.append(f"{told}: it was examined with the same reconstruction from each of them")


def _differ(one: Any, other: Any) -> bool:
    first, second = (np.asarray(each.detach() if hasattr(each, "detach") else each) for each in (one, other))
    return first.shape != second.shape or bool((first != second).any())


def _adds_up(subject: Subject, one: Instance, other: Instance) -> bool:
    """Say whether two reconstructions at turns are as good as each of them alone, and the other way round."""
    values = []
    for first, second in ((one, other), (other, one), (one, one), (other, other)):
        interface = subject.interface.with_second(second.recon)
        loss = Loss(interface.call, interface.torch)
        seed_all(0)
        values.append(loss.once(first))
        subject.report.evaluations += 1
    bound = 16 * rounding(values, one, subject.loss.epsilon)
    return not abs(values[0] + values[1] - values[2] - values[3]) > bound
