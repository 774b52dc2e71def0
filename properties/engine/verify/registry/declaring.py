"""All that is said of a claim or a study reaches it, and what is not said has its default; how claims are chosen."""

from dataclasses import FrozenInstanceError, replace
from types import FunctionType, SimpleNamespace

import pytest

from vae_verify import CLAIM
from vae_verify.extras import Lacking
from verify import Scalar, claim, equal
from verify.certificates import shelf
from verify.claims.attack import UNMET, UNMET_THERE
from verify.claims.entry import Kind, Verdict
from verify.errors import UsageError
from verify.judging.judge import Judgement, Outcome
from verify.judging.statements import ClaimError
from verify.judging.vacuous import Implied
from verify.registry import declare, selection, sources, studies
from verify.registry.declare import Observer, decorations, universal
from verify.registry.selection import only, select
from verify.registry.sources import Source, at_home, find, varied
from verify.registry.studies import Evidence, Study, require_all, simulated

DEFAULTS = {
    "kind": Kind.IDENTITY, "expected": Verdict.HOLDS, "slow": False, "corrects": None, "sharpens": (), "implies": (),
    "rests_on": (), "same_as": None, "corner": None, "reading": None, "universal": None, "proof": None,
}  # fmt: skip
SAID = {
    "label": "Where", "kind": "limit", "slow": True, "corrects": "a/1", "sharpens": "a/2", "implies": ("a/3", "a/4"),
    "rests_on": ["a/5"], "proof": print,
}  # fmt: skip
SAID_OF_A_REFUTED_ONE = {"same_as": "a/1", "corner": "x = 0", "reading": "of x", "universal": "a/2"}


def body(x: Scalar):
    """Say something."""
    equal(x, x)


def stated(id="own/stated", **said):
    """Return the claim of a body."""
    return getattr(claim(id, "what is printed", **said)(body), CLAIM)


def test_all_that_is_said_of_a_claim_reaches_it_and_nothing_else_is():
    for said in ({}, SAID, {"expected": "refuted", **SAID_OF_A_REFUTED_ONE}):
        found = stated(**said)
        expected = DEFAULTS | said | {name: tuple(said[name]) for name in ("implies", "rests_on") if name in said}
        if "sharpens" in said:
            expected["sharpens"] = ("a/2",)
        assert {name: getattr(found, name) for name in expected} == expected
        assert (found.id, found.statement, found.body) == ("own/stated", "what is printed", body)
        assert found.label == said.get("label", "Stated")


@pytest.mark.parametrize("name", SAID_OF_A_REFUTED_ONE)
def test_how_it_is_refuted_is_said_of_a_refuted_claim_alone(name):
    with pytest.raises(ClaimError, match=f"{name} is said of a claim that is expected to be refuted"):
        stated(**{name: "a/1"})


@pytest.mark.parametrize(
    ("id", "label"),
    [
        ("own/eq-7", "eq. 7"), ("own/eq-7.left", "eq. 7, left"), ("own/lemma-2", "Lemma 2"), ("alone", "Alone"),
        ("own/theorem-3.a.b", "Theorem 3, a.b"), ("own/remark-on-it", "Remark on it"), ("two-words.x", "Two words, x"),
    ],
)  # fmt: skip
def test_a_label_is_made_of_the_id(id, label):
    assert stated(id).label == label


@pytest.mark.parametrize("id", ["", "a b", "a/b/c", "/a", "a/", "a/b!", "a\n"])
def test_an_id_is_a_paper_and_a_label_and_nothing_more(id):
    with pytest.raises(ClaimError, match="is not of the form paper/label"):
        stated(id)


def test_no_claim_takes_the_id_of_another_and_none_expects_to_survive():
    stated("own/taken")

    def other(x: Scalar):
        equal(x, x)

    with pytest.raises(ClaimError, match=r"the id own/taken is taken by .*declaring.py::body: choose another"):
        claim("own/taken", "x")(other)
    with pytest.raises(ClaimError, match="own/lives: survived is what a hunt says"):
        stated("own/lives", expected="survived")


def test_marks_settings_and_seeds_alone_are_taken_over_from_a_body():
    one = SimpleNamespace(
        pytestmark=["slow"], _hypothesis_internal_use_seed=3, other=1, hypothesis_explicit_examples=[]
    )
    assert decorations(one) == {"pytestmark": ["slow"], "_hypothesis_internal_use_seed": 3}


