"""Finding claims: those of the papers, and those in a file of the user's own."""

from __future__ import annotations

import contextlib
import difflib
import fnmatch
import importlib
import importlib.util
import pkgutil
import sys
import tempfile
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from reference.dimensions import DimensionError
from vae_verify import Shadowed, require
from verify.judging.statements import ClaimError
from verify.notation import first_line
from verify.registry.declare import REGISTRY, Claim
from verify.registry.neighbours import aside, enter

PACKAGE = "properties"
"""The package whose subpackages hold the claims of one paper each."""


_READING_ORDER: dict[str, int] = {}
"""The rank of each module of claims, whatever order they were imported in."""


_LOADED: dict[Path, str] = {}
"""The text of every file of one's own that was imported."""


_FOLDERS: list[tempfile.TemporaryDirectory[str]] = []
"""Where files of another machine lie while this process runs."""


class UsageError(Exception):
    """The command line names something that is not there."""


FLOORS = ("claims", "trajectories", "experiments")
"""The packages of a paper whose modules state claims, from the top down."""


def load_papers() -> None:
    """Import every module that states claims of the papers, in the ``READING_ORDER`` of each.

    A paper is a package with a ``CITATION``, which says what it is; a module that its order does not name comes last.

    Raises UsageError if another package has the name of theirs, or one of them is broken.
    """
    try:
        require(PACKAGE)
    except Shadowed as error:
        raise UsageError(str(error)) from error
    for paper in papers():
        for module in _modules(paper):
            _imported(module)
            _READING_ORDER.setdefault(module, len(_READING_ORDER))


def papers() -> list[ModuleType]:
    """Return the package of each paper."""
    found = pkgutil.iter_modules(_imported(PACKAGE).__path__, f"{PACKAGE}.")
    packages = [_imported(package.name) for package in found if package.ispkg]
    return [package for package in packages if hasattr(package, "CITATION")]


def _modules(paper: ModuleType) -> list[str]:
    named = [f"{paper.__name__}.{name}" for name in getattr(paper, "READING_ORDER", ())]
    floors = [floor for floor in pkgutil.iter_modules(paper.__path__) if floor.ispkg and floor.name in FLOORS]
    found = [
        module.name
        for floor in sorted(floors, key=lambda floor: FLOORS.index(floor.name))
        for module in pkgutil.iter_modules(
            _imported(f"{paper.__name__}.{floor.name}").__path__, f"{paper.__name__}.{floor.name}."
        )
        if not module.ispkg
    ]
    return list(dict.fromkeys([*named, *found]))


def _imported(name: str) -> ModuleType:
    try:
        with aside():
            return importlib.import_module(name)
    except (Exception, SystemExit) as error:
        spec = importlib.util.find_spec(name) if name == PACKAGE or name.rpartition(".")[0] in sys.modules else None
        path = Path(spec.origin if spec is not None and spec.origin else name)
        raise UsageError(_reason(error, path)) from error


def load_file(path: Path) -> list[Claim]:
    """Import a file of claims and return those that it states; raises UsageError if there are none."""
    if not path.is_file():
        raise UsageError(f"{path}: no such file")
    _LOADED[path.resolve()] = _text(path)
    before = set(REGISTRY)
    name = f"claims_of_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise UsageError(f"{path}: not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        enter(path.resolve().parent)
        with aside():
            spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise UsageError(_reason(error, path)) from error
    found = [
        claim for id, claim in REGISTRY.items() if id not in before or claim.source_file.resolve() == path.resolve()
    ]
    if not found:
        raise UsageError(f"{path}: states no claim: decorate a function with @claim")
    for claim in found:
        with contextlib.suppress(Exception):  # one that was made by exec has no source
            _ = claim.digest  # of what was loaded, whatever becomes of the file
    return found


