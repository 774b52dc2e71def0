"""Activation functions, entry by entry, in every arithmetic in which their value lies."""

from collections.abc import Callable

from reference.arithmetic import exp, log, maximum, tanh
from reference.shapes import Array

NONLINEARITIES: dict[str, Callable[[Array[""]], Array[""]]] = {
    "identity": lambda x: x,
    "shifted identity": lambda x: x + 1,
    "relu": lambda x: maximum(x, 0),
    "tanh": tanh,
    "logistic": lambda x: 1 / (1 + exp(-x)),
    "centred logistic": lambda x: tanh(x / 2) / 2,  # logistic − 1/2, evaluated once: tight in balls
    "softplus": lambda x: log(1 + exp(x)),
}
"""Functions by name. The first three are rational; of rationals the others raise Irrational."""
