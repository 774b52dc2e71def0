"""The command ``keep``: a counterexample moves to where its claim wants it, once it is checked, and nothing is lost."""

import json
import shutil

import pytest

from verify.commands.main import main
from verify.errors import UsageError
from verify.plugin import _recheck
from verify.registry.loading import load_file
from verify.running.runner import run_claim
from verify.writing.page import _against

CLAIMS = """
from verify import Matrix, Scalar, claim, equal, leq

@claim("own/symmetric", "A = A^T", expected="refuted")
def test_symmetric(A: Matrix["d d"]):
    equal(A, A.mT)

@claim("own/small", r"x \\le 3")
def test_small(x: Scalar):
    leq(x, 3)
"""


@pytest.fixture(scope="session")
def found(tmp_path_factory):
    """Return a folder with claims, and the counterexample of each that a run finds; nothing is changed there."""
    folder = tmp_path_factory.mktemp("found")
    (folder / "own.py").write_text(CLAIMS, encoding="utf-8")
    with pytest.MonkeyPatch.context() as there:
        there.chdir(folder)
        main(["run", "own.py"])
    return folder


@pytest.fixture
def own(found, folder):
    """Return a copy of one's own of that folder."""
    shutil.copytree(found, folder, dirs_exist_ok=True)
    return folder


def content(own, name):
    return (own / "certificates" / f"{name}.json").read_text(encoding="utf-8")


def test_a_counterexample_moves_to_where_its_claim_wants_it(own, capsys):
    found = (own / "counterexamples" / "own_symmetric.json").read_text(encoding="utf-8")
    capsys.readouterr()
    assert main(["keep", "own.py::test_symmetric"]) == 0
    assert capsys.readouterr().out == "kept certificates/symmetric.json: own/symmetric is refuted there\n"
    assert content(own, "symmetric") == found
    assert [path.name for path in (own / "counterexamples").iterdir()] == ["own_small.json"]
    assert main(["run", "own.py::test_symmetric"]) == 0


def test_all_that_a_target_names_are_kept_and_what_is_not_expected_is_said(own, capsys):
    (own / "elsewhere").mkdir()
    for path in (own / "counterexamples").iterdir():
        path.rename(own / "elsewhere" / path.name)
    capsys.readouterr()
    assert main(["keep", "own.py", "--from", "elsewhere"]) == 0
    out = capsys.readouterr().out
    assert out.count("is refuted there") == 2
    assert 'own/small is expected to be holds: write expected="refuted", or mend it' in out
    assert out.count("is expected to be") == 1


@pytest.mark.long
def test_a_simpler_one_that_is_kept_stays_and_nothing_is_lost(own, capsys):
    assert main(["keep", "own.py::test_small"]) == 0
    simple = content(own, "small")
    data = json.loads(simple)
    assert data["inputs"] == {"x": "4"}
    large = CLAIMS.replace("Scalar\n", "Scalar\nfrom hypothesis import example\n")
    (own / "own.py").write_text(large, encoding="utf-8")
    main(["run", "own.py::test_small"])
    capsys.readouterr()
    assert main(["keep", "own.py::test_small"]) == 0
    assert "holds a simpler one: counterexamples/own_small.json stays where it is" in capsys.readouterr().out
    assert content(own, "small") == simple
    assert (own / "counterexamples" / "own_small.json").is_file()
    (own / "certificates" / "small.json").write_text(simple.replace('"4"', '"5"'), encoding="utf-8")  # no certificate
    assert main(["keep", "own.py::test_small"]) == 0
    assert json.loads(content(own, "small"))["inputs"] == {"x": "4"}


def test_what_is_no_counterexample_is_refused_in_one_line_and_left(own, capsys):
    path = own / "counterexamples" / "own_small.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"4"', '"2"'), encoding="utf-8")
    before = path.read_text(encoding="utf-8")
    capsys.readouterr()
    assert main(["keep", "own.py::test_small"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("vae-verify: counterexamples/own_small.json: it was edited")
    assert "vae-verify run own.py::test_small finds another" in err
    assert len(err.splitlines()) == 1
    assert path.read_text(encoding="utf-8") == before
    assert not (own / "certificates").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["own.py::test_small", "--from", "nowhere"], "nowhere: has no counterexample to own.py::test_small: "),
        (["koehler2022/nothing"], "no claim is called"),
        (["koehler2022/table-1"], "counterexamples: has no counterexample to koehler2022/table-1\n"),
    ],
)
def test_where_there_is_nothing_to_keep_one_line_says_so(own, arguments, message, capsys):
    capsys.readouterr()
    assert main(["keep", *arguments]) == 2
    err = capsys.readouterr().err
    assert message in err
    assert len(err.splitlines()) == 1


def test_a_place_that_cannot_be_written_is_one_line_and_the_counterexample_stays(own, capsys):
    (own / "certificates").write_text("in the way")
    capsys.readouterr()
    assert main(["keep", "own.py::test_small"]) == 2
    assert "in a folder of yours" in capsys.readouterr().err
    assert (own / "counterexamples" / "own_small.json").is_file()


@pytest.mark.long
def test_a_missing_certificate_is_told_in_the_same_words_by_all_who_want_it(own, capsys, monkeypatch):
    claim = load_file(own / "own.py")[0]
    target = "own.py::test_symmetric"
    told = "own/symmetric: there is no certificate, certificates/symmetric.json: "
    told += f"vae-verify run {target} finds one, and vae-verify keep {target} puts it there"
    capsys.readouterr()
    main(["run", target])
    assert capsys.readouterr().out.splitlines().count(told) == 1
    found = run_claim(claim, 100, 0)
    assert (found.verdict, found.unkept) == ("refuted", told)
    assert "unkept" not in found.json()
    with pytest.raises(pytest.fail.Exception, match="expected to be refuted, but") as failed:
        _recheck(claim)()
    assert told in str(failed.value)
    with pytest.raises(UsageError) as refused:
        list(_against(claim, own))
    assert str(refused.value) == told
    main(["keep", target])
    capsys.readouterr()
    main(["run", target])
    assert "certificate" not in capsys.readouterr().out
