"""What elimination decides of trees: which entries are 0, where a pivot is, and when a matrix is definite."""

import numpy as np
import pytest
from flint import arb, ctx, fmpq

from reference import arithmetic as a
from reference.arithmetic.exact import Balls, Rationals, balls, rationals
from reference.arithmetic.terms import elimination, quadratic
from reference.arithmetic.terms.array import Terms, inputs, values
from reference.arithmetic.terms.decisions import Undecided, _known, decisions
from reference.arithmetic.terms.term import NoForm, Term, term
from reference.arithmetic.traced import Traced
from reference.arithmetic.unfinished import unfinished


def trees(rows):
    """Return rows of inputs, those in lists of roots of 2: [p] is p√2/2."""
    root = a.sqrt(inputs(rationals(2), 99)).item()
    return [[root * x[0] / 2 if isinstance(x, list) else inputs(rationals(x), 0).item() for x in row] for row in rows]


@pytest.mark.parametrize("x", [-2, -1, fmpq(-1, 2), 0, fmpq(1, 2), 1, 2])
def test_a_tree_is_true_where_it_is_not_0(x):
    assert bool(inputs(rationals(x), 0)) == bool(inputs(rationals(x), 0).item()) == (x != 0)
    assert bool(Terms.of(term(x))) == (x != 0)


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ([0, 0, 3], 2), ([0, 1], 1), ([1, 0], 0), ([0, -1, 1], 1), ([0, fmpq(1, 2)], 1), ([0, 0], None), ([], None),
        ([0, [1]], 1), ([[2], 0], 0), ([0, [fmpq(1, 10)], 1], 1),
    ],
)  # fmt: skip
def test_a_pivot_is_the_first_entry_that_is_not_0(rows, place):
    with ctx.workprec(128):
        assert elimination._pivot(trees([rows])[0]) == place


@pytest.mark.parametrize("square", [fmpq(1, 2), 1, 2, fmpq(9, 4)])
def test_an_entry_is_not_0_where_its_ball_is_not_about_0(square):
    """Also where it is about 1, or any other number; of one about 0 nothing is known."""
    with ctx.workprec(128):
        root = a.sqrt(inputs(rationals(2), 0)).item()
        entry = root * root * square / 2
        assert elimination._is_not_zero(entry)
        assert elimination.rank([[entry]]) == elimination._pivot([entry]) + 1 == 1
        assert arb(elimination.determinant([[term(0), entry], [entry, term(3)]]).value).overlaps(arb(-square * square))
        assert not elimination._is_not_zero(entry - square)
        with pytest.raises(Undecided):
            elimination.rank([[entry - square]])
        with pytest.raises(Undecided):
            elimination._pivot([term(0), entry - square])


DEFINITE = {  # matrices, and the determinants of those that are definite
    "large": ([[4, 2], [2, 3]], 8), "small": ([[fmpq(1, 4), 0], [0, fmpq(1, 9)]], fmpq(1, 36)),
    "one": ([[1, 0], [0, 1]], 1), "a small pivot": ([[2, 1], [1, fmpq(3, 4)]], fmpq(1, 2)),
    "three rows": ([[2, 1, 0], [1, 2, 1], [0, 1, 2]], 4), "a single one": ([[fmpq(1, 3)]], fmpq(1, 3)),
    "semidefinite": ([[1, 1], [1, 1]], None), "indefinite": ([[1, 2], [2, 1]], None), "zero": ([[0]], None),
    "negative": ([[-1]], None), "indefinite at last": ([[2, 0, 0], [0, 1, 3], [0, 3, 1]], None),
    "in the middle": ([[1, 2, 0], [2, 1, 0], [0, 0, 5]], None),
}  # fmt: skip


@pytest.mark.parametrize("name", DEFINITE)
def test_a_matrix_is_definite_where_its_pivots_are_positive(name):
    rows, value = DEFINITE[name]
    matrix = [list(row) for row in inputs(rationals(rows), 0).array]
    if value is None:
        with pytest.raises(NoForm, match=r"^the log-determinant of a matrix that is not positive definite$"):
            elimination.definite_determinant(matrix)
    else:
        with decisions() as guards:
            assert elimination.definite_determinant(matrix).value == value
        assert [guard.relation for guard in guards] == ["<"] * len(rows)


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_solutions_determinants_and_ranks_are_those_of_fractions(size):
    generator = np.random.default_rng(size)
    for _ in range(6):
        m, b = (rationals(generator.integers(-2, 3, (size, k))) for k in (size, 2))
        rank = a.rank(m)
        assert a.rank(inputs(m, 0)) == rank
        assert values(a.determinant(inputs(m, 0))) == a.determinant(m)
        wide = a.concatenate([m, 2 * m, b])
        assert a.rank(inputs(wide, 0)) == a.rank(inputs(wide.mT, 0)) == a.rank(wide)
        if rank == size:
            found = a.solve(inputs(m, 0), inputs(b, 100))
            assert (values(found) == a.solve(m, b)).all()
        else:
            with pytest.raises(ZeroDivisionError, match=r"^solve: the matrix is singular$"):
                a.solve(inputs(m, 0), inputs(b, 100))


