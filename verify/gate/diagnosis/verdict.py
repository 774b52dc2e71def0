"""The verdict on a reading: accepted with its convention named, a defect, or undecided."""

from __future__ import annotations

from dataclasses import replace

from verify.gate.diagnosis.beta import Beta, beta
from verify.gate.diagnosis.constants import Constant, is_sum, normaliser
from verify.gate.diagnosis.divergence import Divergence, divergence
from verify.gate.diagnosis.explained import Explained
from verify.gate.expectations import Expectations
from verify.gate.findings import Code, Finding
from verify.gate.forms.likelihoods import LAPLACE, Standing
from verify.gate.reading import DivergencePart, Reading, ReconstructionPart
from verify.gate.report import Report
from verify.gate.series import Series

_OF_MEAN = "0.5 * (mu**2).sum(-1), once"
_HALVES = (Code.KL_HALF_MISSING, Code.KL_HALF_TWICE)
_KINDS = {"gaussian": "Gaussian", "bernoulli": "Bernoulli", "laplace": "Laplace"}


def judge(known: Explained, declared: Expectations, report: Report) -> None:
    """Fill in what follows from a reading; findings and doubts that the report has already count."""
    reading = known.reading
    error, part = reading.reconstruction, reading.divergence
    weight = error.weights[0] if error is not None else None
    if error is not None:
        _reconstruction(error, declared, report)
    found = divergence(part, weight, reading.offset, declared) if part is not None else None
    if part is not None and found is not None:
        _divergence(part, found, declared, report)
    ratio = _beta(known, found, declared, report)
    report.offset = _text(reading.offset)
    report.optimises = _optimises(error, found, known)
    if found is not None and error is not None and found.weight is not None and not report.findings:
        _reduction(_scale(error, found.weight, declared), declared, report)
    if error is None and reading.separable and not report.findings:
        report.undecided.append(_half_decided(found))
    if ratio is not None and ratio.holds and error is not None and found is not None and found.weight is not None:
        report.assumed += found.assumed
        report.convention = _convention(known, error, found, found.weight, ratio, declared)
        if error.likelihood.gaussian and "up to the constant" in report.convention and _may_be_learned(ratio):
            report.assumed.append("the variance of the decoder is fixed: the constant is not what a learned one needs")
    if found is not None and not found.text and error is not None and not report.findings:
        report.convention = f"{_decoder(error, Beta(None), declared)} alone, without a KL, as declared"
    if not (report.findings or report.undecided or report.convention):
        report.undecided.append(_not_known(reading))
    report.outcome = "defect" if report.findings else "undecided" if report.undecided else "accepted"


def _may_be_learned(ratio: Beta) -> bool:
    """Say whether the variance of the decoder is no plain convention, but a number that may be a parameter."""
    return ratio.decoder_variance is not None and str(ratio.decoder_variance.formula) not in ("1", "1/2")


def _not_known(reading: Reading) -> str:
    if not reading.separable:
        return "the loss is no sum of a reconstruction error and a divergence"
    return "the part that depends on mu and logvar is no divergence that the gate knows"


def _text(series: Series | None) -> str | None:
    return None if series is None or series.formula is None else str(series.formula)


def _reconstruction(part: ReconstructionPart, declared: Expectations, report: Report) -> None:
    likelihood = part.likelihood
    report.likelihood = likelihood.name
    report.coefficients["reconstruction"] = _text(part.weights[0])
    if part.weights[0].zero:
        differs = any(each.kind is Code.GRADIENT for each in report.findings)  # and the gradient may well depend on it
        report.findings += [] if differs else [Finding(Code.ERROR_MISSING, "")]
    elif likelihood.standing is Standing.WRONG:
        code = next(code for code in Code if code.code == likelihood.finding)
        weights = " + ".join(
            f"({weight.text})·{term.text}" for weight, term in zip(part.weights, likelihood.terms, strict=True)
        )
        report.findings.append(Finding(code, f"it is {weights}"))
    elif likelihood.standing is Standing.UNJUDGED:
        report.undecided.append(f"the reconstruction error is {likelihood.name}: {likelihood.standing.value}")
    if declared.decoder_variance is not None and not likelihood.gaussian:
        told = f"declared {declared.decoder_variance}, and a decoder that is {likelihood.name} has none of its own"
        report.findings.append(Finding(Code.VARIANCE, told, "no such declaration"))
    if declared.likelihood is not None and not likelihood.name.startswith(_KINDS[declared.likelihood]):
        told = f"declared {declared.likelihood}, it is {likelihood.name}"
        report.findings.append(Finding(Code.LIKELIHOOD, told))


