"""What is said of the scale of a decoder, of weights that are functions of it: no loss is called."""

import math
from types import SimpleNamespace

import pytest

from verify.gate.behaviour.decoder import examine_scale
from verify.gate.behaviour.weighing import Weights
from verify.gate.behaviourcodes import BehaviourCode
from verify.gate.expectations import expectations
from verify.gate.findings import Code
from verify.gate.forms.likelihoods import BERNOULLI, GAUSSIAN, LAPLACE
from verify.gate.report import Report
from verify.gate.series import Series
from verify.gate.shapes import SHAPES

MISSING, WRONG = BehaviourCode.NORMALISER_MISSING, BehaviourCode.NORMALISER_WRONG
TOLD_WIDTH = "the decoder learns its width, sigma as {}, its normaliser present"
UNKNOWN = "what the loss is as a function of sigma, which may be the scale of the decoder"


def examined(error, added, kl=lambda t: 1.0, of=GAUSSIAN, known=True, name="sigma", **declared):
    """Return the report on the weight of the error, what is added at each d, and the weight of the KL."""

    def series(value):
        return Series({s: float(value(s)) for s in SHAPES[:6]}, {s: 1e-13 * (abs(value(s)) + 1) for s in SHAPES[:6]})

    def weights(called):
        t = called.get("sigma")
        asked.append(t)
        one = series(lambda s: kl(t))
        found = Weights(series(lambda s: error(t)), one, one, one, series(lambda s: 5.0 + added(t, s)))
        return found if known or t != 1.5 else None

    asked, report = [], Report("loss")
    examine_scale(
        SimpleNamespace(
            interface=SimpleNamespace(way=SimpleNamespace(scale=name), with_knobs=lambda **at: at),
            weighing=lambda count: SimpleNamespace(weights=weights, evaluations=count),
            declared=expectations(**declared),
            reading=SimpleNamespace(reconstruction=of and SimpleNamespace(likelihood=of)),
            report=report,
        )
    )
    assert asked in ([], [1.0, 0.5, 0.75, 1.5])
    return report


def told(report):
    return [(finding.kind, finding.detail) for finding in report.findings]


ARGUMENTS = {
    "log σ": lambda t: 2 * t, "log σ²": lambda t: t, "σ": lambda t: 2 * math.log(t), "σ²": math.log,
    "the precision 1/σ²": lambda t: -math.log(t), "the logarithm of the precision": lambda t: -t,
    "a function of it": lambda t: math.log(1 + math.exp(t)),
}  # fmt: skip
"""The logarithm of the variance, of each."""


@pytest.mark.parametrize("what", ARGUMENTS)
def test_a_normaliser_that_is_there_is_that_of_what_the_argument_is(what):
    log = ARGUMENTS[what]
    report = examined(lambda t: math.exp(-log(t)), lambda t, s: s.d / 2 * log(t))
    assert report.assumed == [TOLD_WIDTH.format(what)]
    assert report.findings == report.undecided == []
    assert report.examined == ["scale of the decoder"]
    assert report.evaluations == 6


@pytest.mark.parametrize("what", ARGUMENTS)
def test_one_that_is_not_there_is_missing_if_it_is_learned(what):
    log = ARGUMENTS[what]
    report = examined(lambda t: math.exp(-log(t)), lambda t, s: 0)
    if "log" in what:
        assert told(report) == [(MISSING, f"nothing but the error depends on sigma, {what}")]
        assert report.undecided == []
    else:
        assert report.undecided == ["no normaliser stands beside sigma: right if that is a number, and not learned"]
        assert report.findings == []
    assert report.assumed == []


@pytest.mark.parametrize(
    ("share", "code", "detail"),
    [
        (lambda s: s.d, WRONG, "(1/2)·d·log σ for each sample, where d·log σ is due"),
        (lambda s: 4 * s.d, BehaviourCode.SCALE_NOT_SQUARED,
         "sigma weighs the error as log σ²; the normaliser is twice that of it"),
        (lambda s: 6 * s.d, WRONG, "(3)·d·log σ for each sample, where d·log σ is due"),
        (lambda s: 2, WRONG, "(1/d)·d·log σ for each sample, where d·log σ is due: it is not multiplied by d"),
        (lambda s: -2 * s.d, WRONG,
         "(-1)·d·log σ for each sample, where d·log σ is due: the loss falls without end as σ grows"),
        (lambda s: 2 * s.d**2, WRONG, "(d)·d·log σ for each sample, where d·log σ is due"),
        (lambda s: s.d + 2 * s.d**2, WRONG, "(1/2 + d)·d·log σ for each sample, where d·log σ is due"),
    ],
)  # fmt: skip
def test_another_normaliser_is_told_beside_the_one_that_is_due(share, code, detail):
    report = examined(lambda t: math.exp(-t), lambda t, s: share(s) / 4 * t)
    assert told(report) == [(code, detail)]
    assert report.assumed == []


