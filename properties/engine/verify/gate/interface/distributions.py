"""Losses of torch distributions: Normal or Independent, as the loss needs them."""

import pytest
import torch
from torch.distributions import Distribution, Normal, kl_divergence

from verify.gate.errors import Unusable
from verify.gate.instances import Instance, Ranges, draws
from verify.gate.interface import adapt
from verify.gate.shapes import Shape

PILOT = draws(Shape(4, 6, 3), Ranges(), 1)[0]


def expected(instance: Instance) -> float:
    recon, x, mu, head = map(torch.from_numpy, instance)
    error = -Normal(recon, 1).log_prob(x).sum(1)
    return float((error + kl_divergence(Normal(mu, (head / 2).exp()), Normal(0, 1)).sum(1)).mean())


def error(recon, x):
    return -Normal(recon, 1.0).log_prob(x).sum(1)


TAKEN = {
    "events": lambda px, x, qz, pz: -px.log_prob(x) + kl_divergence(qz, pz),
    "events, summed": lambda px, x, qz, pz: (-px.log_prob(x) + kl_divergence(qz, pz)).mean(),
    "no events": lambda px, x, qz, pz: -px.log_prob(x).sum(-1) + kl_divergence(qz, pz).sum(-1),
    "no events, averaged": lambda px, x, qz, pz: torch.mean(
        -px.log_prob(x).sum(-1) + kl_divergence(qz, pz).sum(dim=-1)
    ),
    "events of the data only": lambda px, x, qz, pz: -px.log_prob(x) + kl_divergence(qz, pz).sum(-1),
    "events of the code only": lambda px, x, qz, pz: -px.log_prob(x).sum(1) + kl_divergence(qz, pz),
    "another order": lambda x, px, prior, posterior: -px.log_prob(x) + kl_divergence(posterior, prior),
    "a tensor for the data": lambda recon, x, q, p: error(recon, x) + kl_divergence(q, p),
    "no prior": lambda recon_x, x, q_z: error(recon_x, x) + kl_divergence(q_z, Normal(0.0, 1.0)).sum(1),
    "a distribution and the heads": lambda px, x, mu, logvar: (
        -px.log_prob(x) + kl_divergence(Normal(mu, (logvar / 2).exp()), Normal(0.0, 1.0)).sum(1)
    ),
    "closed form": lambda recon, x, qz: error(recon, x) + (qz.mean**2 + qz.variance - qz.variance.log() - 1).sum(1) / 2,
}


@pytest.mark.parametrize("name", TAKEN)
def test_distributions_are_as_the_loss_needs_them(name):
    interface = adapt(TAKEN[name], PILOT)
    for instance in (PILOT, draws(Shape(7, 4, 3), Ranges(), 1)[0]):
        value = interface.call(*interface.inputs(instance))
        assert value.requires_grad
        assert float(value.detach()) == pytest.approx(expected(instance), rel=1e-12)


def test_what_the_distributions_are_is_said():
    assert adapt(TAKEN["events of the data only"], PILOT).assumed == [
        "arguments by name: (px is p(x | z), x, qz is q(z | x), pz is p(z))",
        "px = Independent(Normal(recon, 1), 1)",
        "qz = Normal(mu, exp(logvar/2))",
        "pz = Normal(0, 1)",
        "the mean of the n values returned",
    ]


def test_an_average_over_latents_or_over_samples_is_no_guess():
    """Of events it is the right loss, of no events it averages over latents."""
    with pytest.raises(Unusable, match="whether they are Normal or Independent matters: give an adapter"):
        adapt(lambda px, x, qz, pz: -px.log_prob(x).mean() + kl_divergence(qz, pz).mean(), PILOT)


def test_a_sum_over_everything_is_the_same_either_way():
    interface = adapt(lambda px, x, qz, pz: -px.log_prob(x).sum() + kl_divergence(qz, pz).sum(), PILOT)
    assert float(interface.call(*interface.inputs(PILOT)).detach()) == pytest.approx(4 * expected(PILOT))


def test_a_loss_that_leaves_out_the_divergence_is_not_called_with_distributions():
    with pytest.raises(Unusable, match="does not depend on the heads"):
        adapt(lambda px, x, qz, pz: -px.log_prob(x).sum(-1), PILOT)


def annotated(recon: Distribution, data, q: Distribution, p: Distribution):
    return -recon.log_prob(data).sum(-1) + kl_divergence(q, p).sum(-1)


def unknown(a: Normal, data, b: Normal, c: Normal):
    return 0.0


def test_annotations_say_what_is_a_distribution():
    interface = adapt(annotated, PILOT)
    assert float(interface.call(*interface.inputs(PILOT)).detach()) == pytest.approx(expected(PILOT))
    with pytest.raises(Unusable, match=r"takes \(a, data, b, c\)"):
        adapt(unknown, PILOT)
