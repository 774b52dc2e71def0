"""Functions of symmetric and Hermitian matrices hold what they are, at ties and zeros, and no slip passes for them."""

from fractions import Fraction

import numpy as np
import pytest
import scipy.linalg
import torch
from flint import acb, arb, arb_mat, ctx, fmpq

from properties.engine.helpers.arithmetics import around as around_real
from properties.engine.helpers.slow import but, thinned
from properties.engine.helpers.turned import ONE, TURNS, around, lifted, like, one, turned, widest
from reference import arithmetic as a
from reference.arithmetic.exact import Balls, balls, rationals
from reference.arithmetic.functions import enclosed
from reference.arithmetic.lanes import floats, stack, unstack
from reference.arithmetic.undefined import reasons

SPECTRA = [[9, 4, 1], [4, 4, 1], [9, 0, 0], [1, 1, 1], [16, 4, 4], [0, 0, 0]]


FUNCTIONS = {  # of a matrix, of an eigenvalue, whether it loses half of the digits at 0, and whether it needs > 0
    "sqrtm": (a.sqrtm, lambda t: t.sqrt(), True, False),
    "three halves": (lambda x: a.powm(x, Fraction(3, 2)), lambda t: t.sqrt() ** 3, True, False),
    "minus a half": (lambda x: a.powm(x, Fraction(-1, 2)), lambda t: 1 / t.sqrt(), True, True),
    "a cube": (lambda x: a.powm(x, 3), lambda t: t**3, False, False),
    "an inverse": (lambda x: a.powm(x, -2), lambda t: 1 / t**2, False, True),
    "absm": (lambda x: a.absm(x - 4 * one(x)), lambda t: abs(t - 4), False, False),
    "absm of a product": (lambda x: a.absm(like(x, TURNS["orthogonal"]) @ x), lambda t: t, False, False),
    "spectral": (
        lambda x: a.spectral(x, lambda t: a.maximum(t - 2, 1) / (1 + t)),
        lambda t: max(t - 2, fmpq(1)) / (1 + t), False, False,
    ),
    "a projector": (lambda x: a.projector(x, 2), lambda t: fmpq(int(t > 2)), False, False),
}  # fmt: skip


@pytest.mark.parametrize("bits", but([53, 64, 256], 53, 256, mark="long"))
@pytest.mark.parametrize("turn", thinned(TURNS, 3, mark="long"))
@pytest.mark.parametrize("spectrum", SPECTRA, ids=str)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_balls_hold_the_function_and_are_as_small_as_the_precision(name, spectrum, turn, bits):
    function, of_one, halved, definite = FUNCTIONS[name]
    if definite and 0 in spectrum:
        return
    matrix = turned(turn, spectrum)
    truth = turned(turn, [of_one(fmpq(t)) for t in spectrum])
    assert (function(matrix) == truth).all()  # all eigenvalues are rational, and what becomes of them
    with ctx.workprec(bits):
        lost = bits / 2 if halved and 0 in spectrum else 0
        assert widest(function(lifted(matrix)), truth) < 2.0 ** (16 - bits + lost)


@pytest.mark.parametrize("turn", TURNS)
def test_logarithms_and_exponentials_are_inverse(turn):
    for spectrum in ([3, 3, 1], [5, 2, 1], [2, 2, 2]):
        matrix = turned(turn, spectrum)
        for bits in (53, 200):
            with ctx.workprec(bits):
                assert widest(a.expm(a.logm(lifted(matrix))), matrix) < 2.0 ** (16 - bits)
                assert widest(a.logm(a.expm(lifted(matrix))), matrix) < 2.0 ** (24 - bits)
                phases = a.spectral(lifted(matrix), lambda t: a.exp(1j * t))  # unitary
                assert widest(phases @ phases.H, ONE) < 2.0 ** (16 - bits)


