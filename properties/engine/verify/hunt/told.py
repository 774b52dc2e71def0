"""What a hunt says of what it found: every line of it, what it counts, and what it does not claim."""

from pathlib import Path

import pytest

from properties.engine.helpers.claims import claim_of, counterexample
from verify import Matrix, Scalar, Vector, leq
from verify.certificates.format import certificate
from verify.claims.attack import UNMET
from verify.claims.entry import Verdict
from verify.errors import UsageError
from verify.hunt.course import Point
from verify.hunt.examiner import Findings, Nearest
from verify.hunt.report import (
    as_expected,
    certified,
    counted,
    json_of,
    overall_verdict,
    paragraph,
    require_judged,
    text_of,
    verdict,
)
from verify.hunt.state import Hunt


def small_sums(v: Vector["d"]):
    leq(v.sum(), 1)


def of_two(A: Matrix["d r", {"d": (2, 3)}], x: Scalar):
    leq(A.sum() + x, 1)


JUDGED = {"looked": 9, "instances": 9, "decided": 2, "met": True, "confirmed": True, "patterns": [(1,)]}
"""Of a hunt that has come somewhere."""


def hunt_of(body=small_sums, seconds=1.26, **findings):
    hunt = Hunt(claim_of(body), 7, 1.0)
    hunt.add(Findings("bulk", **findings))
    hunt.seconds = seconds
    return hunt


def found(*entries):
    claim = claim_of(small_sums)
    return certificate(counterexample(claim, claim.signature.infer({"v": entries})))


def lines(hunt):
    return text_of(hunt, None).splitlines()


def line(hunt, head):
    """Return what is said under a head, or None."""
    return next((text[11:] for text in lines(hunt) if text[2:10].strip() == head), None)


# --- the verdict ------------------------------------------------------------------------------------------------------

VERDICTS = [
    ({}, Verdict.ERROR),
    ({"decided": 1}, Verdict.ERROR),
    ({"met": True}, Verdict.ERROR),
    ({"instances": 5, "looked": 5, "met": True, "confirmed": True}, Verdict.ERROR),  # by floats alone
    ({"decided": 1, "met": True}, Verdict.SURVIVED),
    ({"decided": 1, "met": True, "errors": ["no value"]}, Verdict.ERROR),
    ({"decided": 1, "met": True, "certificate": found(2)}, Verdict.REFUTED),
    ({"errors": ["no value"], "certificate": found(2)}, Verdict.REFUTED),
    ({"decided": 1, "met": True, "undecided": 1}, Verdict.SURVIVED),  # a proof may know
    ({"decided": 1, "met": True, "undecided": 1, "unknown": 1}, Verdict.UNDECIDED),
    ({"unknown": 1}, Verdict.ERROR),
    ({"decided": 1, "met": True, "unknown": 1, "errors": ["no value"]}, Verdict.ERROR),
    ({"unknown": 1, "certificate": found(2)}, Verdict.REFUTED),
]


@pytest.mark.parametrize(("findings", "expected"), VERDICTS)
def test_a_claim_survives_only_what_was_judged_exactly_where_its_premises_are_met(findings, expected):
    hunt = hunt_of(**findings)
    assert verdict(hunt) is expected
    assert json_of(hunt, None)["verdict"] == expected
    assert as_expected(hunt) == (expected is Verdict.REFUTED)  # the claim is expected to be
    object.__setattr__(hunt.claim, "expected", Verdict.SURVIVED)
    assert as_expected(hunt) == (expected is Verdict.SURVIVED)
    object.__setattr__(hunt.claim, "expected", Verdict.UNDECIDED)
    assert as_expected(hunt) == (expected in (Verdict.SURVIVED, Verdict.UNDECIDED))
    assert ("is undecided: " in lines(hunt)[0]) == (expected is Verdict.UNDECIDED)


