"""Reading JSON that anybody may have written: plain data of a known form, or one line that says what is wrong."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from verify.errors import UsageError
from verify.files import read_at_most
from verify.notation import on_one_line

_MOST_BYTES = 1 << 23
_MOST_ITEMS = 10_000
"""Of a list: a page of more is read by nobody, and takes for ever to write."""

_LONGEST = 1 << 16
"""Characters of a text; what is longer is cut."""

_Kind = TypeVar("_Kind")


class Malformed(ValueError):
    """The data have not the form that they should have; the message says what is wrong."""


def load(path: Path, what: str, read: Callable[[Any], _Kind]) -> _Kind:
    """Read a file as ``what`` it should be; raises UsageError, which names the file, the cause and the mend."""
    try:
        content = read_at_most(path, _MOST_BYTES)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    try:
        if len(content) > _MOST_BYTES:
            raise Malformed(f"larger than {_MOST_BYTES >> 20} MiB")
        return read(json.loads(content.decode("utf-8"), parse_constant=_refuse, object_pairs_hook=_once))
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, Malformed) else "not JSON"
        raise UsageError(f"{path}: {reason}: name what `vae-verify {what} --json` wrote") from error


def _refuse(text: str) -> Any:
    raise Malformed(f"{text} is no number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(found := dict(pairs)) != len(pairs):
        raise Malformed("a key stands twice")
    return found


def mapping(data: Any, what: str) -> Mapping[str, Any]:
    """Return an object."""
    if not isinstance(data, dict):
        raise Malformed(f"{what} is no JSON object")
    return data


def items(data: Mapping[str, Any], key: str, most: int = _MOST_ITEMS) -> list[Any]:
    """Return a list of so many items at most; what is missing is empty."""
    value = data.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise Malformed(f"{key} is no list")
    if len(value) > most:
        raise Malformed(f"{key} has more than {most:,} items")
    return value


def text(data: Mapping[str, Any], key: str) -> str:
    """Return a text in characters that can be written, over several lines perhaps."""
    value = data.get(key)
    if not isinstance(value, str):
        raise Malformed(f"{key} is no text" if key in data else f"{key} is missing")
    return printable(value)


def maybe_text(data: Mapping[str, Any], key: str) -> str | None:
    """Return a text, or None if there is none."""
    return None if data.get(key) is None else text(data, key)


def printable(value: str) -> str:
    """Spell out characters that cannot be written, and cut what is longer than anybody reads."""
    cut = value if len(value) <= _LONGEST else value[:_LONGEST] + "…"
    return "\n".join(map(on_one_line, cut.split("\n")))


def count(data: Mapping[str, Any], key: str) -> int:
    """Return an integer from 0 on."""
    value = data.get(key)
    if type(value) is not int or not 0 <= value < 1 << 63:
        raise Malformed(f"{key} is no integer from 0 on" if key in data else f"{key} is missing")
    return value


def maybe_count(data: Mapping[str, Any], key: str) -> int | None:
    """Return an integer from 0 on, or None if there is none."""
    return None if data.get(key) is None else count(data, key)


def number(data: Mapping[str, Any], key: str) -> float:
    """Return a finite number."""
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Malformed(f"{key} is no number" if key in data else f"{key} is missing")
    try:
        found = float(value)
    except OverflowError:
        found = math.inf
    if not math.isfinite(found):
        raise Malformed(f"{key} is no finite number")
    return found
