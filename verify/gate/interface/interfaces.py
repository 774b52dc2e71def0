"""A loss as the gate calls it, whatever a user's code takes and returns."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from contextlib import nullcontext
from enum import Enum
from typing import Any

import numpy as np

from verify.gate.errors import Unusable
from verify.gate.instances import Array, Instance
from verify.gate.interface.outputs import Output, number
from verify.gate.interface.sampler import Sampler, nothing_dropped, sampler, spread
from verify.gate.interface.setting import Setting
from verify.gate.interface.ways import Way
from verify.gate.noise.seeds import seed_all
from verify.gate.shapes import Shape

Call = Callable[[Any, Any, Any, Any], Any]
"""A loss of four tensors, or arrays: the reconstruction, the data and the two heads; its value is one number."""


class Kind(Enum):
    """What a loss is given."""

    TENSORS = "tensors"
    SINGLE = "tensors in single precision"
    ARRAYS = "arrays"
    DETACHED = "tensors without a gradient"


@dataclasses.dataclass(frozen=True)
class Interface:
    """How a loss is called."""

    way: Way
    output: Output
    kind: Kind
    assumed: list[str]
    """What was taken for granted: the roles of the arguments, which output is the loss, the values of knobs."""
    setting: Setting = dataclasses.field(default_factory=Setting)
    """The values of knobs, the mode, and what else holds for each call."""
    before: int = 0
    """Calls of the same object, with another batch, that come before each."""

    @property
    def torch(self) -> bool:
        """Whether it takes tensors, else arrays."""
        return self.kind is not Kind.ARRAYS

    @property
    def call(self) -> Call:
        """The loss of four tensors, or arrays, of float64: one number, with a gradient if the code has one."""
        return self._call

    @property
    def knobs(self) -> dict[str, float]:
        """Arguments that look like weights or steps of a schedule, with the values that they have."""
        return {**self.way.knobs, **self.setting.knobs}

    @property
    def sizes(self) -> tuple[int, int] | None:
        """d and k, of a model that fixes them."""
        return self.way.sizes

    @property
    def modes(self) -> tuple[str, ...]:
        """The modes that a module has: train, which is the one it is called in, and eval."""
        return self.way.modes

    @property
    def certain(self) -> bool:
        """Whether names, or a model, tell the reconstruction from the data; else a position does."""
        return self.way.certain

    def with_knobs(self, **values: float) -> Interface:
        """Return the loss with other values of knobs; raises Unusable for a name that is none."""
        for name in values:
            if name not in self.way.knobs:
                known = ", ".join(self.way.knobs) or "none"
                raise Unusable(f"{name} is no argument with a number as default; those are: {known}")
        return self._with(knobs={**self.setting.knobs, **values})

    def in_mode(self, name: str) -> Interface:
        """Return the loss in train or eval mode; raises Unusable if it has none."""
        if name not in self.modes:
            raise Unusable(f"there is no mode {name}; there is: {', '.join(self.modes) or 'none'}")
        return self._with(mode=name)

    def with_mask(self, mask: Array) -> Interface:
        """Return the loss with a mask, n × d or n, of 1 where an entry counts; raises Unusable if it takes none."""
        if not self.way.masks:
            raise Unusable("no argument is a mask")
        return self._with(mask=mask)

    def kept(self) -> Interface:
        """Return the loss of one object, which keeps between calls what it keeps."""
        return self._with(objects=[])

    def called(self, times: int) -> Interface:
        """Return the loss of an object that has been called with another batch before."""
        return dataclasses.replace(self, before=times)

    def as_given(self) -> Interface:
        """Return the loss with its knobs as they are by default."""
        return self._with(knobs={})

    def _with(self, **changes: Any) -> Interface:
        return dataclasses.replace(self, setting=dataclasses.replace(self.setting, **changes))

    def with_second(self, recon: Array, turn: int | None = None) -> Interface:
        """Return the loss of a model whose decoder returns this at one turn, or at its second call, its fourth …"""
        return self._with(second=self._converted(self.inputs(Instance(recon, recon, recon, recon)).recon), turn=turn)

    def at_turn(self, turn: int) -> Interface:
        """Return the loss of a model, to look at what its decoder is given at one of its calls."""
        return self._with(turn=turn)

    def sampled(self, instance: Instance, seed: int = 0) -> Array | None:
        """Return what the decoder of a model is given, n × k, nothing dropped out; None where no decoder is called."""
        seed_all(seed)
        with nothing_dropped() if self.torch else nullcontext():
            _, setting = self.raw(self.inputs(instance))
        return _plain(_looked_at(setting)) if setting.decoded else None

    def pull(self, instance: Instance) -> tuple[Array | None, Array | None] | None:
        """Return the gradients in the heads of the sum of what the decoder is given, None for one that there is not.

        None altogether where no tensor is decoded, or where tensors are given without a gradient.
        """
        if self.kind not in (Kind.TENSORS, Kind.SINGLE):
            return None
        import torch  # noqa: PLC0415  # the loss has it

        seed_all(0)
        given = self.inputs(instance)
        setting = self.raw(given)[1]
        if not setting.decoded or not isinstance(z := _looked_at(setting), torch.Tensor):
            return None
        if not z.requires_grad:
            return None, None
        found = torch.autograd.grad(z.sum(), (given.mu, given.head), allow_unused=True)
        mean, head = (None if each is None or not each.any() else _plain(each) for each in found)
        return mean, head

    def spread(self, instance: Instance) -> Array | None:
        """Return σ of what the decoder of a model is given, n × k; None if that is no mu + σ·noise, or unseen."""
        return spread(self.sampled, instance) if self.torch else None

    def sampler(self, shape: Shape) -> Sampler | None:
        """Return how the second head becomes the standard deviation of what the decoder is given; None if unseen."""
        return sampler(self.sampled, shape) if self.torch else None

    def raw(self, batch: Instance) -> tuple[Any, Setting]:
        """Return what the code returns, and what was noticed on the way."""
        mode = self.setting.mode or (self.modes[0] if self.modes else None)
        setting = dataclasses.replace(self.setting, mode=mode, decoded=[], encoded=[], added=[], notes=[])
        if self.before:
            setting.objects = []
            other = Instance(*(part * 0 + 0.5 for part in batch))
            for _ in range(self.before):
                self.way.call(
                    Instance(*map(self._converted, other)),
                    dataclasses.replace(setting, decoded=[], encoded=[], added=[]),
                )
        return self.way.call(Instance(*map(self._converted, batch)), setting), setting

    def _call(self, recon: Any, x: Any, mu: Any, head: Any) -> Any:
        batch = Instance(recon, x, mu, head)
        result, setting = self.raw(batch)
        value = self.output(result, batch.shape)
        return value + sum(number(each, batch.shape) for each in setting.added) if setting.added else value

    def _converted(self, part: Any) -> Any:
        match self.kind:
            case Kind.ARRAYS:
                return part.copy()
            case Kind.SINGLE:
                return part.float()
            case Kind.DETACHED:
                return part.detach().clone()
        return part.clone()  # which code may change in place

    def inputs(self, instance: Instance) -> Instance:
        """Return an instance as what the call takes."""
        if not self.torch:
            return instance
        import torch  # noqa: PLC0415  # the loss has it

        recon, x, mu, head = (torch.from_numpy(np.array(part)) for part in instance)
        return Instance(recon.requires_grad_(), x, mu.requires_grad_(), head.requires_grad_())


def _looked_at(setting: Setting) -> Any:
    """Return what was decoded at a turn, or first with a gradient in the heads: others may be drawn from the prior."""
    decoded = setting.decoded
    if setting.turn is not None:
        return decoded[min(setting.turn, len(decoded) - 1)]
    return next((each for each in decoded if getattr(each, "requires_grad", False)), decoded[0])


def _plain(value: Any) -> Array:
    return np.asarray(value.detach().double() if hasattr(value, "detach") else value)
