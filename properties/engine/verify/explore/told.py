"""What an exploration says, word for word, of every kind of line; and what a hunter writes down and starts from."""

import contextlib
from pathlib import Path
from types import SimpleNamespace

import pytest
from flint import fmpq

from properties.engine.helpers.claims import claim_of, counterexample
from verify import Constant, Scalar, Vector, leq
from verify.certificates import shelf
from verify.certificates.checker import Unproven
from verify.certificates.format import certificate
from verify.claims.entry import Verdict
from verify.explore import hunting
from verify.explore.bisection import Bracket, Sharpening
from verify.explore.exploration import Exploration, Line
from verify.explore.hunting import Answer, Hunter, judged
from verify.explore.report import _reason, json_report, text_of
from verify.hunt.examiner import Findings
from verify.hunt.state import Hunt
from verify.judging.judge import CEILING, MEND
from verify.workers.limits import GivenUp
from verify.writing.refutations import AT


def sums(v: Vector["d", {"d": (1, 4)}], c: Constant(3)):  # type: ignore[valid-type]
    leq(c * v.sum(), 0)


@pytest.fixture
def claim():
    """Return a claim with a dimension and a constant."""
    made = claim_of(sums)
    made.id, made.label, made.statement = "dai2018/sums", "eq. (1)", r"c \sum_i v_i \le 0"
    return made


def answer(claim, said="survived", entries=(1, 1), path=None, below=(), errors=(), seconds=1.25):
    """Return what a hunt said."""
    state = Hunt(claim, 0, 1.0)
    state.seconds = seconds
    if said == "survived":
        state.add(Findings("bulk", looked=9, instances=1234, decided=9, met=True, confirmed=True))
        return Answer(claim, state)
    if said == "error":
        state.add(Findings("bulk", looked=9, errors=list(errors)))
        return Answer(claim, state)
    found = counterexample(claim, claim.signature.infer({"v": list(entries), "c": "3"}))
    state.add(Findings("bulk", instances=1, certificate=certificate(found)))
    return Answer(claim, state, found, None if path is None else Path(path), dict(below))


def known(claim, base, **further):
    return Exploration(claim, base, **further)


def test_of_what_was_not_looked_at_nothing_is_said(claim):
    assert text_of(known(claim, None), 3) == "dai2018/sums (eq. (1)): nothing was found before the interruption"
    assert json_report("t", known(claim, None), 3, 0.12345) == {
        "target": "t", "claim": "dai2018/sums", "verdict": None, "certificate": None, "errors": [], "premises": [],
        "constants": [], "seconds": 0.123, "seed": 3, "finished": False,
    }  # fmt: skip


def test_a_claim_that_survives_with_premises_of_every_kind(claim):
    errors = [f"the claim raises ValueError: odd{AT}(d = 1)"]
    lines = [
        Line("premise one", answer(claim, "refuted", (1, 1), "c/one.json", {"d": 1})),
        Line("premise two", answer(claim, "refuted", (1, 2), None)),
        Line("v: any → other", answer(claim)),
        Line("premise odd", answer(claim, "error", errors=errors)),
        Line("premise none", answer(claim, "error")),
    ]
    found = known(claim, answer(claim), lines=lines, finished=True)
    indent = " " * 25
    assert text_of(found, 3).split("\n") == [
        "dai2018/sums (eq. (1)) survived: 1,234 instances, 1.2 s, seed 3", "  states   c ∑ᵢ vᵢ ≤ 0", "",
        "  needed                 premise one; least found: d = 2", f"{indent}v = (1, 1)", f"{indent}c = 3",
        f"{indent}6 > 0", f"{indent}c/one.json",
        "  needed                 premise two; least found: d ≤ 2", f"{indent}v = (1, 2)", f"{indent}c = 3",
        f"{indent}9 > 0", f"{indent}its certificate cannot be written",
        "  not seen to be needed  v: any → other", f"{indent}survived: 1,234 instances, 1.2 s",
        "  error                  premise odd", f"{indent}the claim raises ValueError: odd", f"{indent}at (d = 1)",
        "  error                  premise none",
        f"{indent}no instance satisfies the premises: construct them instead of assuming them",
        "", "  check a certificate again:", f"  vae-verify check --claims {claim.shown_file} c/one.json",
    ]  # fmt: skip
    report = json_report("t", found, 3, 2.0)
    assert (report["verdict"], report["certificate"], report["finished"]) == ("survived", None, True)
    assert report["premises"][0] == {
        "premise": "premise one", "verdict": "needed", "variant": "dai2018/sums", "instances": 1,
        "certificate": "c/one.json", "dimensions": {"d": 2}, "least": ["d"], "errors": [],
    }  # fmt: skip
    assert report["premises"][1]["least"] == []
    assert [line["verdict"] for line in report["premises"]] == [
        "needed", "needed", "not seen to be needed", "error", "error",
    ]  # fmt: skip
    assert report["premises"][3]["errors"] == errors


