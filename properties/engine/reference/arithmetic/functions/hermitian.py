"""Functions of symmetric and Hermitian matrices hold what they are, at ties and zeros, and no slip passes for them."""

from fractions import Fraction

import numpy as np
import pytest
from flint import acb, arb, arb_mat, ctx, fmpq

from properties.engine.helpers.arithmetics import around
from reference import arithmetic as a
from reference.arithmetic.complexes import ComplexBalls, ComplexRationals, complex_balls
from reference.arithmetic.exact import Balls, Irrational, balls, rationals
from reference.arithmetic.functions import enclosed
from reference.arithmetic.lanes import floats, stack, unstack
from reference.arithmetic.undefined import reasons

REAL = rationals([[0, 1, 2], [-1, 0, 1], [-2, -1, 0]])
SKEW = REAL + 1j * rationals([[1, 2, 0], [2, -1, 1], [0, 1, 3]])
ONE = a.identity(3, 3, REAL)
TURNS = {"orthogonal": a.solve(ONE + REAL, ONE - REAL), "unitary": a.solve(ONE + SKEW, ONE - SKEW)}
SPECTRA = [[9, 4, 1], [4, 4, 1], [9, 0, 0], [1, 1, 1], [16, 4, 4], [0, 0, 0]]


def turned(turn, spectrum):
    return TURNS[turn] @ a.rectangular_diagonal(rationals(spectrum), 3, 3) @ TURNS[turn].H


def lifted(x):
    return balls(x) if isinstance(x, type(REAL)) else complex_balls(x)


def one(x):
    return a.identity(3, 3, x)


def like(x, matrix):
    return matrix if isinstance(x, (type(matrix), ComplexRationals)) else lifted(matrix)


def widest(found, truth):
    """Return the largest radius; every entry of the truth lies in its ball."""
    for ball, value in zip(np.ravel(found.array), np.ravel(lifted(truth).array), strict=True):
        assert acb(ball).overlaps(acb(value))
    return max(float(acb(ball).rad()) for ball in np.ravel(found.array))


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


@pytest.mark.parametrize("bits", [53, 64, 256])
@pytest.mark.parametrize("turn", TURNS)
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
        wide = a.hermitian_part(_around(middle, radius))
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


def _around(middle, radius):
    if np.iscomplexobj(middle):
        entries = [acb(arb(x.real, radius), arb(x.imag, radius)) for x in middle.ravel()]
        return ComplexBalls.of(np.array(entries, dtype=object).reshape(middle.shape))
    return around(middle.ravel(), [radius] * middle.size).reshape(middle.shape)


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


def test_what_nothing_is_known_of_says_nothing(monkeypatch):
    unknown = Balls.of(np.array([[arb(1), arb.nan()], [arb.nan(), arb(1)]], dtype=object))
    wide = around([0, 0, 0, 0], [2, 0, 0, 2]).reshape(2, 2)  # an indefinite one is among them
    for function, x in ((a.sqrtm, unknown), (a.absm, unknown), (a.logm, wide), (a.logm, balls(0 * ONE))):
        with reasons() as noted:
            assert not any(ball.is_finite() for ball in np.ravel(function(x).array))
        assert x is unknown or any(reason.startswith("logm: ") for reason in noted)
    monkeypatch.setattr(enclosed, "approximate_eigenvectors", lambda m: arb_mat([[1, 1], [1, 1]]))
    assert all(ball.is_nan() for ball in np.ravel(a.sqrtm(balls(rationals([[1, 0], [0, 2]]))).array))


@pytest.mark.parametrize("turn", TURNS)
def test_what_comes_out_is_hermitian_to_the_letter(turn):
    wide = a.hermitian_part(_around(floats(turned(turn, [4, 2, 1])), 2.0**-20))
    for function in (a.sqrtm, a.absm, a.expm, lambda x: a.geometric_mean(x, x @ x + one(x))):
        spectrum = a.eigenvalues(function(wide)).bare()
        apart = a.eigenvalues(function(wide) + 0 * wide).bare()  # entries that are only known to overlap
        assert all(p.rad() < q.rad() for p, q in zip(spectrum, apart, strict=True))
    with pytest.raises(TypeError, match="the imaginary part is not certainly 0"):
        a.maximum(a.spectral(wide, lambda t: a.exp(1j * t)), 0)


@pytest.mark.parametrize("turn", TURNS)
def test_fractions_have_what_is_rational_and_nothing_else(turn):
    mixed = turned(turn, [4, 2, 2])
    for function in (a.sqrtm, a.logm, a.expm, lambda x: a.powm(x, Fraction(1, 3)), lambda x: a.spectral(x, a.exp)):
        with pytest.raises(Irrational):
            function(mixed)
    cube = turned(turn, [27, 8, 0])
    assert (a.powm(cube, Fraction(2, 3)) == turned(turn, [9, 4, 0])).all()
    batch = a.powm(np.stack([cube, turned(turn, [8, 1, 1])]), Fraction(1, 3))
    assert (batch[1] == turned(turn, [2, 1, 1])).all()
    with pytest.raises(ZeroDivisionError):
        a.powm(cube, Fraction(-1, 3))
    golden = rationals([[1, 1], [1, 0]])  # of irrational eigenvalues, one of them negative
    with pytest.raises(Irrational):
        a.projector(golden)
    zero = 0 * golden
    doubled = np.concatenate([np.concatenate([golden @ golden, golden @ golden], -1)] * 2, -2)  # ⪰ 0, of rank 2
    half = a.identity(2, 2, golden) / 2
    assert (a.projector(doubled) == np.concatenate([np.concatenate([half, half], -1)] * 2, -2)).all()
    assert (a.projector(-doubled) == 0 * doubled).all()
    assert (a.projector(golden @ golden + zero) == a.identity(2, 2, golden)).all()


