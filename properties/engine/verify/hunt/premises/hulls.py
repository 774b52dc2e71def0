"""How far inside a domain values are by its hull, what holds of all of them, and the coordinates of a frame."""

from contextlib import nullcontext

import numpy as np
import pytest
from flint import fmpq

from properties.engine.helpers.frames import framed
from reference.arithmetic.exact import Rationals
from reference.arithmetic.lanes import stack, unstack
from verify import (
    ComplexDensity,
    Contraction,
    Correlation,
    Density,
    DoublyStochastic,
    Hermitian,
    Matrix,
    Nonnegative,
    Positive,
    PositiveDefinite,
    PositiveSemidefinite,
    PositiveSimplex,
    PositiveVector,
    Scalar,
    Simplex,
    Spectrum,
    Stochastic,
    Symmetric,
    UnitVector,
    Vector,
    assume,
    equal,
    leq,
)
from verify.hunt.premises import frame as frames
from verify.hunt.premises.frame import _flattened
from verify.hunt.premises.hulls import HULLS
from verify.hunt.strata import Stratum

SLIGHT = 2.0**-40
SEMIDEFINITE = [(np.eye(2), 1), (np.diag([1, 3]), 1 / 3), (np.diag([1, 0]), 0), (np.diag([2, -1]), -0.5)]

DEPTHS = [
    *((kind, value, depth + SLIGHT) for kind in (PositiveSemidefinite, Density, Correlation, ComplexDensity)
      for value, depth in [*SEMIDEFINITE, (np.zeros((2, 2)), 0)]),
    *((PositiveDefinite, value, depth - SLIGHT) for value, depth in [*SEMIDEFINITE, (np.zeros((2, 2)), 0)]),
    (Contraction, np.eye(2), SLIGHT), (Contraction, np.diag([3, 4]), SLIGHT - 3),
    (Contraction, [[0.5, 0], [0, 0]], 0.5 + SLIGHT),
    (Contraction, np.ones((2, 2)), SLIGHT - 1),  # the largest of its singular values, and not all of them
    (Simplex, [0.75, 0.25], 0.25), (Simplex, [1.5, -0.5], -0.5),
    *((kind, [5.0, -5], 1) for kind in (PositiveSimplex, UnitVector)),
    *((kind, [[5.0, -5], [0, 0]], 1) for kind in (Stochastic, DoublyStochastic)),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "value", "depth"), DEPTHS)
def test_a_value_is_so_far_inside(kind, value, depth):
    batch = np.stack([np.asarray(value, dtype=float)] * 2)
    np.testing.assert_allclose(HULLS[kind].depth(batch), [depth, depth], rtol=0, atol=SLIGHT / 8)


EQUATIONS = {
    PositiveSemidefinite: (Symmetric, []), PositiveDefinite: (Symmetric, []), Contraction: (Matrix, []),
    Density: (Symmetric, [10]), ComplexDensity: (Hermitian, [10]), Correlation: (Symmetric, [[1, 8]]),
    Stochastic: (Nonnegative, [[6, 10]]), DoublyStochastic: (Nonnegative, [[6, 10], [3, 13]]),
    Simplex: (Vector, [[6]]), PositiveSimplex: (PositiveVector, [[6]]), UnitVector: (Vector, [[28]]),
}  # fmt: skip


@pytest.mark.parametrize("kind", EQUATIONS)
def test_what_is_zero_of_all_values(kind):
    """At [2 5; 2 9], and at (2, 5) of vectors."""
    hull, (domain, misses) = HULLS[kind], EQUATIONS[kind]
    assert hull.domain is domain
    entries = [[2, 5], [2, 9]] if domain.axes == 2 or domain in (Symmetric, Hermitian) else [2, 5]
    found = hull.equations(Rationals.of(np.vectorize(fmpq, otypes=[object])(entries)))
    assert [np.ravel(each.array).tolist() for each in found] == [list(np.ravel(miss)) for miss in misses]
    assert set(HULLS) == set(EQUATIONS)


def test_a_hull_has_the_axes_of_the_domain_that_it_is_of():
    assert repr(HULLS[Contraction].of(Contraction("d r"))) == repr(Matrix("d r"))
    assert repr(HULLS[Density].of(Density("n"))) == repr(Symmetric("n"))


# --- frames -----------------------------------------------------------------------------------------------------------


def of_three(P: PositiveSemidefinite["d"], x: Scalar, t: Positive):
    assume(equal(P[0, 0] + x, 1))
    leq(x, t)


def of_densities(R: Density["d"], H: Hermitian["d"]):
    assume(equal(R[0, 1], 0))
    leq(0, R[0, 0])


