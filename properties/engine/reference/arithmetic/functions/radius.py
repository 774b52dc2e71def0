"""The numerical radius is enclosed to the precision: at one angle, at several, or at all."""

import numpy as np
import pytest
import torch
from flint import acb, arb, ctx

from properties.engine.helpers.arithmetics import around, encloses
from properties.engine.helpers.slow import thinned
from reference import arithmetic as a
from reference.arithmetic.complexes import complex_balls
from reference.arithmetic.exact import Balls, balls, rationals
from reference.arithmetic.functions import radius
from reference.arithmetic.lanes import angles, floats, stack, unstack

SHIFT = np.diag(np.ones(4, dtype=int), 1)
KNOWN = {  # matrices, and their radii
    "a disc": (rationals([[0, 2], [0, 0]]), lambda: arb(1)),
    "a larger disc": (rationals(SHIFT), lambda: arb(3).sqrt() / 2),
    "a smaller disc": (rationals(SHIFT[:3, :3]), lambda: arb(2).sqrt() / 2),
    "an ellipse": (rationals([[3, 4], [0, 0]]), lambda: arb(4)),  # of foci 3, 0 and axes 5, 4
    "a disc at an angle": ((3 + 4j) * rationals([[0, 2], [0, 0]]), lambda: arb(5)),
    "normal": (rationals([[3, -4], [4, 3]]), lambda: arb(5)),
    "a triangle": (rationals([[0, 0, 1], [1, 0, 0], [0, 1, 0]]), lambda: arb(1)),  # at three angles
    "negative": (rationals([[-3, 0], [0, 2]]), lambda: arb(3)),
    "imaginary": (1j * rationals([[1, 2], [2, -5]]), lambda: 2 + arb(13).sqrt()),
    "a number": ((5 - 12j) * rationals([[1]]), lambda: arb(13)),
    "zero": (rationals([[0, 0], [0, 0]]), lambda: arb(0)),
    "not negative": (rationals([[1, 2], [0, 3]]), lambda: 2 + arb(2).sqrt()),
}


@pytest.mark.parametrize("bits", [53, 64, 256])
@pytest.mark.parametrize("name", thinned(KNOWN, 2, mark="long"))
def test_balls_hold_it_and_are_as_small_as_the_precision(name, bits):
    matrix, value = KNOWN[name]
    with ctx.workprec(bits):
        lift = balls if isinstance(matrix, type(KNOWN["a disc"][0])) else complex_balls
        found, turned = a.numerical_radius(lift(matrix)), a.numerical_radius(complex_balls(matrix * (0.75 - 1j)))
        assert encloses(found, value(), 2.0 ** (12 - bits))
        assert encloses(turned, value() * 5 / 4, 2.0 ** (12 - bits))
        assert encloses(a.numerical_radius(lift(matrix) / 3), value() / 3, 2.0 ** (12 - bits))
        for power in (2000, -2000):  # beyond the floats
            scale = arb(2) ** power
            assert encloses(
                a.numerical_radius(lift(matrix) * Balls.of(scale)), value() * scale, scale * 2.0 ** (12 - bits)
            )


def test_other_arithmetics_agree():
    for matrix, value in KNOWN.values():
        plain, expected = floats(matrix), float(value().mid())
        assert a.numerical_radius(plain) == pytest.approx(expected, rel=1e-13)
        assert float(a.numerical_radius(torch.tensor(plain))) == pytest.approx(expected, rel=1e-13)
        values, magnitudes = stack(a.numerical_radius(unstack(np.stack([plain, 2 * plain, np.nan * plain]))))
        np.testing.assert_allclose(values, [expected, 2 * expected, np.nan], rtol=1e-13)
        np.testing.assert_allclose(magnitudes[:2], np.linalg.norm(plain) * np.array([1, 2]))


@pytest.mark.long
def test_floats_find_the_highest_of_many_peaks():
    generator = np.random.default_rng(0)
    for size in (2, 3, 4):
        samples = generator.standard_normal((60, size, size))
        for many in (samples, samples + 1j * samples[::-1]):
            turned = np.exp(2j * np.pi * np.arange(500) / 500)[:, None, None] * many[:, None]
            heights = np.linalg.eigvalsh((turned + turned.conj().mT) / 2)[..., -1].max(-1)
            assert (a.numerical_radius(many) >= heights * (1 - 1e-12)).all()
            assert (a.numerical_radius(many) <= heights * (1 + 1e-3)).all()


