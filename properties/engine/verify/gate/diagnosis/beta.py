"""The effective β of weights: what it is, whether it is the one that is expected, and what makes it another."""

import math

import pytest

from verify.errors import UsageError
from verify.gate.diagnosis import beta as of_beta
from verify.gate.diagnosis.beta import beta
from verify.gate.expectations import expectations
from verify.gate.findings import Code
from verify.gate.forms.likelihoods import BERNOULLI, GAUSSIAN, LAPLACE
from verify.gate.formulas import formula
from verify.gate.shapes import SHAPES

NOTHING = expectations()
NO_FORMULA = "d + 0.37*(n == 4)"
DEFAULT = "; 1 is expected where none is declared"


@pytest.fixture(scope="session")
def found(weight):
    """Return what is found of the weights a, b, of the constant of a loss and of that of its KL."""

    def made(a, b, offset=None, rest=None, declared=NOTHING, likelihood=GAUSSIAN):
        constants = [None if each is None else weight(each) for each in (offset, rest)]
        return beta(weight(a), weight(b), *constants, declared, likelihood)

    return made


def codes(result):
    return [finding.kind for finding in result.findings]


# --- what is expected -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "declared", "variance"),
    [
        ("1", "1", {}, "1"), ("n", "n", {}, "1"), ("2", "1", {}, "1/2"), ("2/n", "1/n", {}, "1/2"),
        ("3", "6", {"beta": 2}, "1"), ("1", "k/d", {"beta": "k/d"}, "1"), ("2", "3", {"beta": 3}, "1/2"),
        ("1", "5", {"decoder_variance": 5}, "5"), ("1", "6", {"decoder_variance": 2, "beta": 3}, "2"),
        ("2/d", "1/d", {"decoder_variance": 0.5}, "1/2"),
    ],
)  # fmt: skip
def test_what_is_expected_holds_with_a_variance_of_the_decoder(found, a, b, declared, variance):
    result = found(a, b, declared=expectations(**declared))
    assert result.holds
    assert result.findings == []
    assert str(result.decoder_variance.formula) == variance


def test_of_another_likelihood_no_half_is_a_variance(found):
    assert found("1", "1", likelihood=LAPLACE).holds
    assert found("1", "1", likelihood=LAPLACE).decoder_variance is None
    assert not found("2", "1", likelihood=LAPLACE).holds
    assert codes(found("2", "1", likelihood=BERNOULLI)) == [Code.BETA]
    assert found("1", "1", declared=expectations(decoder_variance=3), likelihood=BERNOULLI).holds


def test_without_a_ratio_nothing_is_told(weight):
    result = beta(weight("0"), weight("1"), None, None, NOTHING, GAUSSIAN)
    assert (result.ratio, result.holds, result.findings, result.decoder_variance) == (None, False, [], None)


@pytest.mark.parametrize(
    ("offset", "rest", "holds"),
    [
        ("3*d/2*log(2*pi*3)", None, True),  # of a decoder of variance 3, times the weight 3
        ("3*d/2*log(3)", None, True),
        ("3*d/2*log(2*pi*3) - 3*k/2", "-3*k/2", True),
        ("3*d/2*log(2*pi*3) - 3*k/2", None, False),
        ("3*d/2*log(2*pi)", None, False),
        ("d/2*log(2*pi*3)", None, False),
        ("0", None, False),
        (None, None, False),
    ],
)
def test_the_constant_of_a_decoder_tells_its_variance(found, offset, rest, holds):
    result = found("1", "3", offset, rest)
    assert result.holds is holds
    assert codes(result) == ([] if holds else [Code.BETA])
    assert str(result.decoder_variance.formula) == "3"


def test_whatever_that_variance_is(found):
    assert found("1", "2", "2*d/2*log(2*pi*2)").holds
    assert found("1", "1/4", "d/8*log(2*pi/4)").holds


def test_the_constant_of_a_laplace_decoder_tells_its_scale(found):
    assert found("1", "3", "3*d*log(2*3)", likelihood=LAPLACE).holds
    assert found("1", "3", "3*d*log(3)", likelihood=LAPLACE).holds
    assert not found("1", "3", "3*d/2*log(2*pi*3)", likelihood=LAPLACE).holds
    assert not found("1", "3", "3*d*log(2*3)").holds
    assert not found("1", "3", "3*d*log(2*3)", likelihood=BERNOULLI).holds


def test_a_variance_that_is_1_or_no_constant_is_told_by_no_constant(found):
    assert not found("1", "d", "d*d/2*log(2*pi*d)").holds
    assert not found("1", "2", "2*d/2*log(2*pi)", declared=expectations(beta=3)).holds
    assert found("1", "6", "3*d/2*log(2*pi*3)", declared=expectations(beta=2)).holds  # β = 2 beside a variance of 3
    assert not found("1", "6", "6*d/2*log(2*pi*6)", declared=expectations(beta=2)).holds


