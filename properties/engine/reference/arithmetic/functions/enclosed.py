"""How wide the enclosure of a function of a matrix is: each bound that goes into it, by hand."""

from fractions import Fraction
from math import sqrt

import numpy as np
import pytest
from flint import acb, acb_mat, arb, arb_mat

from reference import arithmetic as a
from reference.arithmetic.complexes import ComplexBalls, complex_balls
from reference.arithmetic.exact import Balls, balls, rationals
from reference.arithmetic.functions import enclosed
from reference.arithmetic.precision import working_precision


def ends(ball):
    return float(ball.lower()), float(ball.upper())


@pytest.mark.parametrize(
    ("diagonal", "r", "groups"),
    [
        ([], 1, []), ([3], 1, [[0]]), ([5, 4, 1], 0.4, [[0], [1], [2]]), ([5, 4, 1], 0.5, [[0, 1], [2]]),
        ([5, 4, 1], 1.5, [[0, 1, 2]]), ([5, 2, 1, 1, -3], 0.5, [[0], [1, 2, 3], [4]]), ([-1, -1.5], 0.2, [[0], [1]]),
    ],
)  # fmt: skip
def test_intervals_that_touch_are_united(diagonal, r, groups):
    assert enclosed._united([arb(d) for d in diagonal], arb(r)) == groups


def test_an_error_is_what_the_values_vary_and_the_quotients_times_what_is_left():
    """Of values 2 ± 0.1 about 4 and 1 ± 0.2 about 1, intervals of radius 1/2; then the first stands for two entries."""
    values, r = [arb(2, 0.1), arb(1, 0.2)], arb(0.5)
    found = enclosed._error([arb(4), arb(1)], [[0], [1]], [arb(4, 0.5), arb(1, 0.5)], values, r)
    assert float(found) == pytest.approx(sqrt(0.1**2 + 0.2**2 + (1.2 / 2.5 * 0.5) ** 2), rel=1e-6)
    intervals = [arb(3.75, 0.75), arb(3.75, 0.75), arb(1, 0.5)]
    found = enclosed._error([arb(4), arb(3.5), arb(1)], [[0, 1], [2]], intervals, [values[0], *values], r)
    quotient = max(1.2 / 2, 1.1 / 2)
    assert float(found) == pytest.approx(sqrt(2 * 0.1**2 + 0.2**2 + (quotient * 0.5) ** 2), rel=1e-6)
    assert float(enclosed._error([arb(4)], [[0]], [arb(4, 0.5)], [arb(2, 0.25)], r)) == pytest.approx(0.25, rel=1e-6)


def test_a_unitary_matrix_is_as_near_as_the_defect():
    found = enclosed.unitary_near(acb_mat([[arb(1.1), 0], [0, 1]]))
    assert ends(found[0, 0].real) == pytest.approx((1.1 - 0.21, 1.1 + 0.21), abs=1e-6)
    assert ends(found[1, 0].real) == pytest.approx((-0.21, 0.21), abs=1e-6)
    assert all(entry.imag == 0 for entry in found.entries())
    turned = enclosed.unitary_near(acb_mat([[acb(0, 0.9), 0], [0, 1]]))
    assert ends(turned[0, 0].imag) == pytest.approx((0.9 - 0.19, 0.9 + 0.19), abs=1e-6)
    assert ends(turned[0, 1].imag) == ends(turned[0, 1].real) == pytest.approx((-0.19, 0.19), abs=1e-6)
    for far in ([[0]], [[1.5]], [[2, 0], [0, 1]], [[0, 0], [0, 1]]):
        assert enclosed.unitary_near(acb_mat([[arb(x) for x in row] for row in far])) is None


