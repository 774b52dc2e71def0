"""What is one step away from an instance: fewer dimensions, or simpler entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import permutations
from math import gcd, lcm
from typing import Any

import numpy as np
from flint import fmpq

from reference.arithmetic.complexes import ComplexRationals
from reference.arithmetic.exact import Rationals, Rigorous
from verify.claims.signatures import Instance
from verify.domains import Discrete, Domain
from verify.domains.base import arrays_of, mapped
from verify.simplify.approximations import approximations

Step = tuple[Mapping[str, int], Mapping[str, Any]]
"""The sizes and the values of what is one step away."""

_SIMPLE = [fmpq(p, q) for p, q in ((0, 1), (1, 1), (-1, 1), (2, 1), (1, 2), (-2, 1), (-1, 2), (3, 1), (4, 1))]

_FACTORS = [fmpq(p, q) for p, q in ((1, 2), (2, 1), (1, 3), (3, 1), (1, 4), (4, 1), (1, 5), (1, 10), (10, 1), (1, 100))]


def steps(instance: Instance) -> Iterator[Step]:
    """Yield what is one step away, simpler or not, in the claim's domains or not."""
    yield from fewer_dimensions(instance)
    sizes, values, domains = instance.sizes, instance.values, instance.signature.domains
    for key, value in values.items():
        domain = domains[key]
        if isinstance(domain, Discrete):
            choices = list(domain.choices(domain.shape(sizes)))
            yield from ((sizes, {**values, key: choice}) for choice in choices[: choices.index(value)])
        else:
            yield from ((sizes, {**values, key: simpler}) for simpler in _simpler_values(domain, value))
            raw = domain.raw(value)
            for simpler in _one_changed(raw.array) if raw is not None and not _is_flat(raw, value) else ():
                yield sizes, {**values, key: domain.rebuild(_wrap(simpler), domain.shape(sizes))}
    yield from ((sizes, _mended(instance, replaced)) for replaced in _replaced_numbers(values))
    yield from ((sizes, scaled) for scaled in _scaled(values))
    yield from ((sizes, copied) for copied in _copied(values))


