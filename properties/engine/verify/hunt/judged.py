"""What a hunt counts as an instance was judged: by floats that have a value there, or exactly, with an answer."""

import json

import numpy as np
import pytest

from properties.engine.helpers.claims import claim_of
from reference.arithmetic import exp, greater, where
from verify import Scalar, assume, equal, leq
from verify.certificates.pool import VARIABLE
from verify.commands.main import main
from verify.hunt import examiner as examiner_module
from verify.hunt.examiner import Examiner, Findings, Found
from verify.hunt.strata import Stratum
from verify.judging.judge import OPEN

MOST_ALARMS = 12
MOST_SAMPLED = 2
MOST_TRIED = 4
MOST_UNDEFINED = 16

PATIENCE = 600.0


def examined(body, *batches):
    """Return an examiner that has looked at these batches of points, and how it looks at one more."""
    claim = claim_of(body)
    stratum = Stratum(claim.signature, {}, dict.fromkeys(claim.signature.domains, "plain"), {})
    examiner = Examiner(claim, Findings("bulk"), float("inf"), PATIENCE, None)
    with np.errstate(all="ignore"):
        for points in batches:
            examiner.look(stratum, np.array([points], dtype=float))
    return examiner, stratum


def rounded_away(x):
    """Return 0, for which floats take something else unless x is a multiple of 256."""
    return x + 2**60 - 2**60 - x


def all_kinds(x: Scalar):
    """True; beyond floats below 0, and false in floats between the multiples of 256."""
    assume(leq(x, 2**12))
    below = where(greater(0 * x, x), 1 - x, 0 * x)
    leq(0, exp(1000 * below))
    leq(where(greater(rounded_away(x) ** 2, 0 * x), 1, 0), 0)


HELD, FALSE, BEYOND, OUTSIDE = [256, 512, 1024], [1, 2, 3, 5, 7, 9], [-1, -2, -3, -4], [2**13, 2**14]


@pytest.mark.parametrize(
    ("batches", "count", "decided"),
    [
        ([HELD], 3, 1),  # one is judged exactly, and the others by floats
        ([OUTSIDE], 0, 0),
        ([FALSE], MOST_TRIED, MOST_TRIED),
        ([FALSE[:2]], 2, 2),
        ([BEYOND], 2, 2),
        ([BEYOND] * 20, MOST_UNDEFINED, MOST_UNDEFINED),
        ([HELD + FALSE + BEYOND + OUTSIDE], 3 + MOST_TRIED + 2, MOST_TRIED + 2),
    ],
)
def test_a_point_counts_where_floats_hold_or_exact_judgement_decides(batches, count, decided):
    findings = examined(all_kinds, *batches)[0].findings
    assert (findings.instances, findings.decided, findings.undecided) == (count, decided, 0)
    assert findings.looked == sum(map(len, batches))


def raising(x: Scalar):
    raise ValueError("it has none")


def test_what_a_body_raises_is_an_error_that_names_the_point():
    examiner, stratum = examined(raising, [3])
    assert examiner.judge(stratum.instance(np.array([4.0]))) is None
    for error, x in zip(examiner.findings.errors, (3, 4), strict=True):
        assert error.startswith("the claim raises ValueError at judged.py:")
        assert error.endswith(f": it has none, at (x = {x})")
    assert (examiner.findings.instances, examiner.findings.decided) == (0, 0)


def agreeing(x: Scalar):
    """True, and never certain: the sides agree to as many bits as are computed."""
    equal(exp(x) * exp(1 + 0 * x), exp(x + 1))


def test_sides_that_agree_as_far_as_they_are_known_count():
    findings = examined(agreeing, [1, 2, 3])[0].findings
    assert (findings.instances, findings.decided, findings.undecided) == (3, 1, 0)


def open_everywhere(x: Scalar):
    """Neither true nor false at any precision; true in floats for x ≥ 0, without a value in them below."""
    y = exp(where(greater(0 * x, x), 1000 * (1 - x), 1 + 0 * x))
    leq(where(greater(y * exp(-1 * where(greater(0 * x, x), 1000 * (1 - x), 1 + 0 * x)) - 1, 0 * x), 1, -1), -1)


