"""What a user's code raised, in one line."""

from __future__ import annotations

import sys
import sysconfig
import traceback
from pathlib import Path

_OURS = str(Path(__file__).parents[1])
_LIBRARY = sysconfig.get_path("stdlib")
_LONGEST = 200

_IMAGES = ("3D (unbatched)", "4D input", "expected 3D or 4D", "not enough values to unpack", "Dimension out of range")


def what_was_raised(error: BaseException) -> str:
    """Return the type of an error, the first line of its message, and where in the user's code it came up."""
    lines = str(error).strip().splitlines() or [""]
    message = lines[0] if len(lines[0]) <= _LONGEST else lines[0][: _LONGEST - 1] + "…"
    place = _place(error)
    return f"{type(error).__name__}{': ' if message else ''}{message}{f' ({place})' if place else ''}"


def mend(error: BaseException, name: str) -> str:
    """Return what to do about a loss that raises."""
    if "numpy.ndarray" in str(error) and "torch" not in sys.modules:
        return "import torch in its file, if it takes tensors: arrays are given where nothing imports it"
    if any(sign in str(error) for sign in _IMAGES):
        return f"if it takes images, give an adapter: lambda recon, x, mu, logvar: {name}(recon.view(-1, 1, 4, 6), …)"
    if isinstance(error, KeyError) and str(error.args[0]).isidentifier():
        return f"give an adapter: lambda recon, x, mu, logvar: {name}(recon, x, mu, logvar, {error.args[0]}=…)"
    if isinstance(error, NameError):
        return "define it in that file, or import it there"
    return f"give an adapter: lambda recon, x, mu, logvar: {name}(…)"


def _place(error: BaseException) -> str:
    """Return file and line of the innermost frame that is neither ours nor a library's."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{Path(error.filename).name}:{error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [each for each in frames if _is_theirs(each.filename)]
    return f"{Path(theirs[-1].filename).name}:{theirs[-1].lineno}" if theirs else ""


def _is_theirs(file: str) -> bool:
    packages = {"site-packages", "dist-packages"} & set(Path(file).parts)
    return not packages and not file.startswith(("<", _OURS, _LIBRARY))
