"""Every operator, and NumPy's function of the same name, at every kind of operand and in either order."""

import operator
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, fmpq

from properties.engine.helpers.pairs import (
    COMPLEX,
    KINDS,
    PLAIN,
    Pair,
    X,
    Y,
    Z,
    agree,
    exact,
    floats,
    has_complex,
    judge,
    judge_lanes,
    oracle,
    pair,
)
from reference import arithmetic as a
from reference.arithmetic.exact import Balls
from reference.arithmetic.gaussian_rational import GaussianRational
from reference.arithmetic.lanes import ComplexLanes, Lanes, stack

OPERATORS = {operator.add: np.add, operator.sub: np.subtract, operator.mul: np.multiply, operator.truediv: np.divide}


def operands(kind):
    """Return pairs of an array of the arithmetic and another operand, with what they are, and whether it is complex."""
    _, over, lift = KINDS[kind]
    for first in (X, Z) if over else (X,):
        plain, of_complex = oracle(first), first is Z
        array = lift(exact(plain, of_complex))
        views = [(array, plain), (array[0], plain[0]), (array[1, 2], plain[1, 2])]
        views += [(array.mT.mT[:, ::-1], plain[:, ::-1]), (array[None, :, :1], plain[None, :, :1])]
        for other in PLAIN + (COMPLEX if over else []):
            for x, p in views[: 1 if np.ndim(np.array(other, dtype=object)) or kind == "lanes" else 3 : 2]:
                yield x, np.asarray(p, dtype=object), other, oracle(other), of_complex or has_complex(other)
        for second in (Y, Z) if over else (Y,):
            twin, q = lift(exact(oracle(second), second is Z)), oracle(second)
            for x, p in views if kind != "lanes" else views[:3]:
                yield x, np.asarray(p, dtype=object), twin, q, of_complex or second is Z
            yield array, plain, twin[1], q[1], of_complex or second is Z
            yield array, plain, twin[0, 2], np.asarray(q[0, 2]), of_complex or second is Z


def texts(*arrays):
    return [str(getattr(x, "array", x)) for x in arrays]


def swapped_too(operate):
    return operate, lambda x, y: operate(y, x)


@pytest.mark.parametrize("kind", KINDS)
def test_an_operator_takes_every_operand_in_either_order(kind):
    """And so does NumPy's function of the same name; neither of the operands is changed."""
    for x, p, y, q, of_complex in operands(kind):
        before = texts(x, y)
        for operate, ufunc in OPERATORS.items():
            foreign = isinstance(y, (fmpq, GaussianRational))  # these know nothing of arrays
            for order, ours, numpys in zip((1, -1), swapped_too(operate), swapped_too(ufunc), strict=True):
                what = (kind, operate.__name__, order, p, y)
                values = np.asarray(ours(p, q), dtype=object)
                for found in [numpys(x, y)] + [ours(x, y)] * (order == 1 or not foreign):
                    if kind == "lanes":
                        judge_lanes(found, values, of_complex, what, sizes(operate, order, y, p, q))
                    else:
                        beside = [*p.flat, *q.flat] if operate in (operator.add, operator.sub) else ()
                        judge(found, kind, values, of_complex, what, beside)
        assert texts(x, y) == before


def sizes(operate, order, y, p, q):
    """Return the magnitudes: of sums the sum, of a quotient what an error of either becomes."""
    a, b = 2 * abs(floats(p, True)), (2 if isinstance(y, (Lanes, ComplexLanes)) else 1) * abs(floats(q, True))
    if operate in (operator.add, operator.sub):
        return a + b
    if operate is operator.mul:
        return a * b
    return a * b / abs(floats(q if order == 1 else p, True)) ** 2


