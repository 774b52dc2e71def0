"""A loss that is another with large residuals, or larger tensors, is not accepted for what it is with small ones."""

import pytest
import torch
from torch.nn import functional as F

from properties.engine.helpers.behaviour import error, kl
from verify.gate.beyond import compare_beyond
from verify.gate.evaluation import Loss
from verify.gate.expectations import expectations
from verify.gate.instances import Ranges, draws
from verify.gate.noise.kinds import Noise
from verify.gate.reading import Reading, read, sample
from verify.gate.report import Report
from verify.gate.sampled import expected_reading
from verify.gate.shapes import SHAPES, Shape

WIDE = Ranges(wide=True)


def undecided(loss, shapes=SHAPES[:5], ranges=WIDE, plain=True, kind="none"):
    made = Loss(loss, torch=True)
    samples = [sample(made, shape, ranges) for shape in shapes]
    reading, report = read(made, samples), Report("loss")
    assert reading.reconstruction is not None
    made.noise = Noise(kind)
    compare_beyond(made, samples, reading, ranges, plain, report)
    return report.undecided


def of_error(function):
    """A loss with an error of its own, of a shape at a time: it is the sizes that the other tests are about."""
    return lambda recon, x, mu, logvar: function(recon, x).sum(1).mean() + kl(mu, logvar)


def logits(recon, x):
    return F.binary_cross_entropy_with_logits(recon, x, reduction="none")


ANOTHER = {
    "huber": (lambda r, x: F.huber_loss(r, x, delta=10.0, reduction="none"), "½‖x−x̂‖² of residuals up to 10"),
    "clamped error": (lambda r, x: 0.5 * ((r - x) ** 2).clamp(max=64.0), "½‖x−x̂‖² of residuals up to 8"),
    "clamped above": (lambda r, x: 0.5 * (r.clamp(max=5.0) - x) ** 2, "½‖x−x̂‖² of residuals up to 5"),
    "clamped below": (lambda r, x: 0.5 * (r.clamp(min=-900.0) - x) ** 2, "½‖x−x̂‖² of residuals up to 900"),
    "both clamped": (lambda r, x: 0.5 * (r - x + (x.clamp(-7, 7) - x)) ** 2, "½‖x−x̂‖² of data up to 7"),
    "dropped": (lambda r, x: 0.5 * (r - x) ** 2 * (x <= 5), "½‖x−x̂‖² of data up to 5"),
    "laplace": (lambda r, x: (r - x).abs().clamp(max=20.0), "‖x−x̂‖₁ of residuals up to 20"),
    "logits": (lambda r, x: logits(r.clamp(-5, 5), x), "−log Bernoulli(x; sigmoid(x̂)) of logits up to 5"),
}


@pytest.mark.parametrize("name", ANOTHER)
def test_an_error_that_is_another_far_away_is_told_with_where_that_begins(name):
    function, told = ANOTHER[name]
    assert undecided(of_error(function)) == [f"the reconstruction error is {told}, and another beyond"]


SAME = {
    "gaussian": lambda r, x: 0.5 * (r - x) ** 2,
    "laplace": lambda r, x: (r - x).abs(),
    "logits": logits,
    "logits, by probabilities": lambda r, x: F.binary_cross_entropy(r.sigmoid(), x.sigmoid(), reduction="none"),
    "in single precision": lambda r, x: (0.5 * (r.float() - x.float()) ** 2).double(),
    "beyond 1024": lambda r, x: F.huber_loss(r, x, delta=1025.0, reduction="none"),
    "no number far away": lambda r, x: 0.5 * (r - x) ** 2 / ((r - x).abs() < 100),
}


@pytest.mark.parametrize("name", SAME)
def test_nothing_is_told_of_an_error_that_is_the_same(name):
    assert undecided(of_error(SAME[name])) == []


def test_residuals_are_not_made_large_where_the_data_are_of_the_unit_interval():
    huber = of_error(ANOTHER["huber"][0])
    assert undecided(huber, ranges=Ranges()) == []
    assert undecided(huber, kind="statistical") != []  # but where something is drawn


def test_beside_a_function_of_the_data_only_the_reconstruction_is_moved():
    clipped = lambda r, x: 0.5 * (r - x).abs().clamp(max=1.5 if r.numel() > 100 else None, min=0) ** 2  # noqa: E731
    for function, said in (
        (SAME["gaussian"], []),
        (ANOTHER["huber"][0], ["the reconstruction error is ½‖x−x̂‖² of residuals up to 10, and another beyond"]),
        (clipped, told(130, 40, 70)),
    ):
        made = Loss(of_error(lambda r, x, of=function: of(r, x) + (7 * x).sin()), torch=True)
        samples = [sample(made, shape, WIDE) for shape in SHAPES[:5]]
        plain, report = Loss(of_error(SAME["gaussian"]), torch=True), Report("loss")
        reading = read(plain, [sample(plain, each.shape, WIDE) for each in samples])
        compare_beyond(made, samples, reading, WIDE, True, report, True)
        assert report.undecided == said


def of_sizes(factor):
    return lambda recon, x, mu, logvar: error(recon, x) + factor(*x.shape, mu.shape[1]) * kl(mu, logvar)


def told(*sizes):
    return [f"with larger tensors it is another than with small ones: at {Shape(*sizes)}"]


