"""The gallery of false conjectures, as its page shows it: from the claims, their kept certificates, and the clock.

``python -m properties.engine.helpers.gallery`` writes the page anew, with the times that stand in it. With
``--measure`` it hunts every claim from scratch before, some minutes, and keeps what is simpler than what was kept.
"""

import inspect
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from properties.engine.helpers.foreign import TREE
from properties.engine.helpers.shown import environment
from verify.certificates.checker import parse, read
from verify.certificates.format import complexity
from verify.certificates.shelf import kept
from verify.claims.claim import Claim
from verify.registry.selection import only, select
from verify.writing.latex import found_latex, instance_latex

GALLERY = TREE / "docs" / "gallery"
PAGE = GALLERY / "README.md"
FILES = [GALLERY / "claims" / f"{name}.py" for name in ("orders", "spectra", "determinants", "entrywise", "statistics")]
BUDGET = 20

_MARK = "<!-- below: python -m properties.engine.helpers.gallery -->\n"
_TIME = re.compile(r"^`gallery/([\w-]+)` · .* · (.*)$", re.MULTILINE)


def claims():
    """Return the claims of the gallery by their files."""
    return {file: only(Claim, select([str(file)])) for file in FILES}


def times(text):
    """Return what a page says of how long each claim takes to refute."""
    return dict(_TIME.findall(text))


def listed(seconds):
    """Yield the lines of the page below its introduction."""
    for entries in claims().values():
        yield from ["", f"## {inspect.getmodule(entries[0].body).__doc__.rstrip('.')}"]
        for claim in entries:
            yield from _entry(claim, seconds.get(claim.id.partition("/")[2], "not measured"))


def _entry(claim, seconds):
    name, found = claim.source_file.name, kept(claim)
    certificate = claim.certificate_file.relative_to(GALLERY)
    yield from ["", f"### {claim.label}", "", f"`{claim.id}` · [{name}](claims/{name}) · {seconds}"]
    yield from ["", "```math", claim.statement, "```", "", f"False ([certificate]({certificate})):", ""]
    against = r",\quad ".join(found_latex(found.violation))
    yield from [
        "```math",
        rf"{instance_latex(found.instance)}:\quad {against}",
        "```",
        "",
        _plain(inspect.getdoc(claim.body)),
    ]


def _plain(text):
    """Keep a docstring's characters from being read as markup."""
    return re.sub(r"[_*<]", r"\\\g<0>", text)


def page(text, measured=()):
    """Return a page with its introduction and its times as they are, but for those measured, and the rest anew."""
    return text.partition(_MARK)[0] + _MARK + "\n".join(listed(times(text) | dict(measured))) + "\n"


def hunted(claim, folder, budget=BUDGET):
    """Hunt a claim from scratch; return what was said, and where the certificate lies, or None."""
    command = ["vae-verify", "hunt", f"{claim.source_file}::{claim.id}", "--budget", str(budget), "--out", folder]
    done = subprocess.run(
        [*map(str, command), "--json", "-"], cwd=folder, env=environment(), capture_output=True, text=True, check=False
    )
    said = json.loads(done.stdout)
    certificate = Path(folder) / f"{claim.id.replace('/', '_')}.json"
    return said, certificate if said["verdict"] == "refuted" else None


def simplicity(certificate):
    """Return what is smaller for a simpler counterexample in a file."""
    content = parse(read(certificate))
    return complexity(content["dimensions"], content["inputs"])


def measure():
    """Hunt every claim, keeping what is simpler than what is kept; yield its name, and how long it took."""
    for claim in (claim for entries in claims().values() for claim in entries):
        with tempfile.TemporaryDirectory() as folder:
            said, found = hunted(claim, folder)
            kept_file = claim.certificate_file
            if found and (not kept_file.exists() or simplicity(found) < simplicity(kept_file)):
                kept_file.parent.mkdir(exist_ok=True)
                kept_file.write_bytes(found.read_bytes())
        took = f"{said['seconds']:.1f} s" if found else f"not in {BUDGET} s"
        print(f"{claim.id:32} {took}", flush=True)
        yield claim.id.partition("/")[2], took


if __name__ == "__main__":
    found = list(measure()) if "--measure" in sys.argv else []
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), found), encoding="utf-8")
