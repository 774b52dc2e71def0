"""Copies of the tree, in which mutants live and die: the tree itself never has one."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterable
from pathlib import Path

from properties.engine.helpers.mutants.results import TREE


def files() -> list[str]:
    """Return the files of the tree that git knows, or does not ignore."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"]
    listed = subprocess.run(command, cwd=TREE, check=True, capture_output=True, text=True).stdout
    return sorted(name for name in listed.split("\0") if name and (TREE / name).is_file())


def copy(to: Path) -> None:
    """Make a folder the same as the tree, also one where a mutant was left; what Python compiled there stays."""
    names = files()
    known = set(names)
    for old in to.rglob("*"):
        if old.is_file() and old.suffix != ".pyc" and old.relative_to(to).as_posix() not in known:
            old.unlink()
    for name in names:
        new, data = to / name, (TREE / name).read_bytes()
        if not new.is_file() or new.read_bytes() != data:
            new.parent.mkdir(parents=True, exist_ok=True)
            new.write_bytes(data)
            for compiled in new.parent.glob(f"__pycache__/{new.stem}.*.pyc"):
                compiled.unlink()


def digest(names: Iterable[str]) -> str:
    """Return what changes with files of the tree."""
    found = hashlib.sha256()
    for name in sorted(names):
        found.update(name.encode() + b"\0" + (TREE / name).read_bytes() + b"\0")
    return found.hexdigest()[:16]


def commit() -> str:
    """Return the commit of the tree, and whether something has changed since."""
    described = ["git", "describe", "--always", "--dirty=+", "--abbrev=9", "--exclude=*"]
    return subprocess.run(described, cwd=TREE, check=True, capture_output=True, text=True).stdout.strip()
