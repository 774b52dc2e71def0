"""A session of pytest is neither lost nor passed, whatever goes wrong with a counterexample."""

import json
import re

import pytest
from hypothesis.database import InMemoryExampleDatabase

from properties.engine.helpers.claims import counterexample
from verify import plugin
from verify.certificates.checker import Invalid
from verify.certificates.pool import Pool
from verify.registry.loading import load_file

CLAIMS = """
from verify import Matrix, claim, leq

@claim("own/trace", "t\\udcff: the sum of all entries is not above 2")
def test_trace(A: Matrix["d k"]):
    leq(A.sum(), 2)

def test_next():
    pass

def test_last():
    pass
"""


@pytest.mark.parametrize(
    "workers",
    [pytest.param((), marks=pytest.mark.long, id="one"), pytest.param(("-n", "2"), marks=pytest.mark.slow, id="two")],
)
def test_a_counterexample_that_cannot_be_kept_is_told_whole_and_the_rest_runs(workers, foreign):
    foreign.write({"test_own.py": CLAIMS, "pytest.ini": "[pytest]\n", "counterexamples": "a file"})
    for _ in range(2):  # found by Hypothesis, then by the database of examples
        status, text = foreign.pytest("-v", "--hypothesis-seed=0", *workers)
        assert status == 1
        assert "1 failed, 2 passed" in text
        assert "it could not be kept, so here is its certificate: FileExistsError" in text
        assert re.search(r"INTERNAL|DumpError|Error: 'utf-8'", text) is None
        found = json.loads(text[text.index("\n{\n") : text.index("\n}\n") + 2])
        assert found["inputs"] == {"A": [["3"]]}
    foreign.write({"found.json": json.dumps(found)})
    assert "vae-verify check --claims test_own.py -" in text
    status, text = foreign.run("vae-verify", "check", "--claims", "test_own.py", "found.json")
    assert status == 0
    assert "valid: own/trace is refuted: 3 > 2" in text


# --- whatever it is that goes wrong ---------------------------------------------------------------------------------


@pytest.fixture
def failure(tmp_path, monkeypatch):
    """Return what pytest is to report of a refuted claim."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.py").write_text(CLAIMS.replace("\\udcff", ""), encoding="utf-8")
    claim = load_file(tmp_path / "own.py")[0]
    instance = claim.signature.decode({"A": [["5/2"]]}, {"d": 1, "k": 1})

    def told(pool=None):
        return plugin._told(counterexample(claim, instance), pool or Pool(None, print))

    return told


def raising(error):
    def fail(*_):
        raise error

    return fail


ERRORS = [OSError("the disk is full\nand more"), ValueError("no"), pytest.skip.Exception("not now"), SystemExit(0)]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_whatever_fails_is_a_line_of_the_report(error, failure, monkeypatch):
    name = f": {type(error).__name__}: "
    monkeypatch.setattr(plugin, "simplify", raising(error))
    text = failure()
    assert f"  it was not made small{name}" in text
    assert "A = [5/2]" in text
    assert "own/trace (Trace) is refuted" in text
    assert "and more" not in text
    monkeypatch.setattr(plugin, "keep", raising(error))
    text = failure()
    assert f"  it could not be kept, so here is its certificate{name}" in text
    assert json.loads(text[text.index("{") :])["inputs"] == {"A": [["5/2"]]}
    monkeypatch.setattr(plugin, "certificate", raising(error))
    text = failure()
    assert text.startswith("own/trace: a refutation was found, but\n")
    assert f"  its certificate fails{name}" in text
    assert "A = [5/2]" in text
    assert "own/trace (Trace) is refuted" not in text


def test_what_the_checker_refuses_is_neither_told_as_refuted_nor_kept(failure, monkeypatch, tmp_path):
    monkeypatch.setattr(plugin, "check", raising(Invalid("it is not violated there")))
    database = InMemoryExampleDatabase()
    text = failure(Pool(database, print))
    assert "a refutation was found, but\n  its certificate fails: Invalid: it is not violated there" in text
    assert database.data == {}
    assert not (tmp_path / "counterexamples").exists()


def test_a_warning_of_the_database_that_is_an_error_is_a_line_too(failure):
    class Broken(InMemoryExampleDatabase):
        def save(self, key, value):
            raise OSError("gone")

    text = failure(Pool(Broken(), raising(UserWarning("the database is not used any more"))))
    assert "  it is not in the database of examples: UserWarning: the database is not used any more" in text
    assert "own/trace (Trace) is refuted" in text


@pytest.mark.parametrize("error", [KeyboardInterrupt(), pytest.exit.Exception("enough")], ids=["key", "exit"])
def test_who_ends_the_session_may(error, failure, monkeypatch):
    monkeypatch.setattr(plugin, "simplify", raising(error))
    with pytest.raises(type(error)):
        failure()
