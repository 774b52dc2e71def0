"""What a stranger wants first: how many statements have which verdict, and what is wrong in print."""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass

from verify.claims.entry import PACKAGE
from verify.report.cards import Card

COLUMNS = (
    "proved", "holds", "simulated", "measured", "refuted", "at a corner", "by a reading", "contradicted", "undecided",
    "error", "not judged",
)  # fmt: skip
_BY_VERDICT = [*COLUMNS[4:10], *COLUMNS[:4], *COLUMNS[10:]]
ALWAYS = ("proved", "holds", "refuted")


@dataclass(frozen=True)
class Paper:
    """A paper, and what the page says of its statements."""

    name: str
    cards: Sequence[Card]
    doubles: Set[str]
    """The ids of what is wrong by the slip of another, and is counted with it."""

    @property
    def citation(self) -> str:
        """How the paper is cited; empty for claims of one's own."""
        if self.cards[0].claim.is_own:
            return ""
        return str(importlib.import_module(f"{PACKAGE}.{self.name}").CITATION)

    @property
    def counts(self) -> Counter[str]:
        """How many statements are counted in which column."""
        return Counter(card.column for card in self.cards if card.id not in self.doubles)


@dataclass(frozen=True)
class Summary:
    """All papers together."""

    papers: Sequence[Paper]
    doubles: Set[str]

    @property
    def cards(self) -> list[Card]:
        """All claims."""
        return [card for paper in self.papers for card in paper.cards]

    @property
    def counts(self) -> Counter[str]:
        """The sum over the papers."""
        return sum((paper.counts for paper in self.papers), Counter())

    @property
    def columns(self) -> list[str]:
        """The columns that are not empty, and those that are looked for."""
        counts = self.counts
        return [column for column in COLUMNS if column in ALWAYS or counts[column]]

    @property
    def unexpected(self) -> list[Card]:
        """What has another verdict than the one that is expected of it."""
        return [card for card in self.cards if not card.as_expected]

    @staticmethod
    def rank(column: str) -> int:
        """Return where a column stands in the order by verdict: what is wrong first."""
        return _BY_VERDICT.index(column)

    def of(self, column: str) -> list[Card]:
        """Return the statements that are counted in a column."""
        return [card for card in self.cards if card.column == column and card.id not in self.doubles]


def summary(cards: Sequence[Card]) -> Summary:
    """Return the summary of cards, by paper."""
    refuted = {card.id for card in cards if card.verdict == "refuted"}
    doubles = {card.id for card in cards if card.id in refuted and card.claim.same_as in refuted}
    names = dict.fromkeys(card.claim.paper for card in cards)
    papers = [Paper(name, [card for card in cards if card.claim.paper == name], doubles) for name in names]
    return Summary(papers, doubles)
