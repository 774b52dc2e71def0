"""Which argument of a loss is what: by name where all names say it, else by position."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from inspect import Parameter
from itertools import product
from typing import Any

from verify.gate.errors import Unusable
from verify.gate.instances import Instance
from verify.gate.interface.extras import HIDING, MASKS, SCALES, Form, given, is_scale, start
from verify.gate.interface.names import FOUR, Role, is_knob, role
from verify.gate.interface.owners import is_module
from verify.gate.interface.setting import Setting

_BY_POSITION = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
_TENSORS = {*FOUR, Role.LIKELIHOOD, Role.POSTERIOR, Role.PRIOR, Role.MODEL}
_EXTRA = {Role.MASK, Role.WEIGHT, Role.SCALE}


@dataclass(frozen=True)
class Plan:
    """What a loss is given: its parameters in their order, each with its role."""

    roles: Mapping[str, Role]
    by_position: int
    """How many of them are passed by position."""
    knobs: Mapping[str, float]
    assumed: tuple[str, ...]
    certain: bool
    """Whether names say which argument is the reconstruction and which the data."""
    switched: bool = False
    """Whether an argument is a word, or yes or no, by default, and may switch others off."""
    optional: tuple[str, ...] = ()
    """Masks that may be left out."""
    mask: Form = MASKS[0]
    shows: bool = False
    """Whether it is the wrong plan if the loss does not depend on the reconstruction: then the mask hides all."""
    scale: Form = SCALES[0]

    @property
    def scales(self) -> tuple[str, ...]:
        """The argument that is the scale of the decoder, if there is one."""
        return tuple(name for name, each in self.roles.items() if each is Role.SCALE)

    @property
    def masks(self) -> tuple[Form, ...]:
        """The forms that a mask may have, none if there is no mask."""
        return (self.mask,) if Role.MASK in self.roles.values() else MASKS if self.optional else ()

    def arguments(
        self, batch: Instance, values: Mapping[Role, Any], setting: Setting
    ) -> tuple[list[Any], dict[str, Any]]:
        """Return the arguments of a call, by position and by name."""
        order = list(self.roles)[: self.by_position]
        found = {name: self._argument(name, each, batch, values, setting) for name, each in self.roles.items()}
        found |= {name: value for name, value in setting.knobs.items() if name in self.knobs and name not in found}
        if setting.mask is not None:
            found |= {name: given(setting.mask, batch) for name in self.optional}
        return [found.pop(name) for name in order], found

    def _argument(self, name: str, what: Role, batch: Instance, values: Mapping[Role, Any], setting: Setting) -> Any:
        match what:
            case Role.WEIGHT:
                return setting.knobs.get(name, self.knobs[name])
            case Role.SCALE:
                return self.scale.filled(batch, setting.knobs.get(name, self.knobs[name]))
            case Role.MASK:
                return self.mask.filled(batch, self.mask.shown) if setting.mask is None else given(setting.mask, batch)
        return values[what]


def plans(target: Any, name: str) -> list[Plan]:
    """Return what the arguments of a loss are, then what else they may be; raises Unusable if that cannot be told."""
    parameters = _parameters(target, name)
    variadic = any(each.kind is Parameter.VAR_POSITIONAL for each in parameters)
    named = [each for each in parameters if each.kind not in (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)]
    required = [each for each in named if each.default is Parameter.empty]
    roles = _roles(required, named, variadic, name)
    order = {each.name: roles[each.name] for each in named if each.name in roles}
    unnamed = {each: what for each, what in roles.items() if each not in order}
    count = _leading(named, order) + len(unnamed)
    knobs = {
        each.name: float(each.default)
        for each in named
        if isinstance(each.default, int | float) and not isinstance(each.default, bool) and is_knob(each.name)
    }
    switched = any(isinstance(each.default, str | bool) for each in named)
    optional = tuple(each.name for each in named if each.default is None and role(each.name) is Role.MASK)
    found = [_plan(order | unnamed, count, knobs, optional)]
    if len(parameters) > len(named) + variadic and "M_N" not in roles:  # as kwargs["M_N"]
        found.append(_plan(order | unnamed | {"M_N": Role.WEIGHT}, count, knobs, optional))
    return [form for each in found for form in _forms(replace(each, switched=switched))]


def _forms(plan: Plan) -> Iterator[Plan]:
    """Yield a plan with each form that the mask and the scale of the decoder may have."""
    masked = Role.MASK in plan.roles.values()
    said = any("valid" in name for name, what in plan.roles.items() if what is Role.MASK)
    masks = [(form, True) for form in (MASKS if said else (*MASKS, *HIDING))] if masked else []
    masks += [(form, False) for form in (MASKS if masked else MASKS[:1])]
    for (mask, shows), scale in product(masks, SCALES if plan.scales else SCALES[:1]):
        assumed = (*plan.assumed, *_formed(plan, mask, scale))
        yield replace(plan, mask=mask, shows=shows, scale=scale, assumed=assumed)


def _formed(plan: Plan, mask: Form, scale: Form) -> Iterator[str]:
    for name, what in plan.roles.items():
        if what is Role.MASK:
            yield f"{name} = {mask.shown:g} everywhere, {mask}" + (", and 1 where it hides" if mask.hides else "")
        if what is Role.SCALE:
            yield f"{name} is the scale of the decoder, {scale}"


def _plan(order: Mapping[str, Role], by_position: int, knobs: Mapping[str, float], optional: tuple[str, ...]) -> Plan:
    weights = {each: 1.0 for each, what in order.items() if what is Role.WEIGHT}
    scales = {each: start(each) for each, what in order.items() if what is Role.SCALE}
    told = {what for each, what in order.items() if role(each) is what}
    certain = {Role.RECON, Role.X} <= told or bool(told & {Role.MODEL, Role.LIKELIHOOD})
    assumed = tuple(_assumed(order, knobs, weights))
    return Plan(order, by_position, {**knobs, **weights, **scales}, assumed, certain, optional=optional)


def parameters_of(target: Any) -> list[Parameter] | None:
    """Return the parameters of whatever can be called; None if it does not tell them."""
    called = target.forward if is_module(target) else target
    schema = getattr(called, "schema", None)
    try:
        return list(inspect.signature(called).parameters.values())
    except (ValueError, TypeError):
        if schema is None:
            return None
    return [
        Parameter(
            each.name,
            Parameter.POSITIONAL_OR_KEYWORD,
            default=each.default_value if each.has_default_value() else Parameter.empty,
        )
        for each in schema.arguments
        if each.name != "self"
    ]


def _parameters(target: Any, name: str) -> list[Parameter]:
    if inspect.isclass(target):
        raise Unusable(f"{name} is a class: name an instance of it, or a function")
    if not callable(target):
        raise Unusable(f"{name} is of type {type(target).__name__}, which cannot be called: name a function or a model")
    found = parameters_of(target)
    if found is None:
        raise Unusable(f"{name} does not tell its arguments: {adapter(name)}")
    return found


def adapter(name: str, arguments: str = "…") -> str:
    """Return the mend for a loss that is called otherwise."""
    return f"give an adapter: lambda recon, x, mu, logvar: {name}({arguments})"


def _roles(required: Sequence[Parameter], named: Sequence[Parameter], variadic: bool, name: str) -> dict[str, Role]:
    said = {each.name: _role(each) for each in named}
    extras = {each.name: what for each in required if (what := said[each.name]) in _EXTRA and what is not None}
    tensors = [each for each in required if each.name not in extras]
    if len(tensors) == 5 and (scale := _scale(tensors, said)) is not None:
        extras[scale] = Role.SCALE
        tensors = [each for each in tensors if each.name != scale]
    known = [what for each in tensors if (what := said[each.name]) in _TENSORS and what is not None]
    if variadic and len(tensors) < 4 and not any(each.kind is Parameter.KEYWORD_ONLY for each in tensors):
        names = [each.name for each in tensors] + [f"*{at}" for at in range(len(tensors), 4)]
        return dict(zip(names, FOUR, strict=True)) | extras
    if len(known) == len(tensors) == len(set(known)):
        optional = [each.name for each in named if each.default is None and said[each.name] in FOUR]
        found = {each.name: said[each.name] for each in tensors} | {
            each: said[each] for each in optional if said[each] not in known
        }
        if _is_complete(set(found.values())):
            return {each: what for each, what in found.items() if what is not None} | extras
    if len(tensors) == 2 and Role.MODEL in known:
        return {each.name: Role.MODEL if said[each.name] is Role.MODEL else Role.X for each in tensors} | extras
    if len(tensors) == 4:
        return _four(tensors, said, name) | extras
    raise Unusable(_complaint(required, tensors, said, name))


def _scale(tensors: Sequence[Parameter], said: Mapping[str, Role | None]) -> str | None:
    """Return which of five tensors is the scale of the decoder: what is left when the others are the four."""
    for each in reversed(tensors):
        rest = [said[other.name] for other in tensors if other is not each]
        two = said[each.name] is not Role.HEAD or Role.HEAD in rest  # a second head, beside that of the posterior
        if is_scale(each.name) and two and said[each.name] not in (Role.X, Role.MU) and _may_be_four(rest):
            return each.name
    return None


def _may_be_four(rest: Sequence[Role | None]) -> bool:
    known = [what for what in rest if what is not None]
    return len(known) == len(set(known)) and set(known) <= set(FOUR)


def _four(tensors: Sequence[Parameter], said: Mapping[str, Role | None], name: str) -> dict[str, Role]:
    """Return the roles of four arguments not all of whose names are known: by position, as far as names agree."""
    known = {
        each.name: what
        for each in tensors
        if (what := said[each.name]) is not None and not (len(each.name) == 1 and what not in FOUR)
    }
    twice = [each for each, what in known.items() if what is Role.X]
    if len(twice) == 2 and "x" in twice and Role.RECON not in known.values():
        known["x"] = Role.RECON  # loss(x, target, …)
    by_name = [each.name for each in tensors if each.kind is Parameter.KEYWORD_ONLY]
    if len(set(known.values())) < len(known):
        known = {each: what for each, what in known.items() if each in by_name}
    clear = len(set(known.values())) == len(known) and set(known.values()) <= set(FOUR) and set(by_name) <= set(known)
    if not clear or any(_is_distribution(each) for each in tensors):
        raise Unusable(f"{name} takes ({', '.join(each.name for each in tensors)}): {adapter(name)}")
    rest = iter([each for each in FOUR if each not in known.values()])
    return {each.name: known[each.name] if each.name in known else next(rest) for each in tensors}


def _role(parameter: Parameter) -> Role | None:
    found = role(parameter.name)
    if _is_distribution(parameter) and found in (Role.RECON, Role.MU, Role.HEAD, Role.X, None):
        return Role.LIKELIHOOD if found is Role.RECON else None
    return found


def _is_distribution(parameter: Parameter) -> bool:
    written = parameter.annotation
    text = written if isinstance(written, str) else getattr(written, "__name__", "")
    return any(word in text for word in ("Distribution", "Normal", "Independent"))


def _is_complete(found: set[Role | None]) -> bool:
    if Role.MODEL in found:
        return Role.X in found and not found & {Role.POSTERIOR, Role.LIKELIHOOD, Role.PRIOR}
    heads = {Role.MU, Role.HEAD} <= found or (Role.POSTERIOR in found and not found & {Role.MU, Role.HEAD})
    return heads and Role.X in found and (Role.RECON in found) != (Role.LIKELIHOOD in found)


def _leading(named: Sequence[Parameter], order: Mapping[str, Role]) -> int:
    """Return how many of the given parameters can be passed by position: up to the first that is left out."""
    count = 0
    for each in named:
        if each.name not in order or each.kind not in _BY_POSITION:
            break
        count += 1
    return count


def _assumed(order: Mapping[str, Role], knobs: Mapping[str, float], weights: Mapping[str, float]) -> Iterator[str]:
    tensors = {each: what for each, what in order.items() if what in _TENSORS}
    if any(role(each) is not what for each, what in tensors.items()):
        if any(each.startswith("*") for each in tensors):
            yield f"arguments by position: ({', '.join(what.value for what in tensors.values())})"
        elif tuple(tensors.values()) == FOUR:
            yield f"arguments by position: ({', '.join(tensors)}) are (recon, x, mu, logvar)"
        else:
            yield f"arguments by name, the rest by position: ({_said(tensors)})"
    elif tuple(tensors.values()) == FOUR:
        yield f"arguments by position: ({', '.join(tensors)})"
    else:
        yield f"arguments by name: ({_said(tensors)})"
    for each, value in knobs.items():
        yield f"{each} = {value:g}, the default of the argument {each}"
    for each, value in weights.items():
        yield f"{each} = {value:g}, as the argument {each} has no default"


def _said(tensors: Mapping[str, Role]) -> str:
    return ", ".join(each if each == what.value else f"{each} is {what.value}" for each, what in tensors.items())


def _complaint(
    required: Sequence[Parameter], tensors: Sequence[Parameter], said: Mapping[str, Role | None], name: str
) -> str:
    known: dict[Role, str] = {}
    for each in tensors:
        if (what := said[each.name]) is not None:
            known.setdefault(what, each.name)
    rest = [each.name for each in tensors if each.name not in known.values()]
    if len(tensors) > 4 and set(known) >= set(FOUR) and rest:
        more = ", ".join(f"{each}=…" for each in rest)
        return f"{name} needs {', '.join(rest)} too: {adapter(name, f'…, {more}')}"
    shown = ", ".join(each.name for each in required)
    return f"{name} takes ({shown}), and not recon, x, mu and logvar: {adapter(name)}"