def test_what_is_undecided_counts_for_nothing():
    findings = examined(open_everywhere, [1, 2, 3, 4, 5], [6, 7])[0].findings
    assert (findings.instances, findings.decided) == (7 - MOST_SAMPLED, 0)
    assert findings.undecided == findings.unknown >= MOST_SAMPLED
    findings = examined(open_everywhere, BEYOND, BEYOND)[0].findings
    assert (findings.instances, findings.decided, findings.undecided) == (0, 0, 4)


def false_far_out(x: Scalar):
    """False from 2²⁰ on, and in floats wherever they round, by the same margin."""
    leq(where(greater(rounded_away(x) ** 2, 0 * x), 1, 0) + where(greater(x, 2**20 - 1), 1, 0), 0)


def test_false_alarms_hide_no_counterexample_and_do_not_take_all_the_time():
    alarms, batches = np.arange(1, 2000, 2), 40
    examiner, stratum = examined(false_far_out, *[alarms] * batches)
    assert batches < examiner.findings.alarms <= MOST_ALARMS + batches + MOST_TRIED
    with pytest.raises(Found):
        examiner.look(stratum, np.array([[2**20] + [256] * 1000 * MOST_TRIED], dtype=float))


CLAIMS = """
from hypothesis import example
from reference.arithmetic import exp, greater, rank, where
from verify import Positive, claim, leq

def open_at(x):
    leq(where(greater(exp(x) * exp(-x) - 1, 0 * x), 1, -1), -1)

@claim("judged/overflow", "beyond floats, and open exactly")
def test_overflow(x: Positive):
    y = exp(1000 * (1 + x))
    leq(y - y, 0 * x)

@claim("judged/held", "true in floats, and open exactly")
@example(x=1)
def test_held(x: Positive):
    open_at(x)

@claim("judged/singly", "open, one at a time")
@example(x=1)
def test_singly(x: Positive):
    if rank(x[..., None, None]) > 1:  # of many instances at once it is neither true nor false
        raise ValueError
    open_at(x)

@claim("judged/beyond", "beyond floats, and true exactly")
def test_beyond(x: Positive):
    leq(0, exp(1000 * (1 + x)))
"""


@pytest.mark.parametrize("name", ["overflow", "held", "singly"])
def test_what_is_decided_nowhere_does_not_survive(name, tmp_path, monkeypatch, capsys, counted):
    status, found, said = hunted(name, tmp_path, monkeypatch, capsys)
    assert (status, found["verdict"], found["certificate"]) == (1, "error", None)
    assert found["errors"] == [f"nothing could be decided: at 1024 bits {OPEN}"]
    assert "is in error" in said
    assert found["undecided"] > 0
    assert (found["instances"] > 0) == (name == "held")  # those of which floats say so


@pytest.mark.long
def test_what_is_decided_exactly_alone_survives(tmp_path, monkeypatch, capsys, counted):
    status, found, _ = hunted("beyond", tmp_path, monkeypatch, capsys)
    assert (status, found["verdict"], found["errors"], found["undecided"]) == (0, "survived", [], 0)
    assert found["instances"] > 0


def hunted(name, tmp_path, monkeypatch, capsys):
    """Return the status of a hunt, its result, and what it prints."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(VARIABLE, str(tmp_path / "examples"))
    (tmp_path / "judged.py").write_text(CLAIMS, encoding="utf-8")
    status = main(["hunt", f"judged.py::test_{name}", "--jobs", "1", "--budget", "6", "--json", "found.json"])
    return status, json.loads((tmp_path / "found.json").read_text(encoding="utf-8")), capsys.readouterr().out


def test_a_task_is_late_by_what_it_worked_and_not_by_what_others_did(monkeypatch):
    worked, passed = [0.0], [0.0]
    monkeypatch.setattr(examiner_module.time, "thread_time", lambda: worked[0])
    monkeypatch.setattr(examiner_module.time, "monotonic", lambda: passed[0])
    examiner = Examiner(claim_of(all_kinds), Findings("bulk"), 2.0, PATIENCE, None, 8.0)
    passed[0], worked[0] = 8.0, 2.0
    assert not examiner.late  # it waited
    worked[0] = 2.1
    assert examiner.late
    worked[0], passed[0] = 0.1, 8.1
    assert examiner.late  # the hunt is over, or a body sleeps
