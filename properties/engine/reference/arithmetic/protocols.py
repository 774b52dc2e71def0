"""What arrays of every arithmetic have in common with NumPy's: axes, lengths, items, transposes, and how they look."""

import numpy as np
import pytest

from reference import arithmetic as a
from reference.arithmetic.complexes import complex_balls
from reference.arithmetic.exact import Rationals, balls, rationals
from reference.arithmetic.kinds import exactly
from reference.arithmetic.lanes import Lanes, floats, stack, unstack
from reference.arithmetic.terms.array import inputs, values

PLAIN = np.arange(24).reshape(2, 3, 4) - 7
KINDS = {
    "exact": rationals, "balls": lambda x: balls(rationals(x)), "complex": lambda x: rationals(x) * (1 + 0j),
    "complex balls": lambda x: complex_balls(rationals(x) * (1 + 0j)),
    "lanes": lambda x: unstack(x[None].astype(float)), "trees": lambda x: inputs(rationals(x), 0),
}  # fmt: skip


def plain(x):
    """Return the numbers, all of which are real, as floats."""
    x = values(x)
    if isinstance(x, Lanes):
        return stack(x)[0][0]
    return floats(exactly(x).real)


AXES = {
    "mT": lambda x: x.mT, "an item": lambda x: x[1], "a slice": lambda x: x[:, 1:, ::2],
    "an ellipsis": lambda x: x[..., 0], "a new axis": lambda x: x[:, None], "an array": lambda x: x[[1, 0]],
    "reshape": lambda x: x.reshape(6, 4), "reshape to a tuple": lambda x: x.reshape((4, -1)),
    "sum": lambda x: x.sum(), "sum along": lambda x: x.sum(1), "sum along the last": lambda x: x.sum(-1),
    "a loop": lambda x: sum(row.sum(0) for row in x), "minus": lambda x: -x, "last of the first": lambda x: x[0][-1],
    "transpose": np.transpose, "moved": lambda x: np.moveaxis(x, 0, -1), "a product": lambda x: x @ x.mT,
    "a vector": lambda x: x @ x[0, 0], "a vector before": lambda x: x[0, :, 0] @ x, "T": lambda x: x[0].T,
    "powers": lambda x: x**3 - x**1, "differences": lambda x: 3 - x - (x - 5) - np.ones((3, 4), int),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", AXES)
def test_axes_are_numpys(name, kind):
    x, expected = KINDS[kind](PLAIN), AXES[name](PLAIN)
    found = AXES[name](x)
    assert type(found) is type(x)
    assert (found.shape, found.ndim) == (np.shape(expected), np.ndim(expected))
    np.testing.assert_array_equal(plain(found), expected)


@pytest.mark.parametrize("kind", KINDS)
def test_an_array_has_a_length_and_rows_and_is_its_own_real_part(kind):
    x = KINDS[kind](PLAIN)
    assert (len(x), x.ndim, x.shape, len(list(x))) == (2, 3, (2, 3, 4), 2)
    assert [row.shape for row in x] == [(3, 4)] * 2
    for same in (a.real(x), x.real, x.conj(), x.conjugate(), x.mT.H, np.conjugate(x), np.real(x)):
        np.testing.assert_array_equal(plain(same), PLAIN)
    for none in (a.imag(x), x.imag, np.imag(x)):
        assert not plain(none).any()
    assert x[0, 0, 0].ndim == len(x[0, 0, 0].shape) == 0


def test_arrays_look_like_what_they_are():
    x = rationals([[1, 2], [3, 4]]) / 3
    assert repr(x) == "Rationals([[1/3, 2/3],\n [1, 4/3]])"
    assert repr(x[0, 0]) == "Rationals(1/3)"
    assert repr(x * 1j).startswith("ComplexRationals([[i/3, 2i/3],")
    assert repr(balls(rationals([2]))) == "Balls([2.00000000000000])"
    assert repr(a.greater(x, 1)) == "Condition([[False, False],\n [False, True]])"
    assert x.bare()[1][1] == x.tolist()[1][1] == x[1, 1].item()


def test_conditions_have_axes():
    condition = a.greater(rationals(PLAIN), 0)
    assert (condition.shape, condition.ndim) == ((2, 3, 4), 3)
    assert condition[1, :, 0].array.tolist() == (PLAIN[1, :, 0] > 0).tolist()
    assert (condition[..., 0].shape, (~condition[0]).shape, (condition & condition[0]).shape) == (
        (2, 3),
        (3, 4),
        (2, 3, 4),
    )
    assert type(condition[0]) is type(condition)


def test_what_is_traced_has_the_axes_of_what_it_wraps():
    met = []

    def f(x):
        met.append((len(x), x.ndim, x.shape, [row.shape for row in x], x[0].ndim, x.mT.shape, x[0, 0].shape))
        return (x.T[0] @ x.conj().H[1] + x.real.conjugate().sum(0)[1] + x.imag.sum() + sum(x)[2]) * x[1, 0]

    x = rationals([[1, 2, 3], [4, 5, 6]])
    slope = a.gradient(f, x)
    assert met == [(2, 2, (2, 3), [(3,), (3,)], 1, (3, 2), ())]
    # f = (x₀₀ x₀₁ + x₁₀ x₁₁ + x₀₁ + x₁₁ + x₀₂ + x₁₂) x₁₀
    value = 1 * 2 + 4 * 5 + 2 + 5 + 3 + 6
    assert slope.tolist() == [[2 * 4, (1 + 1) * 4, 4], [5 * 4 + value, (4 + 1) * 4, 4]]
    assert type(slope) is Rationals
