"""Files of claims of one's own: each finds the helpers that lie beside it; what it prints is no part of a report."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

_HELPERS: dict[Path, dict[str, ModuleType]] = {}
"""What was imported from each folder of claims."""


_OURS = {"verify", "reference", "properties", "vae_verify"}
"""Packages of the suite, which may lie in such a folder too."""

_entered: Path | None = None
"""The folder that is first on Python's path for now."""


@contextlib.contextmanager
def beside(folder: Path) -> Iterator[None]:
    """Let what the block imports come from a folder first, and stay apart from namesakes that lie in another."""
    enter(folder)
    before = set(sys.modules)
    try:
        yield
    finally:
        for name in sys.modules.keys() - before:
            package = name.partition(".")[0]
            if package not in _OURS and _home(sys.modules.get(package)) == folder:
                _HELPERS[folder][name] = sys.modules[name]


def enter(folder: Path) -> None:
    """Let imports, in a body too, find the helpers in one folder of claims, and none in the others."""
    global _entered  # noqa: PLW0603  # Python's path and its modules are those of the process
    for other, helpers in _HELPERS.items():
        for name in helpers if other != folder else ():
            if sys.modules.get(name) is helpers[name]:
                del sys.modules[name]
    sys.modules.update(_HELPERS.setdefault(folder, {}))
    if _entered is not None and str(_entered) in sys.path:
        sys.path.remove(str(_entered))
    sys.path.insert(0, str(folder))
    _entered = folder


def _home(module: ModuleType | None) -> Path | None:
    """Return the folder in which a module, or the package that it is, lies."""
    file = getattr(module, "__file__", None)
    if not isinstance(file, str):
        return None
    path = Path(file).resolve()
    return path.parent.parent if path.stem == "__init__" else path.parent


@contextlib.contextmanager
def aside() -> Iterator[None]:
    """Send to the error stream what the block prints, by Python or not."""
    sys.stdout.flush()
    try:
        saved = os.dup(1)
        os.dup2(2, 1)
    except OSError:  # there are no such streams
        saved = None
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield
    finally:
        if saved is not None:
            os.dup2(saved, 1)
            os.close(saved)
