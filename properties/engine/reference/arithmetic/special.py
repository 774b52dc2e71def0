"""Every function of matrices, in every arithmetic, at matrices where something is special: ties, zeros, no rows."""

from fractions import Fraction
from functools import cache, partial
from math import inf

import numpy as np
import pytest
import scipy.linalg
import sympy
import torch
from flint import acb, ctx

from properties.engine.helpers.arithmetics import permanent
from properties.engine.helpers.slow import but
from reference import arithmetic as a
from reference.arithmetic.complexes import Complex, ComplexBalls, ComplexRationals, complex_balls
from reference.arithmetic.exact import Balls, Irrational, balls, rationals
from reference.arithmetic.kinds import symbols
from reference.arithmetic.lanes import ComplexLanes, Lanes, floats, stack, unstack
from reference.arithmetic.rigorous import Rigorous
from reference.arithmetic.spectra import is_hermitian_to_the_letter
from reference.arithmetic.terms.array import inputs, values
from reference.arithmetic.terms.term import NoForm


def diagonal(*entries):
    return rationals(np.diag(entries))


TURN = rationals([[1, -2, 2], [2, -1, -2], [2, 2, 1]]) / 3
UNITARY = (rationals([[3, 0], [0, 3]]) + 1j * rationals([[0, 4], [4, 0]])) / 5
NO_ROWS = rationals(np.zeros((0, 0), dtype=int))
MATRICES = [
    *(TURN @ diagonal(*s) @ TURN.mT for s in ((9, 4, 1), (4, 4, 1), (4, 0, 0), (4, -1, 0), (-1, -9, -1), (4, 1, 0))),
    *(rationals(m) for m in (
        [[0, 0], [0, 0]], [[1, 0], [0, 1]], [[4]], [[-9]], [[0]], [[3, 0, 4], [0, 5, 0]], [[3, 4]], [[0, 0, 0]],
        [[0, 1], [0, 0]], [[0, -4], [4, 0]], [[1, 5], [0, 4]], [[1, 5], [0, 1]], [[0, 1], [1, 0]],
    )),
    NO_ROWS,
    *(UNITARY @ diagonal(*s) @ UNITARY.H for s in ((9, 4), (4, -1), (1, 0), (4, 4), (-1, -4))),
    1j * rationals([[3, 4]]), 1j * rationals([[0, 1], [0, 0]]), 1j * rationals([[9]]), (1 + 0j) * rationals([[4]]),
    rationals([[1, 5], [0, 4]]) + 1j * rationals([[0, 1], [0, 0]]), 1j * rationals([[0, -1], [1, 0]]), 1j * NO_ROWS,
]  # fmt: skip
MATRICES += [x.mT for x in MATRICES if x.shape[0] != x.shape[1]]


def entry_of_symbols(v):
    v = complex(v)
    return sympy.nsimplify(v.real) + sympy.I * sympy.nsimplify(v.imag)


KINDS = {
    "exact": lambda x: x, "balls": lambda x: complex_balls(x) if isinstance(x, ComplexRationals) else balls(x),
    "lanes": lambda x: unstack(np.stack([floats(x), 2 * floats(x)])),
    "terms": lambda x: inputs(x, 0),
    "symbols": lambda x: symbols(np.frompyfunc(entry_of_symbols, 1, 1)(floats(x))),
    "numpy": floats, "torch": lambda x: torch.tensor(floats(x)),
}  # fmt: skip


def of_spectrum(function):
    def value(x):
        spectrum, vectors = np.linalg.eigh(x)
        return (vectors * function(spectrum.round(9))) @ vectors.conj().T

    return value


def radius(x):
    turned = np.exp(1j * np.arange(0, 360) * np.pi / 180)[:, None, None] * x
    return np.linalg.eigvalsh((turned + turned.conj().mT) / 2)[:, -1].max() if len(x) else 0.0


