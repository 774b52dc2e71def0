"""From a user's code to a loss that the gate can call."""

from __future__ import annotations

import dataclasses
import functools
import re
import sys
import warnings
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from verify.gate.errors import Unusable
from verify.gate.instances import Instance, Ranges, draws
from verify.gate.interface.failures import mend, what_was_raised
from verify.gate.interface.interfaces import Interface, Kind
from verify.gate.interface.outputs import Output, choose
from verify.gate.interface.roles import adapter
from verify.gate.interface.setting import Setting
from verify.gate.interface.ways import Way, ways
from verify.gate.noise.seeds import seed_all
from verify.gate.shapes import Shape

_DTYPE = re.compile(r"dtype|Double|Float", re.IGNORECASE)


def adapt(target: object, pilot: Instance) -> Interface:
    """Return how a loss is called, tried on an instance; raises Unusable if it cannot be."""
    name = title(target)
    failures: list[Exception] = []
    with warnings.catch_warnings(action="ignore"), np.errstate(all="ignore"):
        for group in ways(target, name):
            found = [each for way in group if (each := _attempt(target, way, pilot, failures)) is not None]
            if found:
                return _settled(found, name)
    raise _unusable(failures, name)


def title(target: Any) -> str:
    """Return the name of a loss for messages."""
    if isinstance(target, functools.partial):
        return title(target.func)
    found = getattr(target, "__qualname__", type(target).__qualname__).split("<locals>.")[-1]
    return "loss" if found == "<lambda>" else found


class _Trial(NamedTuple):
    """A way that gave a loss, and the instance at which it did."""

    interface: Interface
    instance: Instance


_KINDS = (Kind.TENSORS, Kind.SINGLE, Kind.ARRAYS, Kind.DETACHED)


def _attempt(target: Any, way: Way, pilot: Instance, failures: list[Exception]) -> _Trial | None:
    """Return a way with the first kind of input that gives a loss; notes why there is none."""
    kinds = list(_KINDS) if "torch" in sys.modules else [Kind.ARRAYS]
    if _is_numpy(target):
        kinds.sort(key=lambda kind: kind is not Kind.ARRAYS)
    first: Exception | None = None
    for kind in kinds:
        if kind is Kind.SINGLE and not (first is not None and _DTYPE.search(str(first))):
            continue
        try:
            return _trial(way, kind, pilot)
        except Exception as error:
            first = first or error
            if (way.whole or way.shows) and isinstance(error, Unusable):
                break  # it ran, and other inputs would not make a loss of it
    if first is not None:
        failures.append(first)
    return None


def _trial(way: Way, kind: Kind, pilot: Instance) -> _Trial:
    """Return a loss and an instance at which it is finite; raises what the code raises at the first that is tried."""
    first: Exception | None = None
    found: _Trial | None = None
    for instance in _instances(pilot, way.sizes):
        interface = Interface(way, Output(((),)), kind, [])
        try:
            output, notes = _output(interface, instance)
        except Exception as error:
            first = first or error
            continue
        single = ["inputs in single precision, as the code insists on it"] if kind is Kind.SINGLE else []
        assumed = [*way.assumed, *notes, *output.assumed, *single]
        trial = _Trial(dataclasses.replace(interface, output=output, assumed=assumed), instance)
        if np.isfinite(_value(trial.interface, instance)):
            return trial
        found = found or trial
    if found is None:
        raise first or Unusable("was not called")
    return found


def _instances(pilot: Instance, sizes: tuple[int, int] | None) -> Iterator[Instance]:
    """Yield instances of the pilot's shape: as it is, with a positive head, with probabilities and binary data."""
    if sizes is None or sizes == pilot.shape[1:]:
        yield pilot
    shape = Shape(pilot.shape.n, *(sizes or pilot.shape[1:]))
    for ranges in (Ranges(), Ranges(positive=True), Ranges(binary=True), Ranges(binary=True, positive=True)):
        yield _drawn(shape, ranges)


@functools.lru_cache(8)  # each way is tried with several kinds of input; nothing writes into an instance
def _drawn(shape: Shape, ranges: Ranges) -> Instance:
    return draws(shape, ranges, 1)[0]


