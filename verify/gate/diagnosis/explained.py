"""What follows from an explanation: of the parts of a loss that are none of the plain forms."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from verify.gate.divergence import Clamp, Explanation
from verify.gate.divergence.couplings import Couplings
from verify.gate.divergence.far import Far, Growth
from verify.gate.divergence.floors import Floor
from verify.gate.divergence.slips import is_divergence
from verify.gate.divergence.sums import Sum
from verify.gate.divergence.weights import Apart, Features
from verify.gate.findings import Code, Finding
from verify.gate.forms.divergences import LOG_VARIANCE, Head
from verify.gate.forms.likelihoods import GAUSSIAN
from verify.gate.reading import DivergencePart, Reading, ReconstructionPart
from verify.gate.report import Report
from verify.gate.series import Series
from verify.gate.slipcodes import SlipCode, slip_code

_HARMLESS = 4.0
"""A log-variance that is held no nearer than this to that of the prior is held where posteriors seldom are."""


@dataclass
class Explained:
    """A reading with what an explanation adds, and what to say of the heads' part."""

    reading: Reading
    named: str = ""
    """What the KL is held at, to be said beside the convention."""
    instead: str = ""
    """What stands in the place of the KL in the objective."""
    far: bool = False
    """Whether the weight of the error is that of large residuals only: no constant β can be told by it."""
    beside: bool = False
    """Whether a function of the data alone stands beside the error."""
    free: bool = False
    """Whether any constant weight of the divergence will do: that of a capacity is no β."""


def explained(reading: Reading, why: Explanation, report: Report) -> Explained:
    """Complete a reading by what was found beyond it; findings and doubts go into the report."""
    found = Explained(reading)
    masked = None
    if why.features is not None and _alike(why.features, why.apart):
        told = f"the samples have weights of their own, alike in both terms: {why.features.weighting.pattern}"
        report.undecided.append(told)
        return found
    if why.features is not None:
        masked = _features(why.features, found, report)
    if why.divergence is not None:
        found.reading = replace(found.reading, divergence=why.divergence)
        _doubt_held(why.divergence.head.name, report)
    if why.floor is not None:
        _floor(why.floor, found, report)
    if why.sum is not None and not is_divergence(why.sum):
        _sum(why.sum, why, report)
    if why.sum is not None and is_divergence(why.sum):
        report.undecided.append(f"near the prior it is a KL, far from it another function: {_written(why.sum)}")
        return found
    for slip in why.slips:
        written = f"; it is {_written(why.sum)}" if why.sum is not None else ""
        known = {"mean-missing": Code.MEAN_MISSING, "variance-missing": Code.VARIANCE_TERMS_MISSING}
        report.findings.append(Finding(known.get(slip.code) or slip_code(slip.code), f"{slip.message}{written}"))
    if why.apart is not None:
        _apart(why.apart, masked, found, report)
    for clamp in why.clamps:
        _clamp(clamp, report)
    if why.couplings is not None:
        _couplings(why.couplings, found.reading, report)
    if why.far is not None:
        _far(why.far, found, why, report)
    return found


def _divergence(head: Head | None, weight: Series) -> DivergencePart:
    return DivergencePart(head or LOG_VARIANCE, weight, weight, weight)


def _features(found: Features, into: Explained, report: Report) -> str | None:
    """Return among what the weights differ, if some entries count and others do not."""
    weighting = found.weighting
    part = ReconstructionPart(found.likelihood, (weighting.unit,), weighting.unit)
    into.reading = replace(into.reading, reconstruction=part)
    named = f"{found.likelihood.name}: weights differ among {weighting.among}: {weighting.pattern}"
    if weighting.pattern == "the same":
        report.assumed.append("a function of the data alone stands beside the reconstruction error")
        into.beside = True
        return None
    if weighting.among in ("features", "samples") and _is_mask(weighting.pattern):
        counted = f"of the {weighting.among}, those that count in the reconstruction error: {weighting.pattern}"
        report.assumed.append(f"{counted}; the others are masked or padded")
        return weighting.among if weighting.among == "samples" else None
    report.findings.append(Finding(SlipCode.FEATURES, named))
    if _has_no_unit(weighting.pattern):
        into.reading = replace(into.reading, reconstruction=None)  # there is no unit in which β could be told
    return None


