"""A statement on a terminal: nothing of its LaTeX is lost, and what is no LaTeX is shown as it is."""

import re
import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from properties.engine.helpers.foreign import TREE
from properties.engine.helpers.slow import thinned
from verify.registry.selection import select
from verify.writing.mathematics import mathematics, symbols

EXAMPLES = {
    r"\tfrac12": "½",
    r"-\frac12": "−½",
    r"\tfrac1{12}": "1/12",
    r"\frac{a}{b}": "a/b",
    r"\frac{a}{b}c": "(a/b)c",
    r"c\frac{a}{b}": "c(a/b)",
    r"c\cdot\frac{a}{b}": "c·(a/b)",
    r"c\times\frac ab": "c × (a/b)",
    r"x/\frac{a}{b}": "x/(a/b)",
    r"\frac{a}{b}\cdot c": "(a/b)·c",
    r"\frac{a}{b}+c": "a/b + c",
    r"\frac{a+b}{2}": "(a + b)/2",
    r"\frac{2}{a+b}": "2/(a + b)",
    r"\frac{ab}{cd}": "ab/(cd)",
    r"\frac{1}{\frac{a}{b}}": "1/(a/b)",
    r"\frac{\frac{a}{b}}{c}": "(a/b)/c",
    r"\frac{a/b}{c}": "(a/b)/c",
    r"\frac{-a}{b}": "(−a)/b",
    r"\frac{p(x|z)+1}{2}": "(p(x|z) + 1)/2",
    r"\frac{|a|+1}{|b|+1}": "(|a| + 1)/(|b| + 1)",
    r"\frac{1}{|a|}": "1/|a|",
    r"\frac{1}{|a||b|}": "1/(|a||b|)",
    r"\frac{1}{(a)(b)}": "1/((a)(b))",
    r"\frac{\log a}{b}": "(log a)/b",
    r"\frac1{\max(a,b)}": "1/max(a, b)",
    r"\frac{\mathbb Ex}{y}": "(𝔼x)/y",
    r"\frac{\kappa!}{(\kappa-r)!}": "κ!/(κ − r)!",
    r"\frac{\partial^2 L}{\partial x\partial y}": "∂² L/(∂x∂y)",
    r"\frac{\partial L}{\partial x}\Big|_{x=0}": "(∂L/∂x)|ₓ₌₀",
    r"\frac{a}{b}^2": "(a/b)²",
    r"\log\frac ab": "log(a/b)",
    r"\log\tfrac12": "log ½",
    r"\sum_i\frac{a_i}b": "∑ᵢ(aᵢ/b)",
    r"2\frac12x": "2(½)x",
    r"\tfrac12 3": "(½) 3",
    r"\tfrac12 x^2": "½ x²",
    r"x^{\tfrac12}": "x^½",
    r"\sqrt{x}": "√x",
    r"\sqrt{10}": "√10",
    r"\sqrt{\tilde x}": "√x̃",
    r"\sqrt{\frac ab}": "√(a/b)",
    r"\sqrt{a+b}c": "√(a + b)c",
    r"\sqrt ab": "√(a)b",
    r"\sqrt{ab}": "√(ab)",
    r"\sqrt a^2": "(√a)²",
    r"\sqrt{a^2}": "√(a²)",
    r"\sqrt{(a+b)}": "√(a + b)",
    r"\sqrt{(a)(b)}": "√((a)(b))",
    r"\sqrt[3]{x}": "√[3]x",
    r"a^{b+c}": "aᵇ⁺ᶜ",
    r"a^{b+\gamma}": "a^(b+γ)",
    r"\alpha^bc": "αᵇc",
    r"x_{i+1}^2": "xᵢ₊₁²",
    r"x^{2^3}": "x^(2³)",
    r"{x^2}^3": "(x²)³",
    r"{AB}^T": "(AB)ᵀ",
    r"x_{10}": "x₁₀",
    r"x_10": "x_10",
    r"\alpha x_10": "αx₁0",
    r"2^{-20}": "2⁻²⁰",
    r"e^{-x^2/(2a)}": "e^(−x²/(2a))",
    r"\|P\|_F^2": "‖P‖²_F",
    r"w^\rho_{a,b}": "w^(ρ)_(a,b)",
    r"r^*+s": "r^* + s",
    r"W^{**}P": "W^**P",
    r"x_\gamma y": "x_γ y",
    r"x_{\gamma y}": "x_(γy)",
    r"\eta_{dec}\sigma": "η_dec σ",
    r"f'^2": "f′²",
    r"f''": "f''",
    r"\alpha''": "α′′",
    r"\alpha x ^2": "αx²",
    r"A^\top B^\mathsf TC^T": "AᵀBᵀCᵀ",
    r"\tilde B^T": "B̃ᵀ",
    r"\tilde A": "Ã",
    r"\bar{x+y}": "bar(x + y)",
    r"\hat{x}_i": "x̂ᵢ",
    r"\hat{x_i}": "hat(xᵢ)",
    r"\mathbb{1}_{x>0}": "𝟙_(x>0)",
    r"\mathbf 1^\top\mathcal L(\mathbb R)": "𝟏ᵀℒ(ℝ)",
    r"\mathcal{é}": r"\mathcal{é}",
    r"\begin{bmatrix}a+b&0\\0&1\end{bmatrix}^{-1}": "[a + b, 0; 0, 1]⁻¹",
    r"\begin{cases}x & x>0 \\ 0 & \text{else}\end{cases}": "{x, x > 0; 0, else}",
    r"\left.\frac ab\right|_{0}": "(a/b)|₀",
    r"\left[0,1\right)": "[0, 1)",
    r"\not\le\not=\not\in": "≰ ≠ ∉",
    r"p(x\mid y)": "p(x ∣ y)",
    r"\lVert-x\rVert-1": "‖−x‖ − 1",
    r"2\|-x\|": "2‖−x‖",
    r"\inf_{x\ge0}f": "inf_(x≥0) f",
    r"\sum_{i=1}^nx_i": "∑ᵢ₌₁ⁿ xᵢ",
    r"n\log|A|": "n log|A|",
    r"\operatorname*{argmin}_xf(x)": "argminₓ f(x)",
    r"x\text{ is at most } y": "x is at most y",
    r"\text{if $x_1>0$}": "if x₁ > 0",
    r"for $x_1\ge0$, 50\% of it": "for x₁ ≥ 0, 50% of it",
    r"1{,}000": "1,000",
    r"\text{with}x": "with x",
    r"q(x\|-y)": "q(x‖−y)",
    r"\frac{[0,1[+\alpha}2": "([0, 1[+α)/2",
    r"a\,b\quad c": "a b c",
}  # fmt: skip


