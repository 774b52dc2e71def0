"""The public formulas of ``reference/``, and the check of their shapes, which is on wherever these tests run."""

import sys
from importlib import import_module
from pkgutil import walk_packages
from types import FunctionType

import reference
from reference.shapes import shaped

NO_FORMULAS = ("reference.arithmetic", "reference.koehler2022.flow", "reference.dimensions", "reference.shapes")
"""What formulas are written with, whose shapes its own functions check; and floats that are followed in time."""


def formulas():
    """Return every public function of the modules of formulas, as it is written."""
    modules = [import_module(m.name) for m in walk_packages(reference.__path__, "reference.")]
    own = [m for m in modules if not m.__name__.startswith(NO_FORMULAS)]
    public = [f for m in own for f in vars(m).values() if isinstance(f, FunctionType) and f.__module__ == m.__name__]
    return [getattr(f, "__wrapped__", f) for f in public if not f.__name__.startswith("_")]


def check_shapes():
    """Put the checked formula wherever ``reference/`` has one; what imports it after this has it from there."""
    checked = {formula: shaped(formula) for formula in formulas()}
    for module in [m for name, m in sys.modules.items() if name.partition(".")[0] == "reference"]:
        for name, value in vars(module).items():
            if isinstance(value, FunctionType) and value in checked:
                setattr(module, name, checked[value])
