"""A counterexample becomes smaller in rounds, whatever it was found by, until one gains nothing."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from properties.engine.helpers.claims import claim_of, counterexample
from properties.engine.helpers.slow import but
from verify import Matrix, Vector, equal, leq
from verify.certificates.format import certificate
from verify.certificates.pool import VARIABLE
from verify.commands.main import main
from verify.hunt.examiner import Findings
from verify.hunt.improvement import _below, improvement, size_of
from verify.hunt.portfolio import Move
from verify.hunt.search import Hunt, search
from verify.hunt.tasks import Task, run_task
from verify.workers.processes import Workers


def products_commute(A: Matrix["d d"], B: Matrix["d d"]):
    equal(A @ B, B @ A)


def entries_are_small(v: Vector["d"], w: Vector["r"]):
    leq(v.sum(), 1 + 0 * w.sum())


LARGE = {
    "A": [["7", "1/2", "3"], ["0", "5", "1"], ["2", "2", "9"]],
    "B": [["1", "0", "4"], ["3", "1", "1"], ["0", "8", "6"]],
}


def found(body, data):
    """Return findings that have the certificate of a counterexample."""
    claim = claim_of(body)
    return claim, Findings("bulk", certificate=certificate(counterexample(claim, claim.signature.infer(data))))


def rounds(claim, total, gains):
    """Return the moves of each round; after those rounds that gain, the certificate is another."""
    moves, every = [], [[]]
    for move in improvement(claim, total):
        if move is not None:
            every[-1].append(move)
            continue
        moves.append(every[-1])
        every.append([])
        if gains:
            gains.pop(0)(total)
    assert every[-1] == []
    return moves


def test_simpler_numbers_come_first_and_then_each_smaller_pattern_once():
    claim, total = found(entries_are_small, {"v": [2, 1], "w": [3, 1]})
    first, *others = rounds(claim, total, [])
    assert first == [Move("simplify", ((2, 2),))] * 2
    assert [move.strategy for group in others for move in group] == ["bulk", "lattice", *["descent"] * 3]
    assert others[0][0].patterns == others[1][0].patterns == ((1, 1), (1, 2), (2, 1))
    assert [move.patterns for move in others[2]] == [((1, 1),), ((1, 2),), ((2, 1),)]


def test_smaller_patterns_come_from_small_to_large_and_of_one_sum_those_without_a_large_size_first():
    claim = claim_of(entries_are_small)
    below = _below(claim, (3, 3))
    assert below[:4] == [(1, 1), (1, 2), (2, 1), (2, 2)]
    assert (sorted(below[4:6]), sorted(below[6:])) == ([(1, 3), (3, 1)], [(2, 3), (3, 2)])
    assert _below(claim, (1, 1)) == []
    order = _below(claim, (4, 4))
    assert order == sorted(order, key=lambda p: (sum(p), max(p)))
    assert order.index((1, 4)) < order.index((3, 3))


def test_four_tasks_of_a_round_share_the_smaller_patterns():
    claim, total = found(entries_are_small, {"v": [2, 1, 1, 1], "w": [3, 1, 1, 1]})
    shared = [[len(move.patterns) for move in group] for group in rounds(claim, total, [])]
    assert shared == [[1, 1], [8, 7], [4, 4, 4, 3], [1] * 4, [1] * 4, [1] * 4, [1] * 3]


def test_beyond_the_bounds_all_between_is_searched_too():
    shift, first = ([[int(i == j * k + k) for i in range(6)] for j in range(6)] for k in (1, 0))
    claim, total = found(products_commute, {"A": shift, "B": first})
    bulk = next(group for group in rounds(claim, total, []) if group[0].strategy == "bulk")
    assert bulk[0].patterns == ((1,), (2,), (3,), (4,), (5,))


def test_what_gains_begins_anew_and_what_was_tried_is_not_tried_again():
    claim, total = found(entries_are_small, {"v": [2, 1], "w": [3, 1]})
    _, simpler = found(entries_are_small, {"v": [2, 1], "w": [1, 1]})
    _, smaller = found(entries_are_small, {"v": [2, 1], "w": [1]})

    def stay(total):
        pass

    def take(other):
        return lambda total: setattr(total, "certificate", other.certificate)

    moves = rounds(claim, total, [take(simpler), stay, take(smaller)])
    names = [[move.strategy for move in group] for group in moves]
    assert names == [["simplify"] * 2, ["simplify"] * 2, ["bulk"], ["simplify"] * 2, ["lattice"], ["descent"]]
    assert moves[3][0].patterns == ((2, 1),)
    assert moves[4][0].patterns == moves[5][0].patterns == ((1, 1),)


def test_where_no_dimension_can_be_less_only_numbers_are_tried():
    claim, total = found(entries_are_small, {"v": [2], "w": [3]})
    assert rounds(claim, total, []) == [[Move("simplify", ((1, 1),))] * 2]
    assert size_of(total) == (2, 6 + 8)


def test_only_what_is_smaller_takes_the_place_of_a_certificate():
    claim, large = found(products_commute, LARGE)
    _, small = found(products_commute, {"A": [["0", "0"], ["1", "0"]], "B": [["0", "1"], ["0", "0"]]})
    hunt = Hunt(claim, 0, 1.0)
    for findings, expected in ((large, large), (small, small), (large, small)):
        hunt.add(Findings("lattice" if findings is small else "bulk", certificate=findings.certificate))
        assert hunt.total.certificate == expected.certificate
        assert hunt.total.strategy == "bulk"  # it was found so, whatever made it small


def test_a_task_makes_a_known_counterexample_simpler_and_writes_it_down(tmp_path):
    claim, total = found(products_commute, LARGE)
    message = total.certificate["inputs"], total.certificate["dimensions"]
    findings = run_task(claim, Task(0, Move("simplify", ((3,),)), 0, 600.0, 600.0, message), tmp_path)
    assert findings.certificate["dimensions"] == {"d": 2}
    assert size_of(findings) <= (2, 22)
    assert json.loads((tmp_path / "products_commute.json").read_text()) == findings.certificate


FILE = """
from properties.engine.helpers.slow import but
from verify import Matrix, claim, equal

