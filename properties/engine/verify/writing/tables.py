"""Each macro and each character that is known: what it becomes on a line, and what stands apart from it."""

import unicodedata
from dataclasses import FrozenInstanceError
from pathlib import Path
from types import SimpleNamespace

import pytest

from verify.notation import argument
from verify.writing.docstrings import first_sentence
from verify.writing.latex import _side_latex, name_latex
from verify.writing.mathematics import mathematics
from verify.writing.mathematics.atoms import Atom
from verify.writing.mathematics.symbols import small, styled
from verify.writing.refutations import CONNECTIVE, check_command, error_text, run_command

OPERATORS = (
    "arccos arcsin arctan arg cos cosh cot coth csc deg det dim exp gcd hom inf ker lg lim ln log max min Pr sec sin "
    "sinh sup tan tanh"
)
SYMBOLS = {
    "ne": "≠", "lt": "<", "gt": ">", "gets": "←", "iff": "⇔", "implies": "⟹", "impliedby": "⟸", "succeq": "⪰",
    "preceq": "⪯", "mid": "∣", "coloneqq": "≔", "land": "∧", "lor": "∨", "varnothing": "∅", "dotsc": "…", "dotsb": "⋯",
    "neg": "¬", "lnot": "¬", "prime": "′", "Vert": "‖", "|": "‖", "vert": "|", "%": "%", "$": "$", "&": "&", "_": "_",
    "#": "#", "alpha": "α", "Omega": "Ω", "le": "≤", "times": "×", "cdot": "·", "partial": "∂", "infty": "∞",
}  # fmt: skip


def test_functions_are_upright_words_that_stand_apart():
    for name in OPERATORS.split():
        assert mathematics(rf"\{name} x") == f"{name} x"
        assert mathematics(rf"\{name}(x)") == f"{name}(x)"


def test_the_two_limits_are_two_words():
    assert [mathematics(rf"\{name} x") for name in ("limsup", "liminf")] == ["lim sup x", "lim inf x"]


def test_a_symbol_is_its_character():
    for name, drawn in SYMBOLS.items():
        assert mathematics(rf"\{name}") == drawn


@pytest.mark.parametrize(("opening", "closing", "drawn"), [
    (r"\lVert", r"\rVert", "‖x‖"), (r"\lvert", r"\rvert", "|x|"), (r"\lbrace", r"\rbrace", "{x}"),
    (r"\lbrack", r"\rbrack", "[x]"), (r"\{", r"\}", "{x}"), (r"\langle", r"\rangle", "⟨x⟩"), (r"\|", r"\|", "‖x‖"),
    *((rf"\{size}l(", rf"\{size}r)", "(x)") for size in ("big", "Big", "bigg", "Bigg")),
    (r"\left(", r"\right)", "(x)"), (r"\left<", r"\right>", "⟨x⟩"), (r"\left.", r"\right|", "x|"),
])  # fmt: skip
def test_delimiters_hold_what_is_between_them(opening, closing, drawn):
    assert mathematics(f"{opening}{{}}x{closing}") == drawn


def test_what_is_between_delimiters_is_close_to_them_whatever_the_source_has():
    for source, shown in {
        r"\lVert x \rVert_2": "‖x‖₂",
        r"2 \| -x \| y": "2 ‖−x‖ y",
        r"\left\lvert x \right\rvert + | y |": "|x| + |y|",
        r"\gamma, a | \{i: a > 0\} | b": "γ, a |{i: a > 0}| b",
        r"q \| p \le q \| r": "q ‖ p ≤ q ‖ r",
        r"( x | \gamma )": "(x | γ)",
        r"a \| b = \gamma": "a ‖ b = γ",
    }.items():
        assert mathematics(source) == shown


@pytest.mark.parametrize("size", ["big", "Big", "bigg", "Bigg", "bigm", "Bigm", "biggm", "Biggm", "middle"])
def test_a_larger_sign_is_that_sign(size):
    assert mathematics(rf"\{size}/ \alpha") == "/α"