# --- signs, and a weight of 0 ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "code", "told"),
    [
        ("-1", "-1", Code.NEGATED, "effective β = 1"),
        ("-1", "2", Code.ERROR_SIGN, "effective β = -2"),
        ("1", "-1/k", Code.KL_SIGN, "effective β = -1/k"),
        ("2*k - 5", "-2*k + 5", Code.BETA, None),
        ("2*k - 5", "-1", Code.KL_SIGN, None),
        ("2*k - 5", "1", Code.SHAPE, None),
        ("1", "2*k - 5", Code.SHAPE, None),
    ],
)
def test_a_sign_is_told_of_the_term_that_has_it(found, a, b, code, told):
    result = found(a, b)
    assert codes(result) == [code]
    assert not result.holds
    if told is not None:
        assert result.findings[0].detail == told
        assert result.decoder_variance is None


def test_a_negative_beta_is_one_that_can_be_declared_but_no_negative_error(found):
    declared = expectations(beta=-2)
    assert found("1", "-2", declared=declared).holds
    assert codes(found("-1", "2", declared=declared)) == [Code.ERROR_SIGN]
    assert codes(found("1", "-3", declared=declared)) == [Code.KL_SIGN]


def test_a_divergence_of_weight_0_is_another(found):
    (finding,) = found("1", "0", "0").findings
    assert (finding.kind, finding.detail) == (Code.BETA, "effective β = 0; 1 is expected where none is declared")


def test_where_no_divergence_is_expected_any_is_wrong(found):
    declared = expectations(beta=0)
    assert codes(found("1", "0", declared=declared)) == []
    assert [(each.kind, each.detail) for each in found("1", "2", declared=declared).findings] == [
        (Code.BETA, "effective β = 2 (at decoder variance 1; the same as β = 1 at decoder variance 2); you declared 0")
    ]


@pytest.mark.parametrize("b", ["n - 1", "2", "0"])
def test_a_beta_that_is_0_at_some_shapes_alone_is_refused(found, b):
    with pytest.raises(UsageError, match=r"^beta=n - 1 is 0 at n = 1, d = 3, k = 1, and elsewhere it is not: declare "):
        found("1", b, declared=expectations(beta="n - 1"))


# --- halves ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "offset", "declared", "code"),
    [
        ("1", "1/2", None, {}, Code.KL_HALF_TWICE),
        ("n", "n/2", None, {}, Code.KL_HALF_TWICE),
        ("1", "3/2", None, {"beta": 3}, Code.KL_HALF_TWICE),
        ("2", "1", "2*d/2*log(2*pi) - k/2", {}, Code.KL_HALF_TWICE),  # the constant of variance 1
        ("2", "1", "d/2*log(2*pi) - k/2", {}, None),
        ("2", "1", "-k/2", {}, None),
        ("n + 1", "(n + 1)/2", None, {}, None),
        ("1/(n + 1)", "1/(2*n + 2)", None, {}, None),
        (NO_FORMULA, "(d + 0.37*(n == 4))/2", None, {}, None),
        ("1", "2", None, {}, Code.KL_HALF_MISSING),
        ("1", "6", None, {"beta": 3}, Code.KL_HALF_MISSING),
        ("1", "4", None, {}, Code.BETA),
        ("1", "1/4", None, {}, Code.BETA),
        ("3", "1", None, {}, Code.BETA),
        ("1", "2", None, {"decoder_variance": 1}, Code.VARIANCE),
        ("1", "1", None, {"decoder_variance": 2}, Code.VARIANCE),
        ("1", "3", None, {"decoder_variance": 2, "beta": 3}, Code.VARIANCE),
        ("1", "2", None, {"decoder_variance": 2, "beta": 3}, Code.BETA),
        ("1", "2", None, {"decoder_variance": 3, "beta": 1}, Code.VARIANCE),
        ("1", "2", None, {"decoder_variance": 3, "beta": "1.0"}, Code.VARIANCE),
    ],
)
def test_a_half_too_many_or_too_few_is_told_of_another_constant(found, a, b, offset, declared, code):
    result = found(a, b, offset, declared=expectations(**declared))
    assert codes(result) == ([] if code is None else [code])
    assert result.holds is (code is None)


# --- what is told ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "declared", "told"),
    [
        ("1", "4", {}, "effective β = 4 (at decoder variance 1; the same as β = 1 at decoder variance 4)" + DEFAULT),
        ("1", "1", {"beta": 3}, "effective β = 1; you declared 3"),
        ("1", "1/k", {}, "effective β = 1/k (0.333333 at n = 4, d = 6, k = 3)" + DEFAULT),
        ("1", NO_FORMULA, {}, "effective β is no formula of n, d, k that is found" + DEFAULT),
        ("1", "3", {"decoder_variance": 2}, "effective β = 3 (at decoder variance 1; the same as β = 1 at decoder "
         f"variance 3){DEFAULT}, and the decoder variance 2"),
    ],
)  # fmt: skip
def test_it_is_told_beside_the_one_that_is_expected(found, a, b, declared, told):
    (finding,) = found(a, b, declared=expectations(**declared)).findings
    assert finding.detail == told


