"""Points of the hunt: the same construction in floats as in fractions, and coordinates that lead back to them."""

from dataclasses import replace

import numpy as np
import pytest
from flint import fmpq

from properties.engine.helpers.domains import ARRAYS, entries_of, floats_of, signature, stacked
from properties.engine.helpers.slow import thinned
from reference.arithmetic.lanes import stack
from verify import (
    Commuting,
    Dimension,
    Hermitian,
    Index,
    Integer,
    Interval,
    Matrix,
    OneOf,
    Orthogonal,
    Positive,
    PositiveSemidefinite,
    PositiveVector,
    Scalar,
    Spectrum,
    Vector,
)  # fmt: skip
from verify.domains.base import arrays_of
from verify.hunt.sampling import natural, structured
from verify.hunt.strata import Stratum, patterns, random_stratum, rounded, roundings

LARGEST = 2.0**20

SIZES = [{"d": 1, "r": 1}, {"d": 3, "r": 2}, {"d": 2, "r": 4}, {"d": 4, "r": 4}]
EVERYTHING = signature(
    A=Matrix("d r"), n=Dimension("d"), eps=Positive(), U=Orthogonal("d"), kind=OneOf("relu", "tanh"),
    zeta=Spectrum("r"), i=Index("r"), D=PositiveVector("d"), x=Scalar(), b=Vector("d+1"),
)  # fmt: skip


def points(stratum, count, seed=0):
    """Return some natural and some structured points."""
    generator = np.random.default_rng(seed)
    return np.concatenate([natural(stratum, count, generator), structured(stratum, count, generator)], axis=1)


# --- one construction, in floats and in fractions --------------------------------------------------------------------


def assert_same_construction(stratum, raw):
    """Hold the arguments at all points at once against the exact instance of each."""
    floats = stratum.arguments(raw)
    for k, point in enumerate(raw.T):
        instance = stratum.instance(point)
        assert instance is not None
        assert instance.sizes == stratum.sizes
        assert list(instance.values) == list(floats) == list(stratum.signature.domains)
        assert stratum.signature.decode(instance.encode(), instance.sizes).encode() == instance.encode()
        for part in stratum.parts:
            shapes = [array.shape for array in arrays_of(instance.values[part.name])]
            made = floats[part.name]
            assert [array.shape for array in (made if isinstance(made, tuple) else (made,))] == shapes
            assert shapes == part.domain.array_shapes(stratum.sizes)
            truth, (values, magnitudes) = floats_of(instance.values[part.name]), stacked(made)
            here = min(k, len(values) - 1)
            assert (abs(values[here] - truth) <= 1e-12 * (magnitudes[here] + abs(truth))).all()
            # what is exact in floats too has the magnitude of its value
            if part.domain.__class__ in (Matrix, Vector, Scalar, Positive) and stratum.styles[part.name] == "plain":
                np.testing.assert_array_equal([values[here], magnitudes[here]], [truth, abs(truth)])


@pytest.mark.parametrize("name", thinned(ARRAYS, 11, mark="long"))
def test_arguments_in_bulk_are_the_exact_construction_in_floats(name):
    domain = ARRAYS[name]
    one = signature(x=domain)
    for style in domain.styles:
        for sizes in SIZES:
            named = {dimension: sizes[dimension] for dimension in one.bounds}
            stratum = Stratum(one, named, {"x": style}, {})
            assert stratum.size == domain.size(domain.shape(named))
            raw = points(stratum, 3)
            assert raw.shape == (stratum.size, 6)
            assert_same_construction(stratum, raw)


def test_arguments_of_a_claim_take_their_own_entries_and_choices():
    for k, sizes in enumerate(patterns(EVERYTHING)[::5]):
        stratum = random_stratum(EVERYTHING, sizes, np.random.default_rng(k), plain=k % 2 == 0)
        assert [part.name for part in stratum.parts] == ["A", "eps", "U", "zeta", "D", "x", "b"]
        assert [part.place.start for part in stratum.parts[1:]] == [part.place.stop for part in stratum.parts[:-1]]
        assert sum(part.size for part in stratum.parts) == stratum.size
        raw = points(stratum, 2, k)
        assert_same_construction(stratum, raw)
        arguments, instance = stratum.arguments(raw), stratum.instance(raw[:, 0])
        for name in ("n", "i", "kind"):
            assert arguments[name] == instance.values[name] == stratum.choices[name]


def test_every_instance_has_its_own_point():
    stratum = Stratum(signature(x=Scalar(), y=Scalar()), {}, {"x": "plain", "y": "plain"}, {})
    arguments = stratum.arguments(np.array([[1.0, 2, 3], [4, 5, -6]]))
    assert [stack(arguments[name]).tolist() for name in "xy"] == [[[1, 2, 3], [1, 2, 3]], [[4, 5, -6], [4, 5, 6]]]


