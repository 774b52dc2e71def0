"""Training linear VAEs on data of low rank: what Table 1 of koehler2022 is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from reference.koehler2022 import vae_loss
from verify.replicate import Setting
from verify.replicate.checkpoints import State
from verify.replicate.training import Training

BATCH = 100
"""Fresh samples in every step."""

ZERO = 0.1
"""What is less counts as zero (§6)."""

SAMPLES = 1000
"""Rows of X̂, whose covariance is compared with AAᵀ."""


class LinearVAE(Training):
    """f(z) = Ãz + b, g(x) = B̃x + c, log-variances as parameters, on x = Az with A (d × r*) square and zero below.

    Models of fewer dimensions stand in larger arrays: where data, weights and noise are zero they stay so.
    """

    rate = 1e-3

    def __init__(self, settings: Sequence[Setting], seed: int, device: str) -> None:
        super().__init__(settings, seed, device)
        self.d = torch.tensor([setting.values["d"] for setting in settings], device=self.device)
        self.r = max(setting.values["r"] for setting in settings)
        rank = max(setting.values["r*"] for setting in settings)
        self.A = torch.zeros(len(settings), int(self.d.max()), rank, device=self.device)
        for A, setting in zip(self.A, settings, strict=True):
            k = setting.values["r*"]
            A[:k, :k] = torch.randn(k, k, generator=self.world, device=self.device)
        self.used = torch.tensor([[i < s.values["r"] for i in range(self.r)] for s in settings], device=self.device)

    def parameters(self) -> dict[str, Tensor]:
        n, d, _ = self.A.shape
        within = torch.arange(d, device=self.device) < self.d[:, None]
        drawn = self.normal(n, self.r, d) / self.d[:, None, None].sqrt(), self.normal(n, d, self.r)
        latents = self.used.sum(1)[:, None, None]
        return {
            "Bt": drawn[0] * within[:, None, :] * self.used[:, :, None],
            "At": drawn[1] / latents.sqrt() * within[:, :, None] * self.used[:, None, :],
            "code bias": torch.zeros(n, self.r, device=self.device),
            "mean bias": torch.zeros(n, d, device=self.device),
            "log D": torch.where(self.used, 1.0, 0.0),
            "log eps2": -torch.ones(n, device=self.device),
        }

    def losses(self, parameters: Mapping[str, Tensor]) -> Tensor:
        n, _, rank = self.A.shape
        x = self.normal(n, BATCH, rank) @ self.A.mT
        code = torch.baddbmm(parameters["code bias"][:, None], x, parameters["Bt"].mT)
        D, eps = parameters["log D"].exp(), (parameters["log eps2"] / 2).exp()
        z = code + D.sqrt()[:, None] * self.normal(n, BATCH, self.r) * self.used[:, None]
        rest = x - torch.baddbmm(parameters["mean bias"][:, None], z, parameters["At"].mT)
        error, square = ((y**2).sum((1, 2)) / BATCH for y in (rest, code))
        return vae_loss(error, square, D, eps, self.d)

    def watch(self, parameters: Mapping[str, Tensor]) -> dict[str, Tensor]:
        extra = torch.stack([(At[s.values["r*"] :] ** 2).sum() for At, s in self._each(parameters["At"])])
        zeros = ((parameters["log D"].exp() < ZERO) & self.used).sum(1)
        return {"extra rows": extra, "zeros": zeros, "decoder variance": parameters["log eps2"].exp()}

    def measure(self, parameters: Mapping[str, Tensor]) -> list[dict[str, float]]:
        generated = self._generated(parameters)
        found = []
        for i, setting in enumerate(self.settings):
            truth, learned = self._eigenvalues(i, generated[i])
            variances = parameters["log D"][i, : setting.values["r"]].exp()
            rows = torch.linalg.vector_norm(parameters["At"][i], dim=1)
            found.append(
                {
                    "decoder rows": float((rows >= ZERO).sum()),
                    "zeros": float((variances < ZERO).sum()),
                    "eigenvalue error": float((truth - learned).norm() / truth.norm()),
                    "smallest eigenvalue": float(truth[-setting.values["r*"]]),
                }
            )
        return found

    def exhibit(self, parameters: Mapping[str, Tensor]) -> list[State]:
        generated = self._generated(parameters)
        spectra = [self._eigenvalues(i, generated[i]) for i in range(len(self.settings))]
        return [
            {"truth": truth.cpu().numpy(), "learned": learned.cpu().numpy(), "variances": np.sort(log_D.exp().cpu())}
            for (truth, learned), log_D in zip(spectra, parameters["log D"], strict=True)
        ]

    def _each(self, tensor: Tensor) -> zip[tuple[Tensor, Setting]]:
        return zip(tensor, self.settings, strict=True)

    def _generated(self, parameters: Mapping[str, Tensor]) -> Tensor:
        """Return samples Ãz + b + εξ, (n, samples, d)."""
        n, d, _ = self.A.shape
        z, noise = self.normal(n, SAMPLES, self.r), self.normal(n, SAMPLES, d)
        eps = (parameters["log eps2"] / 2).exp()[:, None, None]
        return torch.baddbmm(parameters["mean bias"][:, None], z, parameters["At"].mT) + eps * noise

    def _eigenvalues(self, i: int, generated: Tensor) -> tuple[Tensor, Tensor]:
        """Return the eigenvalues of AAᵀ and of (1/n)X̂ᵀX̂, each ascending."""
        d = int(self.d[i])
        A, sample = self.A[i, :d], generated[:, :d]
        return torch.linalg.eigvalsh(A @ A.T), torch.linalg.eigvalsh(sample.T @ sample / len(sample))
