"""Training linear β-VAEs: what Figure 4 of wang2022 is made of."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from properties.wang2022.experiments.prediction import COLLAPSED, predicted_loss, predicted_sigma
from reference.arithmetic import trace
from reference.wang2022 import Weights, vae_loss, variance_penalty
from verify.replicate import Setting
from verify.replicate.checkpoints import State
from verify.replicate.training import Training

BATCH = 100
"""Fresh samples in every step."""


class BetaVAE(Training):
    """Encoder N(m(x), diag σ²(x)), decoder N(f(z), I), prior N(0, I); m, log σ² and f by a subclass.

    A setting has its ``beta``, the ``thresholds`` ζ_i² of the data, largest first, and the number ``d1`` of latents.
    """

    rate = 1e-3

    def __init__(self, settings: Sequence[Setting], seed: int, device: str) -> None:
        super().__init__(settings, seed, device)
        self.thresholds, self.d1 = settings[0].values["thresholds"], settings[0].values["d1"]
        betas = [setting.values["beta"] for setting in settings]
        self.beta = torch.tensor(betas, dtype=torch.float64, device=self.device)

    def weights(self, beta: Tensor) -> Weights:
        """Return β with η_dec = η_enc = 1."""
        one = torch.ones((), dtype=beta.dtype, device=self.device)
        return Weights(beta, one, one)

    def matrix(self, rows: int, columns: int) -> Tensor:
        """Draw matrices, (n, rows, columns), whose columns have length 1 on average."""
        return self.normal(len(self.settings), rows, columns) / rows**0.5

    @abstractmethod
    def batch(self) -> tuple[Tensor, Tensor]:
        """Draw x, (n, d0, count), and y, (n, d2, count), in columns; or return those of all models, with 1 for n."""

    @abstractmethod
    def encode(self, parameters: Mapping[str, Tensor], x: Tensor) -> tuple[Tensor, Tensor]:
        """Return m(x) and log σ²(x), (n, d1, count) each; the latter may have 1 for count."""

    @abstractmethod
    def decode(self, parameters: Mapping[str, Tensor], z: Tensor) -> Tensor:
        """Return f(z), (n, d2, count)."""

    @abstractmethod
    def evaluate(self, parameters: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
        """Return the loss, (n), and σ̄, (n, d1), the averages of σ_i(x) over the data."""

    def pointwise(self, parameters: Mapping[str, Tensor], x: Tensor, y: Tensor, noise: Tensor) -> Tensor:
        """Return the loss of each data point, (n, count) nats, at standard normal noise (n, d1, count)."""
        mean, log_variance = self.encode(parameters, x)
        sigma, w = (log_variance / 2).exp(), self.weights(self.beta[:, None].to(mean))
        rest = y - self.decode(parameters, mean + sigma * noise)
        squares = (rest**2).sum(1) + w.c * (mean**2).sum(1)
        return squares / (2 * w.eta_dec**2) + variance_penalty(sigma.mT, w)

    def losses(self, parameters: Mapping[str, Tensor]) -> Tensor:
        x, y = self.batch()
        return self.pointwise(parameters, x, y, self.normal(len(self.settings), self.d1, x.shape[2])).mean(1)

    def watch(self, parameters: Mapping[str, Tensor]) -> dict[str, Tensor]:
        loss, sigma = self.evaluate(parameters)
        return {"loss": loss, "collapsed": (sigma > COLLAPSED).sum(1)}

    def measure(self, parameters: Mapping[str, Tensor]) -> list[dict[str, float]]:
        losses, sigmas = self.evaluate(parameters)
        found = []
        for setting, loss, sigma in zip(self.settings, losses.tolist(), sigmas, strict=True):
            data = self.thresholds, self.d1, setting.values["beta"]
            predicted = torch.as_tensor(predicted_sigma(*data), device=self.device)
            found.append(
                {
                    "loss": loss,
                    "excess, %": 100 * (loss - predicted_loss(*data)) / (sum(self.thresholds) / 2),
                    "collapsed": float((sigma > COLLAPSED).sum()),
                    "largest error of σ": float((sigma.sort().values - predicted).abs().max()),
                }
            )
        return found

    def exhibit(self, parameters: Mapping[str, Tensor]) -> list[State]:
        _, sigma = self.evaluate(parameters)
        return [{"sigma": values.sort().values.cpu().numpy()} for values in sigma]


class LinearVAE(BetaVAE):
    """m(x) = Wᵀx, f(z) = Uz and log σ² = s for all x, without biases: the model of the theory.

    ``moments`` are E[xxᵀ], E[yxᵀ] and E[yᵀy], as :func:`reference.wang2022.vae_loss` takes them, in double precision.
    """

    moments: tuple[Tensor, Tensor, Tensor]

    def parameters(self) -> dict[str, Tensor]:
        d2, d0 = self.moments[1].shape
        s = torch.zeros(len(self.settings), self.d1, device=self.device)
        return {"U": self.matrix(d2, self.d1), "W": self.matrix(d0, self.d1), "s": s}

    def encode(self, parameters: Mapping[str, Tensor], x: Tensor) -> tuple[Tensor, Tensor]:
        return parameters["W"].mT @ x, parameters["s"][:, :, None]

    def decode(self, parameters: Mapping[str, Tensor], z: Tensor) -> Tensor:
        return parameters["U"] @ z

    def evaluate(self, parameters: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
        """Return the loss in closed form, eq. (5), and σ."""
        U, W, s = (parameters[name].double() for name in ("U", "W", "s"))
        sigma = (s / 2).exp()
        return vae_loss(U, W, sigma, *self.moments, self.weights(self.beta)), sigma


class LinearRegression(LinearVAE):
    """On x ~ N(0, A) and y = Mx with the singular values ζ_i of Z = MA^{1/2}, all drawn anew but the ζ_i.

    log σ²(x) = s + Sᵀx, or s alone where a setting's ``varies`` is false.
    """

    def __init__(self, settings: Sequence[Setting], seed: int, device: str) -> None:
        super().__init__(settings, seed, device)
        self.root, self.Z = regression(self.thresholds, self.world)
        self.moments = moments(self.root, self.Z)
        self.varies = torch.tensor([setting.values["varies"] for setting in settings], device=self.device)

    def parameters(self) -> dict[str, Tensor]:
        drawn = super().parameters()
        return drawn | {"S": torch.zeros_like(drawn["W"])}

    def slope(self, parameters: Mapping[str, Tensor]) -> Tensor:
        """Return S, (n, d0, d1), zero where the variance is the same for all x."""
        return parameters["S"] * self.varies[:, None, None]

    def encode(self, parameters: Mapping[str, Tensor], x: Tensor) -> tuple[Tensor, Tensor]:
        mean, log_variance = super().encode(parameters, x)
        return mean, log_variance + self.slope(parameters).mT @ x

    def batch(self) -> tuple[Tensor, Tensor]:
        return sample(self.root, self.Z, self.normal(len(self.settings), len(self.thresholds), BATCH))

    def evaluate(self, parameters: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
        """Return both in closed form.

        E[σ_i²] = exp(s_i + S_iᵀAS_i/2) stands for σ_i² in eq. (5), except in the logarithm, whose mean is s_i.
        """
        S = self.slope(parameters).double()
        spread = (S * (self.moments[0] @ S)).sum(1)
        loss, _ = super().evaluate({**parameters, "s": parameters["s"].double() + spread / 2})
        return loss + self.beta * spread.sum(1) / 4, (parameters["s"].double() / 2 + spread / 8).exp()


def regression(thresholds: Sequence[float], generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Draw A^{1/2}, with eigenvalues from 1/2 to 3/2, and Z, with ζ_i² as given: (d, d) each, in double precision."""
    kind: Any = {"dtype": torch.float64, "device": generator.device}
    zeta = torch.tensor(thresholds, **kind).sqrt()
    F, G, axes = torch.linalg.qr(torch.randn(3, len(zeta), len(zeta), generator=generator, **kind))[0]
    lengths = torch.linspace(0.5, 1.5, len(zeta), **kind)
    return axes * lengths @ axes.mT, F * zeta @ G.mT


def moments(root: Tensor, Z: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return E[xxᵀ] = A, E[yxᵀ] = ZA^{1/2} and E[yᵀy] = ‖Z‖², of A^{1/2} and Z."""
    return root @ root, Z @ root, trace(Z @ Z.mT)


def sample(root: Tensor, Z: Tensor, normal: Tensor) -> tuple[Tensor, Tensor]:
    """Return x = A^{1/2}x̃ and y = Zx̃ = Mx, (n, d, count) each, of standard normal x̃."""
    return root.to(normal) @ normal, Z.to(normal) @ normal
