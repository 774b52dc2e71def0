"""A picture: vector graphics that carry their caption and their data, and read well on light and on dark ground.

The same data give the same bytes. Text stays text, in the reader's font and colour: what stands inside a page takes the
page's, what is shown as an image follows the reader's preference.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from io import StringIO
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from verify.pictures.style import INK, own_style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_STYLE = (
    "svg:root{color-scheme:light dark;color:#1f2328;font-family:system-ui,'DejaVu Sans',sans-serif}"
    "@media(prefers-color-scheme:dark){svg:root{color:#d1d7e0}}"
)
"""Of a picture that is a document of its own, or an image: inside a page no rule of it fits."""

_DIGITS = 5
"""Significant digits of the data: more than eyes tell, and what other machines compute alike."""


@dataclass(frozen=True)
class Picture:
    """What is drawn, what it is called, what there is to see, and the data behind it, as JSON has them."""

    figure: Figure
    title: str
    caption: str
    data: Mapping[str, Any]

    @property
    def svg(self) -> str:
        """The picture as SVG, with its title, caption and data inside."""
        data = json.dumps(rounded(self.data), ensure_ascii=False, separators=(",", ":"))
        name = "p" + sha256(f"{self.title}{data}".encode()).hexdigest()[:8]
        width, height = (round(72 * inches) for inches in self.figure.get_size_inches())
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" role="img"'
            f' aria-labelledby="{name}-title" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
            f' style="max-width:100%;height:auto">\n<title id="{name}-title">{escape(self.title)}</title>\n'
            f"<desc>{escape(self.caption)}</desc>\n<metadata>{escape(data, quote=False)}</metadata>\n"
            f"<style>{_STYLE}</style>\n{_drawing(self.figure, name)}</svg>\n"
        )


def data_of(svg: str) -> Any:
    """Return the data that a picture carries; raises ValueError if it is none of ours."""
    try:
        found = ElementTree.fromstring(svg).find("{http://www.w3.org/2000/svg}metadata")
        return json.loads("" if found is None else found.text or "")
    except (ElementTree.ParseError, ValueError) as error:
        raise ValueError(f"no picture with data: {error}") from error


def rounded(data: Any) -> Any:
    """Return data with their floats rounded."""
    if isinstance(data, float):
        return float(f"{data:.{_DIGITS}g}")
    if isinstance(data, Mapping):
        return {key: rounded(value) for key, value in data.items()}
    return [rounded(item) for item in data] if isinstance(data, (list, tuple)) else data


def _drawing(figure: Figure, name: str) -> str:
    """Return what is inside the root of the figure's SVG: no identifiers but those that are used, nothing twice."""
    file = StringIO()
    with own_style():
        figure.savefig(file, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = file.getvalue()
    text = text[text.index(">", text.index("<svg")) + 1 : text.rindex("</svg>")]
    text = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->|<defs>\s*<style.*?</style>\s*</defs>", "", text, flags=re.S)
    text = _unwrapped(re.sub(r"<g id=\"[\w.-]+\"(/?)>", r"<g\1>", text).replace("<g/>", ""))
    text = re.sub(r'(id="|url\(#|href="#)', rf"\g<1>{name}-", text)
    text = re.sub(r"font: ([\d.]+)px [^;\"]*", r"font-size: \1px", text)
    text = re.sub(r" font-family: [^;\"]*;| transform=\"rotate\(-?0 [^\"]*\"", "", text)
    text = re.sub(r"-?\d+\.\d+", lambda number: f"{float(number[0]):.2f}".rstrip("0").rstrip("."), text)
    text = re.sub(r'(?<= d=")[^"]*', lambda path: " ".join(path[0].split()), text)
    return re.sub(r"\s*\n\s*", "\n", text.replace(INK, "currentColor")).lstrip()


def _unwrapped(text: str) -> str:
    """Leave out the groups that say nothing."""
    ends: list[str] = []

    def tag(found: re.Match[str]) -> str:
        if found[0] == "</g>":
            return ends.pop()
        ends.append("" if found[0] == "<g>" else "</g>")
        return "" if found[0] == "<g>" else found[0]

    return re.sub(r"<g\b[^>]*>|</g>", tag, text)
