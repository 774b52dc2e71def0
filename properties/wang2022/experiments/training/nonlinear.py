"""Training β-VAEs of ReLU networks: what Figure 1 of wang2022 is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from properties.wang2022.experiments.training.linear import BATCH, BetaVAE, regression, sample
from verify.replicate import Setting

HIDDEN = 8
"""d_h (§5)."""

SAMPLES = 20_000
"""Fresh data points, the same throughout, over which the loss and σ̄ are averages."""


class ReluRegression(BetaVAE):
    """m, log σ² and f are networks of one hidden layer each, with biases; data as in Figure 4."""

    def __init__(self, settings: Sequence[Setting], seed: int, device: str) -> None:
        super().__init__(settings, seed, device)
        self.root, self.Z = regression(self.thresholds, self.world)
        d = len(self.thresholds)
        normal = standardised(torch.randn(d + self.d1, SAMPLES, generator=self.world, device=self.device))
        self.held_out = *sample(self.root, self.Z, normal[None, :d].float()), normal[None, d:].float()

    def parameters(self) -> dict[str, Tensor]:
        d, n = len(self.thresholds), len(self.settings)
        drawn = {}
        for name, inputs, outputs in (("mean", d, self.d1), ("variance", d, self.d1), ("decoder", self.d1, d)):
            drawn[f"{name} 1"], drawn[f"{name} 2"] = 2**0.5 * self.matrix(inputs, HIDDEN), self.matrix(HIDDEN, outputs)
            drawn[f"{name} bias 1"] = torch.zeros(n, HIDDEN, device=self.device)
            drawn[f"{name} bias 2"] = torch.zeros(n, outputs, device=self.device)
        return drawn

    def batch(self) -> tuple[Tensor, Tensor]:
        return sample(self.root, self.Z, self.normal(len(self.settings), len(self.thresholds), BATCH))

    def encode(self, parameters: Mapping[str, Tensor], x: Tensor) -> tuple[Tensor, Tensor]:
        return network("mean", parameters, x), network("variance", parameters, x)

    def decode(self, parameters: Mapping[str, Tensor], z: Tensor) -> Tensor:
        return network("decoder", parameters, z)

    def evaluate(self, parameters: Mapping[str, Tensor]) -> tuple[Tensor, Tensor]:
        """Return averages over the fresh data points."""
        x, y, noise = self.held_out
        _, log_variance = self.encode(parameters, x)
        return self.pointwise(parameters, x, y, noise).double().mean(1), (log_variance / 2).exp().double().mean(2)


def standardised(points: Tensor) -> Tensor:
    """Return points (d, count) moved so that their mean is 0 and their covariance I.

    A linear model's loss, and that of a collapsed one, is exact at such normal points.
    """
    points = points.double()
    points = points - points.mean(1, keepdim=True)
    root = torch.linalg.cholesky(points @ points.mT / points.shape[1])
    return torch.linalg.solve_triangular(root, points, upper=False)


def network(name: str, parameters: Mapping[str, Tensor], x: Tensor) -> Tensor:
    """Return W₂ᵀ max(W₁ᵀx + b₁, 0) + b₂, (n, outputs, count), for x (n or 1, inputs, count)."""
    hidden = torch.relu(parameters[f"{name} 1"].mT @ x + parameters[f"{name} bias 1"][:, :, None])
    return parameters[f"{name} 2"].mT @ hidden + parameters[f"{name} bias 2"][:, :, None]
