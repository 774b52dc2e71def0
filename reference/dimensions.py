"""Named dimensions and the expressions of them that a shape may use: ``d``, ``d+1``, ``k+m``, ``min(d0,d2)``."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache


class DimensionError(ValueError):
    """A shape cannot be read, or does not fit."""


@dataclass(frozen=True)
class Expression:
    """One axis of a shape: its text, the names in it, and its value given theirs."""

    text: str
    names: tuple[str, ...]
    value: Callable[[Mapping[str, int]], int]

    @property
    def is_name(self) -> bool:
        """Whether it is the name of a dimension, and not made of others."""
        return self.names == (self.text,)


@cache
def parse(text: str) -> Expression:
    """Read one axis; raises DimensionError if it is not made of names, integers, + and -, min and max."""
    try:
        tree = ast.parse(text, mode="eval")
    except SyntaxError:
        raise DimensionError(f"the dimension {text!r} cannot be read: write a name such as d, or d+1") from None
    functions = {"min": min, "max": max}
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - functions.keys()
    allowed = (ast.Expression, ast.BinOp, ast.Add, ast.Sub, ast.Name, ast.Load, ast.Constant, ast.Call)
    for node in ast.walk(tree):
        call = isinstance(node, ast.Call) and not (isinstance(node.func, ast.Name) and node.func.id in functions)
        literal = isinstance(node, ast.Constant) and type(node.value) is not int
        if call or literal or not isinstance(node, allowed):
            raise DimensionError(f"the dimension {text!r} may use names, integers, + and -, min and max only")
    code = compile(tree, "<dimension>", "eval")

    def value(sizes: Mapping[str, int]) -> int:
        return int(eval(code, {"__builtins__": {}, **functions}, dict(sizes)))

    try:
        value(dict.fromkeys(names, 1))
    except TypeError:
        raise DimensionError(f"the dimension {text!r} is no number: min and max take two or more") from None
    return Expression(text, tuple(sorted(names)), value)
