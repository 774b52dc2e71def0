"""What the generators draw for a claim: dimensions, ranks and ties, and scales, counted on exact instances."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import Any

import numpy as np
from flint import fmpq_mat
from hypothesis.errors import HypothesisException

from reference.arithmetic.complexes import ComplexRationals
from reference.arithmetic.lanes import floats
from verify.claims.claim import Claim
from verify.claims.signatures import Instance
from verify.domains.base import arrays_of
from verify.pictures.picture import Picture
from verify.pictures.strips import percent, strips
from verify.pictures.style import new_picture, styled

COUNT = 1000
"""Instances."""

_RANKS = ("full rank", "lower rank", "zero")
_TIES = ("all differ", "some equal")
_SCALES = tuple(range(-20, 21, 5))
"""Binary logarithms to which those of the largest entries are rounded; what is beyond is called so."""

_BEYOND = ("less", "more")

_MOST = 12
"""So many dimensions, and arrays of arguments, are shown of each kind."""


def picture(claim: Claim, seed: int = 0) -> Picture:
    """Return what is drawn for a claim, of bytes at random, as Hypothesis begins.

    Raises ValueError where nothing is drawn, or nothing of it can be counted; ClaimError where a domain raises.
    """
    drawn = [*_instances(claim, np.random.default_rng(seed))]
    if not drawn:
        raise ValueError(f"nothing is drawn for {claim.id}: its domains reject {COUNT:,} draws")
    told = {
        "dimensions": {
            name: _shares(str(instance.sizes[name]) for instance in drawn) for name in claim.signature.bounds
        },
        "ranks": dict(_told(drawn, _rank)),
        "ties": dict(_told(drawn, _ties)),
        "scales": dict(_told(drawn, _scale)),
    }
    if not any(told.values()):
        raise ValueError(f"{claim.id} has neither dimensions nor numbers that could be counted")
    shown = {key: dict(islice(rows.items(), _MOST)) for key, rows in told.items()}
    return _picture({"claim": claim.id, "seed": seed, "instances": len(drawn), **shown, "all": shown == told})


def _instances(claim: Claim, generator: np.random.Generator) -> Iterator[Instance]:
    for _ in range(COUNT):
        with suppress(HypothesisException):  # a domain of one's own may reject a draw
            yield claim.signature.draw(generator.bytes(claim.signature.block_size))


@styled
def _picture(data: Mapping[str, Any]) -> Picture:
    panels = [
        ("Dimensions, % of the draws", "dimensions", _sizes(data["dimensions"])),
        ("Matrices, %", "ranks", _RANKS),
        ("Entries, %", "ties", _TIES),
        ("Size of the largest entry, %", "scales", _scales(data["scales"])),
    ]
    panels = [panel for panel in panels if data[panel[1]]]
    heights = [len(data[key]) + 2.0 for _, key, _ in panels]
    figure, rows = new_picture(26 * sum(heights) + 6, len(panels), heights)
    for axes, (title, key, cases) in zip(rows, panels, strict=True):
        strips(axes, data[key], cases)
        axes.set_title(title)
    caption = (
        f"What the generators draw for {data['claim']}: {data['instances']:,} instances, seed {data['seed']}, a row for"
        f" each dimension or argument. Look for corners: {'; '.join(_corners(data))}. What has no share was not drawn."
    )
    if not data["all"]:
        caption += f" Of each kind the first {_MOST} rows are shown."
    return Picture(figure, f"What is drawn for {data['claim']}", caption, data)


def _corners(data: Mapping[str, Any]) -> Iterator[str]:
    """Say how often the corners are drawn that a proof tends to forget."""
    for key, case, words in (
        ("dimensions", "1", "a dimension is 1"),
        ("ranks", _RANKS[1], "a matrix has a lower rank"),
        ("ranks", _RANKS[2], "a matrix is zero"),
        ("ties", _TIES[1], "entries are equal"),
    ):
        if data[key]:
            shares = sorted(row.get(case, 0.0) for row in data[key].values())
            yield f"{words} in {' to '.join(dict.fromkeys(map(percent, (shares[0], shares[-1]))))} %"
    beyond = [case for row in data["scales"].values() for case in row if case in _BEYOND]
    drawn = [size for size in _scales(data["scales"]) if any(size in row for row in data["scales"].values())]
    if powers := [size for size in drawn if size not in _BEYOND]:
        others = "".join(f", or {case}" for case in _BEYOND if case in beyond)
        yield f"the largest entry is about {powers[0]} to {powers[-1]}{others}"


def _sizes(dimensions: Mapping[str, Mapping[str, float]]) -> list[str]:
    return sorted({size for shares in dimensions.values() for size in shares}, key=int)


def _scales(sizes: Mapping[str, Mapping[str, float]]) -> list[str]:
    cases = [_BEYOND[0], *map(_power, _SCALES), _BEYOND[1]]
    return [case for case in cases if case not in _BEYOND or any(case in shares for shares in sizes.values())]


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
    if array.ndim != 2 or np.prod(array.shape) == 1 or isinstance(array, ComplexRationals):
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
    logarithm, step = np.log2(largest), _SCALES[1] - _SCALES[0]
    if not _SCALES[0] - step / 2 <= logarithm <= _SCALES[-1] + step / 2:
        return _BEYOND[int(logarithm > 0)]
    return _power(_SCALES[int(np.argmin([abs(logarithm - k) for k in _SCALES]))])


def _entries(array: Any) -> list[str]:
    return [str(x) for x in np.ravel(np.array(array.tolist(), dtype=object))]