def test_what_is_diagonalised_descends_and_what_is_left_is_the_blur():
    rows = [[arb(1, 0.1), arb(0, 0.2)], [arb(0, 0.2), arb(4)]]
    blur = sqrt(0.1**2 + 2 * 0.2**2)
    for real, matrix in ((True, rows), (False, [[acb(x) for x in row] for row in rows])):
        u, diagonal, r = enclosed._diagonalised(matrix, real)
        assert [float(d) for d in diagonal] == pytest.approx([4, 1])
        assert float(r) == pytest.approx(blur, rel=1e-6)
        back = u * enclosed._diagonal(diagonal) * u.conjugate().transpose()
        assert all(back[i, j].real.contains((1, 4)[i] * (i == j)) for i in range(2) for j in range(2))
    middle, distance = enclosed.middle_and_blur(acb_mat(arb_mat(rows)))
    assert [entry.real for entry in middle.entries()] == [1, 0, 0, 4]
    assert float(distance) == pytest.approx(blur, rel=1e-6)


def test_what_is_left_is_rounded_upwards(monkeypatch):
    """A defect of 0, a blur of 1, and then 2⁻⁶⁰, of which 53 bits see nothing in the sum."""
    for blur, rest in ((1, 2.0**-60), (2.0**-60, 1)):
        bounds = iter([arb(0), arb(blur), arb(rest)])
        monkeypatch.setattr(enclosed, "norm_bound", lambda m, bounds=bounds: next(bounds))
        _, _, r = enclosed._diagonalised([[arb(1)]], True)
        with working_precision(100):
            assert r.is_exact()
            assert r >= arb(blur) + arb(rest)


@pytest.mark.parametrize("scale", [1, 0.0625, 16])
def test_what_is_skew_counts_by_the_slope_at_the_least_eigenvalue(scale):
    met = []

    def slope(t):
        met.append(float(t))
        return arb(1000)

    def rows(apart):
        entry = lambda: arb(0, 2.0**-10 * scale)  # noqa: E731
        above = [entry() for _ in range(3)]
        below = [entry() for _ in range(3)] if apart else above
        nine, four, one = (arb(x * scale) for x in (9, 4, 1))
        return [[one, above[0], above[1]], [below[0], nine, above[2]], [below[1], below[2], four]]

    together, apart = (enclosed.function_of("f", rows(apart), a.sqrt, slope) for apart in (False, True))
    assert met == [pytest.approx(scale * (1 - sqrt(6) * 2.0**-10), rel=1e-4)]
    skew = 2.0**-10 * scale * sqrt(6)  # a half of each gap, which is of both radii, at six places
    gap = float(apart[0][0].rad() - together[0][0].rad())
    assert gap == pytest.approx(1000 * skew, rel=1e-3)
    assert together[0][1] is together[1][0]
    assert apart[0][1] is not apart[1][0]


def test_of_complex_values_both_parts_are_enclosed():
    found = enclosed.function_of("f", [[arb(1), arb(0)], [arb(0), arb(4)]], lambda t: a.exp(1j * t))
    for i, j in ((0, 0), (0, 1), (1, 0), (1, 1)):
        expected = acb(0, (1, 4)[i]).exp() if i == j else acb(0)
        assert found[i][j].overlaps(expected)
        assert max(found[i][j].real.rad(), found[i][j].imag.rad()) < 1e-9


def test_a_matrix_is_complex_where_any_entry_is():
    found = enclosed.function_of("f", [[arb(2), acb(0, 1)], [acb(0, -1), arb(2)]], lambda t: t * t)
    for (i, j), value in {(0, 0): acb(5), (0, 1): acb(0, 4), (1, 0): acb(0, -4), (1, 1): acb(5)}.items():
        assert acb(found[i][j]).overlaps(value)
        assert acb(found[i][j]).rad() < 1e-9
    half = a.hermitian_part(complex_balls(rationals([[[[0, 1], [0, 3]]] * 4] * 3) * 1j))
    assert half.shape == (3, 4, 2, 2)
    assert all(entry.imag == 0 for entry in half[..., [0, 1], [0, 1]].reshape(-1).bare())
    for k, entry in enumerate(half[..., [0, 1], [1, 0]].reshape(-1).bare()):
        assert entry.overlaps(acb(0, 0.5 * (-1) ** k))


