"""One clear line for every mistake: in the command, in a file of claims, in a claim."""

import os
import subprocess
import sys

import pytest

from properties.engine.helpers.commands import refused, run
from properties.engine.helpers.slow import but
from verify.judging.statements import ClaimError
from verify.registry.loading import load_file, load_papers

pytestmark = pytest.mark.usefixtures("folder")

WRONG = """
from pathlib import Path
import sys
import numpy as np
from reference.arithmetic import exp
from verify import Matrix, Positive, Scalar, assume, claim, equal, implies, leq, less

@claim("wrong/raises", "x")
def test_raises(x: Positive):
    raise LookupError("first\\nsecond")

@claim("wrong/exits", "x")
def test_exits(x: Positive):
    sys.exit(0)

@claim("wrong/nan", "x")
def test_nan(x: Scalar):
    equal(x / (x - x), x / (x - x))

@claim("wrong/entry", "x")
def test_entry(A: Matrix["d r", {"d": (2, 2), "r": (1, 1)}]):
    leq(0, 1 / (A * A + np.array([[1], [0]])))

@claim("wrong/overflows", "x")
def test_overflows(x: Positive):
    less(0, exp(exp(exp(exp(x)))))

@claim("wrong/shapes", "x")
def test_shapes(a: Matrix["d r"], b: Matrix["e f"]):
    equal(a @ b, a @ b)

@claim("wrong/compares", "x")
def test_compares(a: Matrix["d d+1"]):
    equal(a, a.mT)

@claim("wrong/nothing", "x")
def test_nothing(x: Positive):
    less(0, x) if False else None

@claim("wrong/returns", "x")
def test_returns(x: Positive):
    return less(0, x)

@claim("wrong/discards", "x")
def test_discards(x: Positive):
    assume(less(x, 0))
    equal(x, x)

@claim("wrong/assumes", "x")
def test_assumes(x: Positive):
    assume(x < 0)
    equal(x, x)

@claim("wrong/implies", "x")
def test_implies(x: Positive):
    implies(x < 0, equal(x, x))

@claim("wrong/unmet", "x")
def test_unmet(x: Positive):
    implies(less(x, 0), equal(x, x)) & implies(leq(x, 0), implies(less(0, 1), equal(x, 0)))
    implies(less(0, x), implies(less(x, 0), equal(x, 0)))

@claim("wrong/branches", "x")
def test_branches(x: Positive):
    equal(x, x) if less(1, x) else None

@claim("wrong/inexact", "x")
def test_inexact(x: Positive):
    less(0, 0.1 * x)

@claim("wrong/unproved", "x", expected="proved")
def test_unproved(x: Positive):
    equal(x, x)

def disprove():
    assert 1 == 2, "one is not two"

@claim("wrong/proof", "x", expected="proved", proof=disprove)
def test_proof(x: Positive):
    equal(x, x)
"""

MESSAGES = {
    "raises": "the claim raises LookupError at wrong.py:10: first",
    "exits": "SystemExit",
    "nan": "the left side of = is not finite (NaN or infinite) at 1024 bits: a division by zero",
    "entry": "the right side of ≤ at index [1, 0] is not finite",
    "overflows": "the right side of < is not finite",
    "shapes": "mismatch",
    "compares": "shapes (1, 2) and (2, 1) do not fit",
    "nothing": "states nothing: use leq, less, equal, positive_semidefinite, iff, implies; for an if, assume",
    "returns": "returns nothing",
    "discards": "no example satisfies the premises",
    "unmet": "no example satisfies the premise of implies, so that nothing was judged",
    "assumes": "is stated: less(a, b) for a < b",
    "implies": "is stated: less(a, b) for a < b",
    "branches": "three answers",
    "inexact": "0.1",
    "proof": "one is not two",
}


@pytest.mark.long
@pytest.mark.parametrize("jobs", but(["2", "1"], "1", mark="long"))
def test_every_kind_of_wrong_claim_is_an_error_on_one_line(capsys, folder, jobs):
    (folder / "wrong.py").write_text(WRONG, encoding="utf-8")
    status, report, err = run(capsys, "wrong.py", "--jobs", jobs)
    assert (status, err) == (1, "")
    results = {result["id"].removeprefix("wrong/"): result for result in report["claims"]}
    assert results.pop("unproved")["verdict"] == "holds"
    assert results.keys() == MESSAGES.keys()
    for name, message in MESSAGES.items():
        assert results[name]["verdict"] == "error", name
        assert message in results[name]["message"]
        assert len(results[name]["message"].splitlines()) == 1
        assert (", at (" in results[name]["message"]) == (name not in ("discards", "unmet", "proof"))
    assert results["entry"]["message"].endswith(", at (d = 2, r = 1, A = [0; 0])")


