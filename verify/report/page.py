"""The page: one HTML file that asks for nothing outside it, escaped by default, and lets no other script run."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from verify.report import checking
from verify.report.graph.drawing import STYLE
from verify.report.report import Report

_HERE = Path(__file__).parent / "templates"


def page(report: Report) -> str:
    """Return the page of a report."""
    style, script = _text("style.css") + STYLE, _text("script.js") + checking.script()
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    template = _environment().get_template("page.html")
    return template.render(report=report, style=Markup(style), script=Markup(script), policy=policy)


def _text(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _digest(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


@cache
def _environment() -> Environment:
    loader = FunctionLoader(lambda name: re.sub(r"^ +", "", _text(name), flags=re.MULTILINE))  # blanks are 40 kB
    return Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True,
    )  # fmt: skip
