"""How ways to call a loss are tried: which tensors move it, which of several is meant, and what is said if none is."""

import functools
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from verify.gate.errors import Unusable
from verify.gate.instances import Instance, Ranges, draws
from verify.gate.interface import adapt, adapting
from verify.gate.interface.adapting import (
    _differ,
    _farther,
    _instances,
    _is_mean,
    _is_numpy,
    _moves,
    _nearer,
    _needed,
    _settled,
    _Trial,
    _turned,
    _unusable,
    title,
)
from verify.gate.interface.interfaces import Interface, Kind
from verify.gate.interface.outputs import Output, _fields, _kind, _label, _one, _place, _refuse_doubles, _sizes, number
from verify.gate.interface.setting import Setting
from verify.gate.interface.ways import Way
from verify.gate.shapes import Shape

SHAPE = Shape(4, 6, 3)
PILOT = draws(SHAPE, Ranges(), 1)[0]


def interface(of, **way):
    return Interface(Way(lambda batch, setting: of(*batch), **way), Output(((),)), Kind.ARRAYS, [])


def trial(of):
    return _Trial(interface(of), PILOT)


# --- what moves it --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "parts", "moves"),
    [
        (lambda i: i.mu.sum(), (2, 3), True), (lambda i: i.head.sum(), (2, 3), True),
        (lambda i: i.mu.sum(), (0,), False),
        (lambda i: max(i.recon.sum(), 1e9), (0,), False), (lambda i: np.nan, (0,), False),
        (lambda i: np.nan if i.recon[0, 0] != PILOT.recon[0, 0] else 1.0, (0,), True),
        (lambda i: max(abs(i.mu).sum(), abs(PILOT.mu).sum()), (2,), True),
        (lambda i: min(i.x.sum(), PILOT.x.sum()), (1,), True),
    ],
)  # fmt: skip
def test_a_number_moves_if_a_tensor_does_nearer_or_farther(value, parts, moves):
    assert _moves(lambda i: float(value(i)), PILOT, parts) is moves


def test_tensors_are_moved_to_what_they_may_be():
    assert _nearer(np.array([0.0, 1.0])).tolist() == [0.0625, 0.8125]
    assert _farther(np.array([0.25, 0.5])).tolist() == [0.125, 0.25]  # probabilities stay that
    assert _farther(np.array([0.25, 2.0])).tolist() == [1.0, 8.0]
    assert _farther(np.array([0.0, 0.5])).tolist() == [0.0, 2.0]
    assert _farther(np.array([0.5, 1.0])).tolist() == [2.0, 4.0]


def test_what_has_to_enter_is_said_by_the_way():
    both = [("reconstruction", (0,)), ("heads", (2, 3))]
    assert _needed(Way(None, whole=True)) == both
    assert _needed(Way(None, shows=True)) == both[:1]
    assert _needed(Way(None)) == []


def test_weights_that_are_0_are_turned_up():
    made = interface(lambda *parts: 0.0, knobs={"beta": 0.0, "epoch": 0.0, "gamma": 2.0})
    assert [each.knobs for each in _turned(made)] == [made.knobs, {"beta": 1000, "epoch": 1000, "gamma": 2.0}]
    assert len(list(_turned(interface(lambda *parts: 0.0, knobs={"gamma": 2.0})))) == 1


def test_it_is_tried_at_the_pilot_then_elsewhere():
    found = list(_instances(PILOT, None))
    assert found[0] is PILOT
    assert [each.shape for each in found] == [SHAPE] * 5
    assert [bool((each.head > 0).all()) for each in found[1:]] == [False, True, False, True]
    assert [set(each.x.ravel()) <= {0.0, 1.0} for each in found[1:]] == [False, False, True, True]
    assert next(_instances(PILOT, (6, 3))) is PILOT
    assert [each.shape for each in _instances(PILOT, (5, 2))] == [Shape(4, 5, 2)] * 4


# --- which of several -----------------------------------------------------------------------------------------------


def mean(recon, x, mu, head):
    return float((recon - x).sum(1).mean())


def total(recon, x, mu, head):
    return float((recon - x).sum())


def test_of_several_ways_that_differ_the_mean_over_samples_is_meant():
    assert _settled([trial(mean), trial(mean)], "loss").output is not None
    first = trial(total)
    assert _settled([first, trial(mean)], "loss") is not first.interface
    assert _settled([first, first], "loss") is first.interface
    told = r"^loss takes distributions, and whether they are Normal or Independent matters: give an adapter: "
    for some in ([total, lambda *parts: 2 * total(*parts)], [mean, lambda *parts: 2 * mean(*parts)]):
        with pytest.raises(Unusable, match=told):
            _settled([trial(each) for each in some], "loss")


