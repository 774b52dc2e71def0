"""What linters cannot look for, as the d of ``Array["d"]`` is a name to them: names that nothing defines."""

import builtins
import dis
from pathlib import Path
from types import CodeType

import pytest

import properties
import reference

FOLDERS = [Path(package.__path__[0]) for package in (reference, properties)]
FILES = [file for folder in FOLDERS for file in sorted(folder.rglob("*.py")) if "engine" not in file.parts]
KNOWN = vars(builtins).keys() | {"__file__", "__annotations__"}


def names(code, *kinds):
    """Return the names of which code has such steps."""
    return {step.argval for step in dis.get_instructions(code) if step.opname in kinds}


def undefined(code, known):
    """Return the names that code and its functions read, and that are neither known nor its own."""
    read = names(code, "LOAD_NAME", "LOAD_GLOBAL") - known - names(code, "STORE_NAME")
    return read.union(*(undefined(inner, known) for inner in code.co_consts if isinstance(inner, CodeType)))


def undefined_in(source):
    """Return the names that a module reads and does not define."""
    code = compile(source, "module", "exec")
    return undefined(code, KNOWN | names(code, "STORE_NAME"))


@pytest.mark.long
def test_every_name_is_defined():
    assert len(FILES) > 100
    missing = {str(file): undefined_in(file.read_text()) for file in FILES}
    assert not {file: names for file, names in missing.items() if names}


@pytest.mark.parametrize(
    ("source", "missing"),
    [
        ('def f(x: "Array"):\n    return [lambda: g(x, len(h))]\nh = 1', {"g"}),
        ("def f():\n    a = b\nclass C:\n    b = a = 1\n    c = a + __name__", {"b"}),
        ("def f():\n    return a\nclass C:\n    a = 1", {"a"}),
        ("print(a)\nimport numpy as b, c.d\nb, c", {"a"}),
    ],
)
def test_a_name_that_is_not_defined_is_found(source, missing):
    assert undefined_in(source) == missing