def test_orthogonal_matrices_in_bulk_are_orthogonal_of_both_determinants():
    stratum = Stratum(signature(U=Orthogonal("d")), {"d": 4}, {"U": "plain"}, {})
    values, magnitudes = stack(stratum.arguments(points(stratum, 500))["U"])
    assert np.abs(values @ values.mT - np.eye(4)).max() < 1e-9
    assert {round(x) for x in np.linalg.det(values)} == {1, -1}
    assert (abs(values) <= magnitudes * (1 + 1e-12)).all()


@pytest.mark.parametrize("name", ["PositiveVector", "Positive"])
def test_a_point_outside_a_domain_is_no_instance(name):
    stratum = Stratum(signature(x=ARRAYS[name]), dict.fromkeys(signature(x=ARRAYS[name]).bounds, 2), {"x": "plain"}, {})
    assert stratum.instance(np.full(stratum.size, 0.1)).sizes == stratum.sizes
    assert stratum.instance(np.full(stratum.size, -1.0)) is None
    assert stratum.instance(np.zeros(stratum.size)) is None


def test_a_claim_of_choices_alone_has_points_without_entries():
    stratum = random_stratum(
        signature(i=Index("d"), kind=OneOf("a", "b")), {"d": 3}, np.random.default_rng(0), plain=True
    )
    raw = points(stratum, 3)
    assert stratum.size == 0
    assert raw.shape == (0, 6)
    assert stratum.arguments(raw) == stratum.choices == stratum.instance(raw[:, 0]).values


# --- strata ----------------------------------------------------------------------------------------------------------


def test_patterns_are_all_sizes_from_small_to_large():
    sizes = patterns(signature(A=Matrix("d r", {"d": (2, 3)}), b=Vector("r", {"r": (1, 4)})))
    assert sizes[0] == {"d": 2, "r": 1}
    assert sizes[-1] == {"d": 3, "r": 4}
    assert sorted((s["d"], s["r"]) for s in sizes) == [(d, r) for d in (2, 3) for r in range(1, 5)]
    assert [sum(s.values()) for s in sizes] == sorted(sum(s.values()) for s in sizes)
    cube = patterns(signature(A=Matrix("d r", {"d": (1, 3), "r": (1, 3)})))
    assert cube[3] == {"d": 2, "r": 2}  # of equal sums the one without a large size is first
    square = [tuple(s.values()) for s in patterns(signature(A=Matrix("d r")))]
    assert square == sorted(square, key=lambda s: (sum(s), max(s)))  # (1, 4) comes before (3, 3)
    assert patterns(signature(x=Scalar())) == [{}]


def test_random_forms_are_of_plain_styles_or_reach_every_style_and_choice():
    strata = [random_stratum(EVERYTHING, SIZES[1], np.random.default_rng(k), plain=False) for k in range(200)]
    for name, domain in EVERYTHING.domains.items():
        if name in ("i", "n", "kind"):
            assert {stratum.choices[name] for stratum in strata} == set(domain.choices(domain.shape(SIZES[1])))
        else:
            assert {stratum.styles[name] for stratum in strata} == set(domain.styles)
    plain = [random_stratum(EVERYTHING, SIZES[1], np.random.default_rng(k), plain=True) for k in range(9)]
    assert all(set(stratum.styles.values()) == {"plain"} for stratum in plain)
    assert len({str(stratum.choices) for stratum in plain}) > 1
    again = random_stratum(EVERYTHING, SIZES[1], np.random.default_rng(7), plain=False)
    assert (again.styles, again.choices) == (strata[7].styles, strata[7].choices)


def test_magnitudes_begin_at_the_arguments_where_they_are_taken_anew():
    one = signature(P=PositiveSemidefinite("d"), pair=Commuting("d"), H=Hermitian("d"), kind=OneOf("a", "b"))
    stratum = random_stratum(one, {"d": 3}, np.random.default_rng(0), plain=True)
    raw = points(stratum, 50)
    kept, anew = (s.arguments(raw) for s in (stratum, replace(stratum, anew=True)))
    for name in ("P", "pair", "H"):
        (values, sizes), (same, fresh) = stacked(kept[name]), stacked(anew[name])
        np.testing.assert_array_equal(same, values)
        np.testing.assert_array_equal(fresh, abs(values))
        assert (sizes.real > 2 * fresh.real).any() or name == "H"
    assert anew["kind"] == kept["kind"]


# --- coordinates, and rounding --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ARRAYS)
def test_coordinates_and_raw_entries_invert_each_other(name):
    one = signature(x=ARRAYS[name])
    stratum = Stratum(one, dict.fromkeys(one.bounds, 2), {"x": "plain"}, {})
    raw = points(stratum, 200)
    np.testing.assert_allclose(stratum.raw(stratum.coordinates(raw)), raw, rtol=1e-12)
    position = np.random.default_rng(0).uniform(-15, 15, raw.shape)
    here = stratum.raw(position)
    np.testing.assert_array_equal(stratum.clamp(here), here)
    low, high = ARRAYS[name].hull
    expected = np.exp2(position) if low > 0 else position**2 if low == 0 else position
    np.testing.assert_allclose(here, np.clip(expected, low, high), rtol=1e-12)
    within = expected == np.clip(expected, low, high)
    coordinates = abs(position) if low == 0 else position
    np.testing.assert_allclose(stratum.coordinates(here)[within], coordinates[within], rtol=1e-9)


