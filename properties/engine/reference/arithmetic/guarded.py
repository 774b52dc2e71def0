"""No road leads from exact arrays to a number, or a truth value, that lies: conditions, keywords, foreign numbers."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
import torch
from flint import arb, fmpq, fmpz

from reference import arithmetic as a
from reference.arithmetic.conditions import Condition
from reference.arithmetic.domain import OutsideDomain
from reference.arithmetic.exact import balls, rationals
from reference.arithmetic.lanes import stack, unstack
from verify import Matrix, Scalar, Vector
from verify.claims.signatures import Signature

V = rationals([1, -2, 3])
ARRAYS = {"exact": V, "balls": balls(V) / 3, "lanes": unstack(np.array([[1.0, -2, 3], [4, 5, -6]]))}

BRANCHES = [
    bool, np.all, np.any, np.logical_not, np.count_nonzero, np.asarray, np.array, np.flatnonzero, np.nonzero, any, all,
    list, sum, len, float, int, hash, lambda g: np.where(g, 1, 0), lambda g: g == True, lambda g: g != True,  # noqa: E712
    lambda g: g > 0, lambda g: g * 1, lambda g: 1 - g, lambda g: np.ones(3)[g], lambda g: np.ones(3) * g,
    lambda g: True in g, lambda g: np.stack([g, g]), lambda g: np.ones(3, bool) & g, lambda g: g & 1,
    lambda g: g | None, lambda g: not g, lambda g: 1 if g[0] else 0, lambda g: g & np.array([1, 0, 1]),
]  # fmt: skip


@pytest.mark.parametrize("kind", ARRAYS)
def test_nothing_but_where_takes_a_condition_for_true_or_false(kind):
    x = ARRAYS[kind]
    for i, branch in enumerate([*BRANCHES, lambda g: x * g, lambda g: g + x, lambda g: x[g], lambda g: np.add(x, g)]):
        with pytest.raises(TypeError):
            print("not refused:", i, branch(a.greater(x, 0)))
    for method in ("astype", "any", "sum", "tolist", "item"):
        with pytest.raises(AttributeError, match=r"where\(greater\(x, y\), a, b\)"):
            getattr(a.greater(x, 0), method)
    with pytest.raises(TypeError, match=r"where\(greater\(x, y\), a, b\)"):
        bool(a.greater(x, 0))


def test_where_takes_conditions_and_booleans_alone():
    for condition in ([None, True, False], [-2, -1, 0], [1, 0, 1]):
        for array in (np.array(condition, dtype=object), np.array(condition, dtype=float)):
            for x in ARRAYS.values():
                with pytest.raises(OutsideDomain, match=r"greater\(a, b\)"):
                    a.where(array, x, 0)
    for kind, x in ARRAYS.items():
        chosen = a.where(np.array([True, False, True]), x, 7)
        assert type(chosen) is type(x)
        middle = stack(chosen)[0][0, 1] if kind == "lanes" else chosen[1].bare()
        assert middle == 7


def test_connectives_of_conditions_have_three_answers():
    answers = (True, None, False)
    p, q = (Condition(v, type(ARRAYS["balls"])) for v in np.meshgrid(answers, answers, indexing="ij"))
    assert (~p).array[:, 0].tolist() == [False, None, True]
    assert (p & q).array.tolist() == [[True, None, False], [None, None, False], [False, False, False]]
    assert (p | q).array.tolist() == [[True, True, True], [True, None, None], [True, None, False]]
    masked = p & np.array([True, True, False])
    assert masked.array.tolist() == [[True, True, False], [None, None, False], [False, False, False]]


@pytest.mark.parametrize("kind", ARRAYS)
def test_a_connective_means_the_same_in_every_arithmetic(kind):
    x = ARRAYS[kind]
    unit = Fraction(1, 3) if kind == "balls" else 1
    low, high = a.greater(x, -unit), a.greater(x, 2 * unit)
    shared = np.array([False, True, True])
    cases = {
        "not": (~low, [[0, 1, 0], [0, 0, 1]]), "and": (low & high, [[0, 0, 1], [1, 1, 0]]),
        "or": (high | ~low, [[0, 1, 1], [1, 1, 1]]), "and a mask": (low & shared, [[0, 0, 1], [0, 1, 0]]),
        "or a mask": (high | shared, [[0, 1, 1], [1, 1, 1]]),
    }  # fmt: skip
    for name, (condition, wanted) in cases.items():
        value = a.where(condition, 1, 0)
        assert type(value) is type(x), name
        assert condition.shape == (3,)
        exact = [[fmpq(v) if kind == "exact" else v.fmpq() for v in value.bare()]] if kind != "lanes" else None
        got = exact or stack(value)[0].tolist()
        assert got == wanted[: len(got)], name


SQUARE = rationals([[1, 2], [3, 4]])
TOLD = {
    "a type": lambda f, x: f(x, dtype=float), "a type of objects": lambda f, x: f(x, dtype=object),
    "a place": lambda f, x: f(x, out=np.zeros(())), "casting": lambda f, x: f(x, casting="unsafe"),
    "a start": lambda f, x: f(x, initial=0.1), "a mask": lambda f, x: f(x, where=np.ones((2, 2), bool)),
}  # fmt: skip
FUNCTIONS = [
    np.sum, np.prod, np.trace, np.cumsum, np.stack, np.concatenate, np.hstack, np.vstack,
    lambda x, **k: np.einsum("ij->", x, **k), np.exp, np.negative, np.square,
    lambda x, **k: np.add(x, x, **k), lambda x, **k: np.matmul(x, x, **k),
]  # fmt: skip


@pytest.mark.parametrize("told", TOLD)
@pytest.mark.parametrize("lift", [lambda x: x, balls], ids=["exact", "balls"])
def test_numpy_is_told_arrays_and_axes_alone(told, lift):
    for function in FUNCTIONS:
        with pytest.raises(TypeError):
            print("not refused:", function, TOLD[told](function, lift(SQUARE)))


PLACE = np.zeros(2)
BY_POSITION = [
    lambda x: np.sum(x, None, float), lambda x: np.sum(x, 0, None, PLACE), lambda x: np.prod(x, 0, "d"),
    lambda x: np.cumsum(x, 0, float), lambda x: np.trace(x, 0, 0, 1, float), lambda x: np.dot(x, x, PLACE),
    lambda x: np.concatenate([x, x], 0, PLACE), lambda x: np.stack([x, x], 0, PLACE), lambda x: np.exp(x, PLACE),
    lambda x: np.outer(x, x, PLACE), lambda x: np.add(x, x, PLACE),
]  # fmt: skip
AXES = [
    lambda x: np.sum(x, axis=0, keepdims=True), lambda x: np.trace(x, offset=1, axis1=1, axis2=0),
    lambda x: np.diag(x, k=1), lambda x: np.tensordot(x, x, axes=1), lambda x: np.repeat(x, 2, axis=0),
    lambda x: np.moveaxis(x, 0, 1), lambda x: np.roll(x, shift=1, axis=0), lambda x: np.reshape(x, (4,)),
    lambda x: np.einsum("ij,jk->ik", x, x), lambda x: np.sum(x, None), lambda x: np.stack([x, x], -1),
]  # fmt: skip


@pytest.mark.parametrize("lift", [lambda x: x, balls], ids=["exact", "balls"])
def test_neither_are_types_and_places_told_by_position(lift):
    x = lift(SQUARE)
    for i, call in enumerate(BY_POSITION):
        with pytest.raises(TypeError):
            print("not refused:", i, call(x))
    for call in AXES:
        assert type(call(x)) is type(x)


@pytest.mark.parametrize("kind", ARRAYS)
def test_numbers_are_those_of_a_list_and_no_others(kind):
    x = ARRAYS[kind]
    foreign = [mpmath.mpf("0.5"), mpmath.mpc(1, 1), mpmath.pi, torch.tensor(0.5), "1", None, object()]
    foreign += [np.array([mpmath.mpf(1)] * 3, dtype=object), [1, 2, mpmath.mpf(1)], [0.1, 1, 2]]
    foreign += [arb(1) / 3] if kind != "balls" else []
    for number in foreign:
        for mix in (
            lambda y: x + y, lambda y: y + x, lambda y: x * y, lambda y: y * x, lambda y: x / y, lambda y: y - x,
            lambda y: np.multiply(x, y), lambda y: np.stack([x, y]), lambda y: a.greater(x, y),
            lambda y: a.greater(y, x), lambda y: a.maximum(x, y), lambda y: a.where(a.greater(x, 0), y, x),
            lambda y: a.number(y, x),
        ):  # fmt: skip
            with pytest.raises((TypeError, ValueError)):
                print("not refused:", repr(number), mix(number))
    for number in (
        1,
        Fraction(1, 3),
        0.5,
        np.int64(2),
        np.True_,
        True,
        fmpz(2),
        [1, 2, 3],
        np.array([1, 2, 3]),
        V[0].item(),
    ):
        assert type(x * number) is type(number * x) is type(x)


def test_a_ball_that_is_taken_out_is_guarded():
    x = ARRAYS["balls"]
    for lie in (
        lambda: max(x.tolist()), lambda: sorted(x.tolist()), lambda: x[0].item() > 0, lambda: float(x[0].item()),
        lambda: bool(x[0].item()), lambda: max(x[0].item(), x[1].item()), lambda: x.reshape(3, 1).tolist()[0][0] < 1,
    ):  # fmt: skip
        with pytest.raises(TypeError):
            print("not refused:", lie())


def test_no_body_writes_to_its_instance():
    def body(A: Matrix["d d"], v: Vector["d"], x: Scalar): ...

    data = {"A": [["1", "2"], ["3", "4"]], "v": ["1", "2"], "x": "3"}
    instance = Signature(body).decode(data, {"d": 2})
    for arithmetic in (type(V), type(balls(V))):
        arguments = instance.realise(arithmetic)
        for name in ("A", "v"):
            array = arguments[name].array
            with pytest.raises(ValueError, match="read-only"):
                array *= 2
            with pytest.raises(ValueError, match="read-only"):
                arguments[name][1:].array[...] = 7  # a view of it
    assert instance.encode() == data
