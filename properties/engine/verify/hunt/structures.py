"""The structures at which sides may always be equal: how one is told, how it is given, and how many are judged."""

from types import SimpleNamespace

import numpy as np
import pytest
from flint import fmpq

from properties.engine.helpers.claims import claim_of
from reference.arithmetic.exact import Rationals
from verify import ComplexMatrix, Index, Matrix, OneOf, PositiveDefinite, Scalar, Symmetric, Vector, leq
from verify.hunt import equality
from verify.hunt.equality import (
    _are_proportional,
    _are_transposed,
    _commute,
    _constant,
    _diagonal,
    _drawn,
    _hermitian,
    _judged,
    _multiples,
    _polynomials,
    _same,
    _scalar,
    _structures,
    _transposes,
    _zero,
    are_equal,
    explained,
)
from verify.judging.judge import Judgement, Outcome


def of(entries):
    return Rationals.of(np.vectorize(fmpq, otypes=[object])(np.array(entries)))


def numbers(x):
    return x.tolist()


A = of([[1, 2], [3, 4]])


class Drawn:
    """A generator that draws these numbers, and notes between which bounds."""

    def __init__(self, *drawn):
        self.drawn, self.bounds = list(drawn), []

    def integers(self, *bounds):
        self.bounds.append(bounds)
        return self.drawn.pop(0)


def test_what_commutes_is_a_polynomial_of_small_coefficients_the_square_or_the_same():
    generator = Drawn([-3, 1, 2], [3, 0, 1])
    made = [numbers(x) for x in _polynomials(A, generator)]
    square = [[7, 10], [15, 22]]
    assert made == [[[12, 22], [33, 45]], [[10, 10], [15, 25]], square, numbers(A)]
    assert generator.bounds == [(-3, 4, 3), (0, 4, 3)]
    generator = Drawn(5)
    assert [numbers(x) for x in _multiples(A, generator)] == [[[-5, -10], [-15, -20]], [[5, 10], [15, 20]]]
    assert generator.bounds == [(2, 6)]
    assert [numbers(x) for x in _transposes(A, None)] == [[[1, 3], [2, 4]]]


def test_what_one_matrix_is_made_of():
    assert numbers(_hermitian(A)) == [[1, fmpq(5, 2)], [fmpq(5, 2), 4]]
    assert numbers(_diagonal(A)) == [[1, 0], [0, 4]]
    assert numbers(_scalar(of([[7, 2], [3, 4]]))) == [[7, 0], [0, 7]]
    assert numbers(_constant(of([[7, 2], [3, 4]]))) == [[7, 7], [7, 7]]
    assert numbers(_constant(of([5, 1]))) == [5, 5]
    assert numbers(_zero(A)) == [[0, 0], [0, 0]]


def test_what_two_have_in_common():
    other, wide, vector = of([[2, 2], [3, 5]]), of([[1, 2, 3], [4, 5, 6]]), of([1, 2])
    assert _commute(A, other)
    assert not _commute(A, of([[0, 1], [0, 0]]))
    assert not _commute(vector, vector)
    assert not _commute(wide, wide)
    assert not _commute(A, of([[1]]))
    assert _are_proportional(A, -2 * A)
    assert _are_proportional(of([0, 3]), of([0, -1]))
    assert _are_proportional(A, 0 * A)
    assert not _are_proportional(0 * A, A)
    assert not _are_proportional(A, other)
    assert not _are_proportional(of([0, 3]), of([1, 1]))
    assert _are_transposed(wide, wide.mT)
    assert not _are_transposed(A, A)
    assert not _are_transposed(vector, vector)
    assert _same(vector, of([1, 2]))
    assert not _same(of([1, 1]), of([1]))


def of_two(A: Matrix["d d"], B: Symmetric["d"], v: Vector["d"], S: PositiveDefinite["d"]):
    leq(0, A[0, 0])


def words(**data):
    return [structure.words for structure in _structures(claim_of(of_two).signature.infer(data))]


