"""Complex states, contractions, isometries and normal matrices: their edges, their corners, and claims of them."""

from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq

from properties.engine.helpers.claims import claim_of, counterexample
from properties.engine.helpers.domains import draws, entries_of
from properties.engine.helpers.slow import thinned
from reference.arithmetic import adjoint, determinant, identity, imag, inverse, rank, real, squared_norm, trace
from reference.arithmetic.exact import rationals
from reference.arithmetic.gaussian_rational import GaussianRational
from verify import (
    Commuting,
    ComplexContraction,
    ComplexDensity,
    ComplexIsometry,
    ComplexMatrix,
    ComplexNormal,
    ComplexPositiveDefinite,
    ComplexPositiveSemidefinite,
    ComplexProjection,
    ComplexVector,
    Disc,
    Hermitian,
    Ordered,
    Projection,
    equal,
    leq,
    positive_semidefinite,
)
from verify.claims.entry import Verdict
from verify.domains.complex import number
from verify.judging.judge import Outcome
from verify.running.runner import run_claim
from verify.simplify import simplify

OUTSIDE = [
    (ComplexDensity("d"), [["1/2", "0+1/2i"], ["0+1/2i", "1/2"]]),
    (ComplexDensity("d"), [["1/2", "0-51/100i"], ["0+51/100i", "1/2"]]),
    (ComplexDensity("d"), [["1/2+1/1000000i", "0"], ["0", "1/2-1/1000000i"]]),
    (ComplexDensity("d"), [["1/2", "0"], ["0", "499999/1000000"]]),
    (ComplexContraction("d d"), [["3/5+4/5i", "0"], ["0", "1000001/1000000"]]),
    (ComplexContraction("d d"), [["0+1i", "1/1000000"], ["0", "0"]]),
    (ComplexIsometry("d+e d", {"e": (0, 0)}), [["1", "0"], ["0", "0+999999/1000000i"]]),
    (ComplexIsometry("d+e d", {"e": (0, 0)}), [["3/5", "0+4/5i"], ["0-4/5i", "3/5"]]),
    (ComplexNormal("d"), [["1", "0+1i"], ["0", "1"]]),
    (ComplexNormal("d"), [["0", "1"], ["0+2i", "0"]]),
    (Disc("d d"), [["3/5+4/5i", "0"], ["0", "0-1000001/1000000i"]]),
    (ComplexProjection("d"), [["1/2", "0+1/2i"], ["0+1/2i", "1/2"]]),
    (ComplexProjection("d"), [["1", "0+1i"], ["0", "0"]]),
    (ComplexPositiveSemidefinite("d"), [["1", "0-1000001/1000000i"], ["0+1000001/1000000i", "1"]]),
    (ComplexPositiveSemidefinite("d"), [["1", "0+1i"], ["0+1i", "1"]]),
    (ComplexPositiveDefinite("d"), [["1", "0-1i"], ["0+1i", "1"]]),
    (Commuting(ComplexMatrix("d d")), [[["0+1i", "0"], ["0", "1"]], [["1", "1"], ["0", "1"]]]),
    (Commuting(Hermitian("d")), [[["1", "0"], ["0", "1"]], [["0", "0+1i"], ["0+1i", "0"]]]),
    (Commuting(Hermitian("d")), [[["0", "0-1i"], ["0+1i", "0"]], [["0", "1"], ["1", "0"]]]),
    (Ordered(Hermitian("d")), [[["0", "0"], ["0", "0"]], [["1", "0+2i"], ["0-2i", "1"]]]),
]


@pytest.mark.parametrize(("domain", "data"), OUTSIDE)
def test_what_is_just_outside_is_refused(domain, data):
    with pytest.raises(ValueError, match="is not in"):
        domain.decode(data, {"d": 2, "e": 0})


