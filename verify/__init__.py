"""State a claim about matrices, and have it attacked, judged without tolerances and certified."""

import signal
import sys

from vae_verify import command, require

if sys.argv[:1] == ["-m"] and "verify" in sys.orig_argv:  # python -m verify, which Ctrl-C ends from the start
    signal.signal(signal.SIGINT, command.interrupted)
    command.require_dependencies()
require("reference")

import verify.running.profiles
from verify.domains import Domain, arrays, discrete
from verify.domains.arrays import *
from verify.domains.discrete import *
from verify.judging.comparisons import equal, leq, less, positive_semidefinite
from verify.judging.statements import assume, iff, implies
from verify.registry.declare import claim
from verify.registry.studies import Evidence, simulated
from verify.replicate import experiment

__all__ = [
    "Domain",
    "Evidence",
    "assume",
    "claim",
    "equal",
    "experiment",
    "iff",
    "implies",
    "leq",
    "less",
    "positive_semidefinite",
    "simulated",
]
__all__ += arrays.__all__
__all__ += discrete.__all__
