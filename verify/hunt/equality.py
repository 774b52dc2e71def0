"""Why the sides of a comparison are equal at an instance: a structure of it at which they always are.

Nothing is proved here: instances of that structure, and any, are drawn and judged, and what is said is how many.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import permutations
from typing import Any

import numpy as np

from reference.arithmetic import identity
from reference.arithmetic.complexes import Complex
from reference.arithmetic.exact import Rigorous
from verify.claims.claim import Claim, Judge
from verify.claims.signatures import Instance
from verify.hunt.kinds import TRIVIAL, kind
from verify.judging.judge import Judgement, Outcome

TRIED = 40
"""Instances of each structure that are judged."""

_FEWEST = 10
_MOST_DRAWN = 400

_SINGLE = ("one-dimensional",)

Values = dict[str, Any]


@dataclass(frozen=True)
class _Structure:
    """What an instance may have: in words, and how to give it to the values of another one, of some sizes."""

    words: str
    impose: Callable[[Values, np.random.Generator], Iterator[Values]] = lambda values, _: iter([values])
    apart: tuple[str, ...] = TRIVIAL
    """The kinds of instances that are not tried: what is equal at all of them would be so for another reason."""
    single: str | None = None
    """The dimension that is 1, if that is the structure."""


def are_equal(judgement: Judgement) -> bool:
    """Whether the sides of what is stated are equal, or agree as far as can be told; of arrays this is unknown."""
    ground = judgement.ground
    if ground is None or ground.premise or ground.operands or ground.entry:
        return False
    if judgement.outcome is Outcome.INDISTINGUISHABLE:
        return True
    return judgement.outcome is Outcome.CERTAIN and bool(ground.sides[0] == ground.sides[1])


def explained(claim: Claim, instance: Instance, seconds: float) -> str | None:
    """Say at which instances the sides were equal, of a structure that this one has or of any; None if of no such."""
    judge, deadline = Judge(claim), time.monotonic() + seconds
    for structure in [_Structure("that are not trivial"), *_structures(instance)]:
        judged = _judged(claim, judge, structure, deadline)
        if judged >= _FEWEST:
            return f"equality at all {judged} instances tried {structure.words}"
    return None


def _judged(claim: Claim, judge: Judge, structure: _Structure, deadline: float) -> int:
    """Return at how many instances of a structure the sides were equal; 0 if they differ at one."""
    generator, judged = np.random.default_rng(0), 0
    for _ in range(_MOST_DRAWN):
        if time.monotonic() > deadline:
            break
        instance = _drawn(claim, structure, generator)
        if instance is None or kind(instance) in structure.apart:
            continue
        judgement = judge(instance)
        if judgement.outcome in (Outcome.CERTAIN, Outcome.INDISTINGUISHABLE):
            if not are_equal(judgement):
                return 0
            judged += 1
        if judged == TRIED:
            break
    return judged


def _drawn(claim: Claim, structure: _Structure, generator: np.random.Generator) -> Instance | None:
    signature = claim.signature
    block = bytearray(generator.bytes(signature.block_size))
    if structure.single is not None:
        block[list(signature.bounds).index(structure.single)] = 0
    instance = signature.draw(bytes(block))
    for values in structure.impose(dict(instance.values), generator):
        if all(
            values[name] is instance.values[name] or signature.domains[name].admits(values[name], instance.sizes)
            for name in values
        ):
            return replace(instance, values=values)
    return None


# --- the structures, from the widest to the narrowest ----------------------------------------------------------------


Made = Callable[[Any, np.random.Generator], Iterator[Any]]


def _structures(instance: Instance) -> Iterator[_Structure]:
    """Yield the structures that an instance has."""
    arrays = {name: value for name, value in instance.values.items() if isinstance(value, Rigorous) and value.ndim}
    domains = instance.signature.domains
    axes = {name: [axis.text for axis in domains[name].array_axes[0]] for name in arrays}
    square = {name: value for name, value in arrays.items() if len(axes[name]) == 2 and len(set(axes[name])) == 1}
    for words, has, made, apart in _OF_TWO:
        for a, b in permutations(arrays, 2):
            transposed = made is _transposes
            if (axes[a] if not transposed else axes[a][::-1]) == axes[b] and has(arrays[a], arrays[b]):
                yield _Structure(words.format(a, b), _setting(b, a, made), apart)
    real = not any(isinstance(x, Complex) for x in square.values())
    for word, kept in (("symmetric" if real else "Hermitian", _hermitian), ("diagonal", _diagonal)):
        if square and all(_same(x, kept(x)) for x in square.values()):
            which = f"at which {' and '.join(square)} {'is' if len(square) == 1 else 'are'} {word}"
            yield _Structure(which, partial(_all_so, square, kept))
    for words, shape, reduced in _OF_ONE:
        for a, x in arrays.items():
            if (a in square or not shape) and _same(x, reduced(x)):
                made = partial(_reduced, reduced)
                yield _Structure(words.format(a), _setting(a, a, made), _SINGLE)
    for name, size in instance.sizes.items():
        low, high = instance.signature.bounds[name]
        if size == low == 1 < high:
            yield _Structure(f"with {name} = 1", apart=(), single=name)


def _setting(target: str, source: str, made: Made) -> Callable[[Values, np.random.Generator], Iterator[Values]]:
    """Return what sets one argument to what is made of another one."""
    return lambda values, generator: ({**values, target: value} for value in made(values[source], generator))


def _polynomials(x: Any, generator: np.random.Generator) -> Iterator[Any]:
    """Yield polynomials of a matrix, with small coefficients: one of them may lie in its domain."""
    one = identity(len(x), len(x), x)
    for low in (-3, 0):
        a, b, c = (int(k) for k in generator.integers(low, 4, 3))
        yield a * one + b * x + c * (x @ x)
    yield from (x @ x, x)


def _multiples(x: Any, generator: np.random.Generator) -> Iterator[Any]:
    factor = int(generator.integers(2, 6))
    yield from (-factor * x, factor * x)


def _transposes(x: Any, generator: np.random.Generator) -> Iterator[Any]:
    yield x.mT


def _reduced(reduce: Callable[[Any], Any], x: Any, generator: np.random.Generator) -> Iterator[Any]:
    yield reduce(x)


def _same(x: Any, y: Any) -> bool:
    return x.shape == y.shape and bool(np.all(x == y))


def _commute(x: Any, y: Any) -> bool:
    return x.ndim == 2 and x.shape == x.mT.shape == y.shape and _same(x @ y, y @ x)


def _are_proportional(x: Any, y: Any) -> bool:
    """Say whether y is a multiple of x."""
    place = next((place for place in np.ndindex(x.shape) if x[place] != 0), None)
    return place is not None and _same(y * x[place], x * y[place])


def _are_transposed(x: Any, y: Any) -> bool:
    return x.ndim == 2 and _same(x.mT, y)


def _all_so(
    names: Iterable[str], made: Callable[[Any], Any], values: Values, _: np.random.Generator
) -> Iterator[Values]:
    yield values | {name: made(values[name]) for name in names}


def _hermitian(x: Any) -> Any:
    return (x + x.H) / 2


def _diagonal(x: Any) -> Any:
    return x * np.eye(len(x), dtype=int)


def _scalar(x: Any) -> Any:
    return x[0, 0] * identity(len(x), len(x), x)


def _constant(x: Any) -> Any:
    return x[(0,) * x.ndim] + 0 * x


def _zero(x: Any) -> Any:
    return 0 * x


_OF_TWO: list[tuple[str, Callable[[Any, Any], bool], Made, tuple[str, ...]]] = [
    ("at which {0} and {1} commute", _commute, _polynomials, TRIVIAL),
    ("at which {0} and {1} are proportional", _are_proportional, _multiples, TRIVIAL),
    ("with {1} the transpose of {0}", _are_transposed, _transposes, TRIVIAL),
    ("with {0} = {1}", _same, partial(_reduced, lambda x: x), _SINGLE),
]
_OF_ONE: list[tuple[str, bool, Callable[[Any], Any]]] = [
    ("at which {0} is a multiple of the identity", True, _scalar),
    ("at which the entries of {0} are equal", False, _constant),
    ("with {0} = 0", False, _zero),
]
"""What two arguments may have in common, or one may be: in words, and how to make it so; some of square matrices."""
