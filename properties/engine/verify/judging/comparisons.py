"""Comparisons at their edges: sides that touch, entries, shapes, complex parts, eigenvalues that may be zero."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from flint import arb, fmpq

from reference.arithmetic.complexes import ComplexRationals
from reference.arithmetic.exact import Balls, balls, rationals
from reference.arithmetic.lanes import unstack
from reference.arithmetic.precision import working_precision
from reference.arithmetic.terms.array import inputs
from verify.judging.comparisons import at_entry, equal, leq, less, positive_semidefinite
from verify.judging.statements import ClaimError, NotFinite, statements

RELATIONS = (leq, less, equal)

# --- three answers ----------------------------------------------------------------------------------------------------


def test_sides_that_touch_may_be_equal():
    """Each answer is certain only if it is that of every number in the ball."""
    ball = arb(2, 1)
    low, high = ball.lower(), ball.upper()
    for end, above, below in (
        (low, (None, False, None), (True, None, None)), (high, (True, None, None), (None, False, None)),
        (high + 1, (True, True, False), (False,) * 3), (low - 1, (False,) * 3, (True, True, False)),
    ):  # fmt: skip
        sides = Balls.of(ball), Balls.of(end)
        assert tuple(state(*sides).value for state in RELATIONS) == above
        assert tuple(state(*reversed(sides)).value for state in RELATIONS) == below


def test_an_eigenvalue_is_certainly_negative_only_if_it_is_below_zero(monkeypatch):
    ball = arb(2, 1)
    low, high, nan = ball.lower(), ball.upper(), arb("nan")
    spectrum = {}
    monkeypatch.setattr(
        "verify.judging.comparisons.eigenvalues", lambda _: Balls.of(np.array(spectrum["is"], dtype=object))
    )
    with working_precision(128):
        for end, value in ((low - 1, True), (low, True), (2, None), (high, None), (high + 1, False)):
            spectrum["is"] = [arb(5), ball - end]
            assert positive_semidefinite(balls(rationals([[1]]))).value is value, end
    for spectrum["is"] in ([nan, arb(1)], [arb(1), nan], [nan, nan]):
        with pytest.raises(NotFinite, match="an eigenvalue of the matrix"):
            positive_semidefinite(balls(rationals([[1]])))


def matrix(rows):
    return rationals(rows)


def test_any_pair_of_entries_makes_a_matrix_asymmetric():
    for i, j in combinations(range(3), 2):
        for at in ((i, j), (j, i)):
            entries = np.eye(3, dtype=int)
            entries[at] = 1
            with pytest.raises(ClaimError, match="not symmetric"):
                positive_semidefinite(rationals(entries))
            with pytest.raises(ClaimError, match="not Hermitian"):
                positive_semidefinite(rationals(entries) + 0j)


def test_semidefinite_is_said_of_any_matrix_of_exact_numbers():
    for rows, value in (([[2, 1], [1, 2]], True), ([[1, 2], [2, 1]], False), ([[0]], True), ([[1, 1], [1, 1]], True)):
        for given in (rows, np.array(rows), matrix(rows), balls(matrix(rows)) * 1):
            assert positive_semidefinite(given).value in ((value,) if not isinstance(given, Balls) else (value, None))
        hermitian = ComplexRationals.joined(matrix(rows).array, (0 * matrix(rows)).array)
        assert positive_semidefinite(hermitian).value is value


def test_of_a_matrix_of_trees_it_is_compared_with_zero():
    trees = inputs(matrix([[2, 1], [1, 2]]), 0)
    truth = positive_semidefinite(trees)
    assert (truth.relation, truth.value) == ("⪰", True)
    assert truth.compared[0] is trees
    assert truth.compared[1] == 0
    for state in RELATIONS:
        assert state(trees, 1).compared == (trees, 1)
        assert state(1, trees).compared == (1, trees)


def test_of_an_exact_matrix_the_smallest_root_is_shown():
    for rows, smallest in (([[2, 1], [1, 2]], 1), ([[1, 2], [2, 1]], -1), ([[1, 0, 0], [0, 5, 0], [0, 0, 3]], 1),
                           ([[1, 1], [1, 1]], 0)):  # fmt: skip
        shown, zero = positive_semidefinite(matrix(rows)).sides
        assert shown.contains(smallest)
        with working_precision(256):
            assert shown.rad() < arb(2) ** -100
        assert zero == 0
    shown, zero = positive_semidefinite(balls(matrix([[3, 1], [1, 3]]))).sides
    assert shown.contains(2)
    assert zero == 0


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([1, 2], r"square matrix is needed, not one of shape \(2,\)"), ([[1, 2]], r"shape \(1, 2\)"),
        ([[1, 2], [3, 4]], "not symmetric"), ([[[1]]], "square"),
        (ComplexRationals.joined(matrix([[0, 1], [1, 0]]).array, matrix([[0, 1], [1, 0]]).array), "not Hermitian"),
    ],
)  # fmt: skip
def test_of_another_matrix_nothing_is_stated(given, message):
    with pytest.raises(ClaimError, match=message):
        positive_semidefinite(given)
    if not isinstance(given, ComplexRationals) and "square" in message:
        with pytest.raises(ClaimError, match="square"):
            positive_semidefinite(unstack(np.array([given, given], dtype=float)))


# --- entries ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", RELATIONS)
def test_a_row_against_a_column_is_a_slip_and_broadcasting_one_side_is_not(state):
    table, row, column = matrix([[1, 2, 3], [4, 5, 6]]), matrix([[1, 2, 3]]), matrix([[1], [4]])
    for a, b in ((table, row), (column, table), (row, 1), (2, column), (row[0], table)):
        assert state(a, b).value in (True, False)
    for a, b in ((row, column), (column, row), (table, table.mT), (row[0], column)):
        with pytest.raises(ClaimError, match=r"shapes \(.*\) and \(.*\) do not fit"):
            state(a, b)
    with pytest.raises(ClaimError, match=r"arrays of shape \(0,\) have no entries"):
        state(row[0][:0], 1)


def test_the_entry_shown_is_the_first_of_the_worst():
    table = matrix([[1, 2], [3, 4]])
    for truth, value, entry, sides in (
        (leq(table, 2), False, (1, 0), (3, 2)), (leq(table, 4), True, (0, 0), (1, 4)),
        (equal(table, 3), False, (0, 0), (1, 3)), (less(table, [[5, 2], [3, 5]]), False, (0, 1), (2, 2)),
        (leq(3, 2), False, (), (3, 2)),
    ):  # fmt: skip
        assert (truth.value, truth.bits, truth.entry, truth.sides) == (value, 0, entry, sides)
    loose = Balls.of(np.array([arb(1), arb(2, 0.5), arb(2, 0.5)], dtype=object))
    assert leq(loose, 2).entry == (1,)


def test_a_value_that_is_not_finite_is_named_by_its_side_and_entry():
    nan = arb("nan")
    row = Balls.of(np.array([arb(1), nan], dtype=object))
    for a, b, named in (
        (row, 3, r"left side of ≤ at index \[1\]"), (0, row, r"right side of ≤ at index \[1\]"),
        (row, row, r"left side of ≤ at index \[1\]"), (Balls.of(nan), 1, "left side of ≤$"),
    ):  # fmt: skip
        with pytest.raises(NotFinite, match=named):
            leq(a, b)
    assert leq(row, 0).value is False  # the first false entry decides before
    assert issubclass(NotFinite, ArithmeticError)  # as a division by zero is
    for infinite in (arb("inf"), -arb("inf"), arb(0, "inf")):
        with pytest.raises(NotFinite, match=r"right side of <$"):
            less(0, Balls.of(infinite))


def test_a_comparison_can_be_shown_at_any_of_its_entries():
    truth = leq(matrix([[1, 2], [3, 4]]), [[2, 2]])
    for entry, value, sides in (([0, 0], True, (1, 2)), ([0, 1], True, (2, 2)), ([1, 0], False, (3, 2))):
        shown = at_entry(truth, entry)
        assert (shown.relation, shown.value, shown.sides, shown.entry) == ("≤", value, sides, tuple(entry))
    assert at_entry(less(1, 1), []).value is False
    assert at_entry(equal(Balls.of(arb(1, 1)), 1), []).value is None
    for entry in ([2, 0], [0], [], [0, 0, 0], [-1, 0], [True, 0], [0, False]):
        with pytest.raises(LookupError, match="≤ has no entry"):
            at_entry(truth, entry)


@pytest.mark.parametrize("wrong", ["one", None, [1, "2"], object(), {1}])
def test_what_is_no_number_is_not_compared(wrong):
    for sides in ((wrong, 1), (1, wrong)):
        with pytest.raises(ClaimError, match=r"exact numbers or enclosures, not (str|NoneType|object|set)$"):
            leq(*sides)
    assert leq(np.array([1, 2]), [2, fmpq(5, 2)]).value is True
    assert [type(side) for side in leq(True, 2).sides] == [fmpq, fmpq]


def test_bits_are_those_on_which_the_sides_agree():
    for size in (1, 2**100, Fraction(1, 2**100)):
        for bits in (10, 60, 200):
            with working_precision(400):
                side = Balls.of(arb(fmpq(Fraction(size).numerator, Fraction(size).denominator)))
                truth = equal(side * Balls.of(arb(1, arb(2) ** -bits)), side)
            assert truth.value is None
            assert abs(truth.bits - bits) <= 1, (size, bits)
    assert equal(Balls.of(arb(0, arb(2) ** -50)), 0).bits in (49, 50)  # of nothing: how small the gap is
    assert equal(Balls.of(arb(1, 10)), 1).bits == 0
    for sign in (1, -1):  # half of the least that the side may be, which is 1 or 2
        assert equal(sign * Balls.of(arb(1.5, 0.5)), sign).bits == 0
        assert equal(sign * Balls.of(arb(1024, 1)), sign * 1024).bits in (9, 10)
    tiny = Balls.of(arb(2) ** -200)
    assert equal(tiny * Balls.of(arb(1, 0.5)), tiny * Balls.of(arb(1, 1.5))).bits == 0  # that is no agreement


@pytest.mark.parametrize(
    ("smallest", "largest", "bits"), [((-1, 1.5), (1024, 0), 8), ((-1, 1.5), (-1024, 0), 8), ((0, 1), (40, 24), 6)]
)
def test_an_eigenvalue_that_may_be_zero_is_so_small_beside_the_largest(smallest, largest, bits, monkeypatch):
    spectrum = np.array([arb(*largest), arb(*smallest)], dtype=object)
    monkeypatch.setattr("verify.judging.comparisons.eigenvalues", lambda _: Balls.of(spectrum))
    truth = positive_semidefinite(Balls.of(np.array([[arb(1)]], dtype=object)))
    assert truth.value is None
    assert truth.bits in (bits - 1, bits)


# --- complex numbers --------------------------------------------------------------------------------------------------


def complex_numbers(*pairs):
    real, imag = zip(*pairs, strict=True)
    return ComplexRationals.joined(matrix(real).array, matrix(imag).array)


def stated(a, b):
    def body():
        equal(a, b)

    (truth,) = statements(body, {})
    return truth


@pytest.mark.parametrize(
    ("a", "b", "relation", "value"),
    [
        ([(1, 0)], [(1, 0)], "=", True), ([(1, 0)], [(2, 0)], "=", False), ([(1, 0)], [(1, 1)], "and", False),
        ([(1, 1)], [(1, 0)], "and", False), ([(1, 1)], [(2, 1)], "and", False), ([(1, 1)], [(1, 1)], "and", True),
        ([(1, 0), (1, 1)], [(1, 0), (1, 2)], "and", False), ([(1, 0), (1, 1)], [(1, 0), (1, 0)], "and", False),
        ([(1, 1), (1, 0)], [(1, 2), (1, 0)], "and", False),
    ],
)  # fmt: skip
def test_complex_numbers_are_compared_in_both_parts_unless_all_are_real(a, b, relation, value):
    truth = stated(complex_numbers(*a), complex_numbers(*b))
    assert (truth.relation, truth.value) == (relation, value)


def test_numbers_of_python_are_complex_too():
    many = np.array([1, 1 + 1j])
    for a, b, value in ((1j, 1j, True), (matrix([0, 1]), 1j, False), (1, many, False), (2 + 0j, 2, True)):
        assert (equal(a, b).value, equal(b, a).value) == (value, value)


def test_of_many_instances_both_parts_are_always_compared():
    many = unstack(np.array([1 + 0j, 2 + 0j]))
    assert stated(many, 1).relation == "and"
    assert stated(many, 1).value.true.tolist() == [True, False]
