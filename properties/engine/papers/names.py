"""What linters cannot look for, as the d of ``Array["d"]`` is a name to them: names that nothing defines."""

import builtins
import dis
from importlib import import_module
from inspect import getsource
from pkgutil import walk_packages
from types import CodeType

import pytest

import properties
import reference

MODULES = [
    module.name
    for package in (reference, properties)
    for module in walk_packages(package.__path__, f"{package.__name__}.")
    if not module.name.startswith("properties.engine")
]

OF_CLASSES = {"__name__", "__annotations__"}
"""What the body of a class finds, and stores nowhere."""


def undefined(code, known):
    """Return the names that code and its functions read, and that are neither known nor their own."""
    steps = [(step.opname, step.argval) for step in dis.get_instructions(code)]
    read = {name for kind, name in steps if kind in ("LOAD_NAME", "LOAD_GLOBAL")}
    own = {name for kind, name in steps if kind == "STORE_NAME"} | OF_CLASSES
    return (read - known - own).union(*(undefined(c, known) for c in code.co_consts if isinstance(c, CodeType)))


@pytest.mark.parametrize("name", MODULES)
def test_every_name_is_defined(name):
    module = import_module(name)
    known = vars(module).keys() | vars(builtins).keys()
    assert not undefined(compile(getsource(module) or " ", name, "exec"), known)


def test_a_name_that_is_not_defined_is_found():
    code = compile(
        'def f(A: Array["d"]):\n    class C:\n        a = b = 1\n        c = a\n    return [lambda: g(A)]', "", "exec"
    )
    assert undefined(code, {"Array"}) == {"g"}
