"""Which slips are planted in a module: each replaces a piece of its text by another, on the same lines.

Annotations, docstrings, type aliases, f-strings and words for a reader (strings with a space) are left as they are.
"""

from __future__ import annotations

import ast
import hashlib
import re
from itertools import pairwise

from properties.engine.helpers.mutants.mutant import Mutant

SIGNS = {
    ast.Add: ("+", "-"), ast.Sub: ("-", "+"), ast.Mult: ("*", "/"), ast.Div: ("/", "*"), ast.MatMult: ("@", "*"),
    ast.FloorDiv: ("//", "*"), ast.Mod: ("%", "*"), ast.Pow: ("**", "*"), ast.BitAnd: ("&", "|"),
    ast.BitOr: ("|", "&"), ast.BitXor: ("^", "&"), ast.LShift: ("<<", ">>"), ast.RShift: (">>", "<<"),
    ast.Lt: ("<", "<="), ast.LtE: ("<=", "<"), ast.Gt: (">", ">="), ast.GtE: (">=", ">"), ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="), ast.Is: ("is", "is not"), ast.IsNot: ("is not", "is"), ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"), ast.And: ("and", "or"), ast.Or: ("or", "and"),
}  # fmt: skip
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any", "lower": "upper", "upper": "lower"}
"""Functions, and methods."""

WRAPPERS = {"sorted", "reversed", "abs", "absolute", "conjugate"}
"""Functions whose argument could stand in their place."""

TRANSPOSES = {"T", "mT"}
TYPES = {"cast", "TypeVar", "ParamSpec", "NewType", "TypeVarTuple"}
"""Calls that are for the type checker."""

EQUIVALENT = {"strict", "encoding", "stacklevel"}
"""Arguments without which nothing changes where the others are right, or on this machine."""

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def mutants(path: str, source: str) -> list[Mutant]:
    """Return the slips of a module, in the order of its text; the id of each changes with the function around it."""
    visitor = _Visitor(source)
    visitor.visit(ast.parse(source))
    data, found = source.encode(), []
    for scope, node, lines, start, end, text in sorted(visitor.found, key=lambda each: each[3:]):
        first, last = visitor.span(node)
        named = (path, scope, data[first:last].decode(), str(start - first), str(end - start), text)
        id = hashlib.sha256("\0".join(named).encode()).hexdigest()[:10]
        found.append(Mutant(id, path, scope, lines, start, end, text))
    return list({mutant.id: mutant for mutant in found}.values())


