"""What the losses of other libraries optimise."""

import pytest

from properties.engine.helpers.others import pyro_loss, pythae_loss
from verify.gate.examination import examine
from verify.gate.expectations import expectations

SHAPES = [(4, 6, 3), (2, 5, 2), (1, 3, 1), (3, 7, 4), (5, 2, 3), (2, 4, 5)]


def gated(loss, **declared):
    return examine(loss, expectations(**{"shapes": SHAPES, **declared}), "loss", lambda _: None)


def test_pythaes_vae_is_averaged_over_the_batch_and_leaves_constants_out():
    report = gated(pythae_loss("VAE"))
    assert report.accepted
    assert report.convention == (
        "negative ELBO, averaged over the batch, Gaussian decoder of variance 1, constants left out"
    )


def test_pythaes_beta_vae_has_the_beta_that_it_is_given():
    assert gated(pythae_loss("BetaVAE", beta=4.0), beta=4).accepted
    other = gated(pythae_loss("BetaVAE", beta=4.0))
    assert [finding.code for finding in other.findings] == ["beta-differs"]
    assert other.effective_beta["formula"] == "4"


@pytest.mark.parametrize(
    ("elbo", "shapes"), [("TraceMeanField_ELBO", SHAPES), ("Trace_ELBO", [(2, 3, 1), (1, 2, 2), (3, 1, 1)])]
)
def test_pyros_bounds_are_summed_over_the_batch_with_all_constants(elbo, shapes):
    report = gated(pyro_loss(elbo), shapes=shapes)
    assert report.accepted
    assert report.scale == "n"
    assert report.convention.endswith("Gaussian decoder of variance 1, constants in full")
