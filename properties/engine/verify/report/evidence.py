"""A refutation on the page: what it says, which certificate it is of, what is refused; and who may be called what."""

import hashlib
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from properties.engine.helpers.claims import counterexample
from verify.certificates import shelf
from verify.certificates.checker import Unproven
from verify.certificates.format import certificate
from verify.claims.entry import Verdict
from verify.registry.loading import load_file
from verify.report import cards, checking, drawn, refutation
from verify.report.refutation import Refutation, rechecked
from verify.workers.limits import GivenUp

CLAIMS = r'''
from reference.arithmetic import exp
from verify import OneOf, Scalar, claim, equal, iff, leq

def prove_it():
    """It is."""

@claim("own/both", r"x \le 1 \iff x \le 3", expected="refuted")
def test_both(x: Scalar):
    iff(leq(x, 1), leq(x, 3))

@claim("own/exponential", "e^x = 1", expected="refuted")
def test_exponential(x: Scalar):
    equal(exp(x), 1)

@claim("own/kind", "x <= 3", expected="refuted")
def test_kind(x: Scalar, kind: OneOf["big", "small"]):
    leq(x, 3)

@claim("own/loop", "x = x")
def test_loop(x: Scalar):
    equal(x, x)

@claim("own/proved", "x = x", expected="proved", proof=prove_it)
def test_proved(x: Scalar):
    equal(x, x)
'''


@pytest.fixture
def claims(tmp_path, monkeypatch):
    """Return the claims of a file by the ends of their ids."""
    monkeypatch.chdir(tmp_path)
    Path("own.py").write_text(CLAIMS, encoding="utf-8")
    return {claim.id.partition("/")[2]: claim for claim in load_file(Path("own.py"))}


def refuted(claim, inputs, sizes=None):
    """Return the refutation of a claim at an instance, whose certificate is kept beside it."""
    shelf.write(certificate(counterexample(claim, claim.signature.decode(inputs, sizes or {}))), claim.certificate_file)
    return rechecked(claim, claim.certificate_file)


def test_a_refutation_says_where_what_and_in_which_arithmetic(claims):
    found = refuted(claims["both"], {"x": "2"})
    assert str(found.at) == str(refutation.formula("x = 2"))
    assert found.arguments == [(refutation.formula("x"), refutation.formula("2"))]
    assert found.connective == "⇔"
    assert found.comparisons == [refutation.formula("2 > 1"), refutation.formula(r"2 \le 3")]
    assert found.lines == ["(iff) is false, of", "  2 > 1", "  2 ≤ 3"]
    assert (found.gap, found.precision) == (None, "exact fractions")
    assert found.name == "certificates/own_both.json"
    assert found.command == "vae-verify check --claims own.py certificates/own_both.json"
    assert found.example == "@example(x=2)"
    content = Path("certificates/both.json").read_bytes()
    assert (found.content, found.digest) == (content, hashlib.sha256(content).hexdigest())
    assert found.data == json.loads(content)
    assert str(found.block) == content.decode()
    assert found.path == claims["both"].certificate_file


def test_a_refutation_by_a_comparison_has_its_gap_and_its_balls(claims):
    found = refuted(claims["exponential"], {"x": "1/2"})
    assert found.connective is None
    assert found.gap.startswith("The sides differ by $0.648721")
    assert found.precision == "64-bit balls"
    assert found.example == "@example(x='1/2')"


def test_an_example_quotes_what_is_no_integer_of_nine_digits(claims):
    assert refuted(claims["kind"], {"x": "5", "kind": "big"}).example == "@example(x=5, kind='big')"
    for text, shown in {"123456789": "123456789", "-123456789": "-123456789", "1234567890": "'1234567890'",
                        "1/2": "'1/2'", "1\n": "'1\\n'", "": "''", "+1": "'+1'"}.items():  # fmt: skip
        assert refutation._literal(text) == shown
    assert refutation._literal([["1", "1/2"], ["a", "2"]]) == "[[1, '1/2'], ['a', 2]]"
    assert refutation._literal(3) == "3"


def test_an_instance_of_which_the_values_do_not_say_all_sizes_is_no_example(claims):
    instance = SimpleNamespace(encode=lambda: {"x": "1"}, sizes={"d": 1}, signature=SimpleNamespace())
    found = Refutation(SimpleNamespace(instance=instance), Path("x"), b"")
    instance.signature.infer = lambda data: SimpleNamespace(sizes={"d": 1})
    assert found.example == "@example(x=1)"
    instance.signature.infer = lambda data: SimpleNamespace(sizes={"d": 2})
    assert found.example is None

    def several(_):
        raise ValueError("several sizes fit")

    instance.signature.infer = several
    assert found.example is None


