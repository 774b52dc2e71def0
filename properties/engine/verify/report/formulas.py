"""LaTeX as MathML: every statement is drawn, with all of its characters, and a stranger's brings nothing else along."""

import re
import unicodedata
from xml.etree import ElementTree

import pytest

from verify.registry.selection import select
from verify.report.formulas import formula
from verify.report.prose import inline, paragraphs
from verify.writing.docstrings import first_sentence
from verify.writing.mathematics import mathematics


def drawn(latex):
    """Return the elements of a formula."""
    return ElementTree.fromstring(f"<p>{formula(latex)}</p>".replace("<wbr>", "<wbr/>"))


def letters(text):
    """Return the letters and digits of a text, in any order and alphabet."""
    plain = unicodedata.normalize("NFKD", text).translate(str.maketrans("ϵϕ⊤ˆ", "εφT "))  # accents are no letters
    return sorted(c for c in plain if c.isalnum())


@pytest.mark.parametrize("step", [5, pytest.param(1, marks=pytest.mark.long)])
def test_every_statement_is_drawn_with_all_of_its_characters(step):
    for claim in select([], slow=True)[::step]:
        page = drawn(claim.statement)
        assert not page.findall(".//*[@class='plain']"), claim.id
        text = "".join(page.itertext())
        assert "\\" not in text
        assert letters(text) == letters(mathematics(claim.statement)), claim.id


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"\Big\|x\Big\|", "‖x‖"),
        (r"\Big\{x\Big\}", "{x}"),
        (r"\Bigl\langle x\Bigr\rangle", "⟨x⟩"),
        (r"\arg\min_x f", "argminxf"),
        (r"\mathbb R^d", "ℝd"),
        (r"\mathcal L, \mathbf 1", "ℒ,𝟏"),
        (r"\tilde A\ne\hat B", "A˜≠Bˆ"),
        (r"a \iff b", "a⟺b"),
        (r"x<y", "x<y"),
    ],
)
def test_what_the_converter_leaves_is_mended(latex, text):
    assert re.sub(r"\s", "", "".join(drawn(latex).itertext())) == text


@pytest.mark.parametrize("latex", [r"\frac", r"\nosuchmacro", "a conjecture in words", r"\begin{matrix}", "x_max"])
def test_what_is_no_formula_is_shown_as_on_a_terminal(latex):
    (span,) = drawn(latex)
    assert span.attrib == {"class": "plain"}
    assert span.text == mathematics(latex)


@pytest.mark.parametrize(
    "latex",
    [
        r"\text{</math><script>alert(1)</script>}", r"\href{javascript:alert(1)}{x}", "<script>", "]]>",
        r"\text{&lt;img src=x onerror=alert(1)&gt;}", r"\style{position:fixed}{x}", r"\class{claim}{x}",
        r"\color{red}{x}", r"\id{own/x}{x}", "&lt;script&gt;", "\x00", "\ud800",
    ],
)  # fmt: skip
def test_a_stranger_brings_no_element_and_no_attribute_along(latex):
    html = str(formula(latex))
    assert not re.search(r"<(?!/?(math|m[a-z]+|span|wbr|none)\b)", html)
    assert not re.search(r"\s(?:href|style|src|id|on\w+)=", re.sub(r">[^<]*<", "><", html))


def test_a_line_ends_before_a_relation_or_after_a_comma_but_in_no_bracket():
    first, _, second = drawn("x=f(a, b<c), y")
    assert first.attrib == {"class": "part"}
    assert ["".join(math.itertext()) for math in first.iter("math")] == ["x", "=f(a,b<c),"]
    assert "".join(second.itertext()) == "y"


@pytest.mark.parametrize(
    ("latex", "lines"),
    [
        ("(a, b)^2, y", ["(a,b)2,", "y"]),  # closed inside of the exponent's element
        ("f((a, b)^2, c), y", ["f((a,b)2,c),", "y"]),
        (r"x = (a, b)^2 < c", ["x", "=(a,b)2", "<c"]),
        (r"(a_{(1)}, b)^{(2)}, y", ["(a(1),b)(2),", "y"]),
    ],
)
def test_a_bracket_with_an_exponent_is_closed(latex, lines):
    assert ["".join(math.itertext()) for math in drawn(latex).iter("math")] == lines


def test_a_sign_lies_close_to_its_number_and_a_difference_does_not():
    forms = [
        [mo.attrib.get("form") for mo in drawn(latex).iter("mo") if mo.text == "−"] for latex in (r"x\to-1", "x-1")
    ]
    assert forms == [["prefix"], [None]]


def test_prose_keeps_its_words_and_draws_what_is_marked():
    assert inline("*A* <b> & ``x < 1``") == "<em>A</em> &lt;b&gt; &amp; <code>x &lt; 1</code>"
    assert inline("x_i, ℝ^κ, x^{(i)}, Λ_{jj}") == "x<sub>i</sub>, ℝ<sup>κ</sup>, x<sup>(i)</sup>, Λ<sub>jj</sub>"
    assert inline("eta_dec and r* or k*") == "eta_dec and r* or k*"

    def stated():
        """It is, by eq. (1), so. And more.

        A second one.
        """

    assert first_sentence(stated) == "It is, by eq. (1), so."
    assert paragraphs(stated) == ["It is, by eq. (1), so. And more.", "A second one."]
    assert paragraphs(lambda: None) == []
