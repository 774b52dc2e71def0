"""Claims of no registry, and the verdict that follows from some evidence."""

from types import SimpleNamespace

from verify.claims.signatures import Signature
from verify.registry.declare import Claim, Kind, Verdict
from verify.registry.studies import Study


def claim_of(body):
    """Return a claim of no registry."""
    return Claim(
        body.__name__, "", body, Signature(body), "", Kind.INEQUALITY, Verdict.REFUTED, False, None, None
    )  # fmt: skip


def verdict_of(evidence):
    """Return the verdict of a study that found this."""
    return Study.verdict(SimpleNamespace(kind=Kind.FLOW), evidence)
