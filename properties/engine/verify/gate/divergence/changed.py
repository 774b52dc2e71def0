"""Heads that are changed: each as torch does it; and what is coupled in a loss."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from verify.gate.divergence import changes
from verify.gate.divergence.couplings import Couplings, couplings
from verify.gate.divergence.part import Part
from verify.gate.fit import DOUBLE, Sample
from verify.gate.forms.divergences import HEADS
from verify.gate.instances import Ranges, draws
from verify.gate.shapes import Shape

AT = torch.linspace(-5, 5, 24, dtype=torch.float64)  # not at 0
LOG = HEADS[0]

OTHERS = {
    "standard deviation, of either sign": lambda h: h**2,
    "variance, of either sign": torch.abs,
    "sigmoid to the standard deviation": lambda h: torch.sigmoid(h) ** 2,
    "sigmoid to the variance": torch.sigmoid,
    "elu + 1 to the standard deviation": lambda h: (F.elu(h) + 1) ** 2,
    "elu + 1 to the variance": lambda h: F.elu(h) + 1,
}
CHANGED = {
    "log-variance, kept in [-2, 3]": (changes.clamped(LOG, -2.0, 3.0), lambda h: h.clamp(-2, 3).exp()),
    "log-variance, kept in [−∞, 3]": (changes.clamped(LOG, None, 3.0), lambda h: h.clamp(max=3).exp()),
    "log-variance, kept in [-2, ∞]": (changes.clamped(LOG, -2.0, None), lambda h: h.clamp(min=-2).exp()),
    "log-variance, softly kept above -1.5": (
        changes._soft_low(LOG, -1.5), lambda h: (-1.5 + F.softplus(h + 1.5)).exp(),
    ),
    "log-variance, softly kept below 2": (changes._soft_high(LOG, 2.0), lambda h: (2 - F.softplus(2 - h)).exp()),
    "log-variance, softly kept in [-1.5, 2]": (
        changes._soft_both(LOG, -1.5, 2.0), lambda h: (-1.5 + F.softplus(2 - F.softplus(2 - h) + 1.5)).exp(),
    ),
    "log-variance, squashed into ±3 by a tanh": (changes._tanh(LOG, 3.0), lambda h: (3 * (h / 3).tanh()).exp()),
    "log-variance, 0.25 added to the variance": (changes._more_variance(LOG, 0.25), lambda h: h.exp() + 0.25),
    "log-variance, 0.25 added to the standard deviation": (
        changes._more_deviation(LOG, 0.25), lambda h: ((h / 2).exp() + 0.25) ** 2,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGED)
def test_a_changed_head_is_that_of_torch(name):
    head, variance = CHANGED[name]
    assert head.name == name
    assert head.variance(AT.numpy()) == pytest.approx(variance(AT).numpy(), rel=1e-12)
    assert head.log_variance(AT.numpy()) == pytest.approx(variance(AT).log().numpy(), rel=1e-12, abs=1e-12)
    assert head.positive is False


@pytest.mark.parametrize("head", changes.OTHERS, ids=lambda head: head.name)
def test_another_head_is_that_of_torch(head):
    assert head.variance(AT.numpy()) == pytest.approx(OTHERS[head.name](AT).numpy(), rel=1e-12)
    assert head.log_variance(AT.numpy()) == pytest.approx(OTHERS[head.name](AT).log().numpy(), rel=1e-12, abs=1e-12)
    assert head.positive is False
    assert [each.name for each in changes.OTHERS] == [*OTHERS]


def test_a_change_of_a_positive_head_is_one():
    assert all(changes.clamped(head, 1.0, 2.0).positive is head.positive for head in HEADS)
    assert changes._more_variance(HEADS[3], 0.5).positive
    assert changes._more_deviation(HEADS[2], 0.5).positive
    assert changes._more_deviation(HEADS[2], 0.5).variance(np.array([2.0])) == pytest.approx([6.25])


def test_a_change_is_one_of_both_terms_or_of_one():
    change, at = changes.Change(changes._soft_low, ((0.0,),)), np.array([-1.0, 0.5])
    whole = changes.changed(change, LOG, "", [0.5])
    variance = changes.changed(change, LOG, "variance", [0.5])
    logarithm = changes.changed(change, LOG, "log-variance", [0.5])
    assert whole.name == "log-variance, softly kept above 0.5"
    assert variance.name == f"{whole.name}, in the variance only"
    assert logarithm.name == f"{whole.name}, in the logarithm only"
    for head, of_variance, of_logarithm in ((variance, whole, LOG), (logarithm, LOG, whole)):
        assert head.variance(at).tolist() == of_variance.variance(at).tolist()
        assert head.log_variance(at).tolist() == of_logarithm.log_variance(at).tolist()
        assert head.positive is False
    assert changes.changed(changes.CHANGES[4], HEADS[3], "variance", [0.5]).positive


def test_ranges_are_of_logarithms_and_small_numbers_of_any_head():
    logarithms = {"log-variance", "log standard deviation"}
    for change in changes.CHANGES:
        small = change.make in (changes._more_variance, changes._more_deviation)
        assert change.small is small
        assert {head.name for head in HEADS if change.on(head)} == (
            {head.name for head in HEADS} if small else logarithms
        )
    only = [change.only for change in changes.CHANGES]
    both = ("variance", "log-variance")
    assert only == [both, both, both, both, (), ("log-variance",), both, both]


# --- what is coupled ------------------------------------------------------------------------------------------------


ONE = (Shape(4, 6, 3),)


def squares(parts, of):
    return of((parts[2] ** 2 + np.exp(parts[3])).astype(float))


COUPLED = {
    "nothing": (lambda r, x, mu, h: squares((r, x, mu, h), np.sum) + ((r - x) ** 2).sum(), (False, False, False)),
    "samples": (lambda r, x, mu, h: squares((r, x, mu, h), lambda e: (e.sum(0) ** 2).sum()), (True, False, False)),
    "latents": (lambda r, x, mu, h: squares((r, x, mu, h), lambda e: (e.sum(1) ** 2).sum()), (False, True, False)),
    "both": (lambda r, x, mu, h: squares((r, x, mu, h), lambda e: e.sum() ** 2), (True, True, False)),
    "errors": (lambda r, x, mu, h: ((r - x) ** 2).sum() ** 2 + (mu**2).sum(), (False, False, True)),
    "the last samples": (lambda r, x, mu, h: mu[1, 0] ** 2 * mu[2, 0] ** 2 + x[0, 0], (True, False, False)),
    "the last latents": (lambda r, x, mu, h: h[0, 1] ** 2 * h[0, 2] ** 2 + x[0, 0], (False, True, False)),
    "heads of one element": (lambda r, x, mu, h: (mu**2 * np.exp(h)).sum(), (False, False, False)),
    "rounding": (lambda r, x, mu, h: 1e-17 * (mu**2).sum() ** 2 + (mu**2).sum(), (False, False, False)),
}


def coupled(of, shapes=ONE):
    loss = SimpleNamespace(value=lambda i: float(of(*i)), epsilon=DOUBLE)
    instances = [draws(shape, Ranges(wide=True), 5) for shape in shapes]
    parts = [Part(loss, each[0], False) for each in instances]
    return couplings(parts, [Sample(each, np.zeros(5)) for each in instances])


@pytest.mark.parametrize("name", COUPLED)
def test_what_is_coupled_is_what_moves_together(name):
    of, found = COUPLED[name]
    assert coupled(of) == Couplings(*found)


def test_it_is_told_at_the_first_shape_with_two_samples_and_two_latents():
    of, _ = COUPLED["both"]
    one_sample, one_latent, both = Shape(1, 6, 3), Shape(4, 6, 1), Shape(2, 3, 2)
    assert coupled(of, (one_sample, one_latent)) == Couplings(False, False, False)
    assert coupled(of, (one_sample, one_latent, both)) == Couplings(True, True, False)


def test_three_pairs_of_places_are_moved_in_three_instances():
    calls = []

    def of(recon, x, mu, head):
        calls.append(1)
        return 0.0

    assert coupled(of) == Couplings(False, False, False)
    precision = 1 + 2 * 2
    assert len(calls) == precision + 3 * 3 * 3 * 4
    calls.clear()
    assert coupled(of, (Shape(2, 6, 2),)) == Couplings(False, False, False)
    assert len(calls) == precision + 3 * 1 * 3 * 4
