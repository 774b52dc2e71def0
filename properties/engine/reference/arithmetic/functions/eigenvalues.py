"""Eigenvalues of any matrix: with their multiplicities, defective or not, in no order but that of real numbers."""

from fractions import Fraction

import numpy as np
import pytest
from flint import acb, arb, ctx, fmpq

from properties.engine.helpers.arithmetics import encloses
from properties.engine.helpers.slow import thinned
from reference import arithmetic as a
from reference.arithmetic.complexes import ComplexBalls, complex_balls
from reference.arithmetic.exact import Balls, Irrational, balls, rationals
from reference.arithmetic.functions import roots
from reference.arithmetic.lanes import floats, stack, unstack
from reference.arithmetic.precision import working_precision

SHEAR = rationals([[1, 2, 0, 1], [0, 1, 3, 0], [1, 0, 1, 1], [0, 1, 0, 2]])
TRIANGULAR = {  # and their eigenvalues
    "distinct": ([[3, 1, 2, 0], [0, -4, 1, 1], [0, 0, 2, 5], [0, 0, 0, 1]], [3, 2, 1, -4]),
    "defective": ([[2, 1, 0, 0], [0, 2, 1, 0], [0, 0, 2, 0], [0, 0, 0, -1]], [2, 2, 2, -1]),
    "nilpotent": ([[0, 1, 2, 3], [0, 0, 1, 5], [0, 0, 0, 1], [0, 0, 0, 0]], [0, 0, 0, 0]),
    "derogatory": ([[2, 0, 0, 1], [0, 2, 0, 0], [0, 0, 2, 0], [0, 0, 0, 2]], [2, 2, 2, 2]),
}
ROTATION = rationals([[0, -2], [2, 0]])


def similar(name):
    matrix, spectrum = TRIANGULAR[name]
    return a.solve(SHEAR, rationals(matrix) @ SHEAR), spectrum


@pytest.mark.parametrize("bits", [64, 128])
@pytest.mark.parametrize("phase", [1, 1j])
@pytest.mark.parametrize("name", thinned(TRIANGULAR, 2, mark="long"))
def test_eigenvalues_are_held_with_their_multiplicities(name, phase, bits):
    matrix, spectrum = similar(name)
    part, other = (a.real, a.imag) if phase == 1 else (a.imag, a.real)
    largest = max(abs(value) for value in spectrum)
    with ctx.workprec(bits):
        # similar matrices, whose entries are not exact: an eigenvalue of a block of 4 has a fourth of the digits
        blurred = (balls(matrix) if phase == 1 else complex_balls(matrix * 1j)) / 3
        wide = 2.0 ** (12 - bits / 4) if name != "distinct" else 2.0 ** (16 - bits)
        assert encloses(3 * a.general_eigenvalues(blurred, part), spectrum, wide)
        assert encloses(3 * a.general_eigenvalues(blurred, other), [0] * 4, wide)
        assert encloses(3 * a.spectral_radius(blurred), largest, wide)
        exact = balls(rationals(TRIANGULAR[name][0]))
        assert encloses(a.general_eigenvalues(exact, a.real), spectrum, 2.0 ** (8 - bits))


@pytest.mark.parametrize("bits", [64, 128])
@pytest.mark.parametrize("spectrum", [[2, 2, 1, 1], [5, 5, 5, 5], [4, 2, 0, 0]])
def test_eigenvalues_that_tie_but_have_their_vectors_lose_no_digits(spectrum, bits):
    diagonal = a.rectangular_diagonal(rationals(spectrum), 4, 4)
    with ctx.workprec(bits):
        blurred = balls(a.solve(SHEAR, diagonal @ SHEAR)) / 3
        assert encloses(3 * a.general_eigenvalues(blurred, a.real), spectrum, 2.0 ** (16 - bits))


@pytest.mark.parametrize("name", TRIANGULAR)
def test_rational_eigenvalues_of_fractions_are_exact(name):
    matrix, spectrum = similar(name)
    for x in (matrix, matrix * (1 + 0j)):
        assert a.general_eigenvalues(x, a.real).tolist() == spectrum
        assert a.general_eigenvalues(x, lambda z: a.absolute(z - 1)).tolist() == sorted(
            [abs(t - 1) for t in spectrum], reverse=True
        )
        assert a.spectral_radius(x) == max(map(abs, spectrum))
    assert a.spectral_radius(np.stack([matrix, 2 * matrix])).shape == (2,)
    for x in (ROTATION, rationals([[1, 1], [1, 0]]), 1j * rationals([[1, 0], [0, 2]])):
        with pytest.raises(Irrational):
            a.spectral_radius(x)


