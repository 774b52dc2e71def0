"""Stating claims: ``@claim`` turns a body into an ordinary Hypothesis test, which pytest collects, and registers it."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import replace
from typing import Any, TypeVar

from reference.dimensions import DimensionError
from vae_verify import CLAIM, is_own
from verify.certificates import shelf
from verify.claims.attack import attack, unjudged
from verify.claims.claim import Claim
from verify.claims.counterexample import Counterexample
from verify.claims.entry import Entry, Kind, Verdict
from verify.claims.signatures import Instance, Signature
from verify.judging.judge import OPEN, Judgement, Outcome
from verify.judging.statements import ClaimError
from verify.judging.vacuous import Implied

REGISTRY: dict[str, Entry] = {}

_stated: ContextVar[set[str] | None] = ContextVar("stated", default=None)
"""The ids that the file has stated so far that is being loaded."""

_OF_STUDIES = (Verdict.SIMULATED, Verdict.MEASURED, Verdict.CONTRADICTED)
"""The verdicts that no claim on instances has."""

Ids = str | Sequence[str]
"""The id of one claim, or those of several."""


class Observer:
    """Sees what a test judges: it writes a counterexample down at once, and refuses what stays undecided."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.forget()

    def __call__(self, instance: Instance, judgement: Judgement) -> None:
        """See one judgement."""
        if judgement.outcome is Outcome.REFUTED:
            with contextlib.suppress(Exception):  # what is wrong is told with the counterexample, when the test is over
                shelf.keep(Counterexample(self.claim, instance, judgement))
        if self.claim.is_left_open(judgement):
            raise ClaimError(f"{self.claim.id} is undecided at {judgement.precision} bits: {OPEN}")
        self._judged = True
        self._told |= judgement.outcome is not Outcome.UNDECIDED
        self._met |= not judgement.vacuous
        self._implied |= judgement.implied

    def discard(self, judgement: Judgement) -> None:
        """Note which premise is not met."""
        self._implied |= judgement.implied

    def forget(self) -> None:
        """Begin anew."""
        self._judged = self._told = self._met = False
        self._implied = Implied()

    @property
    def unjudged(self) -> str:
        """What of the claim was not judged, in words, or nothing: what follows from premises that are false, or all."""
        if self._judged and not self._told:
            return f"every example is undecided, so that its proof would speak alone: {OPEN}"
        return unjudged(self._met, self._implied, self.claim.stated_at) if self._judged else ""


def claim(
    id: str,
    statement: str,
    *,
    label: str = "",
    kind: str = "identity",
    expected: str = "holds",
    slow: bool = False,
    corrects: str | None = None,
    sharpens: Ids = (),
    implies: Ids = (),
    rests_on: Ids = (),
    proof: Callable[[], None] | None = None,
    same_as: str | None = None,
    corner: str | None = None,
    reading: str | None = None,
    universal: str | None = None,
) -> Callable[[Callable[..., Any]], Callable[[], None]]:
    """Register the decorated body as a claim and return the Hypothesis test of it.

    Args:
        id: ``paper/label``, unique.
        statement: what is printed, in LaTeX.
        label: where it is printed; without it, made of the id.
        kind: one of identity, inequality, optimality, equivalence, limit, flow, experiment.
        expected: the verdict that a run should give.
        slow: leave the claim out unless asked for.
        corrects: the id of the printed claim that this one corrects.
        sharpens: the id of a true claim of which this one states more, or those of several.
        implies: those of claims that follow from this one.
        rests_on: those of claims that its proof uses.
        proof: a function that derives the claim symbolically, by ``verify.proving.show``, which raises where it fails.
        same_as: of a refuted claim, the id of another that is wrong by the same slip, and is counted instead.
        corner: of a refuted claim, where alone it fails, as in "r = 0"; ``corner`` in its body says the same.
        reading: of a refuted claim, how it was read, where another reading is true.
        universal: of a refuted claim whose certificate is no counterexample by itself, the proved claim that refutes.

    Raises:
        ClaimError: an argument without a domain, dimensions that do not fit, an id that is taken or malformed.
    """

    def decorate(body: Callable[..., Any]) -> Callable[[], None]:
        def stated(**fields: Any) -> Claim:
            if expected in _OF_STUDIES:
                raise ClaimError(f"{expected} is what a study or an experiment ends in: expect another")
            if expected != Verdict.REFUTED and (name := next((name for name in wrong if wrong[name]), None)):
                raise ClaimError(f"{name} is said of a claim that is expected to be refuted, and this one is not")
            return Claim(signature=Signature(body), proof=proof, **fields)

        wrong = {"same_as": same_as, "corner": corner, "reading": reading, "universal": universal}
        entry = register(
            stated, id, statement, body, label=label, kind=kind, expected=expected, slow=slow, corrects=corrects,
            sharpens=sharpens, implies=implies, rests_on=rests_on, **wrong,
        )  # fmt: skip
        entry.explicit = _Examples(entry.signature, getattr(body, "hypothesis_explicit_examples", []))
        return _test(entry)

    return decorate


def _test(claim: Claim) -> Callable[[], None]:
    observer = Observer(claim)
    test: Any = attack(claim, observer, discard=observer.discard)
    vars(test).update(decorations(claim.body))
    setattr(test, CLAIM, claim)
    test.observer = observer
    return test  # type: ignore[no-any-return]


def away_test(claim: Claim) -> Callable[[], None]:
    """Return the test that a claim holds away from its corner."""
    return _test(claim.away)


