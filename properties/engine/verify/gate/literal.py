"""What a report says is true to the letter: of right losses no defect is told, and no repair that would not mend."""

import pytest
import torch
from torch.distributions import Normal
from torch.nn import functional as F

from properties.engine.helpers.behaviour import codes
from properties.engine.helpers.behaviour import gated as gated_at
from verify.gate.errors import Unusable
from verify.gate.examination import examine
from verify.gate.expectations import expectations
from verify.gate.numbers import number
from verify.gate.series import Series
from verify.gate.shapes import SHAPES


def gated(loss, shapes=((3, 4, 2), (2, 3, 2)), **declared):
    return gated_at(loss, shapes=shapes, **declared)


def squares(recon, x):
    return ((recon - x) ** 2).sum(1)


def kls(mu, logvar):
    return -0.5 * (1 + logvar - mu**2 - logvar.exp()).sum(1)


def sigmoid_of_both(recon, x, mu, logvar):
    return (squares(recon.sigmoid(), x.sigmoid()) + kls(mu, logvar)).mean()


def density(recon, x, mu, logvar):
    return (-Normal(recon.sigmoid(), 0.1).log_prob(x).sum(1) + kls(mu, logvar)).mean()


def about_sigmoid(recon, x, mu, logvar):
    return (squares(recon.sigmoid(), x) + kls(mu, logvar)).mean()


def capacity(recon, x, mu, logvar, step=0):
    return 0.5 * squares(recon, x).mean() + 30 * (kls(mu, logvar).mean() - min(25, step / 4000)).abs()


