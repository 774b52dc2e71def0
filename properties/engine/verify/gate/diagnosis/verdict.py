"""The verdict on a reading: when it is accepted, a defect or undecided, and what is told then."""

import pytest

from verify.gate.diagnosis.explained import Explained
from verify.gate.diagnosis.verdict import judge
from verify.gate.expectations import expectations
from verify.gate.findings import Code
from verify.gate.forms.divergences import HEADS
from verify.gate.forms.likelihoods import BERNOULLI, GAUSSIAN, LAPLACE, LIKELIHOODS
from verify.gate.reading import DivergencePart, Reading, ReconstructionPart
from verify.gate.report import Report

NO_FORMULA = "1 + 0.37*(n == 4)"
KINDS = {likelihood.name: likelihood for likelihood in LIKELIHOODS}


def codes(report):
    return [finding.kind for finding in report.findings]


# --- the reconstruction ---------------------------------------------------------------------------------------------


def test_an_error_of_weight_0_is_missing(judged):
    report = judged("0", "1")
    assert codes(report) == [Code.ERROR_MISSING]
    assert report.findings[0].detail == ""
    assert report.outcome == "defect"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Gaussian, its standard deviation the MSE", Code.VARIANCE_AS_DEVIATION),
        ("root of the MSE of the batch", Code.ERROR_COUPLES),
        ("Bernoulli (logits), with x and x̂ swapped", Code.SWAPPED),
        ("Bernoulli (logits), of x, its logits squashed already", Code.SIGMOID_TWICE),
    ],
)
def test_an_error_that_is_no_likelihood_is_a_defect(judged, name, code):
    likelihood = KINDS[name]
    report = judged(("2", "3")[: len(likelihood.terms)], "1", of=likelihood)
    assert codes(report) == [code]
    texts = [term.text for term in likelihood.terms]
    told = " + ".join(f"({w})·{text}" for w, text in zip(("2", "3"), texts, strict=False))
    assert report.findings[0].detail == f"it is {told}"
    assert report.outcome == "defect"
    assert report.convention == ""


def test_an_error_that_is_not_judged_is_undecided(judged):
    report = judged(of=KINDS["Huber"])
    assert report.outcome == "undecided"
    assert report.undecided == ["the reconstruction error is Huber: the gate does not judge it"]
    assert report.findings == []
    assert judged("1", "4", of=KINDS["Huber"]).findings == []
    assert codes(judged("1", "1/k", of=KINDS["Huber"])) == [Code.KL_OVER_LATENTS]
    assert codes(judged(("1", "1"), "1/k", of=KINDS["squared and absolute error"])) == []


@pytest.mark.parametrize(
    ("likelihood", "declared", "right"),
    [
        (GAUSSIAN, "gaussian", True), (GAUSSIAN, "bernoulli", False), (GAUSSIAN, "laplace", False),
        (BERNOULLI, "bernoulli", True), (KINDS["Bernoulli (logits)"], "bernoulli", True), (LAPLACE, "laplace", True),
        (LAPLACE, "gaussian", False),
    ],
)  # fmt: skip
def test_a_likelihood_that_is_declared_is_the_one_that_is_there(judged, likelihood, declared, right):
    report = judged(of=likelihood, likelihood=declared)
    told = f"declared {declared}, it is {likelihood.name}"
    assert [(finding.kind, finding.detail) for finding in report.findings] == (
        [] if right else [(Code.LIKELIHOOD, told)]
    )


# --- the divergence -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("head", HEADS, ids=lambda head: head.name)
def test_a_head_that_is_no_log_variance_is_told(judged, head):
    plain = head.name == "log-variance"
    assert judged(head_=head).assumed == ([] if plain else [f"the second head is the {head.name}: so the KL reads it"])
    assert judged(kl=("1", "0", "0"), head_=head).assumed == []
    assert codes(judged(head_=head, head=head.name)) == []
    other = HEADS[1 if plain else 0].name
    (finding,) = judged(head_=head, head=other).findings
    assert (finding.kind, finding.detail) == (Code.HEAD, f"declared {other!r}, the KL reads it as {head.name!r}")


@pytest.mark.parametrize("weights", [("1", "1", "0"), ("1", "0", "1")])
def test_either_term_of_the_variance_tells_a_head(judged, weights):
    assert len(judged(kl=weights, head_=HEADS[2]).assumed) == 1


