"""Right losses in which a gate that guesses would find something wrong: heads, priors and noise that are unusual."""

import math

import pytest
import torch
import torch.distributions as D
import torch.nn.functional as F

from properties.engine.helpers.losses import Cases, drawn, kls, squares

cases = Cases()
right, undecided = cases.right, cases.undecided


def _to_prior(mu, sigma):
    return D.kl_divergence(D.Normal(mu, sigma), D.Normal(0.0, 1.0)).sum(1)


def _with(recon_x, x, kl):
    return (0.5 * squares(recon_x, x) + kl).mean()


@right(a="1", b="1")
def small_number_in_the_logarithm(recon_x, x, mu, sigma):
    """The second head is σ, and nobody takes the logarithm of 0."""
    return _with(recon_x, x, 0.5 * (mu**2 + sigma**2 - 1 - torch.log(1e-8 + sigma**2)).sum(1))


@right(a="1", b="1")
def absolute_value_of_sigma(recon_x, x, mu, head):
    """σ = |h| + 10⁻⁶."""
    return _with(recon_x, x, _to_prior(mu, head.abs() + 1e-6))


@right(a="1", m="1", v="exp(-4)", l="1", beta="1")
def shifted_head(recon_x, x, mu, logvar):
    """The log-variance is the head less 4: small from the start."""
    return _with(recon_x, x, kls(mu, logvar - 4.0).sum(1))


@right(a="10", b="1")
def laplace_of_small_scale(recon_x, x, mu, logvar):
    """The density of a Laplace decoder of scale 1/10, with its constant."""
    return (-D.Laplace(recon_x, 0.1).log_prob(x).sum(1) + kls(mu, logvar).sum(1)).mean()


@right(a="1", b="1")
def sigmoid_warmup(recon_x, x, mu, logvar, step=10000):
    """A weight that only tends to 1."""
    return _with(recon_x, x, kls(mu, logvar).sum(1) / (1 + math.exp(-0.0025 * (step - 2500))))


@right(a="1", b="1")
def half_precision_on_the_way(recon_x, x, mu, logvar):
    """What is cast to half precision survives it, and its gradient is rounded."""
    return _with(recon_x.half().float(), x.half().float(), kls(mu, logvar).sum(1))


@right(a="1", b="1", long=True)
def single_precision_of_the_kl(recon_x, x, mu, logvar):
    """The result is double again."""
    return 0.5 * squares(recon_x, x).mean() + kls(mu.float(), logvar.float()).sum(1).mean().double()


@undecided()
def neural_process_head(recon_x, x, mu, head):
    """σ = 0.1 + 0.9·softplus(h): never 0."""
    return _with(recon_x, x, _to_prior(mu, 0.1 + 0.9 * F.softplus(head)))


@undecided()
def bounded_sigma(recon_x, x, mu, head):
    """σ = 0.1 + 0.9·sigmoid(h): neither 0 nor large."""
    return _with(recon_x, x, _to_prior(mu, 0.1 + 0.9 * torch.sigmoid(head)))


@undecided(long=True)
def bounded_mean(recon_x, x, mu, logvar):
    """The mean is tanh of its head."""
    return _with(recon_x, x, kls(torch.tanh(mu), logvar).sum(1))


@undecided()
def clamped_log_std(recon_x, x, mu, log_std):
    """σ = exp(h), h in [−20, 2]."""
    return _with(recon_x, x, _to_prior(mu, log_std.clamp(-20, 2).exp()))


@undecided()
def wasserstein_distance(recon_x, x, mu, logvar):
    """Another distance from the prior than the KL."""
    return _with(recon_x, x, (mu**2 + ((logvar / 2).exp() - 1) ** 2).sum(1))


@undecided()
def smooth_l1_with_a_wide_middle(recon_x, x, mu, logvar):
    """A square only where data and reconstruction lie in [0, 1]."""
    error = 2 * F.smooth_l1_loss(recon_x, x, beta=2.0, reduction="none").sum(1)
    return (error + kls(mu, logvar).sum(1)).mean()


@undecided()
def decay_of_the_reconstruction(recon_x, x, mu, logvar):
    """A term in the reconstruction besides, whose weight is no β."""
    return _with(recon_x, x, kls(mu, logvar).sum(1)) + 1e-3 * recon_x.pow(2).sum(1).mean()


@undecided()
def laplace_prior(recon_x, x, mu, logvar):
    """Sampled, as the KL to a Laplace prior has no closed form here."""
    q = D.Normal(mu, (0.5 * logvar).exp())
    z = q.rsample()
    return _with(recon_x, x, (q.log_prob(z) - D.Laplace(0.0, 1.0).log_prob(z)).sum(1))


@undecided(long=True)
def importance_weighted(recon_x, x, mu, logvar):
    """The bound with five samples."""
    z = torch.stack([drawn(mu, logvar) for _ in range(5)])
    ratio = D.Normal(0.0, 1.0).log_prob(z) - D.Normal(mu, (0.5 * logvar).exp()).log_prob(z)
    weights = ratio.sum(-1) - 0.5 * squares(recon_x, x)
    return -(torch.logsumexp(weights, 0) - math.log(5)).mean()


@pytest.mark.parametrize("case", cases.parameters())
def test_the_gate_says_what_it_is(case):
    case.check()
