"""A loss that has been read, and what it is looked at with once more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from verify.gate.behaviour.weighing import Weighing
from verify.gate.evaluation import Loss
from verify.gate.expectations import Expectations
from verify.gate.fit import Sample
from verify.gate.instances import Ranges
from verify.gate.interface import Interface
from verify.gate.reading import Reading
from verify.gate.report import Report
from verify.gate.shapes import Shape


@dataclass(frozen=True)
class Subject:
    """A loss, its values, what was read from them, and what is expected of it."""

    interface: Interface
    loss: Loss
    ranges: Ranges
    samples: Sequence[Sample]
    reading: Reading
    """With what explains it, where it is of none of the plain forms."""
    declared: Expectations
    report: Report

    def weighing(self, count: int = 1) -> Weighing:
        """Return what weighs the loss in other settings, at some shapes of more than one sample."""
        shapes = [each.shape for each in self.samples]
        several = [shape for shape in shapes if shape.n > 1 and shape.d > 1] or shapes
        return Weighing(self.interface, self.ranges, several[:count])

    @property
    def shape(self) -> Shape:
        """The first shape."""
        return self.samples[0].shape
