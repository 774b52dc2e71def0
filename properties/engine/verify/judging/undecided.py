"""What is open is no pass: of several open comparisons the loosest decides, in any order, and nothing outvotes it."""

import json
import re
from fractions import Fraction
from itertools import permutations, product

import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st

from properties.engine.helpers.claims import claim_of
from reference.arithmetic import greater, sqrt, where
from reference.arithmetic.exact import Balls
from reference.arithmetic.precision import working_precision
from verify import Positive, Scalar, assume, equal, iff, implies, leq, less, positive_semidefinite
from verify.claims.entry import Verdict
from verify.commands.main import main
from verify.judging.judge import Outcome, judge_exactly
from verify.judging.statements import ClaimError, Truth
from verify.proving import show
from verify.registry.declare import Observer
from verify.running.runner import run_claim

AGREEMENT = 128

# --- statements beside each other, and in connectives -----------------------------------------------------------------

BITS = st.sampled_from([0, 1, AGREEMENT - 1, AGREEMENT, AGREEMENT + 1, 1000])
LEAVES = st.one_of(st.just((True, 0)), st.just((False, 0)), st.tuples(st.none(), BITS))
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.tuples(st.sampled_from(["and", "or", "iff", "implies"]), inner, inner) | st.tuples(st.just("not"), inner)
    ),
    max_leaves=6,
)
STATE = {"and": lambda p, q: p & q, "or": lambda p, q: p | q, "not": lambda p: ~p, "iff": iff, "implies": implies}
TABLE = {"and": lambda p, q: p and q, "or": lambda p, q: p or q, "not": lambda p: not p, "iff": lambda p, q: p is q,
         "implies": lambda p, q: not p or q}  # fmt: skip


def stated(tree):
    """State what a tree says."""
    return Truth("≤", *tree) if tree[0] not in STATE else STATE[tree[0]](*map(stated, tree[1:]))


def answer(tree):
    """Return the answer of a tree, from all that its open operands might say, the bits of the loosest, and if equal."""
    if tree[0] not in STATE:
        return (*tree, tree[0] is not False)
    operands = [answer(operand) for operand in tree[1:]]
    worlds = [()]
    for value, *_ in operands:
        worlds = [(*world, v) for world in worlds for v in ((True, False) if value is None else (value,))]
    values = {TABLE[tree[0]](*world) for world in worlds}
    bits = [bits for value, bits, _ in operands if value is None]
    tied = TABLE[tree[0]](*(tied for *_, tied in operands))
    return (values.pop(), 0, tied) if len(values) == 1 else (None, min(bits), tied)


def expected(answers):
    """Return the outcome, and the bits that it rests on."""
    values = [value for value, *_ in answers]
    open_ones = [(bits, tied) for value, bits, tied in answers if value is None]
    if False in values:
        return Outcome.REFUTED, 0
    if not open_ones:
        return Outcome.CERTAIN, 0
    bits, tied = min(open_ones)[0], all(tied for _, tied in open_ones)
    return Outcome.INDISTINGUISHABLE if tied and bits >= AGREEMENT else Outcome.UNDECIDED, bits


def judged(trees):
    """Return the outcome and bits of statements beside each other."""
    judgement = judge_exactly(lambda: [stated(tree) for tree in trees] and None, lambda _: {})
    return judgement.outcome, judgement.bits


@given(st.lists(LEAVES, min_size=1, max_size=5), st.randoms())
def test_one_false_statement_refutes_and_one_loose_one_leaves_open_in_any_order(leaves, order):
    assert judged(leaves) == expected([answer(leaf) for leaf in leaves])
    order.shuffle(leaves)
    assert judged(leaves) == expected([answer(leaf) for leaf in leaves])


@given(st.lists(TREES, min_size=1, max_size=3), st.randoms())
def test_so_it_is_in_connectives(trees, order):
    answers = [answer(tree) for tree in trees]
    assert judged(trees) == expected(answers)
    order.shuffle(trees)
    assert judged([mirrored(tree) for tree in trees]) == expected(answers)


@pytest.mark.parametrize("connective", STATE)
def test_where_sides_are_equal_what_is_open_is_as_its_connective_says(connective):
    for tied in product((True, False), repeat=1 if connective == "not" else 2):
        truth = STATE[connective](*(Truth("≤" if each else "<", None, 1000) for each in tied))
        assert truth.if_equal is TABLE[connective](*tied), tied
        assert [Truth(name, None).if_equal for name in ("≤", "=", "⪰", "<")] == [True, True, True, False]


def mirrored(tree):
    """Return the tree with the operands of every symmetric connective exchanged."""
    if tree[0] not in STATE:
        return tree
    operands = [mirrored(operand) for operand in tree[1:]]
    return (tree[0], *(operands if tree[0] in ("implies", "not") else reversed(operands)))


# --- entries of one comparison ----------------------------------------------------------------------------------------

ENTRIES = {  # the left side of ≤ 1, whether it is true, and to how many bits it agrees
    "true": (arb(0), True, 0),
    "tight": (arb(1, arb(2) ** -200), None, 199),
    "loose": (arb(1, arb(2) ** -60), None, 59),
    "looser": (arb(1, arb(1) / 2), None, 0),
    "false": (arb(2), False, 0),
}


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_of_the_entries_the_false_one_decides_else_the_loosest_in_any_order(count):
    for names in permutations(ENTRIES, count):
        sides, values, bits = zip(*(ENTRIES[name] for name in names), strict=True)
        for shape in [(count,), (1, count)]:
            truth = leq(Balls.of(np.array(sides, dtype=object).reshape(shape)), 1)
            loosest = min(((bits[k], k) for k in range(count) if values[k] is None), default=None)
            if False in values:
                assert (truth.value, truth.entry[-1]) == (False, values.index(False))
            elif loosest:
                assert (truth.value, truth.entry[-1]) == (None, loosest[1])
                assert abs(truth.bits - loosest[0]) <= 2
            else:
                assert (truth.value, truth.entry[-1]) == (True, 0)


