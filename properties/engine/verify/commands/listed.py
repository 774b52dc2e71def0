"""What is listed and shown of claims, which pages are written, and which counterexamples are moved where."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from properties.engine.helpers.claims import counterexample
from verify.certificates import shelf
from verify.certificates.format import certificate
from verify.claims.entry import Verdict
from verify.commands import claims, keep, show
from verify.commands.main import main
from verify.errors import UsageError
from verify.registry.loading import load_file

OWN = r'''
from verify import Dimension, Matrix, Scalar, claim, equal, iff, leq

@claim("own/symmetric", r"A = A^\top", expected="refuted", corner="at d > 1")
def test_symmetric(A: Matrix["d d"]):
    """It is false.

    As A_{12} may be
    another entry.
    """
    equal(A, A.mT)

@claim("own/read", r"x \le 1 \iff x \le 3", expected="refuted", reading="a statement of all x", rests_on="own/right")
def test_read(x: Scalar):
    iff(leq(x, 1), leq(x, 3))

@claim("own/right", r"A + A^\top = A^\top + A", corrects="own/symmetric", slow=True, label="eq. (1)")
def test_right(A: Matrix["d d"]):
    equal(A + A.mT, A.mT + A)
'''


@pytest.fixture(autouse=True)
def own(tmp_path, monkeypatch):
    """Return the claims of a file by the ends of their ids; one has its certificate."""
    monkeypatch.chdir(tmp_path)
    Path("own.py").write_text(OWN, encoding="utf-8")
    found = {claim.id.partition("/")[2]: claim for claim in load_file(Path("own.py"))}
    shelf.write(certificate(counterexample(found["symmetric"], instance(found, "0", "1"))),
                found["symmetric"].certificate_file)  # fmt: skip
    return found


def instance(own, *entries):
    """Return an instance of the first claim, with so much beside its diagonal."""
    one, other = entries
    return own["symmetric"].signature.decode({"A": [["0", other], [one, "0"]]}, {"d": 2})


def test_claims_are_shown_whole(own, capsys):
    assert main(["show", "own.py::test_symmetric", "own.py::test_right"]) == 0
    where = Path("own.py").resolve()
    assert (
        capsys.readouterr().out
        == f"""\
own/symmetric   (Symmetric; identity; expected: refuted)
  A = Aᵀ
  It is false.
  As A_{{12}} may be another entry.
  for all
    A: Matrix["d d"]
    d from 1 to 4
  corrected by own/right: A + Aᵀ = Aᵀ + A
  refuted at a corner alone: at d > 1
  refuted at
    A = [0 1; 0 0]
    where 1 ≠ 0   at index [0, 1]
  stated in {where}
own/right   (eq. (1); identity; expected: holds)
  A + Aᵀ = Aᵀ + A
  for all
    A: Matrix["d d"]
    d from 1 to 4
  corrects own/symmetric
  used by own/read
  stated in {where}
"""
    )
    assert main(["show", "own.py::test_read"]) == 0
    assert (
        capsys.readouterr().out
        == f"""\
own/read   (Read; identity; expected: refuted)
  x ≤ 1 ⇔ x ≤ 3
  for all
    x: Scalar
  rests on own/right
  read as a statement of all x
  stated in {where}
