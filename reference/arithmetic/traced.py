"""Arrays that remember of what they were made, so that :mod:`reference.arithmetic.derivatives` can go back.

A :class:`Traced` array wraps one of any arithmetic, itself a traced one perhaps: a second derivative is traced twice,
at two *levels*. Its operators, and the functions that are ``traceable``, compute with what is wrapped, and note for
each argument how a cotangent of the result becomes one of the argument. What moves entries only, such as an index,
a transpose or a join, does so to the numbers of their places too, and its cotangents go back from there.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from functools import wraps
from itertools import count
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from reference.arithmetic.admitted import PARTS, SHAPES, UNARY
from reference.arithmetic.beyond import is_beyond
from reference.arithmetic.complexes import Complex
from reference.arithmetic.constants import concatenate, zeros
from reference.arithmetic.deferred import sympy
from reference.arithmetic.domain import shape_of
from reference.arithmetic.exact import Irrational
from reference.arithmetic.kinds import Unsupported, innermost
from reference.arithmetic.lanes.lane import DERIVATIVES
from reference.arithmetic.literals import is_complex_array
from reference.arithmetic.refusals import undifferentiated
from reference.arithmetic.rigorous import Overriding

Rule = Callable[..., Any]
"""The cotangent of one argument, of that of the value, the value and all arguments."""

RULES: dict[str, tuple[Rule, ...]] = {}
"""By the name of a traceable function, a rule for each of its arguments."""

VALUES: dict[str, Callable[..., Any]] = {}
"""By their names, functions in place of some whose values fractions do not have, but have the derivatives of."""

MOVING = SHAPES.keys() - {
    np.sum, np.prod, np.trace, np.dot, np.inner, np.outer, np.einsum, np.tensordot, np.kron, np.cumsum,
}  # fmt: skip
"""The functions of NumPy that move, repeat and leave out entries, and do nothing else to them."""

_numbers = count()


def _operator(function: Callable[[Any, Any], Any], *rules: Rule) -> tuple[Any, Any]:
    def forward(self: Any, other: Any) -> Any:
        return recorded(function, rules, self, other)

    def reflected(self: Any, other: Any) -> Any:
        return recorded(function, rules, other, self)

    return forward, reflected


class Traced(Overriding):
    """An array, the level at which it is traced, and how cotangents go on to those that it was made of."""

    __slots__ = ("level", "number", "parents", "value")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, value: Any, level: int, parents: Any = ()) -> None:
        if isinstance(value, Complex) or is_complex_array(value):
            raise Unsupported("gradient: complex numbers have none here: let real and imaginary parts be the arguments")
        self.value = value if hasattr(value, "reshape") else np.array(value, dtype=object)
        self.level, self.parents, self.number = level, parents, next(_numbers)

    __add__, __radd__ = _operator(operator.add, lambda g, *_: g, lambda g, *_: g)
    __sub__, __rsub__ = _operator(operator.sub, lambda g, *_: g, lambda g, *_: -g)
    __mul__, __rmul__ = _operator(operator.mul, lambda g, _, a, b: g * b, lambda g, _, a, b: g * a)
    __truediv__, __rtruediv__ = _operator(operator.truediv, lambda g, _, a, b: g / b, lambda g, y, a, b: -(g * y) / b)

    def __matmul__(self, other: Any) -> Any:
        return _matrix_product(self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return _matrix_product(other, self)

    def __neg__(self) -> Any:
        return recorded(operator.neg, (lambda g, *_: -g,), self)

    def __pow__(self, exponent: Any) -> Any:
        if not isinstance(exponent, int) or exponent < 1:
            raise TypeError("powers that are differentiated are integers from 1 on: divide, or use sqrt, for others")
        return self if exponent == 1 else self * self ** (exponent - 1)

    def __getitem__(self, key: Any) -> Any:
        return moved(lambda x: x[key], self)

    def __len__(self) -> int:
        return len(self.value)

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the axes."""
        return shape_of(self.value)

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def mT(self) -> Any:
        """The transpose of the last two axes."""
        return moved(lambda x: x.mT, self)

    T = H = mT

    @property
    def real(self) -> Any:
        """The array itself."""
        return self

    @property
    def imag(self) -> Any:
        """Zeros."""
        return zeros(self.shape, self.value)

    def conj(self) -> Any:
        """Return the array itself."""
        return self

    conjugate = conj

    def reshape(self, *shape: Any) -> Any:
        """Return the same entries with other axes."""
        return moved(lambda x: x.reshape(*shape), self)

    def sum(self, axis: int | None = None) -> Any:
        """Add up along one axis, or over all."""
        places = np.zeros(self.shape, dtype=int)
        if axis is not None:
            rest = np.delete(self.shape, axis)
            places += np.expand_dims(np.arange(prod(rest)).reshape(rest), axis)
        total = self.value.sum() if axis is None else self.value.sum(axis)
        return Traced(total, self.level, [(self, lambda g: flat(g)[places])])

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method == "__call__" and not kwargs:
            if ufunc in _UFUNCS:
                return _UFUNCS[ufunc](*inputs)
            if ufunc in UNARY:
                return getattr(self, UNARY[ufunc])()
            if ufunc in DERIVATIVES:
                return recorded(ufunc, (lambda g, y, x: g * DERIVATIVES[ufunc](x, y),), *inputs)
        raise undifferentiated(ufunc.__name__)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if function in MOVING:
            return moved(lambda x: function(x, *args[1:], **kwargs), args[0])
        if function is np.sum and len(args) <= SHAPES[np.sum] and kwargs.keys() <= {"axis"}:
            return args[0].sum(*args[1:], **kwargs)
        if function in PARTS:
            return getattr(args[0], function.__name__)
        raise undifferentiated(function.__name__)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name.startswith("__") or name in ("dtype", "device"):  # what others ask for
                raise AttributeError(name)
            raise AttributeError(str(undifferentiated(name)))

    def _refuse(self, *_: Any, **__: Any) -> Any:
        raise undifferentiated("a comparison, a branch or a conversion")

    def _sympy_(self) -> Any:  # so that a single expression leaves an operator to this one
        raise sympy.SympifyError(self)

    def __abs__(self) -> Any:
        raise undifferentiated("absolute")

    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = __bool__ = _refuse
    __array__ = __float__ = __int__ = __complex__ = __index__ = __round__ = _refuse


