"""What a proof rests on, looked at in this process: which functions may fail, and which files assert."""

import functools
import sys
import sysconfig
import types
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import sympy

from verify.judging.statements import ClaimError
from verify.proving import ProofFailed, assertions, show, showing
from verify.proving.assertions import may_fail, refuse_assertions
from verify.proving.showing import derive


def fails():
    raise ValueError


def fine():
    return 1


def calls():
    return fails()


def calls_fine():
    return fine()


def only_defines():
    def inner():
        raise ValueError

    return 1


def uses_what_it_defines():
    def inner():
        raise ValueError

    return inner()


def goes_through_a_list():
    return [fails() for _ in range(1)]


def has_a_lambda_alone():
    return lambda: fails


def circle():
    return other_circle()


def other_circle():
    return circle()


def circle_that_fails():
    return calls_circle_that_fails()


def calls_circle_that_fails():
    return (circle_that_fails, fails)


class Checks:
    step = staticmethod(fine)

    def __init__(self, step=fine):
        self.kept = step

    def __call__(self):
        return self.kept()

    def method(self):
        return 1

    def fails(self):
        raise ValueError


class CallsAndFails:
    def __call__(self):
        raise ValueError


def closed_over(step):
    def closure():
        return step()

    return closure


def names_a_module():
    return OURS.fails()


def names_another():
    return OURS.fine()


OURS = types.ModuleType("ours")
vars(OURS).update(fails=fails, fine=fine)


@pytest.mark.parametrize("proof", [
    fails, calls, uses_what_it_defines, goes_through_a_list, has_a_lambda_alone, circle_that_fails, closed_over(fails),
    closed_over(closed_over(fails)), functools.partial(fails), functools.partial(max, fails), Checks(fails),
    Checks(fails).method, Checks().fails, CallsAndFails(), names_a_module, lambda: [fails()], functools.cache(fails),
])  # fmt: skip
def test_a_proof_may_fail_if_what_it_names_may(proof):
    assert may_fail(proof)


@pytest.mark.parametrize("proof", [
    fine, calls_fine, only_defines, circle, closed_over(fine), functools.partial(max, fine, 3),
    Checks(fine), Checks().method, names_another, lambda: [fine()], Checks, sympy.simplify, np.testing.assert_equal, 3,
    functools.cache(fine), "".join,
])  # fmt: skip
def test_it_may_not_otherwise_and_what_a_library_raises_is_its_own_affair(proof):
    assert not may_fail(proof)


def test_an_empty_cell_of_a_closure_is_nothing():
    def outer():
        def inner():
            return later()

        return inner
        later = fails

    assert not may_fail(outer())


def test_ten_thousand_things_are_looked_through_and_no_more(monkeypatch):
    assert assertions._MOST == 10_000
    monkeypatch.setattr(assertions, "_MOST", 1)
    assert may_fail(calls)
    monkeypatch.setattr(assertions, "_MOST", 0)
    assert not may_fail(calls)


# --- files ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Return what writes a file as that of a module, and returns the proof in it; nothing else of it runs."""

    def write(name, text):
        path = tmp_path / f"{name.replace('.', '/')}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        module = types.ModuleType(name)
        module.__file__ = str(path)
        monkeypatch.setitem(sys.modules, name, module)
        exec(compile("def proof(): pass", str(path), "exec"), vars(module))
        return module.proof

    return write


def refusal(proof):
    """Return why a proof is refused; None if it is not."""
    try:
        refuse_assertions(proof)
    except ClaimError as error:
        return str(error)
    return None


