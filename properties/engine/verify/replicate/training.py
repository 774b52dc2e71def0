"""One training: it repeats, goes on, ends, and is watched; every model of a batch has a course of its own."""

import hashlib

import numpy as np
import pytest
import torch

from verify.replicate import Setting
from verify.replicate.training import RECORDS, Training


def toy(slope=1.0):
    """Return a training of two models whose gradient is constant but for a seeded sign of noise."""

    class Toy(Training):
        rate = 0.5

        def parameters(self):
            return {"x": self.normal(2), "y": torch.zeros(2, 3)}

        def losses(self, parameters):
            return slope * parameters["x"] + (parameters["y"] * self.normal(2, 3)).sum(1)

        def constrain(self, parameters):
            parameters["y"].clamp_(max=0.25)

        def watch(self, parameters):
            return {"x": parameters["x"]}

        def measure(self, parameters):
            return [{"x": float(x), "drawn": float(self.normal(1))} for x in parameters["x"]]

    return Toy([Setting("a", {}), Setting("b", {})], 3, "cpu")


def test_a_training_that_goes_on_is_the_one_that_was_never_interrupted():
    whole = toy().advance(None, 100, 100)
    state = None
    for end in (1, 17, 50, 99, 100):
        state = toy().advance(state, end, 100)
    assert state.keys() == whole.keys()
    for name, value in whole.items():
        np.testing.assert_array_equal(value, state[name], err_msg=name)
    assert toy().conclude(state)[0] == toy().conclude(whole)[0]


def test_adam_steps_down_the_gradient_at_the_rate_and_the_constraint_comes_after_it():
    training = toy()
    start = training.parameters()["x"]
    state = toy().advance(None, 3, 3)
    np.testing.assert_allclose(state["parameter x"], start.numpy() - 3 * 0.5, rtol=1e-5)
    assert state["parameter y"].max() <= 0.25
    assert state["parameter y"].min() < -0.25


def test_a_training_is_watched_from_its_start_at_equal_distances():
    trace = toy().advance(None, 4 * RECORDS, 4 * RECORDS)["trace x"]
    assert trace.shape == (RECORDS, 2)
    np.testing.assert_allclose(np.diff(trace, axis=0), -4 * 0.5, rtol=1e-4)


def test_a_training_that_diverges_says_so():
    with pytest.raises(FloatingPointError, match="diverged within 2 steps"):
        toy(slope=float("nan")).advance(None, 2, 2)


class Falling(Training):
    """Three models, each of which Adam moves down by its rate a step."""

    rate = 0.5

    def parameters(self):
        return {"x": torch.tensor([10.0 * setting.values["a"] for setting in self.settings])}

    def losses(self, parameters):
        return parameters["x"]

    def watch(self, parameters):
        return {"x": parameters["x"].detach()}

    def measure(self, parameters):
        return [{"x": float(x)} for x in parameters["x"]]

    def exhibit(self, parameters):
        return [{"end": x.numpy()} for x in parameters["x"]]


@pytest.mark.parametrize("pieces", [(50,), (20, 50)])
def test_every_setting_is_shown_its_own_course(pieces):
    training = Falling([Setting(f"{a}", {"a": a}) for a in (1, 2, 3)], 0, "cpu")
    state = None
    for until in pieces:
        state = training.advance(state, until, 50)
    measured, shown = training.conclude(state)
    for a, numbers, exhibit in zip((1, 2, 3), measured, shown, strict=True):
        np.testing.assert_allclose(exhibit["x"], 10 * a - 0.5 * np.arange(50), atol=1e-4)
        np.testing.assert_allclose([numbers["x"], exhibit["end"]], 10 * a - 25, atol=1e-4)


def drawn(kind="Drawn", names=("a", "b"), seed=0):
    kind = type(kind, (Training,), dict.fromkeys(("parameters", "losses", "measure")))
    training = kind([Setting(name, {}) for name in names], seed, "cpu")
    return tuple(torch.randn(3, generator=g).tolist() for g in (training.generator, training.world))


def test_trainings_draw_by_seed_settings_and_purpose():
    """The truth of the data too; and neither is the other."""
    first = drawn()
    assert drawn() == first
    others = [
        drawn(seed=1), drawn(names=("a", "c")), drawn(names=("a",)), drawn(names=("b", "a")), drawn("Other"),
    ]  # fmt: skip
    numbers = [tuple(numbers) for pair in (first, *others) for numbers in pair]
    assert len(set(numbers)) == len(numbers) == 12


def test_a_seed_is_of_the_kind_the_settings_the_purpose_and_the_number():
    kind = type("Drawn", (Training,), dict.fromkeys(("parameters", "losses", "measure")))
    made = kind([Setting("a", {}), Setting("b", {})], 7, "cpu")
    for purpose, generator in (("training", made.generator), ("world", made.world)):
        digest = hashlib.sha256(f"Drawn|a|b|{purpose}|7".encode()).digest()
        assert generator.initial_seed() == int.from_bytes(digest[:7], "big")
    assert (made.device, Training.rate) == (torch.device("cpu"), 1e-3)


def test_fifty_records_are_made_of_a_training_and_one_of_each_step_of_a_short_one():
    for steps, records in ((100, 50), (50, 50), (20, 20), (149, 75)):
        state = Falling([Setting("1", {"a": 1})], 0, "cpu").advance(None, steps, steps)
        assert state["trace x"].shape == (records, 1)
        assert int(state["done"]) == steps


def test_adam_is_fused_and_has_the_rate_of_the_training(monkeypatch):
    asked, made = [], torch.optim.Adam
    monkeypatch.setattr(torch.optim, "Adam", lambda leaves, **how: asked.append(how) or made(leaves, **how))
    Falling([Setting("1", {"a": 1})], 0, "cpu").advance(None, 1, 1)
    assert asked == [{"lr": 0.5, "fused": True}]


def test_what_a_training_leaves_out_is_nothing():
    falling = Falling([Setting("1", {"a": 1}), Setting("2", {"a": 2})], 0, "cpu")
    assert Training.watch(falling, {}) == {}
    assert Training.exhibit(falling, {}) == [{}, {}]
    assert Training.constrain(falling, {}) is None
    unwatched = type("Unwatched", (Falling,), {"watch": Training.watch})([Setting("1", {"a": 1})], 0, "cpu")
    state = unwatched.advance(None, 4, 4)
    assert sorted(state) == ["done", "generator", "mean x", "parameter x", "square x"]
    assert unwatched.conclude(unwatched.advance(state, 6, 8))[1] == [{"end": pytest.approx(10 - 3)}]