def test_a_claim_that_is_refuted_or_in_error(claim):
    found = known(claim, answer(claim, "refuted", (1, 1), "c/it.json"), finished=True)
    assert text_of(found, 0).split("\n") == [
        "dai2018/sums (eq. (1)) is refuted: 1 instance, 1.2 s, seed 0", "  states   c ∑ᵢ vᵢ ≤ 0",
        "  at       d ≤ 2   c/it.json", "  so of no premise it can be said that it matters", "",
        "  check a certificate again:", f"  vae-verify check --claims {claim.shown_file} c/it.json",
    ]  # fmt: skip
    assert json_report("t", found, 0, 1.0)["certificate"] == "c/it.json"
    found = known(claim, answer(claim, "refuted", (1, 1)), finished=False)
    assert text_of(found, 0).split("\n")[2:] == [
        "  at       d ≤ 2   which cannot be written:", f"{' ' * 11}v = (1, 1)", f"{' ' * 11}c = 3",
        "  so of no premise it can be said that it matters", "",
        "  interrupted: what comes after this was not looked at",
    ]  # fmt: skip
    found = known(claim, answer(claim, "error", errors=["odd", "more"]), finished=True)
    assert text_of(found, 0).split("\n") == [
        "dai2018/sums (eq. (1)) is in error: 0 instances, 1.2 s, seed 0", "  states   c ∑ᵢ vᵢ ≤ 0",
        "  so of no premise it can be said that it matters", "  error    odd",
    ]  # fmt: skip
    assert text_of(known(claim, answer(claim), finished=True), 0).endswith(
        "\n\n  there is nothing to explore: no premise, no constant, and no domain that has a wider one"
    )
    assert json_report("t", found, 0, 1.0)["errors"] == ["odd", "more"]
    found = known(claim, answer(claim, "error"), finished=True)
    unmet = "no instance satisfies the premises: construct them instead of assuming them"
    assert text_of(found, 0).splitlines()[-1] == f"  error    {unmet}"
    assert json_report("t", found, 0, 1.0)["errors"] == [unmet]


def test_constants_have_both_ends_or_what_was_tried(claim):
    two, three, four = (fmpq(k) for k in (2, 3, 4))
    survived, refuted = answer(claim), answer(claim, "refuted", (1,), "c/it.json")
    other = claim_of(sums)
    slid = Answer(other, refuted.hunt, refuted.found)
    above = Sharpening("c", {two: survived, three: refuted}, [Bracket(two, three)])
    below = Sharpening("c", {four: survived, three: slid}, [Bracket(four, three)])
    none = Sharpening("c", {four: survived, two: survived, three: slid})
    found = known(claim, survived, constants=[above, below, none], finished=True)
    indent = " " * 25
    assert text_of(found, 0).split("\n")[2:] == [
        "", "  c from above           c = 3 is refuted   c/it.json", f"{indent}c = 2 survived: 1,234 instances, 1.2 s",
        "", "  c from below           c = 3 is refuted   at", f"{indent}v = (1)", f"{indent}c = 3",
        f"{indent}c = 4 survived: 1,234 instances, 1.2 s",
        "", "  c                      no two verdicts: 2 survived, 4 survived",
    ]  # fmt: skip
    assert json_report("t", found, 0, 1.0)["constants"][:2] == [
        {"constant": "c", "tried": {"2": "survived", "3": "refuted"},
         "brackets": [{"survived": "2", "instances": 1234, "refuted": "3", "certificate": "c/it.json"}]},
        {"constant": "c", "tried": {"4": "survived"},
         "brackets": [{"survived": "4", "instances": 1234, "refuted": "3", "certificate": None}]},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("odd", "odd"), (f"at {CEILING} bits: log has no value at 0: {MEND} more{AT}(x = 0)", None),
        (f"the claim raises OutsideDomain at own.py:7: log: it is not positive: mend it{AT}(x = 0)",
         f"log: it is not positive{AT}(x = 0)"),
        (f"the claim raises ValueError at own.py:7: log: odd{AT}(x = 0)",
         f"the claim raises ValueError at own.py:7: log: odd{AT}(x = 0)"),
    ],
)  # fmt: skip
def test_a_reason_is_without_how_to_mend_a_body_that_is_not_at_fault(error, reason, claim):
    told = _reason(answer(claim, "error", errors=[error]))
    assert told == reason if reason else told.startswith("log has no value at 0") and MEND not in told


