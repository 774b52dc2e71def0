"""An encoder or a decoder that is called several times, where the gate puts the same in place of every answer."""

import random
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from properties.engine.helpers.behaviour import error, gated, kl
from properties.engine.helpers.slow import but
from verify.gate.behaviour.coders import examine_coders
from verify.gate.instances import Instance
from verify.gate.report import Report
from verify.gate.shapes import SHAPES

ENCODER = "the encoder is called with other data too, and was made to return the same heads"


class Model(nn.Module):
    def __init__(self, loss):
        super().__init__()
        self.heads, self.decoder, self.of = nn.Linear(6, 6), nn.Linear(3, 6), loss

    def encode(self, x):
        return self.heads(x).chunk(2, 1)

    def decode(self, z):
        return self.decoder(z)

    def draw(self, mu, logvar):
        return mu + (logvar / 2).exp() * torch.randn_like(mu)

    def forward(self, x):
        mu, logvar = self.encode(x)
        return self.of(self, x, mu, logvar) + kl(mu, logvar)


def encoded_again(model, x, mu, logvar):
    recon = model.decode(model.draw(mu, logvar))
    return error(recon, x) + ((model.encode(recon)[0] - mu) ** 2).sum(1).mean()


def consistent(model, x, mu, logvar):
    recon = model.decode(model.draw(mu, logvar))
    return error(recon, x) + error(recon, model.decode(mu))


def averaged_before(model, x, mu, logvar):
    return error(sum(model.decode(model.draw(mu, logvar)) for _ in range(4)) / 4, x)


def averaged(model, x, mu, logvar):
    return sum(error(model.decode(model.draw(mu, logvar)), x) for _ in range(3)) / 3


def looked_at(model, x, mu, logvar):
    model.decode(torch.randn_like(mu))
    model.encode(x)
    return error(model.decode(model.draw(mu, logvar)), x)


class Objective:
    """The same of a model that is given, in which nothing but the calls is real."""

    def __init__(self, loss):
        self.of = loss

    def __call__(self, model, x):
        model.draw = lambda mu, logvar: mu + (logvar / 2).exp() * torch.randn_like(mu)
        mu, logvar = model.encode(x)
        return self.of(model, x, mu, logvar) + kl(mu, logvar)


