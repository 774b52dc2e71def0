"""What is said of a loss by estimates: only what they show, of every term."""

import numpy as np
import pytest

from verify.gate import sampled
from verify.gate.diagnosis.explained import Explained
from verify.gate.evaluation import Loss
from verify.gate.expectations import expectations
from verify.gate.instances import Ranges
from verify.gate.noise.estimate import Estimate
from verify.gate.reading import read, sample
from verify.gate.report import Report
from verify.gate.shapes import Shape


def elbo(r, x, mu, lv):
    return (((r - x) ** 2).sum(1) / 2 + (mu**2 + np.exp(lv) - lv - 1).sum(1) / 2).mean()


@pytest.fixture
def judged(monkeypatch):
    """Return a function: what is reported where the weights of the terms and the constant are estimated so."""
    loss = Loss(elbo, False)
    samples = [sample(loss, shape, Ranges(True)) for shape in (Shape(4, 6, 3), Shape(8, 5, 2))]
    known = Explained(read(loss, samples))

    def judge(weights, half_widths, misfit=False, **declared):
        at_shapes = iter(weights if isinstance(weights, list) else [weights] * 2)
        widths = np.array([*half_widths, 9.0])
        monkeypatch.setattr(
            sampled, "estimate", lambda *_: Estimate(np.array([*next(at_shapes), 0.0]), widths, misfit, 7)
        )
        report = Report("loss")
        sampled.judge_estimates(loss, samples, known, expectations(**declared), report)
        return report

    return judge


@pytest.mark.parametrize(
    ("weights", "half_widths", "declared", "outcome", "said"),
    [
        ((2, 2, 2, 2), (0.02,) * 4, {}, "accepted", "between 0.98 and 1.02"),
        ((2, 1, 1, 1), (0.02,) * 4, {}, "accepted", "between 0.485 and 0.515"),  # of variance 1/2
        ((2, 1, 1, 1), (0.02,) * 4, {"decoder_variance": 1}, "defect", "expected 1"),
        ((2, 2, 2, 2), (0.02,) * 4, {"beta": 4}, "defect", "expected 4"),
        ((2, 8, 8, 8), (0.02,) * 4, {"beta": 4}, "accepted", "between 3.95 and 4.05"),
        ((2, 4, 4, 4), (0.02,) * 4, {}, "defect", "between 1.97 and 2.03"),
        ((2, 2, 2, 3), (0.02,) * 4, {}, "defect", "no β fits all terms of the KL"),
        ((2, 2, 2, 2), (0.02, 0.9, 0.9, 0.9), {}, "undecided", "not sharp enough"),
        ((2, 2, 2, 2), (0.02, 0.02, 0.02, 0.9), {}, "undecided", "not sharp enough"),
        ((2, 2, 2, 2), (0.02, 0.02, 0.9, 0.02), {}, "undecided", "not sharp enough"),
        ((2, 2, 2, 2), (2.5, 0.02, 0.02, 0.02), {}, "undecided", "between -inf and inf"),
        ([(2, 2, 2, 2), (2, 1, 1, 1)], (0.02,) * 4, {}, "defect", "expected 1"),  # each possible, but not both
        ((2, -2, -2, -2), (0.02,) * 4, {}, "defect", "between -1.02 and -0.98"),
        (
            (2, 2.09, 2, 2),
            (0.001,) * 4,
            {},
            "undecided",
            "off by no more than unknown terms may do: no β fits all terms",
        ),
        ((2, 2.09, 2.09, 2.09), (0.001,) * 4, {}, "undecided", "unknown terms may do: effective β between 1.04 and"),
        ((2, 2.4, 2, 2), (0.001,) * 4, {}, "defect", "no β fits all terms of the KL"),
        ((2, 2.5, 2.5, 2.5), (0.001,) * 4, {}, "defect", "between 1.25 and 1.25"),
        ([(2, 2, 2, 2), (2, 2, 2, 2.09)], (0.001,) * 4, {}, "undecided", "off by no more than unknown terms may do"),
    ],
)
def test_it_is_said_of_all_terms_or_not_at_all(judged, weights, half_widths, declared, outcome, said):
    report = judged(weights, half_widths, **declared)
    assert report.outcome == outcome
    told = [report.convention] if outcome == "accepted" else report.undecided or [f.message for f in report.findings]
    assert said in told[0]
    assert "after 7 evaluations" in told[0]
    assert "1e-09" in told[0]


def test_what_is_no_sum_of_the_terms_is_undecided(judged):
    report = judged((2, 2, 2, 2), (0.02,) * 4, misfit=True)
    assert report.outcome == "undecided"
    assert report.undecided[0] == "the expectation is no sum of the known terms, at n = 4, d = 6, k = 3"
