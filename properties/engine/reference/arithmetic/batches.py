"""A function of a batch, of whatever axes, is that of one array after another: in floats, and of many instances."""

from fractions import Fraction

import numpy as np
import pytest
import torch
from flint import acb, arb, fmpq

from properties.engine.helpers.arithmetics import LIFTS, as_floats, entries, floats
from reference import arithmetic as a
from reference.arithmetic.complexes import ComplexBalls, ComplexRationals, complex_balls
from reference.arithmetic.exact import Balls, Irrational, Rationals, balls, rationals
from reference.arithmetic.gaussian_rational import GaussianRational
from reference.arithmetic.lanes import Lanes, angles, stack, unstack
from reference.arithmetic.terms.array import inputs

OF_ANY = {  # of matrices, which need not be symmetric
    **{name: getattr(a, name) for name in (
        "absm", "adjoint", "column_squared_norms", "condition_number", "determinant", "diagonal", "expm", "inverse",
        "nonzero_columns", "numerical_radius", "permanent", "singular_values", "spectral_radius", "squared_norm",
        "trace", "hermitian_part", "sort_descending",
    )},
    "solve": lambda x: a.solve(x, x[..., :, :1] * x), "powm": lambda x: a.powm(x, -3), "kron": lambda x: a.kron(x, x),
    "general_eigenvalues": lambda x: a.general_eigenvalues(x, a.imag), "commutator": lambda x: a.commutator(x, x.mT),
    "partial_trace": lambda x: a.partial_trace(a.kron(x, x), (3, 3), 0),
    "norms": lambda x: a.norm(x, 1) + 2 * a.norm(x, "inf") + 3 * a.norm(x, "ky-fan-2") + 5 * a.norm(x, "schatten-3"),
    "concatenate": lambda x: a.concatenate([x, x], axis=-2), "maximum": lambda x: a.maximum(x, axis=-1),
    "minimum": lambda x: a.minimum(x, axis=(-1, -2)),
    "stack": lambda x: a.stack([[x[..., 0, 0], 1], [2, x[..., 0, 1]]]),
    "rectangular_diagonal": lambda x: a.rectangular_diagonal(x[..., 0, :], 2, 4),
}  # fmt: skip
OF_DEFINITE = {
    **{name: getattr(a, name) for name in ("eigenvalues", "log_determinant", "logm", "sqrtm")},
    "powm": lambda x: a.powm(x, Fraction(-2, 3)), "projector": lambda x: a.projector(x, 4),
    "spectral": lambda x: a.spectral(x, lambda t: t * t - t[..., :1]),
    "geometric_mean": lambda x: a.geometric_mean(x, x @ x + 2 * x),
}  # fmt: skip
ORDERED = ("maximum", "minimum", "sort_descending")
SHAPES = [(), (2,), (3, 2), (1, 3, 2)]
CASES = [(name, unit) for name in OF_ANY for unit in (0, 1j) if not (unit and name in ORDERED)]
CASES += [(f"{name}, definite", unit) for name in OF_DEFINITE for unit in (0, 1j)]


def function_and_samples(name, unit):
    """Return a function, and samples (4, 1, 3, 2, 3, 3) of what it takes, the first axis of instances."""
    generator = np.random.default_rng(1)
    draw = lambda: generator.normal(size=(4, 1, 3, 2, 3, 3))  # noqa: E731
    x = draw() + unit * draw() if unit else draw()
    if name.endswith(", definite"):
        x = x @ x.conj().swapaxes(-1, -2) + np.diag([1.0, 2, 3])
    return (OF_DEFINITE | OF_ANY)[name] if name in OF_ANY else OF_DEFINITE[name.partition(",")[0]], x


def alone(function, x):
    return np.stack([function(m) for m in x.reshape(-1, 3, 3)])


@pytest.mark.parametrize(("name", "unit"), CASES)
def test_a_batch_of_floats_is_one_matrix_after_another(name, unit):
    function, samples = function_and_samples(name, unit)
    expected = alone(function, samples[0])
    for shape in SHAPES:
        count = int(np.prod(shape))
        x = samples[0].reshape(-1, 3, 3)[:count].reshape(*shape, 3, 3)
        for found in (function(x), function(torch.tensor(x)).resolve_conj().numpy()):
            np.testing.assert_allclose(found.reshape(-1, *expected.shape[1:]), expected[:count], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("name", "unit"), CASES)
