"""Claims that pytest would not judge, or pass though they end otherwise: each has a test that fails."""

import sys
import unittest
from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import settings

from reference.arithmetic.exact import Rationals
from vae_verify import CLAIM
from vae_verify import plugin as door
from verify import Scalar, assume, leq, plugin
from verify.claims.entry import Verdict
from verify.claims.signatures import Signature
from verify.judging.judge import Judgement, Outcome
from verify.registry.declare import Observer, _test
from verify.registry.loading import load_file

CODE = """
from verify import Scalar, claim, leq

for k in (0, 1, 2):
    @claim(f"own/k-{k}", "x")
    def test_k(x: Scalar):
        leq(x, x)

def make(k):
    @claim(f"own/made-{k}", "x")
    def test_made(x: Scalar):
        leq(x, x)
    return test_made

test_a, test_b = make(0), make(1)

class Test:
    @claim("own/in", "x")
    def test_k(x: Scalar):
        leq(x, x)

LISTED = [make(2), make(3)]

class Of:
    @claim("own/of", "x")
    def test_of(x: Scalar):
        leq(x, x)

class TestOf(Of):
    class TestInner:
        @staticmethod
        @claim("own/inner", "x")
        def lemma(x: Scalar):
            leq(x, x)

class Cases:
    @claim("own/cases", "x")
    def test_cases(x: Scalar):
        leq(x, x)

    class TestNobody:
        @claim("own/nobody", "x")
        def test_nobody(x: Scalar):
            leq(x, x)

class Made:
    def __init__(self): pass

class TestMade(Made):
    @claim("own/init", "x")
    def test_init(x: Scalar):
        leq(x, x)

class TestNew:
    def __new__(cls): pass

    @claim("own/new", "x")
    def test_new(x: Scalar):
        leq(x, x)
"""


@pytest.fixture
def stated(folder, monkeypatch):
    """Return the claims of a file, by their ids; an item of pytest is what it is made of."""
    for kind in (plugin._Item, plugin._Attack):
        monkeypatch.setattr(kind, "from_parent", lambda collector, **made: SimpleNamespace(**made))
    (folder / "test_mine.py").write_text(CODE, encoding="utf-8")
    return {entry.id: entry for entry in load_file(folder / "test_mine.py")}


def items(entry, name):
    test = SimpleNamespace(**{CLAIM: entry})
    return {item.name: item.callobj for item in plugin.tests(None, name, test)}


def test_a_claim_whose_name_another_has_taken_is_a_test_that_fails(stated):
    found = items(stated["own/k-2"], "test_k")
    assert list(found) == ["test_k[own/k-0]", "test_k[own/k-1]", "test_k[own/k-2]"]
    for k in (0, 1):
        with pytest.raises(
            pytest.fail.Exception, match=rf"^own/k-{k} is not judged: another claim has the name test_k: "
        ):
            found[f"test_k[own/k-{k}]"]()


@pytest.mark.parametrize(("id", "name"), [("own/made-0", "test_a"), ("own/made-1", "test_b"), ("own/in", "test_k")])
def test_names_of_functions_within_others_and_of_classes_are_their_own(id, name, stated):
    assert list(items(stated[id], name)) == [f"{name}[{id}]"]


def test_a_claim_that_pytest_finds_under_no_name_is_a_test_that_fails(stated, monkeypatch):
    module = sys.modules[stated["own/in"].body.__module__]
    classes = {"Test", "TestOf", "TestInner", "TestNobody", "TestMade", "TestNew"}
    collector = SimpleNamespace(obj=module, istestclass=lambda thing, name: name in classes)
    found = {item.name: item.callobj for item in plugin.unseen(collector)}
    assert list(found) == [
        "test_made[own/made-2]", "test_made[own/made-3]", "test_cases[own/cases]", "test_nobody[own/nobody]",
        "test_init[own/init]", "test_new[own/new]",
    ]  # fmt: skip
    for name, call in found.items():
        id = name.partition("[")[2][:-1]
        with pytest.raises(pytest.fail.Exception, match=f"^{id} is not judged: pytest finds it under no name") as told:
            call()
        assert not told.value.pytrace  # of where the test was made nobody learns anything
    module.Cases = type("Cases", (module.Cases, unittest.TestCase), {})
    assert "test_cases[own/cases]" not in [item.name for item in plugin.unseen(collector)]
    assert list(plugin.unseen(SimpleNamespace(obj=SimpleNamespace()))) == []
    monkeypatch.setattr(plugin, "REGISTRY", {"own/made-2": stated["own/made-2"]})
    assert [item.name for item in plugin.unseen(collector)] == ["test_made[own/made-2]"]