@pytest.mark.parametrize(("source", "shown"), EXAMPLES.items(), ids=list(EXAMPLES))
def test_examples(source, shown):
    assert mathematics(source) == shown


# --- nothing is lost ------------------------------------------------------------------------------------------------

GLYPHS = {
    "cdot": "·", "partial": "∂", "nabla": "∇", "sum": "∑", "int": "∫", "infty": "∞", "forall": "∀", "exists": "∃",
    "perp": "⊥", "top": "T", "dagger": "†", "ell": "ℓ", "emptyset": "∅", "dots": "…", "#": "#", "{": "{", "}": "}",
    "|": "‖", "langle": "⟨", "rangle": "⟩", "circ": "∘", "times": "×", "cup": "∪", "parallel": "∥", "in": "∈",
    "notin": "∉", "subseteq": "⊆", "supsetneq": "⊋", "le": "≤", "ge": "≥", "ne": "≠", "equiv": "≡", "approx": "≈",
    "sim": "∼", "triangleq": "≜", "succ": "≻", "succeq": "⪰", "preceq": "⪯", "to": "→", "Rightarrow": "⇒",
    "implies": "⟹", "iff": "⇔", "epsilon": "ϵ", "phi": "ϕ", "varphi": "φ", "varepsilon": "ε", "tilde": "\u0303",
    "hat": "\u0302",
    "bar": "\u0304", "sqrt": "√", "frac": "/", "tfrac": "/", "liminf": "liminf",
} | {name: name for name in ("arg", "log", "exp", "min", "max", "inf", "lim", "dim", "det", "Pr")}  # fmt: skip
SAY_NOTHING = re.compile(
    r" |,|;|quad|text|textstyle|mathcal|mathbb|mathbf|mathrm|operatorname\*?|left|right|[bB]ig[lr]?"
)
GREEK = {
    unicodedata.name(letter).rsplit(" ", 1)[1].replace("LAMDA", "LAMBDA"): letter for letter in "αβγδζηθκλμξπρστωψ"
}