def select(targets: Iterable[str], slow: bool = False) -> list[Claim]:
    """Return the claims that ids, globs of ids, and files (``file.py`` or ``file.py::name``) name, each once.

    Without targets, all claims of the papers. Slow ones are left out unless asked for, or named in full.
    Raises UsageError for a target that names nothing.
    """
    targets = list(targets)
    files = [target for target in targets if _names_file(target)]
    if not targets or len(files) < len(targets):
        load_papers()
    in_files = {target: _in_file(target) for target in files}
    ids = sorted(REGISTRY, key=_natural_order)
    chosen: dict[str, Claim] = {}
    for target in targets or ["*"]:
        if target in files:
            matched = in_files[target]
            if "::" not in target:
                matched = [claim for claim in matched if slow or not claim.slow]
        elif target in REGISTRY:
            matched = [REGISTRY[target]]
        else:
            matched = [REGISTRY[id] for id in ids if fnmatch.fnmatchcase(id, target)]
            if not matched:
                raise UsageError(f"no claim is called {target!r}: {_nearest(target, ids)}")
            matched = [claim for claim in matched if slow or not claim.slow]
        chosen.update((claim.id, claim) for claim in matched)
    if not chosen:
        raise UsageError("every claim chosen is slow: add --slow")
    return list(chosen.values())


def is_own(claim: Claim) -> bool:
    """Say whether a claim is a user's own, and of none of the papers."""
    module = claim.body.__module__ or ""  # what is made by exec may be of no module
    return not module.startswith(f"{PACKAGE}.") or module.startswith(f"{PACKAGE}.engine.")


@dataclass(frozen=True)
class Source:
    """Where another process finds a claim of one's own: a file, and its text, in case the process has no such file."""

    path: str
    text: str

    @classmethod
    def of(cls, claim: Claim) -> Source | None:
        """Return the source of a claim, or None if it is one of the papers'; raises UsageError if there is no file."""
        if not is_own(claim):
            return None
        path = claim.source_file.resolve()
        try:
            return cls(str(path), _LOADED[path] if path in _LOADED else _text(path))
        except OSError as error:
            raise UsageError(f"{claim.id}: its body is in no file that other processes could load") from error


def find(id: str, source: Source | None) -> Claim:
    """Return a claim by its id, loading what states it unless that is done already."""
    if source is None:
        if id not in REGISTRY:
            load_papers()
    elif id not in REGISTRY or _LOADED.get(REGISTRY[id].source_file.resolve()) != source.text:
        path = Path(source.path)
        if not path.is_file() or _text(path) != source.text:
            _FOLDERS.append(tempfile.TemporaryDirectory(prefix="vae-verify-"))
            path = Path(_FOLDERS[-1].name) / path.name
            path.write_text(source.text, encoding="utf-8")
        for stale in [claim.id for claim in REGISTRY.values() if claim.source_file.resolve() in _LOADED]:
            del REGISTRY[stale]
        load_file(path)
    at_home(REGISTRY[id])
    return REGISTRY[id]


def at_home(claim: Claim) -> None:
    """Let what a claim of one's own imports while it is judged be what lies beside its file."""
    if is_own(claim):
        enter(claim.source_file.resolve().parent)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def _names_file(target: str) -> bool:
    return target.partition("::")[0].endswith(".py")


def _natural_order(id: str) -> tuple[str, int, int]:
    body = REGISTRY[id].body
    return REGISTRY[id].paper, _READING_ORDER.get(body.__module__, len(_READING_ORDER)), body.__code__.co_firstlineno


def _in_file(target: str) -> list[Claim]:
    path, _, name = target.partition("::")
    claims = load_file(Path(path))
    named = [claim for claim in claims if name in ("", claim.body.__name__, claim.id)]
    if not named:
        raise UsageError(f"{path}: no claim is called {name!r}: it has {', '.join(c.body.__name__ for c in claims)}")
    return named


def _reason(error: BaseException, path: Path) -> str:
    kind = "" if isinstance(error, (ClaimError, DimensionError)) else f"{type(error).__name__}: "
    return f"{path}{_line(error, path)}: {kind}{first_line(error)}"


def _line(error: BaseException, path: Path) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if Path(frame.filename).resolve() == path.resolve()]
    return f":{lines[-1]}" if lines else ""


def _nearest(target: str, ids: list[str]) -> str:
    if any(id.startswith(f"{target}/") for id in ids):
        return f"for all of a paper, write '{target}/*'"
    near = difflib.get_close_matches(target, ids, n=3, cutoff=0.4)
    return f"did you mean {' or '.join(near)}?" if near else "see vae-verify claims"
