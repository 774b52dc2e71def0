"""Comparisons and connectives in Coq: what they say, whether they hold, and the steps that prove it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from verify.certificates.coq.places import NoFile, Place, Places, Undecided, by_substitution, by_values
from verify.certificates.coq.quadratic import form, negative_direction, squares
from verify.certificates.coq.text import literal
from verify.certificates.independent.programs import combined

_SIGNS = {"<": "<", "≤": "<=", "=": "=", "≠": "<>"}
_CONNECTIVES = {"and": "/\\", "or": "\\/", "implies": "->", "iff": "<->"}
Tree = Mapping[str, Any]


def numbers_of(tree: Tree) -> Iterator[int]:
    """Yield the places that a tree compares."""
    for operand in tree.get("operands", ()):
        yield from numbers_of(operand)
    yield from tree.get("left", ())
    yield from tree.get("right", ())


class Statement:
    """A tree of a program in Coq: its text, and its truth, which is None where so many digits do not tell."""

    def __init__(self, tree: Tree, places: Places) -> None:
        self._leaves: list[tuple[str, str]] = []
        self._places = places
        self.text, self.value = self._read(tree)

    def steps(self, negated: bool) -> str:
        """Return the steps that prove it, or its negation; raises Undecided if it is not known to be so."""
        if self.value is not (not negated):
            raise Undecided
        asserted = [
            f"  assert {what if what[0] == '(' else f'({what})'}.\n  {{ {steps} }}\n" for what, steps in self._leaves
        ]
        return "\n" + "".join(asserted) + "  tauto.\n"

    def _read(self, tree: Tree) -> tuple[str, bool | None]:
        relation = tree["relation"]
        if "operands" not in tree:
            return self._semidefinite(tree) if relation == "⪰" else self._compared(tree)
        texts, values = zip(*(self._read(operand) for operand in tree["operands"]), strict=True)
        text = f"~ {texts[0]}" if relation == "not" else f" {_CONNECTIVES[relation]} ".join(texts)
        return f"({text})", combined(relation, list(values))

    def _compared(self, tree: Tree) -> tuple[str, bool | None]:
        pairs = [(self._places[p], self._places[q]) for p, q in zip(tree["left"], tree["right"], strict=True)]
        entries = list(dict.fromkeys(related(tree["relation"], *pair) for pair in pairs))
        answers = [holds(tree["relation"], *pair) for pair in pairs]
        text = " /\\ ".join(entries) or "True"
        text = f"({text})"
        if False in answers:
            self._leaves.append((f"~ {text}", by_values(pairs[answers.index(False)])))
            return text, False
        if None in answers:
            return text, None
        self._leaves.append((text, by_values([place for pair in pairs for place in pair]) if pairs else "trivial."))
        return text, True

    def _semidefinite(self, tree: Tree) -> tuple[str, bool | None]:
        size = tree["shape"][0]
        if not size:
            return self._compared(tree)
        entries = [self._places[p] for p in tree["left"]]
        rows = [entries[k : k + size] for k in range(0, len(entries), size)]
        middle = [[(x.value.low + x.value.high) / 2 for x in row] for row in rows]
        halves = [[(x + middle[j][i]) / 2 for j, x in enumerate(row)] for i, row in enumerate(middle)]
        ys = [f"y{k}" for k in range(size)]
        text = f"0 <= {form([[place.text for place in row] for row in rows], ys)}"
        self._places.quadratics += 1
        name = f"quadratic_{self._places.quadratics}"
        self._places.lines.append(f"Definition {name} : Prop := forall {' '.join(ys)} : R, {text}.")
        direction = negative_direction(halves)
        if direction is not None:
            at = " ".join(literal(x) for x in direction)
            steps = f"unfold {name}. intro every. generalize (every {at}). clear every. {by_values(entries)}"
            if not _is_negative(rows, direction):
                return name, None
            self._leaves.append((f"~ {name}", steps))
            return name, False
        if not all(place.exact for place in entries):
            raise NoFile("it needs a matrix with roots or logarithms to be positive semidefinite")
        steps = f"unfold {name}. intros. {by_substitution(entries)}{squares(halves, ys)}lra."
        self._leaves.append((name, steps))
        return name, True


def related(relation: str, left: Place, right: Place) -> str:
    """Return a comparison of two places."""
    return f"{left.text} {_SIGNS[relation]} {right.text}"


def holds(relation: str, left: Place, right: Place) -> bool | None:
    """Say whether a comparison holds; None where so many digits do not tell."""
    if left.text == right.text:
        return combined(relation, [False, False])
    x, y = left.value, right.value
    return combined(relation, [x.less(y), y.less(x)])


def _is_negative(rows: Sequence[Sequence[Place]], direction: Sequence[Fraction]) -> bool:
    most = Fraction(0)
    for i, row in enumerate(rows):
        for j, place in enumerate(row):
            factor = direction[i] * direction[j]
            most += max(factor * place.value.low, factor * place.value.high)
    return most < 0