def test_a_module_that_was_collected_has_the_tests_of_what_is_not_seen_in_it(monkeypatch):
    class Module(SimpleNamespace):
        pass

    monkeypatch.setattr(door.pytest, "Module", Module)
    monkeypatch.setattr(plugin, "unseen", lambda collector: [collector.name])
    for collector, passed, items in (
        (Module(name="lost"), True, ["seen", "lost"]), (Module(name="lost"), False, None),
        (SimpleNamespace(name="lost"), True, ["seen"]),
    ):  # fmt: skip
        hook = door.pytest_make_collect_report(collector)
        next(hook)
        with pytest.raises(StopIteration) as ended:
            hook.send(SimpleNamespace(passed=passed, result=["seen"] if passed else None))
        assert ended.value.value.result == items
    monkeypatch.delitem(sys.modules, "verify.registry.declare")  # nothing states a claim
    hook = door.pytest_make_collect_report(Module(name="lost"))
    next(hook)
    with pytest.raises(StopIteration) as ended:
        hook.send(SimpleNamespace(passed=True, result=["seen"]))
    assert ended.value.value.result == ["seen"]


def test_the_test_of_a_claim_hears_of_what_its_premises_discard(stated):
    def body(x: Scalar):
        leq(0, x * x)
        if x > 1:
            assume(leq(x, 0))

    claim = replace(stated["own/in"], body=body, signature=Signature(body), surroundings={})
    test = _test(claim)
    test()
    line = body.__code__.co_firstlineno + 3
    told = f"no example satisfies the premise of assume on line {line} of hidden.py, so that nothing was judged of "
    assert test.observer.unjudged.startswith(told)


@pytest.mark.parametrize("before", [None, 5])
def test_a_test_draws_others_while_no_example_comes_to_all_that_is_stated(stated, before, monkeypatch):
    drawn, rare = [], [25]

    def body(x: Scalar):
        leq(0, x * x)
        drawn.extend([str(x)] * isinstance(x, Rationals))
        if len(drawn) > rare[0]:
            leq(x, x)

    monkeypatch.setattr(plugin._Item, "runtest", lambda self: self.obj())
    test = _test(replace(stated["own/in"], body=body, signature=Signature(body), surroundings={}))
    item = object.__new__(plugin._Attack)  # of no session
    item._obj = settings(max_examples=10, database=None, derandomize=True)(test)
    item.obj._hypothesis_internal_use_seed = before
    item.runtest()
    assert len({tuple(drawn[start : start + 10]) for start in range(0, len(drawn), 10)}) == 3
    assert item.obj._hypothesis_internal_use_seed == before
    rare[0] += 105
    with pytest.raises(pytest.fail.Exception, match="no example comes to the statement on line"):
        item.runtest()
    assert (len(drawn), item.obj._hypothesis_internal_use_seed) == (130, before)


@pytest.mark.parametrize("expected", [*(Verdict.HOLDS, Verdict.PROVED), *(Verdict.UNDECIDED, Verdict.ERROR)])
def test_what_holds_is_not_what_is_expected_of_others(expected, monkeypatch):
    monkeypatch.setattr(plugin._Item, "runtest", lambda self: None)
    observer = SimpleNamespace(forget=lambda: None, unjudged="")
    claim = SimpleNamespace(id="own/x", expected=expected)
    test = SimpleNamespace(**{CLAIM: claim, "observer": observer})
    item = SimpleNamespace(obj=test, chosen=SimpleNamespace(phases=()))
    run = plugin._Attack.runtest.__get__(item, object)
    monkeypatch.setattr(plugin, "super", lambda *_: SimpleNamespace(runtest=lambda: None), raising=False)
    if expected in (Verdict.HOLDS, Verdict.PROVED):
        run()
        return
    with pytest.raises(pytest.fail.Exception, match=rf"^own/x holds, and is expected to be {expected}$"):
        run()


def test_a_test_of_nothing_but_undecided_examples_says_so():
    observer = Observer(SimpleNamespace(is_left_open=lambda judgement: False, stated_at=frozenset()))
    assert observer.unjudged == ""
    observer(None, Judgement(Outcome.UNDECIDED, 1024, 1000))
    assert observer.unjudged.startswith("every example is undecided, so that its proof would speak alone: the sides")
    for outcome in (Outcome.INDISTINGUISHABLE, Outcome.CERTAIN):
        observer(None, Judgement(outcome, 1024, 1000))
        assert observer.unjudged == ""
        observer(None, Judgement(Outcome.UNDECIDED, 1024, 1000))
        assert observer.unjudged == ""
        observer.forget()
        assert observer.unjudged == ""
