"""Formulas that a user declares: read, never executed, and refused in one line."""

import sys
from fractions import Fraction

import numpy as np
import pytest

from verify.errors import UsageError
from verify.gate.expectations import expectations
from verify.gate.formulas import parse
from verify.gate.shapes import Shape

AT = Shape(4, 6, 3)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("k/d", 0.5), ("1/k", 1 / 3), (4, 4.0), (0.25, 0.25), (np.float64(0.5), 0.5), ("n*d - k**2", 15.0),
        (np.float32(0.5), 0.5), (np.int64(4), 4.0), (Fraction(1, 3), 1 / 3),
        ("-n", -4.0),
        ("2^k", 8.0), ("min(d, k)", 3.0), ("sqrt(n)*max(1, 2)", 4.0), ("log(e)", 1.0), ("exp(0)*pi", np.pi),
        ("(d\n/k)", 2.0), (" d\t/ k ", 2.0), ("1/(n - 1)", 1 / 3), ("2*" * 90 + "1", 2.0**90),
    ],
)  # fmt: skip
def test_a_formula_has_its_value_and_is_one_line(text, value):
    declared = parse(text, "beta")
    assert declared(AT) == pytest.approx(value, rel=1e-15)
    assert len(str(declared).splitlines()) == 1


def test_sizes_may_be_numbers_of_numpy():
    found = expectations(N=np.int64(50), shapes=[np.array([4, 6, 3])])
    assert (found.data_set, found.shapes) == (50, (AT,))
    assert type(found.data_set) is int


def test_what_is_declared_as_a_number_is_that_number():
    third = parse(1 / 3, "beta")
    assert third(AT) == 1 / 3
    assert str(third) == "0.333333333333"


HOSTILE = [
    "__import__('os')", "().__class__", "d.real", "d[0]", "lambda: 1", "(lambda d: d)(3)", "[d for d in (1,)][0]", "x",
    "d if d else k", "(d := 3)", "f'{d}'", "'1'", "True", "None", "1j", "...", "print(d)", "log", "log()", "min()",
    "log(*[2])", "max(d, k, key=n)", "9**9**9**9", "10**400", "1e999", "nan", "inf", "log(0)", "log(-d)", "1/0",
    "0**-1",
    "(-8)**0.5", "d; k", "d = k", "n!", "2d", "½", "π", "", " ", "\0", "\udc80", "d % 2", "d // 2", "d @ k", "d < k",
    "~1", "not d", "await d", "yield", "import os", "d\nk",
    True, None, 1j, [], (1,), {}, b"1", float("nan"), float("inf"), 10**400,
    "(" * 10000 + "1" + ")" * 10000, "-" * 10000 + "1", "1" + "+1" * 10000, "9" * 5000, "sqrt(" * 5000 + "1",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text)[:20])
def test_anything_else_is_refused_in_one_line(text):
    with pytest.raises(UsageError) as caught:
        parse(text, "prior_variance")
    told = str(caught.value)
    assert told.startswith("prior_variance")
    assert "write" in told
    assert len(told.splitlines()) == 1


