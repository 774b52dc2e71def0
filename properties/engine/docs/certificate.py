"""The page of the certificate's format shows one that is kept, names each field, and prints what it says."""

import json
import re

import pytest

from properties.engine.helpers.foreign import TREE
from properties.engine.helpers.shown import Reader
from verify.certificates.programs.program import program
from verify.certificates.shelf import kept

PAGE = (TREE / "docs" / "reference" / "certificate.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"^```json\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
SCHEMA = json.loads((TREE / "docs" / "reference" / "certificate.schema.json").read_text(encoding="utf-8"))


def test_the_certificate_that_it_shows_is_kept():
    (path,) = re.findall(r"\blies\sin\s`(.*)`:$", PAGE, re.MULTILINE)
    assert SHOWN[0] == (TREE / path).read_text(encoding="utf-8")


def test_the_program_that_it_shows_is_that_of_the_certificate(registry):
    claim = registry[json.loads(SHOWN[0])["claim"]]
    made = program(kept(claim))
    assert json.loads(SHOWN[1]) == json.loads(json.dumps(made))
    (table,) = re.findall(r"^\| \| \|\n\|---\|---\|\n((?:\|.*\n)*)", PAGE, re.MULTILINE)
    named = [name for row in table.splitlines() for name in re.findall(r"`(\w+)`", row.split("|")[1])]
    assert named == list(made)
    assert all(f"`{operation}`" in table for operation in (*"+-*/", "neg", "abs", "sqrt", "exp", "log", "erfc", "pi"))


def test_it_names_every_field_and_every_relation():
    (table,) = re.findall(r"^\| field \| what it is \|\n\|---\|---\|\n((?:\|.*\n)*)", PAGE, re.MULTILINE)
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == SCHEMA["required"] == list(SCHEMA["properties"])
    for kind in ("comparison", "connective"):
        for name in (*SCHEMA["$defs"][kind]["required"], *SCHEMA["$defs"][kind]["properties"]["relation"]["enum"]):
            assert f"`{name}`" in PAGE, name


@pytest.mark.long
def test_its_commands_print_what_it_says():
    Reader(TREE).follow(PAGE)
