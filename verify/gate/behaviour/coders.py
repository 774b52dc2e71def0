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
    if any(_is_of_changed_data(subject, one, each[0]) for each in setting.encoded[:1] if each):
        told = "the model changes its data before it encodes them, and its error is that of the changed ones"
        known = [each for each in subject.report.undecided if not each.startswith("the reconstruction error is known")]
        subject.report.undecided = [f"{told}: gate the loss of these by itself", *known]
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


def _is_of_changed_data(subject: Subject, instance: Instance, encoded: Any) -> bool:
    """Say whether the loss is the same on both sides of what was encoded, and not on both sides of the data."""
    changed = np.asarray(encoded.detach() if hasattr(encoded, "detach") else encoded)
    if changed.shape != instance.x.shape or not _differ(changed, instance.x):
        return False
    loss, sides = Loss(subject.interface.call, subject.interface.torch), []
    for middle in (changed, instance.x):
        recons = (middle + turn * (1 + instance.recon) for turn in (1, -1))
        sides.append([*loss.noise.together(loss, [instance._replace(recon=each) for each in recons], 0)])
    subject.report.evaluations += loss.evaluations
    bounds = [16 * rounding(each, instance, subject.loss.epsilon) for each in sides]
    return bool(np.ptp(sides[0]) <= bounds[0] and np.ptp(sides[1]) > bounds[1])


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