def singular(x):
    return np.linalg.svd(x, compute_uv=False) if x.size else np.zeros(min(x.shape))


def polar(x):
    _, s, v = np.linalg.svd(x, full_matrices=False)
    return (v.conj().T * s) @ v


def spectrum(x):
    return np.linalg.eigvals(x + 0j).round(6)


ANY, SQUARE, HERMITIAN, SEMIDEFINITE, DEFINITE, REGULAR, REAL, FULL, ROWS = (
    lambda x: True, lambda x: x.shape[0] == x.shape[1], lambda x: SQUARE(x) and (x == x.conj().T).all(),
    lambda x: HERMITIAN(x) and (np.linalg.eigvalsh(x) > -1e-9).all(),
    lambda x: HERMITIAN(x) and (np.linalg.eigvalsh(x) > 1e-9).all(),
    lambda x: SQUARE(x) and abs(np.linalg.det(x)) > 1e-9, lambda x: not np.iscomplexobj(x),
    lambda x: x.size and (singular(x) > 1e-9).all(), lambda x: x.size > 0,
)  # fmt: skip
"""Where a function has a value."""

REALS = {  # of real values, whatever the entries are
    "squared_norm": (a.squared_norm, ANY, lambda x: (abs(x) ** 2).sum()),
    "column_squared_norms": (a.column_squared_norms, ANY, lambda x: (abs(x) ** 2).sum(0)),
    "nonzero_columns": (a.nonzero_columns, ANY, lambda x: (abs(x).sum(0) > 0).sum()),
    "nonzero": (a.nonzero, ANY, lambda x: 1 * (x != 0)),
    "log_determinant": (a.log_determinant, DEFINITE, lambda x: np.linalg.slogdet(x)[1]),
    "eigenvalues": (a.eigenvalues, HERMITIAN, lambda x: np.linalg.eigvalsh(x)[::-1]),
    "singular_values": (a.singular_values, ANY, singular),
    "general_eigenvalues": (lambda x: a.general_eigenvalues(x, a.real), SQUARE, lambda x: -np.sort(-spectrum(x).real)),
    "general_eigenvalues, imag": (
        lambda x: a.general_eigenvalues(x, a.imag), SQUARE, lambda x: -np.sort(-spectrum(x).imag)),
    "spectral_radius": (a.spectral_radius, SQUARE, lambda x: abs(spectrum(x)).max(initial=0)),
    "condition_number": (a.condition_number, FULL, lambda x: singular(x)[0] / singular(x)[-1]),
    "numerical_radius": (a.numerical_radius, SQUARE, radius),
    "norm": (lambda x: a.norm(x, "fro"), ANY, lambda x: np.sqrt((abs(x) ** 2).sum())),
    "norm, nuclear": (lambda x: a.norm(x, "nuclear"), ANY, lambda x: singular(x).sum()),
    "norm, spectral": (lambda x: a.norm(x, 2), ANY, lambda x: singular(x).max(initial=0)),
    "norm, 1": (lambda x: a.norm(x, 1), ANY, lambda x: abs(x).sum(0).max(initial=0)),
    "norm, inf": (lambda x: a.norm(x, inf), ANY, lambda x: abs(x).sum(1).max(initial=0)),
    "norm, ky-fan": (lambda x: a.norm(x, "ky-fan-2"), ANY, lambda x: singular(x)[:2].sum()),
    "norm, schatten": (lambda x: a.norm(x, "schatten-3"), ANY, lambda x: (singular(x) ** 3).sum() ** (1 / 3)),
    "absolute": (a.absolute, ANY, abs), "real": (a.real, ANY, np.real), "imag": (a.imag, ANY, np.imag),
}  # fmt: skip
SAME = {  # of values that are complex where the entries are
    "trace": (a.trace, SQUARE, np.trace), "diagonal": (a.diagonal, ANY, np.diagonal),
    "determinant": (a.determinant, SQUARE, np.linalg.det), "permanent": (a.permanent, SQUARE, permanent),
    "inverse": (a.inverse, REGULAR, np.linalg.inv),
    "solve": (lambda x: a.solve(x, x[:, :1]), lambda x: REGULAR(x) and x.size, lambda x: np.eye(len(x))[:, :1]),
    "adjoint": (a.adjoint, ANY, lambda x: x.conj().T), "conj": (a.conj, ANY, np.conj),
    "symmetric_part": (a.symmetric_part, lambda x: SQUARE(x) and REAL(x), lambda x: (x + x.T) / 2),
    "hermitian_part": (a.hermitian_part, SQUARE, lambda x: (x + x.conj().T) / 2),
    "absm": (a.absm, ANY, polar), "expm": (a.expm, SQUARE, scipy.linalg.expm),
    "sqrtm": (a.sqrtm, SEMIDEFINITE, of_spectrum(np.sqrt)), "logm": (a.logm, DEFINITE, of_spectrum(np.log)),
    "powm": (lambda x: a.powm(x, Fraction(-3, 2)), DEFINITE, of_spectrum(lambda t: t**-1.5)),
    "powm, root": (lambda x: a.powm(x, Fraction(3, 2)), SEMIDEFINITE, of_spectrum(lambda t: t**1.5)),
    **{f"powm, {k}": (partial(a.powm, p=k), REGULAR if k < 0 else SQUARE, partial(np.linalg.matrix_power, n=k))
       for k in (-3, -1, 0, 1, 2, 3, 4, 5, 7)},
    "spectral": (lambda x: a.spectral(x, lambda t: t * t - 1), HERMITIAN, of_spectrum(lambda t: t * t - 1)),
    "spectral, one": (lambda x: a.spectral(x, lambda t: 2), HERMITIAN, of_spectrum(lambda t: 2 + 0 * t)),
    "projector": (a.projector, HERMITIAN, of_spectrum(lambda t: 1.0 * (t > 0))),
    "projector, above": (lambda x: a.projector(x, a.number(Fraction(1, 2), a.real(x))), HERMITIAN,
                         of_spectrum(lambda t: 1.0 * (t > 0.5))),
    "geometric_mean": (lambda x: a.geometric_mean(x, x @ x @ x), DEFINITE, lambda x: x @ x),
    "kron": (lambda x: a.kron(x, x.mT), ANY, lambda x: np.kron(x, x.T)),
    "commutator": (lambda x: a.commutator(x, x.mT), SQUARE, lambda x: x @ x.T - x.T @ x),
    "product": (lambda x: a.product([x, x.mT, x]), ANY, lambda x: x @ x.T @ x),
    "partial_trace": (lambda x: a.partial_trace(a.kron(x, x @ x), (len(x),) * 2, 0), lambda x: SQUARE(x) and x.size,
                      lambda x: np.trace(x) * x @ x),
    "concatenate": (lambda x: a.concatenate([x, x @ x]), SQUARE, lambda x: np.concatenate([x, x @ x], -1)),
}  # fmt: skip
OF_NUMBERS = {"maximum", "minimum", "greater", "where", "sort_descending", "stack", "number", "pi", "zeros", "identity",
              "leading_identity", "as_vector", "as_matrix", "rectangular_diagonal", "gradient", "hessian", "exactly",
              "exp", "log", "tanh", "erfc", "sqrt", "rank", "Inexact", "OutsideDomain", "Unsupported"}  # fmt: skip
