"""The Hypothesis test of a claim: it judges what is drawn, and raises the counterexample."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import seed as seeded

from verify.claims.claim import Claim, Judge
from verify.claims.counterexample import Counterexample, Refutation
from verify.claims.signatures import Instance
from verify.judging.judge import Judgement, Outcome
from verify.judging.places import Line

UNMET = "no example satisfies the premise of implies, so that nothing was judged: construct what does, or draw more"
UNMET_THERE = UNMET.replace("implies", "implies on line {} of {}").replace("judged", "judged of what follows")


def unjudged(met: bool, lines: frozenset[Line]) -> str:
    """Say what was not judged, or nothing if all was: all, if no example has ``met`` anything.

    Else it is what follows on the ``lines`` where ``implies`` is called and has met no premise.
    """
    if met and lines:
        file, line, _ = min(lines)
        return UNMET_THERE.format(line, os.path.basename(file))
    return "" if met else UNMET


def attack(
    claim: Claim,
    observe: Callable[[Instance, Judgement], None],
    profile: settings | None = None,
    seed: int | None = None,
    judge: Callable[[Instance], Judgement] | None = None,
) -> Callable[[], None]:
    """Return the test of a claim, which shows each judgement to ``observe``, and raises Refutation.

    ``judge`` judges the claim at one instance: without one, a :class:`Judge` of the test's own.
    """
    judged = judge or Judge(claim)

    def test(instance: Instance) -> None:
        judgement = judged(instance)
        assume(judgement.outcome is not Outcome.DISCARDED)
        observe(instance, judgement)
        if judgement.outcome is Outcome.REFUTED:
            raise Refutation(Counterexample(claim, instance, judgement))

    test.__name__ = test.__qualname__ = claim.body.__name__
    test.__module__, test.__doc__ = claim.body.__module__, claim.body.__doc__
    run: Any = given(instance=claim.signature.strategy())(test)
    run.hypothesis_explicit_examples = claim.explicit
    run = profile(run) if profile else run
    return seeded(seed)(run) if seed is not None else run  # type: ignore[no-any-return]