@pytest.mark.parametrize("function", ["log", "sqrt", "tanh"])
def test_close_eigenvalues_cost_no_digits_and_distant_ones_neither(function):
    """A divided difference is at most the derivative, where a projector of one of them would lose the gap's digits."""
    for gap in (2.0**-20, 2.0**-40, 2.0**-62, 2.0**-70):
        spectrum = [1 + fmpq(*gap.as_integer_ratio()), 1, 4096]
        found = a.spectral(balls(turned("orthogonal", spectrum)), getattr(a, function))
        with ctx.workprec(400):
            one = Balls.of(np.array([arb(t) for t in spectrum], dtype=object))
            diagonal = a.rectangular_diagonal(getattr(a, function)(one), 3, 3)
            truth = balls(TURNS["orthogonal"]) @ diagonal @ balls(TURNS["orthogonal"].mT)
        for ball, value in zip(np.ravel(found.array), np.ravel(truth.array), strict=True):
            assert ball.overlaps(value)
            assert ball.rad() < 4096 * 2.0**-44


@pytest.mark.parametrize("turn", TURNS)
def test_every_matrix_within_the_balls_has_its_function_there(turn):
    """Also at a tie, from which eigenvectors turn anywhere."""
    generator, radius = np.random.default_rng(0), 2.0**-6
    for spectrum in ([4, 4, 1], [4, 1, 0], [1, 1, 1]):
        middle = floats(turned(turn, spectrum))
        wide = a.hermitian_part(around(middle, radius))
        roots, moduli = a.sqrtm(wide), a.absm(wide - one(wide))
        for _ in range(40):
            shift = generator.uniform(-radius, radius, (2, 3, 3))
            shift = shift[0] + 1j * shift[1] if turn == "unitary" else shift[0]
            values, vectors = np.linalg.eigh(middle + (shift + shift.conj().T) / 2)
            for found, truth in ((roots, np.sqrt(values.astype(complex)).real), (moduli, abs(values - 1))):
                if found is roots and values[0] < 0:
                    continue
                inside = (vectors * truth) @ vectors.conj().T
                for ball, value in zip(np.ravel(found.array), np.ravel(inside), strict=True):
                    assert abs(acb(ball) - acb(value)).lower() < 1e-12
        assert all(acb(ball).rad() < 0.25 for ball in np.ravel(roots.array))
        assert all(acb(ball).rad() < 0.4 for ball in np.ravel(moduli.array))


@pytest.mark.long
@pytest.mark.parametrize("turn", TURNS)
def test_a_matrix_that_is_not_symmetric_has_its_function_in_the_balls_too(turn):
    """Entries that overlap are those of matrices far from symmetric, where no eigenvalue is near 0."""
    generator, radius = np.random.default_rng(0), 0.125
    middle = floats(turned(turn, [4, 2, 2]))
    functions = {
        scipy.linalg.sqrtm: a.sqrtm,
        scipy.linalg.logm: a.logm,
        lambda x: scipy.linalg.fractional_matrix_power(x, -0.5): lambda x: a.powm(x, Fraction(-1, 2)),
        lambda x: scipy.linalg.fractional_matrix_power(x, 2.5): lambda x: a.powm(x, Fraction(5, 2)),
        lambda x: scipy.linalg.fractional_matrix_power(x, -1.5): lambda x: a.powm(x, Fraction(-3, 2)),
        scipy.linalg.expm: a.expm,
    }
    skew = np.triu(np.ones((3, 3)), 1) - np.tril(np.ones((3, 3)), -1)
    for numpys, ours in functions.items():
        for blur in (radius, 2.0**-20):
            apart = skew * blur * (1j if turn == "unitary" else 1)  # the middles differ, the balls overlap
            found = ours(around(middle + apart, blur))
            for sign in (1, 2, *generator.choice([-1, 1], (20, 3, 3))):
                inside = middle + (apart * sign if np.ndim(sign) == 0 else apart + sign * blur * 0.999)
                for ball, value in zip(np.ravel(found.array), np.ravel(numpys(inside)), strict=True):
                    assert abs(acb(ball) - acb(complex(value))).lower() < 1e-10
            assert max(float(acb(ball).rad()) for ball in np.ravel(found.array)) < 2000 * blur


