"""Instances of a claim: exact values for all of its arguments, drawn from one block of bytes or built from data.

One block per example is what makes drawing fast, and it shrinks well: a zero byte is the simplest choice everywhere.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from hypothesis import strategies
from hypothesis.errors import HypothesisException

from reference.arithmetic.exact import Rigorous
from reference.dimensions import DimensionError, Expression
from verify.domains import Dimension, Domain
from verify.domains.base import mapped
from verify.judging.statements import ClaimError
from verify.notation import raised_text

_LARGEST = 64


@dataclass(frozen=True)
class Instance:
    """Exact values of a claim's arguments, and the sizes of its named dimensions."""

    sizes: Mapping[str, int]
    values: Mapping[str, Any]
    signature: Signature

    def realise(self, arithmetic: type) -> dict[str, Any]:
        """Return the arguments that the body sees, in exact fractions or balls, and cannot write to."""
        domains = self.signature.domains
        return {
            name: mapped(_read_only, domains[name].realise(value, arithmetic)) for name, value in self.values.items()
        }

    def encode(self) -> dict[str, Any]:
        """Return the values as JSON data."""
        return {name: self.signature.domains[name].encode(value) for name, value in self.values.items()}

    def show(self) -> str:
        """Return the instance in mathematical notation, a line for each argument."""
        return "\n".join(f"{name} = {self.signature.domains[name].show(v)}" for name, v in self.values.items())

    def __repr__(self) -> str:
        sizes = [f"{name} = {size}" for name, size in self.sizes.items()]
        return f"({', '.join([*sizes, *self.show().splitlines()])})"


def _read_only(argument: Any) -> Any:
    """Return an argument whose array no body changes: in exact fractions it is the instance itself."""
    if isinstance(argument, Rigorous) and isinstance(argument.array, np.ndarray):
        argument.array.flags.writeable = False
    return argument


@dataclass(frozen=True)
class _Layout:
    """Where in a block the bytes of each argument are, for given sizes."""

    sizes: Mapping[str, int]
    arguments: list[tuple[str, Domain, tuple[int, ...], int, int]]


class Signature:
    """The domains of a claim's arguments and the bounds of their shared dimensions."""

    def __init__(self, body: Callable[..., Any]) -> None:
        domains: dict[str, Domain] = {}
        for name, annotation in inspect.get_annotations(body, eval_str=True).items():
            if name == "return":
                continue
            domain = annotation
            if isinstance(annotation, type) and issubclass(annotation, Domain):
                domain = annotation()
            if not isinstance(domain, Domain):
                raise ClaimError(f"the argument {name!r} is annotated {annotation!r}, not with a domain such as Scalar")
            domains[name] = domain
        parameters = inspect.signature(body).parameters
        if starred := [name for name, p in parameters.items() if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]:
            raise ClaimError(f"the argument {starred[0]!r} is starred: a claim names each of its arguments")
        arguments = list(parameters)
        if missing := [name for name in arguments if name not in domains]:
            raise ClaimError(f'the argument {missing[0]!r} has no domain: annotate it, as in A: Matrix["d r"]')
        if not arguments:
            raise ClaimError("a claim has at least one argument, annotated with a domain")
        self._set(domains, {})

    def _set(self, domains: dict[str, Domain], ceilings: Mapping[str, int]) -> None:
        self.domains, self.ceilings = domains, ceilings
        self.bounds = _shared_bounds(self.domains)
        bounded = {name for domain in self.domains.values() for name in domain.bounds}
        for name in self.bounds.keys() & ceilings.keys():
            low, high = self.bounds[name]
            self.bounds[name] = low, min(high, ceilings[name]) if name in bounded else ceilings[name]
        self.unbounded = self.bounds.keys() - bounded - ceilings.keys()
        """The dimensions that nothing bounds: they are drawn up to a size, and the claim is of all."""
        self._largest = {
            name: max(domain.bytes_needed(shape) for shape in _shapes(domain, self.bounds))
            for name, domain in self.domains.items()
        }
        self._layouts: dict[tuple[int, ...], _Layout] = {}
        self.block_size = len(self.bounds) + sum(self._largest.values())

    def on(self, domains: Mapping[str, Domain]) -> Signature:
        """Return the signature with other domains of some arguments."""
        return self._with({**self.domains, **domains}, self.ceilings)

    def up_to(self, dimension: str, size: int) -> Signature:
        """Return the signature of those instances in which a dimension is at most so large."""
        return self._with(self.domains, {**self.ceilings, dimension: size})

    @classmethod
    def _with(cls, domains: dict[str, Domain], ceilings: Mapping[str, int]) -> Signature:
        signature = cls.__new__(cls)
        signature._set(domains, ceilings)
        return signature

    def draw(self, block: bytes) -> Instance:
        """Make an instance of ``block_size`` bytes."""
        limits = self.bounds.values()
        sizes = tuple(low + byte % (high - low + 1) for (low, high), byte in zip(limits, block, strict=False))
        layout = self._layouts.get(sizes) or self._layouts.setdefault(sizes, self._layout(sizes))
        values = {
            name: _drawn(name, domain, block[start:end], shape, layout.sizes)
            for name, domain, shape, start, end in layout.arguments
        }
        return Instance(layout.sizes, values, self)

    def _layout(self, sizes: tuple[int, ...]) -> _Layout:
        named = dict(zip(self.bounds, sizes, strict=True))
        arguments, start = [], len(sizes)
        for name, domain in self.domains.items():
            shape = domain.shape(named)
            arguments.append((name, domain, shape, start, start + domain.bytes_needed(shape)))
            start += self._largest[name]
        return _Layout(named, arguments)

    def strategy(self) -> strategies.SearchStrategy[Instance]:
        """Return the Hypothesis strategy that draws instances."""
        return strategies.binary(min_size=self.block_size, max_size=self.block_size).map(self.draw)

    def decode(self, data: Mapping[str, Any], sizes: Mapping[str, int]) -> Instance:
        """Build an instance exactly from data and check it; raises ValueError if it is outside its domains."""
        if data.keys() != self.domains.keys():
            names = ", ".join(sorted(data.keys() ^ self.domains.keys()))
            raise ValueError(f"the arguments are {', '.join(self.domains)}: too many or too few are {names}")
        if sizes.keys() != self.bounds.keys():
            raise ValueError(f"the dimensions are {', '.join(self.bounds)}, not {', '.join(sizes)}")
        for name, size in sizes.items():
            if size < self.bounds[name][0]:
                raise DimensionError(f"the dimension {name} is at least {self.bounds[name][0]}, not {size}")
            if name not in self.unbounded and size > self.bounds[name][1]:
                raise DimensionError(f"the dimension {name} is at most {self.bounds[name][1]}, not {size}")
        values = {}
        for name, domain in self.domains.items():
            try:
                values[name] = domain.decode(data[name], sizes)
            except (ValueError, TypeError, ArithmeticError) as error:
                raise ValueError(f"{name}: {error}") from error
        return Instance(dict(sizes), values, self)

    def infer(self, data: Mapping[str, Any]) -> Instance:
        """Build an instance from data alone, as in ``@example(A=[[1, 0]])``: shapes and dimensions give the sizes."""
        equations: list[tuple[Expression, int]] = []
        told: set[str] = set()
        for name, domain in self.domains.items():
            arrays = data.get(name) if len(domain.array_axes) > 1 else [data.get(name)]
            for axes, array in zip(
                domain.array_axes, arrays if isinstance(arrays, (list, tuple)) else (), strict=False
            ):
                told.update(*(axis.names for axis in axes))
                shape = [array] if isinstance(domain, Dimension) and type(array) is int else _shape(array)
                equations += zip(axes, shape, strict=False)
        sizes = _solved(equations)
        sizes |= {name: high for name, (_, high) in self.bounds.items() if name not in told}  # at most, as of a rank
        if data.keys() == self.domains.keys() and (unseen := self.bounds.keys() - sizes.keys()):
            name = next(name for name, domain in self.domains.items() if min(unseen) in domain.dimensions)
            reason = f"{data[name]!r} does not say what {min(unseen)} is: give {self.domains[name]!r} as nested lists"
            raise DimensionError(f"{name}: {reason}")
        return self.decode(data, sizes)


