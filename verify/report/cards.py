"""One claim on the page: what is stated, what the run given says of it, and what stands behind that."""

from __future__ import annotations

import ast
import contextlib
import inspect
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from verify.certificates.checker import Unproven
from verify.claims.claim import Claim
from verify.claims.entry import PACKAGE, Entry, Verdict
from verify.registry.declare import REGISTRY
from verify.registry.neighbours import aside
from verify.registry.relations import related_to
from verify.registry.sources import at_home
from verify.report.files import Hunt
from verify.report.formulas import formula
from verify.report.prose import inline, paragraphs
from verify.report.refutation import Refutation, rechecked
from verify.running.record import Run
from verify.running.result import Result
from verify.writing.docstrings import first_sentence
from verify.writing.mathematics import mathematics
from verify.writing.refutations import run_command

NOT_JUDGED = "not judged"


@dataclass(frozen=True)
class Card:
    """What the page says of one claim. Without a result, or with one of another source, it is not judged."""

    claim: Entry
    result: Result | None
    digest: str | None
    """Of its source."""

    notes: Sequence[str] = ()
    refutation: Refutation | None = None
    hunts: Sequence[Hunt] = ()

    @property
    def id(self) -> str:
        """The claim's id, which is its address on the page too."""
        return self.claim.id

    @property
    def verdict(self) -> str:
        """The verdict of the run, or that there is none: nothing is called refuted without a certificate that holds."""
        return NOT_JUDGED if self.result is None or self.is_unproven else str(self.result.verdict)

    @property
    def is_unproven(self) -> bool:
        """Whether the run says refuted, and no certificate of it holds here."""
        return self.result is not None and self.result.verdict is Verdict.REFUTED and self.refutation is None

    @property
    def as_expected(self) -> bool:
        """Whether nothing was judged otherwise than the claim says."""
        return self.result is None or self.verdict == self.claim.expected

    @property
    def column(self) -> str:
        """Under what it is counted: its verdict, or how a refuted claim is wrong."""
        return self.claim.fault if self.verdict == Verdict.REFUTED else self.verdict

    @property
    def qualification(self) -> Markup | None:
        """At which corner a refuted claim fails, or by which reading."""
        text = self.claim.corner or self.claim.reading
        return None if text is None else inline(text)

    @cached_property
    def statement(self) -> Markup:
        """The statement as mathematics."""
        return formula(self.claim.statement)

    @cached_property
    def plain(self) -> str:
        """The statement in characters: what a search finds, and a title says."""
        return mathematics(self.claim.statement)

    @property
    def message(self) -> str:
        """What the run says of it in words: what a study saw, or what went wrong."""
        if self.result is None or self.refutation is not None:
            return ""
        return self.result.message

    @property
    def margin(self) -> float | None:
        """The least margin of its hunts."""
        return min((hunt.margin for hunt in self.hunts if hunt.margin is not None), default=None)

    @property
    def file(self) -> str:
        """Where it is stated: below the folder of the papers, or in a user's file."""
        path = self.claim.source_file
        if self.claim.is_own:
            return str(self.claim.shown_file)
        return "/".join([PACKAGE, *path.parts[len(path.parts) - path.parts[::-1].index(PACKAGE) :]])

    @cached_property
    def words(self) -> list[Markup]:
        """What the claim says of itself."""
        return paragraphs(self.claim.body)

    @cached_property
    def first(self) -> str:
        """The first sentence of that."""
        return first_sentence(self.claim.body)

    @property
    def sentence(self) -> Markup:
        """The same, on the page."""
        return inline(self.first)

    @property
    def proof(self) -> tuple[str, list[Markup]] | None:
        """The name of the proof, and the proof in words."""
        proof = self.claim.proof if isinstance(self.claim, Claim) else None
        return None if proof is None else (proof.__name__, paragraphs(proof))

    @property
    def arguments(self) -> list[tuple[str, str]]:
        """Of what it is claimed: each argument and its domain."""
        if not isinstance(self.claim, Claim):
            return []
        signature = self.claim.signature
        bounds = [(name, f"from {low} to {high}") for name, (low, high) in signature.bounds.items()]
        return [*((name, repr(domain)) for name, domain in signature.domains.items()), *bounds]

    @property
    def command(self) -> str:
        """The command that judges it."""
        return run_command(self.claim)

    @property
    def hunt_command(self) -> str | None:
        """The command that hunts a counterexample, where there are instances to hunt for."""
        return f"vae-verify hunt {self.claim.target}" if isinstance(self.claim, Claim) else None

    @cached_property
    def related(self) -> list[tuple[str, list[str]]]:
        """What it is to other claims, and they to it: in words, with their ids."""
        found = related_to(self.id, REGISTRY.values())
        inverse = [(relation.inverse, [other.id for other in others]) for relation, others in found.items()]
        return [*((str(relation), list(ids)) for relation, ids in self.claim.relations.items()), *inverse]

    @property
    def corrected_by(self) -> list[str]:
        """The ids of the claims that correct it."""
        return [other.id for other in REGISTRY.values() if other.corrects == self.id]

    @property
    def twins(self) -> list[str]:
        """The ids of those that are wrong by the same slip."""
        return [other.id for other in REGISTRY.values() if other.same_as == self.id]

    @cached_property
    def source(self) -> str:
        """The source of the body, without its docstring."""
        try:
            lines = textwrap.dedent(inspect.getsource(self.claim.body)).splitlines()
            (function,) = ast.parse("\n".join(lines)).body
        except (OSError, TypeError, SyntaxError, ValueError):
            return ""
        if not isinstance(function, ast.FunctionDef):
            return ""
        first = function.body[0]
        document = range(0) if ast.get_docstring(function) is None else range(first.lineno, (first.end_lineno or 0) + 1)
        return "\n".join(line for k, line in enumerate(lines, 1) if k >= function.lineno and k not in document)