@pytest.mark.parametrize(
    "added", [lambda t, s: s.d * t**2, lambda t, s: s.d * t * (1 + 0.37 * (s.n == 4)), lambda t, s: s.d * math.exp(t)]
)
def test_what_is_no_multiple_of_it_is_wrong(added):
    report = examined(lambda t: math.exp(-t), added)
    assert told(report) == [(WRONG, "what is added is no multiple of d·log σ, as sigma says it")]


def test_a_laplace_decoder_has_the_logarithm_of_its_scale():
    report = examined(lambda t: math.exp(-t), lambda t, s: s.d * t, of=LAPLACE)
    assert report.assumed == [TOLD_WIDTH.format("log its scale")]
    report = examined(lambda t: math.exp(-t), lambda t, s: s.d / 2 * t, of=LAPLACE)
    assert told(report) == [(WRONG, "(1/2)·d·log σ for each sample, where d·log σ is due")]
    assert examined(lambda t: 1 / t, lambda t, s: s.d * math.log(t), of=LAPLACE).assumed == [
        TOLD_WIDTH.format("its scale")
    ]


@pytest.mark.parametrize("beta", [1, 3])
def test_the_normaliser_is_weighed_like_the_likelihood(beta):
    scaled = examined(lambda t: 2 * math.exp(-t), lambda t, s: 2 * s.d / 2 * t, lambda t: 2.0 * beta, beta=beta)
    assert scaled.assumed == [TOLD_WIDTH.format("log σ²")]
    assert scaled.findings == []


@pytest.mark.parametrize("what", ["log σ", "log σ²", "σ", "σ²"])
def test_a_likelihood_of_twice_the_weight_halves_beta(what):
    log = ARGUMENTS[what]
    report = examined(lambda t: 2 * math.exp(-log(t)), lambda t, s: 2 * s.d / 2 * log(t))
    detail = "the likelihood, with its normaliser, has the weight 2: effective β = 1/2"
    assert told(report) == [(Code.BETA, detail)]
    assert report.assumed == [TOLD_WIDTH.format(what)]


def test_a_likelihood_of_another_weight_is_told_by_the_weights_where_the_variance_is_1():
    report = examined(lambda t: 3 * math.exp(-t), lambda t, s: 3 * s.d / 2 * t)
    assert (report.findings, report.assumed) == ([], [TOLD_WIDTH.format("log σ²")])
    report = examined(lambda t: 2 * math.exp(-t), lambda t, s: 2 * s.d / 2 * t, beta=0)
    assert report.findings == []


@pytest.mark.parametrize(
    ("error", "kl", "of", "known"),
    [
        (lambda t: math.exp(-t), lambda t: 1.0, GAUSSIAN, False),
        (lambda t: math.exp(-t), lambda t: 1.0, BERNOULLI, True),
        (lambda t: math.exp(-t), lambda t: 1.0, None, True), (lambda t: math.exp(-t), lambda t: t, GAUSSIAN, True),
        (lambda t: 1.0, lambda t: 1.0, GAUSSIAN, True), (lambda t: t, lambda t: t, GAUSSIAN, True),
        (lambda t: -t, lambda t: 1.0, GAUSSIAN, True), (lambda t: t, lambda t: -1.0, GAUSSIAN, True),
        (lambda t: 1.0 + (t == 1.5), lambda t: 1.0, GAUSSIAN, True), (lambda t: 1.5 - t, lambda t: 1.0, GAUSSIAN, True),
    ],
)  # fmt: skip
def test_what_is_no_scale_is_undecided(error, kl, of, known):
    report = examined(error, lambda t, s: s.d / 2 * t, kl, of, known)
    assert report.undecided == [UNKNOWN]
    assert report.findings == report.examined == report.assumed == []


def test_without_a_scale_or_of_a_surrogate_nothing_is_looked_at():
    for more in ({"name": None}, {"surrogate": True}):
        assert examined(lambda t: math.exp(-t), lambda t, s: 0, **more) == Report("loss")
