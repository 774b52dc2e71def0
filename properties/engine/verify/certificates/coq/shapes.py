"""Arrays, matrices that are stated to be ⪰ 0, and names in a file for Coq, of a program with no operation."""

from fractions import Fraction

import pytest

from verify.certificates.coq.file import coq_file
from verify.certificates.coq.places import NoFile, Place
from verify.certificates.coq.quadratic import negative_direction
from verify.certificates.coq.statements import _is_negative
from verify.certificates.coq.text import literal, module_name
from verify.certificates.independent.intervals import Interval

ARRAYS = r"""(* A: PositiveSemidefinite *)
Definition A_0_0 : R := 2.
Definition A_0_1 : R := 1.
Definition A_1_0 : R := 1.
Definition A_1_1 : R := 3.
Fact A_in_domain_1 : A_1_0 = A_0_1.
Proof. unfold A_0_0, A_0_1, A_1_0, A_1_1. repeat split; lra. Qed.
Fact A_in_domain_2 : forall y0 y1 : R, 0 <= y0 * A_0_0 * y0 + y0 * A_0_1 * y1 + y1 * A_1_0 * y0 + y1 * A_1_1 * y1.
Proof. intros. unfold A_0_0, A_0_1, A_1_0, A_1_1. generalize SQUARES. unfold Rsqr. lra. Qed.

(* v: UnitVector *)
Definition v_0 : R := 3 / 5.
Definition v_1 : R := -4 / 5.
Fact v_in_domain : v_0 * v_0 + v_1 * v_1 = 1.
Proof. unfold v_0, v_1. repeat split; lra. Qed.

(* M: Stochastic *)
Definition M_0_0 : R := 1 / 2.
Definition M_0_1 : R := 1 / 2.
Definition M_0_2 : R := 0.
Definition M_1_0 : R := 1.
Definition M_1_1 : R := 0.
Definition M_1_2 : R := 0.
Fact M_in_domain : NONNEGATIVE /\ M_0_0 + M_0_1 + M_0_2 = 1 /\ M_1_0 + M_1_1 + M_1_2 = 1.
Proof. unfold M_0_0, M_0_1, M_0_2, M_1_0, M_1_1, M_1_2. repeat split; lra. Qed.
"""
SQUARES = "(Rle_0_sqr (1 * y0 + (1 / 2) * y1)) (Rle_0_sqr (1 * y1))"
NONNEGATIVE = " /\\ ".join(f"0 <= M_{i}_{j}" for i in range(2) for j in range(3))


def program(inputs, values, stated):
    """Return a program of arrays with these domains and entries, of which one thing is stated."""
    given = [{"name": name, "domain": {"kind": kind}, "shapes": [shape]} for name, kind, shape in inputs]
    return {
        "claim": "own/one", "statement": "", "source": "0", "dimensions": {}, "choices": {}, "inputs": given,
        "values": values, "operations": [], "guards": [], "premises": [], "stated": [stated],
    }  # fmt: skip


def test_entries_are_those_of_rows_and_a_vector_is_one_column():
    inputs = [("A", "PositiveSemidefinite", [2, 2]), ("v", "UnitVector", [2]), ("M", "Stochastic", [2, 3])]
    values = ["2", "1", "1", "3", "3/5", "-4/5", "1/2", "1/2", "0", "1", "0", "0"]
    text = coq_file(program(inputs, values, {"relation": "<", "shape": [], "left": [0], "right": [0]}))
    head = "From Coq Require Import Reals Lra.\nOpen Scope R_scope.\n\n\n"
    assert head + ARRAYS.replace("SQUARES", SQUARES).replace("NONNEGATIVE", NONNEGATIVE) in text
    assert "Definition certificate := (A_in_domain_1, A_in_domain_2, v_in_domain, M_in_domain, refuted).\n" in text
    for kind, shape in (("Stochastic", [0, 2]), ("Nonnegative", [2, 0]), ("NonNegativeVector", [0])):
        less = {"relation": "<", "shape": [], "left": [0], "right": [0]}
        empty = program([("x", "Scalar", []), ("N", kind, shape)], ["1"], less)
        assert f"(* N: {kind} *)\n\n(* What the claim computes there" in coq_file(empty)


def test_what_many_are_made_of_is_defined_once():
    operations = [["+", 0, 1], *(["+", k, k] for k in range(2, 42))]
    text = coq_file(program(SCALARS, ["2", "1"], compared("<", 42, 0)) | {"operations": operations})
    assert [text.count(f"Definition t{k} :") for k in range(2, 43)] == [1] * 41
    assert f"Fact t42_is : t42 = {3 * 2**40}.\n" in text


@pytest.mark.parametrize(
    ("values", "direction"),
    [
        (["0", "1", "1", "1/2"], "(-3 / 4) 1"), (["0", "-2", "-2", "0"], "(1 / 4) 1"), (["-1", "0", "0", "5"], "1 0"),
        (["4", "2", "2", "0"], "(-1 / 2) 1"),
    ],
)  # fmt: skip
def test_a_matrix_is_not_semidefinite_in_a_direction(values, direction):
    matrix = {"relation": "⪰", "shape": [2, 2], "left": [0, 1, 2, 3], "right": []}
    text = coq_file(program([("A", "Matrix", [2, 2])], values, matrix))
    steps = f"intro every. generalize (every {direction}). clear every. unfold A_0_0, A_0_1, A_1_0, A_1_1. lra."
    assert f"  assert (~ quadratic_1).\n  {{ unfold quadratic_1. {steps} }}\n" in text
    y, z = (
        Fraction(x.strip("()").replace(" ", "")) for x in (direction[: direction.rindex(" ")], direction.split()[-1])
    )
    a, b, c, d = map(Fraction, values)
    assert a * y * y + (b + c) * y * z + d * z * z < 0


