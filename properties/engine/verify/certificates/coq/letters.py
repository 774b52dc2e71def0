"""A file for Coq to the letter: what it says of every operation and domain, and by which steps it is proved."""

from fractions import Fraction

import pytest

from verify.certificates.coq.domains import Entries, _least, memberships
from verify.certificates.coq.file import coq_file
from verify.certificates.coq.places import NoFile, Place, Undecided, _bits, _outwards, by_substitution, by_values
from verify.certificates.coq.quadratic import form, negative_direction, squares
from verify.certificates.coq.statements import holds, related
from verify.certificates.coq.text import identifier
from verify.certificates.independent.intervals import Interval

FILE = """(* own/one is refuted
   Statement: x ≤ y
   Dimensions: d = 1, k = 2
   Source of the claim, SHA-256: 0 *)
From Coq Require Import Reals Lra.
From Interval Require Import Specific_stdz Specific_ops Tactic.
(* Bounds on Coq's own integers: those of the machine would be axioms. *)
Module Floats := SpecificFloat StdZRadix2.
Module Import Bounds := IntervalTactic Floats.
Open Scope R_scope.


(* a0: Positive *)
Definition a0 : R := 2.
Fact a0_in_domain : 0 < a0.
Proof. unfold a0. repeat split; lra. Qed.

(* a1: Positive *)
Definition a1 : R := 1 / 2.
Fact a1_in_domain : 0 < a1.
Proof. unfold a1. repeat split; lra. Qed.

(* What the claim computes there: each operation is defined, and has this value. *)
Fact t2_defined : a1 <> 0.
Proof. unfold a1. lra. Qed.
Definition t2 : R := a0 / a1.
Fact t2_is : t2 = 4.
Proof. unfold t2. unfold a0, a1. unfold Rdiv. lra. Qed.
Fact t3_defined : 0 < t2.
Proof. generalize t2_is. lra. Qed.
Definition t3 : R := ln t2.
Fact t3_is : 1.38629436111989061882 <= t3 <= 1.38629436111989061885.
Proof. unfold t3. rewrite t2_is. interval with (i_prec 224). Qed.
Fact t4_defined : 0 <= a0.
Proof. unfold a0. lra. Qed.
Definition t4 : R := sqrt a0.
Fact t4_is : 1.41421356237309504879 <= t4 <= 1.41421356237309504882.
Proof. unfold t4. unfold a0. interval with (i_prec 224). Qed.
Definition t5 : R := t3 + t4.
Fact t5_is : 2.8005079234929856676 <= t5 <= 2.80050792349298566769.
Proof. unfold t5. generalize t3_is t4_is. generalize t3 t4. intros. interval with (i_prec 224). Qed.
Definition t7 : R := a0 - 3.
Fact t7_is : t7 = -1.
Proof. unfold t7. unfold a0. lra. Qed.
Definition t8 : R := Rabs t7.
Fact t8_is : t8 = 1.
Proof. unfold t8. rewrite t7_is. unfold Rabs. destruct Rcase_abs; lra. Qed.
Definition t9 : R := - t8.
Fact t9_is : t9 = -1.
Proof. unfold t9. rewrite t8_is. lra. Qed.
Fact branch_1 : a1 < a0.
Proof. unfold a1, a0. lra. Qed.
Fact premise_1 : (a0 <> a1).
Proof. =
  assert (a0 <> a1).
  { unfold a0, a1. lra. }
  tauto.
 Qed.

(* What the claim states, statement 2 of 2, is false. *)
Theorem refuted : ~ (t5 <= t9).
Proof. =
  assert (~ (t5 <= t9)).
  { generalize t5_is t9_is. lra. }
  tauto.
Qed.

Definition certificate := (FACTS, refuted).
Print Assumptions certificate.
"""
FACTS = (
    "a0_in_domain, a1_in_domain, t2_defined, t2_is, t3_defined, t3_is, t4_defined, t4_is, t5_is, t7_is, t8_is, t9_is, "
    "branch_1, premise_1"
)


