"""Claims: typed functions that state what a paper prints, and the registry of them all.

``@claim`` turns a body into an ordinary Hypothesis test: pytest collects it, ``@example`` and ``@settings`` apply.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import inspect
import os
import re
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import assume, given, settings
from hypothesis import seed as seeded

from reference.arithmetic.exact import Irrational
from reference.dimensions import DimensionError
from vae_verify import CLAIM
from verify.certificates import format as certificates
from verify.claims.signatures import Instance, Signature
from verify.judging.judge import Judgement, Outcome, judge_exactly, judge_in_balls
from verify.judging.statements import ClaimError


class Kind(StrEnum):
    """What a claim says."""

    @classmethod
    def _missing_(cls, value: object) -> Kind:
        raise ValueError(f"{value!r} is no kind of claim: choose one of {', '.join(cls)}")

    IDENTITY = "identity"
    INEQUALITY = "inequality"
    OPTIMALITY = "optimality"
    EQUIVALENCE = "equivalence"
    LIMIT = "limit"
    FLOW = "flow"
    EXPERIMENT = "experiment"


class Verdict(StrEnum):
    """What the evidence says of a claim."""

    @classmethod
    def _missing_(cls, value: object) -> Verdict:
        raise ValueError(f"{value!r} is no verdict: choose one of {', '.join(cls)}")

    PROVED = "proved"
    HOLDS = "holds"
    REFUTED = "refuted"
    SIMULATED = "simulated"
    MEASURED = "measured"
    CONTRADICTED = "contradicted"
    UNDECIDED = "undecided"
    ERROR = "error"


class Refutation(AssertionError):
    """A certainly false statement at an exact instance."""

    def __init__(self, claim: Claim, instance: Instance, judgement: Judgement) -> None:
        super().__init__(f"{claim.id} is refuted")
        self.claim, self.instance, self.judgement = claim, instance, judgement


@dataclass(eq=False)
class Claim:
    """One statement of a paper, its body, and the verdict that is expected of it."""

    id: str
    statement: str
    body: Callable[..., Any]
    signature: Signature
    label: str
    kind: Kind
    expected: Verdict
    slow: bool
    corrects: str | None
    proof: Callable[[], None] | None
    rational: bool = True
    """Whether the body has so far been free of functions without rational values."""
    explicit: list[Any] = field(default_factory=list)
    """What ``@example`` puts before what is generated, in Hypothesis's form and order: the last first."""

    same_as: str | None = None
    """The id of the claim that is wrong by the same slip: the errata count the two once."""

    @property
    def paper(self) -> str:
        """The part of the id before the slash."""
        return self.id.partition("/")[0]

    @property
    def source_file(self) -> Path:
        """The file that states the claim."""
        return Path(inspect.getsourcefile(self.body) or "")

    @property
    def certificate_file(self) -> Path:
        """Where the certificate of a refuted claim is kept: beside the file that states it."""
        return self.source_file.parent / "certificates" / f"{self.id.partition('/')[2] or self.id}.json"

    @property
    def examples(self) -> list[Instance]:
        """The explicit examples, as they are written from the top down."""
        return [item.kwargs["instance"] for item in reversed(self.explicit)]

    @cached_property
    def digest(self) -> str:
        """A digest of the claim's source: its arguments and body, without comments, docstring and layout."""
        (function,) = ast.parse(textwrap.dedent(inspect.getsource(self.body))).body
        if not isinstance(function, ast.FunctionDef):
            raise ClaimError(f"{self.id} is no function that is defined with def")
        function.decorator_list = []
        if ast.get_docstring(function) is not None:
            del function.body[0]
        return hashlib.sha256(ast.unparse(function).encode()).hexdigest()

    def prove(self) -> None:
        """Derive the claim symbolically; raises AssertionError where that fails, ClaimError where it cannot be told."""
        if self.proof is None:
            raise ClaimError(f"{self.id} has no proof")
        if sys.flags.optimize:
            raise ClaimError("python -O drops the assertions of which a proof is made: run without -O, PYTHONOPTIMIZE")
        if self.proof() is not None:  # such as a generator, of which nothing has run
            raise ClaimError("a proof asserts, and returns nothing")

    def judge(self, instance: Instance) -> Judgement:
        """Judge the claim at one instance; raises ClaimError if it is not well posed there. A note says where."""
        try:
            return self._judge(instance)
        except Exception as error:
            error.add_note(f"{self.id} at {instance!r}")
            raise

    def _judge(self, instance: Instance) -> Judgement:
        if self.rational:
            try:
                return judge_exactly(self.body, instance.realise)
            except ZeroDivisionError:
                pass  # it may stand in a branch that is not taken: balls carry it as NaN
            except Irrational as function:
                self.rational = str(function) == "sqrt"  # a root may be rational at the next instance, a log not
        return judge_in_balls(self.body, instance.realise)

    def test(
        self,
        observe: Callable[[Claim, Instance, Judgement], None],
        profile: settings | None = None,
        seed: int | None = None,
    ) -> Callable[[], None]:
        """Return the Hypothesis test of this claim, which shows each judgement to ``observe``."""

        def test(instance: Instance) -> None:
            judgement = self.judge(instance)
            assume(judgement.outcome is not Outcome.DISCARDED)
            observe(self, instance, judgement)
            if judgement.outcome is Outcome.REFUTED:
                raise Refutation(self, instance, judgement)

        test.__name__ = test.__qualname__ = self.body.__name__
        test.__module__, test.__doc__ = self.body.__module__, self.body.__doc__
        run: Any = given(instance=self.signature.strategy())(test)
        run.hypothesis_explicit_examples = self.explicit
        run = profile(run) if profile else run
        return seeded(seed)(run) if seed is not None else run  # type: ignore[no-any-return]


