"""Losses with a factor too many or too few: a half, a unit, a weight, a schedule that ends elsewhere."""

import math
from types import SimpleNamespace

import pytest
import torch
import torch.distributions as D
import torch.nn.functional as F

from properties.engine.helpers.losses import Cases, Stub, drawn, kls, noise, squares

cases = Cases()
wrong, right = cases.wrong, cases.right


OUTPUTS, CLASSES = 3, 2


OUTPUTS, CLASSES = 3, 2


@wrong("decoder-variance-differs", a="2*n", b="n", declared={"decoder_variance": 1})
@right(a="n*2", b="n", says=("summed over the batch, Gaussian decoder of variance 1/2",), shapes=None)
def num_elements_counts_all(recon_x, x, mu, logvar):
    """Each output's error is multiplied by the number of elements of its tensor."""
    n = x.shape[0]
    total = 0.0
    for r, t in zip(recon_x.tensor_split(OUTPUTS, 1), x.tensor_split(OUTPUTS, 1), strict=True):
        per_site = 0.5 * ((t - r) ** 2).reshape(n, -1, CLASSES).sum(-1)
        rec = t.numel() * per_site.mean()
        kl = kls(mu, logvar).sum(-1) * (1 / OUTPUTS * n)
        total = total + (rec + kl).mean()
    return total


@wrong("beta-differs", a="510", b="1", says=("effective β = 1/510",))
def rescaled_to_255(recon_x, x, mu, logvar, beta=1.0):
    """Pixels in [0."""
    rec = F.mse_loss(recon_x * 255, x * 255, reduction="sum") / 255
    return rec / x.shape[0] + beta * kls(mu, logvar).mean(0).sum()


WARMUP = 400


def _epochs(n_obs):
    return min(round(20000 / n_obs * 400), 400)


LAST = _epochs(25000) - 1


@wrong("beta-differs", "schedule-unfinished", a="1", b="319/400")
def warmup_outlasts_training(recon_x, x, mu, logvar, epoch=LAST):
    """Linear warm-up over 400 epochs, while the default number of epochs shrinks with the data set size."""
    weight = min(1.0, epoch / WARMUP)
    return (0.5 * squares(recon_x, x) + weight * kls(mu, logvar).sum(1)).mean()


class _LayerWithLoss:
    """A layer that attaches its own divergence to model.losses, once as a layer and once as the tensor it returns."""

    def __init__(self):
        self.losses = []

    def __call__(self, mu, logvar):
        kl = kls(mu, logvar).sum(-1).mean()
        self.losses = []
        for _ in ("activity regulariser of the layer", "activity regulariser of the distribution it returns"):
            self.losses.append(kl)
        return drawn(mu, logvar)


@wrong(
    "kl-half-missing",
    a="1",
    b="2",
    says=("counted two times",),
    adapter=lambda fn, r, x, mu, lv: fn(Stub(r, mu, lv), x),
)
def kl_attached_twice(model, x):
    """A distribution layer registers its KL twice, so the sum over model.losses contains it two times."""
    layer = _LayerWithLoss()
    z = layer(*model.encode(x))
    nll = -torch.distributions.Independent(torch.distributions.Normal(model.decode(z), 1.0), 1).log_prob(x).mean()
    return nll + sum(layer.losses)


def _mmd_of_quadratics(z, prior, scale=2.0):  # inverse multiquadratic kernel, biased estimate
    def kern(a, b):
        c = scale * a.shape[1]
        return (c / (c + ((a[:, None] - b[None]) ** 2).sum(-1))).mean()

    return kern(z, z) + kern(prior, prior) - 2 * kern(z, prior)


W_IW, S_IW = 0.00025, 3


W_IW, S_IW = 0.00025, 3


@wrong(
    "reconstruction-averaged-over-features",
    a="10/d",
    b="1.5*0.00025",
    says=("effective β = 3*d/80000",),
    declared={"beta": 5.0},
    adapter=lambda fn, r, x, mu, lv: fn(r, x, noise(*mu.shape, seed=5), mu, lv, M_N=W_IW)["loss"],
)
def beta_on_reconstruction(recons, inputs, z, mu, log_var, M_N, beta=5.0, alpha=-0.5, reg=100.0):
    """Beta multiplies the reconstruction."""
    n = inputs.shape[0]
    rec = F.mse_loss(recons, inputs)
    kld = kls(mu, log_var).sum(1).mean(0)
    mmd = n * (n - 1) * _mmd_of_quadratics(z, noise(*z.shape, seed=6))
    loss = beta * rec + (1.0 - alpha) * M_N * kld + (alpha + reg - 1.0) / (n * (n - 1)) * mmd
    return {"loss": loss, "Reconstruction_Loss": rec, "MMD": mmd, "KLD": kld}


@wrong("kl-half-missing", a="1", b="2")
def kl_without_half(recon_x, x, mu, logvar):
    """The 1/2 of the KL is missing, the one of the squared error is there."""
    kld = -torch.sum(1 + logvar - mu.pow(2) - logvar.exp(), dim=1)
    return torch.mean(0.5 * torch.sum((recon_x - x) ** 2, dim=1) + kld)


