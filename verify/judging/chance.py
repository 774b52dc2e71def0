"""Whether a body draws random numbers: then it states something else whenever it is judged.

Hypothesis sets the generators of ``random`` and of ``numpy.random`` back before every example. So what is drawn from
them is the same number each time, and of all others nothing would be judged.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from verify.judging.statements import ClaimError

DRAWS = (
    "the body draws random numbers, and is judged for those alone that random or numpy.random has at its start: make "
    "them arguments, or draw them from a generator of their own, as random.Random(0)"
)

Result = TypeVar("Result")


def undrawn(judge: Callable[[], Result]) -> Result:
    """Return what a call returns; raises ClaimError if it draws from the generators that all code shares.

    Not if it sets them first: then they end where they did, wherever they begin.
    """
    before = _states()
    found = judge()
    after = _states()
    moved = [name for name in before if after[name] != before[name]]
    if moved:
        judge()
        again = _states()
        if any(again[name] != after[name] for name in moved):
            raise ClaimError(DRAWS)
    return found


def _states() -> dict[str, object]:
    name, key, *rest = np.random.get_state(legacy=True)
    return {"random": random.getstate(), "numpy.random": (name, np.asarray(key).tobytes(), *rest)}
