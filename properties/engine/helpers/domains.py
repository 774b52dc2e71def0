"""Every built-in domain, those that the documentation shows, signatures over some, and what is drawn of one."""

import inspect
import textwrap

import numpy as np

from verify import (
    ComplexMatrix,
    ComplexScalar,
    ComplexVector,
    Dimension,
    Domain,
    Hermitian,
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
    Unitary,
    Vector,
)
from verify import domains as module
from verify.claims.signatures import Signature

ARRAYS = {
    "Scalar": Scalar(),
    "NonNegative": NonNegative(),
    "Positive": Positive(),
    "Vector": Vector("d"),
    "PositiveVector": PositiveVector("d"),
    "Matrix": Matrix("d r"),
    "Symmetric": Symmetric("d"),
    "PositiveSemidefinite": PositiveSemidefinite("d"),
    "PositiveDefinite": PositiveDefinite("d"),
    "Orthogonal": Orthogonal("d"),
    "Permutation": Permutation("d"),
    "Spectrum": Spectrum("d"),
    "ComplexScalar": ComplexScalar(),
    "ComplexVector": ComplexVector("d"),
    "ComplexMatrix": ComplexMatrix("d r"),
    "Hermitian": Hermitian("d"),
    "Unitary": Unitary("d"),
}
CHOICES = {"Index": Index("d"), "Dimension": Dimension("d"), "OneOf": OneOf("relu", "tanh")}


def signature(**domains):
    """Return the signature of a claim over these domains."""

    def body(**_):
        """Have a place for annotations and parameters."""

    body.__annotations__ = domains
    kind = inspect.Parameter.KEYWORD_ONLY
    body.__signature__ = inspect.Signature([inspect.Parameter(name, kind) for name in domains])
    return Signature(body)


def draws(domain, count=1500, seed=0):
    """Return seeded random draws of one domain, with the sizes of their dimensions."""
    one = signature(x=domain)
    generator = np.random.default_rng(seed)
    instances = (one.draw(generator.bytes(one.block_size)) for _ in range(count))
    return [(instance.sizes, instance.values["x"]) for instance in instances]


def documented(name="Diagonal"):
    """Return a domain of one's own that the documentation shows."""
    text = module.__doc__[module.__doc__.index("    import numpy") :]
    code = [line for line in text.splitlines() if line.startswith("    ") or not line]
    names = {"Domain": Domain}
    exec(textwrap.dedent("\n".join(code)), names)
    return names[name]
