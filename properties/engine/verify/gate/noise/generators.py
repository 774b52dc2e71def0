"""The generators of the caller, and the functions that draw, are as they were, whatever happens in between."""

import gc
import random
import sys
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from verify.gate.evaluation import Loss
from verify.gate.instances import Ranges, draws
from verify.gate.isolation import isolated
from verify.gate.noise import kernels, seeds
from verify.gate.noise.chosen import Normals
from verify.gate.noise.kinds import Noise
from verify.gate.noise.normals import replaced
from verify.gate.noise.seeds import kept, plain, seed_all, shared
from verify.gate.shapes import Shape

INSTANCES = draws(Shape(4, 6, 3), Ranges(wide=True), 2)
NAMES = [(np.random, n) for n in ("normal", "standard_normal", "randn", "default_rng")] + [
    (random, n) for n in ("gauss", "normalvariate")
]


def states(*own):
    """Return all that a program could notice of what others drew."""
    held = [random.getstate(), np.random.get_state(), torch.get_rng_state()]
    held += [
        getattr(g, "get_state", None) or getattr(g, "getstate", None) or (lambda g=g: g.bit_generator.state)
        for g in own
    ]
    functions = [getattr(owner, name) for owner, name in NAMES]
    return [plain(each() if callable(each) else each) for each in held], functions


class Failed(Exception):
    """Raised by a loss."""


def test_all_is_as_it_was_after_a_gate_and_after_a_loss_that_raises():
    own = np.random.default_rng(1), random.Random(2), torch.Generator()
    calls = []

    def call(r, x, mu, lv):
        calls.append(1)
        drawn = np.random.normal() + np.random.rand() + random.gauss(0, 1) + random.random() + own[1].random()
        if len(calls) in (30, 31, 32):
            raise Failed
        return mu.sum() * drawn + torch.randn(()) + own[0].random() + torch.rand((), generator=own[2])

    for kind in ("none", "exact", "statistical"):
        calls.clear()
        loss = Loss(call, True)
        before = states(*own)
        found = Noise.found(loss, INSTANCES)
        assert states(*own) == before
        if kind != "none":
            found.kind = kind
        loss.noise = found
        before = states(*own)
        for use in (loss.value, loss.gradient, lambda i, it=loss: it.noise.together(it, [i, i], 3)):
            calls[:] = [1] * 28
            with pytest.raises(Failed):
                [use(INSTANCES[0]) for _ in range(20)]
            assert states()[1] == before[1]
            assert states()[0] == before[0][:3]
            if kind != "none":
                assert states(*own)[0][5:] == before[0][5:]


@pytest.mark.long
@pytest.mark.parametrize("by_the_caller", [False, pytest.param(True, marks=pytest.mark.long)])
@pytest.mark.parametrize("make", [np.random.default_rng, random.Random])
def test_a_generator_that_was_made_before_the_process_is_found_in_it(make, by_the_caller, monkeypatch):
    """A fork freezes what it has of its caller; a loss that draws from such a generator would seem to keep a state."""
    made = make(1)
    if by_the_caller:
        monkeypatch.setattr(seeds, "gc", gc)
        gc.freeze()
    before = gc.get_freeze_count()
    draw = made.standard_normal if isinstance(made, np.random.Generator) else partial(made.gauss, 0.0, 1.0)

    def kind(note):
        loss = Loss(lambda r, x, mu, lv: float((mu**2).sum() + draw()), False)
        return Noise.found(loss, INSTANCES).kind, gc.get_freeze_count() > 0

    assert isolated(kind, 60.0) == ("statistical", True)
    assert gc.get_freeze_count() == before


@pytest.mark.parametrize("enabled", [False, True])
def test_what_is_frozen_is_looked_at_and_frozen_again(enabled, monkeypatch):
    made, did = [random.Random(1), np.random.PCG64(2), random.SystemRandom(), np.random, 3], []

    def collector(frozen):
        noted = {name: partial(did.append, name) for name in ("disable", "unfreeze", "freeze", "enable")}
        asked = {"get_freeze_count": lambda: frozen, "isenabled": lambda: enabled}
        return SimpleNamespace(get_objects=lambda: (did.append("get_objects"), made)[1], **noted, **asked)

    monkeypatch.setattr(seeds, "gc", collector(7))
    own = seeds.own()
    assert did == ["disable", "unfreeze", "get_objects", "freeze", *(["enable"] if enabled else [])]
    before = [made[0].getstate(), made[1].state]
    assert [each.get() for each in own] == before
    made[0].random(), made[1].random_raw()
    assert all(each.get() != state for each, state in zip(own, before, strict=True))
    for each, state in zip(own, before, strict=True):
        each.put(state)
    assert [made[0].getstate(), made[1].state] == before
    did.clear()
    with seeds.inherited():  # what a caller has frozen itself is for the fork to look at
        assert (did, seeds._inherited) == ([], [])
    monkeypatch.setattr(seeds, "gc", collector(0))
    with seeds.inherited():
        monkeypatch.setattr(seeds, "gc", collector(7))
        assert len(seeds.own()) == 4
        assert did == ["get_objects"] * 2  # and not what it has in common with its caller
    assert seeds._inherited == []