@pytest.mark.parametrize("name", [*",;:> ", "quad", "qquad", "enspace", "thinspace", "medspace", "thickspace", "\\"])
def test_a_space_is_one(name):
    assert mathematics(rf"\alpha\{name} \beta") == "α β"


@pytest.mark.parametrize(
    "name",
    ["!", "/", "displaystyle", "textstyle", "scriptstyle", "scriptscriptstyle", "limits", "nolimits"],
)
def test_what_says_how_is_not_said(name):
    assert mathematics(rf"\alpha\{name}\beta") == "αβ"


@pytest.mark.parametrize("name", ["frac", "tfrac", "dfrac", "cfrac", "nicefrac"])
def test_fractions_are_fractions(name):
    assert mathematics(rf"\{name}{{a}}{{b}}") == mathematics(rf"\{name} ab") == "a/b"


@pytest.mark.parametrize("name", ["text", "textrm", "textnormal", "textbf", "textit", "mbox", "emph"])
def test_words_are_words(name):
    assert mathematics(rf"\alpha \{name}{{ if }} \beta") == "α if β"


@pytest.mark.parametrize("name", ["mathrm", "mathit"])
def test_upright_letters_are_a_word_where_they_are_several(name):
    assert mathematics(rf"\{name}{{tr}} A") == "tr A"
    assert mathematics(rf"\{name}{{d}}x") == "dx"
    assert mathematics(rf"\{name}{{}} x") == "x"


@pytest.mark.parametrize(
    ("name", "letters"),
    [("mathbf", "𝐑𝟏𝛂"), ("boldsymbol", "𝐑𝟏𝛂"), ("bm", "𝐑𝟏𝛂"), ("mathbb", "ℝ𝟙"), ("mathbbm", "ℝ𝟙"), ("mathcal", "ℛ"),
     ("mathscr", "ℛ"), ("mathfrak", "ℜ"), ("mathsf", "𝖱𝟣"), ("mathtt", "𝚁𝟷")],
)  # fmt: skip
def test_other_alphabets_are_characters_of_their_own(name, letters):
    plain = {"𝛂": r"\alpha "}
    source = "".join(plain.get(c, unicodedata.normalize("NFKC", c)) for c in letters)
    assert mathematics(rf"\{name}{{{source}}}") == letters


@pytest.mark.parametrize(
    ("name", "drawn"),
    [("hat", "x̂"), ("widehat", "x̂"), ("tilde", "x̃"), ("widetilde", "x̃"), ("bar", "x̄"), ("overline", "x̅"),
     ("underline", "x̲"), ("dot", "ẋ"), ("ddot", "ẍ"), ("vec", "x⃗"), ("check", "x̌"), ("breve", "x̆"), ("acute", "x́"),
     ("grave", "x̀"), ("mathring", "x̊")],
)  # fmt: skip
def test_accents_lie_on_one_letter_and_are_functions_of_several(name, drawn):
    assert mathematics(rf"\{name} x") == unicodedata.normalize("NFC", drawn)
    assert mathematics(rf"\{name}{{xy}}") == f"{name}(xy)"


@pytest.mark.parametrize(
    ("name", "drawn"),
    [("matrix", "[a, b; c, d]"), ("smallmatrix", "[a, b; c, d]"), ("bmatrix", "[a, b; c, d]"),
     ("pmatrix", "(a, b; c, d)"), ("vmatrix", "|a, b; c, d|"), ("Vmatrix", "‖a, b; c, d‖"),
     ("Bmatrix", "{a, b; c, d}"), ("cases", "{a, b; c, d}")],
)  # fmt: skip
def test_grids_are_written_row_by_row(name, drawn):
    assert mathematics(rf"\begin{{{name}}}a&b\\c&d\\\end{{{name}}}") == drawn


def test_an_array_names_its_columns_and_does_not_show_them():
    assert mathematics(r"\begin{array}{cc}a&b\end{array}") == "[a, b]"