def test_a_complex_matrix_that_is_defective_is_known_to_a_root():
    shear = rationals([[1, 2, 0], [0, 1, 1], [1, 0, 1]]) + 1j * rationals([[0, 1, 3], [1, 0, 0], [0, 2, -1]])
    block = rationals([[2, 1, 0], [0, 2, 1], [0, 0, 2]]) * (1 + 2j)
    with ctx.workprec(64):
        blurred = complex_balls(a.solve(shear, block @ shear)) / 3
        for part, value in ((a.real, 2), (a.imag, 4)):
            assert encloses(3 * a.general_eigenvalues(blurred, part), [value] * 3, 2.0 ** (14 - 64 / 3))


def test_complex_eigenvalues_have_moduli_and_parts_and_no_order():
    assert encloses(a.general_eigenvalues(balls(ROTATION), a.imag), [2, -2], 1e-12)
    assert encloses(a.general_eigenvalues(balls(ROTATION) / 3, a.real), [0, 0], 1e-12)
    assert encloses(a.spectral_radius(complex_balls(ROTATION + 1j * a.identity(2, 2, ROTATION))), 3, 1e-12)
    squares = a.general_eigenvalues(balls(ROTATION), lambda z: a.real(z * z)).sum()
    assert encloses(squares, -8, 1e-12)  # tr A²
    with pytest.raises(TypeError, match="complex numbers have no order"):
        a.general_eigenvalues(balls(ROTATION), lambda z: z)
    for lift in (balls, floats, lambda x: unstack(floats(x)[None])):
        with pytest.raises(a.OutsideDomain, match="of eigenvalues of shape"):
            a.general_eigenvalues(lift(ROTATION), lambda z: a.real(z[..., 0]))
        with pytest.raises(a.OutsideDomain, match=r"of eigenvalues of shape \(2,\) the function has \(1,\)$"):
            a.general_eigenvalues(lift(ROTATION), lambda z: a.real(z[..., :1]))


@pytest.mark.parametrize("size", [2, 3, 4])
def test_every_matrix_within_the_balls_has_its_eigenvalues_there(size):
    """Also about a defective one, whose eigenvalues move by a root of what moves it."""
    generator, radius = np.random.default_rng(size), 2.0**-12
    for kind in ("any", "defective", "complex"):
        middle = np.diag(np.ones(size - 1), 1) if kind == "defective" else generator.integers(-4, 5, (size, size)) / 2
        middle = middle + 1j * generator.integers(-4, 5, (size, size)) / 2 if kind == "complex" else middle
        entries = [
            acb(arb(x.real, radius), arb(x.imag, radius)) if kind == "complex" else arb(x, radius)
            for x in middle.ravel()
        ]
        wide = (ComplexBalls if kind == "complex" else Balls).of(np.array(entries, dtype=object).reshape(size, size))
        parts = {f: a.general_eigenvalues(wide, f).bare() for f in (a.real, a.imag, a.absolute)}
        for _ in range(40):
            shift = generator.choice([-1, 0, 1], (2, size, size)) * radius
            values = np.linalg.eigvals(middle + (shift[0] + 1j * shift[1] if kind == "complex" else shift[0]))
            for function, found in parts.items():
                for ball, value in zip(found, np.sort(function(values))[::-1], strict=True):
                    assert ball.lower() - 1e-9 <= value <= ball.upper() + 1e-9


def test_a_schur_form_that_is_bad_widens_the_enclosures_only(monkeypatch):
    monkeypatch.setattr(roots, "_schur_vectors", lambda m: roots.acb_mat([[1, 0.125], [0, 1]]))
    nilpotent = complex_balls(rationals([[0, 1], [0, 0]]) * 1j)
    found = a.spectral_radius(nilpotent).bare()
    assert found.contains(0)
    assert found.is_finite()
    monkeypatch.setattr(roots, "_schur_vectors", lambda m: roots.acb_mat([[1, 1], [1, 1]]))
    assert not a.spectral_radius(nilpotent).bare().is_finite()
    unknown = Balls.of(np.array([[arb.nan(), arb(0)], [arb(0), arb(1)]], dtype=object))
    assert not a.spectral_radius(unknown).bare().is_finite()


def test_of_what_is_not_finite_there_are_no_eigenvalues():
    for bad in (arb.nan(), arb("inf"), acb(0, arb.nan())):
        for place in range(4):
            rows = np.array([bad if k == place else arb(k) / 3 for k in range(4)], dtype=object).reshape(2, 2).tolist()
            found = roots.enclosed_eigenvalues(rows)
            assert len(found) == 2
            assert all(root.real.is_nan() and root.imag.is_nan() for root in found)


