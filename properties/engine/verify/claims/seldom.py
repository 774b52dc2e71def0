"""What claims meet seldom: names of every kind, fractions that fail once, decorators, and variants of variants."""

from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq
from hypothesis import example

from properties.engine.helpers.claims import claim_of
from properties.engine.helpers.domains import signature
from reference.arithmetic import greater, where
from verify import Permutation, Scalar, Vector, leq
from verify.claims.claim import Judge
from verify.claims.meanings import changed, meanings
from verify.claims.signatures import _drawn, _solved
from verify.claims.variants import spelled, variant, wider
from verify.judging.changed import away_from_corner
from verify.judging.judge import Outcome
from verify.judging.statements import ClaimError


def looking_up(text, **values):
    """Return a function of a module that has these values."""
    space = {"__name__": "mine", **values}
    exec(f"def body(x): return {text}", space)
    return space["body"], space


def test_what_means_the_same_as_long_as_it_is_the_same_is_known_by_its_kind():
    plain = {
        "one": 1, "half": 0.5, "unit": 1j, "word": "a", "bits": b"a", "third": Fraction(1, 3), "exact": fmpq(1, 3),
        "nothing": None, "own": looking_up, "built": len, "kind": Scalar, "pair": (1, ("a", None)), "empty": (),
    }  # fmt: skip
    changing = {"row": [1], "table": {}, "array": np.ones(2), "thing": object(), "mixed": (1, [2]), "last": ([2], 1)}
    body, space = looking_up(f"({', '.join([*plain, *changing])}, unknown)", **plain, **changing)
    assert meanings(body) == plain
    for name, value in plain.items():
        space[name] = other = ("another", name)
        assert list(changed(body, plain)) == [(name, value, other)]
        space[name] = value


def test_what_only_has_the_name_of_something_is_not_it():
    body, _ = looking_up("[x.one for two in [x, 'three']]", one=1, two=2, three=3)
    assert meanings(body) == {}


def test_a_fraction_that_fails_at_one_instance_is_tried_at_the_next(monkeypatch):
    kinds = []

    def body(x: Scalar):
        kinds.append(type(x).__name__)
        leq(0, where(greater(x * x, 0), 1 / (x * x), 0))

    claim = claim_of(body)
    judge = Judge(claim)
    monkeypatch.setattr(judge, "_require_the_same_in_balls", lambda instance: None)
    for x, seen in ((0, ["Rationals", "Balls"]), (2, ["Rationals"])):
        kinds.clear()
        assert judge(claim.signature.infer({"x": x})).outcome is Outcome.CERTAIN
        assert kinds == seen


def test_a_digest_is_of_no_decorator_and_a_claim_away_from_its_corner_stands_in_the_same_file():
    def stated(x: Scalar):
        leq(x, 1)

    plain = claim_of(stated)

    @example(x=1)
    def stated(x: Scalar):
        leq(x, 1)

    decorated = claim_of(stated)
    assert decorated.digest == plain.digest
    away = claim_of(away_from_corner(stated))
    assert (away.source_file, away.digest) == (plain.source_file, plain.digest)


def test_of_what_a_claim_is_to_others_a_variant_is_nothing(claims):
    claim = claims["own/trace"]
    said = {"corrects": "a/1", "same_as": "a/2", "reading": "so", "universal": "a/3", "corner": "x = 0", "proof": print}
    several = {"sharpens": ("a/4",), "implies": ("a/5",), "rests_on": ("a/6",)}
    for name, value in {**said, **several}.items():
        setattr(claim, name, value)
    made = variant(claim, ["A=Symmetric"])
    assert {name: getattr(made, name) for name in said} == dict.fromkeys(said)
    assert made.relations == {}
    assert (made.kind, made.label, made.slow) == (claim.kind, claim.label, claim.slow)


def test_a_ceiling_may_have_two_digits_and_a_name_that_means_nothing_is_told_as_far_as_it_is_read(claims):
    claim = claims["own/trace"]
    assert variant(claim, ["most.n.12"]).signature.bounds == {"n": (1, 12)}
    for name in ("most.n.123", "y" * 100):
        with pytest.raises(ClaimError) as refused:
            variant(claim, [name])
        assert str(refused.value) == f"own/trace has no variant {name[:80]!r}"


def test_of_wider_domains_those_by_one_step_come_first():
    names = [spelled(domain) for domain in wider(Permutation("d"))]
    assert names == ["Orthogonal", "DoublyStochastic", "Contraction", "Stochastic", "Matrix", "Nonnegative"]


def test_equations_are_solved_in_whichever_order_they_stand():
    axes = {name: Vector(name).array_axes[0][0] for name in ("d+1", "d+r", "r+e")}
    told = [(axes["r+e"], 7), (axes["d+r"], 5), (axes["d+1"], 3)]
    assert _solved(told) == _solved(told[::-1]) == {"d": 2, "r": 3, "e": 4}


def test_a_domain_of_ones_own_may_ask_for_the_sizes():
    class Long(Vector):
        """A vector of three entries or more, which it only knows of the sizes."""

        def admits(self, value, sizes):
            return sizes["d"] >= 3

    assert len(_drawn("x", Long("d"), bytes(4), (3,), {"d": 3})) == 3
    with pytest.raises(ClaimError, match=r"^the domain of x, Long\[\"d\"\], makes \(0, 0\), which is not in it$"):
        _drawn("x", Long("d"), bytes(3), (2,), {"d": 2})
    with pytest.raises(ValueError, match=r"^x: \(0, 0\) is not in Long"):
        signature(x=Long("d")).decode({"x": ["0", "0"]}, {"d": 2})


def test_whatever_is_wrong_with_a_value_is_told_with_its_name():
    one = signature(x=Scalar(), y=Scalar())
    for wrong in ("1/0", "one", None, [1], 0.1, 1j):
        with pytest.raises(ValueError, match=r"^y: "):
            one.decode({"x": "1", "y": wrong}, {})