def test_of_another_likelihood_no_variance_is_told(found):
    (finding,) = found("1", "4", likelihood=LAPLACE).findings
    assert finding.detail == "effective β = 4; 1 is expected where none is declared"


@pytest.mark.parametrize(
    ("b", "declare"),
    [("4", "4"), ("1/3", '"1/3"'), ("0.7975", "0.7975"), ("1/k", '"1/k"'), ("k", '"k"'), ("2*k/d", '"2*k/d"')],
)
def test_what_mends_it_is_told_or_how_to_declare_it(found, b, declare):
    (finding, *_) = found("1", b).findings
    kept = f"or, to keep what you tuned, declare beta={declare}: the objective does not change"
    assert finding.repair == f"{finding.kind.repair}; {kept}"


def test_what_is_no_formula_cannot_be_declared(found):
    (finding,) = found("1", NO_FORMULA).findings
    assert (finding.kind, finding.repair) == (Code.SHAPE, Code.SHAPE.repair)


# --- which sizes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "told"),
    [
        ("1/d", "1", [Code.ERROR_OVER_FEATURES]), ("d", "1", [Code.ERROR_TIMES_FEATURES]),
        ("1", "1/d", [Code.KL_OVER_FEATURES]), ("1", "d", [Code.KL_TIMES_FEATURES]),
        ("1/d", "d", [Code.KL_TIMES_FEATURES]), ("d", "1/d", [Code.ERROR_TIMES_FEATURES, Code.KL_OVER_FEATURES]),
        ("sqrt(d)", "d", [Code.ERROR_TIMES_FEATURES]), ("1", "sqrt(d)", [Code.KL_TIMES_FEATURES]),
        ("1", "sqrt(k)", [Code.KL_TIMES_LATENTS]), ("1", "1/sqrt(k)", [Code.KL_OVER_LATENTS]),
        ("1/sqrt(d)", "1", [Code.ERROR_OVER_FEATURES]), ("1", "1/sqrt(d)", [Code.KL_OVER_FEATURES]),
        ("1/d", "1/d**2", [Code.ERROR_OVER_FEATURES]), ("d", "d**2", [Code.ERROR_TIMES_FEATURES]),
        ("1", "1/k", [Code.KL_OVER_LATENTS]), ("1", "k", [Code.KL_TIMES_LATENTS]),
        ("k", "1", [Code.ERROR_OVER_LATENTS]), ("1/k", "1", [Code.ERROR_OVER_LATENTS]),
        ("k", "1/k", [Code.KL_OVER_LATENTS, Code.ERROR_OVER_LATENTS]),
        ("1/k", "k", [Code.KL_TIMES_LATENTS, Code.ERROR_OVER_LATENTS]),
        ("n", "1", [Code.BATCH_SIZE]), ("1", "n", [Code.BATCH_SIZE]), ("1/n", "1", [Code.BATCH_SIZE]),
        ("1/d", "1/k", [Code.ERROR_OVER_FEATURES, Code.KL_OVER_LATENTS]),
        ("1/(n*d)", "1/k", [Code.ERROR_OVER_FEATURES, Code.KL_OVER_LATENTS, Code.BATCH_SIZE]),
        ("1/(n*d)", "1/(n*k)", [Code.ERROR_OVER_FEATURES, Code.KL_OVER_LATENTS]),
        ("1/d", "1/d*k", [Code.KL_TIMES_LATENTS]), ("1/k", "1/k*d", [Code.KL_TIMES_FEATURES]),
        ("1", "1 + 1/k", [Code.SHAPE]), ("d + k", "(d + k)/k", [Code.KL_OVER_LATENTS]),
        ("d + k", "(d + k)*d", [Code.KL_TIMES_FEATURES]), ("d + k", "(d + k)/n", [Code.BATCH_SIZE]),
    ],
)  # fmt: skip
def test_the_sizes_in_it_are_told_of_the_term_that_has_them(found, a, b, told):
    assert codes(found(a, b)) == told


def test_a_size_that_is_in_neither_term_is_one_of_the_shapes():
    of_d, constant = (formula(SHAPES, [float(value) for value in values], [1e-12] * 14) for values in (
        [shape.d for shape in SHAPES], [1] * 14))  # fmt: skip
    assert of_beta._of_sizes(constant, constant, of_d) == [Code.SHAPE]
    assert of_beta._of_sizes(constant, constant, constant) == []
    assert of_beta._of_sizes(constant, constant, None) == [Code.SHAPE]
    assert math.isclose(of_d(SHAPES[0]), 6)