class _Visitor(ast.NodeVisitor):
    def __init__(self, source: str) -> None:
        self.data = source.encode()
        self.starts = [0]
        for line in self.data.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))
        self.names: list[str] = []
        self.around: list[ast.AST] = []
        self.lines = (0, 0)
        self.found: list[tuple[str, ast.AST, tuple[int, int], int, int, str]] = []

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Return where a node begins and ends, in bytes."""
        place: ast.expr = node  # type: ignore[assignment]
        first = self.starts[place.lineno - 1] + place.col_offset
        return first, self.starts[(place.end_lineno or 0) - 1] + (place.end_col_offset or 0)

    def replace(self, start: int, end: int, text: str) -> None:
        lines = self.data[start:end].count(b"\n") - text.count("\n")
        self.found.append((".".join(self.names), self.around[-1], self.lines, start, end, text + "\n" * lines))

    def replace_node(self, node: ast.AST, text: str) -> None:
        self.replace(*self.span(node), text)

    def visit(self, node: ast.AST) -> None:
        outer = not self.around and isinstance(node, ast.stmt)
        inner = isinstance(node, FUNCTIONS)
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            self.names.append(node.name)
        if inner or outer:
            self.around.append(node)
        if isinstance(node, (ast.stmt, ast.ExceptHandler, ast.match_case)):
            self.lines = _header(node)
        super().visit(node)
        if inner or outer:
            self.around.pop()
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            self.names.pop()

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for child in (*node.decorator_list, *node.keywords):
            self.visit(child)
        outer = self.around[-1] is node
        for child in node.body:
            if outer:
                self.around.append(child)  # an edit of one method leaves the slips of the others
            self.visit(child)
            if outer:
                self.around.pop()

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        if not any(ast.unparse(decorator).endswith("overload") for decorator in node.decorator_list):
            defaults = [default for default in (*node.args.defaults, *node.args.kw_defaults) if default is not None]
            for child in (*node.decorator_list, *defaults, *node.body):
                self.visit(child)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None and "TypeAlias" not in ast.unparse(node.annotation):
            self.visit(node.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Leave f-strings: they are for a reader, and Python 3.11 does not say where their parts stand."""

    def visit_Assign(self, node: ast.Assign) -> None:
        if any(isinstance(target, ast.Name) and target.id == "__all__" for target in node.targets):
            return
        if all(isinstance(target, (ast.Attribute, ast.Subscript)) for target in node.targets):
            self.replace_node(node, "pass")
        self.generic_visit(node)

    def visit_Delete(self, node: ast.Delete) -> None:
        self.replace_node(node, "pass")

    def visit_Raise(self, node: ast.Raise) -> None:
        self.replace_node(node, "pass")
        self.generic_visit(node)

    def visit_Break(self, node: ast.Break) -> None:
        self.replace_node(node, "pass")

    def visit_Continue(self, node: ast.Continue) -> None:
        self.replace_node(node, "break")

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Constant):
            return
        if isinstance(node.value, ast.Call):
            self.replace_node(node, "pass")
        self.generic_visit(node)

    def visit_If(self, node: ast.If) -> None:
        if "TYPE_CHECKING" in ast.unparse(node.test):
            for child in node.orelse:
                self.visit(child)
            return
        self.condition(node.test)
        self.generic_visit(node)

    def visit_While(self, node: ast.While) -> None:
        self.replace_node(node.test, "False")
        self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self.condition(node.test)
        self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        for test in node.ifs:
            self.condition(test)
        self.generic_visit(node)

    def condition(self, test: ast.expr) -> None:
        """Let a condition always hold, and never."""
        if not isinstance(test, ast.Constant):
            self.replace_node(test, "True")
            self.replace_node(test, "False")

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        """Let a handler catch nothing."""
        if node.type is not None:
            self.replace_node(node.type, "()")
        self.generic_visit(node)

    def visit_With(self, node: ast.With) -> None:
        """Do without what a statement is done in."""
        if all(item.optional_vars is None for item in node.items):
            start, end = self.span(node)[0], self.span(node.items[-1].context_expr)[1]
            if self.data[end : end + 1] == b":":
                self.replace(start, end, "if True")
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if not isinstance(node.op, ast.UAdd):
            start = self.span(node)[0]
            self.replace(start, start + (3 if isinstance(node.op, ast.Not) else 1), "")
        self.generic_visit(node)

    def sign(self, left: ast.AST, right: ast.AST, op: ast.AST) -> None:
        """Exchange what stands between two operands."""
        old, new = SIGNS[type(op)]
        start, end = self.span(left)[1], self.span(right)[0]
        first, last = _place(self.data[start:end], old)
        self.replace(start + first, start + last, new)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        self.sign(node.left, node.right, node.op)
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        for left, right in pairwise(node.values):
            self.sign(left, right, node.op)
        for value in node.values:
            self.replace_node(value, str(isinstance(node.op, ast.And)))  # the others alone decide
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        before, end = self.span(node.value)[1], self.span(node)[1]
        if node.attr in TRANSPOSES:
            self.replace(before, end, "")
        if node.attr in NAMES:
            self.replace(end - len(node.attr), end, NAMES[node.attr])
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        for left, op, right in zip([node.left, *node.comparators], node.ops, node.comparators, strict=False):
            self.sign(left, right, op)
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        old, new = SIGNS[type(node.op)]
        start, end = self.span(node.target)[1], self.span(node.value)[0]
        first, last = _place(self.data[start:end], f"{old}=")
        self.replace(start + first, start + last, f"{new}=")
        self.visit(node.value)

    def visit_Call(self, node: ast.Call) -> None:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in TYPES:
            for child in node.args[1:]:
                self.visit(child)
            return
        if name in NAMES:
            self.replace_node(node.func, NAMES[name])
        if name in WRAPPERS and len(node.args) == 1 and not node.keywords:
            self.replace_node(node.func, "")
        given = sorted([*node.args, *node.keywords], key=self.span)
        for before, argument in pairwise(given):
            if isinstance(argument, ast.keyword) and argument.arg not in (None, *EQUIVALENT):
                self.replace(self.span(before)[1], self.span(argument)[1], "")
        self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> None:
        """Leave what is given for an argument that is left."""
        if node.arg not in EQUIVALENT:
            self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        value = node.value
        if isinstance(value, bool):
            self.replace_node(node, repr(not value))
        elif isinstance(value, int):
            self.replace_node(node, str(value + 1))
        elif isinstance(value, float):
            self.replace_node(node, f"({value!r} + 1)")
        elif isinstance(value, str) and not re.search(r"\s", value) and node.lineno == node.end_lineno:
            self.replace_node(node, ascii(value + "XX") if value.isascii() else repr(value + "XX"))


def _header(node: ast.stmt | ast.ExceptHandler | ast.match_case) -> tuple[int, int]:
    """Return the lines of a statement without those of the statements in it."""
    first = node.pattern.lineno if isinstance(node, ast.match_case) else node.lineno
    body = getattr(node, "body", None)
    return first, max(first, body[0].lineno - 1) if body else getattr(node, "end_lineno", first)


def _place(between: bytes, sign: str) -> tuple[int, int]:
    """Return where a sign stands between two operands, beside parentheses and comments."""
    bare = re.sub(rb"#[^\n]*", lambda comment: b" " * len(comment.group()), between)
    found = re.search(rb"\s+".join(re.escape(word.encode()) for word in sign.split()), bare)
    return found.span()  # type: ignore[union-attr]  # it is there, or this is no Python
