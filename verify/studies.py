"""Studies: claims whose evidence is a computation of many trajectories, or of training, and not exact instances."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from verify.claims import Claim, decorations, register
from verify.instances import Signature


@dataclass(frozen=True)
class Evidence:
    """What a study saw: how many ``examples``, of which some ``certain`` and some ``violations`` whatever the errors.

    The others are true or false by less than the error of the computation. ``summary`` has the measured figures.
    """

    examples: int
    certain: int
    violations: int
    summary: str = ""

    @property
    def supports(self) -> bool:
        """Whether it speaks for the claim: there is something, and none of it against."""
        return self.examples > 0 and not self.violations

    def __add__(self, other: Evidence) -> Evidence:
        """Return both, with the words of both."""
        words = "; ".join(dict.fromkeys(text for text in (self.summary, other.summary) if text))
        counts = (self.examples + other.examples, self.certain + other.certain, self.violations + other.violations)
        return Evidence(*counts, words)


@dataclass(eq=False)
class Study(Claim):
    """A claim of kind flow or experiment, with what computes its evidence from a seed."""

    study: Callable[[int], Evidence] = lambda seed: Evidence(0, 0, 0)


def simulated(
    id: str, statement: str, *, label: str = "", corrects: str | None = None
) -> Callable[[Callable[[int], Evidence]], Callable[[], None]]:
    """Register the decorated function as a slow claim, judged along trajectories with their errors; return its test.

    Its verdict is ``simulated`` if its evidence supports it, and otherwise ``undecided``: the estimate of an error is
    no certificate. Raises ClaimError as ``claim`` does.
    """

    def decorate(body: Callable[[int], Evidence]) -> Callable[[], None]:
        return enrol(
            Study, id, statement, body, body, label=label, kind="flow", expected="simulated", corrects=corrects
        )

    return decorate


def enrol(
    entry: type[Study], id: str, statement: str, body: Callable[..., object], study: Callable[[int], Evidence],
    **further: Any,
) -> Callable[[], None]:  # fmt: skip
    """Register a study of the class ``entry``, which ``body`` declares, and return its test, of seed 0."""

    def test() -> None:
        evidence = study(0)
        if not evidence.supports:
            raise AssertionError(against(evidence))

    further = {"slow": True, "proof": None, "corrects": None} | further
    vars(test).update(decorations(body))
    test.vae_verify_claim = register(  # type: ignore[attr-defined]
        entry, id, statement, body, _NoArguments, study=study, **further
    )
    test.__name__, test.__doc__, test.__module__ = body.__name__, body.__doc__, body.__module__
    return test


def against(evidence: Evidence) -> str:
    """Say why evidence does not support its claim."""
    found = f"{evidence.violations} of {evidence.examples} examples are against it, by more than their error"
    return f"{found if evidence.examples else 'nothing could be judged'}: {evidence.summary}"


class _NoArguments(Signature):
    """That of a study, which draws its instances itself."""

    def __init__(self, _: Callable[..., object]) -> None:
        self.domains, self.bounds = {}, {}
