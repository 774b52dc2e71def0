"""What a proof of one's own may rest on beside ``show``: assertions, of which python -O leaves nothing."""

from __future__ import annotations

import ast
import dis
import sys
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import CodeType, FrameType, FunctionType, MethodType, ModuleType
from typing import Any

from verify.judging.statements import ClaimError

_LIBRARIES = ("verify", "reference", "sympy", "numpy", "scipy", "mpmath", "flint", "pytest", "_pytest", "hypothesis")


def may_fail(proof: Callable[[], object]) -> bool:
    """Say whether a proof, or what it names of one's own, can raise or assert: whether it did, nothing tells."""
    codes = (code for function in _functions(proof) for code in _used(function.__code__))
    return any(instruction.opname == "RAISE_VARARGS" for code in codes for instruction in dis.get_instructions(code))


@contextmanager
def caught_in(proof: Callable[[], object] | None) -> Iterator[list[str]]:
    """Note where code of one's own, while the block runs, hears of a failed assertion: whoever goes on has caught it.

    Python tells a trace of it. Nothing is traced where no assertion can fail.
    """
    places: list[str] = []
    if proof is None or not may_fail(proof):
        yield places
        return
    ours: dict[str, bool] = {}

    def called(frame: FrameType, event: str, argument: Any) -> Any:
        file = frame.f_code.co_filename
        if file not in ours:
            ours[file] = not _is_of_a_library(Path(file))
        frame.f_trace_lines = False
        return heard if ours[file] else None

    def heard(frame: FrameType, event: str, argument: Any) -> Any:
        if event == "exception" and issubclass(argument[0], AssertionError):
            places.append(f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}")
        return heard

    before = sys.gettrace()
    sys.settrace(called)
    try:
        yield places
    finally:
        sys.settrace(before)


def _used(code: CodeType) -> Iterator[CodeType]:
    """Yield the code of a function, and of those within that it uses and does not only define."""
    yield code
    named = {instruction.argval for instruction in dis.get_instructions(code) if instruction.opname.startswith("LOAD_")}
    for part in code.co_consts:
        if isinstance(part, CodeType) and (part.co_name in named or part.co_name.startswith("<")):
            yield from _used(part)


def _functions(proof: object) -> Iterator[FunctionType]:
    """Yield the functions of one's own that something callable calls, or may call as it names them."""
    waiting, known = [proof], set[int]()
    while waiting:
        thing = waiting.pop()
        if id(thing) in known or len(known) > _MOST:
            continue
        known.add(id(thing))
        if isinstance(thing, FunctionType):
            if not _is_of_a_library(Path(thing.__code__.co_filename)):
                yield thing
                waiting += _named(thing)
            if "__wrapped__" in vars(thing):  # by once, say
                waiting.append(vars(thing)["__wrapped__"])
        elif isinstance(thing, partial):
            waiting += [thing.func, *thing.args]
        elif isinstance(thing, MethodType):
            waiting += [thing.__func__, *vars(thing.__self__).values()]
        elif callable(thing) and not isinstance(thing, type):
            waiting += [vars(type(thing)).get("__call__"), *getattr(thing, "__dict__", {}).values()]


_MOST = 10_000
"""Things that are looked through."""


def _named(function: FunctionType) -> Iterator[object]:
    """Yield what a function finds under the names that it has: in its module, in modules there, in its closure."""
    names = {name for code in _used(function.__code__) for name in code.co_names}
    found = [function.__globals__[name] for name in names if name in function.__globals__]
    yield from found
    yield from (cell.cell_contents for cell in function.__closure__ or () if cell != type(cell)())  # not an empty one
    for module in found:
        if isinstance(module, ModuleType):
            yield from (vars(module)[name] for name in names & vars(module).keys())


def refuse_assertions(proof: Callable[[], object]) -> None:
    """Raise ClaimError if a file asserts in which a proof is written, or one of one's own that such a file imports."""
    function = next(_functions(proof), None)
    if function is None:
        raise ClaimError("the proof has no source that would tell what python -O drops of it: run without -O")
    waiting, known = [Path(function.__code__.co_filename)], set[Path]()
    while waiting:
        file = waiting.pop()
        if file in known or _is_of_a_library(file):
            continue
        known.add(file)
        try:
            tree = ast.parse(file.read_text(encoding="utf-8"))
        except (OSError, ValueError, SyntaxError):
            raise ClaimError(f"{file} does not tell what python -O drops of it: run without -O") from None
        for node in ast.walk(tree):
            if isinstance(node, ast.Assert):
                place = f"{file.name}:{node.lineno}"
                raise ClaimError(f"{place}: python -O drops assert: write show(condition), from verify.proving")
            waiting += _imported(node)


def _imported(node: ast.AST) -> list[Path]:
    """Return the files of modules that were imported under a name that an import statement has."""
    endings: tuple[str, ...] = ()
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        names = [node.module or "", *(f"{node.module or ''}.{alias.name}".lstrip(".") for alias in node.names)]
        if node.level:  # a relative import says how a name ends
            endings = tuple(f".{name}" for name in names)
    else:
        return []
    modules = [module for name, module in list(sys.modules.items()) if name in names or f".{name}".endswith(endings)]
    files = [getattr(module, "__file__", None) for module in modules]
    return [Path(file) for file in files if file is not None and file.endswith(".py")]


def _is_of_a_library(file: Path) -> bool:
    """Say whether a file is Python's, the suite's or of what it computes with: what that asserts is its own affair."""
    if str(file).startswith("<"):  # such as the methods of a dataclass
        return True
    standard = Path(sysconfig.get_path("stdlib"))
    if standard in file.parents:
        return not {"site-packages", "dist-packages"}.intersection(file.relative_to(standard).parts)
    libraries: list[Any] = [sys.modules[name] for name in _LIBRARIES if name in sys.modules]
    return any(Path(library.__file__ or "").parent in file.parents for library in libraries)