def test_fractions_that_are_one_character():
    for text in "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞":
        above, below = unicodedata.normalize("NFKC", text).split("⁄")
        assert mathematics(rf"\frac{{{above}}}{{{below}}}") == text


def test_signs_stand_apart_on_the_line_and_not_in_a_script():
    for sign in "+−±∓∪∩∧∨⊕⊖∖×∘⊗⊙⊘∗⋆÷=≤<≈→⇒⟹∈⊆":
        assert mathematics(rf"\alpha{sign}\beta") == f"α {sign} β"
        assert mathematics(rf"x^{{\alpha{sign}\beta}}") == f"x^(α{sign}β)"


@pytest.mark.parametrize("sign", "·/")
def test_tight_signs_do_not(sign):
    assert mathematics(rf"\alpha {sign} \beta") == f"α{sign}β"


@pytest.mark.parametrize("sign", ",;:")
def test_punctuation_has_a_space_behind_it(sign):
    assert mathematics(rf"\alpha{sign}\beta") == f"α{sign} β"


def test_a_sign_with_nothing_on_its_left_is_close_to_what_follows():
    for sign in "+−±∓∪":
        assert mathematics(rf"{sign}\alpha") == f"{sign}α"
        assert mathematics(rf"(\,{sign}\alpha)") == f"({sign}α)"


def test_other_signs_are_as_letters():
    for sign in "∂∇∞∅∀∃∄¬√⊤∆′…⋯⋮⋱":
        assert mathematics(rf"{sign}\alpha") == f"{sign}α"


def test_large_operators_stand_apart_from_what_they_are_of():
    for sign in "∑∏∫∮∐⋃⋂":
        assert mathematics(rf"{sign}_i\beta") == f"{sign}ᵢ β"


@pytest.mark.parametrize("relation", [":=", "<=", ">=", "==", "!=", "->", "=>"])
def test_relations_in_several_characters_are_one(relation):
    assert mathematics(rf"\alpha{relation}\beta") == f"α {relation} β"


@pytest.mark.parametrize(("opening", "closing"), ["()", "[]", "⟨⟩", "⌊⌋", "⌈⌉"])
def test_brackets_are_close_to_what_they_hold(opening, closing):
    assert mathematics(rf"{opening} \alpha {closing}") == f"{opening}α{closing}"


def test_an_atom_does_not_change():
    with pytest.raises(FrozenInstanceError):
        Atom("x").text = "y"


def test_a_letter_is_none_of_these():
    assert mathematics(r"\alpha X\beta") == "αXβ"
    assert mathematics(r"X\log X\log X") == "X log X log X"
    assert mathematics(r"\frac{X}{X}X\cdot(X)") == "(X/X)X·(X)"
    assert mathematics(r"(X-X)X^X") == "(X − X)X^X"


RAISED = dict(zip("0123456789+−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVW⊤𝖳′",
                  "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵀᵀ′", strict=True))  # fmt: skip