RIGHT = {
    "about sigmoid": (about_sigmoid, {}, "Gaussian, about sigmoid(x̂) decoder of variance 1/2"),
    "of both": (sigmoid_of_both, {"decoder_variance": 0.5}, "of sigmoid(x) about sigmoid(x̂) decoder of variance 1/2"),
    "a density": (density, {}, "Gaussian, about sigmoid(x̂) decoder of variance 1/100, constants in full"),
    "a density, declared": (density, {"decoder_variance": 0.01}, "decoder of variance 1/100"),
    "a capacity that grows": (capacity, {}, "|mean_i Σ_j KL_ij − λ| with λ = 25"),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_loss_is_accepted_in_its_convention(name):
    loss, declared, convention = RIGHT[name]
    report = gated(loss, **declared)
    assert report.accepted, f"{report}"
    assert convention in report.convention


def test_an_error_about_a_sigmoid_is_written_without_its_half_where_it_has_none():
    assert gated(about_sigmoid).optimises.startswith("‖x−sigmoid(x̂)‖²  +  KL(")
    assert gated(sigmoid_of_both).optimises.startswith("‖sigmoid(x)−sigmoid(x̂)‖²  +  KL(")


def test_the_slope_of_a_capacity_that_grows_is_no_beta():
    told = "near the prior, the slope of the loss in the KL follows step: 30 at step = 0, -30 from step = 100000 on"
    assert told in gated(capacity).assumed


def half_precision(dtype):
    return lambda recon, x, mu, logvar: 0.5 * squares(recon, x).mean() + kls(mu.to(dtype), logvar.to(dtype)).mean()


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_a_kl_in_half_precision_is_no_defect_and_nothing_is_said_of_its_samples(dtype):
    report = gated(half_precision(dtype))
    assert report.findings == []
    assert not any("codes of the other samples" in each for each in report.undecided)


def test_an_error_in_half_precision_couples_no_samples():
    half = torch.bfloat16
    report = gated(lambda r, x, mu, lv: 0.5 * squares(r.to(half), x.to(half)).mean() + kls(mu, lv).mean())
    assert report.findings == []
    assert report.undecided


def test_samples_that_weigh_alike_in_both_terms_are_a_doubt_and_no_defect():
    def weighed(recon, x, mu, logvar):
        weights = torch.linspace(0.5, 1.5, len(x), dtype=x.dtype)
        return (weights * 0.5 * squares(recon, x) + weights * kls(mu, logvar)).mean()

    report = gated(weighed)
    assert report.findings == []
    assert any("weights of their own, alike in both terms" in each for each in report.undecided)


def bernoulli(recon, x, mu, logvar):
    return (F.binary_cross_entropy_with_logits(recon, x, reduction="none").sum(1) + kls(mu, logvar)).mean()


def test_a_decoder_variance_is_declared_of_a_gaussian_decoder_only():
    report = gated(bernoulli, decoder_variance=2)
    assert codes(report) == {"decoder-variance-differs"}
    assert report.findings[0].detail == "declared 2, and a decoder that is Bernoulli (logits) has none of its own"


def test_what_keeps_a_beta_counts_the_decoder_variance_that_is_declared():
    def loss(recon, x, mu, logvar):
        return (50 * squares(recon, x) + kls(mu, logvar)).mean()

    report = gated(loss, decoder_variance=0.1)
    assert 'declare beta="1/10": ' in report.findings[0].repair
    assert gated(loss, decoder_variance=0.1, beta="1/10").accepted


def fixed(recon, x, mu, logvar):
    return (0.5 * squares(recon, x) + (mu**2).sum(1)).mean()


def norm(recon, x, mu, logvar):
    return torch.norm(recon - x) + kls(mu, logvar).sum()


def profiled(recon, x, mu, logvar):
    return 0.5 * ((recon - x) ** 2).sum() / ((recon - x) ** 2).mean().detach() + kls(mu, logvar).sum()


def test_a_repair_is_of_what_is_there():
    report = gated(fixed, posterior_variance=0.1)
    assert report.findings[0].repair.startswith("0.5 * (mu**2).sum(-1), once")
    absolute = gated(lambda r, x, mu, lv: F.l1_loss(r, x) + kls(mu, lv).mean())
    assert absolute.findings[0].repair.startswith("sum over the features: .sum(-1) for .mean()")
    squared = gated(lambda r, x, mu, lv: F.mse_loss(r, x) + kls(mu, lv).mean())
    assert squared.findings[0].repair.startswith("sum over the features: ((x - recon) ** 2).sum(-1) for F.mse_loss")


def test_nothing_is_told_that_is_not_so():
    assert codes(gated(norm)) == {"reconstruction-couples-samples"}  # the root of a sum is multiplied by nothing
    assert codes(gated(profiled)) == {"gradient-differs"}  # and the gradient has the reconstruction
    full = gated(lambda r, x, mu, lv: (0.5 * squares(r, x) + kls(mu, lv)).mean(), posterior_variance=1)
    assert codes(full) == {"posterior-variance-differs"}
    assert full.optimises == "½‖x−x̂‖²  +  ½((1)·Σμ² + (1)·Σσ² − (1)·Σ log σ²)"


def test_a_weight_without_a_formula_is_written_as_a_function():
    weight = lambda x: min(len(x), 4) / len(x)  # noqa: E731
    report = gated(lambda r, x, mu, lv: 0.5 * squares(r, x).mean() + weight(x) * kls(mu, lv).mean(), SHAPES[:6])
    assert "(f(n, d, k))·KL(" in report.optimises
    assert "None" not in f"{report}"


def test_a_threshold_that_binds_at_some_of_the_shapes_only():
    report = gated(lambda r, x, mu, lv: (0.5 * squares(r, x) + kls(mu, lv).clamp(max=1000.0)).mean(), shapes=SHAPES)
    assert codes(report) == {"kl-has-ceiling"}


def test_a_series_is_restricted_to_the_shapes_of_another():
    one, two = SHAPES[:2]
    found = Series({one: 1.0, two: 2.0}, {one: 0.1, two: 0.2}).within(Series({two: 5.0}, {two: 0.0}))
    assert (found.values, found.errors) == ({two: 2.0}, {two: 0.2})
    assert Series({one: 3.0}, {one: 0.0}).text == f"{number(3, 0)}"


def test_what_is_returned_is_refused_at_the_first_shape():
    tried = []
    with pytest.raises(Unusable, match="returns 'elbo', which is to be maximised"):
        examine(lambda recon, x, mu, logvar: {"elbo": -squares(recon, x).mean()}, expectations(), "loss", tried.append)
    assert len(tried) == 1


@pytest.mark.long
def test_far_losses_are_read_no_further():
    """Of an error that is known for large residuals only nothing is said of larger tensors."""
    report = gated_at(lambda r, x, mu, lv: (0.5 * squares(r, x / 255) + kls(mu, lv)).mean(), shapes=None)
    assert not any("larger tensors" in each for each in report.undecided)
