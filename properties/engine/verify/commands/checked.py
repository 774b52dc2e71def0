"""The command that checks: of each certificate one line and its status, a second time, in Coq; and the worst status."""

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from properties.engine.helpers.claims import counterexample
from verify.certificates.checker import MOST_BYTES, Malformed, Unjudged
from verify.certificates.coq.places import NoFile
from verify.certificates.format import certificate, seal
from verify.certificates.independent.programs import NotJudged, Refused
from verify.certificates.programs.program import NoProgram
from verify.commands import check
from verify.commands.main import main
from verify.judging.statements import ClaimError
from verify.registry.loading import load_file
from verify.registry.selection import select
from verify.workers.limits import GivenUp

ID = "own/symmetric"


@pytest.fixture(autouse=True)
def made(folder):
    """Return a certificate of a claim of the folder, in it.json, and edited ones beside it."""
    claim = next(claim for claim in load_file(folder / "own.py") if claim.id == ID)
    content = certificate(counterexample(claim, claim.signature.decode({"A": [["0", "1"], ["0", "0"]]}, {"d": 2})))
    unsealed = {key: value for key, value in content.items() if key != "seal"}
    true = unsealed | {"inputs": {"A": [["0", "1"], ["1", "0"]]}}
    unknown = unsealed | {"claim": "own/nothing"}
    for name, data in (("it", content), ("true", true | {"seal": seal(true)}), ("edited", content | {"inputs": {}}),
                       ("unknown", unknown | {"seal": seal(unknown)})):  # fmt: skip
        Path(f"{name}.json").write_text(json.dumps(data), encoding="utf-8")
    Path("broken.json").write_text("{", encoding="utf-8")
    return content


VALID = f"it.json: valid: {ID} is refuted: 1 ≠ 0   at index [0, 1]\n"


def checked(capsys, *arguments):
    """Return the status of a check, and what it says on its output and its errors."""
    return main(["check", *arguments]), *capsys.readouterr()


@pytest.mark.parametrize(
    ("name", "status", "said"),
    [
        ("it", 0, VALID), ("edited", 1, "edited.json: invalid: "), ("broken", 2, "broken.json: malformed: "),
        ("none", 2, "none.json: cannot be read: No such file or directory\n"), ("unknown", 2, "unknown.json: "),
    ],
)  # fmt: skip
def test_each_certificate_has_its_line_and_its_status(name, status, said, capsys):
    found, out, err = checked(capsys, f"{name}.json")
    assert found == status
    assert (err if status == 2 else out).startswith(said)
    assert (out if status == 2 else err) == ""
    assert (out + err).count("\n") == 1


def test_what_is_true_at_its_instance_refutes_nothing(capsys):
    status, out, _ = checked(capsys, "true.json")
    assert (status, out.partition(": ")[0], out.count("valid")) == (1, "true.json", 1)
    assert "invalid" in out


@pytest.mark.parametrize(
    ("statuses", "worst"),
    [([0], 0), ([0, 3], 3), ([3, 1, 0], 1), ([1, 2], 2), ([0, 0], 0), ([3, 2, 0], 2), ([0, 1], 1), ([2, 1], 2)],
)
def test_of_several_the_worst_is_the_status_and_what_is_invalid_is_not_hidden_by_what_is_open(statuses, worst):
    assert check._worst(iter(statuses)) == worst


def test_several_are_each_told(capsys):
    status, out, err = checked(capsys, "it.json", "edited.json", "none.json", "it.json")
    assert status == 2
    assert out.count(VALID) == 2
    assert "edited.json: invalid" in out
    assert err.startswith("none.json: cannot be read")


def test_what_takes_too_long_is_neither_valid_nor_invalid(capsys, monkeypatch):
    def late(*_):
        raise Unjudged("it takes more than 60 s")

    monkeypatch.setattr(check, "check", late)
    assert checked(capsys, "it.json") == (2, "", "it.json: not judged: it takes more than 60 s\n")


def test_a_minus_is_the_standard_input_of_which_no_more_is_read_than_a_certificate_can_have(made, capsys, monkeypatch):
    asked = []
    text = json.dumps(made).encode()
    stream = SimpleNamespace(buffer=SimpleNamespace(read=lambda most: asked.append(most) or text))
    monkeypatch.setattr(sys, "stdin", stream)
    status, out, _ = checked(capsys, "-")
    assert (status, out) == (0, VALID.replace("it.json", "-"))
    assert asked == [MOST_BYTES + 1]
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b" " * (MOST_BYTES + 2))))
    assert checked(capsys, "-")[0] == 2


