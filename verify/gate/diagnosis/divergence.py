"""Of the weights m, v, l of a divergence: which KL they are those of, or what is wrong with them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from verify.gate.diagnosis.constants import Constant, is_sum, normalisers
from verify.gate.expectations import Expectations
from verify.gate.findings import Code, Finding
from verify.gate.reading import DivergencePart
from verify.gate.series import Series


@dataclass
class Divergence:
    """A KL of some weight to N(0, s²), or what there is instead of one."""

    weight: Series | None
    """b, where it is b times a KL."""
    prior_variance: Series | None = None
    """s², where it is not 1."""
    posterior_fixed: bool = False
    text: str = "KL(N(μ, diag σ²) ‖ N(0, I))"
    constant: Series | None = None
    """What belongs to the whole KL beside the terms in μ and σ."""
    findings: list[Finding] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)


def same(one: Series, other: Series) -> bool:
    """Say whether two weights are equal at every shape."""
    return all(
        abs(value - other.values[shape]) <= one.errors[shape] + other.errors[shape]
        for shape, value in one.values.items()
        if shape in other.values
    )


def divergence(part: DivergencePart, error: Series | None, offset: Series | None, declared: Expectations) -> Divergence:
    """Return which KL the terms that were found are; ``error`` is the weight a of the reconstruction error."""
    m, v, l = part.mean, part.variance, part.log_variance
    if m.zero and v.zero and l.zero:
        return _missing(declared)
    if declared.posterior_variance is not None or (v.zero and l.zero):
        return _fixed(part, offset, declared)
    if same(m, v) and same(v, l):
        return Divergence(l, constant=l.times(lambda s: -s.k / 2), text=f"KL(N(μ, {_covariance(part)}) ‖ N(0, I))")
    if (
        same(m, v)
        and m.sign
        and m.sign == l.sign
        and (prior := l / m)
        and _is_prior(part, prior, error, offset, declared)
    ):
        return _to_prior(part, prior, offset)
    if same(m, l) and m.sign > 0 and v.sign > 0 and (shifted := _shifted(part, error, offset)) is not None:
        return shifted
    return Divergence(None, text=_written(part), findings=_misshapen(part))


def _shifted(part: DivergencePart, error: Series | None, offset: Series | None) -> Divergence | None:
    """Return the KL of a head to which a number is added, if v ≠ m = l are that: the constant has the number too."""
    ratio = part.variance / part.log_variance
    if offset is None or ratio is None or ratio.formula is None or ratio.formula.constant is None:
        return None
    shift = math.log(ratio.formula.constant.value)
    constant = part.log_variance.times(lambda s: -s.k / 2 * (1 + shift))
    if not is_sum(offset, [constant.values.__getitem__], normalisers(error, part.log_variance)):
        return None
    return Divergence(
        part.log_variance,
        constant=constant,
        assumed=[f"to log σ², as the second head tells it, {shift:.6g} is added: so the KL reads it"],
    )


def _covariance(part: DivergencePart) -> str:
    written = {"log-variance": "diag e^logvar", "log standard deviation": "diag e^(2·logσ)"}
    return written.get(part.head.name, "diag σ²")


def _missing(declared: Expectations) -> Divergence:
    if declared.beta is not None and declared.beta.text in ("0", "0.0"):
        return Divergence(None, text="")
    detail = "it does not depend on mu and logvar as they are given (stale, detached, or of weight 0?): effective β = 0"
    return Divergence(None, text="", findings=[Finding(Code.KL_MISSING, detail)])


def _fixed(part: DivergencePart, offset: Series | None, declared: Expectations) -> Divergence:
    """Return a divergence of the mean alone: that of a posterior whose variance is fixed, if that is said."""
    if declared.posterior_variance is not None:
        findings = []
        if not (part.variance.zero and part.log_variance.zero):
            detail = f"declared {declared.posterior_variance}, the weights of σ² and log σ² are " + _pair(part)
            findings = [Finding(Code.POSTERIOR, detail)]
        fixed = declared.posterior_variance
        constant = part.mean.times(lambda s: s.k / 2 * (fixed(s) - 1 - math.log(fixed(s))))
        text = _written(part) if findings else "½‖μ‖²"
        weight = None if findings else part.mean
        return Divergence(weight, posterior_fixed=True, text=text, constant=constant, findings=findings)
    told = offset and offset / part.mean.times(lambda s: s.k / 2)
    if told is not None and told.sign > 0 and told.formula is not None and told.formula.constant is not None:
        why = f"its constant is that of one: σ² − 1 − log σ² = {told.text}"
        return Divergence(
            part.mean,
            posterior_fixed=True,
            text="½‖μ‖²",
            constant=offset,
            assumed=[f"the variance of the posterior is fixed: no term depends on logvar, and {why}"],
        )
    return Divergence(
        None,
        text=_written(part),
        findings=[Finding(Code.VARIANCE_TERMS_MISSING, f"the weight of ½Σμ² is {part.mean.text}")],
    )


def _is_prior(
    part: DivergencePart, prior: Series, error: Series | None, offset: Series | None, declared: Expectations
) -> bool:
    """Say whether m = v ≠ l are the weights of a KL to N(0, s²), s² = l/m, and not a slip in one of the terms.

    The constant tells: a slip leaves that of the standard normal prior, which is not that of another. A variance that
    changes with a size, as a mean over it would make it, has to be told by its own constant. What is declared is so.
    """
    if declared.prior_variance is not None and prior.equals(declared.prior_variance):
        return True
    if prior.formula is None:
        return False
    half, log = part.log_variance.times(lambda s: s.k / 2).values, {s: math.log(v) for s, v in prior.values.items()}
    left: list[Constant] = [lambda s, c=c: (log[s] - c) * half[s] for c in (0, 1)]  # type: ignore[misc]
    if prior.formula.constant is not None:
        left += [lambda s, c=c: -c * half[s] for c in (0, 1)]  # type: ignore[misc]
    elif offset is None:
        return False
    return offset is None or is_sum(offset, left, normalisers(error, part.log_variance))


def _to_prior(part: DivergencePart, prior: Series, offset: Series | None) -> Divergence:
    constant = part.log_variance.times(lambda s: s.k / 2 * (math.log(prior.values[s]) - 1))
    whole = offset is not None and is_sum(offset, [constant.values.__getitem__], normalisers(None, part.mean))
    doubt = f"the prior has the variance {prior.text}: a factor in the wrong place of the KL would look the same"
    return Divergence(
        part.log_variance,
        prior_variance=prior,
        text=f"KL(N(μ, {_covariance(part)}) ‖ N(0, {prior.text}·I))",
        constant=constant,
        assumed=[] if whole else [doubt],
    )


def _pair(part: DivergencePart) -> str:
    return f"{part.variance.text} and {part.log_variance.text}"


def _written(part: DivergencePart) -> str:
    weights = [(part.mean, "+", "Σμ²"), (part.variance, "+", "Σσ²"), (part.log_variance, "−", "Σ log σ²")]
    terms = [f"{sign} ({weight.text})·{text}" for weight, sign, text in weights if not weight.zero]
    return f"½({' '.join(terms).removeprefix('+ ')})"


def _misshapen(part: DivergencePart) -> list[Finding]:
    m, v, l = part.mean, part.variance, part.log_variance
    detail = f"the weights of ½Σμ², ½Σσ² and −½Σ log σ² are {m.text}, {v.text} and {l.text}"
    codes = [
        code
        for weight, missing, sign in (
            (m, Code.MEAN_MISSING, Code.MEAN_SIGN),
            (v, Code.VARIANCE_MISSING, Code.VARIANCE_SIGN),
            (l, Code.LOG_MISSING, Code.LOG_SIGN),
        )
        for code in ([missing] if weight.zero else [sign] if weight.sign < 0 else [])
    ]
    if {m.sign, v.sign, l.sign} == {-1}:
        codes = [Code.KL_SIGN]
    codes = codes or [Code.KL_SHAPE]
    if codes == [Code.KL_SHAPE] and (ratio := v / m) and same(v, l):
        detail += f": the variance terms count {ratio.text} times the mean term"
    if codes == [Code.KL_SHAPE] and same(m, v) and (prior := l / m) and prior.sign > 0 and prior.formula:
        declare = f'or, if that is the variance of the prior, declare prior_variance="{prior.formula}"'
        return [Finding(Code.KL_SHAPE, detail, f"{Code.KL_SHAPE.repair}; {declare}")]
    return [Finding(code, detail) for code in codes]