INSIDE = [
    (ComplexDensity("d"), [["1/2", "0-1/2i"], ["0+1/2i", "1/2"]]),
    (ComplexDensity("d"), [["1/3", "0-1/3i"], ["0+1/3i", "2/3"]]),
    (ComplexContraction("d d"), [["3/5+4/5i", "0"], ["0", "0-1i"]]),
    (ComplexContraction("d d"), [["0", "0+1i"], ["0", "0"]]),
    (ComplexIsometry("d+e d", {"e": (0, 0)}), [["3/5", "0+4/5i"], ["0+4/5i", "3/5"]]),
    (ComplexNormal("d"), [["1+2i", "0+1i"], ["0+1i", "1+2i"]]),
    (ComplexNormal("d"), [["0", "1"], ["0+1i", "0"]]),
    (Disc("d d"), [["3/5+4/5i", "0"], ["1", "1/2-1/2i"]]),
    (ComplexProjection("d"), [["1/2", "0-1/2i"], ["0+1/2i", "1/2"]]),
    (ComplexPositiveSemidefinite("d"), [["1", "0-1i"], ["0+1i", "1"]]),
    (ComplexPositiveDefinite("d"), [["1", "0-999999/1000000i"], ["0+999999/1000000i", "1"]]),
    (Commuting(ComplexMatrix("d d")), [[["0+1i", "1"], ["0", "2"]], [["0+5i", "0+3i"], ["0", "3+11i"]]]),
    (Commuting(Hermitian("d")), [[["0", "0-1i"], ["0+1i", "0"]], [["3", "0-2i"], ["0+2i", "3"]]]),
    (Commuting(ComplexNormal("d")), [[["0", "1"], ["0+1i", "0"]], [["0", "0+1i"], ["-1", "0"]]]),
    (Ordered(Hermitian("d")), [[["0", "0"], ["0", "0"]], [["1", "0+1i"], ["0-1i", "1"]]]),
]


@pytest.mark.parametrize(("domain", "data"), INSIDE)
def test_what_lies_on_the_boundary_is_inside_and_its_raw_entries_are_known(domain, data):
    sizes = {name: 2 if name == "d" else 0 for name in domain.dimensions}
    value = domain.decode(data, sizes)
    assert domain.encode(value) == data
    assert entries_of(domain.rebuild(domain.raw(value), domain.shape(sizes))) == entries_of(value)


def drawn(domain, count=400):
    return [value for sizes, value in draws(domain, count) if len(value) == 2 == value.shape[1]]


def test_states_are_of_every_rank_and_contractions_touch_the_boundary_in_any_number_of_directions():
    assert {rank(m) for m in drawn(ComplexDensity("d"))} == {1, 2}
    gaps = [rank(identity(2, 2, m) - adjoint(m) @ m) for m in drawn(ComplexContraction("d d"))]
    assert min(gaps.count(k) for k in range(3)) > 5


def test_isometries_turn_by_every_phase_and_normal_matrices_are_more_than_hermitian_or_unitary():
    one = {entries_of(value)[0] for _, value in draws(ComplexIsometry("d d", {"d": (1, 1)}), 400)}
    assert {(1, 0), (-1, 0), (0, 1), (0, -1)} < {(z.real, z.imag) for z in one}
    values = drawn(ComplexNormal("d"))
    hermitian = [bool((m == adjoint(m)).all()) for m in values]
    turning = [bool((adjoint(m) @ m == identity(2, 2, m) * (adjoint(m) @ m)[0, 0]).all()) for m in values]
    assert np.mean(hermitian) > 0.05
    assert np.mean(turning) > 0.1
    assert np.mean(~np.any([hermitian, turning], axis=0)) > 0.2


@pytest.mark.parametrize(
    "domain",
    thinned([
        ComplexDensity("d"), ComplexContraction("d d"), ComplexIsometry("d d"), ComplexNormal("d"),
        ComplexProjection("d"), ComplexPositiveSemidefinite("d"), ComplexPositiveDefinite("d"),
    ], step=2, mark="long"),
)  # fmt: skip
def test_they_are_complex(domain):
    assert sum(bool((m.imag != 0).any()) for m in drawn(domain)) > 10


def test_numbers_of_a_disc_fill_it_and_lie_on_its_edge():
    sizes = [x for value in drawn(Disc("d d")) for x in value.squared_modulus().array.ravel()]
    assert max(sizes) == 1
    assert np.mean([x == 1 for x in sizes]) > 0.1
    assert np.mean([0 < x < 1 for x in sizes]) > 0.3
    assert 10 * min(x for x in sizes if x) < 1


def test_projections_are_of_every_rank_and_semidefinite_matrices_too():
    assert {rank(m) for m in drawn(ComplexProjection("d"))} == {0, 1, 2}
    assert {rank(m) for m in drawn(ComplexPositiveSemidefinite("d"))} == {0, 1, 2}
    assert {rank(m) for m in drawn(ComplexPositiveDefinite("d"))} == {2}


