"""At the edge of what a claim can be: words of its kinds, shapes with one size too many, bodies of no file."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, settings
from hypothesis.database import InMemoryExampleDatabase

from properties.engine.helpers.claims import claim_of
from properties.engine.helpers.domains import signature
from reference.dimensions import DimensionError
from verify import Dimension, Free, Matrix, Scalar, Vector, assume, leq
from verify.claims.attack import UNMET, UNMET_ROUND, UNMET_THERE, UNPASSED, attack, unjudged
from verify.claims.entry import Entry, Kind, Relation, Verdict
from verify.claims.premises import premises
from verify.claims.signatures import Signature
from verify.claims.variants import SEPARATOR, _escaped, apart, variant
from verify.judging.judge import Judgement, Outcome
from verify.judging.statements import ClaimError
from verify.judging.vacuous import Implied


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


def test_of_several_premises_that_nothing_meets_the_first_is_named():
    lines = frozenset({("/b/c.py", 1, ()), ("/b/a.py", 70, (0,)), ("/b/a.py", 8, (9, 1))})
    rounds = frozenset((line, k, 4) for line in lines for k in range(4))
    some = frozenset((line, k, 4) for line in lines for k in (0, 2))
    for implied, told in (
        (Implied(), ""),
        (Implied(lines), UNMET_THERE.format(8, "a.py")),
        (Implied(assumed=lines), UNPASSED.format(8, "a.py")),
        (Implied(lines, assumed=frozenset({("/a.py", 1, ())})), UNMET_THERE.format(8, "a.py")),
        (Implied(lines, lines, rounds, some), UNMET_ROUND.format(8, "a.py", 2)),
        (Implied(lines, lines, rounds, some, lines), UNPASSED.format(8, "a.py")),
        (Implied(lines, lines, rounds, rounds, lines, lines), ""),
    ):
        assert unjudged(True, implied) == told
        assert unjudged(False, implied) == UNMET
    assert UNPASSED.startswith(
        "no example satisfies the premise of assume on line {} of {}, so that nothing was judged"
    )
    assert UNMET_ROUND.startswith(
        "no example satisfies the premise of implies on line {} of {} in round {} of its loop,"
    )


def test_a_test_without_a_seed_remembers_what_failed():
    kept = settings(database=InMemoryExampleDatabase())
    runs = [attack(claim_of(nothing), lambda *_: None, kept, seed) for seed in (None, 0)]
    found = [(run._hypothesis_internal_use_seed, run._hypothesis_internal_use_settings.database) for run in runs]
    assert found == [(None, kept.database), (0, None)]


def test_what_is_given_is_judged_before_what_is_drawn():
    claim, seen = claim_of(nothing), []
    given = [claim.signature.decode({"x": x}, {}) for x in ("1/7", "1/9")]

    @example(instance=given[0])
    @example(instance=given[1])
    def bearer():
        """Bear them in Hypothesis's form."""

    claim.explicit = bearer.hypothesis_explicit_examples
    kept = settings(max_examples=3, database=None)
    attack(claim, lambda instance, _: seen.append(instance), kept, judge=lambda one: Judgement(Outcome.CERTAIN, 0))()
    assert (seen[:2], len(seen)) == (given, 5)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("assume(leq(x, 3));", "assume( leq(x, 3));"), ("def test_three", "def test_other"),
        ("    bounded(x)", "    ("),
        ("import verify", "import verify\n"),
    ],
)  # fmt: skip
def test_a_file_that_changed_in_any_way_says_so(before, after, claims, tmp_path):
    text = (tmp_path / "own.py").read_text(encoding="utf-8")
    assert before in text
    (tmp_path / "own.py").write_text(text.replace(before, after, 1), encoding="utf-8")
    bodies = [claims["own/three"].body] + [claims["own/trace"].body] * (after == "import verify\n")
    for body in bodies:  # the second has no premises: that there are none may be news, too
        with pytest.raises(ClaimError, match="changed since it was loaded"):
            premises(body)


def test_words_of_a_variant_of_a_variant_are_those_of_both(claims):
    both = variant(claims["own/three"], ["drop.1", "c=2"])
    assert both.words == "without the premise leq(x, 3); c = 2"
    assert variant(claims["own/three"], []) is claims["own/three"]
    for name in ("A", "c", "drop.1=2"):
        with pytest.raises(ClaimError, match="has no variant"):
            variant(claims["own/three"], [name])


def test_what_is_no_size_says_of_no_dimension_what_it_is():
    for domain, value in ((Dimension("d"), "3"), (Vector("d"), 3)):
        with pytest.raises(DimensionError, match=r"^x: .* does not say what d is"):
            signature(x=domain).infer({"x": value})
    with pytest.raises(ValueError, match=r'^x: Free\[Vector\["d"\]\] has values of 2 arrays$'):
        signature(x=Free(Vector("d"))).infer({"x": 5})


def test_where_bytes_stand_is_asked_once_for_sizes(monkeypatch):
    asked, layout = [], Signature._layout
    monkeypatch.setattr(Signature, "_layout", lambda self, sizes: asked.append(sizes) or layout(self, sizes))
    drawn = signature(x=Matrix("d r"))
    for first in (b"\0\1", b"\0\1", b"\1\0", b"\4\5"):
        drawn.draw(first + bytes(drawn.block_size - 2))
    assert asked == [(1, 2), (2, 1)]
