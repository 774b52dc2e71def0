"""Find near misses of claims, and keep them in the tables of properties/engine/papers/near/.

python -m properties.engine.helpers.near                  # of claims that have none, or whose lines are wrong
python -m properties.engine.helpers.near 'mine2030/eq-*'  # of these, anew
"""

from __future__ import annotations

import argparse

from properties.engine.helpers.near.search import ATTEMPTS, Search
from properties.engine.helpers.near.table import FOLDER, NONE, faults, keep, kept
from verify.claims.claim import Claim
from verify.errors import UsageError
from verify.registry.loading import load_papers
from verify.registry.selection import select

WHY = "say why"


def main() -> int:
    """Search, claim by claim; return 1 if one is left without a near miss and without a reason."""
    parser = argparse.ArgumentParser(prog="near", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("ids", nargs="*", help="claims, or patterns of them; anew")
    parser.add_argument("--attempts", type=int, default=ATTEMPTS, help="so many for each claim")
    parser.add_argument("--seed", type=int, default=0, help="what is drawn")
    options = parser.parse_args()
    load_papers()
    try:
        claims = [entry for entry in select(options.ids) if isinstance(entry, Claim)]
    except UsageError as error:
        parser.error(str(error))
    for claim in claims:
        lines = kept(claim.paper)
        if not options.ids and claim.id in lines and not faults(claim, lines[claim.id]):
            continue
        found = [str(one.miss) for one in Search(claim, options.attempts, options.seed).run()]
        right = [line for line in lines.get(claim.id, ()) if not faults(claim, [line])]  # by hand
        keep(claim.paper, kept(claim.paper) | {claim.id: found or right or [f"{NONE}{WHY}"]})
        print(f"{claim.id}: {len(found) or 'none'}", flush=True)
    known = {paper: kept(paper) for paper in {claim.paper for claim in claims}}
    unknown = [claim.id for claim in claims if f"{NONE}{WHY}" in known[claim.paper].get(claim.id, ())]
    for id in unknown:
        print(f"{id}: no model is refuted: say why, or write a line by hand, in {FOLDER}")
    return 1 if unknown else 0


if __name__ == "__main__":
    raise SystemExit(main())
