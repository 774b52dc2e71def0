"""Single steps one function at a time: numbers near a number, one entry changed, one factor, one dimension less."""

import numpy as np
import pytest
from flint import fmpq

from properties.engine.helpers.claims import claim_of
from reference.arithmetic.complexes import ComplexRationals
from reference.arithmetic.exact import Rationals
from verify import Free, Index, Matrix, OneOf, Scalar, Vector, equal
from verify.claims.signatures import Instance
from verify.judging.statements import ClaimError
from verify.simplify.approximations import approximations
from verify.simplify.heights import height_of
from verify.simplify.steps import (
    _copied,
    _is_flat,
    _near,
    _one_changed,
    _replaced_numbers,
    _rounded,
    _scaled,
    _simpler,
    _simpler_arrays,
    _to_integers,
    fewer_dimensions,
)
from verify.simplify.variations import _are_admitted, _free


def numbers(text):
    return [fmpq(*map(int, word.split("/"))) for word in text.split()]


def of(entries):
    return np.vectorize(fmpq, otypes=[object])(np.array(entries))


NEAR = {
    # floor, ceiling, one and two less, half of it down and up, three quarters; rounded to bits, and to denominators
    "355/113": "3 4 242/113 129/113 1 2 2 4 3 3 13/4 25/8 201/64 3217/1024 3 3 16/5 31/10 157/50",
    "-7/3": "-3 -2 -4/3 -1/3 -2 -1 -2 -2 -5/2 -9/4 -19/8 -75/32 -597/256 -9557/4096 -5/2 -7/3 -12/5 -23/10 -233/100",
    "1/2": "0 1 1/2 1/2 1/2 1/2 1/2 1/2 1/2 1/2 2/3 3/5 1/2 1/2",
    "1": "1 1 1 1 1 1 1 1 1 1 1 1 1 1", "-1": "-1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1",
    "0": "0 0 0 0 0 0 0 0 0 0 0 0 0 0",
}  # fmt: skip


@pytest.mark.parametrize("x", NEAR)
def test_near_a_number_are_its_approximations_and_these(x):
    (number,) = numbers(x)
    assert list(_near(number)) == [*approximations(number), *numbers(NEAR[x])]


def test_numbers_are_rounded_to_about_so_many_bits_halves_upwards():
    assert [_rounded(x, 2) for x in numbers("5 7 5/2 -5 1000 1/3 0")] == numbers("5 7 5/2 -5 1024 3/8 0")
    assert [_rounded(x, 1) for x in numbers("5 -5 11 -11 3/4")] == numbers("6 -4 12 -12 3/4")
    assert _rounded(fmpq(1, 3), 1) == fmpq(1, 4)


def test_one_entry_changes_and_its_mirror_image_in_what_is_symmetric_or_skew():
    plain, symmetric, skew = of([[5, 2], [3, 7]]), of([[5, 2], [2, 7]]), of([[0, 2], [-2, 0]])
    for entries, sign, given in ((plain, None, False), (symmetric, 1, False), (skew, -1, True)):
        made = list(_one_changed(entries, given))
        assert len(made) == sum(9 + len(list(_near(x))) for x in entries.flat)
        places = set()
        for one in made:
            if sign is not None:
                off = one - sign * one.T
                assert off[0, 1] == off[1, 0] == 0
            changed = {tuple(place) for place in np.argwhere(one != entries).tolist()}
            assert len(changed) <= (1 if sign is None else 2)
            places |= changed
        assert places == {(0, 0), (0, 1), (1, 0), (1, 1)}
    vector = of([5, 5])
    assert max((one != vector).sum() for one in _one_changed(vector)) == 1


def test_arrays_that_are_simpler_begin_with_zero_and_the_negative():
    wide = of([[5, 2, 9], [3, 7, 1]])
    made = [one.tolist() for _, one in zip(range(6), _simpler_arrays(wide), strict=False)]
    assert made == [
        [[0, 0, 0]] * 2, [[-5, -2, -9], [-3, -7, -1]], [[1, 0, 0], [0, 1, 0]], [[5, 0, 0], [0, 7, 0]],
        [[0, 1, 0], [1, 0, 0]], [[0, 1, 0], [0, 0, 1]],
    ]  # fmt: skip
    vector = [one.tolist() for _, one in zip(range(8), _simpler_arrays(of([5, 11])), strict=False)]
    assert vector == [[0, 0], [-5, -11], [6, 12], [5, 12], [5, 11], [5, 11], [5, 11], [5, 11]]


