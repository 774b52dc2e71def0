"""What is judged of a variant of a claim, and the certificate that refutes it."""

from properties.engine.helpers.claims import counterexample
from verify.certificates.format import certificate


def refuting(claim, **values):
    """Return the certificate of a claim, or variant, at an instance."""
    return certificate(counterexample(claim, claim.signature.infer(values)))


def outcome(claim, **values):
    return claim.judge(claim.signature.infer(values)).outcome
