"""Rules of derivatives hold for a batch as for one matrix, and whichever side of NumPy's functions is traced."""

import numpy as np
import pytest

from reference import arithmetic as a
from reference.arithmetic.exact import rationals

BATCH = rationals([[[3, 1], [1, 2]], [[2, -1], [-1, 4]], [[1, 0], [0, 5]]])
WEIGHTS = rationals([2, -3, 7])
OF_ONE = {  # numbers of one matrix, which may not be symmetric
    "determinant": a.determinant,
    "inverse": lambda x: a.inverse(x)[..., 0, 1],
    "solve": lambda x: a.trace(a.solve(x, x.mT @ x)),
    "a right side": lambda x: a.trace(a.solve(BATCH[0], x)),
    "log_determinant": a.log_determinant,
    "log": lambda x: a.log(x[..., 1, 1]),
    "symmetric_part": lambda x: a.determinant(a.symmetric_part(x)),
    "hermitian_part": lambda x: a.determinant(a.hermitian_part(x) + x),
    "products": lambda x: a.trace(x @ x @ x.mT),
    "sums": lambda x: (x * x).sum(-1).sum(-1),
}


@pytest.mark.parametrize("name", OF_ONE)
def test_the_gradient_of_a_batch_is_that_of_each_matrix(name):
    function = OF_ONE[name]
    found = a.gradient(lambda x: (function(x) * WEIGHTS).sum(), BATCH)
    for k in range(3):
        assert (found[k] == WEIGHTS[k] * a.gradient(function, BATCH[k])).all()
    by_first = a.gradient(lambda x: (function(x[None] * WEIGHTS[:, None, None] ** 2) * WEIGHTS).sum(), BATCH[0])
    alone = [a.gradient(lambda x, w=w: w * function(w**2 * x), BATCH[0]) for w in WEIGHTS]
    assert (by_first == sum(alone[1:], alone[0])).all()


def test_functions_of_numpy_take_what_is_traced_on_either_side():
    x, y = BATCH[0], BATCH[1] / 3
    for function, sides in (
        (np.add, (1 + 0 * x, 1 + 0 * x)), (np.subtract, (1 + 0 * x, -1 + 0 * x)), (np.multiply, (y, y)),
        (np.divide, (1 / y, -y / (x * x))), (np.matmul, ((1 + 0 * x) @ y.mT, y.mT @ (1 + 0 * x))),
    ):  # fmt: skip
        assert (a.gradient(lambda z, f=function: f(z, y).sum(), x) == sides[0]).all()
        assert (a.gradient(lambda z, f=function: f(y, z).sum(), x) == sides[1]).all()
    for itself in (np.conjugate, np.positive, np.real, lambda z: z.H.mT, a.conj):
        assert (a.gradient(lambda z, f=itself: (f(z) * y).sum(), x) == y).all()
    for join in (np.concatenate, np.stack, lambda parts: np.block([parts])):
        for parts in (lambda z: [y, z], lambda z: [z, y]):
            assert (a.gradient(lambda z, j=join, p=parts: (j(p(z)) ** 2).sum(), x) == 2 * x).all()
