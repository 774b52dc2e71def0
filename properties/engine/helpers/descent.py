"""Descent on a loss in floats, and its end as exact numbers."""

from fractions import Fraction

import numpy as np
import torch

from reference.arithmetic.exact import balls, rationals


def descend(objective, starts):
    """Minimise a torch function of arrays with L-BFGS, and return where it ends, as NumPy arrays."""
    parameters = [torch.tensor(start, dtype=torch.float64, requires_grad=True) for start in starts]
    optimiser = torch.optim.LBFGS(parameters, max_iter=500, tolerance_grad=1e-12, line_search_fn="strong_wolfe")

    def closure():
        optimiser.zero_grad()
        value = objective(*parameters)
        value.backward()
        return value

    optimiser.step(closure)
    return [parameter.detach().numpy() for parameter in parameters]


def exactly(array):
    """Return a float array as balls that hold the very same numbers."""
    return balls(rationals(np.vectorize(Fraction.from_float, otypes=[object])(array)))
