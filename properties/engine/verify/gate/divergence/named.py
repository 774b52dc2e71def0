"""What has a name: patterns of weights, slips in sums, ways to change a head, and what is coupled."""

import math

import numpy as np
import pytest

from verify.gate.divergence.dictionary import MEANS, heads, products
from verify.gate.divergence.held import Held
from verify.gate.divergence.patterns import pattern
from verify.gate.divergence.slips import held_slips, is_divergence, prior_mean, slips
from verify.gate.divergence.sums import Sum
from verify.gate.forms.divergences import Head
from verify.gate.reading import DivergencePart

# --- patterns -------------------------------------------------------------------------------------------------------

PATTERNS = {
    "the same": ([1, 1], [1, 1, 1, 1, 1]),
    "only the first": ([1, 0], [1, 0, 0, 0, 0]),
    "only the last": ([0, 0, 1], [0, 0, 0, 0, 1]),
    "all but the first": ([0, 1, 1], [0, 1, 1, 1, 1]),
    "all but the last": ([1, 1, 0], [1, 1, 1, 1, 0]),
    "0 on the last half": ([1, 0, 0], [1, 1, 0, 0, 0]),
    "0 on the first half": ([0, 1, 1], [0, 0, 1, 1, 1]),
    "1, 2, 3, …": ([1, 2, 3], [1, 2, 3, 4, 5]),
    "0, 1, 2, …": ([0, 1, 2], [0, 1, 2, 3, 4]),
    "…, 3, 2, 1": ([3, 2, 1], [5, 4, 3, 2, 1]),
    "1, 1/2, 1/3, …": ([1, 1 / 2, 1 / 3], [1, 1 / 2, 1 / 3, 1 / 4, 1 / 5]),
    "1, 4, 9, …": ([1, 4, 9], [1, 4, 9, 16, 25]),
    "every second from the first": ([1, 0, 1, 0], [1, 0, 1, 0, 1]),
    "every second from the second": ([0, 1, 0, 1], [0, 1, 0, 1, 0]),
    "1, r, r², … with r = 3": ([1, 3, 9], [1, 3, 9, 27, 81]),
    "only the first 2": ([1, 1, 0], [1, 1, 0, 0, 0, 0]),
    "only the last 2": ([0, 0, 1, 1], [0, 0, 0, 0, 1, 1]),
    "different: 1, 5, 2, 5, 3": ([1, 5, 2], [1, 5, 2, 5, 3]),
}  # fmt: skip


@pytest.mark.parametrize("name", PATTERNS)
@pytest.mark.parametrize("unit", [1.0, -0.25])
def test_a_pattern_is_told_with_its_unit(name, unit):
    vectors = [unit * np.array(vector, float) for vector in PATTERNS[name]]
    found, units = pattern(vectors, [1e-12, 1e-12])
    if name.startswith("different"):
        assert unit != 1 or found == name
        assert units == [1.0, 1.0]
    else:
        assert found == name
        assert units == pytest.approx([unit, unit])


def test_vectors_that_tell_no_pattern_have_no_unit():
    name, units = pattern([np.array([2.0]), np.array([2.0, 0.0, 0.0])], [1e-12, 1e-12])
    assert name == "only the first"
    assert math.isnan(units[0])
    assert units[1] == 2
    name, units = pattern([np.array([2.0]), np.array([3.0])], [1e-12, 1e-12])
    assert (name, units) == ("the same", [2.0, 3.0])
    name, units = pattern([np.array([0.0, 0.0]), np.array([0.0, 0.0, 1.0, 1.0])], [1e-12, 1e-12])
    assert name != "only the first"


def test_of_many_weights_the_first_eight_are_listed():
    name, _ = pattern([np.array([1.0, 3, 2, 5, 4, 7, 6, 9, 8])], [1e-12])
    assert name == "different: 1, 3, 2, 5, 4, 7, 6, 9, …"
    name, _ = pattern([np.array([1.0, 3, 2, 5, 4, 7, 6, 9])], [1e-12])
    assert name == "different: 1, 3, 2, 5, 4, 7, 6, 9"
    assert pattern([np.array([1.0, 1 / 3, 7])], [1e-12])[0] == "different: 1, 0.3333, 7"


@pytest.mark.parametrize(("off", "name"), [(0.9e-6, "the same"), (2.1e-6, "different: 1, 1")])
def test_weights_within_their_errors_are_the_same(off, name):
    assert pattern([np.array([1.0, 1.0 + off])], [1e-6])[0].startswith(name[:9])


# --- slips ----------------------------------------------------------------------------------------------------------