def test_a_batch_of_many_instances_is_one_matrix_after_another(name, unit):
    function, samples = function_and_samples(name, unit)
    expected = np.stack([alone(function, sample) for sample in samples])
    for shape in SHAPES:
        count = int(np.prod(shape))
        x = samples.reshape(4, -1, 3, 3)[:, :count].reshape(4, *shape, 3, 3)
        found = stack(function(unstack(x)))[0]
        assert found.shape[1 : 1 + len(shape)] == shape
        np.testing.assert_allclose(
            found.reshape(4, count, *expected.shape[2:]), expected[:, :count], rtol=1e-9, atol=1e-12
        )


def test_a_transpose_is_of_the_last_two_axes():
    many = rationals(np.arange(24).reshape(2, 3, 4))
    for x in (many, balls(many), many * 1j, complex_balls(many * 1j), unstack(floats(many)[None]), inputs(many, 0)):
        assert x.T.shape == x.mT.shape == x.H.shape == (2, 4, 3)
    assert (many.mT == many.T).all()
    assert (many.T[1] == rationals(np.arange(12, 24).reshape(3, 4).T)).all()


def test_an_instance_with_one_unknown_entry_is_unknown_alone():
    known, unknown = np.array([[4.0, 1], [1, 3]]), np.array([[4.0, np.nan], [np.nan, 3]])
    corner = np.array([[np.nan, 1], [1, 3]])
    many = unstack(np.stack([known, unknown, corner, known]))
    for function in (
        a.sqrtm, a.logm, a.absm, a.expm, a.eigenvalues, a.singular_values, a.numerical_radius, a.spectral_radius,
        a.projector, a.log_determinant, a.inverse, a.determinant, lambda x: a.geometric_mean(x, x),
        lambda x: a.spectral(x, a.exp), lambda x: a.powm(x, Fraction(1, 3)),
    ):  # fmt: skip
        with np.errstate(all="ignore"):
            values = stack(function(many))[0]
        finite = np.isfinite(values.reshape(4, -1))
        assert (finite.all(1).tolist(), finite.any(1).tolist()) == ([True, False, False, True],) * 2