@pytest.mark.parametrize(
    ("kl", "declared", "prior", "told"),
    [
        ("1", None, "1", None), ("1", 1, "1", None), ("1", "1.0", "1", None),
        ("1", 2, "1", "declared 2, the KL is to N(0, 1·I)"),
        (("1/2", "1/2", "1"), None, "2", None), (("1/2", "1/2", "1"), 2, "2", None),
        (("1/2", "1/2", "1"), 1, "2", "declared 1, the KL is to N(0, 2·I)"),
        (("1", "2", "3"), 2, None, None),
    ],
)  # fmt: skip
def test_a_prior_that_is_declared_is_the_one_that_is_there(judged, kl, declared, prior, told):
    report = judged(kl=kl, prior_variance=declared)
    assert report.prior_variance == prior
    found = [finding.detail for finding in report.findings if finding.kind is Code.PRIOR]
    assert found == ([] if told is None else [told])


def test_a_prior_and_a_fixed_posterior_are_named(judged):
    report = judged("1", ("1/2", "1/2", "1"))
    assert ", Gaussian decoder of variance 1, prior variance 2, constants not told" in report.convention
    assert report.assumed == ["the prior has the variance 2: a factor in the wrong place of the KL would look the same"]
    report = judged("1", ("1", "0", "0"), posterior_variance=2)
    assert ", Gaussian decoder of variance 1, posterior of fixed variance, constants not told" in report.convention
    assert report.prior_variance is None
    assert report.outcome == "accepted"


def test_of_a_kl_that_is_none_the_sizes_alone_are_told(judged):
    assert codes(judged("1", ("1", "2", "3"))) == [Code.KL_SHAPE]
    assert codes(judged("3", ("1", "2", "3"))) == [Code.KL_SHAPE]
    assert codes(judged("1", ("-1", "1", "1"))) == [Code.MEAN_SIGN]
    assert codes(judged("1", ("2", "1", "1"))) == [Code.KL_SHAPE]
    assert codes(judged("1", ("1/2", "1", "1"))) == [Code.KL_SHAPE]
    assert codes(judged("1", ("1", "2", "3"), decoder_variance=4)) == [Code.KL_SHAPE]
    assert codes(judged("1", ("1/k", "2/k", "3/k"))) == [Code.KL_SHAPE, Code.KL_OVER_LATENTS]
    assert codes(judged("1", ("0", "1/k", "1"))) == [Code.MEAN_MISSING]
    assert codes(judged("1", ("0", "1", "1/k"))) == [Code.MEAN_MISSING, Code.KL_OVER_LATENTS]


# --- β, and the reduction -------------------------------------------------------------------------------------------


def test_another_beta_is_a_defect_and_names_no_convention(judged):
    report = judged("1", "4")
    assert codes(report) == [Code.BETA]
    assert (report.outcome, report.convention) == ("defect", "")
    assert report.decoder_variance == "4"


@pytest.mark.parametrize(
    ("weights", "declared", "told"),
    [
        (("1", "1"), "mean", None), (("n", "n"), "sum", None), (("1/d", "1/d"), "1/d", None),
        (("2", "1"), "mean", None),
        (("1", "1"), "sum", "declared: summed over the batch; it is averaged over the batch"),
        (("n", "n"), "mean", "declared: averaged over the batch; it is summed over the batch"),
        (("n/2", "n/2"), "sum", "declared: summed over the batch; it is times n/2, averaged over the batch"),
        ((NO_FORMULA, NO_FORMULA), "mean",
         "declared: averaged over the batch; it is times a weight that is no formula of n, d, k"),
    ],
)  # fmt: skip
def test_a_reduction_that_is_declared_is_the_one_that_is_there(judged, weights, declared, told):
    report = judged(*weights, reduction=declared)
    found = [(finding.kind, finding.detail) for finding in report.findings]
    assert found == ([] if told is None else [(Code.REDUCTION, told)])
    assert report.outcome == ("accepted" if told is None else "defect")


def test_a_reduction_is_that_of_the_kl_over_beta_and_told_of_what_is_right_only(judged):
    assert judged("n", "3*n", beta=3, reduction="sum").outcome == "accepted"
    assert codes(judged("n", "3*n", beta=3, reduction="mean")) == [Code.REDUCTION]
    assert codes(judged("n", "4*n", beta=3, reduction="mean")) == [Code.BETA]
    assert codes(judged("1", ("1", "2", "3"), reduction="sum")) == [Code.KL_SHAPE]
    assert judged(None, "1", reduction="sum").findings == []


