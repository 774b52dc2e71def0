"""The effective β = b/a of a loss with the weights a of its error and b of its KL, beside the β that is expected."""

from __future__ import annotations

from dataclasses import dataclass, field

from verify.errors import UsageError
from verify.gate.diagnosis.constants import Constant, is_sum, laplace, normaliser
from verify.gate.expectations import Expectations
from verify.gate.findings import Code, Finding
from verify.gate.forms.likelihoods import LAPLACE, Likelihood
from verify.gate.formulas import Formula
from verify.gate.series import Series

_SUMMED = 'sum over the features: .sum(-1) for .mean(), or reduction="none" and then .sum(-1)'
"""Where the reconstruction error is no squared one."""


@dataclass
class Beta:
    """β, and the variance of a Gaussian decoder with which it is the one that is expected."""

    ratio: Series | None
    """b/a: the effective β of a decoder of variance 1."""
    decoder_variance: Series | None = None
    """s² = b/a over the expected β."""
    holds: bool = False
    findings: list[Finding] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)


def beta(
    error: Series,
    weight: Series,
    offset: Series | None,
    divergence_constant: Series | None,
    declared: Expectations,
    likelihood: Likelihood,
) -> Beta:
    """Return the effective β, and what is wrong with it."""
    gaussian = likelihood.gaussian
    ratio = weight / error
    if ratio is None:
        return Beta(None)
    expected = declared.expected_beta
    if error.sign < 0 or weight.sign < 0:
        code = Code.NEGATED if error.sign == weight.sign else Code.ERROR_SIGN if error.sign < 0 else Code.KL_SIGN
        if not (code is Code.KL_SIGN and ratio.equals(expected)):
            return Beta(ratio, findings=[Finding(code, f"effective β = {ratio.text}")])
    zeros = [shape for shape in ratio.values if expected(shape) == 0]
    if 0 < len(zeros) < len(ratio.values):
        raise UsageError(f"beta={expected} is 0 at {zeros[0]}, and elsewhere it is not: declare shapes without those")
    if zeros:
        return Beta(ratio, findings=[] if ratio.zero else [Finding(Code.BETA, _told(ratio, declared, gaussian))])
    found = Beta(ratio, ratio.over(expected) if gaussian else None)
    found.holds = _holds(ratio, error, weight, offset, divergence_constant, declared, likelihood)
    if not found.holds:
        found.findings = _differences(ratio, error, weight, offset, declared, gaussian)
    return found


def _holds(
    ratio: Series,
    error: Series,
    weight: Series,
    offset: Series | None,
    rest: Series | None,
    declared: Expectations,
    likelihood: Likelihood,
) -> bool:
    gaussian = likelihood.gaussian
    expected = declared.expected_beta
    if declared.decoder_variance is not None and gaussian:
        variance = declared.decoder_variance
        return ratio.equals(lambda s: expected(s) * variance(s))
    if ratio.equals(expected):
        return True
    if gaussian and ratio.equals(lambda s: expected(s) / 2) and not _half_twice(error, weight, offset):
        return True
    variances, scale = ratio.over(expected), weight.over(expected)
    if offset is None or variances.sign <= 0 or not (gaussian or likelihood is LAPLACE):
        return False
    if variances.formula is None or variances.formula.constant is None:
        return False
    divergences: list[Constant] = [lambda s: 0.0]
    if rest is not None:
        divergences.append(rest.values.__getitem__)
    constant = normaliser if gaussian else laplace
    own = [constant(scale, variances.values.__getitem__, whole) for whole in (True, False)]
    return variances.formula.constant.value != 1 and is_sum(offset, own, divergences)


def _half_twice(error: Series, weight: Series, offset: Series | None) -> bool:
    """Say whether β = ½ comes of a ½ too many of the KL, and not of the ½ that the squared error lacks."""
    if error.formula is None:
        return False
    if offset is not None and is_sum(
        offset, [normaliser(error, lambda s: 1.0)], [lambda s: -weight.values[s] * s.k / 2]
    ):
        return True  # the constant is that of a decoder of variance 1
    return not error.formula.inverse and [factor.value for factor, _ in error.formula.terms] == [1.0]


