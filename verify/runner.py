"""Running claims: the evidence for each, and the verdict that follows from it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Generator, Sequence
from concurrent.futures import as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event
from typing import Any

from hypothesis import Phase, Verbosity, settings
from hypothesis.errors import HypothesisException, Unsatisfiable

from verify import certificates
from verify.checker import Invalid, Malformed, check, parse, read
from verify.claims import REGISTRY, Claim, Refutation, Verdict
from verify.executors import Workers, processes
from verify.explain import error_text, first_line, refutation_text
from verify.instances import Instance
from verify.inventory import select
from verify.judge import Judgement, Outcome
from verify.profiles import COMMON
from verify.simplify import simplify
from verify.studies import Study, against
from verify.truth import ClaimError


@dataclass
class Result:
    """What a run says of one claim.

    ``bits`` is the least to which indistinguishable sides agree, or the precision at which a kept certificate refutes.
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


class _Tally:
    """Counts judgements and writes counterexamples down as they are certified."""

    def __init__(self, result: Result) -> None:
        self.result = result
        self.undecided = 0

    def observe(self, claim: Claim, instance: Instance, judgement: Judgement) -> None:
        if interruption.is_set():
            raise KeyboardInterrupt
        result = self.result
        if judgement.outcome is Outcome.REFUTED:
            try:
                result.certificate = str(certificates.keep(claim, instance, judgement))
            except OSError as error:
                raise ClaimError(f"a counterexample was found but cannot be written down: {error}") from error
            return
        result.examples += 1
        result.certain += judgement.outcome is Outcome.CERTAIN
        self.undecided += judgement.outcome is Outcome.UNDECIDED
        if judgement.outcome is Outcome.INDISTINGUISHABLE:
            result.indistinguishable += 1
            result.bits = min(judgement.bits, result.bits or judgement.bits)


interruption = Event()
"""Set when the user interrupts: an exception raised inside a garbage collection would be lost."""


def interrupt(*_: object) -> None:
    """Handle the signal of an interruption."""
    interruption.set()
    raise KeyboardInterrupt


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
    if isinstance(claim, Study):
        _study(claim, result, seed)
    elif claim.expected is not Verdict.REFUTED or not _recheck(claim, result):
        _attack(claim, result, max_examples, seed)
        if result.verdict is Verdict.HOLDS and claim.proof is not None:
            _prove(claim, result)
    result.seconds = time.perf_counter() - started
    return result


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
    result.examples, result.certain, result.bits = 1, 1, judgement.precision
    return True


def _study(claim: Study, result: Result, seed: int) -> None:
    try:
        evidence = claim.study(seed)
    except Exception as error:
        result.message = error_text(error, claim)
        return
    result.examples, result.certain = evidence.examples, evidence.certain
    result.indistinguishable = evidence.examples - evidence.certain - evidence.violations
    result.verdict = claim.expected if evidence.supports else Verdict.UNDECIDED
    result.message = evidence.summary if evidence.supports else against(evidence)


def _attack(claim: Claim, result: Result, max_examples: int, seed: int) -> None:
    tally = _Tally(result)
    derived = hashlib.sha256(f"{seed}:{claim.id}".encode()).digest()
    try:
        claim.test(tally.observe, search_settings(max_examples), int.from_bytes(derived[:8], "big"))()
    except Refutation as found:
        tally.observe(claim, *simplify(claim, found.instance, found.judgement))
        _confirm(claim, result)
        return
    except Unsatisfiable:
        pass  # no example counts
    except HypothesisException as error:
        result.message = f"no example: {first_line(error)}"
        return
    except ClaimError as error:
        result.message = str(error)
        return
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # sys.exit and pytest.skip are no judgement either
        result.message = error_text(error, claim)
        return
    if not result.examples:
        result.message = "no example satisfies the premises: construct them instead of assuming them"
    elif tally.undecided:
        result.verdict = Verdict.UNDECIDED
        result.message = f"{tally.undecided} examples are undecided: their enclosures stay too wide"
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
    try:
        claim.prove()
        result.verdict = Verdict.PROVED
    except Exception as error:
        result.verdict = Verdict.ERROR
        kind = "" if isinstance(error, ClaimError) else f"{type(error).__name__}: "
        result.message = f"the proof fails: {kind}{first_line(error)}"


def run_claims(
    claims: Sequence[Claim], targets: Sequence[str], max_examples: int, seed: int, jobs: int
) -> Generator[Result]:
    """Run the claims that ``targets`` chose, in ``jobs`` processes, and yield the results as they come."""
    if jobs == 1:
        for claim in claims:
            yield run_claim(claim, max_examples, seed)
        return
    own = [target for target in targets if target.partition("::")[0].endswith(".py")]
    with Workers(lambda: processes(jobs)) as workers:
        futures = {workers.submit(_run_elsewhere, claim.id, own, max_examples, seed): claim for claim in claims}
        for future in as_completed(futures):
            try:
                yield future.result()
            except BrokenProcessPool:
                died = "a process died, of this claim or of one beside it: run them one by one"
                yield Result(futures[future].id, Verdict.ERROR, futures[future].expected, message=died)


def _run_elsewhere(id: str, own: Sequence[str], max_examples: int, seed: int) -> Result:
    if id not in REGISTRY:
        select(own)
    return run_claim(REGISTRY[id], max_examples, seed)
