"""What the gate meets seldom, by hand: weights without a formula, sizes that fail, answers that cannot be passed on."""

import contextlib
import pickle
from importlib import import_module
from types import SimpleNamespace

import numpy as np
import pytest

from verify.gate import beyond, check, examination, isolation
from verify.gate.behaviour.decoder import _why
from verify.gate.behaviour.masks import _Masked
from verify.gate.diagnosis.explained import Explained
from verify.gate.divergence import changes
from verify.gate.errors import NoNumber, Unusable
from verify.gate.expectations import expectations
from verify.gate.findings import Code, Finding
from verify.gate.fit import SINGLE, Sample
from verify.gate.forms.divergences import LOG_VARIANCE, Head
from verify.gate.forms.likelihoods import GAUSSIAN
from verify.gate.formulas import formula, parse
from verify.gate.instances import Ranges, draws
from verify.gate.reading import DivergencePart, Reading, ReconstructionPart
from verify.gate.series import Series
from verify.gate.shapes import SHAPES, Shape

SHAPE = Shape(4, 6, 3)


def series(value):
    """Return a weight that is this at a few shapes, or of no formula."""
    values = {shape: value if value is not None else float(np.sin(k + 1)) for k, shape in enumerate(SHAPES[:6])}
    return Series(values, dict.fromkeys(values, 1e-15))


# --- weights and formulas ----------------------------------------------------------------------------------------


def test_of_a_weight_that_has_no_size_in_it_no_reason_is_told():
    by_d = Series({s: 3.0 / s.d for s in SHAPES[:6]}, dict.fromkeys(SHAPES[:6], 1e-15))
    assert _why(1, series(2.0).formula) == ""
    assert _why(-1, by_d.formula) == ": the loss falls without end as σ grows"
    assert _why(1, by_d.formula) == ": it is not multiplied by d"


def test_where_a_weight_has_no_formula_nothing_differs_from_it():
    one = series(1.0)
    calls = []
    noise = SimpleNamespace(kind="none", together=lambda *_: calls.append(1) or np.arange(4.0) ** 3)
    loss = SimpleNamespace(epsilon=2.0**-52, noise=noise)
    for k in range(4):
        error, *three = (series(None if at == k else 1.0) for at in range(4))
        reading = Reading(ReconstructionPart(GAUSSIAN, (error,), one), DivergencePart(LOG_VARIANCE, *three), True)
        assert beyond._differs(loss, SHAPE, reading, Ranges(), SINGLE) is False
    assert calls == []
    known = Reading(ReconstructionPart(GAUSSIAN, (one,), one), DivergencePart(LOG_VARIANCE, one, one, one), True)
    assert beyond._differs(loss, SHAPE, known, Ranges(), SINGLE) is True
    for part in ({"reconstruction": None}, {"divergence": None}):
        given = {"reconstruction": known.reconstruction, "divergence": known.divergence} | part
        assert beyond._differs(loss, SHAPE, Reading(**given, separable=True), Ranges(), SINGLE) is False


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
        "scipy.optimize.least_squares", lambda gap, start, **_: asked.append(gap) or SimpleNamespace(x=start)
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


@pytest.mark.parametrize("late", [True, False])
def test_without_a_fork_work_is_late_if_it_was_ended_alone(late, monkeypatch):
    asked = []

    @contextlib.contextmanager
    def interrupt_after(timeout, error):
        asked.append((timeout, error))
        yield SimpleNamespace(is_set=lambda: late)

    monkeypatch.setattr(isolation, "interrupt_after", interrupt_after)
    assert isolation._here(lambda note: 3, 2.5) == (False, 3)  # it was done all the same
    found = isolation._here(lambda note: 1 / 0, 2.5)
    assert asked == [(2.5, isolation.GivenUp)] * 2
    if late:
        assert found == isolation.Lost("", "", 2.5, late=True)
    else:
        assert found[0] is True
        assert "ZeroDivisionError" in str(found[1])


# --- sizes and masks --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "tried", "raised"),
    [
        ({0: "raises ValueError", 1: "raises TypeError"}, 3, None), ({}, 1, None),
        ({0: "raises ValueError", 1: "loss returns a string"}, 2, "raises ValueError"),
        ({0: "loss returns None"}, 1, "loss returns None"),
        ({0: "loss returns what does not depend on mu"}, 2, None),
        (dict.fromkeys(range(9), "raises ValueError"), 4, "raises ValueError"),
    ],
)  # fmt: skip
def test_other_sizes_are_tried_unless_it_is_what_is_returned_that_is_wrong(said, tried, raised, monkeypatch):
    seen, notes = [], []

    def adapt(target, instance):
        seen.append(instance.shape)
        if len(seen) - 1 in said:
            reason = said[len(seen) - 1]
            raise (NoNumber if reason in ("loss returns a string", "loss returns None") else Unusable)(reason)
        return target

    monkeypatch.setattr(examination, "adapt", adapt)
    monkeypatch.setattr(examination, "fixed", lambda: SHAPES[3:5])
    shapes = [*SHAPES[:2], *SHAPES[3:5]]
    if raised:
        with pytest.raises(Unusable, match=f"^{raised}$"):
            examination._adapted("loss", SHAPES[:2], notes.append)
    else:
        assert examination._adapted("loss", SHAPES[:2], notes.append) == ("loss", shapes[tried - 1])
    assert seen == shapes[:tried]
    assert notes == [f"while it is tried at {shape}" for shape in seen]


