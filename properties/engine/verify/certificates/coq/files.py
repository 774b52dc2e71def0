"""Coq files of certificates: what they say, and which certificates have none and why."""

import re
from fractions import Fraction
from itertools import product

import pytest

from properties.engine.helpers import coq
from properties.engine.helpers.foreign import TREE
from verify.certificates.coq.domains import Entries, memberships
from verify.certificates.coq.file import coq_file
from verify.certificates.coq.places import NoFile
from verify.certificates.coq.quadratic import negative_direction
from verify.certificates.coq.text import comment, identifier, literal, module_name
from verify.certificates.independent.domains import is_in, is_known
from verify.commands.main import main
from verify.domains import __all__ as DOMAINS
from verify.registry.selection import select

CERTIFICATES = list(TREE.glob("properties/*/claims/certificates/*.json"))
WITHOUT = {
    "dai2018/appendix-e.4": "robust_pca", "dai2018/eq-10-vs-67": "robust_pca", "dai2018/eq-66": "robust_pca",
    "dai2018/corollary-5.minimisers": "closest_of_rank_one",
    "dai2018/theorem-4.exact": "reference.dai2018.tails.mean_slope may branch on, or round, expression trees",
    "results/one-sample.least-variance":
        "reference.dai2018.tails.rank_one_cost may branch on, or round, expression trees",
    **dict.fromkeys(
        ("dai2018/eq-60", "dai2018/eq-63", "dai2018/eq-96", "dai2020/appendix-b1.tail-c"), "it needs erfc"
    ),
}  # fmt: skip


@pytest.fixture(scope="session")
def made():
    """Return the files of the papers' certificates, and why some have none."""
    return coq.files(select([], slow=True))


@pytest.fixture(scope="session")
def own(tmp_path_factory):
    """Return the files of one's own false claims."""
    return coq.own(tmp_path_factory.mktemp("own"))


def test_every_kept_certificate_has_a_file_or_needs_what_coq_has_not(made):
    texts, without = made
    assert {id: why.partition(":")[0] for id, why in without.items()} == WITHOUT
    assert len(texts) + len(without) == len(CERTIFICATES)
    assert len(texts) >= 40
    assert len({module_name(id) for id in texts}) == len(texts)
    for text in texts.values():
        assert not re.search(r"\b(Admitted|Axiom|Parameter|Hypothesis|Variable|admit|give_up)\b", text)
        assert text.count("Theorem refuted : ~ ") == text.count("Print Assumptions certificate.") == 1


def test_every_fact_is_among_those_whose_axioms_are_printed(made):
    for text in made[0].values():
        (listed,) = re.findall(r"^Definition certificate := \((.*)\)\.$", text, re.MULTILINE)
        assert listed.split(", ") == re.findall(r"^(?:Fact|Theorem) (\S+) :", text, re.MULTILINE)


def test_every_operation_that_may_make_no_sense_is_proved_to(made):
    for text in made[0].values():
        for name, left, divisor in re.findall(
            r"^Definition (t\d+) : R := (\(.*\)|[^\s(]\S*) / (.*)\.$", text, re.MULTILINE
        ):
            assert f"Fact {name}_defined : {divisor} <> 0." in text, left
        for name, argument in re.findall(r"^Definition (t\d+) : R := ln (.*)\.$", text, re.MULTILINE):
            assert f"Fact {name}_defined : 0 < {argument}." in text
        for name, argument in re.findall(r"^Definition (t\d+) : R := sqrt (.*)\.$", text, re.MULTILINE):
            assert f"Fact {name}_defined : 0 <= {argument}." in text


def test_a_file_says_what_the_program_does(made):
    text = made[0]["dai2018/eq-36"]
    assert text.startswith("(* dai2018/eq-36 is refuted\n   Statement: \\log(")
    assert "Dimensions: d = 1\n" in text
    for line in (
        "Definition w_0 : R := 1.", "Definition lam : R := 1.", "Fact lam_in_domain : 0 < lam.",
        "Definition t12 : R := t9 + lam.", "Fact t13_defined : 0 < t12.", "Definition t13 : R := ln t12.",
        "Fact t13_is : 0.693147180559945309416 <= t13 <= 0.693147180559945309419.",
        "Fact branch_1 : t5 <= 0.", "Theorem refuted : ~ (t11 <= t13).",
    ):  # fmt: skip
        assert f"\n{line}\n" in text


def test_what_is_rational_needs_no_library_beside_coqs_own(made):
    assert {id for id, text in made[0].items() if "From Interval" in text} == {
        id for id, text in made[0].items() if "interval with" in text
    }
    assert "From Interval" not in made[0]["dai2018/eq-43"]
    assert "Fact t11_is : t11 = 0.\nProof. unfold t11. rewrite t10_is. apply ln_1. Qed." in made[0]["dai2018/eq-43"]