TWO = {
    "solve": a.solve, "kron": a.kron, "commutator": a.commutator, "product": lambda x, y: x @ y,
    "geometric_mean": a.geometric_mean, "where": lambda x, y: a.where(np.array(True), x * y, y),
}  # fmt: skip
KINDS = {
    "numpy": floats, "torch": lambda x: torch.tensor(floats(x)), "exact": lambda x: x, "balls": balls,
    "symbols": LIFTS["symbols"], "lanes": lambda x: unstack(floats(x)[None]), "complex": lambda x: x * (1 + 0j),
    "complex balls": lambda x: complex_balls(x * (1 + 0j)), "trees": lambda x: inputs(x, 0),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_the_batches_of_two_arguments_broadcast(kind):
    """One matrix is that of a whole batch, and a batch of two axes meets one of the second."""
    many = rationals([[[[2, 1], [1, 3]], [[4, 1], [1, 1]]], [[[5, 2], [2, 3]], [[2, -1], [-1, 2]]]])
    for name, function in TWO.items():
        if name == "geometric_mean" and kind not in ("numpy", "torch", "balls", "lanes", "complex balls"):
            continue  # of trees and symbols there is none, and of these fractions none that is a fraction
        for x, y in ((many[0, 0], many), (many, many[0, 0]), (many, many[1]), (many[1], many), (many[:, :1], many[0])):
            found = function(KINDS[kind](x), KINDS[kind](y))
            expected = function(*np.broadcast_arrays(floats(x), floats(y)))
            assert found.shape == expected.shape
            np.testing.assert_allclose(plain(found), expected, rtol=1e-9, atol=1e-12)


def plain(x):
    """The middles of any numbers, as floats."""
    if isinstance(x, (Balls, ComplexBalls)):
        return middles(x)
    if isinstance(x, Lanes):
        return stack(x)[0][0]
    return np.array([complex(getattr(entry, "value", entry)) for entry in entries(x)]).reshape(x.shape)


def middles(x):
    return np.array([complex(acb(ball).mid()) for ball in np.ravel(x.array)]).reshape(x.shape)


@pytest.mark.parametrize(("name", "unit"), CASES)
def test_a_batch_of_balls_is_one_matrix_after_another(name, unit):
    function, samples = function_and_samples(name, unit)
    samples = np.round(16 * samples[0].reshape(-1, 3, 3)) / 16  # which rationals hold exactly
    if name.endswith(", definite"):
        samples = (samples + samples.conj().swapaxes(-1, -2)) / 2
    expected = alone(function, samples)
    for shape in ((), (1, 3, 2)):
        count = int(np.prod(shape))
        x = samples[:count].reshape(*shape, 3, 3)
        exact = rationals(x.real) + 1j * rationals(x.imag) if unit else rationals(x)
        found = middles(function(complex_balls(exact) if unit else balls(exact)))
        assert found.shape[: len(shape)] == shape
        np.testing.assert_allclose(found.reshape(-1, *expected.shape[1:]), expected[:count], rtol=1e-7, atol=1e-10)


@pytest.mark.parametrize(("name", "unit"), [case for case in CASES if case[1]])
def test_real_entries_stand_beside_complex_ones(name, unit):
    """In one array of balls, where some are rectangles and some are not."""
    function, samples = function_and_samples(name, unit)
    x = np.round(16 * samples[0, 0, 0, 0]) / 16
    x[:, :2] = x[:, :2].real
    if name.endswith(", definite"):
        x = np.array([[4, 1, 2j], [1, 5, 0], [-2j, 0, 6]])
    mixed = ComplexBalls.of(np.frompyfunc(lambda v: acb(v) if v.imag else arb(v.real), 1, 1)(x + 0j))
    assert {type(entry) for entry in np.ravel(mixed.array)} == {arb, acb}
    np.testing.assert_allclose(middles(function(mixed)), function(x + 0j), rtol=1e-7, atol=1e-10)


@pytest.mark.parametrize("name", sorted(OF_ANY.keys() - set(ORDERED)))
def test_real_fractions_stand_beside_complex_ones(name):
    """As eigenvalues do that are fractions."""
    function, entries_ = OF_ANY[name], [[2, 1, 0], [1, 1 + 2j, 1 + 1j], [1 + 1j, 1, 4]]
    kinds = [
        [fmpq(x) if type(x) is int else GaussianRational.of(int(x.real), int(x.imag)) for x in row] for row in entries_
    ]
    mixed = ComplexRationals.of(np.array(kinds, dtype=object))
    try:
        expected = function(mixed + 0j)
    except Irrational:
        with pytest.raises(Irrational):
            function(mixed)
        return
    assert (function(mixed) == expected).all()
    for part in (
        a.real,
        a.imag,
        a.conj,
        lambda x: x.squared_modulus(),
        lambda x: -x / 2,
        lambda x: x.H,
        lambda x: x * x,
    ):
        assert (part(mixed) == part(mixed + 0j)).all()


def test_ranks_are_counted_at_each_instance_and_of_nothing_there_is_none():
    samples = np.stack([np.zeros((2, 3)), np.ones((2, 3)), np.eye(2, 3), np.diag([0, 1.0, 0])[:2]])
    assert stack(a.rank(unstack(samples)))[0].tolist() == [0, 1, 2, 1]
    assert stack(a.rank(unstack(samples.swapaxes(1, 2) * 1j)))[0].tolist() == [0, 1, 2, 1]


def test_functions_of_instances_may_have_eigenvalues_that_are_exactly_0():
    many = unstack(np.stack([np.diag([4.0, 0, 1]), np.zeros((3, 3))]))
    for function, of_one in ((a.sqrtm, np.sqrt), (lambda x: a.spectral(x, a.exp), np.exp), (a.absm, abs)):
        expected = [np.diag(of_one(np.array(spectrum))) for spectrum in ([4.0, 0, 1], [0.0, 0, 0])]
        np.testing.assert_allclose(stack(function(many))[0], expected, atol=1e-15)


def test_a_vector_with_an_unknown_entry_is_unknown_alone_when_it_is_sorted():
    samples = np.array([[[3.0, 5, 4], [1, 2, 3]], [[1, np.nan, 2], [2, 0, 1]]])
    found = stack(a.sort_descending(unstack(samples)))[0]
    np.testing.assert_array_equal(found, [[[5, 4, 3], [3, 2, 1]], [[np.nan] * 3, [2, 1, 0]]])


@pytest.mark.parametrize("unit", [0, 1j])
def test_the_highest_peaks_of_the_grid_are_where_they_are_said_to_be(unit):
    generator = np.random.default_rng(2)
    many = generator.normal(size=(40, 3, 3)) + (unit * generator.normal(size=(40, 3, 3)) if unit else 0)
    grid = (np.arange(48) + 0.5) * np.pi / 24

    def heights(x, points):
        turned = np.exp(1j * points)[..., None, None] * x[:, None]
        return np.linalg.eigvalsh((turned + turned.conj().swapaxes(-1, -2)) / 2)[..., -1]

    found, everywhere = heights(many, angles._peaks(many)), heights(many, np.broadcast_to(grid, (40, 48)))
    np.testing.assert_allclose(found[:, -1], everywhere.max(-1), rtol=1e-12)


def test_each_peak_is_found_and_not_the_points_beside_the_highest():
    """Of a triangle there are three, however far from 0 its corners are."""
    for turn in (0.03, 0.1, 1.0):
        triangle = np.diag([3, 2.7, 2.4] * np.exp(1j * (2 * np.pi * np.arange(3) / 3 - turn)))
        found = np.sort(angles._peaks(triangle) % (2 * np.pi))
        expected = np.sort((turn - 2 * np.pi * np.arange(3) / 3) % (2 * np.pi))
        np.testing.assert_allclose(found, expected, atol=np.pi / 24)
    rhombus = np.diag(np.exp(-0.03j) * np.array([5, -5, 1j, -1j]))
    found = np.sort(angles._peaks(rhombus)[-2:] % (2 * np.pi))
    np.testing.assert_allclose(found, [0.03, np.pi + 0.03], atol=np.pi / 24)
    shift = np.array([[0.0, 0, 1], [1, 0, 0], [0, 1, 0]])  # real: between 0 and π
    np.testing.assert_allclose(np.sort(angles._peaks(shift)[-2:]), [0, 2 * np.pi / 3], atol=np.pi / 24)


# --- products of large matrices -------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 5, 6, 8, 9, 12])
def test_a_product_is_the_same_however_large_its_factors_and_of_whatever_kinds(size):
    plain, other = np.random.default_rng(size).integers(-9, 10, (2, size, size))
    x, y, expected = rationals(plain), rationals(other), rationals((plain @ other).tolist())
    for p, q in ((x, y), (x, other), (plain, y), (x, other.tolist())):
        assert type(p @ q) is Rationals
        assert (p @ q == expected).all()
    ix, iy = 1j * x, -1j * y
    for p, q, kind in (
        (balls(x), balls(y), Balls), (balls(x), other, Balls), (plain, balls(y), Balls),
        (complex_balls(ix), complex_balls(iy), ComplexBalls), (complex_balls(ix), -1j * other, ComplexBalls),
        (balls(x), complex_balls(y + 0j), ComplexBalls), (complex_balls(x + 0j), balls(y), ComplexBalls),
        (ix, iy, ComplexRationals), (ix, -1j * other, ComplexRationals), (x, y + 0j, ComplexRationals),
        (x + 0j, y, ComplexRationals),
    ):  # fmt: skip
        found = p @ q
        assert type(found) is kind
        assert all(entry == value for entry, value in zip(np.ravel(found.array), np.ravel(expected.array), strict=True))
    lanes = unstack(np.stack([plain, 2 * plain]).astype(float)) @ unstack(np.stack([other] * 2).astype(float))
    assert type(lanes) is Lanes
    assert stack(lanes)[0].tolist() == [(plain @ other).tolist(), (2 * plain @ other).tolist()]
    many = np.stack([x] * size)
    for p, q in ((many, y), (x, np.stack([y] * size)), (many, np.stack([y] * size))):
        assert (p @ q).shape == (size, size, size)
        assert (p @ q == expected).all()
    tall = x[:, :1] @ y[:1]
    assert (tall == rationals(np.outer(plain[:, 0], other[0]))).all()
    assert (as_floats(balls(x)[:1] @ balls(y)[:, :1]) == floats(expected)[:1, :1]).all()
    assert (x @ y[:, :0]).shape == (size, 0)
