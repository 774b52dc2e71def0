"""What a number is said to do to β, of weights that are functions of it: no loss is called."""

import pytest

from verify.gate.behaviour.knobs import examine_knobs
from verify.gate.behaviourcodes import BehaviourCode
from verify.gate.expectations import expectations
from verify.gate.report import Report
from verify.gate.shapes import Shape

IGNORED, MISPLACED = BehaviourCode.KNOB_IGNORED, BehaviourCode.KNOB_MISPLACED
SHAPE = Shape(4, 6, 3)


@pytest.fixture(scope="session")
def examined(called):
    """Return what is expected, and the report, of numbers with these defaults."""

    def made(weights, declared=None, arguments=None, **numbers):
        report = Report("loss")
        interface = called(numbers, [], frozenset(numbers if arguments is None else arguments))
        return examine_knobs(interface, weights, declared or expectations(), report), report

    return made


def told(report):
    return [(finding.kind, finding.detail) for finding in report.findings]


# --- what is expected -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "kl", "default", "beta"),
    [
        (lambda beta: 1, lambda beta: beta, 4.0, 4), (lambda beta: 1, lambda beta: beta, 1.0, 1),
        (lambda beta: 1 / beta, lambda beta: 1, 4.0, 4), (lambda beta: 7, lambda beta: 0.5 * beta, 4.0, 4),
        (lambda beta: beta, lambda beta: beta**2, 4.0, 4), (lambda beta: 1 - beta, lambda beta: beta, 0.25, 1 / 3),
        (lambda beta: beta**-0.5, lambda beta: beta**0.5, 4.0, 4),
        (lambda beta: 1 / beta**2, lambda beta: 1 / beta, 3.0, 3),
    ],
)  # fmt: skip
def test_the_default_of_a_number_that_beta_is_proportional_to_is_expected(weighed, examined, error, kl, default, beta):
    expected, report = examined(weighed(kl, error), beta=default)
    assert expected.expected_beta(SHAPE) == pytest.approx(beta)
    assert expected.said == "the argument beta says"
    assert report.findings == []
    assert report.examined == ["knobs"]
    said = f"β = {beta:.12g} is expected: the default of the argument beta"
    assert report.assumed == ([] if beta == 1 else [said])


def test_several_numbers_are_expected_together(weighed, examined):
    both = weighed(lambda beta, kl_weight: beta * kl_weight)
    expected, report = examined(both, beta=4.0, kl_weight=0.5)
    assert expected.expected_beta(SHAPE) == 2
    assert expected.said == "the arguments beta and kl_weight say"
    assert report.assumed == ["β = 2 is expected: the defaults of the arguments beta and kl_weight"]
    expected, report = examined(both, arguments=("beta",), beta=4.0, kl_weight=0.5)
    assert expected.said == "the numbers beta and kl_weight say"
    assert report.assumed == ["β = 2 is expected: the defaults of the numbers beta and kl_weight"]
    assert examined(both, arguments=(), beta=4.0, kl_weight=0.25)[0].said == "the numbers beta and kl_weight say"


def test_the_last_of_a_schedule_is_expected_too(weighed, examined):
    expected, report = examined(weighed(lambda beta_max: beta_max), beta_max=4.0)
    assert expected.expected_beta(SHAPE) == 4
    assert report.examined == ["knobs"]


def test_a_declaration_is_what_is_expected(weighed, examined):
    declared = expectations(beta=3)
    found, report = examined(weighed(lambda beta: beta), declared, beta=4.0)
    assert found is declared
    assert report.assumed == []


@pytest.mark.parametrize("default", [0.0, -2.0])
def test_a_default_that_is_not_positive_is_no_declaration(weighed, examined, default):
    found, report = examined(weighed(lambda beta: beta), beta=default)
    assert found.beta is None
    assert report.findings == []


def test_where_the_default_is_0_the_number_is_1_while_it_is_looked_at(weighed, examined):
    assert told(examined(weighed(lambda beta: beta**2), beta=0.0)[1]) == [
        (MISPLACED, "beta: effective β ∝ beta^2: it is applied twice")
    ]
    _, report = examined(weighed(lambda beta: 3 + beta), beta=0.0)
    assert told(report) == [(MISPLACED, "beta: it is added to the weight of the KL: effective β ∝ 3 + beta")]


def test_without_such_a_number_nothing_is_looked_at(weighed, examined):
    declared = expectations()
    found, report = examined(weighed(lambda gamma: gamma), declared, gamma=4.0)
    assert found is declared
    assert report.examined == []


