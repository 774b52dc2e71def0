"""Weights that differ among features: of a decoder with a fixed scale for each, if its constant says so."""

import math

import pytest
import torch

from properties.engine.helpers.behaviour import codes, gated, kl
from verify.gate.diagnosis.scales import OWN_SCALES, of_features
from verify.gate.divergence.part import parts
from verify.gate.divergence.weights import features
from verify.gate.evaluation import Loss
from verify.gate.expectations import expectations
from verify.gate.forms.divergences import LOG_VARIANCE
from verify.gate.instances import Ranges
from verify.gate.reading import DivergencePart, Reading, sample
from verify.gate.series import Series
from verify.gate.shapes import Shape

SHAPES = [Shape(4, 6, 3), Shape(2, 3, 2), Shape(3, 6, 1)]


def of(error, constant, weight=1.0, total=False):
    """A loss with variances of the features from ½ to 2, and what is added for each."""

    def loss(recon, x, mu, logvar):
        v = torch.linspace(0.5, 2, x.shape[1], dtype=x.dtype)
        each = error(x - recon, v) + constant(v, *x.shape)
        return (len(x) if total else 1) * (each.sum(1).mean() + weight * kl(mu, logvar))

    return loss


def square(rest, v):
    return 0.5 * rest**2 / v


def distance(rest, v):
    return rest.abs() / v


def whole(v, n, d):
    return 0.5 * (2 * math.pi * v).log()


def read_off(loss, weight=lambda s: 1.0, mean=1.0, **declared):
    """Return the name of the decoder, the weight of the whole and the constant; None if it is none."""
    made = Loss(loss, torch=True)
    samples = [sample(made, shape, Ranges(wide=True)) for shape in SHAPES]
    kl_part = Series({s: weight(s) for s in SHAPES}, dict.fromkeys(SHAPES, 1e-14))
    part = DivergencePart(LOG_VARIANCE, kl_part.times(lambda s: mean), kl_part, kl_part)
    found = features(parts(made, samples), samples)
    reading = of_features(made, found, Reading(None, part, True), samples, expectations(**declared))
    if reading is None:
        return None
    error, first = reading.reconstruction, samples[0]
    made_up = error.weights[0].values[first.shape] * error.likelihood.terms[0](first.instances[0])
    scaled = float(made_up) + kl_part.values[first.shape] * float(kl(*map(torch.from_numpy, first.instances[0][2:])))
    rest = first.values[0] - scaled - kl_part.values[first.shape] * first.shape.k / 2
    assert reading.offset.values[first.shape] == pytest.approx(rest, abs=1e-9)  # so the scales are right
    return error.likelihood.name, error.weights[0].text


GAUSSIANS, LAPLACES = "Gaussian (a fixed variance for each feature)", "Laplace (a fixed scale for each feature)"


def test_the_constant_of_a_decoder_has_the_scales_of_its_features():
    half = lambda v, n, d: 0.5 * v.log()  # noqa: E731
    for case, found, expected in (
        ("in full", read_off(of(square, whole)), (GAUSSIANS, "1")),
        ("without 2π", read_off(of(square, half)), (GAUSSIANS, "1")),
        ("Laplace", read_off(of(distance, lambda v, n, d: (2 * v).log())), (LAPLACES, "1")),
        ("without 2", read_off(of(distance, lambda v, n, d: v.log())), (LAPLACES, "1")),
        ("summed", read_off(of(square, whole, total=True), lambda s: s.n), (GAUSSIANS, "n")),
        ("β", read_off(of(square, whole, 4.0), lambda s: 4.0, beta=4), (GAUSSIANS, "1")),
        ("β of k", read_off(of(square, whole), lambda s: 1.0, beta="1/k"), None),
    ):
        assert found == expected, case


def test_other_weights_of_the_features_are_not_those_of_a_decoder():
    none = lambda v, n, d: 0 * v  # noqa: E731
    for case, found in {
        "no constant": read_off(of(square, none)),
        "of the standard deviation": read_off(of(square, lambda v, n, d: whole(v**0.5, n, d))),
        "of another decoder": read_off(of(square, lambda v, n, d: (2 * v).log())),
        "another β": read_off(of(square, whole, 4.0), lambda s: 4.0),
        "β of 0": read_off(of(square, whole), beta=0),
        "of d": read_off(of(square, lambda v, n, d: whole(v, n, d) / d)),
        "negative error": read_off(of(lambda rest, v: -square(rest, v), whole)),
        "negative KL": read_off(of(square, whole, -1.0), lambda s: -1.0),
        "with another KL": read_off(of(square, whole), mean=2.0),
        "of the batch size": read_off(
            of(lambda rest, v: square(rest, v * len(rest)), lambda v, n, d: whole(v * n, n, d))
        ),
        "no formula": read_off(of(square, whole), lambda s: 1 + hash(s) % 7 / 64),
        "geometric mean 1": read_off(of(lambda rest, v: square(rest, v / v.log().mean().exp()), none)),
    }.items():
        assert found is None, case


def test_a_loss_with_such_a_decoder_is_accepted_and_looked_at_with_large_residuals():
    report = gated(of(square, whole), shapes=SHAPES[1:2])
    assert (report.outcome, report.undecided, codes(report)) == ("accepted", [], set())
    assert OWN_SCALES in report.assumed
    assert f"{GAUSSIANS} decoder" in report.convention
    report = gated(of(lambda rest, v: square(rest.clamp(-9, 9), v), whole), shapes=SHAPES[1:2])
    assert report.undecided == ["the reconstruction error is ½Σ(x−x̂)²/s² of residuals up to 9, and another beyond"]