def test_claims_of_ones_own_are_loaded_first(capsys, registry):
    for id in [id for id in registry if id.startswith("own/")]:
        del registry[id]
    assert checked(capsys, "it.json")[0] == 2
    assert checked(capsys, "--claims", "own.py", "it.json") == (0, VALID, "")
    assert checked(capsys, "--claims", "none.py", "it.json")[0] == 2


def test_which_claim_an_id_names(monkeypatch):
    asked = []
    monkeypatch.setattr(check, "load_papers", asked.append)
    assert check._claims("gone/away") == {}
    assert asked == [["gone/away"]]
    assert check._claims(ID) == {ID: select([ID])[0]}
    assert asked == [["gone/away"]]  # what is known is not looked for
    monkeypatch.setattr(check, "apart", lambda id: (ID, "changes"))
    monkeypatch.setattr(check, "varied", lambda claim, changes: (claim.id, changes))
    assert check._claims("variant") == {"variant": (ID, "changes")}

    def no_variant(claim, changes):
        raise ClaimError("it has no such premise")

    monkeypatch.setattr(check, "varied", no_variant)
    with pytest.raises(Malformed, match="it has no such premise"):
        check._claims("variant")


def raising(error):
    """Return what raises an error, whatever it is given."""

    def raises(*_):
        raise error

    return raises


def test_a_second_checker_judges_by_the_program(made, capsys, monkeypatch):
    limits = []
    within = check.time_limit
    monkeypatch.setattr(check, "time_limit", lambda seconds: limits.append(seconds) or within(seconds))
    assert checked(capsys, "--independent", "it.json") == (
        0, f"{VALID}it.json: valid: by the second checker too, in exact fractions\n", "",
    )  # fmt: skip
    assert limits == [check.PATIENCE]
    for error, status, said in (
        (Refused("no"), 1, "invalid: the second checker does not agree: no"),
        (NotJudged("open"), 3, "not checked a second time: open"),
        (NoProgram("none"), 3, "not checked a second time: none"),
        (GivenUp(), 3, f"not checked a second time: it takes more than {check.PATIENCE:g} s"),
    ):
        monkeypatch.setattr(check, "check_independently", raising(error))
        assert checked(capsys, "--independent", "it.json") == (status, f"{VALID}it.json: {said}\n", "")
    assert checked(capsys, "it.json") == (0, VALID, "")


def test_a_file_of_coq_is_written_under_the_name_of_its_claim_and_several_beside_each_other(capsys):
    status, out, _ = checked(capsys, "--coq", "the proofs/of it", "it.json", "it.json")
    assert status == 0
    names = ["own_symmetric.v", "own_symmetric_1.v"]
    assert out == "".join(f"{VALID}it.json: coqc 'the proofs/of it/{name}' checks it in Coq\n" for name in names)
    assert sorted(path.name for path in Path("the proofs/of it").iterdir()) == names
    assert len({path.read_text(encoding="utf-8") for path in Path("the proofs/of it").iterdir()}) == 1
    assert checked(capsys, "--coq", "the proofs/of it", "it.json")[0] == 0  # of an earlier command: written anew
    assert len(list(Path("the proofs/of it").iterdir())) == 2


def test_what_has_no_file_of_coq_is_told_and_what_cannot_be_written_is_an_error(capsys, monkeypatch):
    Path("file").touch()
    status, out, err = checked(capsys, "--coq", "file", "it.json")
    assert (status, out, err) == (2, VALID, "file/own_symmetric.v: cannot be written: File exists\n")
    for error, said in ((NoFile("why"), "why"), (NoProgram("none"), "none"),
                        (GivenUp(), f"it takes more than {check.PATIENCE:g} s")):  # fmt: skip
        monkeypatch.setattr(check, "coq_file", raising(error))
        assert checked(capsys, "--coq", "there", "it.json") == (3, f"{VALID}it.json: no Coq file: {said}\n", "")
    assert not Path("there").exists()
    monkeypatch.setattr(check, "check_independently", raising(Refused("no")))
    assert checked(capsys, "--coq", "there", "--independent", "it.json")[0] == 1
