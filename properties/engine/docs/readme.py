"""The README shows what its commands print, and counts right."""

import re
from collections import Counter

from properties.engine.helpers.foreign import TREE
from properties.engine.helpers.shown import Reader
from verify.claims.entry import Verdict
from verify.registry.selection import select

README = (TREE / "README.md").read_text(encoding="utf-8")
FENCES = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_it_shows_what_its_commands_print(tmp_path):
    assert len(re.findall(r"^\$ ", README, re.MULTILINE)) >= 2
    Reader(tmp_path).follow(README)


def test_what_is_shown_without_its_command_is_what_a_machine_measured():
    """All other output stands below its command, in a block that is run."""
    before, _, after = README.partition("## Speed")
    plain = [text for language, text in FENCES.findall(before + after.partition("\n## ")[2]) if not language]
    lines = "".join(plain).splitlines()
    assert lines
    assert all(line.startswith(("make ", "vae-verify ")) for line in lines)


def test_its_counts_are_those_of_the_claims():
    claims = select([], slow=True)
    found = Counter((claim.slow, claim.expected) for claim in claims)
    quick, slow = (sum(count for key, count in found.items() if key[0] is which) for which in (False, True))
    says = " ".join(README.split())
    holds, proved, refuted = (found[False, verdict] for verdict in (Verdict.HOLDS, Verdict.PROVED, Verdict.REFUTED))
    assert quick == holds + proved + refuted
    assert f"judges {quick} claims" in says
    assert f"{holds} hold, {proved} are proved, {refuted} refuted" in says
    simulated, measured, contradicted = (
        found[True, verdict] for verdict in (Verdict.SIMULATED, Verdict.MEASURED, Verdict.CONTRADICTED)
    )
    assert slow == simulated + measured + contradicted
    assert f"there are {slow} claims more: {simulated} are *simulated*" in says
    assert f"{measured} *measured* by training, and {contradicted} *contradicted*" in says
    doubles = sum(claim.same_as is not None for claim in claims)
    assert f"Of the {refuted} refuted, {doubles} are wrong by the slip of another" in says
    corners, readings = (
        sum(bool(getattr(c, how)) and c.same_as is None for c in claims) for how in ("corner", "reading")
    )
    assert f"{corners} fail at a corner alone" in says
    assert f"and {readings} as a sentence is read" in says
