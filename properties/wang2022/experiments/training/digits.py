"""Training linear β-VAEs to encode scikit-learn's handwritten digits."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from sklearn.datasets import load_digits
from torch import Tensor

from properties.wang2022.experiments.training.linear import LinearVAE
from reference.arithmetic import trace
from verify.replicate import Setting

WHITE = 16
"""The largest value of a pixel, which becomes 1."""


class DigitsVAE(LinearVAE):
    """y = x, the 1797 images of 64 pixels from 0 to 1, centred, all of them in every step."""

    def __init__(self, settings: Sequence[Setting], seed: int, device: str) -> None:
        super().__init__(settings, seed, device)
        x = centred_digits().to(self.device)
        A = x @ x.mT / x.shape[1]
        self.images, self.moments = x.float()[None], (A, A, trace(A))

    def batch(self) -> tuple[Tensor, Tensor]:
        return self.images, self.images


def centred_digits() -> Tensor:
    """Return the images less their mean, (64, 1797), in double precision."""
    pixels = torch.from_numpy(load_digits().data).mT / WHITE
    return pixels - pixels.mean(1, keepdim=True)