@pytest.mark.parametrize(("hidden", "matters"), [([1.0, 2.0], False), ([1.0, 2.5], True), (None, False)])
def test_a_mask_matters_if_the_values_are_others_with_it(hidden, matters):
    values = {0: [1.0, 2.0], 3: hidden}

    def samples(count):
        return None if values[count] is None else (None, [SimpleNamespace(values=np.array(values[count]))])

    masked = SimpleNamespace(weighing=SimpleNamespace(samples=samples), _hiding=lambda count: count)
    assert _Masked._matters(masked, 3) is matters


# --- the order of an examination --------------------------------------------------------------------------------------


@pytest.fixture
def examined(monkeypatch):
    """Return a function: the report of an examination whose steps do nothing, and which there were."""

    def made(kind="none", widest=True, bernoulli=False, known=None, findings=(), **declared):
        steps, reading = [], Reading("error", "part", True)
        wanted = expectations(**declared)
        interface = SimpleNamespace(call=None, torch=False, sizes=(6, 3), assumed=["an assumption"])

        def step(name, returned=None):
            monkeypatch.setattr(examination, name, lambda *given: steps.append(name) or returned)

        def judged(*given):
            steps.append("judge")
            given[-1].findings += findings

        step("_adapted", (interface, SHAPE))
        step("_of_sizes", SHAPES[:1])
        step("_where", ("ranges", SHAPES[:1], widest))
        step("settled", (interface, wanted))
        step("_own_parameters", ["of its own"])
        noise = SimpleNamespace(kind=kind)
        loss = SimpleNamespace(noise=noise, epsilon=2.0**-52, evaluations=3)
        monkeypatch.setattr(examination, "Loss", lambda *_: loss)
        monkeypatch.setattr(
            examination, "_read", lambda *given: given[4].undecided.append("the order") or ("samples", reading)
        )
        monkeypatch.setattr(examination, "_is_bernoulli", lambda reading: bernoulli)
        step("judge_estimates")
        step("_explained", Explained(known or reading))
        monkeypatch.setattr(examination, "compare_beyond", lambda *given: steps.append(("beyond", given[4])))
        step("observe")
        monkeypatch.setattr(examination, "_is_seeded", lambda *given: None)
        monkeypatch.setattr(examination, "judge", judged)
        step("witness", {"at": 1})
        report = examination.examine("target", wanted, "name", lambda text: steps.append(f"note {text}"))
        return report, steps[5:] if "_of_sizes" in steps else steps[4:]

    return made


def test_a_loss_is_judged_after_all_that_it_is_looked_at_with(examined):
    report, steps = examined()
    observed = "note while its modes, masks and states are compared"
    assert steps == ["_own_parameters", "_explained", "note far away", ("beyond", True), observed, "observe", "judge"]
    assert report.assumed == ["an assumption", "of its own"]
    assert report.undecided == ["the order"]
    assert report.evaluations == 3
    assert 0 <= report.seconds < 600
    for shapes in ([(4, 6, 3)], None):
        assert ("beyond", shapes is None) in examined(shapes=shapes)[1]
    assert ("beyond", False) in examined(known=Reading("error", "another", True))[1]
    read_off = Reading(ReconstructionPart(GAUSSIAN, (), None), "part", True)
    for _, steps in (examined(known=read_off), examined(surrogate=True)):
        assert {*steps} - {"note far away"} == {"_own_parameters", "_explained", observed, "observe", "judge"}


def test_a_loss_that_draws_what_has_no_mean_is_estimated_and_no_more(examined):
    report, steps = examined("statistical")
    assert steps == ["_own_parameters", "judge_estimates"]
    assert report.undecided == []


def test_a_loss_of_known_terms_in_an_interval_alone_is_undecided_unless_it_is_of_probabilities(examined):
    told = "the loss is of known terms only where the reconstruction and the data lie in [0, 1]"
    assert examined(widest=False)[0].undecided == ["the order", told]
    for known in ({"widest": False, "bernoulli": True}, {"widest": True, "bernoulli": True}):
        assert examined(**known)[0].undecided == ["the order"]


@pytest.mark.parametrize("kind", ["none", "exact"])
def test_what_is_found_has_a_certificate_where_values_are_exact(examined, kind):
    findings = [Finding(Code.STATE, "one"), Finding(Code.GRADIENT, "two")]
    report, steps = examined(kind, findings=findings)
    assert "witness" in steps
    assert [each.certificate for each in report.findings] == [{"at": 1}] * 2
    assert [each.detail for each in report.findings] == ["one", "two"]
    assert "witness" not in examined(kind)[1]


def test_of_what_is_no_function_nothing_else_is_told(examined):
    report, steps = examined("state")
    assert (report.outcome, report.undecided, steps) == ("defect", [], ["_own_parameters"])