@pytest.mark.parametrize(("off", "differ"), [(0.9e-5, False), (1.1e-5, True), (-1.1e-5, True), (np.nan, True)])
def test_values_differ_beyond_a_hundred_thousandth(off, differ):
    assert _differ(trial(lambda *parts: -7.0), trial(lambda *parts: -7.0 * (1 + off))) is differ
    made = trial(lambda recon, *rest: -7.0 * (1 + off * (len(recon) == 8)))
    assert _is_mean(made) is not differ


def test_nothing_is_no_other_than_nothing():
    assert not _differ(trial(lambda *parts: 0.0), trial(lambda *parts: 0.0))
    assert _differ(trial(lambda *parts: 0.0), trial(lambda *parts: 1e-300))
    assert _is_mean(trial(lambda *parts: 0.0))


def test_a_mean_stays_what_it_is_when_the_batch_comes_twice():
    assert _is_mean(trial(mean))
    assert not _is_mean(trial(total))


# --- names and errors -----------------------------------------------------------------------------------------------


def of_numpy(recon, x, mu, logvar):
    return 0.0


def test_a_loss_is_called_by_its_name():
    assert title(of_numpy) == "of_numpy"
    assert title(functools.partial(of_numpy, 1)) == "of_numpy"
    assert title(lambda: 0) == "loss"
    assert title(SimpleNamespace()) == "SimpleNamespace"

    def inner():
        return 0

    assert title(inner) == "inner"


def test_code_that_has_numpy_and_no_torch_is_given_arrays():
    def made(**names):
        return eval("lambda recon, x, mu, logvar: 0", names)  # the test's own

    assert _is_numpy(made(np=np))
    assert _is_numpy(made(exp=np.linalg.norm))
    assert _is_numpy(functools.partial(made(np=np), 1))
    assert not _is_numpy(made(np=np, torch=torch))
    assert not _is_numpy(made(np=np, relu=torch.nn.functional.relu))
    assert not _is_numpy(made())


def test_none_of_the_ways_is_told_by_the_first_error():
    assert str(_unusable([Unusable("returns None"), ValueError("no")], "loss")) == "loss returns None"
    told = str(_unusable([KeyError("M_N"), Unusable("returns None")], "loss"))
    assert told.startswith("loss raises KeyError: 'M_N'; give an adapter: ")


def test_what_depends_on_no_reconstruction_is_told():
    with pytest.raises(Unusable, match=r"^loss returns what does not depend on the reconstruction: give an adapter: "):
        adapt(lambda x, px, qz: (qz.loc**2).sum(), PILOT)


def test_single_precision_is_tried_where_the_code_insists():
    def single(recon, x, mu, logvar):
        if recon.dtype != torch.float32:
            raise RuntimeError("expected dtype float32")
        return ((recon - x) ** 2).sum() + (mu**2).sum()

    found = adapt(single, PILOT)
    assert found.kind is Kind.SINGLE
    assert found.assumed[-1] == "inputs in single precision, as the code insists on it"
    assert [kind.value for kind in adapting._KINDS] == [
        "tensors", "tensors in single precision", "arrays", "tensors without a gradient",
    ]  # fmt: skip


# --- an interface ---------------------------------------------------------------------------------------------------


def test_an_interface_has_other_knobs_modes_and_masks():
    made = interface(lambda *parts: 0.0, knobs={"beta": 2.0}, modes=("train", "eval"), masks=(1,), sizes=(6, 3))
    assert made.with_knobs(beta=3.0).knobs == {"beta": 3.0}
    assert made.with_knobs(beta=3.0).as_given().knobs == {"beta": 2.0}
    assert made.in_mode("eval").setting.mode == "eval"
    assert made.with_mask("m").setting.mask == "m"
    assert made.kept().setting.objects == []
    assert (made.called(5).before, made.before, made.sizes, made.modes) == (5, 0, (6, 3), ("train", "eval"))
    for wrong, told in (
        (lambda: made.with_knobs(gamma=1.0), "gamma is no argument with a number as default; those are: beta"),
        (lambda: made.in_mode("test"), "there is no mode test; there is: train, eval"),
        (lambda: interface(None).with_knobs(a=1.0), "a is no argument with a number as default; those are: none"),
        (lambda: interface(None).in_mode("eval"), "there is no mode eval; there is: none"),
        (lambda: interface(None).with_mask(0), "no argument is a mask"),
    ):
        with pytest.raises(Unusable) as caught:
            wrong()
        assert str(caught.value) == told


