"""Norms of matrices by their names."""

from fractions import Fraction
from functools import reduce
from math import inf
from typing import Any

from reference.arithmetic.constants import zeros
from reference.arithmetic.domain import OutsideDomain, require_matrix
from reference.arithmetic.elementary import absolute, sqrt
from reference.arithmetic.functions.powers import power
from reference.arithmetic.matrices import singular_values, squared_norm
from reference.arithmetic.order import maximum
from reference.shapes import Array

_NAMES = '1, 2, inf, "fro", "nuclear", "spectral", "schatten-p" or "ky-fan-k"'


def norm(x: Array, kind: Any = None) -> Array:
    """Return a norm of each matrix.

    | kind | |
    |---|---|
    | ``"fro"`` | Frobenius's, the root of Σ\\|x\\|² |
    | ``"spectral"``, 2 | the largest singular value |
    | ``"nuclear"`` | the sum of the singular values |
    | ``"schatten-3"``, ``"schatten-3/2"`` | that of the vector of singular values, with a rational p ≥ 1 |
    | ``"ky-fan-2"`` | the sum of the two largest singular values, of one if there is one |
    | 1, ``inf`` | induced, as for NumPy: the largest sum of moduli in a column, in a row |

    Raises OutsideDomain for any other kind; of a vector, which is a matrix of one row, write ``norm(v[None], "fro")``.
    """
    require_matrix("norm", x, 'of a vector write norm(v[None], "fro")')
    if kind in (1, inf, "inf"):
        sums = absolute(x).sum(-2 if kind == 1 else -1)
        none = zeros(sums.shape[:-1], sums)
        return reduce(maximum, [sums[..., i] for i in range(sums.shape[-1])] or [none])
    if kind == "fro":
        return sqrt(squared_norm(x))
    if kind in (2, "spectral"):
        return _ky_fan(x, Fraction(1))
    if kind == "nuclear":
        return singular_values(x).sum(-1)
    if isinstance(kind, str) and kind.startswith("schatten-"):
        return _schatten(x, _parameter(kind, "schatten-"))
    if isinstance(kind, str) and kind.startswith("ky-fan-"):
        return _ky_fan(x, _parameter(kind, "ky-fan-"))
    plain = isinstance(kind, (int, float, Fraction))
    mend = f'write "schatten-{kind}" for that of the singular values' if plain else f"there are {_NAMES}"
    what = "say which" if kind is None else f"{kind!r} is no kind of norm here"
    raise OutsideDomain(f"norm: {what}: {mend}")


def _parameter(kind: str, name: str) -> Fraction:
    try:
        return Fraction(kind.removeprefix(name))
    except (ValueError, ZeroDivisionError):
        raise OutsideDomain(f'norm: {kind!r} needs a number, as "{name}3"') from None


def _schatten(x: Array, p: Fraction) -> Array:
    if p < 1:
        raise OutsideDomain(f"norm: Schatten's is a norm for p ≥ 1, not {p}")
    return power(power(singular_values(x), p).sum(-1), 1 / p)


def _ky_fan(x: Array, k: Fraction) -> Array:
    if k.denominator != 1 or k < 1:
        raise OutsideDomain(f"norm: Ky Fan's is that of a number of singular values, not of {k}")
    return singular_values(x)[..., : k.numerator].sum(-1)
