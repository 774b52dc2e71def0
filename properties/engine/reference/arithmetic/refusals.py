"""What NumPy, SciPy, math and methods of arrays are refused with names what was called and what to write instead."""

import ast
import builtins
import cmath
import contextlib
import functools
import linecache
import math
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import array_api_compat.numpy
import mpmath
import numpy as np
import pytest
import scipy.linalg
import scipy.special
import scipy.stats
import sympy
import torch

import verify
from properties.engine.helpers.commands import run
from properties.engine.helpers.slow import crossed
from reference import arithmetic
from reference.arithmetic import refusals
from reference.arithmetic.exact import balls, rationals
from reference.arithmetic.lanes import unstack
from reference.arithmetic.refusals import INSTEAD
from verify.judging.statements import ClaimError

A = rationals([[4, 1], [1, 3]])
ARRAYS = {"exact": A, "balls": balls(A) / 3, "lanes": unstack(np.array([[[4.0, 1], [1, 3]]] * 2))}


@contextlib.contextmanager
def opened():
    yield


CALLS = {  # what is called, and words that the message must have
    "scipy.linalg.expm": (scipy.linalg.expm, "expm(A)"),
    "scipy.linalg.sqrtm": (scipy.linalg.sqrtm, "sqrtm(S)"),
    "scipy.linalg.logm": (scipy.linalg.logm, "logm(S)"),
    "numpy.linalg.matrix_power": (lambda A: np.linalg.matrix_power(A, 3), "powm(A, 3)"),
    "numpy.linalg.eigvals": (np.linalg.eigvals, "general_eigenvalues(A, absolute)"),
    "numpy.linalg.cond": (np.linalg.cond, "condition_number(A)"),
    "scipy.linalg.pinv": (scipy.linalg.pinv, "nothing in reference.arithmetic replaces it; solve(A.mT @ A, A.mT)"),
    "scipy.linalg.det": (scipy.linalg.det, "determinant(A)"),
    "scipy.linalg.eigh": (scipy.linalg.eigh, "eigenvalues(S)"),
    "scipy.special.erf": (scipy.special.erf, "1 - erfc(x)"),
    "scipy.special.gamma": (scipy.special.gamma, "nothing in reference.arithmetic replaces it"),
    "numpy.linalg.eigvalsh": (np.linalg.eigvalsh, "eigenvalues(S)"),
    "numpy.linalg.norm": (np.linalg.norm, 'norm(A, "fro")'),
    "numpy.max": (np.max, "maximum(v, axis=-1)"),
    "numpy.min": (lambda A: np.min(A, axis=0), "minimum(v, axis=-1)"),
    "numpy.minimum": (lambda A: np.minimum(A, 0), "minimum(x, y)"),
    "numpy.gradient": (np.gradient, "gradient(f, A)"),
    "torch.autograd.grad": (lambda A: torch.autograd.grad(A, A), "gradient(f, A)"),
    "torch.linalg_det": (torch.linalg.det, "determinant(A)"),
    "torch.kron": (lambda A: torch.kron(A, A), "kron(A, B)"),
    "numpy.maximum": (lambda A: np.maximum(A, 0), "maximum(x, y)"),
    "numpy.where": (lambda A: np.where(A, A, 0), "where(greater(x, y), x, y)"),
    "numpy.mean": (np.mean, "v.sum(-1) / v.shape[-1]"),
    "numpy.arctan": (np.arctan, "nothing in reference.arithmetic replaces it"),
    "numpy.angle": (np.angle, "real(z), imag(z), conj(z), absolute(z)"),
    "numpy.vdot": (lambda A: np.vdot(A[0], A[1]), "(conj(v) * v).sum(-1)"),
    "numpy.array": (lambda A: np.array([A[0], A[1]]), "stack([[x, y], [y, x]])"),
    "math.sqrt": (lambda A: math.sqrt(A[0, 0]), "sqrt(x)"),
    "math.log": (
        lambda A: math.log(
            A[0, 0],
        ),
        "log(x)",
    ),
    "cmath.phase": (lambda A: cmath.phase(A[0, 0]), "real(z), imag(z), conj(z), absolute(z)"),
    "float": (lambda A: float(A[0, 0]), "nothing in reference.arithmetic replaces it"),
    "complex": (lambda A: complex(A[0, 0]), "x + 1j * y"),
    "round": (lambda A: round(A[0, 0]), "nothing in reference.arithmetic replaces it"),
    "int": (lambda A: int(A[0, 0]), "nothing in reference.arithmetic replaces it"),
    "sympy.functions.elementary.miscellaneous.sqrt": (lambda A: sympy.sqrt(A[0, 0]), "sqrt(x)"),
    "functools.singledispatch(float)": (
        lambda A: functools.singledispatch(float)(A[0, 0]),
        "nothing in reference.arithmetic replaces it",
    ),
    "opened()(float)": (lambda A: opened()(float)(A[0, 0]), "nothing in reference.arithmetic replaces it"),
    "array_api_compat.numpy.asarray": (array_api_compat.numpy.asarray, "stack([x, y])"),  # type: ignore[attr-defined]
    "linspace": (lambda A: mpmath.linspace(0, 1, A[0, 0]), "nothing in reference.arithmetic replaces it"),
    "scipy.stats.entropy": (scipy.stats.entropy, "nothing in reference.arithmetic replaces it"),
    ".dot": (lambda A: A.dot(A), "A @ B"),
    ".max": (lambda A: A.max(), "maximum(v, axis=-1)"),
    ".trace": (lambda A: A.trace(), "trace(A)"),
    ".astype": (lambda A: A.astype(complex), "nothing in reference.arithmetic replaces it"),
}

