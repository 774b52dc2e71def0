"""What follows from heads that are held, from couplings, and from how a loss grows far away."""

import pytest

from verify.gate.diagnosis.explained import explained
from verify.gate.divergence import Clamp, Explanation
from verify.gate.divergence.couplings import Couplings
from verify.gate.divergence.far import Far, Growth
from verify.gate.divergence.held import Held
from verify.gate.divergence.weights import Features, Weighting
from verify.gate.findings import Code
from verify.gate.forms.divergences import LOG_VARIANCE, Head
from verify.gate.forms.likelihoods import GAUSSIAN
from verify.gate.reading import DivergencePart, Reading, ReconstructionPart
from verify.gate.report import Report
from verify.gate.slipcodes import SlipCode


@pytest.fixture(scope="session")
def told(weight):
    """Return what is known, and the report, of an explanation of a loss whose parts are known or not."""

    def made(error=True, kl=True, **why):
        report, one = Report("loss"), weight("1")
        recon = ReconstructionPart(GAUSSIAN, (one,), one) if error else None
        part = DivergencePart(LOG_VARIANCE, one, one, one) if kl else None
        return explained(Reading(recon, part, True), Explanation(**why), report), report

    return made


def findings(report):
    return [(finding.kind, finding.detail) for finding in report.findings]


# --- heads that are held --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["its variance", "its log-variance"])
def test_a_term_that_is_held_near_the_prior_is_a_defect(told, what):
    _, report = told(clamps=(Clamp(what, -3.0, None),))
    assert findings(report) == [(SlipCode.HEAD_HELD, f"{what} in [-3, ∞]")]
    assert report.undecided == report.assumed == []


@pytest.mark.parametrize(
    ("what", "low", "high", "undecided", "assumed"),
    [
        ("mean", -2.0, 2.0, "the mean in [-2, 2]: right if what is sampled has it so too", None),
        ("second head", None, 3.5, "the second head in [−∞, 7/2]: right if what is sampled has it so too", None),
        ("second head", -3.5, None, "the second head in [-7/2, ∞]: right if what is sampled has it so too", None),
        ("second head", 0.0, 20.0, "the second head in [0, 20]: right if what is sampled has it so too", None),
        ("second head", -4.0, 4.0, None, "the second head in [-4, 4], out of the way"),
        ("mean", -30.0, None, None, "the mean in [-30, ∞], out of the way"),
        ("its variance", -10.0, 10.0, None, "its variance in [-10, 10], out of the way"),
        ("departs", -2.0, None, "it is that KL only where the second head is in [-2, ∞]", None),
        ("departs", -20.0, 10.0, None, "the KL is another where the second head is outside [-20, 10]"),
        ("mean departs", -2.0, 3.0, "it is that KL only where the mean is in [-2, 3]", None),
        ("mean departs", None, 10.0, None, "the KL is another where the mean is outside [−∞, 10]"),
        ("both depart", -2.0, 2.0, "it is that KL only where the nearer of the heads is in [-2, 2]", None),
        ("both depart", -5.0, 5.0, None, "the KL is another where the nearer of the heads is outside [-5, 5]"),
        ("not a number", -20.0, 10.0, None, "the loss is no number where the second head is outside [-20, 10]"),
        ("not a number", -1.0, None, "the loss is no number where the second head is outside [-1, ∞]", None),
    ],
)  # fmt: skip
def test_where_a_head_is_held_is_a_doubt_near_the_prior_and_else_assumed(told, what, low, high, undecided, assumed):
    _, report = told(clamps=(Clamp(what, low, high),))
    assert report.undecided == ([] if undecided is None else [undecided])
    assert report.assumed == ([] if assumed is None else [assumed])
    assert report.findings == []


@pytest.mark.parametrize(
    ("name", "doubted"),
    [
        ("log-variance, kept in [−3, 20]", True), ("log-variance, kept in [-10, 3.5]", True),
        ("log-variance, kept in [−10, 4]", False), ("3·tanh", True), ("10·tanh", False), ("softplus + 0.5", False),
        ("plain", False),
    ],
)  # fmt: skip
def test_a_divergence_of_a_held_head_is_read_and_doubted(told, weight, name, doubted):
    two = weight("2")
    part = DivergencePart(Head(name, abs, abs), two, two, two)
    known, report = told(kl=False, held=Held(part))
    assert known.reading.divergence is part
    said = f"the KL reads its second head as {name}: right if what is sampled has it so too"
    assert report.undecided == ([said] if doubted else [])


def test_one_that_is_held_in_a_term_alone_is_no_divergence(told, weight):
    two = weight("2")
    part = DivergencePart(Head("kept in [−1, 1]", abs, abs), two, two, two)
    for held in (Held(part, only="variance"), Held(part, mean=(-1.0, None))):
        known, report = told(kl=False, held=held)
        assert known.reading.divergence is None
        assert report.undecided == []


# --- couplings ------------------------------------------------------------------------------------------------------

