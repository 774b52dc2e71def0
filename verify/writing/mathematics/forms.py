"""Fractions, roots, scripts and accents on one line, with the parentheses that keep their meaning."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from verify.writing.mathematics.atoms import Atom, Kind, depths, line, settled
from verify.writing.mathematics.symbols import ACCENTS, VULGAR, small

_LOOSE = {Kind.OPERATOR, Kind.FRACTION, Kind.RELATION, Kind.PLUS, Kind.SIGN, Kind.TIMES, Kind.PUNCTUATION, Kind.TEXT}
"""What binds no tighter than a fraction's bar, or reaches to its right as far as there is anything."""

Script = tuple[str, str]
"""``^`` or ``_``, and what is raised or lowered."""


def fraction(numerator: Sequence[Atom], denominator: Sequence[Atom], tight: bool) -> Atom:
    """Write a fraction with a slash, or as the one character that it is."""
    above, below = line(numerator, tight), line(denominator, tight)
    if (text := VULGAR.get(f"{above}/{below}")) is None:
        above = f"({above})" if _loose(numerator) else above
        text = f"{above}/{below}" if _factor(denominator) else f"{above}/({below})"
    return Atom(text, Kind.FRACTION, closed=f"({text})")


def root(content: Sequence[Atom], tight: bool, index: str = "") -> Atom:
    """Write a root; its sign reaches over one character or number, or over parentheses."""
    text = line(content, tight)
    sign = f"√[{index}]" if index else "√"
    if len(content) == 1 and (_one_letter(text) or text.isdecimal()):
        return Atom(sign + text, Kind.ROOT, closed=f"{sign}({text})")
    return Atom(sign + (text if _delimited(content, "(", ")") else f"({text})"))


def scripted(base: Sequence[Atom], scripts: Sequence[Script]) -> Atom:
    """Write scripts behind what they belong to, those first that need no parentheses.

    Raises ValueError if there are two of a kind: LaTeX refuses them too.
    """
    marks = [mark for mark, text in scripts if text.strip("′")]
    if len(set(marks)) < len(marks):
        raise ValueError("a double script")
    on = _nucleus(base)
    written = [(mark, text, small(mark, text)) for mark, text in scripts if text]
    written.sort(key=lambda script: (script[2] is None, script[1].strip("*") != ""))
    text, bare = on.text, False
    for k, (mark, content, little) in enumerate(written):
        alone = _stands_alone(content) and (k == len(written) - 1 or not content.strip("*"))
        bare = little is None and alone and content[0].isalnum()
        text += little if little is not None else mark + (content if alone else f"({content})")
    return Atom(text, on.kind, scripted=True, bare=bare)


def accented(name: str, content: Sequence[Atom], tight: bool) -> Atom:
    """Write an accent over one character; over more, as a function of them."""
    text = line(content, tight)
    if len(content) == 1 and _one_letter(text):
        return Atom(unicodedata.normalize("NFC", text + ACCENTS[name]))
    return Atom(f"{name}({text})")


def _nucleus(base: Sequence[Atom]) -> Atom:
    if len(base) == 1 and base[0].closed:
        return Atom(f"({base[0].text})")
    if len(base) == 1 and not base[0].scripted:
        return base[0]
    return Atom(f"({line(base)})" if base else "")


def _stands_alone(text: str) -> bool:
    """Whether a script needs no parentheses: a character, asterisks, or a word such as dec or VAE."""
    return _one_letter(text) or set(text) == {"*"} or (text.isascii() and text.isalpha() and len(text) > 2)


def _one_letter(text: str) -> bool:
    return sum(not unicodedata.combining(character) for character in text) == 1


def _loose(atoms: Sequence[Atom]) -> bool:
    found = settled(atoms)
    return any(
        depth == 0 and (atom.kind in _LOOSE or atom.text[0] in "/𝔼ℙ")
        for atom, depth in zip(found, depths(found), strict=True)
    )


def _factor(atoms: Sequence[Atom]) -> bool:
    """Whether a denominator is one factor: an atom, a group in delimiters, a differential, factorial or function."""
    found = settled(atoms)
    if len(found) > 1 and (found[0].text == "∂" or (found[0].kind is Kind.OPERATOR and found[1].kind is Kind.OPEN)):
        found = found[1:]
    if len(found) > 1 and found[-1].text == "!":
        found = found[:-1]
    whole = len(found) == 1 and found[0].kind in {Kind.ORDINARY, Kind.WORD, Kind.ROOT}
    return whole or _delimited(found)


def _delimited(atoms: Sequence[Atom], opening: str = "", closing: str = "") -> bool:
    """Whether one pair of delimiters holds all of the atoms."""
    found = settled(atoms)
    inside = list(depths(found))
    pairs = sum(atom.kind is Kind.OPEN and depth == 1 for atom, depth in zip(found, inside, strict=True))
    whole = all(inside) and pairs == 1
    return whole and found[0].text.startswith(opening) and found[-1].text.endswith(closing)
