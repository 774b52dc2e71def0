"""The magnitudes of many instances: what an error of the argument becomes, whatever the function."""

import numpy as np
import pytest

from reference import arithmetic as a
from reference.arithmetic import lanes
from reference.arithmetic.admitted import ANALYTIC
from reference.arithmetic.lanes.lane import DERIVATIVES

POINTS = np.array([0.3, 0.8, 1.7, 2.4])
OF_NUMBERS = {ufunc.__name__: ufunc for ufunc in ANALYTIC} | {
    "erfc": a.erfc, "a root": a.sqrt, "a cube root": lambda x: lanes.root(x, 3), "a modulus": abs,
    "a sum": lambda x: x - 2,
    "a square": lambda x: x * x, "a quotient": lambda x: 3 / x, "real": a.real, "conj": a.conj,
}  # fmt: skip
COMPLEX = {*(ufunc.__name__ for ufunc in DERIVATIVES), "a modulus", "a sum", "a square", "a quotient"}


def values_and_sizes(function, points, sizes):
    values, magnitudes = lanes.stack(function(lanes.unstack(points, sizes)))
    assert not np.iscomplexobj(magnitudes) or not magnitudes.imag.any()
    return values, magnitudes.real


@pytest.mark.parametrize("unit", [1, 0.6 + 0.8j])
def test_a_magnitude_carries_an_error_over(unit):
    points, sizes, step = POINTS * unit, np.array([1.0, 10, 100, 1000]), 2.0**-20
    for name, function in OF_NUMBERS.items():
        if unit == 1 or name in COMPLEX:
            value, size = values_and_sizes(function, points, sizes)
            above, below = (values_and_sizes(function, points + k * step * unit, sizes)[0] for k in (1, -1))
            slope = abs(above - below) / (2 * step)
            plain = name in (
                "real",
                "conj",
                "a modulus",
                "a sum",
                "a square",
                "a quotient",
            )  # exact but for the argument
            known = {"a sum": sizes + 2, "a square": sizes**2, "a quotient": 3 * sizes / abs(points) ** 2}.get(
                name, sizes
            )
            np.testing.assert_allclose(size, known if plain else abs(value) + slope * sizes, rtol=1e-6, err_msg=name)


def test_parts_and_moduli_are_known_as_well_as_the_number():
    z, sizes = POINTS * (0.6 + 0.8j), np.array([1.0, 10, 100, 1000])
    for function, value, factor in (
        (a.real, z.real, 1), (a.imag, z.imag, 1), (a.absolute, abs(z), 1), (a.conj, z.conj(), 1),
        (lambda x: x.squared_modulus(), abs(z) ** 2, sizes), (lambda x: -x, -z, 1), (lambda x: x + x, 2 * z, 2),
        (lambda x: x * 1j, z * 1j, 1), (lambda x: a.real(x) + 1j * a.imag(x), z, 2),
        (lambda x: lanes.ComplexLanes.joined(x.real.array, 2 * x.imag.array), z.real + 2j * z.imag, np.sqrt(5)),
    ):  # fmt: skip
        found = values_and_sizes(function, z, sizes)
        np.testing.assert_allclose(found[0], value, rtol=1e-12)
        np.testing.assert_allclose(found[1], factor * sizes, rtol=1e-12)


OF_MATRICES = {
    "solve": (lambda x: a.solve(x, x.mT), 1), "inverse": (a.inverse, 1), "determinant": (a.determinant, 1),
    "log_determinant": (a.log_determinant, 1), "eigenvalues": (a.eigenvalues, 1),
    "singular_values": (a.singular_values, 1), "absm": (a.absm, 1), "expm": (a.expm, 1), "sqrtm": (a.sqrtm, 1),
    "logm": (a.logm, 1), "powm": (lambda x: a.powm(x, 3), 3), "numerical_radius": (a.numerical_radius, 1),
    "general_eigenvalues": (lambda x: a.general_eigenvalues(x, a.real), 1),
    "spectral": (lambda x: a.spectral(x, a.exp), 1),
    "geometric_mean": (lambda x: a.geometric_mean(x, x + x), 1), "trace": (a.trace, 1),
    "norm": (lambda x: a.norm(x, "fro"), 2),
    "sort": (lambda x: a.sort_descending(x[0]), 1), "maximum": (lambda x: a.maximum(x, axis=(0, 1)), 1),
    "where": (lambda x: a.where(a.greater(x, 0), x, -x), 1), "permanent": (a.permanent, 2),
}  # fmt: skip


@pytest.mark.parametrize("unit", [0, 0.5j])
def test_what_is_known_a_thousandth_as_well_has_an_error_a_thousand_times_as_large(unit):
    """Of each instance its own, and of products as many times as there are factors."""
    one = np.array([[4.0, 1 + unit], [1 - unit, 3]])
    matrices = np.stack([one, 3 * one, one / 2])
    for name, (function, power) in OF_MATRICES.items():
        if unit and name in ("sort", "maximum", "where"):
            continue
        known = values_and_sizes(function, matrices, abs(matrices))
        less = values_and_sizes(function, matrices, abs(matrices) * np.array([1.0, 1000, 10**5])[:, None, None])
        np.testing.assert_allclose(known[0], less[0], rtol=1e-12, err_msg=name)
        growth = (less[1] / known[1]).reshape(3, -1)
        np.testing.assert_allclose(growth[0], 1, rtol=1e-12, err_msg=name)
        for k, factor in ((1, 1000), (2, 10**5)):
            assert (growth[k] > factor / 30).all(), (name, growth)
            assert (growth[k] < 2 * factor**power).all(), (name, growth)
