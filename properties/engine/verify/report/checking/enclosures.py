"""Intervals of the page and of the second checker hold the value, at any precision, and are narrow."""

import random
from fractions import Fraction

import pytest
from flint import arb, ctx, fmpq

from properties.engine.helpers.javascript import evaluated, needed
from properties.engine.helpers.slow import thinned
from verify.certificates.independent.intervals import Interval, NoValue, pi, smallest_eigenvalue

FUNCTIONS = {
    "sqrt": lambda x: x.sqrt(), "exp": lambda x: x.exp(), "log": lambda x: x.log(), "erfc": lambda x: x.erfc(),
    "pi": lambda x: arb.pi(),
}  # fmt: skip
BITS = (64, 300)
IN_PAGE = """(cases) => cases.map(([name, low, high, bits]) => {
  const found = new Intervals(bits)[name]({ low: numberOf(low), high: numberOf(high) });
  return found && [found.low.n, found.low.d, found.high.n, found.high.d].map((n) => n.toString(16));
})"""


def arguments(rng):
    """Numbers of every size and kind, and intervals of them."""
    simple = [Fraction(p, q) for p in (0, 1, 2, 3, 4, 9, 100, 255, 1 << 20) for q in (1, 2, 3, 9, 1 << 20)]
    near = [1 + Fraction(1, 10**k) for k in (3, 20, 50)] + [1 - Fraction(1, 3 * 10**k) for k in (3, 20, 50)]
    drawn = [Fraction(rng.getrandbits(90), rng.getrandbits(rng.choice([60, 90, 120])) + 1) for _ in range(20)]
    exact = [x for y in simple + near + drawn for x in (y, -y)]
    return [(x, x) for x in exact] + [(x, x + Fraction(1, 10**k)) for x in exact[::3] for k in (5, 25)]


def here(name, low, high, bits):
    """What the second checker makes of a function."""
    try:
        found = pi(bits) if name == "pi" else getattr(Interval(low, high, bits), name)()
    except NoValue:
        return None
    return found.low, found.high


def value(function, x):
    with ctx.workprec(4000):
        return function(arb(fmpq(x.numerator, x.denominator)))


def larger(p, q):
    """Whether p > q, of fractions and balls."""
    with ctx.workprec(6000):
        p, q = (arb(fmpq(x.numerator, x.denominator)) if isinstance(x, Fraction) else x for x in (p, q))
        return bool(p > q)


@needed
@pytest.mark.parametrize("step", [5, pytest.param(1, marks=pytest.mark.long)])
@pytest.mark.parametrize("name", thinned(FUNCTIONS, 2, mark="long"))
def test_an_enclosure_holds_the_values_and_is_narrow(name, step, tmp_path):
    most = {"erfc": 6, "exp": 300}.get(name, 1 << 30)
    drawn = [pair for pair in arguments(random.Random(0)) if abs(pair[0]) < most][::step]
    cases = [(low, high, bits) for low, high in drawn for bits in BITS]
    page = evaluated(IN_PAGE, [(name, str(low), str(high), bits) for low, high, bits in cases], tmp_path)
    known = 0
    for (low, high, bits), there in zip(cases, page, strict=True):
        ends = [value(FUNCTIONS[name], x) for x in ((high, low) if name == "erfc" else (low, high))]
        if name == "sqrt" and low < 0 <= high:
            ends[0] = arb(0)
        numbers = None if there is None else [int(x, 16) for x in there]
        both = [here(name, low, high, bits), numbers and (Fraction(*numbers[:2]), Fraction(*numbers[2:]))]
        finite = all(end.is_finite() for end in ends)
        for found in both:
            if found is None:
                assert not finite, (name, low, high)
                continue
            assert finite, (name, low, high, found)
            known += 1
            assert not larger(found[0], ends[0]), (name, low, high, bits)
            assert not larger(ends[1], found[1]), (name, low, high, bits)
            if low == high or name == "pi":
                size = min(map(abs, found))
                assert found[1] - found[0] <= size / 2 ** (bits - 5), (name, low, bits)
            if found[0] == found[1]:
                with ctx.workprec(4000):
                    assert ends[0].contains(fmpq(found[0].numerator, found[0].denominator))
    assert known > len(cases) / 2


