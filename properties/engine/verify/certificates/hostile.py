"""Whatever stands in a certificate, the checker answers in one line, soon, and is not misled."""

import io
import json
import re
import sys

import pytest

from properties.engine.helpers.certificates import FORGERIES, certified, resealed
from verify.certificates import checker
from verify.certificates.checker import Malformed, parse
from verify.certificates.shelf import write
from verify.commands.main import main

pytestmark = pytest.mark.usefixtures("claims")


HOSTILE = {
    "empty": b"",
    "binary": bytes(range(256)),
    "large": b" " * 10_000_000,
    "deep": b"[" * 100_000,
    "deep and closed": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "an array": b"[]",
    "null": b"null",
    "a huge integer": b'{"format": ' + b"9" * 100_000 + b"}",
    "an exponent": b'{"format": 1e999999999}',
    "not a number": b'{"format": NaN}',
    "infinite": b'{"format": -Infinity}',
    "a key twice": b'{"format": 1, "format": 1}',
    "half a surrogate": b'{"\\ud800": 1}',
    "quotes without an end": b'"' + b'\\"' * 130_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_files_are_malformed_on_one_line(kind, tmp_path, capsys):
    file = tmp_path / "hostile.json"
    file.write_bytes(HOSTILE[kind])
    assert main(["check", str(file)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert re.fullmatch(r"[^\n]*hostile.json: malformed: [^\n]+\n", err)


def test_check_says_what_it_found_and_exits_with_the_worst(tmp_path, capsys, monkeypatch):
    genuine = certified("forged/symmetric")
    good, bad, broken = (tmp_path / name for name in ("good.json", "bad.json", "broken.json"))
    write(genuine, good)
    write(genuine | {"precision": 65}, bad)
    broken.write_text("{")
    for files, status in (
        ([good], 0), ([bad], 1), ([broken], 2), ([good, bad], 1), ([broken, good, bad], 2),
        ([tmp_path / "none.json"], 2), ([tmp_path], 2),
    ):  # fmt: skip
        assert main(["check", *map(str, files)]) == status
        out, err = capsys.readouterr()
        assert len((out + err).splitlines()) == len(files)
        assert "Traceback" not in out + err
    for file, status in ((good, 0), (bad, 1), (broken, 2)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(file.read_bytes())))
        assert main(["check", "-"]) == status
    capsys.readouterr()
    bad.write_text(json.dumps(resealed(genuine, inputs=FORGERIES["an input too many"]["inputs"])))
    assert main(["check", str(bad)]) == 1
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_how_deep_data_may_be_nested_does_not_depend_on_python(monkeypatch):
    """Whoever raises the recursion limit would make the parser of JSON overflow the stack."""
    genuine = certified("forged/symmetric")
    brackets = json.dumps(genuine | {"statement": "[{" * 100 + '\\"[\\' + "]" * 100})
    assert parse(brackets.encode())["statement"].startswith("[{[{")
    nested = json.dumps(genuine | {"violation": {"relation": json.loads("[" * 58 + "]" * 58)}})
    assert parse(nested.encode())["claim"] == genuine["claim"]
    monkeypatch.setattr(checker.json, "loads", lambda *_, **__: pytest.fail("it is parsed"))
    for deep in ("[" * 61, '{"a":' * 61, '[{"a":' * 31, "[" * 61 + "]" * 61, '["[]]]]",' + "[" * 60):
        with pytest.raises(Malformed, match="nested deeper"):
            parse(deep.encode())
