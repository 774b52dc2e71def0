"""Which numbers are near a number, and which instances are one step away: exactly these."""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from flint import fmpq

from properties.engine.helpers.claims import claim_of
from verify import ComplexMatrix, Index, Matrix, Scalar, Symmetric, equal
from verify.simplify import variations as module
from verify.simplify.approximations import approximations
from verify.simplify.heights import height_of
from verify.simplify.search import _Candidate
from verify.simplify.steps import fewer_dimensions, steps
from verify.simplify.variations import _Free


def numbers(text):
    """Return exact numbers that stand in a text."""
    return [fmpq(*map(int, word.split("/"))) for word in text.split()]


def of_one(x: Scalar):
    equal(x, 1)


def of_square(A: Matrix["n n"]):
    equal(A, 0 * A)


def of_symmetric(S: Symmetric["n"]):
    equal(S, 0 * S)


def of_complex(A: ComplexMatrix["n n"]):
    equal(A, 0 * A)


def of_two_sizes(A: Matrix["n n+m"], k: Index["n"]):
    equal(A[k], A[k])


def away(body, **data):
    """Return all values of the first argument that are one step away, as they are written."""
    instance = claim_of(body).signature.infer(data)
    (name,) = data
    domain = instance.signature.domains[name]
    return [domain.show(values[name]) for sizes, values in steps(instance) if sizes == instance.sizes]


@pytest.mark.parametrize(
    ("number", "near"),
    [
        ("355/113", "1 2 3 4 7/2 10/3 13/4 19/6 22/7 25/8 47/15 69/22 179/57 201/64 333/106 355/113"),
        ("10", "1 2 3 5 6 9 10"),
        ("1/5", "0 1 1/2 1/3 1/4 1/5"),
        ("0", "0"),
    ],
)
def test_approximations_go_by_partial_quotients_and_by_some_smaller_ones(number, near):
    (x,) = numbers(number)
    assert list(approximations(x)) == numbers(near)
    assert list(approximations(-x)) == [-y for y in numbers(near)]


def test_approximations_end_after_twenty_four_partial_quotients():
    before, last = 1, 1
    for _ in range(40):
        before, last = last, before + last
    assert list(approximations(fmpq(last, before)))[-1] == fmpq(75025, 46368)  # the 24th quotient of Fibonacci numbers


@pytest.mark.parametrize(
    ("number", "near"),
    [
        ("27/4", "-27/4 -2 -1 -1/2 0 27/400 1/2 27/40 1 27/20 27/16 2 9/4 3 27/8 4 19/4 5 23/4 6 13/2 20/3 27/4 34/5 7"
         " 27/2 81/4 27 135/2"),
        ("-27/7", "-270/7 -108/7 -81/7 -54/7 -4 -39/10 -31/8 -193/50 -247/64 -1975/512 -27/7 -7899/2048 -23/6 -19/5 "
         "-15/4 -11/3 -7/2 -3 -20/7 -2 -27/14 -13/7 -9/7 -1 -27/28 -27/35 -1/2 -27/70 -27/700 0 1/2 1 2 3 27/7 "
         "4"),
        ("1/3", "-2 -1 -1/2 -1/3 0 1/300 1/30 1/15 1/12 1/9 1/6 1/4 3/10 5/16 21/64 33/100 341/1024 5461/16384 1/3 "
         "2731/8192 171/512 43/128 11/32 3/8 2/5 1/2 2/3 1 4/3 2 3 10/3 4"),
        ("1", "-2 -1 -1/2 0 1/100 1/10 1/5 1/4 1/3 1/2 1 2 3 4 10"),
    ],
)  # fmt: skip
def test_these_numbers_are_one_step_away(number, near):
    found = {fmpq(*map(int, text.split("/"))) for text in away(of_one, x=number)}
    assert sorted(found - {*numbers(near)}) == sorted({*numbers(near)} - found) == []


def test_a_matrix_becomes_zero_its_negative_a_unit_its_diagonal_a_cycle_or_rounded():
    found = away(of_square, A=[["5", "2"], ["1/3", "11"]])
    assert found[:6] == ["[0 0; 0 0]", "[-5 -2; -1/3 -11]", "[1 0; 0 1]", "[5 0; 0 11]", "[0 1; 1 0]", "[0 1; 1 0]"]
    assert found[6:9] == ["[6 2; 1/4 12]", "[5 2; 3/8 12]", "[5 2; 5/16 11]"]
    assert found[9:12] == ["[5 2; 21/64 11]", "[5 2; 171/512 11]", "[5 2; 2731/8192 11]"]


