"""Complex numbers in every arithmetic: what NumPy's complex128 and SymPy say, and enclosures that enclose."""

import operator
from fractions import Fraction

import numpy as np
import pytest
import scipy.linalg
import sympy
import torch
from flint import acb, arb, ctx, fmpq

from properties.engine.helpers.arithmetics import permanent
from properties.engine.helpers.slow import but, crossed
from reference import arithmetic as a
from reference.arithmetic.complexes import ComplexBalls, ComplexRationals, complex_balls
from reference.arithmetic.exact import Balls, Irrational, Rationals, balls, rationals
from reference.arithmetic.gaussian_rational import GaussianRational
from reference.arithmetic.lanes import ComplexLanes, Lanes, floats, stack, unstack
from verify.proving import symbols as unknown

RNG = np.random.default_rng(0)


def exact(*shape):
    real, imag = (rationals(RNG.integers(-5, 6, shape)) for _ in range(2))
    return (real + 1j * imag) / 4


SQUARE, WIDE = exact(2, 3, 3), exact(2, 2, 3)
HERMITIAN = SQUARE + SQUARE.H
DEFINITE = SQUARE @ SQUARE.H + rationals(np.eye(3, dtype=int))


def symbols(x):
    return np.array([sympy.Rational(*_parts(p)) + sympy.I * sympy.Rational(*_parts(q)) for p, q in zip(
        np.ravel(x.real.array), np.ravel(x.imag.array), strict=True)], dtype=object).reshape(x.shape)  # fmt: skip


def _parts(x):
    return int(x.p), int(x.q)


LIFTS = {
    "exact": lambda x: x, "balls": complex_balls, "lanes": lambda x: unstack(np.stack([floats(x)] * 3)),
    "numpy": floats, "torch": lambda x: torch.tensor(floats(x)), "symbols": symbols,
}  # fmt: skip


def plain(x):
    """Return the numbers of any arithmetic, of lanes those of the last instance, as NumPy's."""
    if isinstance(x, (Rationals, ComplexRationals)):
        return floats(x)
    if isinstance(x, (Balls, ComplexBalls)):
        return np.array(x.map(lambda ball: complex(acb(ball).mid())).array, dtype=complex)
    return stack(x)[0][-1] if isinstance(x, (Lanes, ComplexLanes)) else np.array(x.tolist(), dtype=complex)


def mt(x):
    return x.conj().mT


def by_spectrum(function):
    def value(x):
        values, vectors = np.linalg.eigh(x)
        return (vectors * function(values)[..., None, :]) @ mt(vectors)

    return value


OF_MATRICES = {  # no symbols
    "sqrtm": (a.sqrtm, by_spectrum(np.sqrt), DEFINITE),
    "powm": (lambda x: a.powm(x, Fraction(-1, 3)), by_spectrum(lambda t: t ** (-1 / 3)), DEFINITE),
    "logm": (a.logm, by_spectrum(np.log), DEFINITE),
    "spectral": (lambda x: a.spectral(x, a.exp), by_spectrum(np.exp), HERMITIAN),
    "a unitary one": (
        lambda x: a.spectral(x, lambda t: a.exp(t * 1j)), by_spectrum(lambda t: np.exp(1j * t)), HERMITIAN
    ),
    "projector": (a.projector, by_spectrum(lambda t: 1.0 * (t > 0)), HERMITIAN),
    "absm": (a.absm, lambda x: np.stack([scipy.linalg.polar(m)[1] for m in x]), WIDE),
    "expm": (a.expm, lambda x: np.stack([scipy.linalg.expm(m) for m in x]), SQUARE),
    "geometric_mean": (
        lambda x: a.geometric_mean(x, x * a.conj(x)),
        lambda x: np.stack([m @ scipy.linalg.sqrtm(np.linalg.solve(m, m * m.conj())) for m in x]), DEFINITE,
    ),
    "general_eigenvalues": (
        lambda x: a.general_eigenvalues(x, a.real), lambda x: np.sort(np.linalg.eigvals(x).real)[..., ::-1], SQUARE
    ),
    "spectral_radius": (a.spectral_radius, lambda x: abs(np.linalg.eigvals(x)).max(-1), SQUARE),
    "condition_number": (a.condition_number, np.linalg.cond, SQUARE),
    "norm": (lambda x: a.norm(x, "schatten-3"), lambda x: (np.linalg.svd(x)[1] ** 3).sum(-1) ** (1 / 3), WIDE),
}  # fmt: skip

