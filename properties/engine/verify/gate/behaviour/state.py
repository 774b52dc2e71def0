"""What one call leaves for the next is a finding, with what it does to β; what draws or only counts is none."""

import numpy as np
import pytest
import torch
from torch import nn

from properties.engine.helpers.behaviour import codes, error, gated, kl, told
from properties.engine.helpers.slow import but
from verify.gate.shapes import SHAPES


class Counter(nn.Module):
    def __init__(self, calls=0, over=1000):
        super().__init__()
        self.calls, self.over = calls, over

    def forward(self, recon, x, mu, logvar):
        self.calls += 1
        return error(recon, x) + min(1.0, self.calls / self.over) * kl(mu, logvar)


class Average:
    def __init__(self):
        self.kl = None

    def __call__(self, recon, x, mu, logvar):
        found = kl(mu, logvar)
        self.kl = found if self.kl is None else 0.9 * self.kl.detach() + 0.1 * found
        return error(recon, x) + self.kl


def test_a_weight_that_grows_with_each_call():
    report = gated(Counter())
    assert "keeps-state" in codes(report), f"{report}"
    assert "effective β = 0.001 in the first call, 0.002 in the second, 1/10 in the hundredth" in told(report)


def test_one_that_is_named_like_a_step():
    class Named(Counter):
        def __init__(self):
            super().__init__()
            self.num_iter = 0

        def forward(self, recon, x, mu, logvar):
            self.num_iter += 1
            return error(recon, x) + min(1.0, self.num_iter / 1000) * kl(mu, logvar)

    assert codes(gated(Named())) == {"keeps-state"}


class Jump:
    """A weight that is another from the five thousandth call on, of what is counted under any name."""

    def __init__(self, far=4.0, last=None):
        self.seen, self.size, self.far, self.last = 0, 7, far, last

    def __call__(self, recon, x, mu, logvar):
        self.seen += 1
        if self.last is not None and self.seen > self.last:
            raise IndexError
        return error(recon, x) + (1.0 if self.seen < 5000 else self.far) * kl(mu, logvar)


def test_a_count_of_the_calls_is_set_far_on():
    report = gated(Jump())
    assert codes(report) == {"keeps-state"}, f"{report}"
    assert "of the same batch when seen, which counts the calls, is 999998" in told(report)
    for loss in (Jump(far=1.0), Jump(last=5000)):
        assert gated(loss).accepted


class Every:
    """The KL is dropped at every so many calls, which are counted before or after, where they can be set or not."""

    def __init__(self, period, turn=0, hidden=False):
        self.period, self.turn, self.calls, self.hidden = period, turn, 0, [0] if hidden else None

    def __call__(self, recon, x, mu, logvar):
        self.calls += 1
        if self.hidden:
            self.hidden[0] += 1
        count = self.hidden[0] if self.hidden else self.calls
        return error(recon, x) + (count % self.period != self.turn) * kl(mu, logvar)


EVERY = [Every(100, hidden=True), Every(1000), Every(2), Every(100), Every(7), Every(60), Every(500, 499)]


@pytest.mark.parametrize("at", but(range(len(EVERY)), *range(2, len(EVERY)), mark="long"))
def test_what_is_done_at_every_so_many_calls_is_seen(at):
    report = gated(EVERY[at], shapes=SHAPES[:2])
    assert codes(report) == {"keeps-state"}, f"{report}"
    assert gated(Every(5, 6), shapes=SHAPES[:2]).accepted


def test_a_count_outside_of_any_object_is_a_state_and_of_the_values_nothing_else_is_told():
    for period in (17, 60):
        count = iter(range(10**6))

        def loss(recon, x, mu, logvar, period=period, count=count):
            return error(recon, x) + (next(count) % period != 0) * kl(mu, logvar)

        report = gated(loss, shapes=SHAPES[:4])
        assert codes(report) == {"keeps-state"}, (period, f"{report}")
        assert (report.undecided, report.optimises) == ([], "")


def test_an_average_over_calls():
    report = gated(Average())
    assert codes(report) == {"keeps-state"}, f"{report}"
    assert "effective β = 1 in the first call, 1/10 in the second" in told(report)


@pytest.mark.long
def test_a_counter_that_is_past_its_warm_up():
    report = gated(Counter(calls=5000))
    assert report.accepted, f"{report}"
    assert "repeated calls" in report.examined


@pytest.mark.long
def test_a_counter_alone_is_none():
    class Counted:
        calls = 0

        def __call__(self, recon, x, mu, logvar):
            self.calls += 1
            return error(recon, x) + kl(mu, logvar)

    assert gated(Counted()).accepted


@pytest.mark.slow
def test_a_generator_of_its_own_is_none():
    class Noisy:
        def __init__(self):
            self.random = np.random.default_rng(0)

        def __call__(self, recon, x, mu, logvar):
            noise = torch.from_numpy(self.random.standard_normal(tuple(mu.shape)))
            z = mu + (logvar / 2).exp() * noise
            return error(recon, x) + (0.5 * (z**2 - 1 - logvar)).sum(1).mean()

    assert "keeps-state" not in codes(gated(Noisy()))
