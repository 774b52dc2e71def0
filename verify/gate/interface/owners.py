"""An object that a loss is, or belongs to: its copies, its modes, and the numbers that it keeps."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from verify.gate.interface.names import is_knob


def is_module(target: Any) -> bool:
    """Say whether an object is a module of torch."""
    return hasattr(target, "state_dict") and hasattr(target, "parameters") and hasattr(target, "forward")


def doubled(target: Any) -> Any:
    """Return a copy, a module in double precision."""
    found = copy.deepcopy(target)
    return found.double() if is_module(found) else found


def alike(target: Any, given: Any) -> Any:
    """Return what is called with a tensor: of a module a copy in single precision, if the tensor is in that."""
    if is_module(target) and str(getattr(given, "dtype", "")) == "torch.float32":
        return copy.deepcopy(target).float()
    return target


def fresh(target: Any, mode: str | None = None, knobs: Mapping[str, float] | None = None) -> Any:
    """Return a copy for one call, which leaves nothing for the next; parameters, which stay, are shared."""
    shared = target.parameters() if is_module(target) else ()
    found = copy.deepcopy(target, {id(each): each for each in shared})
    if mode is not None:
        found.train(mode == "train")
    for name, value in (knobs or {}).items():
        if name in getattr(found, "__dict__", {}):
            setattr(found, name, value)
    return found


def modes_of(target: Any) -> tuple[str, ...]:
    """Return the modes that an object has."""
    return ("train", "eval") if is_module(target) else ()


def knobs_of(target: Any) -> dict[str, float]:
    """Return the numbers that an object keeps and that look like weights, or like steps of a schedule."""
    return {
        name: float(value)
        for name, value in getattr(target, "__dict__", {}).items()
        if isinstance(value, int | float) and not isinstance(value, bool) and is_knob(name)
    }


def kept(knobs: Mapping[str, float]) -> tuple[str, ...]:
    """Return what is assumed of them."""
    return tuple(f"{name} = {value:g}, which the object keeps" for name, value in knobs.items())
