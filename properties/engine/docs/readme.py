"""The README shows what its commands print, counts right, and lists what is wrong in print as it is."""

import re
from collections import Counter

import pytest

from properties.engine.helpers.errata import TABLE, of_substance, table
from properties.engine.helpers.foreign import TREE
from properties.engine.helpers.shown import Reader
from verify.claims.entry import Verdict
from verify.registry.selection import select
from verify.replicate import Experiment

README = (TREE / "README.md").read_text(encoding="utf-8")
SAYS = " ".join(README.split())
FENCES = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.long
def test_it_shows_what_its_commands_print(tmp_path):
    assert [command.split()[1] for command in re.findall(r"^\$ (.*)", README, re.MULTILINE)] == ["run", "hunt", "gate"]
    Reader(tmp_path).follow(README)


def test_what_is_shown_without_its_command_are_commands():
    """All other output stands below its command, in a block that is run."""
    lines = "".join(text for language, text in FENCES.findall(README) if not language).splitlines()
    assert lines
    assert all(line.startswith(("make ", "vae-verify ")) for line in lines)


def test_its_counts_are_those_of_the_claims():
    claims = select([], slow=True)
    found = Counter((claim.slow, claim.expected) for claim in claims)
    quick, slow = (sum(count for key, count in found.items() if key[0] is which) for which in (False, True))
    holds, proved, refuted = (found[False, verdict] for verdict in (Verdict.HOLDS, Verdict.PROVED, Verdict.REFUTED))
    assert quick == holds + proved + refuted
    assert f"judges {quick} claims" in SAYS
    assert f"{holds} *hold* (no generated instance refutes them), {proved} are *proved*" in SAYS
    assert f"{refuted} are *refuted*" in SAYS
    assert f"the {slow} claims on training and gradient flow" in SAYS
    doubles = sum(claim.same_as is not None for claim in claims)
    substance = len(of_substance(claims))
    corners, readings = (
        sum(bool(getattr(c, how)) and c.same_as is None for c in claims) for how in ("corner", "reading")
    )
    assert substance + doubles + corners + readings == refuted
    assert f"Of the refuted, {substance} are wrong in substance; {doubles} more are wrong by the slip" in SAYS
    assert f"{corners} at a corner alone, such as a rank of 0, and {readings} as a sentence can be read" in SAYS
    assert f"Of the {substance}, these belong to a numbered" in SAYS


def test_its_table_of_errata_is_that_of_the_certificates():
    """``python -m properties.engine.helpers.errata`` writes it anew."""
    written = table(select([], slow=True))
    assert TABLE.findall(README) == [written]
    assert written.count("\n") > 8
    assert "universal" not in written


FIGURES = re.findall(r"^\| .* \| (.*) \| `(.*)` \|$", README.partition("| measured | by |")[2], re.MULTILINE)


def test_every_figure_that_was_measured_has_its_command():
    assert len(FIGURES) >= 4
    known = {entry.id for entry in select([], slow=True) if isinstance(entry, Experiment)}
    for _, command in FIGURES:
        program, name, *_ = command.split()
        assert (TREE / name).is_file() if program == "python" else command.split()[2] in known


def test_what_was_measured_is_what_the_page_of_benchmarks_says():
    page = (TREE / "benchmarks/README.md").read_text(encoding="utf-8")
    for figure, _ in FIGURES:
        numbers = re.findall(r"\d[\d,.]*", figure)
        assert numbers
        assert [number for number in numbers if not re.search(rf"(?<![\d.]){re.escape(number)}(?!\d)", page)] == []
