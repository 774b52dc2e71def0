"""What stands in a body and no example comes to is not judged: a run, a test and a hunt say on which line it is."""

import contextvars
import functools
import os
import subprocess
import sys
from functools import reduce
from operator import or_
from types import SimpleNamespace

import numpy as np
import pytest

from properties.engine.helpers.claims import claim_of
from reference.arithmetic.lanes import unstack
from verify import Interval, Scalar, Vector, assume, corner, equal, iff, implies, leq, less, positive_semidefinite
from verify.claims import premises, variants
from verify.claims.attack import PATIENCE, ROUNDS, UNSTATED, attack, further, unjudged
from verify.claims.premises import stated_at
from verify.hunt.examiner import Findings
from verify.hunt.state import Hunt
from verify.judging import places, statements
from verify.judging.comparisons import leq as also
from verify.judging.judge import judge_exactly
from verify.judging.screen import screen
from verify.judging.statements import ClaimError
from verify.judging.vacuous import Implied
from verify.registry.declare import Observer
from verify.running.runner import search_settings


def never_asked(v: Vector["d", {"d": (2, 2)}]):
    leq(0, v @ v)
    (leq(v[..., k], 0) for k in range(2))


def never_called(x: Scalar):
    leq(0, x * x)
    lambda: less(x, 0)


def behind_a_return(x: Scalar):
    leq(0, x * x)
    return
    equal(x, 0)


def in_no_branch(x: Interval[0, 1]):
    leq(0, x)
    if x == 7:
        iff(leq(x, 0), leq(x, 0))


def discarded(x: Interval[0, 1]):
    leq(0, x)
    if x > 0:
        assume(leq(2, x) | less(x, 2))
        assume(less(2, x))
        implies(leq(0, x), leq(1, x))


def of_no_context(x: Scalar):
    leq(0, x * x)
    contextvars.Context().run(lambda: leq(x, 0))


def replaced(body):
    @functools.wraps(body)
    def other(x):
        leq(0, x * x)

    return other


@replaced
def decorated(x: Scalar):
    also(x, 0)


def everywhere(x: Scalar):
    implies(leq(0, x), leq(0, x)) & (less(x, 1) | leq(1, x))
    [equal(k, k) for k in range(3)]
    [both() for both in (lambda: iff(equal(x, x), leq(x, x)),)]
    positive_semidefinite(np.array([[1]]))


UNREACHED = {
    never_asked: 2, never_called: 2, behind_a_return: 3, in_no_branch: 3, discarded: 3, of_no_context: 2, decorated: 2,
}  # fmt: skip


def judged(claim):
    """Return what all examples of a run say together."""
    seen = []
    attack(claim, lambda _, judgement: seen.append(judgement), search_settings(20), 0, discard=seen.append)()
    return reduce(or_, (judgement.implied for judgement in seen)), seen


@pytest.mark.parametrize("body", UNREACHED, ids=lambda body: body.__name__)
def test_what_no_example_comes_to_is_told_by_its_line(body):
    claim = claim_of(body)
    implied, seen = judged(claim)
    line = inspected(body).co_firstlineno + UNREACHED[body]
    told = unjudged(True, Implied(made=implied.made), claim.stated_at)
    assert told == UNSTATED.format(line, "reached.py")
    observer = Observer(claim)
    for judgement in seen:
        (observer.discard if judgement.outcome == "discarded" else lambda judgement: observer(None, judgement))(
            judgement
        )
    assert observer.unjudged.startswith("no example ")


def inspected(body):
    return getattr(body, "__wrapped__", body).__code__


def test_what_all_come_to_is_judged_wherever_it_stands():
    claim = claim_of(everywhere)
    implied, _ = judged(claim)
    assert len(claim.stated_at) == 10
    assert claim.stated_at <= implied.made
    assert unjudged(True, implied, claim.stated_at) == ""
    assert unjudged(True, Implied(), claim.stated_at) == ""  # where nothing is known of places
    many = screen(never_called, {"x": unstack(np.array([[1.0, 2.0]]).T)}, 2).implied
    assert {place[1] - never_called.__code__.co_firstlineno for place in many.made} == {1}


