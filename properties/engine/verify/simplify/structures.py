"""Counterexamples in structured domains, and in composites, become as simple as a textbook's."""

import numpy as np
import pytest

from properties.engine.helpers.claims import claim_of
from reference.arithmetic import determinant, trace
from verify import (
    Circulant,
    Commuting,
    Contraction,
    Correlation,
    Density,
    DoublyStochastic,
    Hankel,
    Integer,
    Interval,
    Isometry,
    LowRank,
    Majorised,
    MMatrix,
    Nonnegative,
    Ordered,
    PositiveSemidefinite,
    Projection,
    Simplex,
    Stochastic,
    Symmetric,
    Toeplitz,
    Triangular,
    UnitVector,
    equal,
    leq,
    positive_semidefinite,
)
from verify.claims.counterexample import Counterexample
from verify.judging.judge import Outcome
from verify.simplify import simplify


def purity(p: Simplex["n"], q: Simplex["n"]):
    leq((p * q).sum(-1), (p * p).sum(-1))


def chains_are_normal(P: Stochastic["n"]):
    equal(P @ P.mT, P.mT @ P)


def squares_have_no_larger_trace(A: DoublyStochastic["n"]):
    leq(trace(A @ A), trace(A))


def entries_add_up_to_one_at_most(x: UnitVector["n"]):
    leq(x.sum(-1), 1)


def commuting_with_the_transpose(pair: Commuting["n"]):
    A, B = pair
    equal(A @ B.mT, B.mT @ A)


def traces_multiply(pair: Commuting[Nonnegative["n n"]]):
    A, B = pair
    leq(trace(A @ B), trace(A) * trace(B))


def products_are_small(pair: Commuting[Symmetric["n"]]):
    A, B = pair
    leq(trace(A @ B) ** 2, trace(A @ A))


def squares_are_monotone(pair: Ordered[PositiveSemidefinite["n"]]):
    A, B = pair
    positive_semidefinite(B @ B - A @ A)


def cubes_are_convex(pair: Majorised["n"]):
    x, y = pair
    leq((x * x * x).sum(-1), (y * y * y).sum(-1))


def projections_have_a_positive_product(P: Projection["n"], Q: Projection["n"]):
    positive_semidefinite(P @ Q + Q @ P)


def contractions_have_a_positive_product(A: Contraction["n n"], B: Contraction["n n"]):
    leq(0, trace(A @ B))


def correlations_are_positive(R: Correlation["n"]):
    leq(0, R)


def states_commute(R: Density["n"], S: Density["n"]):
    equal(R @ S, S @ R)


def toeplitz_matrices_commute(S: Toeplitz["n"], T: Toeplitz["n"]):
    equal(S @ T, T @ S)


def circulants_are_symmetric(C: Circulant["n"]):
    equal(C, C.mT)


def moments_are_positive(H: Hankel["n"]):
    leq(0, determinant(H))


def determinants_are_large(A: MMatrix["n"]):
    leq(1, determinant(A))


def entries_are_at_most_three(x: Interval["n", 2, 5]):
    leq(x, 3)


def integers_are_small(n: Integer["n"]):
    leq(n * n, n + 10)


def squares_of_rank_k(A: LowRank["n n k"]):
    leq(trace(A @ A), trace(A) ** 2)


def isometries_are_negative(V: Isometry["r+e r", {"e": (0, 2)}]):
    leq(V, 0)


def triangles_are_diagonal(T: Triangular["n"]):
    equal(T, T.mT)


HALVES = [["1/2", "1/2"], ["1/2", "1/2"]]
FIRST, LAST = [["1", "0"], ["0", "0"]], [["0", "0"], ["0", "1"]]
CORNER, OTHER = [["0", "1"], ["0", "0"]], [["0", "0"], ["1", "0"]]
FLIP = [["0", "1"], ["1", "0"]]
SHIFT = [["0", "1", "0"], ["0", "0", "1"], ["1", "0", "0"]]