def test_other_batches_come_before_a_call_if_they_are_to():
    seen = []

    def call(batch, setting):
        setting.shared(list)
        seen.append((setting.objects, batch.mu.copy()))
        setting.added.append(2.0)
        return 1.0

    made = Interface(Way(call, modes=("train",)), Output(((),)), Kind.ARRAYS, [], before=2)
    assert made.call(*PILOT) == 3.0
    assert len(seen) == 3
    assert seen[0][0] is seen[2][0]
    assert (seen[0][1] == 0.5).all()
    assert (seen[2][1] == PILOT.mu).all()
    assert made.raw(PILOT)[1].mode == "train"


def test_what_is_given_is_a_copy_of_its_kind():
    batch = Instance(*(torch.from_numpy(part.copy()).requires_grad_() for part in PILOT))
    given = {}
    for kind in Kind:
        some = batch if kind is not Kind.ARRAYS else PILOT
        made = Interface(Way(lambda b, s, kind=kind: (given.setdefault(kind, b.mu), 1.0)[1]), Output(((),)), kind, [])
        made.raw(some)
        assert given[kind] is not some.mu
    assert [given[kind].dtype for kind in (Kind.TENSORS, Kind.SINGLE)] == [torch.float64, torch.float32]
    assert (given[Kind.TENSORS].requires_grad, given[Kind.DETACHED].requires_grad) == (True, False)
    assert isinstance(given[Kind.ARRAYS], np.ndarray)
    assert made.sampled(PILOT) is None
    assert Setting().mode is None


# --- numbers --------------------------------------------------------------------------------------------------------


def test_a_number_is_one_or_one_for_each_sample():
    assert number(2.5, SHAPE) == 2.5
    assert number(np.array([[3.0]]), SHAPE) == 3.0
    assert number(np.arange(4.0), SHAPE) == number(np.arange(4.0)[:, None], SHAPE) == 1.5
    for wrong, told in (
        (np.ones(3), "returns k values: "), (np.ones((4, 2)), "returns n×2 values: "), ("a", "returns a string: "),
        (np.ones((4, 4)), "returns n×n values: "), (object(), "returns an object of type object: "),
        (True, "returns a bool: "), (3, "returns an int: "), (1j, "returns a complex number: "),
        (None, "returns None: "),
    ):  # fmt: skip
        with pytest.raises(Unusable) as caught:
            number(wrong, SHAPE)
        assert str(caught.value).startswith(told)
    assert _sizes((4, 6, 3, 9), SHAPE) == "n×d×k×9"
    assert [_one(each) for each in (None, [])] == ["None", "an object of type list"]
    assert [_kind(each) for each in ((1, 2), [1], {})] == ["a tuple of 2 values", "a list", "a dict of 0 values"]
    assert [_label({"a": 1}, "a"), _label((1, 2), 1)] == ["'a'", "number 2"]
    assert [_place((1, 2), 0), _place((1, 2), 1)] == [
        "the first of the 2 values returned", "number 2 of the 2 values returned",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "refused"),
    [
        ((1.0, 2.0), False), ((1.0, 1.0), True), ((1.0, 2.0, 3.0), True), ((0.0, 0.0), False), ((3.0, 1.0, 1.5), False),
        ((1.0, 1.0 + 0.9e-6), True), ((1.0, 1.0 + 3e-6), False), ((-1.0, -2.0, -3.0), True),
    ],
)  # fmt: skip
def test_a_sum_of_others_is_not_counted_twice(values, refused):
    if refused:
        with pytest.raises(Unusable, match=rf"^returns {len(values)} numbers, one of which may be the sum of others: "):
            _refuse_doubles(values)
    else:
        _refuse_doubles(values)


def test_an_object_holds_what_is_in_it_and_what_it_computes_under_a_name_of_a_loss():
    class Result:
        loss = property(lambda self: 2)

        def __init__(self):
            self.other = 1

    assert _fields(Result()) == {"loss": 2, "other": 1}
    assert _fields({"a": 1}) == {"a": 1}
    assert [_fields(value) for value in (None, 1.0, (1, 2), torch.zeros(1), len)] == [None] * 5
