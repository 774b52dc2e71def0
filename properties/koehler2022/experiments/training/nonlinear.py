"""Training nonlinear VAEs on sigmoid data and on spheres: what Tables 2 to 5 of koehler2022 are made of."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import Tensor

from reference.koehler2022 import vae_loss
from reference.nonlinearities import NONLINEARITIES
from verify.replicate import Setting
from verify.replicate.checkpoints import State
from verify.replicate.training import Training

BATCH = 100
"""Fresh samples in every step."""

ZERO, SEPARATE = 0.1, 0.5
"""A smaller encoder variance counts as zero; one of another kind is larger than the second (§6)."""

SAMPLES = 1000
"""Generated points, over which the errors are averages."""

HIDDEN = (200, 200, 200)
"""The hidden layers of both networks on the sphere."""

PACE = 3
"""The decoder's log-variance is −3p: by Adam it moves three times as fast as the parameter p."""

logistic = NONLINEARITIES["logistic"]


class NonlinearVAE(Training):
    """Encoder g and decoder f by a subclass, encoder variances D (r) and decoder variance ε² as parameters.

    Models of fewer dimensions stand in larger arrays: where data, weights and noise are zero they stay so. A setting
    has ``r*``, ``d``, ``r``, and ``log eps2 >=`` where the decoder's log-variance is clipped (App. E).
    """

    rate = 3e-4

    def __init__(self, settings: Sequence[Setting], seed: int, device: str) -> None:
        super().__init__(settings, seed, device)
        self.rank, self.d, self.latents = (self._numbers(name) for name in ("r*", "d", "r"))
        self.least = self._numbers("log eps2 >=", -math.inf)
        self.within, self.used = _mask(self.d), _mask(self.latents)

    def _numbers(self, name: str, default: float | None = None) -> Tensor:
        return torch.tensor([s.values.get(name, default) for s in self.settings], device=self.device)

    @abstractmethod
    def data(self, count: int) -> Tensor:
        """Draw (n, count, d) data points."""

    @abstractmethod
    def networks(self) -> dict[str, Tensor]:
        """Draw the initial weights of both networks; biases are zero."""

    @abstractmethod
    def encode(self, parameters: Mapping[str, Tensor], x: Tensor) -> Tensor:
        """Return g(x), (n, count, r), for x (n, count, d)."""

    @abstractmethod
    def decode(self, parameters: Mapping[str, Tensor], z: Tensor) -> Tensor:
        """Return f(z), (n, count, d), for z (n, count, r)."""

    @abstractmethod
    def errors(self, i: int, x: Tensor) -> dict[str, Tensor]:
        """Return the distances of points x (count, d) of the setting i from its manifold, in every reading."""

    @abstractmethod
    def shown(self, i: int, x: Tensor) -> State:
        """Return what a figure shows of points x (count, d) of the setting i."""

    def kernel(self, inputs: Tensor, outputs: Tensor) -> Tensor:
        """Draw LeCun-normal weights (n, inputs, outputs), of variance 1/inputs; the arguments are masks (n, ·)."""
        scale = outputs[:, None, :] * inputs[:, :, None] / inputs.sum(1)[:, None, None].sqrt()
        return self.normal(*scale.shape) * scale

    def parameters(self) -> dict[str, Tensor]:
        return self.networks() | {
            "log D": self.used.clone(),
            "p": torch.ones(len(self.settings), device=self.device),
        }

    def losses(self, parameters: Mapping[str, Tensor]) -> Tensor:
        x = self.data(BATCH)
        D = parameters["log D"].exp()
        code = self.encode(parameters, x)
        z = torch.addcmul(code, (D.sqrt() * self.used)[:, None], self.normal(*code.shape))
        error, square = ((y**2).sum((1, 2)) / BATCH for y in (x - self.decode(parameters, z), code))
        return vae_loss(error, square, D, deviation(parameters), self.d)

    def constrain(self, parameters: Mapping[str, Tensor]) -> None:
        parameters["p"].clamp_(max=-self.least / PACE)

    def watch(self, parameters: Mapping[str, Tensor]) -> dict[str, Tensor]:
        zeros = ((parameters["log D"].exp() < ZERO) * self.used).sum(1)
        return {"zeros": zeros, "decoder variance": deviation(parameters) ** 2}

    def measure(self, parameters: Mapping[str, Tensor]) -> list[dict[str, float]]:
        generated = self.generated(parameters)
        found = []
        for i, (x, k) in enumerate(zip(generated, self.rank.tolist(), strict=True)):
            variances = parameters["log D"][i, : int(self.latents[i])].exp()
            values = {
                "zeros": (variances < ZERO).sum(),
                "below 0.5": (variances < SEPARATE).sum(),
                **self.errors(i, x),
                "padding error": (x[:, k + 1 :] ** 2).sum(1).mean(),
                "decoder variance": deviation(parameters)[i] ** 2,
            }
            found.append({name: float(value) for name, value in values.items()})
        return found

    def exhibit(self, parameters: Mapping[str, Tensor]) -> list[State]:
        generated, truth = self.generated(parameters), self.data(SAMPLES)
        variances = (
            np.sort(log_D.exp()[used > 0].cpu()) for log_D, used in zip(parameters["log D"], self.used, strict=True)
        )
        return [
            {"variances": ascending}
            | {f"generated {name}": value for name, value in self.shown(i, generated[i]).items()}
            | {f"true {name}": value for name, value in self.shown(i, truth[i]).items()}
            for i, ascending in enumerate(variances)
        ]

    def generated(self, parameters: Mapping[str, Tensor]) -> Tensor:
        """Draw samples f(z) + εξ, (n, samples, d), of which the padding of a model is zero."""
        mean = self.decode(parameters, self.normal(len(self.settings), SAMPLES, self.used.shape[1]))
        return mean + deviation(parameters)[:, None, None] * self.normal(*mean.shape) * self.within[:, None]


