"""What only some commands and claims need, and the extras of this package that bring it.

Who hunts installs none of it. What needs a package that is not there says in one line which extra has it.
"""

from __future__ import annotations

BRINGS = {
    "proofs": ("sympy",),
    "pictures": ("matplotlib",),
    "flow": ("numba", "scipy"),
    "gate": ("torch", "scipy"),
    "train": ("torch", "matplotlib", "sklearn"),
}
"""The packages of each extra, by the names under which they are imported, the smallest extra first."""


_INSTALL = "pip install 'vae-verify["


class Lacking(ImportError):
    """A package of an extra is not installed."""


def require(what: str, *extras: str) -> None:
    """Raise Lacking, which says for what, if a package of the extras is not installed."""
    from importlib.util import find_spec  # noqa: PLC0415  # the command sets its handler of Ctrl-C first

    lacking = {extra: [name for name in BRINGS[extra] if find_spec(name) is None] for extra in extras}
    if packages := dict.fromkeys(name for names in lacking.values() for name in names):
        install = mend(*(extra for extra, names in lacking.items() if names))
        raise Lacking(f"{', '.join(packages)} not found for {what}: {install}")


def mend(*extras: str) -> str:
    """Return the command that installs extras."""
    return f"{_INSTALL}{','.join(extras)}]'"


def wanted(line: str) -> bool:
    """Say whether a line on what went wrong says that an extra is to be installed."""
    return _INSTALL in line


def of_import(error: BaseException) -> str:
    """Return the extra that has what an import did not find, or nothing if that is of none, or no import."""
    package = (error.name or "").partition(".")[0] if isinstance(error, ModuleNotFoundError) else ""
    return next((extra for extra, packages in BRINGS.items() if package in packages), "")