def test_what_stays_undecided_fails_a_test_and_what_is_vacuous_is_met_by_nothing(monkeypatch):
    seen, kept = Observer(stated()), []
    monkeypatch.setattr(shelf, "keep", kept.append)
    monkeypatch.setattr(declare, "Counterexample", lambda *parts: parts)
    lines = frozenset({("c.py", 3, ()), ("c.py", 7, ())})
    vacuous = Judgement(Outcome.CERTAIN, 64, vacuous=True, implied=Implied(lines))
    part = Judgement(Outcome.CERTAIN, 64, implied=Implied(lines, frozenset({("c.py", 3, ())})))
    certain = Judgement(Outcome.CERTAIN, 64, implied=Implied(lines, lines))
    assert not seen.unjudged
    states = []
    for judgement in (vacuous, part, certain, vacuous):
        seen(None, judgement)
        states.append(seen.unjudged)
    assert (states, kept) == ([UNMET, UNMET_THERE.format(7, "c.py"), "", ""], [])
    seen.forget()
    assert not seen.unjudged
    seen(None, part)
    assert seen.unjudged == UNMET_THERE.format(7, "c.py")  # nothing of before is known
    seen.forget()
    seen("here", refuted := Judgement(Outcome.REFUTED, 64))
    assert kept == [(seen.claim, "here", refuted)]
    for bits in (0, 100, 1000):
        with pytest.raises(ClaimError, match="own/stated is undecided at 1024 bits"):
            seen(None, Judgement(Outcome.UNDECIDED, 1024, bits))


def test_what_refutes_a_claim_universally_is_a_claim_that_is_to_be_proved():
    for expected in ("proved", "holds"):
        stated("own/other", expected=expected)
        wrong = stated("own/wrong", expected="refuted", universal="own/other")
        if expected == "proved":
            assert universal(wrong).id == "own/other"
            continue
        with pytest.raises(ClaimError, match="own/wrong: universal names own/other, which is no claim"):
            universal(wrong)
    for missing in (None, "own/missing"):
        with pytest.raises(ClaimError, match=f"universal names {missing}, which is no"):
            universal(replace(wrong, universal=missing))


# --- studies ----------------------------------------------------------------------------------------------------------


def test_all_that_is_said_of_a_study_reaches_it():
    bare = getattr(simulated("own/bare", "x")(lambda seed: Evidence(1, 1, 0)), CLAIM)
    assert (bare.kind, bare.expected, bare.slow, bare.limited) == (Kind.FLOW, Verdict.SIMULATED, True, False)
    assert (bare.label, bare.corrects, bare.relations, bare.needs) == ("Bare", None, {}, ())
    related = {"sharpens": "a/1", "implies": "a/2", "rests_on": "a/3"}
    full = simulated("own/full", "x", label="L", expected="contradicted", corrects="a/4", needs=("train",), **related)
    found = getattr(full(lambda seed: Evidence(seed, 0, 0)), CLAIM)
    assert (found.label, found.expected, found.corrects, found.needs) == ("L", "contradicted", "a/4", ("train",))
    assert {name: getattr(found, name) for name in related} == {name: (id,) for name, id in related.items()}
    assert replace(found, needs=()).evidence(7) == Evidence(7, 0, 0, "")


def test_evidence_stays_as_it_was_seen_and_an_experiment_is_measured():
    with pytest.raises(FrozenInstanceError):
        Evidence(1, 1, 0).examples = 2
    found = getattr(simulated("own/seen", "x")(lambda seed: Evidence(1, 1, 0)), CLAIM)
    assert found.verdict(Evidence(1, 1, 0)) is Verdict.SIMULATED
    assert replace(found, kind=Kind.EXPERIMENT).verdict(Evidence(1, 1, 0)) is Verdict.MEASURED


def test_what_the_studies_need_is_asked_for_once_and_together(monkeypatch):
    asked = []
    monkeypatch.setattr(studies, "require", lambda *names: asked.append(names))
    needs = {"own/none": (), "own/one": ("train",), "own/two": ("train", "figures"), "own/three": ("gate",)}
    entries = [getattr(simulated(id, "x", needs=given)(lambda seed: None), CLAIM) for id, given in needs.items()]
    require_all([stated(), entries[0]])
    assert asked == []
    require_all([stated(), *entries[:2]])
    require_all(entries)
    assert asked == [("own/one", "train"), ("own/one and 2 more", "train", "figures", "gate")]
    entries[2].study = lambda seed: Evidence(seed, 0, 0)
    assert entries[2].evidence(3).examples == 3
    assert asked[-1] == ("own/two", "train", "figures")
    assert issubclass(Lacking, Exception)


# --- choosing ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def chosen(monkeypatch):
    """Return what chooses by ids among claims of two papers, which stand in another order than they read."""
    entries, ids = {}, ("b/late", "a/second", "a/first.v", "a/first.w", "a/first.x", "a/first.y")
    for rank, id in enumerate(ids):
        entries[id] = stated(id, slow=id == "a/second")
        monkeypatch.setitem(vars(entries[id]), "rank", 10 - rank)
        entries[id].body = FunctionType(body.__code__.replace(co_firstlineno=1 + rank), globals())  # as if further down
    loaded = []
    monkeypatch.setattr(selection, "REGISTRY", entries)
    monkeypatch.setattr(selection, "rank", lambda entry: vars(entry)["rank"])
    monkeypatch.setattr(selection, "load_papers", lambda targets=(): loaded.append(list(targets)))
    monkeypatch.setattr(selection, "load_file", lambda path: [entries["a/second"]])

    def choose(*targets, slow=False):
        loaded.clear()
        return [entry.id for entry in select(targets, slow)], list(loaded)

    return choose


