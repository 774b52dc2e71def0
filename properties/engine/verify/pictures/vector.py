"""Pictures are small vector graphics that carry title, caption and data, and take the colours of where they stand."""

import re
from xml.etree import ElementTree

import pytest

from verify.pictures import Picture, data_of
from verify.pictures.style import COLOURS, INK, logarithmic, new_picture, power, styled

SVG = "{http://www.w3.org/2000/svg}"


@styled
def drawn(title="A < B", data=None):
    figure, (upper, lower) = new_picture(300, 2, (2, 1))
    logarithmic(upper, "y")
    upper.plot([0, 1], [1e-9, 100], "o-", label="<script>alert(1)</script> & more")
    lower.text(0.5, 0.5, "within")
    upper.set(xlabel="instances")
    upper.legend()
    return Picture(figure, title, "See that A is less than B & C.", data or {"x": [1, 2 / 3, "</metadata>"]})


def test_it_has_a_title_a_caption_and_its_data():
    svg = drawn().svg
    root = ElementTree.fromstring(svg)
    assert root.find(f"{SVG}title").text == "A < B"
    assert root.find(f"{SVG}desc").text == "See that A is less than B & C."
    assert data_of(svg) == {"x": [1, 0.66667, "</metadata>"]}
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == root.find(f"{SVG}title").get("id")


def test_the_same_gives_the_same_bytes_and_says_nothing_of_when_or_by_what():
    assert drawn().svg == drawn().svg
    assert not re.search(r"<dc:|<\?xml|<!DOCTYPE|<!--|[Mm]atplotlib", drawn().svg)


def test_it_is_responsive_and_loads_nothing():
    svg = drawn().svg
    root = ElementTree.fromstring(svg)
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("480", "300", "0 0 480 300")
    assert "max-width:100%" in root.get("style")
    links = [link for element in root.iter() for name, link in element.items() if name.endswith("href")]
    assert links
    assert all(link.startswith("#") for link in links)
    assert not root.findall(f".//{SVG}script")


def test_text_is_text_in_the_colour_and_font_around():
    svg = drawn().svg
    texts = ElementTree.fromstring(svg).findall(f".//{SVG}text")
    said = ["".join(text.itertext()) for text in texts]
    assert {"instances", "within", "<script>alert(1)</script> & more", "10⁻⁸", "0.01", "100"} <= {
        text.strip() for text in said
    }
    for text in texts:
        assert "fill: currentColor" in text.get("style")
        assert "font-family" not in text.get("style")
    assert INK not in svg
    assert not re.search(r"#000000|(?<!-)\bblack", svg)


def test_its_style_is_for_documents_of_its_own_and_its_names_clash_with_no_other():
    first, second = drawn().svg, drawn(data={"x": 1}).svg
    (style,) = re.findall(r"<style>(.*?)</style>", first)
    assert re.findall(r"([^{}@]+)\{(?!svg)", style) == ["svg:root", "svg:root"]
    names = [re.findall(r' id="([^"]+)"', svg) for svg in (first, second)]
    assert len(set(names[0])) == len(names[0]) > 2
    assert not set(names[0]) & set(names[1])
    used = re.findall(r'(?:href="#|url\(#)([^")]+)', first)
    assert set(used) <= set(names[0])


@pytest.mark.parametrize("colour", COLOURS)
def test_a_colour_stands_out_from_white_and_from_black(colour):
    """A contrast of 3, or nearly, as for graphics."""
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    assert 1.05 / (light + 0.05) > 2.9
    assert (light + 0.05) / 0.057 > 2.9


@pytest.mark.parametrize(
    "text", ["", "<svg", "<svg/>", '<svg xmlns="http://www.w3.org/2000/svg"><metadata>?</metadata></svg>']
)
def test_what_has_no_data_is_no_picture(text):
    with pytest.raises(ValueError, match="no picture with data"):
        data_of(text)


@pytest.mark.parametrize(
    ("value", "text"), [(1e-5, "10⁻⁵"), (0.01, "0.01"), (1, "1"), (1000, "1000"), (1e4, "10⁴"), (3e12, "3·10¹²")]
)
def test_powers_of_ten(value, text):
    assert power(value) == text