LOWERED = dict(zip("0123456789+−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))


def test_raised_and_lowered_characters_are_all_that_there_are():
    for mark, table in (("^", RAISED), ("_", LOWERED)):
        known = {c for c in [*map(chr, range(0x20, 0x3000)), *"𝖳𝖠𝐀"] if small(mark, c) is not None}
        assert known == table.keys()
        assert all(small(mark, c) == little for c, little in table.items())
    assert small("^", "") == ""


def test_an_alphabet_that_lacks_a_letter_gives_none():
    assert styled("R", "DOUBLE-STRUCK") == "ℝ"
    assert (styled("Rα", "DOUBLE-STRUCK"), styled("", "BOLD"), styled("é", "SCRIPT")) == (None, None, None)


# --- names, numbers and commands ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("At", r"\tilde A"), ("Bt", r"\tilde B"), ("eps", r"\varepsilon"), ("lam", r"\lambda"), ("ell", r"\ell"),
        ("x", "x"), ("eta", r"\eta"), ("Sigma", r"\Sigma"), ("eta_dec", r"\eta_{\mathrm{dec}}"), ("U2", "U_{2}"),
        ("x_1", "x_{1}"), ("x_12", "x_{12}"), ("x_i", "x_{i}"), ("word", r"\mathrm{word}"), ("At_1", r"\tilde A_{1}"),
        ("sigma2", r"\sigma_{2}"), ("word12", r"\mathrm{word}_{12}"), ("etas", r"\mathrm{etas}"),
        ("2x", r"\mathrm{2x}"), ("x1_2", r"\mathrm{x1}_{2}"),
    ],
)  # fmt: skip
def test_a_name_is_written_as_the_papers_would(name, latex):
    assert name_latex(name) == latex


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("1/2", r"\tfrac{1}{2}"), ("3", "3"), ("0.142857142857…", r"0.142857142\ldots"),
        ("1.42857142857…e+29", r"1.42857142\ldots\cdot10^{29}"), ("[1.30471895622 ± 2.96e-12]", r"1.30471895\ldots"),
        ("[1.30471895622e+20 ± 3.01e+8]", r"1.30471895\ldots\cdot10^{20}"), ("[± 3.01e-8]", r"0\pm3.01\cdot10^{-8}"),
        ("[± 3.01]", r"0\pm3.01"), ("2.5", "2.5"), ("1e+30", r"1\cdot10^{30}"), ("2.5e-7", r"2.5\cdot10^{-7}"),
    ],
)  # fmt: skip
def test_a_side_is_written_with_the_digits_that_are_known(text, latex):
    assert _side_latex(text) == latex


def test_commands_name_the_file_of_ones_own_claims_alone():
    own = SimpleNamespace(is_own=True, shown_file="my file.py", target="'my file.py::test'")
    paper = SimpleNamespace(is_own=False, target="a/b")
    assert check_command(own, "it's.json") == """vae-verify check --claims 'my file.py' 'it'"'"'s.json'"""
    assert check_command(paper, "it.json") == "vae-verify check it.json"
    dashed = SimpleNamespace(is_own=True, shown_file=Path("-own.py"))  # no option
    assert check_command(dashed, Path("-found/it.json")) == "vae-verify check --claims ./-own.py ./-found/it.json"
    assert [argument("-a b.py::test"), argument("a-b"), argument(Path("--x"))] == ["'./-a b.py::test'", "a-b", "./--x"]
    assert check_command(paper, Path("-")) == "vae-verify check -"  # what stands in a pipe
    assert [run_command(entry) for entry in (own, paper)] == ["vae-verify run 'my file.py::test'", "vae-verify run a/b"]
    assert CONNECTIVE == {"iff": "⇔", "implies": "⇒", "and": "and", "or": "or", "not": "not"}


def test_an_error_of_a_claim_says_where_it_was_raised():
    def body():
        raise ValueError("odd\nwords")

    with pytest.raises(ValueError, match="odd") as raised:
        body()
    line = body.__code__.co_firstlineno + 1
    told = error_text(raised.value, SimpleNamespace(body=body))
    assert told == f"the claim raises ValueError at tables.py:{line}: odd"


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ("One. Two.", "One."), ("By eq. (1), so. More.", "By eq. (1), so."), ("eqs. 1, 2. B", "eqs. 1, 2."),
        ("See App. C. B", "See App. C."), ("By Prop. 1. B", "By Prop. 1."), ("By Thm. 1. B", "By Thm. 1."),
        ("So, cf. (2). B", "So, cf. (2)."), ("Over\n    two lines. B", "Over two lines."), ("No end", "No end"),
        (None, ""),
    ],
)  # fmt: skip
def test_a_sentence_ends_at_a_full_stop_that_is_none_of_an_abbreviation(document, sentence):
    def thing():
        """Be replaced."""

    thing.__doc__ = document
    assert first_sentence(thing) == sentence
