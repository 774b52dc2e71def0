"""The course of a hunt is drawn as its JSON has it, and its caption says how it ended."""

import re
from xml.etree import ElementTree

import pytest

from verify.pictures import course, data_of
from verify.pictures.style import BLUE

SVG = "{http://www.w3.org/2000/svg}"


def hunt(target, *points, verdict="survived", instances=1000):
    """Return what ``hunt --json`` says that a picture reads."""
    course = [{"instances": n, "seconds": 0.1, "margin": margin} for n, margin in points]
    return {"target": target, "verdict": verdict, "instances": instances, "course": course}


FALSE = hunt("own/false", (10, 0.5), (200, 1e-9), (300, None), verdict="refuted", instances=5000)
TRUE = hunt("own/true", (1, 0.25), (64, 0.125))
SHARP = hunt("own/sharp", (8, 0.0))


def caption(report):
    return ElementTree.fromstring(course(report)).find(f"{SVG}desc").text


def test_its_data_are_those_of_the_hunt():
    (told,) = data_of(course(FALSE))["hunts"]
    points = [[10, 0.5], [200, 1e-9], [300, None]]
    assert told == {"target": "own/false", "verdict": "refuted", "instances": 5000, "points": points}


def test_its_caption_says_how_it_ended_and_no_more_than_was_found():
    assert caption(FALSE).startswith("own/false is refuted after 300 instances (the star).")
    assert caption(FALSE | {"verdict": "error"}).startswith("own/false is not refuted: what came out false after 300")
    near = "on the way the hunt came no nearer than 0.12, after 64 of 1,000 instances."
    assert caption(TRUE).startswith(f"own/true survives: {near}")
    assert caption(TRUE | {"verdict": "error"}).startswith(f"own/true is in error: {near}")
    assert caption(TRUE | {"verdict": "refuted"}).startswith(f"own/true is refuted: {near}")  # by what was saved
    sharp = "after 8 of 1,000 instances its sides are equal, and nothing beyond was found on the way."
    assert caption(SHARP).startswith(f"own/sharp survives: {sharp}")


def test_a_star_is_drawn_for_a_counterexample_alone():
    stars = [len(re.findall(f"<use [^>]*fill: {BLUE}", course(report))) for report in (FALSE, TRUE)]
    assert stars == [1, 0]


def test_of_several_those_with_most_to_see_are_drawn():
    report = {"target": "own/*", "claims": [SHARP] * 5 + [TRUE, FALSE, {"target": "own/failed"}]}
    shown = [told["target"] for told in data_of(course(report))["hunts"]]
    assert shown == ["own/false", "own/true", "own/sharp", "own/sharp", "own/sharp"]
    assert "own/true" in course(report).partition("</metadata>")[2]  # in the legend
    assert "own/true" not in course(TRUE).partition("</metadata>")[2]


@pytest.mark.parametrize(
    "report",
    [
        {}, {"claims": []}, {"claims": 5}, {"claims": [3]}, {"course": []},
        TRUE | {"course": []}, TRUE | {"course": [5]}, TRUE | {"instances": "many"},
    ],
)  # fmt: skip
def test_what_has_no_course_is_refused(report):
    with pytest.raises(ValueError, match="has no course of a hunt: write it with vae-verify hunt TARGET --json FILE"):
        course(report)
