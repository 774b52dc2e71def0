"""Expression trees: they are worth what fractions are, at other inputs too, unless a guard says otherwise."""

import operator
import re
from fractions import Fraction
from itertools import product
from math import isqrt

import numpy as np
import pytest
from flint import arb, ctx, fmpq

from properties.engine.helpers.arithmetics import ONE_ARGUMENT, POSITIVE, SQUARE, entries
from reference import arithmetic as a
from reference.arithmetic.exact import Rationals, balls, rationals
from reference.arithmetic.terms.array import Terms, inputs, values
from reference.arithmetic.terms.decisions import Undecided, decisions
from reference.arithmetic.terms.decisions import _known as known
from reference.arithmetic.terms.term import NoForm, Term, entered, term

RNG = np.random.default_rng(0)

WITHOUT = {
    "eigenvalues", "sqrtm", "powm", "powm, larger", "expm", "logm",
    "absm, wide", "absm, tall", "spectral", "projector", "geometric_mean", "general_eigenvalues", "spectral_radius",
    "condition_number", "norm, schatten", "norm, ky-fan",
}  # fmt: skip
"""What has no form in the four operations, roots, exponentials and logarithms."""

BRANCHING = {
    "relu", "maximum", "minimum", "maximum of a row", "minimum of a column", "maximum of a matrix", "where",
    "where, otherwise", "sort_descending", "solve", "inverse", "determinant", "log_determinant", "powm, inverse",
    "norm, one", "norm, inf",
}  # fmt: skip
"""What decides something by values."""


def traced(function, x):
    """The trees of what a function makes of exact inputs, and the guards."""
    with ctx.workprec(256), decisions() as guards:
        return function(inputs(x, 0)), guards


def worth(tree, given):
    """The value of a rational tree at other inputs, in fractions; ZeroDivisionError where it has none."""
    done = {}

    def value(node):
        if id(node) not in done:
            done[id(node)] = computed(node)
        return done[id(node)]

    def computed(node):
        match node.operation, node.operands:
            case "input", (place,):
                return given[place]
            case "constant", (number,):
                return Fraction(int(number.p), int(number.q))
            case operation, operands:
                x = [value(operand) for operand in operands]
                return {
                    "+": lambda: x[0] + x[1], "-": lambda: x[0] - x[1], "*": lambda: x[0] * x[1],
                    "/": lambda: x[0] / x[1], "neg": lambda: -x[0], "abs": lambda: abs(x[0]),
                    "sqrt": lambda: Fraction(isqrt(x[0].numerator), isqrt(x[0].denominator)),
                }[operation]()  # fmt: skip

    return value(tree)


def holds(guard, given):
    left, right = (worth(side, given) for side in guard[1:])
    return {"<": left < right, "≤": left <= right, "=": left == right, "≠": left != right}[guard.relation]


def fractions(x):
    return [Fraction(int(q.p), int(q.q)) for q in np.ravel(x.array)]


@pytest.mark.parametrize("name", ONE_ARGUMENT)
def test_trees_are_worth_what_fractions_or_balls_are(name):
    function, _, argument, rational = ONE_ARGUMENT[name]
    if name in WITHOUT:
        with pytest.raises(NoForm) as error:
            traced(function, argument)
        assert re.match(r"\w+", str(error.value))[0] in {*a.__all__, "singular"}
        return
    found, guards = traced(function, argument)
    assert isinstance(found, Terms)
    assert bool(guards) == (name in BRANCHING)
    if rational:
        assert isinstance(values(found), Rationals)
        assert (values(found) == function(argument)).all()
    else:
        with ctx.workprec(300):
            expected = function(balls(argument))
            assert all(arb(p).overlaps(q) and arb(p).rad() < 1e-60 for p, q in zip(
                entries(values(found)), entries(expected), strict=True))  # fmt: skip


@pytest.mark.parametrize("name", sorted(n for n, row in ONE_ARGUMENT.items() if row[3]))
def test_where_the_guards_hold_a_tree_is_the_formula_at_other_inputs_too(name):
    function, _, argument, _ = ONE_ARGUMENT[name]
    found, guards = traced(function, argument)
    applied = 0
    for scale in (1, 8, 64, 64, 64):
        other = argument + rationals(RNG.integers(-4, 5, argument.shape)) / scale
        if name == "sqrt":
            other = other * other
        given = fractions(other)
        try:
            if not all(holds(guard, given) for guard in guards):
                continue
        except ZeroDivisionError:
            continue
        applied += 1
        expected = np.ravel(function(other).array)
        assert [worth(term(tree), given) for tree in np.ravel(found.array)] == [
            Fraction(int(q.p), int(q.q)) for q in expected
        ]
    assert applied