def test_a_file_may_lie_in_another_folder():
    line, place = ("/a/c.py", 3, (4, 5)), ("/a/c.py", 3, 3, 0, 9)
    found = Implied(
        *[frozenset({line})] * 2, *[frozenset({(line, 1, 2)})] * 2, *[frozenset({line})] * 2, frozenset({place, None})
    )
    there = found.named
    assert there.called == there.met == there.assumed == there.passed == {("c.py", 3, (4, 5))}
    assert there.rounds == there.met_rounds == {(("c.py", 3, (4, 5)), 1, 2)}
    assert there.made == {("c.py", 3, 3, 0, 9), None}
    assert there.named == there
    elsewhere, other = ("/b/c.py", 3, 3, 0, 9), ("/b/c.py", 4, 4, 0, 9)
    assert unjudged(True, Implied(made=found.made), frozenset({elsewhere})) == ""
    assert unjudged(True, Implied(made=found.made), frozenset({elsewhere, other})) == UNSTATED.format(4, "c.py")
    state = Hunt(claim_of(never_called), 0, 1.0)
    for folder, met in (("/a", ()), ("/b", [("/b/c.py", 3, ())])):
        state.add(Findings("bulk", implied=Implied(frozenset({(f"{folder}/c.py", 3, ())}), frozenset(met))))
    assert state.total.implied == Implied(*[frozenset({("c.py", 3, ())})] * 2)


def test_nothing_is_made_of_what_is_not_admitted():
    def body(x):
        leq(0, 1)
        assume(less(x, 0))

    for values, made in (([1.0], 0), ([1.0, -1.0], 2)):
        assert len(screen(body, {"x": unstack(np.array([values]).T)}, len(values)).implied.made) == made
    assert judge_exactly(lambda: assume(less(1, 0)), lambda kind: {}).implied.made == frozenset()


def test_a_variant_and_what_is_judged_away_from_a_corner_may_leave_something_out():
    def body(x: Scalar):
        corner(equal(x, 0))
        if x == 0:
            less(x, 1)
        assume(leq(x, 1))
        leq(0, x * x)

    claim = claim_of(body)
    assert len(claim.stated_at) == 4
    assert claim.away.stated_at == frozenset()
    assert variants.without(claim, 1).stated_at == frozenset()
    sized = claim_of(never_asked)
    assert (len(sized.stated_at), variants.at_most(sized, "d", 2).stated_at) == (2, frozenset())


def test_of_a_file_that_has_changed_nothing_is_told(tmp_path):
    def loaded(text):
        file = tmp_path / "own.py"
        file.write_text(text)
        space = {"leq": leq}
        exec(compile(text, str(file), "exec"), space)
        return file, space["body"]

    text = "def body(x):\n    leq(x, x)\n    return\n    leq(x, 1)\n"
    file, body = loaded(text)
    assert sorted(place[1] for place in stated_at(body)) == [2, 4]
    for other in (
        text.replace("leq(x, x)", "leq(x,  x)"),
        text.replace("    return\n", ""),
        "def body(x): pass\n",
        "(\n",
    ):
        file.write_text(other)
        premises.linecache.clearcache()
        assert stated_at(body) == frozenset(), other
    assert stated_at(print) == frozenset()
    space = {}
    exec(compile("def typed(x): pass", "<typed>", "exec"), space)
    assert stated_at(space["typed"]) == frozenset()


def test_where_python_keeps_no_columns_nothing_is_told(monkeypatch):
    assert len(stated_at(never_called)) == 2
    monkeypatch.setattr(premises, "places", lambda code: iter(()))
    assert stated_at(never_called) == frozenset()


