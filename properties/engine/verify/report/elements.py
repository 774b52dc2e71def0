"""Formulas element by element: what MathML may hold on the page, and where its lines may end."""

from itertools import product
from xml.etree.ElementTree import Element, fromstring, tostring

import pytest

from verify.report import formulas
from verify.report.formulas import formula

TAGS = (
    "math mrow mi mo mn ms mtext mspace mfrac msqrt mroot mstyle mpadded mphantom msub msup msubsup munder mover "
    "munderover mmultiscripts mprescripts none mtable mtr mtd"
)
ATTRIBUTES = (
    "stretchy fence separator form symmetric minsize maxsize largeop movablelimits lspace rspace width height depth "
    "displaystyle scriptlevel linethickness accent accentunder columnalign rowspacing columnspacing"
)


def tidy(xml):
    """Return an element as it is after it was made tidy."""
    element = fromstring(xml)
    formulas._tidy(element)
    return tostring(element, encoding="unicode").replace(" />", "/>")


def test_what_browsers_draw_is_kept():
    for tag in TAGS.split():
        assert tidy(f"<{tag}>xyz</{tag}>") == f"<{tag}>xyz</{tag}>"
        assert tidy(f"<mrow><{tag}><mi>y</mi></{tag}></mrow>") == f"<mrow><{tag}><mi>y</mi></{tag}></mrow>"


@pytest.mark.parametrize("tag", ["a", "script", "maction", "semantics", "annotation", "mglyph", "img", "mXX", "merror"])
def test_any_other_element_makes_it_no_formula(tag):
    for xml in (f"<{tag}/>", f"<mrow><mi>x</mi><{tag}/></mrow>"):
        with pytest.raises(ValueError, match=f"{tag} is no element of a formula"):
            tidy(xml)


def test_what_an_element_looks_like_is_kept():
    for name in ATTRIBUTES.split():
        assert tidy(f'<mo {name}="1" href="x">(</mo>') == f'<mo {name}="1">(</mo>'


@pytest.mark.parametrize(
    "name", ["href", "style", "class", "id", "onclick", "mathcolor", "mathbackground", "mathsize", "dir", "xlink"]
)
def test_nothing_else_is(name):
    assert tidy(f'<mi {name}="1">x</mi>') == "<mi>x</mi>"
    assert tidy(f'<mrow><mi {name}="1">x</mi></mrow>') == "<mrow><mi>x</mi></mrow>"


@pytest.mark.parametrize(
    ("alphabet", "letters"),
    [("double-struck", "ℝ𝟙"), ("script", "ℛ1"), ("fraktur", "ℜ1"), ("bold", "𝐑𝟏"), ("sans-serif", "𝖱𝟣"),
     ("monospace", "𝚁𝟷"), ("normal", "R1"), ("italic", "R1")],
)  # fmt: skip
def test_letters_of_other_alphabets_are_characters_of_their_own(alphabet, letters):
    assert tidy(f'<mi mathvariant="{alphabet}">R1</mi>') == f"<mi>{letters}</mi>"


def test_a_single_upright_letter_says_so_and_no_other_element():
    assert tidy('<mi mathvariant="normal">d</mi>') == '<mi mathvariant="normal">d</mi>'
    assert tidy('<mi mathvariant="normal">dx</mi>') == "<mi>dx</mi>"
    assert tidy('<mtext mathvariant="normal">d</mtext>') == "<mtext>d</mtext>"


def test_a_relation_is_an_operator_and_a_letter_none():
    for sign in "=≠≤≥<>≡≈∼≔⇒⇔⟹⟺⇐→∈∉⪰⪯≻≺⊆⊇≰≮≜∝":
        escaped = sign.replace("<", "&lt;").replace(">", "&gt;")
        assert tidy(f"<mi>{escaped}</mi>") == f"<mo>{escaped}</mo>"
        assert tidy("<mi>X</mi>") == "<mi>X</mi>"
        assert tidy(f"<mtext>{escaped}</mtext>") == f"<mtext>{escaped}</mtext>"


def test_characters_that_are_escaped_twice_and_macros_that_are_left_are_read():
    assert tidy("<mi>&amp;#x003C;</mi>") == "<mo>&lt;</mo>"
    assert tidy(r"<mo>\{</mo>") == "<mo>{</mo>"
    assert tidy(r"<mi>\alpha</mi>") == "<mi>α</mi>"
    with pytest.raises(ValueError, match="the macro nosuch is not known"):
        tidy(r"<mi>\nosuch</mi>")
    assert tidy("<mrow><mi>x</mi> tail </mrow>") == "<mrow><mi>x</mi></mrow>"


@pytest.mark.parametrize(
    ("mark", "accent"),
    ["~˜", "^ˆ", "_¯", "‾¯", "ˆˆ", "˜˜", "¯¯", "→→", "˙˙", "¨¨"],
)  # fmt: skip
def test_an_accent_lies_on_its_letter(mark, accent):
    assert (
        tidy(f"<mover><mi>x</mi><mo>{mark}</mo></mover>") == f'<mover accent="true"><mi>x</mi><mo>{accent}</mo></mover>'
    )


@pytest.mark.parametrize(
    "xml",
    [
        "<mover><mi>x</mi><mo>X</mo></mover>", "<mover><mi>x</mi><mi>~</mi></mover>",
        "<munder><mi>x</mi><mo>~</mo></munder>", "<mover><mo>~</mo></mover>", "<msup><mi>x</mi><mo>~</mo></msup>",
        "<mover><mo>~</mo><mn>2</mn></mover>",
    ],
)  # fmt: skip
def test_what_is_no_accent_is_left(xml):
    assert tidy(xml) == xml


