"""The tables of near misses: below each claim a line for each, with the model and the instance that refute it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from properties.engine.helpers.foreign import TREE
from properties.engine.helpers.near.goals import attained
from properties.engine.helpers.near.models import ATTAINED, model
from verify.claims.claim import Claim
from verify.claims.signatures import Instance
from verify.domains import Dimension, Index
from verify.files import atomic_write

FOLDER = TREE / "properties" / "engine" / "papers" / "near"

NONE = "none: "
"""What stands before the reason where a claim has no near miss."""


_NAMED = re.compile(r"(\w+)=(.*?)(?= \w+=|$)")
"""A name and its value, in which there may be spaces."""


@dataclass(frozen=True)
class Miss:
    """How many statements are false, by which model, and at which instance: ``2 | loss * 2 | d=1; W=[[1]] lam=1/2``.

    Or, for ``attained``, of how many bounds both sides are equal there.
    """

    count: int
    model: str
    instance: str

    @classmethod
    def read(cls, line: str) -> Miss:
        """Read a line of a table."""
        count, model, instance = line.split(" | ")
        return cls(int(count), model, instance)

    def __str__(self) -> str:
        return f"{self.count} | {self.model} | {self.instance}"

    def fault(self, claim: Claim) -> str:
        """Say what is wrong with the line, or nothing: that not so many statements are false, or none is made."""
        try:
            instance = decoded(claim, self.instance)
            if self.model == ATTAINED:
                found = len(attained(claim, instance))
                return "" if found == self.count else f"{found} of its bounds are attained"
            with model(claim, self.model) as planted:
                judgement = planted.judge(instance)
        except Exception as error:  # whatever a body raises that was changed
            return f"{type(error).__name__}: {error}"
        false = len(judgement.false)
        return "" if false == self.count else f"it is {judgement.outcome}, and {false} of its statements are false"


def encoded(instance: Instance) -> str:
    """Write an instance in one line."""
    sizes = " ".join(f"{name}={size}" for name, size in instance.sizes.items())
    return f"{sizes}; {' '.join(f'{name}={_text(value)}' for name, value in instance.encode().items())}".strip()


def _text(value: Any) -> str:
    return f"[{','.join(map(_text, value))}]" if isinstance(value, list) else str(value)


def decoded(claim: Claim, text: str) -> Instance:
    """Read an instance; raises ValueError if it is not in the claim's domains."""
    sizes, values = (dict(_NAMED.findall(part)) for part in text.split(";"))
    data = {name: _data(claim.signature.domains.get(name), value) for name, value in values.items()}
    return claim.signature.decode(data, {name: int(size) for name, size in sizes.items()})


def _data(domain: Any, text: str) -> Any:
    return int(text) if isinstance(domain, (Dimension, Index)) else json.loads(re.sub(r"[^][,]+", r'"\g<0>"', text))


def kept(paper: str) -> dict[str, list[str]]:
    """Return the lines of each claim of a paper."""
    path, found = FOLDER / f"{paper}.txt", dict[str, list[str]]()
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        if line.startswith(" "):
            found[next(reversed(found))].append(line.strip())
        elif line:
            found[line] = []
    return found


def keep(paper: str, lines: Mapping[str, Iterable[str]]) -> None:
    """Write the table of a paper."""
    FOLDER.mkdir(exist_ok=True)
    text = "\n".join(f"{id}\n" + "".join(f"    {line}\n" for line in lines[id]) for id in sorted(lines))
    with atomic_write(FOLDER / f"{paper}.txt") as draft:
        draft.write_text(text, encoding="utf-8")


def faults(claim: Claim, lines: Iterable[str]) -> list[str]:
    """Return what is wrong with the lines of a claim, each with the line."""
    misses = [Miss.read(line) for line in lines if not line.startswith(NONE)]
    return [f"{claim.id} | {miss}: {fault}" for miss in misses if (fault := miss.fault(claim))]
