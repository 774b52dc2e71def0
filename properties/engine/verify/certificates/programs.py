"""Programs of counterexamples: what is in them, which have none and why, and the second checker's word."""

import json

import pytest

from properties.engine.helpers.programs import as_data, first, second
from verify.certificates.format import certificate
from verify.certificates.programs.program import NoProgram, program, programs
from verify.certificates.shelf import kept
from verify.claims.claim import Claim
from verify.claims.counterexample import Counterexample
from verify.claims.entry import Verdict
from verify.commands.main import main
from verify.registry.loading import load_file

WITHOUT = {
    "dai2018/eq-10-vs-67": "robust_pca",
    "dai2018/appendix-e.4": "robust_pca",
    "dai2018/eq-66": "robust_pca",
    "dai2018/corollary-5.minimisers": "closest_of_rank_one",
    "dai2018/theorem-4.exact": "reference.dai2018.tails.mean_slope may branch on, or round, expression trees",
    "results/one-sample.least-variance": (
        "reference.dai2018.tails.rank_one_cost may branch on, or round, expression trees"
    ),
}
"""Searches and integrals."""

OWN = """
import numpy as np
from reference.arithmetic import *
from verify import *

class Even(Domain):
    def contains(self, value): return bool((value.sum() / 2).item().q == 1)

@claim("own/spectrum", "")
def test_spectrum(S: Symmetric["d", {"d": (3, 3)}]): leq(eigenvalues(S)[0], 0)

@claim("own/complex", "")
def test_complex(z: ComplexScalar): equal(z, conj(z))

@claim("own/tie", "")
def test_tie(x: Positive): leq(maximum(sqrt(x) * sqrt(x), x), 0)

@claim("own/even", "")
def test_even(v: Even["d"]): leq(v.sum(), 0)

@claim("own/many", "")
def test_many(
    x: Scalar, pair: Majorised["d", {"d": (2, 2)}], i: Index["d"], name: OneOf["a", "b"], y: LowRank["d d r"]
):
    u, v = pair
    assume(less(0, x))
    where(greater(x, 1), x, 1)
    equal(u[i] + x, u[i] + x)
    leq(x * (y.sum() + v[0]) / 2, -3 * x)
"""

INSTANCES = {
    "own/spectrum": {"S": [[1, 0, 0], [0, 2, 0], [0, 0, 1]]}, "own/complex": {"z": "1+2i"}, "own/tie": {"x": 2},
    "own/even": {"v": [1, 3]},
    "own/many": {"x": "1/2", "pair": [[1, 1], [2, 0]], "i": 1, "name": "b", "y": [[1, 2], [2, 4]]},
}  # fmt: skip


@pytest.fixture
def own(tmp_path, registry):
    """Return counterexamples of one's own claims."""
    (tmp_path / "own.py").write_text(OWN, encoding="utf-8")
    load_file(tmp_path / "own.py")
    found = {}
    for id, data in INSTANCES.items():
        claim = registry[id]
        instance = claim.signature.infer(data)
        found[id] = Counterexample(claim, instance, claim.judge(instance))
    return found


def test_every_kept_counterexample_has_a_program_but_for_searches_and_integrals(registry):
    refuted = [c for c in registry.values() if isinstance(c, Claim) and c.expected is Verdict.REFUTED]
    made = programs(map(kept, refuted))
    assert set(made) == {claim.id for claim in refuted}
    assert {id: text.partition(": ")[0] for id, text in made.items() if isinstance(text, str)} == WITHOUT
    assert all(
        text.endswith("roots, exponentials, logarithms and erfc") for text in made.values() if isinstance(text, str)
    )
    assert all(len(json.dumps(one)) < 9000 for one in as_data(made).values())


@pytest.mark.parametrize(("id", "reason"), [
    ("own/spectrum", "eigenvalues of more than two rows: it is not made of"),
    ("own/complex", "complex numbers: it is not made of"),
    ("own/tie", "Undecided: a formula branches on, or chooses by, whether"),
])  # fmt: skip
def test_what_has_no_program_says_why_in_one_line(id, reason, own):
    with pytest.raises(NoProgram) as error:
        program(own[id])
    assert str(error.value).startswith(reason)
    assert str(error.value).isprintable()
    assert len(str(error.value)) < 200


CATCHING = """
import contextlib
import functools
import own_helpers
from reference.arithmetic import *
from verify import *

def tried(x):
    try:
        return 1 / x
    except ZeroDivisionError:
        return None

class Tried:
    @staticmethod
    def at(x): return tried(x)

def through(function):
    @functools.wraps(function)
    def inner(**arguments): return function(**arguments)
    return inner

@claim("catching/try", "")
def test_try(x: Scalar):
    try:
        1 / x
    except ArithmeticError:
        leq(0, 1)
    else:
        leq(1, 0)

@claim("catching/with", "")
def test_with(x: Scalar):
    done = False
    with contextlib.suppress(ZeroDivisionError):
        1 / x
        done = True
    leq(1, 0 if done else 1)

@claim("catching/finally", "")
def test_finally(x: Scalar):
    try:
        solve(x[None, None], x[None, None])
        leq(1, 0)
    finally:
        leq(0, 0)
        return

@claim("catching/inner", "")
def test_inner(x: Scalar): [leq(1, 0 if (lambda y: tried(y))(x) is not None else 1) for _ in range(1)]

@claim("catching/method", "")
def test_method(x: Scalar): leq(1, 1 if Tried.at(x) is None else 0)

@claim("catching/module", "")
def test_module(x: Scalar): leq(1, 1 if own_helpers.tried(x) is None else 0)

@claim("catching/wrapped", "")
@through
def test_wrapped(x: Scalar): leq(1, 1 if tried(x) is None else 0)

@claim("catching/text", "")
def test_text(x: Scalar): leq(1, 1 if "0" in str(x) else 0)

@claim("catching/format", "")
def test_format(x: Scalar): leq(1, 1 if f"{x.item()}".startswith("0") else 0)

@claim("catching/both", "")
def test_both(x: Scalar): leq(1, sum(0 * len(f"{y}") for y in [x.item()] if y != 0))

@claim("catching/nothing", "")
def test_nothing(x: Scalar): leq(1, sum(0 * y for y in [x] if y != 0))
"""