def test_eigenvalues_are_united_by_how_far_they_may_be_off(monkeypatch):
    met, united = [], enclosed._united
    monkeypatch.setattr(enclosed, "_united", lambda diagonal, r: met.append(r) or united(diagonal, r))
    monkeypatch.setattr(
        enclosed, "_diagonalised", lambda matrix, real: (acb_mat([[1, 0], [0, 1]]), [arb(3), arb(1)], arb(0.25))
    )
    enclosed.function_of("f", [[arb(3), arb(0)], [arb(0), arb(1)]], a.sqrt)
    assert met == [0.25]


def test_of_what_is_unknown_both_parts_are():
    for rows in ([[acb(1), acb(0, arb.nan())], [acb(0, arb.nan()), acb(1)]], [[acb(-1), acb(0)], [acb(0), acb(1)]]):
        found = enclosed.function_of("f", rows, a.sqrt)
        assert all(entry.real.is_nan() and entry.imag.is_nan() for row in found for entry in row)
    assert all(entry.is_nan() for row in enclosed.function_of("f", [[arb(-1)]], a.sqrt) for entry in row)


def test_a_slope_that_is_a_ball_counts_by_its_end():
    rows = [[arb(4), arb(0, 2.0**-12)], [arb(0, 2.0**-12), arb(9)]]
    widths = [
        float(enclosed.function_of("f", rows, a.sqrt, lambda t, slope=slope: slope)[0][0].rad())
        for slope in (arb(0), arb(1000, 500))
    ]
    assert widths[1] - widths[0] == pytest.approx(1500 * sqrt(2) * 2.0**-12, rel=1e-3)


def test_in_a_batch_one_matrix_may_be_real():
    real = [[arb(2), arb(1)], [arb(1), arb(2)]]
    turned = [[acb(2), acb(0, 1)], [acb(0, -1), acb(2)]]
    for batch in ([real, turned], [turned, real], [turned, turned]):
        found = a.spectral(ComplexBalls.of(np.array(batch, dtype=object)), lambda t: t * t)
        assert type(found) is ComplexBalls
        for square, rows in zip(found, batch, strict=True):
            expected = np.array([[complex(acb(x)) for x in row] for row in rows]) @ np.array(
                [[complex(acb(x)) for x in row] for row in rows]
            )
            for entry, value in zip(square.reshape(-1).bare(), expected.ravel(), strict=True):
                assert acb(entry).overlaps(acb(complex(value)))


def test_what_overlaps_in_a_chain_is_one_interval():
    """Each entry of the diagonal is within 0.6 of an eigenvalue, and so may be next to any of the others."""
    x = Balls.of(np.array([[arb(i) if i == j else arb(0, 0.25) for j in range(3)] for i in range(3)], dtype=object))
    for function, value in ((lambda t: t, float), (lambda t: a.exp(1j * t), lambda t: np.exp(1j * t))):
        found = a.spectral(x, function)
        for k in range(3):
            assert acb(found[k, k].bare()).contains(complex(value(k)))


def test_of_two_values_at_one_eigenvalue_both_are_possible():
    one, two = balls(rationals([[1, 0], [0, 1]])), balls(rationals([1, 3]))
    for unit in (1, 1j):
        found = a.spectral(one, lambda t, unit=unit: unit * two + 0 * t)
        for k in range(2):
            assert acb(found[k, k].bare()).contains(unit)
            assert acb(found[k, k].bare()).contains(3 * unit)


def test_a_skew_part_that_is_not_known_is_not_0(monkeypatch):
    rows = [[arb(4), arb(1)], [arb(1), arb(2)]]
    assert all(entry.is_finite() for row in enclosed.function_of("f", rows, a.sqrt, lambda t: 1 / t) for entry in row)
    monkeypatch.setattr(enclosed, "skewness", lambda matrix: arb.nan())
    found = enclosed.function_of("f", rows, a.sqrt, lambda t: arb(1))
    assert not any(entry.is_finite() for row in found for entry in row)


