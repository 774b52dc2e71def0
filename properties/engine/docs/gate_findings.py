"""The page of the gate's findings has every code, with what it says, and an example that yields it."""

import pytest

from properties.engine.helpers.slow import thinned
from properties.engine.helpers.written import CODES, FEW, FINDINGS, declared, report, saying, sections

FOUND = sections(FINDINGS.read_text(encoding="utf-8"))


def test_every_code_has_its_section():
    assert FINDINGS.read_text(encoding="utf-8").count("\n### ") == len(FOUND)
    assert set(FOUND) == set(CODES)


EXAMPLES = thinned([code for code in FOUND if code != "beta-differs-in-expectation"], 16)
EXAMPLES.append(pytest.param("beta-differs-in-expectation", marks=pytest.mark.long))  # takes thousands of calls


@pytest.mark.parametrize("code", FOUND)
def test_a_section_says_what_the_finding_does(code):
    """If not: python -m properties.engine.helpers.written."""
    says, rows = FOUND[code]
    assert (says, rows["repair"]) == saying(code)
    assert set(rows) <= {"arguments", "loss", "declared", "repair"}


@pytest.mark.parametrize("code", EXAMPLES)
def test_an_example_has_its_finding(code):
    _, rows = FOUND[code]
    given = {"arguments": rows["arguments"]} if "arguments" in rows else {}
    found = report(rows["loss"], **({"shapes": FEW} | given | declared(rows)))
    assert found.findings[0].code == code  # what follows from it may stand below
    assert found.outcome == "defect"


def test_the_loss_that_is_right_is_accepted():
    assert "`(0.5 * error.sum(-1) + kl.sum(-1)).mean()`" in FINDINGS.read_text(encoding="utf-8")
    assert report("(0.5 * error.sum(-1) + kl.sum(-1)).mean()").accepted
