"""State a claim about matrices, and have it attacked, judged without tolerances and certified."""

import signal
import sys
from typing import TYPE_CHECKING, Any

from vae_verify import require, start

if sys.argv[:1] == ["-m"] and "verify" in sys.orig_argv:  # python -m verify, which Ctrl-C ends from the start
    signal.signal(signal.SIGINT, start.interrupted)
    start.require_dependencies()
require("reference")

import verify.domains
import verify.running.profiles
from verify.domains import Domain
from verify.judging.comparisons import equal, leq, less, positive_semidefinite
from verify.judging.statements import assume, corner, iff, implies
from verify.registry.declare import claim
from verify.registry.studies import Evidence, simulated
from verify.replicate import experiment

if TYPE_CHECKING:

    def __getattr__(domain: str) -> Any:
        """Say what ``A: Matrix["d r"]`` is to mypy: the body gets an array, of any arithmetic."""
else:
    from verify.domains import *

__all__ = [
    "Domain",
    "Evidence",
    "assume",
    "claim",
    "corner",
    "equal",
    "experiment",
    "iff",
    "implies",
    "leq",
    "less",
    "positive_semidefinite",
    "simulated",
]
__all__ += verify.domains.__all__
