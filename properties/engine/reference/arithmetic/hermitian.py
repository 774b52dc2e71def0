"""Hermitian matrices: spectra with ties, enclosures of every matrix within the balls, and refusals of what is none."""

import numpy as np
import pytest
from flint import acb, arb, ctx

from properties.engine.helpers.arithmetics import encloses
from reference import arithmetic as a
from reference.arithmetic.complex_matrices import embedding
from reference.arithmetic.complexes import ComplexBalls, complex_balls
from reference.arithmetic.exact import balls, rationals
from reference.arithmetic.lanes import floats, stack, unstack
from verify import Unitary
from verify.judging.comparisons import positive_semidefinite

K = rationals([[0, 1, 2], [-1, 0, 1], [-2, -1, 0]]) + 1j * rationals([[1, 2, 0], [2, -1, 1], [0, 1, 3]])
ONE = a.identity(3, 3, K)
TURN = a.solve(ONE + K, ONE - K)  # unitary
SKEW = rationals([[0, 1], [1, 0]]) * 1j


def turned(spectrum):
    return TURN @ a.rectangular_diagonal(rationals(spectrum), 3, 3) @ TURN.H


@pytest.mark.parametrize("bits", [53, 64, 250])
@pytest.mark.parametrize("spectrum", [[3, 3, 1], [2, 0, 0], [0, 0, 0], [1, -1, -1], [5, 5, 5], [7, 2, -4]])
def test_spectra_with_ties_and_zeros_are_tight(spectrum, bits):
    with ctx.workprec(bits):
        tiny, matrix = arb(2) ** (12 - bits), turned(spectrum)
        assert (matrix == matrix.H).all()
        assert (matrix != matrix.mT).any() or len(set(spectrum)) == 1
        assert encloses(a.eigenvalues(complex_balls(matrix)), spectrum, tiny)
        magnitudes = sorted(map(abs, spectrum), reverse=True)
        assert encloses(a.singular_values(complex_balls(matrix)), magnitudes, tiny)
        assert encloses(a.singular_values(complex_balls(matrix @ TURN)), magnitudes, tiny)
        doubled = a.eigenvalues(a.symmetric_part(embedding(complex_balls(matrix))))  # another way, of real matrices
        assert encloses(doubled, sorted([*spectrum, *spectrum], reverse=True), tiny)


def ball(middle, radius):
    return acb(arb(middle.real, radius), arb(middle.imag, radius))


@pytest.mark.parametrize("size", [2, 3])
def test_enclosures_hold_for_every_matrix_within_the_balls(size):
    """Also for those that are not Hermitian, with entries that are not conjugates of each other."""
    generator, radius = np.random.default_rng(size), 0.25
    for _ in range(30):
        middle = generator.integers(-4, 5, (size, size)) / 2 + 1j * generator.integers(-4, 5, (size, size)) / 2
        middle = (middle + middle.conj().T) / 2
        entries = np.array([ball(x, radius) for x in middle.ravel()], dtype=object).reshape(size, size)
        spectrum = a.eigenvalues(ComplexBalls.of(entries)).bare()
        for _ in range(20):
            shift = generator.uniform(-radius, radius, (2, size, size))
            values = np.sort(np.linalg.eigvals(middle + shift[0] + 1j * shift[1]).real)[::-1]
            assert all(b.lower() - 1e-9 <= v <= b.upper() + 1e-9 for b, v in zip(spectrum, values, strict=True))


def test_a_hermitian_part_is_hermitian_to_the_letter_and_its_enclosures_are_tighter():
    wide = ComplexBalls.of(np.array([[ball(x, 0.1) for x in row] for row in floats(turned([4, 2, 1]))], dtype=object))
    part = a.hermitian_part(wide)
    apart = part + 0 * part  # its entries are only known to overlap
    for tight, loose in zip(a.eigenvalues(part).bare(), a.eigenvalues(apart).bare(), strict=True):
        assert tight.rad() < loose.rad()
        assert loose.contains(tight.mid())
    assert all(part.array[i, i].imag == 0 for i in range(3))
    real = balls(rationals([[1, 2], [4, 3]])) / 3
    part = a.hermitian_part(real).array
    assert part[0, 1] is part[1, 0]


def test_one_and_the_same_complex_number_is_not_its_own_conjugate():
    z = acb(0, arb(1, 0.1))
    for entries in ([[acb(0), z], [z, acb(0)]], [[z, acb(0)], [acb(0), z]]):
        with pytest.raises(a.OutsideDomain, match="not Hermitian"):
            a.eigenvalues(ComplexBalls.of(np.array(entries, dtype=object)))


@pytest.mark.parametrize("lift", [lambda x: x, complex_balls, floats], ids=["exact", "balls", "numpy"])
@pytest.mark.parametrize("matrix", [SKEW, 1j * ONE[:2, :2], rationals([[1, 2], [0, 1]]) * (1 + 0j)])
def test_what_is_not_hermitian_is_refused(matrix, lift):
    for function in (a.eigenvalues, a.log_determinant):
        with pytest.raises(a.OutsideDomain, match=f"^{function.__name__}: the matrix is not "):
            function(lift(matrix))


def test_lanes_have_no_value_where_a_matrix_is_not_hermitian():
    many = unstack(np.stack([floats(SKEW), floats(1j * SKEW), np.eye(2) + 0j]))
    with np.errstate(all="ignore"):
        assert np.isnan(stack(a.eigenvalues(many))[0]).any(-1).tolist() == [True, False, False]
        assert np.isnan(stack(a.log_determinant(many))[0]).tolist() == [True, True, False]


def test_a_logarithm_of_a_determinant_is_that_of_a_definite_matrix():
    with ctx.workprec(100):
        value = a.log_determinant(complex_balls(turned([3, 2, 1]))).bare()
        assert value.overlaps(arb(6).log())
        assert value.rad() < 1e-20
        for spectrum in ([3, -2, -1], [1, 1, 0]):
            assert a.log_determinant(complex_balls(turned(spectrum))).bare().is_nan()


@pytest.mark.parametrize("lift", [lambda x: x, complex_balls], ids=["exact", "balls"])
def test_semidefinite_is_decided_with_ties(lift):
    assert positive_semidefinite(lift(turned([3, 1, 1]))).value is True
    assert positive_semidefinite(lift(turned([3, 1, -1]))).value is False
    assert positive_semidefinite(turned([3, 0, 0])).value is True
    assert positive_semidefinite(lift(turned([0, 0, -1]))).value is False
    with pytest.raises(Exception, match="not Hermitian"):
        positive_semidefinite(lift(SKEW))


def test_what_makes_no_sense_says_so():
    for lift in (lambda x: x, complex_balls):
        with pytest.raises(a.Unsupported, match="write hermitian_part"):
            a.symmetric_part(lift(SKEW))
        with pytest.raises(a.Unsupported, match="erfc"):
            a.erfc(lift(SKEW))
    assert a.rank(turned([3, 0, 0])) == 1
    assert a.rank(complex_balls(1j * rationals([[1, 2], [2, 4]]) / 8)) == 1
    with pytest.raises(a.Inexact):
        a.rank(complex_balls(turned([3, 2, 0])) / 3)
    assert stack(a.rank(unstack(floats(turned([3, 2, 0]))[None])))[0].tolist() == [2]


def test_unitary_matrices_are_unitary_and_are_recognised_again():
    domain = Unitary("d")
    assert domain.contains(TURN)
    assert not domain.contains(TURN * 2)
    assert not domain.contains(TURN.real * (1 + 0j))
    raw = domain.raw(TURN)
    assert (domain.construct(raw, "plain", (3, 3)) == TURN).all()
