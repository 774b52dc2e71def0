"""A statement on a terminal means what its LaTeX means, however one reads a slash, a root or a product on one line."""

import re
import unicodedata
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from verify.writing.mathematics import mathematics

VALUES = {"a": Fraction(2, 3), "b": Fraction(5, 7), "x": Fraction(11, 13), "γ": Fraction(17, 19), "y": Fraction(23, 29)}
NAMES = {"a": "a", "b": "b", "x": "x_i", "γ": r"\gamma", "y": r"\tilde y_\gamma"}
SHOWN = {"xᵢ": "x", "ỹ_γ": "y"}
SUM, PRODUCT, FACTOR = range(3)


def formal(name, *values):
    """Stand in for a function of which nothing is known, so that no two formulas agree by accident."""
    return sum((value * value + k) * (k + 2) for k, value in enumerate(values)) + {"√": 13, "log": 29, "^": 41}[name]


def formulas():
    """Draw formulas: in LaTeX as an author writes them, with how tightly they bind and their values."""
    numbers = st.integers(2, 12).map(lambda n: (str(n), FACTOR, Fraction(n)))
    names = st.sampled_from(sorted(VALUES)).map(lambda name: (NAMES[name], FACTOR, VALUES[name]))
    return st.recursive(numbers | names, lambda inner: st.one_of(*(st.builds(f, *[inner] * n) for f, n in MAKERS)))


def within(formula, least):
    text, tightness, _ = formula
    return text if tightness >= least else rf"\left({text}\right)"


def summed(a, b):
    return f"{within(a, PRODUCT)}+{within(b, PRODUCT)}", SUM, a[2] + b[2]


def subtracted(a, b):
    return f"-{within(a, PRODUCT)}-{within(b, PRODUCT)}", SUM, -a[2] - b[2]


def multiplied(a, b):
    right = within(b, FACTOR)
    return within(a, FACTOR) + (r"\cdot " if right.lstrip("{")[0].isdigit() else "{}") + right, PRODUCT, a[2] * b[2]


def divided(a, b):
    assume(b[2] != 0)
    return rf"\frac{{{a[0]}}}{{{b[0]}}}", FACTOR, a[2] / b[2]


def halved(a):
    return (
        rf"\tfrac12{within(a, FACTOR)}" if not a[0].lstrip("{")[0].isdigit() else rf"\tfrac12({a[0]})",
        PRODUCT,
        a[2] / 2,
    )


def rooted(a):
    return rf"\sqrt{{{a[0]}}}", FACTOR, formal("√", a[2])


def raised(a, b):
    return rf"{{{within(a, FACTOR)}}}^{{{b[0]}}}", FACTOR, formal("^", a[2], b[2])


def logarithm(a):
    argument = a[0] if a[0].startswith("\\frac") and a[1] == FACTOR else f"({a[0]})"
    return rf"\log{argument}", PRODUCT, formal("log", a[2])


MAKERS = [(summed, 2), (subtracted, 2), (multiplied, 2), (divided, 2), (halved, 1), (rooted, 1), (raised, 2)]
MAKERS += [(logarithm, 1)]


class Reader:
    """Reads a line as one of its readers might: does a product bind tighter than a slash, how far does a root reach?"""

    def __init__(self, shown, tighter, reaching):
        for name, letter in SHOWN.items():
            shown = shown.replace(name, letter)
        little = "[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵃᵇˣʸˡᵒᵍ]+"
        shown = re.sub(little, lambda run: f"^({unicodedata.normalize('NFKD', run[0])})", shown)
        self.tokens = re.findall(r"\d+|log|\S", shown)
        self.tighter, self.reaching = tighter, reaching

    def ahead(self):
        return self.tokens[0] if self.tokens else ""

    def take(self, *expected):
        token = self.tokens.pop(0)
        assert not expected or token in expected
        return token

    def whole(self):
        value = self.sum()
        assert not self.tokens
        return value

    def sum(self):
        value = -self.quotient() if self.ahead() == "−" and self.take() else self.quotient()
        while self.ahead() in ("+", "−"):
            value = value + self.quotient() if self.take() == "+" else value - self.quotient()
        return value

    def quotient(self):
        value = self.product() if self.tighter else self.factor()
        while self.ahead() not in ("", "+", "−", ")"):
            if self.ahead() in ("/", "·"):
                divides = self.take() == "/"
                right = self.product() if self.tighter else self.factor()
                value = value / right if divides else value * right
            else:
                value *= self.factor()
        return value

    def product(self):
        value = self.factor()
        while self.ahead() not in ("", "+", "−", ")", "/", "·"):
            value *= self.factor()
        return value

    def factor(self):
        value = self.primary()
        while self.ahead() == "^":
            self.take()
            value = formal("^", value, self.primary())
        return value

    def primary(self):
        token = self.take()
        if token == "(":
            value = self.sum()
            self.take(")")
            return value
        if token == "√":
            bare = self.ahead() != "("
            return formal("√", self.product() if bare and self.reaching else self.primary())
        if token == "log":
            return formal("log", self.product() if self.reaching and self.ahead() != "(" else self.factor())
        if token.isdecimal():
            assert not self.ahead().isnumeric(), "two numbers side by side"
            return Fraction(token)
        if token.isnumeric():
            assert not self.ahead().isnumeric(), "two numbers side by side"
            return Fraction(unicodedata.numeric(token)).limit_denominator(8)
        return VALUES[token]


@pytest.mark.long
@given(formula=formulas())
def test_a_formula_has_its_value_however_the_line_is_read(formula):
    source, _, value = formula
    shown = mathematics(source + "{}")  # which makes LaTeX of what is plain text
    for tighter, reaching in product((True, False), repeat=2):
        assert Reader(shown, tighter, reaching).whole() == value, shown


@pytest.mark.parametrize("wrong", ["a/bγ", "√aγ", "a + b/2", "(a + γ)/2γ", "√a²", "2½a", "log a/b"])
def test_a_line_that_reads_in_two_ways_is_found_out(wrong):
    values = set()
    for tighter, reaching in product((True, False), repeat=2):
        try:
            values.add(Reader(wrong, tighter, reaching).whole())
        except AssertionError:
            values.add(None)
    right = {(VALUES["a"] + VALUES["b"]) / 2}
    assert values != right
    assert len(values) > 1 or wrong in ("a + b/2", "√a²", "2½a", "log a/b")
