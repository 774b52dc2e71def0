"""Claims are judged alike whatever was judged before; a seed settles what a run draws; what a claim is kept by."""

from dataclasses import FrozenInstanceError, replace
from fractions import Fraction
from types import SimpleNamespace

import flint
import pytest
from hypothesis import Phase, settings

from properties.engine.helpers.claims import claim_of
from reference.arithmetic import exp, log, sqrt
from reference.arithmetic.exact import Balls
from verify import Matrix, Positive, Scalar, assume, corner, equal, leq, less
from verify.claims.attack import attack
from verify.claims.claim import Judge
from verify.claims.counterexample import Counterexample, Refutation
from verify.claims.entry import Entry, Kind, Relation, Verdict
from verify.claims.premises import Premise
from verify.claims.signatures import Instance, _Layout
from verify.claims.variants import Change, Variant
from verify.judging.judge import Judgement, Outcome
from verify.judging.statements import ClaimError
from verify.proving import show

AGREEMENT = 128
CEILING = 1024
FIRST_PRECISION = 64


def instance(claim, **values):
    return claim.signature.infer(values)


def roots(x: Positive):
    equal(sqrt(x) * sqrt(x), x)


def logarithms(x: Positive):
    leq(log(x) - log(x), 0)
    less(exp(log(x)), x + Fraction(1, 2**100))


def nearly(x: Positive):
    assume(less(x, 9))
    leq(sqrt(x) * sqrt(x), x)
    less(x, 5)


def inverse(x: Scalar):
    leq(0, (1 / x) * (1 / x))


JUDGED = [
    (roots, [4, 2, 4, 3, 9], [0, CEILING, 0, CEILING, 0]),
    (nearly, [4, 2, 5, 7, 2, 10], [0, CEILING, FIRST_PRECISION, FIRST_PRECISION, CEILING, 0]),
    (inverse, [1, 2], [0, 0]),
]  # fmt: skip


@pytest.mark.parametrize(("body", "values", "precisions"), JUDGED)
def test_an_instance_is_judged_alike_whatever_was_judged_before(body, values, precisions):
    claim = claim_of(body)
    judge = Judge(claim)
    together = [judge(instance(claim, x=x)) for x in values]
    alone = [claim.judge(instance(claim, x=x)) for x in values]
    assert [one.outcome for one in together] == [one.outcome for one in alone]
    assert [one.bits for one in together] == [one.bits for one in alone]
    refuted = [one.outcome is Outcome.REFUTED for one in alone]
    assert [one.precision for one in alone] == [
        precision if not is_false or precision == 0 else one.precision
        for precision, is_false, one in zip(precisions, refuted, alone, strict=True)
    ]
    assert [one.precision for one, is_false in zip(together, refuted, strict=True) if is_false] == [
        one.precision for one, is_false in zip(alone, refuted, strict=True) if is_false
    ]


def test_after_a_logarithm_no_fraction_is_tried_and_after_a_root_it_is():
    calls = []

    def logged(x: Positive):
        calls.append(type(x).__name__)
        leq(log(x), x)

    def rooted(x: Positive):
        calls.append(type(x).__name__)
        leq(sqrt(x), x + 1)

    for body, later in ((logged, ["Balls"]), (rooted, ["Rationals", "Balls"])):
        claim = claim_of(body)
        judge = Judge(claim)
        for kinds in (["Rationals", "Balls"], later):
            calls.clear()
            judge(instance(claim, x=2))
            assert calls == kinds


def test_after_what_no_bits_decide_balls_begin_with_the_most_and_after_what_is_certain_with_the_fewest():
    precisions = []

    def body(x: Positive, c: Positive):
        if isinstance(x, Balls):
            precisions.append(flint.ctx.prec)
        leq(sqrt(x) * sqrt(x), c)

    claim = claim_of(body)
    judge = Judge(claim)
    seen = []
    for x, c in ((2, 2), (3, 3), (2, 3), (3, 5), (2, 2), (5, 5)):
        precisions.clear()
        judge(instance(claim, x=x, c=c))
        seen.append(list(precisions))
    every = [64, 256, 1024]
    assert seen == [every, [1024], [1024], [64], every, [1024]]


def test_examples_are_in_the_order_in_which_they_are_written():
    claim = claim_of(roots)
    assert claim.examples == []
    one, two = (instance(claim, x=x) for x in (1, 2))
    claim.explicit = [SimpleNamespace(kwargs={"instance": two}), SimpleNamespace(kwargs={"instance": one})]
    assert claim.examples == [one, two]


def test_an_error_says_of_which_claim_and_where():
    claim = claim_of(inverse)
    with pytest.raises(ClaimError) as caught:
        claim.judge(instance(claim, x=0))
    assert caught.value.__notes__ == ["inverse at (x = 0)"]


@pytest.mark.parametrize("proof", [None, lambda: None])
def test_an_undecided_instance_is_left_open_but_where_a_proof_knows_that_agreeing_sides_differ(proof):
    claim = claim_of(roots)
    claim.proof = proof
    for outcome in Outcome:
        for bits in (0, AGREEMENT - 1, AGREEMENT, AGREEMENT + 1):
            known = proof is not None and bits >= AGREEMENT
            left = claim.is_left_open(Judgement(outcome, CEILING, bits))
            assert left is (outcome is Outcome.UNDECIDED and not known)


def test_what_has_no_proof_is_not_proved():
    with pytest.raises(ClaimError, match="roots has no proof"):
        claim_of(roots).prove()