BOUNDED = [name for name, domain in ARRAYS.items() if domain.hull[1] < LARGEST]


@pytest.mark.parametrize("name", BOUNDED)
def test_bounded_entries_are_sampled_from_end_to_end_and_around_their_middle(name):
    one = signature(x=ARRAYS[name])
    stratum = Stratum(one, dict.fromkeys(one.bounds, 2), {"x": "plain"}, {})
    (part,), generator = stratum.parts, np.random.default_rng(0)
    assert part.bounded
    for sample in (natural, structured):
        shares = (sample(stratum, 1000, generator) - part.low) / (part.high - part.low)
        assert shares.min() >= 0
        assert shares.max() <= 1
        assert np.histogram(shares, 4, (0, 1))[0].min() > 20
    ends = {
        x for point in structured(stratum, 300, generator).T for x in entries_of(stratum.instance(point).values["x"])
    }
    assert set(part.domain.limits) <= ends  # the exact ones, though no float may be


@pytest.mark.parametrize("name", [name for name in ARRAYS if name not in BOUNDED])
def test_raw_entries_are_brought_into_the_hull_and_left_there(name):
    one = signature(x=ARRAYS[name])
    stratum = Stratum(one, dict.fromkeys(one.bounds, 2), {"x": "plain"}, {})
    (low, high), wild = ARRAYS[name].hull, np.array([0, -3.0, 0.5, -(2.0**30), 2.0**30, 2.0**-30, -(2.0**-30)])
    assert high == LARGEST
    assert low == (1 / LARGEST if name.startswith(("PositiveV", "PositiveSim")) or name == "Positive" else low)
    assert low in (-LARGEST, 0, 1 / LARGEST)
    clamped = stratum.clamp(np.tile(wild, (stratum.size, 1)))
    assert ((low <= clamped) & (clamped <= high)).all()
    expected = {
        -LARGEST: [0, -3, 0.5, -LARGEST, LARGEST, 2.0**-30, -(2.0**-30)],
        0: [0, 3, 0.5, LARGEST, LARGEST, 2.0**-30, 2.0**-30],
        1 / LARGEST: [1, 3, 0.5, LARGEST, LARGEST, 1 / LARGEST, 1 / LARGEST],
    }[low]
    assert clamped.tolist() == [expected] * stratum.size
    np.testing.assert_array_equal(stratum.clamp(clamped), clamped)
    far = stratum.raw(np.tile([-1e6, 1e6, 0.0], (stratum.size, 1)))
    assert ((low <= far) & (far <= high)).all()


def test_rounding_keeps_so_many_bits_and_goes_to_the_nearest():
    values = np.random.default_rng(0).standard_normal(500) * np.exp2(np.random.default_rng(1).integers(-20, 20, 500))
    for bits in (1, 2, 3, 8, 24):
        short = rounded(values, bits)
        mantissas = np.frexp(short)[0] * 2.0**bits
        np.testing.assert_array_equal(mantissas, np.round(mantissas))
        assert (abs(short - values) <= 2.0 ** (np.frexp(values)[1] - bits - 1)).all()
    assert rounded(np.array([0, 1.5, -0.375, 5]), 1).tolist() == [0, 2, -0.5, 4]
    steps = list(roundings(values))
    for step, bits in zip(steps[:-1], (1, 2, 3, 4, 6, 8, 12, 16, 24, 36), strict=True):
        np.testing.assert_array_equal(step, rounded(values, bits))
    errors = [abs(step - values).max() for step in steps]
    assert errors == sorted(errors, reverse=True)
    np.testing.assert_array_equal(steps[-1], values)
    np.testing.assert_array_equal(steps[0], rounded(values, 1))


def test_a_point_of_which_nothing_can_be_made_is_no_instance(monkeypatch):
    def divides(*_):
        raise ZeroDivisionError

    stratum = Stratum(signature(x=Scalar()), {}, {"x": "plain"}, {})
    assert stratum.instance(np.array([1.0])) is not None
    monkeypatch.setattr(Stratum, "made", divides)
    assert stratum.instance(np.array([1.0])) is None


def test_only_what_takes_all_between_is_bounded():
    class Bit(Scalar):
        table = np.array([fmpq(k % 2) for k in range(256)], dtype=object)

    for domain, bounded in ((Interval("d", 2, 10), True), (Scalar(), False), (Integer(), False), (Bit(), False)):
        stratum = Stratum(signature(v=Vector("d"), x=domain), {"d": 3}, {"v": "plain", "x": "plain"}, {})
        assert stratum.parts[1].bounded == bounded, domain
