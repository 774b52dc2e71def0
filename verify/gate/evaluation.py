"""Calling a loss: its value and its gradient at an instance, whatever it draws inside."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from verify.gate.fit import DOUBLE, SINGLE
from verify.gate.instances import Array, Instance
from verify.gate.interface.noise import Noise

Call = Callable[[Any, Any, Any, Any], Any]
"""A loss of four tensors, or arrays: the reconstruction, the data and the two heads; its value is one number."""


class Loss:
    """A loss as the gate calls it: four arrays in, a number out, each call counted."""

    def __init__(self, call: Call, torch: bool) -> None:
        self._call = call
        self.torch = torch
        """Whether it takes tensors, and has a gradient; else it takes arrays."""
        self.noise = Noise()
        """What is drawn inside; by default as it comes, from one seed."""
        self.evaluations = 0
        self.epsilon = DOUBLE

    def value(self, instance: Instance) -> float:
        """Return the value, or its mean over what is drawn inside."""
        return float(np.mean([self._value(instance) for _ in self.noise.turns(instance)]))

    def values(self, instances: list[Instance]) -> Array:
        """Return the value at each instance."""
        return np.array([self.value(instance) for instance in instances])

    def gradient(self, instance: Instance) -> tuple[Array, ...] | None:
        """Return the gradient in the reconstruction, the mean and the second head; None where there is none."""
        turns = [self._gradient(instance) for _ in self.noise.turns(instance)]
        if any(turn is None for turn in turns):
            return None
        return tuple(
            np.mean(parts, axis=0) for parts in zip(*(turn for turn in turns if turn is not None), strict=True)
        )

    def _value(self, instance: Instance) -> float:
        self.evaluations += 1
        with warnings.catch_warnings(action="ignore"), np.errstate(all="ignore"):
            return self._number(self._call(*self._arguments(instance)))

    def _arguments(self, instance: Instance) -> list[Any]:
        if not self.torch:
            return [part.copy() for part in instance]
        import torch  # noqa: PLC0415  # the loss has it; a loss of arrays does without

        return [torch.from_numpy(part.copy()) for part in instance]

    def _number(self, result: Any) -> float:
        kind = str(getattr(result, "dtype", ""))
        if "32" in kind or "16" in kind:
            self.epsilon = max(self.epsilon, SINGLE if "32" in kind else 2.0**-7 if "bfloat" in kind else 2.0**-10)
        return float(result.detach() if hasattr(result, "detach") else result)

    def _gradient(self, instance: Instance) -> tuple[Array, ...] | None:
        if not self.torch:
            return None
        import torch  # noqa: PLC0415

        self.evaluations += 1
        recon, x, mu, head = self._arguments(instance)
        inputs = [tensor.requires_grad_() for tensor in (recon, mu, head)]
        with warnings.catch_warnings(action="ignore"), torch.enable_grad():
            result = self._call(recon, x, mu, head)
            if not isinstance(result, torch.Tensor) or not result.requires_grad:
                return None
            found = torch.autograd.grad(result, inputs, allow_unused=True)
        return tuple(
            np.zeros(tensor.shape) if part is None else part.detach().double().numpy()
            for tensor, part in zip(inputs, found, strict=True)
        )


def torch_is_loaded() -> bool:
    """Say whether the code of the loss has imported torch."""
    return "torch" in sys.modules
