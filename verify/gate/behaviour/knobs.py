"""What the numbers that are named like β do to β: it has to be proportional to each of them."""

from __future__ import annotations

from dataclasses import replace

from verify.gate.behaviour.names import is_beta, is_last_beta
from verify.gate.behaviour.weighing import Weighing, Weights
from verify.gate.behaviourcodes import BehaviourCode
from verify.gate.expectations import Expectations
from verify.gate.findings import Finding
from verify.gate.formulas import parse
from verify.gate.interface import Interface
from verify.gate.report import Report
from verify.gate.series import Series

_FACTORS = (1.0, 2.0, 0.5, 3.0)
"""Of the value that a knob has: one that is capped is so at the greater of them, or at the smaller."""

_POWERS = (0, 1, -1, 2, -2, 0.5, -0.5)


def examine_knobs(interface: Interface, weighing: Weighing, declared: Expectations, report: Report) -> Expectations:
    """Return the declarations, with the default of an argument that weighs the KL as the β that is expected."""
    names = [name for name in interface.knobs if is_last_beta(name)]
    zeros = {name: 1.0 for name in names if interface.knobs[name] == 0}
    looked = interface.with_knobs(**zeros)
    said: dict[str, float] = {}
    for name in names:
        told = _told(name, looked, weighing)
        value = interface.knobs[name]
        if told in ("", _SHARED):
            said[name] = value if told == "" else value / (1 - value)
        elif told is None or not is_beta(name):
            continue
        elif name in interface.way.arguments or told != _IGNORED:
            code = BehaviourCode.KNOB_IGNORED if told == _IGNORED else BehaviourCode.KNOB_MISPLACED
            report.findings.append(Finding(code, f"{name}: {told}"))
            said[name] = value
        else:
            report.assumed.append(f"the loss does not use {name}, which the object keeps")
    if names:
        report.examined.append("knobs")
    return _declared(said, interface, declared, report)


def _declared(said: dict[str, float], interface: Interface, declared: Expectations, report: Report) -> Expectations:
    product = 1.0
    for value in said.values():
        product *= value
    if declared.beta is not None or not said or product <= 0:
        return declared
    names = " and ".join(said)
    source = "argument" if set(said) <= interface.way.arguments else "number"
    written = f"{product:.12g}"
    many = "s" if len(said) > 1 else ""
    if written != "1":
        report.assumed.append(f"β = {written} is expected: the default{many} of the {source}{many} {names}")
    return replace(
        declared,
        beta=parse(product, "beta", declared.data_set),
        said=f"the {source}{many} {names} say{'s' * (not many)}",
    )


_IGNORED = "it changes nothing"
_SHARED = "it weighs the KL, and one less it the reconstruction"


def _told(name: str, interface: Interface, weighing: Weighing) -> str | None:
    """Return what is wrong with a knob: nothing if β is proportional to it; None if that could not be told."""
    base = interface.knobs[name]
    settings = [interface.with_knobs(**{name: base * factor}) for factor in _FACTORS]
    if _is_ignored(settings, weighing):
        return _IGNORED
    found = [weighing.weights(each) for each in settings]
    known = [each for each in found if each is not None]
    if len(known) < len(found):
        return None
    return _placed(name, [base * factor for factor in _FACTORS], known)


def _is_ignored(settings: list[Interface], weighing: Weighing) -> bool:
    first, *others = (weighing.samples(each) for each in settings)
    if first is None or first[0].noise.kind == "state":
        return False
    return all(
        other is not None and all((a.values == b.values).all() for a, b in zip(first[1], other[1], strict=True))
        for other in others
    )


def _placed(name: str, knob: list[float], found: list[Weights]) -> str | None:
    error = _power(knob, [each.error for each in found])
    parts = [
        _power(knob, series) for series in zip(*(each.all[1:] for each in found), strict=True) if not series[0].zero
    ]
    if not parts:
        return None
    divergence = parts[0] if len({*parts}) == 1 else None
    if error is not None and divergence is not None:
        return _of_powers(name, error, divergence)
    betas = [each.beta for each in found]
    if any(beta is None for beta in betas):
        return None
    if _is_constant([beta.times(lambda s, t=t: (1 - t) / t) for beta, t in zip(betas, knob, strict=True) if beta]):  # type: ignore[misc]
        return None if knob[0] >= 1 else _SHARED
    return _sum(name, knob, [beta for beta in betas if beta is not None])


def _of_powers(name: str, error: float, divergence: float) -> str:
    power = divergence - error
    if power == 1:
        return ""
    if power == 0 and error == 0:
        return "it is added to the loss, and weighs nothing: β does not depend on it"
    if power == 0:
        return "it weighs both terms: β does not depend on it"
    if (error, divergence) == (1, 0):
        return f"it weighs the reconstruction: effective β ∝ 1/{name}"
    return f"effective β ∝ {name}^{power:g}" + (": it is applied twice" if power == 2 else "")


def _sum(name: str, knob: list[float], betas: list[Series]) -> str | None:
    """Return what is wrong with a knob that β is linear in, and not proportional to."""
    t, beta = knob, [next(iter(each.values.values())) for each in betas]
    slope = (beta[1] - beta[0]) / (t[1] - t[0])
    start = beta[0] - slope * t[0]
    line = [
        each.times(lambda s: 1.0).equals(lambda s, at=at: start + slope * at) for each, at in zip(betas, t, strict=True)
    ]  # type: ignore[misc]
    size = max(map(abs, beta))
    if not all(line) or abs(start) < 1e-9 * size or abs(slope * t[0]) < 1e-9 * size:
        return None
    return f"it is added to the weight of the KL: effective β ∝ {start / slope:.6g} + {name}"


def _power(knob: list[float], series: list[Series] | tuple[Series, ...]) -> float | None:
    """Return the power of a knob that a weight is proportional to."""
    for power in _POWERS:
        if _is_constant([each.times(lambda s, t=t: t**-power) for each, t in zip(series, knob, strict=True)]):  # type: ignore[misc]
            return power
    return None


def _is_constant(series: list[Series]) -> bool:
    first, *others = series
    return all(
        abs(value - first.values[shape]) <= each.errors[shape] + first.errors[shape] + 2.0**-40 * abs(value)
        for each in others
        for shape, value in each.values.items()
    )