def _has_no_unit(pattern: str) -> bool:
    """Say whether weights are listed as they are, at one of the shapes."""
    return pattern.startswith("different")


def _alike(error: Features, code: Apart | None) -> bool:
    """Say whether the samples have weights, none of them 0, that are the same in both terms."""
    other = None if code is None or code.head is None else code.weighting
    if other is None or error.weighting.among != "samples" or other.among != "samples":
        return False
    return error.weighting.pattern == other.pattern != "the same" and not _is_mask(other.pattern)


def _is_mask(pattern: str) -> bool:
    if pattern.startswith("different: "):
        numbers = {part.strip() for part in pattern.removeprefix("different: ").split(",")} - {"…"}
        return len(numbers) == 2 and "0" in numbers
    return pattern.startswith(("0 on", "only the", "all but", "every second"))


def _floor(found: Floor, into: Explained, report: Report) -> None:
    told = f"{found.text} with λ = {found.threshold.text}, {found.statistic.where}"
    into.named, into.instead = told, f"Σ {found.text}"
    offset = into.reading.offset and into.reading.offset.within(found.weight)
    into.reading = replace(into.reading, divergence=_divergence(found.head, found.weight), offset=offset)
    if found.kind == "floor":
        if found.statistic.where == "on the batch mean":
            report.findings.append(Finding(SlipCode.FLOOR_ON_BATCH, told))
    elif found.kind == "capacity":
        into.free = True
    else:
        codes = {"ceiling": SlipCode.CEILING, "square": SlipCode.SQUARE}
        slope = f", with the slope {found.below.text} below and {found.weight.text} above"
        told += slope if found.kind == "kink" else ""
        report.findings.append(Finding(codes.get(found.kind, SlipCode.KINK), told))
        if found.kind != "ceiling":
            into.reading = replace(into.reading, divergence=None)


def _written(found: Sum) -> str:
    pairs = zip(found.entries, found.weights, strict=True)
    written = " + ".join(f"({weight.text})·{entry.text}" for entry, weight in pairs).replace("+ (-", "− (")
    return f"{written}, with the second head h" if "h" in written else written


def _sum(found: Sum, why: Explanation, report: Report) -> None:
    """Add what is wrong with a sum of which no slip is known."""
    if why.slips:
        return
    if found.couples_samples or found.couples_latents:
        kind = Code.COUPLES_SAMPLES if found.couples_samples else Code.COUPLES_LATENTS
        report.findings.append(Finding(kind, f"it is {_written(found)}"))
    else:
        report.undecided.append(f"what depends on mu and logvar is known, and no KL: {_written(found)}")


def _apart(found: Apart, masked: str | None, into: Explained, report: Report) -> None:
    if found.prior is not None and found.head is not None:
        report.assumed.append("the prior is a Gaussian of its own for each latent variable, as the values say")
        into.named = "prior of its own for each latent variable"
        into.reading = replace(into.reading, divergence=_divergence(found.head, found.prior.weight))
        return
    if found.weighting is None:
        report.findings.append(Finding(SlipCode.REVERSE, ""))
        return
    weighting = found.weighting
    if weighting.among == "samples" and masked == "samples" and _is_mask(weighting.pattern):
        into.reading = replace(into.reading, divergence=_divergence(found.head, weighting.unit))
        return
    kinds = {"latents": SlipCode.AMONG_LATENTS, "samples": SlipCode.AMONG_SAMPLES}
    kind = SlipCode.REVERSE if found.code == "reverse-kl" else kinds.get(weighting.among, SlipCode.AMONG_ELEMENTS)
    unit = "" if _has_no_unit(weighting.pattern) else f", times {weighting.unit.text}"
    report.findings.append(Finding(kind, f"{weighting.pattern}{unit}"))


