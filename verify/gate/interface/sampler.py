"""How the second head becomes a standard deviation: read off what the decoder is given when the noise is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from verify.gate.fit import SINGLE
from verify.gate.forms.divergences import HEADS, Head
from verify.gate.instances import Array, Instance, Ranges, draws
from verify.gate.numbers import number
from verify.gate.shapes import Shape

_DEVIATIONS = {
    "log-variance": "exp(logvar/2)",
    "log standard deviation": "exp(logvar)",
    "standard deviation": "logvar",
    "variance": "sqrt(logvar)",
    "softplus to the standard deviation": "softplus(logvar)",
    "softplus to the variance": "sqrt(softplus(logvar))",
    "log precision": "exp(-logvar/2)",
    "precision": "1/sqrt(logvar)",
}
"""σ as a function of the second head, which is called logvar whatever it is."""


@dataclass(frozen=True)
class Sampler:
    """What is drawn: N(mu, σ²), σ a function of the second head."""

    head: Head | None
    """The one of which it is the standard deviation; None if it is that of none."""
    text: str
    """As σ = exp(logvar/2)."""


def spread(sampled: Callable[[Instance], Array | None], instance: Instance) -> Array | None:
    """Return σ of what the decoder is given, n × k; None if that is no mu + σ·noise."""
    drawn = []
    for noise in (0.0, 1.0, -1.0, 2.0):
        with constant_noise(noise):
            drawn.append(sampled(instance))
    middle, up, down, twice = drawn
    if middle is None or up is None or down is None or twice is None or up.shape != instance.mu.shape:
        return None
    near = 64 * SINGLE * (1 + abs(instance.mu) + abs(up))
    if (abs(middle - instance.mu) > near).any() or (abs(up + down - 2 * middle) > near).any():
        return None
    if (abs(twice + middle - 2 * up) > 2 * near).any():
        return None
    return up - middle


def sampler(sampled: Callable[[Instance], Array | None], shape: Shape) -> Sampler | None:
    """Return how the second head becomes σ; None if nothing that is drawn is seen."""
    instance = draws(shape, Ranges(positive=True), 1)[0]
    instance = instance._replace(mu=instance.mu * 0)
    found = spread(sampled, instance)
    if found is None or not np.isfinite(found).all():
        return None
    if not found.any():
        return Sampler(None, "σ = 0: nothing is drawn")
    rounding = 64 * SINGLE
    for head in HEADS:
        ratios = found / np.sqrt(head.variance(instance.head))
        if abs(ratios - ratios.flat[0]).max() > rounding * abs(ratios).max():
            continue
        if abs(abs(ratios) - 1).max() <= rounding:
            return Sampler(head, f"σ = {_DEVIATIONS[head.name]}")
        factor = number(float(abs(ratios).mean()), rounding * float(abs(ratios).max()))
        return Sampler(None, f"σ = {factor}*{_DEVIATIONS[head.name]}")
    return Sampler(None, "σ is another function of the second head than those known")


def nothing_dropped() -> Any:
    """Return a context in which torch drops nothing out: that is part of a decoder, and not of what is sampled."""
    import torch  # noqa: PLC0415  # of a loss that has it
    from torch.overrides import TorchFunctionMode  # noqa: PLC0415

    class Whole(TorchFunctionMode):
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            if func in (torch.nn.functional.dropout, torch.dropout):
                return [*args, *(kwargs or {}).values()][0]
            return func(*args, **(kwargs or {}))

    return Whole()


def constant_noise(value: float) -> Any:
    """Return a context in which torch draws the same from every standard normal distribution."""
    import torch  # noqa: PLC0415  # of a loss that has it
    from torch.overrides import TorchFunctionMode  # noqa: PLC0415

    class Constant(TorchFunctionMode):
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            kwargs = kwargs or {}
            found = func(*args, **kwargs)
            if func in (torch.randn, torch.randn_like):
                return torch.full_like(found, value)
            if func is torch.Tensor.normal_:
                given = dict(zip(("mean", "std"), args[1:], strict=False)) | kwargs
                return found.fill_(given.get("mean", 0.0) + value * given.get("std", 1.0))
            if func is torch.normal:
                given = dict(zip(("mean", "std"), args, strict=False)) | kwargs
                return found * 0 + given["mean"] + value * given.get("std", 1.0)
            return found

    return Constant()
