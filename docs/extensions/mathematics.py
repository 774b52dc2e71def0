"""Mathematics of the site as MathML, which browsers draw themselves: no script, no font, nothing from the network."""

from docutils import nodes

from verify.report.formulas import formula


def _inline(translator, node):
    translator.body.append(formula(node.astext().strip("`")))  # GitHub has it between backticks in a line
    raise nodes.SkipNode


def _block(translator, node):
    translator.body.append(f'<div class="math" tabindex="0">{formula(node.astext())}</div>\n')
    raise nodes.SkipNode


def setup(app):
    """Let Sphinx write mathematics as the report does."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    app.config.html_math_renderer = "mathml"
    return {"parallel_read_safe": True, "parallel_write_safe": True}
