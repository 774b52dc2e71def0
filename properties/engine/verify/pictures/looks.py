"""What is counted and named, and how all pictures look: sizes, colours, words for powers, and rounded data."""

import json

import numpy as np
import pytest
from flint import fmpq
from matplotlib import rcParams

from properties.engine.helpers.claims import claim_of
from reference.arithmetic.complexes import ComplexRationals
from reference.arithmetic.exact import rationals
from verify import Scalar, Symmetric, Vector, leq
from verify.pictures import directions, generators, picture, style
from verify.pictures.picture import Picture
from verify.pictures.style import PALE, new_picture, own_style, styled


def test_scales_ranks_and_ties_of_arrays():
    assert [generators._scale(rationals(x)) for x in (1, 5, 6, 2**22, 2**23, "1/10000000", 0)] == [
        "2⁰", "2⁰", "2⁵", "2²⁰", "more", "less", None,
    ]  # fmt: skip
    assert [generators._rank(rationals(x)) for x in ([[1, 2], [2, 4]], [[1, 2], [2, 5]], [[0, 0]], [[5]], [1, 2])] == [
        "lower rank", "full rank", "zero", None, None,
    ]  # fmt: skip
    assert [generators._ties(rationals(x)) for x in ([1, 1], [1, 2], [3], 3)] == [
        "some equal",
        "all differ",
        None,
        None,
    ]
    assert generators._rank(ComplexRationals.of([[1, 2], [3, 4]])) is None


def test_a_claim_with_many_rows_has_the_first_twelve_shown():
    shares = {"1": 0.25, "2": 0.75}
    data = {"claim": "own/x", "seed": 3, "instances": 1000, "dimensions": {"d": shares}, "ranks": {}, "all": False,
            "ties": {"A": {"some equal": 0.5, "all differ": 0.5}, "B": {"all differ": 1.0}},
            "scales": {"A": {"2⁰": 0.5, "more": 0.5}}}  # fmt: skip
    drawn = generators._picture(data)
    assert [axes.get_title(loc="left") for axes in drawn.figure.get_axes()] == [
        "Dimensions, % of the draws", "Entries, %", "Size of the largest entry, %",
    ]  # fmt: skip
    assert round(72 * drawn.figure.get_size_inches()[1]) == 26 * (3 + 4 + 3) + 6
    assert [label.get_text() for label in drawn.figure.get_axes()[2].get_xticklabels()] == [
        "2⁻²⁰", "2⁻¹⁵", "2⁻¹⁰", "2⁻⁵", "2⁰", "2⁵", "2¹⁰", "2¹⁵", "2²⁰", "more",
    ]  # fmt: skip
    assert drawn.caption == (
        "What the generators draw for own/x: 1,000 instances, seed 3, a row for each dimension or argument. Look for "
        "corners: a dimension is 1 in 25 %; entries are equal in 0 to 50 %; the largest entry is about 2⁰ to 2⁰, or "
        "more. What has no share was not drawn. Of each kind the first 12 rows are shown."
    )
    assert (generators.COUNT, generators._MOST) == (1000, 12)
    assert generators._sizes({"d": {"10": 1}, "r": {"2": 1, "9": 0}}) == ["2", "9", "10"]


def test_entries_are_named_by_their_places():
    def body(v: Vector["d"], s: Scalar):
        leq(s, s)

    def label(array, place):
        return directions.Direction("A", array, None, place).label

    assert [label(0, (0, 1)), label(0, (9, 1)), label(1, (0,)), label(0, ())] == ["A₁₂", "A₁₀,₂", "A₂₁", "A"]
    instance = claim_of(body).signature.infer({"v": ["1", "2"], "s": "3"})
    found = directions.directions(instance)
    assert [direction.label for direction in found] == ["v₁", "v₂", "s"]
    assert [direction.at(instance) for direction in found] == [1, 2, 3]
    moved = found[1].moved(instance, fmpq(1, 2))
    assert moved.encode() == {"v": ["1", "5/2"], "s": "3"}
    long = claim_of(body).signature.infer({"v": ["1"] * 4, "s": "3"})
    assert directions._MOST == 40
    assert len(directions.directions(long)) == 5


