"""The verb of a proof, and what a proof must have done to be believed.

``assert`` is not that verb: python -O drops it. A proof of one's own may assert all the same; then it is refused under
-O, as nothing tells what was dropped (:mod:`verify.proving.assertions`).
"""

from __future__ import annotations

import linecache
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from types import FrameType

import numpy as np

from reference.arithmetic.deferred import sympy
from reference.arithmetic.kinds import is_expression
from vae_verify import is_own
from verify.judging.statements import ClaimError
from verify.proving.assertions import caught_in, may_fail, refuse_assertions


class ProofFailed(AssertionError):
    """A step of a proof does not hold, or is not decided."""


_STEPS: list[bool] = []
"""Whether each step was true that was to be shown in this process."""


def show(condition: object, because: str = "") -> None:
    """State a step of a proof: raises ProofFailed, with the line and the reason, unless the condition is true.

    It is Python's or NumPy's True, or SymPy's. What is no truth value, such as a relation that SymPy leaves open, the
    None of its assumptions, an array or an expression, fails too.
    """
    truth = _truth(condition)
    _STEPS.append(truth is True)
    if truth:
        return
    if truth is False:
        raise ProofFailed(f"{_place(sys._getframe(1))} is false{because and f': {because}'}")
    raise ProofFailed(
        f"{_place(sys._getframe(1))} is no truth value, but of the type {type(condition).__name__}: "
        f"show(vanishes(a - b)), show(is_positive(a)), show((a == b).all())"
    )


def _truth(condition: object) -> bool | None:
    """Return which truth value a condition is, or None if it is none; SymPy need not be there for Python's."""
    if isinstance(condition, (bool, np.bool_)):
        return bool(condition)
    if not is_expression(condition):
        return None
    return True if condition is sympy.true else False if condition is sympy.false else None


def _place(frame: FrameType) -> str:
    line = linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}: {line or 'what is shown'}"


def once(proof: Callable[[], None]) -> Callable[[], None]:
    """Derive once a process what several proofs rest on; a repetition counts as shown.

    It must be a proof by itself: what shows nothing is not shown again either.
    """
    done: list[bool] = []

    @wraps(proof)
    def prove() -> None:
        if not done:
            derive(proof)
            done.append(True)
        show(True)

    return prove


def derive(proof: Callable[[], object]) -> None:
    """Run a proof; raises what it raises where it fails, ClaimError where that cannot be told.

    It has shown something; one of one's own may assert instead, or call what asserts or raises. None has caught the
    failure of a step, nor that of an assertion of one's own. Under python -O no file may assert that one's own proof is
    written in, or on.
    """
    own = is_own(getattr(proof, "__module__", None))
    before = len(_STEPS)
    with caught_in(proof if own else None) as caught:
        result = proof()
    if own and sys.flags.optimize:
        refuse_assertions(proof)  # only now: it may have imported something
    if result is not None:  # such as a generator, of which nothing has run
        raise ClaimError("a proof shows what it derives, and returns nothing")
    if caught:
        raise ClaimError(f"{caught[0]}: a step of the proof fails, and the proof goes on: catch no AssertionError")
    if not all(_STEPS[before:]):
        raise ClaimError("a step of the proof fails, and the proof goes on: catch no ProofFailed")
    if len(_STEPS) == before and not (own and may_fail(proof)):
        raise ClaimError("the proof shows nothing: write show(condition), from verify.proving")
