"""Functions of matrices of fractions, projectors, means, the two sides of a modulus, and many instances at once."""

from fractions import Fraction

import numpy as np
import pytest
import scipy.linalg
import torch
from flint import ctx

from properties.engine.helpers.arithmetics import as_floats
from properties.engine.helpers.turned import ONE, REAL, TURNS, lifted, one, turned, widest
from reference import arithmetic as a
from reference.arithmetic.complexes import complex_balls
from reference.arithmetic.exact import Irrational, balls, rationals
from reference.arithmetic.functions.powers import power
from reference.arithmetic.lanes import Lanes, floats, stack, unstack
from reference.arithmetic.unfinished import unfinished


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
        for above, spectrum in ((0, [1, 1, 0]), (1, [1, 0, 0]), (3, [0, 0, 0]), (-1, [1, 1, 1])):
            plain, expected = np.diag([3.0, 1, 0]), np.diag(spectrum)  # floats that are no approximations tie, too
            for found in (a.projector(plain, above), a.projector(torch.tensor(plain), above).numpy()):
                assert (found == expected).all()
            assert (stack(a.projector(unstack(plain[None]), above))[0] == expected).all()
    dyadic = rationals([[1, 1], [1, 1]])
    for lift in (balls, lambda x: complex_balls(x * (1 + 0j))):
        found = a.projector(lift(dyadic))  # exact balls are fractions
        assert type(found) is type(lift(dyadic))
        assert widest(found, dyadic / 2) == 0


def test_thresholds_may_be_those_of_a_batch():
    matrices, above = rationals([[[3, 1], [1, 3]], [[5, 4], [4, 5]]]), rationals([3, 10])  # of 4 and 2, 9 and 1
    for lift in (lambda x: x, balls, lambda x: unstack(floats(x)[None]), floats, lambda x: torch.tensor(floats(x))):
        found = a.projector(lift(matrices), lift(above))
        plain = stack(found)[0][0] if isinstance(found, Lanes) else np.asarray(as_floats(found))
        np.testing.assert_allclose(plain, [[[0.5, 0.5], [0.5, 0.5]], [[0, 0], [0, 0]]], atol=1e-12)


def test_what_is_tried_in_fractions_first_is_not_heard():
    x = balls(rationals([[2, 1], [1, -3]]))  # exact, of irrational eigenvalues of both signs
    with unfinished() as heard:
        assert all(entry.is_finite() for entry in a.projector(x).reshape(-1).bare())
    assert not heard


def test_a_function_may_have_one_value():
    x = rationals([[2, 1], [1, 3]])
    for lift in (balls, lambda x: complex_balls(x + 0j), lambda x: unstack(floats(x)[None]), floats,
                 lambda x: torch.tensor(floats(x))):  # fmt: skip
        for value in (2, 0):
            found = a.spectral(lift(x), lambda t, value=value: value)
            plain = stack(found)[0][0] if isinstance(found, Lanes) else as_floats(a.real(found))
            np.testing.assert_allclose(plain, value * np.eye(2), atol=1e-12)
    diagonal = rationals([[2, 0], [0, 3]])
    assert (a.spectral(diagonal, lambda t: 2) == rationals([[2, 0], [0, 2]])).all()


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


def test_a_projector_of_irrational_eigenvalues_is_exact_where_they_have_one_sign():
    """However small they are: what the coefficients of the polynomial say is their sign."""
    x = rationals([[2, 1], [1, 3]])
    for scale in (Fraction(1, 10), 1, 10):
        assert (a.projector(scale * x) == a.identity(2, 2, x)).all()
        assert (a.projector(-scale * x) == 0 * x).all()


IRRATIONAL = {  # by the name that is said: the function whose value is not rational
    "expm": a.expm, "numerical_radius": a.numerical_radius, "eigenvalues": a.eigenvalues,
    "singular_values": a.singular_values, "erfc": a.erfc, "exp": a.exp, "log": a.log, "sqrt": a.sqrt, "pi": a.pi,
    "logm": a.logm, "sqrtm": a.sqrtm, "powm": lambda x: a.powm(x, Fraction(1, 3)), "absm": a.absm,
    "spectral": lambda x: a.spectral(x, lambda t: t), "general_eigenvalues": lambda x: a.general_eigenvalues(x, a.real),
    "spectral_radius": a.spectral_radius, "geometric_mean": lambda x: a.geometric_mean(x, a.identity(2, 2, x)),
    "power": lambda x: a.spectral(a.identity(2, 2, x) + x[0, 1], lambda t: power(t, Fraction(1, 3))),
    "projector": lambda x: a.projector(x - 3),
}  # fmt: skip


@pytest.mark.parametrize("name", IRRATIONAL)
def test_what_is_not_rational_of_fractions_is_named(name):
    with pytest.raises(Irrational, match=f"^{name}$"):
        IRRATIONAL[name](rationals([[2, 1], [1, 3]]))


def test_exponentials_of_matrices_of_any_size_are_those_of_scipy():
    """Each of a batch is halved and squared as often as its own norm needs."""
    generator = np.random.default_rng(0)
    samples = generator.standard_normal((6, 3, 3)) * np.array([0, 0.1, 2, 10, 40, 100])[:, None, None]
    for many in (samples, samples + 1j * samples[::-1]):
        expected = np.stack([scipy.linalg.expm(m) for m in many])
        for found in (a.expm(many), stack(a.expm(unstack(many)))[0]):
            assert (abs(found - expected).max((1, 2)) <= 1e-11 * abs(expected).max((1, 2))).all()
