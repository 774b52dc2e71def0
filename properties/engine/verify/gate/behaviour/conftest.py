"""Losses in settings of which the numbers alone matter: none is called."""

from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import numpy as np
import pytest

from verify.gate.behaviour import knobs
from verify.gate.behaviour.weighing import Weights
from verify.gate.fit import Sample
from verify.gate.series import Series
from verify.gate.shapes import Shape

SHAPE = Shape(4, 6, 3)
ERRORS, KLS = np.array([1.0, 2.0, 5.0]), np.array([0.5, 3.0, 4.0])


@dataclass(frozen=True)
class Called:
    """A loss in a setting, of which the numbers alone matter."""

    knobs: dict[str, float]
    assumed: list[str] = field(default_factory=list)
    arguments: frozenset[str] = frozenset()

    @property
    def way(self):
        return SimpleNamespace(arguments=self.arguments)

    def with_knobs(self, **values):
        return replace(self, knobs={**self.knobs, **values})


class Weighed:
    """The weights of the error and of the KL as functions of the numbers; no value is there where these raise."""

    def __init__(self, kl, error=lambda **_: 1.0, other=lambda **_: 0.0, known=True, kind="none"):
        self.kl, self.error, self.other, self.known = kl, error, other, known
        self.noise = SimpleNamespace(noise=SimpleNamespace(kind=kind))

    def weights(self, called):
        if not self.known:
            return None
        error, kl = (Series({SHAPE: float(of(**called.knobs))}, {SHAPE: 1e-14}) for of in (self.error, self.kl))
        return Weights(error, kl, kl, kl, kl)

    def samples(self, called, of=None):
        errors = ERRORS * 0 + 2 if of is knobs._same_data else ERRORS
        kls = KLS * 0 + 3 if of is knobs._same_heads else KLS
        values = self.error(**called.knobs) * errors + self.kl(**called.knobs) * kls + self.other(**called.knobs)
        return self.noise, [Sample([], values)]

    def once(self, called):
        try:
            return float(7 * self.error(**called.knobs) + 3 * self.kl(**called.knobs))
        except IndexError:
            return None


@pytest.fixture(scope="session")
def called():
    """Return what makes a loss with numbers."""
    return Called


@pytest.fixture(scope="session")
def weighed():
    """Return what makes the weights of one, as functions of the numbers."""
    return Weighed
