"""What a report says, word for word: the text of a small one, its manifest, and what stands with a claim."""

import hashlib
from pathlib import Path

import pytest

from properties.engine.helpers.claims import counterexample
from verify.certificates import shelf
from verify.certificates.format import certificate
from verify.claims.entry import Verdict
from verify.registry.loading import load_file
from verify.report.cards import cards
from verify.report.files import Hunt
from verify.report.manifest import manifest
from verify.report.report import Report
from verify.report.summary import summary
from verify.report.text import text
from verify.running.record import Run
from verify.running.result import Result

OWN = r'''
from reference.arithmetic import exp, log
from verify import Matrix, Scalar, claim, equal, leq
from verify.registry.studies import Evidence, simulated

def prove_square():
    """A square of a real number is *not* negative."""

@claim("own/square", "0 \\le x^2", kind="inequality", expected="proved", proof=prove_square)
def test_square(x: Scalar):
    """A square. It [is](not) negative."""
    leq(0, x * x)

@claim("own/log", "log exp x = x", label="eq. (1)", rests_on="own/square")
def test_log(x: Scalar):
    equal(log(exp(x)), x)

@claim("own/symmetric", r"A = A^\top", expected="refuted", corner="at d > 1")
def test_symmetric(A: Matrix["d d"]):
    """False.

    As A_{12} may be another entry than A_{21}.
    """
    equal(A, A.mT)

@claim("own/again", r"A^\top = A", expected="refuted", same_as="own/symmetric")
def test_again(A: Matrix["d d"]):
    """False again."""
    equal(A.mT, A)

@claim("own/corrected", r"A + A^\top = A^\top + A", corrects="own/symmetric")
def test_corrected(A: Matrix["d d"]):
    """Their sum is."""
    equal(A + A.mT, A.mT + A)

@simulated("own/study", "x falls")
def test_study(seed):
    """It falls."""
    return Evidence(1, 1, 0, "")
'''
INSTANCE = {"A": [["0", "1"], ["0", "0"]]}, {"d": 2}
HUNT = Hunt("own/log", "survived", 1234, 2.5, "bulk", None, 4, 0.125, 0.5, "at x = 0", "x = 1/2", [])
LEAD = (
    "5 of 6 statements, judged at exact instances, in fractions or with enclosed errors: no tolerance stands between a "
    "statement and its verdict. What is simulated, measured or contradicted rests on floats, and is called by these "
    "words."
)
NEAR = (
    "A hunt ended after 1,234 instances (2.5 s, seed 4): survived. The least margin was 0.125, a gap of 0.5 of the "
    "larger side, at x = 1/2: at x = 0."
)
TEXT = r"""
# Claims and their verdicts
LEAD
> The run was interrupted: 5 of 6 claims were judged.
> The run was made with python 3.0; its certificates were checked again here with python 3.1.
> The run judged what is stated nowhere now, or in no file that was named: own/gone.
- judged on: 2030-01-01T00:00:00Z
- seed: 5
- examples a claim: 100
- command: vae-verify run own.py
- versions: python 3.0
| paper | proved | holds | simulated | refuted | at a corner | undecided | not judged |
|---|---|---|---|---|---|---|---|
| own | 1 | 0 | 1 | 0 | 1 | 1 | 1 |
1 more are wrong by the slip of another, and counted with it.
## Wrong at a corner
- `own/symmetric`, Symmetric: False.
## own
### own/square
**proved** · Square · inequality · `own.py`
```math
0 \le x^2
```
A square. It \[is\](not) negative.
Proof:
A square of a real number is *not* negative.
Used by `own/log`.
100 examples: 99 certain, 1 indistinguishable, 64 bits; 1.23 s.
```console
$ vae-verify run own.py::test_square
```
### own/log
**undecided**; expected: holds · eq. (1) · identity · `own.py`
```math
log exp x = x
```
Rests on `own/square`.
7 examples: 0 certain, 6 indistinguishable; 0.50 s.
open *here*
NEAR
```console
$ vae-verify run own.py::test_log
```
### own/symmetric
**refuted** at a corner (at d \> 1) · Symmetric · identity · `own.py`
```math
A = A^\top
```
False.
As A\_{12} may be another entry than A\_{21}.
Counterexample ([certificate](certificates/own_symmetric.json)), checked again in exact fractions: at
```math
d = 2,\; A = \begin{bmatrix}0 & 1 \\ 0 & 0\end{bmatrix}
```
it is found that
```math
1 \ne 0
```
```python
@example(A=[[0, 1], [0, 0]])
```
Corrected by `own/corrected`.
1 example: 1 certain, 0 indistinguishable; 0.00 s.
```console
$ vae-verify run own.py::test_symmetric
```
### own/again
**refuted** · Again · identity · `own.py`
```math
A^\top = A
```
False again.
Counterexample ([certificate](certificates/own_again.json)), checked again in exact fractions: at
```math
d = 2,\; A = \begin{bmatrix}0 & 1 \\ 0 & 0\end{bmatrix}
```
it is found that
```math
0 \ne 1
```
```python
@example(A=[[0, 1], [0, 0]])
```
By the slip of `own/symmetric`.
1 example: 1 certain, 0 indistinguishable; 0.00 s.
```console
$ vae-verify run own.py::test_again
```
### own/corrected
**not judged** · Corrected · identity · `own.py`
```math
A + A^\top = A^\top + A
```
Their sum is.
Corrects `own/symmetric`.
```console
$ vae-verify run own.py::test_corrected
```
### own/study
**simulated** · Study · flow · `own.py`
```math
x falls
```
It falls.
3 examples: 3 certain, 0 indistinguishable; 0.00 s.
seen
```console
$ vae-verify run own.py::test_study
```
"""


