"""Which papers and modules are loaded, in which order, and what is said of those that cannot be."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import properties
from vae_verify import CLAIM, Shadowed
from verify import Scalar, claim, equal
from verify.errors import UsageError
from verify.judging.statements import ClaimError
from verify.registry import loading
from verify.registry.loading import LOADED, _file, _is_paper, _line, _modules, _reason, load_file, load_papers, rank

# --- papers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("targets", "loaded"),
    [
        ((), "abc"), (("b/eq-1",), "b"), (("c/*", "a/eq-1"), "ac"), (("b/eq-1", "eq-2"), "abc"), (("eq-2",), "abc"),
        (("b/eq-1", "*/eq-2"), "abc"), (("z/eq-1",), "abc"), (("b", "b/eq-1"), "abc"), (("b/a/c",), "b"),
    ],
)  # fmt: skip
def test_the_papers_that_all_targets_name_are_loaded_or_else_all(targets, loaded, monkeypatch):
    imported = []
    monkeypatch.setattr(loading, "_papers", lambda: {"c", "a", "b"})
    monkeypatch.setattr(loading, "_imported", lambda name: imported.append(name) or name)
    monkeypatch.setattr(loading, "_modules", lambda paper: [f"{paper}.claims.two", f"{paper}.claims.one"])
    monkeypatch.setattr(loading, "_READING_ORDER", ranks := {})
    load_papers(targets)
    names = [f"properties.{paper}" for paper in loaded]
    assert imported == [
        module for name in names for module in (name, f"{name}.claims.two", f"{name}.claims.one")
    ]  # fmt: skip
    assert list(ranks) == [module for module in imported if "claims" in module]
    assert list(ranks.values()) == [*range(2 * len(loaded))]
    load_papers(targets)
    assert list(ranks.values()) == [*range(2 * len(loaded))]
    for module, expected in ((names[0] + ".claims.one", 1), ("elsewhere", len(ranks))):
        assert rank(SimpleNamespace(body=SimpleNamespace(__module__=module))) == expected


def test_a_package_of_the_same_name_is_in_the_way(monkeypatch):
    def shadowed(name):
        raise Shadowed(f"{name} is another one")

    monkeypatch.setattr(loading, "require", shadowed)
    with pytest.raises(UsageError, match=r"^properties is another one$"):
        load_papers()


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"__init__.py": "CITATION = ''"}, True), ({"__init__.py": ""}, False), ({"other.py": ""}, True),
        ({"__init__.py": "", "claims/x.txt": ""}, True), ({"__init__.py": "", "trajectories/x.txt": ""}, True),
        ({"__init__.py": "", "experiments/x.txt": ""}, True), ({"__init__.py": "", "proofs/x.py": ""}, False),
        ({"deep/er/one.py": ""}, True), ({"readme.txt": ""}, False), ({}, False), (None, False),
    ],
)  # fmt: skip
def test_a_paper_is_a_package_with_a_citation_or_a_floor_or_a_folder_of_modules(files, expected, tmp_path):
    folder = tmp_path / "one"
    if files is None:
        folder.write_text("")
    else:
        folder.mkdir()
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
    assert _is_paper(folder) is expected


FILES = {
    "__init__.py": "CITATION = ''\nREADING_ORDER = ['claims.b', 'experiments.e', 'claims.b']",
    "z.py": "", "y/__init__.py": "",
    "claims/__init__.py": "", "claims/a.py": "", "claims/b.py": "", "claims/deep/__init__.py": "",
    "trajectories/__init__.py": "", "trajectories/t.py": "", "experiments/__init__.py": "", "experiments/e.py": "",
    "experiments/f.py": "", "proofs/__init__.py": "", "proofs/p.py": "",
}  # fmt: skip


@pytest.fixture
def paper(tmp_path, monkeypatch):
    """Return what imports a paper of files, by another name each."""
    monkeypatch.setattr(properties, "__path__", [*properties.__path__, str(tmp_path)])

    def written(name, files):
        for file, text in files.items():
            path = tmp_path / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return loading._imported(f"properties.{name}")

    return written


def test_modules_are_those_of_the_reading_order_then_of_the_paper_and_of_its_floors(paper):
    names = ("claims.b", "experiments.e", "z", "claims.a", "trajectories.t", "experiments.f")
    assert _modules(paper("own2041", FILES)) == [f"properties.own2041.{name}" for name in names]
    plain = {"__init__.py": "CITATION = ''", "one.py": ""}
    assert _modules(paper("own2042", plain)) == ["properties.own2042.one"]


def test_a_floor_may_lie_in_one_of_several_places_of_a_paper(tmp_path, monkeypatch):
    for name in ("one/a.py", "two/claims/b.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    floor = SimpleNamespace(__name__="p.claims", __file__="it", __path__=[str(tmp_path / "two" / "claims")])
    monkeypatch.setattr(loading, "_imported", {"p.claims": floor}.__getitem__)
    paper = SimpleNamespace(__name__="p", __path__=[str(tmp_path / name) for name in ("one", "two")])
    assert list(loading._found(paper)) == ["p.a", "p.claims.b"]


@pytest.mark.parametrize(
    ("name", "files", "words"),
    [
        ("own2043", {"one.py": ""}, "own2043: has no __init__.py: add one, with the CITATION of the paper, and its "
                                    "READING_ORDER"),
        ("own2044", {"__init__.py": ""}, "own2044/__init__.py: says of no paper what it is: add CITATION = '…'"),
        ("own2045", {"__init__.py": "CITATION = ''", "claims/a.py": ""},
         "own2045/claims: has no __init__.py: add one, an empty one will do"),
    ],
)  # fmt: skip
def test_what_is_missing_is_named(name, files, words, paper, tmp_path):
    with pytest.raises(UsageError) as caught:
        _modules(paper(name, files))
    assert str(caught.value) == f"{tmp_path}/{words}"


def test_a_module_that_cannot_be_imported_is_named_by_its_file_and_line(paper, tmp_path):
    for name, text, words in (
        ("own2046", "\nx = {}['no']", "own2046/__init__.py:2: KeyError: 'no'"),
        ("own2047", "\n\nraise SystemExit(3)", "own2047/__init__.py:3: SystemExit: 3"),
    ):
        with pytest.raises(UsageError) as caught:
            paper(name, {"__init__.py": text})
        assert str(caught.value) == f"{tmp_path}/{words}"
    paper("own2048", {"__init__.py": ""})
    with pytest.raises(UsageError, match=r"^properties\.own2048\.none: ModuleNotFoundError: No module named "):
        loading._imported("properties.own2048.none")
    assert _file("properties.nowhere.none") == Path("properties.nowhere.none")
    assert _file("properties.own2048") == tmp_path / "own2048" / "__init__.py"
    assert _file("zipfile") == Path(sys.modules["zipfile"].__file__ if "zipfile" in sys.modules else _file("zipfile"))
    assert _file("no_such_module_at_all") == Path("no_such_module_at_all")


# --- files ------------------------------------------------------------------------------------------------------------

TWO = """
from verify import Scalar, claim, equal
@claim("loaded/one", "x")
def test_one(x: Scalar): equal(x, x)
@claim("loaded/two", "x")
def test_two(x: Scalar): equal(x, x)
"""


def test_a_file_is_a_module_of_its_own_and_its_claims_are_of_the_text_that_was_loaded(tmp_path, registry):
    path = tmp_path / "of-mine.py"
    path.write_text(TWO)
    found = load_file(path)
    assert [entry.id for entry in found] == ["loaded/one", "loaded/two"]
    assert [entry.body.__module__ for entry in found] == ["claims_of_of-mine"] * 2
    assert sys.modules["claims_of_of-mine"].test_one is not None
    assert LOADED[path.resolve()] == TWO
    path.write_text(TWO.replace("equal(x, x)", "equal(x, 2 * x)"))
    before = [entry.digest for entry in found]
    again = load_file(path)
    assert [entry.id for entry in again] == ["loaded/one", "loaded/two"]  # those that it states once more, too
    assert before != [entry.digest for entry in again]
    assert registry["loaded/one"] is again[0]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("none.py", None, "none.py: no such file"), ("one.txt", "x = 1", "one.txt: not a Python file"),
        ("empty.py", "", "empty.py: states no claim: decorate a function with @claim"),
        ("two.py", "\nraise ValueError('a\\nb')", "two.py:2: ValueError: a"),
        ("ends.py", "exit(1)", "ends.py:1: SystemExit: 1"),
        ("posed.py", "from verify import claim\n@claim('a b', 'x')\ndef f(): 0", "posed.py:2: the id 'a b' is not of"),
    ],
)  # fmt: skip
def test_a_file_without_claims_is_told_why(name, text, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if text is not None:
        Path(name).write_text(text)
    with pytest.raises(UsageError) as caught:
        load_file(Path(name))
    assert str(caught.value).startswith(words)
    assert "\n" not in str(caught.value)


def test_bytes_that_are_no_text_are_replaced(tmp_path):
    path = tmp_path / "one.py"
    path.write_bytes(b"# \xff\n")
    assert loading.text_of(path) == "# \ufffd\n"


def test_of_several_lines_in_a_file_the_last_is_named_and_claims_need_no_kind(tmp_path):
    path = tmp_path / "raising.py"
    path.write_text("def inner():\n    raise LookupError('no')\n\ninner()\n")
    scope = {}
    with pytest.raises(LookupError) as caught:
        exec(compile(path.read_text(), str(path), "exec"), scope)
    assert _line(caught.value, path) == ":2"
    assert _line(caught.value, tmp_path / "other.py") == ""
    assert _reason(caught.value, path) == f"{path}:2: LookupError: no"
    assert _reason(ClaimError("so"), Path("a.py")) == "a.py: so"


def test_the_claim_of_a_test_is_its_attribute():
    def body(x: Scalar):
        equal(x, x)

    assert getattr(claim("loaded/here", "x")(body), CLAIM).body is body
