"""All that the page is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from verify.claims.entry import Verdict
from verify.registry.relations import ONE_OF_THEM, disagreements
from verify.report.cards import NOT_JUDGED, Card
from verify.report.difference import Difference
from verify.report.files import Gate, Hunt, Replication
from verify.report.graph.drawing import drawn
from verify.report.summary import Paper, Summary
from verify.running.record import Run

_LEGEND = {
    "proved": "derived symbolically, for all parameters, in the run; its instances were judged besides",
    "holds": "judged at generated exact instances, and false at none",
    "simulated": "computed along trajectories: nothing is against it by more than the estimated error",
    "measured": "seen in trainings",
    "refuted": "certainly false at an exact instance, by a certificate that anybody can check",
    "at a corner": "refuted in a case at the edge of what is stated alone",
    "by a reading": "refuted as it was read; it can be read so that it is true",
    "contradicted": "trajectories or trainings speak against it; there is no certificate",
    "undecided": "some comparison stayed undecided at the highest precision",
    "error": "something went wrong, and nothing is said of the claim",
    "not judged": "the run given says nothing of the claim as it is now, or refuted without a certificate that holds",
}

_ERRATA = (
    ("refuted", "page:errata", "Wrong in print",
     "Each with the smallest counterexample that is known: where, and what is found."),
    ("at a corner", "page:corners", "Wrong at a corner",
     "What fails in a case at the edge of what is stated alone, which the print does not exclude."),
    ("by a reading", "page:readings", "Wrong by a reading",
     "What can be read so that it is true; how it was read stands with it."),
    ("contradicted", "page:contradicted", "Contradicted by experiment",
     "What trainings or trajectories speak against; there is no certificate."),
)  # fmt: skip


@dataclass(frozen=True)
class Report:
    """What a run judged, with what other commands found."""

    run: Run
    summary: Summary
    written: str
    """When the page was written, and its certificates were checked."""

    versions: Mapping[str, str]
    """Of what wrote it."""

    unknown: Sequence[str] = ()
    """The ids of the run that no claim has now."""

    old: Run | None = None
    difference: Difference | None = None
    gates: Sequence[Gate] = ()
    hunts: Sequence[Hunt] = ()
    courses: Sequence[str] = ()
    """How near the hunts of each file came, as addresses of images."""

    replications: Sequence[Replication] = ()

    @cached_property
    def known(self) -> set[str]:
        """The ids that have an address on the page."""
        return {card.id for card in self.summary.cards}

    def graph(self, paper: Paper) -> Markup:
        """Return what the claims of a paper are to each other, as vector graphics; empty where nothing is declared."""
        claims = [card.claim for card in paper.cards]
        if not any(claim.relations for claim in claims):
            return Markup()
        return Markup(drawn(claims, {card.id: card.column for card in self.summary.cards}))

    @cached_property
    def own(self) -> bool:
        """Whether all claims are a user's own, and none is of a paper."""
        return all(card.claim.is_own for card in self.summary.cards)

    @property
    def title(self) -> str:
        """What the page is about."""
        return (
            "Claims and their verdicts"
            if self.own
            else "The theory of variational autoencoders, statement by statement"
        )

    @property
    def lead(self) -> str:
        """What was checked, in a sentence."""
        cards = self.summary.cards
        judged = sum(card.verdict != NOT_JUDGED for card in cards)
        of = "statement" if len(cards) == 1 else "statements"
        every = f"{len(cards)} {of}" if judged == len(cards) else f"{judged} of {len(cards)} {of}"
        exactly = (
            f"{every}, judged at exact instances, in fractions or with enclosed errors: no tolerance stands between a "
            "statement and its verdict."
        )
        floats = any(self.summary.counts[column] for column in ("simulated", "measured", "contradicted"))
        apart = " What is simulated, measured or contradicted rests on floats, and is called by these words."
        return exactly + apart * floats

    @property
    def counted(self) -> str:
        """How many statements have which verdict, in a line."""
        counts = self.summary.counts
        return ", ".join(f"{counts[column]} {column}" for column in self.summary.columns if counts[column])

    @property
    def contents(self) -> list[tuple[str, str]]:
        """The addresses of the page's sections, and their names."""
        errata = [(address, title) for address, title, _, _ in self.errata[:1]]
        others = {
            ("page:difference", "What changed"): self.difference,
            ("page:gates", "Losses"): self.gates,
            ("page:hunts", "Hunts"): self.hunts,
            ("page:replications", "Experiments"): self.replications,
        }
        papers = [(f"paper:{paper.name}", paper.name) for paper in self.summary.papers]
        return [*errata, *(section for section, content in others.items() if content), *papers]

    @cached_property
    def errata(self) -> list[tuple[str, str, str, list[Card]]]:
        """What is wrong, by how it is: address, title, explanation and the statements of each section."""
        return [
            (address, "Refuted" if self.own and column == "refuted" else title, explanation, found)
            for column, address, title, explanation in _ERRATA
            if (found := self.summary.of(column))
        ]

    @property
    def legend(self) -> list[tuple[str, str]]:
        """What the verdicts on the page are worth."""
        return [(column, _LEGEND[column]) for column in self.summary.columns]

    @property
    def facts(self) -> list[tuple[str, str, bool]]:
        """What it takes to come to the same verdicts again; whether it is a command."""
        run = self.run
        versions = ", ".join(f"{name} {version}" for name, version in run.versions.items())
        return [
            (name, value, name == "command")
            for name, value in {
                "judged on": run.created,
                "seed": str(run.seed),
                "examples a claim": run.max_examples and str(run.max_examples),
                "command": run.command,
                "versions": versions,
            }.items()
            if value
        ]

    @property
    def kinds(self) -> list[str]:
        """The kinds of claims that there are."""
        return sorted({str(card.claim.kind) for card in self.summary.cards})

    @cached_property
    def disagreements(self) -> list[str]:
        """Where verdicts speak against what claims are said to be to each other."""
        judged = {card.id: Verdict(card.verdict) for card in self.summary.cards if card.verdict != NOT_JUDGED}
        return list(disagreements((card.claim for card in self.summary.cards), judged))

    @property
    def notes(self) -> list[str]:
        """What a reader must know of the run before believing the page."""
        return list(self._notes())

    def _notes(self) -> Iterator[str]:
        run = self.run
        if run.interrupted:
            yield f"The run was interrupted: {len(run.results)} of {run.chosen} claims were judged."
        if other := [name for name in run.versions if self.versions.get(name) != run.versions[name]]:
            there, here = (
                ", ".join(f"{name} {versions.get(name, 'unknown')}" for name in other)
                for versions in (run.versions, self.versions)
            )
            yield f"The run was made with {there}; its certificates were checked again here with {here}."
        if run.results and not run.versions:
            yield "The run does not say when it was made, nor with which versions."
        if unsaid := [id for id in run.results if id not in run.sources]:
            of = "each claim" if len(unsaid) == len(run.results) else ", ".join(unsaid)
            yield f"The run does not say which source of {of} it judged: a claim may have changed since."
        for disagreement in self.disagreements:
            yield f"{disagreement}: {ONE_OF_THEM}."
        unchecked = [card.id for card in self.summary.cards if card.is_unproven]
        if unchecked:
            yield f"No certificate could be checked again here of what the run says is refuted: {', '.join(unchecked)}."
        if self.unknown:
            yield f"The run judged what is stated nowhere now, or in no file that was named: {', '.join(self.unknown)}."