@wrong("kl-half-twice", a="1", b="0.5")
@wrong("decoder-variance-differs", a="1", b="0.5", declared={"decoder_variance": 1.0})
def half_twice(recon_x, x, mu, logvar):
    """The KL carries its 1/2 two times."""

    def divergence():
        return 0.5 * (mu**2 + logvar.exp() - logvar - 1).sum(-1)

    nll = -D.Independent(D.Normal(recon_x, torch.ones_like(recon_x)), 1).log_prob(x)
    return (nll + 0.5 * divergence()).mean(), nll.mean()


@wrong(
    "beta-differs",
    a="1",
    b="1/50000",
    adapter=lambda fn, r, x, mu, lv: fn({"X": x}, {"qz_m": mu, "qz_v": lv.exp()}, {"px_rate": r}).loss,
    long=True,
)
def weight_one_over_n_obs(tensors, inference_outputs, generative_outputs, n_obs=50000):
    """The KL of the LOCAL latent is divided by the number of observations as if it were a KL of weights."""
    m, v = inference_outputs["qz_m"], inference_outputs["qz_v"]
    kl_local = D.kl_divergence(D.Normal(m, v.sqrt()), D.Normal(torch.zeros_like(m), torch.ones_like(v))).sum(dim=1)
    rec = 0.5 * squares(generative_outputs["px_rate"], tensors["X"])
    return SimpleNamespace(loss=torch.mean(rec + kl_local / n_obs), reconstruction_loss=rec, kl_local=kl_local)


@wrong("beta-differs", a="1", b="1/log(2)")
def kl_in_bits(recon_x, x, mu, logvar):
    """KL converted to bits, the reconstruction left in nats."""
    kl_bits = kls(mu, logvar).sum(-1) / math.log(2)
    return 0.5 * squares(recon_x, x).mean(), kl_bits.mean()


@wrong("beta-differs", a="4", b="1", adapter=lambda fn, *tensors: sum(fn(*tensors)))
def reconstruction_counted_twice(recon_x, x, mu, logvar):
    """The returned tuple holds the total (with the error) and the error once more, and is summed."""
    rec = squares(recon_x, x).mean()
    return rec + kls(mu, logvar).sum(1).mean(), rec


@wrong(
    "beta-differs",
    a="1",
    b="16",
    declared={"beta": 4.0},
    adapter=lambda fn, r, x, mu, lv: torch.dot(
        torch.stack(fn(r, x, mu, lv, beta=4.0)), torch.tensor([1.0, 4.0]).double()
    ),
    long=True,
)
def beta_squared(recon_x, x, mu, logvar, beta=4.0):
    """The loss returns beta * KL, the trainer multiplies by beta again."""
    return 0.5 * squares(recon_x, x).mean(), beta * kls(mu, logvar).sum(1).mean()


@wrong("beta-differs", "knob-misplaced", a="4", b="4", declared={"beta": 4.0})
def beta_on_both(recon_x, x, mu, logvar, beta=4.0):
    """Beta * (rec + kl)."""
    return beta * (0.5 * squares(recon_x, x) + kls(mu, logvar).sum(1)).mean()


@wrong("beta-differs", "knob-misplaced", a="4", b="1", declared={"beta": 4.0})
def beta_on_the_error(recon_x, x, mu, logvar, beta=4.0):
    """Beta * rec + kl."""
    rec, kl = 0.5 * squares(recon_x, x).mean(), kls(mu, logvar).sum(1).mean()
    return SimpleNamespace(loss=beta * rec + kl, rec=rec, kl=kl)


@wrong("kl-missing", a="1", b="0", long=True)
def kl_weight_default_zero(recon_x, x, mu, logvar, kl_weight=0.0):
    """Kl_weight defaults to 0 and the trainer never passes it."""
    return (0.5 * squares(recon_x, x) + kl_weight * kls(mu, logvar).sum(1)).mean()


@wrong("beta-differs", "schedule-unfinished", a="n", b="0.1*n")
def annealing_too_slow(recon_x, x, mu, logvar, step=10000, warmup=100000):
    """Linear warm-up over 100,000 steps, training has 10,000."""
    w = min(1.0, step / warmup)
    rec, kl = 0.5 * squares(recon_x, x).sum(), kls(mu, logvar).sum()
    return {"loss": rec + w * kl, "kl_weight": w}


@wrong("decoder-variance-differs", "schedule-unfinished", a="1", b="0.5", declared={"decoder_variance": 1.0})
def sigmoid_annealing_ends_at_half(recon_x, x, mu, logvar, step=2500, k=0.0025, x0=2500):
    """The midpoint of the logistic weight is the end of training."""
    w = 1 / (1 + math.exp(-k * (step - x0)))
    return 0.5 * squares(recon_x, x).mean() + w * kls(mu, logvar).sum(1).mean()


@pytest.mark.parametrize("case", cases.parameters())
def test_the_gate_says_what_it_is(case):
    case.check()
