"""Calling a loss: its value and its gradient at an instance, whatever it draws inside."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from verify.gate.fit import DOUBLE, SINGLE
from verify.gate.instances import Array, Instance
from verify.gate.noise.kinds import Noise

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
        """Return the value, or its mean over what is drawn inside; not a number where that mean is not exact."""
        return float(self.noise.mean(lambda: np.float64(self.once(instance)), instance, self.epsilon))

    def values(self, instances: list[Instance]) -> Array:
        """Return the value at each instance."""
        return np.array([self.value(instance) for instance in instances])

    def gradient(self, instance: Instance) -> tuple[Array, ...] | None:
        """Return the gradient in the reconstruction, the mean and the second head; None where there is none."""
        found = self.noise.mean(lambda: self._gradient(instance), instance, self.epsilon)
        inputs = (instance.recon, instance.mu, instance.head)
        parts = np.split(found, np.cumsum([part.size for part in inputs])[:-1])
        return tuple(p.reshape(i.shape) for p, i in zip(parts, inputs, strict=True)) if len(found) else None

    def once(self, instance: Instance) -> float:
        """Return the value of one call, with the generators as they are."""
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

    def _gradient(self, instance: Instance) -> Array:
        """Return the gradient of one call as a vector; an empty one where there is none."""
        if not self.torch:
            return np.zeros(0)
        import torch  # noqa: PLC0415

        self.evaluations += 1
        recon, x, mu, head = self._arguments(instance)
        inputs = [tensor.requires_grad_() for tensor in (recon, mu, head)]
        with warnings.catch_warnings(action="ignore"), torch.enable_grad():
            result = self._call(recon, x, mu, head)
            if not isinstance(result, torch.Tensor) or not result.requires_grad:
                return np.zeros(0)
            found = torch.autograd.grad(result, inputs, allow_unused=True)
        return np.concatenate(
            [
                np.zeros(tensor.numel()) if part is None else part.detach().double().numpy().ravel()
                for tensor, part in zip(inputs, found, strict=True)
            ]
        )