def test_claims_are_chosen_in_the_order_of_reading_each_once_and_slow_ones_when_named(chosen):
    quick = ["a/first.y", "a/first.x", "a/first.w", "a/first.v"]
    assert chosen() == ([*quick, "b/late"], [[]])
    assert chosen(slow=True) == ([*quick, "a/second", "b/late"], [[]])
    targets = ["b/*", "a/first.[xy]", "b/late"]
    assert chosen(*targets) == (["b/late", "a/first.y", "a/first.x"], [targets])
    assert chosen("a/second", "a/*")[0] == ["a/second", *quick]
    assert chosen("mine.py", "b/late") == (["b/late"], [["b/late"]])  # no paper is loaded for a file
    assert chosen("mine.py::a/second") == (["a/second"], [])
    with pytest.raises(UsageError, match="every claim chosen is slow: add --slow"):
        chosen("a/s*")


@pytest.mark.parametrize(
    ("target", "mend"),
    [
        ("a", "for all of a paper, write 'a/\\*'"),
        ("a/first", "it has parts: write 'a/first.\\*'"),
        ("b/lat", "did you mean b/late"),
        ("a/first.z", r"did you mean (a/first.[vwxy] or ){2}a/first.[vwxy]\?$"),
        ("xlatz", "did you mean b/late"),
        ("B/late", "did you mean b/late"),
        ("zzzzzzzzzzzz", "see vae-verify claims"),
    ],
)
def test_a_target_that_names_nothing_is_told_what_does(target, mend, chosen):
    with pytest.raises(UsageError, match=f"no claim is called '{target}': {mend}"):
        chosen(target)


def test_entries_of_a_kind_are_those_alone():
    study = getattr(simulated("own/study", "x")(lambda seed: None), CLAIM)
    one = stated()
    assert only(Study, [one, study]) == [study]
    assert find("own/study", Study, None) is study
    with pytest.raises(UsageError, match="own/stated is no study"):
        find("own/stated", Study, None)
    with pytest.raises(ClaimError, match="own/study has no instances, and so no variants"):
        varied(study, ["x"])


# --- sources ----------------------------------------------------------------------------------------------------------

OWN = "from verify import Scalar, claim, equal\n@claim('own/{name}', 'x')\ndef test_x(x: Scalar): equal(x, {value})\n"


def test_another_process_has_the_text_that_was_sent_whatever_its_own_file_says(tmp_path, registry):
    path = tmp_path / "mine.py"
    path.write_text(OWN.format(name="sent", value="x"))
    sent = Source(str(path), path.read_text())
    first = find("own/sent", declare.Claim, sent)
    assert first.source_file.resolve() == path.resolve()
    assert find("own/sent", declare.Claim, sent) is first  # what is loaded is not loaded again
    assert Source.of(first) == Source(str(path.resolve()), sent.text)
    path.write_text(OWN.format(name="sent", value="x + 1"))
    assert Source.of(first) == Source(str(path.resolve()), sent.text)  # as it was loaded
    other = Source(str(path), OWN.format(name="sent", value="2 * x"))
    again = find("own/sent", declare.Claim, other)
    assert again is not first
    assert again.source_file.resolve() != path.resolve()
    assert again.source_file.read_text() == other.text
    third = Source(str(tmp_path / "gone.py"), OWN.format(name="gone", value="x"))
    found = find("own/gone", declare.Claim, third)
    assert found.source_file.name == "gone.py"
    assert found.source_file.parent.name.startswith("vae-verify-")
    assert len(found.source_file.parent.name) == len("vae-verify-") + 8
    assert found.source_file.parent != again.source_file.parent
    assert "own/sent" not in registry  # of a file that was sent the claims of earlier ones are forgotten
    at_home(found)


def test_a_claim_of_the_papers_has_no_source_and_one_of_no_file_cannot_be_sent(registry):
    assert Source.of(next(iter(registry.values()))) is None
    scope = {}
    exec(compile(OWN.format(name="typed", value="x"), "<typed>", "exec"), scope)
    with pytest.raises(UsageError, match="own/typed: its body is in no file that other processes could load"):
        Source.of(registry["own/typed"])


def test_a_source_does_not_change_and_a_study_is_made_by_names_and_no_other_is_the_same():
    with pytest.raises(FrozenInstanceError):
        Source("a.py", "").text = "x"
    assert Source("a.py", "") == Source("a.py", "")
    study = getattr(simulated("own/study", "x")(lambda seed: None), CLAIM)
    assert study != replace(study)
    with pytest.raises(TypeError, match="takes 1 positional argument"):
        Study(*[None] * 18)


def test_a_claim_of_the_papers_is_loaded_where_it_is_asked_for(monkeypatch):
    loaded, one = [], stated("own/known")
    monkeypatch.setattr(sources, "REGISTRY", known := {"own/known": one})
    monkeypatch.setattr(sources, "load_papers", lambda ids: loaded.append(ids) or known.update({"a/other": one}))
    assert find("own/known", declare.Claim, None) is one
    assert loaded == []
    assert find("a/other", declare.Claim, None) is one
    assert loaded == [["a/other"]]
