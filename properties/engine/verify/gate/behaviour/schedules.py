"""A schedule is judged where it ends: at a default that is a late step, else where it no longer changes."""

import math

import pytest
from torch import nn

from properties.engine.helpers.behaviour import codes, error, gated, kl, told
from properties.engine.helpers.slow import but
from verify.gate.behaviour.names import is_step
from verify.gate.shapes import SHAPES


def weighed(weight, recon, x, mu, logvar, scale=1):
    return scale * error(recon, x) + weight * kl(mu, logvar)


RIGHT: dict[str, tuple[object, ...]] = {
    "to the end": (lambda recon, x, mu, logvar, epoch=0: weighed(min(1, epoch / 400), recon, x, mu, logvar), 400),
    "from the first epoch": (
        lambda recon, x, mu, logvar, epoch=1: weighed(min(1, epoch / 7), recon, x, mu, logvar),
        7,
    ),
    "its default late": (lambda recon, x, mu, logvar, step=50: weighed(min(1, step / 10), recon, x, mu, logvar), 10),
    "no default": (lambda recon, x, mu, logvar, epoch: weighed(min(1, epoch / 3), recon, x, mu, logvar), 3),
    "a table": (lambda recon, x, mu, logvar, epoch=0: weighed([0, 0.1, 0.4, 1, 1][epoch], recon, x, mu, logvar), 3),
    "down to 1": (lambda recon, x, mu, logvar, it=0: weighed(max(1, 10 - it / 10), recon, x, mu, logvar), 90),
    "down to ½": (
        lambda recon, x, mu, logvar, it=0: weighed(max(1, 10 - it / 10), recon, x, mu, logvar, scale=2),
        90,
    ),
    "with a beta": (
        lambda recon, x, mu, logvar, beta=4.0, step=0: weighed(beta * min(1, step / 300), recon, x, mu, logvar),
        300,
    ),
}


@pytest.mark.parametrize(
    "name",
    but(
        RIGHT,
        "to the end",
        "from the first epoch",
        "its default late",
        "no default",
        "down to 1",
        "with a beta",
        mark="long",
    ),
)
def test_where_it_ends_at_what_is_expected(name):
    loss, since = RIGHT[name]
    report = gated(loss)
    assert report.accepted, f"{report}"
    assert f"= {since} on" in told(report)


def test_a_cycle_is_judged_at_its_top():
    def loss(recon, x, mu, logvar, step=0):
        return weighed(min(1.0, 2 * (step % 1000) / 1000), recon, x, mu, logvar)

    report = gated(loss)
    assert report.accepted, f"{report}"
    assert "0 at step = 0, and never settling: up to 1" in told(report)


UNFINISHED = {
    "a default before the end": (
        lambda recon, x, mu, logvar, epoch=319: weighed(min(1, epoch / 400), recon, x, mu, logvar),
        "0.7975 at epoch = 319, the default; 0 at epoch = 0, 0.7975 at epoch = 319, the default, 1 from epoch = 400 on",
    ),
    "half-way": (
        lambda recon, x, mu, logvar, step=2500: weighed(1 / (1 + math.exp(0.01 * (2500 - step))), recon, x, mu, logvar),
        "1/2 at step = 2500, the default",
    ),
    "the start of a cycle": (
        lambda recon, x, mu, logvar, step=4000: weighed(min(1, 2 * (step % 1000) / 1000), recon, x, mu, logvar),
        "0 at step = 4000, the default; 0 at step = 0",
    ),
    "whole numbers": (
        lambda recon, x, mu, logvar, epoch=49: weighed(min(epoch // 50, 1), recon, x, mu, logvar),
        "0 at epoch = 49, the default",
    ),
}


@pytest.mark.parametrize("name", but(UNFINISHED, "a default before the end", "whole numbers", mark="long"))
def test_a_default_at_which_it_is_not_over(name):
    loss, text = UNFINISHED[name]
    report = gated(loss)
    assert "schedule-unfinished" in codes(report), f"{report}"
    assert text in told(report)


def test_one_that_falls():
    report = gated(lambda recon, x, mu, logvar, epoch=50: weighed(1 - min(epoch, 50) / 50, recon, x, mu, logvar))
    assert codes(report) == {"schedule-falls", "kl-missing"}
    assert "1 at epoch = 0, 0 from epoch = 50 on" in told(report)


def test_one_that_grows_for_ever():
    report = gated(lambda recon, x, mu, logvar, step=0: weighed(step / 100, recon, x, mu, logvar))
    assert codes(report) == {"schedule-unbounded", "beta-differs"}


def test_one_that_has_come_to_1_and_would_go_on():
    assert gated(lambda recon, x, mu, logvar, step=100: weighed(step / 100, recon, x, mu, logvar)).accepted


@pytest.mark.long
def test_one_that_ends_elsewhere():
    report = gated(lambda recon, x, mu, logvar, epoch=0: weighed(min(0.3, epoch / 10), recon, x, mu, logvar))
    assert codes(report) == {"beta-differs"}
    assert report.effective_beta["formula"] == "3/10"


@pytest.mark.long
def test_what_moves_no_weight_is_no_schedule():
    report = gated(lambda recon, x, mu, logvar, epoch=0: weighed(1, recon, x, mu, logvar) + epoch)
    assert report.accepted, f"{report}"
    assert "schedule" not in report.examined


def test_a_temperature_of_1_is_no_first_step():
    assert gated(lambda recon, x, mu, logvar, t=1.0: weighed(1 / t, recon, x, mu, logvar)).accepted


@pytest.mark.long
def test_what_a_module_keeps():
    class Loss(nn.Module):
        def __init__(self):
            super().__init__()
            self.epoch = 0

        def forward(self, recon, x, mu, logvar):
            return weighed(min(1, self.epoch / 20), recon, x, mu, logvar)

    report = gated(Loss())
    assert report.accepted, f"{report}"
    assert "0 at epoch = 0, 1 from epoch = 20 on" in told(report)


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("epoch", True),
        ("global_step", True),
        ("num_iter", True),
        ("it", True),
        ("warmup_steps", False),
        ("n_epochs", False),
        ("anneal_epoch", False),
        ("step_size", False),
    ],
)
def test_names(name, step):
    assert is_step(name) is step


@pytest.mark.parametrize("weight", [lambda t: 1 / (1 + math.exp(2.5 - t / 400)), lambda t: math.tanh(t / 900)])
def test_a_weight_that_only_tends_to_1_is_1_at_the_end(weight):
    report = gated(lambda recon, x, mu, logvar, step=0: weighed(weight(step), recon, x, mu, logvar), shapes=SHAPES[:2])
    assert report.accepted, f"{report}"
    assert ", 1 from step = " in told(report)
    assert "0.9999" not in f"{report}"
