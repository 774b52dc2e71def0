"""The KL whose weights m, v, l are: of which posterior and prior, with which constant, or what is wrong with it."""

import math

import pytest

from verify.gate.diagnosis.constants import is_sum, laplace, normaliser, normalisers
from verify.gate.diagnosis.divergence import divergence, same
from verify.gate.expectations import expectations
from verify.gate.findings import Code
from verify.gate.forms.divergences import HEADS, LOG_VARIANCE
from verify.gate.reading import DivergencePart
from verify.gate.series import Series
from verify.gate.shapes import SHAPES

NOTHING = expectations()
PLAIN = "KL(N(μ, diag e^logvar) ‖ N(0, I))"


@pytest.fixture(scope="session")
def found(weight):
    """Return which KL the weights m, v, l are, beside a reconstruction error of weight a."""

    def made(m, v, l, offset=None, a="1", declared=NOTHING, head=LOG_VARIANCE):
        part = DivergencePart(head, weight(m), weight(v), weight(l))
        return divergence(part, a and weight(a), None if offset is None else weight(offset), declared)

    return made


def told(result):
    return [(finding.kind, finding.detail) for finding in result.findings]


# --- constants ------------------------------------------------------------------------------------------------------


def test_the_constants_of_decoders_are_those_of_their_densities(weight):
    shape = SHAPES[0]  # d = 6
    assert normaliser(weight("2"), lambda s: 3.0)(shape) == pytest.approx(2 * 6 / 2 * math.log(2 * math.pi * 3))
    assert normaliser(weight("2"), lambda s: 3.0, whole=False)(shape) == pytest.approx(6 * math.log(3))
    assert laplace(weight("2"), lambda s: 3.0)(shape) == pytest.approx(2 * 6 * math.log(2 * 3))
    assert laplace(weight("2"), lambda s: 3.0, whole=False)(shape) == pytest.approx(12 * math.log(3))


@pytest.mark.parametrize(
    ("a", "b", "values"),
    [
        (None, "1", [0]), ("-1", "1", [0]), ("0", "1", [0]),
        ("2", "-1", [0, 2 * 3 * math.log(2 * math.pi), 2 * 6 * math.log(2)]),
        ("1", "3", [0, 3 * math.log(2 * math.pi), 6 * math.log(2), 9 * math.log(6 * math.pi), 9 * math.log(3),
                    18 * math.log(6), 18 * math.log(3)]),
    ],
)  # fmt: skip
def test_a_decoder_may_have_added_nothing_or_its_constant(weight, a, b, values):
    made = normalisers(a and weight(a), weight(b))
    assert [constant(SHAPES[0]) for constant in made] == pytest.approx(values)


def test_an_offset_is_a_constant_of_each_kind_to_single_precision(weight):
    offset = weight("d*log(2*pi)/2 - k/2")
    kls, decoders = [lambda s: 0.0, lambda s: -s.k / 2], [lambda s: 0.0, lambda s: s.d * math.log(2 * math.pi) / 2]
    assert is_sum(offset, kls, decoders)
    assert not is_sum(offset, kls[:1], decoders)
    assert not is_sum(offset, kls, decoders[:1])
    assert is_sum(offset.times(lambda s: 1 + 2.0**-22), kls, decoders)
    assert not is_sum(offset.times(lambda s: 1 + 2.0**-20), kls, decoders)


# --- a KL -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("weights", ["1", "1/k", "-2"])
def test_equal_weights_are_those_of_a_kl_with_its_constant(found, weights):
    result = found(weights, weights, weights)
    assert str(result.weight.formula) == weights
    assert str(result.constant.formula) == {"1": "-k/2", "1/k": "-1/2", "-2": "k"}[weights]
    assert (result.text, result.prior_variance, result.posterior_fixed) == (PLAIN, None, False)
    assert result.findings == result.assumed == []


def test_the_covariance_is_written_by_the_head(found):
    texts = {head.name: found("1", "1", "1", head=head).text.split(", ")[1] for head in HEADS}
    assert texts == dict.fromkeys(texts, "diag σ²) ‖ N(0") | {
        "log-variance": "diag e^logvar) ‖ N(0",
        "log standard deviation": "diag e^(2·logσ)) ‖ N(0",
    }


def test_weights_are_equal_within_the_errors_of_both_where_both_are_known():
    one = Series({SHAPES[0]: 1.0, SHAPES[1]: 2.0}, {SHAPES[0]: 0.5, SHAPES[1]: 0.5})
    other = Series({SHAPES[0]: 1.75, SHAPES[2]: 9.0}, {SHAPES[0]: 0.25, SHAPES[2]: 0.0})
    assert same(one, other)
    assert same(other, one)
    assert not same(one, Series({SHAPES[0]: 1.75}, {SHAPES[0]: 0.125}))
    assert not same(one, Series({SHAPES[0]: 1.0, SHAPES[1]: 3.0}, {SHAPES[0]: 0.0, SHAPES[1]: 0.0}))


