"""Models that hold their own loss, in the ways in which people write them."""

from collections import OrderedDict
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.distributions import Normal, kl_divergence

from verify.gate.instances import Ranges, draws
from verify.gate.shapes import Shape

PILOT = draws(Shape(4, 6, 3), Ranges(), 1)[0]
D, K = 10, 2


def rec(r, x):
    return ((r - x) ** 2).sum(1).mean() / 2


def kl(mu, lv):
    return (mu**2 + lv.exp() - lv - 1).sum(1).mean() / 2


def sample(mu, lv):
    return mu + (lv / 2).exp() * torch.randn_like(mu)


def loss_of(r, x, mu, lv):
    return rec(r, x) + kl(mu, lv)


class Layers(nn.Module):
    def __init__(self, hidden=7):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(D, hidden), nn.Tanh(), nn.Dropout(0.5), nn.BatchNorm1d(hidden))
        self.first, self.second = nn.Linear(hidden, K), nn.Linear(hidden, K)
        self.out = nn.Linear(K, D)


class Tuple(Layers):
    def encode(self, x):
        h = self.body(x)
        return self.first(h), self.second(h)

    def decode(self, z):
        return self.out(z)

    def forward(self, x):
        mu, lv = self.encode(x)
        return loss_of(self.decode(sample(mu, lv)), x, mu, lv)


class Keyed(Tuple):
    def encode(self, x):
        h = self.body(x)
        return {"logvar": self.second(h), "mu": self.first(h), "hidden": h}

    def decode(self, z):
        return z, self.out(z)

    def forward(self, batch):
        x = batch["data"]
        found = self.encode(x)
        recon = self.decode(sample(found["mu"], found["logvar"]))[1]
        return OrderedDict(recon_loss=rec(recon, x), loss=loss_of(recon, x, found["mu"], found["logvar"]))


@dataclass
class Encoded:
    log_covariance: Any
    embedding: Any


class Encoder(Layers):
    def forward(self, x):
        h = self.body(x)
        return Encoded(embedding=self.first(h), log_covariance=self.second(h))


class Decoder(Layers):
    def forward(self, z):
        return SimpleNamespace(reconstruction=self.out(z))


class Submodules(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = Encoder(), Decoder()

    def forward(self, inputs, **_):
        x = inputs["data"]
        found = self.encoder(x)
        z = sample(found.embedding, found.log_covariance)
        recon = self.decoder(z).reconstruction
        return SimpleNamespace(loss=loss_of(recon, x, found.embedding, found.log_covariance), z=z)


class Halves(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = nn.Linear(D, 2 * K), nn.Linear(K, D)

    def forward(self, x):
        mu, lv = self.encoder(x).chunk(2, -1)
        return loss_of(self.decoder(Normal(mu, (lv / 2).exp()).rsample()), x, mu, lv)


class Heads(nn.Module):
    """Its hidden layer is as wide as two heads."""

    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = nn.Linear(D, 2 * K), nn.Linear(K, D)
        self.fc_logvar, self.fc_mu = nn.Linear(2 * K, K), nn.Linear(2 * K, K)

    def forward(self, x):
        h = self.encoder(x)
        mu, lv = self.fc_mu(h), self.fc_logvar(h)
        return loss_of(self.decoder(sample(mu, lv)), x, mu, lv)


class Method(Tuple):
    """A loss of what the model returns, and of a weight that it does not know."""

    def __init__(self):
        super().__init__()
        self.num_iter, self.beta = 0, 1.0

    def forward(self, x, **_):
        mu, lv = self.encode(x)
        return [self.decode(sample(mu, lv)), x, mu, lv]

    def loss_function(self, *args, **kwargs):
        self.num_iter += 1
        recon, x, mu, lv = args
        return {"loss": self.num_iter * (rec(recon, x) + self.beta * kwargs["M_N"] * kl(mu, lv)), "KLD": -kl(mu, lv)}


class ByName(Tuple):
    """A loss that takes the data too, which the model does not return."""

    def forward(self, x):
        mu, lv = self.encode(x)
        return self.decode(sample(mu, lv)), mu, lv

    def loss_function(self, x, x_hat, log_var, mu):
        return loss_of(x_hat, x, mu, log_var)


class OfData(Tuple):
    def forward(self, x):
        raise RuntimeError("not for this")

    def loss(self, x):
        return Tuple.forward(self, x)


class Adding(Tuple):
    """It keeps what it adds, for ever."""

    def __init__(self):
        super().__init__()
        self.losses = []

    def forward(self, x):
        mu, lv = self.encode(x)
        self.losses.append(kl(mu, lv))
        return rec(self.decode(sample(mu, lv)), x)


class Complete(Adding):
    def forward(self, x):
        return Adding.forward(self, x) + self.losses[-1]


class WithNormals(Tuple):
    def encode(self, x):
        h = self.body(x)
        return Normal(self.first(h), (self.second(h) / 2).exp())

    def forward(self, x):
        q = self.encode(x)
        return rec(self.decode(q.rsample()), x) + kl_divergence(q, Normal(0.0, 1.0)).sum(1).mean()


class Plain:
    """No module: arrays, and no torch."""

    def __init__(self):
        self.encoding, self.decoding = np.ones((D, K)), np.ones((K, D))

    def encode(self, x):
        return [x @ self.encoding, x @ self.encoding]

    def decode(self, z):
        return z @ self.decoding

    def loss(self, x):
        mu, lv = self.encode(x)
        recon = self.decode(mu + np.exp(lv / 2) * np.random.standard_normal(mu.shape))
        return ((x - recon) ** 2).sum(1).mean() / 2 + (mu**2 + np.exp(lv) - lv - 1).sum(1).mean() / 2


MODELS = {
    Tuple: "the loss is model(x), with mu and logvar in place of what model.encode returns, "
    "recon of what model.decode returns",
    Keyed: "the loss is model({'data': x}), with mu and logvar in place of what model.encode returns, ",
    Submodules: "the loss is model({'data': x}), with mu and logvar in place of what model.encoder returns, ",
    Halves: "the loss is model(x), with mu and logvar in place of what model.encoder returns, ",
    Heads: "the loss is model(x), with mu and logvar in place of what model.fc_logvar and model.fc_mu returns, ",
    Method: "the loss is model.loss_function(*model(x), M_N=M_N), with mu and logvar in place of what model.encode ",
    ByName: "the loss is model.loss_function(x, x_hat, log_var, mu) after model(x), with mu and logvar in place of ",
    OfData: "the loss is model.loss(x), with mu and logvar in place of what model.encode returns, ",
    Adding: "the loss is model(x) + sum(model.losses), with mu and logvar in place of what model.encode returns, ",
    Complete: "the loss is model(x), with mu and logvar in place of what model.encode returns, ",
    Plain: "the loss is model.loss(x), with mu and logvar in place of what model.encode returns, ",
}
