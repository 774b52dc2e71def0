"""SymPy, imported when it is first used: proofs alone need it, and who hunts need not have it."""

from importlib import import_module
from typing import Any


class _Deferred:
    """A module that is imported when something of it is first asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith("__"):  # whoever looks at a module looks for these
            raise AttributeError(attribute)
        return getattr(import_module(self._name), attribute)


sympy: Any = _Deferred("sympy")
