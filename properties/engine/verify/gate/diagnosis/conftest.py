"""The report on weights."""

import pytest

from verify.gate.diagnosis.explained import Explained
from verify.gate.diagnosis.verdict import judge
from verify.gate.expectations import expectations
from verify.gate.forms.divergences import LOG_VARIANCE
from verify.gate.forms.likelihoods import GAUSSIAN
from verify.gate.reading import DivergencePart, Reading, ReconstructionPart
from verify.gate.report import Report


@pytest.fixture(scope="session")
def judged(weight):
    """Return the report on weights; those of the error are None where it is not known, and so are those of the KL."""

    def made(a="1", kl="1", offset=None, of=GAUSSIAN, head_=LOG_VARIANCE, separable=True, known=None, **declared):
        weights = [a] if isinstance(a, str) else a
        error = a and ReconstructionPart(of, tuple(map(weight, weights)), weight(weights[0]))
        part = kl and DivergencePart(head_, *map(weight, [kl] * 3 if isinstance(kl, str) else kl))
        report = Report("loss")
        offset = None if offset is None else weight(offset)
        judge(Explained(Reading(error, part, separable, offset), **(known or {})), expectations(**declared), report)
        return report

    return made