def _divergence(part: DivergencePart, found: Divergence, declared: Expectations, report: Report) -> None:
    report.coefficients |= {
        "mean": _text(part.mean),
        "variance": _text(part.variance),
        "log_variance": _text(part.log_variance),
    }
    report.findings += found.findings
    if part.head.name != "log-variance" and not (part.variance.zero and part.log_variance.zero):
        report.assumed.append(f"the second head is the {part.head.name}: so the KL reads it")
    if declared.head is not None and declared.head != part.head.name:
        report.findings.append(Finding(Code.HEAD, f"declared {declared.head!r}, the KL reads it as {part.head.name!r}"))
    report.prior_variance = "1" if found.weight is not None and not found.posterior_fixed else None
    if found.prior_variance is not None:
        report.prior_variance = _text(found.prior_variance)
    if declared.prior_variance is not None and found.weight is not None:
        own = found.prior_variance
        wanted = declared.prior_variance
        if not (own.equals(wanted) if own is not None else str(wanted) in ("1", "1.0")):
            told = f"declared {wanted}, the KL is to N(0, {report.prior_variance}·I)"
            report.findings.append(Finding(Code.PRIOR, told))


def _beta(known: Explained, found: Divergence | None, declared: Expectations, report: Report) -> Beta | None:
    reading = known.reading
    error, part = reading.reconstruction, reading.divergence
    if error is None or part is None or found is None:
        return None
    weight = found.weight or next((w for w in (part.mean, part.log_variance, part.variance) if not w.zero), part.mean)
    gaussian = error.likelihood.gaussian
    judged = beta(error.weights[0], weight, reading.offset, found.constant, declared, error.likelihood)
    if found.posterior_fixed:
        judged.findings = [
            replace(f, repair=f.repair.replace(Code.KL_HALF_MISSING.repair, _OF_MEAN)) for f in judged.findings
        ]
    if judged.ratio is not None:
        formula = judged.ratio.formula
        shape = next(iter(judged.ratio.values))
        report.effective_beta = {
            "value": formula(shape) if formula is not None else judged.ratio.values[shape],
            "formula": _text(judged.ratio),
            "at": {"n": shape.n, "d": shape.d, "k": shape.k},
        }
        if gaussian and judged.decoder_variance is not None and found.weight is not None:
            report.decoder_variance = _text(judged.decoder_variance)
    if (
        (known.far or error.likelihood.standing is not Standing.RIGHT)
        and found.weight is not None
        and not found.findings
    ):
        sizes = judged.ratio is not None and judged.ratio.formula is not None and judged.ratio.formula.constant is None
        summed = len(error.weights) == 1 and error.likelihood.finding != Code.ERROR_COUPLES.code
        report.findings += judged.findings if sizes and summed else []  # of a root of it all no size is to be told
        return judged if judged.holds else None  # of what is no likelihood no constant β can be told
    if known.free and declared.beta is None and judged.ratio is not None:
        _any_constant(judged)
    shape_only = [f for f in judged.findings if f.kind not in (Code.BETA, Code.VARIANCE, Code.KL_SIGN, *_HALVES)]
    report.findings += judged.findings if found.weight is not None else shape_only
    scale = _scale(error, weight, declared) if judged.holds else error.weights[0]
    report.scale = _text(scale)
    return judged


def _any_constant(judged: Beta) -> None:
    """Let any constant be the weight of a capacity, which is no β."""
    formula = None if judged.ratio is None or judged.ratio.sign <= 0 else judged.ratio.formula
    if formula is not None and formula.constant is not None:
        judged.holds, judged.findings, judged.decoder_variance = True, [], None


_SCALES = {"1": "averaged over the batch", "n": "summed over the batch"}


def _reduced(scale: str | None) -> str:
    if scale is None:
        return "times a weight that is no formula of n, d, k"
    return _SCALES.get(scale, f"times {scale}, averaged over the batch")


def _scale(error: ReconstructionPart, weight: Series, declared: Expectations) -> Series:
    """Return the weight of the KL over the β that is expected: that of the error, at the variance of the decoder."""
    ratio = weight / error.weights[0]
    return weight if ratio is None else error.weights[0] * ratio.over(declared.expected_beta)