ENTRIES = {entry.text: entry for entry in (*products(True), *products(False), *heads(True), *heads(False), *MEANS)}


@pytest.fixture(scope="session")
def total(weight):
    """Return a sum of terms with their weights."""

    def made(terms):
        return Sum(tuple(ENTRIES[text] for text in terms), tuple(weight(str(each)) for each in terms.values()))

    return made


KL = {"Σμ²": "1/2", "Σ e^h": "1/2", "Σh": "-1/2"}
SLIPS = [
    ("mean-absolute", {"Σ|μ|": 1, "Σ e^h": 1}), ("mean-not-squared", {"Σμ⁴": 1, "Σ e^h": 1}),
    ("mean-not-squared", {"Σ e^μ": 1, "Σh": 1}), ("mean-not-squared", {"‖μ‖": 1, "Σh": 1}),
    ("mean-not-squared", {"(‖μ‖²)²": 1, "Σh": 1}), ("mean-absolute", {"|Σ_j μ_j|": 1, "Σh": 1}),
    ("sum-before-square", {"(Σ_j μ_j)²": 1, "Σh": 1}), ("batch-mean-before-square", {"Σ_j (mean_i μ_ij)²": 1, "Σh": 1}),
    ("batch-mean-before-square", {"(mean_i Σ_j μ_ij)²": 1, "Σh": 1}),
    ("mean-not-squared", {"√(mean_i ‖μ‖²)": 1, "Σh": 1}),
    ("mean-not-squared", {"Σμ": 1, "Σh": 1}), ("mean-missing", {"Σ e^h": 1, "Σh": -1}),
    ("prior-mean", {"Σμ²": 1, "Σμ": -2, "Σ e^h": 1, "Σh": -1}), ("variance-missing", {"Σμ²": 1}),
    *((code, {"Σμ²": 1, text: 1, "Σh": -1}) for code, text in (
        ("softplus-for-exp", "Σ log(e^{e^{h/2}} − 1)"), ("softplus-for-exp", "Σ log(e^h − 1)"),
        ("missing-log", "Σ e^{2·e^{h/2}}"), ("missing-log", "Σ e^{e^{h/2}}"), ("missing-log", "Σ e^{e^h}"),
        ("missing-log", "Σ e^{softplus(h)}"), ("determinant-for-trace", "e^{Σ_j h_j}"),
        ("determinant-for-trace", "Π_j h_j"), ("determinant-for-trace", "Π_j h_j²"),
        ("batch-mean-before-log", "Σ_j log(mean_i e^{h_ij})"), ("batch-mean-before-log", "log(mean_i Σ_j e^{h_ij})"),
        ("sum-before-log", "log Σ_j e^{h_j}"), ("sum-before-log", "log Σ_j h_j"),
        ("batch-mean-before-exp", "Σ_j e^{mean_i h_ij}"), ("product-for-difference", "Σ h·e^h"),
        ("std-for-variance", "Σ e^{h/2}"), ("variance-squared", "Σ e^{2h}"), ("precision-for-variance", "Σ e^{−h}"),
        ("precision-for-variance", "Σ e^{−h/2}"), ("root-of-variance", "Σ√h"), ("variance-squared", "Σh⁴"),
        ("precision-for-variance", "Σ1/h"), ("precision-for-variance", "Σ1/h²"), ("log-variance-squared", "Σh²"),
        ("log-variance-absolute", "Σ|h|"), ("log-of-log-variance", "Σ log|h|"), ("log-of-log-variance", "Σ log(h²)"),
    )),
    ("log-of-log-variance", {"Σμ²": 1, "Σ e^h": 1, "Σ log h": -1}),
    ("heads-swapped", {"Σμ": -1, "Σ e^μ": 1, "Σh²": 1}), ("heads-swapped", {"Σμ": -2, "Σ e^{2μ}": 1, "Σh²": 1}),
    *(("kl-of-aggregate", {"Σμ²": 1, entry.text: 1}) for entry in (*products(False), *products(True))
      if "var_i" in entry.text),
    *(("reverse-kl", dict(zip(texts, weights, strict=True))) for texts, weights in (
        (("Σμ²·e^{−h}", "Σ e^{−h}", "Σh"), (1, 1, 1)), (("Σμ²·e^{−2h}", "Σ e^{−2h}", "Σh"), (1, 1, 2)),
        (("Σμ²/h²", "Σ1/h²", "Σ log h"), (2, 2, 4)), (("Σμ²/h", "Σ1/h", "Σ log h"), (1, 1, 1)),
    )),
    (None, KL), (None, {"Σμ²": 1, "Σ e^{h/2}": -2, "Σ e^h": 1}), (None, {"Σμ²": 1, "Σh": 1}),
    (None, {"Σμ²": 1, "Σh²": 1, "Σ log h": -2}), (None, {"Σμ²": 1, "Σh²": 1, "Σ log(h²)": -1}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "terms"), SLIPS)