def compared(relation, left, right):
    return {"relation": relation, "shape": [], "left": [left], "right": [right]}


def program(operations=(), **further):
    """Return a program of two numbers > 0, 2 and 1/2, and of these operations; it states that 2 ≤ 1/2."""
    given = [{"name": name, "domain": {"kind": "Positive"}, "shapes": [[]]} for name in ("a0", "a1")]
    return {
        "claim": "own/one", "statement": "x ≤ y", "source": "0", "dimensions": {"d": 1, "k": 2}, "choices": {},
        "inputs": given, "values": ["2", "1/2"], "operations": list(operations), "guards": [], "premises": [],
        "stated": [compared("≤", 0, 1)],
    } | further  # fmt: skip


def test_a_file_defines_proves_and_lists_all_and_nothing_that_it_does_not_need():
    operations = [
        ["/", 0, 1], ["log", 2], ["sqrt", 0], ["+", 3, 4], ["constant", "3"], ["-", 0, 6], ["abs", 7], ["neg", 8],
        ["*", 7, 7],
    ]  # fmt: skip
    made = coq_file(
        program(
            operations, guards=[["<", 1, 0]], premises=[compared("≠", 0, 1)],
            stated=[compared("≤", 0, 0), compared("≤", 5, 9)],
        )
    )  # fmt: skip
    assert made == FILE.replace("FACTS", FACTS).replace("Proof. =", "Proof. ")


def test_what_is_exact_has_steps_of_its_own():
    """exp 0 = 1, ln 1 = 0, and √4 = 2."""
    operations = [["-", 0, 0], ["exp", 2], ["/", 0, 0], ["log", 4], ["*", 0, 0], ["sqrt", 6]]
    text = coq_file(program(operations, stated=[compared("<", number, 5) for number in (3, 7)][::-1]))
    assert "Fact t7_is : t7 = 2.\nProof. unfold t7. rewrite t6_is. apply sqrt_lem_1; lra. Qed.\n" in text
    assert "Fact t5_is : t5 = 0.\nProof. unfold t5. rewrite t4_is. apply ln_1. Qed.\n" in text
    assert "Fact t4_is : t4 = 1.\nProof. unfold t4. unfold a0. unfold Rdiv. lra. Qed.\n" in text
    assert "t3" not in text
    text = coq_file(program(operations, stated=[compared("<", 3, 2)]))
    assert "Fact t3_is : t3 = 1.\nProof. unfold t3. rewrite t2_is. apply exp_0. Qed.\n" in text


MATRIX = {"relation": "⪰", "shape": [2, 2], "right": []}


def test_a_matrix_is_refuted_in_a_direction_and_one_without_entries_is_not():
    text = coq_file(program([["neg", 0]], stated=[MATRIX | {"left": [1, 0, 0, 2]}]))
    form = "y0 * a1 * y0 + y0 * a0 * y1 + y1 * a0 * y0 + y1 * t2 * y1"
    assert f"Definition quadratic_1 : Prop := forall y0 y1 : R, 0 <= {form}.\n" in text
    steps = (
        "unfold quadratic_1. intro every. generalize (every (-4) 1). clear every. unfold a1, a0. generalize t2_is. lra."
    )
    assert f"  assert (~ quadratic_1).\n  {{ {steps} }}\n  tauto.\n" in text
    assert "statement" not in text.partition("is false")[0].rpartition("What")[2]
    both = {"relation": "and", "operands": [MATRIX | {"left": [0, 1, 1, 0]}, compared("<", 0, 1)]}
    text = coq_file(program(stated=[both]))
    steps = "intros. unfold a0, a1. generalize (Rle_0_sqr (1 * y0 + (1 / 4) * y1)) (Rle_0_sqr (1 * y1)). "
    assert (
        f"  assert (quadratic_1).\n  {{ unfold quadratic_1. {steps}unfold Rsqr. lra. }}\n  assert (~ (a0 < a1)).\n"
        in text
    )
    assert "Theorem refuted : ~ (quadratic_1 /\\ (a0 < a1)).\n" in text
    empty = {"relation": "⪰", "shape": [0, 0], "left": [], "right": []}
    text = coq_file(program(stated=[{"relation": "not", "operands": [empty]}]))
    assert "Theorem refuted : ~ (~ (True)).\n" in text
    assert "  assert (True).\n  { trivial. }\n" in text
    with pytest.raises(NoFile, match="it needs a matrix with roots or logarithms to be positive semidefinite"):
        coq_file(program([["sqrt", 0]], stated=[{"relation": "not", "operands": [MATRIX | {"left": [2, 1, 1, 2]}]}]))


