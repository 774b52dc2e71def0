"""What is to be written instead of a function of NumPy or SciPy is that function, of floats."""

import math
import operator
from itertools import product

import numpy as np
import pytest
import scipy.linalg
import scipy.special

import verify
from reference import arithmetic
from reference.arithmetic.exact import rationals
from reference.arithmetic.refusals import INSTEAD

A, B = np.array([[4.0, 1], [2, 3]]), np.array([[1.0, -2], [0, 5]])
S, V = np.array([[4.0, 1], [1, 3]]), np.array([2.0, -3, 0.5])
X, Y = np.float64(0.75), np.float64(1.25)

OF_NUMBERS = {
    **{name: getattr(np, name) for name in (
        "abs", "fabs", "sqrt", "exp", "log", "tanh", "exp2", "log2", "log10", "reciprocal", "sign",
    )},
    **{name: getattr(scipy.special, name) for name in ("erf", "erfc", "expit", "entr")},
    "heaviside": lambda x: np.heaviside(x, 0), "power": lambda x: np.power(x, 2), "pow": lambda x: math.pow(x, 2),
    "zeros_like": np.zeros_like, "ones_like": np.ones_like, "full_like": lambda x: np.full_like(x, 2),
    "clip": lambda x: np.clip(x, 0, 1), "clamp": lambda x: np.clip(x, 0, 1), "nonzero": lambda x: float(x != 0),
    "isqrt": np.sqrt,
}  # fmt: skip
OF_TWO = {
    **{name: getattr(np, name) for name in ("maximum", "fmax", "minimum", "fmin", "hypot", "logaddexp")},
    "where": np.maximum, "select": np.maximum, "piecewise": np.maximum,
    "array": lambda x, y: np.array([[x, y], [y, x]]), "asarray": lambda x, y: np.array([x, y]),
    "tensor": lambda x, y: np.array([x, y]),
}  # fmt: skip
OF_VECTORS = {
    **{name: getattr(np, name) for name in (
        "max", "amax", "nanmax", "min", "amin", "nanmin", "mean", "average", "ptp", "count_nonzero",
    )},
    "sort": lambda v: np.sort(v)[::-1], "median": lambda v: np.sort(v)[::-1], "fsum": math.fsum,
    "logsumexp": scipy.special.logsumexp, "softmax": scipy.special.softmax, "vector_norm": np.linalg.norm,
    "vdot": lambda v: np.vdot(v, v),
}  # fmt: skip
OF_MATRICES = {
    **{name: getattr(np.linalg, name) for name in ("det", "inv", "cond", "norm", "matrix_norm", "svdvals")},
    **{name: getattr(np, name) for name in ("trace", "diag", "diagonal", "tril", "triu", "transpose", "ravel", "size")},
    "svd": lambda x: np.linalg.svd(x)[1], "flatten": np.ravel, "permute_dims": np.transpose,
    "matrix_power": lambda x: np.linalg.matrix_power(x, 3), "expm": scipy.linalg.expm, "matrix_exp": scipy.linalg.expm,
    "eigvals": lambda x: -np.sort(-abs(np.linalg.eigvals(x))), "eig": lambda x: -np.sort(-abs(np.linalg.eigvals(x))),
    "matvec": lambda x: x @ V[:2],
}  # fmt: skip
OF_SYMMETRIC = {
    "eigvalsh": lambda s: np.linalg.eigvalsh(s)[::-1], "eigh": lambda s: np.linalg.eigvalsh(s)[::-1],
    "logm": scipy.linalg.logm, "sqrtm": scipy.linalg.sqrtm, "funm": lambda s: scipy.linalg.funm(s, np.exp),
    "fractional_matrix_power": lambda s: scipy.linalg.fractional_matrix_power(s, 0.5),
    "slogdet": lambda s: np.linalg.slogdet(s)[1],
}  # fmt: skip
OF_PAIRS = {"dot": np.dot, "matmul": np.matmul, "kron": np.kron, "solve": np.linalg.solve,
            "multi_dot": lambda a, b: np.linalg.multi_dot([a, b])}  # fmt: skip
DERIVED = {"grad", "gradient", "jacobian", "hessian"}
EXACT = {"matrix_rank"}
STATED = {
    **{name: getattr(operator, name[0] + ("e" if "_equal" in name else "t")) for name in (
        "greater", "less", "greater_equal", "less_equal",
    )},
    **dict.fromkeys(("equal", "isclose", "allclose", "array_equal"), operator.eq), "not_equal": operator.ne,
    "all": operator.le, "any": lambda x, y: True,
}  # fmt: skip
"""What is no number, but a statement of a claim."""


def wanted(name, x, y, v):
    """Return what the function itself makes of these, or None if it is not among those that are compared."""
    for table, arguments in (
        (OF_NUMBERS, (x,)), (OF_TWO, (x, y)), (OF_VECTORS, (v,)), (OF_MATRICES, (A,)), (OF_SYMMETRIC, (S,)),
        (OF_PAIRS, (A, B)),
    ):  # fmt: skip
        if name in table:
            return table[name](*arguments)
    return None


def test_all_are_compared_but_statements_derivatives_and_what_is_exact():
    compared = {name for name in INSTEAD if wanted(name, X, Y, V) is not None}
    assert INSTEAD.keys() - compared == DERIVED | EXACT | STATED.keys()
    tables = OF_NUMBERS, OF_TWO, OF_VECTORS, OF_MATRICES, OF_SYMMETRIC, OF_PAIRS
    assert set().union(*tables) <= INSTEAD.keys()


@pytest.mark.parametrize("name", sorted(INSTEAD.keys() - DERIVED - EXACT - STATED.keys()))
def test_it_is_what_it_stands_for(name):
    known = {key: getattr(arithmetic, key) for key in arithmetic.__all__} | {
        "math": math,
        "np": np,
        "A": A,
        "B": B,
        "S": S,
    }
    for x, y in ((X, Y), (Y, X), (np.float64(3), np.float64(0.5))):
        v = V[:2] if name == "matvec" else V
        with np.errstate(all="ignore"):
            found = eval(INSTEAD[name], known | {"x": x, "y": y, "v": v})
        np.testing.assert_allclose(found, wanted(name, x, y, v), rtol=1e-12)


def test_what_may_be_negative_keeps_its_sign_where_the_function_does():
    for name in ("abs", "fabs", "sign", "heaviside", "clip", "clamp", "nonzero"):
        for x in (np.float64(-2), np.float64(0.5)):
            known = {key: getattr(arithmetic, key) for key in arithmetic.__all__} | {"x": x}
            assert eval(INSTEAD[name], known) == OF_NUMBERS[name](x)


@pytest.mark.parametrize("name", STATED)
def test_a_statement_says_what_the_comparison_does(name):
    for x, y in product(range(3), repeat=2):
        known = {key: getattr(verify, key) for key in ("leq", "less", "equal")}
        stated = eval(INSTEAD[name], known | {"x": rationals(x), "y": rationals(y)})
        assert stated.value is STATED[name](x, y)


def test_derivatives_and_ranks_are_called_by_their_names():
    assert {INSTEAD[name] for name in ("grad", "gradient", "jacobian")} == {"gradient(f, A)"}
    assert (INSTEAD["hessian"], INSTEAD["matrix_rank"]) == ("hessian(f, A)", "rank(R)")