def test_of_several_hunts_an_error_counts_most_and_then_a_refutation():
    survived, refuted = hunt_of(**JUDGED), hunt_of(certificate=found(2))
    error, left = hunt_of(errors=["no value"]), hunt_of(**JUDGED, unknown=1)
    for hunts, expected in (
        ([], Verdict.SURVIVED), ([survived], Verdict.SURVIVED), ([survived, refuted], Verdict.REFUTED),
        ([refuted, error, survived], Verdict.ERROR), ([survived, error], Verdict.ERROR),
        ([survived, left], Verdict.UNDECIDED), ([left, refuted], Verdict.REFUTED), ([left, error], Verdict.ERROR),
    ):  # fmt: skip
        assert overall_verdict(hunts) is expected


def test_what_an_extra_would_bring_is_asked_for_only_where_nothing_was_found_without():
    wanting = "it needs torch: pip install 'vae-verify[gate]'"
    with pytest.raises(UsageError, match="small_sums was not judged: it needs torch"):
        require_judged(hunt_of(errors=["no value", wanting]))
    require_judged(hunt_of(errors=["no value"]))
    require_judged(hunt_of(errors=[wanting], certificate=found(2)))


# --- errors -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("findings", "error"),
    [
        ({}, "the hunt was interrupted, or its time was over, before anything was looked at"),
        ({"looked": 1}, "no instance satisfies the premises: construct them instead of assuming them"),
        ({"looked": 1, "instances": 1}, "no instance satisfies the premises: construct them instead of assuming them"),
        ({"looked": 1, "undecided": 1}, "nothing could be decided: at 1024 bits "),
        ({"looked": 1, "undecided": 1, "errors": ["no value"]}, "no value"),
        ({"looked": 1, "decided": 1}, UNMET),
    ],
)
def test_why_nothing_was_judged_is_told(findings, error):
    hunt = hunt_of(**findings)
    (told,) = json_of(hunt, None)["errors"]
    assert told.startswith(error)
    assert lines(hunt)[0].startswith("small_sums () is in error: ")
    assert line(hunt, "error").startswith(error)


def test_what_was_judged_has_no_error_and_of_many_errors_three_are_told():
    assert json_of(hunt_of(**JUDGED), None)["errors"] == []
    assert json_of(hunt_of(looked=1, certificate=found(2)), None)["errors"] == []
    every = [f"cause {k}" for k in range(5)]
    for count in (1, 3, 4, 5):
        hunt = hunt_of(errors=every[:count])
        assert json_of(hunt, None)["errors"] == every[: min(count, 3)]
        told = [text for text in lines(hunt) if "cause" in text or " more" in text]
        rest = [f"           and {count - 3} more"] if count > 3 else []
        assert told == [f"  error    {error}" for error in every[: min(count, 3)]] + rest
    unmet = hunt_of(looked=1, decided=1, errors=["no value"])
    assert json_of(unmet, None)["errors"] == ["no value", UNMET]


# --- lines ------------------------------------------------------------------------------------------------------------


def test_the_first_lines_say_what_was_done():
    hunt = hunt_of(**JUDGED)
    assert lines(hunt)[0] == "small_sums () survived: 9 instances, 1.3 s, seed 7"
    hunt.interrupted = True
    assert lines(hunt)[0] == "small_sums () survived: 9 instances, 1.3 s, seed 7, interrupted"
    for kinds, how in (({"zero": 9}, "at trivial instances only"), ({"general": 9}, "by floats alone")):
        hunt = hunt_of(**JUDGED | {"confirmed": False, "kinds": kinds})
        assert lines(hunt)[0].startswith(f"small_sums () was judged {how}: ")
    assert [counted(n) for n in (0, 1, 2, 12345)] == ["0 instances", "1 instance", "2 instances", "12,345 instances"]


