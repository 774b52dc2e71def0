"""The codes of findings: each is reached by a loss, each says what mends it, and none has two names."""

from pathlib import Path

import pytest

from verify.gate.findings import Code, Finding
from verify.gate.slipcodes import SlipCode, slip_code

KINDS = [*Code, *SlipCode]
TESTS = "".join(file.read_text(encoding="utf-8") for file in Path(__file__).parent.rglob("*.py"))

UNREACHED = {
    "-".join(words)
    for words in (
        ("beta", "differs", "in", "expectation"), ("couples", "samples"), ("couples", "latents"),
        ("unbounded", "below"),
    )
}  # fmt: skip
"""Codes for which no loss is known: what would have them is told by another, or left undecided."""


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_a_test_expects_each(kind):
    """A loss of the corpus, whose codes are compared with those found, or one of the tests of the heads' part."""
    assert (f'"{kind.code}"' in TESTS) is (kind.code not in UNREACHED)


def test_codes_are_stable_names_and_none_is_one_of_another():
    codes = [kind.code for kind in KINDS]
    assert len(set(codes)) == len(codes)
    assert all(code == code.lower() and code.replace("-", "").isalpha() for code in codes)
    assert all(slip_code(kind.code) is kind for kind in SlipCode)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_each_says_what_is_wrong_and_what_mends_it_in_a_line(kind):
    told = Finding(kind, "β = 1/k").json()
    assert list(told) == ["code", "message", "repair", "certificate"]
    assert told["code"] == kind.code
    assert told["message"] == f"{kind.meaning}: β = 1/k"
    assert told["repair"] == kind.repair
    assert all(told[part] and len(told[part].splitlines()) == 1 for part in ("message", "repair"))
    assert Finding(kind, "", "leave it").json()["message"] == kind.meaning
    assert Finding(kind, "", "leave it").json()["repair"] == "leave it"