def test_what_a_judgement_raises_says_where(folder):
    (folder / "wrong.py").write_text(WRONG, encoding="utf-8")
    claims = {claim.body.__name__: claim for claim in load_file(folder / "wrong.py")}
    for name in ("test_raises", "test_nan"):
        claim = claims[name]
        with pytest.raises((ClaimError, LookupError)) as raised:
            claim.judge(claim.signature.decode({"x": "7/3"}, {}))
        assert raised.value.__notes__ == [f"{claim.id} at (x = 7/3)"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "own.py", "own/sqare"], "did you mean own/square"),
        (["show", "zzz/nothing-like-it"], "no claim is called"),
        (["show", "koehler2022/theorem-5"], "it has parts: write 'koehler2022/theorem-5.*'"),
        (["run", "own.py::test_nothing"], "it has test_square"),
        (["run", "none.py"], "no such file"),
        (["run", "own.py", "--json", "no/such/folder.json"], "can be written"),
        (["run", "own.py", "--max-examples", "0"], "--max-examples"),
        (["run", "own.py", "--seed", "-1"], "--seed"),
        (["run", "own.py", "--jobs", "many"], "--jobs"),
        (["run", "own.py", "--jobs", "9" * 30], "from 1 to 512"),
        (["hunt", "own.py", "--jobs", "513"], "from 1 to 512"),
        (["replicate", "koehler2022/table-1", "--jobs", "513"], "from 1 to 512"),
        (["run", "own.py", "--timeout", "0"], "--timeout"),
        (["run", "own.py", "--memory", "none"], "'none' is not a positive number of GiB"),
        (["run", "--nonsense"], "--nonsense"),
        (["fly"], "fly"),
        ([], "COMMAND"),
        (["check"], "CERTIFICATE"),
        (["check", "--claims", "none.py", "x.json"], "no such file"),
    ],
)
def test_wrong_usage_is_refused_on_one_line(arguments, words, capsys):
    assert words in refused(capsys, *arguments)


CLAIMLESS = "from verify import Matrix, claim, equal\n"
FAULTY_FILES = {
    "syntax": ("def f(:\n", "SyntaxError"),
    "null": ("\0", "bad.py"),
    "raises": ("raise ValueError('one\\ntwo')\n", "ValueError: one"),
    "exits": ("import sys\nsys.exit(0)\n", "SystemExit"),
    "empty": ("", "states no claim"),
    "imports": ("import no_such_module\n", "no_such_module"),
    "unannotated": (CLAIMLESS + "@claim('bad/a', 'x')\ndef f(x): equal(x, x)\n", "annotate it"),
    "float": (CLAIMLESS + "@claim('bad/a', 'x')\ndef f(x: float): equal(x, x)\n", "not with a domain"),
    "no arguments": (CLAIMLESS + "@claim('bad/a', 'x')\ndef f(): equal(1, 1)\n", "at least one argument"),
    "id": (CLAIMLESS + "@claim('bad id', 'x')\ndef f(x: Matrix['d d']): equal(x, x)\n", "'bad id'"),
    "kind": (CLAIMLESS + "@claim('bad/a', 'x', kind='odd')\ndef f(x: Matrix['d d']): equal(x, x)\n", "odd"),
    "axes": (CLAIMLESS + "@claim('bad/a', 'x')\ndef f(x: Matrix['d']): equal(x, x)\n", "2 dimension"),
    "future": (
        "from __future__ import annotations\n" + CLAIMLESS + "@claim('bad/a', 'x')\ndef f(x: Matrx['d d']): pass\n",
        "Matrx",
    ),
    "twice": (
        CLAIMLESS
        + "@claim('bad/a', 'x')\ndef f(x: Matrix['d d']): equal(x, x)\n"
        + "@claim('bad/a', 'y')\ndef g(x: Matrix['d d']): equal(x, 0)\n",
        "taken",
    ),
}


@pytest.mark.parametrize("fault", FAULTY_FILES)
def test_a_faulty_file_is_refused_on_one_line(fault, capsys, folder):
    code, words = FAULTY_FILES[fault]
    (folder / "bad.py").write_text(code, encoding="utf-8")
    assert words in refused(capsys, "run", "bad.py")


@pytest.mark.long
def test_a_file_finds_the_helpers_beside_it_and_can_be_loaded_again(capsys, folder):
    (folder / "sub").mkdir()
    (folder / "sub" / "helpers_of_this_test.py").write_text("def twice(x): return 2 * x\n")
    code = "from helpers_of_this_test import twice\nfrom verify import Scalar, claim, equal\n"
    code += "@claim('sub/twice', 'x')\ndef test_twice(x: Scalar): equal(twice(x), x + x)\n"
    (folder / "sub" / "mine.py").write_text(code)
    for _ in range(2):
        assert run(capsys, "sub/mine.py")[0] == 0


@pytest.mark.long
def test_the_command_runs_as_a_module_anywhere_with_any_encoding(folder):
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "verify", "show", "own.py"]  # beyond ASCII is what it prints
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "A = A" in done.stdout


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (
            "@claim('bad/a', 'x', kind='foo')\ndef test_a(x: Scalar): equal(x, x)",
            "'foo' is no kind of claim: choose one of",
        ),
        ("@claim('bad/a', 'x', expected='yes')\ndef test_a(x: Scalar): equal(x, x)", "'yes' is no verdict: choose"),
        ("@claim('bad/a', 'x')\ndef test_a(*x: Scalar): equal(x, x)", "'x' is starred"),
        (
            "@claim('bad/a', 'x')\ndef test_a(x: Vector['d+']): equal(x, x)",
            "bad.py:3: the dimension 'd+' cannot be read",
        ),
        (
            "@claim('dai2018/eq-8', 'x')\ndef test_a(x: Scalar): equal(x, x)",
            "bad.py:2: the id dai2018/eq-8 is taken by",
        ),
    ],
)
def test_a_wrong_declaration_names_its_line_and_the_mend(capsys, folder, code, message):
    load_papers()  # an id may be one of theirs
    (folder / "bad.py").write_text(f"from verify import Scalar, Vector, claim, equal\n{code}\n")
    assert message in refused(capsys, "run", "bad.py")


def test_a_paper_is_not_an_id(capsys):
    assert "write 'wang2022/*'" in refused(capsys, "run", "wang2022")