def test_a_comparison_of_another_instance_is_combined_with_none():
    kept = []
    constant = leq(0, 1)

    def body(x: Scalar):
        kept.append(leq(0, 1))
        constant & kept[-1]
        kept[0] | leq(x, 0)

    claim = claim_of(body)
    claim.judge(claim.signature.decode({"x": "-1"}, {}))
    with pytest.raises(ClaimError, match=r"^what is combined is stated of another instance: "):
        claim.judge(claim.signature.decode({"x": "-2"}, {}))


def test_the_place_of_a_call_is_outside_of_the_suite_and_known_for_each_call(monkeypatch):
    def body():
        return places.place_of(statements.sys._getframe()), places.place_of(statements.sys._getframe())

    one, other = body()
    assert one[:2] == other[:2] == (__file__, body.__code__.co_firstlineno + 1)
    assert one[3] < other[3]
    assert body() == (one, other)
    assert places.place_of(None) is None
    monkeypatch.setitem(globals(), "__name__", "reference.mine")
    assert body()[0] is None or body()[0][0] != __file__


@pytest.mark.parametrize(
    ("lacks", "seconds", "numbers"),
    [
        ([True] * 99, [0] * 99, range(1, 10)),
        ([True, True, False], [0] * 9, [1, 2]),
        ([False], [0] * 9, []),
        ([True] * 99, [5, 5, 15, 15.5, 16], [1, 2]),  # no round begins when the time is over
    ],
)
def test_rounds_go_on_while_there_is_a_lack_and_time(lacks, seconds, numbers, monkeypatch):
    lacks, seconds = iter(lacks), iter(seconds)
    monkeypatch.setattr("verify.claims.attack.time", SimpleNamespace(monotonic=lambda: next(seconds)))
    assert [*further(lambda: "a lack" if next(lacks) else "")] == [*numbers]
    assert (ROUNDS, PATIENCE) == (9, 10.0)


def test_where_python_keeps_no_columns_lines_tell_what_no_example_comes_to(monkeypatch):
    claim = claim_of(behind_a_return)
    line = behind_a_return.__code__.co_firstlineno
    assert places._place("c.py", (3, 4, 1, 5)) == ("c.py", 3, 4, 1, 5)
    for unknown in ((3, None, None, None), (3, 4, None, 5), (3, 4, 1, None), (3, None, 1, 5)):
        assert places._place("c.py", unknown) == ("c.py", 3, 3, -1, -1)
    assert places._place("c.py", (None, None, None, None)) is None
    implied, _ = judged(claim)
    found = stated_at(behind_a_return)
    monkeypatch.setattr(premises, "places", lambda code: map(places.by_line, places.places(code)))
    lines = stated_at(behind_a_return)
    assert lines == frozenset(map(places.by_line, found))
    assert {place[1:] for place in lines} == {(line + k, line + k, -1, -1) for k in (1, 3)}
    told = unjudged(True, Implied(made=frozenset(map(places.by_line, implied.made))), lines)
    assert told == UNSTATED.format(line + 3, "reached.py")


@pytest.mark.long
def test_python_without_columns_finds_dead_statements(tmp_path):
    file = tmp_path / "dead.py"
    file.write_text(
        """from verify import Scalar, claim, equal, leq
@claim("own/live", "x")
def test_live(x: Scalar):
    leq(
        0,
        x * x)
    leq(x, x); equal(
        x, x)
@claim("own/dead", "x")
def test_dead(x: Scalar):
    leq(0, x * x)
    (leq(
        x, 0) for _ in [1])
"""
    )
    command = [sys.executable, "-X", "no_debug_ranges", "-m", "verify", "run", str(file), "--max-examples", "5"]
    ended = subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=tmp_path, env={**os.environ, "COLUMNS": "200"}
    )
    assert ended.returncode == 1, ended.stderr
    assert "1 error, 1 holds" in ended.stdout
    assert "no example comes to the statement on line 12 of dead.py" in ended.stdout
