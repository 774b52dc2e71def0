"""Running claims: the evidence for each, and the verdict that follows from it."""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Generator, Sequence
from functools import singledispatch
from pathlib import Path

from hypothesis import Phase, Verbosity, settings
from hypothesis.errors import Flaky, HypothesisException, Unsatisfiable

from vae_verify.extras import of_import
from verify.certificates import shelf
from verify.certificates.checker import Unproven
from verify.claims.attack import attack, further, unjudged
from verify.claims.claim import Claim
from verify.claims.counterexample import Counterexample, Refutation
from verify.claims.entry import Entry, Verdict
from verify.claims.signatures import Instance
from verify.judging.judge import OPEN
from verify.judging.statements import ClaimError
from verify.notation import first_line
from verify.registry.declare import universal
from verify.registry.sources import Source, find
from verify.registry.studies import Study, said
from verify.running.profiles import COMMON
from verify.running.result import Result
from verify.running.watch import Exhausted, Watch
from verify.simplify import simplify
from verify.workers import interruption
from verify.workers.limits import MEMORY, limit_memory
from verify.workers.processes import FORKED
from verify.workers.supervision import Arguments, Lost, note, supervised
from verify.writing.refutations import AT, error_text, refutation_text

_ANOTHER = "judged again at one instance it is another claim: its body draws, looks at a clock, or remembers"


def search_settings(max_examples: int, explicit: bool = True) -> settings:
    """Return the Hypothesis settings of a run: quiet, repeatable from its seed, without a database."""
    phases = (*(Phase.explicit,) * explicit, Phase.generate, Phase.shrink)
    return settings(
        COMMON, max_examples=max_examples, database=None, derandomize=False, verbosity=Verbosity.quiet, phases=phases
    )


def run_claim(entry: Entry, max_examples: int, seed: int) -> Result:
    """Gather the evidence for one entry: its kept certificate, or judged examples and its proof; or its study."""
    started = time.perf_counter()
    result = Result(entry.id, Verdict.ERROR, entry.expected)
    try:
        _gather(entry, result, max_examples, seed)
    except interruption.Interrupted:
        raise
    except BaseException as error:  # sys.exit and pytest.skip are no judgement either
        result.verdict, result.message = Verdict.ERROR, _reason(error, entry)
    result.seconds = time.perf_counter() - started
    return result


def _reason(error: BaseException, entry: Entry) -> str:
    """Say in one line what went wrong in a claim."""
    if isinstance(error, (Exhausted, MemoryError)):
        return "the claim needs more memory than it may have: add --memory"
    return error_text(error, entry)


@singledispatch
def _gather(entry: Entry, result: Result, max_examples: int, seed: int) -> None:
    """Gather the evidence for an entry, and judge it."""
    raise TypeError(f"nothing is known of what judges {type(entry).__name__}")


@_gather.register
def _(study: Study, result: Result, max_examples: int, seed: int) -> None:
    evidence = study.evidence(seed)
    result.examples, result.certain = evidence.examples, evidence.certain
    result.indistinguishable = evidence.examples - evidence.certain - evidence.violations
    result.verdict, result.message = study.verdict(evidence), said(evidence)


@_gather.register
def _(claim: Claim, result: Result, max_examples: int, seed: int) -> None:
    if claim.expected is Verdict.REFUTED:
        try:
            _recheck(shelf.kept(claim), result)
        except Unproven as error:
            result.unkept = result.message = str(error)
    if result.verdict is not Verdict.REFUTED:
        watch = Watch(claim, result)
        found = _search(claim, watch, max_examples, seed)
        if found is not None:
            _refute(found, watch, result)
        else:
            _conclude(claim, watch, result)
            if result.verdict is Verdict.HOLDS and claim.proof is not None:
                _prove(claim, result)
            alone = len(watch.presumed) == result.examples  # the proof speaks, and no example with it
            if watch.presumed and (result.underived or alone) and result.verdict is not Verdict.ERROR:
                said = "; ".join(filter(None, [result.message, _open(watch.presumed)]))
                result.verdict, result.message = Verdict.UNDECIDED, said
    if result.verdict is Verdict.REFUTED is claim.expected:
        _qualify(claim, result, max_examples, seed)