@pytest.fixture
def claims(tmp_path, monkeypatch):
    """Return the claims of a file of one's own, of which those that are refuted have their certificates."""
    monkeypatch.chdir(tmp_path)
    Path("own.py").write_text(OWN, encoding="utf-8")
    found = load_file(Path("own.py"))
    for claim in found:
        if claim.expected is Verdict.REFUTED:
            shelf.write(certificate(counterexample(claim, claim.signature.decode(*INSTANCE))), claim.certificate_file)
    return found


@pytest.fixture
def report(claims):
    """Return a report of a run that was interrupted, with a hunt."""
    results = [
        Result("own/square", Verdict.PROVED, Verdict.PROVED, 100, 99, 1, 64, 1.234),
        Result("own/log", Verdict.UNDECIDED, Verdict.HOLDS, 7, 0, 6, None, 0.5, message="open *here*"),
        Result("own/symmetric", Verdict.REFUTED, Verdict.REFUTED, 1, 1, message="not this"),
        Result("own/again", Verdict.REFUTED, Verdict.REFUTED, 1, 1),
        Result("own/study", Verdict.SIMULATED, Verdict.SIMULATED, 3, 3, message="seen"),
    ]
    sources = {claim.id: claim.digest for claim in claims}
    made = "2030-01-01T00:00:00Z", {"python": "3.0"}, "vae-verify run own.py", 6
    run = Run(5, {result.id: result for result in results}, sources, 100, *made)
    told = cards(claims, run, {"own/log": [HUNT]})
    return Report(run, summary(told), "2030-01-02T00:00:00Z", {"python": "3.1"}, ["own/gone"], hunts=[HUNT])


def test_the_text_of_a_report(report):
    found = text(report).splitlines()
    expected = TEXT.replace("LEAD", LEAD).replace("NEAR", NEAR).splitlines()[1:]
    assert [line for line in found if line] == expected
    assert found.count("") == 65
    assert text(report).endswith("```\n")


