"""What is drawn, mark by mark: squares, steps, stars, ticks and words, at their places and in their colours."""

from types import SimpleNamespace

import pytest
from flint import arb, fmpq
from matplotlib.colors import to_hex, to_rgba

from verify.judging.judge import Outcome
from verify.pictures import hunts, margins, strips
from verify.pictures.style import BLUE, COLOURS, GREEN, GREY, INK, PALE, VERMILLION, new_picture


def axes_of(figure):
    """Return the axes of a figure."""
    return figure.get_axes()


def ticks(axis):
    """Return the places of the ticks of an axis, with their words."""
    return [
        (float(place), label.get_text())
        for place, label in zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=True)
    ]


def test_a_share_is_a_square_the_deeper_the_more_often():
    _, (axes,) = new_picture(100)
    strips.strips(axes, {"d": {"1": 1.0, "2": 0.0}, "r": {"2": 0.5}}, ["1", "2"])
    squares = [(*patch.get_xy(), patch.get_width(), patch.get_height(), patch.get_alpha()) for patch in axes.patches]
    assert squares == [
        (0.03, 0.06, 0.94, 0.88, pytest.approx(0.62)), (1.03, 0.06, 0.94, 0.88, 0.0),
        (1.03, 1.06, 0.94, 0.88, pytest.approx(0.35)),
    ]  # fmt: skip
    assert {to_hex(patch.get_facecolor()) for patch in axes.patches} == {BLUE}
    assert [(patch.get_linewidth(), patch.get_clip_on()) for patch in axes.patches] == [(0, False)] * 3
    assert [(*text.get_position(), text.get_text(), text.get_ha(), text.get_va(), text.get_fontsize())
            for text in axes.texts] == [
        (0.5, 0.5, "100", "center", "center_baseline", 10.5), (1.5, 0.5, "0", "center", "center_baseline", 10.5),
        (1.5, 1.5, "50", "center", "center_baseline", 10.5),
    ]  # fmt: skip
    assert (axes.get_xlim(), axes.get_ylim()) == ((0, 2), (2, 0))
    assert (ticks(axes.yaxis), ticks(axes.xaxis)) == ([(0.5, "d"), (1.5, "r")], [(0.5, "1"), (1.5, "2")])
    assert not any(spine.get_visible() for spine in axes.spines.values())
    assert {tick.tick1line.get_markersize() for tick in axes.xaxis.get_major_ticks()} == {0}


@pytest.mark.parametrize(
    ("share", "text"), [(0.0099, "<1"), (0.01, "1"), (0.994, "99"), (0.9999, "99"), (0.5, "50"), (0.016, "2")]
)
def test_what_happens_is_never_0_percent_and_what_need_not_never_100(share, text):
    assert strips.percent(share) == text


# --- courses --------------------------------------------------------------------------------------------------------

HUNT = {"target": "own/$x$", "verdict": "refuted", "instances": 900, "points": [[0, 0.5], [20, 0.0], [30, None]]}
OTHER = {"target": "own/b", "verdict": "survived", "instances": 50, "points": [[1, 0.25]]}


def test_a_course_is_drawn_in_steps_to_its_star_or_its_end():
    figure = hunts._picture([HUNT, OTHER]).figure
    (axes,) = axes_of(figure)
    star, first, second = axes.get_lines()
    assert (star.get_marker(), star.get_xydata().tolist(), star.get_markersize()) == ("*", [[30, 1e-18]], 13)
    assert not star.get_clip_on()
    assert [line.get_color() for line in (star, first, second)] == [*[COLOURS[0]] * 2, COLOURS[1]]
    assert first.get_xydata().tolist() == [[1, 0.5], [20, 1e-16], [30, 1e-18]]
    assert second.get_xydata().tolist() == [[1, 0.25], [50, 0.25]]
    assert [line.get_drawstyle() for line in (first, second)] == ["steps-post"] * 2
    assert [line.get_label() for line in (first, second)] == [r"own/\$x\$", "own/b"]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("instances", "least margin so far")
    assert axes.get_ylim() == pytest.approx((1e-19, 3), rel=1e-9, abs=0)
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    assert ticks(axes.yaxis) == [
        (1.0, "1"), (1e-4, "10⁻⁴"), (1e-8, "10⁻⁸"), (1e-12, "10⁻¹²"), (1e-16, "0"), (1e-18, "false"),
    ]  # fmt: skip
    (legend,) = figure.legends
    assert (legend._ncols, legend.handlelength) == (3, 1)
    assert [round(72 * inches) for inches in figure.get_size_inches()] == [480, 320]
    one = hunts._picture([OTHER])
    assert (one.figure.legends, round(72 * one.figure.get_size_inches()[1])) == ([], 300)
    assert one.data == {"hunts": [OTHER]}
    assert one.title == "The course of the hunt for own/b"
    assert one.caption == (
        "own/b survives: on the way the hunt came no nearer than 0.25, after 1 of 50 instances. A margin is the gap "
        "between both sides in relation to their sizes, in floats; what is false was certified."
    )