def _recheck(found: Counterexample, result: Result) -> None:
    """Take the refutation from the certificate that is kept."""
    result.verdict, result.certificate = Verdict.REFUTED, str(found.claim.certificate_file)
    result.examples, result.certain, result.bits = 1, 1, found.judgement.precision or None


def _qualify(claim: Claim, result: Result, max_examples: int, seed: int) -> None:
    """Hold a refuted claim to what it says of its refutation: by a universal claim, or at a corner alone."""
    if claim.universal:
        every, proof = universal(claim), Result(claim.id, Verdict.ERROR, Verdict.PROVED)
        _gather(every, proof, max_examples, seed)  # a proof of what is false has shown something else
        if proof.verdict is Verdict.HOLDS:
            _prove(every, proof)
        if proof.verdict is not Verdict.PROVED:
            result.verdict, result.message = Verdict.ERROR, f"by {claim.universal}: {proof.message}"
            result.underived = proof.underived
    if claim.corner:
        away = Result(claim.id, Verdict.ERROR, Verdict.HOLDS)
        _gather(claim.away, away, max_examples, seed)
        result.examples += away.examples
        result.certain += away.certain
        result.indistinguishable += away.indistinguishable
        if away.verdict not in (Verdict.HOLDS, Verdict.PROVED):
            result.verdict = Verdict.ERROR
            result.message = f"away from its corner ({claim.corner}) it does not hold: {away.verdict}: {away.message}"


def _search(claim: Claim, watch: Watch, max_examples: int, seed: int) -> Counterexample | None:
    """Judge examples until one refutes, and further ones while none comes to all that is stated."""

    def lack() -> str:
        return "" if watch.trouble or not watch.result.examples else _unjudged(claim, watch)

    found = _round(claim, watch, search_settings(max_examples), f"{seed}:{claim.id}")
    for number in further(lack):
        if found is not None:
            break
        found = _round(claim, watch, search_settings(max_examples, explicit=False), f"{seed}:{claim.id}:{number}")
    return found


def _unjudged(claim: Claim, watch: Watch) -> str:
    return unjudged(watch.met, watch.implied, claim.stated_at)


def _round(claim: Claim, watch: Watch, chosen: settings, seed: str) -> Counterexample | None:
    """Judge examples until one refutes; what goes wrong is noted."""
    derived = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big")
    try:
        attack(claim, watch.observe, chosen, derived, watch.judge, watch.discard)()
    except Refutation as refutation:
        return refutation.counterexample
    except Unsatisfiable:
        pass  # no example counts
    except Flaky:
        watch.trouble = _ANOTHER
    except HypothesisException as error:
        watch.trouble = f"no example: {first_line(error)}"
    except interruption.Interrupted:
        raise
    except BaseException as error:  # sys.exit and pytest.skip are no judgement either
        watch.trouble = _reason(error, claim) + (f"{AT}{watch.at!r}" if watch.at is not None else "")
    return None


def _refute(found: Counterexample, watch: Watch, result: Result) -> None:
    """Make a counterexample small, keep it, and take the refutation from its certificate alone."""
    with contextlib.suppress(Exhausted):  # then it stays as large as it is
        found = simplify(found, judge=watch.judge)
    path = watch.keep(found)
    try:
        result.message = refutation_text(shelf.load(path, found.claim), path)
        result.verdict = Verdict.REFUTED
    except Unproven as error:
        result.message = _fails(path, error)


def _fails(path: object, reason: object) -> str:
    return f"a refutation was found, but its certificate {path} fails: {reason}"


def _conclude(claim: Claim, watch: Watch, result: Result) -> None:
    """Say what follows from examples of which none refutes."""
    if watch.trouble:
        result.message = watch.trouble
    elif not result.examples:
        result.message = "no example satisfies the premises: construct them instead of assuming them"
    elif lack := _unjudged(claim, watch):
        result.message = lack
    elif watch.undecided:
        result.verdict, result.message = Verdict.UNDECIDED, _open(watch.undecided)
    else:
        result.verdict = Verdict.HOLDS


