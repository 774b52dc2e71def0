"""Wrong models: a function that a claim calls, or an argument of it, with another value than it has.

``loss * 9/8`` is what the body sees if its module's ``loss`` returns 9/8 of what it does, ``loss + 1/8`` if it returns
an eighth more in every entry, ``loss + 1/8 of 2`` if an eighth of the sum of its second argument more, ``pair[1] * 2``
and ``weights.beta * 2`` if a part of what it returns is doubled, and ``not minimal`` if a statement is turned;
``wang2022.minimality:loss * 2`` is of a module whose functions it calls. ``lam * 2`` doubles an argument, and
``loss * 0 and least * 0`` are two at once. A claim that is false as it is needs none: it is judged ``as it is``. And
where a bound is ``attained``, no looser one is.
"""

from __future__ import annotations

import dataclasses
import functools
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from verify.claims.claim import Claim
from verify.domains.base import fraction
from verify.judging.statements import Truth

AS_IT_IS = "as it is"

ATTAINED = "attained"
"""What stands for a model where bounds are attained: none is looser."""

_MODEL = re.compile(
    r"(?P<name>(?:[\w.]+:)?\w+)(?:\[(?P<index>\d+)\]|\.(?P<field>\w+))? (?P<sign>[*+]) (?P<number>-?\d+(/\d+)?)"
    r"( of (?P<argument>[1-9]))?"
)


@dataclasses.dataclass(frozen=True)
class Name:
    """A name in a module of claims, which is the claim's own or one whose functions it calls."""

    module: str
    name: str

    @classmethod
    def read(cls, claim: Claim, text: str) -> Name:
        """Read ``loss`` of the claim's own module, or ``wang2022.minimality:loss``."""
        module, _, name = text.rpartition(":")
        paper, _, file = module.partition(".")
        return cls(f"properties.{paper}.claims.{file}" if module else claim.body.__module__, name)

    def written(self, claim: Claim) -> str:
        """Return what is read as this name."""
        _, paper, _, file = self.module.split(".", 3)
        return self.name if self.module == claim.body.__module__ else f"{paper}.{file}:{self.name}"

    @property
    def value(self) -> Any:
        """What it means, or None."""
        return vars(sys.modules[self.module]).get(self.name)

    def replaced(self, value: Any) -> Any:
        """Return a context in which it means something else; raises AttributeError if it means nothing."""
        return mock.patch.object(sys.modules[self.module], self.name, value)


@contextmanager
def model(claim: Claim, text: str) -> Iterator[Claim]:
    """Give the claim as it is while the model stands in its module; raises AttributeError if it has no such name."""
    if text == AS_IT_IS:
        yield claim
        return
    if " and " in text:
        first, second = text.split(" and ")
        with model(claim, first) as planted, model(planted, second) as both:
            yield both
        return
    name, change = _read(text)
    if name in claim.signature.domains:
        yield dataclasses.replace(claim, body=_argument(claim.body, name, change))
        return
    called = Name.read(claim, name)
    right = called.value
    with called.replaced(lambda *given, **named: change(right(*given, **named), *given)):
        yield claim


def _argument(body: Callable[..., Any], name: str, change: Callable[[Any], Any]) -> Callable[..., Any]:
    return lambda **given: body(**given | {name: change(given[name])})


def _read(text: str) -> tuple[str, Callable[..., Any]]:
    """Return what is wrong in a model, and what makes it of what is right, and of the arguments if it is a function."""
    if text.startswith("not "):
        return text.removeprefix("not "), lambda truth, *given: ~truth
    found = _MODEL.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no model")
    number = fraction(found["number"])

    def change(value: Any, *given: Any) -> Any:
        of: Any = given[int(found["argument"]) - 1] if found["argument"] else 1
        amount = number * (of.sum() if getattr(of, "ndim", 0) else of)
        return _changed(
            value, found["index"], found["field"], lambda x: x * amount if found["sign"] == "*" else x + amount
        )

    return found["name"], change


def _changed(value: Any, index: str | None, field: str | None, change: Callable[[Any], Any]) -> Any:
    if index is not None:
        return tuple(change(part) if k == int(index) else part for k, part in enumerate(value))
    if field is not None:
        replace = value._replace if hasattr(value, "_replace") else functools.partial(dataclasses.replace, value)
        return replace(**{field: change(getattr(value, field))})
    return change(value)


def subjects(value: Any) -> list[str]:
    """Return what is written behind the name of a function that returns this, for each part that may be wrong."""
    if isinstance(value, Truth):
        return ["not"]
    if dataclasses.is_dataclass(value):
        return [f".{field.name}" for field in dataclasses.fields(value)]
    if hasattr(value, "_fields"):
        return [f".{field}" for field in value._fields]
    if isinstance(value, tuple):
        return [f"[{k}]" for k in range(len(value))]
    return [""] if not isinstance(value, (str, bool)) and value is not None else []
