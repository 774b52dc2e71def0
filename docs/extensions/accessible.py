"""What the theme leaves out for whoever reads with a keyboard or a screen reader."""


def _complete(app, pagename, templatename, context, doctree):
    """Give the captions of the navigation their level; let what is wider than the page be scrolled by keys."""
    tree = context["furo_navigation_tree"]
    context["furo_navigation_tree"] = tree.replace('role="heading"', 'role="heading" aria-level="2"')
    if "body" in context:
        body = context["body"].replace("<pre>", '<pre tabindex="0">')
        context["body"] = body.replace('<th class="head"><p></p></th>', "<td></td>")  # no header without words


def setup(app):
    """Change what the theme is given, after it is made."""
    app.connect("html-page-context", _complete, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