def _told(ratio: Series, declared: Expectations, gaussian: bool) -> str:
    formula = ratio.formula
    told = f"effective β = {formula}"
    if formula is None:
        told = "effective β is no formula of n, d, k that is found"
    elif formula.constant is None:
        shape = next(iter(ratio.values))
        told += f" ({formula(shape):.6g} at {shape})"
    elif ratio.sign > 0 and gaussian and str(formula) != "1":
        told += f" (at decoder variance 1; the same as β = 1 at decoder variance {formula})"
    if declared.beta is not None:
        return f"{told}; {declared.said} {declared.beta}"
    return f"{told}; 1 is expected where none is declared"


def _differences(
    ratio: Series, error: Series, weight: Series, offset: Series | None, declared: Expectations, gaussian: bool
) -> list[Finding]:
    """Return what makes the effective β another than the expected."""
    told = _told(ratio, declared, gaussian)
    if declared.decoder_variance is not None:
        told += f", and the decoder variance {declared.decoder_variance}"
    fixed = declared.decoder_variance
    keep = _keep(ratio if fixed is None or not gaussian else ratio.over(fixed))
    codes = _of_sizes(error.formula, weight.formula, ratio.formula)
    if not codes:
        codes = [_of_constant(ratio, error, weight, offset, declared)]
    repairs = [_SUMMED if code is Code.ERROR_OVER_FEATURES and not gaussian else code.repair for code in codes]
    return [
        Finding(code, told, f"{repair}; {keep}" if keep else repair)
        for code, repair in zip(codes, repairs, strict=True)
    ]


def _keep(ratio: Series) -> str:
    if ratio.formula is None:
        return ""
    constant = ratio.formula.constant
    written = f"{ratio.formula}" if constant is not None and "/" not in str(constant) else f'"{ratio.formula}"'
    return f"or, to keep what you tuned, declare beta={written}: the objective does not change"


def _of_sizes(a: Formula | None, b: Formula | None, ratio: Formula | None) -> list[Code]:
    """Return which of the sizes n, d, k have got into β, and by which of the terms."""
    if ratio is None or ratio.exponents is None:
        return [Code.SHAPE]
    if ratio.exponents == (0, 0, 0):
        return []
    in_error = (a.exponents if a is not None else None) or (0, 0, 0)
    in_kl = (b.exponents if b is not None else None) or ratio.exponents
    n, d, k = ratio.exponents
    codes = []
    if d:
        if in_error[1] < 0 and in_kl[1] <= 0:
            codes.append(Code.ERROR_OVER_FEATURES)
        elif in_error[1] > 0:
            codes.append(Code.ERROR_TIMES_FEATURES)
        if in_kl[1] and (in_error[1] == 0 or in_kl[1] * in_error[1] < 0):
            codes.append(Code.KL_OVER_FEATURES if in_kl[1] < 0 else Code.KL_TIMES_FEATURES)
    if k:
        if in_kl[2]:
            codes.append(Code.KL_OVER_LATENTS if in_kl[2] < 0 else Code.KL_TIMES_LATENTS)
        if in_error[2] and in_error[2] != in_kl[2]:
            codes.append(Code.ERROR_OVER_LATENTS)
    if n:
        codes.append(Code.BATCH_SIZE)
    return codes or [Code.SHAPE]


def _of_constant(ratio: Series, error: Series, weight: Series, offset: Series | None, declared: Expectations) -> Code:
    expected = declared.expected_beta
    fixed = declared.decoder_variance
    if fixed is not None:
        return Code.VARIANCE if ratio.equals(expected) or _unit(expected) else Code.BETA
    if ratio.equals(lambda s: 2 * expected(s)):
        return Code.KL_HALF_MISSING
    if ratio.equals(lambda s: expected(s) / 2) and _half_twice(error, weight, offset):
        return Code.KL_HALF_TWICE
    return Code.BETA


def _unit(expected: object) -> bool:
    return str(expected) in ("1", "1.0")
