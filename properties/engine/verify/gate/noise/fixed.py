"""A loss that seeds what it draws from itself is told to: what is odd in it is odd for that reason."""

import random
from types import SimpleNamespace

import numpy as np
import torch
from torch.nn import functional as F

from properties.engine.helpers.behaviour import error, gated, kl
from verify.gate.instances import Ranges, draws
from verify.gate.noise.kinds import Noise
from verify.gate.shapes import SHAPES

AT = draws(SHAPES[0], Ranges(), 2)


def is_fixed(draw):
    loss = SimpleNamespace(epsilon=2.0**-52, once=lambda instance: draw() + float(instance.mu.sum()))
    return Noise.found(loss, AT).is_fixed(loss, AT[0])


def test_a_generator_is_seeded_in_each_call_or_goes_on():
    own = torch.Generator()
    for case, draw, fixed in (
        ("torch", lambda: torch.manual_seed(3) and float(torch.randn(())), True),
        ("NumPy", lambda: np.random.seed(3) or np.random.randn(), True),
        ("Python", lambda: random.seed(3) or random.random(), True),
        ("made in the call", lambda: float(torch.randn((), generator=torch.Generator().manual_seed(3))), True),
        ("goes on", lambda: float(torch.randn(())), False),
        ("goes on, its own", lambda: float(torch.randn((), generator=own)), False),
        ("does not matter", lambda: 0 * float(torch.randn((), generator=own)), False),
        ("nothing", lambda: 1.0, False),
    ):
        assert is_fixed(draw) is fixed, case


def test_it_is_the_first_reason_of_what_is_undecided_and_nothing_where_the_loss_is_accepted():
    def seeded(error):
        def loss(recon, x, mu, logvar):
            torch.manual_seed(0)
            return error(recon, x) + kl(mu, logvar) + 0 * torch.rand(())

        return loss

    huber = lambda recon, x: F.huber_loss(recon, x, reduction="none").sum(1).mean()  # noqa: E731
    report = gated(seeded(huber), shapes=[(2, 2, 1)])
    assert [each.partition(":")[0] for each in report.undecided] == [
        "the loss seeds what it draws from itself",
        "the reconstruction error is Huber",
    ]
    assert gated(seeded(error), shapes=[(2, 2, 1)]).outcome == "accepted"
