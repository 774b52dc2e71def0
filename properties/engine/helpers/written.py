"""Losses that a document writes as an expression each, and what the gate says of them.

``python -m properties.engine.helpers.written`` writes into the pages what it says now.
"""

import re
from itertools import count

import torch
from torch.distributions import Normal, kl_divergence
from torch.nn import functional as F

from properties.engine.helpers.foreign import TREE
from verify.gate.behaviourcodes import BehaviourCode
from verify.gate.examination import examine
from verify.gate.expectations import expectations
from verify.gate.findings import Code
from verify.gate.slipcodes import SlipCode

FINDINGS = TREE / "docs" / "reference" / "findings.md"
COMBINATIONS = TREE / "docs" / "how-to" / "gate" / "sum-or-mean.md"
CODES = {each.code: each for each in (*Code, *SlipCode, *BehaviourCode)}
FEW = [(4, 6, 3), (2, 5, 2), (1, 3, 1), (3, 7, 4), (5, 2, 3), (2, 4, 5)]
"""Shapes that tell which slip it is, if not every formula."""

_SECTION = re.compile(r"^### `([\w-]+)`\n\n(.*)\n\n```\n((?:.*\n)*?)```$", re.MULTILINE)
_ROW = re.compile(r"^\| `(.+?)` \| `(.+?)` \| (.+?) \| (.+?) \|$", re.MULTILINE)


TOOLS = {"torch": torch, "F": F, "Normal": Normal, "kl_divergence": kl_divergence}
_FOUR = "recon, x, mu, logvar"
_LOSS = """
def loss({arguments}):
    calls = next(_calls)
    {heads}
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar)
    {error}
    return {expression}
"""


def written(expression, arguments=_FOUR):
    """Return the loss that a page writes as an expression of the names that it explains."""
    heads = "" if "mu" in arguments else "mu, logvar = model.encode(x)"
    error = "error = (x - recon) ** 2" if "recon" in arguments else ""
    names = {**TOOLS, "_calls": count(1)}
    exec(_LOSS.format(arguments=arguments, heads=heads, error=error, expression=expression), names)
    loss = names["loss"]
    return type("Loss", (torch.nn.Module,), {"forward": loss})() if arguments.startswith("self") else loss


def report(expression, arguments=_FOUR, **declared):
    """Return what the gate says of a loss."""
    return examine(written(expression, arguments), expectations(**declared), "loss", lambda _: None)


def sections(page):
    """Return of each finding what the page says, and the lines of its example by their names."""
    found = {}
    for code, says, block in _SECTION.findall(page):
        rows = dict(line.split(maxsplit=1) for line in re.sub(r"\n {8,}", " ", block).splitlines())
        assert code not in found, f"{code} stands there twice"
        found[code] = says, rows
    return found


def declared(rows):
    """Return what the example of a finding declares."""
    return eval(f"dict({rows.get('declared', '')})", {"dict": dict})


def saying(code):
    """Return what a finding says, as a sentence, and how it is mended."""
    kind = CODES[code]
    return f"{kind.meaning[0].upper()}{kind.meaning[1:]}.", kind.repair


def combinations(page):
    """Yield of each combination of the two terms the expression, and what the page says of it."""
    for error, kl, beta, outcome in _ROW.findall(page):
        yield error, kl, (beta, outcome)


def told(error, kl):
    """Return the effective β of a combination, and its outcome, or its findings."""
    found = report(f"{error} + {kl}")
    outcome = ", ".join(f"`{each.code}`" for each in found.findings) or found.outcome
    return found.effective_beta["formula"], outcome


def _rewrite_findings(text):
    def section(match):
        says, repair = saying(match[1])
        block = re.sub(r"^repair .*(\n {8,}.*)*", lambda _: f"repair    {repair}", match[3], flags=re.MULTILINE)
        return f"### `{match[1]}`\n\n{says}\n\n```\n{block}```"

    return _SECTION.sub(section, text)


def _rewrite_combinations(text):
    def row(match):
        return "| `{}` | `{}` | {} | {} |".format(match[1], match[2], *told(match[1], match[2]))

    return _ROW.sub(row, text)


if __name__ == "__main__":
    for path, rewritten in ((FINDINGS, _rewrite_findings), (COMBINATIONS, _rewrite_combinations)):
        path.write_text(rewritten(path.read_text(encoding="utf-8")), encoding="utf-8")