def test_another_input_is_another_file_or_none():
    assert "Definition a1 : R := 3 / 2." in coq_file(simple(["2", "3/2"], [], 0, 1))
    assert "Definition a1 : R := 4 / 3." in coq_file(simple(["2", "4/3"], [], 0, 1))
    with pytest.raises(NoFile, match=r"^what it states is true$"):
        coq_file(simple(["2", "2"], [], 0, 1))


@pytest.mark.parametrize(("changed", "why"), [
    ({"guards": [["<", 0, 0]]}, "a formula branches otherwise"),
    ({"premises": [{"relation": "<", "shape": [], "left": [0], "right": [0]}]}, "a premise is false"),
    ({"stated": []}, "what it states is true"),
])  # fmt: skip
def test_a_premise_or_a_branch_that_fails_has_no_file(changed, why):
    with pytest.raises(NoFile, match=f"^{why}$"):
        coq_file(coq.of("dai2018/eq-43") | changed)


def simple(values, operations, left, right, relation="≤"):
    """Return a program without domains, which states one comparison."""
    names = [{"name": f"a{k}", "domain": {"kind": "Scalar"}, "shapes": [[]]} for k in range(len(values))]
    stated = [{"relation": relation, "shape": [], "left": [left], "right": [right]}]
    head = {"claim": "own/one", "statement": "", "source": "0", "dimensions": {}, "choices": {}, "inputs": names}
    return head | {"values": values, "operations": operations, "guards": [], "premises": [], "stated": stated}


def test_digits_go_on_while_anything_is_undecided():
    near = [["constant", "1"], ["+", 0, 1], ["log", 2]]
    assert len(re.search(r"<= t3 <= (\S+)\.\n", coq_file(simple(["1/7"], near, 0, 3)))[1]) < 30
    text = coq_file(simple([f"1/{10**30}"], near, 0, 3))
    assert 40 < len(re.search(r"<= t3 <= (\S+)\.\n", text)[1]) < 60
    for zeros, digits in ((5, 20), (30, 40), (60, 80), (120, 160)):
        text = coq_file(simple([f"1/{10**zeros}"], near, 0, 3))
        assert re.findall(r"i_prec (\d+)", text) == [str(8 * digits + 64)]
    premise = {"relation": "<", "shape": [], "left": [3], "right": [0]}  # log(1 + x) < x
    text = coq_file(simple([f"1/{10**30}"], near, 1, 0) | {"premises": [premise]})
    assert "Fact premise_1 : (t3 < a0)." in text
    assert re.findall(r"i_prec (\d+)", text) == [str(8 * 40 + 64)]
    with pytest.raises(NoFile, match="needs more than 160 digits"):
        coq_file(simple(["2"], [["sqrt", 0], ["*", 1, 1]], 2, 0, "<"))


@pytest.mark.parametrize(("values", "operations", "why"), [
    (["0"], [["/", 0, 0]], "it needs a value that is not there"),
    (["-1"], [["sqrt", 0]], "it needs a value that is not there"),
    (["0"], [["log", 0]], "it needs a value that is not there"),
    (["1"], [["erfc", 0]], "it needs erfc"),
    (["10000000000"], [["exp", 0]], "it needs the exponential of a number too large"),
    (["3"], [["*", k, k] for k in range(14)], "it needs numbers that are too long"),
])  # fmt: skip
def test_what_has_no_value_has_no_file(values, operations, why):
    with pytest.raises(NoFile, match=f"^{why}$"):
        coq_file(simple(values, operations, len(operations), 0))


@pytest.mark.parametrize(("operation", "values", "sense"), [
    ("/", ["3", "-2"], "a1 <> 0"), ("/", ["3", "1/2"], "a1 <> 0"), ("sqrt", ["0", "1"], "0 <= a0"),
    ("log", ["1/3", "1"], "0 < a0"),
])  # fmt: skip
def test_what_makes_sense_is_proved_to_at_either_sign_and_at_zero(operation, values, sense):
    operands = [0, 1] if operation == "/" else [0]
    text = coq_file(simple(values, [[operation, *operands], ["constant", "10"]], 3, 2))
    assert f"Fact t2_defined : {sense}.\n" in text


