"""Training VAEs of various depths on a nonlinear manifold: what Table 1 of dai2018 is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from reference.arithmetic import column_squared_norms, squared_norm
from reference.dai2018.robust import floored, variance_cost
from reference.gaussian import kl_divergence
from verify.replicate import Setting
from verify.replicate.checkpoints import State
from verify.replicate.training import Training

BATCH = 100
"""Fresh samples in every step (§5.1)."""

FLOOR = 0.05
"""α: no decoder variance is smaller. The data's are about 1.3."""

DECAY = 0.0005
"""C₁: the cost has C₁‖{θ, φ}‖² added (note 11)."""

ZERO = 0.05
"""A column of W₁ counts as zero if its norm is below this part of the largest (§5.2)."""

SAMPLES = 1000
"""Points over which the reconstruction error is an average."""


@dataclass(frozen=True)
class Networks:
    """n ReLU networks side by side, the i-th with depths[i] hidden layers, from R^inputs to R^outputs.

    A layer's weights are those of the networks that have it, (those, in, width) with inputs in the rows; width is
    ``outputs`` or ``hidden``, whichever is larger. What is beyond the layer's own size stays zero.
    """

    name: str
    depths: Tensor
    inputs: int
    hidden: int
    outputs: int

    def draw(self, normal: Callable[..., Tensor]) -> dict[str, Tensor]:
        """Return weights with variances 2/in, which keep the size of what passes through, and biases of zero."""
        drawn, width = {}, max(self.hidden, self.outputs)
        for layer in self._layers():
            sizes = torch.where(self.depths > layer, self.hidden, self.outputs)[self._having(layer)]
            within = torch.arange(width, device=sizes.device) < sizes[:, None, None]
            inputs = self.hidden if layer else self.inputs
            drawn[f"{self.name} weights {layer}"] = normal(len(sizes), inputs, width) * (2 / inputs) ** 0.5 * within
            drawn[f"{self.name} biases {layer}"] = torch.zeros(len(sizes), 1, width, device=sizes.device)
        return drawn

    def __call__(self, parameters: Mapping[str, Tensor], x: Tensor) -> Tensor:
        """Return the outputs (n, count, outputs) for x (n, count, inputs)."""
        h = self._affine(parameters, 0, x)
        for layer in self._layers()[1:]:
            those = self._having(layer)
            h = h.index_copy(0, those, self._affine(parameters, layer, torch.relu(h[those, :, : self.hidden])))
        return h[..., : self.outputs]

    def squared_norms(self, parameters: Mapping[str, Tensor]) -> Tensor:
        """Return ‖θ‖² of each network, (n): all its weights and biases."""
        norms = torch.zeros(len(self.depths), device=self.depths.device)
        for layer in self._layers():
            both = (parameters[f"{self.name} {kind} {layer}"] for kind in ("weights", "biases"))
            norms = norms.index_add(0, self._having(layer), sum(map(squared_norm, both)))
        return norms

    def _layers(self) -> range:
        return range(int(self.depths.max()) + 1)

    def _affine(self, parameters: Mapping[str, Tensor], layer: int, x: Tensor) -> Tensor:
        weights, biases = (parameters[f"{self.name} {kind} {layer}"] for kind in ("weights", "biases"))
        return torch.baddbmm(biases, x, weights)

    def _having(self, layer: int) -> Tensor:
        return (self.depths >= layer).nonzero()[:, 0]


class ManifoldVAE(Training):
    """VAEs with N_e hidden layers in the encoder and N_d in the decoder, on x = D(z*) with a random ReLU network D.

    The settings of one training share the manifold and the data, and their sizes: ``truth`` for dim z*, ``latents``,
    ``hidden`` for the width of all hidden layers, D's two included, and ``ambient``.
    """

    rate = 2e-3

    def __init__(self, settings: Sequence[Setting], seed: int, device: str) -> None:
        super().__init__(settings, seed, device)
        self.sizes = settings[0].values
        truth, latents, hidden, ambient = (self.sizes[name] for name in ("truth", "latents", "hidden", "ambient"))
        n_e, n_d = (torch.tensor([s.values[name] for s in settings], device=device) for name in ("N_e", "N_d"))
        self.encoder = Networks("encoder", n_e, ambient, hidden, 2 * latents)
        self.decoder = Networks("decoder", n_d, latents, hidden, ambient)
        self.manifold = Networks("manifold", torch.tensor([2], device=device), truth, hidden, ambient)
        self.map = self.manifold.draw(lambda *shape: torch.randn(shape, generator=self.world, device=self.device))
        self.floor = torch.tensor(FLOOR, device=self.device)

    def data(self, count: int) -> Tensor:
        """Draw points of the manifold, (n, count, d), the same for all models."""
        return self.manifold(self.map, self.normal(1, count, self.sizes["truth"])).expand(len(self.settings), -1, -1)

    def parameters(self) -> dict[str, Tensor]:
        drawn = self.encoder.draw(self.normal) | self.decoder.draw(self.normal)
        for layer in range(int(self.encoder.depths.max()) + 1):
            ends = self.encoder.depths[self.encoder.depths >= layer] == layer
            drawn[f"encoder weights {layer}"][ends, :, self.sizes["latents"] :] = 0  # so that Σ_z = I
        return drawn

    def encode(self, parameters: Mapping[str, Tensor], x: Tensor) -> tuple[Tensor, Tensor]:
        """Return μ_z and the diagonal of Σ_z, (n, count, κ) each, for x (n, count, d)."""
        means, log_variances = self.encoder(parameters, x).chunk(2, dim=-1)
        return means, log_variances.exp()

    def losses(self, parameters: Mapping[str, Tensor]) -> Tensor:
        """Return the negative evidence lower bounds at the best Σ_x(x, z) ⪰ αI, with weight decay.

        In nats per data point, without constants: half the paper's costs.
        """
        x = self.data(BATCH)
        means, variances = self.encode(parameters, x)
        z = means + variances.sqrt() * self.normal(*means.shape)
        squares = (x - self.decoder(parameters, z)) ** 2
        reconstruction: Tensor = variance_cost(squares, floored(squares, self.floor)).sum(-1) / 2
        divergence: Tensor = kl_divergence(means, variances, torch.ones_like(means[..., 0]))
        weights: Tensor = self.encoder.squared_norms(parameters) + self.decoder.squared_norms(parameters)
        return (reconstruction + divergence).mean(-1) + DECAY / 2 * weights

    def norms(self, parameters: Mapping[str, Tensor]) -> Tensor:
        """Return the norms of the columns of W₁, (n, κ), over the largest of each model, in descending order."""
        norms: Tensor = column_squared_norms(parameters["decoder weights 0"].mT).sqrt()
        return (norms / norms.amax(1, keepdim=True)).sort(descending=True).values

    def watch(self, parameters: Mapping[str, Tensor]) -> dict[str, Tensor]:
        return {"columns": self._columns(parameters)}

    def measure(self, parameters: Mapping[str, Tensor]) -> list[dict[str, float]]:
        x = self.data(SAMPLES)
        rest = x - self.decoder(parameters, self.encode(parameters, x)[0])
        found = zip(self._columns(parameters), squared_norm(rest) / squared_norm(x), strict=True)
        return [{"columns": float(columns), "NMSE": float(error)} for columns, error in found]

    def exhibit(self, parameters: Mapping[str, Tensor]) -> list[State]:
        return [{"norms": norms.cpu().numpy()} for norms in self.norms(parameters)]

    def _columns(self, parameters: Mapping[str, Tensor]) -> Tensor:
        return (self.norms(parameters) >= ZERO).sum(1)
