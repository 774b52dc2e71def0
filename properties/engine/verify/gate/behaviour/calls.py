"""A loss in several settings: its values at the same instances, its weights, and what it draws, found once."""

import numpy as np
import pytest
import torch

from verify.gate.behaviour.subject import Subject
from verify.gate.behaviour.weighing import Weighing
from verify.gate.evaluation import Loss
from verify.gate.expectations import expectations
from verify.gate.instances import Ranges, draws
from verify.gate.interface import adapt
from verify.gate.reading import Reading, sample
from verify.gate.report import Report
from verify.gate.shapes import SHAPES, Shape

SHAPE = Shape(4, 6, 3)
PILOT = draws(SHAPE, Ranges(), 1)[0]


def elbo(recon, x, mu, logvar, beta=4.0):
    return (0.5 * ((x - recon) ** 2).sum(1) + beta * 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)).mean()


def drawing(recon, x, mu, logvar, beta=1.0):
    z = mu + (logvar / 2).exp() * torch.randn_like(mu)
    return (0.5 * ((x - recon) ** 2).sum(1) + beta * 0.5 * (z**2 - 1 - logvar).sum(1)).mean()


def raises(recon, x, mu, logvar, beta=1.0):
    if beta > 1:
        raise ValueError
    return elbo(recon, x, mu, logvar) if beta == 1 else elbo(recon, x, mu, logvar) * float("nan")


def weighing(call, shapes=(SHAPE,)):
    interface = adapt(call, PILOT)
    return interface, Weighing(interface, Ranges(), shapes)


def test_values_are_those_at_nine_instances_of_each_shape():
    interface, made = weighing(elbo, SHAPES[:2])
    loss, samples = made.samples(interface)
    assert [len(each.values) for each in samples] == [9, 9]
    assert [each.shape for each in samples] == list(SHAPES[:2])
    drawn = draws(SHAPE, Ranges(), 9)
    assert samples[0].values.tolist() == [float(elbo(*map(torch.from_numpy, each))) for each in drawn]
    assert loss.noise.kind == "none"
    assert made.evaluations == 2 * (9 + 3)
    assert made.shape == SHAPE
    assert made.once(interface) == samples[0].values[8]
    assert made.evaluations == 2 * (9 + 3) + 1
    changed = made.samples(interface, lambda instance: instance._replace(mu=instance.mu * 0))[1][0]
    assert changed.values.tolist() == [
        float(elbo(*map(torch.from_numpy, each._replace(mu=each.mu * 0)))) for each in drawn
    ]


def test_weights_are_those_of_a_setting():
    interface, made = weighing(elbo)
    assert made.weights(interface).beta.values[SHAPE] == pytest.approx(4)
    assert made.weights(interface.with_knobs(beta=0.5)).beta.values[SHAPE] == pytest.approx(0.5)
    assert made.weights(interface.with_knobs(beta=0.5), lambda i: i).error.values[SHAPE] == pytest.approx(1)


def test_where_a_setting_raises_or_has_no_number_there_is_none():
    interface, made = weighing(raises)
    assert made.samples(interface) is not None
    for beta in (2.0, 0.5):
        at = interface.with_knobs(beta=beta)
        before = made.evaluations
        assert made.samples(at) is made.once(at) is made.read(at) is made.weights(at) is None
        assert made.evaluations > before


def test_noise_is_found_once_and_its_mean_is_exact_in_each_setting():
    interface, made = weighing(drawing)
    loss, _ = made.samples(interface)
    assert loss.noise.kind == "exact"
    assert made.weights(interface.with_knobs(beta=3.0)).beta.values[SHAPE] == pytest.approx(3)
    again, _ = made.samples(interface.with_knobs(beta=2.0))
    assert again.noise is loss.noise
    state = torch.get_rng_state()
    made.samples(interface)
    assert torch.equal(torch.get_rng_state(), state)


def test_noise_without_an_exact_mean_tells_no_weights():
    interface, made = weighing(lambda recon, x, mu, logvar: elbo(recon, x, mu, logvar) * torch.rand(()))
    assert made.samples(interface)[0].noise.kind == "statistical"
    assert made.read(interface) is None


@pytest.mark.long
def test_a_subject_is_weighed_at_shapes_of_several_samples_and_features():
    interface = adapt(elbo, PILOT)
    loss = Loss(interface.call, interface.torch)
    shapes = [Shape(1, 6, 3), Shape(4, 1, 3), Shape(4, 6, 3), Shape(2, 5, 2)]

    def subject(some):
        samples = [sample(loss, each, Ranges()) for each in some]
        return Subject(interface, loss, Ranges(), samples, Reading(None, None, True), expectations(), Report("loss"))

    assert subject(shapes).shape == shapes[0]
    assert subject(shapes).weighing().shape == shapes[2]
    assert [each.shape for each in subject(shapes).weighing(6)._samples] == shapes[2:]
    assert len(subject(shapes).weighing()._samples) == 1
    assert subject(shapes[:2]).weighing().shape == shapes[0]
    assert np.isfinite(subject(shapes).samples[0].values).all()