class SigmoidVAE(NonlinearVAE):
    """f(z) = Ãz + b + σ(C̃z + c), g(x) = B̃x + e, on x = (z, σ(⟨a*, z⟩), 0, …, 0) with z and a* ~ N(0, I).

    Settings of one r* share a*.
    """

    def __init__(self, settings: Sequence[Setting], seed: int, device: str) -> None:
        super().__init__(settings, seed, device)
        self.inputs = _mask(self.rank)
        drawn = torch.randn(int(self.rank.max()) + 1, len(self.inputs[0]), generator=self.world, device=self.device)
        self.direction = drawn[self.rank] * self.inputs
        self.output = torch.nn.functional.one_hot(self.rank, self.within.shape[1]).float()

    def data(self, count: int) -> Tensor:
        z = self.normal(len(self.settings), count, self.inputs.shape[1]) * self.inputs[:, None]
        last = logistic(z @ self.direction[:, :, None]) * self.output[:, None]
        return last + torch.nn.functional.pad(z, (0, last.shape[2] - z.shape[2]))

    def networks(self) -> dict[str, Tensor]:
        return {
            "Bt": self.kernel(self.within, self.used),
            "At": self.kernel(self.used, self.within),
            "Ct": self.kernel(self.used, self.within),
            "encoder bias": torch.zeros(self.used.shape, device=self.device),
            "linear bias": torch.zeros(self.within.shape, device=self.device),
            "sigmoid bias": torch.zeros(self.within.shape, device=self.device),
        }

    def encode(self, parameters: Mapping[str, Tensor], x: Tensor) -> Tensor:
        return _affine(parameters["Bt"], parameters["encoder bias"], x)

    def decode(self, parameters: Mapping[str, Tensor], z: Tensor) -> Tensor:
        bent = torch.sigmoid(_affine(parameters["Ct"], parameters["sigmoid bias"], z)) * self.within[:, None]
        return _affine(parameters["At"], parameters["linear bias"], z) + bent

    def measure(self, parameters: Mapping[str, Tensor]) -> list[dict[str, float]]:
        found, truth = super().measure(parameters), self.data(SAMPLES)
        of_data = (float(self.errors(i, x)["over all pairs"]) for i, x in enumerate(truth))
        return [numbers | {"pairs of data": error} for numbers, error in zip(found, of_data, strict=True)]

    def errors(self, i: int, x: Tensor) -> dict[str, Tensor]:
        projected, last = self.coordinates(i, x)
        bent = logistic(projected)
        every_pair = (bent[:, None] - last) ** 2
        return {"manifold error": ((bent - last) ** 2).mean(), "over all pairs": every_pair.mean()}

    def shown(self, i: int, x: Tensor) -> State:
        projected, last = self.coordinates(i, x)
        return {"⟨a,x⟩": projected.cpu().numpy(), "last": last.cpu().numpy()}

    def coordinates(self, i: int, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return ⟨a*, x_{:r*}⟩ and x_{r*+1}, (count) each, of points (count, d) of the setting i."""
        k = int(self.rank[i])
        return x[:, :k] @ self.direction[i, :k], x[:, k]


class SphereVAE(NonlinearVAE):
    """Networks of three hidden ReLU layers on the unit sphere in R^{r*+1}, padded with zeros."""

    def __init__(self, settings: Sequence[Setting], seed: int, device: str) -> None:
        super().__init__(settings, seed, device)
        self.inputs = _mask(self.rank + 1)

    def data(self, count: int) -> Tensor:
        z = self.normal(len(self.settings), count, self.inputs.shape[1]) * self.inputs[:, None]
        z = z / torch.linalg.vector_norm(z, dim=2, keepdim=True)
        return torch.nn.functional.pad(z, (0, self.within.shape[1] - z.shape[2]))

    def networks(self) -> dict[str, Tensor]:
        n = len(self.settings)
        hidden = [torch.ones(n, size, device=self.device) for size in HIDDEN]
        drawn = {}
        for name, widths in (
            ("encoder", [self.within, *hidden, self.used]),
            ("decoder", [self.used, *hidden, self.within]),
        ):
            for i, (inputs, outputs) in enumerate(pairwise(widths)):
                drawn[f"{name} {i}"] = self.kernel(inputs, outputs)
                drawn[f"{name} bias {i}"] = torch.zeros_like(outputs)
        return drawn

    def encode(self, parameters: Mapping[str, Tensor], x: Tensor) -> Tensor:
        return self._network("encoder", parameters, x)

    def decode(self, parameters: Mapping[str, Tensor], z: Tensor) -> Tensor:
        return self._network("decoder", parameters, z)

    def _network(self, name: str, parameters: Mapping[str, Tensor], x: Tensor) -> Tensor:
        for i in range(len(HIDDEN)):
            x = torch.relu_(_affine(parameters[f"{name} {i}"], parameters[f"{name} bias {i}"], x))
        return _affine(parameters[f"{name} {len(HIDDEN)}"], parameters[f"{name} bias {len(HIDDEN)}"], x)

    def errors(self, i: int, x: Tensor) -> dict[str, Tensor]:
        norms = self.norms(i, x)
        return {
            "manifold error": ((norms**2 - 1) ** 2).mean(),
            "of the norm": ((norms - 1) ** 2).mean(),
            "inside": (norms < 1).float().mean(),
        }

    def shown(self, i: int, x: Tensor) -> State:
        return {"norms": self.norms(i, x).cpu().numpy()}

    def norms(self, i: int, x: Tensor) -> Tensor:
        """Return ‖x_{:r*+1}‖, (count), of points (count, d) of the setting i."""
        return torch.linalg.vector_norm(x[:, : int(self.rank[i]) + 1], dim=1)


def deviation(parameters: Mapping[str, Any]) -> Tensor:
    """Return the decoder's standard deviations ε, (n)."""
    return (-PACE / 2 * parameters["p"]).exp()


def _mask(sizes: Tensor) -> Tensor:
    """Return (n, the largest size), 1 in the first entries of each row, as many as its size, then 0."""
    return (torch.arange(int(sizes.max()), device=sizes.device) < sizes[:, None]).float()


def _affine(kernel: Tensor, bias: Tensor, x: Tensor) -> Tensor:
    """Return Wᵀx + b, (n, count, outputs), for W (n, inputs, outputs), b (n, outputs) and x (n, count, inputs)."""
    return torch.baddbmm(bias[:, None], x, kernel)
