"""Numbers as text: exact ones to the last character that they may have, others to the digits that are known."""

import numpy as np
import pytest
from flint import arb, fmpq

from reference.arithmetic.exact import rationals
from reference.arithmetic.gaussian_rational import GaussianRational
from reference.arithmetic.precision import working_precision
from verify import notation
from verify.notation import (
    complex_parts,
    complex_text,
    enclosure_text,
    exact_value,
    first_line,
    matrix_text,
    on_its_lines,
    on_one_line,
    raised_text,
    sides_text,
)
from verify.writing.latex import number_latex, value_latex


@pytest.mark.parametrize(
    ("real", "imag", "text"),
    [
        ("1/2", "-3/4", "1/2-3/4i"),
        ("1/2", "+3/4", "1/2+3/4i"),
        ("0", "+1", "0+1i"),
        ("-2", "0", "-2"),
        ("1/3", "0", "1/3"),
    ],
)
def test_a_complex_number_is_written_as_data_and_read_back(real, imag, text):
    def fraction(part):
        return fmpq(*map(int, part.split("/")))

    assert complex_text(fraction(real), fraction(imag)) == text
    assert complex_parts(text) == (real, imag)


@pytest.mark.parametrize("text", ["i", "1+i", "1+2", "1+2j", "+1+2i", "1/2/3+1i", "1+2i ", "a"])
def test_what_is_no_complex_number_is_left_as_a_real_part(text):
    assert complex_parts(text) == (text, "0")


def test_numbers_vectors_and_matrices_are_told_apart():
    assert matrix_text(rationals(3)) == "3"
    assert matrix_text(rationals([1, 2])) == "(1, 2)"
    assert matrix_text(rationals([])) == "()"
    assert matrix_text(rationals([[1, 2], [3, 4]])) == "[1 2; 3 4]"
    assert matrix_text(np.array([["1 + 2i", "3"]], dtype=object)) == "[1+2i 3]"


def test_a_fraction_of_24_characters_is_written_as_it_is_and_a_longer_one_in_decimals():
    short = fmpq(10**21 + 1, 3)
    assert (len(str(short)), enclosure_text(short, 12)) == (24, str(short))
    long = fmpq(10**22 + 1, 3)
    assert (len(str(long)), enclosure_text(long, 12)) == (25, "3.33333333333…e+21")
    assert enclosure_text(fmpq(-(10**22) - 1, 3), 5) == "-3.3333…e+21"
    assert enclosure_text(fmpq(10**30), 12) == "1.00000000000e+30"


def test_a_ball_that_is_a_number_of_12_characters_is_written_as_it_is():
    assert enclosure_text(arb(123456789012), 30) == "123456789012"
    assert enclosure_text(arb(1234567890123), 5).startswith("[1.2346e+12 ±")
    assert enclosure_text(arb(1) / 2, 12) == "1/2"


@pytest.mark.parametrize(
    ("number", "digits", "text"),
    [
        (fmpq(1, 7), 6, "0.142857…"), (fmpq(1, 7), 3, "0.142…"), (fmpq(10, 7), 6, "1.42857…"), (fmpq(1, 8), 6, "0.125"),
        (fmpq(10**4, 7), 6, "1428.57…"), (fmpq(10**5, 7), 6, "14285.7…"), (fmpq(10**6, 7), 6, "142857…"),
        (fmpq(10**7, 7), 6, "1.42857…e+6"),
        (fmpq(1, 7 * 10**10), 3, "0.0000000000142…"), (fmpq(1, 7 * 10**11), 3, "1.42…e-12"),
        (fmpq(-2, 3), 3, "-0.666…"),
        (fmpq(2, 3), 1, "0.6…"),
    ],
)  # fmt: skip
def test_decimals_are_the_first_digits_and_none_is_rounded(number, digits, text):
    assert notation._decimals(number, digits) == text