"""What is not of one matrix, or makes one, or is of each entry."""

SINGULAR = {"eigenvalues", "singular_values", "condition_number", "norm, nuclear", "norm, spectral", "norm, ky-fan"}
ROOTS = {"norm, schatten", "numerical_radius", "expm", "logm"}
GENERAL = {"general_eigenvalues", "general_eigenvalues, imag", "spectral_radius"}
BY_SPECTRUM = {"absm", "sqrtm", "powm", "powm, root", "spectral", "spectral, one", "projector", "projector, above",
               "geometric_mean"}  # fmt: skip

ROOTED = {"absolute": abs, "norm, 1": abs, "norm, inf": abs, "norm": np.linalg.norm, "absm": singular}
"""Of fractions these have roots, of numbers whose denominators are 9 or 25."""


def not_whole(x):
    return abs(x - np.round(x)).max(initial=0) > 1e-6


def refused(kind, name, m):
    """Return the error of a function that has a value, but none in an arithmetic."""
    rows, columns = m.shape
    if not rows and name in {"numerical_radius", "expm"}:
        return None
    if not rows and name in BY_SPECTRUM - {"absm"} | {"logm"} and kind != "symbols":
        return None
    if kind == "exact" and name in SINGULAR | ROOTS | {"log_determinant"}:
        return Irrational
    if kind == "exact" and name in GENERAL and spectrum(floats(m)).imag.any():
        return Irrational
    if kind == "exact" and name in ROOTED and not_whole(225 * ROOTED[name](floats(m))):
        return Irrational
    if kind == "symbols" and name in SINGULAR | ROOTS | GENERAL | BY_SPECTRUM:
        return a.Unsupported
    if kind == "terms" and (name in ROOTS | GENERAL | BY_SPECTRUM or (name in SINGULAR and min(rows, columns) > 2)):
        return NoForm
    return None


