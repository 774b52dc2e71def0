"""Exact numbers that know nothing of the arithmetics, operands of every kind, and when a result is what they say."""

from fractions import Fraction

import numpy as np
from flint import acb, arb, ctx, fmpq

from reference.arithmetic.complexes import Complex, ComplexBalls, ComplexRationals, complex_balls
from reference.arithmetic.exact import Balls, Rationals, balls
from reference.arithmetic.gaussian_rational import GaussianRational
from reference.arithmetic.lanes import ComplexLanes, Lanes, stack, unstack
from reference.arithmetic.terms.array import Terms, inputs


class Pair:
    """a + bi of fractions: what all results are compared with, and nothing of the code is in it."""

    def __init__(self, a, b=0):
        self.a, self.b = Fraction(a), Fraction(b)

    def __add__(self, y):
        return Pair(self.a + y.a, self.b + y.b)

    def __sub__(self, y):
        return Pair(self.a - y.a, self.b - y.b)

    def __mul__(self, y):
        return Pair(self.a * y.a - self.b * y.b, self.a * y.b + self.b * y.a)

    def __truediv__(self, y):
        size = y.a**2 + y.b**2
        return self * Pair(y.a / size, -y.b / size)

    def __neg__(self):
        return Pair(-self.a, -self.b)

    def __pos__(self):
        return self

    def conjugate(self):
        return Pair(self.a, -self.b)

    def __repr__(self):
        return f"{self.a} + {self.b}i"


def pair(x):
    """Return a plain number as such a pair."""
    if isinstance(x, GaussianRational):
        return Pair(Fraction(x.a, x.d), Fraction(x.b, x.d))
    if isinstance(x, fmpq):
        return Pair(Fraction(int(x.p), int(x.q)))
    if isinstance(x, (complex, np.complexfloating)):
        return Pair(float(x.real), float(x.imag))
    return x if isinstance(x, Pair) else Pair(x if isinstance(x, (int, Fraction)) else float(x))


pairs = np.frompyfunc(pair, 1, 1)
real_parts, imaginary_parts = (np.frompyfunc(lambda v, k=k: getattr(v, k), 1, 1) for k in "ab")
fraction = np.frompyfunc(lambda v: fmpq(v.numerator, v.denominator), 1, 1)


def oracle(x):
    """Return an operand as an object array of pairs."""
    x = np.array(x, dtype=object) if isinstance(x, (list, tuple)) else np.asarray(x, dtype=object)
    return np.asarray(pairs(x), dtype=object)


def exact(x, complex_too):
    """Return pairs in the exact arithmetic of real, or of complex, numbers."""
    a, b = fraction(real_parts(x)), fraction(imaginary_parts(x))
    return ComplexRationals.joined(a, b) if complex_too else Rationals.of(np.asarray(a, dtype=object))


def lanes(x):
    """Return instances that are once, twice and minus what exact numbers are, of twice their sizes."""
    plain = floats(oracle_of(x), isinstance(x, Complex))
    values = np.stack([plain, 2 * plain, -plain])
    return unstack(values, 2 * abs(values))


def oracle_of(x):
    return oracle(np.asarray(x.array, dtype=object))


def floats(values, of_complex):
    real = np.asarray(np.frompyfunc(float, 1, 1)(real_parts(values)), dtype=float)
    return (
        real + 1j * np.asarray(np.frompyfunc(float, 1, 1)(imaginary_parts(values)), dtype=float) if of_complex else real
    )


KINDS = {
    "exact": (Rationals, ComplexRationals, lambda x: x),
    "balls": (Balls, ComplexBalls, lambda x: complex_balls(x) if isinstance(x, ComplexRationals) else balls(x)),
    "lanes": (Lanes, ComplexLanes, lanes),
    "terms": (Terms, None, lambda x: inputs(x, 0)),
}  # fmt: skip
"""The arithmetics of real and of complex numbers, and how exact ones become theirs."""


