"""Whether a loss couples samples, or latents: whether moving one changes what moving another does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from verify.gate.divergence.part import Part
from verify.gate.fit import Sample
from verify.gate.instances import Array, Instance


@dataclass(frozen=True)
class Couplings:
    """What is coupled for certain: a mixed difference that rounding does not explain."""

    codes_of_samples: bool
    """What one sample pays for its code depends on the codes of other samples."""
    codes_of_latents: bool
    """What one latent pays depends on the other latents of its sample."""
    errors_of_samples: bool
    """The reconstruction error of one sample depends on the data or the reconstruction of another."""


def couplings(parts: Sequence[Part], samples: Sequence[Sample]) -> Couplings:
    """Return what is coupled, at the first of the shapes that has two samples and two latents."""
    several = [(p, s) for p, s in zip(parts, samples, strict=True) if p.shape.n > 1 and p.shape.k > 1]
    if not several:
        return Couplings(False, False, False)
    part, sample = several[0]
    n, k = part.first.mu.shape
    rows, columns = list(combinations(range(min(n, 3)), 2)), list(combinations(range(min(k, 3)), 2))
    return Couplings(
        any(_mixed(part, sample, (2, 3), (np.s_[a], np.s_[b])) for a, b in rows),
        any(_mixed(part, sample, (2, 3), (np.s_[0, a], np.s_[0, b])) for a, b in columns),
        any(_mixed(part, sample, (0, 1), (np.s_[a], np.s_[b])) for a, b in rows) and not is_rounded(part),
    )


def is_rounded(part: Part) -> bool:
    """Say whether the reconstruction is taken in half precision: a slight change of it changes nothing."""
    one, near, two, beside = (
        part.value(part.first._replace(recon=part.first.recon * factor))
        for factor in (1.0, 1 + 2.0**-14, 2.0, 2 + 2.0**-14)
    )
    return one == near != two == beside


def _mixed(part: Part, sample: Sample, tensors: tuple[int, int], places: tuple[object, object]) -> bool:
    """Say whether the effects of moving two places of two tensors do not add up."""
    for one, other in zip(sample.instances[:3], sample.instances[1:4], strict=True):
        moved = [_moved(one, other, tensors, chosen) for chosen in ((), places[:1], places[1:], places)]
        values = np.array([part.value(instance) for instance in moved])
        if abs(values[0] - values[1] - values[2] + values[3]) > part.bound(*values):
            return True
    return False


def _moved(one: Instance, other: Instance, tensors: tuple[int, int], places: Sequence[object]) -> Instance:
    """Return an instance with some places of some tensors those of another."""
    changed: list[Array] = [tensor.copy() for tensor in one]
    for tensor in tensors:
        for place in places:
            changed[tensor][place] = other[tensor][place]
    return Instance(*changed)