def recorded(function: Callable[..., Any], rules: tuple[Rule, ...], *arguments: Any) -> Traced:
    """Compute with what the arguments wrap, and note how cotangents go on to those of the highest level."""
    level = max(x.level for x in arguments if isinstance(x, Traced))
    inner = [_at(level, x) for x in arguments]
    value = function(*inner)
    parents = [
        (x, lambda g, rule=rule, shape=x.shape: _fitted(rule(g, value, *inner), shape))
        for x, rule in zip(arguments, rules, strict=True)
        if isinstance(x, Traced) and x.level == level
    ]
    return Traced(value, level, parents)


def _at(level: int, x: Any) -> Any:
    return x.value if isinstance(x, Traced) and x.level == level else x


def _fitted(x: Any, shape: tuple[int, ...]) -> Any:
    """Add up over the axes along which an array of this shape was broadcast."""
    while len(shape_of(x)) > len(shape):
        x = x.sum(0)
    for axis, length in enumerate(shape):
        if x.shape[axis] != length:
            x = x.sum(axis)[(slice(None),) * axis + (None,)]
    return x


def _matrix_product(a: Any, b: Any) -> Any:
    if len(shape_of(a)) == 1:
        return _matrix_product(a[None, :], b)[..., 0, :] if len(shape_of(b)) > 1 else (a * b).sum()
    if len(shape_of(b)) == 1:
        return _matrix_product(a, b[:, None])[..., 0]
    return recorded(operator.matmul, (lambda g, _, a, b: g @ b.mT, lambda g, _, a, b: a.mT @ g), a, b)


def moved(function: Callable[[Any], Any], nested: Any) -> Any:
    """Apply a function that only moves, repeats or leaves out entries of an array, or of several in nested lists.

    It is told the numbers of their places, from 1 on; where it puts 0 there is a zero.
    """
    arrays: list[Any] = []
    starts = [1]

    def numbered(x: Any) -> Any:
        if isinstance(x, (list, tuple)):
            return [numbered(item) for item in x]
        shape = shape_of(x)
        arrays.append(x)
        starts.append(starts[-1] + prod(shape))
        return np.arange(starts[-2], starts[-1]).reshape(shape)

    places = np.asarray(function(numbered(nested)))
    level = max(x.level for x in arrays if isinstance(x, Traced))
    entries = [flat(_at(level, x)) for x in arrays]
    value = _joined(entries, (places == 0).any(), entries[0])[places - (not (places == 0).any())]
    parents = [
        (x, lambda g, first=first, shape=x.shape: _returned(g, places - first, shape))
        for x, first in zip(arrays, starts, strict=False)
        if isinstance(x, Traced) and x.level == level
    ]
    return Traced(value, level, parents)


def _returned(g: Any, places: np.ndarray, shape: tuple[int, ...]) -> Any:
    """Add up the entries of g at the places from which they were taken; at others there is 0."""
    size, places = prod(shape), places.ravel()
    taken = np.flatnonzero((places >= 0) & (places < size))
    taken = taken[np.argsort(places[taken], kind="stable")]
    counts = np.bincount(places[taken], minlength=size)
    table = np.zeros((size, counts.max(initial=1)), dtype=int)
    column = np.arange(len(taken)) - np.repeat(np.cumsum(counts) - counts, counts)
    table[places[taken], column] = taken + 1
    picked = _joined([flat(g)], True, g)[table]
    return (picked.sum(-1) if table.shape[1] > 1 else picked[:, 0]).reshape(shape)


def _joined(entries: list[Any], zero: Any, like: Any) -> Any:
    parts = [zeros((1,), like), *entries] if zero else entries
    return parts[0] if len(parts) == 1 else concatenate(parts)


def flat(x: Any) -> Any:
    """Return the entries of an array, or a single expression, along one axis."""
    return x.reshape(-1) if hasattr(x, "reshape") else np.array([x], dtype=object)


_UFUNCS: dict[Any, Callable[..., Any]] = {
    np.add: Traced.__add__,
    np.subtract: Traced.__sub__,
    np.multiply: Traced.__mul__,
    np.divide: Traced.__truediv__,
    np.matmul: _matrix_product,
    np.negative: lambda x: -x,
    np.positive: lambda x: x,
    np.square: lambda x: x * x,
}
"""The operators, either of whose arguments may be the traced one."""


def traceable(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function take traced arrays, by its rule in :data:`RULES`; where it has none it refuses them."""

    @wraps(function)
    def either(*arguments: Any, **options: Any) -> Any:
        if not any(isinstance(x, Overriding) for x in arguments):
            return function(*arguments, **options)
        if function.__name__ not in RULES:
            raise undifferentiated(function.__name__)
        if any(is_beyond(innermost(x)) for x in arguments):
            raise Irrational(function.__name__)
        return recorded(VALUES.get(function.__name__, either), RULES[function.__name__], *arguments)

    return either