REAL = ("general_eigenvalues", "spectral_radius", "condition_number", "norm")

FUNCTIONS = {  # ours, NumPy's, arguments; and what has no value: fractions, symbols
    "trace": (a.trace, lambda x: np.trace(x, axis1=1, axis2=2), SQUARE, ""),
    "diagonal": (a.diagonal, lambda x: np.diagonal(x, axis1=1, axis2=2), WIDE, ""),
    "squared_norm": (a.squared_norm, lambda x: np.linalg.norm(x, axis=(1, 2)) ** 2, WIDE, ""),
    "columns": (a.column_squared_norms, lambda x: np.linalg.norm(x, axis=1) ** 2, WIDE, ""),
    "nonzero": (a.nonzero, lambda x: 1 * (x != 0), SQUARE - 1, ""),
    "adjoint": (a.adjoint, mt, WIDE, ""),
    "real": (a.real, np.real, WIDE, ""),
    "imag": (a.imag, np.imag, WIDE, ""),
    "conj": (a.conj, np.conj, WIDE, ""),
    "hermitian_part": (a.hermitian_part, lambda x: (x + mt(x)) / 2, SQUARE, ""),
    "solve": (lambda x: a.solve(x, x @ x.mT), lambda x: np.linalg.solve(x, x @ x.mT), SQUARE, ""),
    "inverse": (a.inverse, np.linalg.inv, SQUARE, ""),
    "determinant": (a.determinant, np.linalg.det, SQUARE, ""),
    "log_determinant": (a.log_determinant, lambda x: np.linalg.slogdet(x)[1], DEFINITE, "exact"),
    "eigenvalues": (a.eigenvalues, lambda x: np.linalg.eigvalsh(x)[..., ::-1], HERMITIAN, "exact symbols"),
    "singular_values": (a.singular_values, lambda x: np.linalg.svd(x)[1], WIDE, "exact symbols"),
    "absolute": (a.absolute, np.abs, SQUARE, "exact"),
    "exp": (a.exp, np.exp, SQUARE, "exact"),
    "log": (a.log, np.log, SQUARE + 7, "exact"),
    "sqrt": (a.sqrt, np.sqrt, SQUARE, "exact"),
    "tanh": (a.tanh, np.tanh, SQUARE / 4, "exact"),
    **{name: (*case, "exact symbols") for name, case in OF_MATRICES.items()},
    "permanent": (a.permanent, lambda x: np.stack([permanent(m) for m in x]), SQUARE, ""),
    "kron": (lambda x: a.kron(x, x), lambda x: np.stack([np.kron(m, m) for m in x]), WIDE, ""),
    "commutator": (lambda x: a.commutator(x, a.adjoint(x)), lambda x: x @ mt(x) - mt(x) @ x, SQUARE, ""),
    "partial_trace": (
        lambda x: a.partial_trace(a.kron(x, x), (3, 3), 0),
        lambda x: x * np.trace(x, axis1=1, axis2=2)[:, None, None], SQUARE, "",
    ),
    "stack": (lambda x: a.stack([x[:, 0, 0], 1]), lambda x: np.stack([x[:, 0, 0], 1 + 0 * x[:, 0, 0]], -1), WIDE, ""),
    "a unit": (lambda x: a.number(1j, x) * x, lambda x: 1j * x, SQUARE, ""),
    "a number": (lambda x: a.number(2 - 0.5j, x) * x, lambda x: (2 - 0.5j) * x, SQUARE, ""),
    "concatenate": (lambda x: a.concatenate([x, x]), lambda x: np.concatenate([x, x], -1), SQUARE, ""),
    "powers": (lambda x: x**3 - x, lambda x: x**3 - x, SQUARE, ""),
    "quotients": (lambda x: x / (x + 9), lambda x: x / (x + 9), SQUARE, ""),
    "an order": (lambda x: a.maximum(a.real(x), a.imag(x)), lambda x: np.maximum(x.real, x.imag), SQUARE, ""),
    "a branch": (
        lambda x: a.where(a.greater(a.real(x), 0), x, 2 * x), lambda x: np.where(x.real > 0, x, 2 * x), SQUARE, ""
    ),
}  # fmt: skip


