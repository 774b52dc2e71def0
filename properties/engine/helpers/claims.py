"""Claims of no registry, and the verdict that follows from some evidence."""

from types import SimpleNamespace

from hypothesis import Phase, settings

from vae_verify import CLAIM
from verify.claims.attack import attack
from verify.claims.claim import Claim
from verify.claims.counterexample import Counterexample, Refutation
from verify.claims.entry import Kind, Verdict
from verify.claims.signatures import Signature
from verify.registry.studies import Study
from verify.running.runner import search_settings


def claim_of(body):
    """Return a claim of no registry."""
    return Claim(
        id=body.__name__, statement="", body=body, label="", kind=Kind.INEQUALITY, expected=Verdict.REFUTED,
        signature=Signature(body),
    )  # fmt: skip


def body_of(test):
    """Return the body of the claim that a module declares under this name."""
    return getattr(test, CLAIM).body


def refuted(body):
    """Say whether one of the examples of a run refutes this body. Nothing is written down."""
    drawn = settings(search_settings(100), phases=[Phase.generate])
    try:
        attack(claim_of(body), lambda *_: None, drawn, seed=0)()
    except Refutation:
        return True
    return False


def verdict_of(evidence):
    """Return the verdict of a study that found this."""
    return Study.verdict(SimpleNamespace(kind=Kind.FLOW), evidence)


def counterexample(claim, instance):
    """Return the counterexample that an instance is; raises ValueError if the claim is not refuted there."""
    return Counterexample(claim, instance, claim.judge(instance))
