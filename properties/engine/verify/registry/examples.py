"""Explicit examples: ``@example`` is judged before anything is drawn, by run and hunt as by pytest."""

import json

import pytest

from properties.engine.helpers.commands import refused, run
from properties.engine.helpers.slow import but
from verify.certificates.pool import VARIABLE
from verify.commands.main import main
from verify.registry.loading import load_file

HEAD = "from hypothesis import example\nfrom verify import Matrix, Positive, Scalar, assume, claim, equal, leq, less\n"
NEEDLE = "    less(0, (x - 12345) * (x - 12345) + (y + 678) * (y + 678))\n"
PLACES = {
    "below": ("@claim('ex/needle', 'x')\n@example(x=12345, y='-678')\n", 0),
    "above": ("@example(x=12345, y='-678')\n@claim('ex/needle', 'x')\n", 0),
    "second": ("@claim('ex/needle', 'x')\n@example(x=1, y=2)\n@example(x=12345, y=-678)\n", 1),
    "first": ("@example(x=12345, y=-678)\n@example(x=1, y=2)\n@claim('ex/needle', 'x')\n", 0),
}
"""Where the example that refutes may stand, and how many are judged before it."""


def written(folder, head, body=NEEDLE, arguments="x: Scalar, y: Scalar"):
    """Write a file of one claim."""
    (folder / "mine.py").write_text(f"{HEAD}{head}def test_needle({arguments}):\n{body}", encoding="utf-8")


@pytest.mark.parametrize("place", but(PLACES, "above", "first", mark="long"))
def test_an_example_that_refutes_is_found_at_once(place, folder, capsys, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(folder / "examples"))
    head, before = PLACES[place]
    written(folder, head)
    status, report, _ = run(capsys, "mine.py")
    assert (status, report["claims"][0]["verdict"]) == (1, "refuted")
    assert report["claims"][0]["examples"] == before
    (folder / "counterexamples" / "ex_needle.json").unlink()
    assert main(["hunt", "mine.py", "--jobs", "1", "--json", "-"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["verdict"], found["strategy"]) == ("refuted", "example")
    assert json.loads((folder / found["certificate"]).read_text())["inputs"] == {"x": "12345", "y": "-678"}


@pytest.mark.long
def test_examples_are_counted_where_the_premises_hold(folder, capsys, counted):
    premise = "    assume(leq(x, 5))\n    equal(x + y, y + x)\n"
    counts = []
    for examples in ("", "@example(x=1, y=2)\n@example(x=2, y=3)\n@example(x=6, y=3)\n"):
        written(folder, "@claim('ex/needle', 'x')\n" + examples, premise)
        counts.append(run(capsys, "mine.py")[1]["claims"][0]["examples"])
    assert counts == [30, 32]
    assert main(["hunt", "mine.py", "--budget", "5", "--jobs", "1"]) == 0
    assert "by example" in capsys.readouterr().out


@pytest.mark.long
def test_the_digest_does_not_depend_on_the_examples(folder):
    digests = set()
    for head in ("@claim('ex/needle', 'x')\n", *(head for head, _ in PLACES.values())):
        written(folder, head)
        digests.add(load_file(folder / "mine.py")[0].digest)
    assert len(digests) == 1


@pytest.mark.parametrize(
    ("example", "words"),
    [
        ("@example([[1]])", "an @example names its arguments"),
        ("@example(A=[[1, 2]])", "A: a value of shape (1, 2) is not in Matrix"),
        ("@example(A=[[1]], b=2)", "too many or too few are b"),
        ("@example(A=[['one']])", "A: "),
        ("@example(A=[[1j]])", "A: "),
        ("@example(A=[[0.1]])", "A: "),
        ("@example(A=[[1], [2, 3]])", "A: "),
        ("@example(A=[['1/0']])", "A: "),
        ("@example(A=None)", "A: None does not say what d is"),
        ("@example(A=[[1]]).xfail()", "expected='refuted' instead"),
    ],
)
@pytest.mark.parametrize("above", [True, False])
def test_a_malformed_example_is_refused_on_one_line(example, words, above, folder, capsys):
    head = [example, "@claim('ex/needle', 'x')"] if above else ["@claim('ex/needle', 'x')", example]
    written(folder, "\n".join([*head, ""]), "    equal(A, A)\n", 'A: Matrix["d d"]')
    line = refused(capsys, "run", "mine.py")
    assert "mine.py:3: " in line
    assert words in line
