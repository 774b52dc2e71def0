"""A proof shows: what is no truth fails, and what has shown nothing is not believed."""

import contextlib
import functools
import sys

import numpy as np
import pytest
import sympy

from reference.arithmetic import deferred
from verify.judging.statements import ClaimError
from verify.proving import (
    ProofFailed,
    integers,
    once,
    prove_least_excess,
    scalar,
    show,
    symbols,
    symmetric,
    vanishes,
    vector,
)
from verify.proving.showing import derive

X, Y = sympy.symbols("x y", real=True)


@pytest.mark.parametrize("true", [True, np.bool_(True), sympy.true, X - X == 0, np.array([1, 2]).all(), X**2 >= 0])
def test_what_is_true_is_shown(true):
    show(true)
    show(true, "because")


@pytest.mark.parametrize("false", [False, np.bool_(False), sympy.false, X == Y, X - X == 1, X**2 < 0])
def test_what_is_false_fails_with_its_line_and_reason(false):
    with pytest.raises(ProofFailed, match=r"showing\.py:\d+: show\(false, \"the reason\"\) is false: the reason$"):
        show(false, "the reason")


@pytest.mark.parametrize("neither", [
    None, 1, 1.0, "x = x", [True], (True,), {True}, np.array(True), np.array([True, True]), X, sympy.Integer(1), X > Y,
    sympy.Eq(X, Y), sympy.Ne(X, Y), vanishes, X.is_positive, sympy.nan,
])  # fmt: skip
def test_what_is_no_truth_value_fails_and_says_what_to_write(neither):
    with pytest.raises(ProofFailed, match=r"is no truth value, but of the type \w+: show\(vanishes\(a - b\)\)"):
        show(neither)


def test_truths_of_python_are_told_where_there_is_no_sympy(monkeypatch):
    monkeypatch.delitem(sys.modules, "sympy")
    monkeypatch.setattr(deferred, "import_module", lambda name: pytest.fail(f"{name} is imported"))
    show(True)
    show(np.bool_(True))
    assert not hasattr(deferred.sympy, "__wrapped__")
    for wrong in (False, np.bool_(False), None, 1, sympy.true):  # of which there is none
        with pytest.raises(ProofFailed):
            show(wrong)


def test_a_failure_of_a_proof_is_one_of_an_assertion():
    assert issubclass(ProofFailed, AssertionError)


def judged(proof):
    """Say whether a proof is believed."""
    try:
        derive(proof)
    except ClaimError as error:
        if not str(error).startswith("the proof shows nothing: write show(condition)"):
            raise
        return False
    return True


def shows():
    show(X - X == 0)


def asserts():
    assert X - X == 0


def raises():
    if shows is None:
        raise AssertionError


def nothing():
    pass


def defines():
    def asserts():
        assert X - X == 0


def calls():
    asserts()


class Callable:
    def __init__(self, step):
        self.step = step

    def __call__(self):
        self.step()


@pytest.mark.parametrize("wrap", [
    lambda proof: proof, lambda proof: lambda: [proof()][0], functools.partial, functools.cache, Callable,
    lambda proof: Callable(proof).__call__,
])  # fmt: skip
def test_a_proof_is_believed_that_judges_whatever_it_is_called_through(wrap):
    assert all(judged(wrap(proof)) for proof in (shows, asserts, raises, calls))
    assert not any(judged(wrap(proof)) for proof in (nothing, defines))


def test_what_an_earlier_proof_has_shown_is_not_this_ones():
    derive(shows)
    assert not judged(nothing)
    assert judged(shows)


def test_what_a_library_asserts_is_no_proof():
    assert not judged(lambda: sympy.simplify(X + X) and None)
    assert not judged(lambda: np.testing.assert_equal(1, 1))


def test_a_paper_has_to_show():
    def asserts():
        assert X - X == 0

    asserts.__module__ = "properties.koehler2022.proofs.losses"
    assert not judged(asserts)
    asserts.__module__ = "properties.engine.verify"
    assert judged(asserts)


def shows_and_returns():
    show(X - X == 0)
    return 0


@pytest.mark.parametrize("proof", [lambda: False, lambda: True, shows_and_returns, lambda: (yield)])
def test_a_proof_that_returns_something_has_proved_nothing(proof):
    with pytest.raises(ClaimError, match="returns nothing"):
        derive(proof)


def test_a_proof_fails_as_it_fails():
    with pytest.raises(ZeroDivisionError):
        derive(lambda: 1 / 0)
    with pytest.raises(ProofFailed):
        derive(lambda: show(X - X == 1))


def test_no_proof_goes_on_past_a_step_that_fails():
    def catches():
        with contextlib.suppress(Exception):
            show(X - X == 1)
        show(X - X == 0)

    with pytest.raises(ClaimError, match="a step of the proof fails, and the proof goes on"):
        derive(catches)
    derive(shows)


def test_once_derives_once_and_is_shown_again():
    calls = []

    @once
    def step():
        """What it says."""
        calls.append(1)
        show(len(calls) > 1)

    with pytest.raises(ProofFailed):
        step()
    assert [judged(step), judged(step), judged(step)] == [True] * 3
    assert len(calls) == 2  # a failure is no result
    assert (step.__name__, step.__doc__, step.__module__) == ("step", "What it says.", __name__)


def test_the_excess_is_proved():
    derive(prove_least_excess.__wrapped__)


# --- makers of arrays -----------------------------------------------------------------------------------------------


def test_symbols_are_real_different_and_the_same_again():
    A = symbols("A", 2, 11)
    assert A.shape == (2, 11)
    assert len(set(A.flat)) == 22
    assert all(entry.is_real and entry.is_positive is None for entry in A.flat)
    assert str(A[1, 10]) == "A_1_10"
    assert (symbols("A", 2, 11) == A).all()
    assert symbols("v", 3, positive=True)[2].is_positive
    assert str(scalar(symbols("x_1"))) == "x_1"
    for name in ("a_1", "a_10", "a_1_0"):
        with pytest.raises(ValueError, match="ends like an index"):  # its entries would be those of a
            symbols(name, 2)
    assert symbols("a1", 2).shape == symbols("a_b", 2).shape == (2,)


def test_symmetric_matrices_are_symmetric_and_nothing_else():
    S = symmetric("S", 3)
    assert (S == S.T).all()
    assert len(set(S.flat)) == 6


def test_other_arrays():
    assert integers([[1, 2], [3, 4]]).shape == (2, 2)
    assert all(isinstance(entry, sympy.Integer) for entry in integers([[1, 2], [3, 4]]).flat)
    assert vector(X, 1).tolist() == [X, 1]
    assert scalar(vector(X)) == scalar(X) == X
    with pytest.raises(ValueError, match="size 1"):
        scalar(vector(X, Y))
