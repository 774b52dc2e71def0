"""Where in a model the heads and the reconstruction come up, and how to put others in their place."""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import count
from types import MappingProxyType
from typing import Any

import numpy as np

from verify.gate.instances import Instance
from verify.gate.interface.names import Role, role, words
from verify.gate.interface.sampler import constant_noise, nothing_dropped
from verify.gate.interface.setting import Setting
from verify.gate.noise.seeds import seed_all

Key = Any
"""Of an entry in a tuple or a dictionary, or of an attribute; None for the whole."""

_LAYER = {"fc", "linear", "lin", "layer", "to", "head", "net", "dense", "out"}


@dataclasses.dataclass(frozen=True)
class Place:
    """A method or a layer of a model, and which entries of what it returns are which."""

    name: str
    entries: Mapping[Role, Key]
    halves: bool = False
    """Whether the two heads are the halves of one tensor."""

    def put(self, model: Any, values: Callable[[int], Mapping[Role, Any]], received: list[Any]) -> None:
        """Have the method return given values, those of its turn, and note its first arguments."""
        _replace(model, self.name, partial(self._returned, map(values, count()), received))

    def _returned(
        self,
        turns: Iterator[Mapping[Role, Any]],
        received: list[Any],
        real: Callable[..., Any],
        *given: Any,
        **named: Any,
    ) -> Any:
        values = next(turns)
        received.extend(given[:1])
        whole = self.halves or None in self.entries.values()
        with _no_gradient() if whole else contextlib.nullcontext():  # what else it returns may depend on the heads
            found = real(*given, **named)
        if self.halves:
            return sys.modules["torch"].cat([values[Role.MU], values[Role.HEAD]], 1)
        for what, key in self.entries.items():
            found = _with(found, key, values[what].reshape(_at(found, key).shape))
        return found


@dataclasses.dataclass(frozen=True)
class Places:
    """Where a model has its heads, and where its reconstruction."""

    encoder: tuple[Place, ...]
    decoder: Place
    sizes: tuple[int, int]

    @property
    def text(self) -> str:
        """What is put in place of what."""
        heads = " and ".join(f"model.{each.name}" for each in self.encoder)
        return f"mu and logvar in place of what {heads} returns, recon of what model.{self.decoder.name} returns"

    def put(self, model: Any, batch: Instance, setting: Setting) -> None:
        """Have a model encode to the heads of a batch, and decode to its reconstruction."""
        heads = {Role.MU: batch.mu, Role.HEAD: batch.head}
        for place in self.encoder:
            setting.encoded.append([])
            place.put(model, lambda turn: heads, setting.encoded[-1])

        def decoded(turn: int) -> dict[Role, Any]:
            return {Role.RECON: setting.second if setting.is_second(turn) else batch.recon}

        self.decoder.put(model, decoded, setting.decoded)


def places(fresh: Callable[[], Any], forward: Callable[[Any, Any], Any], x: Any) -> Iterator[Places]:
    """Yield the places in a model that is called with x; ``fresh`` makes a copy of it."""
    names = [each for each in ("encode", "encoder", "decode", "decoder") if callable(getattr(fresh(), each, None))]
    layers = _layers(fresh())
    first = _record(fresh(), forward, x, [*names, *layers.values()], 0)
    second = _record(fresh(), forward, x, [*names, *layers.values()], 1, first)
    for decode in ("decode", "decoder"):
        recon = _reconstruction(first[decode][1], x) if decode in first else None
        if recon is None:
            continue
        z = first[decode][0]
        for encoder in _encoders(first, second, layers, len(x)):
            k = _width(first, encoder[0])
            found = Places(encoder, Place(decode, {Role.RECON: recon[0]}), (x.shape[1], k))
            fits = getattr(z, "shape", None) == (len(x), k)
            if fits and (not encoder[0].halves or _decodes_the_mean(found, fresh(), forward, x)):
                yield found


def _decodes_the_mean(found: Places, model: Any, forward: Callable[[Any, Any], Any], x: Any) -> bool:
    """Say whether the decoder is given mu where no noise is: what is halved may be a layer before the heads."""
    mu = x[:, :1] + x.new_tensor(range(found.sizes[1]))
    setting = Setting()
    found.put(model, Instance(x, x, mu, mu), setting)
    decoded = setting.decoded
    with constant_noise(0.0), _no_gradient():
        forward(model, x)
    return bool(decoded) and tuple(decoded[0].shape) == tuple(mu.shape) and bool(abs(decoded[0] - mu).max() < 1e-5)


def _encoders(
    first: Mapping[str, Any], second: Mapping[str, Any], layers: Mapping[Role, str], n: int
) -> Iterator[tuple[Place, ...]]:
    if "encode" in first and (heads := _heads(first["encode"][1], second["encode"][1], n)):
        yield (Place("encode", heads),)
    if len(layers) == 2 and all(each in first for each in layers.values()):
        yield tuple(Place(name, {what: None}) for what, name in layers.items())
        return
    for name in ("encode", "encoder"):
        if name not in first:
            continue
        found = first[name][1]
        if name == "encoder" and (heads := _heads(found, second[name][1], n)):
            yield (Place(name, heads),)
        elif _is_matrix(found, n) and found.shape[1] % 2 == 0 and hasattr(found, "detach"):
            yield (Place(name, {}, halves=True),)


