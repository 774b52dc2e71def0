"""Whether a loss treats all samples of a batch alike: then their order does not matter."""

from __future__ import annotations

from collections.abc import Sequence

from verify.gate.evaluation import Loss
from verify.gate.fit import SINGLE, Sample
from verify.gate.instances import Instance
from verify.gate.report import Report


def compare_order(loss: Loss, samples: Sequence[Sample], report: Report) -> None:
    """Turn a few batches round, and say so if the loss is another then."""
    several = [each for each in samples if each.shape.n > 1][:3]
    for each in several:
        for instance, value in list(zip(each.instances, each.values, strict=True))[:3]:
            turned = loss.value(Instance(*(part[::-1].copy() for part in instance)))
            if abs(turned - value) > 64 * max(loss.epsilon, SINGLE) * sum(each.shape) * max(abs(value), 1):
                told = (
                    f"the value depends on the order of the samples: {value:.6g} becomes {turned:.6g} when the batch is"
                )
                report.undecided.append(
                    f"{told} turned round, at {each.shape} (has the adapter something for each row?)"
                )
                return
    if several:
        report.examined.append("order of the batch")