def test_a_refutation_says_how_it_was_found_and_how_long_it_took():
    hunt = hunt_of(**JUDGED | {"certificate": found(2)}, seconds=3.5)
    assert lines(hunt)[-1] == "  found by bulk: 9 instances, 3.5 s, seed 7"
    hunt.found_after = 1.25
    assert lines(hunt)[-1] == "  found by bulk: 9 instances, 1.2 s, seed 7; made small in 2.2 s"
    assert certified(hunt).instance.encode() == {"v": ["2"]}
    hunt.total.certificate |= {"inputs": {"v": ["1"]}}  # it refutes nothing
    assert certified(hunt) is None
    assert verdict(hunt) is Verdict.ERROR
    assert hunt.total.errors[0].startswith("a refutation was found, but its certificate fails: ")
    assert certified(hunt_of(**JUDGED)) is None


@pytest.mark.parametrize(
    ("patterns", "covered", "beyond"),
    [
        ([], "0 of 8 patterns of dimensions", "d > 3, r > 4"),
        ([(2, 1)], "1 of 8 patterns of dimensions", "d > 3, r > 4"),
        ([(3, 4), (2, 4)], "2 of 8 patterns of dimensions", "d > 3, r > 4"),
        ([(3, 5)], "0 of 8 patterns of dimensions, and 1 larger one", "d > 3, r > 5"),
        ([(3, 5), (2, 8), (2, 2)], "1 of 8 patterns of dimensions, and 2 larger ones", "d > 3, r > 8"),
    ],
)
def test_what_is_covered_and_what_is_not(patterns, covered, beyond):
    hunt = hunt_of(of_two, **JUDGED | {"patterns": patterns})
    hunt.add(Findings("descent", instances=1))
    assert line(hunt, "covered") == f"{covered}; by bulk, descent"
    assert line(hunt, "beyond") == f"{beyond}; entries beyond 2^±20, and all that no sample met"


def test_of_numbers_alone_only_entries_are_beyond_and_without_a_strategy_nothing_is_covered():
    def number(x: Scalar):
        leq(x, 1)

    hunt = hunt_of(number, looked=1)
    assert line(hunt, "beyond") == "entries beyond 2^±20, and all that no sample met"
    assert line(hunt, "covered") is None


@pytest.mark.parametrize(
    ("kinds", "told"),
    [
        ({}, None),
        ({"general": 2000, "zero": 0}, "of 2,000: 2,000 general"),
        ({"zero": 1, "equal": 3}, "of 4: trivial: 3 equal, 1 zero"),
        ({"zero": 1, "general": 5, "diagonal": 2}, "of 8: 5 general, 2 diagonal; trivial: 1 zero"),
    ],
)
def test_how_many_are_of_each_kind(kinds, told):
    hunt = hunt_of(**JUDGED | {"kinds": kinds})
    assert line(hunt, "kinds") == told
    assert json_of(hunt, None)["kinds"] == {name: count for name, count in kinds.items() if count}
    assert line(hunt, "trivial") is None
    assert json_of(hunt, None)["trivial"] is False


@pytest.mark.parametrize(
    ("findings", "told"),
    [
        ({"kinds": {"zero": 9}}, "only zero instances were judged"),
        ({"kinds": {"zero": 1, "scalar": 2, "equal": 3}}, "only equal, scalar or zero instances were judged"),
        ({"kinds": {"zero": 9}, "looked": 10}, "only zero instances met the premises"),
        ({"kinds": {"zero": 9}, "looked": 10, "undecided": 1}, "only zero instances were judged"),
        ({"kinds": {"zero": 8, "general": 1}}, "only zero instances were decided exactly; the others by floats alone"),
        ({"kinds": {"general": 9}}, "none was decided exactly: all by floats alone"),
        ({"kinds": {}}, None),
        ({"kinds": {"zero": 9}, "decided": 0}, None),
    ],
)
def test_what_was_judged_at_trivial_instances_alone_is_no_survival_and_says_so(findings, told):
    hunt = hunt_of(**JUDGED | {"confirmed": False} | findings)
    assert line(hunt, "trivial") == told
    assert json_of(hunt, None)["trivial"] == (verdict(hunt) is Verdict.SURVIVED)


