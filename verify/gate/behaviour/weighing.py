"""The weights of a loss in other settings of it: with other knobs, in another mode, with entries masked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from verify.gate.evaluation import Loss
from verify.gate.fit import Sample
from verify.gate.instances import Instance, Ranges, draws
from verify.gate.interface import Interface
from verify.gate.noise.kinds import Noise
from verify.gate.noise.seeds import kept, seed_all, shared
from verify.gate.reading import Reading, read
from verify.gate.series import Series
from verify.gate.shapes import Shape

_COUNT = 9
"""Instances at a shape: more than there are weights to find."""

_FAR = 8
"""The instance whose mean is greatest: there the KL is."""


@dataclass(frozen=True)
class Weights:
    """The weights of a loss that is made of known terms, at some shapes."""

    error: Series
    mean: Series
    variance: Series
    log_variance: Series
    offset: Series

    @property
    def beta(self) -> Series | None:
        """β = b/a; None where the terms of the KL differ in weight, or nothing is reconstructed."""
        if not (alike(self.mean, self.log_variance) and alike(self.variance, self.log_variance)):
            return None
        return self.log_variance / self.error

    @property
    def all(self) -> tuple[Series, ...]:
        """The weights without the constant."""
        return self.error, self.mean, self.variance, self.log_variance


def alike(one: Series, other: Series) -> bool:
    """Say whether two weights may be the same."""
    return all(
        abs(value - other.values[shape]) <= one.errors[shape] + other.errors[shape] + 2.0**-44 * abs(value)
        for shape, value in one.values.items()
    )


def near(one: float, other: float) -> bool:
    """Say whether two values of a loss differ by no more than rounding does."""
    return abs(one - other) <= 1e-12 * (abs(one) + abs(other))


def weights(reading: Reading) -> Weights | None:
    """Return the weights that were read; None if the loss is no sum of known terms."""
    error, part = reading.reconstruction, reading.divergence
    if error is None or part is None or reading.offset is None or len(error.weights) > 1:
        return None
    return Weights(error.weights[0], part.mean, part.variance, part.log_variance, reading.offset)


class Weighing:
    """A loss at the same instances, in one setting and another."""

    def __init__(self, interface: Interface, ranges: Ranges, shapes: Sequence[Shape]) -> None:
        self.interface = interface
        self._samples = [Sample(draws(shape, ranges, _COUNT), np.zeros(_COUNT)) for shape in shapes]
        self.evaluations = 0
        self._noise: Noise | None = None
        """What is drawn, found in the first setting in which something is."""

    @property
    def shape(self) -> Shape:
        """The first of the shapes."""
        return self._samples[0].shape

    def samples(self, interface: Interface, of: Change | None = None) -> tuple[Loss, list[Sample]] | None:
        """Return the loss in a setting, at changed instances if ``of`` is given; None where it is no number."""
        loss = Loss(interface.call, interface.torch)
        try:
            with kept(shared()):
                found = [self._at(loss, each, of) for each in self._samples]
        except Exception:  # of the user's code, which need not take every value of a knob
            return None
        finally:
            self.evaluations += loss.evaluations
        return (loss, found) if all(np.isfinite(each.values).all() for each in found) else None

    def seeded(self, interface: Interface) -> list[float] | None:
        """Return the value of one call at each instance, each from a seed of its own; None where one raises."""
        loss, found = Loss(interface.call, interface.torch), []
        try:
            with kept(shared()):
                for seed, instance in enumerate(each for sample in self._samples for each in sample.instances):
                    seed_all(seed)
                    found.append(loss.once(instance))
        except Exception:  # of the user's code
            return None
        finally:
            self.evaluations += loss.evaluations
        return found

    def once(self, interface: Interface) -> float | None:
        """Return the value far from the prior, whatever is drawn from one seed; None where it is no number."""
        loss = Loss(interface.call, interface.torch)
        instance = self._samples[0].instances[_FAR]
        try:
            found = loss.value(instance)
        except Exception:  # of the user's code, which need not take every value of a knob
            return None
        finally:
            self.evaluations += loss.evaluations
        return found if np.isfinite(found) else None

    def read(self, interface: Interface, of: Change | None = None) -> Reading | None:
        """Return what the loss is in a setting; None where it is no number, or draws what it has no mean of."""
        return self.read_off(self.samples(interface, of))

    def read_off(self, found: tuple[Loss, list[Sample]] | None) -> Reading | None:
        """Return what the loss is whose samples were had."""
        if found is None or found[0].noise.kind in ("statistical", "state"):
            return None
        before = found[0].evaluations
        reading = read(*found)
        self.evaluations += found[0].evaluations - before
        return reading

    def weights(self, interface: Interface, of: Change | None = None) -> Weights | None:
        """Return the weights in a setting; None where there are none."""
        reading = self.read(interface, of)
        return None if reading is None else weights(reading)

    def _at(self, loss: Loss, sample: Sample, of: Change | None) -> Sample:
        instances = [*map(of, sample.instances)] if of else sample.instances
        if loss.noise.kind == "none" and _draws(loss, instances[0]):
            self._noise = self._noise or Noise.found(loss, instances[:2])
            loss.noise = self._noise
        values = loss.values([*instances])
        return Sample(instances, values) if of else replace(sample, values=values)


Change = Callable[[Instance], Instance]


def _draws(loss: Loss, instance: Instance) -> bool:
    found = []
    for seed in range(3):
        seed_all(seed)
        found.append(loss.once(instance))
    return len(set(found)) > 1
