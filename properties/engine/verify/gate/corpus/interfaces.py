"""Losses of other arguments and results than four tensors and a number."""

from dataclasses import dataclass
from types import SimpleNamespace

import pytest
import torch
import torch.distributions as D
import torch.nn.functional as F
from torch import nn

from properties.engine.helpers.losses import Cases, Stub, drawn, kls, squares

cases = Cases()
wrong, right = cases.wrong, cases.right


@right(a="1", b="1", adapter=lambda fn, r, x, mu, lv: fn(Stub(r, mu, lv), x).loss, long=True)
def object_output(model, x):
    """Per-sample sums with the 1/2."""
    mu, log_var = model.encode(x)
    z = drawn(mu, log_var)
    rec = 0.5 * F.mse_loss(model.decode(z), x, reduction="none").sum(dim=-1)
    kld = -0.5 * torch.sum(1 + log_var - mu.pow(2) - log_var.exp(), dim=-1)
    return SimpleNamespace(loss=(rec + kld).mean(dim=0), recon_loss=rec.mean(), reg_loss=kld.mean(), z=z)


@right(
    a="1",
    b="1",
    adapter=lambda fn, r, x, mu, lv: (
        fn(
            {"X": x},
            {"qz": torch.distributions.Normal(mu, (0.5 * lv).exp())},
            {"px": torch.distributions.Normal(r, 1.0), "pz": torch.distributions.Normal(torch.zeros_like(mu), 1.0)},
        ).loss
    ),
)
def loss_output_dataclass(tensors, inference_outputs, generative_outputs, kl_weight=1.0):
    """Torch."""
    kl = torch.distributions.kl_divergence(inference_outputs["qz"], generative_outputs["pz"]).sum(dim=-1)
    rec = -generative_outputs["px"].log_prob(tensors["X"]).sum(-1)
    return SimpleNamespace(loss=torch.mean(rec + kl_weight * kl), reconstruction_loss=rec, kl_local=kl)


def _ind(loc, scale):
    return torch.distributions.Independent(torch.distributions.Normal(loc, scale), 1)


@right(
    a="1",
    b="1",
    adapter=lambda fn, r, x, mu, lv: fn(
        _ind(r, torch.ones_like(r)), x, _ind(mu, (0.5 * lv).exp()), _ind(torch.zeros_like(mu), torch.ones_like(mu))
    ).mean(),
)
def independent_event_dim(px, x, qz, pz):
    """Independent."""
    return -px.log_prob(x) + torch.distributions.kl_divergence(qz, pz)


@right(a="1", b="1", long=True)
def name_says_std(x_reconstructed, x_true, z_mean, z_std):
    """The argument called z_std is the log-variance everywhere ."""
    err = 0.5 * ((x_true - x_reconstructed) ** 2).sum(1)
    kl = 1 + z_std - z_mean**2 - z_std.exp()
    return (err - 0.5 * kl.sum(1)).mean()


@wrong("batch-size-in-beta", a="1", b="n")
def vector_plus_batch_sum(recon_x, x, mu, logvar):
    """The per-sample error (n,) gets the KL summed over the whole batch; the trainer takes the mean."""
    return 0.5 * squares(recon_x, x) + torch.sum(kls(mu, logvar))


@dataclass
class Output:
    loss: torch.Tensor
    reconstruction: torch.Tensor
    divergence: torch.Tensor


def _dists(fn, r, x, mu, lv):
    return fn(D.Normal(r, torch.ones_like(r)), x, D.Normal(mu, (0.5 * lv).exp())).loss


@wrong("kl-averaged-over-latents", a="1", b="1/k", adapter=_dists)
def distribution_kl_mean(px, x, qz):
    """Kl_divergence between Normals is elementwise (n, k); .mean() averages over latents."""
    rec = -px.log_prob(x).sum(-1).mean()
    kl = D.kl_divergence(qz, D.Normal(0.0, 1.0)).mean()
    return Output(rec + kl, rec, kl)


@wrong(
    "beta-differs",
    a="1",
    b="1",
    declared={"beta": 4.0},
    adapter=lambda fn, r, x, mu, lv: fn(outputs=r, targets=x, mean=mu, log_var=lv),
)
def keyword_beta_ignored(*, outputs, targets, mean, log_var, beta=4.0):
    """Beta is an argument that nothing uses."""
    return (0.5 * squares(outputs, targets) + kls(mean, log_var).sum(1)).mean()


