"""The codes of what the value of a loss alone does not show: its knobs, schedule, modes, sampler, masks."""

from __future__ import annotations

from enum import Enum


class BehaviourCode(Enum):
    """The code of a finding, what it says, and what mends it."""

    def __init__(self, code: str, meaning: str, repair: str) -> None:
        self.code, self.meaning, self.repair = code, meaning, repair

    KNOB_IGNORED = (
        "knob-ignored",
        "an argument that is named like the weight of the KL changes nothing",
        "reconstruction + beta * kl, or leave the argument out",
    )
    KNOB_MISPLACED = (
        "knob-misplaced",
        "an argument that is named like the weight of the KL is not what β is proportional to",
        "reconstruction + beta * kl: the argument once, on the KL alone",
    )
    SCHEDULE_UNFINISHED = (
        "schedule-unfinished",
        "at the default, which is taken for the end of training, β is below what its schedule reaches",
        "a warm-up that ends before training does; or the last step as the default",
    )
    SCHEDULE_FALLS = (
        "schedule-falls",
        "β falls as training goes on",
        "min(1, epoch / warm_up) for the weight of the KL",
    )
    SCHEDULE_UNBOUNDED = (
        "schedule-unbounded",
        "β grows with every step, without end",
        "min(1, step / warm_up) for the weight of the KL",
    )
    MODES = (
        "modes-differ",
        "in eval mode the loss is another than in train mode, and not only for what is drawn",
        "the same terms and weights in both modes",
    )
    SAMPLER = (
        "sampler-and-kl-disagree",
        "what is sampled is another posterior than that of which the KL is taken",
        "read the second head alike in both: mu + (0.5 * logvar).exp() * eps where the KL has logvar",
    )
    NOT_SAMPLED = (
        "nothing-sampled",
        "in train mode the decoder is given the mean, and no sample: what is optimised is no bound",
        "decode mu + (0.5 * logvar).exp() * eps",
    )
    NORMALISER_MISSING = (
        "normaliser-missing",
        "the scale of the decoder weighs the error, and its normaliser is not there: it grows without end",
        "add d * log_sigma, for each sample",
    )
    NORMALISER_WRONG = (
        "normaliser-wrong",
        "the normaliser of the decoder is not that of the scale that weighs the error",
        "d * log_sigma for each sample, beside ½‖x−x̂‖²/σ²",
    )
    SCALE_NOT_SQUARED = (
        "scale-not-squared",
        "the error is weighted by 1/σ, where the normaliser is that of 1/σ²",
        "divide the squared error by σ²",
    )
    MASKED_COUNTED = (
        "masked-entries-counted",
        "the loss depends on what the mask hides",
        "(err * mask).sum(-1), and only sizes that the mask counts in a denominator",
    )
    MASK_IN_BETA = (
        "mask-in-beta",
        "β changes with the number of entries that the mask hides",
        "sum over the entries that count; or the same denominator below both terms",
    )
