"""What the gate meets seldom: weights without a formula, code that tells nothing of itself, answers that cannot go."""

import inspect
import pickle
from importlib import import_module
from types import SimpleNamespace

import numpy as np
import pytest
import scipy.optimize

from verify.errors import UsageError
from verify.gate import beyond, check, isolation
from verify.gate.behaviour.decoder import _why
from verify.gate.divergence import changes
from verify.gate.errors import Unusable
from verify.gate.expectations import expectations
from verify.gate.fit import Sample
from verify.gate.forms.divergences import LOG_VARIANCE, Head
from verify.gate.forms.likelihoods import GAUSSIAN
from verify.gate.formulas import formula, parse
from verify.gate.instances import Ranges, draws
from verify.gate.interface import adapting, models, outputs, roles, targets
from verify.gate.interface.adapting import Kind, _trial
from verify.gate.interface.roles import Role
from verify.gate.reading import DivergencePart, Reading, ReconstructionPart
from verify.gate.series import Series
from verify.gate.shapes import SHAPES, Shape

SHAPE = Shape(4, 6, 3)


def series(value):
    """Return a weight that is this at a few shapes, or of no formula."""
    values = {shape: value if value is not None else float(np.sin(k + 1)) for k, shape in enumerate(SHAPES[:6])}
    return Series(values, dict.fromkeys(values, 1e-15))


# --- weights and formulas ----------------------------------------------------------------------------------------


def test_of_a_weight_without_a_formula_no_reason_is_told():
    assert _why(series(None)) == ""
    assert _why(series(2.0)) == ""
    assert _why(series(-2.0)) == ": the loss falls without end as σ grows"
    by_d = Series({s: 3.0 / s.d for s in SHAPES[:6]}, dict.fromkeys(SHAPES[:6], 1e-15))
    assert _why(by_d) == ": it is not multiplied by d"


def test_where_a_weight_has_no_formula_nothing_differs_from_it():
    one = series(1.0)
    calls = []
    loss = SimpleNamespace(values=lambda instances: calls.append(1) or np.arange(4.0) ** 3, epsilon=2.0**-52)
    for weights in ((None, 1.0, 1.0, 1.0), (1.0, None, 1.0, 1.0), (1.0, 1.0, None, 1.0), (1.0, 1.0, 1.0, None)):
        error, *three = map(series, weights)
        reading = Reading(ReconstructionPart(GAUSSIAN, (error,), one), DivergencePart(LOG_VARIANCE, *three), True)
        assert beyond._differs(loss, SHAPE, reading, Ranges()) is False
    assert calls == []
    known = Reading(ReconstructionPart(GAUSSIAN, (one,), one), DivergencePart(LOG_VARIANCE, one, one, one), True)
    assert beyond._differs(loss, SHAPE, known, Ranges()) is True
    for part in ({"reconstruction": None}, {"divergence": None}):
        given = {"reconstruction": known.reconstruction, "divergence": known.divergence} | part
        assert beyond._differs(loss, SHAPE, Reading(**given, separable=True), Ranges()) is False


def test_what_is_0_at_one_shape_is_no_inverse_of_a_sum():
    values = [0.0, *np.sin(np.arange(1.0, 8.0))]
    assert formula(SHAPES[:8], values, [1e-15] * 8) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("n + d", 10), ("n - d", -2), ("n * d", 24), ("n / d", 2 / 3), ("k ** n", 81), ("-d", -6), ("n + d * k", 22),
     ("(n + d) * k", 30), ("sqrt(n) + 0.5", 2.5), ("2 ** -n", 1 / 16), ("7", 7)],
)  # fmt: skip
def test_what_is_declared_is_worked_out(text, value):
    assert parse(text, "beta")(SHAPE) == pytest.approx(value, rel=1e-15)


# --- parts of a loss ----------------------------------------------------------------------------------------