def cards(claims: Sequence[Entry], run: Run, hunts: Mapping[str, Sequence[Hunt]]) -> list[Card]:
    """Return a card for each claim; certificates are checked on the way, and nothing else is judged."""
    found = []
    for claim in claims:
        at_home(claim)
        with aside():
            found.append(_card(claim, run, hunts.get(claim.id, ())))
    return found


def _may_be(verdict: Verdict, claim: Entry) -> bool:
    """Say whether a claim can be judged so: no proof is run where there is none, and no training where none is made."""
    if isinstance(claim, Claim):
        seen = verdict in (Verdict.SIMULATED, Verdict.MEASURED, Verdict.CONTRADICTED)
        return not seen and (verdict is not Verdict.PROVED or claim.proof is not None)
    return verdict not in (Verdict.PROVED, Verdict.HOLDS)


def _card(claim: Entry, run: Run, hunts: Sequence[Hunt]) -> Card:
    result, notes, digest = run.results.get(claim.id), [], None
    with contextlib.suppress(Exception):  # what is made by exec has no source
        digest = claim.digest
    if result is not None and (judged := run.sources.get(claim.id)) is not None and judged != digest:
        notes.append(f"The run judged another source of this claim, which it said {result.verdict}: judge it again.")
        result = None
    if result is not None and not _may_be(result.verdict, claim):
        notes.append(f"The run says {result.verdict}, which nothing that judges this claim could say: judge it again.")
        result = None
    refutation = None
    if result is not None and result.verdict is Verdict.REFUTED:
        try:
            if not isinstance(claim, Claim):
                raise Unproven(f"{claim.id} has no instances at which it could be refuted")
            refutation = rechecked(claim, claim.certificate_file, result.certificate)
        except Unproven as error:
            notes.append(f"The run says refuted, but no certificate of it could be checked again here: {error}.")
    return Card(claim, result, digest, notes, refutation, hunts)
