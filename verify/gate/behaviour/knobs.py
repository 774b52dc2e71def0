"""What the numbers that are named like β do to β: it has to be proportional to each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from verify.gate.behaviour.names import is_beta, is_last_beta
from verify.gate.behaviour.weighing import Change, Weighing, Weights
from verify.gate.behaviourcodes import BehaviourCode
from verify.gate.expectations import Expectations
from verify.gate.findings import Finding
from verify.gate.formulas import parse
from verify.gate.instances import Array, Instance
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
            report.assumed.append(f"the loss, as it is called, does not depend on {name}")
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
        return "" if _weighs_the_heads(name, interface, weighing) else None
    return _placed(name, [base * factor for factor in _FACTORS], known)


def _is_ignored(settings: list[Interface], weighing: Weighing) -> bool:
    first, *others = (weighing.samples(each) for each in settings)
    if first is None or first[0].noise.kind == "state":
        return False
    return all(
        other is not None and all((a.values == b.values).all() for a, b in zip(first[1], other[1], strict=True))
        for other in others
    )


def _weighs_the_heads(name: str, interface: Interface, weighing: Weighing) -> bool:
    """Say whether all that depends on the heads, whatever it is, is multiplied by a knob, and nothing else is."""
    base = interface.knobs[name]

    def at(factor: float, of: Change | None = None) -> Array | None:
        found = weighing.samples(interface.with_knobs(**{name: factor * base}), of)
        return None if found is None or found[0].noise.kind == "state" else found[1][0].values

    found = [at(0), at(1), at(2), at(3), at(0, _same_heads), at(1, _same_data), at(2, _same_data)]
    known = [each for each in found if each is not None]
    if len(known) < len(found):
        return False
    none, one, two, three, without, first, second = known
    bound = 1e-9 * (1 + abs(three) + abs(one))
    linear = abs(one - 2 * two + three) <= bound
    alone = (abs(none - without) <= bound) & (abs((two - one) - (second - first)) <= bound)
    return bool((linear & alone).all() and (abs(two - one) > bound).any())


def _same_heads(instance: Instance) -> Instance:
    return instance._replace(mu=instance.mu * 0 + 0.5, head=instance.head * 0 + 0.5)


def _same_data(instance: Instance) -> Instance:
    return instance._replace(recon=instance.recon * 0 + 0.25, x=instance.x * 0 + 1)


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
    betas = [each.beta for each in found if each.beta is not None]
    if len(betas) < len(found):
        return None
    if knob[0] < 1 and _is_constant(_divided(betas, [at / (1 - at) for at in knob])):
        return _SHARED
    return _sum(name, knob, betas)


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
    values = [next(iter(each.values.values())) for each in betas]
    slope = (values[1] - values[0]) / (knob[1] - knob[0])
    start = values[0] - slope * knob[0]
    line = [_near(each, start + slope * at) for each, at in zip(betas, knob, strict=True)]
    if not all(line) or min(abs(start), abs(slope * knob[0])) < 1e-9 * max(map(abs, values)):
        return None
    return f"it is added to the weight of the KL: effective β ∝ {start / slope:.6g} + {name}"


def _near(series: Series, number: float) -> bool:
    return series.equals(lambda s: number)


def _power(knob: Sequence[float], series: Sequence[Series]) -> float | None:
    """Return the power of a knob that a weight is proportional to."""
    fitting = (power for power in _POWERS if _is_constant(_divided(series, [at**power for at in knob])))
    return next(fitting, None)


def _divided(series: Sequence[Series], by: Sequence[float]) -> list[Series]:
    return [each.over(lambda s, at=at: at) for each, at in zip(series, by, strict=True)]  # type: ignore[misc]


def _is_constant(series: list[Series]) -> bool:
    first, *others = series
    return all(
        abs(value - first.values[shape]) <= each.errors[shape] + first.errors[shape] + 2.0**-40 * abs(value)
        for each in others
        for shape, value in each.values.items()
    )
