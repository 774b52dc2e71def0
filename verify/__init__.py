"""State a claim about matrices, and have it attacked, judged without tolerances and certified."""

import signal
import sys
from typing import TYPE_CHECKING, Any

from vae_verify import command, require

if sys.argv[:1] == ["-m"] and "verify" in sys.orig_argv:  # python -m verify, which Ctrl-C ends from the start
    signal.signal(signal.SIGINT, command.interrupted)
require("reference")

import verify.running.profiles
from verify.domains import Domain
from verify.judging.statements import assume, equal, iff, implies, leq, less, positive_semidefinite
from verify.registry.declare import claim

if TYPE_CHECKING:  # an argument that is annotated with a domain is an array to the body, and Any to mypy
    Dimension: Any
    Index: Any
    Matrix: Any
    NonNegative: Any
    OneOf: Any
    Orthogonal: Any
    Permutation: Any
    Positive: Any
    PositiveDefinite: Any
    PositiveSemidefinite: Any
    PositiveVector: Any
    Scalar: Any
    Spectrum: Any
    Symmetric: Any
    Vector: Any
else:
    from verify.domains import (
        Dimension,
        Index,
        Matrix,
        NonNegative,
        OneOf,
        Orthogonal,
        Permutation,
        Positive,
        PositiveDefinite,
        PositiveSemidefinite,
        PositiveVector,
        Scalar,
        Spectrum,
        Symmetric,
        Vector,
    )

__all__ = [
    "Dimension",
    "Domain",
    "Index",
    "Matrix",
    "NonNegative",
    "OneOf",
    "Orthogonal",
    "Permutation",
    "Positive",
    "PositiveDefinite",
    "PositiveSemidefinite",
    "PositiveVector",
    "Scalar",
    "Spectrum",
    "Symmetric",
    "Vector",
    "assume",
    "claim",
    "equal",
    "iff",
    "implies",
    "leq",
    "less",
    "positive_semidefinite",
]
