"""What claims and proofs say of themselves."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable

_END = re.compile(r"(?<=\.)(?<!eq\.)(?<!eqs\.)(?<!App\.)(?<!Prop\.)(?<!Thm\.)(?<!cf\.)\s")


def first_sentence(thing: Callable[..., object]) -> str:
    """Return the first sentence of a docstring."""
    return _END.split(" ".join((inspect.getdoc(thing) or "").split()), maxsplit=1)[0]