@claim("small/commute", "AB = BA")
def test_commute(A: Matrix["d d"], B: Matrix["d d"]):
    equal(A @ B, B @ A)
"""


@pytest.mark.long
def test_a_second_hunt_improves_what_the_first_has_left(tmp_path, monkeypatch, capsys, unhurried):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(VARIABLE, str(tmp_path / "examples"))
    (tmp_path / "small.py").write_text(FILE, encoding="utf-8")
    monkeypatch.setattr("verify.hunt.search.improvement", lambda claim, total: iter(()))  # as if it was ended
    main(["hunt", "small.py", "--jobs", "1", "--seed", "3"])
    before = json.loads((tmp_path / "counterexamples/small_commute.json").read_text())
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(VARIABLE, str(tmp_path / "examples"))
    main(["hunt", "small.py", "--jobs", "1", "--json", "found.json", "--budget", "30"])
    after = json.loads((tmp_path / "counterexamples/small_commute.json").read_text())
    result = json.loads((tmp_path / "found.json").read_text())
    assert result["strategy"] == "saved"
    assert 0 <= result["found_after"] <= result["seconds"]
    assert "found by saved" in (out := capsys.readouterr().out)
    assert "; made small in " in out
    assert size_of(Findings("", certificate=after)) < size_of(Findings("", certificate=before))
    assert after["dimensions"] == {"d": 2}
    assert size_of(Findings("", certificate=after)) == (2, 20)


@pytest.mark.parametrize("jobs", but([3, 1], 1, mark="long"))
@pytest.mark.long
def test_the_smaller_one_does_not_depend_on_the_number_of_workers(tmp_path, unhurried, jobs):
    claim, large = found(products_commute, LARGE)
    hunt = Hunt(claim, 5, 300.0, counterexample(claim, claim.signature.infer(LARGE)))
    assert large.certificate is not None
    arrived = []
    with Workers(lambda: ThreadPoolExecutor(jobs)) as workers, pytest.MonkeyPatch.context() as patch:
        patch.setattr("verify.hunt.elsewhere.find", lambda *_: claim)
        search(hunt, workers, jobs, None, arrived=arrived.append)
    assert hunt.total.strategy == "saved"
    assert size_of(hunt.total) == (2, 20)
    assert min(size_of(Findings("", certificate=content)) for content in arrived) == (2, 20)
    assert 0 <= hunt.found_after <= hunt.seconds
