"""The codes of slips in the terms of a divergence, and of what is done to it before it is summed."""

from __future__ import annotations

from enum import Enum

_WHOLE = "0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(-1)"


class SlipCode(Enum):
    """The code of a finding, what it says, and what mends it."""

    def __init__(self, code: str, meaning: str, repair: str) -> None:
        self.code, self.meaning, self.repair = code, meaning, repair

    # a term is another
    MEAN_ABSOLUTE = ("mean-absolute", "the mean enters by its absolute value", "mu**2 in the KL")
    MEAN_NOT_SQUARED = ("mean-not-squared", "the mean enters by another function than its square", "mu**2 in the KL")
    PRIOR_MEAN = ("prior-mean", "the KL is to a prior whose mean is not 0", "mu**2 in the KL")
    STD_FOR_VARIANCE = ("std-for-variance", "σ = exp(logvar/2) stands where σ² is due", "logvar.exp() in the KL")
    VARIANCE_SQUARED = ("variance-squared", "σ⁴ stands where σ² is due", "logvar.exp() in the KL")
    PRECISION = ("precision-for-variance", "1/σ² or 1/σ stands where σ² is due", "logvar.exp() in the KL")
    ROOT = ("root-of-variance", "a root of the head stands where the variance is due", _WHOLE)
    MISSING_LOG = (
        "missing-log",
        "the KL takes what is σ for log σ², and so is least where σ is not that of the prior",
        "the logarithm of the head: logvar = 2 * std.log()",
    )
    LOG_OF_LOG = ("log-of-log-variance", "the logarithm is taken of a logarithm", _WHOLE)
    LOG_SQUARED = ("log-variance-squared", "the square of logvar stands in the KL", _WHOLE)
    LOG_ABSOLUTE = ("log-variance-absolute", "the absolute value of logvar stands in the KL", _WHOLE)
    PRODUCT = ("product-for-difference", "a product of σ² and log σ² stands in the KL", _WHOLE)
    SOFTPLUS = (
        "softplus-for-exp",
        "σ is a softplus of what the KL takes for log σ²",
        "logvar = 2 * F.softplus(head).log(), once, for the sampler and the KL",
    )
    SWAPPED_HEADS = (
        "heads-swapped",
        "mu and logvar are exchanged in the KL",
        "mu first: it is the one that is squared",
    )
    MEAN_HELD = ("mean-held", "mu is clamped in the KL: nothing draws back what is beyond", "mu as it is, in the KL")
    REVERSE = (
        "reverse-kl",
        "it is KL(prior ‖ posterior): the arguments are swapped",
        "kl_divergence(posterior, prior)",
    )
    # sums in the wrong order
    SUM_SQUARE = ("sum-before-square", "the means are summed before they are squared", "mu.pow(2).sum(-1)")
    BATCH_SQUARE = ("batch-mean-before-square", "the means are averaged over the batch before they are squared", _WHOLE)
    DETERMINANT = ("determinant-for-trace", "the product of the variances stands where their sum is due", _WHOLE)
    BATCH_LOG = ("batch-mean-before-log", "the variances are averaged over the batch before the logarithm", _WHOLE)
    SUM_LOG = ("sum-before-log", "the variances are summed before the logarithm", _WHOLE)
    BATCH_EXP = ("batch-mean-before-exp", "the log-variances are averaged before the exponential", _WHOLE)
    AGGREGATE = (
        "kl-of-aggregate",
        "it is the divergence of all posteriors of the batch together: no sample has a cost of its own",
        "the KL of each sample, then the mean over the batch",
    )
    # weights
    AMONG_LATENTS = (
        "weights-differ-among-latents",
        "the latent variables have different weights in the KL",
        "sum over all latent variables alike",
    )
    AMONG_SAMPLES = (
        "weights-differ-among-samples",
        "the samples have different weights in the KL",
        "the mean over all samples",
    )
    AMONG_ELEMENTS = (
        "weights-differ-among-elements",
        "the elements have different weights in the KL",
        "sum over all alike",
    )
    FEATURES = (
        "weights-differ-among-features",
        "the features have different weights in the reconstruction error",
        "sum over all features alike",
    )
    ROWS = ("mask-on-one-term", "some samples count in one of the terms only", "mask both terms alike")
    FLOOR_ON_BATCH = (
        "floor-on-batch-mean",
        "the floor is on the KL of the whole batch: below it no sample gets any gradient of the KL",
        "free bits per latent: kl.mean(0).clamp(min=bits).sum()",
    )
    CEILING = (
        "kl-has-ceiling",
        "min where max is due: above the threshold the KL has no gradient",
        "torch.clamp(kl, min=bits)",
    )
    KINK = ("kl-has-kink", "a function of the KL that is none of free bits and capacity", "max(bits, kl), or |kl - C|")
    SQUARE = (
        "capacity-squared",
        "the square of the distance from the capacity: the effective β changes with the KL, and is 0 at it",
        "gamma * (kl - C).abs()",
    )
    UNBOUNDED = (
        "unbounded-below",
        "the loss falls without end",
        "mend the sign, or the term that is missing",
    )
    HEAD_HELD = (
        "term-clamped",
        "one of the terms of the KL is held where the other is not",
        "clamp logvar once, before anything is made of it",
    )


def slip_code(code: str) -> SlipCode:
    """Return the code of that name."""
    return next(each for each in SlipCode if each.code == code)
