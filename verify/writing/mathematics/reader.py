"""Reading a statement, and what becomes of each part of it on a line.

pylatexenc reads the source. Nothing of it is lost and nothing changes its meaning: what cannot be written is shown as
it stands in the source, and a statement that is no LaTeX is shown as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import takewhile
from typing import Any

from pylatexenc.latexwalker import (
    LatexCharsNode,
    LatexEnvironmentNode,
    LatexGroupNode,
    LatexMacroNode,
    LatexMathNode,
    LatexNode,
    LatexSpecialsNode,
    LatexWalker,
    LatexWalkerError,
)
from pylatexenc.macrospec import EnvironmentSpec, LatexContextDb, MacroSpec, MacroStandardArgsParser, SpecialsSpec

from verify.writing.mathematics.atoms import SPACE, Atom, Kind, line, symbol
from verify.writing.mathematics.forms import Script, accented, fraction, root, scripted
from verify.writing.mathematics.symbols import ACCENTS, OPERATORS, STYLES, styled, symbols

_PROSE = re.compile(r"[^\\^_{}$]*|[^\\{}$]*[_^]\w\w[^\\{}$]*")
"""What has nothing of LaTeX, or has x_max and 2^10 in it, which say something else in LaTeX."""

_PIECE = re.compile(r"\d+(?:\.\d+)?|:=|<=|>=|==|!=|->|=>|'+|\s+|.", re.DOTALL)
_SPACES = {*",;:> ", "quad", "qquad", "enspace", "thinspace", "medspace", "thickspace", "\\"}
_SILENT = {"!", "/", "displaystyle", "textstyle", "scriptstyle", "scriptscriptstyle", "limits", "nolimits"}
_FRACTIONS = {"frac", "tfrac", "dfrac", "cfrac", "nicefrac"}
_UPRIGHT = {"text", "textrm", "textnormal", "textbf", "textit", "mbox", "emph"}
_OPENING = {"left", "bigl", "Bigl", "biggl", "Biggl"}
_CLOSING = {"right", "bigr", "Bigr", "biggr", "Biggr"}
_SIZED = _OPENING | _CLOSING | {"big", "Big", "bigg", "Bigg", "middle", "bigm", "Bigm", "biggm", "Biggm"}
_SET_APART = {Kind.RELATION, Kind.PLUS, Kind.TIMES, Kind.PUNCTUATION}
_GRIDS = {"matrix": "[]", "smallmatrix": "[]", "array": "[]", "bmatrix": "[]", "pmatrix": "()", "vmatrix": "||",
          "Vmatrix": "‖‖", "Bmatrix": "{}", "cases": "{}"}  # fmt: skip


def mathematics(statement: str) -> str:
    """Return a statement in LaTeX as a line of mathematics; one that LaTeX would refuse, or prose, as it is."""
    source = " ".join(statement.split())
    if _PROSE.fullmatch(source):
        return source
    try:
        nodes, _, _ = _Walker(source, latex_context=_context(), tolerant_parsing=False).get_latex_nodes()
        inline = any(isinstance(node, LatexMathNode) for node in nodes)
        return _text(nodes) if inline else line(_atoms(nodes))
    except (LatexWalkerError, ValueError, RecursionError):
        return source


class _Walker(LatexWalker):  # type: ignore[misc]
    """Reads a macro with its arguments where it is itself an argument, as in ``A^\\mathsf T``."""

    def get_latex_expression(self, pos: int, strict_braces: bool | None = None, parsing_state: Any = None) -> Any:
        token = self.get_token(pos, parsing_state=parsing_state)
        if token.tok in ("brace_close", "specials"):
            raise LatexWalkerError("an argument is missing")
        if token.tok == "macro":
            nodes, start, length = self.get_latex_nodes(token.pos, read_max_nodes=1, parsing_state=parsing_state)
            return nodes[0], start, length
        return super().get_latex_expression(pos, strict_braces, parsing_state)


@cache
def _context() -> LatexContextDb:
    """Return the arguments of the macros that are written here; pylatexenc takes any other to have none."""
    one = {*ACCENTS, *STYLES, *_UPRIGHT, *_SIZED, "mathrm", "mathit", "not"}
    two = {*_FRACTIONS, "binom"}
    arguments = dict.fromkeys(one, "{") | dict.fromkeys(two, "{{") | {"sqrt": "[{", "operatorname": "*{"}
    context = LatexContextDb()
    context.set_unknown_macro_spec(MacroSpec(""))
    context.set_unknown_environment_spec(EnvironmentSpec(""))
    context.add_context_category(
        "mathematics",
        macros=[MacroSpec(name, spec) for name, spec in arguments.items()],
        environments=[EnvironmentSpec("array", "{")],
        specials=[
            *(SpecialsSpec(mark, MacroStandardArgsParser("{")) for mark in ("^", "_")),
            SpecialsSpec("&"),
            SpecialsSpec("~"),
        ],
    )
    return context


def _atoms(nodes: Iterable[LatexNode], tight: bool = False) -> list[Atom]:
    """Return the atoms of nodes, each with its scripts."""
    found: list[tuple[list[Atom], list[Script]]] = []
    for piece in _pieces(list(nodes), tight):
        if isinstance(piece, list):
            found.append((piece, []))
            continue
        while found and found[-1][0] == [SPACE]:
            found.pop()
        if not found:
            found.append(([], []))
        found[-1][1].append(piece)
    return [atom for base, scripts in found for atom in ([scripted(base, scripts)] if scripts else base)]


def _pieces(nodes: Sequence[LatexNode], tight: bool) -> Iterator[list[Atom] | Script]:
    """Yield atoms, those of a group together, and scripts."""
    skipped = 0
    for k, node in enumerate(nodes):
        if skipped:
            skipped -= 1
        elif isinstance(node, LatexCharsNode):
            yield from _characters(node.chars)
        elif isinstance(node, LatexGroupNode):
            yield _grouped(_atoms(node.nodelist, tight))
        elif isinstance(node, LatexSpecialsNode) and node.specials_chars in "^_":
            yield node.specials_chars, line(_argument(node, 0, tight=True), tight=True)
        elif isinstance(node, LatexSpecialsNode) and node.specials_chars == "~":
            yield [SPACE]
        elif isinstance(node, LatexMacroNode) and (written := _macro(node, tight)) is not None:
            yield written
        elif isinstance(node, LatexEnvironmentNode) and node.environmentname in _GRIDS:
            yield [_grid(node)]
        else:
            groups = [n.latex_verbatim() for n in takewhile(lambda n: isinstance(n, LatexGroupNode), nodes[k + 1 :])]
            skipped = len(groups) if isinstance(node, LatexMacroNode) else 0
            yield [Atom(node.latex_verbatim().rstrip() + "".join(groups[:skipped]), bare=True)]


def _grouped(atoms: list[Atom]) -> list[Atom]:
    """Return the atoms of a group: a sign or relation alone is set as a letter, such as the comma of 1{,}000."""
    return [replace(atoms[0], kind=Kind.ORDINARY)] if len(atoms) == 1 and atoms[0].kind in _SET_APART else atoms


def _characters(text: str) -> Iterator[list[Atom] | Script]:
    for piece in _PIECE.findall(text):
        if piece.isspace():
            yield [SPACE]
        elif piece[0] == "'":
            yield "^", "′" * len(piece)
        else:
            yield [Atom(piece) if piece[0].isdigit() else symbol(piece.replace("-", "−") if len(piece) == 1 else piece)]


def _macro(node: LatexMacroNode, tight: bool) -> list[Atom] | None:
    """Return what a macro stands for; None if that is not known."""
    name: str = node.macroname
    if name in _SILENT:
        return []
    if name in _SPACES:
        return [SPACE]
    if name in OPERATORS:
        return [Atom(OPERATORS[name], Kind.OPERATOR)]
    if name in symbols():
        return [symbol(symbols()[name])]
    write = next((write for names, write in _WRITERS if name in names), None)
    return None if write is None else write(node, tight)


def _fraction(node: LatexMacroNode, tight: bool) -> list[Atom]:
    return [fraction(_argument(node, 0, tight), _argument(node, 1, tight), tight)]


def _binomial(node: LatexMacroNode, tight: bool) -> list[Atom]:
    return [Atom(f"binom({line(_argument(node, 0, tight), tight)}, {line(_argument(node, 1, tight), tight)})")]


def _root(node: LatexMacroNode, tight: bool) -> list[Atom]:
    index = line(_argument(node, 0, tight), tight)
    return [root(_argument(node, 1, tight), tight, index)]


def _accent(node: LatexMacroNode, tight: bool) -> list[Atom]:
    return [accented(node.macroname, _argument(node, 0, tight), tight)]


def _other_alphabet(node: LatexMacroNode, tight: bool) -> list[Atom]:
    text = styled(line(_argument(node, 0, tight), tight), STYLES[node.macroname])
    return [Atom(node.latex_verbatim().rstrip() if text is None else text)]


def _upright(node: LatexMacroNode, tight: bool) -> list[Atom]:
    text = line(_argument(node, 0, tight), tight)
    return [Atom(text, Kind.WORD if len(text) > 1 else Kind.ORDINARY)]


def _named(node: LatexMacroNode, tight: bool) -> list[Atom]:
    return [Atom(line(_argument(node, 1, tight), tight), Kind.OPERATOR)]


def _words(node: LatexMacroNode, tight: bool) -> list[Atom]:
    text = _text(_nodes(node, 0))
    return [Atom(text, Kind.TEXT)] if text else []


def _delimiter(node: LatexMacroNode, tight: bool) -> list[Atom]:
    text = line(_argument(node, 0, tight), tight)
    if text in ("", "."):
        return []
    drawn = symbol({"<": "⟨", ">": "⟩"}.get(text, text))
    kind = Kind.OPEN if node.macroname in _OPENING else Kind.CLOSE if node.macroname in _CLOSING else drawn.kind
    return [replace(drawn, kind=kind)]


def _negated(node: LatexMacroNode, tight: bool) -> list[Atom]:
    text = line(_argument(node, 0, tight), tight)
    if len(text) != 1:
        raise ValueError("what is negated is one character")
    return [Atom(unicodedata.normalize("NFC", text + "\u0338"), Kind.RELATION)]


_WRITERS: tuple[tuple[Iterable[str], Callable[[LatexMacroNode, bool], list[Atom]]], ...] = (
    (_FRACTIONS, _fraction),
    (("binom",), _binomial),
    (("sqrt",), _root),
    (ACCENTS, _accent),
    (STYLES, _other_alphabet),
    (("mathrm", "mathit"), _upright),
    (("operatorname",), _named),
    (_UPRIGHT, _words),
    (_SIZED, _delimiter),
    (("not",), _negated),
)


def _grid(node: LatexEnvironmentNode) -> Atom:
    """Write a matrix row by row, as MATLAB would."""
    rows: list[list[list[LatexNode]]] = [[[]]]
    for inner in node.nodelist:
        if isinstance(inner, LatexMacroNode) and inner.macroname == "\\":
            rows.append([[]])
        elif isinstance(inner, LatexSpecialsNode) and inner.specials_chars == "&":
            rows[-1].append([])
        else:
            rows[-1][-1].append(inner)
    brackets = _GRIDS[node.environmentname]
    cells = [[line(_atoms(cell)) for cell in row] for row in rows]
    return Atom(brackets[0] + "; ".join(", ".join(row) for row in cells if any(row)) + brackets[1])


def _argument(node: LatexNode, place: int, tight: bool) -> list[Atom]:
    return _atoms(_nodes(node, place), tight)


def _nodes(node: LatexNode, place: int) -> list[LatexNode]:
    found = node.nodeargd.argnlist[place]
    return [] if found is None else found.nodelist if isinstance(found, LatexGroupNode) else [found]


def _text(nodes: Iterable[LatexNode]) -> str:
    """Return words as they are, with the mathematics among them."""
    return "".join(map(_text_of, nodes))


def _text_of(node: LatexNode) -> str:
    if isinstance(node, LatexCharsNode):
        return str(node.chars)
    if isinstance(node, LatexGroupNode):
        return "{" + _text(node.nodelist) + "}"
    if isinstance(node, LatexMathNode):
        return line(_atoms(node.nodelist))
    if isinstance(node, LatexSpecialsNode) and node.specials_chars == "~":
        return " "
    if isinstance(node, LatexMacroNode) and node.macroname in _UPRIGHT:
        return _text(_nodes(node, 0))
    if isinstance(node, LatexMacroNode) and node.macroname in _SPACES:
        return " "
    if isinstance(node, LatexMacroNode) and node.macroname in symbols():
        return symbols()[node.macroname] + str(node.macro_post_space)
    return str(node.latex_verbatim())
