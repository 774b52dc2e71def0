"""What the generators draw for a claim: dimensions, ranks and ties, and scales, counted on exact instances."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from flint import fmpq_mat

from reference.arithmetic.complexes import ComplexRationals
from reference.arithmetic.lanes import floats
from verify.claims.claim import Claim
from verify.claims.signatures import Instance
from verify.domains.base import arrays_of
from verify.pictures.picture import Picture
from verify.pictures.strips import strips
from verify.pictures.style import new_picture, styled

COUNT = 1000
"""Instances."""

_RANKS = ("full rank", "lower rank", "zero")
_TIES = ("all differ", "some equal")
_SCALES = tuple(range(-20, 21, 5))
"""Binary logarithms to which those of the largest entries are rounded."""

_MOST = 8
"""So many dimensions, and arguments, are shown."""


def picture(claim: Claim, seed: int = 0) -> Picture:
    """Return what is drawn for a claim: of so many bytes at random, as Hypothesis and the first round of a hunt do."""
    generator = np.random.default_rng(seed)
    signature = claim.signature
    drawn = [signature.draw(generator.bytes(signature.block_size)) for _ in range(COUNT)]
    data = {
        "claim": claim.id,
        "seed": seed,
        "instances": COUNT,
        "dimensions": {name: _shares(str(i.sizes[name]) for i in drawn) for name in [*signature.bounds][:_MOST]},
        "ranks": dict([*_told(drawn, _rank)][:_MOST]),
        "ties": dict([*_told(drawn, _ties)][:_MOST]),
        "scales": dict([*_told(drawn, _scale)][:_MOST]),
    }
    return _picture(data)


@styled
def _picture(data: Mapping[str, Any]) -> Picture:
    panels = [
        ("Dimensions: of how many draws, in %, each is so large", "dimensions", _sizes(data["dimensions"])),
        ("Matrices, in %", "ranks", _RANKS),
        ("Entries, in %", "ties", _TIES),
        ("Largest entry, in % of the draws", "scales", [_power(k) for k in _SCALES]),
    ]
    panels = [panel for panel in panels if data[panel[1]]]
    heights = [len(data[key]) + 2.0 for _, key, _ in panels]
    figure, rows = new_picture(26 * sum(heights) + 6, len(panels), heights)
    for axes, (title, key, cases) in zip(rows, panels, strict=True):
        strips(axes, data[key], cases)
        axes.set_title(title)
    caption = (
        f"What the generators draw for {data['claim']}: {data['instances']:,} instances, seed {data['seed']}, a row for"
        f" each dimension or argument. Corners are drawn on purpose: small and unequal dimensions, lower ranks, equal"
        f" and zero entries, and scales from 2⁻²⁰ to 2²⁰; so every square should have its share."
    )
    return Picture(figure, f"What is drawn for {data['claim']}", caption, data)


def _sizes(dimensions: Mapping[str, Mapping[str, float]]) -> list[str]:
    return sorted({size for shares in dimensions.values() for size in shares}, key=int)


def _power(exponent: int) -> str:
    return "2" + str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _shares(cases: Iterable[str]) -> dict[str, float]:
    counts = Counter(cases)
    return {case: count / counts.total() for case, count in sorted(counts.items())}


def _told(drawn: list[Instance], tell: Any) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield for each array of the arguments the shares of what there is to tell of it, if there is anything."""
    for name in drawn[0].values:
        for k in range(len(arrays_of(drawn[0].values[name]))):
            cases = [tell(arrays_of(instance.values[name])[k]) for instance in drawn]
            known = [case for case in cases if case is not None]
            if known:
                yield f"{name}, {k + 1}" if k else name, _shares(known)


def _rank(array: Any) -> str | None:
    """Say of a matrix what its rank is; of what is 1 by 1, or no matrix of fractions, nothing."""
    if array.ndim != 2 or array.size == 1 or isinstance(array, ComplexRationals):
        return None
    rank = int(fmpq_mat(array.tolist()).rank())
    return _RANKS[2 if rank == 0 else rank < min(array.shape)]


def _ties(array: Any) -> str | None:
    entries = _entries(array)
    return None if len(entries) < 2 else _TIES[len(set(entries)) < len(entries)]


def _scale(array: Any) -> str | None:
    largest = max((float(np.hypot(x.real, x.imag)) for x in np.atleast_1d(floats(array)).flat), default=0.0)
    if largest == 0:
        return None
    return _power(_SCALES[int(np.argmin([abs(np.log2(largest) - k) for k in _SCALES]))])


def _entries(array: Any) -> list[str]:
    return [str(x) for x in np.ravel(np.array(array.tolist(), dtype=object))]