# --- what is wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "kl", "text"),
    [
        (lambda beta: beta, lambda beta: 1, "it weighs the reconstruction: effective β ∝ 1/beta"),
        (lambda beta: beta, lambda beta: beta, "it weighs both terms: β does not depend on it"),
        (lambda beta: beta**2, lambda beta: beta**2, "it weighs both terms: β does not depend on it"),
        (lambda beta: 1, lambda beta: beta**2, "effective β ∝ beta^2: it is applied twice"),
        (lambda beta: 1 / beta, lambda beta: beta, "effective β ∝ beta^2: it is applied twice"),
        (lambda beta: 1, lambda beta: 1 / beta, "effective β ∝ beta^-1"),
        (lambda beta: 1, lambda beta: beta**-2, "effective β ∝ beta^-2"),
        (lambda beta: 1, lambda beta: beta**0.5, "effective β ∝ beta^0.5"),
        (lambda beta: 1, lambda beta: beta**-0.5, "effective β ∝ beta^-0.5"),
        (lambda beta: 1, lambda beta: (3 + beta) / 4, "it is added to the weight of the KL: effective β ∝ 3 + beta"),
        (lambda beta: 2, lambda beta: 1 + beta / 2, "it is added to the weight of the KL: effective β ∝ 2 + beta"),
        (lambda beta: 2, lambda beta: 4 - beta, "it is added to the weight of the KL: effective β ∝ -4 + beta"),
    ],
)  # fmt: skip
def test_what_beta_is_instead_is_told(weighed, examined, error, kl, text):
    found, report = examined(weighed(kl, error), beta=1.0)
    assert told(report) == [(MISPLACED, f"beta: {text}")]
    assert found.expected_beta(SHAPE) == 1
    assert found.said == "the argument beta says"


def test_what_is_added_to_the_loss_weighs_nothing(weighed, examined):
    added = weighed(lambda beta: 1, other=lambda beta: beta)
    text = "beta: it is added to the loss, and weighs nothing: β does not depend on it"
    assert told(examined(added, beta=1.0)[1]) == [(MISPLACED, text)]


def test_an_argument_that_changes_nothing_is_ignored(weighed, examined):
    fixed = weighed(lambda beta: 1)
    found, report = examined(fixed, beta=2.0)
    assert told(report) == [(IGNORED, "beta: it changes nothing")]
    assert found.expected_beta(SHAPE) == 2
    found, report = examined(fixed, arguments=(), beta=2.0)
    assert told(report) == []
    assert report.assumed == ["the loss, as it is called, does not depend on beta"]
    assert found.beta is None


def test_a_number_that_is_kept_and_misplaced_is_told_too(weighed, examined):
    _, report = examined(weighed(lambda beta: beta**2), arguments=(), beta=1.0)
    assert [kind for kind, _ in told(report)] == [MISPLACED]


@pytest.mark.parametrize("kl", [lambda beta_max: 1, lambda beta_max: beta_max**2])
def test_the_last_of_a_schedule_need_not_be_what_beta_is(weighed, examined, kl):
    found, report = examined(weighed(kl), beta_max=2.0)
    assert (found.beta, report.findings, report.assumed) == (None, [], [])


@pytest.mark.parametrize(
    ("error", "kl"),
    [
        (lambda beta: 1, lambda beta: min(beta, 1.5)), (lambda beta: 1, lambda beta: beta**3),
        (lambda beta: 1, lambda beta: 0.0), (lambda beta: 2 - beta / 4, lambda beta: beta),
        (lambda beta: 1, lambda beta: beta**1.5),
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_not(weighed, examined, error, kl):
    found, report = examined(weighed(kl, error, other=lambda beta: beta), beta=1.0)
    assert (found.beta, report.findings, report.assumed) == (None, [], [])


def test_one_less_it_on_the_error_is_so_below_1_only(weighed, examined):
    shared = weighed(lambda beta: beta, lambda beta: 1 - beta)
    assert examined(shared, beta=0.125)[0].expected_beta(SHAPE) == pytest.approx(1 / 7)
    assert examined(shared, beta=4.0)[0].beta is None


# --- of a loss that is not made of known terms ----------------------------------------------------------------------


def test_of_an_unknown_loss_what_weighs_all_that_depends_on_the_heads_is_beta(weighed, examined):
    found, report = examined(weighed(lambda beta: beta, known=False), beta=4.0)
    assert found.expected_beta(SHAPE) == 4
    assert report.findings == []


@pytest.mark.parametrize(
    ("error", "kl", "other"),
    [
        (lambda beta: beta, lambda beta: beta, lambda beta: 0), (lambda beta: 1, lambda beta: beta**2, lambda beta: 0),
        (lambda beta: 1, lambda beta: 1 + beta, lambda beta: 0), (lambda beta: beta, lambda beta: 0, lambda beta: 0),
        (lambda beta: 1 + beta, lambda beta: beta, lambda beta: 0),
        (lambda beta: 1, lambda beta: 0, lambda beta: beta**2),
    ],
)  # fmt: skip
def test_of_an_unknown_loss_anything_else_is_not_told(weighed, examined, error, kl, other):
    found, report = examined(weighed(kl, error, other, known=False), beta=4.0)
    assert (found.beta, report.findings) == (None, [])


def test_a_loss_that_keeps_a_state_is_not_said_to_ignore_anything(weighed, examined):
    assert examined(weighed(lambda beta: 1, known=False, kind="state"), beta=4.0)[1].findings == []
    assert examined(weighed(lambda beta: beta, known=False, kind="state"), beta=4.0)[0].beta is None
    assert examined(weighed(lambda beta: 1, known=False, kind="statistical"), beta=4.0)[1].findings != []
