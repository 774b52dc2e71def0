"""A model that holds its own loss: its encoder and its decoder are made to return given tensors."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from verify.gate.errors import Unusable
from verify.gate.instances import Instance
from verify.gate.interface import substitutes
from verify.gate.interface.failures import mend, what_was_raised
from verify.gate.interface.names import FOUR, Role, role
from verify.gate.interface.owners import alike, doubled, fresh, is_module, kept, knobs_of, modes_of
from verify.gate.interface.roles import Plan, adapter, parameters_of, plans
from verify.gate.interface.setting import Setting
from verify.gate.interface.substitutes import Places

_ENCODERS = ("encode", "encoder")
_DECODERS = ("decode", "decoder")
_LOSSES = ("loss_function", "loss", "compute_loss", "get_loss", "calculate_loss", "criterion")
_Weights = Mapping[str, float]
_N = 4
"""Samples with which it is found out how a model works."""


@dataclass(frozen=True)
class Called:
    """A way to call a model."""

    call: Callable[[Instance, Setting], Any]
    assumed: tuple[str, ...]
    knobs: dict[str, float]
    modes: tuple[str, ...]
    sizes: tuple[int, int]


@dataclass(frozen=True)
class _Run:
    """What is called of a model to get its loss."""

    text: str
    call: Callable[[Any, Instance, _Weights], Any]
    weights: dict[str, float] = field(default_factory=dict)


def is_model(target: Any) -> bool:
    """Say whether something is a model: it encodes and decodes, and is no loss of four tensors."""
    if inspect.isroutine(target) or inspect.isclass(target):
        return False
    return any(hasattr(target, each) for each in _ENCODERS) and any(hasattr(target, each) for each in _DECODERS)


def ways(model: Any, name: str) -> Iterator[Called]:
    """Yield ways to call a model; raises Unusable if there is none."""
    try:
        base = doubled(model)
    except Exception as error:
        raise Unusable(f"{name} cannot be copied: {what_was_raised(error)}; {adapter(name)}") from error
    failures: list[Exception] = []
    runs = found = False
    for x, (text, forward) in _forwards(base, failures):
        runs = True
        for places in substitutes.places(partial(fresh, base), forward, x):
            found = True
            yield from _losses(base, text, forward, places)
    if found:
        return
    if failures and not runs:
        raise Unusable(f"{name} raises {what_was_raised(failures[0])}; {mend(failures[0], name)}")
    raise Unusable(
        f"{name}(x) uses no encode and decode whose results are a batch of heads and one of data: {adapter(name)}"
    )


def _forwards(base: Any, failures: list[Exception]) -> Iterator[tuple[Any, tuple[str, Callable[[Any, Any], Any]]]]:
    """Yield data that the model takes, and how it takes them."""
    forwards: list[tuple[str, Callable[[Any, Any], Any]]] = [
        ("model(x)", lambda model, x: model(x)),
        ("model({'data': x})", lambda model, x: model({"data": x})),
    ]
    if not callable(base):
        forwards = []
    forwards += [(f"model.{each}(x)", partial(_method, each)) for each in _LOSSES if _takes_data(base, each)]
    for text, forward in forwards:
        for d in _widths(base):
            x = _data(base, d)
            try:
                forward(fresh(base), x)
            except Exception as error:
                failures.append(error)
                continue
            yield x, (text, forward)
            break


def _method(name: str, model: Any, x: Any) -> Any:
    return getattr(model, name)(x)


def _takes_data(base: Any, name: str) -> bool:
    method = getattr(base, name, None)
    parameters = parameters_of(method) if callable(method) else None
    if parameters is None:
        return False
    needed = [each for each in parameters if each.default is each.empty and each.kind in (0, 1)]
    return len(needed) == 1


def _widths(base: Any) -> list[int]:
    """Return how many features the data may have: what the layers take, the first of them first."""
    named = [
        getattr(base, each, None) for each in ("input_dim", "in_dim", "x_dim", "data_dim", "n_features", "n_input")
    ]
    layers = base.modules() if is_module(base) else ()
    sizes = [getattr(each, "in_features", None) for each in layers]
    weights = [value.shape for value in getattr(base, "__dict__", {}).values() if len(getattr(value, "shape", ())) == 2]
    found = [each for each in (*named, *sizes, *(size for shape in weights for size in shape)) if isinstance(each, int)]
    return [*dict.fromkeys([*found, 6])]


def _data(base: Any, d: int) -> Any:
    values = np.random.default_rng(0).integers(1, 64, (_N, d)) / 64
    if not _has_tensors(base):
        return values
    import torch  # noqa: PLC0415  # the model has it

    return torch.from_numpy(values)


def _losses(base: Any, text: str, forward: Callable[[Any, Any], Any], places: Places) -> Iterator[Called]:
    """Yield what may be the loss: what a call returns, that and what the model adds, what its method makes of that."""
    attributes = knobs_of(base)
    runs = [_Run(text, lambda model, batch, weights: forward(model, batch.x))]
    for name in _LOSSES if text.startswith("model(") else ():
        runs += _methods(base, name, text, forward)
    for run in runs:
        for adds in (False, True):
            more = " + sum(model.losses)" if adds else ""
            assumed = (
                f"the loss is {run.text}{more}, with {places.text}",
                *(f"{key} = {value:g}, as it has no default" for key, value in run.weights.items()),
                *kept(attributes),
            )
            call = partial(_call, base, run, places, adds)
            yield Called(call, assumed, attributes | run.weights, modes_of(base), places.sizes)


def _methods(base: Any, name: str, text: str, forward: Callable[[Any, Any], Any]) -> Iterator[_Run]:
    """Yield how a method makes a loss of what the model returns, in its order or by the names of the arguments."""
    method = getattr(base, name, None)
    parameters = parameters_of(method) if callable(method) else None
    if parameters is None:
        return
    named = [each.name for each in parameters if each.default is each.empty and role(each.name) is Role.WEIGHT]
    loose = any(each.kind is inspect.Parameter.VAR_KEYWORD for each in parameters)
    weights = dict.fromkeys([*named, *(["M_N"] if loose else [])], 1.0)
    given = ", ".join([f"*{text}", *(f"{key}={key}" for key in weights)])
    yield _Run(f"model.{name}({given})", partial(_then, name, forward), weights)
    try:
        what = plans(method, name)[0]
    except Unusable:
        return
    if set(FOUR) <= set(what.roles.values()) and what.certain:
        weights = {each: 1.0 for each, role_of in what.roles.items() if role_of is Role.WEIGHT}
        yield _Run(f"model.{name}({', '.join(what.roles)}) after {text}", partial(_after, name, forward, what), weights)


def _then(name: str, forward: Callable[[Any, Any], Any], model: Any, batch: Instance, weights: _Weights) -> Any:
    outputs = forward(model, batch.x)
    if not isinstance(outputs, tuple | list):
        raise TypeError(f"{name} takes what model(x) returns, and that is no tuple")
    return getattr(model, name)(*outputs, **weights)


def _after(
    name: str, forward: Callable[[Any, Any], Any], what: Plan, model: Any, batch: Instance, weights: _Weights
) -> Any:
    forward(model, batch.x)
    arguments, keywords = what.arguments(batch, dict(zip(FOUR, batch, strict=True)), Setting(weights))
    return getattr(model, name)(*arguments, **keywords)


def _call(base: Any, run: _Run, places: Places, adds: bool, batch: Instance, setting: Setting) -> Any:
    model = setting.shared(lambda: fresh(alike(base, batch.x), setting.mode, setting.knobs))
    places.put(model, batch, setting)
    before = _added(model)
    result = run.call(model, batch, {name: setting.knobs.get(name, value) for name, value in run.weights.items()})
    added = [each for each in _added(model) if not any(each is known for known in before)]
    if adds:
        setting.added.extend(added)
    elif added:
        setting.note("model.losses is left out, as the loss is complete without it")
    return result


def _added(model: Any) -> list[Any]:
    try:
        found = getattr(model, "losses", ())
    except Exception:
        return []
    return list(found) if isinstance(found, tuple | list) else []


def _has_tensors(base: Any) -> bool:
    if is_module(base):
        return True
    return any(hasattr(value, "detach") for value in getattr(base, "__dict__", {}).values())
