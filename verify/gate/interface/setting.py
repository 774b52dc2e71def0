"""How a target is called, beside the batch, and what was noticed on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Setting:
    """What holds for one call."""

    knobs: Mapping[str, float] = field(default_factory=dict)
    mode: str | None = None
    mask: Any = None
    """Of 1 where an entry of the data, or a sample, counts; None for 1 everywhere."""
    objects: list[Any] | None = None
    """Where the object is that all calls share; None if each has a copy of its own."""
    decoded: list[Any] = field(default_factory=list)
    """What the decoder was given, unless a stub had drawn it."""
    encoded: list[list[Any]] = field(default_factory=list)
    """What each of the places of the heads in a model was given, call by call."""
    second: Any = None
    """The reconstruction that every second call of the decoder returns, where it is to be another one."""
    turn: int | None = None
    """The call of the decoder, of those that are noted, that is looked at, and alone returns the other one."""
    added: list[Any] = field(default_factory=list)
    """What is to be added to the loss."""
    notes: list[str] = field(default_factory=list)
    """What was assumed on the way."""

    def shared(self, fresh: Callable[[], Any]) -> Any:
        """Return the object of a call: a fresh one, or the one that all calls share."""
        if self.objects is None:
            return fresh()
        if not self.objects:
            self.objects.append(fresh())
        return self.objects[0]

    def is_second(self, turn: int) -> bool:
        """Say whether a call of the decoder returns the other reconstruction."""
        return self.second is not None and (bool(turn % 2) if self.turn is None else turn == self.turn)

    def note(self, text: str) -> None:
        """Note what was assumed, once."""
        if text not in self.notes:
            self.notes.append(text)
