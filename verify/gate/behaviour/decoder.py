"""A decoder that learns its scale: the error over σ², beside the normaliser d·log σ of each sample."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from verify.gate.behaviour.subject import Subject
from verify.gate.behaviour.weighing import Weights, alike
from verify.gate.behaviourcodes import BehaviourCode
from verify.gate.findings import Code, Finding
from verify.gate.forms.likelihoods import LAPLACE, Likelihood
from verify.gate.formulas import Formula
from verify.gate.series import Series

_SCALES = (1.0, 0.5, 0.75, 1.5)
_SHAPES = 6

_PARAMETRISATIONS: dict[str, Callable[[float, float], float]] = {
    "log σ": lambda s, t: 2 * (t - s),
    "log σ²": lambda s, t: t - s,
    "σ": lambda s, t: 2 * math.log(t / s),
    "σ²": lambda s, t: math.log(t / s),
    "the precision 1/σ²": lambda s, t: -math.log(t / s),
    "the logarithm of the precision": lambda s, t: s - t,
}
"""The difference of log σ², from that of the argument."""


def examine_scale(subject: Subject) -> None:
    """Say what the scale of the decoder is, and add a finding if its normaliser is not there, or another."""
    name, report = subject.interface.way.scale, subject.report
    if name is None or subject.declared.surrogate:
        return
    weighing = subject.weighing(_SHAPES)
    found = [weighing.weights(subject.interface.with_knobs(**{name: each})) for each in _SCALES]
    report.evaluations += weighing.evaluations
    known = [each for each in found if each is not None and each.error.sign > 0 and each.log_variance.sign > 0]
    part = subject.reading.reconstruction
    factor = None if part is None else _factor(part.likelihood)
    if len(known) < len(found) or factor is None or not _moves_the_error_alone(known):
        report.undecided.append(f"what the loss is as a function of {name}, which may be the scale of the decoder")
        return
    report.examined.append("scale of the decoder")
    _judge(_Scale(name, known, factor), subject)


def _factor(likelihood: Likelihood) -> float | None:
    return 0.5 if likelihood.gaussian else 1.0 if likelihood is LAPLACE else None


def _moves_the_error_alone(known: list[Weights]) -> bool:
    first, *others = known
    return all(alike(each.log_variance, first.log_variance) for each in others) and not any(
        _logarithm(first.error, each.error).zero for each in others
    )


@dataclass(frozen=True)
class _Scale:
    """The weights at several values of an argument; the normaliser is d/2·log of the variance, or d·log of a scale."""

    name: str
    known: list[Weights]
    factor: float

    def normaliser(self, weight: Series) -> Series | None:
        """Return how much of the normaliser due to a likelihood of some weight there is; None if it is no multiple."""
        first, *others = self.known
        found: list[Series] = []
        for each in others:
            due = _logarithm(first.error, each.error).times(lambda s: weight.values[s] * self.factor * s.d)
            part = (each.offset + first.offset.times(lambda s: -1)) / due
            if part is None or (found and not alike(part, found[0])):
                return None
            found.append(part)
        return found[0]

    @property
    def parametrisation(self) -> str | None:
        """What the argument is, by what it does to the weight of the error."""
        first, *others = self.known
        for text, step in _PARAMETRISATIONS.items():
            steps = [step(_SCALES[0], at) for at in _SCALES[1:]]
            if all(_is(_logarithm(first.error, each.error), by) for each, by in zip(others, steps, strict=True)):
                return text
        return None

    @property
    def likelihood(self) -> Series | None:
        """The weight of the likelihood: that of the error where the variance is 1."""
        variance = {"log σ": math.exp(2), "log σ²": math.e, "σ": 1.0, "σ²": 1.0}.get(self.parametrisation or "")
        return None if variance is None else self.known[0].error.times(lambda s: variance)


def _is(series: Series, number: float) -> bool:
    return series.equals(lambda s: number)


def _judge(scale: _Scale, subject: Subject) -> None:
    report, weight = subject.report, scale.known[0].log_variance
    expected = subject.declared.expected_beta
    due = weight.times(lambda s: 1 / expected(s) if expected(s) else 1.0)
    what = scale.parametrisation or "a function of it"
    what = what if scale.factor == 0.5 else what.replace("σ²", "its scale")
    named = f"the decoder learns its width, {scale.name} as {what}"
    part = scale.normaliser(due)
    if part is not None and part.equals(lambda s: 1.0):
        report.assumed.append(f"{named}, its normaliser present")
        return
    own = scale.likelihood
    of_own = None if own is None else scale.normaliser(own)
    if own is not None and of_own is not None and of_own.equals(lambda s: 1.0):
        report.assumed.append(f"{named}, its normaliser present")
        ratio = weight / own
        if ratio is not None and ratio.equals(lambda s: expected(s) / 2):  # else the weights at variance 1 tell
            told = f"the likelihood, with its normaliser, has the weight {own.formula}: effective β = {ratio.formula}"
            report.findings.append(Finding(Code.BETA, told))
        return
    _wrong(scale.name, what, part if of_own is None else of_own, subject)


def _wrong(name: str, what: str, part: Series | None, subject: Subject) -> None:
    found = subject.report.findings
    if part is not None and part.zero:
        if "log" in what:
            found.append(Finding(BehaviourCode.NORMALISER_MISSING, f"nothing but the error depends on {name}, {what}"))
        else:
            told = f"no normaliser stands beside {name}: right if that is a number, and not learned"
            subject.report.undecided.append(told)
    elif part is None or part.formula is None:
        found.append(
            Finding(BehaviourCode.NORMALISER_WRONG, f"what is added is no multiple of d·log σ, as {name} says it")
        )
    elif part.equals(lambda s: 2.0):
        found.append(
            Finding(
                BehaviourCode.SCALE_NOT_SQUARED,
                f"{name} weighs the error as {what}; the normaliser is twice that of it",
            )
        )
    else:
        found.append(
            Finding(
                BehaviourCode.NORMALISER_WRONG,
                f"({part.formula})·d·log σ for each sample, where d·log σ is due{_why(part.sign, part.formula)}",
            )
        )


def _why(sign: int, formula: Formula) -> str:
    if sign < 0:
        return ": the loss falls without end as σ grows"
    exponents = formula.exponents
    return ": it is not multiplied by d" if exponents is not None and exponents[1] < 0 else ""


def _logarithm(one: Series, other: Series) -> Series:
    """Return the logarithm of a ratio of positive weights."""
    return Series(
        {s: math.log(v / other.values[s]) for s, v in one.values.items()},
        {s: one.errors[s] / v + other.errors[s] / other.values[s] for s, v in one.values.items()},
    )