@pytest.mark.parametrize(("lift", "name"), crossed(LIFTS, FUNCTIONS, 9))
def test_a_function_of_complex_numbers_is_numpys(name, lift):
    function, expected, argument, without = FUNCTIONS[name]
    x = LIFTS[lift](argument)
    if lift in without:
        with pytest.raises((Irrational, TypeError)):
            function(x)
        return
    value = function(x)
    np.testing.assert_allclose(plain(value), expected(floats(argument)), rtol=1e-9, atol=1e-12)
    if name in (
        "squared_norm",
        "columns",
        "eigenvalues",
        "singular_values",
        "log_determinant",
        "absolute",
        "real",
        *REAL,
    ):
        assert isinstance(value, (Rationals, Balls, Lanes)) or np.isrealobj(plain(value)) or not plain(value).imag.any()


@pytest.mark.parametrize("bits", but([53, 64, 200], 53, 200, mark="long"))
@pytest.mark.parametrize("name", FUNCTIONS)
def test_complex_balls_enclose(name, bits):
    function, _, argument, without = FUNCTIONS[name]
    with ctx.workprec(600):
        truth = function(argument if "exact" not in without else complex_balls(argument))
        truth = LIFTED.get(type(truth), lambda x: x)(truth)
    for few in (3, 6, 10, bits):
        with ctx.workprec(few):
            value = function(complex_balls(argument))
        assert type(value) is type(truth)
        for ball, exactly in zip(map(acb, np.ravel(value.array)), np.ravel(truth.array), strict=True):
            assert ball.overlaps(acb(exactly)) if few == bits or ball.is_finite() else True
            assert few < bits or ball.rad() < arb(2) ** (20 - bits)


LIFTED = {Rationals: balls, ComplexRationals: complex_balls}


# --- the operations -------------------------------------------------------------------------------------------------

MIXED = {
    "1j A": lambda x, z: 1j * x + x * (2 - 1j),
    "A + Z": lambda x, z: x + z - (z - x) * 3,
    "A @ Z": lambda x, z: x @ z,
    "Z @ A": lambda x, z: z @ x - z * x,
    "A / Z": lambda x, z: x / (z + 9) + z / 3,
    "stack": lambda x, z: np.stack([x, z]),
    "einsum": lambda x, z: np.einsum("ij,kj->ik", x, z),
    "kron": lambda x, z: np.kron(x, 2 * z),
    "conj": lambda x, z: np.conj(z),
    "parts": lambda x, z: np.real(z) - np.imag(z) * 2,
    "an array": lambda x, z: x @ np.array([[1j, 0], [2, -1j]]),
    "an array, left": lambda x, z: np.array([[1j, 0], [2, -1j]]) * x - 1j,
    "NumPy's": lambda x, z: np.complex128(2j) + x,
    "indices": lambda x, z: z[0][:, None] * x[:, 1],
    "sums": lambda x, z: z.sum(-1) + z.sum(),
    "real": lambda x, z: x.real,
    "adjoint": lambda x, z: (z.H if hasattr(z, "H") else mt(z)) @ x,
    "imag of real": lambda x, z: x.imag,
}


@pytest.mark.parametrize("name", MIXED)
def test_real_and_complex_arrays_mix_and_literals_mean_what_they_are(name):
    x, z = rationals([[1, -2], [3, 5]]) / 4, exact(2, 2)
    expected = MIXED[name](floats(x), floats(z))
    for lift, real in (("exact", lambda x: x), ("balls", balls), ("lanes", lambda x: unstack(floats(x)[None]))):
        value = MIXED[name](real(x), LIFTS[lift](z))
        np.testing.assert_allclose(plain(value), expected, rtol=1e-12, atol=1e-14)
        is_complex = isinstance(value, (ComplexRationals, ComplexBalls, ComplexLanes))
        assert is_complex == (name not in ("parts", "real", "imag of real"))


def test_gaussian_rationals_are_a_field_and_equality_is_decided():
    numbers = [GaussianRational.of(fmpq(p, 6), fmpq(q, 4)) for p in range(-2, 3) for q in range(-2, 3)]
    for x in numbers:
        for y in [*numbers, 2, fmpq(-1, 3)]:
            for operate in (operator.add, operator.sub, operator.mul):
                for p, q in ((x, y), (y, x)):
                    assert complex(operate(p, q)) == pytest.approx(operate(as_complex(p), as_complex(q)))
            if y != 0:
                assert (x / y) * y == x
            assert (x == y) == (as_complex(x) == as_complex(y))
    assert GaussianRational(2, 4, 6) == GaussianRational(1, 2, 3)
    assert hash(GaussianRational(4, 0, 2)) == hash(fmpq(2))
    with pytest.raises(ZeroDivisionError):
        numbers[0] / GaussianRational(0, 0)
    assert list(map(str, (numbers[0], GaussianRational(0, -1), GaussianRational(3, 4, 2), GaussianRational(2, 0)))) == [
        "-1/3 - i/2", "-i", "3/2 + 2i", "2"]  # fmt: skip