def test_that_a_semidefinite_matrix_is_none_is_refuted():
    matrix = {"relation": "⪰", "shape": [2, 2], "left": [0, 1, 2, 3], "right": []}
    text = coq_file(
        program([("A", "Matrix", [2, 2])], ["2", "1", "1", "1/2"], {"relation": "not", "operands": [matrix]})
    )
    steps = (
        "intros. unfold A_0_0, A_0_1, A_1_0, A_1_1. generalize (Rle_0_sqr (1 * y0 + (1 / 2) * y1)). unfold Rsqr. lra."
    )
    assert "Theorem refuted : ~ (~ quadratic_1).\n" in text
    assert f"  assert (quadratic_1).\n  {{ unfold quadratic_1. {steps} }}\n" in text


def test_a_direction_beside_a_zero_is_of_the_first_row_that_meets_it():
    for rows, expected in (
        ([[0, 0, 2], [0, 5, 1], [2, 1, 3]], [-1, 0, 1]), ([[0, 2, 7], [2, 5, 1], [7, 1, 3]], [Fraction(-3, 2), 1, 0]),
        ([[0, -1], [-1, 1]], [1, 1]), ([[0, 0], [0, 1]], None), ([[1, 1], [1, 1]], None),
        ([[2, 0, 2], [0, 0, 1], [2, 1, 5]], [-1, -2, 1]),
    ):  # fmt: skip
        m = [[Fraction(x) for x in row] for row in rows]
        assert negative_direction(m) == expected, rows
        if expected is not None:
            assert sum(x * y * m[i][j] for i, x in enumerate(expected) for j, y in enumerate(expected)) < 0


def place(low, high):
    return Place("x", Interval(Fraction(low), Fraction(high), 100))


def test_a_form_is_negative_in_a_direction_if_it_is_so_for_all_values_of_its_entries():
    zero = place(0, 0)
    for entry, direction, answer in (
        (place(-2, -1), 1, True), (place(-1, 2), 1, False), (place(-1, 0), 1, False), (place(-2, -1), -3, True),
        (place(1, 2), -3, False),
    ):  # fmt: skip
        assert _is_negative([[entry]], [Fraction(direction)]) == answer, (entry, direction)
    for corner, answer in ((place(1, 2), True), (place("1/2", 2), False), (place(-2, -1), False)):
        rows = [[place(1, 1), corner], [corner, zero]]  # at (1, −1) it is 1 − 2c
        assert _is_negative(rows, [Fraction(1), Fraction(-1)]) == answer, corner


SCALARS: list[tuple[str, str, list[int]]] = [("x", "Scalar", []), ("y", "Scalar", [])]


def compared(relation, left, right):
    return {"relation": relation, "shape": [], "left": [left], "right": [right]}


def test_the_first_statement_that_is_false_is_refuted_whatever_is_known_of_those_before():
    """Of x = 2, y = 1: erfc is none of Coq's, √x √x < x is open, y < x is true, and x < y is false.

    Whether √x √x − x has a root is open, too.
    """
    operations = [["erfc", 0], ["sqrt", 0], ["*", 3, 3], ["-", 4, 0], ["sqrt", 5]]
    rootless = compared("<", 6, 0)
    formless, is_open, right, wrong = compared("<", 2, 0), compared("<", 4, 0), compared("<", 1, 0), compared("<", 0, 1)
    for stated, which in (
        ([formless, wrong], ", statement 2 of 2,"), ([is_open, right, wrong], ", statement 3 of 3,"),
        ([wrong, formless], ", statement 1 of 2,"), ([wrong], ""),
        ([right, formless, is_open, wrong, wrong], ", statement 4 of 5,"), ([rootless, wrong], ", statement 2 of 2,"),
    ):  # fmt: skip
        text = coq_file(program(SCALARS, ["2", "1"], wrong) | {"operations": operations, "stated": stated})
        assert f"(* What the claim states{which} is false. *)\nTheorem refuted : ~ (x < y).\n" in text
    for stated, why in (
        ([formless], "it needs erfc"), ([right, formless], "it needs erfc"), ([right], "what it states is true"),
        ([is_open, formless], "it needs more than 160 digits"), ([formless, is_open], "it needs more than 160 digits"),
        ([right, is_open], "it needs more than 160 digits"), ([rootless], "it needs more than 160 digits"),
    ):  # fmt: skip
        with pytest.raises(NoFile, match=f"^{why}$"):
            coq_file(program(SCALARS, ["2", "1"], wrong) | {"operations": operations, "stated": stated})


def test_numbers_have_parentheses_where_they_are_no_single_word_and_modules_a_letter_first():
    numbers = {"0": "0", "1": "1", "7": "7", "-1": "(-1)", "1/2": "(1 / 2)", "-1/2": "(-1 / 2)"}
    assert {text: literal(Fraction(text)) for text in numbers} == numbers
    bare = {text: shown.strip("()") for text, shown in numbers.items()}
    assert {text: literal(Fraction(text), bare=True) for text in numbers} == bare
    names = {
        "a1/b": "a1_b", "1/b": "claim_1_b", "/": "claim_", "dai2018/eq-36": "dai2018_eq_36", "--a__b": "a_b",
        "é/b": "b", "ab": "ab",
    }  # fmt: skip
    assert {claim: module_name(claim) for claim in names} == names
