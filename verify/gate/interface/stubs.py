"""What stands in for the model of an ``objective(model, x)``."""

from __future__ import annotations

from typing import Any

import numpy as np

from verify.gate.instances import Instance
from verify.gate.interface.setting import Setting


class Stub:
    """A model whose encoder and decoder return what they are told to; it notes what the decoder is given."""

    def __init__(self, batch: Instance, setting: Setting) -> None:
        self._batch, self._setting = batch, setting
        self._drawn: list[Any] = []
        self._decodes, self._encoded = 0, list[Any]()
        setting.encoded.append(self._encoded)
        self.training = setting.mode != "eval"
        self.losses: list[Any] = []

    def encode(self, x: Any, *_: Any, **__: Any) -> tuple[Any, Any]:
        """Return the two heads."""
        self._setting.note("model.encode(x) returns (mu, logvar)")
        self._encoded.append(x)
        return self._batch.mu, self._batch.head

    def decode(self, z: Any, *_: Any, **__: Any) -> Any:
        """Return the reconstruction."""
        self._setting.note("model.decode(z) returns recon")
        drawn = any(z is each for each in self._drawn)
        self._setting.decoded += [] if drawn else [z]
        noted = -1 if drawn else len(self._setting.decoded) - 1
        turn = self._decodes if self._setting.turn is None else noted
        self._decodes += 1
        return self._setting.second if self._setting.is_second(turn) else self._batch.recon

    encoder, decoder = encode, decode

    def reparameterize(self, mu: Any, logvar: Any, *_: Any, **__: Any) -> Any:
        """Return a sample of N(mu, e^logvar)."""
        self._setting.note("model.reparameterize(mu, logvar) draws from N(mu, exp(logvar))")
        self._drawn.append(_sample(mu, logvar))
        return self._drawn[-1]

    reparametrize = reparameterise = reparameterize

    def forward(self, x: Any, *_: Any, **__: Any) -> tuple[Any, Any, Any]:
        """Return the reconstruction and the two heads."""
        self._setting.note("model(x) returns (recon, mu, logvar)")
        return self._batch.recon, self._batch.mu, self._batch.head

    __call__ = forward

    def parameters(self) -> list[Any]:
        """Return none."""
        return []

    def train(self, mode: bool = True) -> Stub:
        """Do nothing."""
        return self

    def eval(self) -> Stub:
        """Do nothing."""
        return self


def _sample(mu: Any, logvar: Any) -> Any:
    if hasattr(mu, "detach"):
        import torch  # noqa: PLC0415  # the loss has it

        return mu + (logvar / 2).exp() * torch.randn_like(mu)
    return mu + np.exp(logvar / 2) * np.random.standard_normal(mu.shape)
