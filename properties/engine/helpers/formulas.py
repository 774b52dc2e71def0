"""The public formulas of ``reference/``, and the check of their shapes, which is on wherever these tests run."""

import sys
from importlib import import_module
from pathlib import Path
from types import FunctionType

import reference
from reference.shapes import shaped

ROOT = Path(reference.__file__).parents[1]
NO_FORMULAS = ("reference.arithmetic", "reference.koehler2022.flow", "reference.dimensions", "reference.shapes")
"""What formulas are written with, and what follows them in time, in floats."""


def formulas():
    """Return every public function of the modules of formulas, as it is written."""
    files = sorted((ROOT / "reference").rglob("*.py"))
    names = [".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for file in files]
    modules = [import_module(name) for name in names if not name.startswith(NO_FORMULAS)]
    found = [(m.__name__, f) for m in modules for f in vars(m).values() if isinstance(f, FunctionType)]
    public = [f for name, f in found if f.__module__ == name and not f.__name__.startswith("_")]
    return [getattr(f, "__wrapped__", f) for f in public]


def check_shapes():
    """Put the checked formula wherever ``reference/`` has one; what imports it after this has it from there."""
    checked = {formula: shaped(formula) for formula in formulas()}
    for module in [m for name, m in sys.modules.items() if name.partition(".")[0] == "reference"]:
        for name, value in vars(module).items():
            if isinstance(value, FunctionType) and value in checked:
                setattr(module, name, checked[value])
