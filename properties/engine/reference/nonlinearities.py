"""Activation functions: literal values, in every arithmetic, and tight in balls."""

import math

import numpy as np
import pytest

from properties.engine.helpers.arithmetics import LIFTS, as_floats, entries, floats
from reference.arithmetic.exact import Irrational, balls, rationals
from reference.nonlinearities import NONLINEARITIES

VALUES = {
    "identity": lambda x: x,
    "shifted identity": lambda x: x + 1,
    "relu": lambda x: max(x, 0.0),
    "tanh": math.tanh,
    "logistic": lambda x: math.exp(x) / (math.exp(x) + 1),
    "centred logistic": lambda x: math.exp(x) / (math.exp(x) + 1) - 1 / 2,
    "softplus": lambda x: math.log1p(math.exp(x)),
}


@pytest.mark.parametrize("name", NONLINEARITIES)
def test_nonlinearities(name):
    exact = rationals([[-3, 0], [1, 9]]) / 4
    wanted = np.vectorize(VALUES[name], otypes=[float])(floats(exact))
    for lift in (LIFTS[kind] for kind in ("numpy", "torch", "balls", "symbols")):
        np.testing.assert_allclose(as_floats(NONLINEARITIES[name](lift(exact))), wanted, rtol=1e-13)
        np.testing.assert_allclose(as_floats(NONLINEARITIES[name](lift(exact)[1, 1])), wanted[1, 1], rtol=1e-13)
    assert all(ball.is_finite() and ball.rad() < 1e-12 for ball in entries(NONLINEARITIES[name](balls(exact))))
    if name in ("identity", "shifted identity", "relu"):
        assert floats(NONLINEARITIES[name](exact)).tolist() == wanted.tolist()
    else:
        with pytest.raises(Irrational):
            NONLINEARITIES[name](exact)


def test_every_nonlinearity_is_tested():
    assert VALUES.keys() == NONLINEARITIES.keys()
