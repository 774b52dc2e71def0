"""What a formula is made of, as in TeX, and how its atoms are written side by side on one line.

In print a fraction is told from what follows it by its height; on a line it is not. So an atom that would read
otherwise beside its neighbours has a second text, which is closed: with parentheses.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import takewhile


class Kind(Enum):
    """What an atom is to its neighbours; a sign is a plus or minus with nothing on its left."""

    ORDINARY = auto()
    WORD = auto()
    OPERATOR = auto()
    FRACTION = auto()
    ROOT = auto()
    OPEN = auto()
    CLOSE = auto()
    BAR = auto()
    RELATION = auto()
    PLUS = auto()
    SIGN = auto()
    TIMES = auto()
    TIGHT = auto()
    PUNCTUATION = auto()
    TEXT = auto()
    SPACE = auto()


@dataclass(frozen=True, slots=True)
class Atom:
    """A piece of a formula; bare if it ends in a script that is not marked off, spaced if a space stands before it."""

    text: str
    kind: Kind = Kind.ORDINARY
    closed: str = ""
    scripted: bool = False
    bare: bool = False
    spaced: bool = False


SPACE = Atom(" ", Kind.SPACE)

_VALUES = {Kind.ORDINARY, Kind.WORD, Kind.FRACTION, Kind.ROOT, Kind.CLOSE}
"""What ends in a value: a sign after it is binary, a bar after it may close."""

_FACTORS = {Kind.ORDINARY, Kind.WORD, Kind.OPERATOR, Kind.FRACTION, Kind.ROOT}
_PRODUCTS = {Kind.TIMES, Kind.TIGHT}
_WORDS = {Kind.WORD, Kind.OPERATOR}
_BRACKETS, _CLOSING, _BARS = "([{⟨⌊⌈", ")]}⟩⌋⌉", "|‖"

_KINDS = {
    **dict.fromkeys(_BRACKETS, Kind.OPEN),
    **dict.fromkeys(_CLOSING, Kind.CLOSE),
    **dict.fromkeys(_BARS, Kind.BAR),
    **dict.fromkeys("+−±∓∪∩∧∨⊕⊖∖\\", Kind.PLUS),
    **dict.fromkeys("×∘⊗⊙⊘∗⋆*÷", Kind.TIMES),
    **dict.fromkeys("·/", Kind.TIGHT),
    **dict.fromkeys(",;:", Kind.PUNCTUATION),
    **dict.fromkeys("∑∏∫∮∐⋃⋂", Kind.OPERATOR),
    **dict.fromkeys("∂∇∞∅∀∃∄¬√⊤∆′…⋯⋮⋱", Kind.ORDINARY),
}


def symbol(text: str) -> Atom:
    """Return the atom of a character, or of a relation in several characters such as ``<=``."""
    relation = len(text) > 1 or unicodedata.category(text) == "Sm" or "←" <= text <= "⇿"  # arrows
    return Atom(text, _KINDS.get(text, Kind.RELATION if relation else Kind.ORDINARY))


def line(atoms: Sequence[Atom], tight: bool = False) -> str:
    """Write atoms side by side; tight is how scripts are set, without spaces around relations and signs."""
    written = ""
    left: Atom | None = None
    for atom in _closed(settled(atoms)):
        written += " " * (left is not None and _apart(left, atom, tight)) + atom.text
        left = atom
    return written


def settled(atoms: Sequence[Atom]) -> list[Atom]:
    """Decide which bars open and which close, which signs have nothing on their left, and what follows a space."""
    found: list[Atom] = []
    opened: list[int] = []
    spaced = False
    for atom in atoms:
        if atom.kind is Kind.SPACE or not atom.text:
            spaced = spaced or atom.kind is Kind.SPACE
            continue
        after_value = bool(found) and found[-1].kind in _VALUES
        kind: Kind = Kind.SIGN if atom.kind is Kind.PLUS and not after_value else atom.kind
        if kind is Kind.BAR:
            within = found[opened[-1] :] if opened else []
            closes = after_value and bool(within) and within[0].text == atom.text[0] and not _relates(within)
            kind = Kind.CLOSE if closes else Kind.ORDINARY if after_value and atom.scripted else Kind.OPEN
        if kind is Kind.OPEN:
            opened.append(len(found))
        elif kind is Kind.CLOSE:
            kind = _close(found, opened, atom.text[0])
        found.append(replace(atom, kind=kind, spaced=spaced))
        spaced = False
    _forget(found, opened)
    return found


def _relates(atoms: Sequence[Atom]) -> bool:
    """Whether a relation follows a bar, in no other delimiters: then it opens no norm, as in KL q ‖ p ≤ KL q ‖ r."""
    return any(atom.kind is Kind.RELATION and depth == 1 for atom, depth in zip(atoms, depths(atoms), strict=True))


def _close(found: list[Atom], opened: list[int], closing: str) -> Kind:
    """Close the last delimiter opened, bars left out: nothing closes the bar of p(x|z)."""
    bars = [] if closing in _BARS else list(takewhile(lambda k: found[k].text in _BARS, reversed(opened)))
    _forget(found, bars)
    del opened[len(opened) - len(bars) :]
    return Kind.CLOSE if opened and opened.pop() >= 0 else Kind.ORDINARY


def _forget(found: list[Atom], opened: Sequence[int]) -> None:
    for place in opened:
        found[place] = replace(found[place], kind=Kind.ORDINARY)


def depths(atoms: Sequence[Atom]) -> Iterator[int]:
    """Yield in how many delimiters each of settled atoms stands; delimiters themselves stand within."""
    depth = 0
    for atom in atoms:
        depth += atom.kind is Kind.OPEN
        yield depth
        depth -= atom.kind is Kind.CLOSE


def _closed(atoms: Sequence[Atom]) -> Iterator[Atom]:
    for left, atom, right in zip([None, *atoms], atoms, [*atoms[1:], None], strict=False):
        yield replace(atom, text=atom.closed) if atom.closed and _in_product(left, atom, right) else atom


def _in_product(left: Atom | None, atom: Atom, right: Atom | None) -> bool:
    """Whether a fraction or root would read otherwise beside its neighbours; ½ is one character, but 2½ is a sum."""
    before, after = left.kind if left else None, right.kind if right else None
    follows = after in _FACTORS | {Kind.OPEN}
    if atom.kind is Kind.ROOT:
        return follows
    if len(atom.text) == 1:
        return before in _VALUES or (right is not None and right.text[0].isdigit())
    return follows or after in _PRODUCTS or before in _VALUES | _PRODUCTS | {Kind.OPERATOR}


def _apart(left: Atom, right: Atom, tight: bool) -> bool:
    """Whether a space stands between two atoms."""
    kinds = {left.kind, right.kind}
    if " " in (left.text[-1], right.text[0]):  # of words
        return False
    if left.kind is Kind.OPEN or left.text in _BRACKETS:
        return False
    if right.kind in {Kind.CLOSE, Kind.PUNCTUATION} or right.text[0] in _CLOSING:
        return False
    if left.kind is Kind.PUNCTUATION or kinds & {Kind.RELATION, Kind.PLUS, Kind.TIMES}:
        return not tight
    if Kind.TIGHT in kinds or left.kind is Kind.SIGN:
        return False
    return right.spaced or _runs_together(left, right)


def _runs_together(left: Atom, right: Atom) -> bool:
    ends, begins = left.text[-1], right.text[0]
    if Kind.TEXT in (left.kind, right.kind):
        return ends.isalnum() and begins.isalnum()
    if left.kind in _WORDS:
        return right.kind in _FACTORS | {Kind.SIGN} and begins != "("
    if right.kind in _WORDS:
        return left.text not in "∂∇"
    return left.bare and right.kind in _FACTORS