FACTORS = [
    [2, -1, 3], [[1], [Fraction(1, 2)], [-2]], np.array([[1, 0], [2, -1], [0, 5]]), ((1, 2j), (0, -1), (3, 1j)),
    np.array([1j, 0, 2]), np.zeros((3, 0), dtype=int), [[[1, 2], [3, 4], [5, 6]], [[1, 0], [0, 1], [1, 1]]],
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_product_takes_every_operand_in_either_order(kind):
    _, over, lift = KINDS[kind]
    for first in (X, Z) if over else (X,):
        plain = oracle(first)
        for other in FACTORS:
            q = oracle(other)
            if has_complex(other) and not over:
                continue
            of_complex = first is Z or has_complex(other)
            for x, p in ((lift(exact(plain, first is Z)), plain), (lift(exact(plain[0], first is Z)), plain[0])):
                twin = lift(exact(q, has_complex(other)))
                turned = q.swapaxes(-1, -2) if q.ndim > 1 else q
                pairs_of = [(x @ other, p @ q), (np.matmul(x, other), p @ q), (x @ twin, p @ q)]
                back = turned.shape[-1], p.T.shape[0]
                assert back[0] == back[1]
                before = np.array(other, dtype=object).swapaxes(-1, -2) if q.ndim > 1 else other
                if isinstance(other, (list, tuple)) and q.ndim > 1:
                    before = before.tolist()
                pairs_of += [
                    (before @ x.mT if x.ndim > 1 else before @ x, turned @ p.T),
                    (np.matmul(before, x.mT if x.ndim > 1 else x), turned @ p.T),
                ]
                for found, products in pairs_of:
                    values = np.asarray(np.frompyfunc(pair, 1, 1)(products), dtype=object)  # a sum of nothing is 0
                    what = kind, p.shape, other
                    if kind == "lanes":
                        judge_lanes(found, values, of_complex, what)
                    else:
                        judge(found, kind, values, of_complex, what, [pair(10**34)])


@pytest.mark.parametrize("kind", KINDS)
def test_parts_signs_powers_and_sums_are_those_of_each_entry(kind):
    _, over, lift = KINDS[kind]
    for plain in (X, [[3 + 4j, -4j, -5 + 0j], [0j, -0.75 + 1j, 8 - 6j]]) if over else (X,):
        of_complex, p = plain is not X, oracle(plain)
        x = lift(exact(p, of_complex))
        zero, conjugates = p - p, np.frompyfunc(Pair.conjugate, 1, 1)(p)
        parts = np.frompyfunc(lambda v: Pair(v.a), 1, 1)(p), np.frompyfunc(lambda v: Pair(v.b), 1, 1)(p)
        moduli = np.frompyfunc(
            lambda v: Pair(abs(v.a) if not v.b else Fraction(np.hypot(float(v.a), float(v.b)))), 1, 1
        )(p)
        results = [
            (-x, -p, of_complex), (np.negative(x), -p, of_complex), (np.positive(x), p, of_complex),
            (abs(x), moduli, False), (np.absolute(x), moduli, False), (np.square(x), p * p, of_complex),
            (x.real, parts[0], False), (x.imag, parts[1], False), (np.real(x), parts[0], False),
            (np.imag(x), parts[1], False), (x.conj(), conjugates, of_complex), (x.conjugate(), conjugates, of_complex),
            (np.conjugate(x), conjugates, of_complex), (x.H, conjugates.T, of_complex), (x.mT, p.T, of_complex),
            (x.T, p.T, of_complex), (x**1, p, of_complex), (x**2, p * p, of_complex), (x**3, p * p * p, of_complex),
            (x**5, p * p * p * p * p, of_complex), (x.reshape(3, 2), p.reshape(3, 2), of_complex),
            (x.reshape((6,)), p.reshape(6), of_complex), (x[:, :0].sum(1), zero[:, 0], of_complex),
            (x[1, 2], p[1, 2], of_complex), (x[:, None, ::2], p[:, None, ::2], of_complex),
            *((x.sum(k), p.sum(k), of_complex) for k in (None, 0, 1, -1, -2)),
        ]  # fmt: skip
        for k, (found, values, result_is_complex) in enumerate(results):
            if kind == "lanes":
                judge_lanes(found, values, result_is_complex, (kind, k))
            else:
                judge(found, kind, values, result_is_complex, (kind, k), [pair(10**30)] if k > 24 else np.ravel(values))


def test_the_imaginary_part_of_what_is_real_is_0_whatever_its_radius():
    wide = Balls.of(np.array([arb(1, 2), arb(0, "1e-9")], dtype=object))
    for none in (wide.imag, np.imag(wide), (wide + 0j).imag, (wide * 1j).real):
        assert [v == 0 for v in none.array] == [True, True]


@pytest.mark.parametrize("kind", KINDS)
@np.errstate(all="ignore")
def test_nothing_is_divided_by_0(kind):
    _, over, lift = KINDS[kind]
    for zero in (0, False, Fraction(0), *([0j] if over else []), lift(exact(oracle([0, 0]), False))):
        x = lift(exact(oracle([1, -2]), False))
        if kind in ("exact",):
            with pytest.raises(ZeroDivisionError):
                x / zero
        else:
            quotient = x / zero
            entries = stack(quotient)[0][0] if kind == "lanes" else [getattr(v, "value", v) for v in quotient.array]
            assert not any(np.isfinite(v) if kind == "lanes" else v.is_finite() for v in entries), (kind, zero)


@pytest.mark.parametrize("kind", KINDS)
def test_a_constant_is_the_number_and_the_array_that_it_says(kind):
    _, over, lift = KINDS[kind]
    likes = [lift(exact(oracle(values), values is Z)) for values in ((X, Z) if over else (X,))]
    for like in [*likes, *(x[0, 0] for x in likes)]:
        for value in [*PLAIN, *(COMPLEX if over else []), Fraction(10**40 + 1, 3**50), -(10**30), 0, 2**53 + 1]:
            if not isinstance(value, (np.ndarray, list, tuple)):
                agree(a.number(value, like), kind, oracle(value), has_complex(value), (kind, "number", value))
        for found, values in (
            (a.zeros((2, 0, 3), like), np.zeros((2, 0, 3))), (a.zeros((), like), np.zeros(())),
            (a.zeros([2, 3], like), np.zeros((2, 3))), (a.identity(3, 2, like), np.eye(3, 2)),
            (a.identity(0, 2, like), np.eye(0, 2)), *((a.leading_identity(3, 2, k, like),
             np.diag([1, 1, 1])[:, :2] * (np.arange(3) < k)[:, None]) for k in range(3)),
        ):  # fmt: skip
            agree(found, kind, oracle(values), False, (kind, values))
        for size in (-1, 3):
            with pytest.raises(
                a.OutsideDomain, match=rf"^leading_identity: a block of {size} rows is not part of 3 × 2$"
            ):
                a.leading_identity(3, 2, size, like)
    x = likes[-1]
    p, of_complex = oracle(Z if over else X), bool(over)
    for found, values in (
        (a.stack([x[0], 2, x[1]]), np.stack([p[0], np.full(3, pair(2)), p[1]], -1)),
        (a.stack([[1, x[0, 0]], [x[1, 1], Fraction(1, 3)]]),
         np.array([[pair(1), p[0, 0]], [p[1, 1], pair(Fraction(1, 3))]])),
        (a.concatenate([x, 2 * x]), np.concatenate([p, p + p], -1)), (a.as_vector(x), p[..., None]),
        (a.concatenate([x[:1], x], axis=0), np.concatenate([p[:1], p], 0)), (a.as_matrix(x[0]), p[0][:, None, None]),
    ):  # fmt: skip
        agree(found, kind, values, of_complex, (kind, values))
    for rows, columns in ((2, 4), (4, 2), (2, 2), (0, 3), (3, 3)):
        values = np.full((2, rows, columns), pair(0))
        for k in range(min(rows, columns)):
            values[:, k, k] = p[:, k]
        agree(a.rectangular_diagonal(x, rows, columns), kind, values, of_complex, (kind, rows, columns))