COMPLEX = {
    "a branch": lambda A: arithmetic.maximum(A, 1j), "the other branch": lambda A: arithmetic.maximum(1j * A, A),
    "a condition": lambda A: arithmetic.greater(1j, A), "an order": lambda A: arithmetic.sort_descending(A + 1j),
    "a side": lambda A: verify.leq(1j, A), "the other side": lambda A: verify.less(A, A / 1j),
}  # fmt: skip


@pytest.mark.parametrize("kind", ARRAYS)
@pytest.mark.parametrize("called", CALLS)
def test_a_refusal_names_what_was_called_and_the_mend(called, kind):
    function, words = CALLS[called]
    with pytest.raises(AttributeError if called.startswith(".") else TypeError) as refused:
        function(ARRAYS[kind])
    message = str(refused.value)
    assert words in message
    assert called in message
    assert len(message.splitlines()) == 1


def test_a_function_is_named_as_it_is_known_whatever_it_was_imported_as():
    from math import sqrt as root  # noqa: PLC0415

    with pytest.raises(TypeError, match=r"^math\.sqrt "):
        root(A[0, 0])
    unseen = eval("lambda x: float(x)")  # whose source is nowhere
    with pytest.raises(TypeError, match=r"^a conversion to floats "):
        unseen(A[0, 0])


@pytest.mark.parametrize("name", ["einsum", "tensordot"])
def test_what_is_not_differentiated_says_how_it_is_written(name):
    assert str(refusals.undifferentiated(f"numpy.{name}")) == (
        f"gradient: numpy.{name} is not differentiated: write it in @, * and sums"
    )


def test_of_a_text_that_is_no_longer_what_runs_no_name_is_read(monkeypatch):
    edited = eval(compile("lambda x: float(x)", "edited.py", "eval"))
    for text, name in (("lambda x: float(x)", "float"), ("lambda x: ((((((((", "a conversion to floats")):
        monkeypatch.setitem(linecache.cache, "edited.py", (len(text), None, [text], "edited.py"))
        with pytest.raises(TypeError, match=rf"^{name} "):
            edited(A[0, 0])


def test_who_calls_from_nowhere_is_the_package(monkeypatch):
    monkeypatch.setattr(refusals, "sys", SimpleNamespace(_getframe=lambda depth: None))
    assert refusals.public_caller() == "reference.arithmetic"


@pytest.mark.parametrize("kind", ARRAYS)
@pytest.mark.parametrize("way", COMPLEX)
def test_complex_numbers_have_no_order(way, kind):
    if kind == "lanes" and way not in ("a branch", "a condition", "a side"):
        return  # they have no value at such instances
    with pytest.raises((TypeError, ClaimError), match=r"complex numbers have no order: write real\(x\), imag\(x\)"):
        COMPLEX[way](ARRAYS[kind])


@pytest.mark.parametrize("kind", ARRAYS)
def test_numbers_of_other_libraries_are_refused_with_the_mend(kind):
    x = ARRAYS[kind]
    for mixed in (lambda: x * sympy.pi, lambda: x + sympy.Rational(1, 3)):
        with pytest.raises(TypeError, match=r"SymPy's .* from reference\.arithmetic"):
            mixed()
    for decimal in (lambda: x * Decimal("0.5"), lambda: Decimal(1) - x):
        with pytest.raises(TypeError, match=r"the Decimal .*: write a Fraction"):
            decimal()


