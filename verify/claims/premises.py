"""The premises of a body, ``assume(p)`` and ``implies(p, q)``, as they stand in its source, from the top down."""

from __future__ import annotations

import ast
import inspect
import linecache
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import CodeType
from typing import Any

from verify.judging.comparisons import equal, leq, less, positive_semidefinite
from verify.judging.places import NO_COLUMNS, Place, by_line, places
from verify.judging.statements import ClaimError, assume, iff, implies


@dataclass(frozen=True)
class Premise:
    """One premise: its text, and where it is called."""

    text: str
    place: Place


def premises(body: Callable[..., Any]) -> list[Premise]:
    """Return the premises that stand in a body itself, not in functions that it calls.

    Raises ClaimError if the file is no longer the one that was loaded, as nothing can be told of it then.
    """
    function = inspect.unwrap(body)
    code = function.__code__
    tree = _definition(code)
    calls = [] if tree is None else sorted(_calls(tree, function.__globals__), key=lambda call: _place(call, code))
    found = [Premise(_text(call), _place(call, code)) for call in calls]
    if tree is None or not {premise.place for premise in found} <= set(places(code)):
        reason = "changed since it was loaded, or Python keeps no columns"
        raise ClaimError(f"{code.co_filename}: {reason}: start again")
    return found


def stated_at(body: Callable[..., Any]) -> frozenset[Place]:
    """Return where something is stated that stands in a body itself; nothing, if its source cannot tell.

    Where Python keeps no columns, it is on which lines.
    """
    function = inspect.unwrap(body)
    code = getattr(function, "__code__", None)
    tree = None if code is None else _definition(code)
    if code is None or tree is None:
        return frozenset()
    found = frozenset(_place(call, code) for call in _calls(tree, function.__globals__, _STATEMENTS))
    here, anew = set(places(code)), set(_compiled(tree, code))
    if all(place[3:] == NO_COLUMNS for place in here):
        found, anew = frozenset(map(by_line, found)), set(map(by_line, anew))
    alive = found & here  # Python leaves out what stands behind a return
    return found if alive and alive == found & anew else frozenset()


def _compiled(tree: ast.FunctionDef, code: CodeType) -> Iterator[Place]:
    """Yield the places of a definition that is compiled anew: those of its code, unless the file has changed."""
    tree.decorator_list.clear()
    return places(compile(ast.Module([tree], []), code.co_filename, "exec", dont_inherit=True))


def _definition(code: CodeType) -> ast.FunctionDef | None:
    """Return the definition of which code was compiled, from the file where it stands."""
    linecache.checkcache(code.co_filename)
    try:
        tree = ast.parse("".join(linecache.getlines(code.co_filename)))
    except SyntaxError:
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == code.co_name and code.co_firstlineno == _first(node):
            return node
    return None


def _first(node: ast.FunctionDef) -> int:
    """Return the first line of a definition, that of its decorators."""
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])


_STATEMENTS = (leq, less, equal, positive_semidefinite, iff, implies)


def _calls(
    tree: ast.FunctionDef, names: Mapping[str, Any], functions: tuple[Any, ...] = (assume, implies)
) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and any(_meant(node.func, names) is function for function in functions):
            yield node


def _meant(function: ast.expr, names: Mapping[str, Any]) -> Any:
    """Return what a name, or one with a dot, means in a module."""
    if isinstance(function, ast.Attribute):
        return getattr(_meant(function.value, names), function.attr, None)
    return names.get(function.id) if isinstance(function, ast.Name) else None


def _place(call: ast.Call, code: CodeType) -> Place:
    ends = call.end_lineno or call.lineno, call.end_col_offset or call.col_offset
    return code.co_filename, call.lineno, ends[0], call.col_offset, ends[1]


def _text(call: ast.Call) -> str:
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
    return ast.unparse(arguments[0]) if arguments else ""