def told(**keys):
    """Return what is drawn of a hunt with these keys in its report."""
    report = {"target": "a", "verdict": "survived", "instances": 9, "course": [{"instances": 1, "margin": 0.5}]} | keys
    return hunts._data(report)


def test_what_no_hunt_writes_is_not_drawn():
    assert told() == {"target": "a", "verdict": "survived", "instances": 9, "points": [[1, 0.5]]}
    point = {"instances": 1, "margin": 0.5}
    assert len(told(course=[point] * 1000)["points"]) == 1000
    assert told(course=[point] * 1001) is None
    assert told(course=[]) is None
    assert told(course=[point | {"margin": None}, point]) is None
    assert told(course=[point, point | {"margin": None}])["points"][-1] == [1, None]
    for wrong in (-1, True, 1.0, 2**63, "1"):
        assert told(instances=wrong) is None
        assert told(course=[point | {"instances": wrong}]) is None
    for wrong in (-0.1, 1.1e300, True, "1", float("nan")):
        assert told(course=[point | {"margin": wrong}]) is None
    assert told(course=[point | {"margin": 1e300, "instances": 2**63 - 1}])["points"] == [[2**63 - 1, 1e300]]
    assert told(target="x" * 201 + "\n")["target"] == "x" * 200
    assert told(target="\x1b")["target"] == "\\x1b"
    assert told(course=[point | {"margin": 0}])["points"] == [[1, 0.0]]


# --- maps -----------------------------------------------------------------------------------------------------------

DATA = {
    "claim": "own/x", "rows": ["abc", "dAB", "CD="],
    "axes": [{"label": "x", "at": "-1/2", "reach": "2"}, {"label": "y", "at": "1", "reach": "1000"}],
}  # fmt: skip


def corners(patch):
    """Return the corners of the squares of a patch."""
    vertices = patch.get_path().vertices.tolist()
    return [vertices[k : k + 4] for k in range(0, len(vertices), 5)]


def test_a_map_has_its_squares_its_ring_and_its_numbers():
    drawn = margins._picture(DATA)
    (axes,) = axes_of(drawn.figure)
    shown = [(to_hex(patch.get_facecolor()), patch.get_alpha()) for patch in axes.patches]
    deep = (0.4, 0.6, 0.8, 1.0)
    assert shown == [*((VERMILLION, k) for k in deep), *((BLUE, k) for k in deep), (GREEN, 1.0)]
    assert corners(axes.patches[1]) == [[[1, 0], [1, 1], [2, 1], [2, 0]]]
    assert [(patch.get_linewidth(), patch.get_antialiased()) for patch in axes.patches] == [(0, False)] * 9
    (ring,) = axes.get_lines()
    assert ring.get_xydata().tolist() == [[1.5, 1.5]]
    assert (ring.get_marker(), ring.get_markersize(), ring.get_markeredgewidth(), ring.get_clip_on()) == (
        "o",
        8,
        1.5,
        False,
    )
    assert (ring.get_markerfacecolor(), ring.get_markeredgecolor()) == ("none", INK)
    assert (axes.get_xlim(), axes.get_ylim()) == ((0, 3), (0, 3))
    assert ticks(axes.xaxis) == [(0.5, "−5/2"), (1.0, "−3/2"), (1.5, "−1/2"), (2.0, "1/2"), (2.5, "3/2")]
    assert [word for _, word in ticks(axes.yaxis)] == ["−999", "−499", "1", "501", "1001"]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("x (ring: −1/2)", "y (ring: 1)")
    assert [round(72 * inches) for inches in drawn.figure.get_size_inches()] == [480, 400]
    (legend,) = drawn.figure.legends
    assert [text.get_text() for text in legend.get_texts()] == [
        "certainly false", "certainly true", "sides agree, in balls", "the counterexample",
    ]  # fmt: skip
    assert (legend._ncols, legend.handlelength) == (2, 1)
    assert drawn.title == "The margin around a counterexample to own/x"
    assert drawn.caption == (
        "Around the counterexample to own/x (the ring, at x = -1/2, y = 1; all other entries stay as they are): of 9 "
        "points, each judged without rounding, the claim is certainly false at 4 and certainly true at 4. The deeper "
        "the colour, the further apart the sides. At 1 the sides agree as far as balls tell."
    )