def test_a_loss_that_is_another_with_larger_tensors_is_told_with_a_size():
    assert undecided(lambda r, x, mu, lv: error(r[:16], x[:16]) + kl(mu, lv)) == told(130, 40, 70)
    assert undecided(lambda r, x, mu, lv: error(r, x) + kl(mu[:, :8], lv[:, :8])) == told(130, 40, 70)
    assert undecided(lambda r, x, mu, lv: error(r, x) + kl(mu[:100], lv[:100])) == told(130, 40, 70)  # as good as equal
    for factor in (lambda n, d, k: 1 + (n > 128), lambda n, d, k: 1 + (k > 64)):
        assert undecided(of_sizes(factor)) == told(130, 40, 70)
    assert undecided(of_sizes(lambda n, d, k: 1 + (d > 1024))) == told(5, 1030, 3)


def test_a_loss_that_follows_its_formula_is_the_same_with_larger_tensors():
    for factor in (lambda n, d, k: 1, lambda n, d, k: n / k, lambda n, d, k: 3 * d):
        assert undecided(of_sizes(factor), SHAPES) == []
    single = lambda r, x, mu, lv: (error(r.float(), x.float()) + kl(mu.float(), lv.float())).double()  # noqa: E731
    assert undecided(single) == []
    rounded = lambda r, x, mu, lv: error(r, x) + torch.tensor(0.1) * kl(mu, lv)  # noqa: E731
    assert undecided(rounded) == undecided(lambda r, x, mu, lv: error(r, x) + kl(mu.float(), lv.float())) == []


def test_sizes_are_not_looked_at_where_the_formula_is_unknown_or_a_function_of_the_divergence_is_taken():
    irregular = of_sizes(lambda n, d, k: hash((n, d, k)) % 7 + 1 if n < 100 else 9)
    assert undecided(irregular) == []
    assert undecided(lambda r, x, mu, lv: error(r[:16], x[:16]) + kl(mu, lv), plain=False) == []


def test_a_size_that_is_fixed_stays_and_where_the_loss_has_no_value_nothing_is_told():
    shapes = [Shape(n, 6, 3) for n in (4, 8, 1, 2, 3)]
    weight = lambda n, d, k: {(6, 3): 1 + (n > 128)}[d, k]  # noqa: E731  # of another size it is none
    assert undecided(of_sizes(weight), shapes) == told(130, 6, 3)
    assert undecided(of_sizes(lambda n, d, k: {1: 1, 0: None}[n < 100])) == []


def test_a_loss_that_is_no_number_with_larger_tensors_is_not_told_of():
    assert undecided(lambda r, x, mu, lv: (error(r, x) + kl(mu, lv)) / torch.tensor(float(len(x) < 100))) == []


def sampled(error_of=lambda r, x: 0.5 * (r - x) ** 2, factor=lambda n, d, k: 1.0, latents=None, uniform=False):
    """A loss whose KL is the mean over a sample, drawn as it is mostly, or so that it has no exact mean."""

    def loss(r, x, mu, logvar):
        noise = torch.special.ndtri(torch.rand_like(mu) * 0.99 + 0.005) if uniform else torch.randn_like(mu)
        z = mu + (logvar / 2).exp() * noise
        kl = (0.5 * (z**2 - noise**2 - logvar))[:, :latents].sum(1).mean()
        return error_of(r, x).sum(1).mean() + factor(*x.shape, mu.shape[1]) * kl

    return loss


def of_what_draws(loss):
    made = Loss(loss, torch=True)
    shapes = [Shape(2, 3, 2), Shape(1, 4, 1), Shape(2, 2, 1), Shape(3, 1, 1)]  # of few numbers, and so of few calls
    made.noise = Noise.found(made, [each for shape in shapes[:2] for each in draws(shape, WIDE, 2)])
    assert made.noise.kind == "exact"
    samples = [sample(made, shape, WIDE) for shape in shapes]
    report = Report("loss")
    compare_beyond(made, samples, read(made, samples), WIDE, True, report)
    return report.undecided


def test_a_loss_that_draws_is_looked_at_far_away_and_at_larger_sizes_too():
    huber = ANOTHER["huber"]
    far = of_what_draws(sampled(huber[0]))
    assert far == [f"the reconstruction error is {huber[1]}, and another beyond"]
    assert of_what_draws(sampled(latents=32)) == told(130, 40, 70)


@pytest.mark.long
def test_a_loss_that_draws_is_the_same_there_or_told_with_more_features():
    assert of_what_draws(sampled()) == []
    assert of_what_draws(sampled(lambda r, x: ((r - x) ** 2)[:, :64] / 2)) == told(5, 1030, 3)


def of_an_estimate(loss, **declared):
    """What is told where a loss is accepted by estimates, which are made quick here."""
    made = Loss(loss, torch=True)
    made.noise = Noise("statistical")
    samples = [sample(made, shape, WIDE) for shape in SHAPES[:5]]
    reading = expected_reading(read(made, samples), expectations(**declared), 0)
    report = Report("loss")
    compare_beyond(made, samples, reading, WIDE, True, report)
    return report.undecided


@pytest.mark.long
def test_what_is_accepted_by_estimates_is_looked_at_with_the_kl_that_is_expected():
    assert of_an_estimate(sampled(uniform=True)) == []
    assert of_an_estimate(sampled(uniform=True, factor=lambda n, d, k: 4.0), beta=4) == []
    assert of_an_estimate(sampled(uniform=True, factor=lambda n, d, k: 1 + 3 * (n > 128))) == told(130, 40, 70)
    assert of_an_estimate(sampled(uniform=True, factor=lambda n, d, k: 1 - (d > 100) / 2)) == told(5, 1030, 3)
    huber = ANOTHER["huber"]
    far = of_an_estimate(sampled(huber[0], uniform=True))
    assert far == [f"the reconstruction error is {huber[1]}, and another beyond"]
    assert expected_reading(Reading(None, None, True), expectations(), 0) is None
