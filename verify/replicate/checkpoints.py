"""Trainings written down on the way, so that an interrupted replication goes on from there to the same numbers."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

State = dict[str, np.ndarray[Any, Any]]


@dataclass(frozen=True)
class Checkpoints:
    """A folder of them; those of another version of the experiment, or of another number of steps, do not count."""

    folder: Path
    fingerprint: str

    def path(self, seed: int, group: int) -> Path:
        """Return the file of one training."""
        return self.folder / f"seed-{seed}-{group}.npz"

    def save(self, seed: int, group: int, state: State) -> None:
        """Write a state, whole or not at all; raises OSError."""
        path = self.path(seed, group)
        partial = path.with_suffix(".part")
        with partial.open("wb") as file:
            np.savez(file, fingerprint=np.array(self.fingerprint), **state)  # type: ignore[arg-type]
        partial.replace(path)

    def load(self, seed: int, group: int) -> State | None:
        """Return the state written last, or None if there is none that fits."""
        try:
            with np.load(self.path(seed, group), allow_pickle=False) as file:
                state = {name: file[name] for name in file.files}
        except (OSError, ValueError, EOFError, zipfile.BadZipFile, KeyError):
            return None
        return state if str(state.pop("fingerprint", "")) == self.fingerprint else None


def clear(folder: Path) -> None:
    """Remove all checkpoints of a folder, when the result is written."""
    for path in folder.glob("seed-*-*.npz"):
        path.unlink(missing_ok=True)
