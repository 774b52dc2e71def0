"""Files: read without waiting, written whole or not at all, whatever interrupts, and somewhere, whatever is full."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from pathlib import Path
from typing import BinaryIO

from vae_verify.start import DRAFTS, FOLDERS

_number = count()


def read_at_most(path: Path, most: int) -> bytes:
    """Return the bytes of anybody's file, or one more than the most, which shows that it is too large; raises OSError.

    A device is refused, and a pipe that nobody writes to is empty: nothing is waited for.
    """
    with opened(path) as file:
        return file.read(most + 1)


def opened(path: Path) -> BinaryIO:
    """Open anybody's file for reading, as :func:`read_at_most` reads it; raises OSError."""
    try:
        if path.is_char_device() or path.is_block_device():
            raise OSError(errno.ENODEV, "is a device", str(path))
        return open(path, "rb", opener=_at_once)
    except ValueError as error:  # a NUL in its name
        raise OSError(errno.EINVAL, str(error), str(path)) from error


def _at_once(name: str, flags: int) -> int:
    """Open a pipe without waiting for whoever writes to it."""
    if not hasattr(os, "O_NONBLOCK"):  # Windows, whose pipes are no files
        return os.open(name, flags)
    descriptor = os.open(name, flags | os.O_NONBLOCK)
    os.set_blocking(descriptor, True)
    return descriptor


@contextlib.contextmanager
def atomic_write(path: Path, named: bool = False) -> Iterator[Path]:
    """Give a draft to write, which takes the place of the file when the block ends well; raises OSError.

    A file keeps its mode. Where the user ``named`` the file a link stays one, and a device or a pipe is written to as
    it is. A name of ours in a folder of theirs may be anybody's: what leads elsewhere is replaced. The draft, whose
    name ends as that of the file, is on the disk before it takes its place: a machine that loses its power keeps one.
    """
    if named and path.exists() and not path.is_file():
        yield path
        return
    path = path.resolve() if named and path.is_symlink() else path
    draft = path.with_name(f"{DRAFTS}{os.getpid()}-{next(_number)}{path.suffix}")
    FOLDERS.add(str(draft.parent))
    draft.unlink(missing_ok=True)
    try:
        yield draft
        with draft.open("rb+") as written:
            os.fsync(written.fileno())
        if path.is_file() and not path.is_symlink():
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
