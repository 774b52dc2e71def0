"""An encoder or a decoder that is called several times, where the gate puts the same in place of every answer."""

import pytest
import torch
from torch import nn

from properties.engine.helpers.behaviour import error, gated, kl
from properties.engine.helpers.slow import but
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
    assert [each.startswith(undecided) for each in report.undecided] == [True]


@pytest.mark.parametrize("loss", [averaged, looked_at])
def test_a_sum_over_answers_is_judged(loss):
    assert gated(Objective(loss).__call__, shapes=SHAPES[:2]).accepted


@pytest.mark.parametrize("name", but(WRONG, "encoded again", "averaged before", mark="long"))
def test_a_model_is_looked_at_as_an_objective_is(name):
    loss, undecided = WRONG[name]
    report = gated(Model(loss), shapes=[(3, 6, 3)])
    assert [each.startswith(undecided) for each in report.undecided] == [True]


@pytest.mark.long
@pytest.mark.parametrize("loss", [averaged, looked_at])
def test_a_model_that_adds_up_answers_is_judged(loss):
    assert gated(Model(loss)).accepted


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
    assert gated(Changed(both=False), shapes=[(2, 6, 3)]).accepted


FUNCTION = "the decoder is given a function of mu + σ·noise, σ that of the KL, and not that itself"


def test_a_function_of_the_sample_is_told_from_other_noise():
    def loss(change, draw=torch.randn_like):
        def of(model, x, mu, logvar):
            return error(model.decode(change(mu + (logvar / 2).exp() * draw(mu))), x)

        return gated(Model(of), shapes=[(2, 6, 3)]).undecided

    assert loss(torch.tanh) == [f"{FUNCTION}: right only if it belongs to the decoder"]
    (told,) = loss(torch.tanh, torch.rand_like)
    assert "the variance of z is" in told
