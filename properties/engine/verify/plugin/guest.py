"""The package as a guest in a project of others: it changes nothing where no claim is stated."""

import re

import pytest

pytestmark = pytest.mark.long  # ``strangers`` has what this process can tell

STRANGER = {
    "pytest.ini": "[pytest]\nmarkers =\n    slow: of theirs\naddopts = --strict-markers\n",
    "conftest.py": """
def pytest_addoption(parser):
    parser.addoption("--slow", action="store_true", help="of theirs")
""",
    "reference/__init__.py": "one = 1\n",
    "verify/__init__.py": "answer = 42\n",
    "verify/claims.py": "class Claim: pass\n",
    "properties/__init__.py": "",
    "test_own.py": """
import sys
from unittest.mock import MagicMock, call

import pytest
import properties, reference, verify
from verify.claims import Claim

class Lazy:
    def __getattr__(self, name):
        raise RuntimeError(f"not connected: {name}")

class Elusive:
    __class__ = property(lambda self: 1 / 0)

lazy, elusive, test_mock, recorded = Lazy(), Elusive(), MagicMock(), call.claim

def test_of_a_claim():
    assert verify.answer == 42

test_of_a_claim.claim = Claim()

@pytest.mark.slow
def test_slow_and_wrong():
    assert reference.one == 2

class Test:
    @staticmethod
    def test_static():
        pass

@pytest.mark.parametrize("x", [1, 2])
def test_parameters(x):
    assert x == 1

OURS = {"numpy", "hypothesis", "flint", "sympy", "scipy", "mpmath", "rich", "torch", "numba", "verify.plugin"}
imported = OURS & set(sys.modules)

def test_what_was_imported():
    with open("seen", "w") as file:
        print(sorted(imported), type(reference.__loader__).__name__, file=file)
""",
    "test_zz_profiles.py": """
from hypothesis import given, settings, strategies

@given(strategies.integers())
def test_settings(x):
    pass

def test_profiles():
    from hypothesis import settings
    print(sorted(settings._profiles), settings.get_profile("ci"), settings())
    assert False
""",
}


def told(text):
    """Return what pytest says, without times and addresses."""
    return re.sub(r"in \d+\.\d+s|0x[0-9a-f]+|\d+\.\d+e?-?\d*s", "", text)


def test_the_environment_has_our_code_from_the_wheel_only(foreign, environment):
    foreign.write({"where.py": "import verify, reference, properties; print(verify.__file__, properties.__path__)"})
    status, text = foreign.run("python", "where.py")
    assert status == 0
    assert text.count(str(environment.bin.parent)) == 2


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [
        ((), {}),
        (("-rA", "-p", "no:randomly"), {"CI": "1"}),
        pytest.param(("--markers",), {}, marks=pytest.mark.slow),
        pytest.param(("--help",), {}, marks=pytest.mark.slow),
        (("-m", "not slow", "--collect-only"), {}),
    ],
    ids=" ".join,
)
def test_a_project_without_claims_is_as_it_is_without_the_package(arguments, variables, foreign):
    foreign.write(STRANGER)
    quiet = ("-q", "-p", "no:cacheprovider", *arguments)
    status, text = foreign.pytest(*quiet, **variables)
    if not arguments:
        assert "3 failed, 5 passed" in text
        assert "vae" not in text
        assert (foreign.folder / "seen").read_text() == "[] SourceFileLoader\n"
    without = foreign.pytest(*quiet, "-p", "no:vae_verify", **variables)
    assert (status, told(text)) == (without[0], told(without[1]))


CLAIM = """
from verify import Scalar, claim, leq

@claim("own/square", "0 ≤ x²")
def test_square(x: Scalar):
    leq(0, x * x)
"""


@pytest.mark.parametrize(("name", "file"), [("verify", "verify.py"), ("reference", "reference/__init__.py")])
def test_another_package_of_our_name_is_named_where_it_is_in_the_way(name, file, foreign):
    foreign.write({file: "", "test_own.py": CLAIM, "test_theirs.py": f"import {name}\ndef test_theirs(): pass\n"})
    status, text = foreign.pytest("-q", "--continue-on-collection-errors")
    assert status == 1
    assert "1 passed, 1 error" in text
    line = f"the package {name!r} of vae-verify, in "
    assert line in text
    assert f"is hidden by another of that name, {foreign.folder / file}: rename that one" in text
    status, text = foreign.run("vae-verify", "run", "test_own.py", PYTHONPATH=".")
    assert status == 2
    assert text.count("\n") == 1
    assert text.startswith(f"vae-verify: {line}")
    if name == "reference":  # python -m verify is theirs otherwise
        status, text = foreign.run("python", "-m", "verify", "run", "test_own.py")
        assert status == 1
        assert line in text.splitlines()[-1]
    status, text = foreign.pytest("-q", "--hypothesis-profile=vae-ci")
    assert status == pytest.ExitCode.USAGE_ERROR
    assert text.startswith(f"ERROR: --hypothesis-profile=vae-ci: {line}")


def test_what_hides_a_package_and_what_does_not(foreign, environment):
    foreign.write({"verify/notes.txt": "", "reference.txt": "", "properties/__init__.py": ""})
    asked = "import vae_verify as v\nfor name in v.PACKAGES:\n    v.require(name)"
    status, text = foreign.run("python", "-c", asked)
    assert status == 1  # a folder without code hides nothing
    assert text.splitlines()[-1].startswith("vae_verify.Shadowed: the package 'properties' of vae-verify, in ")
    assert foreign.run("python", "-c", asked.replace("PACKAGES", "PACKAGES[:2]")) == (0, "")
    made_by_hand = f"import sys, types\nsys.modules['verify'] = types.ModuleType('verify')\n{asked}"
    assert "hidden by another of that name, which is in no file" in foreign.run("python", "-c", made_by_hand)[1]


def test_a_package_properties_of_theirs_is_in_the_way_of_the_papers_only(foreign):
    foreign.write({"properties/__init__.py": "", "test_own.py": "import properties\n" + CLAIM})
    assert foreign.pytest("-q")[0] == 0
    assert foreign.run("python", "-m", "verify", "run", "test_own.py")[0] == 0
    status, text = foreign.run("python", "-m", "verify", "run", "wang2022/*")
    assert status == 2
    assert text.startswith("vae-verify: the package 'properties' of vae-verify, in ")
    assert text.count("\n") == 1


def test_help_needs_neither_sympy_nor_scipy(foreign):
    asked = """
import sys
from vae_verify.command import main
sys.argv = ["vae-verify", "--help"]
try:
    main()
finally:
    print(sorted({"sympy", "scipy", "torch", "numba", "sklearn", "matplotlib", "distributed"} & set(sys.modules)))
"""
    status, text = foreign.run("python", "-c", asked)
    assert status == 0
    assert text.startswith("usage: vae-verify")
    assert text.endswith("[]\n")