# --- to another prior -----------------------------------------------------------------------------------------------

DOUBT = "the prior has the variance 3: a factor in the wrong place of the KL would look the same"
WHOLE = "3*k/2*(log(3) - 1)"


@pytest.mark.parametrize(
    ("offset", "doubts"),
    [
        (None, [DOUBT]), ("0", [DOUBT]), ("-3*k/2", [DOUBT]), (WHOLE, []), ("3*k/2*log(3)", [DOUBT]),
        (f"{WHOLE} + d/2*log(2*pi)", [DOUBT]), (f"{WHOLE} + 3*d/2*log(2*pi*3)", [DOUBT]),
        (f"{WHOLE} + 3*d/2*log(3)", [DOUBT]), ("d/2*log(2*pi)", [DOUBT]),
    ],
)  # fmt: skip
def test_a_constant_of_the_prior_tells_its_variance(found, offset, doubts):
    result = found("1", "1", "3", offset)
    assert str(result.weight.formula) == "3"
    assert str(result.prior_variance.formula) == "3"
    assert result.text == "KL(N(μ, diag e^logvar) ‖ N(0, 3·I))"
    assert result.constant.values[SHAPES[0]] == pytest.approx(3 * 3 / 2 * (math.log(3) - 1))
    assert result.assumed == doubts
    assert result.findings == []


@pytest.mark.parametrize(
    ("m", "v", "l", "offset"),
    [
        ("1", "1", "3", "-k/2"), ("1", "1", "3", "k"), ("1", "1", "3", f"{WHOLE} + d/2*log(3)"),
        ("1", "1", "n", None), ("1", "1", "1 + n", None), ("1", "2", "3", None), ("2", "1", "2", None),
    ],
)  # fmt: skip
def test_a_slip_is_no_prior(found, m, v, l, offset):
    result = found(m, v, l, offset)
    assert result.weight is None
    assert [finding.kind for finding in result.findings] == [Code.KL_SHAPE]
    assert result.prior_variance is None


def test_a_sign_is_no_prior(found):
    assert [kind for kind, _ in told(found("1", "1", "-3"))] == [Code.LOG_SIGN]
    assert [kind for kind, _ in told(found("-1", "-1", "3"))] == [Code.MEAN_SIGN, Code.VARIANCE_SIGN]
    assert found("-1", "-1", "-3").prior_variance is not None  # that it is negative is told of β


# --- a head to which something is added -----------------------------------------------------------------------------


@pytest.mark.parametrize("rest", ["0", "d/2*log(2*pi)"])
def test_a_number_that_is_added_to_a_head_is_in_the_constant_too(found, rest):
    result = found("1", "exp(0.25)", "1", f"-k/2*(1 + 0.25) + {rest}")
    assert result.assumed == ["to log σ², as the second head tells it, 0.25 is added: so the KL reads it"]
    assert str(result.weight.formula) == "1"
    assert result.constant.values[SHAPES[0]] == pytest.approx(-3 / 2 * 1.25)
    assert (result.text, result.findings) == ("KL(N(μ, diag σ²) ‖ N(0, I))", [])


@pytest.mark.parametrize(
    ("v", "l", "offset", "codes"),
    [
        ("exp(0.25)", "1", "-k/2", [Code.KL_SHAPE]), ("exp(0.25)", "1", None, [Code.KL_SHAPE]),
        ("exp(0.25)", "1", "-k/2*(1 - 0.25)", [Code.KL_SHAPE]), ("n", "1", "-k/2*(1 + log(n))", [Code.KL_SHAPE]),
        ("1 + n", "1", "-k/2*(1 + log(1 + n))", [Code.KL_SHAPE]),
        ("exp(0.25)", "2", "-k*(1 + 0.25)", [Code.KL_SHAPE]), ("0", "1", "-k/2", [Code.VARIANCE_MISSING]),
        ("-1", "1", "-k/2", [Code.VARIANCE_SIGN]),
    ],
)  # fmt: skip
def test_without_that_constant_it_is_a_slip(found, v, l, offset, codes):
    assert [kind for kind, _ in told(found("1", v, l, offset))] == codes


# --- of the mean alone ----------------------------------------------------------------------------------------------


def test_without_any_term_there_is_no_kl(found):
    result = found("0", "0", "0")
    assert (result.weight, result.text) == (None, "")
    assert [kind for kind, _ in told(result)] == [Code.KL_MISSING]
    assert told(result)[0][1].endswith("effective β = 0")


@pytest.mark.parametrize(
    ("beta", "missing"), [(0, False), ("0", False), ("0.0", False), (1, True), ("0*k", True), (None, True)]
)
def test_where_none_is_declared_none_is_missing(found, beta, missing):
    result = found("0", "0", "0", declared=expectations(beta=beta))
    assert bool(result.findings) is missing
    assert (result.weight, result.text) == (None, "")