def test_a_body_that_decides_by_errors_or_by_text_has_no_program(tmp_path, registry, monkeypatch):
    """At x = 0 it states something else, which no branch of the program would say."""
    monkeypatch.syspath_prepend(tmp_path)
    helpers = "def tried(x):\n    try: return 1 / x\n    except ZeroDivisionError: pass\n"
    (tmp_path / "own_helpers.py").write_text(helpers, encoding="utf-8")
    (tmp_path / "catching.py").write_text(CATCHING, encoding="utf-8")
    reasons = {}
    for claim in load_file(tmp_path / "catching.py"):
        instance = claim.signature.infer({"x": 1})
        found = Counterexample(claim, instance, claim.judge(instance))
        reasons[claim.id.partition("/")[2]] = programs([found])[claim.id]
    made = reasons.pop("nothing")
    assert len(made["guards"]) == 1
    for label in ("text", "format", "both"):
        assert reasons.pop(label).startswith("the text of a number: it is not made of")
    assert len(reasons) == 7
    assert all(" has a try or a with: which errors" in reason for reason in reasons.values()), reasons


def test_a_program_names_inputs_domains_choices_and_what_is_compared(own):
    made = program(own["own/many"])
    assert made["bounds"] == {"d": [2, 2], "r": [1, None]}
    assert made["dimensions"] == {"d": 2, "r": 4}
    assert made["choices"] == {"i": 1, "name": "b"}
    assert [(x["name"], x["domain"], x["shapes"]) for x in made["inputs"]] == [
        ("x", {"kind": "Scalar"}, [[]]),
        ("pair", {"kind": "Majorised", "of": {"kind": "Vector"}}, [[2], [2]]),
        ("i", {"kind": "Index", "choices": [0, 1]}, [[2]]),
        ("name", {"kind": "OneOf", "choices": ["a", "b"]}, [[]]),
        ("y", {"kind": "LowRank", "rank": 4}, [[2, 2]]),
    ]
    assert made["values"] == ["1/2", "1", "1", "2", "0", "1", "2", "2", "4"]
    one = made["operations"].index(["constant", "1"]) + 9
    zero = made["operations"].index(["constant", "0"]) + 9
    assert made["guards"] == [["≤", 0, one]]
    assert made["premises"] == [{"relation": "<", "shape": [], "left": [zero], "right": [0]}]
    same, last = made["stated"]
    assert same["left"] == same["right"] == [made["operations"].index(["+", 2, 0]) + 9]
    assert made["operations"][last["left"][0] - 9][0] == "/"
    assert all(max(k for k in operation[1:] if isinstance(k, int)) < place for place, operation in enumerate(
        made["operations"], 9) if operation[0] != "constant")  # fmt: skip


def test_the_second_checker_leaves_open_what_it_does_not_know(own, registry):
    made = as_data(programs(own.values()))
    texts = {id: json.dumps(certificate(found)) for id, found in own.items()}
    assert {id: second(texts[id], one) for id, one in made.items()} == {"own/even": "open", "own/many": "valid"}
    assert first(texts["own/even"], registry) == "valid"


def test_the_command_asks_the_second_checker(capsys):
    folder = "properties/dai2018/claims/certificates"
    assert main(["check", "--independent", f"{folder}/eq-43.json"]) == 0
    assert capsys.readouterr().out.splitlines()[1].endswith("valid: by the second checker too, in exact fractions")
    assert main(["check", "--independent", f"{folder}/eq-66.json", f"{folder}/eq-36.json"]) == 3
    said = capsys.readouterr().out
    assert "not checked a second time: robust_pca: it is not made of" in said
    assert "eq-36.json: valid: by the second checker too, in intervals of 128 bits" in said


def test_the_second_checker_is_heard_where_it_does_not_agree(capsys, monkeypatch, registry):
    made = program(kept(registry["dai2018/eq-43"]))
    edited = made | {"stated": []}
    monkeypatch.setattr(
        "verify.commands.check.program", lambda found: edited if found.claim.id == "dai2018/eq-43" else program(found)
    )
    files = [f"properties/dai2018/claims/certificates/{name}.json" for name in ("eq-66", "eq-43")]
    for several in (files[1:], files, files[::-1]):  # an open one, of status 3, does not hide it
        assert main(["check", "--independent", *several]) == 1
        assert "invalid: the second checker does not agree" in capsys.readouterr().out