# --- domains ----------------------------------------------------------------------------------------------------------

ONE, OTHER = (Entries([list(names[:2]), list(names[2:])], [[Fraction(x), Fraction(1)], [Fraction(1), Fraction(x)]])
              for names, x in (("abcd", 2), ("efgh", 3)))  # fmt: skip
COLUMN = Entries([["x"], ["y"]], [[Fraction(3, 5)], [Fraction(4, 5)]])
GRAM = "a * a + c * c = 1 /\\ a * b + c * d = 0 /\\ b * a + d * c = 0 /\\ b * b + d * d = 1"
ROWS = "0 <= a /\\ 0 <= b /\\ 0 <= c /\\ 0 <= d /\\ a + b = 1 /\\ c + d = 1"
SQUARE = "c = b /\\ a * a + b * c = a /\\ a * b + b * d = b /\\ c * a + d * c = c /\\ c * b + d * d = d"
NORMAL = (
    "a * a + b * b = a * a + c * c /\\ a * c + b * d = a * b + c * d /\\ c * a + d * b = b * a + d * c /\\ "
    "c * c + d * d = b * b + d * d"
)
PRODUCTS = (
    "c = b /\\ g = f /\\ a * e + b * g = e * a + f * c /\\ a * f + b * h = e * b + f * d /\\ "
    "c * e + d * g = g * a + h * c /\\ c * f + d * h = g * b + h * d"
)
NUMBERS = [
    ("Scalar Vector Matrix AnySquare", [COLUMN], None), ("NonNegative Nonnegative", [COLUMN], "0 <= x /\\ 0 <= y"),
    ("NonNegativeVector", [COLUMN], "0 <= x /\\ 0 <= y"), ("Positive PositiveVector", [COLUMN], "0 < x /\\ 0 < y"),
    ("Orthogonal Isometry UnitVector", [ONE], GRAM), ("Isometry UnitVector", [COLUMN], "x * x + y * y = 1"),
    ("Constant", [COLUMN], "x = (1 / 2) /\\ y = (1 / 2)"), ("Spectrum", [COLUMN], "0 <= x /\\ 0 <= y /\\ y <= x"),
    ("Interval", [COLUMN], "(-1) <= x <= 3 /\\ (-1) <= y <= 3"), ("Triangular", [ONE], "c = 0"),
    ("SignMatrix", [COLUMN], "(x = 1 \\/ x = -1) /\\ (y = 1 \\/ y = -1)"), ("Symmetric", [ONE], "c = b"),
    ("Permutation", [ONE], GRAM + "".join(f" /\\ ({x} = 0 \\/ {x} = 1)" for x in "abcd")),
    ("Simplex", [COLUMN], "0 <= x /\\ 0 <= y /\\ x + y = 1"), ("Normal", [ONE], NORMAL),
    ("PositiveSimplex", [COLUMN], "0 < x /\\ 0 < y /\\ x + y = 1"), ("Projection", [ONE], SQUARE),
    ("Stochastic", [ONE], ROWS), ("DoublyStochastic", [ONE], f"{ROWS} /\\ a + c = 1 /\\ b + d = 1"),
    ("Free", [ONE, OTHER], "c = b /\\ g = f"), ("Commuting", [ONE, OTHER], PRODUCTS),
]  # fmt: skip