def plain(x):
    """Return a result as floats, and the largest radius."""
    x = values(x)
    if isinstance(x, (Lanes, ComplexLanes)):
        return stack(x)[0][0], 0.0
    if isinstance(x, (Balls, ComplexBalls)):
        entries = [acb(v) for v in np.ravel(np.asarray(x.array, dtype=object))]
        middles = np.array([complex(v.mid()) for v in entries], dtype=complex).reshape(x.shape)
        return middles, max((float(v.rad()) for v in entries), default=0.0)
    if isinstance(x, Rigorous):
        return floats(x), 0.0
    return np.asarray(x.resolve_conj() if isinstance(x, torch.Tensor) else x, dtype=complex), 0.0


def is_real(x):
    """Say whether a result is of an arithmetic of real numbers; of expressions that may be either."""
    if isinstance(x, Rigorous):
        return not isinstance(x, Complex)
    return not (x.is_complex() if isinstance(x, torch.Tensor) else np.iscomplexobj(x))


LIGHT = {"determinant", "permanent", "trace", "diagonal", "adjoint", "squared_norm", "hermitian_part", "nonzero"}
"""What SymPy does fast of more than two rows."""

STATED = {"hermitian_part", "symmetric_part", "absm", "expm", "sqrtm", "logm", "powm", "powm, root", "spectral",
          "spectral, one", "geometric_mean"}  # fmt: skip
"""What is Hermitian of a Hermitian matrix, and in balls to the letter: so its eigenvalues are as tight as it is."""

EACH = {"torch": 3, "symbols": 2}  # of these every second or third matrix is enough: others compute
FUNCTIONS = [(name, *case) for name, case in (REALS | SAME).items()]
FLOATS = [floats(m) for m in MATRICES]


@cache
def wanted_of(name, k):
    return np.asarray((REALS | SAME)[name][2](FLOATS[k]))


@pytest.mark.parametrize("kind", KINDS)
def test_a_function_is_what_it_is_of_floats_and_changes_nothing(kind):
    for k, (m, p) in enumerate(zip(MATRICES, FLOATS, strict=True)):
        if (kind == "terms" and isinstance(m, Complex)) or k % EACH.get(kind, 1):
            continue
        x = KINDS[kind](m.mT).mT
        before = str(getattr(x, "array", x))
        for name, function, domain, _ in FUNCTIONS:
            if not domain(p) or (kind == "symbols" and max(m.shape) > 2 and name not in LIGHT):
                continue
            what = kind, name, p.tolist()
            if error := refused(kind, name, m):
                with pytest.raises(error):
                    print("has a value:", what, function(x))
            else:
                judge(function(x), x, name, wanted_of(name, k), what)
        assert str(getattr(x, "array", x)) == before, what


