"""The nearest miss of a hunt, judged exactly: how large its gap is, and what there is to say where it is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import arb

from reference.arithmetic.precision import working_precision
from verify.claims.claim import Claim
from verify.claims.signatures import Instance
from verify.hunt.equality import are_equal, explained
from verify.hunt.examiner import Nearest
from verify.hunt.kinds import TRIVIAL, kind
from verify.judging.judge import CEILING, Judgement, Outcome
from verify.workers.limits import GivenUp, time_limit
from verify.writing.refutations import truth_lines

_PATIENCE = 2.0
"""Seconds to judge a near miss exactly."""

_EXPLAINING = 4.0
"""Seconds to find out why its sides are equal."""


@dataclass(frozen=True)
class Miss:
    """What is known of a near miss."""

    nearest: Nearest
    instance: Instance
    judgement: Judgement | None = None
    """None where the claim has no value exactly, or none in time."""
    equality: str | None = None
    """Where the sides are equal: at which instances else they are."""

    @property
    def gap(self) -> float | None:
        """The gap between the sides in relation to the larger one, exactly but for the last digits; None if unknown."""
        judgement = self.judgement
        ground = judgement.ground if judgement and judgement.outcome is Outcome.CERTAIN else None
        if ground is None or len(ground.sides) != 2 or ground.relation == "⪰":
            return None
        with working_precision(CEILING):
            left, right = map(arb, ground.sides)
            size = max(abs(left).mid(), abs(right).mid())
            return float(abs(left - right).mid() / size) if size > 0 else 0.0

    @property
    def data(self) -> dict[str, Any]:
        """What is said of it in JSON."""
        return vars(self.nearest) | {"gap": self.gap, "equality": self.equality}

    @property
    def lines(self) -> list[str]:
        """What is said of it to a person."""
        gap = "" if self.gap is None else f", gap {self.gap:.3g} of the larger side"
        sizes = [f"{name} = {size}" for name, size in self.nearest.sizes.items()]
        lines = [", ".join([f"margin {self.nearest.margin:.3g}{gap}", *sizes]), *self.instance.show().splitlines()]
        if self.judgement is None or self.judgement.ground is None:
            return lines
        if self.judgement.outcome is Outcome.INDISTINGUISHABLE:
            lines.append(f"its sides agree to {self.judgement.bits} bits there")
        else:
            lines += truth_lines(self.judgement.ground)
        return [*lines, self.equality] if self.equality is not None else lines


def examined(claim: Claim, nearest: Nearest) -> Miss:
    """Judge a near miss exactly; where its sides are equal, find out why."""
    instance = claim.signature.decode(nearest.inputs, nearest.sizes)
    try:
        with time_limit(_PATIENCE):
            judgement = claim.judge(instance)
    except (GivenUp, Exception):  # what floats have a value for may have none exactly
        return Miss(nearest, instance)
    ground = judgement.ground
    if ground is None or ground.relation not in ("≤", "⪰") or not are_equal(judgement):
        return Miss(nearest, instance, judgement)
    sharp = judgement.outcome is Outcome.CERTAIN
    return Miss(nearest, instance, judgement, _equality(claim, instance, sharp))


def _equality(claim: Claim, instance: Instance, sharp: bool) -> str | None:
    try:
        with time_limit(_EXPLAINING + _PATIENCE):
            reason = explained(claim, instance, _EXPLAINING)
    except (GivenUp, Exception):
        reason = None
    if reason is not None:
        return reason
    if kind(instance) in TRIVIAL:
        return f"a trivial instance ({kind(instance)}): it says nothing of others"
    return "so it is sharp there" if sharp else "so it is sharp there, as far as that tells"
