"""What other commands found: ``gate``, ``hunt`` and ``replicate`` as JSON, each read as what it says and no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from verify.files import read_at_most
from verify.report.drawn import image
from verify.report.reading import Malformed, count, items, load, mapping, maybe_text, number, printable, text

_MOST_BYTES, _MOST_FIGURES, _MOST_NUMBERS = 1 << 21, 16, 100_000
"""Of a figure; those of an experiment; and those of its table."""


@dataclass(frozen=True)
class Gate:
    """What a gate says of a loss."""

    target: str
    outcome: str
    optimises: str
    beta: str
    findings: Sequence[tuple[str, str, str]]
    """Code, message and repair of each."""

    open: Sequence[str]
    assumed: Sequence[str]
    consequence: str | None
    evaluations: int


@dataclass(frozen=True)
class Hunt:
    """How a hunt for a counterexample to one claim ended, and how near it came."""

    id: str
    verdict: str
    instances: int
    seconds: float
    strategy: str
    certificate: str | None
    seed: int | None
    margin: float | None
    gap: float | None
    equality: str | None
    at: str
    """Where that was, as text."""

    errors: Sequence[str]
    checked: bool = False
    """Whether a certificate of its refutation was checked anew."""

    around: str | None = None
    """Where else the claim is false, as the address of an image."""

    @property
    def ended(self) -> str:
        """How it ended; that something is refuted is for a certificate to say."""
        unchecked = self.verdict == "refuted" and not self.checked
        return "refuted, it says, but no certificate of that was found here" if unchecked else self.verdict

    @property
    def sentence(self) -> str:
        """How near it came."""
        seed = "" if self.seed is None else f", seed {self.seed}"
        ended = f"A hunt ended after {self.instances:,} instances ({self.seconds:.1f} s{seed}): {self.ended}."
        if self.verdict != "survived" or self.margin is None:
            return ended
        gap = "" if self.gap is None else f", a gap of {self.gap:.3g} of the larger side"
        why = "" if self.equality is None else f": {self.equality}"
        return f"{ended} The least margin was {self.margin:.3g}{gap}, at {self.at}{why}."


@dataclass(frozen=True)
class Quantity:
    """One number of a table: what the paper prints, what was measured, and the spread over the seeds."""

    name: str
    paper: float | None
    measured: float | None
    spread: float | None


@dataclass(frozen=True)
class Replication:
    """An experiment of a paper, trained again."""

    id: str
    rows: Sequence[tuple[str, Mapping[str, Quantity]]]
    stated: Sequence[tuple[str, str, bool]]
    """Each conclusion of the paper, whether it is met, and whether that is as expected."""

    choices: Sequence[str]
    seconds: float
    steps: int | None
    seeds: Sequence[int]
    figures: Sequence[str]
    """Figures as addresses that hold all of the data."""

    @property
    def quantities(self) -> list[str]:
        """The names of all numbers."""
        return list(dict.fromkeys(name for _, found in self.rows for name in found))


def gate_of(path: Path) -> Gate:
    """Read what ``gate --json`` wrote; raises UsageError."""
    return load(path, "gate", _gate)


def _gate(data: Any) -> Gate:
    gate = mapping(data, "a gate's report")
    outcome = text(gate, "outcome")
    if outcome not in ("accepted", "defect", "undecided"):
        raise Malformed(f"{outcome[:40]!r} is no outcome of a gate")
    beta = mapping(gate.get("effective_beta") or {}, "effective_beta")
    value = None if beta.get("value") is None else f"{number(beta, 'value'):g}"
    findings = [mapping(item, "a finding") for item in items(gate, "findings")]
    return Gate(
        text(gate, "target"),
        outcome,
        maybe_text(gate, "optimises") or "",
        maybe_text(beta, "formula") or value or "",
        [(text(item, "code"), text(item, "message"), maybe_text(item, "repair") or "") for item in findings],
        _texts(gate, "undecided"),
        _texts(gate, "assumed"),
        maybe_text(gate, "consequence"),
        count(gate, "evaluations"),
    )


def hunts_of(path: Path) -> list[Hunt]:
    """Read what ``hunt --json`` wrote, of one claim or of several; raises UsageError."""
    return load(path, "hunt", _hunts)


def _hunts(data: Any) -> list[Hunt]:
    hunt = mapping(data, "a hunt")
    return [_hunt(mapping(item, "a hunt")) for item in (items(hunt, "claims") if "claims" in hunt else [hunt])]


def _hunt(data: Mapping[str, Any]) -> Hunt:
    verdict = text(data, "verdict")
    if verdict not in ("refuted", "survived", "undecided", "error"):
        raise Malformed(f"{verdict[:40]!r} is no verdict of a hunt")
    nearest = mapping(data.get("nearest") or {}, "nearest")
    sizes, inputs = (mapping(nearest.get(key) or {}, key) for key in ("sizes", "inputs"))
    return Hunt(
        text(data, "target"),
        verdict,
        count(data, "instances"),
        number(data, "seconds"),
        maybe_text(data, "strategy") or "",
        maybe_text(data, "certificate"),
        count(data, "seed") if data.get("seed") is not None else None,
        _maybe_number(nearest, "margin"),
        _maybe_number(nearest, "gap"),
        maybe_text(nearest, "equality"),
        ", ".join(printable(f"{name} = {_shown(value)}") for name, value in {**sizes, **inputs}.items()),
        _texts(data, "errors"),
    )


def _shown(value: Any) -> str:
    if isinstance(value, list):
        matrix = value and all(isinstance(row, list) for row in value)
        return "[" + ("; " if matrix else ", ").join(
            " ".join(map(_shown, item)) if matrix else _shown(item) for item in value
        ) + "]"  # fmt: skip
    return str(value)


def replication_of(path: Path) -> Replication:
    """Read what ``replicate --json`` wrote, with the figures that it names; raises UsageError."""
    return load(path, "replicate", partial(_replication, folder=path.parent))


def _replication(data: Any, folder: Path) -> Replication:
    found = mapping(data, "a replication")
    rows = [mapping(item, "a row") for item in items(found, "rows")]
    stated = [mapping(item, "a conclusion") for item in items(found, "stated")]
    words = {True: "met", False: "not met", None: "nothing to judge"}
    for item in stated:
        if not (item.get("met") is None or isinstance(item["met"], bool)):
            raise Malformed("met is neither true nor false")
    figures = items(found, "figures", _MOST_FIGURES)
    table = [(text(row, "setting"), dict(_quantities(row))) for row in rows]
    if len(table) * len({name for _, quantities in table for name in quantities}) > _MOST_NUMBERS:
        raise Malformed(f"its table has more than {_MOST_NUMBERS:,} numbers")
    return Replication(
        text(found, "id"),
        table,
        [(text(item, "text"), words[item.get("met")], item.get("met") is item.get("expected")) for item in stated],
        _texts(found, "choices"),
        number(found, "seconds"),
        None if found.get("steps") is None else count(found, "steps"),
        [count({"seed": seed}, "seed") for seed in items(found, "seeds")],
        [address for name in figures if (address := _figure(text({"figures": name}, "figures"), folder)) is not None],
    )


def _quantities(row: Mapping[str, Any]) -> Iterator[tuple[str, Quantity]]:
    paper, measured, spread = (mapping(row.get(key) or {}, key) for key in ("paper", "measured", "spread"))
    for name in dict.fromkeys([*paper, *measured]):
        numbers = [_maybe_number(where, name) for where in (paper, measured, spread)]
        yield printable(name), Quantity(printable(name), *numbers)


def _figure(name: str, folder: Path) -> str | None:
    """Return a figure as the address of an image, which runs no script and asks for nothing; None if there is none."""
    homes = [folder.resolve(), Path.cwd()]  # and nowhere else: the page goes to others
    for path in (Path(name), folder / name, folder / Path(name).name):
        try:
            real = path.resolve()
            if real.is_file() and real.suffix == ".svg" and any(map(real.is_relative_to, homes)):
                content = read_at_most(real, _MOST_BYTES)
                if b"<svg" in content[:4096] and len(content) <= _MOST_BYTES:
                    return image(content)
        except (OSError, ValueError, RuntimeError):  # a NUL, or links in a circle
            continue
    return None


def _texts(data: Mapping[str, Any], key: str) -> list[str]:
    return [text({key: item}, key) for item in items(data, key)]


def _maybe_number(data: Mapping[str, Any], key: str) -> float | None:
    return None if data.get(key) is None else number(data, key)
