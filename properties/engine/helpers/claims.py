"""Claims of no registry, and the verdict that follows from some evidence."""

from types import SimpleNamespace

from verify.claims.claim import Claim
from verify.claims.counterexample import Counterexample
from verify.claims.entry import Kind, Verdict
from verify.claims.signatures import Signature
from verify.registry.studies import Study


def claim_of(body):
    """Return a claim of no registry."""
    return Claim(
        id=body.__name__, statement="", body=body, label="", kind=Kind.INEQUALITY, expected=Verdict.REFUTED,
        signature=Signature(body),
    )  # fmt: skip


def verdict_of(evidence):
    """Return the verdict of a study that found this."""
    return Study.verdict(SimpleNamespace(kind=Kind.FLOW), evidence)


def counterexample(claim, instance):
    """Return the counterexample that an instance is; raises ValueError if the claim is not refuted there."""
    return Counterexample(claim, instance, claim.judge(instance))
