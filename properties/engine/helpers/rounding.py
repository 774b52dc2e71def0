"""What a formula is at exact floats, and how far rounding can take another's float from it."""

import numpy as np
from flint import arb

from reference.arithmetic.exact import Balls
from reference.arithmetic.lanes import stack, unstack


def enclosed(array):
    """Return floats as balls that hold them and nothing else."""
    return Balls.of(np.frompyfunc(lambda x: arb(float(x)), 1, 1)(np.asarray(array, dtype=float)))


def far_off(values, formula, *arguments, bits=53, roundings=32):
    """Return the indices at which floats are certainly further from a formula of float arrays than roundings explain.

    A rounding is 2⁻ᵇⁱᵗˢ of the sum of the sizes of the terms, as the formula itself gives it.
    """
    exact = np.asarray(formula(*map(enclosed, arguments)).array, dtype=object)
    lanes = formula(*(unstack(np.asarray(x, dtype=float)[None]) for x in arguments))
    sizes = stack(lanes)[1][0]
    values = np.broadcast_to(np.asarray(values, dtype=float), exact.shape)
    return [
        place
        for place in np.ndindex(exact.shape)
        if abs(exact[place] - arb(float(values[place]))) > roundings * 2.0**-bits * float(sizes[place])
    ]