def test_the_manifest_of_a_report(report, claims):
    told = manifest(report, {"claims.md": b"text"})
    entries = told.pop("claims")
    assert told == {
        "version": 1, "written": "2030-01-02T00:00:00Z",
        "run": {
            "seed": 5, "max_examples": 100, "created": "2030-01-01T00:00:00Z", "command": "vae-verify run own.py",
            "versions": {"python": "3.0"},
        },
        "counts": {
            "proved": 1, "holds": 0, "simulated": 1, "refuted": 0, "at a corner": 1, "undecided": 1, "not judged": 1,
        },
        "files": [{"path": "claims.md", "bytes": 4, "sha256": hashlib.sha256(b"text").hexdigest()}],
    }  # fmt: skip
    assert [entry["id"] for entry in entries] == [claim.id for claim in claims]
    content = (Path("certificates") / "symmetric.json").read_bytes()
    assert entries[2] == {
        "id": "own/symmetric", "address": "index.html#own/symmetric", "label": "Symmetric", "kind": "identity",
        "statement": r"A = A^\top", "verdict": "refuted", "counted": "at a corner", "expected": "refuted",
        "corrects": None, "corrected_by": ["own/corrected"], "sharpens": (), "implies": (), "rests_on": (),
        "same_as": None, "source": {"file": "own.py", "digest": claims[2].digest},
        "certificate": {
            "path": "certificates/own_symmetric.json", "sha256": hashlib.sha256(content).hexdigest(),
        },
    }  # fmt: skip
    assert entries[1] | {"source": None} == {
        "id": "own/log", "address": "index.html#own/log", "label": "eq. (1)", "kind": "identity",
        "statement": "log exp x = x", "verdict": "undecided", "counted": "undecided", "expected": "holds",
        "corrects": None, "corrected_by": [], "sharpens": (), "implies": (), "rests_on": ("own/square",),
        "same_as": None, "source": None, "certificate": None,
    }  # fmt: skip
    assert [(entry["id"], entry["corrects"]) for entry in entries if entry["corrects"]] == [
        ("own/corrected", "own/symmetric")
    ]
    assert [(entry["id"], entry["same_as"]) for entry in entries if entry["same_as"]] == [
        ("own/again", "own/symmetric")
    ]


def test_a_card_has_what_stands_with_a_claim(report):
    square, _, symmetric, again, corrected, study = report.summary.cards
    assert [(name, str(*words)) for name, words in [square.proof]] == [
        ("prove_square", "A square of a real number is <em>not</em> negative.")
    ]
    assert (symmetric.proof, study.proof) == (None, None)
    assert symmetric.arguments == [("A", 'Matrix["d d"]'), ("d", "from 1 to 4")]
    assert study.arguments == []
    assert (symmetric.qualification, again.qualification) == ("at d &gt; 1", None)
    assert (symmetric.twins, again.twins) == (["own/again"], [])
    assert (symmetric.corrected_by, again.corrected_by) == (["own/corrected"], [])
    assert symmetric.hunt_command == "vae-verify hunt own.py::test_symmetric"
    assert study.hunt_command is None
    assert (study.message, symmetric.message, corrected.message) == ("seen", "", "")
    assert [str(words) for words in symmetric.words] == [
        "False.", "As A<sub>12</sub> may be another entry than A<sub>21</sub>.",
    ]  # fmt: skip
    assert (symmetric.first, str(symmetric.sentence), symmetric.plain) == ("False.", "False.", "A = Aᵀ")
    assert symmetric.source == 'def test_symmetric(A: Matrix["d d"]):\n    equal(A, A.mT)'
    assert [card.margin for card in report.summary.cards] == [None, 0.125, None, None, None, None]
    assert [card.as_expected for card in report.summary.cards] == [True, False, True, True, True, True]
    assert report.summary.unexpected == [report.summary.cards[1]]


def test_what_the_head_of_a_page_says(report, claims):
    assert report.own
    assert report.known == {claim.id for claim in claims}
    assert report.counted == "1 proved, 1 simulated, 1 at a corner, 1 undecided, 1 not judged"
    assert report.kinds == ["flow", "identity", "inequality"]
    assert report.facts == [
        ("judged on", "2030-01-01T00:00:00Z", False), ("seed", "5", False), ("examples a claim", "100", False),
        ("command", "vae-verify run own.py", True), ("versions", "python 3.0", False),
    ]  # fmt: skip
    assert [column for column, _ in report.legend] == report.summary.columns == [
        "proved", "holds", "simulated", "refuted", "at a corner", "undecided", "not judged",
    ]  # fmt: skip
    assert [address for address, _ in report.contents] == ["page:corners", "page:hunts", "paper:own"]
    ((address, title, _, found),) = report.errata
    assert (address, title, [card.id for card in found]) == ("page:corners", "Wrong at a corner", ["own/symmetric"])
    assert "own/symmetric" in report.graph(report.summary.papers[0])