_Made = TypeVar("_Made", bound=Entry)


def register(
    make: Callable[..., _Made], id: str, statement: str, body: Callable[..., Any], *, label: str, kind: str,
    expected: str, sharpens: Ids = (), implies: Ids = (), rests_on: Ids = (), **further: Any,
) -> _Made:  # fmt: skip
    """Add what ``make`` makes of the fields of an entry to the registry; raises ClaimError as ``claim`` does."""
    if not re.fullmatch(r"[\w.+-]+(/[\w.+-]+)?", id):
        raise ClaimError(f"the id {id!r} is not of the form paper/label, of letters, digits, '.', '-' and '_'")
    previous = REGISTRY.get(id)
    if previous is not None and _place(previous.body) != _place(body):
        raise ClaimError(f"the id {id} is taken by {'::'.join(_place(previous.body))}: choose another")
    if previous is not None and (id in (_stated.get() or ()) or _is_another(previous.body, body)):
        raise ClaimError(f"the id {id} is taken by another {body.__name__} of this file: choose another")
    if previous is None and is_own(body.__module__):
        file = id.replace("/", "_")
        if twin := next((other for other in REGISTRY if other.replace("/", "_") == file), None):
            raise ClaimError(f"{id} and {twin} would have one file of counterexamples, {file}.json: choose another id")
    try:
        if (verdict := Verdict(expected)) is Verdict.SURVIVED:
            raise ClaimError("survived is what a hunt says, and no verdict of a run: expect another")
        entry = make(
            id=id, statement=statement, body=body, label=label or _label(id), kind=Kind(kind), expected=verdict,
            sharpens=_several(sharpens), implies=_several(implies), rests_on=_several(rests_on), **further,
        )  # fmt: skip
        _refuse_wrong_relations(entry)
    except (DimensionError, NameError, SyntaxError, ValueError, TypeError, AttributeError, ClaimError) as error:
        raise ClaimError(f"{id}: {error}") from error
    REGISTRY[id] = entry
    if (stated := _stated.get()) is not None:
        stated.add(id)
    return entry


def _several(ids: Ids) -> tuple[str, ...]:
    return (ids,) if isinstance(ids, str) else tuple(ids)


def _refuse_wrong_relations(entry: Entry) -> None:
    """Raise ClaimError for a claim that is related to itself, or twice to another."""
    for relation, ids in entry.relations.items():
        if entry.id in ids:
            raise ClaimError(f"a claim is not related to itself: this one {relation} itself")
        if twice := next((id for id in ids if ids.count(id) > 1), None):
            raise ClaimError(f"it {relation} {twice} twice")
    if both := next((id for id in entry.sharpens if id in entry.implies), None):
        raise ClaimError(f"it sharpens and implies {both}: say one of the two")


def universal(claim: Claim) -> Claim:
    """Return the claim that refutes one whose certificate does not; raises ClaimError if there is none with a proof."""
    found = REGISTRY.get(claim.universal or "")
    if not isinstance(found, Claim) or found.expected is not Verdict.PROVED:
        raise ClaimError(f"{claim.id}: universal names {claim.universal}, which is no claim that is to be proved")
    return found


def decorations(body: Callable[..., Any]) -> dict[str, Any]:
    """Return what decorators below ``@claim`` left at its body: marks of pytest, settings and seeds of Hypothesis."""
    return {
        name: value
        for name, value in vars(body).items()
        if name == "pytestmark" or name.startswith("_hypothesis_internal_")
    }


def _place(body: Callable[..., Any]) -> tuple[str, str]:
    """Return what tells apart a claim that is loaded again from another claim of the same id."""
    return os.path.realpath(body.__code__.co_filename), body.__name__


def _is_another(one: Callable[..., Any], other: Callable[..., Any]) -> bool:
    """Say whether two functions of one name stand on different lines of one module that was run once."""
    same = getattr(one, "__globals__", None) is getattr(other, "__globals__", 0)
    return same and one.__code__.co_firstlineno != other.__code__.co_firstlineno


@contextlib.contextmanager
def loading() -> Iterator[None]:
    """Refuse that an id is stated twice inside the block, as by a loop: of two claims one would be judged."""
    token = _stated.set(set())
    try:
        yield
    finally:
        _stated.reset(token)


def _label(id: str) -> str:
    head, _, tail = (id.partition("/")[2] or id).partition(".")
    name = head.replace("eq-", "eq. ").replace("-", " ")
    return (name[:1].upper() if not name.startswith("eq") else "e") + name[1:] + (f", {tail}" if tail else "")


class _Examples(list[Any]):
    """What ``@example(A=[[1]], eps="1/2")`` appends to, turned into exact instances."""

    def __init__(self, signature: Signature, examples: list[Any]) -> None:
        super().__init__()
        self.signature = signature
        for item in examples:
            self.append(item)

    def append(self, item: Any) -> None:
        if item.args:
            raise ClaimError("an @example names its arguments, as in @example(A=[[1, 0]], eps='1/2')")
        if item.raises is not None:
            raise ClaimError("an @example is judged like any instance: state expected='refuted' instead of .xfail()")
        try:
            instance = self.signature.infer(item.kwargs)
        except (ValueError, TypeError, ArithmeticError) as error:
            raise ClaimError(f"an @example is outside the claim's domain: {error}") from None
        super().append(replace(item, kwargs={"instance": instance}))
