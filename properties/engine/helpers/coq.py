"""Coq files of the kept certificates, and the table of them on the page of certificates.

``python -m properties.engine.helpers.coq`` writes it into the page.
"""

import json
import re

from properties.engine.helpers.foreign import TREE
from verify.certificates.coq.file import coq_file
from verify.certificates.coq.places import NoFile
from verify.certificates.programs.program import program, programs
from verify.certificates.shelf import kept
from verify.claims.claim import Claim
from verify.claims.counterexample import Counterexample
from verify.claims.entry import Verdict
from verify.registry.loading import load_file
from verify.registry.selection import select

PAGE = TREE / "docs" / "reference" / "certificate.md"
TABLE = re.compile(r"^\| in Coq \|.*\n(?:\|.*\n)+", re.MULTILINE)
EXACT, ROUNDED = "in fractions alone, with `lra`", "with bounds, by `interval`"


OWN = r"""
from reference.arithmetic import *
from verify import *

@claim("own/domains", r"(* ends *) \"here")
def test_domains(
    R: Symmetric["d"], t4: PositiveDefinite["d"], λ: PositiveSemidefinite["d"], in_: Interval[-1, "1/2"],
    C: Correlation["d"], D: Density["d"], P: Permutation["d"], H: Projection["d"], N: Normal["d"],
    T: Triangular["d"], K: Commuting[Symmetric["d"]], A: Ordered[Symmetric["d"]], x: Simplex["d"], u: UnitVector["d"],
    M: Stochastic["d d"], B: SignMatrix["d d"], L: LowRank["d d r"], e: Integer,
):
    assume(positive_semidefinite(t4))
    assume(less(trace(R), 0))
    iff(positive_semidefinite(R), positive_semidefinite(A[0]))

@claim("own/operations", "")
def test_operations(x: Scalar, y: Positive):
    low = less(absolute(x), exp(x) - log(y) * 3) & ~equal(sqrt(y) * 0 + exp(x - x), log(y / y))
    implies(low | leq(absolute(-x) / y, sqrt(sqrt(y)) + 9), less(sqrt(sqrt(y)) * pi(x), abs(x)))

@claim("own/near", "")
def test_near(x: Positive): equal(log(1 + x), x - x * x / 2)
"""


INSTANCES = {
    "own/domains": {
        "R": [[-1, 0], [0, -1]], "t4": [[2, 1], [1, 1]], "λ": [[1, 1], [1, 1]], "in_": "1/2",
        "C": [[1, "1/2"], ["1/2", 1]], "D": [["1/2", 0], [0, "1/2"]], "P": [[0, 1], [1, 0]], "H": [[1, 0], [0, 0]],
        "N": [[1, 1], [-1, 1]], "T": [[1, 2], [0, 3]], "K": [[[1, 2], [2, 1]], [[0, 1], [1, 0]]],
        "A": [[[1, 1], [1, 1]], [[2, 1], [1, 2]]], "x": ["1/3", "2/3"], "u": ["3/5", "-4/5"],
        "M": [["1/4", "3/4"], [1, 0]], "B": [[1, -1], [-1, -1]], "L": [[1, 2], [2, 4]], "e": 3,
    },
    "own/operations": {"x": "-3/2", "y": "1/2"},
    "own/near": {"x": "1/1000000000"},
}  # fmt: skip


def files(claims):
    """Return by the ids of the refuted claims their Coq files, and why the others have none."""
    refuted = [claim for claim in claims if isinstance(claim, Claim) and claim.expected is Verdict.REFUTED]
    made, without = {}, {}
    for id, one in programs(map(kept, refuted)).items():
        try:
            if isinstance(one, str):
                raise NoFile(one)
            made[id] = coq_file(one)
        except NoFile as error:
            without[id] = str(error)
    return made, without


def of(id):
    """Return the program of a kept certificate."""
    (claim,) = select([id], slow=True)
    return json.loads(json.dumps(program(kept(claim))))


def own(folder):
    """Return the Coq files of false claims of many domains and of all operations, which are written into a folder."""
    path, made = folder / "own.py", {}
    path.write_text(OWN, encoding="utf-8")
    for claim in load_file(path):
        instance = claim.signature.infer(INSTANCES[claim.id])
        one = program(Counterexample(claim, instance, claim.judge(instance)))
        made[claim.id] = coq_file(json.loads(json.dumps(one)))
    return made


def table(claims):
    """Return the table: which kept certificates have a file, of which kind, and why the others have none."""
    made, without = files(claims)
    kinds = {id: ROUNDED if "interval" in text else EXACT for id, text in made.items()}
    kinds |= {id: f"none: {why.partition(':')[0]}" for id, why in without.items()}
    lines = ["| in Coq | certificates |", "|---|---|"]
    for kind in sorted(set(kinds.values()), key=lambda kind: (kind.startswith("none"), kind)):
        ids = sorted(id for id in kinds if kinds[id] == kind)
        lines.append(f"| {kind} ({len(ids)}) | {', '.join(ids)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(
        TABLE.sub(lambda _: table(select([], slow=True)), PAGE.read_text(encoding="utf-8")), encoding="utf-8"
    )
