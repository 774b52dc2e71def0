"""What the registry meets seldom: files that print, or state by exec; folders that are none; a disk without room."""

import sys
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest

from properties.engine.helpers.claims import claim_of
from verify import Positive, Scalar, assume, equal, leq, less
from verify.certificates import shelf
from verify.claims.entry import Relation, Verdict
from verify.errors import UsageError
from verify.judging.judge import Judgement, Outcome
from verify.judging.statements import ClaimError
from verify.registry import declare, loading, selection
from verify.registry.declare import Observer, _Examples
from verify.registry.loading import load_file
from verify.registry.relations import disagreements, faults
from verify.registry.sources import Source, find, varied
from verify.registry.studies import Evidence, said, simulated

STATED = "from verify import Scalar, claim, equal\n@claim('own/{name}', 'x')\ndef test_x(x: Scalar): equal(x, x)\n"


def body(x: Scalar):
    equal(x, x)


def test_what_modules_print_goes_to_the_error_stream(tmp_path, monkeypatch, capsys):
    (tmp_path / "printing_here.py").write_text("print('noise')\n" + STATED.format(name="printing"))
    monkeypatch.syspath_prepend(str(tmp_path))
    loading._imported("printing_here")
    assert [entry.id for entry in load_file(tmp_path / "printing_here.py")] == ["own/printing"]
    assert capsys.readouterr() == ("", "noise\nnoise\n")


def test_a_claim_that_was_made_by_exec_is_one_of_the_file(tmp_path):
    (tmp_path / "made.py").write_text(f"exec({STATED.format(name='made')!r})\n")
    assert [entry.id for entry in load_file(tmp_path / "made.py")] == ["own/made"]


def test_papers_are_folders_in_places_that_are_there(tmp_path, monkeypatch):
    (tmp_path / "there" / "own2040").mkdir(parents=True)
    (tmp_path / "there" / "own2040" / "__init__.py").write_text("CITATION = ''")
    (tmp_path / "there" / "__pycache__").mkdir()
    (tmp_path / "file").touch()
    places = [str(tmp_path / name) for name in ("none", "file", "there")]
    monkeypatch.setattr(loading, "_imported", lambda name: SimpleNamespace(__path__=places))
    assert loading._papers() == {"own2040"}


def test_a_package_without_a_file_is_known_by_its_name(tmp_path, monkeypatch):
    (tmp_path / "space_of_mine").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))
    assert loading._file("space_of_mine") == Path("space_of_mine")


def test_papers_are_loaded_for_what_is_no_file_alone(monkeypatch):
    loaded = []
    one = SimpleNamespace(id="own/one", slow=False, relations={}, same_as=None)
    monkeypatch.setattr(selection, "_in_file", lambda target: [one])
    monkeypatch.setattr(selection, "REGISTRY", {"b/two": one})
    monkeypatch.setattr(selection, "_natural_order", str)
    monkeypatch.setattr(selection, "load_papers", loaded.append)
    assert selection.select(["a.py", "b/two"]) == [one]
    assert loaded == [["b/two"]]


def test_what_cannot_be_kept_is_seen_all_the_same(monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shelf, "keep", full)
    monkeypatch.setattr(declare, "Counterexample", lambda *parts: parts)
    seen = Observer(claim_of(body))
    seen("here", Judgement(Outcome.REFUTED, 64))
    assert not seen.unjudged


def test_an_example_outside_its_domain_is_told_so_whatever_is_wrong_with_it():
    signature = claim_of(body).signature
    for value in ("one", "1/0", [1], None):
        example = SimpleNamespace(args=(), raises=None, kwargs={"x": value})
        with pytest.raises(ClaimError, match=r"^an @example is outside the claim's domain: x: "):
            _Examples(signature, [example])


@pytest.mark.parametrize("relation", Relation)
def test_nothing_is_said_of_a_relation_to_what_was_not_judged(relation):
    entry = SimpleNamespace(id="own/one", relations={relation: ("own/other",)}, same_as=None)
    for id in ("own/one", "own/other"):
        for verdict in Verdict:
            assert list(disagreements([entry], {id: verdict})) == []


def test_where_there_is_no_claim_at_all_none_is_near():
    entry = SimpleNamespace(id="own/one", relations={Relation.IMPLIES: ("own/other",)}, same_as=None)
    assert list(faults([entry], {})) == ["own/one implies own/other, which is no claim"]
    told = "own/one implies own/other, which is no claim: did you mean {}?"
    assert list(faults([entry], {"x": entry})) == [told.format("x")]  # however far the nearest is
    assert list(faults([entry], {"x": entry, "own/othr": entry, "a/b": entry})) == [told.format("own/othr")]


def test_the_claims_of_the_papers_stay_where_those_of_a_file_are_sent_anew(tmp_path, registry):
    papers = dict(registry)
    for text in (STATED.format(name="sent"), STATED.format(name="sent") + "\n"):
        find("own/sent", declare.Claim, Source(str(tmp_path / "gone.py"), text))
    assert registry == papers | {"own/sent": registry["own/sent"]}
    assert len(papers) > 100
    assert "claims_of_gone" in sys.modules


