"""Bodies that catch errors: which one they meet depends on the inputs, and is no branch of a program."""

from __future__ import annotations

import dis
import sys
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

_TRUSTED = {"reference", "verify", "vae_verify", "numpy", "flint", "scipy", "sympy", "torch", *sys.stdlib_module_names}
"""The packages whose functions are not looked into."""

_POP_EXCEPT = dis.opmap["POP_EXCEPT"]


def catching(body: Callable[..., Any]) -> str | None:
    """Return the name of a function that has a ``try`` or a ``with``: the body or what it names; None if none has."""
    waiting: list[Any] = [body]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop()
        waiting.extend(x for x in _named(one) if id(x) not in seen)
        seen.update(map(id, waiting))
        if isinstance(one, FunctionType) and _is_own(one) and any(map(_handles, _codes(one.__code__))):
            return one.__qualname__
    return None


def _named(one: Any) -> Iterator[Any]:
    """Yield what a function or a class names, if it is somebody's own, and what a function wraps."""
    yield getattr(one, "__wrapped__", None)
    yield getattr(one, "__func__", None)
    if isinstance(one, type) and str(one.__module__).partition(".")[0] not in _TRUSTED:
        yield from vars(one).values()
    if isinstance(one, FunctionType) and _is_own(one):
        names = {name for code in _codes(one.__code__) for name in code.co_names}
        found = [one.__globals__.get(name) for name in names]
        yield from found
        yield from (getattr(x, name, None) for x in found if isinstance(x, ModuleType) for name in names)
        yield from (cell.cell_contents for cell in one.__closure__ or ())


def _is_own(function: FunctionType) -> bool:
    return str(function.__globals__.get("__name__")).partition(".")[0] not in _TRUSTED


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _handles(code: CodeType) -> bool:
    return _POP_EXCEPT in code.co_code[::2]