def test_a_projector_takes_ties_with_the_threshold_for_what_they_are():
    for turn in TURNS:
        matrix = turned(turn, [3, 1, 0])
        for above, spectrum in (
            (0, [1, 1, 0]),
            (1, [1, 0, 0]),
            (Fraction(1, 2), [1, 1, 0]),
            (3, [0, 0, 0]),
            (-1, [1, 1, 1]),
        ):
            assert (a.projector(matrix, above) == turned(turn, spectrum)).all()
            untied = above not in (0, 1, 3)
            assert widest(a.projector(lifted(matrix), above), turned(turn, spectrum)) < (1e-13 if untied else 1.5)
    dyadic = rationals([[1, 1], [1, 1]])
    for lift in (balls, lambda x: complex_balls(x * (1 + 0j))):
        found = a.projector(lift(dyadic))  # exact balls are fractions
        assert type(found) is type(lift(dyadic))
        assert widest(found, dyadic / 2) == 0


@pytest.mark.parametrize("turn", TURNS)
def test_a_geometric_mean_is_that_of_congruent_matrices(turn):
    p, q = turned(turn, [4, 1, 1]), turned(turn, [1, 9, 4])
    assert (a.geometric_mean(p, q) == turned(turn, [2, 3, 2])).all()
    c = ONE + 2 * REAL  # of a congruence, after which they do not commute
    left, right, mean = (c @ m @ c.mT for m in (p, q, turned(turn, [2, 3, 2])))
    assert ((left @ right) != (right @ left)).any()
    for x, y in ((left, right), (right, left)):
        assert (a.geometric_mean(x, y) == mean).all()
        for bits in (64, 256):
            with ctx.workprec(bits):
                assert widest(a.geometric_mean(lifted(x), lifted(y)), mean) < 2.0 ** (24 - bits)


def test_adjoints_and_sides_are_not_confused():
    """|A| is (AᴴA)^½ and not (AAᴴ)^½, nor (AᵀA)^½; a function of a Hermitian matrix is not that of its transpose."""
    wide = TURNS["unitary"][:, :1] @ rationals([[2, 3, 6, 0]]) * 1j  # rank one, singular value 7
    truth = rationals([[2], [3], [6], [0]]) @ rationals([[2, 3, 6, 0]]) / 7
    assert (a.absm(wide) == truth).all()
    assert widest(a.absm(complex_balls(wide)), truth) < 1e-11
    tall = a.absm(complex_balls(wide.H))
    assert widest(tall, 7 * TURNS["unitary"][:, :1] @ TURNS["unitary"][:, :1].H) < 1e-11
    hermitian = turned("unitary", [9, 4, 1])
    assert (a.sqrtm(hermitian.mT) == a.sqrtm(hermitian).mT).all()
    assert (a.sqrtm(hermitian) != a.sqrtm(hermitian).mT).any()


def test_many_instances_are_those_alone_and_what_is_outside_has_no_value():
    inside, outside = floats(turned("unitary", [4, 1, 0])), floats(turned("unitary", [4, 1, -1]))
    skewed = np.triu(np.ones((3, 3)))
    many = unstack(np.stack([inside, outside, skewed, np.full((3, 3), np.nan), inside / 2]))
    with np.errstate(all="ignore"):
        for function, empty in (
            (a.sqrtm, [0, 1, 1, 1, 0]), (a.absm, [0, 0, 0, 1, 0]), (a.expm, [0, 0, 0, 1, 0]),
            (lambda x: a.logm(x + 2 * one(x)), [0, 0, 1, 1, 0]), (lambda x: a.logm(x - one(x) / 2), [1, 1, 1, 1, 1]),
            (lambda x: a.projector(x, 2), [0, 0, 1, 1, 0]),
            (lambda x: a.geometric_mean(x + one(x) * 3, x + 2 * one(x)), [0, 0, 1, 1, 0]),
            (lambda x: a.geometric_mean(x - one(x) / 2, x + 2 * one(x)), [1, 1, 1, 1, 1]),
            (lambda x: a.geometric_mean(x + 2 * one(x), x - one(x) / 2), [1, 1, 1, 1, 1]),
        ):  # fmt: skip
            values = stack(function(many))[0]
            assert (~np.isfinite(values).all((1, 2))).astype(int).tolist() == empty
        roots = stack(a.sqrtm(many))[0][[0, 4]]
    expected = floats(turned("unitary", [2, 1, 0]))
    np.testing.assert_allclose(roots, np.stack([expected, expected / np.sqrt(2)]), atol=1e-7)
