"""The options of the command."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

from properties.engine.helpers.mutants.results import BUILD, PACKAGES

DESCRIPTION = "Plant slips, one at a time, and say which the fast tests do not notice."


def parser() -> argparse.ArgumentParser:
    """Return the options."""
    made = argparse.ArgumentParser(prog="make mutants", description=DESCRIPTION)
    made.add_argument("places", nargs="*", default=[*PACKAGES], metavar="PATH", help="modules or folders; all of them")
    made.add_argument("--sample", type=int, metavar="N", help="N of each folder, or all that it has")
    made.add_argument("--seed", type=int, default=0, help="which ones (0)")
    made.add_argument("--changed", metavar="REF", help="only those in lines that differ from REF")
    made.add_argument("--only", action="append", default=[], metavar="ID", help="only this one, again")
    made.add_argument("--again", action="store_true", help="try once more what was not killed")
    made.add_argument("--workers", type=int, default=1, metavar="N", help="copies of the tree at work (1)")
    made.add_argument("--minutes", type=float, default=1e6, metavar="M", help="begin none after so long")
    made.add_argument(
        "--most", type=float, default=math.inf, metavar="S", help="of the tests of a mutant so many seconds"
    )
    made.add_argument("--results", type=Path, default=BUILD / "results.sqlite", metavar="FILE", help="what is known")
    made.add_argument("--survivors", type=Path, metavar="FILE", help="write down each survivor as soon as it is one")
    made.add_argument("--page", action="store_true", help="write the table of all that is known into the page")
    made.add_argument("--goals", action="store_true", help="end with 0 if every folder reaches its share")
    made.add_argument("--dry", action="store_true", help="try nothing: print the table of what is known")
    return made
