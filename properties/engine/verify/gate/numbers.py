"""Numbers as people write them: within the error, worth the text, and no fraction where that is a coincidence."""

import math

import numpy as np
import pytest

from properties.engine.helpers.losses import value
from properties.engine.helpers.slow import thinned
from verify.gate.numbers import DATA_SET, number, of_single, shown

EXACT = 2.0**-50


@pytest.mark.parametrize(
    ("true", "text"),
    [
        (1 / 510, "1/510"), (-1 / 510, "-1/510"), (1 / (128 * 784), "1/100352"), (1 / 162770, "1/162770"), (0.0, "0"),
        (1.0, "1"), (-2.0, "-2"), (0.1, "1/10"), (0.7975, "0.7975"), (60000.0, "60000"), (2e-5, "1/50000"),
        (math.log(2 * math.pi) / 2, "log(2*pi)/2"), (-math.log(2 * math.pi), "-log(2*pi)"),
        (1 / math.log(2), "1/log(2)"),
        (3 * math.pi / 4, "3*pi/4"), (1 / (2 * math.pi), "1/(2*pi)"), (math.sqrt(2) / 3, "sqrt(2)/3"),
        (37 / 100, "37/100"), (1 / 125, "0.008"), (3 / 128, "3/128"), (64 * math.pi, "64*pi"), (-0.7975, "-0.7975"),
        (math.pi / 64, "pi/64"), (-math.exp(-0.6), "-0.5488116360940264"), (1 / math.pi, "1/pi"),
        (math.log(2), "log(2)"), (3 * math.log(10), "3*log(10)"), (math.log(math.pi) / 3, "log(pi)/3"),
        (2 * math.sqrt(math.pi), "2*sqrt(pi)"), (5 / math.sqrt(2 * math.pi), "5/sqrt(2*pi)"),
        (math.exp(-0.6), "0.5488116360940264"), (1e300, "1e+300"), (1e-300, "1e-300"),
    ],
)  # fmt: skip
def test_it_is_written_as_people_do(true, text):
    found = number(true, abs(true) * EXACT)
    assert str(found) == text
    assert found.value == pytest.approx(true, rel=4 * EXACT, abs=0)
    assert value(text, (1, 1, 1)) == pytest.approx(found.value, rel=EXACT, abs=0)


@pytest.mark.parametrize("relative", thinned([2.0**-50, 1e-10, 1e-7, 1e-5], 2, mark="long"))
@pytest.mark.parametrize("size", [1e-6, 1.0, *(pytest.param(size, marks=pytest.mark.slow) for size in (1e-3, 1e4))])
def test_whatever_it_is_it_lies_within_the_error_and_seldom_is_a_fraction(relative, size):
    """Of numbers of no meaning at most a few in a hundred are as near to a simple one."""
    drawn = size * np.exp2(np.random.default_rng(0).uniform(-3, 3, 150))
    found = [number(each, each * relative) for each in drawn]
    for each, made in zip(drawn, found, strict=True):
        assert abs(made.value - each) <= each * relative
        assert value(str(made), (1, 1, 1)) == pytest.approx(made.value, rel=EXACT, abs=0)
    assert sum(made.simple for made in found) <= 150 * (0.1 if relative == 1e-5 else 0.04)


def test_what_is_known_less_well_is_written_with_fewer_digits():
    texts = [str(number(math.exp(-0.6), relative)) for relative in (1e-15, 1e-10, 1e-5)]
    assert [len(text) for text in texts] == sorted((len(text) for text in texts), reverse=True)
    assert len(set(texts)) == 3
    assert str(number(1 / 162770, 1e-5 / 162770)) != "1/162769"


def test_a_value_of_numpy_is_one():
    assert str(number(np.float64(1e300), np.float64(1e290))) == "1e+300"
    assert type(number(np.float64(0.25), np.float64(0)).value) is float


