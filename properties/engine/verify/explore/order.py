"""In which order an exploration hunts, what it says of each premise, and when it widens a domain no further."""

from types import SimpleNamespace

import pytest

from properties.engine.helpers.claims import claim_of, counterexample
from verify import Constant, Positive, Scalar, Vector, assume, leq, less
from verify.certificates.format import certificate
from verify.claims.entry import Verdict
from verify.explore.exploration import Exploration, Line, Need, explore
from verify.explore.hunting import Answer, Hunter
from verify.explore.report import json_report, passed, text_of
from verify.hunt.examiner import Findings
from verify.hunt.search import Hunt
from verify.judging.judge import NOT_FINITE


def sums(x: Positive, y: Positive, c: Constant(1)):  # type: ignore[valid-type]
    assume(less(x, 5))
    assume(less(y, 5))
    leq(0 * c, x + y)


def squares(x: Scalar):
    leq(0, x * x)


def hunt_of(claim, said):
    """Return a hunt that ended so."""
    hunt = Hunt(claim, 0, 1.0)
    findings = {
        "refuted": {"instances": 2, "certificate": {"inputs": {}, "dimensions": {}}},
        "survived": {"instances": 5, "decided": 1, "met": True, "confirmed": True},
        "error": {"errors": ["the claim raises LookupError"]},
        "value": {"errors": [f"the claim {NOT_FINITE}"]},
    }[said]
    hunt.add(Findings("bulk", looked=5, **findings))
    return hunt


class Told:
    """A hunter that is told what each variant is."""

    def __init__(self, **said):
        self.said, self.hunted, self.lowered, self.pending = said, [], [], None

    late = False

    def hunt(self, claim, kept=True):
        change = claim.id.partition(",")[2] or "itself"
        self.hunted.append(change)
        if self.pending_at is None:
            self.pending_at = self.pending
        self.pending -= 1
        return Answer(claim, hunt_of(claim, self.said.get(change, "survived")))

    pending_at = None

    def lower(self, answer):
        self.lowered.append(answer.claim.id.partition(",")[2] or "itself")

    def keep(self, answer, found):
        return True


def explored(body, **said):
    known, hunter = Exploration(claim_of(body)), Told(**said)
    explore(known, hunter)
    return known, hunter


def test_the_claim_itself_comes_first_then_its_premises_its_domains_and_its_constants():
    known, hunter = explored(sums)
    assert hunter.hunted[:3] == ["itself", "drop.1", "drop.2"]
    assert [name.partition("=")[0] for name in hunter.hunted[3:]] == ["x"] * 2 + ["y"] * 2 + ["c"] * 6
    assert known.finished
    assert [line.premise for line in known.lines[:2]] == ["premise less(x, 5)", "premise less(y, 5)"]
    assert known.lines[2].premise.startswith("x: positive → ")
    assert [line.need for line in known.lines] == [Need.UNSEEN] * 6
    assert [constant.name for constant in known.constants] == ["c"]
    assert hunter.pending_at == 1 + 2 + 4 + 8
    assert hunter.lowered == []


def test_what_is_not_hunted_is_not_waited_for():
    """Of 15 hunts at most, and then of those of a constant: what a step that is too much leaves out is none."""
    _, hunter = explored(sums)
    first = hunter.hunted[3]
    waited = []

    class Counting(Told):
        def hunt(self, claim, kept=True):
            waited.append(self.pending)
            return super().hunt(claim, kept)

    counting = Counting(**{first: "refuted"})
    explore(Exploration(claim_of(sums)), counting)
    assert waited[:4] == [15, 14, 13, 12]
    at = [name.partition("=")[0] for name in counting.hunted].index("y")
    assert waited[at : at + 2] == [10, 9]  # the other domain of x is hunted no more


def test_a_step_that_is_too_much_is_not_widened_further_and_what_is_needed_is_made_least():
    _, hunter = explored(sums)
    first, second = hunter.hunted[3:5]
    known, hunter = explored(sums, **{first: "refuted", "drop.2": "refuted"})
    assert second not in hunter.hunted
    assert hunter.lowered == ["drop.2", first]
    needs = {line.answer.claim.id.partition(",")[2]: line.need for line in known.lines}
    assert [name for name, need in needs.items() if need is Need.NEEDED] == ["drop.2", first]
    known, hunter = explored(sums, **{first: "value", second: "error"})
    assert [line.need for line in known.lines[2:4]] == [Need.VALUE, Need.ERROR]
    assert hunter.lowered == []


@pytest.mark.parametrize("said", ["refuted", "error", "value"])
def test_of_a_claim_that_does_not_survive_constants_alone_are_looked_at(said):
    known, hunter = explored(sums, itself=said)
    assert known.lines == []
    assert known.finished
    assert hunter.lowered == (["itself"] if said == "refuted" else [])
    asked = [name.partition("=")[0] for name in hunter.hunted[1:]]
    assert asked == (["c"] * len(asked) if said == "refuted" else [])
    assert bool(asked) == (said == "refuted")
    assert passed(known) == (said == "refuted")  # the claims of these tests are expected to be


@pytest.mark.parametrize(
    ("said", "need"),
    [("refuted", Need.NEEDED), ("survived", Need.UNSEEN), ("error", Need.ERROR), ("value", Need.VALUE)],
)
def test_only_what_is_refuted_is_needed(said, need):
    claim = claim_of(squares)
    answer = Answer(claim, hunt_of(claim, said))
    assert Line("x", answer).need is need
    assert answer.lacks_value == (said == "value")
    assert answer.verdict == (said if said != "value" else "error")


# --- smaller dimensions -----------------------------------------------------------------------------------------------


