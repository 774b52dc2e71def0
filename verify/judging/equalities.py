"""The premises of a claim that are equalities: which there are, and by how much their sides differ.

A counterexample meets all of them, and random points none; so a search solves them. What is compared is what the judge
compares, in exact fractions or in floats of many instances, whether the premises are true there or not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from reference.arithmetic.lanes import Floats, Lanes, stack
from verify.judging.statements import Truth, comparisons, statements

Places = tuple[int, ...]
"""Which of the comparisons that a body makes, counted from 0."""


def premised_equalities(body: Callable[..., Any], arguments: Mapping[str, Any]) -> Places:
    """Return which comparisons are equalities that a counterexample meets; the arguments are lanes.

    They are premises, parts of one, or what an implication starts from. Raises whatever the body raises.
    """
    with np.errstate(all="ignore"):
        stated = statements(body, arguments)
    met = [equality for truth in stated for equality in _met(truth)]
    return tuple(k for k, truth in enumerate(stated.comparisons) if any(truth is equality for equality in met))


def _met(truth: Truth) -> Iterator[Truth]:
    """Yield the equalities that are true wherever a claim that states this, or assumes it, is false."""
    if truth.premise:
        yield from _conjoined(truth)
    elif truth.relation in ("implies", "iff"):
        yield from _conjoined(truth.operands[0])


def _conjoined(truth: Truth) -> Iterator[Truth]:
    if truth.relation == "=":
        yield truth
    elif truth.relation == "and":
        for operand in truth.operands:
            yield from _conjoined(operand)


def differences(body: Callable[..., Any], arguments: Mapping[str, Any], places: Places) -> np.ndarray:
    """Return the sides of these equalities, left minus right, entry by entry in one axis; of exact arguments.

    Raises whatever the body raises before it has made them, and IndexError if it makes fewer.
    """
    made = comparisons(body, arguments, places[-1] + 1)
    gaps: list[Any] = [np.ravel(np.subtract(*made[place].compared)) for place in places]
    return np.concatenate(gaps)


def many_differences(body: Callable[..., Any], arguments: Mapping[str, Any], places: Places) -> tuple[Floats, Floats]:
    """Return the same of arguments that are lanes, and what each would be if nothing cancelled: one row an entry."""
    with np.errstate(all="ignore"):
        made = comparisons(body, arguments, places[-1] + 1)
        gaps = np.concatenate([np.ravel((Lanes.of(0) + a - b).array) for a, b in (made[k].compared for k in places)])
        values, sizes = stack(Lanes.of(gaps))
    return values.T, sizes.T
