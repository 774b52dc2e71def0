"""Every built-in domain, those that the documentation shows, signatures over some, and what is drawn of one."""

import inspect
import textwrap
from fractions import Fraction

import numpy as np

from properties.engine.helpers.slow import but
from reference.arithmetic.lanes import floats, stack
from verify import (
    Commuting,
    ComplexIsometry,
    ComplexMatrix,
    ComplexNormal,
    ComplexPositiveDefinite,
    Composite,
    Constant,
    Dimension,
    Domain,
    Free,
    Hermitian,
    Index,
    Integer,
    Interval,
    Isometry,
    LowRank,
    Majorised,
    Nonnegative,
    NonNegativeVector,
    Normal,
    OneOf,
    Ordered,
    Orthogonal,
    PositiveDefinite,
    PositiveSimplex,
    Simplex,
    Stochastic,
    Symmetric,
    Triangular,
    Vector,
)
from verify import domains as module
from verify.claims.signatures import Signature
from verify.domains.base import arrays_of

CHOICES = {"Index": Index("d"), "Dimension": Dimension("d"), "OneOf": OneOf("relu", "tanh")}
_SPELLED = {
    "Interval": Interval("d r", -1, 1),
    "Integer": Integer("d"),
    "LowRank": LowRank("d d r"),
    "Isometry": Isometry("d+r r"),
    "ComplexIsometry": ComplexIsometry("d+r r"),
    "Stochastic": Stochastic("d r"),
    "Commuting": Commuting("d"),
    "Ordered": Ordered("d"),
    "Majorised": Majorised("d"),
    "Free": Free("d"),
    "Constant": Constant("-3/7"),
}
"""Those whose annotation says more, or other things, than d and r."""

_VARIED = [
    Interval(0, 1),
    Interval("d", Fraction(1, 3), 20),
    Integer("d r", 0, 9),
    Integer(-3, -2),
    Stochastic("d"),
    *(
        Commuting(of)
        for of in (Nonnegative("d d"), Symmetric("d"), PositiveDefinite("d"), Triangular("d"), Normal("d"))
    ),
    *(Commuting(of) for of in (ComplexMatrix("d d"), Hermitian("d"), ComplexNormal("d"), ComplexPositiveDefinite("d"))),
    Ordered(PositiveDefinite("d")),
    Ordered(Hermitian("d")),
    *(Majorised(kind) for kind in (Simplex("d"), PositiveSimplex("d"), NonNegativeVector("d"))),
    *(Free(kind) for kind in (Symmetric("d"), Orthogonal("d"), Vector("d"))),
]


def _example(name):
    """Return a domain with the dimensions d and r, as many as it names."""
    kind = getattr(module, name)
    return _SPELLED[name] if name in _SPELLED else kind(" ".join("dr"[: kind.axes]))


_NAMES = [name for name in module.__all__ if name not in ("Domain", "Discrete", "Composite", *CHOICES)]
ARRAYS = {name: _example(name) for name in _NAMES} | {repr(domain): domain for domain in _VARIED}
"""Every domain of arrays that there is, and some in other words."""


REPEATED = [
    *(f'Commuting[{of}["d"]]' for of in ("PositiveDefinite", "Triangular", "Normal", "ComplexNormal")),
    *('Commuting[ComplexPositiveDefinite["d"]]', 'Commuting[ComplexMatrix["d d"]]', 'Ordered[Hermitian["d"]]'),
]
"""Pairs of domains that are in the list themselves, after pairs of others: the dear ones."""

SINGLE = but(ARRAYS, *REPEATED, mark="long")
_ONCE = [name for name in ARRAYS if name not in REPEATED]

EVEN, ODD = (but(ARRAYS, *REPEATED, *_ONCE[k::2], mark="long") for k in (1, 0))
"""Halves of the domains, for tests that take long of each."""


def entries_of(value):
    """Return the numbers of an exact value in one list, those of one array after those of another."""
    return [x for array in arrays_of(value) for x in np.ravel(array.array)]


def floats_of(value):
    """Return the numbers of an exact value as floats."""
    return np.concatenate([np.ravel(floats(array)) for array in arrays_of(value)])


def stacked(lanes):
    """Return the numbers of many values, in the order of :func:`entries_of`, and their magnitudes: (n, numbers)."""
    parts = np.broadcast_arrays(
        *(x for part in (lanes if isinstance(lanes, tuple) else (lanes,)) for x in _columns(part))
    )
    values, magnitudes = np.stack(parts, axis=-1)
    return values, magnitudes.real


def _columns(lanes):
    data = stack(lanes)
    return list(np.moveaxis(data.reshape(2, data.shape[1], -1), -1, 0))


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
    names = {"Domain": Domain, "Composite": Composite}
    exec(textwrap.dedent("\n".join(code)), names)
    return names[name]
