"""The Coq file of a checked counterexample, from its program; docs/reference/certificate.md says what is in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from verify.certificates.coq.domains import Entries, memberships
from verify.certificates.coq.places import NoFile, Place, Places, Undecided, by_values
from verify.certificates.coq.statements import Statement, holds, numbers_of, related
from verify.certificates.coq.text import comment, identifier

_DIGITS = (20, 40, 80, 160)
_RATIONAL = """From Coq Require Import Reals Lra.
Open Scope R_scope.
"""
_ROUNDED = """From Coq Require Import Reals Lra.
From Interval Require Import Specific_stdz Specific_ops Tactic.
(* Bounds on Coq's own integers: those of the machine would be axioms. *)
Module Floats := SpecificFloat StdZRadix2.
Module Import Bounds := IntervalTactic Floats.
Open Scope R_scope.
"""


def coq_file(program: Mapping[str, Any]) -> str:
    """Return the Coq file of a program; raises NoFile."""
    for digits in _DIGITS:
        try:
            return _File(program, digits).text()
        except Undecided:
            continue
    raise NoFile(f"it needs more than {_DIGITS[-1]} digits")


class _File:
    def __init__(self, program: Mapping[str, Any], digits: int) -> None:
        self._program = program
        self._places = Places(program, digits)
        self._taken: set[str] = set()

    def text(self) -> str:
        """Return the whole file."""
        stated, guards, premises = (self._program[key] for key in ("stated", "guards", "premises"))
        chosen = _false(self._program, self._places.digits)
        for given in self._program["inputs"]:
            self._input(given)
        self._say("What the claim computes there: each operation is defined, and has this value.")
        compared = [n for tree in (*premises, stated[chosen]) for n in numbers_of(tree)]
        self._places.define([*(n for guard in guards for n in guard[1:]), *compared])
        self._branches(guards)
        for k, tree in enumerate(premises, 1):
            premise = Statement(tree, self._places)
            if premise.value is False:
                raise NoFile("a premise is false")
            self._places.add_fact(f"premise_{k}", premise.text, premise.steps(negated=False))
        which = f", statement {chosen + 1} of {len(stated)}," if len(stated) > 1 else ""
        self._say(f"What the claim states{which} is false.")
        refuted = Statement(stated[chosen], self._places)
        self._lines.append(f"Theorem refuted : ~ {refuted.text}.\nProof. {refuted.steps(negated=True)}Qed.")
        facts = ", ".join([*self._places.facts, "refuted"])
        self._lines.append(f"\nDefinition certificate := ({facts}).\nPrint Assumptions certificate.")
        head = _RATIONAL if self._places.all_exact else _ROUNDED
        return "\n".join([self._header(), head, *self._lines]) + "\n"

    @property
    def _lines(self) -> list[str]:
        return self._places.lines

    def _say(self, text: str) -> None:
        self._lines.append(f"\n(* {comment(text)} *)")

    def _header(self) -> str:
        sizes = ", ".join(f"{name} = {size}" for name, size in self._program["dimensions"].items())
        return "\n".join(
            [
                f"(* {comment(self._program['claim'])} is refuted",
                f"   Statement: {comment(self._program['statement'])}",
                *([f"   Dimensions: {comment(sizes)}"] if sizes else []),
                f"   Source of the claim, SHA-256: {self._program['source']} *)",
            ]
        )

    def _input(self, given: Mapping[str, Any]) -> None:
        """Define the entries of an argument, and prove that they lie in its domain."""
        name, domain = given["name"], given["domain"]
        if name in self._program["choices"]:
            self._say(f"{name} = {self._program['choices'][name]}, one of {', '.join(map(str, domain['choices']))}.")
            return
        self._say(f"{name}: {domain['kind'] or domain['name']}")
        parts = [name] if len(given["shapes"]) == 1 else [f"{name}_{k}" for k in range(len(given["shapes"]))]
        arrays = [self._array(part, shape) for part, shape in zip(parts, given["shapes"], strict=True)]
        facts = memberships(arrays, domain)
        if facts is None:
            self._say(f"It is not stated here that {name} lies in its domain.")
            return
        for k, fact in enumerate(facts, 1):
            number = f"_{k}" if len(facts) > 1 else ""
            self._places.add_fact(f"{identifier(f'{name}_in', set())}_domain{number}", *fact)

    def _array(self, name: str, shape: list[int]) -> Entries:
        start = self._places.inputs
        values = [Fraction(x) for x in self._program["values"][start : start + prod(shape)]]
        indices = product(*map(range, shape))
        names = [identifier("_".join([name, *map(str, index)]), self._taken) for index in indices]
        for entry, value in zip(names, values, strict=True):
            self._places.add_input(entry, value)
        columns = shape[1] if len(shape) == 2 else 1
        rows = range(0, len(names), columns or 1)
        return Entries([names[k : k + columns] for k in rows], [values[k : k + columns] for k in rows])

    def _branches(self, guards: Iterable[list[Any]]) -> None:
        """Prove the comparisons by which the formulas branched."""
        for k, (relation, p, q) in enumerate(guards, 1):
            sides: tuple[Place, Place] = self._places[p], self._places[q]
            if not (answer := holds(relation, *sides)):
                raise Undecided if answer is None else NoFile("a formula branches otherwise")
            self._places.add_fact(f"branch_{k}", related(relation, *sides), by_values(sides))


def _false(program: Mapping[str, Any], digits: int) -> int:
    """Return the number of the first statement that is false, of those that have a form in Coq."""
    places = Places(program, digits)
    for k, value in enumerate(program["values"]):
        places.add_input(f"x{k}", Fraction(value))
    why: Exception = NoFile("what it states is true")
    for k, tree in enumerate(program["stated"]):
        try:
            places.define(numbers_of(tree))
            value = Statement(tree, places).value
        except NoFile as error:
            why = why if isinstance(why, Undecided) else error
            continue
        except Undecided:
            value = None
        if value is False:
            return k
        why = why if value else Undecided()
    raise why