def test_one_value_or_all_are_multiplied_by_these_numbers():
    values = {"x": Rationals.of(of(7)), "v": Rationals.of(of([3, 5])), "kind": "a"}
    factors = numbers("1/2 2 1/3 3 1/4 4 1/5 1/10 10 1/100")
    made = list(_scaled(values))
    alone = [(one["x"].item(), one["v"].tolist()) for one in made]
    assert {x for x, v in alone if v == [3, 5]} == {7 * factor for factor in [*factors, fmpq(1, 7), fmpq(1)]}
    assert {v[0] for x, v in alone if x == 7} == {3 * factor for factor in [*factors, fmpq(1)]}
    together = [(x, v) for x, v in alone if x != 7 and v != [3, 5]]
    assert {x for x, _ in together} == {7 * factor for factor in factors}
    assert all(v == [x * fmpq(3, 7), x * fmpq(5, 7)] for x, v in together)
    assert all(one["kind"] == "a" for one in made)
    assert len(list(_scaled({"x": values["x"]}))) == 11
    assert [_to_integers(numbers(text)) for text in ("4/3 2/5", "6 9", "0 0", "-4")] == numbers("15/2 1/3 1 1/4")


def test_a_number_is_replaced_wherever_it_or_its_negative_stands():
    values = {"x": Rationals.of(of(7)), "v": Rationals.of(of([-7, 5])), "kind": "a"}
    made = [(one["x"].item(), one["v"].tolist()) for one in _replaced_numbers(values)]
    assert (3, [-3, 5]) in made
    assert (7, [-7, 3]) in made
    assert (-2, [2, 5]) in made
    assert {(x, v[0]) for x, v in made if v[1] != 5} == {(7, -7)}
    assert all(x == -v[0] for x, v in made)


def test_copies_are_of_the_same_shape_and_kind():
    A, B, v = (Rationals.of(of(entries)) for entries in ([[1, 2, 3]], [[4], [5], [6]], [7, 8, 9]))
    made = [{name: value.tolist() for name, value in one.items()} for one in _copied({"A": A, "B": B, "v": v})]
    assert made == [
        {"A": A.tolist(), "B": [[1], [2], [3]], "v": v.tolist()}, {"A": [[4, 5, 6]], "B": B.tolist(), "v": v.tolist()},
    ]  # fmt: skip


def test_a_value_is_flat_if_it_is_what_it_was_made_of():
    raw, other, one = (Rationals.of(of(entries)) for entries in ([1, 2], [3, 4], [1, 5]))
    assert [_is_flat(raw, value) for value in (raw, Rationals.of(of([[1], [2]])))] == [True, True]
    assert [_is_flat(raw, value) for value in (other, one, Rationals.of(of([1])), (raw,))] == [False] * 4


def of_two_sizes(A: Matrix["n n+m"], k: Index["n"], x: Scalar):
    equal(A[k], A[k])


def test_of_two_axes_an_index_of_one_goes_or_of_the_other_or_the_same_of_both():
    entries = np.arange(12).reshape(3, 4)
    data = {"A": entries.astype(str).tolist(), "k": 2, "x": "7"}
    instance = claim_of(of_two_sizes).signature.decode(data, {"n": 3, "m": 1})
    cuts = [(0, 3), (1, 3), (2, 3), (2, 0), (2, 1), (2, 2), (2, 3), (0, 0), (1, 1), (2, 2)]
    made = [(sizes, values["A"].tolist(), values["k"]) for sizes, values in fewer_dimensions(instance)]
    expected = [np.delete(np.delete(entries, row, 0), column, 1).tolist() for row, column in cuts]
    assert made == [({"n": 2, "m": 1}, one, 1) for one in expected]


