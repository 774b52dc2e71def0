"""Numbers that were found at several shapes, as one formula of n, d, k; and the formulas that a user declares."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import combinations, product
from numbers import Integral, Real

import numpy as np

from verify.errors import UsageError
from verify.gate.numbers import Number, number, of_single
from verify.gate.shapes import Shape

Exponents = tuple[float, float, float]
"""Of n, d and k."""

_LETTERS = "ndk"
_HIGHEST = 4
"""Power of a size."""

_ROUNDING = 2.0**-44
"""How near, relatively, the values of a formula that is right come to those that were found in double precision."""


@dataclass(frozen=True)
class Formula:
    """A sum of products of powers of n, d and k, or one over such a sum."""

    terms: tuple[tuple[Number, Exponents], ...]
    inverse: bool = False

    def __call__(self, shape: Shape) -> float:
        """Return the value at a shape."""
        total = sum((factor.value * _power(shape, exponents) for factor, exponents in self.terms), 0.0)
        return 1 / total if self.inverse else total

    @property
    def exponents(self) -> Exponents | None:
        """Those of a single product; None for a sum."""
        if len(self.terms) != 1 or self.inverse:
            return (0, 0, 0) if not self.terms else None
        return self.terms[0][1]

    @property
    def constant(self) -> Number | None:
        """The value, if it is the same at every shape."""
        if not self.terms:
            return number(0, 0)
        return self.terms[0][0] if self.exponents == (0, 0, 0) else None

    @cached_property
    def text(self) -> str:
        """As it is written in Python."""
        written = [_product(factor, exponents) for factor, exponents in self.terms]
        total = " + ".join(sorted(written, key=lambda each: each.startswith("-"))).replace("+ -", "- ") or "0"
        return f"1/({total})" if self.inverse else total

    def __str__(self) -> str:
        return self.text


def _power(shape: Shape, exponents: Exponents) -> float:
    return math.prod((float(size) ** exponent for size, exponent in zip(shape, exponents, strict=True)), start=1.0)


def _product(factor: Number, exponents: Exponents) -> str:
    letters = list(zip(_LETTERS, exponents, strict=True))
    sign, over, under = factor.parts
    over += [_letter(letter, e) for letter, e in letters if e > 0]
    under += [_letter(letter, -e) for letter, e in letters if e < 0]
    top = sign + ("*".join(over) or "1")
    if not under:
        return top
    return f"{top}/{under[0]}" if len(under) == 1 else f"{top}/({'*'.join(under)})"


def _letter(letter: str, exponent: float) -> str:
    if exponent == 1:
        return letter
    if exponent == 0.5:
        return f"sqrt({letter})"
    return f"{letter}**{exponent:g}"


# --- finding --------------------------------------------------------------------------------------------------------

_POWERS: list[Exponents] = sorted(
    [
        *((i, j, l) for i, j, l in product((-1, 0, 1), repeat=3)),
        (2, 0, 0),
        (0, 2, 0),
        (0, 0, 2),
        (1, 2, 0),
        (0, -2, 0),
        (0, 0, -2),
        (-2, 0, 0),
    ],
    key=lambda powers: (sum(map(abs, powers)), sum(power < 0 for power in powers)),
)
"""What a sum is made of, the simplest first."""


def formula(shapes: Sequence[Shape], values: Sequence[float], errors: Sequence[float]) -> Formula | None:
    """Return the simplest formula that has these values within these errors, None if none is found."""
    sizes, found, near = np.array(shapes, float), np.array(values), np.array(errors)
    if not np.isfinite(found).all():
        return None
    if (abs(found) <= near).all():
        return Formula(())
    near = np.maximum(near, abs(found).max() * _ROUNDING)
    rounding = [of_single(*each) for each in zip(values, errors, strict=True)]
    rounded = np.maximum(near, rounding) if all(rounding) else near  # one of them alone is what it is by chance
    single = [each for errors in (near, rounded) if (each := _single(sizes, found, errors)) is not None]
    if single:
        return next((each for each in single if each.terms[0][0].simple), single[0])
    for terms in (2, 3):
        if len(shapes) < terms + 3:
            return None
        for inverse in (False, True) if found.all() else (False,):
            target = 1 / found if inverse else found
            if (several := _sum(sizes, target, near / found**2 if inverse else near, terms)) is not None:
                return Formula(several, inverse)
    return None


def _single(sizes: np.ndarray, values: np.ndarray, errors: np.ndarray) -> Formula | None:
    """Return the product of powers that has these values: its exponents are linear in logarithms.

    Of the products that agree at a few shapes, where these do not tell one, it is the simplest.
    """
    if (values == 0).any() or len(set(np.sign(values))) > 1:
        return None
    moving = [column for column in range(3) if len(set(sizes[:, column])) > 1]
    basis = np.column_stack([np.ones(len(sizes)), *(np.log(sizes[:, column]) for column in moving)])
    if np.linalg.matrix_rank(basis) < len(basis.T):
        candidates = _POWERS
    else:
        solution = np.linalg.lstsq(basis, np.log(abs(values)), rcond=None)[0][1:]
        powers = dict(zip(moving, (round(2 * float(exponent)) / 2 for exponent in solution), strict=True))
        candidates = [(powers.get(0, 0.0), powers.get(1, 0.0), powers.get(2, 0.0))]
    for exponents in candidates:
        if max(map(abs, exponents)) <= _HIGHEST:
            power = np.prod(sizes ** np.array(exponents), axis=1)
            if (constant := _common(values / power, errors / power)) is not None:
                return Formula(((constant, exponents),))
    return None


def _common(values: np.ndarray, errors: np.ndarray) -> Number | None:
    """Return the number that all values are within their errors, None if there is none."""
    low, high = (values - errors).max(), (values + errors).min()
    if low > high:
        return None
    middle = (low + high) / 2
    return number(middle, (high - low) / 2)


def _sum(
    sizes: np.ndarray, values: np.ndarray, errors: np.ndarray, count: int
) -> tuple[tuple[Number, Exponents], ...] | None:
    """Return ``count`` products whose sum has these values, the simplest first."""
    chosen, bases, left, independent = _bases(tuple(map(tuple, sizes.tolist())), count)
    rest = values - (left @ (left.transpose(0, 2, 1) @ values)[..., None])[..., 0]
    near = (abs(rest).max(1) <= 1e-6 * abs(values).max()) & independent
    for index in np.flatnonzero(near):
        if (factors := _factors(bases[index], values, errors)) is not None:
            return tuple((factor, _POWERS[at]) for factor, at in zip(factors, chosen[index], strict=True))
    return None


@lru_cache(4)  # of two sizes of sums, at the shapes of an examination
def _bases(sizes: tuple[Exponents, ...], count: int) -> tuple[np.ndarray, ...]:
    """Return all choices of so many powers, their values, an orthonormal basis of these, and whether they are one."""
    powers = np.array([np.prod(np.array(sizes) ** exponents, axis=1) for exponents in _POWERS])
    chosen = np.array([*combinations(range(len(_POWERS)), count)])
    bases = powers[chosen].transpose(0, 2, 1)
    left, lengths, _ = np.linalg.svd(bases, full_matrices=False)
    return chosen, bases, left, lengths[:, -1] > 1e-10 * lengths[:, 0]


def _factors(basis: np.ndarray, values: np.ndarray, errors: np.ndarray) -> list[Number] | None:
    weighted, target = basis / errors[:, None], values / errors
    inverse = np.linalg.pinv(weighted)
    solution, spread = inverse @ target, abs(inverse).sum(1)
    if (abs(solution) <= 8 * spread).any() or (abs(basis @ solution - values) > 64 * errors).any():
        return None  # a term that is not there, or one too few
    factors = [number(float(each), 4 * float(near)) for each, near in zip(solution, spread, strict=True)]
    written = basis @ [factor.value for factor in factors]
    return factors if (abs(written - values) <= 8 * errors).all() else None


# --- declared -------------------------------------------------------------------------------------------------------

_LONGEST = 200
"""Characters of a formula: a longer one may be nested more deeply than Python reads."""

_NAMES = {"pi": math.pi, "e": math.e}
_FUNCTIONS: dict[str, Callable[..., float]] = {
    "log": math.log,
    "sqrt": math.sqrt,
    "exp": math.exp,
    "min": min,
    "max": max,
}


def parse(text: str | Real | float, name: str, data_set: int | None = None) -> Declared:
    """Return what a number, or a formula in n, d, k and N, is at each shape; raises UsageError if it is none."""
    mend = f"{name}={text!r}: write a number, or a formula in n, d, k such as 'k/d'"
    if isinstance(text, bool) or not isinstance(text, str | Real):
        raise UsageError(mend)
    if isinstance(text, Real):  # NumPy's too, and fractions
        text = str(text) if isinstance(text, Fraction) else int(text) if isinstance(text, Integral) else float(text)
    if isinstance(text, str) and len(text) > _LONGEST:
        raise UsageError(f"{name}: a formula of {len(text)} characters: write at most {_LONGEST}")
    try:
        written = " ".join(text.split()) if isinstance(text, str) else f"{text:.12g}"
        tree = ast.parse((written if isinstance(text, str) else str(text)).replace("^", "**"), mode="eval").body
        declared = Declared(written, tree, data_set)
        declared.at(Shape(4, 6, 3))
    except (SyntaxError, ValueError, TypeError, KeyError, ArithmeticError, RecursionError, MemoryError) as error:
        if isinstance(error, KeyError) and error.args == ("N",):
            raise UsageError(f"{name}={text!r}: declare N, the size of the data set, too") from None
        raise UsageError(mend) from None
    return declared


@dataclass(frozen=True)
class Declared:
    """A formula that a user declares."""

    text: str
    tree: ast.expr
    data_set: int | None = None

    def __call__(self, shape: Shape) -> float:
        """Return the value at a shape; raises UsageError if it has none there."""
        try:
            return self.at(shape)
        except (ValueError, ArithmeticError):
            raise UsageError(f"{self.text} has no value at {shape}: declare shapes at which it has one") from None

    def at(self, shape: Shape) -> float:
        """Return the value at a shape; raises what Python raises if it has none there, or none that is finite."""
        names = {**_NAMES, **dict(zip(_LETTERS, map(float, shape), strict=True))}
        if self.data_set is not None:
            names["N"] = float(self.data_set)
        value = float(_evaluate(self.tree, names))
        if not math.isfinite(value):
            raise ValueError
        return value

    def __str__(self) -> str:
        return self.text


def _evaluate(tree: ast.expr, names: dict[str, float]) -> float:
    match tree:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return float(value)
        case ast.Name(id=name):
            return names[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_evaluate(operand, names)
        case ast.BinOp(left=left, op=operation, right=right):
            return _operate(operation, _evaluate(left, names), _evaluate(right, names))
        case ast.Call(func=ast.Name(id=function), args=arguments, keywords=[]) if function in _FUNCTIONS:
            return float(_FUNCTIONS[function](*(_evaluate(each, names) for each in arguments)))
    raise ValueError


def _operate(operation: ast.operator, left: float, right: float) -> float:
    match operation:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
        case ast.Div():
            return left / right
        case ast.Pow():
            value = left**right
            if isinstance(value, complex):
                raise ValueError
            return float(value)
    raise ValueError
