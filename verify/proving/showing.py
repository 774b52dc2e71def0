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


_STEPS: list[bool] = []
"""Whether each step was true that was to be shown in this process."""


def show(condition: object, because: str = "") -> None:
    """State a step of a proof: raises ProofFailed, with the line and the reason, unless the condition is true.

    It is Python's or NumPy's True, or SymPy's. What is no truth value, such as a relation that SymPy leaves open, the
    None of its assumptions, an array or an expression, fails too.
    """
    _STEPS.append(condition is True or condition is np.True_ or condition is sympy.true)
    if _STEPS[-1]:
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
    under python -O it has run none that asserts. None has caught the failure of a step.
    """
    before, own = len(_STEPS), list[CodeType]()
    with _recorded(own) if _is_own(proof) else nullcontext():
        result = proof()
    if result is not None:  # such as a generator, of which nothing has run
        raise ClaimError("a proof shows what it derives, and returns nothing")
    for code in own if sys.flags.optimize else ():
        _refuse_assertions(code)
    if not all(_STEPS[before:]):
        raise ClaimError("a step of the proof fails, and the proof goes on: catch no ProofFailed")
    if len(_STEPS) == before and not any(map(_raises, own)):
        raise ClaimError("the proof shows nothing: write show(condition), from verify.proving")


def _is_own(proof: Callable[[], object]) -> bool:
    module = getattr(proof, "__module__", None) or ""
    return not module.startswith("properties.") or module.startswith("properties.engine.")


@contextmanager
def _recorded(own: list[CodeType]) -> Iterator[None]:
    """Note the functions of one's own that run: under -O all, else until one judges, as noting slows a proof down."""
    known, before = set[CodeType](), sys.getprofile()

    def note(frame: FrameType, event: str, _: Any) -> None:
        code = frame.f_code
        if event != "call" or code in known:
            return
        known.add(code)
        if not _is_of_a_library(code.co_filename, str(frame.f_globals.get("__name__"))):
            own.append(code)
        if not sys.flags.optimize and (code is show.__code__ or (code in own and _raises(code))):
            sys.setprofile(before)

    sys.setprofile(note)
    try:
        yield
    finally:
        sys.setprofile(before)


_LIBRARIES = ("verify", "reference", "sympy", "numpy", "scipy", "mpmath", "flint")


def _is_of_a_library(file: str, module: str) -> bool:
    """Say whether code is Python's, the suite's or of what it computes with: what that asserts is its own affair."""
    if file.startswith("<"):  # such as the methods of a dataclass
        return module.partition(".")[0] in (*_LIBRARIES, *sys.stdlib_module_names)
    folders, standard = Path(file).parents, Path(sysconfig.get_path("stdlib"))
    if standard in folders:
        return not {"site-packages", "dist-packages"}.intersection(Path(file).relative_to(standard).parts)
    libraries = [sys.modules[name] for name in _LIBRARIES if name in sys.modules]
    return any(Path(library.__file__ or "").parent in folders for library in libraries)


def _raises(code: CodeType) -> bool:
    """Say whether a function can raise or assert, by itself."""
    return any(instruction.opname == "RAISE_VARARGS" for instruction in dis.get_instructions(code))


_Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _refuse_assertions(code: CodeType) -> None:
    """Raise ClaimError if a function, as its source has it, asserts: python -O has dropped that."""
    text = "".join(linecache.getlines(code.co_filename))
    if not text:
        raise ClaimError(f"{code.co_name} has no source that would tell what python -O drops of it: run without -O")
    for scope in ast.walk(ast.parse(text)):
        if not isinstance(scope, _Scope) or scope.name != code.co_name:
            continue
        first = min(node.lineno for node in (scope, *scope.decorator_list))
        for node in ast.walk(scope) if first == code.co_firstlineno else ():
            if isinstance(node, ast.Assert):
                place = f"{Path(code.co_filename).name}:{node.lineno}"
                raise ClaimError(f"{place}: python -O drops assert: write show(condition), from verify.proving")
