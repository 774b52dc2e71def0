"""A way to call a target with a batch: what it returns is not yet a number."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import product
from typing import Any

from verify.gate.instances import Instance
from verify.gate.interface import models
from verify.gate.interface.extras import Form
from verify.gate.interface.names import Role
from verify.gate.interface.owners import alike, doubled, fresh, kept, knobs_of, modes_of
from verify.gate.interface.roles import Plan, plans
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
    masks: tuple[Form, ...] = ()
    """The forms that a mask may have; none where none is taken."""
    scale: str | None = None
    """The argument that is the scale of the decoder."""
    arguments: frozenset[str] = frozenset()
    """Those of the knobs that are arguments, and neither numbers that an object keeps nor switched off by others."""
    keeps: bool = False
    """Whether it is that of an object, which may keep something between calls; each call has a copy of its own."""
    certain: bool = True
    whole: bool = False
    """Whether it is the wrong way if the reconstruction and the heads do not enter."""
    shows: bool = False
    """Whether it is the wrong way if the reconstruction does not enter."""


def ways(target: Any, name: str) -> Iterator[list[Way]]:
    """Yield ways to call a target, those together of which only one can be meant; raises Unusable if there is none."""
    if models.is_model(target):
        for called in models.ways(target, name):
            yield [Way(called.call, called.assumed, called.knobs, called.modes, called.sizes, keeps=True, whole=True)]
        return
    code = _Code.of(target)
    for what in plans(target, name):
        if {Role.LIKELIHOOD, Role.POSTERIOR, Role.PRIOR} & set(what.roles.values()):
            yield [_with_distributions(code, what, *each) for each in product((False, True), repeat=2)]
        else:
            yield [code.way(partial(_call, code, what), what)]


@dataclass(frozen=True)
class _Code:
    """A function, or an object with the name of the method that is called."""

    owner: Any
    method: str | None
    knobs: Mapping[str, float] = field(default_factory=dict)
    alone: bool = False
    """Whether it is called as it is: a function, or what cannot be copied."""
    first: tuple[Any, ...] = ()
    named: Mapping[str, Any] = field(default_factory=dict)
    """What a partial function gives before the arguments, and what beside them."""

    @classmethod
    def of(cls, target: Any) -> _Code:
        if isinstance(target, partial):
            code = cls.of(target.func)
            first, named = (*code.first, *target.args), {**code.named, **target.keywords}
            return cls(target, None, alone=True) if code.alone else replace(code, first=first, named=named)
        owner = getattr(target, "__self__", None)
        if owner is None or inspect.ismodule(owner) or inspect.isclass(owner):
            owner, method = target, None
        else:
            method = target.__name__
        if inspect.isroutine(owner):
            return cls(owner, None, alone=True)
        try:
            return cls(doubled(owner), method, knobs_of(owner))
        except Exception:  # as of an object with a lock, or of a compiled function
            return cls(target, None, alone=True)

    def way(self, call: Callable[[Instance, Setting], Any], what: Plan, *assumed: str, whole: bool = False) -> Way:
        notes = (*what.assumed, *kept(self.knobs), *assumed)
        modes = () if self.alone else modes_of(self.owner)
        return Way(
            call,
            notes,
            {**self.knobs, **what.knobs},
            modes,
            masks=what.masks,
            scale=next(iter(what.scales), None),
            arguments=frozenset() if what.switched else frozenset(what.knobs),
            keeps=not self.alone,
            shows=what.shows,
            certain=what.certain,
            whole=whole,
        )

    def run(self, what: Plan, batch: Instance, values: Mapping[Role, Any], setting: Setting) -> Any:
        arguments, keywords = what.arguments(batch, values, setting)
        if self.alone:
            return self.owner(*arguments, **keywords)
        knobs = {name: value for name, value in setting.knobs.items() if name not in what.knobs}
        copied = setting.shared(lambda: fresh(alike(self.owner, batch.x), setting.mode, knobs))
        called = copied if self.method is None else getattr(copied, self.method)
        return called(*self.first, *arguments, **{**self.named, **keywords})


def _call(code: _Code, what: Plan, batch: Instance, setting: Setting) -> Any:
    values = dict(zip((Role.RECON, Role.X, Role.MU, Role.HEAD), batch, strict=True))
    values[Role.MODEL] = Stub(batch, setting)
    return code.run(what, batch, values, setting)


def _with_distributions(code: _Code, what: Plan, likelihood: bool, latent: bool) -> Way:
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
        }
        return code.run(what, batch, values, setting)

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
    return code.way(call, what, *given, whole=True)
