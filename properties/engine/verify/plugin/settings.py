"""``pytest mine.py`` judges as ``run`` does, under the settings that the user chose and no deadline."""

import json

import pytest
from hypothesis import HealthCheck, Phase, Verbosity, settings
from hypothesis.database import InMemoryExampleDatabase

from properties.engine.helpers.claims import claim_of
from verify import Scalar, leq, plugin
from verify.claims.entry import Verdict
from verify.commands.main import main
from verify.running.profiles import COMMON, of_claim

CLAIMS = """
import time
from hypothesis import Phase, example, seed, settings
from reference.arithmetic.exact import Rationals
from verify import Matrix, claim, equal

judged = {name: [] for name in ("plain", "above", "below", "explicit", "seeded")}

def note(name, A):
    if isinstance(A, Rationals):  # some are judged in balls too
        judged[name].append(str(A))

@claim("own/plain", "A = A")
def test_plain(A: Matrix["d r"]):
    note("plain", A)
    if len(judged["plain"]) == 5:
        time.sleep(0.3)
    equal(A, A)

@settings(max_examples=7, deadline=1)
@claim("own/above", "A = A")
def test_above(A: Matrix["d r"]):
    note("above", A)
    time.sleep(0.01)
    equal(A, A)

@claim("own/below", "A = A")
@settings(max_examples=8)
def test_below(A: Matrix["d r"]):
    note("below", A)
    equal(A, A)

@claim("own/explicit", "A = A")
@settings(phases=[Phase.explicit, Phase.explain])
@example(A=[[5]])
def test_explicit(A: Matrix["d r"]):
    note("explicit", A)
    equal(A, A)

@claim("own/seeded", "A = A")
@seed(3)
@settings(max_examples=6)
def test_seeded(A: Matrix["d r"]):
    note("seeded", A)
    equal(A, A)
"""

CONFTEST = """
import json, sys
def pytest_sessionfinish(session):
    module = next((item.module for item in session.items), None)
    if module is not None:
        with open("judged.json", "w") as file:
            json.dump(module.judged, file)
"""


@pytest.fixture
def judged(foreign):
    """Return a function that runs pytest, and returns which instances each claim was judged at."""
    foreign.write({"test_own.py": CLAIMS, "conftest.py": CONFTEST, "pytest.ini": "[pytest]\n"})

    def run(*arguments):
        status, text = foreign.pytest("-q", *arguments)
        assert status == 0, text
        return json.loads((foreign.folder / "judged.json").read_text(encoding="utf-8"))

    return run


@pytest.mark.long
def test_settings_above_and_below_hold_but_for_the_deadline(judged):
    seen = judged("--hypothesis-seed=1")
    assert {name: len(instances) for name, instances in seen.items()} == {
        "plain": 100, "above": 7, "below": 8, "explicit": 1, "seeded": 6,
    }  # fmt: skip
    again, other = judged("--hypothesis-seed=1"), judged("--hypothesis-seed=2", "--hypothesis-profile=vae-dev")
    assert again == seen
    assert len(other["plain"]) == 50
    assert other["plain"] != seen["plain"][:50]
    assert other["below"] != seen["below"]
    assert other["seeded"] == seen["seeded"]


@pytest.mark.long
def test_settings_twice_are_refused_with_a_line(foreign):
    twice = CLAIMS.replace('@claim("own/below"', '@settings(max_examples=9)\n@claim("own/below"')
    foreign.write({"test_own.py": twice})
    status, text = foreign.pytest("-q")
    assert status == 2
    assert "has already been decorated with a settings object" in text


def test_run_has_settings_of_its_own(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.py").write_text(CLAIMS, encoding="utf-8")
    assert main(["run", "own.py", "--max-examples", "9", "--json", "-"]) == 0
    claims = json.loads(capsys.readouterr().out)["claims"]
    assert {claim["id"]: claim["examples"] for claim in claims if "explicit" not in claim["id"]} == dict.fromkeys(
        ("own/plain", "own/above", "own/below", "own/seeded"), 9
    )


def test_what_is_chosen_stays_and_what_no_judge_needs_goes():
    chosen = settings(
        max_examples=3, derandomize=False, database=InMemoryExampleDatabase(), verbosity=Verbosity.verbose, deadline=5,
        phases=list(Phase), print_blob=True, suppress_health_check=(), report_multiple_bugs=True,
    )  # fmt: skip
    found = of_claim(chosen)
    for name in ("max_examples", "derandomize", "database", "verbosity", "print_blob"):
        assert getattr(found, name) == getattr(chosen, name)
    assert found.deadline is None
    assert found.report_multiple_bugs is False
    assert set(found.suppress_health_check) == set(HealthCheck)
    assert found.phases == COMMON.phases == (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)
    assert of_claim(settings(phases=[Phase.explain, Phase.generate])).phases == (Phase.generate,)
    assert of_claim(settings(derandomize=True)).derandomize is True


def squares(x: Scalar):
    leq(0, x * x)


def test_a_test_that_has_settings_gets_those_of_a_claim_and_one_without_gets_none():
    claim = claim_of(squares)
    claim.expected = Verdict.HOLDS

    def chosen():
        """Be a test with settings."""

    def plain():
        """Be one without."""

    chosen._hypothesis_internal_use_settings = settings(max_examples=7, deadline=5)
    for test in (chosen, plain):
        assert [made for _, _, made in plugin._tests(claim, test)] == [test]
    found = chosen._hypothesis_internal_use_settings
    assert (found.max_examples, found.deadline) == (7, None)
    assert vars(plain) == {}


def test_how_a_proof_is_called_is_no_part_of_why_it_fails():
    claim = claim_of(squares)

    def fails():
        raise AssertionError("it does not follow")

    claim.proof = fails
    with pytest.raises(AssertionError, match="it does not follow") as failed:
        plugin._prove(claim)()
    assert failed.traceback[1].frame.f_locals["__tracebackhide__"] is True