def test_a_sign_is_a_prefix_after_a_relation_a_comma_and_an_opening_bracket():
    for plain, sign in product("=<→,;:([{⟨", "−-+±"):
        before = plain.replace("<", "&lt;")
        assert tidy(f"<mrow><mo>{before}</mo><mo>{sign}</mo><mi>x</mi></mrow>") == (
            f'<mrow><mo>{before}</mo><mo form="prefix">{sign}</mo><mi>x</mi></mrow>'
        )


@pytest.mark.parametrize("xml", [
    "<mrow><mo>)</mo><mo>−</mo></mrow>", "<mrow><mi>x</mi><mo>−</mo></mrow>", "<mrow><mo>−</mo><mi>x</mi></mrow>",
    "<mrow><mo>=</mo><mo>×</mo></mrow>", "<mrow><mo>=</mo><mi>−</mi></mrow>", "<mrow><mo>X</mo><mo>−</mo></mrow>",
    "<mrow><mtext>,</mtext><mo>−</mo></mrow>", "<mrow><mo>=</mo><mo>X</mo></mrow>", "<mrow><mo>+</mo><mo>−</mo></mrow>",
])  # fmt: skip
def test_it_is_none_elsewhere(xml):
    assert tidy(xml) == xml


# --- lines ----------------------------------------------------------------------------------------------------------


def row(text):
    """Return elements, one for each character: letters, signs, and a wide space for a blank."""
    made = []
    for c in text:
        element = Element("mspace" if c == " " else "mi" if c.isalnum() else "mo")
        element.text = "" if c == " " else c
        made.append(element)
    return made


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a,b", ["a,", "b"]), ("a;b:c", ["a;", "b:", "c"]), ("a b", ["a ", "b"]), ("a, b", ["a, ", "b"]),
        ("a ,b", ["a ,", "b"]), ("a,,b", ["a,,", "b"]), ("(a,b)", ["(a,b)"]), ("(a,b),c", ["(a,b),", "c"]),
        ("[a,{b,c}],d", ["[a,{b,c}],", "d"]), ("⟨a,b⟩,c", ["⟨a,b⟩,", "c"]), ("),a", ["),", "a"]),
        ("a),b", ["a),", "b"]),
        ("abc", ["abc"]), ("", []), (",a", [",", "a"]), ("a,", ["a,"]), ("XaX,b", ["XaX,", "b"]),
    ],
)  # fmt: skip
def test_a_formula_may_end_a_line_after_a_comma_or_a_wide_space_in_no_bracket(text, parts):
    found = list(formulas._parts(row(text)))
    assert ["".join(element.text or " " for element in part) for part in found] == parts


def test_words_are_as_wide_as_a_space():
    words = Element("mtext")
    words.text = "if"
    assert len(list(formulas._parts([*row("a"), words, *row("b")]))) == 2


def drawn(text):
    """Return a part of a formula with its pieces apart."""
    return str(formulas._part(row(text))).replace("<math>", "|").replace("</math>", "")


def test_a_part_may_end_lines_before_relations_in_no_bracket():
    letters = {c: f"<mi>{c}</mi>" for c in "abcX"}
    equals, less = '<mo form="infix">=</mo>', '<mo form="infix">&lt;</mo>'
    assert drawn("ab") == f"|{letters['a']}{letters['b']}"
    assert drawn("a=b<c") == (
        f'<span class="part">|{letters["a"]}<wbr>|{equals}{letters["b"]}<wbr>|{less}{letters["c"]}</span>'
    )
    assert drawn("=a") == f"|<mo>=</mo>{letters['a']}"  # nothing stands before it
    assert drawn("(a=b)") == f"|<mo>(</mo>{letters['a']}<mo>=</mo>{letters['b']}<mo>)</mo>"
    assert (
        drawn("(a)=b") == f'<span class="part">|<mo>(</mo>{letters["a"]}<mo>)</mo><wbr>|{equals}{letters["b"]}</span>'
    )
    assert drawn(")=b") == f'<span class="part">|<mo>)</mo><wbr>|{equals}{letters["b"]}</span>'
    assert "<wbr>" not in drawn("aXb")


def test_an_element_opens_as_many_brackets_as_are_in_it():
    power = fromstring("<msup><mrow><mo>(</mo><mo>[</mo><mi>(</mi></mrow><mo>)</mo></msup>")
    assert formulas._opened(power) == 1
    assert [formulas._opened(element) for element in row("([{⟨)]}⟩a=")] == [1] * 4 + [-1] * 4 + [0] * 2


def test_an_operator_that_is_none_of_these_opens_closes_relates_and_parts_nothing():
    other = Element("mo")
    other.text = "X"
    assert formulas._opened(other) == 0
    assert len(list(formulas._parts([*row("a"), other, *row("b")]))) == 1
    assert str(formulas._part([*row("a"), other])) == "<math><mi>a</mi><mo>X</mo></math>"


@pytest.mark.parametrize(
    ("latex", "plain"),
    [("for all", True), ("abc", True), ("ab", False), ("a b", False), (r"\text{for all}", False), ("x^2", False)],
)
def test_words_without_a_macro_are_no_formula(latex, plain):
    assert ('class="plain"' in formula(latex)) == plain
    assert ("<math>" in formula(latex)) != plain


def test_a_formula_is_of_its_parts_and_a_macro_that_one_defines_is_none_of_the_next():
    assert str(formula("x, y")) == "<math><mi>x</mi><mo>,</mo></math><wbr><math><mi>y</mi></math>"
    assert formula("x<y").count("&lt;") == 1
    formula(r"\newcommand{\mine}{x} \mine")
    assert 'class="plain"' in formula(r"\mine")
    assert formula("<b>abc</b>") == '<span class="plain">&lt;b&gt;abc&lt;/b&gt;</span>'
