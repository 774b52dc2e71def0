"""Domains as data: the name by which a checker knows one, and what it is of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from verify.domains import Constant, Domain, LowRank, OneOf
from verify.domains.composite import Pair
from verify.domains.discrete import Discrete
from verify.domains.numbers import Integer, Interval


def described(domain: Domain, sizes: Mapping[str, int]) -> dict[str, Any]:
    """Return what a value must be at these sizes; a domain of one's own has no ``kind``."""
    if not type(domain).__module__.startswith("verify.domains."):
        return {"kind": None, "name": type(domain).__name__}
    kind = {"kind": type(domain).__name__}
    match domain:
        case Constant():
            return {**kind, "value": str(domain.value)}
        case Interval() | Integer():
            return {**kind, "limits": [str(limit) for limit in domain.limits]}
        case LowRank():
            return {**kind, "rank": domain.shape(sizes)[2]}
        case Pair():
            return {**kind, "of": described(domain.of, sizes)}
        case OneOf():
            return {**kind, "choices": list(domain.names)}
        case Discrete():
            return {**kind, "choices": list(domain.choices(domain.shape(sizes)))}
    return kind