def test_every_structure_of_an_instance_is_told_from_the_widest_to_the_narrowest():
    assert words(A=[[1, 2], [3, 4]], B=[[1, 2], [2, 5]], v=[1, 2], S=[[2, 1], [1, 1]]) == []
    one = [[2, 0], [0, 2]]
    pairs = [(a, b) for a in "ABS" for b in "ABS" if a != b]
    assert words(A=one, B=one, v=[0, 0], S=one) == [
        *(f"at which {a} and {b} commute" for a, b in pairs),
        *(f"at which {a} and {b} are proportional" for a, b in pairs),
        *(f"with {b} the transpose of {a}" for a, b in pairs), *(f"with {a} = {b}" for a, b in pairs),
        "at which A and B and S are symmetric", "at which A and B and S are diagonal",
        *(f"at which {a} is a multiple of the identity" for a in "ABS"),
        "at which the entries of v are equal", "with v = 0",
    ]  # fmt: skip
    small = words(A=[[3]], B=[[1]], v=[4], S=[[1]])
    assert small[-1] == "with d = 1"
    assert "at which the entries of v are equal" in small


def of_others(v: Vector["d"], x: Scalar, y: Scalar, kind: OneOf["a", "b"], i: Index["d"]):
    leq(x, y)


def of_complex(A: Matrix["d d"], H: ComplexMatrix["d d"]):
    leq(0, A[0, 0])


def of_one_size(v: Vector["d", {"d": (1, 1)}], w: Vector["k", {"k": (2, 3)}], u: Vector["n", {"n": (1, 2)}]):
    leq(0, v[0])


def test_a_dimension_that_is_one_is_a_structure_if_it_could_be_more():
    instance = claim_of(of_one_size).signature.infer({"v": [3], "w": [1, 2], "u": [5]})
    told = [one for one in _structures(instance) if one.words.startswith("with ")]
    assert [(one.words, one.single, one.apart) for one in told] == [("with n = 1", "n", ())]


def of_rectangles(A: Matrix["d k"], B: Matrix["k d"], C: Matrix["d k"]):
    leq(0, A[0, 0])


def test_numbers_and_choices_have_no_structure_and_of_complex_matrices_symmetric_ones_are_hermitian():
    told = [*_structures(claim_of(of_others).signature.infer({"v": [0, 0], "x": 2, "y": 2, "kind": "a", "i": 0}))]
    assert [one.words for one in told] == ["at which the entries of v are equal", "with v = 0"]
    turned = {"A": [[1, 2], [2, 3]], "H": [[1, "0+1i"], ["0-1i", 4]]}
    told = [one.words for one in _structures(claim_of(of_complex).signature.infer(turned))]
    assert told == ["at which A and H are Hermitian"]
    wide, tall = [[1, 2, 3], [4, 5, 6]], [[1, 4], [2, 5], [3, 6]]
    told = [
        one.words for one in _structures(claim_of(of_rectangles).signature.infer({"A": wide, "B": tall, "C": wide}))
    ]
    assert told == [
        "at which A and C are proportional", "at which C and A are proportional", "with B the transpose of A",
        "with A the transpose of B", "with C the transpose of B", "with B the transpose of C", "with A = C",
        "with C = A",
    ]  # fmt: skip


# --- what is drawn, and judged ----------------------------------------------------------------------------------------


def judgement(outcome, sides=(1, 1), **ground):
    made = SimpleNamespace(**{"premise": False, "operands": (), "entry": None, "sides": sides} | ground)
    return SimpleNamespace(outcome=outcome, ground=made)


def test_sides_are_equal_where_they_are_so_or_agree_and_of_nothing_else():
    assert are_equal(judgement(Outcome.CERTAIN))
    assert not are_equal(judgement(Outcome.CERTAIN, (1, 2)))
    assert are_equal(judgement(Outcome.INDISTINGUISHABLE, (1, 2)))
    for outcome in (Outcome.REFUTED, Outcome.UNDECIDED, Outcome.DISCARDED):
        assert not are_equal(judgement(outcome))
    for ground in ({"premise": True}, {"operands": (1,)}, {"entry": (0, 0)}):
        assert not are_equal(judgement(Outcome.INDISTINGUISHABLE, **ground))
    assert not are_equal(Judgement(Outcome.INDISTINGUISHABLE, 64))