def test_the_longest_formula_can_be_read_wherever_python_has_come_to():
    def deep(levels):
        return parse("-" * 199 + "1", "beta")(AT) if levels == 0 else deep(levels - 1)

    assert deep(min(500, sys.getrecursionlimit() // 3)) == -1.0
    with pytest.raises(UsageError, match=r"^beta: a formula of 201 characters: write at most 200$"):
        parse("-" * 200 + "1", "beta")


def test_the_size_of_the_data_set_is_asked_for_where_it_is_used():
    with pytest.raises(UsageError, match=r"^beta='n/N': declare N, the size of the data set, too$"):
        parse("n/N", "beta")
    assert parse("n/N", "beta", 8)(AT) == 0.5
    assert parse("k", "beta", 8)(AT) == 3.0


def test_a_formula_without_a_value_at_a_shape_says_so_there():
    declared = parse("1/(n - 1)", "beta")
    for text, shape in (("1/(n - 1)", (1, 3, 1)), ("log(n - 1)", (1, 3, 1)), ("exp(n)", (1000, 1, 1))):
        with pytest.raises(UsageError) as caught:
            parse(text, "beta")(Shape(*shape))
        assert str(caught.value).startswith(f"{text} has no value at n = {shape[0]}, ")
    assert declared(Shape(3, 1, 1)) == 0.5


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"beta": "beta"}, "beta='beta': write a number, or a formula"),
        ({"decoder_variance": "s"}, "decoder_variance='s': write a number"),
        ({"prior_variance": []}, "prior_variance=[]: write a number"),
        ({"posterior_variance": "σ"}, "posterior_variance='σ': write a number"),
        ({"reduction": "none"}, "reduction='none': write a number"),
        ({"likelihood": "normal"}, "likelihood='normal': write one of 'gaussian', 'bernoulli', 'laplace'"),
        ({"head": "std"}, "head='std': write one of 'log-variance', "),
        ({"N": 0}, "N=0: write the number of samples"),
        ({"N": True}, "N=True: write the number of samples"),
        ({"N": 1.5}, "N=1.5: write the number of samples"),
        ({"shapes": [(1, 2)]}, "shapes: (1, 2) is no (n, d, k): write three positive integers"),
        ({"shapes": [(1, 2, 0)]}, "shapes: (1, 2, 0) is no (n, d, k)"),
        ({"shapes": [(1, 2, True)]}, "shapes: (1, 2, True) is no (n, d, k)"),
        ({"shapes": [(1, 2, "3")]}, "shapes: (1, 2, '3') is no (n, d, k)"),
        ({"shapes": [3]}, "shapes: 3 is no (n, d, k)"),
        ({"shapes": [(1, 2, 3, 4)]}, "shapes: (1, 2, 3, 4) is no (n, d, k)"),
    ],
)
def test_each_wrong_declaration_is_one_line_that_names_it(wrong, told):
    with pytest.raises(UsageError) as caught:
        expectations(**wrong)
    assert str(caught.value).startswith(told)
    assert len(str(caught.value).splitlines()) == 1


def test_what_is_not_declared_is_not_expected_and_beta_is_one():
    nothing = expectations()
    assert nothing.expected_beta(AT) == 1
    assert {nothing.beta, nothing.decoder_variance, nothing.prior_variance, nothing.reduction, nothing.head} == {None}
    assert nothing.surrogate is False
    assert expectations(beta="k/d").expected_beta(AT) == 0.5
    assert expectations(reduction="sum").reduction(AT) == 4
    assert expectations(reduction="mean").reduction(AT) == 1
    assert expectations(reduction="n/d").reduction(AT) == 4 / 6


def test_each_declaration_is_read_into_its_place():
    found = expectations(
        beta=1, decoder_variance=2, prior_variance=3, posterior_variance=4, reduction="sum", likelihood="laplace",
        head="variance", surrogate=1, N=50, shapes=[(1, 2, 3), [4, 5, 6]],
    )  # fmt: skip
    read = (found.beta, found.decoder_variance, found.prior_variance, found.posterior_variance, found.reduction)
    assert [str(each) for each in read] == ["1", "2", "3", "4", "n"]
    assert [each.data_set for each in read] == [50] * 5
    assert (found.likelihood, found.head, found.surrogate, found.data_set) == ("laplace", "variance", True, 50)
    assert found.shapes == (Shape(1, 2, 3), Shape(4, 5, 6))
    assert found.said == "you declared"
    assert expectations(beta="n/N", N=1).beta(AT) == 4
    assert expectations().shapes is expectations().likelihood is expectations().data_set is None


@pytest.mark.parametrize("likelihood", ["gaussian", "bernoulli", "laplace"])
def test_these_likelihoods_can_be_declared(likelihood):
    assert expectations(likelihood=likelihood).likelihood == likelihood