def test_two_rows_have_quadratic_eigenvalues_and_more_have_none():
    for rows, expected in (([[5]], [5]), ([[1, 2], [2, 4]], [5, 0]), ([[0, 3], [3, 0]], [3, -3])):
        found = quadratic.eigenvalues([list(row) for row in inputs(rationals(rows), 0).array])
        assert [x.value for x in found] == expected
    three = [list(row) for row in inputs(rationals(np.eye(3, dtype=int)), 0).array]
    with pytest.raises(NoForm, match=r"^eigenvalues of more than two rows$"):
        quadratic.eigenvalues(three)
    with pytest.raises(NoForm, match=r"^singular values of more than two rows and columns$"):
        quadratic.singular_values(three)
    for rows, expected in (
        ([[3, 4]], [5]),
        ([[3], [4]], [5]),
        ([[0, 2, 0], [1, 0, 0]], [2, 1]),
        ([[0, 1], [2, 0], [0, 0]], [2, 1]),
    ):
        found = quadratic.singular_values([list(row) for row in inputs(rationals(rows), 0).array])
        assert [x.value for x in found] == expected


def test_what_is_joined_of_two_levels_is_of_the_inner_one():
    """d/dx of x times the derivatives by y of what holds both x and y."""
    x = rationals([3])
    for join in (lambda x, y: a.concatenate([x, y]), lambda x, y: a.concatenate([y, x]),
                 lambda x, y: a.stack([x[0], y[0]]), lambda x, y: np.stack([y, x])[:, 0]):  # fmt: skip
        inner = lambda x, y, join=join: (join(x, y) ** 2).sum() * x[0]  # noqa: E731
        found = a.gradient(lambda x: x[0] * a.gradient(lambda y: inner(x, y), x)[0], x)  # noqa: B023
        assert found == 6 * 9  # of x · 2xy at y = x, by x alone inside: (2x³)' = 6x²
    assert a.hessian(lambda y: a.concatenate([y, 2 * y]) @ a.concatenate([y, y]), balls(x))[0, 0].bare() == 6
    outer, within = Traced(x, 0), Traced(x, 1)
    for made in (a.concatenate([outer, within]), outer + within, within @ outer):
        assert [parent for parent, _ in made.parents if parent is outer] == []  # nothing goes back to what is fixed


OPERATIONS = {  # what each is called, and whether it has a value at any inputs
    "+": (lambda x: x + 2, True), "-": (lambda x: x - 2, True), "*": (lambda x: x * 2, True),
    "/": (lambda x: 1 / x, False), "neg": (lambda x: -x, True), "abs": (abs, True), "exp": (a.exp, True),
    "erfc": (a.erfc, True), "log": (a.log, False), "sqrt": (a.sqrt, False), "pi": (a.pi, True),
    "input": (lambda x: x, True),
    "constant": (lambda x: 0 * x, True),
}  # fmt: skip


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_has_its_name_and_is_total_or_not(name):
    """And what is made of it is total where it is."""
    function, total = OPERATIONS[name]
    tree = function(inputs(rationals(3), 0)).item()
    assert (tree.operation, tree.total) == (name, total)
    assert ((tree + inputs(rationals(5), 1).item()) * 7).total == total
    assert (0 * tree).operation == ("constant" if total else "*")


def test_the_root_of_what_may_be_0_is_that_of_what_is_not_negative():
    """Of a tree whose ball is about 0, or about other numbers, or below it."""
    with ctx.workprec(64):
        two = a.sqrt(inputs(rationals(2), 0)) * a.sqrt(inputs(rationals(2), 0))
        for shift, exact in ((2, 0), (fmpq(7, 4), fmpq(1, 2)), (-2, 2), (1, 1)):
            value = a.sqrt(two - shift).item().value
            assert arb(value).is_finite()
            assert arb(value).overlaps(arb(exact))
            assert arb(value).rad() < 2.0**-20
        assert a.sqrt(two - 3).item().value.is_nan()


def test_a_quotient_of_0_has_a_value_where_its_divisor_is_not_0():
    x = inputs(rationals([3, 0]), 0)
    quotients = (0 * x[:1].sum() + 0) / x
    assert [tree.operation for tree in quotients.bare()] == ["/", "/"]
    assert [tree.total for tree in quotients.bare()] == [False, False]
    assert quotients.bare()[0].value == 0
    assert quotients.bare()[1].value.is_nan()


def test_trees_are_worth_balls_where_one_of_them_is():
    mixed = a.stack([a.sqrt(inputs(rationals(2), 0)), inputs(rationals(3), 1)])
    assert type(values(mixed)) is Balls
    assert values(mixed).bare()[1] == 3
    assert type(values(mixed[1:])) is Rationals
    assert a.pi(mixed).item().value.overlaps(arb.pi())
    assert a.pi(mixed).item().value.rad() < 1e-12
    assert Term("f", (), arb("inf")).value == arb("inf")


def test_a_root_that_is_no_fraction_is_not_heard():
    with unfinished() as heard:
        assert a.sqrt(inputs(rationals(2), 0)).item().value > 1
    assert not heard


def test_an_interval_and_its_end_are_decided_one_way_only():
    """A number of the interval may be its end, and is not beyond."""
    ball = arb(2.5, 0.5)
    low, high = ball.mid() - ball.rad(), ball.mid() + ball.rad()
    assert (low.is_exact(), high.is_exact()) == (True, True)
    for p, q, answers in (
        (ball, low, [False, None, None]), (low, ball, [None, True, None]), (ball, high, [None, True, None]),
        (high, ball, [False, None, None]), (ball, arb(4), [True, True, False]), (arb(4), ball, [False] * 3),
        (low, low, [False, True, True]), (ball, ball, [None] * 3),
    ):  # fmt: skip
        assert [_known(relation, p, q) for relation in ("<", "≤", "=")] == answers