@pytest.mark.parametrize(("kinds", "arrays", "fact"), NUMBERS)
def test_what_is_to_prove_of_numbers(kinds, arrays, fact):
    names = ", ".join(name for array in arrays for name in array.flat)
    expected = [(fact, f"unfold {names}. repeat split; lra.")] if fact else []
    for kind in kinds.split():
        further = {"value": "1/2", "limits": ["-1", "3"], "of": {"kind": "Symmetric"}}
        assert memberships(arrays, {"kind": kind} | further) == expected


def test_what_is_to_prove_of_quadratic_forms():
    form = "y0 * a * y0 + y0 * b * y1 + y1 * c * y0 + y1 * d * y1"
    steps = "generalize (Rle_0_sqr (1 * y0 + (1 / 2) * y1)) (Rle_0_sqr (1 * y1)). unfold Rsqr. lra."
    steps = f"intros. unfold a, b, c, d. {steps}"
    least = "intros. unfold a, b, c, d. generalize (Rle_0_sqr (1 * y0 + 1 * y1)). unfold Rsqr. lra."
    split = "unfold a, b, c, d. repeat split; lra."
    for kind, fact in (
        ("PositiveSemidefinite", "c = b"), ("Correlation", "a = 1 /\\ d = 1 /\\ c = b"),
        ("Density", "a + d = 1 /\\ c = b"),
    ):  # fmt: skip
        assert memberships([ONE], {"kind": kind}) == [(fact, split), (f"forall y0 y1 : R, 0 <= {form}", steps)]
    definite = f"forall y0 y1 : R, 1 * (y0 * y0 + y1 * y1) <= {form}"
    assert memberships([ONE], {"kind": "PositiveDefinite"}) == [("c = b", split), (definite, least)]
    unfold = "unfold a, b, c, d, e, f, g, h. "
    (_, ordered) = memberships([ONE, OTHER], {"kind": "Ordered", "of": {"kind": "Symmetric"}})
    form = "y0 * (e - a) * y0 + y0 * (f - b) * y1 + y1 * (g - c) * y0 + y1 * (h - d) * y1"
    steps = f"intros. {unfold}generalize (Rle_0_sqr (1 * y0)) (Rle_0_sqr (1 * y1)). unfold Rsqr. lra."
    assert ordered == (f"forall y0 y1 : R, 0 <= {form}", steps)


def test_of_other_domains_nothing_is_known_and_of_no_entries_nothing_is_to_prove():
    assert memberships([ONE], {"kind": "Odd"}) is None
    assert memberships([ONE, OTHER], {"kind": "Free", "of": {"kind": "Odd"}}) is None
    for kind in ("PositiveSemidefinite", "PositiveDefinite"):
        assert memberships([Entries([], [])], {"kind": kind}) == []
    assert memberships([Entries([], [])], {"kind": "Simplex"})[0][0] == "0 = 1"
    assert memberships([COLUMN], {"kind": "Interval", "limits": []}) == []


def test_the_least_eigenvalue_is_a_power_of_two_that_none_is_below():
    def diagonal(*entries):
        return [[Fraction(x) * (i == j) for j in range(len(entries))] for i, x in enumerate(entries)]

    for entries, least in (((5, 3), 1), ((1, 1), 1), ((1, "3/4"), "1/2"), (("1/8", 7), "1/8"), (("1/9", 7), "1/16")):
        assert _least(diagonal(*map(Fraction, entries))) == Fraction(least)


# --- numbers ----------------------------------------------------------------------------------------------------------


