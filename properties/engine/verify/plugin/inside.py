"""The plugin in this process: which tests a claim has, which are skipped, and what is told of a refutation."""

import json
import warnings
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import Phase, settings
from hypothesis.database import InMemoryExampleDatabase

from properties.engine.helpers.claims import claim_of, counterexample
from vae_verify.extras import Lacking
from verify import Matrix, Scalar, equal, leq, plugin
from verify.certificates.pool import Pool
from verify.claims.counterexample import Refutation
from verify.claims.entry import Verdict
from verify.plugin import _Attack, _Item


def symmetric(A: Matrix["d d"]):
    equal(A, A.mT)


def squares(x: Scalar):
    leq(0, x * x)


@pytest.fixture
def found(tmp_path, monkeypatch):
    """Return a counterexample that is not as small as it can be, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    claim = claim_of(symmetric)
    claim.id = "own/symmetric"
    return counterexample(claim, claim.signature.decode({"A": [["1", "7"], ["3", "0"]]}, {"d": 2}))


def pool(warn=warnings.warn):
    return Pool(InMemoryExampleDatabase(), warn)


# --- which tests ----------------------------------------------------------------------------------------------------


def suffixes(expected, **known):
    """Return the kinds of tests of a claim, with what their names have after its id."""
    claim = claim_of(squares)
    claim.expected = expected
    for name, value in known.items():
        setattr(claim, name, value)
    return [(kind, suffix) for kind, suffix, _ in plugin._tests(claim, squares)]


def test_a_claim_has_the_tests_of_what_is_expected_of_it(monkeypatch):
    monkeypatch.setattr(plugin, "away_test", lambda claim: squares)
    assert suffixes(Verdict.HOLDS) == [(_Attack, "")]
    assert suffixes(Verdict.HOLDS, proof=print) == [(_Attack, ""), (_Item, ":proof")]
    assert suffixes(Verdict.PROVED) == [(_Attack, ""), (_Item, ":proof")]
    assert suffixes(Verdict.REFUTED) == [(_Item, "")]
    assert suffixes(Verdict.REFUTED, universal="own/all") == [(_Item, ""), (_Item, ":universal")]
    assert suffixes(Verdict.REFUTED, corner="at 0") == [(_Item, ""), (_Attack, ":away")]
    every = suffixes(Verdict.REFUTED, corner="at 0", universal="own/all", proof=print)
    assert every == [(_Item, ""), (_Item, ":universal"), (_Attack, ":away"), (_Item, ":proof")]
    assert list(plugin._tests(SimpleNamespace(), squares)) == [(_Item, "", squares)]


def test_tests_of_what_is_refuted_check_its_certificate_and_of_a_proof_derive_it(found, monkeypatch):
    monkeypatch.setattr(plugin, "universal", lambda claim: SimpleNamespace(prove=lambda: proved.append(claim.id)))
    proved, claim = [], found.claim
    claim.universal = "own/all"
    (_, _, recheck), (_, _, universal) = plugin._tests(claim, symmetric)
    universal()
    assert proved == ["own/symmetric"]
    with pytest.raises(
        pytest.fail.Exception, match=r"^expected to be refuted, but own/symmetric: there is no"
    ) as failed:
        recheck()
    assert failed.value.pytrace is False
    monkeypatch.setattr(plugin, "kept", proved.append)
    recheck()
    assert proved[1:] == [claim]
    monkeypatch.setattr(type(claim), "prove", lambda claim: proved.append(f"{claim.id} is derived"))
    plugin._prove(claim)()
    assert proved[2:] == ["own/symmetric is derived"]


def test_slow_claims_are_skipped_unless_they_are_asked_for():
    marked = []

    class Item:
        def __init__(self, slow):
            self.slow = slow

        def get_closest_marker(self, name):
            return self.slow if name == "vae_slow" else None

        def add_marker(self, mark):
            marked.append((self.slow, mark.name, mark.kwargs))

    items = [Item(False), Item(True)]
    plugin.pytest_collection_modifyitems(SimpleNamespace(getoption={"vae_slow": True}.get), items)
    assert marked == []
    plugin.pytest_collection_modifyitems(SimpleNamespace(getoption={"vae_slow": False}.get), items)
    assert marked == [(True, "skip", {"reason": "slow: add --vae-slow"})]


def test_the_marker_of_slow_claims_is_declared():
    lines = []
    plugin.pytest_configure(SimpleNamespace(addinivalue_line=lambda *line: lines.append(line)))
    assert lines == [("markers", "vae_slow: a claim that takes long; runs with --vae-slow")]


# --- what is told ---------------------------------------------------------------------------------------------------


def test_a_refutation_is_made_small_kept_and_told(found):
    saved = []
    text = plugin._told(found, SimpleNamespace(save=saved.append))
    path = Path("counterexamples/own_symmetric.json")
    content = json.loads(path.read_text(encoding="utf-8"))
    assert saved == [content]
    assert content["inputs"] in ({"A": [["0", "1"], ["0", "0"]]}, {"A": [["0", "0"], ["1", "0"]]})
    assert text.splitlines()[0] == "own/symmetric () is refuted"
    assert text.splitlines()[-1].endswith(f" {path}")


def fails(*_):
    raise OSError(28, "No space left on device")


def test_what_goes_wrong_is_told_beside_it_and_what_is_not_kept_whole(found, monkeypatch):
    found.claim.statement = "A = Aᵀ"
    monkeypatch.setattr(plugin, "simplify", fails)
    monkeypatch.setattr(plugin, "keep", fails)
    text = plugin._told(found, SimpleNamespace(save=fails))
    full = "OSError: [Errno 28] No space left on device"
    assert f"\n  it was not made small: {full}\n  it is not in the database of examples: {full}\n" in text
    told, _, whole = text.partition(f"  it could not be kept, so here is its certificate: {full}\n")
    content = json.loads(whole)
    assert content["inputs"] == {"A": [["1", "7"], ["3", "0"]]}
    assert whole == json.dumps(content, indent=2, ensure_ascii=False)
    assert "A = [1 7; 3 0]" in told
    assert told.count("\n  vae-verify check") == 1


def test_a_refutation_whose_certificate_fails_is_none_and_is_told_as_such(found, monkeypatch):
    monkeypatch.setattr(plugin, "simplify", lambda found: found)
    monkeypatch.setattr(plugin, "certificate", fails)
    first, *others = plugin._told(found, pool()).splitlines()
    assert first == "own/symmetric: a refutation was found, but"
    assert others[0] == "  its certificate fails: OSError: [Errno 28] No space left on device"
    assert others[-1] == "A = [1 7; 3 0]"
    assert not Path("counterexamples").exists()


@pytest.mark.parametrize("error", [KeyboardInterrupt(), pytest.exit.Exception("enough")])
def test_who_ends_the_session_ends_it(error):
    troubles = []
    with pytest.raises(type(error)), plugin._noting(troubles, "it"):
        raise error
    assert troubles == []


@pytest.mark.parametrize("error", [ValueError("odd\nwords"), pytest.skip.Exception("odd"), SystemExit("odd")])
def test_whatever_else_is_raised_is_noted(error):
    troubles = []
    with plugin._noting(troubles, "it failed"):
        raise error
    assert troubles == [f"  it failed: {type(error).__name__}: odd"]


# --- the test that looks for one ------------------------------------------------------------------------------------


def attack(claim, unjudged="", **chosen):
    """Return the test of a claim, and what happens to its observer."""
    events = []

    def test():
        """Be the test."""

    observer = SimpleNamespace(unjudged=unjudged, forget=lambda: events.append("forgotten"))
    vars(test).update(vae_verify_claim=claim, observer=observer)
    if chosen:
        test._hypothesis_internal_use_settings = settings(**chosen)
    item = object.__new__(_Attack)  # of no session
    item._obj = test
    return item, events


def test_a_counterexample_in_the_database_fails_at_once_if_it_may_be_used_again(found, monkeypatch):
    database = InMemoryExampleDatabase()
    Pool(database, warnings.warn).save(plugin.certificate(found))
    ran = []
    monkeypatch.setattr(_Item, "runtest", lambda item: ran.append([item]))
    item, events = attack(found.claim, database=database)
    with pytest.raises(Refutation) as refuted:
        item.runtest()
    assert refuted.value.counterexample.instance.encode() == found.instance.encode()
    assert (ran, events) == ([], [])
    item, events = attack(found.claim, database=database, phases=[Phase.generate])
    item.runtest()
    assert (ran, events) == ([[item]], ["forgotten"])
    item, events = attack(found.claim, database=None)
    item.runtest()
    assert events == ["forgotten"]


@pytest.mark.parametrize("slow", [False, True])
def test_what_no_example_judged_fails(slow, found, monkeypatch):
    monkeypatch.setattr(_Item, "runtest", lambda item: None)
    found.claim.slow = slow
    item, _ = attack(found.claim, unjudged="nothing was judged", database=None)
    with pytest.raises(pytest.fail.Exception, match=r"^own/symmetric: nothing was judged$") as failed:
        item.runtest()
    assert failed.value.pytrace is False


def test_a_test_has_the_settings_that_were_chosen_for_it_or_those_of_the_profile(found):
    assert attack(found.claim, max_examples=7)[0].chosen.max_examples == 7
    assert attack(found.claim)[0].chosen.max_examples == settings().max_examples != 7


def test_a_failure_is_the_refutation_and_any_other_is_pytests(found, monkeypatch):
    monkeypatch.setattr(plugin, "_told", lambda found, pool: f"told of {found.claim.id} \ud800")
    item, _ = attack(found.claim)
    excinfo = SimpleNamespace(value=Refutation(found))
    assert item.repr_failure(excinfo) == "told of own/symmetric \\ud800"
    monkeypatch.setattr(pytest.Function, "repr_failure", lambda item, excinfo: "pytest's")
    assert item.repr_failure(SimpleNamespace(value=ValueError())) == "pytest's"
    monkeypatch.setattr(plugin, "_told", fails)
    assert item.repr_failure(excinfo) == "pytest's"  # rather than an exception that ends the session


def test_a_test_has_no_parameters_and_what_lacks_a_package_is_not_judged(monkeypatch):
    marks, ran, raised = {}, [], []

    def run(item):
        ran.append(item)
        for error in raised:
            raise error

    monkeypatch.setattr(_Item, "get_closest_marker", lambda item, name: marks.get(name))
    monkeypatch.setattr(pytest.Function, "runtest", run)
    item = object.__new__(_Item)
    item.runtest()
    assert ran == [item]
    for error, told in (
        (Lacking("scipy not found"), "scipy not found"),
        (ModuleNotFoundError("No module named 'numba.core'", name="numba.core"),
         "No module named 'numba.core': pip install 'vae-verify[flow]'"),
    ):  # fmt: skip
        raised[:] = [error]
        with pytest.raises(pytest.fail.Exception) as failed:
            item.runtest()
        assert (str(failed.value), failed.value.pytrace) == (f"not judged: {told}", False)
    raised[:] = [ModuleNotFoundError("No module named 'mine'", name="mine")]
    with pytest.raises(ModuleNotFoundError):
        item.runtest()
    marks["parametrize"], ran[:] = "it", []
    with pytest.raises(pytest.fail.Exception, match=r"^a claim has no parameters for @parametrize: ann") as failed:
        item.runtest()
    assert failed.value.pytrace is False
    assert ran == []


def test_tests_are_named_after_the_claim_and_marked_as_the_function_that_states_it(found, monkeypatch):
    made = []

    class Made(SimpleNamespace):
        def add_marker(self, name):
            self.marked = name

    def from_parent(collector, **how):
        made.append(Made(collector=collector, **how))
        return made[-1]

    monkeypatch.setattr(_Item, "from_parent", from_parent)
    monkeypatch.setattr(_Attack, "from_parent", from_parent)

    def test():
        """Be one."""

    vars(test).update(vae_verify_claim=found.claim, pytestmark=["mine"])
    found.claim.universal = "own/all"
    assert list(plugin.tests("module", "test_it", test)) == made
    assert [(item.collector, item.name) for item in made] == [
        ("module", "test_it[own/symmetric]"), ("module", "test_it[own/symmetric:universal]"),
    ]  # fmt: skip
    assert [item.callobj.pytestmark for item in made] == [["mine"]] * 2
    assert not any(hasattr(item, "marked") for item in made)
    found.claim.slow = True
    del test.pytestmark
    assert [item.marked for item in plugin.tests("module", "test_it", test)] == ["vae_slow"] * 2
    assert made[-1].callobj.pytestmark == []