def test_names_comments_and_numbers_are_such_as_coq_reads():
    names = {
        "lam": "lam", "R": "R'", "H": "H'", "t4": "t4'", "t4_is": "t4_is'", "t4_0_1": "t4_0_1", "λ": "u3bb",
        "by": "by'", "x_in_domain": "x_in_domain'", "_": "_'", "E": "E", "ln_1": "ln_1'",
    }  # fmt: skip
    taken = set()
    assert {name: identifier(name, taken) for name in names} == names
    assert identifier("lam", taken) == "lam'"
    assert [module_name(id) for id in ("own/a-b.c, 1", "1/x")] == ["own_a_b_c_1", "claim_1_x"]
    assert comment('a (* b *) "c"\nd (*) \ud800e') == "a ( * b * ) ''c'' d ( * )  e"
    numbers = {"2": "2", "-2": "(-2)", "1/2": "(1 / 2)", "-1/2": "(-1 / 2)"}
    assert {number: literal(Fraction(number)) for number in numbers} == numbers


@pytest.mark.parametrize("rows", [
    [[-1]], [[1, 2], [2, 1]], [[0, 3], [3, 5]], [[0, 0], [0, -2]], [[2, 1, 0], [1, 2, 3], [0, 3, 1]],
    [[0, 0, 1], [0, 1, 0], [1, 0, -1]],
])  # fmt: skip
def test_a_direction_is_one_in_which_the_form_is_negative(rows):
    y = negative_direction(rows)
    assert sum(p * x * q for p, row in zip(y, rows, strict=True) for x, q in zip(row, y, strict=True)) < 0


@pytest.mark.parametrize("rows", [[[0]], [[1, 1], [1, 1]], [[0, 0], [0, 2]], [[2, 1, 0], [1, 2, 1], [0, 1, 2]]])
def test_a_semidefinite_matrix_has_no_such_direction(rows):
    assert negative_direction(rows) is None