def _output(interface: Interface, instance: Instance) -> tuple[Output, list[str]]:
    """Return which number is the loss, and what was assumed on the way to it."""
    result, setting = _run(interface, instance)

    def depends(read: Callable[[Any], Any]) -> bool:
        def value(loss: Interface, at: Instance) -> float:
            return float(read(_run(loss, at)[0]))

        return all(
            any(_moves(functools.partial(value, each), instance, parts) for each in turned) for parts in _PARTS.values()
        )

    turned = list(_turned(interface))
    output = choose(result, instance.shape, depends)
    losses = [dataclasses.replace(each, output=output) for each in turned]
    for name, parts in _needed(interface.way):
        if not any(_moves(functools.partial(_value, each), instance, parts) for each in losses):
            raise Unusable(f"returns what does not depend on the {name}: {adapter('loss')}")
    return output, setting.notes


_PARTS = {"reconstruction": (0,), "heads": (2, 3)}


def _needed(way: Way) -> list[tuple[str, tuple[int, ...]]]:
    """Return what has to enter a loss, if this is the way to call it."""
    return [*_PARTS.items()] if way.whole else [*_PARTS.items()][:1] if way.shows else []


def _turned(interface: Interface) -> Iterator[Interface]:
    """Yield the loss as it is, and with the weights and steps that are 0 far from it."""
    yield interface
    zeros = [name for name, value in interface.knobs.items() if value == 0]
    if zeros:
        yield interface.with_knobs(**dict.fromkeys(zeros, 1000))


def _moves(value: Callable[[Instance], float], instance: Instance, parts: tuple[int, ...]) -> bool:
    """Say whether a number moves with some of the tensors, over a floor too; what is drawn is the same throughout."""
    at = value(instance)
    for part in parts:
        for change in (_nearer, _farther):
            moved = list(instance)
            moved[part] = change(moved[part])
            there = value(Instance(*moved))
            if there != at and not np.isnan([there, at]).all():
                return True
    return False


def _nearer(part: Any) -> Any:
    return part * 0.75 + 0.0625  # a probability and a positive number stay that


def _farther(part: Any) -> Any:
    return np.where(((part > 0) & (part < 1)).all(), part / 2, part * 4)


def _run(interface: Interface, instance: Instance) -> tuple[Any, Setting]:
    seed_all(0)
    return interface.raw(interface.inputs(instance))


def _value(interface: Interface, instance: Instance) -> float:
    seed_all(0)
    value = interface.call(*interface.inputs(instance))
    return float(value.detach() if hasattr(value, "detach") else value)


def _settled(found: list[_Trial], name: str) -> Interface:
    """Return the one that is meant of several ways that work: all the same, or the one that is a mean over samples."""
    first, *others = found
    differing = [each for each in others if _differ(first, each)]
    if not differing:
        return first.interface
    means = [each for each in found if _is_mean(each)]
    if not means or any(_differ(means[0], each) for each in means):
        raise Unusable(
            f"{name} takes distributions, and whether they are Normal or Independent matters: "
            f"give an adapter: lambda recon, x, mu, logvar: {name}(Normal(recon, 1), …)"
        )
    return means[0].interface


def _differ(one: _Trial, other: _Trial) -> bool:
    values = _value(one.interface, one.instance), _value(other.interface, one.instance)
    return not abs(values[0] - values[1]) <= 1e-5 * abs(values[0])


def _is_mean(trial: _Trial) -> bool:
    """Say whether a loss stays what it is when the batch comes twice."""
    twice = Instance(*(np.concatenate([part, part]) for part in trial.instance))
    values = _value(trial.interface, trial.instance), _value(trial.interface, twice)
    return abs(values[0] - values[1]) <= 1e-5 * abs(values[0])


def _is_numpy(target: Any) -> bool:
    """Say whether the code of a loss has NumPy at hand and no torch."""
    while isinstance(target, functools.partial):
        target = target.func
    function = target if hasattr(target, "__globals__") or hasattr(target, "__func__") else type(target).__call__
    names = getattr(getattr(function, "__func__", function), "__globals__", {})
    roots = {value.__name__.partition(".")[0] for value in names.values() if isinstance(value, ModuleType)}
    roots |= {str(getattr(value, "__module__", "")).partition(".")[0] for value in names.values()}
    return "numpy" in roots and "torch" not in roots


def _unusable(failures: list[Exception], name: str) -> Unusable:
    error = failures[0]
    if isinstance(error, Unusable):
        return type(error)(f"{name} {error}")
    return Unusable(f"{name} raises {what_was_raised(error)}; {mend(error, name)}")
