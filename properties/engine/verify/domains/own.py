"""A domain of one's own takes a few lines, the documented ones, and draws, samples and checks like the others."""

import inspect
from pathlib import Path

import hypothesis
import numpy as np
import pytest
from flint import fmpq

from properties.engine.helpers.claims import claim_of
from properties.engine.helpers.domains import documented, draws, signature
from reference.arithmetic import absolute
from reference.arithmetic.exact import Rationals, rationals
from reference.arithmetic.lanes import stack
from verify import leq, less
from verify.certificates.checker import check
from verify.claims.entry import Verdict
from verify.domains import Matrix, Scalar, Vector
from verify.hunt.portfolio import Move
from verify.hunt.sampling import natural, structured
from verify.hunt.strata import random_stratum
from verify.hunt.tasks import Task, run_task
from verify.running.runner import run_claim
from verify.simplify import simplify


def test_the_documented_domain_of_ones_own_works():
    diagonal = documented()["d r"]
    for sizes, value in draws(diagonal, 300):
        assert value.shape == (sizes["d"], sizes["r"])
        assert np.all(diagonal.decode(diagonal.encode(value), sizes) == value)
    stratum = random_stratum(signature(x=diagonal), {"d": 2, "r": 3}, np.random.default_rng(0), plain=True)
    values, _ = stack(stratum.arguments(np.array([[1.0, 2], [3, 4]]))["x"])
    assert values.tolist() == [[[1, 0, 0], [0, 3, 0]], [[2, 0, 0], [0, 4, 0]]]
    with pytest.raises(ValueError, match="is not in Diagonal"):
        diagonal.decode([[1, 1], [0, 1]], {"d": 2, "r": 2})


def test_the_documented_table_and_styles_work():
    signs = documented("Signs")["d"]
    drawn = [(sizes["d"], tuple(value.tolist())) for sizes, value in draws(signs, 300) if sizes["d"] == 3]
    assert {entry for _, value in drawn for entry in value} == {1, -1}
    equal = sum(len(set(value)) == 1 for _, value in drawn)
    assert len(drawn) / 2 < equal < len(drawn)  # half of them, and a quarter of the others by chance
    strata = [random_stratum(signature(s=signs), {"d": 2}, np.random.default_rng(k), plain=False) for k in range(20)]
    for stratum in strata:
        values, _ = stack(stratum.arguments(structured(stratum, 50, np.random.default_rng(0)))["s"])
        assert set(values.ravel()) == {1, -1}
        assert (values[:, 0] == values[:, 1]).all() == (stratum.styles["s"] == "all equal")
    with pytest.raises(ValueError, match="is not in Signs"):
        signs.decode([1, 0], {"d": 2})


def test_the_documented_composite_works():
    solvable = documented("Solvable")["d r"]

    def body(system: solvable):
        a, b = system  # type: ignore[attr-defined]  # a class to mypy, arrays to the body
        leq((b * b).sum(-1), (a * a).sum(-1).sum(-1))

    for sizes, (a, b) in draws(solvable, 100):
        assert (a.shape, b.shape) == ((sizes["d"], sizes["r"]), (sizes["d"],))
    with pytest.raises(ValueError, match=r"\[0\], \(1\) is not in Solvable"):
        solvable.decode([[[0]], [1]], {"d": 1, "r": 1})
    claim = claim_of(body)
    findings = run_task(claim, Task(0, Move("bulk", [(2, 2)], 1), 0, 20.0, 20.0), None)
    small = simplify(check(findings.certificate, {claim.id: claim}))
    assert small.instance.encode() == {"system": [[["1"]], ["2"]]}


class Inverse(Scalar):
    """Inverses of numbers, of zero too: a slip of whoever wrote it."""

    def construct(self, raw, style, shape):
        return 1 / super().construct(raw, style, shape)

    def contains(self, value):
        return bool((1 / value != 0).all())


LINE = inspect.getsourcelines(Inverse.construct)[1] + 1


def test_what_a_domain_of_ones_own_raises_is_told_with_its_place():
    def body(x: Inverse):
        leq(x * x, x * x)  # type: ignore[operator]  # a class to mypy, an array to the body

    claim = claim_of(body)
    message = (
        f"the domain of x, Inverse, raises ZeroDivisionError at {Path(__file__).name}:{LINE}: fmpq division by zero"
    )
    assert run_claim(claim, 50, 0).message == message
    findings = run_task(claim, Task(0, Move("hypothesis", [()], 1), 0, 20.0, 20.0), None)
    assert findings.errors == [message]
    stratum = random_stratum(claim.signature, {}, np.random.default_rng(0), plain=True)
    assert stratum.instance(np.zeros(1)) is None
    assert stratum.instance(np.full(1, 0.5)).values["x"] == 2


def test_a_domain_of_ones_own_may_reject_a_draw_as_hypothesis_does():
    class NotZero(Scalar):
        def construct(self, raw, style, shape):
            value = super().construct(raw, style, shape)
            hypothesis.assume(not isinstance(value, Rationals) or bool(value != 0))
            return value

    def body(x: NotZero()):
        less(0, x * x)

    result = run_claim(claim_of(body), 50, 0)
    assert (result.verdict, result.certain) == (Verdict.HOLDS, 50)


def test_a_domain_of_ones_own_may_have_its_own_table_and_styles():
    class Bit(Scalar):
        table = np.array([fmpq(k % 2) for k in range(256)], dtype=object)
        styles = ("plain", "flipped")

        def construct(self, raw, style, shape):
            return super().construct(1 - raw if style == "flipped" else raw, style, shape)

    assert {value.item() for _, value in draws(Bit(), 50)} == {0, 1}
    for seed in range(8):
        generator = np.random.default_rng(seed)
        stratum = random_stratum(signature(b=Bit(), x=Scalar(), y=Scalar()), {}, generator, plain=False)
        for sample in (natural, structured):  # the hunt draws of the table too, whatever it makes of other numbers
            raw = sample(stratum, 500, generator)
            assert set(raw[0].tolist()) == {0, 1}
            flipped = stratum.styles["b"] == "flipped"
            np.testing.assert_array_equal(stack(stratum.arguments(raw)["b"])[0], 1 - raw[0] if flipped else raw[0])
    assert stratum.clamp(np.array([[-3.0], [-0.5], [8]])).tolist() == [[1], [-0.5], [8]]  # into the hull of the table


def test_entries_that_are_not_made_again_are_unknown():
    class Absolute(Vector):
        def construct(self, raw, style, shape):
            return absolute(raw)

    for entries, known in (([1, 2], True), ([1, -2], False), ([-1, -2], False)):
        raw = Absolute("d").raw(rationals(entries))
        assert (raw is not None) == known


def test_dimensions_are_in_the_order_of_their_names_whatever_that_of_a_set_is():
    for names in ("edcba", "bdace", "zyxwvutsrqponm"):
        assert [*Vector("+".join(names)).dimensions] == sorted(names)
        assert [*Matrix(f"{'+'.join(names[:2])} {'+'.join(names[2:])}").dimensions] == sorted(names)
