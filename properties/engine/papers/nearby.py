"""Every claim has near misses: wrong models that it refutes, and that it would let pass if it said less."""

import dataclasses
import inspect

import pytest

from properties.engine.helpers.near.__main__ import main
from properties.engine.helpers.near.search import Search
from properties.engine.helpers.near.table import FOLDER, NONE, Miss, decoded, encoded, faults, kept
from verify.claims.claim import Claim
from verify.claims.signatures import Signature
from verify.registry.selection import select

RUN = "see whether the claim still says all that it should, run make near, and read what it changes"
PAPERS = sorted(path.stem for path in FOLDER.glob("*.txt"))


FIRST = slice(3)
"""Of the lines of a claim: those that notice most, for which the fast suite has time."""


@pytest.mark.parametrize("which", [FIRST, pytest.param(slice(FIRST.stop, None), marks=pytest.mark.long)])
@pytest.mark.parametrize("paper", PAPERS)
def test_what_a_table_says_is_refuted_is(paper, which):
    """By so many statements: a claim that says less refutes less, or knows the instance no longer."""
    claims, lines = {entry.id: entry for entry in select([f"{paper}/*"])}, kept(paper)
    wrong = [fault for id in claims.keys() & lines for fault in faults(claims[id], lines[id][which])]
    assert not wrong, RUN


def test_every_claim_has_a_near_miss_or_a_reason(registry):
    lines = {id: found for paper in PAPERS for id, found in kept(paper).items()}
    assert [id for id in registry if isinstance(registry[id], Claim) and not lines.get(id)] == [], RUN
    assert lines.keys() <= registry.keys(), "no claim has these ids: delete their lines"
    for id, found in lines.items():
        for line in found:
            assert not line.startswith(NONE) or len(line.split()) > 4, f"say why {id} has none"


def test_an_id_that_no_claim_has_is_one_line(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["near", "nobody/*"])
    with pytest.raises(SystemExit, match="2"):
        main()
    assert capsys.readouterr().err.splitlines()[-1].startswith("near: error: no claim is called 'nobody/*'")


# --- what the lines notice --------------------------------------------------------------------------------------------


def changed(claim, old, new):
    """Return a claim whose source, but for the docstring, has other words."""
    source = inspect.getsource(claim.body)
    head, _, rest = source[source.index("def ") :].partition('"""')
    text = head + rest.partition('"""')[2]
    assert text.count(old) == 1, f"{claim.id} says {old} no longer: take another example"
    found = {}
    exec(text.replace(old, new), vars(inspect.getmodule(claim.body)), found)
    (body,) = found.values()
    return dataclasses.replace(claim, body=body, signature=Signature(body))


@pytest.mark.parametrize(
    ("id", "old", "new"),
    [
        ("dai2018/lemma-1.full", "equal(least, enc", "leq(least, enc"),
        ("wang2022/eq-54", "less(best, zeta", "leq(best, zeta"),
        ("results/recovery", "equal(in_Bt, 0)\n    ", ""),
        ("results/origin", "iff(convex, leq(zeta[0]", "implies(convex, leq(zeta[0]"),
        ("wang2022/eq-58.corrected", "zeta: NonNegative", "zeta: Positive"),
        ("results/one-latent", '{"d": (2, 4)}', '{"d": (2, 3)}'),
        ("results/collapsed-minimum", "assume(less(0, best))", "assume(less(1, best))"),
        ("dai2020/eq-35", "lip / 2 * y", "lip * y"),
        ("results/one-latent", "2 * alpha**2 * a * b", "alpha**2 * a * b"),
    ],
)
def test_a_weaker_claim_is_noticed(id, old, new):
    """An equality, a strict inequality, a statement, a direction, domains, a premise, a bound, one that is attained."""
    (claim,) = select([id])
    assert not faults(claim, kept(claim.paper)[id])
    assert faults(changed(claim, old, new), kept(claim.paper)[id])


def test_a_search_finds_what_notices():
    """Without the table, and as the table writes it."""
    (claim,) = select(["wang2022/eq-61"])
    lines = [str(one.miss) for one in Search(claim, 40).run()]
    assert lines
    assert [str(Miss.read(line)) for line in lines] == lines
    assert not faults(claim, lines)
    assert faults(changed(claim, "equal(contracted", "leq(contracted"), lines)
    assert lines == [str(one.miss) for one in Search(claim, 40).run()]


@pytest.mark.parametrize("id", ["wang2022/section-4.2.partial.corrected", "koehler2022/theorem-6.loss"])
def test_an_instance_is_read_as_it_is_written(id):
    """With indices, dimensions, names, vectors and matrices."""
    (claim,) = select([id])
    instance = claim.signature.draw(bytes(7 * k % 256 for k in range(claim.signature.block_size)))
    assert encoded(decoded(claim, encoded(instance))) == encoded(instance)


def test_a_line_that_is_wrong_says_why():
    (claim,) = select(["dai2018/eq-8"])
    for line, fault in {
        "2 | decoder_log_determinant * 2 | d=1 k=1; W=[[1]] lam=3": "1 of its statements",
        "1 | as it is | d=1 k=1; W=[[1]] lam=3": "it is indistinguishable, and 0 of its statements",
        "1 | no_function * 2 | d=1 k=1; W=[[1]] lam=3": "no_function",
        "1 | lam times 2 | d=1 k=1; W=[[1]] lam=3": "no model",
        "1 | lam * 2 | d=1 k=1; W=[[1]] lam=-3": "-3 is not in Positive",
        "1 | lam * 2 | d=1 k=1; W=[[1]]": "too few are lam",
        "1 | lam * 2 | d=1 k=9; W=[[1]] lam=3": "shape",
    }.items():
        (found,) = faults(claim, [line])
        assert fault in found, found
