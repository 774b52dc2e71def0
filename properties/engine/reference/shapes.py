"""Every formula states the shapes of its arguments and result, and keeps to them; a call that does not is refused."""

import inspect

import numpy as np
import pytest

from properties.engine.formulas import formulas
from reference.arithmetic.exact import rationals
from reference.shapes import shaped, shapes_of

FORMULAS = sorted(formulas(), key=lambda f: (f.__module__, f.__name__))
IDS = [f"{f.__module__.removeprefix('reference.')}.{f.__name__}" for f in FORMULAS]

SIZES = {"s": 1, "k": 2, "kappa": 3, "r": 4, "n": 5, "m": 6, "d": 7, "d0": 3, "d1": 2, "d2": 4, "weight": 2}
"""Sizes that tell dimensions apart, by name."""
FEW = {"d": 2, "n": 3, "m": 4, "kappa": 1, "r": 1}
"""Those of searches over all supports, and exact matrices."""
GIVEN = {
    "sigma": np.tanh,
    "act": np.tanh,
    "function": lambda *points: sum(points).sum(-1),
    "piece": lambda x, log: x,
    "pieces": [lambda x, log: x, lambda x, log: 1],
    "breakpoints": [0.5],
    "blocks": [np.eye(2), np.eye(3)],
    "chosen": [0, 2],
    "parameters": [np.ones((2, 3)), np.ones(4)],
    "gradient": [np.ones((2, 3)), np.ones(4)],
}
"""Arguments that are not arrays, or each of a shape of its own."""


def filled(shape, sizes, batch):
    """Return an array of a shape: a positive number, a descending vector, a positive definite or another matrix."""
    size = tuple(axis.value(sizes) for axis in shape.axes)
    texts = [axis.text for axis in shape.axes]
    array = np.arange(1.0, 1 + np.prod(size))[::-1].reshape(size) / (1 + np.prod(size))
    if len(texts) == 2 and texts[0] == texts[1]:
        array = np.eye(size[0]) + np.ones(size) / 9
    return array + np.zeros((*batch, *size))


def argument(name, annotation, sizes, batch, exact):
    """Return a value for a parameter."""
    if shapes := shapes_of(annotation):
        value = np.float64(1.0) if shapes[0].is_any else filled(shapes[0], sizes, batch)
        return rationals(np.asarray(value * 64, dtype=int)) if exact else value
    if annotation is int:
        return sizes[name]
    if inspect.isclass(annotation):
        return annotation(*(argument(f, a, sizes, batch, exact) for f, a in annotation.__annotations__.items()))
    return GIVEN[name]


@pytest.mark.parametrize("batch", [(), (8,), (8, 9)])
@pytest.mark.parametrize("formula", FORMULAS, ids=IDS)
def test_a(formula, batch):
    exact = formula.__module__.endswith(("robust", "rank_one"))
    sizes = SIZES | (FEW if exact else {})
    args = [argument(n, a, sizes, batch, exact) for n, a in inspect.get_annotations(formula).items() if n != "return"]
    shaped(formula)(*args)
