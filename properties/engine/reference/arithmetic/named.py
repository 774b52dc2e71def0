"""What is irrational, complex or not a matter of symbols is refused by the name of the function that was called."""

from fractions import Fraction

import numpy as np
import pytest
import torch

from properties.engine.helpers.arithmetics import as_floats, symbols
from reference import arithmetic as a
from reference.arithmetic.complexes import complex_balls
from reference.arithmetic.domain import descending
from reference.arithmetic.exact import Balls, Irrational, balls, rationals
from reference.arithmetic.lanes import floats
from reference.arithmetic.literals import is_complex_array

REAL = rationals([[2, 1], [1, 3]])
TURNED = REAL + 2j * rationals([[0, 1], [-1, 0]])  # whose eigenvalues are irrational, too

CALLS = {
    **{name: getattr(a, name) for name in (
        "sqrt", "log", "exp", "tanh", "pi", "eigenvalues", "singular_values", "sqrtm", "expm", "logm", "absm",
        "spectral_radius", "numerical_radius",
    )},
    "powm": lambda x: a.powm(x, Fraction(1, 2)),
    "spectral": lambda x: a.spectral(x, a.tanh),
    "projector": lambda x: a.projector(x, 2),
    "geometric_mean": lambda x: a.geometric_mean(x, x @ x + x),
    "general_eigenvalues": lambda x: a.general_eigenvalues(x, a.real),
}  # fmt: skip


@pytest.mark.parametrize("name", ["sqrt", "log", "exp", "tanh", "pi", "expm", "eigenvalues", "singular_values"])
def test_what_is_irrational_of_complex_numbers_is_named(name):
    with pytest.raises(Irrational, match=f"^{name}$"):
        CALLS[name](TURNED)
    with pytest.raises(Irrational, match=r"^sqrt$"):
        a.absolute(TURNED)


@pytest.mark.parametrize("name", [
    "eigenvalues", "singular_values", "sqrtm", "expm", "logm", "absm", "powm", "spectral", "projector",
    "spectral_radius", "numerical_radius", "geometric_mean", "general_eigenvalues",
])  # fmt: skip
def test_what_symbols_have_not_is_named(name):
    with pytest.raises(a.Unsupported, match=f"^{name}: symb"):
        CALLS[name](symbols(REAL))


@pytest.mark.parametrize("numbers", [list, tuple, np.array])
def test_of_plain_complex_numbers_the_real_ones_have_an_order(numbers):
    x = rationals([0, 5])
    assert (a.maximum(numbers([1 + 0j, 2]), x) == rationals([1, 5])).all()
    assert (a.minimum(x, numbers([1 + 0j, 2])) == rationals([0, 2])).all()
    for name in ("greater", "maximum", "minimum"):
        with pytest.raises(TypeError, match=f"^{name}: the imaginary part is not certainly 0"):
            getattr(a, name)(numbers([1 + 1j, 2]), x)
        with pytest.raises(TypeError, match=f"^{name}: the imaginary part is not certainly 0"):
            getattr(a, name)(numbers([1 - 1j, 2]), x)


@pytest.mark.parametrize("kind", [lambda x: x, complex_balls])
def test_what_complex_numbers_have_not_is_named(kind):
    x = kind(TURNED)
    with pytest.raises(a.Unsupported, match=r"^erfc: it is that of real numbers"):
        a.erfc(x)
    for name in ("greater", "maximum", "minimum"):
        with pytest.raises(TypeError, match=f"^{name}: the imaginary part is not certainly 0"):
            getattr(a, name)(x, 0)
    for function in (a.maximum, a.minimum):
        with pytest.raises(TypeError, match=rf"^{function.__name__}: the imaginary part is not certainly 0"):
            function(x, axis=-1)
    with pytest.raises(TypeError, match=r"^sort_descending: the imaginary part is not certainly 0"):
        a.sort_descending(x)
    with pytest.raises(a.Unsupported, match=r"^symmetric_part: of a complex matrix"):
        a.symmetric_part(x)


