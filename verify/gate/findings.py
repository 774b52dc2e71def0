"""What can be wrong with a loss: the codes of all findings, which are stable, and what mends each."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from verify.gate.behaviourcodes import BehaviourCode
from verify.gate.slipcodes import SlipCode


class Code(Enum):
    """The code of a finding, what it says, and what mends it."""

    def __init__(self, code: str, meaning: str, repair: str) -> None:
        self.code, self.meaning, self.repair = code, meaning, repair

    # the weight of the divergence
    KL_OVER_LATENTS = (
        "kl-averaged-over-latents",
        "the KL is a mean over the latent variables, where their sum is due",
        ".sum(-1) for .mean(-1)",
    )
    KL_TIMES_LATENTS = (
        "kl-multiplied-by-latents",
        "the KL, a sum over the latent variables, is multiplied by their number",
        "leave the factor out",
    )
    ERROR_OVER_FEATURES = (
        "reconstruction-averaged-over-features",
        "the reconstruction error is a mean over the features, where their sum is due",
        "sum over the features: ((x - recon) ** 2).sum(-1) for F.mse_loss(recon, x)",
    )
    ERROR_TIMES_FEATURES = (
        "reconstruction-multiplied-by-features",
        "the reconstruction error, a sum over the features, is multiplied by their number",
        "leave the factor out",
    )
    KL_OVER_FEATURES = (
        "kl-divided-by-features",
        "the KL is divided by the number of features, and the reconstruction error is not",
        "divide both, or neither",
    )
    KL_TIMES_FEATURES = (
        "kl-multiplied-by-features",
        "the KL is multiplied by the number of features, and the reconstruction error is not",
        "multiply both, or neither",
    )
    ERROR_OVER_LATENTS = (
        "reconstruction-weighted-by-latents",
        "the weight of the reconstruction error depends on the number of latent variables",
        "leave the factor out",
    )
    BATCH_SIZE = (
        "batch-size-in-beta",
        "the two terms are reduced over the batch in different ways, so that β changes with its size",
        "reduce both terms over the batch in the same way: .sum(-1).mean() of each",
    )
    SHAPE = ("beta-depends-on-shape", "β depends on the sizes of the tensors", "sum over features and over latents")
    BETA = (
        "beta-differs",
        "β is another constant than the one that is expected",
        "mend the factor of one of the terms, or declare what is meant",
    )
    ESTIMATED = (
        "beta-differs-in-expectation",
        "by estimates, β or the shape of the KL is another than what is expected",
        "the closed form of the KL, which needs no sample",
    )
    KL_HALF_MISSING = (
        "kl-half-missing",
        "the KL is weighted twice: its ½ is missing, or it is counted two times",
        "0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(-1), once",
    )
    KL_HALF_TWICE = (
        "kl-half-twice",
        "the KL has its ½ twice, beside a reconstruction error that has it once",
        "leave one of the factors ½ out; or, if the variance of the decoder is meant to be ½, declare decoder_variance",
    )
    KL_SIGN = (
        "kl-sign",
        "the KL has the wrong sign: minimised, the loss is unbounded below in mu and logvar",
        "reconstruction + kl, where kl = -0.5 * (1 + logvar - mu**2 - logvar.exp()).sum(-1)",
    )
    NEGATED = (
        "negated",
        "the value is the evidence lower bound itself, which is unbounded below: to be maximised, not minimised",
        "return minus the value",
    )
    ERROR_SIGN = (
        "reconstruction-sign",
        "the reconstruction error has the wrong sign: the loss is unbounded below in the reconstruction",
        "add the error to the KL",
    )
    KL_MISSING = (
        "kl-missing",
        "the loss has no KL: nothing in it depends on mu and logvar as the divergence does",
        "add the KL of the posterior of this batch; or declare beta=0",
    )
    ERROR_MISSING = (
        "reconstruction-missing",
        "the loss does not depend on the reconstruction",
        "add the reconstruction error",
    )
    # the shape of the divergence
    MEAN_MISSING = ("mean-term-missing", "the KL lacks the term in mu²", "add mu**2 to the sum")
    VARIANCE_MISSING = (
        "variance-term-missing",
        "the KL lacks the term in σ² = exp(logvar): as logvar → ∞ the loss is unbounded below",
        "add logvar.exp() to the sum",
    )
    LOG_MISSING = (
        "log-variance-term-missing",
        "the KL lacks the term in logvar: nothing keeps the posterior variance from 0",
        "subtract logvar in the sum",
    )
    VARIANCE_TERMS_MISSING = (
        "variance-terms-missing",
        "the KL has no variance terms: nothing keeps a variance that is learned from 0",
        "the whole KL; or, if the variance is fixed, declare posterior_variance",
    )
    MEAN_SIGN = (
        "mean-term-sign",
        "the term in mu² has the wrong sign: the loss is unbounded below in mu",
        "+ mu**2 in the KL",
    )
    VARIANCE_SIGN = (
        "variance-term-sign",
        "the term in σ² = exp(logvar) has the wrong sign: the loss is unbounded below as logvar → ∞",
        "+ logvar.exp() in the KL",
    )
    LOG_SIGN = (
        "log-variance-term-sign",
        "the term in logvar has the wrong sign: the posterior variance is pushed to 0",
        "- logvar in the KL",
    )
    KL_SHAPE = (
        "kl-shape",
        "the terms of the KL have different weights: no single one makes it a KL",
        "0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(-1)",
    )
    # declarations
    PRIOR = (
        "prior-variance-differs",
        "the variance of the prior is not the one declared",
        "mend it, or the declaration",
    )
    LIKELIHOOD = ("likelihood-differs", "the likelihood is not the one declared", "mend it, or the declaration")
    VARIANCE = (
        "decoder-variance-differs",
        "the variance of the decoder is not the one declared",
        "mend it, or the declaration",
    )
    REDUCTION = ("reduction-differs", "the loss is reduced in another way than declared", "mend it, or the declaration")
    POSTERIOR = (
        "posterior-variance-differs",
        "the posterior variance is declared as fixed, and the loss depends on the second head",
        "the KL in mu alone, or no declaration",
    )
    HEAD = ("head-differs", "the second head is not what is declared", "mend the KL, or the declaration")
    # the reconstruction
    SWAPPED = (
        "arguments-swapped",
        "the reconstruction error is linear in the reconstruction, and so has no minimum: input and target are swapped",
        "binary_cross_entropy(recon, x): the reconstruction first",
    )
    SIGMOID_TWICE = (
        "sigmoid-twice",
        "the reconstruction goes through a sigmoid twice, and so can come near neither 0 nor 1",
        "binary_cross_entropy_with_logits of the logits themselves",
    )
    VARIANCE_AS_DEVIATION = (
        "variance-as-standard-deviation",
        "the MSE, which is the optimal variance of the decoder, is taken for its standard deviation",
        "log_sigma = 0.5 * mse.log()",
    )
    ERROR_COUPLES = (
        "reconstruction-couples-samples",
        "the reconstruction error of a sample depends on the other samples of the batch",
        "reduce over the batch last",
    )
    # what the value does not show
    GRADIENT = (
        "gradient-differs",
        "what is optimised, the gradient, is that of another loss than the value",
        "no detach, .item() or no_grad on the way; or declare surrogate=True",
    )
    NO_GRADIENT = (
        "no-gradient",
        "the value has no gradient: nothing is optimised",
        "no detach, .item(), .numpy() or no_grad on the way",
    )
    COUPLES_SAMPLES = (
        "couples-samples",
        "the KL of a sample depends on the other samples of the batch",
        "reduce over the batch last",
    )
    COUPLES_LATENTS = (
        "couples-latents",
        "the KL of a latent variable depends on the others",
        "sum over the latent variables last",
    )
    STATE = (
        "keeps-state",
        "the value changes from call to call: the loss keeps state",
        "pass what changes as an argument",
    )


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: in which way here, and where it can be seen."""

    kind: Code | SlipCode | BehaviourCode
    detail: str
    repair: str = ""
    certificate: dict[str, Any] | None = field(default=None, compare=False)

    @property
    def code(self) -> str:
        """The stable code."""
        return self.kind.code

    @property
    def message(self) -> str:
        """What is wrong, and in which way here, each once."""
        if not self.detail or self.detail.startswith(self.kind.meaning):
            return self.detail or self.kind.meaning
        return f"{self.kind.meaning}: {self.detail}"

    def json(self) -> dict[str, Any]:
        """As the contract says."""
        return {
            "code": self.code,
            "message": self.message,
            "repair": self.repair or self.kind.repair,
            "certificate": self.certificate,
        }
