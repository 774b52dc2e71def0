"""Files of claims of one's own: each finds the helpers that lie beside it; what it prints is no part of a report."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from vae_verify import PACKAGES

_OURS = {*PACKAGES, "vae_verify"}
"""Packages of the suite, which may lie in such a folder too."""

_helpers: dict[Path, dict[str, ModuleType]] = {}
"""What was imported from each folder that was left."""

_entered: tuple[Path, set[str]] | None = None
"""The folder that is first on Python's path for now, and the modules that were there before."""


def enter(folder: Path) -> None:
    """Let imports, in a body too, find the helpers in a folder of claims first, and none that lie in another."""
    global _entered  # noqa: PLW0603  # Python's path and its modules are those of the process
    if _entered is not None:
        left, before = _entered
        if left == folder:
            return
        new = [name for name in sys.modules.keys() - before if name.partition(".")[0] not in _OURS]
        helpers = [name for name in new if _home(sys.modules.get(name.partition(".")[0])) == left]
        _helpers[left] = {name: sys.modules.pop(name) for name in helpers}
        if str(left) in sys.path:
            sys.path.remove(str(left))
    _entered = folder, set(sys.modules)
    sys.modules.update(_helpers.get(folder, {}))
    sys.path.insert(0, str(folder))


def _home(module: ModuleType | None) -> Path | None:
    """Return the folder in which a module, or the package that it is, lies."""
    file = getattr(module, "__file__", None)
    if not isinstance(file, str):
        return None
    path = Path(file).resolve()
    return path.parent.parent if path.stem == "__init__" else path.parent


@contextlib.contextmanager
def aside() -> Iterator[None]:
    """Send to the error stream what the block prints, by Python or not, and return to the folder that it left."""
    sys.stdout.flush()
    here = Path.cwd()
    try:
        saved = os.dup(1)
        os.dup2(2, 1)
    except OSError:  # there are no such streams
        saved = None
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield
    finally:
        os.chdir(here)
        if saved is not None:
            os.dup2(saved, 1)
            os.close(saved)
