"""A partial function: of an object it hides neither what that keeps nor its modes, and gives what it was made with."""

from functools import partial

import pytest
import torch

from verify.gate.instances import Ranges, draws
from verify.gate.interface import adapt
from verify.gate.shapes import Shape

PILOT = draws(Shape(4, 6, 3), Ranges(), 1)[0]


class Objective(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.beta, self.calls = 2.0, 0

    def forward(self, recon, x, mu, logvar):
        self.calls += 1
        return self.calls * self.beta * (recon.sum() + x.sum() + mu.sum() + logvar.sum())

    def scaled(self, scale, recon, x, mu, logvar, kl_weight=3.0):
        return scale * kl_weight * self(recon, x, mu, logvar)


class Named(partial[float]):  # which torch and Python leave as it is, and do not merge with another
    pass


SUM = sum(each.sum() for each in PILOT)
PARTIAL = {
    "of an object": (partial(Objective()), {"beta": 2.0}, 2.0),
    "of a method": (partial(Objective().forward), {"beta": 2.0}, 2.0),
    "with a first argument": (partial(Objective().scaled, 0.5), {"beta": 2.0, "kl_weight": 3.0}, 3.0),
    "with a named one": (partial(Objective().scaled, 0.5, kl_weight=5.0), {"beta": 2.0, "kl_weight": 5.0}, 5.0),
    "of another": (Named(Named(Objective().scaled, 4.0), kl_weight=5.0), {"beta": 2.0, "kl_weight": 5.0}, 40.0),
}


def value(loss):
    return float(loss.call(*loss.inputs(PILOT)).detach())


@pytest.mark.parametrize("name", PARTIAL)
def test_what_an_object_keeps_is_seen_and_each_call_has_a_fresh_copy(name):
    target, knobs, factor = PARTIAL[name]
    found = adapt(target, PILOT)
    assert (found.knobs, found.modes, found.way.keeps) == (knobs, ("train", "eval"), True)
    for _ in range(2):
        assert value(found) == pytest.approx(factor * SUM)
    moved = found.with_knobs(**{each: 2 * value for each, value in knobs.items()})
    assert value(moved) == pytest.approx(factor * 2 ** len(knobs) * SUM)
    shared = found.kept()
    assert [value(shared) / (factor * SUM) for _ in range(3)] == pytest.approx([1, 2, 3])


def test_of_a_function_it_is_called_as_it_is():
    def loss(scale, recon, x, mu, logvar, *, beta=1.0):
        return scale * (recon.sum() + x.sum() + beta * (mu.sum() + logvar.sum()))

    found = adapt(partial(loss, 2.0, beta=4.0), PILOT)
    assert (found.knobs, found.modes, found.way.keeps) == ({"beta": 4.0}, (), False)
    expected = 2 * (PILOT.recon.sum() + PILOT.x.sum() + 4 * (PILOT.mu.sum() + PILOT.head.sum()))
    assert value(found) == pytest.approx(expected)