def _open(undecided: Sequence[Instance]) -> str:
    several = len(undecided) > 1
    count, first = (f"{len(undecided)} examples are", ", the first") if several else ("1 example is", "")
    return f"{count} undecided: {OPEN}{first}{AT}{undecided[0]!r}"


def _prove(claim: Claim, result: Result) -> None:
    """Derive the proof of a claim; where that lacks a package of an extra, the verdict stays that of the examples."""
    note(", in its proof")
    try:
        claim.prove()
        result.verdict = Verdict.PROVED
    except interruption.Interrupted:
        raise
    except BaseException as error:  # a proof that ends in sys.exit is none
        result.underived = of_import(error)
        if result.underived:
            result.message = f"its proof was not derived: {first_line(error)}"
            return
        result.verdict = Verdict.ERROR
        kind = "" if isinstance(error, ClaimError) else f"{type(error).__name__}: "
        result.message = f"the proof fails: {kind}{first_line(error)}"


PATIENCE, PATIENCE_OF_SLOW = 120.0, 3600.0
"""Seconds for 100 examples of a claim and for its proof: on a busy machine the slowest of the papers takes a fifth."""


def run_claims(
    entries: Sequence[Entry], max_examples: int, seed: int, jobs: int = 1, timeout: float | None = None,
    memory: float = MEMORY,
) -> Generator[Result]:  # fmt: skip
    """Run claims, in ``jobs`` processes that can be killed, and yield the results as they come.

    A claim may take ``timeout`` seconds and ``memory`` GiB; a study may have all memory that there is. What it does to
    its process costs no other claim its verdict: whatever is not as expected is judged again, in a new process, and a
    refutation that is new is one if its certificate holds in a process that has judged nothing.
    """
    known = {entry.id: entry for entry in entries}

    def patience(task: Arguments) -> float:
        usual = PATIENCE_OF_SLOW if known[task[0]].slow else PATIENCE
        return timeout or usual * max(1.0, max_examples / 100)

    def suspect(result: Result | Lost) -> bool:
        if isinstance(result, Lost):
            return True
        return not result.underived and (result.verdict is Verdict.ERROR or not result.as_expected)

    tasks = [(entry.id, None if FORKED else Source.of(entry), max_examples, seed, memory) for entry in entries]
    for (id, source, *_), result in supervised(_run_elsewhere, tasks, jobs, patience, suspect):
        if isinstance(result, Lost):
            result = Result(id, Verdict.ERROR, known[id].expected, seconds=result.seconds, message=_lost(result))  # noqa: PLW2901
        if result.verdict is Verdict.REFUTED and _is_new(result, known[id]):
            check = (id, source, result.certificate, memory)
            ((_, wrong),) = supervised(_check_elsewhere, [check], 1, patience, lambda _: False)
            if wrong:
                reason = f"in a new process: {_lost(wrong) if isinstance(wrong, Lost) else wrong}"
                result.verdict, result.message = Verdict.ERROR, _fails(result.certificate, reason)
        yield result


def _is_new(result: Result, entry: Entry) -> bool:
    """Say whether a refutation is by a certificate that was just found, and not kept before."""
    return isinstance(entry, Claim) and result.certificate != str(entry.certificate_file)


def _lost(lost: Lost) -> str:
    return f"{lost.how}{lost.place}" + (": add --timeout" if lost.late else "")


def _run_elsewhere(id: str, source: Source | None, max_examples: int, seed: int, memory: float) -> Result:
    entry = find(id, Entry, source)
    limit_memory(memory if entry.limited else None)
    return run_claim(entry, max_examples, seed)


def _check_elsewhere(id: str, source: Source | None, path: str, memory: float) -> str:
    """Check a certificate where nothing was judged before; return why it is none, or nothing."""
    claim = find(id, Claim, source)
    limit_memory(memory)
    try:
        shelf.load(Path(path), claim)
    except BaseException as error:  # sys.exit and pytest.skip are no refutation either
        return first_line(error) if isinstance(error, Unproven) else _reason(error, claim)
    return ""