@pytest.mark.parametrize(
    "domain",
    thinned([
        Commuting(ComplexMatrix("d d")), Commuting(ComplexNormal("d")), Commuting(Hermitian("d")),
        Commuting(ComplexPositiveDefinite("d")), Ordered(Hermitian("d")), Ordered(ComplexPositiveSemidefinite("d")),
    ], mark="long"),
    ids=repr,
)  # fmt: skip
def test_pairs_of_complex_matrices_are_complex_both_of_them_and_seldom_multiples_of_each_other(domain):
    pairs = [value for sizes, value in draws(domain, 400) if sizes["d"] == 2]
    turning = [bool((A.imag != 0).any() and (B.imag != 0).any()) for A, B in pairs]
    assert np.mean(turning) > 0.2
    one = np.eye(2, dtype=int)
    scalar = [bool((part == part[0, 0] * one).all()) for pair in pairs for part in pair]
    assert np.mean(scalar) < 0.4


def states(R: ComplexDensity["d"], S: ComplexDensity["d"]):
    leq(0, real(trace(R @ S)))
    leq(real(trace(R @ S)), 1)


def lengths(K: ComplexContraction["r d"], V: ComplexIsometry["d+e d", {"e": (0, 1)}], x: ComplexVector["d"]):
    leq(squared_norm(K @ x[..., None]), squared_norm(x[..., None]))
    equal(squared_norm(V @ x[..., None]), squared_norm(x[..., None]))


def adjoints(N: ComplexNormal["d"], x: ComplexVector["d"]):
    equal(squared_norm(N @ x[..., None]), squared_norm(adjoint(N) @ x[..., None]))


def words(pair: Commuting[ComplexMatrix["d d"]], of: Commuting[Hermitian["d"]]):
    A, B = pair
    equal(A @ B @ A, A @ A @ B)
    equal(adjoint(of[0] @ of[1]), of[0] @ of[1])


def inverses(pair: Ordered[ComplexPositiveDefinite["d"]], P: ComplexProjection["d"]):
    A, B = pair
    positive_semidefinite(inverse(A) - inverse(B))
    equal(imag(trace(P @ A)), 0)


@pytest.mark.parametrize("body", [states, lengths, adjoints, words, inverses])
def test_what_is_true_holds(body):
    assert run_claim(claim_of(body), 25, 0).verdict is Verdict.HOLDS


def states_are_real(R: ComplexDensity["d"]):
    equal(imag(R), 0 * imag(R))


def contractions_are_accretive(K: ComplexContraction["d d"]):
    positive_semidefinite(K + adjoint(K))


def columns_are_real(V: ComplexIsometry["d+e d", {"e": (0, 1)}]):
    equal(imag(V), 0 * imag(V))


def normal_matrices_have_real_determinants(N: ComplexNormal["d"]):
    equal(imag(determinant(N)), 0)


HALVES = {("1/2", "0+1/2i", "0-1/2i", "1/2"), ("1/2", "0-1/2i", "0+1/2i", "1/2")}


def projections_are_real(P: ComplexProjection["d"]):
    equal(imag(P), 0 * imag(P))


SIMPLEST = [
    (projections_are_real, HALVES),
    (states_are_real, HALVES),
    (contractions_are_accretive, {("-1",)}),
    pytest.param(columns_are_real, {("0+1i",)}, marks=pytest.mark.long),
    (normal_matrices_have_real_determinants, {("0+1i",)}),
]


@pytest.mark.parametrize(("body", "accepted"), SIMPLEST)
def test_what_is_false_is_refuted_by_the_simplest_value(body, accepted):
    claim = claim_of(body)
    generator = np.random.default_rng(0)
    instances = (claim.signature.draw(generator.bytes(claim.signature.block_size)) for _ in range(300))
    found = next(instance for instance in instances if claim.judge(instance).outcome is Outcome.REFUTED)
    small = simplify(counterexample(claim, found)).instance
    assert claim.judge(small).outcome is Outcome.REFUTED
    (value,) = small.encode().values()
    assert tuple(x for row in value for x in row) in accepted


def test_a_number_is_read_as_it_is_meant():
    for data in ("1/2-3/4i", GaussianRational.of(fmpq(1, 2), fmpq(-3, 4)), 0.5 - 0.75j):
        assert number(data) == GaussianRational.of(fmpq(1, 2), fmpq(-3, 4))
    for data in (3, Fraction(3), fmpq(3), 3.0, "3"):
        assert number(data) == GaussianRational.of(fmpq(3))


def test_in_one_dimension_a_hyperplane_is_nothing_whatever_it_is_orthogonal_to():
    for entry in (0, 1, 2):
        assert Projection("d").construct(rationals([1, entry]), "hyperplane", (1, 1)).tolist() == [[0]]