def test_a_certificate_is_that_of_the_first_file_that_there_is(claims):
    claim = claims["both"]
    for name, value in (("first", "2"), ("second", "3/2")):
        shelf.write(certificate(counterexample(claim, claim.signature.decode({"x": value}, {}))), Path(f"{name}.json"))
    assert rechecked(claim, None, "", "none.json", "first.json", "second.json").data["inputs"] == {"x": "2"}
    assert rechecked(claim, Path("second.json"), "first.json").data["inputs"] == {"x": "3/2"}
    Path("folder.json").mkdir()
    assert rechecked(claim, "folder.json", "first.json").data["inputs"] == {"x": "2"}


def test_what_is_no_certificate_is_refused_with_its_reason(claims, monkeypatch):
    claim = claims["both"]

    def reason(*paths):
        with pytest.raises(Unproven) as refused:
            rechecked(claim, *paths)
        return str(refused.value)

    assert reason(None, "none.json") == "there is no file of it"
    Path("it.json").write_text("{", encoding="utf-8")
    assert reason("it.json")
    assert reason("\0").startswith("it cannot be read: ") or reason("\0") == "there is no file of it"

    def slow(*_):
        raise GivenUp

    def unread(*_):
        raise PermissionError(13, "Permission denied")

    for load, said in (
        (slow, "it takes more than 20 seconds"),
        (unread, "it cannot be read: [Errno 13] Permission denied"),
    ):
        monkeypatch.setattr(refutation.shelf, "load", load)
        assert reason("it.json") == said
    assert refutation._PATIENCE == 20.0


def test_the_program_that_checks_in_the_page_or_why_there_is_none(claims, monkeypatch):
    found = refuted(claims["both"], {"x": "2"})
    made, reason = found.program
    assert reason is None
    assert json.loads(made)["claim"] == "own/both"
    for answer, told in (((None, "no program"), (None, "no program")), (("{}", None), ("{}", None))):
        again = Refutation(found.found, found.path, found.content)
        monkeypatch.setattr(refutation, "checked_there", lambda _, answer=answer: answer)
        assert again.program == told

    def slow(_):
        raise GivenUp

    monkeypatch.setattr(refutation, "checked_there", slow)
    again = Refutation(found.found, found.path, found.content)
    assert again.program == (None, "its body takes more than 20 seconds")


def test_a_block_of_data_ends_no_element_and_is_the_same_data():
    assert checking.block('{"a": "</script>"}') == '{"a": "\\u003c/script>"}'
    assert checking.block({"a": "<ü", "b": [1, 2]}) == '{"a":"\\u003cü","b":[1,2]}'
    script = checking.script()
    assert script.startswith('const checkCertificate = (() => {\n"use strict";\n')
    places = [script.index(Path(checking.__file__).with_name(f"{part}.js").read_text(encoding="utf-8"))
              for part in ("numbers", "text", "domains", "program", "check", "panel")]  # fmt: skip
    assert places == sorted(places)


# --- what may be said of a claim ------------------------------------------------------------------------------------


def test_no_claim_is_called_what_nothing_that_judges_it_could_say(claims):
    study = SimpleNamespace()
    for verdict in Verdict:
        seen = verdict in (Verdict.SIMULATED, Verdict.MEASURED, Verdict.CONTRADICTED)
        assert cards._may_be(verdict, claims["loop"]) is (not seen and verdict is not Verdict.PROVED)
        assert cards._may_be(verdict, claims["proved"]) is (not seen)
        assert cards._may_be(verdict, study) is (verdict not in (Verdict.PROVED, Verdict.HOLDS))


def test_a_picture_is_an_address_and_what_cannot_be_drawn_is_none(monkeypatch):
    assert drawn.image(b"<svg/>") == "data:image/svg+xml;base64,PHN2Zy8+"
    asked = []

    def failing(error):
        def fails(found, patience):
            asked.append((found, patience))
            raise error

        return fails

    monkeypatch.setattr(
        drawn.pictures, "margin_map", lambda found, patience: asked.append((found, patience)) or "<svg/>"
    )
    assert drawn.around("found") == "data:image/svg+xml;base64,PHN2Zy8+"
    for error in (ValueError(), ImportError()):
        monkeypatch.setattr(drawn.pictures, "margin_map", failing(error))
        assert drawn.around("found") is None
    assert asked == [("found", 0.3)] * 3