def test_a_file_that_asserts_is_refused_with_its_line_and_so_is_what_imports_it(written):
    drops = "python -O drops assert: write show(condition), from verify.proving"
    assert refusal(written("plain", "x = 1\n")) is None
    assert refusal(written("asserts", "x = 1\n\n\nassert x\n")) == f"asserts.py:4: {drops}"
    for name, text in {
        "imports": "import asserts", "named": "from asserts import x as y", "inside": "def f():\n    import asserts",
        "further": "import imports", "several": "import math, asserts", "starred": "from asserts import *",
    }.items():  # fmt: skip
        assert refusal(written(name, text)) == f"asserts.py:4: {drops}", name
    written("package.lax", "def f():\n    assert 1\n")
    written("package.fine", "")
    refused = ("from . import lax", "from .lax import x", "from package import lax", "import package.lax",
               "from .. import lax")  # fmt: skip
    for k, text in enumerate(refused):
        assert refusal(written(f"package.m{k}", text)) == f"lax.py:2: {drops}", text
    written("package.math", "assert 1\n")  # is not the one that is meant
    believed = ("import package.fine", "import math, numpy", "from sympy import log", "from . import fine",
                "import nowhere", "import lax", "from lax import x", "import ax", "from .ax import x")  # fmt: skip
    for k, text in enumerate(believed):
        assert refusal(written(f"package.n{k}", text)) is None, text


def test_a_circle_of_imports_ends(written):
    written("there", "import here\n")
    assert refusal(written("here", "import there\n")) is None


def test_what_has_no_source_is_refused(written):
    assert refusal("".join) == "the proof has no source that would tell what python -O drops of it: run without -O"
    proof = written("gone", "")
    path = Path(sys.modules["gone"].__file__)
    for spoil in (path.unlink, lambda: path.write_text("def ("), lambda: path.write_bytes(b"\xff"),
                  lambda: path.write_bytes(b"\0")):  # fmt: skip
        spoil()
        assert refusal(proof) == f"{path} does not tell what python -O drops of it: run without -O"


def test_what_is_of_a_library():
    standard = Path(sysconfig.get_path("stdlib"))
    for library in ("<string>", standard / "json" / "decoder.py", np.__file__, sympy.core.__file__, pytest.__file__,
                    sys.modules["verify"].__file__, sys.modules["reference"].__file__):  # fmt: skip
        assert assertions._is_of_a_library(Path(library)), library
    for own in ("/tmp/claims.py", __file__, standard / "site-packages" / "mine" / "proofs.py",
                standard / "dist-packages" / "mine.py"):  # fmt: skip
        assert not assertions._is_of_a_library(Path(own)), own
    for name in (
        "scipy",
        "mpmath",
        "flint",
        "_pytest",
        "hypothesis",
        "verify",
        "reference",
        "sympy",
        "numpy",
        "pytest",
    ):
        assert name in assertions._LIBRARIES
    assert len(assertions._LIBRARIES) == 10


# --- under -O -------------------------------------------------------------------------------------------------------


def test_a_proof_of_ones_own_is_looked_through_under_O_alone(monkeypatch):
    asked = []
    monkeypatch.setattr(showing, "refuse_assertions", asked.append)

    def proof():
        show(sympy.Integer(1) == 1)

    proof.__module__ = "mine"
    for level, own in ((0, True), (1, True), (2, True), (1, False)):
        proof.__module__ = "mine" if own else "properties.dai2018.proofs.costs"
        monkeypatch.setattr(
            showing, "sys", SimpleNamespace(flags=SimpleNamespace(optimize=level), _getframe=sys._getframe)
        )
        derive(proof)
        assert asked == [proof] * (own and level > 0)
        del asked[:]


def test_a_failure_is_told_with_its_line_and_what_it_is_of():
    with pytest.raises(ProofFailed) as failed:
        show(False, "because")
    assert str(failed.value).endswith(': show(False, "because") is false: because')
    with pytest.raises(ProofFailed) as failed:
        show(None)
    assert str(failed.value).endswith(
        ": show(None) is no truth value, but of the type NoneType: show(vanishes(a - b)), show(is_positive(a)), "
        "show((a == b).all())"
    )
    with pytest.raises(ProofFailed, match=r"^<string>:1: what is shown is false$"):
        exec("show(False)", {"show": show})