def _width(seen: Mapping[str, Any], place: Place) -> int:
    found = seen[place.name][1]
    if place.halves:
        return int(found.shape[1] // 2)
    return int(_at(found, next(iter(place.entries.values()))).shape[1])


def _layers(model: Any) -> dict[Role, str]:
    """Return the layers that are the two heads by their names, as fc_mu and fc_logvar."""
    found: dict[Role, str] = {}
    children = model.named_children() if hasattr(model, "named_children") else ()
    for name, _ in children:
        what = role("_".join(word for word in words(name) if word not in _LAYER))
        if what in (Role.MU, Role.HEAD):
            found.setdefault(what, name)
    return found


def _record(
    model: Any,
    forward: Callable[[Any, Any], Any],
    x: Any,
    names: list[str],
    seed: int,
    before: Mapping[str, tuple[Any, Any]] = MappingProxyType({}),
) -> dict[str, tuple[Any, Any]]:
    """Return what each of the methods was given first in a call of the model, and what it returned.

    Each is given what it was given before: data to which noise is added differ, and what they are encoded to, too.
    """
    seen: dict[str, tuple[Any, Any]] = {}

    def note(name: str, real: Callable[..., Any], *given: Any, **named: Any) -> Any:
        if given and name in before:
            given = (before[name][0], *given[1:])
        found = real(*given, **named)
        seen.setdefault(name, (given[0] if given else None, found))
        return found

    for name in names:
        _replace(model, name, partial(note, name))
    for layer in model.modules() if hasattr(model, "modules") else ():
        if "Dropout" in type(layer).__name__:
            layer.eval()  # so that what still varies is a sample
    seed_all(seed)
    with _no_gradient(), nothing_dropped() if "torch" in sys.modules else contextlib.nullcontext():
        forward(model, x)
    return seen


def _replace(model: Any, name: str, made: Callable[..., Any]) -> None:
    """Put a function of the real method and its arguments in the place of a method, or of what a layer computes."""
    real = getattr(model, name)
    if hasattr(real, "forward") and hasattr(real, "state_dict"):
        real.forward = partial(made, real.forward)
    else:
        object.__setattr__(model, name, partial(made, real))


def _heads(found: Any, again: Any, n: int) -> dict[Role, Key] | None:
    """Return which entries are the two heads, unless a sample is among them."""
    matrices = {key: value for key, value in _entries(found) if key is not None and _is_matrix(value, n)}
    if any(not _same(value, _at(again, key)) for key, value in matrices.items()):
        return None
    named = {what: key for key in matrices if isinstance(key, str) and (what := role(key)) in (Role.MU, Role.HEAD)}
    if len(named) == 2:
        return {what: named[what] for what in (Role.MU, Role.HEAD)}
    if len(matrices) != 2 or any(isinstance(key, str) for key in matrices):
        return None
    return dict(zip((Role.MU, Role.HEAD), matrices, strict=True))


def _reconstruction(found: Any, x: Any) -> tuple[Key] | None:
    """Return which entry is the reconstruction, in a tuple of one, as the whole has the key None."""
    fitting = [key for key, value in _entries(found) if _elements(value) == _elements(x) and len(value) == len(x)]
    named = [key for key in fitting if isinstance(key, str) and role(key) in (Role.RECON, Role.MU)]
    chosen = named or fitting
    return (chosen[0],) if chosen else None


def _entries(found: Any) -> list[tuple[Key, Any]]:
    if hasattr(found, "shape"):
        return [(None, found)]
    if isinstance(found, Mapping):
        return list(found.items())
    if isinstance(found, tuple | list):
        return list(enumerate(found))
    return list(getattr(found, "__dict__", {}).items())


def _at(found: Any, key: Key) -> Any:
    if key is None:
        return found
    return found[key] if isinstance(found, Mapping | tuple | list) else getattr(found, key)


def _with(found: Any, key: Key, value: Any) -> Any:
    """Return the same with another entry."""
    if key is None:
        return value
    if isinstance(found, tuple):
        values = [value if at == key else each for at, each in enumerate(found)]
        return type(found)(*values) if hasattr(found, "_fields") else tuple(values)
    changed = copy.copy(found)
    if isinstance(changed, list | Mapping):
        changed[key] = value  # type: ignore[index]
    else:
        object.__setattr__(changed, key, value)
    return changed


def _is_matrix(value: Any, n: int) -> bool:
    return len(getattr(value, "shape", ())) == 2 and value.shape[0] == n


def _elements(value: Any) -> int:
    return int(np.prod(value.shape)) if getattr(value, "shape", ()) else 0


def _same(one: Any, other: Any) -> bool:
    return bool((one == other).all())


def _no_gradient() -> contextlib.AbstractContextManager[Any]:
    torch = sys.modules.get("torch")
    return torch.no_grad() if torch is not None else contextlib.nullcontext()