def judge(found, x, name, wanted, what):
    """Assert that a result is what NumPy's is, in its shape and arithmetic."""
    kind, _, p = what
    value, radius = plain(found)
    assert value.shape == wanted.shape, what
    if kind != "symbols":  # which may be either
        # of fractions the projector of a definite matrix is the identity, and of no rows there are but constants
        real = is_real(x) or name in REALS or (kind == "exact" and "projector" in name) or not p
        assert is_real(found) or not (is_real(x) or name in REALS), what
        assert real or not is_real(found), what
    if name == "projector" and kind != "exact" and p and abs(np.linalg.eigvalsh(p)).min() < 0.1:
        return  # a tie with 0 is what rounding makes of it
    np.testing.assert_allclose(value, wanted, rtol=1e-9, atol=1e-6, err_msg=str(what))
    least = 2.0 ** (-22 if name in ("sqrtm", "powm, root") else -36)  # of a root at 0, half of the digits
    assert radius <= least * abs(wanted).max(initial=1), (what, radius)


@pytest.mark.parametrize("kind", KINDS)
def test_no_matrices_have_as_many_values_of_the_same_shape(kind):
    for k, (m, p) in list(enumerate(zip(MATRICES, FLOATS, strict=True)))[:: 1 if kind == "exact" else 5]:
        if not (kind in ("terms", "symbols") and isinstance(m, Complex)):
            x = KINDS[kind](m)[None][:0]
            for name, function, domain, _ in FUNCTIONS:
                by_place = name in ("solve", "partial_trace")  # which name rows from the first on
                if domain(p) and not by_place and not refused(kind, name, m):
                    assert function(x).shape == (0, *np.shape(wanted_of(name, k))), (kind, name, p.tolist())


def test_what_is_stated_of_a_hermitian_ball_is_hermitian_to_the_letter():
    for m, p in zip(MATRICES, FLOATS, strict=True):
        if p.size and HERMITIAN(p):
            x = a.hermitian_part(KINDS["balls"](m) / 3)
            for name in STATED:
                function, domain, _ = (REALS | SAME)[name]
                if domain(p) and (name != "symmetric_part" or not isinstance(m, Complex)):
                    assert is_hermitian_to_the_letter(function(x).bare()), (name, p)


@pytest.mark.parametrize("bits", but([40, 70], 40, mark="long"))
def test_balls_hold_what_fractions_are_and_are_as_small_as_their_precision(bits):
    for m, p in zip(MATRICES, FLOATS, strict=True):
        for name, function, domain, _ in FUNCTIONS:
            if not domain(p) or refused("exact", name, m):
                continue
            with ctx.workprec(bits):
                found = np.ravel(np.asarray(function(KINDS["balls"](m)).array, dtype=object))
            with ctx.workprec(400):
                true = np.ravel(np.asarray(KINDS["balls"](function(m) + 0j).array, dtype=object))
                gaps = [acb(x) - acb(y) for x, y in zip(found, true, strict=True)]
                assert all(gap.real.contains(0) and gap.imag.contains(0) for gap in gaps), (name, p, found, true)
            share = 2 if name in ("sqrtm", "powm, root") or name in GENERAL else 1
            largest = max((abs(complex(y)) for y in true), default=1)
            if name != "projector":  # of which a ball knows no tie
                assert all(float(gap.rad()) <= 2.0 ** (18 - bits / share) * max(1, largest) for gap in gaps), (name, p)


def test_every_function_is_among_them():
    assert {name.partition(",")[0] for name in REALS | SAME} | OF_NUMBERS == set(a.__all__)