def test_every_matrix_within_the_balls_has_its_radius_there():
    generator, blur = np.random.default_rng(0), 2.0**-8
    for size in (2, 3):
        middle = generator.integers(-4, 5, (size, size)) / 4
        found = a.numerical_radius(around(middle.ravel(), [blur] * size**2).reshape(size, size)).bare()
        assert found.rad() < 4 * size * blur
        for shift in generator.choice([-1, 1], (30, size, size)) * blur:
            value = float(a.numerical_radius(middle + shift))
            assert found.lower() - 1e-9 <= value <= found.upper() + 1e-9


def test_what_is_below_is_no_bound_from_above():
    """The certificate accepts what is above the radius, however near, and nothing below."""
    with ctx.workprec(200):
        for matrix, value in KNOWN.values():
            if not value() > 0:
                continue
            x = radius.acb_mat(
                [[acb(entry) for entry in row] for row in complex_balls(matrix * (1 + 0j)).array.tolist()]
            )
            for near in (2.0**-4, 2.0**-30, 2.0**-80):
                assert radius._is_above(x, value() * (1 + arb(near)))
                assert not radius._is_above(x, value() * (1 - arb(near)))


@pytest.mark.parametrize(
    ("error", "wide"), [(2.0**-40, 2.0**-30), (2.0**-20, 2.0**-14), (2.0**-8, 2.0**-4), (0.2, 0.5)]
)
def test_what_is_not_shown_of_many_digits_is_shown_of_fewer(error, wide, monkeypatch):
    exactly_below = radius._below
    monkeypatch.setattr(radius, "_below", lambda middle: exactly_below(middle) * (1 - arb(error)))
    with ctx.workprec(64):
        found = a.numerical_radius(balls(KNOWN["an ellipse"][0])).bare()
    assert found.contains(4)
    assert wide / 64 < found.rad() < 4 * wide


@pytest.mark.parametrize("bits", [53, 128])
def test_rows_cost_no_bits(bits):
    """Each elimination of the certificate loses some for each."""
    for rows in (
        [[0, 1, -1, 2, -5], [-1, 0, -2, 5, -3], [1, 2, 0, 4, -2], [-2, -5, -4, 0, 0], [5, 3, 2, 0, 0]],
        [[-1, -3, 1, 3, -1, -1], [3, -1, -1, -3, -3, -1], [-2, 3, 1, 2, 2, 1], [-1, 1, -3, 2, 0, -1],
         [1, -1, 0, -2, 3, -3], [0, -3, 0, -1, 2, 0]],
        [[1]],
    ):  # fmt: skip
        with ctx.workprec(bits):
            found = a.numerical_radius(balls(rationals(rows) / 3)).bare()
        assert found.rel_accuracy_bits() > bits - 10
        assert abs(float(found.mid()) - a.numerical_radius(np.array(rows) / 3)) < 1e-12


def test_a_matrix_that_cannot_be_told_from_a_singular_one_is_no_bound(monkeypatch):
    """Its pivots may be seen to be positive in one order and not in another."""
    answers = iter([False, True])
    monkeypatch.setattr(radius, "is_definite", lambda rows: next(answers))
    assert not radius._is_above(radius.acb_mat([[0, 1], [1, 0]]), arb(1, 2))


def test_of_what_is_not_finite_there_is_no_radius():
    for bad in (arb.nan(), arb("inf"), arb(0, "inf")):
        for place in range(4):
            entries_ = [bad if k == place else arb(k) for k in range(4)]
            assert a.numerical_radius(Balls.of(np.array(entries_, dtype=object).reshape(2, 2))).bare().is_nan()


def test_a_bad_angle_widens_the_enclosure_only(monkeypatch):
    monkeypatch.setattr(radius, "best_angles", lambda m: np.full(m.shape[:-2], 2.0))
    monkeypatch.setattr(radius, "_step", lambda matrix, angle: 0)
    for matrix, value in KNOWN.values():
        assert encloses(a.numerical_radius(complex_balls(matrix * (1 + 0j))), value(), 8)