def _solved(equations: Sequence[tuple[Expression, int]]) -> dict[str, int]:
    """Return the dimensions that equations between expressions and sizes determine, one after the other."""
    sizes: dict[str, int] = {}
    for axis, size in equations:
        if axis.is_name:
            sizes.setdefault(axis.text, size)
    for _ in equations:
        for axis, size in equations:
            unknown = [name for name in axis.names if name not in sizes]
            if len(unknown) == 1:
                possible = [k for k in range(_LARGEST) if axis.value({**sizes, unknown[0]: k}) == size]
                sizes |= dict(zip(unknown, possible, strict=True)) if len(possible) == 1 else {}
    return sizes


def _shape(data: Any) -> list[int]:
    """Return the shape of nested lists, from the first of each."""
    shape = []
    while isinstance(data, (list, tuple)) and data:
        shape.append(len(data))
        data = data[0]
    return shape


def _drawn(name: str, domain: Domain, data: bytes, shape: tuple[int, ...], sizes: Mapping[str, int]) -> Any:
    """Draw a value; raises ClaimError for what a domain of one's own raises, with the place, or makes wrongly."""
    try:
        value = domain.draw(data, shape)
        inside = type(domain).__module__.startswith("verify.") or domain.admits(value, sizes)
    except HypothesisException:  # it rejects the draw
        raise
    except Exception as error:
        file = type(domain).construct.__code__.co_filename
        raise ClaimError(f"the domain of {name}, {domain!r}, raises {raised_text(error, file)}") from error
    if not inside:
        raise ClaimError(f"the domain of {name}, {domain!r}, makes {domain.show(value)}, which is not in it")
    return value


def _shapes(domain: Domain, bounds: Mapping[str, tuple[int, int]]) -> Iterator[tuple[int, ...]]:
    """Yield every shape that the bounds allow; raises ClaimError for one that is empty or huge."""
    for sizes in product(*(range(bounds[name][0], bounds[name][1] + 1) for name in domain.dimensions)):
        named = dict(zip(domain.dimensions, sizes, strict=True))
        shape = domain.shape(named)
        if not all(1 <= size <= _LARGEST for size in shape):
            at = ", ".join(f"{name} = {size}" for name, size in named.items())
            kind = "empty" if min(shape) < 1 else "too large"
            raise ClaimError(f"{domain!r} is {kind}{f' at {at}' if at else ''}: bound its dimensions")
        yield shape


def _shared_bounds(domains: Mapping[str, Domain]) -> dict[str, tuple[int, int]]:
    bounds: dict[str, tuple[int, int]] = {}
    stated: dict[str, tuple[int, int]] = {}
    for domain in domains.values():
        for name, limits in domain.dimensions.items():
            bounds.setdefault(name, limits)
            if name in domain.bounds and stated.setdefault(name, limits) != limits:
                raise ClaimError(f"the dimension {name} is bounded twice: {stated[name]} and {limits}")
    bounds.update(stated)
    for name, (low, high) in bounds.items():
        if not 0 <= low <= high <= 16:
            raise ClaimError(f"the bounds {(low, high)} of the dimension {name} are not 0 ≤ low ≤ high ≤ 16")
    return bounds
