"""What can be said of a loss of which the heads' part, or the reconstruction's, is none of the plain forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from verify.gate.divergence.clamps import Clamp, clamps
from verify.gate.divergence.couplings import Couplings, couplings
from verify.gate.divergence.far import Far, far
from verify.gate.divergence.floors import Floor, floor
from verify.gate.divergence.held import Held, held
from verify.gate.divergence.part import Part, parts
from verify.gate.divergence.slips import Slip, held_slips, slips
from verify.gate.divergence.sums import Sum, total
from verify.gate.divergence.weights import Apart, Features, apart, features
from verify.gate.evaluation import Loss
from verify.gate.fit import Sample
from verify.gate.reading import DivergencePart, Reading


@dataclass(frozen=True)
class Explanation:
    """What was found; of the heads' part at most one of the first four, each exact at every shape that was tried."""

    held: Held | None = None
    """A divergence after all, of heads that are held in a range, kept off 0 or squashed."""
    floor: Floor | None = None
    """Free bits or a capacity, and where they bind; also where what was read as plain is one side of it."""
    sum: Sum | None = None
    """A sum of other functions of the heads, with their weights."""
    apart: Apart | None = None
    """Weights that differ among latents or samples, or a prior of its own for each."""
    slips: tuple[Slip, ...] = ()
    """What is wrong with the sum, or with how heads are held, if that has a name."""
    clamps: tuple[Clamp, ...] = ()
    """Ranges in which the heads of a plain divergence are held."""
    features: Features | None = None
    """A reconstruction error whose elements have weights of their own: masked or padded entries."""
    far: Far | None = None
    """How the loss grows far away: where one of the parts is not found."""
    couplings: Couplings | None = None
    """What of a loss with a part that is not found couples samples or latents for certain."""

    @property
    def divergence(self) -> DivergencePart | None:
        """The divergence of a head that is changed as a whole, whose name says how; None if only one term has that."""
        whole = self.held is not None and not self.held.only and self.held.mean == (None, None)
        return self.held.divergence if self.held is not None and whole else None

    @property
    def found(self) -> bool:
        """Whether the heads' part is known exactly."""
        return any(each is not None for each in (self.held, self.floor, self.sum, self.apart))

    @property
    def couples_samples(self) -> bool:
        """Whether what a sample pays for its code is known to depend on other samples of the batch."""
        if self.floor is not None:
            return self.floor.statistic.couples_samples
        if self.couplings is not None and self.couplings.codes_of_samples:
            return True
        return self.sum is not None and self.sum.couples_samples

    @property
    def couples_latents(self) -> bool:
        """Whether what a latent pays is known to depend on other latents, beyond a threshold on their sum."""
        if self.couplings is not None and self.couplings.codes_of_latents:
            return True
        return self.sum is not None and self.sum.couples_latents


def explain(loss: Loss, samples: Sequence[Sample], reading: Reading) -> Explanation:
    """Return what can be said of the parts that a reading left open; what is conclusive and cheap first."""
    at = parts(loss, samples)
    if not reading.separable:
        return Explanation(far=far(at), couplings=couplings(at, samples))
    explanation = _plain(loss, samples, at, reading.divergence) if reading.divergence else _heads(at, samples)
    if reading.reconstruction is None:
        explanation = replace(explanation, features=features(at, samples))
    lost = not (reading.divergence or explanation.found) or not (reading.reconstruction or explanation.features)
    if not lost:
        return explanation
    return replace(explanation, far=far(at), couplings=explanation.couplings or couplings(at, samples))


def _plain(loss: Loss, samples: Sequence[Sample], at: Sequence[Part], divergence: DivergencePart) -> Explanation:
    if (floored := floor(at)) is not None:
        return Explanation(floor=floored)  # what was read is one side of it
    found = tuple(clamps(loss, samples, divergence))
    other = held(at) if any(each.what == "departs" for each in found) else None
    if other is not None and other.divergence.head is not divergence.head:  # that is what was read, near the prior
        return _of(other)
    return Explanation(clamps=found)


def _heads(at: Sequence[Part], samples: Sequence[Sample]) -> Explanation:
    if (floored := floor(at)) is not None:
        return Explanation(floor=floored)
    if (summed := total(at)) is not None:
        return Explanation(sum=summed, slips=tuple(slips(summed)))
    coupled = couplings(at, samples)
    if coupled.codes_of_samples or coupled.codes_of_latents:
        return Explanation(couplings=coupled)  # no sum over elements
    if (weighted := apart(at)) is not None:
        return Explanation(apart=weighted)
    return _of(held(at))


def _of(found: Held | None) -> Explanation:
    return Explanation(held=found, slips=() if found is None else tuple(held_slips(found)))