def holds(ball, value):
    with ctx.workprec(2000):  # in which nothing is rounded here
        return (ball * value.denominator - value.numerator).contains(0)


def judge(found, kind, values, of_complex, what, beside=()):
    """Assert that a result is of its arithmetic, has its shape, and is right: exact, or in balls that are tight.

    Those of what may have cancelled are so ``beside`` its operands.
    """
    values = np.asarray(values, dtype=object)
    assert type(found) is KINDS[kind][of_complex], (what, type(found))
    assert found.shape == values.shape, (what, found.shape)
    entries = np.ravel(np.asarray(found.array, dtype=object))
    largest = max((float(abs(v.a) + abs(v.b)) for v in beside), default=0)
    for entry, value in zip(entries, np.ravel(oracle(values)), strict=True):
        x = getattr(entry, "value", entry)
        if isinstance(x, (arb, acb)):
            x = acb(x)
            assert holds(x.real, value.a), (what, x, value)
            assert holds(x.imag, value.b), (what, x, value)
            assert float(max(x.real.rad(), x.imag.rad(), key=float)) <= 2.0 ** (6 - ctx.prec) * max(
                largest, abs(complex(value.a, value.b))
            ), (what, x, value)
        else:
            assert isinstance(x, (int, fmpq, GaussianRational)), (what, type(x))
            assert (pair(x).a, pair(x).b) == (value.a, value.b), (what, x, value)


def judge_lanes(found, values, of_complex, what, sizes=None):
    """The same of instances, whose first is the numbers themselves; and the magnitudes, where they are told."""
    assert type(found) is (ComplexLanes if of_complex else Lanes), (what, type(found))
    plain = floats(np.asarray(values, dtype=object), True)
    assert found.shape == plain.shape, what
    data = stack(found)
    assert (abs(data[0][0] - plain) <= 2.0**-50 * abs(data[1][0])).all(), (what, data[0][0], plain)
    assert (abs(data[1].imag) == 0).all(), what
    if sizes is not None:
        np.testing.assert_allclose(data[1][0].real, sizes, rtol=1e-12, err_msg=str(what))


def agree(found, kind, values, of_complex, what):
    """Judge a result in any of the arithmetics."""
    values = np.asarray(values, dtype=object)
    if kind == "lanes":
        judge_lanes(found, values, of_complex, what)
    else:
        judge(found, kind, values, of_complex, what)


X = [[1, 3, -1], [Fraction(-7, 3), Fraction(10**30 + 1, 7), Fraction(3, 10**30)]]
Y = [[2, Fraction(-1, 3), 1], [Fraction(5, 7), -1, 3]]
Z = [[1 + 0.5j, -2j, 3 + 0j], [-1 - 1j, 0.25 + 4j, 2 - 3j]]
PLAIN = [
    2, -1, 1, Fraction(-2, 3), 0.5, -0.25, True, np.int64(3), np.float64(-1.5), np.array(4), np.array([2, -3, 1]),
    np.array([[0.5], [-2.0]]), np.array([Fraction(1, 3), 2, -5], dtype=object), [1, 2, Fraction(1, 2)],
    [[1, 2, -3], [4, 5, 6]], ((1, 2, 4), (3, -1, Fraction(1, 9))), fmpq(3, 7), fmpq(-1),
    np.ones((2, 1, 3), dtype=int)[:, :, ::-1], np.arange(1, 7).reshape(3, 2).T,
]  # fmt: skip
COMPLEX = [2 - 1j, 1 + 0j, -0.5j, np.complex128(1 + 2j), np.array([1j, 2, 1 - 1j]), [1, 2j, Fraction(1, 2)],
           (1j, 2j, -1j), GaussianRational(1, -2, 3)]  # fmt: skip


def has_complex(x):
    """Say whether an operand is complex, whatever its imaginary part."""
    kinds = complex, np.complexfloating, GaussianRational
    return any(isinstance(v, kinds) for v in np.ravel(np.array(x, dtype=object)))