def test_coordinates_are_entries_of_what_has_a_hull_and_raw_ones_of_the_others():
    frame = framed(of_three, d=2)
    assert frame.linear.styles == {"P": "plain", "x": "plain", "t": "plain"}
    assert [type(domain) for domain in frame.linear.signature.domains.values()] == [Symmetric, Scalar, Positive]
    assert [type(domain) for domain in frame.claim.signature.domains.values()] == [
        PositiveSemidefinite,
        Scalar,
        Positive,
    ]
    raw = np.random.default_rng(0).integers(-3, 4, (frame.stratum.size, 40)).astype(float)
    raw[-1] = abs(raw[-1]) + 1
    points = frame.coordinates(raw)
    assert points.shape == (frame.size, 40) == (6, 40)
    np.testing.assert_array_equal(points[4:], raw[-2:])
    for k in range(40):
        exact = frame.exactly(raw[:, k])
        assert [float(x.p) / float(x.q) for x in exact] == points[:, k].tolist()
        made = frame.instance(exact)
        assert made.values["P"].array.ravel().tolist() == exact[:4]
        assert frame.misses_exactly(exact) == [exact[0] + exact[4] - 1]
    values, sizes = frame.misses(points)
    np.testing.assert_array_equal(values, points[:1] + points[4:5] - 1)
    np.testing.assert_array_equal(sizes, abs(points[:1]) + abs(points[4:5]) + 1)
    raw[-1, 0] = -1
    assert frame.exactly(raw[:, 0]) is None


def test_premises_are_missed_and_so_are_the_equations_of_a_hull_at_any_number_of_points(monkeypatch):
    frame = framed(of_densities, d=2)
    points = np.random.default_rng(0).integers(-3, 4, (frame.size, 7)).astype(float)
    values, sizes = frame.misses(points)
    assert values.shape == sizes.shape == (2, 7)
    R = frame.linear.arguments(points)["R"]
    entries = np.broadcast_to(stack(R)[0], (7, 2, 2))
    np.testing.assert_array_equal(values, [entries[:, 0, 1], entries[:, 0, 0] + entries[:, 1, 1] - 1])
    exact = [frame.misses_exactly([fmpq(int(x)) for x in column]) for column in points.T]
    assert [[float(x.p) / float(x.q) for x in column] for column in exact] == values.T.tolist()
    monkeypatch.setattr(frames, "CHUNK", 3)
    for whole, parts in zip((values, sizes), frame.misses(points), strict=True):
        np.testing.assert_array_equal(whole, parts)


def test_a_point_is_as_far_inside_as_the_argument_that_is_least_so():
    frame = framed(of_three, d=2)
    point = np.array([1.0, 0, 0, 1, 5, 3])  # P = I, x = 5, t = 3
    low = frame.linear.parts[-1].low
    for changes, depth in (
        ({}, (3 - low) / 4), ({5: 0.25}, (0.25 - low) / 1.25), ({5: -1.0}, (-1 - low) / 2), ({3: -1.0}, -1 + SLIGHT),
        ({3: 0.0}, SLIGHT), ({4: 2.0**21}, -(2.0**20) / (1 + 2.0**21)),
        ({4: -(2.0**21)}, -(2.0**20) / (1 + 2.0**21)), ({4: 2.0**20}, 0.0), ({4: np.inf}, -np.inf),
        ({4: np.nan, 3: -1.0}, -np.inf),
    ):  # fmt: skip
        moved = point.copy()
        for k, value in changes.items():
            moved[k] = value
        np.testing.assert_allclose(frame.depth(moved[:, None]), [depth], rtol=1e-12, atol=1e-14)


def test_values_become_columns_of_real_parts_and_then_imaginary_ones():
    values = np.array([[[1, -2], [3, 4]], [[-5, 6], [7, 8]]], dtype=float)
    np.testing.assert_array_equal(_flattened(unstack(values), 2), values.reshape(2, 4).T)
    np.testing.assert_array_equal(_flattened(unstack(values[:1]), 3), np.tile(values[0].reshape(4, 1), 3))
    turned = values - 1j * values
    expected = np.concatenate([values.reshape(2, 4).T, -values.reshape(2, 4).T])
    np.testing.assert_array_equal(_flattened(unstack(turned), 2), expected)


def test_styles_are_those_of_the_stratum_where_nothing_has_a_hull():
    claim = framed(of_three, d=2).claim
    stratum = Stratum(claim.signature, {"d": 2}, {"P": "low rank", "x": "tiny", "t": "huge"}, {})
    frame = frames.Frame(claim, stratum, (), 60.0)
    assert frame.linear.styles == {"P": "plain", "x": "tiny", "t": "huge"}


def test_what_the_body_takes_for_its_premises_is_limited_and_a_point_without_values_is_no_instance(monkeypatch):
    frame, asked = framed(of_three, d=2), []
    point = [fmpq(k) for k in (1, 0, 0, 1, 5, 3)]
    monkeypatch.setattr(frames, "time_limit", lambda seconds: asked.append(seconds) or nullcontext())
    frame.misses_exactly(point)
    frame.misses(np.ones((6, 1)))
    assert asked == [60.0, 60.0]
    assert frame.instance(point) is not None

    def divides(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(Stratum, "made", divides)
    assert frame.instance(point) is None


def beside_a_spectrum(P: PositiveSemidefinite["d"], s: Spectrum["d"]):
    assume(equal(P[0, 0] + s[0], 1))
    leq(s, 1)


def test_what_has_no_hull_is_known_by_its_raw_entries_whatever_is_made_of_them():
    frame = framed(beside_a_spectrum, d=2)
    raw = np.arange(1.0, frame.stratum.size + 1)
    place = next(part.place for part in frame.stratum.parts if part.name == "s")
    exact = [float(x.p) / float(x.q) for x in frame.exactly(raw)]
    assert exact[4:] == raw[place].tolist()
    values = frame.stratum.instance(raw).values["s"].array
    assert [float(x.p) / float(x.q) for x in values] != raw[place].tolist()
