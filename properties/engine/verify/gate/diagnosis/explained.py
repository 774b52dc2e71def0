"""What follows from an explanation: findings, doubts, and what the reading has then."""

from dataclasses import replace

import numpy as np
import pytest

from verify.gate.diagnosis.explained import explained
from verify.gate.divergence import Explanation
from verify.gate.divergence.dictionary import MEANS, heads, products
from verify.gate.divergence.floors import STATISTICS, Floor
from verify.gate.divergence.slips import Slip
from verify.gate.divergence.sums import Sum
from verify.gate.divergence.weights import Apart, Features, Prior, Weighting
from verify.gate.findings import Code
from verify.gate.forms.divergences import HEADS, LOG_VARIANCE
from verify.gate.forms.likelihoods import GAUSSIAN, LAPLACE
from verify.gate.reading import DivergencePart, Reading, ReconstructionPart
from verify.gate.report import Report
from verify.gate.slipcodes import SlipCode

ENTRIES = {entry.text: entry for entry in (*MEANS, *heads(False), *heads(True), *products(False), *products(True))}


@pytest.fixture(scope="session")
def plain(weight):
    """Return a reading of which both parts are known, or one."""

    def made(error=True, kl=True):
        one = weight("1")
        return Reading(
            ReconstructionPart(GAUSSIAN, (one,), one) if error else None,
            DivergencePart(LOG_VARIANCE, one, one, one) if kl else None,
            True,
        )

    return made


@pytest.fixture(scope="session")
def told(plain):
    """Return what is known, and the report, of an explanation."""

    def made(why, reading=None):
        report = Report("loss")
        return explained(reading or plain(), why, report), report

    return made


def findings(report):
    return [(finding.kind, finding.detail) for finding in report.findings]


def test_of_nothing_more_nothing_follows(told, plain):
    known, report = told(Explanation())
    assert (known.reading, known.named, known.instead, known.far, known.free) == (plain(), "", "", False, False)
    assert report == Report("loss")


# --- weights of the reconstruction error ----------------------------------------------------------------------------


@pytest.fixture(scope="session")
def features(weight):
    def made(pattern, among="features", likelihood=LAPLACE):
        return Explanation(features=Features(likelihood, Weighting(among, pattern, weight("2"), weight("d"))))

    return made


def test_elements_of_one_weight_stand_beside_a_function_of_the_data(told, features, plain):
    known, report = told(features("the same"), plain(error=False))
    assert known.reading.reconstruction.likelihood is LAPLACE
    assert [str(each.formula) for each in known.reading.reconstruction.weights] == ["2"]
    assert str(known.reading.reconstruction.constant.formula) == "2"
    assert report.assumed == ["a function of the data alone stands beside the reconstruction error"]
    assert report.findings == []


@pytest.mark.parametrize("among", ["features", "samples"])
@pytest.mark.parametrize(
    ("pattern", "mask"),
    [
        ("0 on the last half", True), ("only the first", True), ("only the last 3", True), ("all but the last", True),
        ("every second from the first", True), ("different: 0, 1, 1, 0, …", True), ("different: 0, 2.5, 0", True),
        ("different: 1, 2, 1", False), ("different: 0, 1, 2", False), ("different: 0, 0", False),
        ("1, 2, 3, …", False), ("…, 3, 2, 1", False), ("0, 1, 2, …", False), ("1, r, r², … with r = 2", False),
    ],
)  # fmt: skip
def test_entries_that_do_not_count_are_masked_and_others_have_weights(told, features, pattern, mask, among):
    _, report = told(features(pattern, among))
    counted = f"of the {among}, those that count in the reconstruction error: {pattern}"
    assert report.assumed == ([f"{counted}; the others are masked or padded"] if mask else [])
    wrong = (SlipCode.FEATURES, f"Laplace: weights differ among {among}: {pattern}")
    assert findings(report) == ([] if mask else [wrong])
    listed = not mask and pattern.startswith("different")  # there is no unit in which a β could be told
    known, _ = told(features(pattern, among))
    assert (known.reading.reconstruction is None) is listed


def test_a_mask_of_elements_is_none_of_features(told, features):
    _, report = told(features("only the first", "elements"))
    assert [kind for kind, _ in findings(report)] == [SlipCode.FEATURES]


# --- weights of the divergence --------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def apart(weight):
    def made(among, pattern="only the first", head=LOG_VARIANCE):
        return Apart(head, Weighting(among, pattern, weight("2/n"), weight("k")))

    return made


@pytest.mark.parametrize(
    ("among", "head", "kind"),
    [
        ("latents", LOG_VARIANCE, SlipCode.AMONG_LATENTS), ("samples", LOG_VARIANCE, SlipCode.AMONG_SAMPLES),
        ("elements", LOG_VARIANCE, SlipCode.AMONG_ELEMENTS), ("latents", None, SlipCode.REVERSE),
    ],
)  # fmt: skip
def test_weights_that_differ_are_a_defect(told, apart, among, head, kind):
    _, listed = told(Explanation(apart=apart(among, "different: 1, 3, 2", head=head)))
    assert findings(listed) == [(kind, "different: 1, 3, 2")]
    known, report = told(Explanation(apart=apart(among, head=head)))
    assert findings(report) == [(kind, "only the first, times 2/n")]
    assert known.named == ""


def test_what_is_reversed_without_weights_is_told_too(told, weight):
    assert findings(told(Explanation(apart=Apart(None, None)))[1]) == [(SlipCode.REVERSE, "")]
    prior = Prior(np.zeros(2), np.ones(2), weight("1"))
    assert findings(told(Explanation(apart=Apart(None, None, prior)))[1]) == [(SlipCode.REVERSE, "")]