def glyph(macro):
    """Return what a macro must look like, from another table than the suite's."""
    if macro in GLYPHS:
        return GLYPHS[macro]
    letter = GREEK.get(macro.upper(), "φ" if macro == "Phi" else "")
    return letter if macro.islower() else unicodedata.normalize("NFD", letter).upper()


def of_source(source):
    """Count the characters that LaTeX shows, each with its level: on the line, raised or lowered."""
    found, levels, pending = Counter(), ["line"], None
    source = source.replace(r"\begin{bmatrix}", "[").replace(r"\end{bmatrix}", "]").replace(r"\\", ";")
    for macro, character in re.findall(r"\\([A-Za-z]+\*?|.)|(.)", source):
        if character == "{":
            levels.append(pending or levels[-1])
        elif character == "}":
            levels.pop()
        elif character in ("^", "_"):
            pending = {"^": "raised", "_": "lowered"}[character]
            continue
        elif not character.isspace() and not SAY_NOTHING.fullmatch(macro):
            shown = {"-": "−", "'": "′", "&": ","}.get(character, character) or glyph(macro)
            assert shown, f"what is \\{macro}?"
            level = "raised" if shown == "′" else pending or levels[-1]
            found.update((part, level) for part in unicodedata.normalize("NFKD", shown))
        if not (macro and SAY_NOTHING.fullmatch(macro)) and character != " " and macro not in ("tilde", "hat", "bar"):
            pending = None
    return found


def of_line(shown):
    """Count the characters of a line, each with its level; the parentheses around a script are none."""
    found, outer = Counter(), []
    level, k = "line", 0
    while k < len(shown):
        script = re.match(r"[\^_](\(|\*+|[A-Za-z]{3,}|.[\u0300-\u036f]*)", shown[k:])
        text = script[0] if script else shown[k]
        k += len(text)
        raised = {"^": "raised", "_": "lowered"}.get(text[0], level)
        if text == "(" or (script and script[1] == "("):
            outer.append((level, bool(script)))
            level = raised
        elif text == ")" and outer:
            level, of_script = outer.pop()
            script = script or of_script
        small = {"<super>": "raised", "<sub>": "lowered"}.get(unicodedata.decomposition(text[0]).split(" ")[0], raised)
        parts = decomposed(text[1:] if text[0] in "^_" else text).strip()
        if not (script and parts in ("(", ")")):
            found.update((part, "raised" if part == "′" else small) for part in parts)
    return found


def decomposed(text):
    return unicodedata.normalize("NFKD", text).replace("⁄", "/").replace("-", "−")


STATEMENTS = {claim.id: claim.statement for claim in select([], slow=True)}


@pytest.mark.parametrize("name", thinned(STATEMENTS, mark="long"))
def test_nothing_of_a_statement_is_lost(name):
    """All but parentheses is there as often as in the source and as high, and nothing else is."""
    source, shown = STATEMENTS[name], mathematics(STATEMENTS[name])
    assert "\\" not in shown
    assert "$" not in shown
    assert [shown.count("{"), shown.count("}")] == [source.count(r"\{"), source.count(r"\}")]
    expected, found = of_source(source), of_line(shown)
    assert expected <= found, expected - found
    added = Counter(character for character, _ in (found - expected).elements())
    assert added["("] == added[")"] == added.total() / 2


def test_different_macros_look_different():
    """Of all the macros that statements use, and their alphabets, no two are shown alike."""
    used = set(re.findall(r"\\([A-Za-z]+)", " ".join(STATEMENTS.values()))) & symbols.symbols().keys()
    letters = [rf"\{style}{{R}}" for style in ("mathbf", "mathbb", "mathcal", "mathfrak", "mathsf", "mathtt")]
    shown = Counter(mathematics(source) for source in [*letters, "R", *(rf"\{macro}" for macro in used)])
    assert len(used) > 60
    assert shown.total() == len(shown), shown.most_common(3)