"""
    )


def test_what_a_certificate_shows_or_that_it_fails(own, capsys):
    own["symmetric"].universal = "own/all"
    assert next(show._refuted(own["symmetric"])) == "  refuted by own/all, of which one instance is"
    path = own["symmetric"].certificate_file
    path.write_text(path.read_text(encoding="utf-8").replace('"1"', '"2"'), encoding="utf-8")
    (line,) = show._refuted(own["symmetric"])
    assert line.startswith(f"  its certificate {path} fails: it was edited")
    path.unlink()
    assert list(show._refuted(own["symmetric"])) == []
    assert list(show._refuted(SimpleNamespace())) == []
    with pytest.raises(TypeError, match="nothing is known of what judges SimpleNamespace"):
        show._judged(SimpleNamespace())


def test_what_is_related_may_be_in_any_paper_unless_all_are_ones_own(monkeypatch, capsys):
    loaded = []
    monkeypatch.setattr(show, "load_papers", lambda: loaded.append(1))
    assert main(["show", "own.py::test_right"]) == 0
    assert loaded == []
    assert main(["show", "own.py::test_right", "dai2018/eq-1"]) == 0
    assert loaded == [1]

    def broken():
        raise UsageError("dai2018/claims.py:3: SyntaxError")

    monkeypatch.setattr(show, "load_papers", broken)
    capsys.readouterr()
    assert main(["show", "dai2018/eq-1"]) == 0
    assert capsys.readouterr().err == "what its claims say of these is left out: dai2018/claims.py:3: SyntaxError\n"


# --- lists ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def chosen(own, monkeypatch):
    """Let the claims of the file be those of the papers."""
    asked = []
    monkeypatch.setattr(claims, "select", lambda *how, **named: asked.append((how, named)) or list(own.values()))
    yield
    assert asked == [(([],), {"slow": True})]


COLUMNS = [
    "own/symmetric                                 refuted      identity     Symmetric",
    "own/read                                      refuted      identity     Read",
    "own/right                                     holds        identity     eq. (1)  slow",
]


@pytest.mark.parametrize("width", [None, 85, 84])
def test_claims_are_listed_in_columns_or_on_two_lines_where_these_do_not_fit(width, chosen, capsys, monkeypatch):
    assert max(map(len, COLUMNS)) == 85
    monkeypatch.setattr(claims, "width_of", lambda stream: width if stream is sys.stdout else 0)
    assert main(["claims"]) == 0
    assert capsys.readouterr().out.splitlines() == (COLUMNS if width != 84 else [
        "own/symmetric", "  refuted, identity, Symmetric", "own/read", "  refuted, identity, Read", "own/right",
        "  holds, identity, eq. (1), slow",
    ])  # fmt: skip


def test_claims_are_listed_as_json(chosen, capsys):
    assert main(["claims", "--json"]) == 0
    out = capsys.readouterr().out
    assert out.endswith("\n]\n")
    assert out.startswith('[\n  {\n    "id": "own/symmetric"')
    found = {entry["id"]: entry for entry in json.loads(out)}
    assert found["own/right"] == {
        "id": "own/right", "paper": "own", "label": "eq. (1)", "statement": r"A + A^\top = A^\top + A",
        "kind": "identity", "slow": True, "expected": "holds", "corrects": "own/symmetric", "sharpens": [],
        "implies": [], "rests_on": [], "same_as": None, "corner": None, "reading": None, "universal": None,
    }  # fmt: skip
    assert (found["own/read"]["reading"], found["own/read"]["rests_on"]) == ("a statement of all x", ["own/right"])
    assert found["own/symmetric"]["corner"] == "at d > 1"


def test_pages_are_written_into_a_folder_that_is_made(chosen, monkeypatch, capsys):
    asked = []
    monkeypatch.setattr(claims, "pages", lambda *how: asked.append(how) or {"README.md": "a ü\n", "own.md": "b\n"})
    assert main(["claims", "--markdown", "a/b"]) == 0
    assert capsys.readouterr() == ("", "")
    assert [(path.name, path.read_text(encoding="utf-8")) for path in sorted(Path("a/b").iterdir())] == [
        ("README.md", "a ü\n"), ("own.md", "b\n"),
    ]  # fmt: skip
    ((entries, folder),) = asked
    assert ([entry.id for entry in entries], folder) == (
        ["own/symmetric", "own/read", "own/right"],
        Path("a/b").resolve(),
    )


def test_a_folder_that_cannot_be_made_is_one_line(capsys):
    with pytest.raises(UsageError) as refused:
        claims._write_pages([], Path("own.py"))
    assert str(refused.value) == "own.py: File exists: name a folder that can be written"
    claims._write_pages([], Path())  # one that is there is fine


# --- keep -----------------------------------------------------------------------------------------------------------


def test_only_what_was_found_is_moved_and_each_says_where(own, capsys):
    own["symmetric"].certificate_file.unlink()
    found = certificate(counterexample(own["symmetric"], instance(own, "0", "1")))
    shelf.write(found, Path("there/own_symmetric.json"))
    assert main(["keep", "own/symmetric", "own/right", "--from", "there"]) == 0
    assert capsys.readouterr().out == "kept certificates/symmetric.json: own/symmetric is refuted there\n"
    assert json.loads(own["symmetric"].certificate_file.read_text()) == found
    assert list(Path("there").iterdir()) == []
    shelf.write(found, Path("there/own_symmetric.json"))
    assert main(["keep", "own/symmetric", "--from", "there"]) == 0
    told = "certificates/symmetric.json holds a simpler one: there/own_symmetric.json stays where it is\n"
    assert capsys.readouterr().out == told
    assert main(["keep", "own/right", "own/read"]) == 2
    assert capsys.readouterr().err == (
        "vae-verify: counterexamples: has no counterexample to own/right own/read: vae-verify run own.py::test_right "
        "finds one\n"
    )


def test_a_file_elsewhere_is_named_whole_and_what_cannot_be_written_is_refused(own, tmp_path, monkeypatch, capsys):
    path = tmp_path / "it.json"
    shelf.write(certificate(counterexample(own["symmetric"], instance(own, "0", "1"))), path)
    kept = own["symmetric"].certificate_file
    own["symmetric"].certificate_file.unlink()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    monkeypatch.setattr(own["symmetric"], "expected", Verdict.PROVED)
    keep._move(own["symmetric"], path)
    mend = 'own/symmetric is expected to be proved: write expected="refuted", or mend it'
    assert capsys.readouterr().out == f"kept {kept}: own/symmetric is refuted there\n{mend}\n"

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keep.shelf, "move", full)
    with pytest.raises(UsageError) as refused:
        keep._move(own["symmetric"], kept)
    assert str(refused.value) == f"{kept}: No space left on device: name a claim in a folder of yours"
    kept.write_text("{", encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        keep._move(own["symmetric"], kept)
    assert str(refused.value).startswith(f"{kept}: ")
    assert str(refused.value).endswith(f": vae-verify run {tmp_path / 'own.py'}::test_symmetric finds another")
