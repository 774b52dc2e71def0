"""A counterexample is simplified as far as single steps go, stays one, and stays in its domains."""

from dataclasses import replace

import numpy as np
import pytest

from properties.engine.helpers.claims import claim_of, counterexample
from properties.engine.helpers.slow import but, thinned
from reference.arithmetic import determinant
from verify import (
    Dimension,
    Index,
    Matrix,
    NonNegative,
    OneOf,
    Positive,
    PositiveDefinite,
    PositiveVector,
    Scalar,
    Spectrum,
    Symmetric,
    equal,
    leq,
    less,
)
from verify.claims.counterexample import Counterexample
from verify.judging.judge import Outcome
from verify.simplify import simplify
from verify.simplify.heights import height_of
from verify.simplify.variations import variations


def squares_grow(x: Scalar):
    leq(x, x * x)


def no_matrix_is_larger_than_its_transpose(A: Matrix["d d"]):
    leq(A[-1, 0] * A[-1, 0], A[0, -1] * A[0, -1])


def no_column_is_full(A: Matrix["d r"]):
    less(((A * A).sum(0) * 0 + A[-1] * A[0]).sum(), 1)


def determinants_are_at_most_one(S: PositiveDefinite["d"]):
    leq(determinant(S), 1)


def spectra_do_not_descend(zeta: Spectrum["d"]):
    equal(zeta, zeta[0] + 0 * zeta)


def variances_are_small(D: PositiveVector["r"], i: Index["r"], n: Dimension["r"], kind: OneOf["a", "b", "c"]):
    less(D[i] * n, {"a": 10**9, "b": 1, "c": 1}[kind])


def numbers_are_at_least_two(x: Positive):
    leq(2, x)


def entries_are_at_least_two(D: PositiveVector["d", {"d": (2, 4)}]):
    leq(2, D)


def definite_matrices_are_not_small(S: PositiveDefinite["d"]):
    leq(2, determinant(S))


def no_entry_off_the_diagonal_is_large(S: Symmetric["d", {"d": (2, 4)}]):
    leq(S[0, -1], 1)


SIMPLEST = [
    (numbers_are_at_least_two, {}, {"x": "1"}),
    (entries_are_at_least_two, {"d": 2}, {"D": ["1", "1"]}),
    (definite_matrices_are_not_small, {"d": 1}, {"S": [["1"]]}),
    (no_entry_off_the_diagonal_is_large, {"d": 2}, {"S": [["0", "2"], ["2", "0"]]}),
    (squares_grow, {}, {"x": "1/2"}),
    (no_matrix_is_larger_than_its_transpose, {"d": 2}, {"A": [["0", "0"], ["1", "0"]]}),
    (no_column_is_full, {"d": 1, "r": 1}, {"A": [["1"]]}),
    (determinants_are_at_most_one, {"d": 1}, {"S": [["2"]]}),
    (spectra_do_not_descend, {"d": 2}, {"zeta": ["1", "0"]}),
    (variances_are_small, {"r": 1}, {"D": ["1"], "i": 0, "n": 1, "kind": "b"}),
]


def counterexamples(claim, count):
    """Return as many refuting instances of random blocks."""
    generator, found = np.random.default_rng(0), []
    while len(found) < count:
        instance = claim.signature.draw(generator.bytes(claim.signature.block_size))
        judgement = claim.judge(instance)
        if judgement.outcome is Outcome.REFUTED:
            found.append(Counterexample(claim, instance, judgement))
    return found


@pytest.mark.parametrize("count", but([5, 20], 20, mark="long"))
@pytest.mark.parametrize(
    ("body", "sizes", "values"), thinned(SIMPLEST, 2, mark="long"), ids=lambda part: getattr(part, "__name__", "")
)
def test_every_counterexample_ends_at_the_simplest(body, sizes, values, count):
    claim = claim_of(body)
    for found in counterexamples(claim, count):
        simpler = simplify(found)
        simplest = simpler.instance
        assert simplest.sizes == sizes
        assert simplest.encode() == values
        assert simpler.judgement.outcome is Outcome.REFUTED
        assert claim.judge(simplest) == simpler.judgement
        assert claim.signature.decode(simplest.encode(), simplest.sizes).encode() == simplest.encode()


def test_what_is_simplest_stays_as_it_is():
    claim = claim_of(squares_grow)
    instance = claim.signature.decode({"x": "1/2"}, {})
    assert simplify(counterexample(claim, instance)).instance is instance


# --- variations -----------------------------------------------------------------------------------------------------


class Sealed(Symmetric):  # type: ignore[misc]  # Any to mypy
    """Symmetric matrices of which nobody knows what they are made."""

    def raw(self, value):
        return None


def sums_are_small(x: Positive, y: NonNegative, z: Scalar, S: Sealed["d"]):  # type: ignore[type-arg]
    leq(x + y + z, 10 + 0 * S.sum())


def heights(values):
    return sum(height_of(number) for value in values.values() for number in np.ravel(value.array))


def test_variations_are_simpler_simplest_first_inside_their_domains_and_possible():
    claim = claim_of(sums_are_small)
    instance = claim.signature.decode({"x": "17/8", "y": "33/4", "z": "5/2", "S": [["3"]]}, {"d": 1})
    least = heights(claim.signature.decode({"x": "1", "y": "0", "z": "10", "S": [["3"]]}, {"d": 1}).values)
    simplest = []
    for seed in range(20):
        found = variations(claim, instance, heights(instance.values), np.random.default_rng(seed))
        costs = [heights(values) for values in found]
        assert costs == sorted(costs)
        assert 0 < len(found) <= 4
        assert costs[-1] < heights(instance.values)
        simplest.append(costs[0])
        for values in found:
            assert values["x"].item() > 0
            assert values["y"].item() >= 0
            assert values["S"] is instance.values["S"]  # of what it is made is not known, and so it is left
            assert claim.judge(replace(instance, values=values)).outcome is Outcome.REFUTED
        assert variations(claim, instance, least, np.random.default_rng(seed)) == []  # S has its height too
    assert min(simplest) < heights(instance.values) / 2
