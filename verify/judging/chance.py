"""Whether a body draws random numbers: then it states something else whenever it is judged.

Hypothesis sets the generators of ``random`` and of ``numpy.random`` back before every example. So what is drawn from
them is the same number each time, and of all others nothing would be judged.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from verify.judging.statements import ClaimError

DRAWS = (
    "the body draws random numbers, and is judged for those alone that random or numpy.random has at its start: make "
    "them arguments, or draw them from a generator of their own, as random.Random(0)"
)


@contextmanager
def undrawn() -> Iterator[None]:
    """Raise ClaimError if code in the block draws from the generators that all code shares, or sets them."""
    before = _states()
    yield
    if _states() != before:
        raise ClaimError(DRAWS)


def _states() -> tuple[object, ...]:
    name, key, *rest = np.random.get_state(legacy=True)
    return random.getstate(), name, np.asarray(key).tobytes(), *rest
