"""Running claims: the evidence for each, and the verdict that follows from it."""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Generator, Sequence
from copy import copy
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from hypothesis import Phase, Verbosity, settings
from hypothesis.errors import HypothesisException, Unsatisfiable

from verify.certificates import format as certificates
from verify.certificates.checker import Invalid, Malformed, check, parse, read
from verify.claims.signatures import Instance
from verify.files import somewhere
from verify.judging.judge import Judgement, Outcome
from verify.judging.statements import ClaimError
from verify.notation import first_line
from verify.registry.declare import Claim, Refutation, Verdict
from verify.registry.loading import Source, find
from verify.registry.studies import Study, said
from verify.running.profiles import COMMON
from verify.simplify.search import simplify
from verify.workers import interruption
from verify.workers.processes import MEMORY, limit_memory
from verify.workers.supervision import FORKED, Lost, Task, note, supervised
from verify.writing.refutations import AT, error_text, refutation_text


@dataclass
class Result:
    """What a run says of one claim.

    ``bits`` is the least to which indistinguishable sides agree, or the precision at which a kept certificate refutes:
    None where that is decided in exact fractions.
    """

    id: str
    verdict: Verdict
    expected: Verdict
    examples: int = 0
    certain: int = 0
    indistinguishable: int = 0
    bits: int | None = None
    seconds: float = 0.0
    certificate: str | None = None
    message: str = ""

    @property
    def as_expected(self) -> bool:
        """Whether the verdict is the one that the claim declares."""
        return self.verdict == self.expected

    def json(self) -> dict[str, Any]:
        """Return the result in the form of the JSON contract."""
        return asdict(self) | {"seconds": round(self.seconds, 3)}


class _Watched:
    """A claim under attack: it counts judgements, writes counterexamples down, and says what is being judged."""

    def __init__(self, claim: Claim, result: Result) -> None:
        self.claim, self.result = copy(claim), result
        self.claim.judge = self._judge  # type: ignore[method-assign]
        self._original = claim
        self.at: Instance | None = None
        """The instance that is being judged, or whose judgement failed."""
        self.undecided: list[Instance] = []

    def _judge(self, instance: Instance) -> Judgement:
        interruption.check()
        self.at = instance
        note(f"{AT}{instance!r}")
        try:
            judgement = self._original.judge(instance)
        except MemoryError as error:
            raise _Exhausted from error
        self.at = None
        note("")
        return judgement

    def observe(self, claim: Claim, instance: Instance, judgement: Judgement) -> None:
        result = self.result
        if judgement.outcome is Outcome.REFUTED:
            try:
                keep = partial(certificates.keep, claim, instance, judgement)
                result.certificate = str(somewhere(keep, certificates.DIRECTORY))
            except OSError as error:
                raise ClaimError(f"{claim.id} is false{AT}{instance!r}, but that cannot be written: {error}") from error
            return
        result.examples += 1
        result.certain += judgement.outcome is Outcome.CERTAIN
        if judgement.outcome is Outcome.UNDECIDED:
            self.undecided.append(instance)
        if judgement.outcome is Outcome.INDISTINGUISHABLE:
            result.indistinguishable += 1
            result.bits = min(judgement.bits, result.bits or judgement.bits)


class _Exhausted(BaseException):
    """There is no memory left; Hypothesis does not look for a simpler instance of that."""


def search_settings(max_examples: int) -> settings:
    """Return the Hypothesis settings of a run: quiet, repeatable from its seed, without a database."""
    phases = (Phase.explicit, Phase.generate, Phase.shrink)
    return settings(
        COMMON, max_examples=max_examples, database=None, derandomize=False, verbosity=Verbosity.quiet, phases=phases
    )


def run_claim(claim: Claim, max_examples: int, seed: int) -> Result:
    """Gather the evidence for one claim: its saved certificate, or judged examples and its proof."""
    started = time.perf_counter()
    claim.rational = True  # whatever was judged before, so that the counts depend on the seed alone
    result = Result(claim.id, Verdict.ERROR, claim.expected)
    try:
        if isinstance(claim, Study):
            _study(claim, result, seed)
        elif claim.expected is not Verdict.REFUTED or not _recheck(claim, result):
            _attack(claim, result, max_examples, seed)
            if result.verdict is Verdict.HOLDS and claim.proof is not None:
                _prove(claim, result)
    except interruption.Interrupted:
        raise
    except BaseException as error:  # sys.exit and pytest.skip are no judgement either
        result.verdict, result.message = Verdict.ERROR, _reason(error, claim)
    result.seconds = time.perf_counter() - started
    return result


def _reason(error: BaseException, claim: Claim) -> str:
    """Say in one line what went wrong in a claim."""
    if isinstance(error, (_Exhausted, MemoryError)):
        return "the claim needs more memory than it may have: add --memory"
    return error_text(error, claim)


