"""Programs as JSON data; docs/reference/certificate.md says what is in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from flint import fmpq

from reference.arithmetic.terms.array import Terms
from reference.arithmetic.terms.term import NoForm, Term, term
from verify.certificates.programs.catching import catching
from verify.certificates.programs.domains import described
from verify.certificates.programs.trace import Trace, traced
from verify.claims.counterexample import Counterexample
from verify.judging.statements import Truth
from verify.notation import first_line, on_one_line

FORMAT = 1
_LONGEST = 4000
"""Python reads no number of more than 4300 digits, unless it is told to."""


class NoProgram(ValueError):
    """A counterexample has no program; the message is one line that says why."""


def program(found: Counterexample) -> dict[str, Any]:
    """Return the program of a counterexample; raises NoProgram where there is none."""
    if name := catching(found.claim.body):
        raise NoProgram(f"{name} has a try or a with: which errors it meets at other inputs is no branch of a program")
    try:
        trace = traced(found)
        return {**_head(found), **_body(trace)}
    except Exception as error:  # whatever a body raises that is not written for trees
        raise NoProgram(on_one_line(_reason(error))) from error


def programs(counterexamples: Iterable[Counterexample]) -> dict[str, dict[str, Any] | str]:
    """Return by the ids of the claims their programs, or in one line why there is none."""
    made: dict[str, dict[str, Any] | str] = {}
    for found in counterexamples:
        try:
            made[found.claim.id] = program(found)
        except NoProgram as error:
            made[found.claim.id] = str(error)
    return made


def _reason(error: Exception) -> str:
    if isinstance(error, TypeError):  # NoForm, or what an arithmetic refuses
        what = first_line(error).partition(":")[0]
        return f"{what}: it is not made of the four operations, roots, exponentials, logarithms and erfc"
    return f"{type(error).__name__}: {first_line(error)}"


def _head(found: Counterexample) -> dict[str, Any]:
    signature, sizes = found.claim.signature, found.instance.sizes
    inputs = [
        {
            "name": name,
            "domain": described(domain, sizes),
            "shapes": [list(shape) for shape in domain.array_shapes(sizes)],
        }
        for name, domain in signature.domains.items()
    ]
    bounds = {
        name: [low, None if name in signature.unbounded else high] for name, (low, high) in signature.bounds.items()
    }
    return {
        "program": FORMAT,
        "claim": found.claim.id,
        "statement": found.claim.statement,
        "source": found.claim.digest,
        "bounds": bounds,
        "dimensions": dict(sizes),
        "inputs": inputs,
        "choices": {name: value for name, value in found.instance.values.items() if isinstance(value, (int, str))},
    }


def _body(trace: Trace) -> dict[str, Any]:
    places = _Places(len(trace.values))
    guards = list(dict.fromkeys((g.relation, places.of(g.left), places.of(g.right)) for g in trace.guards))
    premises = [_tree(truth, places) for truth in trace.premises]
    stated = [_tree(truth, places) for truth in trace.stated]
    return {
        "values": [str(value) for value in trace.values],
        "operations": places.operations,
        "guards": [list(guard) for guard in guards],
        "premises": premises,
        "stated": stated,
    }


class _Places:
    """The places of trees: first the inputs, then operations, each after its operands and once."""

    def __init__(self, inputs: int) -> None:
        self.operations: list[list[Any]] = []
        self._inputs = inputs
        self._of_trees: dict[int, tuple[int, Term]] = {}
        self._of_operations: dict[tuple[Any, ...], int] = {}

    def of(self, tree: Term) -> int:
        """Return the place of a tree, after placing what it is made of."""
        waiting = [tree]
        while waiting:
            node = waiting[-1]
            missing = [x for x in node.operands if isinstance(x, Term) and id(x) not in self._of_trees]
            if missing:
                waiting.extend(missing)
                continue
            self._of_trees[id(waiting.pop())] = self._placed(node), node
        return self._of_trees[id(tree)][0]

    def _placed(self, node: Term) -> int:
        if node.operation == "input":
            return int(node.operands[0])
        operands = [_written(x) if isinstance(x, fmpq) else self._of_trees[id(x)][0] for x in node.operands]
        operation = (node.operation, *operands)
        if operation not in self._of_operations:
            self._of_operations[operation] = self._inputs + len(self.operations)
            self.operations.append(list(operation))
        return self._of_operations[operation]


def _written(x: fmpq) -> str:
    text = str(x)
    if len(text) > _LONGEST:
        raise OverflowError(f"a constant has more than {_LONGEST} characters")
    return text


def _tree(truth: Truth, places: _Places) -> dict[str, Any]:
    if truth.operands:
        return {"relation": truth.relation, "operands": [_tree(operand, places) for operand in truth.operands]}
    if not truth.compared:
        raise NoForm(f"a comparison, {truth.relation}, of no entry of an input")
    arrays = [np.asarray(_terms(x), dtype=object) for x in truth.compared]
    shape = np.broadcast_shapes(*(x.shape for x in arrays))
    sides = [[places.of(entry) for entry in np.broadcast_to(x, shape).ravel()] for x in arrays]
    return {"relation": truth.relation, "shape": list(shape), "left": sides[0], "right": sides[1]}


def _terms(x: Any) -> Any:
    return np.frompyfunc(term, 1, 1)(x.array if isinstance(x, Terms) else np.asarray(x, dtype=object))
