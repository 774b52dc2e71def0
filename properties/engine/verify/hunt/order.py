"""In which order a hunt tries what: small sizes before large ones, all of them in bulk, and then each walked on."""

from dataclasses import replace
from itertools import islice
from types import SimpleNamespace

import pytest

from properties.engine.helpers.claims import claim_of
from verify import Matrix, Scalar, Vector, leq
from verify.hunt.examiner import Findings
from verify.hunt.portfolio import Move, portfolio
from verify.hunt.strata import larger, patterns


def number(x: Scalar):
    leq(x, 1)


def bounded(A: Matrix["d r", {"d": (1, 4), "r": (1, 4)}]):
    leq(A.sum(), 1)


def free(A: Matrix["d r"]):
    leq(A.sum(), 1)


def many(**sizes):
    """Return a claim of four dimensions, each from 1 to so many."""

    def of_four(a: Vector["a", sizes], b: Vector["b"], c: Vector["c"], d: Vector["d"]):
        leq(a.sum() + b.sum() + c.sum() + d.sum(), 1)

    of_four.__annotations__ |= {"a": Vector["a", sizes]}
    return of_four


def parts(body, seed=0, count=400, **findings):
    """Return the moves up to each None, of so many steps, and all patterns."""
    claim = claim_of(body)
    steps, found = islice(portfolio(claim, seed, Findings("", **findings)), count), [[]]
    for step in steps:
        if step is None:
            found.append([])
        else:
            found[-1].append(step)
    return found, [tuple(sizes.values()) for sizes in patterns(claim.signature)]


def in_bulk(moves):
    return [(pattern, move.batches) for move in moves if move.strategy == "bulk" for pattern in move.patterns]


def test_what_is_known_and_the_smallest_sizes_come_first_and_are_waited_for():
    (first, *_), every = parts(bounded)
    assert first == [Move("saved", ((1, 1),)), Move("bulk", ((1, 1),)), Move("premises", ((1, 1), every[8]))]
    (first, *_), _ = parts(number)
    assert first == [Move("saved", ((),)), Move("bulk", ((),)), Move("premises", ((),))]
    given = replace(claim_of(bounded), explicit=[SimpleNamespace(kwargs={"instance": None})])
    first = list(islice(portfolio(given, 0, Findings("")), 2))
    assert first == [Move("example", ((1, 1),)), Move("saved", ((1, 1),))]
    (first, *_), every = parts(many(a=(1, 4)))
    assert first[-1].patterns == (every[0], every[32])


def test_every_size_is_sampled_before_any_is_descended_on_and_small_ones_twice():
    (_, second, *_), every = parts(bounded)
    assert [(move.strategy, len(move.patterns)) for move in second] == [
        *[("bulk", 8)] * 2, ("hypothesis", 1), *[("lattice", 4)] * 4, *[("bulk", 8)] * 2,
    ]  # fmt: skip
    assert in_bulk(second) == [*[(pattern, 1) for pattern in every], *[(pattern, 2) for pattern in every]]
    assert [p for move in second if move.strategy == "lattice" for p in move.patterns] == every
    (_, second, *_), _ = parts(number)
    assert in_bulk(second) == [((), 1), ((), 32)]
    (_, second, *_), every = parts(many(a=(1, 4)))
    assert len(every) == 256
    once = [*every[:64], *every[64:], *every[:64]]
    assert in_bulk(second) == [*[(pattern, 1) for pattern in once[:256]], *[(pattern, 2) for pattern in once[256:]]]
    assert [p for move in second if move.strategy == "lattice" for p in move.patterns] == every[:16]
    assert [move for move in second if move.strategy == "hypothesis"] == [Move("hypothesis", (every[0],))]


def test_of_too_many_sizes_the_smallest_are_swept():
    (_, second, *_), every = parts(many(a=(1, 6)))
    assert len(every) == 384
    assert [pattern for pattern, _ in in_bulk(second)] == [*every[:256], *every[:64]]


