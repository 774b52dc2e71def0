"""Where the arguments of a claim live: how to draw them exactly, sample them in bulk, check and print them.

A domain is an annotation with named dimensions, ``Matrix["d r"]``, which the arguments of a claim share. It makes its
values of *raw entries*: small dyadic rationals that a table assigns to bytes, the simplest to the smallest byte, so
that Hypothesis shrinks to small dimensions and to entries such as 0, 1, −1, ½. The same construction, in array style,
turns exact fractions into one exact value and float64 batches into thousands of samples.

A domain of your own subclasses :class:`Domain` and says how many raw entries it takes, how a value is made of them,
and how to recognise one:

    import numpy as np
    from flint import fmpq
    from reference.arithmetic import concatenate, diagonal, rank, rectangular_diagonal

    class Diagonal(Domain):
        def size(self, shape):
            return min(shape)

        def construct(self, raw, style, shape):
            return rectangular_diagonal(raw, *shape)

        def contains(self, value):
            return bool((value == rectangular_diagonal(diagonal(value), *value.shape)).all())

It may have a ``table``, the raw entry (an ``fmpq``) of each of the 256 bytes, the simplest first: without one, raw
entries have either sign, and a hunt takes them for all real numbers; of a table of one's own it takes nothing else.
And it may name ``styles``: the first is the plain one, of half of the draws, and ``construct`` is told which of the
others to impose. This one draws signs, or only one of them:

    class Signs(Domain):
        axes = 1
        table = np.array([fmpq(1 - 2 * (byte % 2)) for byte in range(256)], dtype=object)
        styles = ("plain", "all equal")

        def construct(self, raw, style, shape):
            return raw[..., :1] + 0 * raw if style == "all equal" else raw

        def contains(self, value):
            return bool((value * value == 1).all())

A composite has several arrays: ``array_axes`` says of which axes each is, ``construct`` returns them, and the body
takes them apart. Here is a linear system that has a solution:

    class Solvable(Composite):
        axes = 2

        @property
        def array_axes(self):
            rows, columns = self.axis_expressions
            return [rows, columns], [rows]

        def size(self, shape):
            return (shape[0] + 1) * shape[1]

        def construct(self, raw, style, shape):
            a = raw[..., shape[1] :].reshape((*raw.shape[:-1], *shape))
            return a, (a @ raw[..., : shape[1], None])[..., 0]

        def contains(self, value):
            a, b = value
            return rank(a) == rank(concatenate([a, b[..., None]]))

Three methods more make its counterexamples simple: ``raw`` tells the raw entries of which ``rebuild`` makes a value,
and ``mended`` makes a value of one of whose arrays an entry was changed or an index left out.
"""

from verify.domains import (
    commuting,
    complex,
    composite,
    contractive,
    discrete,
    matrices,
    numbers,
    ordered,
    orthogonal,
    stochastic,
    structured,
    symmetric,
    unitary,
)
from verify.domains.base import Domain
from verify.domains.commuting import *
from verify.domains.complex import *
from verify.domains.composite import *
from verify.domains.contractive import *
from verify.domains.discrete import *
from verify.domains.matrices import *
from verify.domains.numbers import *
from verify.domains.ordered import *
from verify.domains.orthogonal import *
from verify.domains.stochastic import *
from verify.domains.structured import *
from verify.domains.symmetric import *
from verify.domains.unitary import *

__all__ = ["Domain"]
for _module in (
    commuting, complex, composite, contractive, discrete, matrices, numbers, ordered, orthogonal, stochastic,
    structured, symmetric, unitary,
):  # fmt: skip
    __all__ += _module.__all__