def test_forms_directions_and_squares():
    assert form([["a", "0"], ["b", "c"]], ["y", "z"]) == "y * a * y + z * b * y + z * c * z"
    assert form([], []) == form([["0"]], ["y"]) == "0"
    assert negative_direction([]) is None
    assert negative_direction([[Fraction(-1), Fraction(5)], [Fraction(5), Fraction(9)]]) == [1, 0]
    assert negative_direction([[Fraction(0), Fraction(2)], [Fraction(2), Fraction(3)]]) == [-1, 1]
    assert negative_direction([[Fraction(0), Fraction(0)], [Fraction(0), Fraction(-3)]]) == [0, 1]
    assert negative_direction([[Fraction(2), Fraction(3)], [Fraction(3), Fraction(1)]]) == [Fraction(-3, 2), 1]
    rows = [[Fraction(0)] * 3, [Fraction(0), Fraction(4), Fraction(0)], [Fraction(0), Fraction(0), Fraction(1)]]
    assert squares(rows, ["x", "y", "z"]) == "generalize (Rle_0_sqr (1 * y)) (Rle_0_sqr (1 * z)). unfold Rsqr. "
    assert squares([[Fraction(0)]], ["x"]) == ""


def test_bounds_are_decimals_of_about_so_many_digits_outside():
    third = Interval(Fraction(1, 3), Fraction(1, 3) + Fraction(1, 10**9), 200)
    low, high = _outwards(third, 5)
    assert (low, high) == (Fraction("0.333332"), Fraction("0.333335"))
    assert _outwards(Interval(Fraction(-2000), Fraction(1), 200), 2) == (Fraction(-2010), Fraction(20))
    assert [_bits(digits) for digits in (20, 40, 160)] == [224, 384, 1344]


def place(text, low, high=None, fact="", is_input=False):
    return Place(text, Interval(Fraction(low), Fraction(low if high is None else high), 100), fact, is_input)


def test_steps_name_each_place_once_and_its_fact():
    x, y, t = place("x", 1, is_input=True), place("y", 2, is_input=True), place("t4", 3, fact="t4_is")
    about = place("t5", 1, 2, fact="t5_is")
    assert by_values([x, t, about, x, t]) == "unfold x. generalize t4_is t5_is. lra."
    assert by_values([y, x]) == "unfold y, x. lra."
    assert by_substitution([x, t, about, t]) == "unfold x. rewrite t4_is. "
    assert by_substitution([about]) == ""
    assert (x.exact, about.exact) == (True, False)


def test_a_comparison_holds_or_not_or_is_not_known():
    low, high, about = place("a", 1), place("b", 3), place("c", 2, 4)
    table = {"<": (True, False, None), "≤": (True, False, None), "=": (False, False, None), "≠": (True, True, None)}
    for relation, expected in table.items():
        assert (holds(relation, low, high), holds(relation, high, low), holds(relation, high, about)) == expected
        same = relation in ("≤", "=")
        assert holds(relation, low, place("d", 1)) is same
        assert holds(relation, about, about) is same  # whatever it is
    assert [related(relation, low, high) for relation in table] == ["a < b", "a <= b", "a = b", "a <> b"]
    assert issubclass(Undecided, ArithmeticError)


RESERVED = """
    as at cofix else end exists exists2 fix for forall fun if in let match mod Prop return Set Type then using where
    with by do SProp Axiom CoFixpoint Definition Fixpoint Hypothesis Parameter Theorem Variable
"""
USED = "R Z Q N S O I PI Rabs Rdiv Rsqr sqrt exp ln True Rcase_abs Rle_0_sqr exp_0 ln_1 sqrt_lem_1"
OURS = "H H1 t3 y12 t3_is t12_defined branch_1 premise_2 quadratic_3 x_in_domain x_in_domain_2 certificate _ Floats"


def test_no_name_is_a_word_of_coq_or_one_that_a_file_uses():
    for name in f"{RESERVED} {USED} {OURS}".split():
        assert identifier(name, set()) == f"{name}'"
    for name in ["Rs", "asx", "t3_of", "branch", "premise_x", "quadratic", "H1a", "x_in_domains", "exp_1", "y"]:
        assert identifier(name, set()) == name
