"""The Hypothesis test of a claim: it judges what is drawn, and raises the counterexample."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import seed as seeded

from verify.claims.claim import Claim, Judge
from verify.claims.counterexample import Counterexample, Refutation
from verify.claims.signatures import Instance
from verify.judging.judge import Judgement, Outcome
from verify.judging.places import Line, Place
from verify.judging.vacuous import Implied, by_name

UNMET = "no example satisfies the premise of implies, so that nothing was judged: construct what does, or draw more"
UNMET_THERE = UNMET.replace("implies", "implies on line {} of {}").replace("judged", "judged of what follows")
UNMET_ROUND = UNMET_THERE.replace("{},", "{} in round {} of its loop,")
UNPASSED = UNMET_THERE.replace("implies", "assume")


UNSTATED = (
    "no example comes to the statement on line {} of {}, so that nothing was judged of it: "
    "let some come there, draw more, or leave it out"
)

ROUNDS, PATIENCE = 9, 10.0
"""How often as many examples are drawn again, and for how many seconds, while none comes to all that is stated."""


def unjudged(met: bool, implied: Implied, stated_at: frozenset[Place] = frozenset()) -> str:
    """Say what was not judged, or nothing if all was: all, if no example has ``met`` anything.

    Else it is what follows on a line, or in a round, where ``implies`` is called and has met no premise, or ``assume``
    and no example has passed; or what is ``stated_at`` a place that no example came to.
    """
    if not met:
        return UNMET
    for lines, words in ((implied.unmet, UNMET_THERE), (implied.unpassed, UNPASSED)):
        if lines:
            return words.format(*_told(min(lines)))
    if implied.unmet_rounds:
        line, number = min(implied.unmet_rounds)
        return UNMET_ROUND.format(*_told(line), number + 1)
    if implied.made and (lost := set(map(by_name, stated_at)) - implied.named.made):
        return UNSTATED.format(*_told(min(lost)))
    return ""


def _told(line: Line | Place) -> tuple[int, str]:
    return line[1], os.path.basename(line[0])


def further(lack: Callable[[], str]) -> Iterator[int]:
    """Yield numbers of further rounds of examples, each as many again, as long as there is a ``lack``.

    What one example in fifty comes to is judged at most seeds only so; `assume` as well has ten draws an example.
    """
    started = time.monotonic()
    for number in range(1, ROUNDS + 1):
        if not lack() or time.monotonic() - started > PATIENCE:
            return
        yield number


def attack(
    claim: Claim,
    observe: Callable[[Instance, Judgement], None],
    profile: settings | None = None,
    seed: int | None = None,
    judge: Callable[[Instance], Judgement] | None = None,
    discard: Callable[[Judgement], None] = lambda _: None,
) -> Callable[[], None]:
    """Return the test of a claim, which shows each judgement to ``observe``, and raises Refutation.

    What a premise discards is shown to ``discard`` alone.
    ``judge`` judges the claim at one instance: without one, a :class:`Judge` of the test's own.
    """
    judged = judge or Judge(claim)

    def test(instance: Instance) -> None:
        judgement = judged(instance)
        if judgement.outcome is Outcome.DISCARDED:
            discard(judgement)
            assume(False)
        observe(instance, judgement)
        if judgement.outcome is Outcome.REFUTED:
            raise Refutation(Counterexample(claim, instance, judgement))

    test.__name__ = test.__qualname__ = claim.body.__name__
    test.__module__, test.__doc__ = claim.body.__module__, claim.body.__doc__
    run: Any = given(instance=claim.signature.strategy())(test)
    run.hypothesis_explicit_examples = claim.explicit
    run = profile(run) if profile else run
    return seeded(seed)(run) if seed is not None else run  # type: ignore[no-any-return]
