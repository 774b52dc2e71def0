"""Docstrings as paragraphs: their words stay text whatever they hold, but for *emphasis*, ``code``, x_i and x^2."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable

from markupsafe import Markup, escape

_MARK = re.compile(
    r"``(?P<code>[^`\n]+)``"
    r"|(?<![\w*])\*(?P<em>[^\s*][^*\n]*)\*(?![\w*])"
    r"|(?<![\w.]\w)(?<=\w)_(?P<sub>\{[^{}\s]+\}|\w+)"  # of a letter alone: longer names are those of Python
    r"|(?<=[\w)}\]])\^(?P<sup>\{[^{}]+\}|[−-]?\w+)"
)


def paragraphs(thing: Callable[..., object]) -> list[Markup]:
    """Return the paragraphs of a docstring."""
    text = inspect.getdoc(thing) or ""
    return [inline(" ".join(part.split())) for part in re.split(r"\n\s*\n", text) if part.strip()]


def inline(text: str) -> Markup:
    """Return a text, escaped, with its *emphasis*, ``code``, lowered and raised parts as elements."""
    pieces, end = [], 0
    for found in _MARK.finditer(text):
        pieces.append(escape(text[end : found.start()]))
        kind = str(found.lastgroup)
        pieces.append(Markup(f"<{kind}>{{}}</{kind}>").format(found[kind].removeprefix("{").removesuffix("}")))
        end = found.end()
    return Markup("").join([*pieces, escape(text[end:])])