@pytest.mark.parametrize("name", [
    "eigenvalues", "singular_values", "log_determinant", "numerical_radius", "spectral_radius", "condition_number",
    "absolute", "real", "imag",
])  # fmt: skip
def test_what_is_real_of_complex_balls_is_of_real_ones(name):
    assert type(getattr(a, name)(complex_balls(TURNED))) is Balls


REAL_KINDS = {"numpy": floats, "torch": lambda x: torch.tensor(floats(x)), "exact": lambda x: x, "balls": complex_balls}


@pytest.mark.parametrize("kind", REAL_KINDS)
def test_complex_numbers_that_are_certainly_real_have_an_order(kind):
    x = rationals([1, 2, -3, 0])
    z, plain = REAL_KINDS[kind](x * (1 + 0j)), rationals([2, 1, 0, -3])
    for found, expected in (
        (a.maximum(z, 0 * z), [1, 2, 0, 0]), (a.minimum(0 * z, z), [0, 0, -3, 0]), (a.maximum(z, axis=-1), 2),
        (a.minimum(z, axis=0), -3), (a.sort_descending(z), [2, 1, 0, -3]), (a.nonzero(z), [1, 1, 1, 0]),
        (a.where(a.greater(z, 0), 1 + a.real(z), a.real(z)), [2, 3, -3, 0]),
        (descending("f", REAL_KINDS[kind](plain * (1 + 0j))), [2, 1, 0, -3]),
    ):  # fmt: skip
        assert not is_complex_array(found)
        assert as_floats(found).tolist() == expected
    with pytest.raises(a.OutsideDomain, match=r"^f: the numbers must descend"):
        descending("f", z)
    for turned in (z * 1j, 1j * z + z, -1j * REAL_KINDS[kind](x * x * (1 + 0j))):
        with pytest.raises(TypeError, match=r"^f: the imaginary part is not certainly 0"):
            descending("f", turned)
    assert a.maximum(x, 1 + 0j).tolist() == [1, 2, 1, 1]


def test_an_axis_that_is_not_there_is_refused_beside_one_that_is():
    for axes in ((0, 5), (5, 0), (0, -3), (0, 0), (0, -2), 2):
        for function in (a.maximum, a.minimum):
            with pytest.raises(a.OutsideDomain, match=rf"^{function.__name__}: an array of shape \(2, 2\) has no such"):
                function(REAL, axis=axes)


def test_a_rank_is_of_exact_matrices_alone():
    assert (a.rank(REAL), a.rank(balls(REAL)), a.rank(TURNED), a.rank(0 * TURNED)) == (2, 2, 2, 0)
    for wide in (balls(REAL) / 3, complex_balls(TURNED) / 3):
        with pytest.raises(a.Inexact, match=r"^rank: only exact matrices"):
            a.rank(wide)
    with pytest.raises(a.Unsupported, match=r"^rank: only exact matrices") as refused:
        a.rank(symbols(REAL))
    assert not isinstance(refused.value, a.Inexact)
    with pytest.raises(a.OutsideDomain, match=r"^rank: one matrix is needed, not an array of shape \(1, 2, 2\)"):
        a.rank(REAL[None])


SQUARE = (
    "absm", "commutator", "condition_number", "determinant", "eigenvalues", "expm", "hermitian_part", "inverse", "logm",
    "log_determinant", "numerical_radius", "permanent", "spectral_radius", "sqrtm", "trace",
)  # fmt: skip


@pytest.mark.parametrize("kind", [lambda x: x, complex_balls])
@pytest.mark.parametrize("name", SQUARE)
def test_what_complex_matrices_are_not_square_enough_for_is_named(name, kind):
    vector, wide = kind(TURNED)[0], kind(TURNED)[:1]
    function = (lambda x: a.commutator(x, x)) if name == "commutator" else getattr(a, name)
    with pytest.raises(a.OutsideDomain, match=f"^{name}: a matrix is needed"):
        function(vector)
    if name not in ("absm", "condition_number"):
        with pytest.raises(a.OutsideDomain, match=f"^{name}: a square matrix is needed"):
            function(wide)
