"""Code that tells nothing of itself, or returns what is seldom returned, by hand: none of it is examined as a whole."""

import inspect
from types import SimpleNamespace

import pytest

from verify.errors import UsageError
from verify.gate.errors import Unusable
from verify.gate.instances import Ranges, draws
from verify.gate.interface import adapting, models, outputs, roles, targets
from verify.gate.interface.adapting import _trial
from verify.gate.interface.interfaces import Kind
from verify.gate.interface.names import Role
from verify.gate.shapes import Shape

SHAPE = Shape(4, 6, 3)


def test_of_several_values_that_are_no_numbers_the_first_is_kept(monkeypatch):
    pilot = draws(SHAPE, Ranges(), 1)[0]
    way = SimpleNamespace(sizes=None, assumed=[])
    seen = []
    monkeypatch.setattr(adapting, "_output", lambda interface, at: (SimpleNamespace(assumed=[]), []))
    monkeypatch.setattr(adapting, "Interface", lambda *_: None)
    monkeypatch.setattr(adapting.dataclasses, "replace", lambda interface, **how: how)
    monkeypatch.setattr(adapting, "_value", lambda interface, at: seen.append(at) or float("nan"))
    assert _trial(way, Kind.ARRAYS, pilot).instance is pilot
    assert len(seen) == 5
    monkeypatch.setattr(adapting, "_value", lambda interface, at: float("nan") if at is pilot else 1.0)
    assert _trial(way, Kind.ARRAYS, pilot).instance is not pilot


def test_what_a_model_returns_is_a_tuple_if_a_method_takes_it_apart():
    model = SimpleNamespace(loss=lambda *parts, **weights: (parts, weights))
    batch = SimpleNamespace(x="x")
    for several in ((1, 2), [1, 2]):
        assert models._then("loss", lambda model, x, s=several: s, model, batch, {"M_N": 3}) == ((1, 2), {"M_N": 3})
    with pytest.raises(TypeError, match=r"^loss takes what model\(x\) returns, and that is no tuple$"):
        models._then("loss", lambda model, x: {1: 2}, model, batch, {})


def test_losses_that_cannot_be_had_are_none():
    class Model:
        @property
        def losses(self):
            raise RuntimeError("not yet")

    assert models._added(Model()) == models._added(object()) == models._added(SimpleNamespace(losses=3)) == []
    assert models._added(SimpleNamespace(losses=(1, 2))) == [1, 2]


def test_a_method_whose_arguments_have_no_plan_is_called_in_its_order_alone(monkeypatch):
    def refuse(method, name):
        raise Unusable("takes something else")

    monkeypatch.setattr(models, "plans", refuse)
    model = SimpleNamespace(loss=lambda out, weight, **more: 0)
    found = list(models._methods(model, "loss", "model(x)", lambda model, x: x))
    assert [(run.text, run.weights) for run in found] == [
        ("model.loss(*model(x), weight=weight, M_N=M_N)", {"weight": 1.0, "M_N": 1.0})
    ]


def test_what_makes_no_array_is_no_value():
    class Odd:
        def __array__(self, *_, **__):
            raise ValueError("no")

    for value in (Odd(), object(), [object()]):
        with pytest.raises(Unusable, match=f"^returns {outputs._one(value)}: "):
            outputs._array(value)
    assert outputs._array([1, 2]).tolist() == [1, 2]


def test_what_does_not_tell_its_arguments_needs_an_adapter():
    for silent in (max, dict):
        assert roles.parameters_of(silent) is None
    with pytest.raises(Unusable) as refused:
        roles._parameters(max, "max")
    assert str(refused.value) == "max does not tell its arguments: give an adapter: lambda recon, x, mu, logvar: max(…)"


def test_what_a_schema_tells_are_arguments():
    def argument(name, *default):
        return SimpleNamespace(
            name=name, has_default_value=lambda: bool(default), default_value=default[0] if default else None
        )

    class Scripted:
        schema = SimpleNamespace(arguments=[argument("self"), argument("recon"), argument("beta", 4.0)])
        __signature__ = "none"

        def __call__(self):
            return 0

    found = roles.parameters_of(Scripted())
    assert [(each.name, each.default, each.kind) for each in found] == [
        ("recon", inspect.Parameter.empty, inspect.Parameter.POSITIONAL_OR_KEYWORD),
        ("beta", 4.0, inspect.Parameter.POSITIONAL_OR_KEYWORD),
    ]  # fmt: skip


def test_of_names_that_say_one_thing_twice_those_by_name_are_believed():
    def loss(a, b, c, *, mu):
        return 0

    said = {"a": Role.MU, "b": None, "c": None, "mu": Role.MU}
    found = roles._four(list(inspect.signature(loss).parameters.values()), said, "loss")
    assert found == {"a": Role.RECON, "b": Role.X, "c": Role.HEAD, "mu": Role.MU}


def test_a_class_that_tells_nothing():
    assert targets._instance(dict, "own:dict") == {}
    with pytest.raises(UsageError, match=r"^own:type: type\(\) raises TypeError: "):
        targets._instance(type, "own:type")
