"""What statements hold seldom: bars with scripts, empty groups, denominators of one sign, cells without content."""

from verify.writing.mathematics import mathematics, reader, symbols

WRITTEN = {
    # bars, brackets and spaces
    r"f|_{0} = 1": "f|₀ = 1", r"\partial f|_{W} = 0": "∂f|_W = 0", r"|\sqrt{x}": "|√x", r"\{=": "{=",
    r"(\,\pm": "(±", r"x' \}": "x′}", r"- x\mathbb E": "−x𝔼", r"x\bigr|_0 y": "x|₀ y", r"|^2 x|": "|² x|",
    r"{+}\| \right|_{0}\alpha": "+‖|₀α", r"[ \mathbb E \big|<": "[𝔼 | <", r"a\bigl|x\bigr|b": "a|x|b",
    r"\frac{a}{(f|_{0}+1)}": "a/(f|₀ + 1)", r"\alpha\ {\ }y": "α y",
    r"x\ {}y": "x y", r"a{}+b": "a + b", r"a{+}b": "a+b", r"\,^2": "²", r"x\,^2": "x²", r"{a}~": "a",
    r"\alpha~b": "α b", r"\alpha<=b": "α <= b", r"\alpha↗b": "α ↗ b",
    r"|\alpha + |b||": "|α + |b||", r"\alpha]|_{0}+1": "α]|₀ + 1", r"\alpha\mid\|'\pm^*b": "α ∣ ‖′±^*b",
    r"\alpha\left{}b\right{}": "αb", r"\alpha↔b⇿c⟵d⟿e": "α ↔ b ⇿ c ⟵ d ⟿ e", r"\alpha←↑↓b": "α ← ↑ ↓ b",
    # words
    r"\log -x": "log −x", r"\mathrm{tr}-x": "tr − x", r"\max\pm x": "max ±x",
    r"\|A\|\text{for }x": "‖A‖for x", r"\text{a}\text{b}\sum_{i=1}^n": "a b∑ᵢ₌₁ⁿ", r"\nabla\sum_i": "∇∑ᵢ",
    r"|\mathrm{tr}": "| tr", r"\mathrm{d}x": "dx", r"\mathrm{}x": "x", r"\text{}x": "x", r"\text{a -- b}": "a -- b",
    r"\text{a~b}": "a b", r"\text{a\&b}": "a&b", r"\text{{a}}": "{a}", r"\text{a & b}": "a & b",
    r"\text{a \emph{b}}": "a b", r"\text{\begin{foo}x\end{foo}}": r"\begin{foo}x\end{foo}", r"$a$&$^2$^*": "a&²^*",
    r"a+\textstyle\sum_i b": "a + ∑ᵢ b",
    r"\foo{a}{b}c": r"\foo{a}{b} c", r"\begin{foo}x\end{foo}{a}": r"\begin{foo}x\end{foo} a",
    # scripts
    r"b_d^*": "b^*_d", r"x^{**}_d": "x^**_d", r"P_{W^\perp}A": "P_(W^⊥)A", r"L_{UA}": "L_(UA)", r"a^{}": "a",
    r"a^{}\gamma": "aγ", r"\alpha^{}\log b": "α log b", r"\alpha_'": "α_′", r"\alpha^X^2": r"\alpha^X^2",
    r"x_{\alpha\beta\gamma}": "x_(αβγ)",
    # fractions, roots and matrices
    r"\frac{\partial L(U,V)}{\partial V}": "∂L(U, V)/∂V", r"\frac1{2[x]^2}": "1/(2[x]²)",
    r"\frac1{\log\alpha}": "1/(log α)", r"\frac{a}{[(b+1)c]^2}": "a/[(b + 1)c]²",
    r"\frac x{\max(1,(a+b)^2)}": "x/max(1, (a + b)²)", r"\frac1\partial": "1/∂", r"\frac1\log": "1/(log)",
    r"\frac1!": "1/!", r"\frac{}{}": "/()", r"\sqrt{}": "√()", r"\sqrt{{1}{2}}": "√(12)", r"\sqrt{[a]}": "√([a])",
    r"\sqrt{(a]}": "√((a])", r"\sqrt{[a)}": "√([a))", r"\sqrt{(a)}": "√(a)",
    r"\begin{bmatrix}I_{a+b}&0\end{bmatrix}": "[I_(a+b), 0]",
    r"\begin{bmatrix}a&\\b&c\end{bmatrix}": "[a, ; b, c]", r"\begin{bmatrix}a\\ \end{bmatrix}": "[a]",
}  # fmt: skip


def test_what_is_seldom_stated_is_written_on_a_line_too():
    assert {latex: mathematics(latex) for latex in WRITTEN} == WRITTEN


AT_FIRST = {
    r"\hat{x}": "x̂", r"\mathbf{R}": "𝐑", r"\text{if}\alpha": "if α", r"\bigl(\alpha\Bigr)": "(α)",
    r"\mathrm{tr}A": "tr A", r"\mathit{tr}A": "tr A", r"\not\le": "≰", r"\frac ab": "a/b",
    r"\binom nk": "binom(n, k)", r"\sqrt[3]x": "√[3]x", r"\operatorname*{tr}A": "tr A",
    r"\begin{array}{cc}a&b\end{array}": "[a, b]", r"\alpha^2_3": "α²₃", r"\alpha~b": "α b", r"\foo": r"\foo",
    r"\begin{foo}x\end{foo}": r"\begin{foo}x\end{foo}", r"\today": r"\today", r"\ket": r"\ket",
    r"\lbrack\rbrack": "[]", r"\colon\alpha": ": α", r"\rho": "ρ", r"\enskip": r"\enskip", r"\-": r"\-",
    r"\:\alpha": "α",
}  # fmt: skip


def test_what_is_known_of_macros_is_made_once_and_right():
    reader._context.cache_clear()
    symbols.symbols.cache_clear()
    assert {latex: mathematics(latex) for latex in AT_FIRST} == AT_FIRST
    known = symbols.symbols()
    assert all(len(drawn) == 1 and drawn.isprintable() and drawn != " " for drawn in known.values())
    assert symbols.symbols() is known
    assert reader._context() is reader._context()
