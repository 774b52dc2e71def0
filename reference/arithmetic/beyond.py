"""Logarithms of fractions where only their derivatives matter, which are fractions: the value stands for itself.

Whatever is made of such a number is one, so that a derivative that depends on it is seen to do so.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from reference.arithmetic.exact import Rationals


class Beyond:
    """A number that is not rational, as far as anybody knows; there is nothing else to know of it."""

    __slots__ = ()

    def _absorb(self, *_: Any) -> Beyond:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __neg__ = _absorb


def beyond(shape: tuple[int, ...]) -> Rationals:
    """Return an array of such numbers."""
    return Rationals.of(np.full(shape, Beyond(), dtype=object)[()])


def is_beyond(x: Any) -> bool:
    """Say whether an array of fractions holds such a number."""
    return isinstance(x, Rationals) and any(type(entry) is Beyond for entry in np.ravel(x.array))
