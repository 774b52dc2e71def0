"""Bodies with something left out: a premise, or the corner at which a claim is said to fail."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from verify.judging.places import Place, calling

_dropped: ContextVar[frozenset[Place]] = ContextVar("dropped", default=frozenset())
"""Where the body has the premises that are left out."""


def without_premise(body: Callable[..., Any], place: Place) -> Callable[..., Any]:
    """Return the body without the ``assume`` or the ``implies`` that is called at this place of it."""
    return _within(_dropped, lambda places: places | {place}, body)


def is_dropped() -> bool:
    """Say whether the call of the premise that asks is the one that is left out."""
    dropped = _dropped.get()
    return bool(dropped) and calling(sys._getframe(2)) in dropped


away: ContextVar[bool] = ContextVar("away", default=False)
"""Whether the claim is judged away from its corner."""


def away_from_corner(body: Callable[..., Any]) -> Callable[..., Any]:
    """Return the body with what it says to be a corner left out, as by a premise."""
    return _within(away, lambda _: True, body)


def _within(variable: ContextVar[Any], change: Callable[[Any], Any], body: Callable[..., Any]) -> Callable[..., Any]:
    """Return the body as it is while the value of the variable is changed."""

    @functools.wraps(body)
    def within(*arguments: Any, **named: Any) -> Any:
        token = variable.set(change(variable.get()))
        try:
            return body(*arguments, **named)
        finally:
            variable.reset(token)

    vars(within)[_CHANGED] = True
    return within


_CHANGED = "vae_verify_changed"


def is_changed(body: Callable[..., Any]) -> bool:
    """Say whether a body is one that leaves something out of another."""
    return _CHANGED in vars(body)
