"""Losses that draw."""

import pytest
import torch
import torch.distributions as D

from properties.engine.helpers.losses import Cases, drawn, squares

cases = Cases()
wrong, right = cases.wrong, cases.right


@right(a="1", b="1", shapes=((4, 2, 1), (2, 3, 1), (1, 1, 2), (3, 1, 1), (2, 2, 2), (3, 2, 3)))
def half_closed_form_kl(recon_x, x, mu, logvar):
    """In expectation."""
    z, logs_q = drawn(mu, logvar), 0.5 * logvar
    kl = (0.0 - logs_q - 0.5 + 0.5 * z**2).sum() / x.shape[0]
    return 0.5 * squares(recon_x, x).mean() + kl


@wrong("kl-averaged-over-latents", a="1", b="1/k", slow=True)
def mc_kl_latent_mean(recon_x, x, mu, logvar):
    """Log q - log p averaged over latents."""
    std = torch.exp(0.5 * logvar)
    q = D.Normal(mu, std)
    z = q.rsample()
    kl = (q.log_prob(z) - D.Normal(torch.zeros_like(mu), torch.ones_like(std)).log_prob(z)).mean(-1)
    return (0.5 * squares(recon_x, x) + kl).mean()


@wrong("kl-sign", a="1", b="-1", slow=True)
def mc_log_p_minus_log_q(recon_x, x, mu, logvar):
    """Log p - log q is added."""
    z = drawn(mu, logvar)
    log_q = (-0.5 * (z - mu) ** 2 / logvar.exp() - 0.5 * logvar).sum(1)
    log_p = (-0.5 * z**2).sum(1)
    return {"loss": torch.mean(0.5 * squares(recon_x, x) + log_p - log_q)}


@right(a="1", b="1", slow=True)
def mc_kl(recon_x, x, mu, logvar):
    """In expectation: one-sample estimate log q(z) - log p(z)."""
    q = D.Independent(D.Normal(mu, (0.5 * logvar).exp()), 1)
    p = D.Independent(D.Normal(torch.zeros_like(mu), torch.ones_like(mu)), 1)
    z = q.rsample()
    return (-D.Normal(recon_x, 1.0).log_prob(x).sum(1) + q.log_prob(z) - p.log_prob(z)).mean()


@pytest.mark.long
@pytest.mark.parametrize("case", cases.parameters())
def test_the_gate_says_what_it_is(case):
    case.check()