def test_a_kink_that_not_all_shapes_have_is_none_and_the_next_prior_is_tried(monkeypatch):
    module = import_module("verify.gate.divergence.floors")
    parts = [SimpleNamespace(shape=shape, sample=lambda heads: heads) for shape in SHAPES[:3]]
    monkeypatch.setattr(module, "_priors", lambda part: (0.0, 0.5, 1.0))
    monkeypatch.setattr(module, "_kink", lambda part, prior: 2.0 if prior == 0.0 and part is not parts[2] else None)
    monkeypatch.setattr(module, "_quadratic", lambda part, prior: prior == 1.0)
    monkeypatch.setattr(module, "_straddling", lambda part, prior, at: (part.shape, prior, at))
    monkeypatch.setattr(module, "_square", lambda parts, samples: samples)
    monkeypatch.setattr(module, "_kinked", lambda *_: pytest.fail("it has no kink at one of the shapes"))
    assert module.floor(parts) == [(shape, 1.0, 1.0) for shape in SHAPES[:3]]


def test_where_a_changed_head_is_no_number_the_gap_is_wider_than_any(monkeypatch):
    asked = []
    monkeypatch.setattr(
        scipy.optimize, "least_squares", lambda gap, start, **_: asked.append(gap) or SimpleNamespace(x=start)
    )
    head = Head("h", np.exp, lambda h: h, False)
    change = SimpleNamespace(
        make=lambda head, p: Head("c", lambda h: head.variance(h) * (np.nan if p > 3 else 1), head.log_variance, False),
        small=False, starts=[[5.0], [1.0]],
    )  # fmt: skip
    instances = draws(SHAPE, Ranges(), 6)
    line = Sample(instances, np.array([-3.0, 1.0, 2.0, 5.0, 7.0, 4.0]))
    part = SimpleNamespace(bound=lambda *values: 0.0)
    assert list(changes.nearest(change, head, "", part, line)) == []
    target = line.values / (1 + abs(line.values + 3))
    assert asked[0](np.array([5.0])).tolist() == (abs(target) + 1).tolist()
    assert abs(asked[0](np.array([1.0]))).max() < 1


# --- how a loss is called ----------------------------------------------------------------------------------------


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


def test_a_file_that_is_no_module_and_a_class_that_tells_nothing(tmp_path, monkeypatch):
    path = tmp_path / "own.py"
    path.write_text("")
    monkeypatch.setattr(targets.sys, "path", [str(tmp_path)])
    for spec in (None, SimpleNamespace(loader=None)):
        monkeypatch.setattr(targets.importlib.util, "spec_from_file_location", lambda *_, spec=spec: spec)
        with pytest.raises(UsageError, match=f"^own.py:loss: {path} is no Python module$"):
            targets._from_file(path, "own.py:loss")
    assert targets._instance(dict, "own:dict") == {}
    with pytest.raises(UsageError, match=r"^own:type: type\(\) raises TypeError: "):
        targets._instance(type, "own:type")


# --- in its process ----------------------------------------------------------------------------------------


def test_data_are_looked_at_first_and_told_of_last(monkeypatch):
    steps = []
    monkeypatch.setattr("verify.gate.consequences.checked", lambda data: steps.append("checked") or [data])
    monkeypatch.setattr("verify.gate.consequences.tell", lambda *given, **model: steps.append((*given, model)))
    monkeypatch.setattr(
        "verify.gate.examination.examine", lambda loss, *given: steps.append((loss, *given[:2])) or "report"
    )
    declared = expectations()

    def load():
        steps.append("loaded")
        return "loss"

    assert check._examine(load, "name", declared, "data", {"batch": 3}, steps.append) == "report"
    assert steps == [
        "checked", "while it is loaded", "loaded", ("loss", declared, "name"),
        ("report", declared, ["data"], {"batch": 3}),
    ]  # fmt: skip
    del steps[:]
    assert check._examine(load, "name", declared, None, {}, steps.append) == "report"
    assert steps == ["while it is loaded", "loaded", ("loss", declared, "name")]


def test_an_answer_that_cannot_be_passed_on_is_told(monkeypatch):
    done = []
    for name in ("_part_from_the_caller", "limit_data_beyond", "limit_memory"):
        monkeypatch.setattr(isolation, name, lambda given, name=name: done.append((name, given)))
    raised, value = pickle.loads(isolation._alone(lambda note: lambda: 0, 2.5, [7]))
    assert raised is True
    assert str(value).startswith(isolation._NOT_PASSED.partition("{")[0])
    assert done == [("_part_from_the_caller", [7]), ("limit_data_beyond", 2.5), ("limit_memory", None)]
    assert pickle.loads(isolation._alone(lambda note: [3], None, [])) == (False, [3])
