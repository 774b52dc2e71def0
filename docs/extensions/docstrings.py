"""Docstrings as they are read in the code: what is not between double backticks is prose, and no markup."""

import re

_CODE = re.compile(r"(``.*?``|:\w+:`[^`]*`)")


def _read(app, what, name, obj, options, lines):
    """Escape prose; what is indented below a colon is code."""
    for index, line in enumerate(lines):
        if not line.startswith("    "):
            pieces = _CODE.split(line)
            pieces[::2] = [re.sub(r"[*_|]", r"\\\g<0>", piece) for piece in pieces[::2]]
            code = line.endswith(":") and "".join(lines[index + 1 : index + 3]).startswith("    ")
            lines[index] = "".join(pieces) + ":" * code


def setup(app):
    """Let autodoc read them so."""
    app.connect("autodoc-process-docstring", _read, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