def test_entries_grow_with_their_mirrors_or_at_the_cost_of_the_last():
    class Hollow(Symmetric):
        def contains(self, value):
            return super().contains(value) and all(value[k, k].item() == 0 for k in range(2))

    def mirrored(S: Hollow["2"]):
        leq(S[0, 1], 0)

    class Weights(Vector):
        def contains(self, value):
            return bool(value.sum() == 1)

    def weighted(p: Weights["d"]):
        leq(p[0], 1)

    def moved(body, data):
        instance = claim_of(body).signature.infer(data)
        return {d.label: d.moved(instance, fmpq(1, 2)).encode() for d in directions.directions(instance)}

    assert moved(mirrored, {"S": [["0", "1"], ["1", "0"]]}) == {"S₁₂": {"S": [["0", "3/2"], ["3/2", "0"]]}}
    assert moved(weighted, {"p": ["1/2", "1/4", "1/4"]}) == {
        "p₁": {"p": ["1", "1/4", "-1/4"]}, "p₂": {"p": ["1/2", "3/4", "-1/4"]},
    }  # fmt: skip


# --- style ----------------------------------------------------------------------------------------------------------


def test_a_picture_is_drawn_in_our_style_and_leaves_no_trace_of_it():
    before = dict(rcParams)
    with own_style({"font.size": 7}):
        assert rcParams["font.size"] == 7
        assert {key: rcParams[key] for key in style.SETTINGS if key != "font.size"} == {
            "svg.hashsalt": "vae-verify", "svg.fonttype": "none", "axes.titlesize": 12, "axes.labelsize": 12,
            "axes.titlelocation": "left", "axes.spines.top": False, "axes.spines.right": False, "axes.linewidth": 0.8,
            "text.color": "#010203", "axes.edgecolor": "#010203", "axes.labelcolor": "#010203",
            "axes.titlecolor": "#010203", "xtick.color": "#010203", "ytick.color": "#010203", "xtick.labelsize": 11,
            "ytick.labelsize": 11, "legend.frameon": False, "legend.fontsize": 11, "lines.linewidth": 1.5,
            "lines.solid_capstyle": "round",
        }  # fmt: skip
    assert dict(rcParams) == before
    assert style.SETTINGS["font.size"] == 12
    colours = styled(lambda: rcParams["axes.prop_cycle"].by_key()["color"])()
    assert colours == ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#808080"]
    assert (PALE, style.WIDTH) == ("#80808040", 480)


@pytest.mark.parametrize(
    ("value", "text"),
    [(1, "1"), (0.01, "0.01"), (1000, "1000"), (1e4, "10⁴"), (0.001, "10⁻³"), (2e-5, "2·10⁻⁵"), (10.5, "10.5")],
)
def test_powers_of_ten_are_written_as_such(value, text):
    assert style.power(value) == text


def test_rows_of_axes_have_their_ratios():
    figure, rows = new_picture(144, 2, [3, 1])
    assert figure.get_size_inches().tolist() == [480 / 72, 2.0]
    assert len(rows) == 2
    assert rows[0].get_gridspec().get_height_ratios() == [3, 1]
    assert len(new_picture(100)[1]) == 1


def test_data_are_rounded_to_five_digits_however_deep():
    assert picture.rounded({"a": [1 / 3, (2 / 3, 10)], "b": 123456.7, "c": "x", "d": None, "e": True}) == {
        "a": [0.33333, [0.66667, 10]], "b": 123460.0, "c": "x", "d": None, "e": True,
    }  # fmt: skip
    figure, _ = new_picture(100)
    svg = Picture(figure, "a <b>", "c & d", {"x": np.pi, "ü": "</metadata>"}).svg
    assert json.loads(json.dumps(picture.data_of(svg))) == {"x": 3.1416, "ü": "</metadata>"}
    assert '"ü"' in svg  # as short as it can be
    for wrong in ("", "<svg/>", "<svg xmlns='http://www.w3.org/2000/svg'><metadata/></svg>", "{"):
        with pytest.raises(ValueError, match=r"^no picture with data: "):
            picture.data_of(wrong)


def test_what_is_drawn_and_along_what_does_not_change():
    assert Picture.__dataclass_params__.frozen
    assert directions.Direction.__dataclass_params__.frozen