def test_of_no_rows_the_radius_is_a_real_0():
    for x in (np.zeros((3, 0, 0), dtype=complex), torch.zeros((3, 0, 0), dtype=torch.complex128), np.zeros((3, 0, 0))):
        found = a.numerical_radius(x)
        assert (found.shape, str(found.dtype).rpartition(".")[2], found.tolist()) == ((3,), "float64", [0, 0, 0])


def test_newton_goes_on_until_nothing_is_gained():
    generator = np.random.default_rng(3)
    for unit in (0, 1j):
        many = generator.normal(size=(100, 4, 4)) + unit * generator.normal(size=(100, 4, 4))
        best = angles.best_angles(many)
        vectors = np.linalg.eigh(angles._turned(many, best))[1]
        assert abs(angles._slopes(many, best, vectors)[..., -1]).max() < 2e-6


def test_a_vector_may_have_any_length(monkeypatch):
    turned = radius._turned
    known = {name: a.numerical_radius(complex_balls(matrix * (1 + 0j))).bare() for name, (matrix, _) in KNOWN.items()}

    def longer(matrix, angle):
        values, vectors = turned(matrix, angle)
        return values, 3 * vectors

    monkeypatch.setattr(radius, "_turned", longer)
    monkeypatch.setattr(radius, "_step", lambda matrix, angle: 0)
    for name, (matrix, _) in KNOWN.items():
        found = a.numerical_radius(complex_balls(matrix * (1 + 0j))).bare()
        assert found.overlaps(known[name])
        assert found.rad() < 1e-6


def test_without_a_vector_the_radius_is_between_0_and_the_norm(monkeypatch):
    for below in (arb.nan(), arb(0), arb(-1)):
        monkeypatch.setattr(radius, "_below", lambda middle, below=below: below)
        for matrix, value in KNOWN.values():
            found = a.numerical_radius(complex_balls(matrix * (1 + 0j))).bare()
            assert found.contains(value())
            assert found.upper() < 16


def test_what_a_vector_gives_is_no_more_than_the_radius_at_any_precision():
    for bits in (3, 11):
        with ctx.workprec(bits):
            for name, (matrix, _) in KNOWN.items():
                entries_ = [[acb(entry) for entry in row] for row in complex_balls(matrix * (1 + 0j)).bare()]
                if all(entry.is_exact() for row in entries_ for entry in row):
                    below = radius._below(radius.acb_mat(entries_))
                    with ctx.workprec(200):
                        assert not below > KNOWN[name][1]()


WIDTH = np.pi / 24


@pytest.mark.parametrize(
    ("values", "slopes", "step"),
    [
        ([-1, 1], [0.5, 0.03], 0.03 / 0.75),  # concave: the curvature is 2 |s|²/gap − λ
        ([-1, 1], [0.5j, -0.03], -0.03 / 0.75),
        ([-1, 1], [0.5, 9], WIDTH),
        ([-1, 1], [3, 0.03], WIDTH),  # not concave: upwards
        ([-1, 1], [3, -0.03], -WIDTH),
        ([-3, -1, 1], [0.5, 0.5, 0.03], 0.03 / (1 - 0.5 / 2 - 0.5 / 4)),
        ([1 - 2.0**-25, 1], [0.5, 0.03], 0.03),  # a tie
        ([0, 0], [0, 0], 0),
    ],
)
def test_a_step_is_newtons_where_the_function_is_concave_and_goes_upwards_elsewhere(values, slopes, step):
    for scale in (1, 1000):
        found = angles._steps(scale * np.array([values], dtype=float), scale * np.array([slopes], dtype=complex))
        np.testing.assert_allclose(found, [step], rtol=1e-6)


def test_what_torch_differentiates_has_its_radius_and_its_log_determinant():
    """And their gradients: of the radius in the direction of the angle that was found."""
    x = torch.tensor([[3.0, 1], [1, 2]], dtype=torch.float64, requires_grad=True)
    for function, value in ((a.numerical_radius, 2.5 + np.sqrt(1.25)), (a.log_determinant, np.log(5))):
        found = function(x)
        assert found.item() == pytest.approx(value)
        (slope,) = torch.autograd.grad(found, x)
        assert torch.isfinite(slope).all()
