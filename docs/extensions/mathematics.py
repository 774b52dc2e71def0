"""Mathematics of the site as MathML, which browsers draw themselves: no script, no font, nothing from the network."""

from docutils import nodes
from latex2mathml.converter import convert

_LEFT_OVER = {r"\|": "‖", r"\{": "{", r"\}": "}", r"\langle": "⟨", r"\rangle": "⟩", r"\arg": "arg"}
"""Macros that the converter leaves as they are, of brackets that have a size and of some operators."""


def mathml(latex, display):
    """Return a formula as MathML; GitHub has it between backticks in a line."""
    found = convert(latex.strip("`"), display=display)
    for macro, character in _LEFT_OVER.items():
        found = found.replace(f">{macro}<", f">{character}<")
    return found


def _inline(translator, node):
    translator.body.append(mathml(node.astext(), "inline"))
    raise nodes.SkipNode


def _block(translator, node):
    translator.body.append(f'<div class="math" tabindex="0">{mathml(node.astext(), "block")}</div>\n')
    raise nodes.SkipNode


def setup(app):
    """Let Sphinx write mathematics so."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    app.config.html_math_renderer = "mathml"
    return {"parallel_read_safe": True, "parallel_write_safe": True}