@wrong(
    "kl-averaged-over-latents",
    "reconstruction-averaged-over-features",
    a="1/d",
    b="1/k",
    adapter=lambda fn, r, x, mu, lv: fn(Stub(r, mu, lv))({"data": x}).loss,
)
class both_means_with_half:
    """Both terms averaged, over different numbers of elements."""

    def __init__(self, net):
        self.net = net

    def __call__(self, inputs):
        recon, mu, log_var = self.net(inputs["data"])
        rec = 0.5 * F.mse_loss(recon, inputs["data"])
        reg = kls(mu, log_var).mean()
        return SimpleNamespace(loss=rec + reg, recon_loss=rec, reg_loss=reg, recon_x=recon)


@right(a="1", b="1", slow=True)
def multivariate_kl(recon_x, x, mu, logvar):
    """MultivariateNormal has the latent axis as event axis."""
    q = D.MultivariateNormal(mu, scale_tril=torch.diag_embed((0.5 * logvar).exp()))
    p = D.MultivariateNormal(torch.zeros_like(mu), torch.eye(mu.shape[1], dtype=mu.dtype))
    return -D.Normal(recon_x, 1.0).log_prob(x).sum(1).mean(), D.kl_divergence(q, p).mean()


@right(a="n", b="n", adapter=lambda fn, r, x, mu, lv: fn(x_hat=r, x=x, mean=mu, log_variance=lv), long=True)
def mean_times_n(*, x_hat, x, mean, log_variance):
    """Mean over the batch times n is the sum; the KL is summed likewise."""
    rec = len(x) * (0.5 * x.shape[1] * ((x - x_hat) ** 2).mean(1)).mean()
    return rec + len(x) * mean.shape[1] * kls(mean, log_variance).mean()


@right(a="1", b="1")
def loop_over_rows(recon_x, x, mu, logvar):
    """Inside the loop dim 0 is the latent axis."""
    out = []
    for r_i, x_i, m_i, l_i in zip(recon_x, x, mu, logvar, strict=True):
        out.append(0.5 * (x_i - r_i).pow(2).sum(0) - 0.5 * (1 + l_i - m_i.pow(2) - l_i.exp()).sum(0))
    return torch.stack(out)


@right(a="1", b="1", adapter=_dists)
def distributions_dataclass(px, x, qz):
    """Wrapped in Independent inside, so that log_prob and KL are per sample."""
    px, qz = D.Independent(px, 1), D.Independent(qz, 1)
    pz = D.Independent(D.Normal(torch.zeros_like(qz.mean), torch.ones_like(qz.mean)), 1)
    rec, kl = -px.log_prob(x), D.kl_divergence(qz, pz)
    return Output((rec + kl).mean(), rec, kl)


@right(
    a="1",
    b="1",
    adapter=lambda fn, r, x, mu, lv: (
        fn(batch={"data": x}, outputs={"recon": r}, posterior={"mean": mu, "log_var": lv}).loss
    ),
    long=True,
)
def keyword_only_with_weights(*, batch, outputs, posterior, weights=None):
    """Correct; without weights the plain batch mean."""
    per_sample = 0.5 * squares(outputs["recon"], batch["data"]) + kls(posterior["mean"], posterior["log_var"]).sum(1)
    if weights is not None:
        per_sample = per_sample * weights / weights.mean()
    return SimpleNamespace(loss=per_sample.mean(), per_sample=per_sample)


@right(a="1", b="1", adapter=lambda fn, r, x, mu, lv: fn(Stub(r, mu, lv))(x).mean())
class module_per_sample(nn.Module):
    """Correct and deterministic: the dropout is applied to an unused copy."""

    def __init__(self, core):
        super().__init__()
        self.core, self.dropout = core, nn.Dropout(0.1)

    def forward(self, x):
        self.features = self.dropout(x)
        mean, logvar = self.core.encode(x)
        return 0.5 * squares(self.core.decode(mean), x) + kls(mean, logvar).sum(-1)


def _terms(r, x, mu, lv):
    """R, M, V, L as in the examples' docstring."""
    return 0.5 * squares(r, x).mean(), (mu**2).sum(1).mean(), lv.exp().sum(1).mean(), lv.sum(1).mean()


@right(a="1", b="1")
def five_terms_to_be_summed(recon_x, x, mu, logvar):
    """Error."""
    R, M, V, L = _terms(recon_x, x, mu, logvar)
    return R, 0.5 * M, 0.5 * (V - mu.shape[1]), -0.5 * L, mu.new_zeros(())


@pytest.mark.parametrize("case", cases.parameters())
def test_the_gate_says_what_it_is(case):
    case.check()
