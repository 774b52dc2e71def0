"""What is drawn for a claim is counted: dimensions, ranks, ties and scales."""

import re

import pytest
from hypothesis.errors import UnsatisfiedAssumption

from properties.engine.helpers.claims import claim_of
from verify import ComplexMatrix, Domain, Index, Matrix, OneOf, PositiveVector, Scalar, leq
from verify.pictures import data_of, draws
from verify.pictures.strips import percent


class Tall(Domain):
    """Of rank 1, with entries that are all the same, and as large as 1024."""

    axes = 2

    def construct(self, raw, style, shape):
        return 0 * self.reshaped(raw, shape) + 1024


def scalar(s: Scalar):
    leq(s, s)


def complex_body(Z: ComplexMatrix["2 2"]):
    leq(0, 1 + 0 * abs(Z[0, 0].real))


@pytest.fixture(scope="session")
def svg():
    def body(
        A: Matrix["d r", {"d": (2, 3), "r": (1, 4)}], T: Tall["2 3"], D: PositiveVector["r"], i: Index["d"], s: Scalar
    ):
        leq(s, s)

    return draws(claim_of(body))


@pytest.fixture
def told(svg):
    return data_of(svg)


def test_each_row_has_shares_that_make_up_the_whole(told):
    assert told["instances"] == 1000
    assert list(told["dimensions"]) == ["d", "r"]
    assert list(told["dimensions"]["d"]) == ["2", "3"]
    assert list(told["dimensions"]["r"]) == ["1", "2", "3", "4"]
    assert list(told["ranks"]) == ["A", "T"]
    assert list(told["ties"]) == ["A", "T", "D"]  # a single number ties with none
    assert list(told["scales"]) == ["A", "T", "D", "s"]  # and an index is no number
    for rows in ("dimensions", "ranks", "ties", "scales"):
        for shares in told[rows].values():
            assert sum(shares.values()) == pytest.approx(1, abs=1e-3)
    assert told["all"] is True


def test_what_is_known_of_a_domain_is_what_is_counted(told):
    assert told["ranks"]["T"] == {"lower rank": 1}
    assert told["ties"]["T"] == {"some equal": 1}
    assert told["scales"]["T"] == {"2¹⁰": 1}
    assert set(told["ranks"]["A"]) == {"full rank", "lower rank", "zero"}
    assert 0.4 < told["dimensions"]["d"]["2"] < 0.6
    assert 0.03 < told["scales"]["A"]["2²⁰"] < 0.2
    assert set(told["scales"]["A"]) & {"less", "more"} == {"more"}  # matrices of 2²⁰ times what is drawn else


def test_its_caption_says_what_was_counted(svg, told):
    (caption,) = re.findall("<desc>(.*?)</desc>", svg)
    shares = sorted(told["ranks"][name].get("zero", 0) for name in "AT")
    assert f"a matrix is zero in {percent(shares[0])} to {percent(shares[1])} %" in caption
    assert f"a matrix has a lower rank in {percent(told['ranks']['A']['lower rank'])} to 100 %" in caption
    assert "a dimension is 1 in 0 to 2" in caption  # of d never
    assert "about 2⁻²⁰ to 2²⁰" in caption


@pytest.mark.long
def test_it_repeats_from_its_seed():
    claim = claim_of(scalar)
    assert draws(claim, 1) == draws(claim, 1) != draws(claim, 2)


def test_of_complex_matrices_no_rank_is_told():
    told = data_of(draws(claim_of(complex_body)))
    assert told["ranks"] == {}
    assert list(told["ties"]) == list(told["scales"]) == ["Z"]


def test_what_domains_reject_is_left_out_and_where_nothing_is_left_it_is_said():
    class Rare(Scalar):
        often = 2

        def draw(self, data, shape):
            if not self.often or data[1] % self.often:
                raise UnsatisfiedAssumption
            return super().draw(data, shape)

    class Never(Rare):
        often = 0

    def rare(x: Rare):
        leq(x, x)

    def never(x: Never):
        leq(x, x)

    assert 400 < data_of(draws(claim_of(rare)))["instances"] < 600
    with pytest.raises(ValueError, match="nothing is drawn for never: its domains reject 1,000 draws"):
        draws(claim_of(never))


def test_what_has_nothing_to_count_is_refused():
    def chosen(which: OneOf["a", "b"]):
        leq(0, len(which))

    with pytest.raises(ValueError, match="chosen has neither dimensions nor numbers that could be counted"):
        draws(claim_of(chosen))


@pytest.mark.parametrize(("share", "text"), [(0, "0"), (0.001, "<1"), (0.014, "1"), (0.999, "99"), (1, "100")])
def test_percent(share, text):
    assert percent(share) == text