REGISTRY: dict[str, Claim] = {}


def keep_counterexamples(entry: Claim, instance: Instance, judgement: Judgement) -> None:
    """Write a counterexample down the moment it is certified; refuse an instance that even the ceiling leaves open."""
    if judgement.outcome is Outcome.REFUTED:
        with contextlib.suppress(Exception):  # what is wrong is told with the counterexample, when the test is over
            certificates.keep(entry, instance, judgement)
    if judgement.outcome is Outcome.UNDECIDED:
        raise ClaimError(f"{entry.id} is undecided at {judgement.precision} bits: its sides are known too loosely")


def claim(
    id: str,
    statement: str,
    *,
    label: str = "",
    kind: str = "identity",
    expected: str = "holds",
    slow: bool = False,
    corrects: str | None = None,
    proof: Callable[[], None] | None = None,
    same_as: str | None = None,
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
        proof: a function that derives the claim symbolically and raises AssertionError where it fails.
        same_as: of a refuted claim, the id of another that is wrong by the same slip, and is counted instead.

    Raises:
        ClaimError: an argument without a domain, dimensions that do not fit, an id that is taken or malformed.
    """

    def decorate(body: Callable[..., Any]) -> Callable[[], None]:
        entry = register(
            Claim, id, statement, body, Signature, label=label, kind=kind, expected=expected, slow=slow,
            corrects=corrects, proof=proof, same_as=same_as,
        )  # fmt: skip
        entry.explicit = _Examples(entry.signature, getattr(body, "hypothesis_explicit_examples", []))
        test: Any = entry.test(keep_counterexamples)
        vars(test).update(decorations(body))
        setattr(test, CLAIM, entry)
        return test  # type: ignore[no-any-return]

    return decorate


_Kept = TypeVar("_Kept", bound=Claim)


def register(
    entry: type[_Kept], id: str, statement: str, body: Callable[..., Any], signature: Callable[[Any], Signature],
    *, label: str, kind: str, expected: str, **further: Any,
) -> _Kept:  # fmt: skip
    """Add a claim of the class ``entry`` to the registry; raises ClaimError as ``claim`` does."""
    if not re.fullmatch(r"[\w.+-]+(/[\w.+-]+)?", id):
        raise ClaimError(f"the id {id!r} is not of the form paper/label, of letters, digits, '.', '-' and '_'")
    previous = REGISTRY.get(id)
    if previous is not None and _place(previous.body) != _place(body):
        raise ClaimError(f"the id {id} is taken by {'::'.join(_place(previous.body))}: choose another")
    try:
        kept = entry(
            id, statement, body, signature(body), label or _label(id), Kind(kind), Verdict(expected), **further
        )
    except (DimensionError, NameError, SyntaxError, ValueError, TypeError, AttributeError, ClaimError) as error:
        raise ClaimError(f"{id}: {error}") from error
    REGISTRY[id] = kept
    return kept


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