def lowered(monkeypatch, tmp_path, sizes, falls):
    """Lower a counterexample to what falls, and return its last sizes, what survived below, and what was hunted."""

    def wide(v: Vector["d", {"d": (1, 4)}], w: Vector["r", {"r": (2, 4)}]):
        leq(v.sum() + w.sum(), 0)

    claim, asked = claim_of(wide), []
    hunter = Hunter(None, 1, tmp_path, 0, 60.0, False, None)

    def found(owner, d, r):
        return counterexample(owner, owner.signature.infer({"v": [1] * d, "w": [1] * r}))

    def hunt(variant, kept=True):
        assert not kept
        bounds = variant.signature.bounds
        d, r = bounds["d"][1], bounds["r"][1]
        asked.append((d, r))
        state = Hunt(variant, 0, 1.0)
        if not falls(d, r):
            state.add(Findings("bulk", looked=1, instances=1, decided=1, met=True))
            return Answer(variant, state)
        one = found(variant, min(d, answer.sizes["d"]), min(r, answer.sizes["r"]))
        state.add(Findings("bulk", certificate=certificate(one)))
        return Answer(variant, state, one)

    monkeypatch.setattr(hunter, "hunt", hunt)
    monkeypatch.setattr(hunter, "keep", lambda answer, found: setattr(answer, "found", found))
    answer = Answer(claim, Hunt(claim, 0, 1.0), found(claim, *sizes))
    hunter.lower(answer)
    assert hunter.pending == 1 + len(asked)
    return tuple(answer.sizes.values()), answer.below, asked


def test_a_counterexample_is_looked_for_in_one_dimension_less_until_there_is_none(monkeypatch, tmp_path):
    sizes, below, asked = lowered(monkeypatch, tmp_path, (4, 3), lambda d, r: d >= 2)
    assert (sizes, below) == ((2, 2), {"d": 1})
    assert asked == [(3, 4), (2, 4), (1, 4), (4, 2)]
    sizes, below, asked = lowered(monkeypatch, tmp_path, (1, 2), lambda d, r: True)
    assert (sizes, below, asked) == ((1, 2), {}, [])
    sizes, below, _ = lowered(monkeypatch, tmp_path, (3, 4), lambda d, r: False)
    assert (sizes, below) == ((3, 4), {"d": 2, "r": 3})


# --- what is said -----------------------------------------------------------------------------------------------------


def test_what_is_said_of_an_exploration_is_what_was_found():
    known, _ = explored(sums, **{"drop.1": "survived", "drop.2": "error"})
    told = json_report("own.py", known, 7, 1.23456)
    assert {key: told[key] for key in ("target", "claim", "verdict", "certificate", "seconds", "seed", "finished")} == {
        "target": "own.py", "claim": "sums", "verdict": "survived", "certificate": None, "seconds": 1.235, "seed": 7,
        "finished": True,
    }  # fmt: skip
    assert told["premises"][0] == {
        "premise": "premise less(x, 5)", "verdict": "not seen to be needed", "variant": "sums,drop.1", "instances": 5,
        "certificate": None, "dimensions": {}, "least": [], "errors": [],
    }  # fmt: skip
    assert told["premises"][1]["errors"] == ["the claim raises LookupError"]
    assert told["constants"][0] | {"tried": None} == {"constant": "c", "brackets": [], "tried": None}
    assert set(told["constants"][0]["tried"].values()) == {Verdict.SURVIVED}
    lines = text_of(known, 7).splitlines()
    assert lines[0] == "sums () survived: 5 instances, 0.0 s, seed 7"
    assert lines[3:5] == ["  not seen to be needed  premise less(x, 5)", f"{' ' * 25}survived: 5 instances, 0.0 s"]
    assert lines[5:7] == ["  error                  premise less(y, 5)", f"{' ' * 25}the claim raises LookupError"]
    assert lines[-1].startswith("  c                      no two verdicts: -1 survived, 0 survived, ")
    assert not any("interrupted" in line or "nothing to explore" in line for line in lines)


def test_an_interruption_is_said_and_that_there_is_nothing_to_explore():
    known = Exploration(claim_of(squares))
    assert text_of(known, 0) == "squares (): nothing was found before the interruption"
    assert not passed(known)
    assert json_report("x", known, 0, 1.0)["verdict"] is None
    known.base = Answer(known.claim, hunt_of(known.claim, "survived"))
    assert "interrupted: what comes after this was not looked at" in text_of(known, 0)
    assert "nothing to explore" not in text_of(known, 0)
    known.finished = True
    assert "there is nothing to explore: no premise" in text_of(known, 0)
    assert "interrupted" not in text_of(known, 0)
    known.base = Answer(known.claim, hunt_of(known.claim, "error"))
    text = text_of(known, 0)
    assert "squares () is in error: " in text
    assert "so of no premise it can be said that it matters" in text
    assert "  error    the claim raises LookupError" in text
    assert "nothing to explore" not in text


@pytest.mark.parametrize(("said", "below"), [("survived", {"d": 1}), ("error", {}), ("value", {})])
def test_a_smaller_size_is_ruled_out_where_its_hunt_survived_and_not_where_it_is_in_error(said, below):
    claim = claim_of(small_sums)
    answer = Answer(claim, Hunt(claim, 0, 1.0), counterexample(claim, claim.signature.infer({"v": [2, 1]})))
    hunter = SimpleNamespace(pending=1, hunt=lambda claim, kept: Answer(claim, hunt_of(claim, said)))
    Hunter.lower(hunter, answer)
    assert answer.below == below


def small_sums(v: Vector["d"]):
    leq(v.sum(), 1)