SIMPLEST = [  # of several that are equally simple each is accepted
    (purity, [{"p": p, "q": q} for p, q in ((["1/3", "2/3"], ["0", "1"]), (["2/3", "1/3"], ["1", "0"]))]),
    (chains_are_normal, [{"P": [row, row]} for row in (["0", "1"], ["1", "0"])]),
    (squares_have_no_larger_trace, [{"A": FLIP}]),
    (entries_add_up_to_one_at_most, [{"x": x} for x in (["3/5", "4/5"], ["4/5", "3/5"])]),
    (commuting_with_the_transpose, [{"pair": [m, m]} for m in (CORNER, OTHER)]),
    (traces_multiply, [{"pair": [FLIP, FLIP]}]),
    (products_are_small, [{"pair": [[["1"]], [["2"]]]}]),
    (squares_are_monotone, [{"pair": [m, [["2", "1"], ["1", "1"]]]} for m in (FIRST, [["1", "1"], ["1", "1"]])]
     + [{"pair": [m, [["1", "1"], ["1", "2"]]]} for m in (LAST, [["1", "1"], ["1", "1"]])]),
    (cubes_are_convex, [{"pair": [x, y]} for x in (["0", "-1"], ["-1", "0"]) for y in (["1", "-2"], ["-2", "1"])]),
    (projections_have_a_positive_product,
     [pair for m in (FIRST, LAST) for pair in ({"P": m, "Q": HALVES}, {"P": HALVES, "Q": m})]),
    (contractions_have_a_positive_product, [{"A": [["1"]], "B": [["-1"]]}, {"A": [["-1"]], "B": [["1"]]}]),
    (correlations_are_positive, [{"R": [["1", "-1"], ["-1", "1"]]}]),
    (states_commute, [pair for m in (FIRST, LAST) for pair in ({"R": m, "S": HALVES}, {"R": HALVES, "S": m})]),
    (toeplitz_matrices_commute, [{"S": CORNER, "T": OTHER}, {"S": OTHER, "T": CORNER}]),
    (circulants_are_symmetric, [{"C": SHIFT}, {"C": [list(row) for row in zip(*SHIFT, strict=True)]}]),
    (moments_are_positive, [{"H": [["-1"]]}]),
    (determinants_are_large, [{"A": [["1/2"]]}]),
    (entries_are_at_most_three, [{"x": ["4"]}]),
    (integers_are_small, [{"n": ["-3"]}]),
    (squares_of_rank_k, [{"A": FLIP}]),
    (isometries_are_negative, [{"V": [["1"]]}]),
    (triangles_are_diagonal, [{"T": CORNER}]),
]  # fmt: skip


def largest(claim, seed, count=300):
    """Return a counterexample of the largest dimensions among random draws."""
    generator, found = np.random.default_rng(seed), []
    for _ in range(count):
        instance = claim.signature.draw(generator.bytes(claim.signature.block_size))
        judgement = claim.judge(instance)
        if judgement.outcome is Outcome.REFUTED:
            found.append(Counterexample(claim, instance, judgement))
    return max(found, key=lambda counterexample: sum(counterexample.instance.sizes.values()))


DEAR = (isometries_are_negative, traces_multiply, commuting_with_the_transpose, projections_have_a_positive_product)
CASES = [
    pytest.param(*case, marks=[pytest.mark.long] if case[0] in DEAR or k % 3 else []) for k, case in enumerate(SIMPLEST)
]


@pytest.mark.parametrize(("body", "accepted"), CASES, ids=lambda part: getattr(part, "__name__", ""))
def test_counterexamples_end_at_the_simplest_of_their_domain(body, accepted):
    claim = claim_of(body)
    simpler = simplify(largest(claim, seed=0))
    assert simpler.instance.encode() in accepted
    assert claim.judge(simpler.instance) == simpler.judgement
    again = claim.signature.decode(simpler.instance.encode(), simpler.instance.sizes)
    assert again.encode() == simpler.instance.encode()
