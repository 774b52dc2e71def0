"""No certificate of a variant stands for the claim, or for another variant; the commands find each by its name."""

import json
from pathlib import Path

import pytest
from flint import fmpq

from properties.engine.helpers.certificates import resealed
from properties.engine.helpers.claims import counterexample
from properties.engine.helpers.commands import refused
from properties.engine.helpers.variants import refuting
from verify.certificates import shelf
from verify.certificates.checker import Malformed, Unproven, check, parse
from verify.claims.variants import at, at_most, on, variant, without
from verify.commands.main import main
from verify.domains import Symmetric


def test_a_certificate_of_a_variant_is_none_of_the_claim(claims):
    claim = claims["own/trace"]
    wide = on(claim, "A", Symmetric("n"))
    data = refuting(wide, A=[[-1]])
    assert check(data, {wide.id: wide}).claim is wide
    with pytest.raises(Malformed, match="is unknown"):
        check(data, claims)
    for forged in (
        resealed(data, claim=claim.id),
        resealed(data, claim=claim.id, statement=claim.statement),
        resealed(data, claim=claim.id, statement=claim.statement, source=claim.digest),
    ):
        with pytest.raises(Unproven):
            check(forged, claims)


def test_a_certificate_without_a_premise_is_none_of_the_claim_nor_of_another_variant(claims):
    claim = claims["own/three"]
    first, second = without(claim, 1), without(claim, 2)
    data = refuting(first, x=4, y=0, c="7/2")
    assert check(data, {first.id: first})
    for other in (claim, second, at(claim, "c", fmpq(7, 2)), variant(claim, ["drop.2", "drop.3"])):
        with pytest.raises(Unproven):
            check(data, {other.id: other})
        with pytest.raises(Unproven):
            check(data, {data["claim"]: other})
        with pytest.raises(Unproven, match="not violated there: discarded"):
            check(resealed(data, claim=other.id, statement=other.statement), {other.id: other})


def test_a_certificate_of_one_constant_is_none_of_another(claims):
    low, high = (at(claims["own/three"], "c", fmpq(value)) for value in (1, 2))
    data = refuting(low, x=2, y=0, c=1)
    with pytest.raises(Unproven, match="is not in Constant"):
        check(resealed(data, claim=high.id, statement=high.statement), {high.id: high})
    inputs = {**data["inputs"], "c": "2"}
    with pytest.raises(Unproven, match="not violated"):
        check(resealed(data, claim=high.id, statement=high.statement, inputs=inputs), {high.id: high})


def test_a_ceiling_is_checked(claims):
    wide = on(claims["own/trace"], "A", Symmetric("n"))
    low = at_most(wide, "n", 1)
    data = refuting(wide, A=[[-1, 0], [0, 0]])
    with pytest.raises(Unproven, match="at most 1, not 2"):
        check(resealed(data, claim=low.id, statement=low.statement), {low.id: low})


def test_what_is_kept_of_a_variant_is_not_kept_of_the_claim(claims, tmp_path):
    claim = claims["own/trace"]
    wide = on(claim, "A", Symmetric("n"))
    path = shelf.keep(counterexample(wide, wide.signature.infer({"A": [[-1]]})), tmp_path)
    assert path.name == "own_trace,A=Symmetric.json"
    assert path != shelf.path_of(claim, tmp_path)
    path.rename(shelf.path_of(claim, tmp_path))
    with pytest.raises(Unproven):
        shelf.load(shelf.path_of(claim, tmp_path), claim)


# --- the commands -----------------------------------------------------------------------------------------------------


def kept(data, name="found.json"):
    Path(name).write_text(json.dumps(data), encoding="utf-8")
    return name


def test_the_checker_finds_the_variant_by_its_name(claims, capsys):
    wide = on(claims["own/trace"], "A", Symmetric("n"))
    data = refuting(wide, A=[[-1]])
    assert main(["check", "--claims", "own.py", kept(data)]) == 0
    assert capsys.readouterr().out == (
        "found.json: valid: own/trace,A=Symmetric (A: symmetric in place of positive definite; it is not the claim "
        "itself) is refuted: 0 ≥ -1\n"
    )
    assert main(["check", "--claims", "own.py", kept(resealed(data, claim="own/trace"))]) == 1
    assert main(["check", "--claims", "own.py", kept(resealed(data, claim="own/trace,A=Density"))]) == 2
    assert main(["check", "--claims", "own.py", kept(resealed(data, claim="nobody/trace,A=Matrix"))]) == 2
    err = capsys.readouterr().err.splitlines()
    assert len(err) == 2
    assert "has no variant" in err[0]
    assert "is unknown" in err[1]


def test_a_variant_is_no_target(claims, capsys):
    assert "no claim is called 'own/trace,A=Symmetric'" in refused(capsys, "hunt", "own/trace,A=Symmetric")
    Path("counterexamples").mkdir()
    wide = on(claims["own/trace"], "A", Symmetric("n"))
    kept(refuting(wide, A=[[-1]]), "counterexamples/own_trace.json")
    assert "is unknown" in refused(capsys, "keep", "own.py::test_trace")


def test_a_certificate_of_a_variant_is_what_parse_reads(claims):
    data = refuting(at(claims["own/three"], "c", fmpq(-3, 7)), x=1, y=0, c="-3/7")
    assert parse(json.dumps(data).encode())["claim"] == "own/three,c=-3_7"
