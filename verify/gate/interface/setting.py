"""How a target is called, beside the batch, and what was noticed on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Setting:
    """What holds for one call."""

    knobs: Mapping[str, float] = field(default_factory=dict)
    mode: str | None = None
    decoded: list[Any] = field(default_factory=list)
    """What the decoder was given, unless a stub had drawn it."""
    added: list[Any] = field(default_factory=list)
    """What is to be added to the loss."""
    notes: list[str] = field(default_factory=list)
    """What was assumed on the way."""

    def note(self, text: str) -> None:
        """Note what was assumed, once."""
        if text not in self.notes:
            self.notes.append(text)