THERE = (
    np, np.ndarray, np.linalg, array_api_compat.numpy, scipy, scipy.linalg, scipy.special, math, cmath, builtins, torch,
    torch.Tensor, torch.linalg, torch.special, torch.func, torch.autograd.functional,
)  # fmt: skip


def test_what_is_replaced_is_there_to_be_called():
    for name in {*INSTEAD, *refusals._NOTHING, *refusals._COMPLEX}:
        assert any(hasattr(place, name) for place in THERE), name


@pytest.mark.parametrize(("kind", "name"), crossed(["exact", "balls"], INSTEAD, 2))
def test_every_replacement_can_be_written_as_it_stands(name, kind):
    known = {key: getattr(arithmetic, key) for key in arithmetic.__all__}
    known |= {key: getattr(verify, key) for key in verify.__all__} | {"np": np, "math": math}
    matrix = ARRAYS[kind]
    values = {"A": matrix, "B": matrix, "S": matrix, "R": A, "v": matrix[0], "x": matrix[0, 0], "y": matrix[1, 1]}
    values["f"] = arithmetic.determinant
    names = {node.id for node in ast.walk(ast.parse(INSTEAD[name], mode="eval")) if isinstance(node, ast.Name)}
    assert names <= known.keys() | values.keys()
    try:
        assert eval(INSTEAD[name], known | values) is not None
    except ArithmeticError:
        assert kind == "exact"  # what is irrational is judged in balls


def test_a_number_alone_is_told_how_to_have_an_arithmetic():
    for alone in (2, 0.5, Fraction(1, 3)):
        with pytest.raises(arithmetic.Unsupported, match=rf"write number\({alone}, A\)"):
            arithmetic.log(alone)
    assert arithmetic.log(np.float64(1)) == 0


@pytest.mark.parametrize("kind", ["exact", "balls"])
def test_arrays_are_not_written_into(kind):
    with pytest.raises(TypeError, match="not written into: make a new array, with stack"):
        ARRAYS[kind][0, 0] = 1


def test_protocols_that_others_ask_for_are_absent_without_a_word():
    for x in ARRAYS.values():
        assert not hasattr(x, "__array_interface__")
        assert getattr(x, "__deepcopy__", None) is None
        assert not hasattr(x, "device")


CLAIMS = """
import math
import numpy as np
import scipy.linalg
from reference.arithmetic import *
from verify import *

@claim("odd/exponential", "x")
def test_exponential(A: Symmetric["n"]):
    leq(0, trace(scipy.linalg.expm(A)))

@claim("odd/root", "x")
def test_root(x: Positive):
    leq(math.sqrt(x), 1 + x)

@claim("odd/imaginary", "x")
def test_imaginary(A: Symmetric["n"]):
    leq(1j * A, A)

@claim("odd/norm", "x")
def test_norm(v: Vector["n"]):
    leq(0, squared_norm(v))

@claim("odd/indefinite", "x")
def test_indefinite(A: Symmetric["n"]):
    leq(log_determinant(A), trace(A))

@claim("odd/singular", "x")
def test_singular(A: Symmetric["n"]):
    equal(inverse(inverse(A)) + exp(0 * A), A + exp(0 * A))

@claim("odd/quotient", "x")
def test_quotient(x: Scalar):
    equal(x / x, 1)
"""

MESSAGES = {
    "exponential": "at odd.py:10: scipy.linalg.expm may branch on, or round, exact numbers: write expm(A)",
    "root": "at odd.py:14: math.sqrt may branch on, or round, exact numbers: write sqrt(x)",
    "imaginary": "at odd.py:18: ≤: the imaginary part is not certainly 0",
    "norm": "at odd.py:22: squared_norm: a matrix is needed, not an array of shape (1,): of a vector write",
    "indefinite": "at 1024 bits: log_determinant: the matrix is not positive definite",
    "singular": "at 1024 bits: solve: the matrix is singular",
    "quotient": "at 1024 bits: a division by zero",
}


@pytest.mark.long
def test_a_claim_that_calls_what_is_refused_is_an_error_that_names_the_line_and_the_mend(capsys, folder):
    (folder / "odd.py").write_text(CLAIMS, encoding="utf-8")
    _, report, _ = run(capsys, "odd.py")
    assert {result["id"].removeprefix("odd/") for result in report["claims"]} == MESSAGES.keys()
    for result in report["claims"]:
        assert result["verdict"] == "error"
        assert MESSAGES[result["id"].removeprefix("odd/")] in result["message"]
        assert len(result["message"].splitlines()) == 1
