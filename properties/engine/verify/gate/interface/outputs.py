"""Which number of a result is the loss, and which results are none."""

from collections import OrderedDict, namedtuple
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from verify.gate.errors import Unusable
from verify.gate.instances import Ranges, draws
from verify.gate.interface import adapt
from verify.gate.shapes import Shape

PILOT = draws(Shape(4, 6, 3), Ranges(), 1)[0]
OTHER = draws(Shape(7, 4, 3), Ranges(), 1)[0]


def rec(r, x):
    return ((r - x) ** 2).sum(1)


def kl(mu, lv):
    return (mu**2 + lv.exp() - lv - 1).sum(1) / 2


def value(interface, instance=PILOT):
    found = interface.call(*interface.inputs(instance))
    assert isinstance(found, float) or found.ndim == 0
    return float(found.detach() if hasattr(found, "detach") else found)


@dataclass
class Parts:
    reconstruction: Any
    loss: Any


Named = namedtuple("Named", ["rec", "loss"])
Unnamed = namedtuple("Unnamed", ["whole", "part"])

FIRST = "the first of the {} values returned"
SUM = "the sum of the numbers returned: {}"
MEAN = "the mean of the n values returned"

RETURNED = {
    "a scalar": (lambda r, k: (r + k).mean(), []),
    "one number in brackets": (lambda r, k: (r + k).mean().reshape(1), []),
    "a float": (lambda r, k: (r + k).mean().item(), []),
    "a NumPy number": (lambda r, k: np.float64((r + k).mean().item()), []),
    "one for each sample": (lambda r, k: r + k, [MEAN]),
    "a column": (lambda r, k: (r + k)[:, None], [MEAN]),
    "whole, parts": (lambda r, k: ((r + k).mean(), r.mean(), k.mean()), [FIRST.format(3)]),
    "whole, samples": (lambda r, k: [(r + k).mean(), torch.ones(4, 3)], ["the only number returned: number 1"]),
    "parts, whole": (lambda r, k: (r.mean(), k.mean(), (r + k).mean()), ["number 3 of the 3 values returned"]),
    "parts": (lambda r, k: (r.mean(), k.mean()), [SUM.format("number 1, number 2")]),
    "parts for each sample": (lambda r, k: (r, k), [SUM.format("number 1, number 2"), MEAN]),
    "parts and others": (lambda r, k: (r.mean(), "text", None, k.mean(), 3), [SUM.format("number 1, number 4")]),
    "parts and a head of one latent": (
        lambda r, k: (r.mean(), k.mean(), k[:, None]),
        [SUM.format("number 1, number 2")],
    ),
    "a dictionary": (
        lambda r, k: {"kl": k.mean(), "loss": (r + k).mean(), "total": r.mean()},
        ["the value of key 'loss' of what is returned"],
    ),
    "a total": (
        lambda r, k: {"elbo": -(r + k).mean(), "total_loss": (r + k).mean()},
        ["the value of key 'total_loss' of what is returned"],
    ),
    "an ordered dictionary": (
        lambda r, k: OrderedDict(kl=k.mean(), loss=r + k),
        ["the value of key 'loss' of what is returned", MEAN],
    ),
    "a dictionary of parts": (lambda r, k: {"bce": r.mean(), "kld": k.mean()}, [SUM.format("'bce', 'kld'")]),
    "a dictionary with a whole": (
        lambda r, k: {"bce": r.mean(), "all": (r + k).mean()},
        ["the value of key 'all' of what is returned"],
    ),
    "an object": (lambda r, k: SimpleNamespace(kl=k, loss=(r + k).mean()), ["the attribute loss of what is returned"]),
    "a dataclass": (lambda r, k: Parts(r, (r + k).mean()), ["the attribute loss of what is returned"]),
    "a named tuple": (lambda r, k: Named(r.mean(), (r + k).mean()), ["the attribute loss of what is returned"]),
    "another named tuple": (lambda r, k: Unnamed((r + k).mean(), r.mean()), [FIRST.format(2)]),
    "an object in a dictionary": (
        lambda r, k: {"loss": {"total": (r + k).mean(), "kl": k.mean()}},
        ["the value of key 'loss' of what is returned", "the value of key 'total' of what is returned"],
    ),
    "a dictionary and others": (
        lambda r, k: ({"kl": k.mean(), "loss": (r + k).mean()}, torch.ones(4, 6)),
        ["the dictionary that is returned first", "the value of key 'loss' of what is returned"],
    ),
    "parts in a dictionary": (
        lambda r, k: {"loss": (r.mean(), k.mean())},
        ["the value of key 'loss' of what is returned", SUM.format("number 1, number 2")],
    ),
}