def test_a_sum_has_the_slip_that_its_terms_tell(total, code, terms):
    plain_log = terms.keys() >= {"Σh²", "Σ log(h²)"}
    found = [slip.code for slip in slips(total(terms))]
    assert found == ([] if code is None else [code]) or (plain_log and found == ["log-of-log-variance"])


def test_both_of_two_slips_are_told_that_of_the_mean_first(total):
    both = slips(total({"Σ|μ|": 1, "Σ e^{2h}": 1, "Σ e^{h/2}": 1}))
    assert [slip.code for slip in both] == ["mean-absolute", "std-for-variance"]
    assert len(slips(total({"Σμ²": 1, "Σ e^{h/2}": 1, "Σ e^{−h}": 1, "Σh": 1}))) == 1


def test_where_the_variance_is_there_nothing_stands_in_its_place(total):
    """As in half the sum of the KL and of the reverse one."""
    both = {"Σμ²": 1, "Σ e^h": 1, "Σ e^{−h}": 1, "Σμ²·e^{−h}": 1}
    assert slips(total(both)) == slips(total({"Σμ²": 1, "Σ e^{h/2}": 1, "Σ e^h": 1, "Σh": 1})) == []
    assert [slip.code for slip in slips(total(both | {"Σ e^h": -1}))] == ["precision-for-variance"]
    assert [slip.code for slip in slips(total({"Σμ²": 1, "Σ e^h": 1, "Σ h·e^h": 1}))] == ["product-for-difference"]


def test_what_is_wrong_with_two_terms_of_a_mean_that_is_not_squared(total):
    swapped = total({"Σμ": -1, "Σ e^{h/2}": 1, "Σh²": 1})
    assert slips(swapped)[0].code == "mean-not-squared"


def test_the_mean_of_a_prior_is_told(total):
    shifted = total({"Σμ²": "1/2", "Σμ": "-3/2"})
    assert str(prior_mean(shifted).formula) == "3/2"
    assert slips(shifted)[0].message == "(μ − c)² with c = 3/2: the divergence from a prior whose mean is not 0"
    assert prior_mean(total({"Σμ²": "1/2"})) is None
    assert prior_mean(total({"Σμ": "1/2"})) is None
    assert prior_mean(total({"Σμ²": "0", "Σμ": "1"})) is None


@pytest.mark.parametrize(
    ("terms", "is_one"),
    [
        (KL, True), ({"Σμ²": 1, "Σ e^{2h}": 1, "Σh": -2}, True), ({"Σμ²": 3, "Σh²": 3, "Σ log h": -6}, True),
        ({"Σμ²": 1, "Σh²": 1, "Σ log(h²)": -1}, True), ({"Σμ²": 1, "Σh": 1, "Σ log h": -1}, True),
        (KL | {"Σh": "1/2"}, False), (KL | {"Σ e^h": "1"}, False), (KL | {"Σμ": "1"}, False),
        ({"Σμ²": 1, "Σ e^h": 1}, False), (KL | {"Σμ²": "0"}, False), ({"Σμ²": 1, "Σ e^{2h}": 1, "Σh": -1}, False),
        (KL | {"Σh": "-1/2 - 1e-9*(n == 4)"}, False),
    ],
)  # fmt: skip
def test_a_sum_is_a_kl_in_its_proportions(total, terms, is_one):
    assert is_divergence(total(terms)) is is_one


@pytest.mark.parametrize(
    ("only", "mean", "told"),
    [
        ("", (None, None), []),
        ("variance", (None, None), [("term-clamped", "kept: the other term has the head as it is")]),
        ("", (-1.0, None), [("mean-held", "the means are held in [-1, ∞]: nothing draws back those that are beyond")]),
        ("", (None, 2.5), [("mean-held", "the means are held in [−∞, 2.5]: nothing draws back those that are beyond")]),
        ("variance", (-1.0, 2.0), [("term-clamped", "kept: the other term has the head as it is"),
         ("mean-held", "the means are held in [-1, 2]: nothing draws back those that are beyond")]),
    ],
)  # fmt: skip
def test_what_is_held_is_told(weight, only, mean, told):
    part = DivergencePart(Head("kept", abs, abs), *[weight("1")] * 3)
    assert [(slip.code, slip.message) for slip in held_slips(Held(part, only, mean))] == told
