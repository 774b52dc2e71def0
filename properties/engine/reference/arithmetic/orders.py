"""What depends on an order, at every kind of operand and in either order: comparisons, branches, extremes, sorting."""

from itertools import permutations

import numpy as np
import pytest
import torch
from flint import arb

from properties.engine.helpers.pairs import KINDS, PLAIN, X, Y, Z, agree, exact, oracle, pair
from reference import arithmetic as a
from reference.arithmetic.conditions import Condition
from reference.arithmetic.exact import Balls

OTHERS = [x for x in PLAIN if not isinstance(x, (list, tuple))]
LARGER = np.frompyfunc(lambda p, q: p.a > q.a, 2, 1)
CHOSEN = np.frompyfunc(lambda c, p, q: p if c else q, 3, 1)


def sides(kind):
    """Return an array and another operand, and what they are."""
    lift, p = KINDS[kind][2], oracle(X)
    x = lift(exact(p, False))
    lifted = [(lift(exact(oracle(values), False)), oracle(values)) for values in (Y, Y[0])]
    for other, q in [*((other, oracle(other)) for other in OTHERS), *lifted, (x, p)]:
        if np.broadcast_shapes(p.shape, q.shape) in (p.shape, q.shape):
            yield x, other, p, q


@pytest.mark.parametrize("kind", KINDS)
def test_a_branch_and_an_extreme_take_every_operand_in_either_order(kind):
    for x, y, p, q in sides(kind):
        for a_, b_, r, s in ((x, y, p, q), (y, x, q, p)):
            what = kind, p, y, a_ is x
            above = LARGER(r, s)
            tie = kind == "balls" and any(u.a == v.a and u.a.denominator > 1 for u, v in np.broadcast(r, s))
            condition = a.greater(a_, b_)
            assert type(condition) is Condition, what
            if tie:
                continue  # two balls about one fraction are not told apart
            if kind != "lanes":
                assert condition.array.tolist() == np.asarray(above).tolist(), what
            for first, second, t, u in (
                (a_, b_, r, s),
                (b_, a_, s, r),
                (1, 0, pair(1), pair(0)),
                (a_, -2, r, pair(-2)),
            ):
                agree(a.where(condition, first, second), kind, CHOSEN(above, t, u), False, what)
            agree(a.maximum(a_, b_), kind, CHOSEN(above, r, s), False, what)
            agree(a.minimum(a_, b_), kind, CHOSEN(above, s, r), False, what)
            for mask in (np.asarray(above, dtype=bool), torch.tensor(np.asarray(above, dtype=bool)))[: 1 + (y is x)]:
                agree(a.where(mask, a_, b_), kind, CHOSEN(above, r, s), False, what)
            agree(a.where(~condition, a_, b_), kind, CHOSEN(above, s, r), False, what)


@pytest.mark.parametrize("kind", [kind for kind, (_, over, _) in KINDS.items() if over])
def test_the_values_of_a_branch_may_be_complex_one_or_both(kind):
    lift = KINDS[kind][2]
    p, z = oracle(Y), oracle(Z)
    x, complex_x = lift(exact(p, False)), lift(exact(z, True))
    above = LARGER(p, oracle(1))
    for first, second, t, u in (
        (complex_x, x, z, p), (x, complex_x, p, z), (complex_x, -complex_x, z, -z), (complex_x, 2, z, pair(2)),
        (2j, x, pair(2j), p), (x, -1j, p, pair(-1j)), (1j, 0, pair(1j), pair(0)), (0, 1 + 2j, pair(0), pair(1 + 2j)),
    ):  # fmt: skip
        for condition in (a.greater(x, 1), np.asarray(above, dtype=bool)):
            if isinstance(condition, np.ndarray) and not (hasattr(first, "array") or hasattr(second, "array")):
                continue
            agree(a.where(condition, first, second), kind, CHOSEN(above, t, u), True, (kind, t, u))


ENTRIES = np.array(
    [[[3, -1, 4, 1, -5], [9, 2, -6, 5, 3], [5, 8, 9, -7, 9]], [[0, 0, 0, 0, 0], [1, -1, 1, -1, 2], [2, 7, 1, 8, 2]]]
)
AXES = [0, 1, 2, -1, -2, -3, *permutations((0, 1, 2), 2), (0, 1, 2), (2, 0, 1), (-1, 0), [1, -1], (1,), ()]


