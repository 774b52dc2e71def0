"""What pytest can do with tests, it can do with claims, refuted claims and proofs; in a project of somebody else."""

import json
import subprocess

import pytest

from properties.engine.helpers.warm import warm

CLAIMS = """
import pytest
from hypothesis import settings
from verify import Scalar, claim, equal, leq

def derive():
    assert 1 + 1 == 2

def fail():
    raise AssertionError("it does not follow")

@claim("own/holds", "0 ≤ x²", proof=derive)
def test_holds(x: Scalar):
    leq(0, x * x)

@claim("own/false", "0 ≤ x")
def test_false(x: Scalar):
    leq(0, x)

@claim("own/unproved", "0 ≤ x²", proof=fail, expected="proved")
def test_unproved(x: Scalar):
    leq(0, x * x)

@claim("own/uncertified", "x ≤ 3", expected="refuted")
def test_uncertified(x: Scalar):
    leq(x, 3)

def test_last():
    pass

class Test:
    @staticmethod
    @claim("own/static", "x = x")
    def test_static(x: Scalar):
        equal(x, x)
"""

SESSIONS = """
import json, sys
import pytest

class Outcomes:
    def __init__(self):
        self.outcomes = {}

    def pytest_runtest_logreport(self, report):
        name = report.nodeid.partition("::")[2]
        if report.when == "call" or report.outcome != "passed":
            self.outcomes[name] = "xfailed" if hasattr(report, "wasxfail") else report.outcome

    def pytest_collection_finish(self, session):
        self.collected = [item.nodeid.partition("::")[2] for item in session.items]

seen = []
for arguments in json.loads(sys.argv[1]):
    outcomes = Outcomes()
    status = int(pytest.main(["-q", "-p", "no:randomly", "--hypothesis-seed=0", *arguments], [outcomes]))
    seen.append((status, outcomes.outcomes, outcomes.collected))
with open("seen.json", "w") as file:
    json.dump(seen, file)
"""

FAILED = [
    "test_false[own/false]", "test_unproved[own/unproved:proof]", "test_uncertified[own/uncertified]",
]  # fmt: skip
PASSED = [
    "test_holds[own/holds]", "test_holds[own/holds:proof]", "test_unproved[own/unproved]", "test_last",
    "Test::test_static[own/static]",
]  # fmt: skip


@pytest.fixture
def sessions(tmp_path):
    """Return a function that runs one pytest session after the other in a process."""

    def run(text, *sessions):
        (tmp_path / "test_own.py").write_text(text, encoding="utf-8")
        (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --strict-markers\n", encoding="utf-8")
        command = [*warm(), "-c", SESSIONS, json.dumps(sessions)]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done
        return json.loads((tmp_path / "seen.json").read_text(encoding="utf-8")), done.stdout

    return run


@pytest.mark.long
def test_what_failed_last_comes_alone_or_first_and_stepwise_goes_on_from_there(sessions):
    seen, _ = sessions(CLAIMS, [], ["--lf"], ["--ff"], ["--sw"], ["--sw"], ["--nf"], ["-x", "--lf"])
    whole, last, first, step, again, new, stopped = seen
    assert whole[0] == 1
    assert whole[1] == dict.fromkeys(FAILED, "failed") | dict.fromkeys(PASSED, "passed")
    assert (last[0], last[1]) == (1, dict.fromkeys(FAILED, "failed"))
    assert first[2][:3] == FAILED
    assert sorted(first[2]) == sorted(FAILED + PASSED)
    assert list(step[1]) == [*PASSED[:2], FAILED[0]]
    assert list(again[1]) == [FAILED[0]]
    assert new[2] == whole[2]
    assert stopped[1] == {FAILED[0]: "failed"}


@pytest.mark.long
def test_claims_are_chosen_by_keyword_marker_and_id(sessions):
    seen, _ = sessions(
        CLAIMS.replace("derive)", "derive, slow=True)"),
        ["-k", "own/unproved"],
        ["--lf"],
        ["-k", "holds", "--vae-slow"],
        ["-m", "vae_slow"],
        ["-m", "not vae_slow", "-k", "holds or last"],
        ["--collect-only", "-k", "proof"],
        [f"--deselect=test_own.py::{FAILED[1]}", "-k", "unproved"],
        ["test_own.py::test_uncertified[own/uncertified]", "test_own.py::Test"],
    )
    assert [list(outcomes) for _, outcomes, _ in seen] == [
        ["test_unproved[own/unproved]", FAILED[1]],
        FAILED[1:2],
        PASSED[:2],
        PASSED[:2],
        ["test_last"],
        [],
        ["test_unproved[own/unproved]"],
        [FAILED[2], "Test::test_static[own/static]"],
    ]
    assert set(seen[2][1].values()) == {"passed"}
    assert set(seen[3][1].values()) == {"skipped"}
    assert seen[5][2] == [PASSED[1], FAILED[1]]
    assert [status for status, _, _ in seen] == [1, 1, 0, 0, 0, 0, 0, 1]


MARKED = """
{above}
@claim("own/false{n}", "0 ≤ x", proof=fail)
{below}
def test_false{n}(x: Scalar):
    leq(0, x)

{above}
@claim("own/uncertified{n}", "x ≤ 3", expected="refuted")
{below}
def test_uncertified{n}(x: Scalar):
    leq(x, 3)

{above}
@simulated("own/flow{n}", "a flow")
{below}
def test_flow{n}(seed):
    return Evidence(0, 0, 0)
"""

MARKS = {
    "pytest.mark.skip(reason='not today')": "skipped",
    "pytest.mark.skipif('True', reason='never')": "skipped",
    "pytest.mark.xfail(strict=True)": "xfailed",
    "pytest.mark.parametrize('x', [1, 2])": "failed",
    "pytest.mark.usefixtures('refusing')": "skipped",
}


@pytest.mark.long
def test_marks_above_and_below_hold_for_the_test_the_certificate_and_the_proof(sessions):
    text = CLAIMS.partition("@claim")[0] + "from verify.registry.studies import Evidence, simulated\n"
    text += "@pytest.fixture\ndef refusing():\n    pytest.skip()\n"
    expected = {}
    for n, (mark, outcome) in enumerate([*MARKS.items()] * 2):
        above, below = (f"@{mark}", "") if n < len(MARKS) else ("", f"@{mark}")
        text += MARKED.format(n=n, above=above, below=below)
        for name in (f"false{n}", f"false{n}:proof", f"uncertified{n}", f"flow{n}"):
            expected[f"test_{name.partition(':')[0]}[own/{name}]"] = outcome
    seen, told = sessions(text, ["--vae-slow"])
    assert seen[0][1] == expected
    assert told.count("a claim has no parameters for @parametrize: annotate an argument") >= 8