def test_a_map_of_one_row_is_low_and_has_no_numbers_beside_it():
    drawn = margins._picture(DATA | {"rows": ["aa.-?"], "axes": DATA["axes"][:1]})
    (axes,) = axes_of(drawn.figure)
    assert round(72 * drawn.figure.get_size_inches()[1]) == 130
    assert list(axes.get_yticks()) == []
    assert corners(axes.patches[0]) == [[[0, 0], [0, 1], [2, 1], [2, 0]]]
    assert [to_hex(p.get_facecolor(), keep_alpha=p.get_alpha() is None) for p in axes.patches][1:] == [PALE[:7], GREY]
    assert drawn.caption.endswith("At the 3 others there is nothing to judge, or no answer.")
    texts = [text.get_text() for text in drawn.figure.legends[0].get_texts()]
    assert texts == ["certainly false", "outside the domain", "a premise is not met", "no answer", "the counterexample"]
    frame = margins._square("none", "x")
    assert (frame.get_edgecolor(), frame.get_linewidth(), frame.get_label()) == (to_rgba(INK), 0.8, "x")
    assert margins._square(BLUE, "x").get_edgecolor() == (0, 0, 0, 0)
    ring = margins._ring()
    assert (ring.get_linestyle(), ring.get_label(), ring.get_markersize()) == ("None", "the counterexample", 8)
    assert (ring.get_markeredgewidth(), ring.get_markerfacecolor(), ring.get_markeredgecolor()) == (1.5, "none", INK)


@pytest.mark.parametrize(
    ("number", "text"),
    [("12345", "12345"), ("123456", "1.23e+05"), ("-1/2", "−1/2"), ("-1/234", "−0.00427"), ("1/1000", "0.001")],
)
def test_a_number_at_an_axis_has_five_characters_or_three_digits(number, text):
    assert margins._number(fmpq(*map(int, number.split("/")))) == text


@pytest.mark.parametrize(
    ("sides", "relation", "depth"),
    [((1, 1), "≤", 0), ((103, 97), "≤", 0), ((104, 96), "≤", 1), ((11, 9), "≤", 1), ((112, 88), "≤", 2),
     ((13, 7), "≤", 2), ((132, 68), "≤", 3), ((0, 0), "≤", 0), ((1, 1), "⪰", 3), ((1,), "≤", 3), ((-1, 1), "<", 3)],
)  # fmt: skip
def test_a_colour_deepens_with_the_gap(sides, relation, depth):
    ground = SimpleNamespace(sides=[arb(side) for side in sides], relation=relation)
    assert margins._depth(SimpleNamespace(ground=ground)) == depth
    assert margins._depth(SimpleNamespace(ground=None)) == 3


def test_there_are_as_many_points_as_there_is_time_for():
    survey = object.__new__(margins._Survey)
    survey.judged, survey.spent = 10, 10.0
    for seconds, axes, points in (
        (625, 2, 25),
        (624, 2, 17),
        (289, 2, 17),
        (288, 2, 9),
        (0, 2, 9),
        (25, 1, 25),
        (24, 1, 17),
    ):
        assert survey.affordable(seconds, axes) == points
    survey.judged = 0
    assert survey.affordable(6250, 2) == 25
    assert (margins._SECONDS, margins._PATIENCE, margins._MOST, margins._ZOOMS) == (20.0, 1.0, 60.0, 24)


def test_after_a_minute_no_point_is_judged_any_more():
    survey = object.__new__(margins._Survey)
    survey.origin = SimpleNamespace(signature=SimpleNamespace(domains={}))
    survey.judge = lambda instance: SimpleNamespace(outcome=Outcome.DISCARDED)
    found = []
    for survey.judged, survey.spent in ((0, 60.0), (0, 60.1)):
        found.append(survey.letter([]))
    assert found == ["-", "?"]