def as_complex(x):
    return complex(x) if isinstance(x, GaussianRational) else complex(int(fmpq(x).p) / int(fmpq(x).q))


def test_a_literal_is_exactly_the_number_meant():
    x = rationals([1, 2])
    assert ((x * (0.5 + 2j)).real == x / 2).all()
    assert isinstance(x * (2 + 0j), ComplexRationals)
    for literal in (0.1j, complex(0.1, 1), complex("nan"), complex("inf")):
        with pytest.raises(TypeError, match="not exactly the number meant"):
            x * literal
    for mix in (lambda: x + complex_balls(1j * x), lambda: SQUARE[0] @ complex_balls(SQUARE[0])):
        with pytest.raises(TypeError, match="do not mix"):
            mix()
    assert (a.number(Fraction(1, 3), 1j * x) * x == x / 3).all()


def test_symbols_are_conjugated_unless_they_are_real():
    z, w = sympy.symbols("z w", complex=True)
    t = sympy.Symbol("t", real=True)
    x = np.array([[z, t], [sympy.I * t, w]], dtype=object)
    assert a.adjoint(x).tolist() == [[sympy.conjugate(z), -sympy.I * t], [t, sympy.conjugate(w)]]
    norm = a.squared_norm(x)
    assert sympy.expand(norm - z * sympy.conjugate(z) - w * sympy.conjugate(w) - 2 * t**2) == 0
    unsaid = sympy.Symbol("x")  # is taken for real, as always
    assert a.squared_norm(np.array([[t, 2 * unsaid]], dtype=object)) == t**2 + 4 * unsaid**2


def test_a_complex_literal_beside_symbols_is_the_number_meant():
    """SymPy makes the float 1.0*I of 1j."""
    x, y = unknown("x", 2, 2), unknown("y", 2)
    i, turn = sympy.I, np.array([[0, -1j], [1j, 0]])
    for value, expected in (
        (1j * x, [[i * x[0, 0], i * x[0, 1]], [i * x[1, 0], i * x[1, 1]]]),
        ((y + 0.5j) / 1j - 2j * y, [-i * (y[0] + i / 2) - 2 * i * y[0], -i * (y[1] + i / 2) - 2 * i * y[1]]),
        (turn @ x, [[-i * x[1, 0], -i * x[1, 1]], [i * x[0, 0], i * x[0, 1]]]),
        (1j * a.concatenate([y, y]), [i * y[0], i * y[1], i * y[0], i * y[1]]),
        (np.complex128(1j) * a.stack([y[0], 1]), [i * y[0], i]),
        (1j * a.solve(a.identity(2, 2, x), x)[0], [i * x[0, 0], i * x[0, 1]]),
    ):
        entries = np.ravel(value)
        assert not any(entry.has(sympy.Float) for entry in entries)
        assert [sympy.expand(p - q) for p, q in zip(entries, np.ravel(expected), strict=True)] == [0] * len(entries)
    with pytest.raises(TypeError, match="not exactly the number meant"):
        0.1j * x


def test_what_needs_an_order_names_itself_whichever_side_is_complex():
    for z in (SQUARE, complex_balls(SQUARE), floats(SQUARE)):
        for sides in ((z, a.real(z)), (a.real(z), z)):
            with pytest.raises(TypeError, match="greater: the imaginary part is not certainly 0"):
                a.greater(*sides)


@pytest.mark.parametrize("lift", LIFTS)
def test_one_branch_alone_may_be_complex(lift):
    x, z, above = a.real(LIFTS[lift](SQUARE)), LIFTS[lift](SQUARE), floats(SQUARE).real > 0
    for one, other in ((z, x), (x, z), (z, 0), (0, z), (x, 2 - 1j)):
        wanted = np.where(above, *(plain(y) if hasattr(y, "shape") else y for y in (one, other)))
        np.testing.assert_array_equal(plain(a.where(a.greater(x, 0), one, other)), wanted)


def test_a_batch_of_complex_matrices_meets_a_single_one_on_either_side():
    for lift in (LIFTS["exact"], LIFTS["balls"]):
        many, one = lift(SQUARE), lift(HERMITIAN[0])
        np.testing.assert_allclose(plain(many @ one), plain(many) @ plain(one), rtol=1e-14)
        np.testing.assert_allclose(plain(one @ many), plain(one) @ plain(many), rtol=1e-14)
