"""SymPy and SciPy, imported when they are first used: most commands and claims never need them."""

from importlib import import_module
from typing import Any


class _Deferred:
    """A module that is imported when something of it is first asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)


scipy: Any = _Deferred("scipy")
sympy: Any = _Deferred("sympy")
