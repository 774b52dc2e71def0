"""Numbers that stand for the standard normal ones of a call."""

from __future__ import annotations

import numpy as np

from verify.gate.instances import Array


class Normals:
    """What stands for the standard normal numbers of a call, in the order in which they are drawn.

    A draw from a generator that the loss seeds itself is no noise; which draws those are, two recorded calls say.
    """

    def __init__(self) -> None:
        self._chosen: Array | None = None
        self._fixed: frozenset[int] = frozenset()
        self._record: list[bytes] = []
        self._draws = 0
        self.entries = 0
        """How many numbers the last call asked for."""

    def start(self, chosen: Array | None, fixed: frozenset[int] = frozenset()) -> None:
        """Prepare for a call: what is drawn is as chosen, and 0 beyond; or, if nothing is chosen, recorded."""
        self._chosen, self._fixed, self._record, self._draws, self.entries = chosen, fixed, [], 0, 0

    @property
    def record(self) -> list[bytes]:
        """What was drawn in the last call."""
        return self._record

    def next(self, drawn: Array) -> Array | None:
        """Return standard normal numbers in the place of some that were drawn; None to leave these."""
        turn, self._draws = self._draws, self._draws + 1
        if self._chosen is None:
            self._record.append(drawn.tobytes())
            return None
        if turn in self._fixed:
            return None
        start, self.entries = self.entries, self.entries + drawn.size
        found = self._chosen[start : self.entries]
        return np.pad(found, (0, drawn.size - len(found))).reshape(drawn.shape)
