"""Certificates checked in the page, by JavaScript of our own: a second checker, which shares no line with the first."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from verify.certificates.programs.program import NoProgram, program
from verify.claims.counterexample import Counterexample

_PARTS = ("numbers", "text", "domains", "program", "check", "panel")


def script() -> str:
    """Return the JavaScript of the checker and of its panels, which defines ``checkCertificate`` and nothing else."""
    parts = "\n".join(files(__package__).joinpath(f"{part}.js").read_text(encoding="utf-8") for part in _PARTS)
    return f'const checkCertificate = (() => {{\n"use strict";\n{parts}\nreturn checkCertificate;\n}})();\n'


def block(data: Any) -> str:
    """Return JSON, or data as such, as it may stand in a script element: nothing in it ends that, or begins another."""
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def checked_there(found: Counterexample) -> tuple[str, None] | tuple[None, str]:
    """Return the program of a counterexample as a block, or why it has none."""
    try:
        return block(program(found)), None
    except NoProgram as error:
        return None, str(error)