def test_a_bracket_is_narrow_at_a_thousandth_of_its_size_and_goes_a_quarter_of_the_way():
    for survived, refuted, narrow in ((0, 1, False), (1000, 1001, True), (998, 999, False), (999, 1000, True),
                                      (-1000, -999, True), (5, 5, True)):  # fmt: skip
        assert Bracket(fmpq(survived), fmpq(refuted)).narrow is narrow
    assert Bracket(fmpq(0), fmpq(8)).near() == 7  # the simplest between 6 and 8
    assert Bracket(fmpq(8), fmpq(0)).near() == 1


# --- hunters --------------------------------------------------------------------------------------------------------


@pytest.fixture
def hunter(tmp_path, monkeypatch):
    """Return a hunter whose searches find at once what the test says."""
    made = Hunter("workers", 3, tmp_path / "out", 7, 60.0, True, "progress")
    made.searches, made.finds = [], None

    def search(state, *how):
        made.searches.append((state.seed, state.saved, *how))
        if made.finds is not None:
            state.add(Findings("bulk", certificate=certificate(made.finds)))

    monkeypatch.setattr(hunting, "search", search)
    monkeypatch.setattr(hunting, "at_home", lambda claim: None)
    return made


def squares(x: Scalar):
    leq(x, 3)


def at(claim, x):
    return counterexample(claim, claim.signature.infer({"x": x}))


def test_a_hunt_shares_the_folder_if_what_it_finds_is_kept(hunter, tmp_path):
    claim = claim_of(squares)
    hunter.hunt(claim)
    hunter.hunt(claim, kept=False)
    assert hunter.searches == [
        (7, None, "workers", 3, tmp_path / "out", "progress"), (7, None, "workers", 3, None, "progress"),
    ]  # fmt: skip
    assert hunter.pending == -1
    hunter.finds = at(claim, 5)
    found = hunter.hunt(claim, kept=False)
    assert (found.verdict, found.path) == (Verdict.REFUTED, None)
    found = hunter.hunt(claim)
    assert found.path == tmp_path / "out" / "squares.json"
    assert found.found.instance.encode() == {"x": "5"}
    hunter.hunt(claim)
    assert hunter.searches[-1][1].instance.encode() == {"x": "5"}  # it starts from what is written down
    assert hunter.lost is None


def test_what_is_written_down_already_is_taken_if_it_is_simpler(hunter):
    claim = claim_of(squares)
    shelf.write(certificate(at(claim, 4)), shelf.path_of(claim, hunter.directory))
    hunter.finds = at(claim, "100/7")
    assert hunter.hunt(claim).found.instance.encode() == {"x": "4"}


def test_what_the_checker_does_not_accept_is_not_kept(hunter, monkeypatch):
    claim = claim_of(squares)
    answered = Answer(claim, Hunt(claim, 0, 1.0))

    def refused(*_):
        raise Unproven("no")

    monkeypatch.setattr(hunting.shelf, "load", refused)
    assert hunter.keep(answered, at(claim, 5)) is False
    assert (answered.found, answered.path) == (None, None)
    assert hunter._known(claim) is None


def test_what_can_be_written_nowhere_is_told_all_the_same(hunter, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    claim = claim_of(squares)
    answered, found = Answer(claim, Hunt(claim, 0, 1.0)), at(claim, 5)
    monkeypatch.setattr(hunting, "somewhere", full)
    assert hunter.keep(answered, found)
    assert (answered.found, answered.path, hunter.lost.strerror) == (found, None, "No space left on device")


def test_what_takes_too_long_is_not_waited_for(hunter, monkeypatch):
    limits = []

    def limited(seconds):
        limits.append(seconds)
        if len(limits) < 3:
            return contextlib.nullcontext()
        raise GivenUp

    claim = claim_of(squares)
    monkeypatch.setattr(hunting, "time_limit", limited)
    hunter._known(claim)
    place = SimpleNamespace(sizes={})
    assert judged(claim, {"x": "5"}, place).instance.encode() == {"x": "5"}
    assert judged(claim, {"x": "5"}, place) is None
    assert limits == [5.0] * 3


def test_one_certificate_is_enough_to_see_how_any_is_checked(claim):
    lines = [Line(f"premise {k}", answer(claim, "refuted", (1, 1), f"c/{k}.json", {"d": 1})) for k in range(3)]
    text = text_of(known(claim, answer(claim), lines=lines, finished=True), 0)
    assert text.count("check a certificate again") == 1
    assert text.endswith("c/0.json")
