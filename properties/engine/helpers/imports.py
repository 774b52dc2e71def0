"""What the text of a module imports."""

import ast


def imported(text):
    """Return the full names of all that a module imports, wherever it does; those relative to it begin with a dot."""
    names = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {"." * node.level + f"{node.module or ''}.{alias.name}" for alias in node.names}
    return names