def _scaled(values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the values with one of them multiplied by a number, or all: to integers without common factor, or less."""
    held = [key for key, value in values.items() if arrays_of(value)]
    for keys in [[key] for key in held] + [held] * (len(held) > 1):
        numbers = [x for key in keys for array in arrays_of(values[key]) for part in _parts(array) for x in part.flat]
        for factor in {_to_integers(numbers), *_FACTORS}:
            multiply = partial(_times, factor)
            yield {**values, **{key: mapped(multiply, values[key]) for key in keys}}


def _times(factor: fmpq, array: Rigorous) -> Any:
    return array * factor


def _to_integers(numbers: list[fmpq]) -> fmpq:
    """Return the factor that makes of numbers integers without common factor."""
    numerator, denominator = 0, 1
    for x in numbers:
        numerator, denominator = gcd(numerator, int(x.p)), lcm(denominator, int(x.q))
    return fmpq(denominator, numerator or 1)


def _copied(values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the values with one argument in place of another, or its transpose."""
    held = {key: value for key, value in values.items() if isinstance(value, Rigorous) and value.ndim}
    for source, target in permutations(held, 2):
        kind = type(held[target])
        for copy in (held[source], held[source].mT) if held[source].ndim == 2 else (held[source],):
            if isinstance(copy, kind) and copy.shape == held[target].shape:
                yield {**values, target: copy}


def _simpler_values(domain: Domain, value: Any) -> Iterator[Any]:
    """Yield values with one of their arrays simpler."""
    if not isinstance(value, tuple):
        yield from map(domain.mended, _simpler(value))
        return
    for k, array in enumerate(value):
        yield from (domain.mended((*value[:k], simpler, *value[k + 1 :])) for simpler in _simpler(array))


def _mended(instance: Instance, values: Mapping[str, Any]) -> dict[str, Any]:
    domains = instance.signature.domains
    return {key: domains[key].mended(value) if arrays_of(value) else value for key, value in values.items()}


def _simpler(value: Rigorous) -> Iterator[Rigorous]:
    """Yield simpler arrays: of complex numbers those that are real in more places, or of which one part is simpler."""
    if not isinstance(value, ComplexRationals):
        yield from map(_wrap, _simpler_arrays(np.asarray(value.array, dtype=object)))
        return
    a, b = _parts(value)
    yield from (ComplexRationals.joined(real, 0 * b) for real in (a + b, a - b))
    yield ComplexRationals.joined(b, -a)
    for place in map(tuple, np.argwhere(b != 0)):
        yield from (_real_at(a, b, place, value) for value in (a[place], b[place], -b[place], a[place] + b[place]))
    for simpler in _simpler_arrays(b, skew=_is_mirrored(b, -b)):
        yield ComplexRationals.joined(a, simpler)
    for simpler in _simpler_arrays(a):
        yield ComplexRationals.joined(simpler, b)


def _real_at(a: Any, b: Any, place: tuple[int, ...], value: Any) -> ComplexRationals:
    """Return a + bi with a real number at one place, and at its mirror image if the array is Hermitian."""
    real, imag = np.array(a), np.array(b)
    hermitian = _is_mirrored(a, a) and _is_mirrored(b, -b)
    for where in {place, place[::-1]} if hermitian else {place}:
        real[where], imag[where] = value, fmpq(0)
    return ComplexRationals.joined(real, imag)


def _simpler_arrays(entries: Any, skew: bool = False) -> Iterator[Any]:
    """Yield arrays with one entry changed, or all; negatives, diagonals and permutations."""
    yield entries * fmpq(0)
    yield -entries
    if entries.ndim == 2:
        unit: Any = np.frompyfunc(lambda x: fmpq(int(x)), 1, 1)(np.eye(*entries.shape))
        yield unit
        yield unit * entries
        yield from (np.roll(unit, 1, axis) for axis in (0, 1))
    for bits in (1, 2, 3, 5, 8, 12):
        yield np.frompyfunc(_rounded, 2, 1)(entries, bits)
    yield from _one_changed(entries, skew)


def _one_changed(entries: Any, skew: bool = False) -> Iterator[Any]:
    """Yield arrays with one entry changed, or, of a symmetric or skew matrix, two."""
    symmetric = not skew and _is_mirrored(entries, entries)
    for place in np.ndindex(entries.shape):
        for simple in [*_SIMPLE, *_near(entries[place])]:
            changed = entries.copy()
            changed[place] = simple
            if symmetric:
                changed[place[::-1]] = simple
            if skew:
                changed[place[::-1]] = -simple
            yield changed


def _is_mirrored(entries: Any, image: Any) -> bool:
    """Say whether an array is a square matrix that is the transpose of another."""
    return entries.ndim == 2 and entries.shape[0] == entries.shape[1] and bool(np.all(entries == image.T))


def _is_flat(raw: Rationals, value: Any) -> bool:
    if isinstance(value, tuple):
        return False
    return raw.shape == value.reshape(-1).shape and bool(np.all(raw == value.reshape(-1)))


def fewer_dimensions(instance: Instance) -> Iterator[Step]:
    """Yield what has one dimension less by one, without an index of it, of axes that it is a part of, or of both."""
    for name, size in instance.sizes.items():
        if size > instance.signature.bounds[name][0]:
            smaller = {**instance.sizes, name: size - 1}
            others = range(_longest_other(instance, name))
            cuts = [(k, -1) for k in range(size)] + [(-1, k) for k in others] + [(k, k) for k in others[:size]]
            for cut in cuts:
                yield smaller, {key: _without(instance, key, name, cut, smaller) for key in instance.values}


def _longest_other(instance: Instance, name: str) -> int:
    """Return the size of the longest axis that shrinks with a dimension and is not named by it alone."""
    axes = {axis for domain in instance.signature.domains.values() for axes in domain.array_axes for axis in axes}
    return max((axis.value(instance.sizes) for axis in axes if name in axis.names and axis.text != name), default=0)


def _wrap(entries: Any) -> Rationals:
    return Rationals.of(np.asarray(entries, dtype=object)[()])


def _replaced_numbers(values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the values with a number replaced by a simpler one wherever it, or its negative, occurs."""
    held = {key: value for key, value in values.items() if arrays_of(value)}
    parts = [part for value in held.values() for array in arrays_of(value) for part in _parts(array)]
    for number in {abs(x) for part in parts for x in np.ravel(part)}:
        for simple in [*_SIMPLE, *_near(number)]:
            exchange = partial(_exchanged, {number: simple, -number: -simple})
            yield {**values, **{key: mapped(exchange, value) for key, value in held.items()}}


def _exchanged(swap: Mapping[fmpq, fmpq], array: Rigorous) -> Rigorous:
    parts = [np.frompyfunc(lambda x: swap.get(x, x), 1, 1)(part) for part in _parts(array)]
    return ComplexRationals.joined(*parts) if isinstance(array, ComplexRationals) else Rationals.of(*parts)


def _parts(array: Rigorous) -> list[Any]:
    """Return the entries of an exact array, of complex numbers the real and the imaginary parts."""
    parts = [array.real, array.imag] if isinstance(array, ComplexRationals) else [array]
    return [np.asarray(part.array, dtype=object) for part in parts]


def _near(x: fmpq) -> Iterator[fmpq]:
    """Yield simpler numbers close to x, and some half as large."""
    yield from approximations(x)
    yield fmpq(x.floor())
    yield fmpq(x.ceil())
    if abs(x) > 1:
        step = 1 if x > 0 else -1
        yield from (x - step, x - 2 * step, fmpq((x / 2).floor()), fmpq((x / 2).ceil()), fmpq((x * 3 / 4).floor()))
    for bits in (1, 2, 3, 4, 6, 9, 13):
        yield _rounded(x, bits)
    for denominator in (2, 3, 5, 10, 100):
        yield fmpq((x * denominator + fmpq(1, 2)).floor(), denominator)


def _rounded(x: fmpq, bits: int) -> fmpq:
    """Round to so many significant bits."""
    shift = fmpq(2) ** (int(x.q).bit_length() - int(x.p).bit_length() + bits)
    return fmpq((x * shift + fmpq(1, 2)).floor()) / shift


def _without(instance: Instance, key: str, name: str, cut: tuple[int, int], sizes: Mapping[str, int]) -> Any:
    """Return an argument without one index of a named dimension, and another one of axes that shrink with it."""
    domain, value = instance.signature.domains[key], instance.values[key]
    shape = domain.shape(sizes)
    if isinstance(domain, Discrete):
        choices = list(domain.choices(shape))
        return value if value in choices else choices[-1]
    smaller = [
        _cut(array, shape, [cut[0] if axis.text == name else cut[1] for axis in axes])
        for array, shape, axes in zip(arrays_of(value), domain.array_shapes(sizes), domain.array_axes, strict=True)
    ]
    return domain.mended(tuple(smaller) if isinstance(value, tuple) else smaller[0])


def _cut(array: Rigorous, shape: tuple[int, ...], indices: list[int]) -> Rigorous:
    """Return an array of this shape, without an index of each axis that is too long: of n + n one of each block."""
    entries = np.asarray(array.array, dtype=object)
    for axis, (size, index) in enumerate(zip(shape, indices, strict=True)):
        length = entries.shape[axis]
        if size < length:
            block = length // (length - size)
            first = min(index, length - 1)
            entries = np.delete(entries, [(first + k * block) % length for k in range(length - size)], axis)
    return array.of(entries[()])