@pytest.mark.parametrize(
    ("true", "text"),
    [
        (1 / 60000, "1/N"), (3 / 60000, "3/N"), (2 * 60000.0, "2*N"), (60000 / 7, "N/7"), (-1 / 60000, "-1/N"),
        (2.0, "2"), (1 / 3, "1/3"), (0.0, "0"), (200.0, "200"), (1 / 200, "0.005"), (65 * 60000.0, "3900000"),
        (64 * 60000.0, "64*N"), (1 / (65 * 60000), "1/3900000"),
    ],
)  # fmt: skip
def test_of_the_size_of_the_data_set_a_simple_multiple_is_written_if_it_is_as_large_or_as_small(true, text):
    token = DATA_SET.set(60000)
    try:
        found = number(true, abs(true) * EXACT)
        assert str(found) == text
        assert found.value == pytest.approx(true, rel=4 * EXACT)
    finally:
        DATA_SET.reset(token)
    assert "N" not in str(number(true, abs(true) * EXACT))


@pytest.mark.parametrize(("true", "text"), [(32.0, "N/32"), (1 / 32, "32/N"), (31.0, "31"), (1 / 31, "1/31")])
def test_from_its_root_on_a_number_is_large_or_small_enough(true, text):
    token = DATA_SET.set(1024)
    try:
        assert str(number(true, true * EXACT)) == text
    finally:
        DATA_SET.reset(token)


def test_a_multiple_of_another_unit_is_written_of_small_numbers_only():
    for factor, simple in ((64, True), (65, False), (1 / 64, True), (1 / 65, False), (64 / 63, True), (65 / 63, False)):
        found = number(factor * math.pi, math.pi * EXACT)
        assert ("pi" in str(found)) is simple, factor


def test_what_is_known_so_badly_that_any_fraction_would_do_is_a_decimal_number():
    """A fraction p/q has to be a chance of a hundredth: p·q·error < 0.01·p/q."""
    assert number(1 / 7, 0.9e-2 / 49 / 1.0).simple
    assert not number(1 / 7, 1.1e-2 / 49 / 1.0).simple
    assert not number(3 / 7, 1.1e-2 / 49).simple
    assert number(3 / 7, 0.9e-2 / 49).simple


def test_the_first_fraction_that_is_near_is_taken():
    assert str(number(0.333, 1e-3)) == "1/3"
    assert str(number(0.333, 1e-5)) == "0.333"
    assert str(number(355 / 113, 1e-9)) == "355/113"


def test_a_fraction_of_more_than_a_thousand_millions_is_a_decimal_number():
    assert (str(number(1e9, 1e-6)), number(1e9, 1e-6).simple) == ("1000000000", True)
    assert (str(number(2e9, 1e-6)), number(2e9, 1e-6).simple) == ("2000000000", False)
    assert (number(1 / 999_999_937, 1e-30).simple, number(1 / 1_000_000_007, 1e-30).simple) == (True, False)


@pytest.mark.parametrize("size", [0.1, 1 / 3, 7.3, 1e-12, -0.1])
def test_a_number_of_single_precision_is_off_by_what_that_may_do(size):
    single = float(np.float32(size))
    for each in (single, 1 / single, single**2, 1 / single**2):
        assert of_single(each, 0.0) == abs(each) * 2.0**-21
        assert of_single(each * (1 + 1e-9), 0.0) == 0.0
        assert of_single(each * (1 + 1e-9), 2e-9 * abs(each)) > 0.0
        assert of_single(each, 2.0**-26 * abs(each)) == 0.0  # of what is known no better nothing is told by it
    for none in (0.0, 1e31, 1e-31, float("inf"), float("nan")):
        assert of_single(none, 0.0) == 0.0


def test_in_a_sentence_what_is_no_simple_number_has_six_digits_and_0_is_what_may_be_that():
    shows = {1 - 7.2e-12: "1", 0.0019267346633: "0.00192673", -1 / 3: "-1/3", 0.7975: "0.7975", 0.0: "0", 2e-13: "0"}
    assert {value: shown(value, max(abs(value) * EXACT, 2e-13 * (abs(value) < 1e-9))) for value in shows} == shows
