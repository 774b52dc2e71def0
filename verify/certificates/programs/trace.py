"""A claim's body, evaluated at a counterexample in trees: premises, statements, and what its branches rest on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reference.arithmetic.exact import Rationals, Rigorous
from reference.arithmetic.precision import working_precision
from reference.arithmetic.terms.array import inputs
from reference.arithmetic.terms.decisions import TEXT, Guard, decisions
from reference.arithmetic.terms.term import NoForm
from verify.claims.counterexample import Counterexample
from verify.judging.statements import Truth, statements

_BITS = 512
"""To so many bits values are known that are not rational: what is closer is not decided."""


@dataclass(frozen=True)
class Trace:
    """The exact inputs, one after the other, and what the body made of them."""

    values: list[Any]
    guards: list[Guard]
    premises: list[Truth]
    stated: list[Truth]


def traced(found: Counterexample) -> Trace:
    """Evaluate the body in trees; raises NoForm, Undecided, or whatever the body raises there."""
    entries: list[Any] = []
    realised = found.instance.realise(Rationals)
    arguments = {name: _entered(realised[name], entries) for name in found.claim.signature.domains}
    with working_precision(_BITS), decisions() as guards:
        stated = statements(found.claim.body, arguments)
    if any(guard.relation == TEXT for guard in guards):
        raise NoForm("the text of a number")
    return Trace(entries, guards, stated.premises, list(stated))


def _entered(argument: Any, entries: list[Any]) -> Any:
    """Return an argument in trees, and add its numbers to those that are there; a choice stays one."""
    if isinstance(argument, tuple):
        return tuple(_entered(array, entries) for array in argument)
    if not isinstance(argument, Rigorous):
        return argument
    if not isinstance(argument, Rationals):
        raise NoForm("complex numbers")
    made = inputs(argument, len(entries))
    entries.extend(argument.reshape(-1).bare())
    return made