HELPED = "from told_here import word\n" + STATED.replace("'x'", "word")


def test_a_claim_is_found_with_the_helpers_beside_it_whatever_was_loaded_since(tmp_path):
    sent = {}
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "told_here.py").write_text(f"word = {name!r}\n")
        (tmp_path / name / f"{name}.py").write_text(HELPED.format(name=name))
        (entry,) = load_file(tmp_path / name / f"{name}.py")
        assert (entry.statement, sys.path[0]) == (name, str(tmp_path / name))
        sent[name] = Source.of(entry)
    for name in ("one", "other", "one"):
        assert find(f"own/{name}", declare.Claim, sent[name]).statement == name
        assert sys.path[0] == str(tmp_path / name)
        assert sys.modules["told_here"].word == name


def test_a_variant_is_the_same_one_whenever_it_is_asked_for(registry):
    declare.claim("own/positive", "x")(positive)
    claim = registry["own/positive"]
    assert (
        varied(claim, ["x=NonNegative"])
        is varied(claim, ["x=NonNegative"])
        is find("own/positive,x=NonNegative", declare.Claim, None)
    )
    assert find("own/positive,x=NonNegative,drop.1", declare.Claim, None).words.count(";") == 1


def positive(x: Positive):
    assume(less(x, 2))
    leq(0, x)


def test_a_function_on_another_line_of_a_module_is_another_be_it_above_or_below(registry):
    space = {"__name__": "mine"}
    exec("from verify import Scalar, claim, equal\n", space)
    text = STATED.format(name="line").partition("\n")[2]
    for before, refused in (("\n\n\n", False), ("\n\n\n", False), ("\n", True), ("\n" * 5, True)):
        code = compile(before + text, "mine.py", "exec")
        if not refused:
            exec(code, space)
            continue
        with pytest.raises(ClaimError, match="is taken by another test_x of this file"):
            exec(code, space)


def test_a_claim_of_a_file_is_named_by_its_function_or_its_id(tmp_path):
    (tmp_path / "mine.py").write_text(STATED.format(name="by.id"))
    for name in ("test_x", "own/by.id"):
        assert [entry.id for entry in selection.select([f"{tmp_path / 'mine.py'}::{name}"])] == ["own/by.id"]
    with pytest.raises(UsageError, match=r"mine\.py: no claim is called 'by\.id': it has test_x$"):
        selection.select([f"{tmp_path / 'mine.py'}::by.id"])


@pytest.mark.parametrize("expected", ["proved", "holds", "undecided", "error"])
def test_how_it_is_refuted_is_said_of_no_claim_that_is_expected_to_be_anything_else(expected, registry):
    for name in ("same_as", "corner", "reading", "universal"):
        with pytest.raises(ClaimError, match=f"{name} is said of a claim that is expected to be refuted"):
            declare.claim("own/said", "x", expected=expected, **{name: "a/b"})(body)
    assert "own/said" not in registry


def test_a_file_is_the_same_by_a_link_to_it(tmp_path):
    (tmp_path / "mine.py").write_text(STATED.format(name="linked"))
    (tmp_path / "link.py").symlink_to("mine.py")
    for name in ("mine.py", "link.py", "mine.py"):
        assert [entry.id for entry in load_file(tmp_path / name)] == ["own/linked"]


def test_the_test_of_a_study_has_the_marks_of_its_body(registry):
    @pytest.mark.slow
    def seen(seed):
        """See it."""
        return Evidence(1, 1, 0)

    test = simulated("own/seen", "x")(seen)
    assert [mark.name for mark in test.pytestmark] == ["slow"]
    assert (test.__name__, test.__doc__, test.__module__) == ("seen", "See it.", __name__)


def test_a_circle_is_told_from_each_claim_to_the_next_that_it_names():
    chain = {"own/a": "own/b", "own/b": "own/c", "own/c": "own/a"}
    entries = {
        id: SimpleNamespace(id=id, relations={Relation.RESTS_ON: (named,)}, same_as=None) for id, named in chain.items()
    }
    (fault,) = faults(entries.values(), entries)
    told, _, ids = fault.partition(": ")
    assert told == "in a circle, each rests on the next"
    circle = ids.split(", ")
    assert (len(circle), circle[0]) == (4, circle[-1])
    assert all(chain[one] == other for one, other in pairwise(circle))


def test_a_file_is_sent_as_it_was_loaded_by_whichever_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = STATED.format(name="relative")
    Path("mine.py").write_text(text)
    (entry,) = load_file(Path("mine.py"))
    Path("mine.py").write_text("# edited\n")
    assert Source.of(entry) == Source(str(tmp_path / "mine.py"), text)


def test_of_evidence_what_was_seen_is_said_and_whether_it_leaves_all_open():
    assert [said(Evidence(*counts, "seen")) for counts in ((3, 0, 0), (3, 3, 0), (3, 0, 1), (0, 0, 0))] == [
        "none of 3 is certain, each is so or not by less than the error: seen",
        "seen",
        "against it are 1 of 3: seen",
        "nothing could be judged: seen",
    ]
