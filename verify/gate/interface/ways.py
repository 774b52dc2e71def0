"""A way to call a target with a batch: what it returns is not yet a number."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from typing import Any

from verify.gate.instances import Instance
from verify.gate.interface import models
from verify.gate.interface.names import Role
from verify.gate.interface.roles import Plan, plan
from verify.gate.interface.setting import Setting
from verify.gate.interface.stubs import Stub


@dataclass(frozen=True)
class Way:
    """A way to call a target."""

    call: Callable[[Instance, Setting], Any]
    assumed: tuple[str, ...] = ()
    knobs: Mapping[str, float] = field(default_factory=dict)
    modes: tuple[str, ...] = ()
    sizes: tuple[int, int] | None = None
    certain: bool = True
    whole: bool = False
    """Whether it is the wrong way if the reconstruction and the heads do not enter."""


def ways(target: Any, name: str) -> Iterator[list[Way]]:
    """Yield ways to call a target, those together of which only one can be meant; raises Unusable if there is none."""
    if models.is_model(target):
        for called in models.ways(target, name):
            yield [Way(called.call, called.assumed, {}, called.modes, called.sizes, whole=True)]
        return
    what = plan(target, name)
    modes = ("train", "eval") if hasattr(_owner(target), "train") and hasattr(_owner(target), "training") else ()
    if {Role.LIKELIHOOD, Role.POSTERIOR, Role.PRIOR} & set(what.roles.values()):
        yield [_with_distributions(target, what, modes, *each) for each in product((False, True), repeat=2)]
    else:
        yield [Way(partial(_call, target, what), what.assumed, what.knobs, modes, certain=what.certain)]


def _call(target: Any, what: Plan, batch: Instance, setting: Setting) -> Any:
    values = dict(zip((Role.RECON, Role.X, Role.MU, Role.HEAD), batch, strict=True))
    if Role.MASK in what.roles.values():
        values[Role.MASK] = batch.x * 0 + 1
    if Role.MODEL in what.roles.values():
        values[Role.MODEL] = Stub(batch, setting)
    return _invoke(target, what, values, setting)


def _invoke(target: Any, what: Plan, values: Mapping[Role, Any], setting: Setting) -> Any:
    arguments, keywords = what.arguments(values, setting.knobs)
    return _fresh(target, setting.mode)(*arguments, **keywords)


def _with_distributions(target: Any, what: Plan, modes: tuple[str, ...], likelihood: bool, latent: bool) -> Way:
    """Return the way in which the distributions are Normal, or Independent where features or latents are one event."""

    def call(batch: Instance, setting: Setting) -> Any:
        from torch.distributions import Independent, Normal  # noqa: PLC0415  # whoever takes distributions has torch

        def normal(mean: Any, deviation: Any, event: bool) -> Any:
            found = Normal(mean, deviation)
            return Independent(found, 1) if event else found

        values = dict(zip((Role.RECON, Role.X, Role.MU, Role.HEAD), batch, strict=True)) | {
            Role.LIKELIHOOD: normal(batch.recon, batch.recon * 0 + 1, likelihood),
            Role.POSTERIOR: normal(batch.mu, (batch.head / 2).exp(), latent),
            Role.PRIOR: normal(batch.mu.detach() * 0, batch.mu.detach() * 0 + 1, latent),
            Role.MASK: batch.x * 0 + 1,
        }
        return _invoke(target, what, values, setting)

    texts = {
        Role.LIKELIHOOD: ("Normal(recon, 1)", likelihood),
        Role.POSTERIOR: ("Normal(mu, exp(logvar/2))", latent),
        Role.PRIOR: ("Normal(0, 1)", latent),
    }
    given = [
        f"{name} = {f'Independent({texts[each][0]}, 1)' if texts[each][1] else texts[each][0]}"
        for name, each in what.roles.items()
        if each in texts
    ]
    return Way(call, (*what.assumed, *given), what.knobs, modes, whole=True)


def _owner(target: Any) -> Any:
    return getattr(target, "__self__", target)


def _fresh(target: Any, mode: str | None) -> Any:
    """Return a copy of a loss that is, or belongs to, an object: one call leaves nothing for the next."""
    owner = _owner(target)
    if (inspect.isroutine(target) and owner is target) or inspect.ismodule(owner) or inspect.isclass(owner):
        return target
    if isinstance(target, partial) and inspect.isfunction(target.func):
        return target
    try:
        copied = models.copied(owner)
    except Exception:  # a thing that cannot be copied, as a lock: it is called as it is
        copied = owner
    if mode is not None:
        copied.train(mode == "train")
    return copied if owner is target else getattr(copied, target.__name__)
