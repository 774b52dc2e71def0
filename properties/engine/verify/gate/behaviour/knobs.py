"""An argument named like β is the β that is expected; β is proportional to it, or that is said."""

import pytest

from properties.engine.helpers.behaviour import codes, error, gated, kl, told
from properties.engine.helpers.slow import but
from verify.gate.behaviour.names import is_beta, is_last_beta

RIGHT: dict[str, tuple[object, ...]] = {
    "beta": (lambda recon, x, mu, logvar, beta=4.0: error(recon, x) + beta * kl(mu, logvar), "4"),
    "the error without its ½": (
        lambda recon, x, mu, logvar, beta=4.0: 2 * error(recon, x) + beta * kl(mu, logvar),
        "2",
    ),
    "divides the error": (lambda recon, x, mu, logvar, beta=4.0: error(recon, x) / beta + kl(mu, logvar), "4"),
    "two of them": (
        lambda recon, x, mu, logvar, beta=4.0, kl_weight=0.25: error(recon, x) + beta * kl_weight * kl(mu, logvar),
        "1",
    ),
    "one less on the error": (
        lambda recon, x, mu, logvar, beta=0.25: (1 - beta) * error(recon, x) + beta * kl(mu, logvar),
        "1/3",
    ),
    "capped": (lambda recon, x, mu, logvar, beta=1.0: error(recon, x) + min(beta, 1.0) * kl(mu, logvar), "1"),
    "another with the same name": (
        lambda recon, x, mu, logvar, alpha=0.7: error(recon, x) + kl(mu, logvar) + 0 * alpha,
        "1",
    ),
    "under a floor": (
        lambda recon, x, mu, logvar, beta=4.0: (
            error(recon, x) + beta * (0.5 * (mu**2 + logvar.exp() - 1 - logvar)).mean(0).clamp(min=0.5).sum()
        ),
        "4",
    ),
}

WRONG = {
    "ignored": (
        lambda recon, x, mu, logvar, beta=1.0: error(recon, x) + kl(mu, logvar),
        "knob-ignored",
        "changes nothing",
    ),
    "on the error": (
        lambda recon, x, mu, logvar, beta=1.0: beta * error(recon, x) + kl(mu, logvar),
        "knob-misplaced",
        "1/beta",
    ),
    "on both": (
        lambda recon, x, mu, logvar, beta=1.0: beta * (error(recon, x) + kl(mu, logvar)),
        "knob-misplaced",
        "both terms",
    ),
    "twice": (
        lambda recon, x, mu, logvar, kl_weight=1.0: error(recon, x) + kl_weight**2 * kl(mu, logvar),
        "knob-misplaced",
        "kl_weight^2",
    ),
    "added": (
        lambda recon, x, mu, logvar, beta=1.0: error(recon, x) + beta + kl(mu, logvar),
        "knob-misplaced",
        "weighs nothing",
    ),
    "added to the weight": (
        lambda recon, x, mu, logvar, beta=1.0: error(recon, x) + (3 + beta) / 4 * kl(mu, logvar),
        "knob-misplaced",
        "3 + beta",
    ),
    "the inverse": (
        lambda recon, x, mu, logvar, beta=1.0: error(recon, x) + kl(mu, logvar) / beta,
        "knob-misplaced",
        "beta^-1",
    ),
}


@pytest.mark.parametrize(
    "name", but(RIGHT, "beta", "divides the error", "two of them", "another with the same name", mark="long")
)
def test_a_default_is_the_beta_that_is_expected(name):
    loss, beta = RIGHT[name]
    report = gated(loss)
    assert report.accepted, f"{report}"
    assert report.effective_beta["formula"] in (beta, None)


@pytest.mark.parametrize("name", WRONG)
def test_what_beta_is_not_proportional_to_is_a_finding(name):
    """Every default is 1, where nothing shows."""
    loss, code, text = WRONG[name]
    report = gated(loss)
    assert code in codes(report), f"{report}"
    assert text in told(report)


@pytest.mark.long
def test_the_default_is_said():
    loss, _ = RIGHT["beta"]
    report = gated(loss)
    assert "β = 4 is expected: the default of the argument beta" in report.assumed
    assert gated(loss, beta=4).accepted


@pytest.mark.long
def test_a_declaration_outranks_the_default():
    loss, _ = RIGHT["beta"]
    report = gated(loss, beta=1)
    assert codes(report) == {"beta-differs"}
    assert "you declared 1" in told(report)


@pytest.mark.long
def test_a_default_that_the_loss_is_not_true_to():
    report = gated(lambda recon, x, mu, logvar, beta=2.0: 510 * error(recon, x) + beta * kl(mu, logvar))
    assert codes(report) == {"beta-differs"}
    assert "effective β = 1/255 " in told(report)
    assert "; the argument beta says 2" in told(report)


def test_a_default_of_0_is_no_declaration():
    report = gated(lambda recon, x, mu, logvar, kl_weight=0.0: error(recon, x) + kl_weight * kl(mu, logvar))
    assert codes(report) == {"kl-missing"}


def test_what_an_object_keeps_need_not_be_used():
    class Loss:
        def __init__(self):
            self.beta = 4.0

        def __call__(self, recon, x, mu, logvar):
            return error(recon, x) + kl(mu, logvar)

    report = gated(Loss())
    assert report.accepted, f"{report}"
    assert "does not depend on beta" in told(report)


def test_what_another_argument_switches_off_is_not_ignored():
    def loss(recon, x, mu, logvar, beta=4.0, weighted=False):
        return error(recon, x) + (beta if weighted else 1) * kl(mu, logvar)

    assert gated(loss).accepted


@pytest.mark.parametrize(
    ("name", "beta", "last"),
    [
        ("beta", True, True),
        ("kl_weight", True, True),
        ("kld_coef", True, True),
        ("lambda_kl", True, True),
        ("klWeight", True, True),
        ("beta_max", False, True),
        ("final_kl_weight", False, True),
        ("beta_start", False, False),
        ("weight", False, False),
        ("gamma", False, False),
        ("kl_anneal_epochs", False, False),
        ("betas", False, False),
    ],
)
def test_names(name, beta, last):
    assert (is_beta(name), is_last_beta(name)) == (beta, last)