def test_a_prior_of_its_own_is_assumed_and_named(told, weight, plain):
    prior = Prior(np.zeros(2), np.ones(2), weight("3"))
    known, report = told(Explanation(apart=Apart(HEADS[2], None, prior)), plain(kl=False))
    assert report.findings == []
    assert report.assumed == ["the prior is a Gaussian of its own for each latent variable, as the values say"]
    assert known.named == "prior of its own for each latent variable"
    part = known.reading.divergence
    assert part.head is HEADS[2]
    assert [str(each.formula) for each in (part.mean, part.variance, part.log_variance)] == ["3"] * 3


@pytest.mark.parametrize(
    ("error", "kl", "pattern", "masked"),
    [
        ("samples", "samples", "only the first", True), ("features", "samples", "only the first", False),
        ("samples", "latents", "only the first", False), ("samples", "samples", "1, 2, 3, …", False),
        (None, "samples", "only the first", False),
    ],
)  # fmt: skip
def test_samples_that_count_in_neither_term_are_padded(told, features, apart, plain, error, kl, pattern, masked):
    why = Explanation() if error is None else features("only the first", error)
    known, report = told(replace(why, apart=apart(kl, pattern)), plain(kl=False))
    assert bool(report.findings) is not masked
    assert (known.reading.divergence is not None) is masked
    if masked:
        assert str(known.reading.divergence.mean.formula) == "2/n"


# --- floors ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def floored(weight):
    def made(kind, statistic=STATISTICS[0]):
        return Explanation(floor=Floor(kind, statistic, HEADS[1], weight("1"), weight("1/2"), weight("2")))

    return made


@pytest.mark.parametrize(
    ("kind", "text", "code", "more"),
    [
        ("floor", "max(λ, KL_ij)", None, ""), ("capacity", "|KL_ij − λ|", None, ""),
        ("ceiling", "min(λ, KL_ij)", SlipCode.CEILING, ""), ("square", "(KL_ij − λ)²", SlipCode.SQUARE, ""),
        ("kink", "a function of KL_ij with a kink at λ", SlipCode.KINK, ", with the slope 1/2 below and 1 above"),
    ],
)  # fmt: skip
def test_what_is_done_to_a_divergence_is_named(told, floored, kind, text, code, more):
    known, report = told(floored(kind))
    named = f"{text} with λ = 2, per latent and sample"
    assert findings(report) == ([] if code is None else [(code, named + more)])
    assert (known.named, known.instead) == (named, f"Σ {text}")
    assert known.free is (kind == "capacity")
    assert (known.reading.divergence is None) is (kind in ("square", "kink"))
    if known.reading.divergence is not None:
        assert known.reading.divergence.head is HEADS[1]
        assert str(known.reading.divergence.variance.formula) == "1"


@pytest.mark.parametrize("statistic", STATISTICS, ids=lambda each: each.where)
def test_a_floor_of_the_whole_batch_is_a_defect(told, floored, statistic):
    _, report = told(floored("floor", statistic))
    assert [kind for kind, _ in findings(report)] == (
        [SlipCode.FLOOR_ON_BATCH] if statistic.where == "on the batch mean" else []
    )
    assert told(floored("capacity", statistic))[1].findings == []


# --- sums -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def summed(weight):
    def made(**terms):
        return Sum(tuple(ENTRIES[text] for text in terms), tuple(map(weight, terms.values())))

    return made


def test_a_sum_that_is_a_kl_near_the_prior_is_undecided(told, summed):
    kl = summed(**{"Σμ²": "1/2", "Σ e^h": "1/2", "Σh": "-1/2"})
    known, report = told(Explanation(sum=kl, slips=(Slip("prior-mean", "it is not"),)))
    written = "(1/2)·Σμ² + (1/2)·Σ e^h − (1/2)·Σh, with the second head h"
    assert report.undecided == [f"near the prior it is a KL, far from it another function: {written}"]
    assert report.findings == []
    assert known.reading.divergence is not None


@pytest.mark.parametrize(
    ("text", "kind"),
    [("Σ_j e^{mean_i h_ij}", Code.COUPLES_SAMPLES), ("e^{Σ_j h_j}", Code.COUPLES_LATENTS), ("Σ|h|", None)],
)
def test_a_sum_without_a_name_is_told_by_what_it_couples(told, summed, text, kind):
    _, report = told(Explanation(sum=summed(**{"Σμ²": "1/2", text: "2"})))
    written = f"(1/2)·Σμ² + (2)·{text}, with the second head h"
    assert findings(report) == ([] if kind is None else [(kind, f"it is {written}")])
    doubt = f"what depends on mu and logvar is known, and no KL: {written}"
    assert report.undecided == ([doubt] if kind is None else [])


def test_a_sum_of_the_mean_alone_has_no_second_head(told, summed):
    assert told(Explanation(sum=summed(**{"Σ|μ|": "2"})))[1].undecided[0].endswith("no KL: (2)·Σ|μ|")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("mean-missing", Code.MEAN_MISSING), ("variance-missing", Code.VARIANCE_TERMS_MISSING),
        ("prior-mean", SlipCode.PRIOR_MEAN), ("term-clamped", SlipCode.HEAD_HELD),
    ],
)  # fmt: skip
def test_a_slip_that_has_a_name_is_a_defect(told, summed, code, kind):
    assert findings(told(Explanation(slips=(Slip(code, "so it is"),)))[1]) == [(kind, "so it is")]
    _, report = told(Explanation(sum=summed(**{"Σμ²": "1"}), slips=(Slip(code, "so it is"),)))
    assert findings(report) == [(kind, "so it is; it is (1)·Σμ²")]
    assert report.undecided == []
