"""What the names in a body mean that are none of its arguments: in its module, and in the functions around it.

Python looks them up when the body is judged. In a loop that states a claim for each k, all of them see the last k.
"""

from __future__ import annotations

import dis
import inspect
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from types import BuiltinFunctionType, CodeType, FunctionType, NoneType
from typing import Any

from flint import fmpq

from vae_verify import is_own

_PLAIN = (int, float, complex, str, bytes, Fraction, fmpq, NoneType, FunctionType, BuiltinFunctionType, type)
"""Of what means the same as long as it is the same: what a list holds may change, and is its author's affair."""


def meanings(body: Callable[..., Any]) -> Mapping[str, Any]:
    """Return the names that a body looks up, and what they mean now: numbers and texts, and functions of one's own.

    In a body of the papers, whose modules have each name once, a test may put a wrong function for a right one.
    """
    code = getattr(inspect.unwrap(body), "__code__", None)
    if not isinstance(code, CodeType):
        return {}
    found = {name: _meaning(body, name) for name in {*code.co_freevars, *_names(code)}}
    own = is_own(body.__module__)
    return {name: value for name, value in found.items() if _is_plain(value) and (own or not callable(value))}


def changed(body: Callable[..., Any], before: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Yield each name that means something else by now: the name, what it meant, and what it means."""
    for name, meant in before.items():
        means = _meaning(body, name)
        if means is not meant and _is_plain(means) and (type(means) is not type(meant) or means != meant):
            yield name, meant, means


def _meaning(body: Callable[..., Any], name: str) -> Any:
    """Return what a name means in a body now, or something that is not plain where it means nothing there."""
    function = inspect.unwrap(body)
    if name not in function.__code__.co_freevars:
        return function.__globals__.get(name, ...)
    cell = (function.__closure__ or ())[function.__code__.co_freevars.index(name)]
    try:
        return cell.cell_contents
    except ValueError:  # it is told later
        return ...


def _names(code: CodeType) -> Iterator[str]:
    yield from (step.argval for step in dis.get_instructions(code) if step.opname == "LOAD_GLOBAL")
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _is_plain(value: Any) -> bool:
    return isinstance(value, _PLAIN) or (isinstance(value, tuple) and all(map(_is_plain, value)))