def test_the_command_writes_a_file_or_says_why_not(tmp_path, capsys):
    folder, kept_ = tmp_path / "new" / "coq", "properties/dai2018/claims/certificates"
    assert main(["check", "--coq", str(folder), f"{kept_}/eq-43.json", f"{kept_}/eq-43.json"]) == 0
    assert f"eq-43.json: coqc {folder}/dai2018_eq_43.v checks it in Coq" in "".join(capsys.readouterr().out.split("\n"))
    assert sorted(path.name for path in folder.iterdir()) == ["dai2018_eq_43.v", "dai2018_eq_43_1.v"]
    assert (folder / "dai2018_eq_43.v").read_text(encoding="utf-8") == coq_file(coq.of("dai2018/eq-43"))
    assert main(["check", "--coq", str(folder), f"{kept_}/eq-60.json", f"{kept_}/eq-43.json"]) == 3
    assert "eq-60.json: no Coq file: it needs erfc" in capsys.readouterr().out
    (tmp_path / "file").touch()
    assert main(["check", "--coq", str(tmp_path / "file"), f"{kept_}/eq-43.json"]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_what_a_file_says_of_operations_and_connectives(own):
    text = own["own/operations"]
    assert re.findall(r"^Definition (\w+ : R := .*)\.$", text, re.MULTILINE) == [
        "x : R := -3 / 2", "y : R := 1 / 2", "t2 : R := Rabs x", "t4 : R := ln y", "t5 : R := t4 * 3",
        "t6 : R := exp x", "t7 : R := t6 - t5", "t8 : R := x - x", "t9 : R := exp t8", "t11 : R := sqrt y",
        "t12 : R := t11 * 0", "t13 : R := t12 + t9", "t14 : R := y / y", "t15 : R := ln t14", "t16 : R := - x",
        "t17 : R := Rabs t16", "t18 : R := t17 / y", "t20 : R := sqrt t11", "t21 : R := t20 + 9", "t22 : R := PI",
        "t23 : R := t20 * t22",
    ]  # fmt: skip
    assert "Theorem refuted : ~ ((((t2 < t7) /\\ (~ (t13 = t15))) \\/ (t18 <= t21)) -> (t23 < t2)).\n" in text


@pytest.mark.parametrize(("relation", "sign"), [("≤", "<="), ("<", "<"), ("=", "=")])
def test_what_a_file_says_of_a_comparison(relation, sign):
    assert f"Theorem refuted : ~ (a0 {sign} a1).\n" in coq_file(simple(["2", "1"], [], 0, 1, relation))


def test_domains_are_stated_or_said_not_to_be(own):
    text = own["own/domains"]
    assert "(* own/domains is refuted\n   Statement: ( * ends * ) \\''here\n" in text
    for fact in (
        "Definition R_0_0 : R := -1.",
        "Fact t4_in_domain_2 : forall y0 y1 : R, (1 / 4) * (y0 * y0 + y1 * y1) <= ",
        "Fact u3bb_in_domain_2 : forall y0 y1 : R, 0 <= y0 * u3bb_0_0 * y0",
        "Fact in__in_domain : (-1) <= in_ <= (1 / 2).",
        "K_0_0_0 * K_1_0_1 + K_0_0_1 * K_1_1_1 = ",
        "y0 * (A_1_0_0 - A_0_0_0) * y0",
        "Fact B_in_domain : (B_0_0 = 1 \\/ B_0_0 = -1) /\\ ",
        "(* It is not stated here that L lies in its domain. *)",
        "(* It is not stated here that e lies in its domain. *)",
    ):
        assert fact in text, fact
    assert len(re.findall(r"^Fact \S+_in_domain", text, re.MULTILINE)) >= 20


NUMBERS = [Fraction(x) for x in ("0", "1", "-1", "1/2", "2")]
MATRICES = [[list(x[:2]), list(x[2:])] for x in product(NUMBERS, repeat=4)]
VECTORS = [[[x], [y]] for x, y in product([*NUMBERS, Fraction("3/5"), Fraction("4/5")], repeat=2)]
MADE_OF_ROWS = [
    "Matrix", "Nonnegative", "Orthogonal", "SignMatrix", "Permutation", "Stochastic", "DoublyStochastic", "Triangular",
    "Symmetric", "Density", "PositiveSemidefinite", "PositiveDefinite", "Correlation", "Projection", "Normal",
]  # fmt: skip
MADE_OF_NUMBERS = [
    "Vector", "NonNegativeVector", "PositiveVector", "Spectrum", "UnitVector", "Simplex", "PositiveSimplex",
]  # fmt: skip


def meant(text, names):
    """Return whether what a file says of numbers is so."""
    for coq_, python in (("/\\", "and"), ("\\/", "or"), (" = ", " == ")):
        text = text.replace(coq_, python)
    return eval(text, {}, names)


@pytest.mark.parametrize(("kinds", "values"), [(MADE_OF_ROWS, MATRICES), (MADE_OF_NUMBERS, VECTORS)])
@pytest.mark.long
def test_what_a_file_says_of_a_domain_is_what_its_members_have(kinds, values):
    """A quadratic form is one of the matrix, which the second checker calls semidefinite."""
    for kind, value in product(kinds, values):
        names = [[f"m{i}{j}" for j in range(len(row))] for i, row in enumerate(value)]
        if kind == "PositiveDefinite" and not is_in(value, {"kind": "PositiveDefinite"}):
            continue
        facts = [what for what, _ in memberships([Entries(names, value)], {"kind": kind})]
        numbers = [what for what in facts if not what.startswith("forall")]
        known = {f"m{i}{j}": x for i, row in enumerate(value) for j, x in enumerate(row)}
        said = all(meant(what, known) for what in numbers)
        said = said and (len(numbers) == len(facts) or is_in(value, {"kind": "PositiveSemidefinite"}))
        as_it_is = value if len(value[0]) == 2 else [x for row in value for x in row]
        assert said is is_in(as_it_is, {"kind": kind}), (kind, value)


def test_what_a_file_says_of_a_matrix_is_of_its_quadratic_form(own):
    entries = re.findall(r"^Definition (t\d+) : R := H_(\d)_(\d) \* t\d+\.$", own["own/matrix"], re.MULTILINE)
    assert len(entries) == 4
    terms = " + ".join(f"y{i} * {place} * y{j}" for place, i, j in entries)
    assert f"Definition quadratic_1 : Prop := forall y0 y1 : R, 0 <= {terms}.\n" in own["own/matrix"]
    assert "Theorem refuted : ~ quadratic_1.\n" in own["own/matrix"]


def test_the_page_says_of_which_domains_nothing_is_stated():
    page = " ".join(coq.PAGE.read_text(encoding="utf-8").split())
    (listed,) = re.findall(r"it is not stated: of ((?:`\w+`,? )+)and one's own", page)
    kinds = {name for name in DOMAINS if is_known({"kind": name})}
    assert {"Stochastic", "PositiveDefinite", "MMatrix"} < kinds
    one, more = Entries([["m"]], [[Fraction(1)]]), {"value": "1", "limits": [], "of": {"kind": "Vector"}}
    unsaid = {kind for kind in kinds if memberships([one, one], {"kind": kind} | more) is None}
    assert sorted(re.findall(r"\w+", listed)) == sorted(unsaid)


def test_the_page_says_which_certificates_are_in_coq():
    """``python -m properties.engine.helpers.coq`` writes it anew."""
    assert coq.TABLE.findall(coq.PAGE.read_text(encoding="utf-8")) == [coq.table(select([], slow=True))]