@pytest.mark.parametrize("name", ["relu", "maximum of a row", "where", "sort_descending"])
def test_where_a_formula_branches_otherwise_a_guard_fires(name):
    function, _, argument, _ = ONE_ARGUMENT[name]
    _, guards = traced(function, argument)
    assert all(holds(guard, fractions(argument)) for guard in guards)
    assert not all(holds(guard, fractions(-argument)) for guard in guards)


def test_a_pivot_that_vanishes_and_a_column_without_one_are_guarded():
    (found, guards) = traced(a.determinant, rationals([[0, 2], [3, 5]]))
    assert values(found) == -6
    assert [guard.relation for guard in guards] == ["≠"]
    assert not all(holds(guard, [0, 2, 0, 5]) for guard in guards)
    singular = rationals([[1, 2, 0], [2, 4, 0], [0, 0, 0]])
    with decisions() as guards:
        assert a.rank(inputs(singular, 0)) == 1
    given = fractions(singular)
    assert all(holds(guard, given) for guard in guards)
    for place in range(9):  # a change of any entry but the first raises the rank, or leaves what is no pivot one
        changed = [*given[:place], given[place] + 1, *given[place + 1 :]]
        rank = a.rank(rationals(np.reshape(changed, (3, 3)).tolist()))
        assert all(holds(guard, changed) for guard in guards) == (rank == 1)


def test_a_singular_matrix_and_one_that_is_not_definite_have_no_trees():
    with pytest.raises(ZeroDivisionError):
        traced(a.inverse, rationals([[1, 2], [2, 4]]))
    for m in ([[0, 0], [0, 1]], [[1, 2], [2, 1]], [[-1, 0], [0, -1]]):
        with pytest.raises(NoForm, match="not positive definite"):
            traced(a.log_determinant, rationals(m))


def test_nothing_that_may_have_no_value_is_folded_away():
    x = inputs(rationals([0, 3]), 0)
    assert (0 * x)[0].item().operation == "constant"
    assert (0 * (1 / x))[1].item().operation == "*"
    assert (0 * a.log(x))[1].item().operation == "*"
    assert (0 * a.exp(x))[1].item().operation == "constant"
    assert not (1 / x)[0].item().value.is_finite()
    assert a.sqrt(x - 1)[0].item().value.is_nan()


def test_what_is_known_to_be_rational_is_decided_and_what_is_too_near_is_not():
    x = inputs(rationals([0, 1, 4, 2]), 0)
    assert entries(values(a.concatenate([a.exp(x[:1]), a.log(x[1:2]), a.sqrt(x[2:3]), a.erfc(x[:1])]))) == [1, 0, 2, 1]
    root = a.sqrt(x[3])
    assert a.maximum(root, 1) is not None
    for near in (
        lambda: a.maximum(root * root, 2),
        lambda: bool(root * root == 2),
        lambda: a.inverse(a.stack([[root * root - 2]])),
    ):
        with pytest.raises(Undecided):
            near()


def test_a_comparison_is_a_guard_but_not_of_constants():
    x = inputs(rationals([[2, 1], [1, 3]]), 0)
    with decisions() as guards:
        assert (x >= 1).all()
        assert not bool(x[0, 0] < 1)
        assert x[0, 0] != 1
        assert bool(x[0, 0])
        assert bool(a.identity(2, 2, x)[0, 0] == 1)
    assert [guard.relation for guard in guards] == ["≤"] * 4 + ["≤", "≠", "≠"]
    assert all(holds(guard, [2, 1, 1, 3]) for guard in guards)


def test_a_matrix_that_is_symmetric_by_value_alone_is_guarded():
    with decisions() as guards:
        a.log_determinant(inputs(POSITIVE[0], 0))
    asymmetric = fractions(POSITIVE[0])
    asymmetric[1] += 1
    assert not all(holds(guard, asymmetric) for guard in guards)


def test_eigenvalues_of_two_rows_are_roots_and_of_one_the_entry():
    x = rationals([[[2, 1], [1, 5]], [[3, 0], [0, 3]], [[0, 1], [1, 0]]])
    found, _ = traced(a.eigenvalues, x)
    with ctx.workprec(300):
        assert all(
            arb(p).overlaps(q) for p, q in zip(entries(values(found)), entries(a.eigenvalues(balls(x))), strict=True)
        )
    assert entries(values(found))[2:] == [3, 3, 1, -1]
    assert entries(values(traced(a.eigenvalues, rationals([[-7]]))[0])) == [-7]
    assert entries(values(traced(a.singular_values, rationals([[-3, 4]]))[0])) == [5]
    assert entries(values(traced(a.singular_values, rationals([[0, 0], [0, 0]]))[0])) == [0, 0]


