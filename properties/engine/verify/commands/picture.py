"""The command that draws: a claim, a certificate, a hunt, or a picture of a paper; and what is none of these."""

import json
from pathlib import Path

import pytest

from properties.engine.helpers.foreign import TREE
from verify.commands.main import main
from verify.pictures import OF_PAPERS, Picture, data_of, pictured
from verify.pictures.style import new_picture, styled

CERTIFICATE = TREE / "properties/koehler2022/claims/certificates/section-3.original-loss.json"
HUNT = {
    "target": "own.py", "verdict": "survived", "instances": 9,
    "course": [{"instances": 2, "seconds": 0.1, "margin": 0.5}],
}  # fmt: skip
OWN = """
from verify import Scalar, claim, leq

@claim("own/square", r"0 \\\\le x^2")
def test_square(x: Scalar):
    leq(0, x * x)

@claim("own/cube", r"0 \\\\le x^3")
def test_cube(x: Scalar):
    leq(0, x * x * x)
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("own.py").write_text(OWN.replace("\\\\", "\\"), encoding="utf-8")
    Path("hunt.json").write_text(json.dumps(HUNT), encoding="utf-8")


def test_a_hunt_goes_to_a_file_and_its_caption_to_the_terminal(capsys):
    assert main(["picture", "hunt.json", "-o", "hunt.svg"]) == 0
    assert "own.py survives" in capsys.readouterr().out
    assert data_of(Path("hunt.svg").read_text(encoding="utf-8"))["hunts"][0]["points"] == [[2, 0.5]]


def test_without_a_file_the_picture_goes_to_the_output_and_the_caption_beside(capsys):
    assert main(["picture", "hunt.json"]) == 0
    out, err = capsys.readouterr()
    assert data_of(out)["hunts"]
    assert "own.py survives" in err


def test_a_claim_of_ones_own_and_its_seed(capsys):
    told = []
    for arguments in (["own.py::test_square"], ["own.py::test_square", "--seed", "1"]):
        assert main(["picture", *arguments]) == 0
        told.append(data_of(capsys.readouterr().out))
    assert [(data["claim"], data["seed"]) for data in told] == [("own/square", 0), ("own/square", 1)]
    assert told[0]["scales"] != told[1]["scales"]


def test_a_certificate_is_checked_before_it_is_drawn(capsys):
    forged = json.loads(CERTIFICATE.read_text(encoding="utf-8"))
    forged["inputs"]["eps"] = "2"
    Path("forged.json").write_text(json.dumps(forged), encoding="utf-8")
    assert main(["picture", "forged.json"]) == 2
    assert capsys.readouterr().err == "vae-verify: forged.json: it was edited: the seal does not fit its content\n"


def test_a_picture_of_a_paper_is_drawn_by_its_name(capsys, monkeypatch):
    @styled
    def draw():
        return Picture(new_picture(100)[0], "title", "See.", {"x": 1})

    monkeypatch.setattr("verify.pictures.OF_PAPERS", OF_PAPERS)
    monkeypatch.delitem(OF_PAPERS, "koehler2022/nothing", raising=False)
    monkeypatch.setitem(OF_PAPERS, "koehler2022/nothing", None)
    assert pictured("koehler2022/nothing")(draw) is draw
    assert main(["picture", "koehler2022/nothing"]) == 0
    out, err = capsys.readouterr()
    assert data_of(out) == {"x": 1}
    assert err == "See.\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["none.json"], "none.json: cannot be read: No such file or directory"),
        (["own.json"], "own.json: not JSON: "),
        (["list.json"], "list.json: it is no JSON object: name what `vae-verify hunt --json` wrote"),
        (["empty.json"], "empty.json: has no course of a hunt: write it with vae-verify hunt TARGET --json FILE"),
        (["own.py"], "own.py names 2 claims that have instances: name one"),
        (["koehler2022/table-1"], "koehler2022/table-1 names no claims that have instances: name one"),
        (["koehler2022/spectre"], "koehler2022/extra-rows, koehler2022/spectrum"),
        (
            ["hunt.json", "-o", "no/where.svg"],
            "no/where.svg: No such file or directory: name a file that can be written",
        ),
    ],
)
def test_what_cannot_be_drawn_is_one_line(capsys, arguments, says):
    Path("own.json").write_text("{", encoding="utf-8")
    Path("list.json").write_text("[]", encoding="utf-8")
    Path("empty.json").write_text("{}", encoding="utf-8")
    assert main(["picture", *arguments]) == 2
    out, err = capsys.readouterr()
    assert not out
    assert err.count("\n") == 1
    assert says in err