def _recheck(claim: Claim, result: Result) -> bool:
    path = claim.certificate_file
    try:
        judgement = check(parse(read(path)), {claim.id: claim})
    except OSError:
        result.message = f"no certificate is kept at {path}"
        return False
    except (Malformed, Invalid) as error:
        result.message = f"the certificate kept at {path} fails: {error}"
        return False
    result.verdict, result.certificate = Verdict.REFUTED, str(path)
    result.examples, result.certain, result.bits = 1, 1, judgement.precision or None
    return True


def _study(claim: Study, result: Result, seed: int) -> None:
    evidence = claim.study(seed)
    result.examples, result.certain = evidence.examples, evidence.certain
    result.indistinguishable = evidence.examples - evidence.certain - evidence.violations
    result.verdict, result.message = claim.verdict(evidence), said(evidence)


def _attack(claim: Claim, result: Result, max_examples: int, seed: int) -> None:
    watched = _Watched(claim, result)
    derived = hashlib.sha256(f"{seed}:{claim.id}".encode()).digest()
    try:
        watched.claim.test(watched.observe, search_settings(max_examples), int.from_bytes(derived[:8], "big"))()
    except Refutation as found:
        with contextlib.suppress(_Exhausted):  # then it stays as large as it is
            watched.observe(claim, *simplify(watched.claim, found.instance, found.judgement))
        _confirm(claim, result)
        return
    except Unsatisfiable:
        pass  # no example counts
    except HypothesisException as error:
        result.message = f"no example: {first_line(error)}"
        return
    except interruption.Interrupted:
        raise
    except BaseException as error:  # sys.exit and pytest.skip are no judgement either
        result.message = _reason(error, claim) + (f"{AT}{watched.at!r}" if watched.at is not None else "")
        return
    if not result.examples:
        result.message = "no example satisfies the premises: construct them instead of assuming them"
    elif watched.undecided:
        result.verdict = Verdict.UNDECIDED
        count, first = len(watched.undecided), watched.undecided[0]
        result.message = f"{count} examples are undecided: their enclosures stay too wide, the first{AT}{first!r}"
    else:
        result.verdict = Verdict.HOLDS


def _confirm(claim: Claim, result: Result) -> None:
    """Take a refutation from its certificate alone: the search is not trusted."""
    path = Path(result.certificate or "")
    try:
        data = parse(read(path))
        judgement = check(data, {claim.id: claim})
    except (OSError, Malformed, Invalid) as error:
        result.message = f"a refutation was found, but its certificate {path} fails: {error}"
        return
    result.verdict = Verdict.REFUTED
    instance = claim.signature.decode(data["inputs"], data["dimensions"])
    result.message = refutation_text(claim, instance, judgement, path)


def _prove(claim: Claim, result: Result) -> None:
    note(", in its proof")
    try:
        claim.prove()
        result.verdict = Verdict.PROVED
    except interruption.Interrupted:
        raise
    except BaseException as error:  # a proof that ends in sys.exit is none
        result.verdict = Verdict.ERROR
        kind = "" if isinstance(error, ClaimError) else f"{type(error).__name__}: "
        result.message = f"the proof fails: {kind}{first_line(error)}"


PATIENCE, PATIENCE_OF_SLOW = 120.0, 3600.0
"""Seconds for 100 examples of a claim and for its proof: on a busy machine the slowest of the papers takes a fifth."""


def run_claims(
    claims: Sequence[Claim], max_examples: int, seed: int, jobs: int = 1, timeout: float | None = None,
    memory: float = MEMORY,
) -> Generator[Result]:  # fmt: skip
    """Run claims, in ``jobs`` processes that can be killed, and yield the results as they come.

    A claim may take ``timeout`` seconds and ``memory`` GiB; a study may have all memory that there is. What it does to
    its process costs no other claim its verdict: whatever is not as expected is judged again, in a new process.
    """
    known = {claim.id: claim for claim in claims}

    def patience(task: Task) -> float:
        usual = PATIENCE_OF_SLOW if known[task[0]].slow else PATIENCE
        return timeout or usual * max(1.0, max_examples / 100)

    def suspect(result: Result | Lost) -> bool:
        return isinstance(result, Lost) or result.verdict is Verdict.ERROR or not result.as_expected

    tasks = [(claim.id, None if FORKED else Source.of(claim), max_examples, seed, memory) for claim in claims]
    for (id, *_), result in supervised(_run_elsewhere, tasks, jobs, patience, suspect):
        if isinstance(result, Lost):
            message = f"{result.how}{result.place}" + (": add --timeout" if result.late else "")
            result = Result(id, Verdict.ERROR, known[id].expected, seconds=result.seconds, message=message)  # noqa: PLW2901
        yield result


def _run_elsewhere(id: str, source: Source | None, max_examples: int, seed: int, memory: float) -> Result:
    claim = find(id, source)
    limit_memory(None if isinstance(claim, Study) else memory)
    return run_claim(claim, max_examples, seed)