def test_away_from_its_corner_a_claim_should_hold():
    def edge(x: Scalar):
        less(0, x * x)
        corner(equal(x, 0))

    claim = claim_of(edge)
    claim.corner = "x = 0"
    assert claim.judge(instance(claim, x=0)).outcome is Outcome.REFUTED
    away = claim.away
    assert (away.expected, away.corner, away.id) == (Verdict.HOLDS, None, claim.id)
    assert away.judge(instance(away, x=0)).outcome is Outcome.DISCARDED
    assert claim.corner == "x = 0"


def test_a_certificate_lies_beside_the_file_that_states_the_claim():
    claim = claim_of(roots)
    for id, name in (("paper/label", "label.json"), ("alone", "alone.json")):
        claim.id = id
        assert claim.certificate_file.parts[-2:] == ("certificates", name)
        assert claim.certificate_file.parent.parent == claim.source_file.parent
    assert claim.paper == "alone"


def test_only_what_is_false_is_a_counterexample():
    claim = claim_of(nearly)
    for x, is_one in ((7, True), (2, False), (4, False), (10, False)):
        here = instance(claim, x=x)
        if is_one:
            found = Counterexample(claim, here, claim.judge(here))
            assert found.violation.relation == "<"
            assert str(Refutation(found)) == "nearly is refuted"
            continue
        with pytest.raises(ValueError, match="nothing is certainly false"):
            Counterexample(claim, here, claim.judge(here))


QUIET = settings(max_examples=15, database=None, deadline=None, phases=[Phase.generate])


def test_a_seed_settles_what_is_drawn_and_each_judgement_is_shown_but_for_what_is_discarded():
    def body(A: Matrix["d d"]):
        assume(leq(A[0, 0], 1))
        leq(0, 1)

    claim = claim_of(body)

    def drawn(seed, judge=None):
        seen = []
        attack(claim, lambda *shown: seen.append(shown), QUIET, seed=seed, judge=judge)()
        return seen

    first = drawn(1)
    assert first
    assert {judgement.outcome for _, judgement in first} == {Outcome.CERTAIN}
    assert [repr(one) for one, _ in first] == [repr(one) for one, _ in drawn(1)]
    assert [repr(one) for one, _ in first] != [repr(one) for one, _ in drawn(2)]
    asked = []
    drawn(1, judge=lambda one: asked.append(one) or claim.judge(one))
    assert len(asked) >= len(first)


def test_a_refuted_example_is_shown_and_raised():
    seen = []
    with pytest.raises(Refutation) as caught:
        attack(claim_of(strict), lambda *shown: seen.append(shown), QUIET, seed=0)()
    assert seen[-1][1].outcome is Outcome.REFUTED
    assert caught.value.counterexample.judgement == seen[-1][1]


def strict(x: Scalar):
    less(x, x)


def test_what_a_claim_is_to_others_and_under_what_it_is_counted():
    claim = claim_of(roots)
    assert (claim.relations, claim.fault) == ({}, "refuted")
    claim.reading = "other"
    assert claim.fault == "by a reading"
    claim.corner = "x = 0"
    assert claim.fault == "at a corner"
    claim.corrects, claim.sharpens, claim.rests_on = "a/b", ("a/c",), ("a/d", "a/e")
    assert claim.relations == {
        Relation.CORRECTS: ("a/b",), Relation.SHARPENS: ("a/c",), Relation.RESTS_ON: ("a/d", "a/e")
    }  # fmt: skip
    assert [relation.inverse for relation in Relation] == ["corrected by", "sharpened by", "implied by", "used by"]


def test_an_unknown_word_is_answered_by_all_that_are_known():
    with pytest.raises(
        ValueError, match=r"'lemma' is no kind of claim: choose one of identity, inequality, optimality, "
    ):
        Kind("lemma")
    with pytest.raises(ValueError, match=r"'true' is no verdict: choose one of proved, holds, .*error$"):
        Verdict("true")


def test_a_digest_is_of_what_is_stated_and_of_nothing_else():
    def stated(x: Scalar):
        leq(x, 1)

    digest = claim_of(stated).digest

    def stated(x: Scalar):
        """Say it."""
        leq(x, 1)  # it is no more

    assert claim_of(stated).digest == digest

    def stated(x: Scalar):
        leq(x, 2)

    assert claim_of(stated).digest != digest
    with pytest.raises((ClaimError, SyntaxError, ValueError)):
        _ = claim_of(lambda x: leq(x, 1)).digest


@pytest.mark.parametrize("kind", [Change, Counterexample, Instance, Premise, _Layout])
def test_what_is_made_of_a_claim_does_not_change(kind):
    with pytest.raises(FrozenInstanceError):
        object.__new__(kind).anything = 0
    with pytest.raises(TypeError):
        kind()


def test_a_claim_is_made_by_names_and_no_other_is_the_same():
    claim = claim_of(roots)
    assert claim != replace(claim)
    assert len({claim, replace(claim)}) == 2
    bare = Entry(id="a/b", statement="", body=roots, label="", kind=Kind.LIMIT, expected=Verdict.HOLDS)
    assert bare != replace(bare)
    made = Variant(**{name: getattr(claim, name) for name in vars(claim)}, words="")
    assert made != replace(made)
    for kind, count in ((Entry, 6), (type(claim), 14), (Variant, 14)):
        with pytest.raises(TypeError, match="takes 1 positional argument"):
            kind(*[None] * count)


def test_a_proof_is_derived_and_what_it_shows_has_to_be_so():
    claim = claim_of(roots)
    claim.proof = lambda: show(True)
    claim.prove()
    claim.proof = lambda: show(False)
    with pytest.raises(AssertionError):
        claim.prove()


def test_a_digest_is_of_a_function_that_is_defined_with_def():
    async def later(x):
        leq(x, 1)

    with pytest.raises(ClaimError, match="roots is no function that is defined with def"):
        _ = replace(claim_of(roots), body=later).digest
