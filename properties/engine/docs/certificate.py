"""The page of the certificate's format shows one that is kept, names each field, and prints what it says."""

import json
import re

from properties.engine.helpers.foreign import TREE
from properties.engine.helpers.shown import Reader

PAGE = (TREE / "docs" / "reference" / "certificate.md").read_text(encoding="utf-8")
SCHEMA = json.loads((TREE / "docs" / "reference" / "certificate.schema.json").read_text(encoding="utf-8"))


def test_the_certificate_that_it_shows_is_kept():
    (shown,) = re.findall(r"^```json\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    (path,) = re.findall(r"\blies\sin\s`(.*)`:$", PAGE, re.MULTILINE)
    assert shown == (TREE / path).read_text(encoding="utf-8")


def test_it_names_every_field_and_every_relation():
    assert re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE) == SCHEMA["required"] == list(SCHEMA["properties"])
    for kind in ("comparison", "connective"):
        for name in (*SCHEMA["$defs"][kind]["required"], *SCHEMA["$defs"][kind]["properties"]["relation"]["enum"]):
            assert f"`{name}`" in PAGE, name


def test_its_commands_print_what_it_says():
    Reader(TREE).follow(PAGE)
