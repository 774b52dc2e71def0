"""The unknowns of a claim's premises, and by how much these are missed: at many points in floats, exactly at one."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from flint import fmpq

from reference.arithmetic.exact import Rigorous
from reference.arithmetic.lanes import Floats, Lanes, stack
from verify.claims.claim import Claim
from verify.claims.signatures import Instance
from verify.domains import Domain
from verify.hunt.premises.hulls import HULLS, Hull
from verify.hunt.strata import CHUNK, Stratum
from verify.judging.equalities import Places, differences, many_differences
from verify.workers.limits import time_limit

Exact = Sequence[fmpq]
"""The coordinates of one point."""


@dataclass(frozen=True)
class Frame:
    """Coordinates for the points of a stratum, in which premises are as close to linear as may be.

    They are its raw entries, but for an argument whose domain has a :class:`~verify.hunt.premises.hulls.Hull`: of such
    a one they are the entries of the value.
    """

    claim: Claim
    stratum: Stratum
    places: Places
    patience: float
    """Seconds after which a body is interrupted, by GivenUp."""

    @cached_property
    def _hulled(self) -> dict[str, Hull]:
        domains = {part.name: part.domain for part in self.stratum.parts}
        return {name: HULLS[type(domain)] for name, domain in domains.items() if type(domain) in HULLS}

    @cached_property
    def linear(self) -> Stratum:
        """The stratum whose raw entries are the coordinates."""
        signature = copy.copy(self.claim.signature)
        narrow = signature.domains
        signature.domains = {name: self._widened(name, domain) for name, domain in narrow.items()}
        styles = {name: "plain" if name in self._hulled else style for name, style in self.stratum.styles.items()}
        return Stratum(signature, self.stratum.sizes, styles, self.stratum.choices)

    def _widened(self, name: str, domain: Domain) -> Domain:
        return self._hulled[name].of(domain) if name in self._hulled else domain

    @property
    def size(self) -> int:
        """How many coordinates there are."""
        return self.linear.size

    def coordinates(self, raw: Floats) -> Floats:
        """Return the coordinates of points that the stratum makes of raw entries, as floats know them."""
        arguments = self.stratum.arguments(raw) if self._hulled else {}
        blocks = [
            _flattened(arguments[part.name], raw.shape[1]) if part.name in self._hulled else raw[part.place]
            for part in self.stratum.parts
        ]
        return np.concatenate(blocks)

    def exactly(self, raw: Floats) -> Exact | None:
        """Return the exact coordinates of one of these points, or None if it is outside the domains."""
        instance = self.stratum.instance(raw)
        if instance is None:
            return None
        found: list[fmpq] = []
        for part in self.stratum.parts:
            if part.name in self._hulled:
                found += np.ravel(part.domain.flattened(instance.values[part.name]).array).tolist()
            else:
                found += [fmpq(*value.as_integer_ratio()) for value in raw[part.place].tolist()]
        return found

    # by how much the premises are missed

    def misses(self, points: Floats) -> tuple[Floats, Floats]:
        """Return what is 0 where the premises are met, and its magnitudes, at points of shape (coordinates, n)."""
        starts = range(0, points.shape[1], CHUNK)
        chunks = [self._misses(points[:, start : start + CHUNK]) for start in starts]
        values, sizes = (np.concatenate([chunk[k] for chunk in chunks], axis=1) for k in range(2))
        return values, sizes

    def _misses(self, points: Floats) -> tuple[Floats, Floats]:
        arguments = self.linear.arguments(points)
        with time_limit(self.patience):
            found = [many_differences(self.claim.body, arguments, self.places)]
        for equation in self._equations(arguments):
            found.append(tuple(part.reshape(part.shape[0], -1).T for part in stack(Lanes.of(equation.array))))
        count = points.shape[1]
        values, sizes = ([np.broadcast_to(pair[k], (len(pair[k]), count)) for pair in found] for k in range(2))
        return np.concatenate(values), np.concatenate(sizes)

    def misses_exactly(self, point: Exact) -> list[fmpq]:
        """Return the same at one exact point; raises whatever the body raises, Irrational for one."""
        arguments = self.linear.made(point)
        with time_limit(self.patience):
            found = list(differences(self.claim.body, arguments, self.places))
        for equation in self._equations(arguments):
            found += np.ravel(equation.array).tolist()
        return found

    def _equations(self, arguments: Any) -> list[Rigorous]:
        return [equation for name, hull in self._hulled.items() for equation in hull.equations(arguments[name])]

    # the claim's domains

    def instance(self, point: Exact) -> Instance | None:
        """Return an exact point as an instance of the claim, or None if it is outside its domains."""
        try:
            values = self.linear.made(point)
        except ZeroDivisionError:
            return None
        domains = self.claim.signature.domains
        inside = all(domains[part.name].admits(values[part.name], self.stratum.sizes) for part in self.stratum.parts)
        return Instance(dict(self.stratum.sizes), values, self.claim.signature) if inside else None

    def depth(self, points: Floats) -> Floats:
        """Return how far inside the domains points are: negative of those outside, as far as floats know."""
        finite = np.isfinite(points).all(0)
        points = np.where(finite, points, 1)
        depth = np.where(finite, 1.0, -np.inf)
        for part in self.linear.parts:
            if part.domain.continuous:
                raw = points[part.place]
                room = np.minimum(raw - part.low, part.high - raw) / (1 + abs(raw))
                depth = np.minimum(depth, room.min(0))
        arguments = self.linear.arguments(points) if self._hulled else {}
        for name, hull in self._hulled.items():
            values = stack(arguments[name])[0]
            depth = np.minimum(depth, hull.depth(np.broadcast_to(values, (len(depth), *values.shape[1:]))))
        return depth


def _flattened(value: Any, count: int) -> Floats:
    values = stack(value)[0]
    rows = np.broadcast_to(values, (count, *values.shape[1:])).reshape(count, -1).T
    return np.concatenate([rows.real, rows.imag]) if np.iscomplexobj(rows) else rows