def test_raised_and_lowered_characters_are_the_same_characters():
    for mark, form in (("^", "<super>"), ("_", "<sub>")):
        for character in map(chr, range(0x20, 0x2300)):
            little = symbols.small(mark, character)
            if little is not None and character not in "′⊤":
                decomposition = unicodedata.decomposition(little)
                assert decomposition.startswith(form)
                assert unicodedata.normalize("NFKD", little) == character
    assert symbols.small("^", "⊤") == symbols.small("^", "T")
    assert symbols.small("^", "nγ") is symbols.small("_", "b") is None


PAGES = ["README.md", *(f"docs/how-to/{name}.md" for name in ("hunt", "write-claims", "replicate"))]


@pytest.mark.parametrize("file", PAGES)
def test_what_the_documents_state_is_shown_whole(file):
    text = (TREE / file).read_text(encoding="utf-8")
    stated = re.findall(r'@(?:claim|simulated|experiment)\(\s*"[^"]+",\s*r"([^"]+)"', text)
    for source in stated:
        assert of_source(source) <= of_line(mathematics(source))
        assert "\\" not in mathematics(source)
    for line in re.findall(r"^  states +(.*)$", text, re.M):
        assert line in map(mathematics, stated)


# --- what is no LaTeX -----------------------------------------------------------------------------------------------

REFUSED = [
    "", "similar matrices have the same spectrum: a theorem", "x ≤ 3", "x - y < 2*z", "x_max ≤ 2^10", "50% of ~c & d",
    r"\frac{1}", "x^", r"{\alpha", r"\alpha}", "{x^}", r"\sqrt", "x^a^b", "a $ b", r"\begin{bmatrix}a", r"\left",
    r"\not\frac ab", r"\sqrt_x", "{" * 5000, "{" * 2000 + "}" * 2000, r"\text{$x}",
]  # fmt: skip


@pytest.mark.parametrize("source", REFUSED, ids=[source[:20] for source in REFUSED])
def test_what_is_no_latex_is_shown_as_it_is(source):
    assert mathematics(source) == source


@pytest.mark.parametrize("macro", ["foo", "foo{a+b}", "foo{a}{b}", "today", "label{a}", "phantom{x}", "id", "ref{a}"])
def test_a_macro_that_is_not_known_stays_visible(macro):
    assert mathematics(rf"\alpha\{macro} = \beta") == rf"α\{macro} = β"
    assert mathematics(rf"\{macro}^2") == rf"\{macro}²"
    assert mathematics(rf"$\alpha$ and \{macro}") == rf"α and \{macro}"


def test_an_environment_that_is_not_known_stays_visible():
    source = r"\begin{align}a&=\alpha\\c&=d\end{align}"
    assert mathematics(rf"\alpha = {source}") == f"α = {source}"
    assert mathematics(r"\alpha % \beta") == r"α% \beta"


def test_a_macro_that_is_not_known_does_not_run_into_what_follows():
    assert mathematics(r"\foo x") == r"\foo x"


_SCRAPS = r"""
    \ { } $ ^ _ & % # ~ [ ] ( ) | \| \\ \frac \tfrac \sqrt \binom \tilde \left \right \left. \Big < > \text \mathrm
    \mathbb \operatorname * \log \sum \not \le \foo \verb \begin{bmatrix} \end{bmatrix} \begin{array}{cc} \end{array}
    \begin{ \end{x} \( \] a 12 3.5 + - = , ' ½ é"""
SCRAPS = [*re.findall(r"\S+", _SCRAPS), " ", "\n", "\N{COMBINING TILDE}"]


@given(source=st.lists(st.sampled_from(SCRAPS), max_size=12).map("".join) | st.text())
def test_nothing_raises_and_no_number_is_lost(source):
    shown = mathematics(source)
    assert shown.splitlines() in ([], [shown])
    kept, had = (sorted(filter(str.isdecimal, decomposed(text))) for text in (shown, source))
    assert kept == had or r"\begin{array}" in source  # whose columns are named
