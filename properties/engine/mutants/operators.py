"""Which slips are planted in a module, which pieces are left alone, and how long a slip keeps its name."""

import ast

import pytest

from properties.engine.helpers.mutants.operators import mutants
from properties.engine.helpers.mutants.results import TREE


def slips(text):
    """Return what the text of a module becomes, without the lines that only keep the others in their places."""
    return {mutant.apply(text).strip() for mutant in mutants("m.py", text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b * c", {"a - b * c", "a + b / c"}),
        ("a @ b", {"a * b"}),
        ("(a) - (  # minus -\n b)", {"(a) + (  # minus -\n b)"}),
        ("ü < a", {"ü <= a"}),
        ("a <= b < c", {"a < b < c", "a <= b <= c"}),
        ("a not  in b", {"a in b"}),
        ("a is b", {"a is not b"}),
        ("a and b", {"a or b", "True and b", "a and True"}),
        ("a or b or c", {"a and b or c", "a or b and c", "False or b or c", "a or False or c", "a or b or False"}),
        ("not a", {"a"}),
        ("-a", {"a"}),
        ("a += b", {"a -= b"}),
        ("a = True", {"a = False"}),
        ("a = 9", {"a = 10"}),
        ("a = 'key'", {"a = 'keyXX'"}),
        ("a = min(b)", {"a = max(b)"}),
        ("a = b.max()", {"a = b.min()"}),
        ("a = b.lower()", {"a = b.upper()"}),
        ("a = b.upper()", {"a = b.lower()"}),
        ("a = b.mT @ c.T", {"a = b @ c.T", "a = b.mT @ c", "a = b.mT * c.T"}),
        ("a = sorted(b)", {"a = (b)"}),
        ("a = sorted(b, key=c)", {"a = sorted(b)"}),
        ("a = f(b, c=d)", {"a = f(b)"}),
        ("f()", {"pass"}),
        ("raise a", {"pass"}),
        ("del a", {"pass"}),
        ("a.b = c", {"pass"}),
        ("for a in b:\n    continue", {"for a in b:\n    break"}),
        ("for a in b:\n    break", {"for a in b:\n    pass"}),
        ("a = b if c > d else e", {"a = b if c >= d else e", "a = b if True else e", "a = b if False else e"}),
        ("a = [b for b in c if d]", {"a = [b for b in c if True]", "a = [b for b in c if False]"}),
        ("if a == b:\n    c", {f"if {test}:\n    c" for test in ("a != b", "True", "False")}),
        ("if not a:\n    b", {f"if {test}:\n    b" for test in (" a", "True", "False")}),
        ("try:\n    a\nexcept b:\n    c", {"try:\n    a\nexcept ():\n    c"}),
        ("with a:\n    b", {"if True:\n    b"}),
        ("with a(b), c:\n    b", {"if True:\n    b"}),
        ("with a as b:\n    c", set()),
        ("while a:\n    b", {"while False:\n    b"}),
        ("while True:\n    a", {"while False:\n    a"}),
        ("def f(a=1):\n    return a", {"def f(a=2):\n    return a"}),
    ],
)  # fmt: skip
def test_what_is_planted(text, expected):
    assert slips(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "'''Words.'''", "a: 'X' = b", "def f(a: 'X') -> 'Y':\n    '''Words of 2.'''\n    return a", "a = 'two words'",
        "a = f'{b + 1}'", "__all__ = ['a']", "T = TypeVar('T')", "from a import b", "a = cast('X', b)",
        "if TYPE_CHECKING:\n    a = 1", "@overload\ndef f(a=1): ...", "x = zip(a, strict=b)", "x = zip(a, strict=True)",
        "A: TypeAlias = 'X'",
    ],
)  # fmt: skip
def test_what_is_left_alone(text):
    assert slips(text) == set()


def test_a_slip_is_on_the_lines_where_it_was_and_is_python():
    path = "verify/judging/judge.py"
    text = (TREE / path).read_text(encoding="utf-8")
    found = mutants(path, text)
    assert len(found) > 50
    assert len({mutant.id for mutant in found}) == len(found)
    for mutant in found[::7]:
        slipped = mutant.apply(text)
        ast.parse(slipped)
        assert slipped.count("\n") == text.count("\n")
        assert len(mutant.difference(text)) >= 2
        assert mutant.lines[0] <= mutant.line(text) <= mutant.lines[1]
        assert mutant.folder == "verify/judging"


def test_a_slip_keeps_its_name_until_its_function_is_edited():
    def ids(text):
        return {(mutant.scope, mutant.id) for mutant in mutants("m.py", text)}

    one, two = "def f(a):\n    return a + 1\n", "class C:\n    def g(self, a):\n        return a - 1\n"
    assert ids(one + two) == ids("import os\n\n\n" + two + one)
    assert {scope for scope, _ in ids(one + two) - ids(one.replace("a + 1", "a + 1 + a") + two)} == {"f"}
    assert {scope for scope, _ in ids(one + two)} == {"f", "C.g"}


def test_the_same_slip_in_two_places_has_two_names():
    assert len(mutants("m.py", "a = b + b + b")) == 2
    assert {mutant.id for mutant in mutants("m.py", "a = 1")}.isdisjoint(m.id for m in mutants("n.py", "a = 1"))
