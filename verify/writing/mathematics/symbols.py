"""Which characters stand for LaTeX's macros, letters in other alphabets, and raised or lowered ones."""

from __future__ import annotations

import unicodedata
from functools import cache

from pylatexenc.latex2text import get_default_latex_context_db

_UPRIGHT = (
    "arccos", "arcsin", "arctan", "arg", "cos", "cosh", "cot", "coth", "csc", "deg", "det", "dim", "exp", "gcd", "hom",
    "inf", "ker", "lg", "lim", "ln", "log", "max", "min", "Pr", "sec", "sin", "sinh", "sup", "tan", "tanh",
)  # fmt: skip
OPERATORS = {name: name for name in _UPRIGHT} | {"limsup": "lim sup", "liminf": "lim inf"}

_LACKING = {
    "ne": "≠", "lt": "<", "gt": ">", "gets": "←", "iff": "⇔", "implies": "⟹", "impliedby": "⟸", "succeq": "⪰",
    "preceq": "⪯", "mid": "∣", "colon": ":", "coloneqq": "≔", "land": "∧", "lor": "∨", "neg": "¬", "|": "‖",
    "lbrack": "[", "rbrack": "]", "dotsb": "⋯", "prime": "′", "%": "%",
}  # fmt: skip
"""The symbols that pylatexenc does not know, or draws in another shape than TeX."""

STYLES = {
    "mathbf": "BOLD", "boldsymbol": "BOLD", "bm": "BOLD", "mathbb": "DOUBLE-STRUCK", "mathbbm": "DOUBLE-STRUCK",
    "mathcal": "SCRIPT", "mathscr": "SCRIPT", "mathfrak": "FRAKTUR", "mathsf": "SANS-SERIF", "mathtt": "MONOSPACE",
}  # fmt: skip
"""The macros of other alphabets, as the names of Unicode's characters have them."""

ACCENTS = {
    "hat": "\u0302", "widehat": "\u0302", "tilde": "\u0303", "widetilde": "\u0303", "bar": "\u0304",
    "overline": "\u0305", "underline": "\u0332", "dot": "\u0307", "ddot": "\u0308", "vec": "\u20d7",
    "check": "\u030c", "breve": "\u0306", "acute": "\u0301", "grave": "\u0300", "mathring": "\u030a",
}  # fmt: skip

_RAISED = dict(
    zip(
        "0123456789+−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVW⊤𝖳′",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵀᵀ′",
        strict=True,
    )
)
_LOWERED = dict(zip("0123456789+−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))

VULGAR = {unicodedata.normalize("NFKC", c).replace("⁄", "/"): c for c in "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"}
"""The fractions that are one character."""


@cache
def symbols() -> dict[str, str]:
    """Return the character of every macro that stands for one."""
    known = get_default_latex_context_db().iter_macro_specs(categories=["advanced-symbols", "latex-base"])
    drawn = {spec.macroname: spec.simplify_repl for spec in known if isinstance(spec.simplify_repl, str)}
    return {name: text for name, text in drawn.items() if len(text) == 1 and text.isprintable() and text != " "} | (
        _LACKING
    )


def styled(text: str, style: str) -> str | None:
    """Return a text in another alphabet; None if that lacks one of its characters."""
    found = [_in_style(character, style) for character in text]
    return "".join(c for c in found if c) if text and all(found) else None


def _in_style(character: str, style: str) -> str | None:
    name = unicodedata.name(character, "").replace("LATIN ", "").replace("GREEK ", "").replace("LETTER ", "")
    older = "BLACK-LETTER" if style == "FRAKTUR" else style  # letters that were there before the alphabets
    for candidate in (f"MATHEMATICAL {style} {name}", f"{older} {name}"):
        try:
            return unicodedata.lookup(candidate)
        except KeyError:
            continue
    return None


def small(mark: str, text: str) -> str | None:
    """Return a text raised or lowered; None if Unicode has not all of its characters so."""
    table = _RAISED if mark == "^" else _LOWERED
    return "".join(table[c] for c in text) if all(c in table for c in text) else None
