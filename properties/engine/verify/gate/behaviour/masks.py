"""What a mask hides must not count, and how much it hides must not change β: of features and of samples."""

import pytest
import torch

from properties.engine.helpers.behaviour import codes, gated, kl, told
from properties.engine.helpers.slow import but


def each(recon, x):
    return 0.5 * (recon - x) ** 2


def kls(mu, logvar):
    return -0.5 * (1 + logvar - mu**2 - logvar.exp()).sum(1)


def optional(recon, x, mu, logvar, mask=None):
    errors = each(recon, x)
    if mask is not None:
        errors = torch.where(mask, errors, torch.zeros_like(errors))
    return (errors.sum(1) + kls(mu, logvar)).mean()


RIGHT: dict[str, object] = {
    "a sum": lambda recon, x, mu, logvar, mask: (each(recon, x) * mask).sum(1).mean() + kl(mu, logvar),
    "selected": lambda recon, x, mu, logvar, *, mask: each(recon, x)[mask].sum() / len(x) + kl(mu, logvar),
    "both over the entries that count": lambda recon, x, mu, logvar, mask: (
        ((each(recon, x) * mask).sum() + kls(mu, logvar).sum()) / mask.sum()
    ),
    "optional": optional,
    "1 where it hides": lambda recon, x, mu, logvar, pad_mask: (
        each(recon, x).masked_fill(pad_mask, 0.0).sum(1).mean() + kl(mu, logvar)
    ),
    "samples": lambda recon, x, mu, logvar, valid: (
        ((each(recon, x).sum(1) + kls(mu, logvar)) * valid).sum() / valid.sum()
    ),
}

WRONG = {
    "not looked at": (
        lambda recon, x, mu, logvar, mask: each(recon, x).sum(1).mean() + kl(mu, logvar),
        "masked-entries-counted",
    ),
    "denominators": (
        lambda recon, x, mu, logvar, mask: (each(recon, x) * mask).mean() + kl(mu, logvar) / mask[0].sum(),
        "mask-in-beta",
    ),
    "a mean": (
        lambda recon, x, mu, logvar, mask: (each(recon, x) * mask).sum() / mask.sum() * x.shape[1] + kl(mu, logvar),
        "mask-in-beta",
    ),
    "samples in the KL": (
        lambda recon, x, mu, logvar, valid: (each(recon, x).sum(1) * valid).sum() / valid.sum() + kl(mu, logvar),
        "mask-on-one-term",
    ),
    "samples in the error": (
        lambda recon, x, mu, logvar, valid: (
            each(recon, x).sum(1).mean() + (kls(mu, logvar) * valid).sum() / valid.sum()
        ),
        "masked-entries-counted",
    ),
}


@pytest.mark.parametrize(
    "name", but(RIGHT, "a sum", "selected", "both over the entries that count", "1 where it hides", mark="long")
)
def test_right(name):
    report = gated(RIGHT[name])
    assert report.accepted, f"{report}"
    assert "mask" in report.examined


@pytest.mark.parametrize("name", but(WRONG, "denominators", mark="long"))
def test_wrong(name):
    loss, code = WRONG[name]
    report = gated(loss)
    assert codes(report) == {code}, f"{report}"


def test_beta_is_told_for_what_is_hidden():
    loss, _ = WRONG["denominators"]
    assert "β is 1.5 times as great with 2 features hidden, 6 times as great with 5 features hidden" in told(
        gated(loss)
    )


def test_the_name_says_what_counts():
    """Of a mask called valid, 1 is where an entry counts."""
    report = gated(
        lambda recon, x, mu, logvar, valid: (each(recon, x) * (1 - valid)).sum(1).mean() + kl(mu, logvar),
    )
    assert "reconstruction-missing" in codes(report), f"{report}"


def test_a_mask_that_may_be_left_out_need_not_be_used():
    report = gated(lambda recon, x, mu, logvar, mask=None: each(recon, x).sum(1).mean() + kl(mu, logvar))
    assert report.accepted, f"{report}"
    assert "does not use its mask" in told(report)
