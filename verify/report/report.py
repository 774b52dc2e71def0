"""All that the page is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from verify.report.summary import Summary
from verify.running.record import Run


@dataclass(frozen=True)
class Report:
    """What a run judged, with what is said of it elsewhere."""

    run: Run
    summary: Summary
    written: str
    """When the page was written, and its certificates were checked."""

    versions: dict[str, str]
    """Of what wrote it."""

    unknown: Sequence[str] = ()
    """The ids of the run that no claim has now."""

    @property
    def title(self) -> str:
        """What the page is about."""
        return "What holds of the theory of variational autoencoders, and what does not"

    @property
    def lead(self) -> str:
        """What was checked, in a sentence."""
        judged = sum(card.result is not None for card in self.summary.cards)
        return f"{judged} of {len(self.summary.cards)} statements were judged."

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What it takes to come to the same verdicts again."""
        run = self.run
        facts = [("judged on", run.created or ""), ("seed", str(run.seed))]
        facts += [("examples a claim", str(run.max_examples))] if run.max_examples else []
        facts += [("command", run.command)] if run.command else []
        facts += [("versions", ", ".join(f"{name} {version}" for name, version in run.versions.items()))]
        return [(name, value) for name, value in facts if value]

    @property
    def kinds(self) -> list[str]:
        """The kinds of claims that there are."""
        return sorted({str(card.claim.kind) for card in self.summary.cards})

    @property
    def notes(self) -> list[str]:
        """What a reader must know of the run before believing the page."""
        run = self.run
        notes = []
        if run.interrupted:
            notes.append(f"The run was interrupted: {len(run.results)} of {run.chosen} claims were judged.")
        judged = {name: version for name, version in run.versions.items() if self.versions.get(name) != version}
        if judged:
            here = ", ".join(f"{name} {self.versions.get(name, 'none')}" for name in judged)
            there = ", ".join(f"{name} {version}" for name, version in judged.items())
            notes.append(f"The run was made with {there}; certificates were checked again here with {here}.")
        if run.results and not run.versions:
            notes.append("The run does not say with which versions, nor when, it was made.")
        if run.results and not run.sources:
            notes.append("The run does not say which source of each claim it judged: it may have changed since.")
        if self.unknown:
            ids = ", ".join(self.unknown)
            notes.append(f"The run judged what is stated nowhere now, or in a file that was not named: {ids}.")
        return notes