def test_derivatives_are_trees_too():
    found, _ = traced(lambda x: a.gradient(lambda y: (y**3).sum() / a.determinant(y), x), SQUARE[0])
    assert (values(found) == a.gradient(lambda y: (y**3).sum() / a.determinant(y), SQUARE[0])).all()


@pytest.mark.parametrize("lie", [
    lambda x: x * 1j, lambda x: x + balls(SQUARE[0, 0]), lambda x: x * 0.1, lambda x: float(x[0]), np.cos,
    lambda x: x + SQUARE[0, 0], lambda x: hash(x[0].item()),
])  # fmt: skip
def test_what_is_no_tree_does_not_become_one(lie):
    with pytest.raises(TypeError):
        lie(inputs(SQUARE[0, 0], 0))


def test_a_term_beside_an_array_of_numbers_leaves_it_to_the_entries():
    x = inputs(rationals([2, 3]), 0)
    assert (values(x[0] + np.arange(2) * x) == rationals([2, 5])).all()
    assert isinstance(term(fmpq(1, 2)) * 2, Term)


COMPARISONS = [operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne]


@pytest.mark.parametrize("compare", COMPARISONS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("one", [True, False])
def test_a_guard_holds_just_where_the_comparison_says_the_same(compare, one):
    """Of numbers and of arrays, and with the constant on either side."""
    for x in range(3):
        y = inputs(rationals(x), 0).item() if one else inputs(rationals([x]), 0)
        for sides in ((y, 1), (1, y)):
            with decisions() as guards:
                answer = bool(compare(*sides))
            assert answer == compare(*(x if side is y else 1 for side in sides))
            for other in range(3):
                same = compare(*(other if side is y else 1 for side in sides)) == answer
                assert all(holds(guard, [Fraction(other)]) for guard in guards) == same


@pytest.mark.parametrize(("relation", "holding"), [("<", {-1}), ("≤", {-1, 0}), ("=", {0})])
def test_what_is_known_of_a_relation(relation, holding):
    for kind in (fmpq, arb):
        for p, q in product(range(3), repeat=2):
            assert known(relation, kind(p), kind(q)) is ((p > q) - (p < q) in holding)
    wide = arb(0.5, 0.5)
    for ball, order in ((arb(2), -1), (arb(-2, 0.5), 1)):
        assert known(relation, wide, ball) is (order in holding)
        assert known(relation, ball, wide) is (-order in holding)
    for ball in (wide, arb(1, 0.25), arb.nan()):
        assert known(relation, wide, ball) is None


FOLDED = {
    "input(0)": [
        lambda x: 0 + x, lambda x: x + 0, lambda x: x - 0, lambda x: 1 * x, lambda x: x * 1, lambda x: x / 1,
        lambda x: operator.neg(-x), lambda x: +x,
    ],
    "neg(input(0))": [lambda x: 0 - x, lambda x: -1 * x, lambda x: x * -1],
    "constant(0)": [lambda x: 0 * x, lambda x: x * 0, lambda x: 0 * abs(x - 1)],
    "constant(5/2)": [lambda x: term(2) + fmpq(1, 2), lambda x: 5 / term(2), lambda x: abs(term(-5) / 2)],
    "*(input(0), constant(2))": [lambda x: x * 2],
    "/(constant(2), input(0))": [lambda x: 2 / x],
    "-(constant(1), input(0))": [lambda x: 1 - x],
    "+(input(0), constant(1))": [lambda x: x + 1],
}  # fmt: skip


@pytest.mark.parametrize("text", FOLDED)
def test_what_changes_nothing_is_no_operation_and_the_rest_is(text):
    for made in FOLDED[text]:
        assert str(made(inputs(rationals(3), 0).item())) == text


def test_elimination_exchanges_rows_past_zeros_and_prefers_constants():
    rows = rationals([[0, 0, 2, 1], [0, 3, 1, 1], [5, 1, 1, 0], [0, 0, 1, 1]])
    assert values(a.determinant(inputs(rows, 0))) == a.determinant(rows) == -15
    assert a.rank(inputs(rows, 0)) == 4
    with decisions() as guards:
        mixed = np.array([[entered(0, fmpq(3)), term(1)], [term(2), entered(1, fmpq(4))]], dtype=object)
        assert values(a.determinant(Terms.of(mixed))) == 10
    assert guards == []  # the pivot is the constant, which is 2 at any inputs


@pytest.mark.parametrize("function", [np.sqrt, np.exp, np.log, np.log1p, np.expm1, np.tanh, np.sinh, np.cosh])
def test_a_function_of_trees_is_worth_what_that_of_balls_is(function):
    x = rationals([1, 5]) / 3
    for tree, ball in zip(entries(values(function(inputs(x, 0)))), entries(function(balls(x))), strict=True):
        assert arb(tree).overlaps(ball)
        assert arb(tree).rad() < 1e-12
