"""What a picture is made of, to the letter: the text around a drawing, its style, and what is counted of draws."""

import re
from fractions import Fraction
from inspect import signature
from types import SimpleNamespace

from matplotlib import rc_context, rcParams
from matplotlib.ticker import NullLocator

from properties.engine.helpers.claims import claim_of
from reference.arithmetic.exact import rationals
from verify import Commuting, Vector, leq, pictures
from verify.pictures import generators, hunts, margins, style
from verify.pictures.picture import Picture

# --- the text of a picture --------------------------------------------------------------------------------------------

DRAWN = """<?xml version="1.0"?>
<svg id="root" width="9">
 <metadata>
  of matplotlib
 </metadata>
 <!-- a
   comment -->
 <defs>
  <style type="text/css">*{x}</style>
 </defs>
 <g id="figure_1">
  <g id="patch.2-b"/>
  <g style="fill: #010203">
   <path id="m1" d="M 1.25000
 L -0.5 3.14159  4.00"/>
   <use href="#m1" clip-path="url(#m1)" xlink:href="#m1"/>
  </g>
  <text style="font: 12.5px 'DejaVu'; font-family: serif; text-anchor: middle" transform="rotate(-0 7 8)">a</text>
  <text transform="rotate(-90 7 8)">b</text>
 </g>
</svg>
"""


def test_what_is_drawn_loses_what_says_nothing_and_keeps_the_rest():
    asked = []

    def savefig(file, **how):
        asked.append(how | {"size": rcParams["axes.titlesize"]})
        file.write(DRAWN)

    figure = SimpleNamespace(savefig=savefig, get_size_inches=lambda: (2.0, 1.5))
    svg = Picture(figure, 'a "b"', "c < d", {"ü": [1.0, 2]}).svg
    (name,) = re.findall('aria-labelledby="(p[0-9a-f]{8})-title"', svg)
    assert svg == (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" role="img" '
        f'aria-labelledby="{name}-title" width="144" height="108" viewBox="0 0 144 108" '
        f'style="max-width:100%;height:auto">\n<title id="{name}-title">a &quot;b&quot;</title>\n'
        '<desc>c &lt; d</desc>\n<metadata>{"ü":[1.0,2]}</metadata>\n'
        "<style>svg:root{color-scheme:light dark;color:#1f2328;font-family:system-ui,'DejaVu Sans',sans-serif}"
        "@media(prefers-color-scheme:dark){svg:root{color:#d1d7e0}}</style>\n"
        f'<g style="fill: currentColor">\n<path id="{name}-m1" d="M 1.25 L -0.5 3.14 4"/>\n'
        f'<use href="#{name}-m1" clip-path="url(#{name}-m1)" xlink:href="#{name}-m1"/>\n</g>\n'
        '<text style="font-size: 12.5px; text-anchor: middle">a</text>\n'
        '<text transform="rotate(-90 7 8)">b</text>\n</svg>\n'
    )
    assert asked == [
        {"format": "svg", "transparent": True, "metadata": {"Date": None, "Creator": None}, "size": 12}
    ]  # fmt: skip
    assert Picture(figure, "another", "c < d", {}).svg.count(name) == 0


def test_a_style_starts_from_the_defaults_whatever_was_set_before():
    with rc_context({"lines.markersize": 99.0}), style.own_style():
        assert rcParams["lines.markersize"] == 6.0


def test_rows_of_axes_share_a_picture_and_powers_stand_apart():
    figure, (axes,) = style.new_picture(200)
    assert type(figure.get_layout_engine()).__name__ == "ConstrainedLayoutEngine"
    style.logarithmic(axes, "x")
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "linear")
    assert axes.xaxis.get_major_locator().numticks == 7
    assert isinstance(axes.xaxis.get_minor_locator(), NullLocator)
    assert style.power(1000.5) == "10³"


def test_pictures_begin_with_seed_0_and_have_20_seconds_and_those_of_papers_are_found_by_name(monkeypatch):
    assert signature(pictures.margin_map).parameters["seconds"].default == margins._SECONDS == 20.0
    assert signature(pictures.draws).parameters["seed"].default == 0
    assert signature(generators.picture).parameters["seed"].default == 0
    monkeypatch.setattr(pictures, "OF_PAPERS", {})
    assert pictures.pictured("own")(print) is print
    assert {"own": print} == pictures.OF_PAPERS


# --- what is counted --------------------------------------------------------------------------------------------------


def test_the_scale_is_of_the_largest_entry_and_beyond_is_half_a_step_further():
    edge = Fraction(2.0**22.5)
    found = [generators._scale(rationals(x)) for x in (
        [1, 1024], [], Fraction(1, 2**22), Fraction(1, 2**23), edge, 1 / edge, Fraction(1, 2**7), Fraction(1, 2**8),
    )]  # fmt: skip
    assert found == ["2¹⁰", None, "2⁻²⁰", "less", "2²⁰", "2⁻²⁰", "2⁻⁵", "2⁻¹⁰"]


def test_a_wide_matrix_has_full_rank_by_its_lesser_side():
    found = [generators._rank(rationals(x)) for x in ([[1, 0, 0], [0, 1, 0]], [[1], [2]], [[1, 2, 3], [2, 4, 6]])]
    assert found == ["full rank", "full rank", "lower rank"]


def test_both_ends_beyond_are_said_though_no_row_has_both():
    scales = {"A": {"less": 0.5, "2⁻⁵": 0.5}, "B": {"more": 1.0}}
    assert generators._scales(scales) == [
        "less", "2⁻²⁰", "2⁻¹⁵", "2⁻¹⁰", "2⁻⁵", "2⁰", "2⁵", "2¹⁰", "2¹⁵", "2²⁰", "more",
    ]  # fmt: skip
    said = list(generators._corners({"dimensions": {}, "ranks": {}, "ties": {}, "scales": scales}))
    assert said == ["the largest entry is about 2⁻⁵ to 2⁻⁵, or less, or more"]
    scales = {"A": {"2⁰": 0.5, "2⁵": 0.5}, "B": {"2¹⁰": 1.0}}
    assert list(generators._corners({"dimensions": {}, "ranks": {}, "ties": {}, "scales": scales})) == [
        "the largest entry is about 2⁰ to 2¹⁰"
    ]


def test_what_is_told_of_one_instance_is_told_of_each_of_its_arrays():
    def body(P: Commuting["2"], v: Vector["3"]):
        leq(v[0], 0)

    instance = claim_of(body).signature.draw(bytes(4096))
    told = dict(generators._told([instance], generators._ties))
    assert list(told) == ["P", "P, 2", "v"]
    assert set(told["v"].values()) == {1.0}


def test_a_hunt_that_came_out_false_and_went_on_is_none_and_one_that_judged_nothing_is_one():
    def told(margins, **keys):
        course = [{"instances": k, "margin": margin} for k, margin in enumerate(margins)]
        return hunts._data({"target": "a", "verdict": "survived", "instances": 9, "course": course} | keys)

    assert told([0.5, None, 0.25]) is told([None, 0.5]) is told([0.5, None, None]) is None
    assert told([0.5, 0.25, None])["points"] == [[0, 0.5], [1, 0.25], [2, None]]
    assert told([0.5], instances=0)["instances"] == 0