def test_what_is_hermitian_has_a_real_diagonal():
    x = complex_balls(rationals([[3, 1], [1, 2]]) / 3 + 1j * rationals([[0, -1], [1, 0]]) / 7)
    x = a.hermitian_part(x)
    for found in (a.sqrtm(x), a.expm(x), a.logm(x), a.spectral(x, lambda t: t * t)):
        assert [found[k, k].bare().imag for k in range(2)] == [0, 0]
        assert all(entry.real.rad() > 0 for entry in found.reshape(-1).bare())


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0], [1, 2, 0]])
def test_vectors_may_come_in_any_order(order, monkeypatch):
    vectors = enclosed.approximate_eigenvectors
    monkeypatch.setattr(
        enclosed, "approximate_eigenvectors",
        lambda m: arb_mat([[row[k] for k in order] for row in vectors(m).tolist()]),
    )  # fmt: skip
    x = balls(rationals([[5, 1, 0], [1, 5, 0], [0, 0, 1]]))  # of eigenvalues 6, 4 and 1
    found = a.spectral(x, lambda t: t * t)
    for ball, value in zip(np.ravel(found.array), [26, 10, 0, 10, 26, 0, 0, 0, 1], strict=True):
        assert ball.contains(value)
        assert ball.rad() < 1e-10


@pytest.mark.parametrize("p", [Fraction(5, 4), Fraction(3, 2), Fraction(2) - Fraction(1, 8), Fraction(-3, 2)])
def test_a_power_beyond_1_holds_for_what_is_not_symmetric(p):
    """To first order an entry of f(M) is that of M times (f(a) − f(b)) / (a − b), and the slope at b is less."""
    r, low = 2.0**-20, 2.0**-14
    x = Balls.of(np.array([[arb(1), arb(0, r)], [arb(r), arb(low)]], dtype=object))
    found = a.powm(x, p).array
    quotient = (1 - low ** float(p)) / (1 - low)
    for entry, extremes in ((found[0, 1], (-r, r)), (found[1, 0], (r,))):
        for at in extremes:
            assert (entry + arb(0, 1e-3 * r)).contains(at * quotient)


ROOTS = {  # of a symmetric matrix, and how steep it is at 1/64
    "sqrtm": (a.sqrtm, 4), "logm": (a.logm, 64), "minus a half": (lambda x: a.powm(x, Fraction(-1, 2)), 256),
    "a third": (lambda x: a.powm(x, Fraction(1, 3)), 16 / 3),
    "minus a third": (lambda x: a.powm(x, Fraction(-1, 3)), 256 / 3),
}  # fmt: skip


@pytest.mark.parametrize("name", ROOTS)
def test_what_is_skew_of_a_root_counts_by_its_slope(name):
    function, slope = ROOTS[name]
    r, n = 2.0**-30, 2

    def radius(apart):
        above = arb(0, r)
        entries = [[arb(1) / 64, above], [arb(0, r) if apart else above, arb(1)]]
        return float(function(Balls.of(np.array(entries, dtype=object)))[0, 0].bare().rad())

    skew = r * sqrt(n * (n - 1))
    assert radius(True) - radius(False) == pytest.approx(slope * skew, rel=1e-4)


def test_entries_that_only_overlap_widen_what_is_known_by_the_slope_at_the_least_eigenvalue():
    """Of [4 ± e, ± e; ± e, 4] the symmetric part is known to √2 e, twice, and the skew one to √2 e."""
    e = 2.0**-20
    x = Balls.of(np.array([[arb(4), arb(0, e)], [arb(0, e), arb(4)]], dtype=object))
    for function, slope in (
        (a.sqrtm, 1 / 4), (lambda x: a.powm(x, Fraction(1, 3)), 4 ** (-2 / 3) / 3), (a.logm, 1 / 4),
        (lambda x: a.powm(x, Fraction(-1, 2)), 4**-1.5 / 2), (lambda x: a.powm(x, Fraction(-1, 3)), 4 ** (-4 / 3) / 3),
    ):  # fmt: skip
        assert float(function(x)[0, 1].bare().rad()) == pytest.approx((2 + 2**0.5) * e * slope, rel=1e-3)