def _reduction(scale: Series, declared: Expectations, report: Report) -> None:
    if declared.reduction is None:
        return
    if not scale.equals(declared.reduction):
        wanted = _reduced(str(declared.reduction))
        report.findings.append(Finding(Code.REDUCTION, f"declared: {wanted}; it is {_reduced(_text(scale))}"))


def _half_decided(found: Divergence | None) -> str:
    if found is None or found.weight is None or found.findings:
        return "the reconstruction error is none that the gate knows"
    return f"the reconstruction error is none that the gate knows; the KL part is right, weight {found.weight.text}"


def _optimises(error: ReconstructionPart | None, found: Divergence | None, known: Explained) -> str:
    """Return the objective as a formula, its weights relative to that of the reconstruction error."""
    reading = known.reading
    if not reading.separable:
        return ""
    part = reading.divergence
    second = "a function of mu and logvar" if found is None else found.text or "no KL"
    second = known.instead or second
    if error is None:
        weight = f"({found.weight.text})·" if found is not None and found.weight is not None else ""
        return f"a function of x̂ and x  +  {weight}{second}"
    first = error.likelihood.terms[0].text
    scale = error.weights[0]
    unit = str(scale.formula) == "1"
    if len(error.weights) > 1:
        first = " + ".join(f"({w.text})·{t.text}" for w, t in zip(error.weights, error.likelihood.terms, strict=True))
        return f"{first}  +  ({found.weight.formula if found and found.weight else 1})·{second}"
    if part is None or found is None or found.weight is None:
        return f"{'' if unit else f'({scale.text})·'}{first}  +  {second}"
    ratio = found.weight / scale
    if ratio is not None and str(ratio.formula) == "1/2" and error.likelihood.gaussian:
        return f"{first.removeprefix('½')}  +  {second},   {_reduced(_text(found.weight))}"
    factor = "" if ratio is None else "" if str(ratio.formula) == "1" else f"({ratio.text})·"
    return f"{first}  +  {factor}{second},   {_reduced(_text(scale))}"


def _convention(
    known: Explained,
    error: ReconstructionPart,
    found: Divergence,
    weight: Series,
    ratio: Beta,
    declared: Expectations,
) -> str:
    expected = declared.expected_beta
    scale = _scale(error, weight, declared)
    own = str(expected) in ("1", "1.0")
    if known.free:
        first, scale = (
            f"distance of the KL from a capacity, weighted by {_text(ratio.ratio or scale)}",
            error.weights[0],
        )
    else:
        first = "negative ELBO" if own else f"β-VAE objective with β = {expected}"
    parts = [
        first,
        _reduced(_text(scale)),
        _decoder(error, ratio, declared),
    ]
    if found.posterior_fixed:
        parts.append("posterior of fixed variance")
    if found.prior_variance is not None:
        parts.append(f"prior variance {found.prior_variance.text}")
    if known.named:
        parts.append(known.named)
    return ", ".join([*parts, _constants(known.reading, scale, found, ratio)])


def _decoder(error: ReconstructionPart, ratio: Beta, declared: Expectations) -> str:
    if not error.likelihood.gaussian or ratio.decoder_variance is None:
        scale = "" if error.likelihood is not LAPLACE or ratio.ratio is None else _of_scale(ratio.ratio, declared)
        return f"{error.likelihood.name} decoder{scale}"
    return f"{error.likelihood.name} decoder of variance {ratio.decoder_variance.text}"


def _of_scale(ratio: Series, declared: Expectations) -> str:
    scale = _text(ratio.over(declared.expected_beta))
    return "" if scale in ("1", None) else f" of scale {scale}"


def _constants(reading: Reading, scale: Series, found: Divergence, ratio: Beta) -> str:
    offset = reading.offset
    if offset is None:
        return "constants not told"
    none: Constant = lambda s: 0.0  # noqa: E731
    kl = [found.constant.values.__getitem__] if found.constant is not None else [none]
    variance = ratio.decoder_variance
    if (
        variance is not None
        and variance.sign > 0
        and is_sum(offset, kl, [normaliser(scale, variance.values.__getitem__)])
    ):
        return "constants in full"
    if is_sum(offset, [*kl, none], [none]):
        return "constants left out"
    return f"up to the constant {offset.text}" if offset.formula is not None else "up to a constant"