def parts_of(made):
    return [(one.real.array.tolist(), one.imag.array.tolist()) for one in made]


def test_a_complex_number_becomes_a_real_one_turned_or_simpler_in_one_part():
    made = parts_of(_simpler(ComplexRationals.joined(of([[2]]), of([[3]]))))
    first = [(5, 0), (-1, 0), (3, -2), (2, 0), (3, 0), (-3, 0), (5, 0)]
    assert made[:7] == [([[a]], [[b]]) for a, b in first]
    imaginary = list(_simpler_arrays(of([[3]])))
    real = list(_simpler_arrays(of([[2]])))
    assert made[7 : 7 + len(imaginary)] == [([[2]], b.tolist()) for b in imaginary]
    assert made[7 + len(imaginary) :] == [(a.tolist(), [[3]]) for a in real]
    assert [x.tolist() for x in real[:3]] == [[[0]], [[-2]], [[1]]]


def test_what_is_hermitian_stays_so_where_one_place_becomes_real_or_one_part_simpler():
    a, b = of([[2, 5], [5, 7]]), of([[0, 3], [-3, 0]])
    made = parts_of(_simpler(ComplexRationals.joined(a, b)))
    assert made[:2] == [([[2, 8], [2, 7]], [[0, 0], [0, 0]]), ([[2, 2], [8, 7]], [[0, 0], [0, 0]])]
    places = [([[2, x], [x, 7]], [[0, 0], [0, 0]]) for x in (5, 3, -3, 8, 5, -3, 3, 2)]
    assert made[3:11] == places
    imaginary = list(_simpler_arrays(b, skew=True))
    assert made[11 : 11 + len(imaginary)] == [(a.tolist(), one.tolist()) for one in imaginary]
    plain = ComplexRationals.joined(of([[2, 5], [4, 7]]), b)  # of one that is not, one place is real
    assert parts_of(_simpler(plain))[3] == ([[2, 5], [4, 7]], [[0, 0], [-3, 0]])


def of_pairs(pair: Free[Vector["n+n"]], k: Index["n"], kind: OneOf["a", "b"]):
    equal(pair[0], pair[1])


def test_of_an_axis_of_two_blocks_an_index_of_each_goes_and_choices_stay_or_become_the_last():
    data = {"pair": [["1", "2", "3", "4"], ["5", "6", "7", "8"]], "k": 1, "kind": "b"}
    instance = claim_of(of_pairs).signature.decode(data, {"n": 2})
    made = [([x.tolist() for x in values["pair"]], values["k"], values["kind"]) for _, values in
            fewer_dimensions(instance)]  # fmt: skip
    odd, even = [[1, 3], [5, 7]], [[2, 4], [6, 8]]
    assert made == [(pair, 0, "b") for pair in (odd, odd, even, odd, even, odd, even, odd)]


def test_a_complex_number_is_as_high_as_its_parts_and_one_more_unless_it_is_real():
    half, three = fmpq(1, 2), fmpq(-3)
    assert [height_of(x) for x in (half, three)] == [6, 9]
    for a, b, height in ((half, three, 16), (half, fmpq(0), 8), (fmpq(0), half, 9)):
        (number,) = ComplexRationals.joined(of([a]), of([b])).array.ravel()
        assert height_of(number) == height


class Refusing(Scalar):  # type: ignore[misc]  # Any to mypy
    """A domain that cannot tell."""

    error: Exception = ZeroDivisionError()

    def contains(self, value):
        raise self.error


def test_what_a_domain_cannot_tell_is_not_admitted():
    def body(x: Refusing):
        equal(x, 1)

    claim = claim_of(body)
    instance = Instance({}, {"x": Rationals.of(np.array(fmpq(3), dtype=object))}, claim.signature)
    for error, refuses in ((ZeroDivisionError(), False), (ClaimError(), False), (LookupError(), True)):
        Refusing.error = error
        if refuses:
            with pytest.raises(LookupError):
                _are_admitted(_free(instance), instance.values, {})
            continue
        assert _are_admitted(_free(instance), instance.values, {}) is False
