"""Files that are written whole or not at all, whatever interrupts, and somewhere, whatever is full."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from pathlib import Path

from vae_verify.start import DRAFTS, FOLDERS

_number = count()


@contextlib.contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """Give a draft to write, which takes the place of the file when the block ends well; raises OSError.

    A link stays one, and a file keeps its mode; a device or a pipe is written to as it is. The draft, whose name ends
    as that of the file, is on the disk before it takes its place: a machine that loses its power keeps one of the two.
    """
    if path.exists() and not path.is_file():
        yield path
        return
    path = path.resolve() if path.is_symlink() else path
    draft = path.with_name(f"{DRAFTS}{os.getpid()}-{next(_number)}{path.suffix}")
    FOLDERS.add(str(draft.parent))
    try:
        yield draft
        with draft.open("rb+") as written:
            os.fsync(written.fileno())
        if path.exists():
            shutil.copymode(path, draft)
        draft.replace(path)
    finally:
        with contextlib.suppress(OSError):  # it has taken its place, or there is no disk any more
            draft.unlink()


def somewhere(write: Callable[[Path], Path], folder: Path) -> Path:
    """Write into a folder, or into a temporary one if that cannot be written; say so in a line, and return the path.

    Raises OSError if nothing can be written anywhere.
    """
    try:
        return write(folder)
    except OSError as error:
        instead = _elsewhere(folder)
        try:
            path = write(instead)
        except OSError:
            with contextlib.suppress(OSError):
                instead.rmdir()
            raise
        _say(folder, str(error.strerror), instead)
        return path


@cache
def _elsewhere(folder: Path) -> Path:
    return Path(tempfile.mkdtemp(prefix="vae-verify-"))


@cache
def _say(folder: Path, reason: str, instead: Path) -> None:
    print(f"vae-verify: {folder}: {reason}: the counterexample is in {instead}", file=sys.stderr)