def test_an_eigenvalue_near_zero_agrees_relative_to_the_largest():
    with working_precision(200):
        for scale in (1, 2**300):
            tie = positive_semidefinite(Balls.of(np.array([[arb(2).sqrt() ** 2] * 2] * 2, dtype=object) * scale))
            assert tie.value is None
            assert 180 < tie.bits < 200


# --- what is told of it -----------------------------------------------------------------------------------------------


def tight(x):
    equal(sqrt(x) * sqrt(x), x)


def loose(x):
    """State what is true, and open at any precision where x is no square."""
    leq(where(greater(sqrt(x) * sqrt(x), x), 1, 0), 0)


def certain(x):
    less(0, x)


ORDERS = list(permutations([tight, loose, certain]))


@pytest.mark.parametrize("parts", ORDERS, ids=lambda parts: "-".join(part.__name__ for part in parts))
def test_an_undecided_example_is_no_pass_whatever_the_others_are(parts):
    def body(x: Positive):
        for part in parts:
            part(x)

    claim = claim_of(body)
    claim.expected = Verdict.HOLDS
    outcomes = {x: claim.judge(claim.signature.infer({"x": x})) for x in (4, 2)}
    assert [judgement.outcome for judgement in outcomes.values()] == [Outcome.CERTAIN, Outcome.UNDECIDED]
    observe = Observer(claim)
    observe(claim.signature.infer({"x": 4}), outcomes[4])
    with pytest.raises(ClaimError, match="undecided at 1024 bits"):
        observe(claim.signature.infer({"x": 2}), outcomes[2])
    result = run_claim(claim, 20, 0)
    assert result.verdict is Verdict.UNDECIDED
    assert result.certain > 0
    assert result.examples > result.certain + result.indistinguishable
    assert "undecided" in result.message


STRICT = {  # what sides that agree do not support: each is false where they are equal
    "less": less,
    "unequal": lambda x, y: ~equal(x, y),
    "not at most": lambda x, y: ~leq(x, y),
    "one of two": lambda x, y: less(x, y) | less(y, x),
    "and": lambda x, y: leq(x, y) & less(x, y),
    "equivalence": lambda x, y: iff(leq(x, y), less(x, y)),
    "implication": lambda x, y: implies(leq(x, y), less(x, y)),
}


@pytest.mark.parametrize("state", STRICT)
def test_sides_that_agree_do_not_support_what_is_false_of_equal_ones(state):
    def body(x: Positive):
        STRICT[state](sqrt(x) * sqrt(x), x)

    def reverse(x: Positive):
        ~STRICT[state](sqrt(x) * sqrt(x), x)

    for stated, found in ((body, Outcome.UNDECIDED), (reverse, Outcome.INDISTINGUISHABLE)):
        claim = claim_of(stated)
        judgement = claim.judge(claim.signature.infer({"x": 2}))
        assert judgement.outcome is found
        assert judgement.bits >= AGREEMENT


@pytest.mark.parametrize("proof", [None, lambda: show(True)])
def test_only_a_proof_knows_that_sides_which_agree_differ(proof):
    def body(x: Positive):
        less(sqrt(x) * sqrt(x), x + Fraction(1, 2**3000) * x)

    def looser(x: Positive):
        body(x)
        loose(x)

    for stated, verdict in ((body, Verdict.PROVED), (looser, Verdict.UNDECIDED)):
        claim = claim_of(stated)
        claim.proof, claim.expected = proof, Verdict.PROVED if proof else Verdict.HOLDS
        assert run_claim(claim, 20, 0).verdict is (verdict if proof else Verdict.UNDECIDED)
        judgement = claim.judge(claim.signature.infer({"x": 2}))
        assert claim.is_left_open(judgement) is (proof is None or stated is looser)


def test_an_undecided_premise_admits_nothing():
    def body(x: Scalar):
        assume(leq(where(greater(sqrt(x * x + 1) ** 2, x * x + 1), 1, 0), 0))
        less(x, x)

    claim = claim_of(body)
    assert claim.judge(claim.signature.infer({"x": 1})).outcome is Outcome.DISCARDED


CLAIMS = """
from reference.arithmetic import greater, rank, sqrt, where
from verify import Positive, claim, leq

def state(x):
    if rank(x[..., None, None]) > 1:  # of many instances at once it is neither true nor false
        raise ValueError
    leq(where(greater(sqrt(x) * sqrt(x), x), 1, 0), 0)

@claim("open/some", "open where x is no square")
def test_some(x: Positive):
    state(x)

@claim("open/all", "open everywhere")
def test_all(x: Positive):
    state(2 * x * x)
"""


@pytest.mark.parametrize(("name", "verdict"), [("some", "undecided"), ("all", "error")])
@pytest.mark.long
def test_the_hunt_counts_what_is_undecided_and_not_as_true(name, verdict, tmp_path, monkeypatch, capsys, unhurried):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "opened.py").write_text(CLAIMS)
    main(["hunt", f"opened.py::test_{name}", "--jobs", "1", "--budget", "1", "--json", "found.json"])
    found, said = json.loads((tmp_path / "found.json").read_text()), capsys.readouterr().out
    assert found["undecided"] > 0
    assert re.search(rf"{found['undecided']:,} instances? undecided even at", said)
    assert (found["verdict"], found["instances"] == 0) == (verdict, verdict == "error")
