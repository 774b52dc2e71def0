"""Docstrings as they are read in the code: but for *emphasis* and ``code`` they are prose, and no markup."""

import re

from docutils import nodes

_CODE = re.compile(r"(``.*?``|:\w+:`[^`]*`)")
_MARKUP = re.compile(r"(?<!\w)\*(\w[\w ]*)\*(?!\w)|[*_|]")


def _read(app, what, name, obj, options, lines):
    """Escape prose; what is indented below a colon is code."""
    for index, line in enumerate(lines):
        if not line.startswith("    "):
            pieces = _CODE.split(line)
            pieces[::2] = [_MARKUP.sub(lambda m: m[0] if m[1] else rf"\{m[0]}", piece) for piece in pieces[::2]]
            code = line.endswith(":") and "".join(lines[index + 1 : index + 3]).startswith("    ")
            lines[index] = "".join(pieces) + ":" * code


def _overrides(app, what, name, obj, skip, options):
    """Leave out what domains override: whoever writes one sees the members of their base, which a page lists."""
    listed = isinstance(options.members, (list, tuple))
    return True if app.env.docname == "reference/api/domains" and not listed and not isinstance(obj, type) else None


def _dashes(app, domain, kind, content):
    """Write a dash between an argument and what it is."""
    for text in list(content.findall(nodes.Text)):
        if text == " -- ":
            text.parent.replace(text, nodes.Text(" – "))


def setup(app):
    """Let autodoc read them so."""
    app.connect("autodoc-skip-member", _overrides)
    app.connect("object-description-transform", _dashes)
    app.connect("autodoc-process-docstring", _read, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