def test_the_closest_are_descended_on_first_and_those_that_were_not_met_last():
    far = {(1, 1): 9.0, (2, 2): 1.0, (3, 3): 4.0, (4, 4): 2.0, (1, 2): 3.0}
    (_, _, third), _ = parts(bounded, best=far)
    closest = [(2, 2), (4, 4), (1, 2), (3, 3)]
    assert third[:8] == [Move("descent", (p,), begins=kind) for kind in ("natural", "spread") for p in closest]
    assert third[8].begins == ""
    others = {move.patterns[0] for move in third[8:200] if move.strategy in ("descent", "evolution", "lattice")}
    assert others == {(d, r) for d in range(1, 5) for r in range(1, 5)}


@pytest.mark.parametrize("seed", [0, 1])
def test_then_each_size_has_its_turn_in_every_way(seed):
    (_, _, third), every = parts(bounded, seed, best={(2, 2): 1.0})
    moves, walks = third[8:], ("descent", "evolution", "lattice")
    for turn in range(3):
        steps, moves = moves[: 3 * 16 + 1], moves[3 * 16 + 1 :]
        assert steps.pop() == Move("hypothesis", ((1, 1),))
        own, near, bulk = steps[::3], steps[1::3], steps[2::3]
        assert sorted(move.patterns[0] for move in own) == sorted(every)
        assert [move.strategy for move in own] == [walks[(k + turn) % 3] for k in range(16)]
        assert [move.strategy for move in near] == [walks[(k + turn + 1) % 3] for k in range(16)]
        assert sorted(move.patterns[0] for move in near) == sorted(every)
        assert near[-turn % 16].patterns == ((2, 2),)  # the closest, in another place of each turn
        assert {move.batches for move in bulk} == {16}
        places = [move.patterns[0] for move in own]
        assert [move.patterns for move in bulk] == [*zip(places, places[1:] + places[:1], strict=True)]


def test_the_seed_decides_the_order_and_nothing_else_does():
    first, again, other = (parts(bounded, seed)[0] for seed in (0, 0, 1))
    assert first == again
    assert first[:2] == other[:2]
    assert first[2] != other[2]
    alone, other = (parts(bounded, seed, batched=False)[0] for seed in (0, 1))
    assert alone[1] != other[1]


def test_a_body_that_takes_one_instance_at_a_time_is_given_to_hypothesis_and_to_samples_in_turn():
    (_, second), every = parts(bounded, batched=False, count=44)
    assert [move.strategy for move in second] == ["hypothesis", "bulk"] * (len(second) // 2)
    assert all(move == Move("hypothesis", ((1, 1),)) for move in second[::2])
    for start in range(0, len(second) - 3, 4):
        sizes = in_bulk(second[start : start + 4])
        assert sorted(sizes) == sorted((pattern, 1) for pattern in every)
    assert second[1:4:2] != second[5:8:2]


def test_equations_are_solved_beside_everything_else():
    (_, second, third), every = parts(bounded, premised=True, best={(2, 2): 1.0}, count=300)
    names = [move.strategy for move in second]
    assert names == [
        *["premises"] * 8, *["bulk"] * 2, "hypothesis", *[*["premises"] * 8, "lattice"] * 4, *["bulk"] * 2,
    ]  # fmt: skip
    assert [move.patterns[0] for move in second[:8]] == every[:8]
    assert [move.patterns[0] for move in second[11:19]] == [*every[:4], *every[:4]]
    one = third[8:15]
    assert [move.strategy for move in one] == [*["premises"] * 4, "descent", "evolution", "bulk"]
    assert {move.patterns[0] for move in one[:5]} == {one[0].patterns[0]}


def test_larger_sizes_come_after_every_other_one_and_ever_further():
    (_, _, third), every = parts(free, count=1200)
    claim = claim_of(free)
    far = [tuple(sizes.values()) for sizes in larger(claim.signature)]
    beyond = [move for move in third if move.beyond]
    rounds = [far[:4], far[:8], far[:16], far[:32]]
    walks = ("bulk", "descent", "evolution", "lattice")
    turns = [(n + k, pattern) for n, some in enumerate(rounds) for k, pattern in enumerate(some)]
    expected = [Move(walks[turn % 4], (pattern,), beyond=True) for turn, pattern in turns]
    assert beyond[: len(expected)] == expected[: len(beyond)]
    assert len(beyond) > 50
    assert [k for k, move in enumerate(third[8:47]) if move.beyond] == [3, 10, 17, 24, 31, 38]
    assert not any(move.beyond for move in parts(bounded)[0][2])
    assert {p for move in third if not move.beyond for p in move.patterns} == set(every)