@pytest.mark.parametrize(
    ("outcome", "sides", "drawn", "count"),
    [
        (Outcome.CERTAIN, (1, 1), 40, 40), (Outcome.INDISTINGUISHABLE, (1, 2), 40, 40), (Outcome.CERTAIN, (1, 2), 1, 0),
        (Outcome.DISCARDED, (1, 1), 400, 0), (Outcome.UNDECIDED, (1, 1), 400, 0),
    ],
)  # fmt: skip
def test_forty_are_judged_of_four_hundred_at_most(outcome, sides, drawn, count, monkeypatch):
    calls = []
    monkeypatch.setattr(equality, "_drawn", lambda *_: calls.append(1) or "here")
    monkeypatch.setattr(equality, "kind", lambda _: "general")
    judge = lambda _: judgement(outcome, sides)  # noqa: E731
    assert _judged(None, judge, equality._Structure("so"), float("inf")) == count
    assert len(calls) == drawn
    assert _judged(None, judge, equality._Structure("so"), 0.0) == 0
    assert len(calls) == drawn
    monkeypatch.setattr(equality.time, "monotonic", lambda: 7.0)
    assert _judged(None, judge, equality._Structure("so"), 7.0) == count


def test_where_the_sides_differ_at_one_they_are_not_equal(monkeypatch):
    monkeypatch.setattr(equality, "_drawn", lambda *_: "here")
    monkeypatch.setattr(equality, "kind", lambda _: "general")
    for before in (1, 12, 39):
        sides = iter([(1, 1)] * before + [(1, 2)] + [(1, 1)] * 40)
        judge = lambda _, sides=sides: judgement(Outcome.CERTAIN, next(sides))  # noqa: E731
        assert _judged(None, judge, equality._Structure("so"), float("inf")) == 0


def test_trivial_ones_and_none_are_not_judged(monkeypatch):
    kinds = iter([*["zero", "equal", "scalar", "one-dimensional"] * 2, *["diagonal", "general"] * 30])
    instances = iter([None] * 7 + ["here"] * 100)
    monkeypatch.setattr(equality, "_drawn", lambda *_: next(instances))
    monkeypatch.setattr(equality, "kind", lambda _: next(kinds))
    judged = []
    judge = lambda one: judged.append(one) or judgement(Outcome.CERTAIN)  # noqa: E731
    assert _judged(None, judge, equality._Structure("so"), float("inf")) == len(judged) == 40
    assert sum(1 for _ in instances) == 100 - 48


@pytest.mark.parametrize(
    ("judged", "said"), [(9, None), (10, "equality at all 10 instances tried that are not trivial")]
)
def test_of_fewer_than_ten_nothing_is_said(judged, said, monkeypatch):
    monkeypatch.setattr(equality, "_judged", lambda *_: judged)
    claim = claim_of(of_two)
    plain = {"A": [[1, 2], [3, 4]], "B": [[1, 2], [2, 5]], "v": [1, 2], "S": [[2, 1], [1, 1]]}
    assert explained(claim, claim.signature.infer(plain), 1.0) == said


def test_an_instance_of_a_structure_is_one_of_its_domains():
    claim = claim_of(of_two)
    single = equality._Structure("so", single="d")
    assert _drawn(claim, single, np.random.default_rng(0)).sizes == {"d": 1}
    offered = [{"S": of([[-1]])}, {"S": of([[5]])}, {"S": of([[7]])}]
    chosen = equality._Structure("so", lambda values, _: ({**values, **one} for one in offered), single="d")
    made = _drawn(claim, chosen, np.random.default_rng(0))
    assert numbers(made.values["S"]) == [[5]]
    assert made.signature is claim.signature
    offered[1:] = []
    assert _drawn(claim, chosen, np.random.default_rng(0)) is None
