"""What a proof does not show: a lemma of nothing, what it catches, what is false, what has wrapped around."""

import contextlib
import functools
import sys

import numpy as np
import pytest
import sympy

from verify.judging.statements import ClaimError
from verify.proving import is_positive, once, show, vanishes
from verify.proving.assertions import caught_in, may_fail
from verify.proving.showing import derive

X, Y = sympy.symbols("x y", real=True)
P = sympy.Symbol("p", positive=True)


def fails():
    """Assert what is false."""
    assert X - X == 1


def shown_and_yielded():
    """Show nothing: a generator does not run."""
    yield show(X - X == 1)


@pytest.mark.parametrize("lemma", [lambda: None, shown_and_yielded, lambda: [True]])
def test_a_lemma_that_shows_nothing_is_no_lemma_and_not_the_next_time_either(lemma):
    prove = once(lemma)
    for _ in range(2):
        with pytest.raises(ClaimError, match=r"shows nothing|returns nothing"):
            prove()


def suppressed():
    """Catch what asserts, by a context."""
    with contextlib.suppress(AssertionError):
        fails()
    show(X - X == 0)


def excepted():
    """Catch it in a handler that returns."""
    try:
        fails()
    except Exception:  # that is the point
        return


def of_a_lemma():
    """Catch what a lemma asserts."""
    try:
        _LEMMA()
    except AssertionError:
        show(X - X == 0)


_LEMMA = once(fails)


def of_a_library():
    """Catch what a library asserts."""
    with contextlib.suppress(AssertionError):
        np.testing.assert_array_equal([1], [2])
    assert X - X == 0


@pytest.mark.parametrize("proof", [suppressed, excepted, of_a_lemma, of_a_library])
def test_no_proof_goes_on_past_an_assertion_that_fails(proof):
    with pytest.raises(ClaimError, match=r"^caught\.py:\d+: a step of the proof fails, and the proof goes on"):
        derive(proof)
    assert sys.gettrace() is None or sys.gettrace().__module__ != "verify.proving.assertions"


def test_other_errors_may_be_caught_and_nothing_is_traced_that_cannot_fail():
    def other():
        with contextlib.suppress(KeyError):
            raise KeyError("no assertion")
        show(X - X == 0)

    derive(other)
    before = sys.gettrace()
    for proof in (None, lambda: show(X - X == 0)):
        with caught_in(proof) as places:
            assert sys.gettrace() is before
        assert places == []
    with caught_in(fails):
        assert sys.gettrace() is not before
    assert sys.gettrace() is before


def test_what_is_wrapped_is_looked_at_as_well():
    @functools.wraps(fails)
    def wrapper():
        fails()

    assert may_fail(_LEMMA)
    assert may_fail(wrapper)
    assert not may_fail(once(lambda: show(X - X == 0)))


# --- what is known, and of which type ---------------------------------------------------------------------------------


@pytest.mark.parametrize("known", [-1, 0, -P, -(X**2), [X, -X], [P * X, -X], [X - Y, Y - X], [1, 0]])
def test_what_is_not_positive_is_not_known_to_be(known):
    with pytest.raises(ValueError, match="is not positive"):
        vanishes(0 * X, positive=known)


def test_what_may_be_positive_may_be_known_to_be():
    root = sympy.sqrt(X**2)
    assert vanishes(root - X, positive=X)
    assert vanishes(root - X, positive=[1, P, X, X**2, X * P])
    assert not vanishes(root - X, positive=[X - Y, X + Y])


@pytest.mark.parametrize("wrapped", [
    np.array([2**32]) ** 2, np.int64(0), [np.int32(0)], np.zeros((2, 2), dtype=np.uint8), 0j,
    np.complex128(0), np.array([0j]),
])  # fmt: skip
def test_numbers_that_round_or_wrap_around_are_no_steps(wrapped):
    for decide in (vanishes, is_positive):
        with pytest.raises(TypeError, match="of a type that rounds, or wraps around"):
            decide(wrapped)


def test_integers_of_python_and_sympy_are_numbers():
    assert vanishes([0, sympy.Integer(0)])
    assert vanishes(np.array([0, X - X], dtype=object))
    assert is_positive(2**70)
    assert vanishes(sympy.I**2 + 1)
