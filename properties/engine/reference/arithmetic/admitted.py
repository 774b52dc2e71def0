"""The functions of NumPy that exact numbers admit, with all that may be said to them, by place and by name."""

import numpy as np
import pytest

from properties.engine.helpers.arithmetics import LIFTS, as_floats
from reference import arithmetic as a
from reference.arithmetic.admitted import ANALYTIC, FIELD, KEYWORDS, SHAPES, UNARY
from reference.arithmetic.exact import balls, rationals

X, SQUARE, CUBE = (np.random.default_rng(0).integers(-5, 6, shape) for shape in ((2, 3), (3, 3), (2, 3, 4)))

BY_PLACE = {  # all of the arguments that each may be given
    np.sum: (X, 1), np.prod: (X, 0), np.trace: (CUBE, 1, 2, 0), np.dot: (X, SQUARE), np.inner: (X, SQUARE),
    np.outer: (X, SQUARE), np.einsum: ("ij,jk,kl->il", X, SQUARE, SQUARE), np.tensordot: (CUBE, SQUARE, ([1], [0])),
    np.kron: (X, SQUARE), np.cumsum: (X, 1), np.concatenate: ([X, SQUARE], 0), np.stack: ([X, 2 * X], 1),
    np.hstack: ([X, X],), np.vstack: ([X, SQUARE],), np.block: ([[X, X], [X, X]],), np.diag: (SQUARE, 1),
    np.diagonal: (CUBE, 1, 2, 0), np.transpose: (CUBE, (2, 0, 1)), np.swapaxes: (CUBE, 0, 2),
    np.moveaxis: (CUBE, 0, 2), np.reshape: (X, (3, 2)), np.ravel: (X,), np.squeeze: (X[None], 0),
    np.expand_dims: (X, 1), np.broadcast_to: (X, (4, 2, 3)), np.tile: (X, (2, 1)), np.repeat: (X, 2, 1),
    np.roll: (X, 1, 1), np.flip: (X, 1), np.matrix_transpose: (CUBE,),
}  # fmt: skip

BY_NAME = [
    (np.sum, (X,), {"axis": 0, "keepdims": True}), (np.trace, (CUBE,), {"offset": -1, "axis1": 0, "axis2": 2}),
    (np.diag, (SQUARE,), {"k": -1}), (np.transpose, (CUBE,), {"axes": (1, 2, 0)}),
    (np.tensordot, (CUBE, SQUARE), {"axes": ([1], [1])}), (np.reshape, (X,), {"shape": (6,)}),
    (np.tile, (X,), {"reps": 2}), (np.repeat, (X,), {"repeats": 2, "axis": 0}),
    (np.roll, (X,), {"shift": 2, "axis": 0}), (np.moveaxis, (CUBE,), {"source": 0, "destination": 1}),
    (np.einsum, ("ij,kj->ik", X, X), {"optimize": True}),
]  # fmt: skip


def lifted(lift, x):
    if isinstance(x, np.ndarray):
        return lift(rationals(x))
    return [lifted(lift, item) for item in x] if isinstance(x, list) and not isinstance(x[0], int) else x


def by_function(cases):
    return pytest.mark.parametrize(("function", "args", "kwargs"), cases, ids=[case[0].__name__ for case in cases])


@pytest.mark.parametrize("kind", ["exact", "balls"])
@by_function([*((function, args, {}) for function, args in BY_PLACE.items()), *BY_NAME])
def test_it_is_what_it_is_of_floats(function, args, kwargs, kind):
    found = function(*(lifted(LIFTS[kind], x) for x in args), **kwargs)
    wanted = function(*args, **kwargs)
    assert found.shape == wanted.shape
    np.testing.assert_array_equal(as_floats(found), wanted)


def test_all_that_may_be_said_is_said_here():
    assert BY_PLACE.keys() == SHAPES.keys()
    assert {function.__name__: len(args) for function, args in BY_PLACE.items() if function is not np.einsum} == {
        function.__name__: count for function, count in SHAPES.items() if function is not np.einsum
    }
    assert {name for *_, kwargs in BY_NAME for name in kwargs} == KEYWORDS


@pytest.mark.parametrize("kind", ["exact", "balls"])
@by_function([(function, args, {}) for function, args in BY_PLACE.items() if function is not np.einsum])
def test_nothing_more_may_be_said(function, args, kwargs, kind):
    """A further argument would be a type, or a place to write to; some functions have none."""
    given = [lifted(LIFTS[kind], x) for x in args]
    with pytest.raises(TypeError, match=r"may round .* when told more than arrays and axes|positional argument"):
        function(*given, None)
    for name in ("dtype", "out", "order"):
        with pytest.raises(TypeError, match=r"may round .* when told more than arrays and axes|keyword argument"):
            function(*given, **{name: None})


def test_sums_of_products_have_no_end():
    """But that of NumPy, of 64 arguments."""
    one = rationals(1)
    with pytest.raises(TypeError, match=r"numpy\.einsum may round"):
        np.einsum("," * 63 + "->", *[one] * 64)
    assert np.einsum("," * 62 + "->", *[one] * 63).item() == 1


@pytest.mark.parametrize("function", sorted({*FIELD, *ANALYTIC, *UNARY}, key=str))
def test_functions_of_numbers_are_what_they_are_of_floats(function):
    x, y = (balls(rationals(part)) / 4 for part in ([[1, 2], [3, 5]], [[2, 1], [7, 3]]))
    given = (x, y)[: function.nin]
    found, wanted = function(*given), function(*(as_floats(part) for part in given))
    np.testing.assert_allclose(as_floats(found), wanted, rtol=1e-12)
    with pytest.raises(TypeError, match="may branch on, or round"):
        function(*given, dtype=float)


def test_sums_are_differentiated_as_those_of_arrays():
    for total in (np.sum, lambda x, k: np.sum(x, axis=k), lambda x, k: x.sum(k)):
        slope = a.gradient(lambda x, total=total: total(x, 0)[1] * x[0, 0], rationals([[3, 1], [2, 5]]) / 2)
        assert (2 * slope == rationals([[6, 3], [0, 3]])).all()