@pytest.mark.parametrize(
    ("sizes", "told"),
    [({}, None), ({1: 9}, None), ({3: 2, 1: 1000, 2: 0}, "by the largest dimension: 1,000 of 1, 2 of 3")],
)
def test_how_many_are_of_each_size(sizes, told):
    hunt = hunt_of(**JUDGED | {"sizes": sizes})
    assert line(hunt, "sizes") == told
    assert json_of(hunt, None)["sizes"] == {str(size): sizes[size] for size in sorted(sizes) if sizes[size]}


def test_false_alarms_and_open_instances_are_told_and_a_slow_body_is():
    quiet = hunt_of(**JUDGED)
    assert [line(quiet, head) for head in ("alarms", "open", "slowly")] == [None] * 3
    hunt = hunt_of(**JUDGED, alarms=1, undecided=2, batched=False)
    assert line(hunt, "alarms") == "1 instance false in floats alone"
    assert line(hunt, "open") == "2 instances undecided even at 1024 bits: no evidence of anything"
    assert line(hunt, "slowly") == "the body takes one instance at a time, so few were judged"
    hunt.total.errors.append("no value")  # which may be why
    assert line(hunt, "slowly") is None


def test_the_nearest_miss_is_told_over_several_lines_and_none_where_there_is_a_counterexample():
    near = Nearest(0.5, {"d": 1}, {"v": ["1/2"]}, "one-dimensional")
    hunt = hunt_of(**JUDGED, nearest=near)
    at = next(k for k, text in enumerate(lines(hunt)) if text.startswith("  nearest"))
    assert lines(hunt)[at : at + 3] == [
        "  nearest  margin 0.5, gap 0.5 of the larger side, d = 1",
        "           v = (1/2)",
        "           1/2 ≤ 1",
    ]
    assert json_of(hunt, None)["nearest"] == vars(near) | {"gap": 0.5, "equality": None}
    refuted = hunt_of(**JUDGED, nearest=near, certificate=found(2))
    assert json_of(refuted, None)["nearest"] == vars(near)
    assert json_of(hunt_of(**JUDGED), None)["nearest"] is None


# --- JSON -------------------------------------------------------------------------------------------------------------


def test_the_json_says_the_same():
    hunt = hunt_of(**JUDGED | {"alarms": 3, "undecided": 4}, seconds=1.23456)
    hunt.add(Findings("descent", instances=1))
    told = json_of(hunt, None)
    assert told | {"errors": None} == {
        "target": "small_sums", "verdict": "survived", "instances": 10, "seconds": 1.235, "strategy": "bulk, descent",
        "certificate": None, "expected": "refuted", "seed": 7, "alarms": 3, "undecided": 4, "nearest": None,
        "errors": None, "kinds": {}, "found_after": None, "trivial": False, "sizes": {}, "course": [],
    }  # fmt: skip
    hunt.add(Findings("lattice", certificate=found(2)))
    hunt.found_after, hunt.course = 0.98765, [Point(3, 0.11111, 0.5)]
    told = json_of(hunt, Path("kept.json"))
    assert (told["strategy"], told["certificate"], told["found_after"]) == ("lattice", "kept.json", 0.988)
    assert told["course"] == [{"instances": 3, "seconds": 0.111, "margin": 0.5}]


def test_the_paragraph_has_the_instance_both_sides_and_the_gap():
    claim = claim_of(small_sums)
    text = paragraph(counterexample(claim, claim.signature.infer({"v": [3]})))
    assert text.startswith(r"\paragraph{Counterexample.} The statement")
    assert text.endswith("\n")
    assert text.count(r"\[") == text.count(r"\]") == 3
    assert text.splitlines()[-1] == "The sides differ by $2$."
    assert "3" in text.partition("it is found that")[2]
