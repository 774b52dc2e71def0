"""At the edge of what a claim can be: words of its kinds, shapes with one size too many, bodies of no file."""

from dataclasses import replace
from pathlib import Path

import pytest

from properties.engine.helpers.claims import claim_of
from properties.engine.helpers.domains import signature
from verify import Matrix, Scalar, assume, leq
from verify.claims.entry import Entry, Kind, Relation, Verdict
from verify.claims.premises import premises
from verify.claims.variants import SEPARATOR, _escaped, apart
from verify.judging.statements import ClaimError


def test_kinds_verdicts_and_relations_are_these_words():
    kinds = ["identity", "inequality", "optimality", "equivalence", "limit", "flow", "experiment"]
    assert [*Kind] == kinds
    verdicts = ["proved", "holds", "refuted", "simulated", "measured", "contradicted", "undecided", "error", "survived"]
    assert [*Verdict] == verdicts
    assert {str(relation): relation.inverse for relation in Relation} == {
        "corrects": "corrected by", "sharpens": "sharpened by", "implies": "implied by", "rests on": "used by",
    }  # fmt: skip
    for enum, words, expected in ((Kind, "kind of claim", kinds), (Verdict, "verdict", verdicts[:-1])):
        with pytest.raises(ValueError, match="'odd' is no") as refused:
            enum("odd")
        assert str(refused.value) == f"'odd' is no {words}: choose one of {', '.join(expected)}"


def test_a_claim_may_have_only_so_much_memory():
    assert Entry.limited is True
    assert claim_of(nothing).limited is True


def test_one_size_that_does_not_fit_is_one_too_many():
    for text, kind in (("d 65", "too large at d = 1"), ("d 0", "empty at d = 1"), ("65 d", "too large at d = 1")):
        with pytest.raises(ClaimError) as refused:
            signature(A=Matrix(text))
        assert str(refused.value) == f'Matrix["{text}"] is {kind}: bound its dimensions'
    assert signature(A=Matrix("d 64")).bounds == {"d": (1, 4)}


def test_letters_of_a_variant_stay_letters_and_ids_come_apart_at_commas():
    assert _escaped("X = Y") == "X = Y"
    assert SEPARATOR == ","
    assert apart("a/b,drop.1,c=2") == ("a/b", ["drop.1", "c=2"])


def nothing(x: Scalar):
    assume()  # type: ignore[call-arg]
    leq(x, 1)


def test_a_premise_of_nothing_is_one_without_words():
    assert [premise.text for premise in premises(nothing)] == [""]


def test_what_was_typed_lies_in_no_file():
    space = {}
    exec(compile("def typed(x): pass", "<typed>", "exec"), space)
    assert replace(claim_of(nothing), body=space["typed"]).source_file == Path()
