"""What a branch depends on: the answers of ``greater``, which nothing but ``where`` may take for true or false."""

from __future__ import annotations

from typing import Any

import numpy as np

from reference.arithmetic.lanes import Lanes

_REFUSED = (
    "greater(x, y) may be undecided, so nothing branches on, compares or counts it but where(greater(x, y), a, b) of "
    "reference.arithmetic; combine conditions with &, | and ~"
)


class Condition:
    """Whether x > y, entry by entry: True, False or None (undecided); of many instances a lane of 1, 0 or NaN.

    ``&``, ``|`` and ``~`` have three answers, as those of a ``Truth`` do. Whatever would need two is refused: ``if``,
    ``==``, loops, and all of NumPy.
    """

    __slots__ = ("arithmetic", "array")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, array: Any, arithmetic: type) -> None:
        self.array = np.asarray(array, dtype=object)
        self.arithmetic = arithmetic

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the axes."""
        return self.array.shape

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self.array.ndim

    def __getitem__(self, key: Any) -> Condition:
        return Condition(self.array[key], self.arithmetic)

    def __invert__(self) -> Condition:
        return Condition(
            np.frompyfunc(_not_lane if self.arithmetic is Lanes else _not, 1, 1)(self.array), self.arithmetic
        )

    def __and__(self, other: Any) -> Condition:
        if isinstance(other, Condition):
            if other.arithmetic is not self.arithmetic:
                raise TypeError("conditions on two arithmetics do not mix: stay in one")
            answers = other.array
        else:
            answers = mask(other)
            if answers is None:
                raise TypeError(_REFUSED)
        both = _both_lanes if self.arithmetic is Lanes else _both
        return Condition(np.frompyfunc(both, 2, 1)(self.array, answers), self.arithmetic)

    def __or__(self, other: Any) -> Condition:
        neither: Condition = ~self & (not other if isinstance(other, bool) else ~other)
        return ~neither

    def __repr__(self) -> str:
        return f"Condition({np.array2string(self.array, separator=', ')})"

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name if name.startswith("__") else _REFUSED)

    def _refuse(self, *_: Any, **__: Any) -> Any:
        raise TypeError(_REFUSED)

    __bool__ = __int__ = __float__ = __index__ = __iter__ = __len__ = __contains__ = _refuse
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __neg__ = _refuse
    __array__ = __array_ufunc__ = __array_function__ = _refuse


def mask(x: Any) -> Any:
    """Return decided truth values, NumPy's or torch's, as a NumPy array; None if x is anything else."""
    decided = isinstance(x, bool) or str(getattr(x, "dtype", "")) in ("bool", "torch.bool")
    return np.asarray(x) if decided else None


def _not(p: bool | None) -> bool | None:
    return None if p is None else not p


def _both(p: bool | None, q: bool | None) -> bool | None:
    return False if p is False or q is False else None if p is None or q is None else True


def _not_lane(p: Any) -> Any:
    return 1 - p


def _both_lanes(p: Any, q: Any) -> Any:
    return p * (int(q) if isinstance(q, bool) else q)
