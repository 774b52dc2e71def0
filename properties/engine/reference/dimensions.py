"""Named dimensions and expressions of them: what they are worth, and what cannot be read."""

from dataclasses import FrozenInstanceError

import pytest

from reference.dimensions import DimensionError, parse


@pytest.mark.parametrize(
    ("text", "names", "value"),
    [
        ("d", ("d",), 5), ("3", (), 3), ("d+1", ("d",), 6), ("k+d-2", ("d", "k"), 10), ("min(d,k)", ("d", "k"), 5),
        ("max(d, k)-d", ("d", "k"), 2), ("min(k, 3)", ("k",), 3), ("max(1,d,2)", ("d",), 5), ("d-(k-d)", ("d", "k"), 3),
    ],
)  # fmt: skip
def test_a_dimension_is_a_name_or_an_expression_of_names(text, names, value):
    read = parse(text)
    assert (read.text, read.names, read.value({"d": 5, "k": 7, "m": 11})) == (text, names, value)
    assert type(read.value({"d": 5, "k": 7})) is int
    assert read.is_name == (text == "d")
    with pytest.raises(FrozenInstanceError):
        read.text = "k"


REFUSED = {
    **dict.fromkeys(("d+", "(d", "d k"), "cannot be read: write a name such as d, or d+1"),
    **dict.fromkeys(
        ("2*d", "d/2", "-d", "d**2", "f(d)", "d(k)", "d.min(k)", "min(d)(k)", "1.5", "d+1.0", "'d'", "True", "d+None",
         "[d]", "d[0]", "d<k", "lambda: d", "max"), "may use names, integers, + and -, min and max only",
    ),
    **dict.fromkeys(("min(d)", "max(3)", "min()", "d+max", "min+max"), "is no number: min and max take two or more"),
}  # fmt: skip
del REFUSED["max"]


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_dimension_is_refused(text):
    with pytest.raises(DimensionError) as refused:
        parse(text)
    assert str(refused.value) == f"the dimension {text!r} {REFUSED[text]}"