SINGLE = "0.100000001490116119384765625"
"""0.1 as single precision has it."""


def test_a_weight_that_is_rounded_to_single_precision_is_the_one_that_is_declared(judged):
    for a, b, variance in (("1", SINGLE, "1"), ("2", f"{SINGLE}", "1/2"), ("1/d", f"{SINGLE}/d", "1")):
        report = judged(a, b, beta=0.1, reduction="1/d" if "d" in a else "mean")
        assert (report.outcome, report.decoder_variance) == ("accepted", variance)
        assert "00000149" not in f"{report.convention} {report.scale} {report.optimises}"
    assert "decoder of scale" not in judged("1", SINGLE, of=LAPLACE, beta=0.1).convention
    assert judged("10", "10", beta=0.1).outcome == "defect"
    odd = judged("1", "0.1000000015", beta=0.1)  # no number of single precision
    assert [finding.kind for finding in odd.findings] == [Code.BETA]
    assert judged("1", None, reduction="sum").findings == []


# --- what is known beyond a reading ---------------------------------------------------------------------------------


def test_a_capacity_may_have_any_constant_weight(judged):
    known = {"free": True, "named": "|KL − λ|"}
    report = judged("1", "4", known=known)
    assert report.outcome == "accepted"
    first = "distance of the KL from a capacity, weighted by 4, averaged over the batch, Gaussian decoder"
    assert report.convention == f"{first}, |KL − λ|, constants not told"
    assert codes(judged("1", "4", known=known, beta=3)) == [Code.BETA]
    assert codes(judged("1", "1/k", known=known)) == [Code.KL_OVER_LATENTS]
    assert codes(judged("1", "-4", known=known)) == [Code.KL_SIGN]
    assert judged("0", "1", known=known).outcome == "defect"
    assert judged("1", NO_FORMULA, known=known).outcome == "defect"


def test_what_is_named_stands_in_the_convention(judged):
    assert ", variance 1, held" not in judged(known={"named": "held"}).convention
    assert "Gaussian decoder of variance 1, held, constants not told" in judged(known={"named": "held"}).convention


def test_of_what_is_known_of_large_residuals_only_no_constant_beta_is_told(judged):
    far = {"far": True}
    assert judged("1", "4", known=far).findings == []
    assert judged("1", "4", known=far).outcome == "undecided"
    assert judged("1", "4", known=far).effective_beta["formula"] == "4"
    assert codes(judged("1", "1/k", known=far)) == [Code.KL_OVER_LATENTS]
    assert judged("1", NO_FORMULA, known=far).findings == []
    assert codes(judged("1", ("1/k", "2/k", "3/k"), known=far)) == [Code.KL_SHAPE, Code.KL_OVER_LATENTS]
    assert judged("1", "1", known=far).convention.startswith("negative ELBO")


# --- undecided ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "kl", "separable", "told"),
    [
        ("1", None, True, "the part that depends on mu and logvar is no divergence that the gate knows"),
        (None, None, False, "the loss is no sum of a reconstruction error and a divergence"),
        (None, None, True, "the reconstruction error is none that the gate knows"),
        (None, "1/k", True, "the reconstruction error is none that the gate knows; the KL part is right, weight 1/k"),
    ],
)
def test_what_is_not_known_is_undecided(judged, error, kl, separable, told):
    report = judged(error, kl, separable=separable)
    assert report.outcome == "undecided"
    assert report.undecided == [told]
    assert report.convention == ""
    assert report.effective_beta == {"value": None, "formula": None}


def test_what_is_wrong_is_told_of_half_a_loss(judged):
    report = judged(None, ("1", "2", "3"))
    assert (codes(report), report.undecided, report.outcome) == ([Code.KL_SHAPE], [], "defect")


def test_findings_and_doubts_that_are_there_count(judged, weight):
    for findings, undecided, outcome in (([], ["half"], "undecided"), ([object()], ["half"], "defect")):
        report = Report("loss", findings=findings, undecided=undecided)
        error, part = (
            ReconstructionPart(GAUSSIAN, (weight("1"),), weight("1")),
            DivergencePart(HEADS[0], *[weight("1")] * 3),
        )
        judge(Explained(Reading(error, part, True)), expectations(), report)
        assert report.outcome == outcome
        assert report.undecided == ["half"]