WRONG = {
    "encoded again": (encoded_again, ENCODER),
    "consistent": (consistent, "the decoder is called 2 times, and the loss is no sum over its calls"),
    "averaged before": (averaged_before, "the decoder is called 4 times, and the loss is no sum over its calls"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_made_of_several_answers_together_is_not_judged(name):
    loss, undecided = WRONG[name]
    report = gated(Objective(loss).__call__, shapes=SHAPES[:2])
    assert report.outcome == "undecided", f"{report}"
    assert report.undecided[-1].startswith(undecided)
    assert len(report.undecided) == 1 + (name == "consistent")  # there the mean is decoded, too


@pytest.mark.parametrize("loss", [averaged, looked_at])
def test_a_sum_over_answers_is_judged(loss):
    assert gated(Objective(loss).__call__, shapes=SHAPES[:2]).accepted


@pytest.mark.parametrize("name", but(WRONG, "encoded again", "averaged before", mark="long"))
def test_a_model_is_looked_at_as_an_objective_is(name):
    loss, undecided = WRONG[name]
    report = gated(Model(loss), shapes=[(3, 6, 3)])
    assert report.undecided[-1].startswith(undecided)
    assert len(report.undecided) == 1 + (name == "consistent")  # there the mean is decoded, too


@pytest.mark.long
@pytest.mark.parametrize("loss", [averaged, looked_at])
def test_a_model_that_adds_up_answers_is_judged(loss):
    assert gated(Model(loss)).accepted


# --- by hand --------------------------------------------------------------------------------------------------------

ONE, OTHER = (Instance(*(np.full((2, 2), float(value)) for value in values)) for values in ((1, 9, 2, 3), (5, 7, 4, 6)))
HEADS = np.array([[1.0, 2.0]])


class Called:
    """A model's loss: of what its decoder returns at its first call, and at its second."""

    torch = False

    def __init__(self, of, encoded=(), decoded=2, error=None):
        self.of, self.error, self.seconds, self.called = of, error, [], []
        self.setting = SimpleNamespace(encoded=encoded, decoded=[HEADS] * decoded)

    def inputs(self, instance):
        return instance

    def raw(self, inputs):
        assert inputs is ONE
        if self.error:
            raise self.error
        return 0, self.setting

    def with_second(self, second):
        self.seconds.append(second[0, 0])

        def call(recon, x, mu, head):
            self.called.append((recon[0, 0], x[0, 0], mu[0, 0], head[0, 0], random.random()))
            return self.of(recon[0, 0], second[0, 0])

        return SimpleNamespace(call=call, torch=False)


def looked_at_by_hand(model):
    """Return what is undecided, and how often the loss was called."""
    report = Report("loss")
    examine_coders(
        SimpleNamespace(
            interface=model, report=report, loss=SimpleNamespace(epsilon=2.0**-40),
            samples=[SimpleNamespace(instances=[ONE, OTHER, None])],
        )
    )  # fmt: skip
    return report.undecided, report.evaluations


def test_each_call_of_a_decoder_has_its_turn_at_both_reconstructions_from_one_seed():
    model = Called(lambda first, second: first + 10 * second)
    assert looked_at_by_hand(model) == ([], 4)
    assert [(call[0], second) for call, second in zip(model.called, model.seconds, strict=True)] == [
        (1, 5), (5, 1), (1, 1), (5, 5),
    ]  # fmt: skip
    assert {call[1:4] for call in model.called} == {(9, 2, 3)}  # data and heads are those of the first instance
    assert {call[4] for call in model.called} == {random.Random(0).random()}
    told = "the decoder is called 3 times, and the loss is no sum over its calls: it was examined with the same"
    assert looked_at_by_hand(Called(lambda a, b: a * b, decoded=3)) == ([f"{told} reconstruction from each of them"], 4)


@pytest.mark.parametrize("decoded", [0, 1])
def test_a_decoder_that_is_called_once_is_not_looked_at(decoded):
    model = Called(lambda a, b: a * b, decoded=decoded)
    assert looked_at_by_hand(model) == ([], 0)
    assert looked_at_by_hand(Called(lambda a, b: a * b, error=ValueError("no"))) == ([], 0)


@pytest.mark.parametrize(("off", "sums"), [(1.9, True), (-1.9, True), (2.1, False), (-2.1, False), (np.nan, True)])
def test_a_sum_may_be_off_by_rounding(off, sums):
    """By 16 times that of a sum of 2·(2 + 2) numbers and 16 steps, of 8 at most: 2⁻⁴⁰·16·24·8; off is in half that."""
    bound = 16 * (16 + 2 * 4) * 2.0**-40 * 8
    model = Called(lambda a, b: (8 if (a, b) == (5, 5) else 4 if a == b else 6) + off * bound / 2 * (a > b))
    assert (looked_at_by_hand(model)[0] == []) is sums


def test_heads_differ_in_their_shape_and_in_their_numbers():
    tensor, moved = torch.tensor(HEADS, requires_grad=True), np.array([[1.0, 3.0]])
    same = [[], [[HEADS]], [[HEADS, HEADS]], [[HEADS, tensor]], [[HEADS, HEADS], [moved, moved]]]
    others = [[[tensor, moved]], [[HEADS, HEADS, moved]], [[HEADS], [HEADS, moved]], [[HEADS, HEADS[0]]]]
    for encoded in (*same, *others):
        told = [] if any(encoded is each for each in same) else [ENCODER]
        assert looked_at_by_hand(Called(None, encoded, 1)) == (told, 0)


class Changed(Model):
    """The data are stretched first: for the encoder, or for the error too."""

    def __init__(self, both):
        super().__init__(lambda model, x, mu, logvar: error(model.decode(model.draw(mu, logvar)), x))
        self.both = both

    def forward(self, x):
        stretched = 2 * x - 1
        mu, logvar = self.encode(stretched)
        return self.of(self, stretched if self.both else x, mu, logvar) + kl(mu, logvar)


def test_data_that_are_changed_first_are_the_reason_where_the_error_is_of_those():
    told = "the model changes its data before it encodes them, and its error is that of the changed ones"
    report = gated(Changed(both=True), shapes=[(2, 6, 3)])
    assert (report.outcome, report.undecided) == ("undecided", [f"{told}: gate the loss of these by itself"])


@pytest.mark.long
def test_data_may_be_changed_for_the_encoder_alone():
    assert gated(Changed(both=False), shapes=[(2, 6, 3)]).accepted


FUNCTION = "the decoder is given a function of mu + σ·noise, σ that of the KL, and not that itself"


@pytest.mark.long
def test_a_function_of_the_sample_is_told_from_other_noise():
    def loss(change, draw=torch.randn_like):
        def of(model, x, mu, logvar):
            return error(model.decode(change(mu + (logvar / 2).exp() * draw(mu))), x)

        return gated(Model(of), shapes=[(2, 6, 3)]).undecided

    assert loss(torch.tanh) == [f"{FUNCTION}: right only if it belongs to the decoder"]
    (told,) = loss(torch.tanh, torch.rand_like)
    assert "the variance of z is" in told