@pytest.mark.parametrize("name", RETURNED)
def test_the_loss_is_found_and_it_is_said_which(name):
    made, said = RETURNED[name]
    interface = adapt(lambda recon_x, x, mu, logvar: made(rec(recon_x, x), kl(mu, logvar)), PILOT)
    assert interface.assumed == ["arguments by position: (recon_x, x, mu, logvar)", *said]
    for instance in (PILOT, draws(Shape(1, 6, 3), Ranges(), 1)[0]):
        recon, x, mu, head = map(torch.from_numpy, instance)
        if "samples" in name and instance is not PILOT:
            continue
        assert value(interface, instance) == pytest.approx(float((rec(recon, x) + kl(mu, head)).mean()), rel=1e-12)


MATRIX = "reduce them to one number"
NONE = {
    "None": (lambda r, k: None, "returns None"),
    "an int": (lambda r, k: 3, "returns an int"),
    "a bool": (lambda r, k: True, "returns a bool"),
    "a string": (lambda r, k: "3.5", "returns a string"),
    "a complex number": (lambda r, k: 1j, "returns a complex number"),
    "a complex tensor": (lambda r, k: r.mean() * 1j, "returns complex128 values"),
    "an integer tensor": (lambda r, k: torch.tensor(3), "returns int64 values"),
    "a boolean tensor": (lambda r, k: r.mean() > 0, "returns bool values"),
    "features": (lambda r, k: torch.ones(4, 6) * r[:, None], f"returns n×d values: {MATRIX}"),
    "latents": (lambda r, k: torch.ones(4, 3) * k[:, None], f"returns n×k values: {MATRIX}"),
    "one for each latent": (lambda r, k: torch.ones(3) * k.mean(), f"returns k values: {MATRIX}"),
    "a broadcast": (lambda r, k: r[:, None] + k, f"returns n×n values: {MATRIX}"),
    "no number in a tuple": (lambda r, k: ("a", None, torch.ones(4, 3)), "none of them a number"),
    "nothing": (lambda r, k: (), "none of them a number"),
    "an ELBO": (
        lambda r, k: {"elbo": -(r + k).mean(), "kl": k.mean()},
        r"maximised.*: -loss\(recon, x, mu, logvar\)\['elbo'\]",
    ),
    "an object without a loss": (lambda r, k: SimpleNamespace(a=k.mean()), "without an attribute loss"),
    "an object": (lambda r, k: object(), "without an attribute loss"),
    "a set": (lambda r, k: {1.0}, "returns an object of type set"),
    "a part twice": (lambda r, k: (r.mean(), k.mean(), r.mean()), "may be the sum of others"),
    "the loss is a matrix": (lambda r, k: {"loss": torch.ones(4, 3)}, MATRIX),
}


@pytest.mark.parametrize("name", NONE)
def test_what_is_no_loss_is_told_in_one_line(name):
    made, said = NONE[name]

    def loss(recon_x, x, mu, logvar):
        return made(rec(recon_x, x), kl(mu, logvar))

    with pytest.raises(Unusable, match=said) as raised:
        adapt(loss, PILOT)
    assert str(raised.value).startswith("loss returns ")
    assert "\n" not in str(raised.value)


def test_a_whole_behind_a_floor_or_a_schedule_is_not_taken_for_a_part():
    def floored(recon_x, x, mu, logvar):
        k = torch.clamp(kl(mu, logvar).mean(), min=30.0)
        return rec(recon_x, x).mean() + k, rec(recon_x, x).mean(), k

    assert FIRST.format(3) in adapt(floored, PILOT).assumed

    def scheduled(recon_x, x, mu, logvar, epoch=0):
        r, k = rec(recon_x, x).mean(), kl(mu, logvar).mean()
        return r + min(1, epoch / 10) * k, r, k

    assert FIRST.format(3) in adapt(scheduled, PILOT).assumed


def test_a_sampled_whole_is_not_taken_for_one_that_depends_on_everything():
    def sampled(recon_x, x, mu, logvar):
        return rec(recon_x, x).mean() + torch.randn(()), kl(mu, logvar).mean() + torch.randn(())

    assert SUM.format("number 1, number 2") in adapt(sampled, PILOT).assumed


def test_a_vector_for_each_latent_is_no_vector_for_each_sample_elsewhere():
    interface = adapt(lambda recon_x, x, mu, logvar: kl(mu, logvar), PILOT)
    assert MEAN in interface.assumed
    assert value(interface, OTHER) == pytest.approx(float(kl(*map(torch.from_numpy, OTHER[2:])).mean()))
    odd = adapt(lambda recon_x, x, mu, logvar: torch.ones(4), PILOT)  # four whatever n is
    with pytest.raises(Unusable, match="reduce them"):
        value(odd, OTHER)
