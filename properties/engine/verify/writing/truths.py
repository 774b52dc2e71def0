"""What was found of a comparison or a connective: each relation, each answer, in words and in LaTeX."""

from types import SimpleNamespace

import pytest
from flint import arb, fmpq

from reference.arithmetic.precision import working_precision
from verify.judging.statements import Truth
from verify.writing.latex import found_latex, gap_latex
from verify.writing.refutations import refutation_text, truth_lines


def compared(relation, value, entry=(), sides=(1, 2)):
    """Return what was found of a comparison."""
    return Truth(relation, value, sides=tuple(fmpq(side) for side in sides), entry=entry)


@pytest.mark.parametrize(
    ("relation", "value", "words", "latex"),
    [
        ("≤", True, "1 ≤ 2", r"1 \le 2"), ("≤", False, "1 > 2", r"1 \not\le 2"), ("≤", None, "1 ? 2", None),
        ("<", True, "1 < 2", r"1 \lt 2"), ("<", False, "1 ≥ 2", r"1 \not\lt 2"), ("<", None, "1 ? 2", None),
        ("=", True, "1 = 2", "1 = 2"), ("=", False, "1 ≠ 2", r"1 \ne 2"), ("=", None, "1 ? 2", None),
        ("⪰", True, "smallest eigenvalue 1 ≥ 2", r"\lambda_{\min} = 1 \ge 2"),
        ("⪰", False, "smallest eigenvalue 1 < 2", r"\lambda_{\min} = 1 \lt 2"),
        ("⪰", None, "smallest eigenvalue 1 ? 2", None),
    ],
)  # fmt: skip
def test_a_comparison_is_told_with_its_answer(relation, value, words, latex):
    truth = compared(relation, value)
    assert list(truth_lines(truth)) == [words]
    assert found_latex(truth) == ([] if latex is None else [latex])


def test_an_entry_is_named_where_there_is_one():
    assert list(truth_lines(compared("=", False, (0,)))) == ["1 ≠ 2   at index [0]"]
    assert list(truth_lines(compared("=", False, (1, 2)))) == ["1 ≠ 2   at index [1, 2]"]


def test_a_connective_is_told_with_its_operands_each_below_it():
    inner = Truth("and", None, operands=(compared("≤", True), compared("=", None)))
    outer = Truth("implies", False, operands=(inner, compared("<", False)))
    assert list(truth_lines(outer)) == [
        "(implies) is false, of", "  (and) is undecided, of", "    1 ≤ 2", "    1 ? 2", "  1 ≥ 2",
    ]  # fmt: skip
    assert next(truth_lines(Truth("not", True, operands=(compared("=", False),)))) == "(not) is true, of"
    assert found_latex(outer) == [r"1 \le 2", r"1 \not\lt 2"]
    assert gap_latex(outer) is None


@pytest.mark.parametrize(
    ("sides", "sentence"),
    [
        ((1, 1), "The sides are equal."), ((1, 3), "The sides differ by $2$."), ((3, 1), "The sides differ by $2$."),
        (("1/3", "1/2"), r"The sides differ by $\tfrac{1}{6}$."), ((999999, 0), "The sides differ by $999999$."),
        (("1/1234", 0), r"The sides differ by $\tfrac{1}{1234}$."),
        ((0, 1234567), r"The sides differ by $1.23457\cdot10^{6}$."),
        ((1234567, 0), r"The sides differ by $1.23457\cdot10^{6}$."),
    ],
)  # fmt: skip
def test_a_gap_of_six_characters_is_a_fraction_and_a_longer_one_six_digits(sides, sentence):
    truth = Truth("=", False, sides=tuple(fmpq(*map(int, str(side).split("/"))) for side in sides))
    assert gap_latex(truth) == sentence


def test_a_gap_that_is_known_to_fewer_than_eight_bits_is_not_told():
    for radius, told in (("1e-3", True), ("1e-2", False)):
        truth = Truth("<", False, sides=(arb(2, radius), fmpq(1)))
        with working_precision(64):
            assert (gap_latex(truth) is not None) is told, radius
    with working_precision(64):
        for bits in (7, 8):
            gap = arb(3, arb(2) ** -bits) - 1
            assert gap.rel_accuracy_bits() == bits
            assert (gap_latex(Truth("<", False, sides=(gap, fmpq(0)))) is None) is (bits < 8)


def test_a_gap_of_balls_is_a_decimal():
    ball, other = arb(3, "1e-9"), arb(1, "1e-9")
    for sides in ((ball, other), (other, ball), (ball, fmpq(1)), (fmpq(1), ball)):
        assert gap_latex(Truth("<", False, sides=sides)) == "The sides differ by $2.00000$."


def test_a_refutation_is_told_whole():
    instance = SimpleNamespace(sizes={"d": 2, "r": 1}, show=lambda: "A = [1; 2]\nx = 3")
    claim = SimpleNamespace(id="a/b", label="eq. (1)", statement=r"x \le y", universal=None, is_own=False)
    found = SimpleNamespace(
        claim=claim, instance=instance, judgement=SimpleNamespace(precision=0), violation=compared("≤", False)
    )
    lines = [
        "a/b (eq. (1)) is refuted", "  states  x ≤ y", "  at      d = 2, r = 1", "          A = [1; 2]",
        "          x = 3", "  where   1 > 2",
    ]  # fmt: skip
    assert refutation_text(found, None).split("\n") == [*lines, "  judged in exact fractions"]
    assert refutation_text(found, "it.json").split("\n") == [
        *lines, "  judged in exact fractions; check it again:", "  vae-verify check it.json",
    ]  # fmt: skip
    claim.universal, instance.sizes, found.judgement.precision = "a/all", {}, 256
    assert refutation_text(found, None).split("\n") == [
        *lines[:2], "  by      a/all, of which this is one instance", "  at      A = [1; 2]", *lines[4:],
        "  judged in 256-bit balls",
    ]  # fmt: skip
