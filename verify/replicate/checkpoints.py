"""Trainings written down on the way, so that an interrupted replication goes on from there to the same numbers."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np

from verify.files import atomic_write, opened

State = dict[str, np.ndarray[Any, Any]]
"""All that a training is in the middle of, as arrays: it can be written down, sent, and gone on with."""


@dataclass(frozen=True)
class Checkpoints:
    """Those of one version of an experiment and one number of steps, in a folder that others may share."""

    folder: Path
    fingerprint: str

    def path(self, seed: int, group: int) -> Path:
        """Return the file of one training."""
        return self.folder / f"seed-{seed}-{group}-{self.fingerprint[:12]}.npz"

    def save(self, seed: int, group: int, state: State) -> None:
        """Write a state, whole or not at all; raises OSError."""
        with atomic_write(self.path(seed, group)) as draft, draft.open("wb") as file:
            np.savez(file, digest=np.array(self._digest(seed, group, state)), **state)  # type: ignore[arg-type]

    def load(self, seed: int, group: int) -> State | None:
        """Return the state written last, or None if there is none, or none that is whole."""
        try:
            with opened(self.path(seed, group)) as stream, np.load(stream, allow_pickle=False) as file:
                _require_plain(file.zip, os.fstat(stream.fileno()).st_size)
                state = {name: file[name] for name in file.files}
            return state if str(state.pop("digest", "")) == self._digest(seed, group, state) else None
        except Exception:  # a damaged file raises whatever its reader stumbles over
            return None

    def _digest(self, seed: int, group: int, state: State) -> str:
        """Return what a file says of itself, so that it serves no other training under another name."""
        digest = hashlib.sha256(f"{self.fingerprint} {seed} {group}".encode())
        for name in sorted(state):
            digest.update(f"{name} {state[name].dtype} {state[name].shape}".encode())
            digest.update(np.ascontiguousarray(state[name]).tobytes())
        return digest.hexdigest()


def _require_plain(file: ZipFile, size: int) -> None:
    """Raise ValueError if the parts of a file are larger than it: what is packed may be of any size."""
    if sum(part.file_size for part in file.infolist()) > size:
        raise ValueError("it is packed")