def test_what_a_schur_form_leaves_counts_by_an_nth_root(monkeypatch):
    """By hand: 4 m (‖E‖/m)^(1/n) with m = 2 max(‖T‖, ‖A‖), the norms those of Frobenius."""
    for n in (1, 2, 3):
        one = roots.acb_mat(np.eye(n).tolist())
        monkeypatch.setattr(roots, "_schur_vectors", lambda m, one=one: one)
        for below in (0, 2.0**-12, 0.5, 4):
            rows = np.triu(np.ones((n, n))) + below * np.eye(n, k=1 - n if n > 1 else n)
            found = roots._of_schur(roots.acb_mat(rows.tolist()))
            left, size = below * (n > 1), 2 * np.linalg.norm(rows)
            for root in found:
                assert root.real.mid() == 1
                for part in (root.real, root.imag):
                    assert float(part.rad()) == pytest.approx(4 * size * (left / size) ** (1 / n), rel=1e-6)


def test_roots_that_lost_half_of_the_digits_are_held_against_those_of_a_schur_form(monkeypatch):
    """Whichever are narrower are taken; where no digit was lost there is nothing to try."""

    def rows(radius):
        return [[arb(1, radius), arb(0.5, radius)], [arb(0.25, radius), arb(3, radius)]]

    for radius, tried in ((2.0**-60, False), (2.0**-40, False), (2.0**-20, True), (2.0**-8, True)):
        for rad, taken in ((0, tried), (1, False)):
            monkeypatch.setattr(roots, "_of_schur", lambda matrix, rad=rad: [acb(arb(5, rad))] * 2)
            with working_precision(64):
                found = roots.enclosed_eigenvalues(rows(radius))
            assert [root.real.contains(5) for root in found] == [taken] * 2


def test_magnitudes_grow_with_what_a_defect_costs():
    """The eigenvalues of a block of n are known to the n-th root of what its entries are."""
    error = 2.0**-53
    for size in (1, 2, 3, 4):
        block = np.diag(np.ones(size - 1), 1) + np.eye(size)
        moved = block.copy()
        moved[-1, 0] += error
        values, magnitudes = stack(a.general_eigenvalues(unstack(np.stack([block, moved])), a.absolute))
        assert (abs(values - 1) <= 2 * magnitudes * error).all()
        assert (magnitudes <= 32 * error ** (1 / size) / error).all()
    values = stack(a.spectral_radius(unstack(np.stack([np.eye(2), np.full((2, 2), np.nan)]))))[0]
    assert np.isnan(values).tolist() == [False, True]


def test_a_matrix_without_entries_has_no_condition_and_no_matrices_have_none():
    for shape in ((3, 0, 0), (0, 0), (0, 2, 0), (2, 4, 0)):
        for lift in (np.asarray, lambda x: balls(rationals(x.astype(int)))):
            with pytest.raises(a.OutsideDomain, match=r"^condition_number: a matrix without entries has none$"):
                a.condition_number(lift(np.zeros(shape)))
    assert a.condition_number(np.zeros((0, 2, 2))).shape == (0,)


def test_a_condition_number_is_that_of_singular_values():
    with ctx.workprec(100):
        assert encloses(a.condition_number(balls(rationals([[0, 8, 0], [1, 0, 0]]))), 8, 1e-25)
        assert encloses(a.condition_number(complex_balls(rationals([[0, 8], [1, 0]]) * 1j)), 8, 1e-25)
        assert not a.condition_number(balls(rationals([[1, 1], [1, 1]]))).bare().is_finite()


@pytest.mark.parametrize("bits", [2, 3, 4, 64])
def test_an_error_that_is_not_known_is_no_error_of_zero(bits):
    """At few bits sums of squares straddle 0 and have no root: then the bound of the error is NaN."""
    eigenvalue = Fraction(-7, 9)
    exact = rationals([[eigenvalue if i == j else int(j == i + 1) for j in range(4)] for i in range(4)])
    with working_precision(bits):
        blurred = [[entry + arb(0, 2.0**-30) for entry in row] for row in balls(exact).bare()]
        found = roots.enclosed_eigenvalues(blurred)
    assert all(not z.is_finite() or (z - acb(fmpq(-7, 9))).contains(0) for z in found)
    assert bits < 64 or all(z.is_finite() for z in found)


def test_of_two_enclosures_that_of_the_smallest_widest_ball_is_taken():
    """python-flint isolates the 5 to the last bit, and knows next to nothing of the other two."""
    rows = [[acb(5), acb(0), acb(0)], [acb(0), acb(1), acb(1)], [acb(0), acb(0), acb(1)]]
    found = roots.enclosed_eigenvalues(rows)
    assert sorted(round(float(root.real)) for root in found) == [1, 1, 5]
    assert max(float(root.rad()) for root in found) < 1e-9