@pytest.mark.parametrize("kind", [*KINDS, "numpy", "torch"])
def test_extremes_along_axes_and_sorted_vectors_are_numpys(kind):
    plain = {"numpy": lambda x: x + 0.0, "torch": lambda x: torch.tensor(x + 0.0)}
    for entries in (ENTRIES, ENTRIES[..., ::-1], ENTRIES[:, :, :1], ENTRIES[:1, :2, :2]):
        x = plain[kind](entries.copy()) if kind in plain else KINDS[kind][2](exact(oracle(entries), False))
        before = str(getattr(x, "array", x))
        results = [(a.sort_descending(x), -np.sort(-entries, axis=-1))]
        for axis in AXES:
            places = tuple(axis) if isinstance(axis, (tuple, list)) else axis
            results += [(a.maximum(x, axis=axis), entries.max(places)), (a.minimum(x, axis=axis), entries.min(places))]
        for found, values in results:
            if kind in plain:
                assert type(found) is type(x) or not np.ndim(values)
                np.testing.assert_array_equal(np.asarray(found), values)
            else:
                agree(found, kind, oracle(values), False, (kind, entries.shape))
        assert str(getattr(x, "array", x)) == before


def test_what_balls_do_not_decide_is_all_that_is_possible_and_no_more():
    x, y = (
        Balls.of(np.array([arb(m, r) for m, r in pairs], dtype=object))
        for pairs in (((0, 1), (5, 1), (0, 0), (2, 1)), ((0, 2), (5, 0), (0, 0), (4, 1)))
    )
    assert a.greater(x, y).array.tolist() == [None, None, False, None]
    assert a.greater(y, x - 10).array.tolist() == [True] * 4
    for found, ends in (
        (a.maximum(x, y), ((-1, 2), (5, 6), (0, 0), (3, 5))), (a.minimum(x, y), ((-2, 1), (4, 5), (0, 0), (1, 3))),
        (a.where(a.greater(x, y), x, 10 + y), ((-1, 12), (4, 15), (10, 10), (1, 15))),
    ):  # fmt: skip
        for ball, (low, high) in zip(found.array, ends, strict=True):
            assert abs(float(ball.lower()) - low) < 1e-6
            assert abs(float(ball.upper()) - high) < 1e-6


@pytest.mark.parametrize("kind", KINDS)
def test_conditions_are_combined_with_conditions_and_with_booleans(kind):
    lift = KINDS[kind][2]
    x = lift(exact(oracle([3, 1, 2, -1]), False))
    above, even = a.greater(x, 1), np.array([False, False, True, False])
    for condition, answers in (
        (above & True, [1, 0, 1, 0]), (above & False, [0] * 4), (above | True, [1] * 4), (above | False, [1, 0, 1, 0]),
        (above & even, [0, 0, 1, 0]), (above | ~even, [1, 1, 1, 1]), (~above & ~even, [0, 1, 0, 1]),
        (~~above, [1, 0, 1, 0]),
        (above & a.greater(3, x), [0, 0, 1, 0]), (~above | a.greater(x, 2), [1, 1, 0, 1]), (above[1:3][None], [[0, 1]]),
    ):  # fmt: skip
        assert (type(condition), condition.arithmetic, condition.shape) == (
            Condition,
            KINDS[kind][0],
            np.shape(answers),
        )
        like = x[1:3][None] if condition.ndim == 2 else x
        agree(a.where(condition, 1 + 0 * like, 0), kind, oracle(answers), False, (kind, answers))


def test_pi_is_that_of_each_arithmetic():
    for kind, (_, _, lift) in KINDS.items():
        x = lift(exact(oracle(X), False))
        if kind != "exact":
            found = a.pi(x)
            value = found.bare().values[0] if kind == "lanes" else getattr(found.bare(), "value", found.bare())
            assert found.shape == ()
            assert value == np.pi if kind == "lanes" else value.contains(arb.pi())
