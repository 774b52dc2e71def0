"""The functions of NumPy that exact numbers admit, with all that may be said to them, by place and by name."""

import numpy as np
import pytest

from properties.engine.helpers.arithmetics import LIFTS, as_floats
from reference import arithmetic as a
from reference.arithmetic.admitted import ANALYTIC, FIELD, KEYWORDS, SHAPES, UNARY
from reference.arithmetic.complexes import ComplexRationals, complex_balls
from reference.arithmetic.exact import balls, rationals
from reference.arithmetic.kinds import exactly
from reference.arithmetic.lanes import ComplexLanes, Lanes, floats, stack, unstack
from reference.arithmetic.terms.array import inputs, values

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
    (np.concatenate, ((X, SQUARE), 0), {}), (np.stack, ((X, 2 * X),), {"axis": -1}), (np.hstack, ((X, X),), {}),
]  # fmt: skip


def lifted(lift, x):
    if not np.iscomplexobj(x):
        return lift(rationals(x))
    return lift(rationals(x.real) + 1j * rationals(x.imag))


def by_function(cases):
    return pytest.mark.parametrize(("function", "args", "kwargs"), cases, ids=[case[0].__name__ for case in cases])


KINDS = {
    "exact": lambda x: x, "balls": lambda x: complex_balls(x) if isinstance(x, ComplexRationals) else balls(x),
    "lanes": lambda x: unstack(floats(x)[None]),
    "terms": lambda x: inputs(x, 0),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_what_it_is_of_floats(kind):
    """Of real numbers, of complex ones, and where the first array alone is complex, or the last."""
    for function, args, kwargs in [*((function, args, {}) for function, args in BY_PLACE.items()), *BY_NAME]:
        count = len(arrays_of(args))
        for places in [()] if kind == "terms" else [(), range(count), [0], [count - 1]]:
            turns = iter([(1 + 2j if k in places else 1) for k in range(count)])
            turned = with_arrays(args, lambda x, turns=turns: x * next(turns))
            found, wanted = (
                function(*with_arrays(turned, lambda x: lifted(KINDS[kind], x)), **kwargs),
                function(*turned, **kwargs),
            )
            what = kind, function.__name__, places
            of_complex = len(places) > 0
            assert type(found) is type(lifted(KINDS[kind], np.array(1j if of_complex else 1))), what
            np.testing.assert_array_equal(plain(found), wanted, err_msg=str(what))


def arrays_of(args):
    """Return the arrays among arguments, and in nested lists of such."""
    arrays = []
    with_arrays(args, arrays.append)
    return arrays


def with_arrays(args, change):
    """Return arguments whose arrays are changed."""
    if isinstance(args, (list, tuple)):
        return type(args)(with_arrays(x, change) for x in args)
    return change(args) if isinstance(args, np.ndarray) else args


def plain(x):
    x = values(x)
    return stack(x)[0][0] if isinstance(x, (Lanes, ComplexLanes)) else floats(exactly(x))


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
    given = with_arrays(args, lambda x: lifted(LIFTS[kind], x))
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
