"""Of which kind instances are: many at once as one by one, and of several kinds the first."""

import numpy as np
import pytest

from properties.engine.helpers.claims import claim_of
from reference.arithmetic.lanes import constants, floats, unstack
from verify import Commuting, ComplexMatrix, Matrix, OneOf, Scalar, Vector, equal
from verify.hunt.kinds import KINDS, TRIVIAL, _rank, kind, kinds


def of_two(A: Matrix["d d"], B: Matrix["d d"]):
    equal(A, B)


def of_one(A: Matrix["d r"], x: Scalar):
    equal(A, x)


def of_complex(A: ComplexMatrix["d d"]):
    equal(A, A)


def of_two_at_most(v: Vector["d", {"d": (1, 2)}]):
    equal(v, v)


def of_a_vector(v: Vector["d", {"d": (1, 1)}], x: Scalar):
    equal(v, x)


def of_a_pair(pair: Commuting["n"]):
    equal(pair[0], pair[1])


FULL, TURN = [[1, 2], [3, 4]], [[0, 1], [-1, 0]]

INSTANCES = [
    (of_two, {"A": [[1]], "B": [[0]]}, "one-dimensional"),
    (of_two, {"A": [[0, 0], [0, 0]], "B": FULL}, "zero"),
    (of_two, {"A": FULL, "B": [[0, 0], [0, 0]]}, "zero"),
    (of_two, {"A": FULL, "B": [[3, 0], [0, 3]]}, "scalar"),
    (of_two, {"A": FULL, "B": FULL}, "equal"),
    (of_two, {"A": [[1, 0], [0, 2]], "B": [[2, 0], [0, 0]]}, "diagonal"),
    (of_two, {"A": [[1, 0], [0, 2]], "B": [[2, 4], [1, 2]]}, "of lower rank"),
    (of_two, {"A": FULL, "B": [[3, 1], [0, 3]]}, "general"),
    (of_two, {"A": FULL, "B": TURN}, "general"),
    (of_one, {"A": [[1, 2]], "x": 0}, "general"),  # a number that is 0 is none of these
    (of_one, {"A": [[1, 2], [2, 4]], "x": 1}, "of lower rank"),
    (of_complex, {"A": [["0+1i", 0], [0, "0+1i"]]}, "scalar"),
    (of_complex, {"A": [["0+1i", 0], [0, "1"]]}, "diagonal"),
    (of_two_at_most, {"v": [3]}, "one-dimensional"),
    (of_two_at_most, {"v": [3, 0]}, "general"),
    (of_one, {"A": [[1], [2]], "x": 1}, "general"),
    (of_one, {"A": [[1, 0, 0], [0, 1, 0]], "x": 1}, "general"),  # it is not square
    (of_a_vector, {"v": [0], "x": 0}, "general"),  # it cannot be larger
]


@pytest.mark.parametrize(("body", "data", "expected"), INSTANCES)
def test_an_instance_is_of_the_first_kind_that_fits_alone_and_among_others(body, data, expected):
    instance = claim_of(body).signature.infer(data)
    assert kind(instance) == expected
    values = {name: floats(value) for name, value in instance.values.items()}
    generator = np.random.default_rng(0)
    lanes = {
        name: unstack(np.stack([generator.standard_normal(x.shape), x, generator.standard_normal(x.shape)]))
        for name, x in values.items()
    }
    assert KINDS[int(kinds(instance.signature, instance.sizes, lanes, 3)[1])] == expected
    shared = {name: constants(x) for name, x in values.items()}  # of one value for all
    assert [KINDS[int(k)] for k in kinds(instance.signature, instance.sizes, shared, 2)] == [expected] * 2


def test_what_is_trivial_comes_first():
    assert KINDS[: len(TRIVIAL)] == TRIVIAL
    assert KINDS[-1] == "general"


def test_what_is_no_number_counts_as_zero_in_a_rank():
    values = [[[np.inf, 0], [0, 1]], [[np.nan, 1], [1, 0]], [[1, 2], [2, 4]], [[1, 2], [3, 4]]]
    assert _rank(np.array(values, dtype=float)).tolist() == [1, 2, 1, 2]
    row = unstack(np.array([[[np.inf, 0]], [[np.nan, 1]], [[1.0, 0]]]))  # one row is never of a lower rank
    found = kinds(claim_of(of_one).signature, {"d": 1, "r": 2}, {"A": row, "x": unstack(np.ones(3))}, 3)
    assert [KINDS[k] for k in found] == ["general"] * 3


def test_the_arrays_of_a_pair_count_each():
    pair = claim_of(of_a_pair).signature
    full, zero = np.array([FULL, FULL, TURN]), np.array([FULL, TURN, TURN]) * np.array([1, 0, 0])[:, None, None]
    found = kinds(pair, {"n": 2}, {"pair": (unstack(full * 1.0), unstack(zero * 1.0))}, 3)
    assert [KINDS[k] for k in found] == ["equal", "zero", "zero"]


def of_a_choice(v: Vector["d"], name: OneOf["a", "b"]):
    equal(v, v)


def test_a_choice_is_of_no_kind():
    signature, v = claim_of(of_a_choice).signature, np.array([[0.0, 0], [1, 2]])
    found = kinds(signature, {"d": 2}, {"v": unstack(v), "name": "b"}, 2)
    assert [KINDS[k] for k in found] == ["zero", "general"]
    assert kind(signature.infer({"v": [0, 0], "name": "b"})) == "zero"