def test_a_function_may_tell_eigenvalues_by_their_place():
    first, second = np.array([1, 0, 0]), np.array([0, 1, 0])
    for turn in TURNS:
        matrix = turned(turn, [4, 2, 1])
        truth = turned(turn, [1, 0, 0])
        assert (a.spectral(matrix, lambda t: 0 * t + first) == truth).all()
        assert widest(a.spectral(lifted(matrix), lambda t: 0 * t + first), truth) < 1e-12
        np.testing.assert_allclose(a.spectral(floats(matrix), lambda t: 0 * t + first), floats(truth), atol=1e-12)
        many = a.spectral(unstack(floats(matrix)[None]), lambda t: 0 * t + first)
        np.testing.assert_allclose(stack(many)[0][0], floats(truth), atol=1e-12)
        shares = turned(turn, [fmpq(1, 2), fmpq(1, 4), fmpq(1, 4)])
        tied = turned(turn, [4, 2, 2])  # each counts as often as it occurs
        assert (a.spectral(tied, lambda t: t / t.sum()) == shares).all()
        assert widest(a.spectral(lifted(tied), lambda t: t / t.sum()), shares) < 1e-12
        # of a tie there is no second one: every choice is held
        with pytest.raises(a.OutsideDomain, match="two values at one eigenvalue"):
            a.spectral(tied, lambda t: 0 * t + second)
        either = a.spectral(lifted(tied), lambda t: 0 * t + second)
        for truth in (turned(turn, [0, 1, 0]), turned(turn, [0, 0, 1])):
            assert widest(either, truth) < 2


@pytest.mark.parametrize("lift", [np.asarray, torch.tensor])
def test_floats_are_semidefinite_but_for_three_quarters_of_their_digits(lift):
    """Beside the largest eigenvalue of the matrix itself, of whatever sign."""
    for scale in (1.0, 2.0**40, 2.0**-40):
        for function, power in ((a.sqrtm, 0.5), (lambda x: a.powm(x, Fraction(3, 2)), 1.5)):
            found = np.asarray(function(lift(scale * np.diag([1.0, 0.25, -1e-13]))))
            np.testing.assert_allclose(found, scale**power * np.diag([1, 0.25**power, 0]), atol=1e-12 * scale**power)
            beside = lift(scale * np.stack([2.0**40 * np.eye(3), np.diag([1.0, 0.25, -1e-11])]))
            with np.errstate(invalid="ignore"):
                assert np.isnan(np.asarray(function(beside))).any((1, 2)).tolist() == [False, True]
                assert np.isnan(np.asarray(function(lift(-scale * np.eye(2))))).any()


VECTORS = {
    "too long": lambda i, j: fmpq(9, 8) * (i == j),
    "too short": lambda i, j: fmpq(7, 8) * (i == j),
    "skewed": lambda i, j: fmpq(1) if i == j else fmpq(i - 2 * j, 64),
}


@pytest.mark.parametrize("vectors", VECTORS)
def test_bad_eigenvectors_widen_the_enclosures_only(vectors, monkeypatch):
    def approximate(m):
        n = m.nrows()
        return arb_mat([[arb(VECTORS[vectors](i, j)) for j in range(n)] for i in range(n)])

    monkeypatch.setattr(enclosed, "approximate_eigenvectors", approximate)
    for matrix, root in (([[5, 4], [4, 5]], [[2, 1], [1, 2]]), ([[4, 0], [0, 9]], [[2, 0], [0, 3]])):
        found = a.sqrtm(balls(rationals(matrix)))
        assert 2.0**-10 < widest(found, rationals(root)) < 8
        assert widest(a.absm(balls(rationals(root))), rationals(root)) < 80


