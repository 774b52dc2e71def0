"""The verb of a proof, and what a proof must have done to be believed.

``assert`` is not that verb: python -O drops it. A proof of one's own may assert all the same; then it is refused under
-O, as nothing tells what was dropped.
"""

from __future__ import annotations

import ast
import dis
import linecache
import sys
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import wraps
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import numpy as np

from reference.arithmetic.deferred import sympy
from verify.judging.statements import ClaimError


class ProofFailed(AssertionError):
    """A step of a proof does not hold, or is not decided."""


_SHOWN = [0]
"""How often something was shown in this process."""


def show(condition: object, because: str = "") -> None:
    """State a step of a proof: raises ProofFailed, with the line and the reason, unless the condition is true.

    It is Python's or NumPy's True, or SymPy's. What is no truth value, such as a relation that SymPy leaves open, the
    None of its assumptions, an array or an expression, fails too.
    """
    if condition is True or condition is np.True_ or (isinstance(condition, sympy.Basic) and condition is sympy.true):
        _SHOWN[0] += 1
        return
    if isinstance(condition, (bool, np.bool_)) or condition is sympy.false:
        raise ProofFailed(f"{_place(sys._getframe(1))} is false{because and f': {because}'}")
    raise ProofFailed(
        f"{_place(sys._getframe(1))} is no truth value, but of the type {type(condition).__name__}: "
        f"show(vanishes(a - b)), show(is_positive(a)), show((a == b).all())"
    )


def _place(frame: FrameType) -> str:
    line = linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}: {line or 'what is shown'}"


def once(proof: Callable[[], None]) -> Callable[[], None]:
    """Derive once a process what several proofs rest on; a repetition counts as shown."""
    done: list[bool] = []

    @wraps(proof)
    def prove() -> None:
        if not done:
            proof()
            done.append(True)
        show(True)

    return prove


def derive(proof: Callable[[], object]) -> None:
    """Run a proof; raises what it raises where it fails, ClaimError where that cannot be told.

    A paper's proof has shown something. One of one's own has shown something, or has run a function that raises; and
    under python -O it has run none that asserts.
    """
    shown, ran = _SHOWN[0], set[CodeType]()
    with _recorded(ran) if _is_own(proof) else nullcontext():
        result = proof()
    if result is not None:  # such as a generator, of which nothing has run
        raise ClaimError("a proof shows what it derives, and returns nothing")
    own = [code for code in ran if not _is_of_a_library(code.co_filename)]
    for code in own if sys.flags.optimize else ():
        _refuse_assertions(code)
    if _SHOWN[0] == shown and not any(map(_raises, own)):
        raise ClaimError("the proof shows nothing: write show(condition), from verify.proving")


def _is_own(proof: Callable[[], object]) -> bool:
    module = getattr(proof, "__module__", None) or ""
    return not module.startswith("properties.") or module.startswith("properties.engine.")


@contextmanager
def _recorded(ran: set[CodeType]) -> Iterator[None]:
    """Note every function that runs."""

    def note(frame: FrameType, event: str, _: Any) -> None:
        if event == "call":
            ran.add(frame.f_code)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield
    finally:
        sys.setprofile(before)


_LIBRARIES = ("verify", "reference", "sympy", "numpy", "scipy", "mpmath", "flint")


def _is_of_a_library(file: str) -> bool:
    """Say whether a file is Python's, the suite's or one of those that it computes with: what they assert is theirs."""
    modules = [sys.modules[name] for name in _LIBRARIES if name in sys.modules]
    if any(Path(module.__file__ or "").parent in Path(file).parents for module in modules):
        return True
    standard = Path(sysconfig.get_path("stdlib"))
    inside = Path(file).relative_to(standard).parts if standard in Path(file).parents else ("site-packages",)
    return file.startswith("<frozen ") or not {"site-packages", "dist-packages"}.intersection(inside)


def _raises(code: CodeType) -> bool:
    """Say whether a function can raise or assert, by itself."""
    return any(instruction.opname == "RAISE_VARARGS" for instruction in dis.get_instructions(code))


_Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _refuse_assertions(code: CodeType) -> None:
    """Raise ClaimError if a function, as its source has it, asserts: python -O has dropped that."""
    text = "".join(linecache.getlines(code.co_filename))
    if not text:
        raise ClaimError(f"{code.co_filename}: {code.co_name} has no source that tells what python -O drops of it")
    for scope in ast.walk(ast.parse(text)):
        if not isinstance(scope, _Scope) or scope.name != code.co_name:
            continue
        first = min(node.lineno for node in (scope, *scope.decorator_list))
        for node in ast.walk(scope) if first == code.co_firstlineno else ():
            if isinstance(node, ast.Assert):
                place = f"{Path(code.co_filename).name}:{node.lineno}"
                raise ClaimError(f"{place}: python -O drops assert: write show(condition), from verify.proving")