def test_a_posterior_whose_variance_is_fixed_is_declared_or_told_by_the_constant(found):
    declared = found("2", "0", "0", declared=expectations(posterior_variance=3))
    assert declared.posterior_fixed
    assert (declared.text, declared.findings, declared.assumed) == ("½‖μ‖²", [], [])
    assert str(declared.weight.formula) == "2"
    assert declared.constant.values[SHAPES[0]] == pytest.approx(2 * 3 / 2 * (3 - 1 - math.log(3)))
    told_by = found("2", "0", "0", "2*k/2*(3 - 1 - log(3))")
    assert told_by.posterior_fixed
    assert (told_by.text, told_by.findings, str(told_by.weight.formula)) == ("½‖μ‖²", [], "2")
    assert told_by.constant.values[SHAPES[0]] == pytest.approx(2 * 3 / 2 * (3 - 1 - math.log(3)))
    (assumed,) = told_by.assumed
    assert assumed.startswith("the variance of the posterior is fixed: no term depends on logvar, and its constant ")
    assert "σ² − 1 − log σ² = 0.901387711" in assumed


@pytest.mark.parametrize("offset", [None, "0", "-k", "d", "k**2", "k + d/2"])
def test_else_its_variance_terms_are_missing(found, offset):
    result = found("2/n", "0", "0", offset)
    assert told(result) == [(Code.VARIANCE_TERMS_MISSING, "the weight of ½Σμ² is 2/n")]
    assert (result.weight, result.posterior_fixed, result.text) == (None, False, "½((2/n)·Σμ²)")


@pytest.mark.parametrize(("v", "l"), [("1", "1"), ("0", "1"), ("1", "0")])
def test_a_variance_that_is_declared_fixed_and_is_not_is_told(found, v, l):
    result = found("1", v, l, declared=expectations(posterior_variance="1/2"))
    assert told(result) == [(Code.POSTERIOR, f"declared 1/2, the weights of σ² and log σ² are {v} and {l}")]
    assert result.posterior_fixed


# --- slips ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("m", "v", "l", "codes", "text"),
    [
        ("0", "1", "1", [Code.MEAN_MISSING], "½((1)·Σσ² − (1)·Σ log σ²)"),
        ("1", "0", "1", [Code.VARIANCE_MISSING], "½((1)·Σμ² − (1)·Σ log σ²)"),
        ("1", "1", "0", [Code.LOG_MISSING], "½((1)·Σμ² + (1)·Σσ²)"),
        ("0", "0", "1", [Code.MEAN_MISSING, Code.VARIANCE_MISSING], "½(− (1)·Σ log σ²)"),
        ("0", "2", "0", [Code.MEAN_MISSING, Code.LOG_MISSING], "½((2)·Σσ²)"),
        ("-1", "1", "1", [Code.MEAN_SIGN], None), ("1", "-1", "1", [Code.VARIANCE_SIGN], None),
        ("1", "1", "-1", [Code.LOG_SIGN], None), ("-1", "-1", "1", [Code.MEAN_SIGN, Code.VARIANCE_SIGN], None),
        ("-1", "0", "1", [Code.MEAN_SIGN, Code.VARIANCE_MISSING], None), ("-1", "-2", "-3", [Code.KL_SIGN], None),
        ("2*k - 5", "2", "1", [Code.KL_SHAPE], None), ("1", "2*k - 5", "1", [Code.KL_SHAPE], None),
        ("1", "2", "3", [Code.KL_SHAPE], "½((1)·Σμ² + (2)·Σσ² − (3)·Σ log σ²)"),
    ],
)  # fmt: skip
def test_each_term_that_is_wrong_is_told(found, m, v, l, codes, text):
    result = found(m, v, l)
    detail = f"the weights of ½Σμ², ½Σσ² and −½Σ log σ² are {m}, {v} and {l}"
    assert told(result) == [(code, detail) for code in codes]
    assert result.weight is None
    assert text is None or result.text == text


def test_variance_terms_that_count_more_are_told_by_how_much(found):
    ((code, detail),) = told(found("2", "k", "k"))
    assert code is Code.KL_SHAPE
    assert detail.endswith("are 2, k and k: the variance terms count k/2 times the mean term")


def test_a_slip_that_may_be_a_prior_says_how_that_is_declared(found):
    def repair(*weights):
        (finding,) = found(*weights).findings
        assert finding.kind is Code.KL_SHAPE
        return finding.repair

    told = 'or, if that is the variance of the prior, declare prior_variance="{}"'
    assert repair("1/k", "1/k", "1") == f"{Code.KL_SHAPE.repair}; {told.format('k')}"
    assert repair("2*n*d", "2*n*d", "2") == f"{Code.KL_SHAPE.repair}; {told.format('1/(n*d)')}"
    for weights in (("1/k", "1", "1"), ("1", "1", "2*k - 5"), ("1", "1", "1 + 0.37*(n == 4)")):
        assert repair(*weights) in ("", Code.KL_SHAPE.repair)
    declared = expectations(prior_variance="k")
    assert found("1/k", "1/k", "1", declared=declared).findings == []  # which then is right