SAMPLES = "what a sample pays for its code depends on the codes of the other samples"
LATENTS = "what a latent variable pays depends on the others"


@pytest.mark.parametrize(
    ("coupled", "error", "codes", "undecided"),
    [
        ((True, False, False), True, [], [SAMPLES]), ((False, True, False), True, [], [LATENTS]),
        ((True, True, False), True, [], [SAMPLES]), ((False, False, True), False, [Code.ERROR_COUPLES], []),
        ((False, False, True), True, [], []), ((False, False, False), False, [], []),
        ((True, False, True), False, [Code.ERROR_COUPLES], [SAMPLES]),
    ],
)  # fmt: skip
def test_what_is_coupled_is_told(told, coupled, error, codes, undecided):
    _, report = told(error, couplings=Couplings(*coupled))
    assert findings(report) == [(code, "") for code in codes]
    assert report.undecided == undecided


# --- far away -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def grows(weight):
    def made(mean=Growth.QUADRATIC, v=None, l=None, recon=Growth.QUADRATIC, a=None):
        v, l, a = (None if each is None else weight(each) for each in (v, l, a))
        return Far(mean, weight("1"), v, l, recon, a)

    return made


@pytest.mark.parametrize(
    ("growth", "kind"), [(Growth.AFFINE, Code.SWAPPED), (Growth.FALLS, SlipCode.UNBOUNDED), (Growth.LINEAR, None)]
)
def test_an_error_that_falls_is_a_defect(told, grows, growth, kind):
    known, report = told(False, far=grows(recon=growth))
    detail = f"as the residual grows the loss goes {growth.value}"
    assert findings(report) == ([] if kind is None else [(kind, detail)])
    assert not known.far
    assert told(True, far=grows(recon=growth))[1].findings == []


@pytest.mark.parametrize(("a", "known"), [("3", True), ("0", False), (None, False), ("1 + 0.37*(n == 4)", False)])
def test_an_error_that_grows_like_a_square_is_one_far_away(told, grows, a, known):
    result, report = told(False, far=grows(a=a))
    assert result.far is known
    assert report.assumed == (["with large residuals the loss grows like (3)·½‖x−x̂‖²"] if known else [])
    assert report.undecided == (["the reconstruction error is known only for large residuals"] if known else [])
    if known:
        assert result.reading.reconstruction.likelihood is GAUSSIAN
        assert [str(each.formula) for each in result.reading.reconstruction.weights] == ["3"]
    else:
        assert result.reading.reconstruction is None
    assert not told(True, far=grows(a=a))[0].far


def test_an_error_whose_elements_are_known_is_not_looked_at_far_away(told, grows, weight):
    features = Features(GAUSSIAN, Weighting("features", "1, 2, 3, …", weight("1"), weight("d")))
    known, report = told(False, far=grows(recon=Growth.FALLS, a="3"), features=features)
    assert [finding.kind for finding in report.findings] == [SlipCode.FEATURES]
    assert not known.far


@pytest.mark.parametrize(
    ("far", "told_of"),
    [
        ({"mean": Growth.AFFINE}, [(SlipCode.UNBOUNDED, f"in mu it goes {Growth.AFFINE.value}")]),
        ({"mean": Growth.FALLS}, [(SlipCode.UNBOUNDED, f"in mu it goes {Growth.FALLS.value}")]),
        ({"mean": Growth.BOUNDED}, []), ({"mean": Growth.LINEAR}, []), ({}, []), ({"v": "1", "l": "0"}, []),
        ({"v": "-1"}, [(SlipCode.UNBOUNDED, "as the second head → ∞ it falls without end")]),
        ({"l": "-1"}, [(SlipCode.UNBOUNDED, "as the second head → −∞ it falls without end")]),
    ],
)  # fmt: skip
def test_a_divergence_that_falls_is_a_defect(told, grows, far, told_of):
    assert findings(told(kl=False, far=grows(**far))[1]) == told_of
    assert findings(told(kl=True, far=grows(**far))[1]) == []


@pytest.mark.parametrize(
    ("coupled", "mean", "missing"),
    [
        ((True, False, False), Growth.BOUNDED, True), ((False, True, False), Growth.BOUNDED, False),
        ((True, False, False), Growth.QUADRATIC, False), (None, Growth.BOUNDED, False),
    ],
)  # fmt: skip
def test_what_is_bounded_in_the_means_is_no_kl_if_samples_are_coupled(told, grows, coupled, mean, missing):
    couplings = None if coupled is None else Couplings(*coupled)
    _, report = told(kl=False, far=grows(mean), couplings=couplings)
    detail = "nothing grows like mu²: as mu → ∞ the loss is bounded"
    assert findings(report) == ([(Code.KL_MISSING, detail)] if missing else [])


def test_what_is_known_exactly_is_not_looked_at_far_away(told, grows, weight):
    two = weight("2")
    held = Held(DivergencePart(Head("plain", abs, abs), two, two, two), mean=(-1.0, None))
    assert findings(told(kl=False, far=grows(Growth.FALLS), held=held)[1]) == []