def test_a_caller_who_draws_in_between_goes_on_where_he_was():
    own = np.random.default_rng(1)
    loss = Loss(lambda r, x, mu, lv: mu.sum() * torch.rand(()), True)
    loss.noise = Noise.found(loss, INSTANCES)
    own.random(), random.random(), np.random.rand(), torch.rand(3)
    before = states(own)
    loss.value(INSTANCES[0])
    loss.noise.together(loss, INSTANCES, 3)
    assert states(own) == before


def other():
    """Return draws that are not normal."""
    return [
        *torch.rand(3).tolist(), *torch.randperm(5).tolist(), int(torch.randint(99, ())), *np.random.rand(2),
        *np.random.permutation(4), random.random(), random.randrange(99),
        *torch.bernoulli(torch.full((9,), 0.5)).tolist(),
    ]  # fmt: skip


def normal():
    """Draw normal numbers, each kind of them an odd number of times."""
    torch.randn(3), torch.normal(0.0, torch.ones(5)), torch.empty(7).normal_()
    np.random.randn(3), np.random.normal(2, 3), np.random.standard_normal(5), random.gauss(0, 1), random.normalvariate()


def test_other_draws_are_the_same_whether_normal_ones_are_replaced_or_not():
    seed_all(4)
    before = other()
    normal()
    expected = before + other()
    normals = Normals()
    for chosen in (None, np.ones(100)):
        with replaced(normals):
            normals.start(chosen)
            seed_all(4)
            found = other()
            normal()
            assert found + other() == expected
        assert normals.entries == (0 if chosen is None else 3 + 5 + 7 + 3 + 1 + 5 + 1 + 1)
        assert len(normals.record) == (8 if chosen is None else 0)


def test_chosen_numbers_come_in_the_order_in_which_they_are_drawn():
    normals = Normals()
    with replaced(normals):
        normals.start(np.arange(1, 100.0))
        assert torch.normal(torch.tensor([10.0, 20.0]), 2.0).tolist() == [12, 24]
        assert np.random.normal(1, [10, 100]).tolist() == [31, 401]
        assert (random.gauss(0, 1), np.random.normal()) == (5, 6)
        generator = np.random.default_rng()
        assert isinstance(generator, np.random.Generator)
        assert generator.normal([0, 100], 1).tolist() == [7, 108]
        assert generator.standard_normal(1, dtype=np.float32).dtype == np.float32
        assert torch.randn(2, dtype=torch.bfloat16).tolist() == [10, 11]
        assert torch.randn(1, dtype=torch.complex64).dtype == torch.complex64
        assert torch.randn(()).item() == 12
    assert normals.entries == 12


def test_a_generator_without_a_seed_has_one_from_the_block():
    def drawn(seed):
        with replaced(Normals(), seed):
            return np.random.default_rng().random(), np.random.default_rng().random(), np.random.default_rng(8).random()

    assert drawn(1) == drawn(1)
    assert drawn(1)[0] not in (drawn(1)[1], drawn(2)[0])
    assert drawn(1)[2] == drawn(2)[2] == np.random.default_rng(8).random()


@pytest.mark.parametrize("used", [False, True])
def test_a_gpu_is_seeded_and_put_back_if_it_is_used(monkeypatch, used):
    seeded, states = [], []
    monkeypatch.setattr(torch.cuda, "is_initialized", lambda: used)
    monkeypatch.setattr(torch.cuda, "manual_seed_all", seeded.append)
    monkeypatch.setattr(torch.cuda, "get_rng_state_all", lambda: ["state"])
    monkeypatch.setattr(torch.cuda, "set_rng_state_all", states.append)
    with kept(shared()):
        seed_all(5)
    assert seeded == [5] * used
    assert states == [["state"]] * used


@pytest.mark.parametrize("kind", [kernels.Kernels, kernels.Watch])
def test_the_compiler_is_kept_out_only_where_it_is_at_hand(kind, monkeypatch):
    """To keep it out imports it, which takes seconds."""
    monkeypatch.delitem(sys.modules, "torch._dynamo", raising=False)
    assert not kind._should_skip_dynamo()
    monkeypatch.setitem(sys.modules, "torch._dynamo", None)
    assert kind._should_skip_dynamo()
