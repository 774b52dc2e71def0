"""Bodies that catch errors: which one they meet depends on the inputs, and is no branch of a program."""

from __future__ import annotations

import dis
import sys
from collections.abc import Callable, Iterator
from functools import partial
from types import CodeType, FunctionType, ModuleType
from typing import Any

_TRUSTED = {"reference", "verify", "vae_verify", "numpy", "flint", "scipy", "sympy", "torch", *sys.stdlib_module_names}
"""The packages whose functions are not looked into."""

_POP_EXCEPT = dis.opmap["POP_EXCEPT"]


def catching(body: Callable[..., Any]) -> str | None:
    """Return the name of a function that has a ``try`` or a ``with``: the body or what it names; None if none has."""
    waiting: list[Any] = [body]
    seen = {id(body): body}  # held, so that nothing else gets its id
    while waiting:
        one = waiting.pop()
        if isinstance(one, FunctionType) and _is_own(one) and any(map(_handles, _codes(one.__code__))):
            return one.__qualname__
        for other in _named(one):
            if id(other) not in seen:
                seen[id(other)] = other
                waiting.append(other)
    return None


def _named(one: Any) -> Iterator[Any]:
    """Yield what somebody's own function or class names, what a function wraps, a container holds, an object is of."""
    yield type(one)
    yield getattr(one, "__wrapped__", None)
    yield getattr(one, "__func__", None)
    kind = one if isinstance(one, type) else type(one)
    if not _is_trusted(kind.__module__):
        yield from (*getattr(one, "__dict__", {}).values(), *kind.__bases__)
    if isinstance(one, partial):
        yield one.func
    elif isinstance(one, property):
        yield one.fget
    elif isinstance(one, dict):
        yield from one.values()
    elif isinstance(one, (list, tuple, set, frozenset)):
        yield from one
    elif isinstance(one, FunctionType) and _is_own(one):
        yield from _within(one)


def _within(function: FunctionType) -> Iterator[Any]:
    """Yield what a function closes over and names, in itself and in modules, wherever these were imported."""
    names = {name for code in _codes(function.__code__) for name in code.co_names}
    waiting = [cell.cell_contents for cell in function.__closure__ or ()]
    waiting += [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
    waiting += [found.get(name) for name in names for found in (function.__globals__, sys.modules)]
    seen = set()
    while waiting:
        one = waiting.pop()
        yield one
        if isinstance(one, ModuleType) and one.__name__ not in seen and not _is_trusted(one.__name__):
            seen.add(one.__name__)
            waiting += [getattr(one, name, None) for name in names]


def _is_own(function: FunctionType) -> bool:
    return not _is_trusted(function.__globals__.get("__name__"))


def _is_trusted(module: Any) -> bool:
    return str(module).partition(".")[0] in _TRUSTED


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _handles(code: CodeType) -> bool:
    return _POP_EXCEPT in code.co_code[::2]