def test_eigenvectors_that_are_turned_widen_the_enclosures_only(monkeypatch):
    """They are orthogonal, so what is off the diagonal alone says how wrong they are."""
    t = fmpq(1, 64)
    cosine, sine = (1 - t * t) / (1 + t * t), 2 * t / (1 + t * t)
    vectors = [[cosine, -sine], [sine, cosine]]
    monkeypatch.setattr(enclosed, "approximate_eigenvectors", lambda m: arb_mat(vectors))
    for matrix, root in (([[4, 0], [0, 9]], [[2, 0], [0, 3]]), ([[5, 4], [4, 5]], [[2, 1], [1, 2]])):
        assert 2.0**-10 < widest(a.sqrtm(balls(rationals(matrix))), rationals(root)) < 8
    step = a.spectral(balls(rationals([[4, 0], [0, 9]])), lambda t: a.where(a.greater(t, 6), 1, 0))
    assert 2.0**-10 < widest(step, rationals([[0, 0], [0, 1]])) < 1  # constant about each of them


def test_what_is_not_symmetric_to_the_letter_is_widened_and_does_not_become_it():
    entries = [[arb(4), arb(1, 0.25)], [arb(1, 0.25), arb(4)]]
    found = [
        enclosed.function_of("sqrtm", entries, a.sqrt, slope)
        for slope in (lambda t: arb(0), lambda t: 1000 * (arb(1) if 2 < t < 3 else arb(0)))
    ]
    skew = 0.25 * 2**0.5  # [0 k; −k 0] with |k| ≤ 1/4
    assert abs(float(found[1][0][0].rad() - found[0][0][0].rad()) / (1000 * skew) - 1) < 1e-6
    assert found[0][0][1] is not found[0][1][0]
    apart = Balls.of(np.array(entries, dtype=object))
    for p, whole in ((Fraction(5, 2), 2), (Fraction(-5, 2), -2)):  # a product of what holds for such matrices
        factors = a.powm(apart, whole) @ a.powm(apart, p - whole)
        assert a.powm(apart, p)[0, 1].bare().rad() == factors[0, 1].bare().rad()
    same = arb(1, 0.25)
    stated = enclosed.function_of("sqrtm", [[arb(4), same], [same, arb(4)]], a.sqrt, lambda t: arb(1000))
    assert stated[0][1] is stated[1][0]
    assert stated[0][0].rad() < 1


def test_what_nothing_is_known_of_says_nothing(monkeypatch):
    unknown = Balls.of(np.array([[arb(1), arb.nan()], [arb.nan(), arb(1)]], dtype=object))
    wide = around_real([0, 0, 0, 0], [2, 0, 0, 2]).reshape(2, 2)  # an indefinite one is among them
    for function, x in ((a.sqrtm, unknown), (a.absm, unknown), (a.logm, wide), (a.logm, balls(0 * ONE))):
        with reasons() as noted:
            assert not any(ball.is_finite() for ball in np.ravel(function(x).array))
        assert x is unknown or any(reason.startswith("logm: ") for reason in noted)
    monkeypatch.setattr(enclosed, "approximate_eigenvectors", lambda m: arb_mat([[1, 1], [1, 1]]))
    assert all(ball.is_nan() for ball in np.ravel(a.sqrtm(balls(rationals([[1, 0], [0, 2]]))).array))


@pytest.mark.parametrize("turn", TURNS)
def test_what_comes_out_is_hermitian_to_the_letter(turn):
    wide = a.hermitian_part(around(floats(turned(turn, [4, 2, 1])), 2.0**-20))
    for function in (a.sqrtm, a.absm, a.expm, lambda x: a.geometric_mean(x, x @ x + one(x))):
        spectrum = a.eigenvalues(function(wide)).bare()
        apart = a.eigenvalues(function(wide) + 0 * wide).bare()  # entries that are only known to overlap
        assert all(p.rad() < q.rad() for p, q in zip(spectrum, apart, strict=True))
    with pytest.raises(TypeError, match="the imaginary part is not certainly 0"):
        a.maximum(a.spectral(wide, lambda t: a.exp(1j * t)), 0)
