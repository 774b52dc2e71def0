"""Pictures of hunts: how near they came, and where else a claim is false around what refutes it."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from verify import pictures
from verify.claims.counterexample import Counterexample
from verify.report.reading import load, mapping

_PATIENCE = 0.3
"""Seconds for the points of a map, so that a page of many hunts is written soon."""


def image(svg: bytes) -> str:
    """Return a picture as the address of an image, which runs no script and asks for nothing."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg).decode()


def course_of(path: Path) -> str | None:
    """Draw the course of what ``hunt --json`` wrote; None if it has none, or nothing is there to draw with."""
    return load(path, "hunt", lambda data: _course(mapping(data, "a hunt")))


def _course(hunt: Mapping[str, Any]) -> str | None:
    with contextlib.suppress(Exception):  # whatever a stranger's numbers make of a drawing; the table has them anyway
        return image(pictures.course(hunt).encode())
    return None


def around(found: Counterexample) -> str | None:
    """Draw where else the claim is false; None if nothing can be moved, or nothing is there to draw with."""
    with contextlib.suppress(ValueError, ImportError):
        return image(pictures.margin_map(found, _PATIENCE).encode())
    return None
