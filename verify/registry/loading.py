"""Loading claims: those of the papers, and those in a file of the user's own."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import pkgutil
import sys
import traceback
from collections.abc import Collection, Iterator
from pathlib import Path
from types import ModuleType

from reference.dimensions import DimensionError
from vae_verify import Shadowed, require
from verify.claims.entry import PACKAGE, Entry
from verify.errors import UsageError
from verify.judging.statements import ClaimError
from verify.notation import first_line
from verify.registry.declare import REGISTRY, loading
from verify.registry.neighbours import aside, enter

FLOORS = ("claims", "trajectories", "experiments")
"""The packages of a paper whose modules state claims, from the top down."""

_READING_ORDER: dict[str, int] = {}
"""The rank of each module of claims, whatever order they were imported in."""

LOADED: dict[Path, str] = {}
"""The text of every file of one's own that was imported."""


def load_papers(targets: Collection[str] = ()) -> None:
    """Import every module that states claims, of the papers that all targets (ids, or globs) name, or else of all.

    The ``READING_ORDER`` of a paper says in which order its modules read; one that it does not name comes last.
    Raises UsageError if another package has the name of the papers', or one of those that are needed is broken.
    """
    try:
        require(PACKAGE)
    except Shadowed as error:
        raise UsageError(str(error)) from error
    known = _papers()
    named = {target.partition("/")[0] for target in targets}
    for name in sorted(named if named <= known and all("/" in target for target in targets) and named else known):
        for module in _modules(_imported(f"{PACKAGE}.{name}")):
            _imported(module)
            _READING_ORDER.setdefault(module, len(_READING_ORDER))


def _papers() -> set[str]:
    """Return the names of the papers' packages; nothing is imported of them yet."""
    places = map(Path, _imported(PACKAGE).__path__)
    return {folder.name for place in places if place.is_dir() for folder in place.iterdir() if _is_paper(folder)}


def _is_paper(folder: Path) -> bool:
    """Say whether a folder is a paper's, or is meant to be."""
    package = folder / "__init__.py"
    if package.is_file():
        return "CITATION" in text_of(package) or any((folder / floor).is_dir() for floor in FLOORS)
    return any(folder.rglob("*.py"))


def rank(entry: Entry) -> int:
    """Return where the module of an entry stands in the order of reading."""
    return _READING_ORDER.get(entry.body.__module__, len(_READING_ORDER))


def _modules(paper: ModuleType) -> list[str]:
    """Return the modules of a paper that state claims; raises UsageError for a folder that is no package."""
    _require_package(paper, "with the CITATION of the paper, and its READING_ORDER")
    if not hasattr(paper, "CITATION"):
        raise UsageError(f"{paper.__file__}: says of no paper what it is: add CITATION = '…'")
    named = [f"{paper.__name__}.{name}" for name in getattr(paper, "READING_ORDER", ())]
    return list(dict.fromkeys([*named, *_found(paper)]))


def _found(paper: ModuleType) -> Iterator[str]:
    yield from _within(paper)
    for name in FLOORS:
        if any((Path(place) / name).is_dir() for place in paper.__path__):
            floor = _imported(f"{paper.__name__}.{name}")
            _require_package(floor, "an empty one will do")
            yield from _within(floor)


def _within(package: ModuleType) -> Iterator[str]:
    found = pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
    return (module.name for module in found if not module.ispkg)


def _require_package(module: ModuleType, content: str) -> None:
    if module.__file__ is None:
        raise UsageError(f"{next(iter(module.__path__))}: has no __init__.py: add one, {content}")


def _imported(name: str) -> ModuleType:
    try:
        with aside():
            return importlib.import_module(name)
    except (Exception, SystemExit) as error:
        raise UsageError(_reason(error, _file(name))) from error


def _file(name: str) -> Path:
    """Return the file of a module that cannot be imported, or its name if it has none."""
    parent = name.rpartition(".")[0]
    spec = importlib.util.find_spec(name) if not parent or parent in sys.modules else None
    return Path(spec.origin if spec is not None and spec.origin else name)


def load_file(path: Path) -> list[Entry]:
    """Import a file of claims and return those that it states; raises UsageError if there are none."""
    if not path.is_file():
        raise UsageError(f"{path}: no such file")
    LOADED[path.resolve()] = text_of(path)
    before = set(REGISTRY)
    name = f"claims_of_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise UsageError(f"{path}: not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        enter(path.resolve().parent)
        with aside(), loading():
            spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise UsageError(_reason(error, path)) from error
    found = [
        entry for id, entry in REGISTRY.items() if id not in before or entry.source_file.resolve() == path.resolve()
    ]
    if not found:
        raise UsageError(f"{path}: states no claim: decorate a function with @claim")
    for entry in found:
        with contextlib.suppress(Exception):  # one that was made by exec has no source
            _ = entry.digest  # of what was loaded, whatever becomes of the file
    return found


def text_of(path: Path) -> str:
    """Return the text of a file, whatever its encoding."""
    return path.read_text(encoding="utf-8", errors="replace")


def _reason(error: BaseException, path: Path) -> str:
    kind = "" if isinstance(error, (ClaimError, DimensionError)) else f"{type(error).__name__}: "
    return f"{path}{_line(error, path)}: {kind}{first_line(error)}"


def _line(error: BaseException, path: Path) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if Path(frame.filename).resolve() == path.resolve()]
    return f":{lines[-1]}" if lines else ""
