"""A loss by its name: ``package.module:attribute`` or ``file.py:attribute``."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

from verify.errors import UsageError
from verify.gate.interface.failures import what_was_raised


def load(target: str) -> object:
    """Return what a target names, a class as an instance of it; raises UsageError if there is no such thing."""
    place, colon, path = target.rpartition(":")
    if not (colon and place and path):
        raise UsageError(f"{target}: name a loss as package.module:attribute or file.py:attribute")
    module = _from_file(Path(place), target) if place.endswith(".py") else _from_name(place, target)
    found: Any = module
    for name in path.split("."):
        found = _attribute(found, name, module, target)
    return _instance(found, target) if inspect.isclass(found) else found


def _from_file(path: Path, target: str) -> ModuleType:
    if not path.is_file():
        raise UsageError(f"{target}: there is no file {path}")
    folder = str(path.resolve().parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)  # where the imports of a script look first
    name = path.stem if path.stem not in sys.modules else f"{path.stem} of {folder}"
    loader = SourceFileLoader(name, str(path.absolute()))
    spec = ModuleSpec(name, loader, origin=loader.path)
    spec.has_location = True
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # where dataclasses look for it
    try:
        loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        package = isinstance(error, ImportError) and "relative import" in str(error)
        mend = f": name it as a module of its package, such as package.{path.stem}:attribute" if package else ""
        raise UsageError(f"{target}: importing {path} raises {what_was_raised(error)}{mend}") from error
    return module


def _from_name(name: str, target: str) -> ModuleType:
    if str(Path.cwd()) not in sys.path and "" not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        return importlib.import_module(name)
    except (Exception, SystemExit) as error:
        if isinstance(error, ModuleNotFoundError) and error.name and f"{name}.".startswith(f"{error.name}."):
            message = f"there is no module {error.name} in this folder or among the installed packages"
            raise UsageError(f"{target}: {message}; a file is named with its ending: file.py:attribute") from error
        raise UsageError(f"{target}: importing {name} raises {what_was_raised(error)}") from error


def _attribute(owner: Any, name: str, module: ModuleType, target: str) -> Any:
    try:
        found = getattr(owner, name)
    except AttributeError as error:
        there = ", ".join(_names(owner)) or "nothing that can be called"
        where = "the module" if owner is module else getattr(owner, "__name__", type(owner).__name__)
        raise UsageError(f"{target}: {where} has no {name}; it has {there}") from error
    if inspect.isclass(owner) and inspect.isfunction(found) and not isinstance(owner.__dict__.get(name), staticmethod):
        return getattr(_instance(owner, target), name)  # a method needs its object
    return found


def _names(owner: Any) -> list[str]:
    """Return the names of what can be called there, of a module what it defines itself."""
    own = {name: value for name, value in vars(owner).items() if not name.startswith("_") and callable(value)}
    if isinstance(owner, ModuleType):
        own = {name: value for name, value in own.items() if getattr(value, "__module__", "") == owner.__name__}
    return sorted(own)[:12]


def _instance(kind: type, target: str) -> object:
    mend = "name an instance of it, or a function loss(recon, x, mu, logvar) that calls it"
    try:
        needed = [
            each.name
            for each in inspect.signature(kind).parameters.values()
            if each.default is each.empty and each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)
        ]
    except ValueError:
        needed = []
    if needed:
        raise UsageError(f"{target}: the class {kind.__name__} needs {', '.join(needed)}: {mend}")
    try:
        return kind()
    except Exception as error:
        raise UsageError(f"{target}: {kind.__name__}() raises {what_was_raised(error)}: {mend}") from error
