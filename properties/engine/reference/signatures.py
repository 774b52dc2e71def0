"""A function of one's own keeps to what its signature states, wherever an array stands in it, call by call."""

import re
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple

import numpy as np
import pytest

from reference.dimensions import DimensionError
from reference.shapes import Array, places, shaped, shapes_of


class Pair(NamedTuple):
    left: Array["d"]
    right: Array["d+1"] | None


@shaped
def padded(x: Array["d"], r: int, *rest: Array["r"], of: Array["1 d"] | Array["m"] = None) -> tuple[Pair, Array["..."]]:
    return Pair(x, np.zeros((*x.shape[:-1], x.shape[-1] + 1)) if r else None), x


def ones(*shape):
    return np.ones(shape)


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((ones(2), 3), {}, ""),
        ((ones(2), 0), {}, ""),
        ((ones(4, 2), 3, ones(3), ones(4, 3), ones(4, 1, 3)[:, 0]), {}, ""),
        ((ones(2), 3), {"of": ones(1, 2)}, ""),
        ((ones(2), 3), {"of": ones(5)}, ""),
        ((ones(2), 3), {"of": None}, ""),
        (
            (ones(2), 3),
            {"of": ones(5, 2)},
            'of has the shape (5, 2), not Array["1 d"] or Array["m"], with r = 3, d = 2',
        ),
        ((ones(2), 3, ones(3), ones(4)), {}, 'rest has the shape (4,), not Array["r"], with r = 3, d = 2'),
        ((ones(5, 2), 3, ones(4, 3)), {}, "rest has the leading axes (4,), not (5,), with r = 3, d = 2"),
        ((1.0, 3), {}, 'x has the shape (), not Array["d"], with r = 3'),
    ],
)
def test_a_function_of_ones_own(arguments, options, message):
    if message:
        with pytest.raises(DimensionError, match=re.escape(f"signatures.padded: {message}") + "$"):
            padded(*arguments, **options)
    else:
        assert padded(*arguments, **options)[1] is arguments[0]


@dataclass(frozen=True)
class Model:
    A: 'Array["d k"]'
    name: str
    eps: 'Array[""] | None' = None


SOME = Model(np.ones((2, 1)), "m")


def test_every_array_of_a_value_has_its_place_and_its_shapes():
    stated = {
        "x": Array["d"], "pair": Pair, "model": Model, "both": tuple[Array["d"] | Array[""], tuple[Model, int]],
        "any": Array["..."], "one or any": Array["d"] | Array["..."], "n": int, "one or none": Array["d k"] | None,
    }  # fmt: skip
    found = {place.name: place for name, annotation in stated.items() for place in places(name, annotation)}
    assert {name: [shape.text for shape in place.shapes] for name, place in found.items()} == {
        "x": ["d"], "pair.left": ["d"], "pair.right": ["d+1"], "model.A": ["d k"], "model.eps": [""],
        "both[0]": ["d", ""], "both[1][0].A": ["d k"], "both[1][0].eps": [""], "one or none": ["d k"],
    }  # fmt: skip
    assert [name for name, place in found.items() if place.is_derived] == ["pair.right"]
    model = Model(np.ones((2, 3)), "m", 0.5)
    assert found["both[1][0].A"].take((1.0, (model, 4))) is model.A
    assert found["both[1][0].eps"].take((1.0, (model, 4))) == 0.5
    assert found["pair.right"].take(Pair(1, 2)) == 2
    assert [shape.text for shape in shapes_of(Array["n"] | Array[""] | None)] == ["n", ""]
    assert (shapes_of(Array["..."])[0].is_any, shapes_of(Array["d"])[0].is_any) == (True, False)


@shaped
def longer(x: Array["d"], by=1) -> Array["d+1"]:
    return np.ones((*x.shape[:-1], x.shape[-1] + by))


@shaped
def repeated(x: Array["d"], times=()) -> Array["d"]:
    return np.broadcast_to(x, (*times, *x.shape[-1:]))


@shaped
def narrowed(x: Array["d"]) -> Array["d"]:
    return x[..., :1, :]


@shaped
def first(x: 'Array["k d+1"]', y: 'Array["d"]') -> 'Array["k"]':
    return x[..., 0] if y.any() else y


REFUSED = {  # calls, and what is said of them
    'longer: the result has the shape (4,), not Array["d+1"], with d = 2': lambda: longer(ones(2), 2),
    'longer: x has the shape (), not Array["d"]': lambda: longer(1.0),
    "repeated: the result has the leading axes (4,), not (), with d = 2": lambda: repeated(ones(2), (4,)),
    "repeated: the result has the leading axes (4,), not (1,), with d = 2": lambda: repeated(ones(1, 2), (4,)),
    "narrowed: the result has the leading axes (5, 1), not (5, 3), with d = 2": lambda: narrowed(ones(5, 3, 2)),
    'first: x has the shape (5, 3), not Array["k d+1"], with k = 5, d = 1': lambda: first(ones(5, 3), ones(1)),
    'first: x has the shape (5, 3), not Array["k d+1"], with k = 5, d = 3': lambda: first(ones(5, 3), ones(3)),
    'first: the result has the shape (2,), not Array["k"], with k = 5, d = 2': lambda: first(ones(5, 3), 0 * ones(2)),
}


@pytest.mark.parametrize("message", REFUSED)
def test_what_a_size_alone_tells_is_told(message):
    """Of one dimension alone; of one that comes after what is made of it; and where no size is known."""
    with pytest.raises(DimensionError, match=re.escape(message) + "$"):
        REFUSED[message]()
    assert longer(ones(4, 2)).shape == (4, 3)
    assert first(ones(5, 3), ones(2)).shape == (5,)


def test_what_a_call_has_met_before_is_checked_again_where_it_differs():
    """In a result, in a size, in what a record holds; and a function never sees what its signature does not admit."""
    sizes, calls = iter([3, 3, 4, 3]), count()

    @shaped
    def odd(x: Array["d"], n: int, model: Model = SOME) -> Array["n"]:
        next(calls)
        return ones(next(sizes))

    for _ in range(2):
        odd(ones(2), 3)
    with pytest.raises(DimensionError, match=r"the result has the shape \(4,\)"):
        odd(ones(2), 3)
    with pytest.raises(DimensionError, match=r"the result has the shape \(3,\)"):
        odd(ones(2), 4)
    assert next(calls) == 4
    for arguments in ((ones(), 3), (ones(2), 3, Model(ones(3, 1), "m")), (ones(2), 3, Model(ones(2), "m"))):
        with pytest.raises(DimensionError, match=r"odd: (x|model\.A) has the shape"):
            odd(*arguments)
    assert next(calls) == 5
