"""Instances: how bytes are shared among arguments, how data becomes one, and what is said where it does not."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from flint import fmpq
from hypothesis import Phase, settings
from hypothesis.errors import UnsatisfiedAssumption

import verify
from properties.engine.helpers.claims import claim_of
from properties.engine.helpers.domains import signature
from reference.arithmetic.exact import Balls, Rationals
from reference.dimensions import DimensionError
from verify import Dimension, Free, Index, LowRank, Matrix, OneOf, Positive, Scalar, Vector, assume, equal, implies, leq
from verify.claims.attack import attack
from verify.claims.entry import Verdict
from verify.claims.premises import premises
from verify.claims.signatures import Signature, _drawn, _shape, _solved
from verify.claims.variants import _escaped, spelled, wider
from verify.domains import Symmetric
from verify.judging import statements as judging
from verify.judging.judge import Judgement, Outcome
from verify.judging.statements import ClaimError

ONE = signature(A=Matrix("d r"), k=Index("d"), v=Vector("d+1"), kind=OneOf("a", "b"))
DATA = {"A": [["1", "-1/2"]], "k": 0, "v": ["3", "4"], "kind": "b"}


def test_an_instance_is_shown_written_and_realised():
    instance = ONE.decode(DATA, {"d": 1, "r": 2})
    assert instance.show() == "A = [1 -1/2]\nk = 0\nv = (3, 4)\nkind = b"
    assert repr(instance) == "(d = 1, r = 2, A = [1 -1/2], k = 0, v = (3, 4), kind = b)"
    assert instance.encode() == DATA
    exact, balls = instance.realise(Rationals), instance.realise(Balls)
    assert list(exact) == list(balls) == list(DATA)
    assert (type(exact["A"]), type(balls["A"]), exact["kind"], exact["k"]) == (Rationals, Balls, "b", 0)
    for arguments in (exact, balls):
        assert not arguments["A"].array.flags.writeable
    assert instance.values["A"] is exact["A"]


def test_a_block_has_a_byte_for_each_dimension_and_room_for_the_largest_of_each_argument():
    assert list(ONE.bounds) == ["d", "r"]
    room = [
        domain.bytes_needed(shape) for domain, shape in zip(ONE.domains.values(), ((4, 4), (4,), (5,), ()), strict=True)
    ]
    assert ONE.block_size == 2 + sum(room)
    block = bytearray(ONE.block_size)
    assert ONE.draw(bytes(block)).sizes == {"d": 1, "r": 1}
    for d, r in ((1, 2), (3, 0), (4, 7), (255, 254)):
        block[:2] = d, r
        assert ONE.draw(bytes(block)).sizes == {"d": 1 + d % 4, "r": 1 + r % 4}
    generator = np.random.default_rng(0)
    block = bytearray(generator.bytes(ONE.block_size))
    block[:2] = 1, 1
    before = ONE.draw(bytes(block)).encode()
    starts = np.cumsum([2, *room])
    for name, start, end in zip(DATA, starts, starts[1:], strict=False):
        changed = block.copy()
        changed[start:end] = generator.bytes(end - start)
        after = ONE.draw(bytes(changed)).encode()
        assert [key for key in DATA if after[key] != before[key]] in ([name], [])
    drawn = [ONE.draw(generator.bytes(ONE.block_size)) for _ in range(50)]
    assert all(instance.signature is ONE for instance in drawn)
    assert {instance.sizes["d"] for instance in drawn} == {1, 2, 3, 4}


@pytest.mark.parametrize(
    ("changes", "sizes", "message"),
    [
        ({"A": None}, {"d": 1, "r": 2}, "the arguments are A, k, v, kind: too many or too few are A"),
        ({"z": "1", "b": "2"}, {"d": 1, "r": 2}, "the arguments are A, k, v, kind: too many or too few are b, z"),
        ({}, {"d": 1}, "the dimensions are d, r, not d"),
        ({}, {"d": 1, "r": 2, "e": 1}, "the dimensions are d, r, not d, r, e"),
        ({}, {"d": 0, "r": 2}, "the dimension d is at least 1, not 0"), ({"v": ["3"]}, {"d": 1, "r": 2}, "v: "),
    ],
)  # fmt: skip
def test_data_that_does_not_fit_is_refused_in_words(changes, sizes, message):
    data = {name: value for name, value in (DATA | changes).items() if value is not None}
    with pytest.raises(ValueError, match=r"^the |^v: ") as caught:
        ONE.decode(data, sizes)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("domains", "data", "sizes"),
    [
        ({"A": Matrix("d+1 d+r")}, {"A": [[1, 2, 3]] * 2}, {"d": 1, "r": 2}),
        ({"A": Matrix("d-r+4 r")}, {"A": [[1, 2]] * 5}, {"d": 3, "r": 2}),
        ({"v": Vector("max(d,2)"), "w": Vector("d")}, {"v": [1, 2], "w": [1]}, {"d": 1}),
        ({"n": Dimension("d"), "x": Scalar()}, {"n": 3, "x": 1}, {"d": 3}),
        ({"pair": Free(Vector("d"))}, {"pair": [[1, 2], [3, 4]]}, {"d": 2}),
        ({"L": LowRank("d d r")}, {"L": [[1, 2], [2, 4]]}, {"d": 2, "r": 4}),
        ({"A": Matrix("d d+1"), "v": Vector("d")}, {"A": ((1, 2),), "v": (1,)}, {"d": 1}),
    ],
)
def test_sizes_are_inferred_from_shapes(domains, data, sizes):
    assert signature(**domains).infer(data).sizes == sizes


def test_what_says_nothing_of_a_size_is_told_so():
    with pytest.raises(DimensionError) as caught:
        signature(A=Matrix("d r"), x=Scalar()).infer({"A": [], "x": 1})
    assert str(caught.value) == 'A: [] does not say what d is: give Matrix["d r"] as nested lists'
    with pytest.raises(ValueError, match="too many or too few are A"):
        signature(A=Matrix("d r"), x=Scalar()).infer({"x": 1})
    with pytest.raises(DimensionError, match="w: 5 does not say what e is"):
        signature(v=Vector("d"), w=Vector("e")).infer({"v": [1], "w": 5})


def test_of_several_sizes_that_nothing_says_the_first_by_name_is_asked_for():
    with pytest.raises(DimensionError, match=r"^w: 6 does not say what d is: give Vector"):
        signature(v=Vector("e"), w=Vector("d")).infer({"v": 5, "w": 6})


def test_equations_are_solved_one_after_the_other():
    axes = {name: Vector(name).array_axes[0][0] for name in ("d", "r", "d+r", "min(d,r)", "d+1", "d+63")}
    assert _solved([(axes["d+r"], 5), (axes["d"], 2)]) == {"d": 2, "r": 3}
    assert _solved([(axes["d+1"], 3), (axes["d+r"], 5)]) == {"d": 2, "r": 3}
    assert _solved([(axes["min(d,r)"], 2), (axes["r"], 7)]) == {"r": 7, "d": 2}
    assert _solved([(axes["min(d,r)"], 2), (axes["r"], 2)]) == {"r": 2}  # d may be anything from 2 on
    assert _solved([(axes["d+r"], 5)]) == {}
    assert _solved([(axes["d"], 2), (axes["d"], 3)]) == {"d": 2}
    assert _solved([(axes["d+1"], 64)]) == {"d": 63}
    assert _solved([(axes["d+1"], 65)]) == {}
    assert _solved([(axes["d+63"], 63)]) == {"d": 0}
    assert [_shape(x) for x in ([[1, 2, 3]], ((1,), (2,)), [], 5, [[]], "12")] == [[1, 3], [2, 1], [], [], [1], []]


def test_what_a_domain_of_ones_own_raises_is_told_with_the_argument():
    class Bad(Scalar):
        def construct(self, raw, style, shape):
            raise LookupError("nothing\nhere")

    class Rejecting(Scalar):
        def draw(self, data, shape):
            raise UnsatisfiedAssumption

    with pytest.raises(ClaimError, match=r"^the domain of x, Bad, raises LookupError at instances\.py:\d+: nothing$"):
        _drawn("x", Bad(), b"\0\0", (), {})
    with pytest.raises(UnsatisfiedAssumption):
        _drawn("x", Rejecting(), b"\0\0", (), {})


def test_what_a_domain_of_ones_own_makes_is_in_it():
    class Above(Scalar):
        """Numbers above 0, and 0 is drawn."""

        contains = Positive.contains

    with pytest.raises(ClaimError, match=r"^the domain of x, Above, makes 0, which is not in it$"):
        _drawn("x", Above(), b"\0\0", (), {})
    assert [_drawn("x", Above(), bytes([0, byte]), (), {}).item() for byte in (1, 3)] == [1, fmpq(1, 2)]


def test_bounds_of_sixty_four_entries_and_sixteen_sizes_are_the_last_that_fit():
    assert signature(v=Vector("d+48", {"d": (1, 16)})).bounds == {"d": (1, 16)}
    with pytest.raises(ClaimError, match=r'^Vector\["d\+49"\] is too large at d = 16: bound its dimensions$'):
        signature(v=Vector("d+49", {"d": (1, 16)}))
    with pytest.raises(ClaimError, match=r'^Vector\["0"\] is empty: bound its dimensions$'):
        signature(v=Vector("0"))
    with pytest.raises(ClaimError, match=r"^the bounds \(0, 17\) of the dimension d are not 0 ≤ low ≤ high ≤ 16$"):
        signature(v=Vector("d+1", {"d": (0, 17)}))
    with pytest.raises(ClaimError, match=r"^the dimension d is bounded twice: \(1, 2\) and \(1, 3\)$"):
        signature(v=Vector("d", {"d": (1, 2)}), w=Vector("d", {"d": (1, 3)}))
    assert signature(v=Vector("d"), w=Vector("d", {"d": (2, 3)})).bounds == {"d": (2, 3)}
    both = signature(v=Vector("d"), w=Vector("e", {"e": (2, 3)}))
    assert both.unbounded == {"d"}
    assert both.up_to("d", 2).unbounded == set()
    assert both.up_to("d", 2).up_to("e", 2).bounds == {"d": (1, 2), "e": (2, 2)}
    assert both.up_to("d", 2).on({"w": Vector("d")}).bounds == {"d": (1, 2)}


def test_what_is_returned_is_no_argument_and_a_class_is_a_domain():
    def body(x: Scalar) -> None:
        equal(x, x)

    assert list(Signature(body).domains) == ["x"]
    assert isinstance(Signature(body).domains["x"], Scalar)


# --- the test of a claim ----------------------------------------------------------------------------------------------


def said(x: Scalar):
    """Say something."""
    equal(x, x)


def test_a_test_has_the_name_the_module_and_the_words_of_its_body():
    run = attack(claim_of(said), lambda *_: None)
    assert (run.__name__, run.__module__, run.__doc__) == ("said", __name__, "Say something.")
    assert run.hypothesis.inner_test.__qualname__ == "said"


def test_a_profile_and_a_judge_are_used_where_they_are_given():
    claim, judged = claim_of(said), []
    profile = settings(max_examples=7, database=None, deadline=None, phases=[Phase.generate])

    def judge(instance):
        judged.append(instance)
        return Judgement(Outcome.CERTAIN if len(judged) % 2 else Outcome.DISCARDED, 0)

    seen = []
    attack(claim, lambda *one: seen.append(one), profile, 3, judge)()
    assert len(seen) == 7
    assert [instance for instance, _ in seen] == judged[::2]


# --- entries ----------------------------------------------------------------------------------------------------------


def test_a_target_is_the_file_and_the_function_quoted_for_a_shell_or_the_id(tmp_path, monkeypatch):
    claim = claim_of(said)
    here = Path(__file__).resolve()
    monkeypatch.chdir(here.parent)
    assert (claim.shown_file, claim.target, claim.is_own) == (Path("instances.py"), "instances.py::said", True)
    monkeypatch.chdir(tmp_path)
    assert claim.shown_file == here
    body = SimpleNamespace(__module__="properties.dai2018.claims.x", __name__="test_x")
    paper = replace(claim, id="dai2018/eq 1", body=body)
    assert (paper.is_own, paper.target) == (False, "'dai2018/eq 1'")
    assert claim.expected is Verdict.REFUTED


# --- premises ---------------------------------------------------------------------------------------------------------


# fmt: off
def several(x: Scalar):
    verify.assume(leq(x, 3)); assume(equal(x, x)); implies(p=leq(  # noqa: E702
        x, 2), q=leq(x, 5))
    others = {"assume": assume}
    others["assume"](leq(x, 9))
    judging.assume(leq(x, 8))
# fmt: on


def test_premises_are_calls_by_any_name_from_left_to_right_and_top_to_bottom():
    found = premises(several)
    assert [premise.text for premise in found] == ["leq(x, 3)", "equal(x, x)", "leq(x, 2)", "leq(x, 8)"]
    lines = [premise.place[1] - several.__code__.co_firstlineno for premise in found]
    assert lines == [1, 1, 1, 5]
    assert found[2].place[2] == found[2].place[1] + 1
    assert {premise.place[0] for premise in found} == {__file__}


# --- variants ---------------------------------------------------------------------------------------------------------


def test_words_of_a_variant_are_text_in_latex_and_domains_have_short_names():
    assert _escaped(r"a_b {50%} \ ^ ~ # & $") == (
        r"a\_b \{50\%\} \textbackslash{} \textasciicircum{} \textasciitilde{} \# \& \$"
    )
    assert spelled(Symmetric("n")) == "Symmetric"
    assert spelled(Free(Vector("d"))) == "Free-Vector"
    names = [spelled(domain) for domain in wider(Symmetric("n"))]
    assert names == list(dict.fromkeys(names))
    assert "Symmetric" not in names
    assert fmpq(1, 2) == Rationals.of(np.array(fmpq(1, 2), dtype=object)).item()


def test_no_argument_is_starred():
    def several_arguments(*x: Scalar):
        equal(x, x)

    def named(y: Scalar, **x: Scalar):
        equal(x, y)

    for body in (several_arguments, named):
        with pytest.raises(ClaimError, match=r"^the argument 'x' is starred: a claim names each of its arguments$"):
            Signature(body)


def test_an_example_is_a_block_of_just_as_many_bytes():
    assert repr(ONE.strategy()).startswith(f"binary(min_size={ONE.block_size}, max_size={ONE.block_size})")


def test_the_paper_of_a_claim_is_what_stands_before_the_slash():
    claim = claim_of(said)
    for id, paper in (("dai2018/eq-1", "dai2018"), ("own/a.b", "own"), ("alone", "alone")):
        assert replace(claim, id=id).paper == paper