def test_sides_have_as_many_digits_as_tell_them_apart():
    third = fmpq(1, 3)
    near = third + fmpq(1, 10**14)
    assert sides_text([fmpq(1, 3), fmpq(1, 4)]) == ["1/3", "1/4"]
    with working_precision(2000):
        ball = arb(2).sqrt()
        for gap, digits in ((10, 12), (20, 24), (40, 48), (90, 96), (180, 192), (300, 320)):
            one, other = sides_text([ball, ball + arb(10) ** -gap])
            assert one.partition(" ±")[0] != other.partition(" ±")[0]
            assert len(one.partition(" ±")[0].strip("[")) == digits + 1
        assert sides_text([ball, ball + arb(10) ** -400]) == [enclosure_text(ball, 12)] * 2
    assert sides_text([near, near]) == [enclosure_text(near, 12)] * 2


def test_what_is_exact_is_a_fraction_and_no_ball_is():
    assert exact_value(fmpq(1, 3)) == fmpq(1, 3)
    assert exact_value(arb(3) / 4) == fmpq(3, 4)
    assert exact_value(arb(2).sqrt()) is None


@pytest.mark.parametrize(
    ("real", "imag", "latex"),
    [
        ((0, 1), (1, 1), "i"), ((0, 1), (-1, 1), "-i"), ((0, 1), (2, 1), "2i"), ((1, 1), (1, 1), "1 + i"),
        ((1, 1), (-1, 1), "1 - i"), ((1, 2), (-3, 4), r"\tfrac{1}{2} - \tfrac{3}{4}i"), ((2, 1), (2, 1), "2 + 2i"),
        ((0, 1), (1, 2), r"\tfrac{1}{2}i"), ((-1, 3), (0, 1), r"-\tfrac{1}{3}"), ((0, 1), (0, 1), "0"),
        ((0, 1), (-3, 2), r"-\tfrac{3}{2}i"),
    ],
)  # fmt: skip
def test_a_complex_number_in_latex(real, imag, latex):
    assert number_latex(GaussianRational.of(fmpq(*real), fmpq(*imag))) == latex


def test_values_in_latex_are_names_sizes_numbers_tuples_and_matrices():
    shown = [
        (3, "3"), ("big", r"\text{big}"), (rationals(5), "5"), (rationals([1, 2]), "(1, 2)"), (rationals([[7]]), "7"),
        (rationals([[1, 2]]), r"\begin{bmatrix}1 & 2\end{bmatrix}"), ((rationals(1), rationals([2])), r"1,\, (2)"),
    ]  # fmt: skip
    assert [value_latex(value) for value, _ in shown] == [latex for _, latex in shown]


# --- lines ----------------------------------------------------------------------------------------------------------


def raise_it(error):
    raise error


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ValueError("one\ntwo"), "one"), (ValueError(""), "no reason given"), (ValueError(), "no reason given"),
        (ModuleNotFoundError("No module named 'sympy'", name="sympy"),
         "No module named 'sympy': pip install 'vae-verify[proofs]'"),
        (ModuleNotFoundError("No module named 'mine'", name="mine"), "No module named 'mine'"),
    ],
)  # fmt: skip
def test_the_first_line_of_an_error_is_told_and_what_to_install(error, line):
    assert first_line(error) == line


def test_an_error_is_told_with_the_last_line_of_a_file_that_it_passed():
    with pytest.raises(ValueError, match="odd") as raised:
        raise_it(ValueError("odd"))
    line = raise_it.__code__.co_firstlineno + 1
    assert raised_text(raised.value, __file__) == f"ValueError at numbers.py:{line}: odd"
    assert raised_text(raised.value, "/elsewhere.py") == "ValueError: odd"


def test_what_moves_the_cursor_is_spelled_out_and_spaces_of_any_width_stay_on_several_lines():
    assert on_one_line("a\nb\tc\x1b\ud800é") == r"a\nb\tc\x1b\ud800é"
    assert on_one_line("a\u2003b") == r"a\u2003b"
    assert on_one_line("a\\b\n") == r"a\b\n"  # a backslash is one, whatever stands beside it
    assert on_its_lines("a\nb\tc\x1b\u2003d") == "a\nb\\tc\\x1b\u2003d"
