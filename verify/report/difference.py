"""What changed between two runs: verdicts, counts and bits; claims that came and went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from verify.running.record import Run
from verify.running.result import Result

_COUNTED = ("examples", "certain", "indistinguishable", "bits")


@dataclass(frozen=True)
class Change:
    """What of a claim is another now."""

    id: str
    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Difference:
    """What differs between an older run and the one shown."""

    circumstances: Sequence[Change]
    """What differs of the runs as a whole: counts are only to be compared where nothing does."""

    verdicts: Sequence[Change]
    counts: Sequence[Change]
    sources: Sequence[str]
    """The claims whose source is another."""

    came: Sequence[str]
    went: Sequence[str]

    @property
    def is_empty(self) -> bool:
        """Whether nothing that was judged is another."""
        return not (self.verdicts or self.counts or self.sources or self.came or self.went)


def difference(old: Run, new: Run) -> Difference:
    """Compare two runs, claim by claim; how long they took is no difference."""
    both = [id for id in new.results if id in old.results]
    judged = [(id, old.results[id], new.results[id]) for id in both]
    return Difference(
        list(_circumstances(old, new)),
        [
            Change(id, "verdict", str(before.verdict), str(after.verdict))
            for id, before, after in judged
            if before.verdict is not after.verdict
        ],
        [change for id, before, after in judged for change in _counts(id, before, after)],
        [id for id in both if old.sources.get(id, new.sources.get(id)) != new.sources.get(id, old.sources.get(id))],
        [id for id in new.results if id not in old.results],
        [id for id in old.results if id not in new.results],
    )


def _circumstances(old: Run, new: Run) -> Iterator[Change]:
    pairs: dict[str, tuple[object, object]] = {
        "seed": (old.seed, new.seed),
        "examples a claim": (old.max_examples, new.max_examples),
    }
    pairs |= {name: (old.versions.get(name), new.versions.get(name)) for name in {**old.versions, **new.versions}}
    for what, (before, after) in pairs.items():
        if before != after:
            yield Change("", what, _shown(before), _shown(after))


def _counts(id: str, before: Result, after: Result) -> Iterator[Change]:
    for what in _COUNTED:
        values = getattr(before, what), getattr(after, what)
        if values[0] != values[1]:
            yield Change(id, what, *map(_shown, values))


def _shown(value: object) -> str:
    return "–" if value is None else str(value)