def test_each_entry_becomes_each_of_the_simplest_numbers():
    found = away(of_square, A=[["50", "20"], ["70", "1/9"]])
    for number in ("0", "1", "-1", "2", "1/2", "-2", "-1/2", "3", "4"):
        for place in range(4):
            entries = ["50", "20", "70", "1/9"]
            entries[place] = number
            text = "[{} {}; {} {}]".format(*entries)
            assert text in found


def test_of_a_symmetric_matrix_two_entries_change_and_of_another_one():
    found = away(of_symmetric, S=[["5", "2"], ["2", "7"]])
    assert "[5 3; 3 7]" in found
    assert "[4 2; 2 7]" in found
    found = away(of_square, A=[["5", "2"], ["2/3", "7"]])
    assert "[5 3; 2/3 7]" in found
    assert "[5 3; 3 7]" not in found


def test_a_complex_matrix_becomes_real_turned_or_simpler_in_one_part():
    found = away(of_complex, A=[["5+2i", "3-1i"], ["7", "0+4i"]])
    for text in (
        "[7 2; 7 4]", "[3 4; 7 -4]",  # the sum of both parts, and the difference
        "[2-5i -1-3i; -7i 4]",  # turned
        "[5 3-i; 7 4i]", "[2 3-i; 7 4i]", "[-2 3-i; 7 4i]", "[7 3-i; 7 4i]",  # real at one place
        "[5 3; 7 0]", "[5-2i 3+i; 7 -4i]",  # with another imaginary part
        "[2i -i; 0 4i]", "[-5+2i -3-i; -7 4i]",  # or real one
    ):  # fmt: skip
        assert text in found, text
    hermitian = away(of_complex, A=[["5", "3-2i"], ["3+2i", "7"]])
    assert "[5 3; 3 7]" in hermitian
    assert "[5 2; 2 7]" in hermitian
    assert "[5 3-i; 3+i 7]" in hermitian  # a skew part stays one
    assert "[5 4-2i; 4+2i 7]" in hermitian


def test_a_dimension_goes_with_an_index_of_it_of_what_it_is_a_part_of_or_of_both():
    data = {"A": [["1", "2", "3"], ["4", "5", "6"]], "k": 1}
    instance = claim_of(of_two_sizes).signature.decode(data, {"n": 2, "m": 1})
    found = [(str(values["A"].tolist()), values["k"]) for sizes, values in fewer_dimensions(instance)]
    cuts = ["[[4, 5]]", "[[1, 2]]", "[[2, 3]]", "[[1, 3]]", "[[1, 2]]", "[[5, 6]]", "[[1, 3]]"]
    assert found == [(cut, 0) for cut in cuts]
    assert all(sizes == {"n": 1, "m": 1} for sizes, _ in fewer_dimensions(instance))


# --- and in floats ----------------------------------------------------------------------------------------------------


def test_variations_are_fractions_with_these_denominators_and_their_heights_those_of_exact_numbers():
    denominators = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096]
    exact = [fmpq(sign * p, q) for q in denominators for p in (0, 1, 5, 7) for sign in (1, -1)]
    as_floats = np.array([float(x.p) / float(x.q) for x in exact])
    assert module._heights(as_floats).tolist() == [height_of(x) for x in exact]
    assert [module._fraction(x) for x in as_floats.tolist()] == exact
    others = [1 / 7, 1 / 11, 1 / 13, 1 / 8192, 3.0**-4]
    assert min(module._heights(np.array(others))) > 2**30
    assert [module._fraction(x) for x in others] == [fmpq(*x.as_integer_ratio()) for x in others]


def test_variations_are_alike_in_number_and_simple_or_near_and_some_forget_what_was():
    point = np.array([1000.3, -0.7, 37.25])
    varied = module._vary(point, [2, 1], np.random.default_rng(0))
    assert varied.shape == (3, 2048)
    assert np.isfinite(varied).all()
    kept = (varied == point[:, None]).mean(1)
    assert (kept > 0.05).all()
    assert (kept < 0.4).all()
    for row, x in zip(varied, point, strict=True):
        met = set(row.tolist())
        assert {0.0, 1.0, -1.0, 2.0, -2.0, 0.5, 3.0, -3.0, 4.0} <= met
        near = abs(row / x - 1) < 0.1
        assert near.mean() > 0.15
        assert (row * x < 0).any()


@pytest.mark.parametrize("kind", [_Candidate, _Free])
def test_what_may_be_simpler_does_not_change(kind):
    with pytest.raises(FrozenInstanceError):
        object.__new__(kind).anything = 0