def test_operations_on_intervals_hold_what_they_do_to_numbers():
    rng = random.Random(1)
    for _ in range(300):
        ends = [sorted(Fraction(rng.randrange(-50, 50), rng.randrange(1, 9)) for _ in range(2)) for _ in range(2)]
        a, b = (Interval(*pair, 12) for pair in ends)
        x, y = (rng.choice([pair[0], pair[1], sum(pair) / 2]) for pair in ends)
        for found, number in (
            (a + b, x + y),
            (a - b, x - y),
            (a * b, x * y),
            (-a, -x),
            (abs(a), abs(x)),
            (a * a, x * x),
        ):
            assert found.low <= number <= found.high
        try:
            assert (a / b).low <= x / y <= (a / b).high
        except NoValue:
            assert b.low <= 0 <= b.high
        assert a.less(b) in (None, x < y)


def test_what_ties_is_decided_and_a_square_is_not_negative():
    one, two, about = (Interval(Fraction(p), Fraction(q), 64) for p, q in ((1, 1), (1, 2), (-1, 1)))
    assert [one.less(one), two.less(one), one.less(two), about.less(one)] == [False, False, None, None]
    assert (about * about).low == 0
    assert about.sqrt().low == 0
    for wrong in (one / one.of(2) - one.of(Fraction(1, 2)), about):
        with pytest.raises(NoValue):
            one / wrong
        with pytest.raises(NoValue):
            wrong.log()
    with pytest.raises(NoValue):
        (-two).sqrt()
    assert one.of(0).sqrt().exact


HUGE = Fraction(10) ** 300


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
@pytest.mark.parametrize("x", [
    HUGE, 1 / HUGE, -1 / HUGE, 1 - Fraction(1, 1 << 200), 1 + Fraction(1, 1 << 200), Fraction(-100_000),
    Fraction(200_000), Fraction(39), Fraction(-39), Fraction(2), Fraction(3, 2), Fraction(4, 3),
])  # fmt: skip
def test_corners_are_enclosed_narrowly_or_not_at_all(name, x):
    """That there is no value is said of what has none, and of an exponential or an erfc that is too large or small."""
    found = here(name, x, x, 200)
    end = value(FUNCTIONS[name], x)
    if found is None:
        assert not end.is_finite() or (name == "exp" and abs(x) > 200_000) or (name == "erfc" and abs(x) > 40)
        return
    assert not larger(found[0], end)
    assert not larger(end, found[1])
    assert found[1] - found[0] <= min(map(abs, found)) / 2**195


@pytest.mark.long
@pytest.mark.parametrize(("rows", "answer"), thinned([
    ([[Fraction(1, 10**398)]], (1, 1)), ([[-Fraction(1, 10**398)]], (-1, -1)), ([[0, 0], [0, 0]], (0, 0)),
    ([[1, 1], [1, 1]], (0, 0)), ([[0, 1], [1, 0]], (-1, -1)), ([[2, 1], [1, 2]], (1, 1)),
    ([[1, 2, 0], [2, 4, 0], [0, 0, 3]], (0, 0)), ([[0, 0], [0, -3]], (-1, -1)),
], 2, mark="long"))  # fmt: skip
def test_the_smallest_eigenvalue_has_its_sign_and_is_narrow(rows, answer):
    entries = [Interval(Fraction(x), Fraction(x), 128) for row in rows for x in row]
    found = smallest_eigenvalue(entries, len(rows))
    assert tuple((x > 0) - (x < 0) for x in (found.low, found.high)) == answer
    assert found.high - found.low <= min(abs(found.low), abs(found.high)) / 2**70
    fuzzy = [x + Interval(Fraction(-1, 10**30), Fraction(1, 10**30), 128) for x in entries]
    around = smallest_eigenvalue(fuzzy, len(rows))
    assert around.low <= found.high
    assert found.low <= around.high
    assert around.high - around.low < Fraction(1, 10**14)


def test_a_matrix_that_is_not_symmetric_has_none():
    with pytest.raises(ValueError, match="not symmetric"):
        smallest_eigenvalue([Interval(Fraction(x), Fraction(x), 128) for x in (1, 2, 3, 1)], 2)
