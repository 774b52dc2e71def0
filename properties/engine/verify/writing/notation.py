"""What is printed is what was found: signs, relations, as many digits as tell sides apart, one line for one line."""

from fractions import Fraction

import pytest
from flint import arb, fmpq
from hypothesis import given
from hypothesis import strategies as st

from properties.engine.helpers.domains import signature
from reference.arithmetic.exact import balls, rationals
from reference.arithmetic.precision import working_precision
from verify import Dimension, Index, Matrix, OneOf, Scalar, Vector
from verify.judging.comparisons import equal, leq, less, positive_semidefinite
from verify.notation import enclosure_text, matrix_text, on_one_line, sides_text
from verify.writing.latex import found_latex, instance_latex, number_latex, value_latex

FRACTIONS = st.builds(fmpq, st.integers(-(10**6), 10**6), st.integers(1, 10**6))


def read(latex):
    """Return the fraction that LaTeX of a number stands for."""
    sign, _, parts = latex.partition(r"\tfrac{")
    if not parts:
        return fmpq(int(latex))
    numerator, denominator = parts.rstrip("}").split("}{")
    return fmpq(int(sign + numerator), int(denominator))


@given(x=FRACTIONS)
def test_a_fraction_is_written_with_its_sign_and_can_be_read_back(x):
    assert read(number_latex(x)) == x
    assert read(value_latex(rationals(x))) == x
    assert fmpq(*map(int, (matrix_text(rationals(x)) + "/1").split("/")[:2])) == x


def test_matrices_have_rows_and_vectors_have_none():
    wide = rationals([[1, 2, 3], [4, 5, -6]])
    assert matrix_text(wide) == "[1 2 3; 4 5 -6]"
    assert value_latex(wide) == r"\begin{bmatrix}1 & 2 & 3 \\ 4 & 5 & -6\end{bmatrix}"
    assert matrix_text(rationals([1, 2])) == "(1, 2)"
    assert matrix_text(rationals([[1], [2]])) == "[1; 2]"


RELATIONS = [  # the statement of two sides, its sign where it is true, and where it is false
    (leq, r"\le", r"\not\le", {-1: True, 0: True, 1: False}),
    (less, r"\lt", r"\not\lt", {-1: True, 0: False, 1: False}),
    (equal, "=", r"\ne", {-1: False, 0: True, 1: False}),
]


@pytest.mark.parametrize(("state", "true", "false", "answers"), RELATIONS)
def test_a_relation_is_affirmed_where_it_is_true_and_denied_where_it_is_false(state, true, false, answers):
    for left, answer in answers.items():
        assert found_latex(state(rationals(left), rationals(0))) == [f"{left} {true if answer else false} 0"]


def test_an_undecided_comparison_is_no_finding():
    with working_precision(64):
        third = balls(rationals(1)) / 3
        assert found_latex(leq(third * 3, 1)) == []
        assert found_latex(equal(third, third)) == []
    assert len(found_latex(positive_semidefinite(rationals([[1]])))) == 1


def test_sizes_that_an_argument_states_are_not_stated_twice():
    stated = signature(A=Matrix("d r"), n=Dimension("d"), i=Index("r"), kind=OneOf("a", "b"), x=Scalar())
    instance = stated.decode({"A": [["1", "2"]], "n": 1, "i": 1, "kind": "b", "x": "-1/2"}, {"d": 1, "r": 2})
    parts = instance_latex(instance).split(r",\; ")
    assert parts[:3] == ["d = 1", "r = 2", r"A = \begin{bmatrix}1 & 2\end{bmatrix}"]
    assert parts[3:] == ["n = 1", "i = 1", r"\mathrm{kind} = \text{b}", r"x = -\tfrac{1}{2}"]
    named = signature(d=Dimension("d"), A=Matrix("d d"))
    parts = instance_latex(named.decode({"d": 1, "A": [["3"]]}, {"d": 1})).split(r",\; ")
    assert parts == ["d = 1", "A = 3"]
    other = signature(d=Scalar(), v=Vector("d"))  # a name of two things
    parts = instance_latex(other.decode({"d": "1/2", "v": ["3"]}, {"d": 1})).split(r",\; ")
    assert parts == ["d = 1", r"d = \tfrac{1}{2}", "v = (3)"]


@pytest.mark.parametrize("exponent", [5, 20, 40, 90, 180])
def test_sides_are_written_with_as_many_digits_as_tell_them_apart(exponent):
    with working_precision(1024):
        third = (balls(rationals(1)) / 3).bare()
        other = third + arb(10) ** -exponent
        left, right = sides_text([third, other])
        assert left != right
        assert all("±" in text for text in (left, right))
        assert all(len(text) < 2.5 * exponent + 60 for text in (left, right))


def test_sides_whose_radii_alone_differ_are_written_with_more_digits():
    with working_precision(256):
        third = (balls(rationals(1)) / 3).bare()
        texts = sides_text([third + arb(0, "1e-40"), third + arb("1e-30", "1e-39")])
    assert len({text.partition(" ±")[0] for text in texts}) == 2


def test_sides_that_nothing_tells_apart_are_short():
    with working_precision(1024):
        third = (balls(rationals(1)) / 3).bare()
        left, right = sides_text([third, third])
    assert left == right
    assert len(left) < 40
    assert sides_text([fmpq(1, 3), fmpq(1, 3)]) == ["1/3", "1/3"]


def test_an_exact_ball_is_written_as_its_number_if_that_is_short():
    assert enclosure_text(arb("0.5"), 12) == "1/2"
    assert enclosure_text(arb(-3), 12) == "-3"
    with working_precision(256):
        long = arb(1) + arb(2) ** -200
        assert long.is_exact()
        assert len(enclosure_text(long, 12)) < 40
    assert enclosure_text(fmpq(10**20, 7), 12) == f"{10**20}/7"


def test_of_a_long_fraction_the_first_digits_are_written_and_none_is_rounded():
    long = 10**30
    for x, text in {
        fmpq(long, 7): "1.42857142857…e+29",
        fmpq(5 * long - 1, 7 * long): "0.714285714285…",
        fmpq(1 - 2 * long, long): "-1.99999999999…",
        fmpq(2 * 10**13 + 1, 3 * 10**11): "66.6666666666…",
        fmpq(1, 3 * long): "3.33333333333…e-31",
        fmpq(long): "1.00000000000e+30",
        fmpq(long + 1, 5 * 10**27): "200.000000000…",
    }.items():
        assert enclosure_text(x, 12) == text
    left, right = sides_text([fmpq(long, 3 * long + 1), fmpq(1, 3)])
    assert (left, right) == ("0.333333333333…", "1/3")
    left, right = sides_text([fmpq(long, 3 * long + 1), fmpq(long + 2, 3 * long + 5)])
    assert left != right
    assert found_latex(leq(rationals(Fraction(long, 7)), 1)) == [r"1.42857142\ldots\cdot10^{29} \not\le 1"]


@given(text=st.text())
def test_one_line_stays_one_line_and_what_can_be_read_is_as_it_was(text):
    line = on_one_line(text)
    assert line.isprintable()
    assert len(line.splitlines()) <= 1
    assert on_one_line(line) == line
    assert (line == text) == text.isprintable()
