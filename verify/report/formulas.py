"""LaTeX as MathML, which browsers draw by themselves: of statements, of exact matrices, of what a user states."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from xml.etree.ElementTree import Element, tostring

from latex2mathml.converter import Converter
from markupsafe import Markup

from verify.writing.mathematics import mathematics
from verify.writing.mathematics.symbols import OPERATORS, styled, symbols

_TAGS = {
    "math", "mrow", "mi", "mo", "mn", "ms", "mtext", "mspace", "mfrac", "msqrt", "mroot", "mstyle", "mpadded",
    "mphantom", "msub", "msup", "msubsup", "munder", "mover", "munderover", "mmultiscripts", "mprescripts", "none",
    "mtable", "mtr", "mtd",
}  # fmt: skip
_ATTRIBUTES = {
    "stretchy", "fence", "separator", "form", "symmetric", "minsize", "maxsize", "largeop", "movablelimits", "lspace",
    "rspace", "width", "height", "depth", "displaystyle", "scriptlevel", "linethickness", "accent", "accentunder",
    "columnalign", "rowspacing", "columnspacing",
}  # fmt: skip
"""All else that a stranger's LaTeX may ask for, such as links and styles, is left out."""

_ALPHABETS = {"double-struck": "DOUBLE-STRUCK", "script": "SCRIPT", "fraktur": "FRAKTUR", "bold": "BOLD",
              "sans-serif": "SANS-SERIF", "monospace": "MONOSPACE"}  # fmt: skip
"""Letters of other alphabets are characters of their own: browsers know no attribute for them any more."""

_PROSE = re.compile(r"[^\\]*[A-Za-z]{3}[^\\]*")
"""Words without a macro, which a user states: letters side by side would be a product."""

_RELATIONS, _PUNCTUATION = set("=≠≤≥<>≡≈∼≔⇒⇔⟹⟺⇐→∈∉⪰⪯≻≺⊆⊇≰≮≜∝"), set(",;:")
_SIGNS = {"−", "-", "+", "±"}
_OPENING, _CLOSING = set("([{⟨"), set(")]}⟩")


def formula(latex: str) -> Markup:
    """Return a formula for a line of text, or its own block; what is no LaTeX, as it is on a terminal."""
    try:
        if _PROSE.fullmatch(latex):
            raise ValueError("these are words")
        row = _row(latex)
    except Exception:  # whatever the converter does with a stranger's text
        return Markup('<span class="plain">{}</span>').format(mathematics(latex))
    return Markup("<wbr>").join(_part(part) for part in _parts(row))


@cache
def _converter() -> Converter:
    return Converter(display="block")


def _row(latex: str) -> Element:
    """Return the formula's row, of what MathML is allowed to hold here and nothing else; raises ValueError."""
    converter = _converter()
    converter.reset()  # a macro that one statement defines is none of the next
    (row,) = converter.convert_to_element(latex)
    _tidy(row)
    return row


def _tidy(element: Element) -> None:
    if element.tag not in _TAGS:
        raise ValueError(f"{element.tag} is no element of a formula")
    text = html.unescape(element.text or "")
    if text.startswith("\\"):  # the converter leaves some macros as they are
        text = _known(text[1:])
    alphabet = element.attrib.get("mathvariant", "")
    if alphabet in _ALPHABETS:
        text = "".join(styled(c, _ALPHABETS[alphabet]) or c for c in text)
    element.attrib = {name: value for name, value in element.attrib.items() if name in _ATTRIBUTES}
    if alphabet == "normal" and element.tag == "mi" and len(text) == 1:
        element.attrib["mathvariant"] = "normal"
    element.text, element.tail = text, None
    if element.tag == "mi" and text in _RELATIONS:
        element.tag = "mo"
    if element.tag == "mover" and len(element) == 2 and element[1].tag == "mo":
        _accent(element)
    for before, child in zip([None, *element], element, strict=False):
        _tidy(child)
        if child.tag == "mo" and child.text in _SIGNS and before is not None and before.tag == "mo":
            _sign(before, child)


def _sign(before: Element, sign: Element) -> None:
    """Let a sign lie close to what it is the sign of, where nothing stands before it that it could add up."""
    if before.text in _RELATIONS | _PUNCTUATION | _OPENING:
        sign.attrib["form"] = "prefix"


def _known(macro: str) -> str:
    if macro in "{}" or macro in OPERATORS:
        return OPERATORS.get(macro, macro)
    if macro not in symbols():
        raise ValueError(f"the macro {macro} is not known")
    return symbols()[macro]


def _accent(over: Element) -> None:
    """Let an accent lie on its letter: TeX's tilde is another character than that of a keyboard."""
    mark = html.unescape(over[1].text or "")
    if mark in {"~", "^", "ˆ", "˜", "¯", "‾", "_", "→", "˙", "¨"}:
        over.attrib["accent"] = "true"
        over[1].text = {"~": "˜", "^": "ˆ", "_": "¯", "‾": "¯"}.get(mark, mark)


def _parts(children: Iterable[Element]) -> Iterator[list[Element]]:
    """Divide a formula where a line had best end: after a comma or a wide space, but in no bracket."""
    part: list[Element] = []
    depth, ended = 0, False
    for child in children:
        sign = (child.text or "") if child.tag == "mo" else ""
        wide = child.tag in {"mspace", "mtext"}
        if ended and not wide and sign not in _PUNCTUATION:
            yield part
            part = []
        part.append(child)
        depth += _opened(child)
        ended = depth <= 0 and (wide or sign in _PUNCTUATION)
    if part:
        yield part


def _opened(child: Element) -> int:
    """Return how many brackets an element opens: one that has an exponent is closed inside of it."""
    signs = [mo.text or "" for mo in child.iter("mo")]
    return sum((sign in _OPENING) - (sign in _CLOSING) for sign in signs)


def _part(children: Sequence[Element]) -> Markup:
    """Return what stands on one line if that is wide enough, and else ends lines before relations."""
    pieces: list[list[Element]] = [[]]
    depth = 0
    for child in children:
        sign = (child.text or "") if child.tag == "mo" else ""
        if depth <= 0 and sign in _RELATIONS and pieces[-1]:
            child.attrib["form"] = "infix"  # it keeps its spaces where a line begins with it
            pieces.append([])
        depth += _opened(child)
        pieces[-1].append(child)
    lines = Markup("<wbr>").join(map(_math, pieces))
    return lines if len(pieces) == 1 else Markup('<span class="part">{}</span>').format(lines)


def _math(children: Sequence[Element]) -> Markup:
    math = Element("math")
    math.extend(children)
    return Markup(tostring(math, encoding="unicode").replace(" />", "/>"))