_OF_DEPARTED = {"departs": "the second head", "mean departs": "the mean", "both depart": "the nearer of the heads"}


def _clamp(found: Clamp, report: Report) -> None:
    near = any(end is not None and abs(end) < _HARMLESS for end in (found.low, found.high))
    named = f"{found}" if found.what.startswith("its ") else f"the {found}"
    if found.what in ("its variance", "its log-variance") and near:
        report.findings.append(Finding(SlipCode.HEAD_HELD, f"{found}"))
    elif found.what in _OF_DEPARTED and near:
        report.undecided.append(f"it is that KL only where {_OF_DEPARTED[found.what]} is in {found.range}")
    elif near and found.what == "not a number":
        report.undecided.append(f"the loss is no number where the second head is outside {found.range}")
    elif near:
        report.undecided.append(f"{named}: right if what is sampled has it so too")
    elif found.what == "not a number":
        report.assumed.append(f"the loss is no number where the second head is outside {found.range}")
    elif found.what in _OF_DEPARTED:
        report.assumed.append(f"the KL is another where {_OF_DEPARTED[found.what]} is outside {found.range}")
    else:
        report.assumed.append(f"{named}, out of the way")


def _doubt_held(name: str, report: Report) -> None:
    bounds = [float(text.replace("−", "-")) for text in re.findall(r"[-−]?\d+\.?\d*", name)]
    if ("kept" in name or "tanh" in name) and any(abs(bound) < _HARMLESS for bound in bounds):
        report.undecided.append(f"the KL reads its second head as {name}: right if what is sampled has it so too")


def _couplings(found: Couplings, reading: Reading, report: Report) -> None:
    if found.errors_of_samples and reading.reconstruction is None:
        report.findings.append(Finding(Code.ERROR_COUPLES, ""))
    if found.codes_of_samples:
        report.undecided.append("what a sample pays for its code depends on the codes of the other samples")
    elif found.codes_of_latents:
        report.undecided.append("what a latent variable pays depends on the others")


def _far(found: Far, into: Explained, why: Explanation, report: Report) -> None:
    reading = into.reading
    if reading.reconstruction is None and why.features is None:
        _far_reconstruction(found, into, report)
    if reading.divergence is None and not why.found:
        coupled = why.couplings is not None and why.couplings.codes_of_samples
        _far_divergence(found, coupled, report)


def _far_reconstruction(found: Far, into: Explained, report: Report) -> None:
    if found.reconstruction in (Growth.AFFINE, Growth.FALLS):
        kind = Code.SWAPPED if found.reconstruction is Growth.AFFINE else SlipCode.UNBOUNDED
        report.findings.append(Finding(kind, f"as the residual grows the loss goes {found.reconstruction.value}"))
    elif (weight := found.reconstruction_weight) is not None and not weight.zero and weight.formula is not None:
        report.assumed.append(f"with large residuals the loss grows like ({weight.text})·½‖x−x̂‖²")
        report.undecided.append("the reconstruction error is known only for large residuals")
        into.reading = replace(into.reading, reconstruction=ReconstructionPart(GAUSSIAN, (weight,), weight))
        into.far = True


def _far_divergence(found: Far, coupled: bool, report: Report) -> None:
    """Add what is wrong whatever the heads tell: a KL is no less than 0, and that of a sample is its own."""
    if found.mean in (Growth.AFFINE, Growth.FALLS):
        report.findings.append(Finding(SlipCode.UNBOUNDED, f"in mu it goes {found.mean.value}"))
    if found.mean is Growth.BOUNDED and coupled:
        report.findings.append(Finding(Code.KL_MISSING, "nothing grows like mu²: as mu → ∞ the loss is bounded"))
    for weight, where in ((found.log_variance_weight, "−∞"), (found.variance_weight, "∞")):
        if weight is not None and weight.sign < 0:
            report.findings.append(Finding(SlipCode.UNBOUNDED, f"as the second head → {where} it falls without end"))
