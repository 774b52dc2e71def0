"""Normal numbers that torch draws, where it draws them: below autograd, its distributions and its modules."""

from __future__ import annotations

import sys
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from verify.gate.noise.chosen import Normals
from verify.gate.noise.seeds import Held

_aten = torch.ops.aten
_NORMAL = {_aten.randn, _aten.randn_like, _aten.normal, _aten.normal_, _aten.normal_functional}


class _Mode(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch has no types there
    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Say whether to keep the compiler out: of what is not compiled that would import it, which takes seconds."""
        return "torch._dynamo" in sys.modules


class Kernels(_Mode):
    """Lets torch draw, and then puts what was chosen in the place of what was drawn."""

    def __init__(self, normals: Normals) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._normals = normals

    def __torch_dispatch__(self, kernel: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Call a kernel of torch."""
        kwargs = kwargs or {}
        result = kernel(*args, **kwargs)
        if kernel.overloadpacket not in _NORMAL or not result.is_floating_point():
            return result
        chosen = self._normals.next(result.detach().cpu().double().numpy())
        if chosen is None:
            return result
        given = dict(zip((each.name for each in kernel._schema.arguments), args, strict=False)) | kwargs
        noise = torch.from_numpy(chosen.copy()).to(result)
        return result.copy_(given.get("mean", 0.0) + given.get("std", 1.0) * noise)


class Watch(_Mode):
    """Sees the generators that torch is given to draw from, which nothing else lists; with the states they had."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.seen: dict[Held, Any] = {}

    def __torch_dispatch__(self, kernel: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Call a kernel of torch."""
        kwargs = kwargs or {}
        for each in (*args, *kwargs.values()):
            if isinstance(each, torch.Generator):
                held = Held(each.get_state, each.set_state)
                self.seen.setdefault(held, each.get_state())
        return kernel(*args, **kwargs)
