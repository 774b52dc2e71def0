"""The page of the JSON contracts has every key that commands write, of the type that they write, and no other."""

import json
import re

import pytest

from properties.engine.helpers.foreign import TREE
from properties.engine.helpers.written import FEW, report
from verify.commands.main import main

PAGE = (TREE / "docs" / "reference" / "json.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
ROW = re.compile(r"^\| `([^`]+)` \| ([^|]+) \| [^|]+ \|$", re.MULTILINE)

KINDS = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "null": type(None), "object": dict}
PLURALS = {f"{kind}s": kind for kind in KINDS}

FALSE = """
from verify import Scalar, claim, leq

@claim("mine/low", r"x \\le 0")
def test_low(x: Scalar):
    leq(x, 0)

@claim("mine/high", r"1 \\le x")
def test_high(x: Scalar):
    leq(1, x)
"""
TRUE = """
from verify import Constant, PositiveSemidefinite, claim, leq

@claim("mine/entry", r"-a_{11} \\le c a_{11}")
def test_entry(A: PositiveSemidefinite["d"], c: Constant(0)):
    leq(-A[0, 0], c * A[0, 0])
"""


def table(section, which=0):
    """Return the types of the keys of a section, by their paths."""
    blocks = re.findall(r"^\| key .*\n\|.*\n((?:\|.*\n)+)", SECTIONS[section], re.MULTILINE)
    return dict(ROW.findall(blocks[which]))


def is_of(value, kind):
    """Say whether a value is of a type as the page writes it."""
    if " or " in kind:
        return any(is_of(value, each) for each in kind.split(" or "))
    if kind in KINDS:
        return isinstance(value, KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool))
    outer, _, inner = kind.partition(" of ")
    elements = {"array": list, "map": dict}[outer]
    if not isinstance(value, elements):
        return False
    return not inner or all(is_of(x, PLURALS[inner]) for x in (value.values() if outer == "map" else value))


def paths(value, types, path=""):
    """Yield every path of a value with what is there, as deep as the page goes."""
    kind = types.get(path, "")
    if path and kind:
        yield path, value
    if isinstance(value, list) and not kind:
        for element in value:
            yield from paths(element, types, f"{path}[]")
    elif isinstance(value, dict) and (not kind or "object" in kind):
        for name, element in value.items():
            yield from paths(element, types, f"{path}.{name}" if path else name)
    elif not kind:
        yield path, value


def compare(types, *values):
    """Require that values have the documented keys together, each of its type, and no other."""
    found = [pair for value in values for pair in paths(value, types)]
    assert {path for path, _ in found} == set(types)
    for path, value in found:
        assert is_of(value, types[path]), (path, value)


@pytest.fixture(scope="session")
def mine(tmp_path_factory):
    """A folder with two files of claims: those of one are false, that of the other is true."""
    folder = tmp_path_factory.mktemp("contracts")
    (folder / "false.py").write_text(FALSE, encoding="utf-8")
    (folder / "true.py").write_text(TRUE, encoding="utf-8")
    return folder


@pytest.fixture
def written(mine, monkeypatch):
    """What a command writes, in that folder."""

    def written(*arguments):
        monkeypatch.chdir(mine)
        main([*arguments, "--json", "found.json"])
        return json.loads((mine / "found.json").read_text(encoding="utf-8"))

    return written


def test_run(written):
    compare(table("run"), written("run", "koehler2022/theorem-6.loss", "false.py::test_low", "--jobs", "1"))


def test_report(written, mine):
    written("run", "wang2022/proposition-2", "--jobs", "1")
    main(["report", "wang2022/proposition-2", "--from", "found.json", "--out", "page"])
    compare(table("report"), json.loads((mine / "page" / "manifest.json").read_text(encoding="utf-8")))


def test_claims(capsys):
    assert main(["claims", "--json"]) == 0
    compare(table("claims"), json.loads(capsys.readouterr().out))


@pytest.mark.usefixtures("counted")
def test_hunt(written):
    keys = table("hunt")
    one = written("hunt", "true.py", "--budget", "5", "--jobs", "1")
    several = written("hunt", "false.py", "--budget", "9", "--jobs", "1")
    compare(keys, one, *several["claims"])
    named = re.findall(r"`(\w+)`", SECTIONS["hunt"].partition("For several claims")[2].partition("|")[0])
    assert list(several) == [*named, *table("hunt", 1)]
    compare(table("hunt", 1), {"claims": several["claims"]})
    assert all(is_of(several[name], keys[name]) for name in named)


@pytest.mark.usefixtures("counted")
@pytest.mark.long
def test_explore(written):
    found = written("explore", "true.py", "--budget", "20", "--jobs", "1")
    compare(table("explore"), found)


def test_gate():
    wrong = report("((x - recon) ** 2).mean() + kl.sum(1).mean()", shapes=FEW).json()
    assert wrong["findings"]
    compare(table("gate"), wrong)


def test_replicate(written, mine):
    page = (TREE / "docs" / "how-to" / "replicate.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n# roots.py\n(.*?)```", page, re.DOTALL)
    (mine / "roots.py").write_text(example, encoding="utf-8")
    compare(table("replicate"), written("replicate", "roots.py", "--steps", "20", "--seeds", "1", "--jobs", "1"))


def test_every_row_of_the_page_is_read():
    rows = [line for line in PAGE.splitlines() if line.startswith("| `")]
    read = [table(name, which) for name in SECTIONS for which in range(SECTIONS[name].count("| key |"))]
    assert sum(map(len, read)) == len(rows)


def test_a_key_too_many_or_too_few_or_of_another_type_is_noticed():
    types = {"a": "integer", "b[].c": "string or null", "d": "map of integers"}
    right = {"a": 1, "b": [{"c": None}], "d": {"x": 1}}
    compare(types, right)
    for wrong in (
        right | {"a": True}, right | {"a": 1.5}, right | {"e": 1}, right | {"b": [{"c": 1}]}, right | {"d": {"x": "1"}},
        right | {"b": [{"c": "", "z": 0}]}, {"a": 1, "d": {}},
    ):  # fmt: skip
        with pytest.raises(AssertionError):
            compare(types, wrong)
