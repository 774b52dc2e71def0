"""How these tests are laid out: short files by subject, helpers that are none, and a README that leads to each."""

import ast
import random
import re
import tempfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from properties.engine.helpers.foreign import TREE
from properties.engine.helpers.imports import imported
from properties.engine.helpers.order import COMPILED, together
from verify import Scalar, claim, equal
from verify.errors import UsageError
from verify.files import somewhere
from verify.registry.selection import select

ENGINE = Path(__file__).parent
FILES = sorted(ENGINE.rglob("*.py"))
HELPERS = ENGINE / "helpers"
README = (ENGINE / "README.md").read_text(encoding="utf-8")


def forbidden(text):
    """Return what a test may not import: another test, or the registry, which is a fixture."""
    return {
        name
        for name in imported(text)
        if name.startswith(".")
        or (re.match(r"properties\.(engine|\*)", name) and not re.match(r"properties\.engine\.helpers(\.|$)", name))
        or name.endswith(".REGISTRY")
    }


@pytest.mark.parametrize(
    "text",
    [
        "import properties.engine.docs.page", "from properties.engine.docs.page import text", "from . import page",
        "def test():\n    from properties.engine.docs import page", "from properties.engine import conftest",
        "from properties import engine", "from properties.engine import *", "from .page import text",
        "from properties.engine.helpers_too import x", "from verify.registry.declare import REGISTRY as known",
    ],
)  # fmt: skip
def test_an_import_from_test_to_test_is_seen(text):
    assert forbidden(f"{text}\nfrom properties.engine.helpers.waiting import until\n")
    assert not forbidden("from properties.engine.helpers.waiting import until\nfrom properties.engine import helpers\n")


@pytest.mark.long
def test_no_test_imports_another_nor_the_registry():
    for file in FILES:
        found = forbidden(file.read_text(encoding="utf-8"))
        if file.name == "conftest.py" or HELPERS in file.parents:
            found = {name for name in found if not name.endswith(".REGISTRY")}
        assert not found, file


def test_helpers_test_nothing():
    for file in HELPERS.rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        assert not [node.name for node in tree.body if getattr(node, "name", "").startswith(("test", "Test"))], file


@pytest.mark.long
def test_a_file_is_short_and_a_folder_says_what_it_is():
    tops = "properties", "reference", "vae_verify", "verify"
    files = [file for top in tops for file in (TREE / top).rglob("*.py")]
    assert len(files) > len(FILES) > 500
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 300, file
        assert ast.get_docstring(ast.parse(text)), file
    for folder in {file.parent for file in FILES}:
        assert len((folder / "__init__.py").read_text(encoding="utf-8").splitlines()) == 1, folder


def test_no_fixture_is_of_a_module():
    """In random order tests of others come between, and each makes it again: what is dear is of the session."""
    for file in FILES:
        assert not re.search(r'scope="(?:module|class|package)"', file.read_text(encoding="utf-8")), file


@pytest.fixture(scope="session")
def stated():
    @claim("layout/stated", "x = x")
    def body(x: Scalar):
        equal(x, x)

    return body


def test_what_a_fixture_of_the_session_states_is_forgotten(stated):
    with pytest.raises(UsageError, match="no claim is called 'layout/stated'"):
        select(["layout/stated"])


def test_the_readme_names_every_folder_and_its_commands_reach_every_test():
    """Whatever it names exists; a command of all tests is none of those that are looked for."""
    listed = {ENGINE / path for path in re.findall(r"^\| `([\w/]+)/` \| [^`]", README, re.MULTILINE)}
    rows = re.findall(r"^\| (.+?) \| `(properties/[^`]+)` \|", README, re.MULTILINE)
    changed = {TREE / path for change, _ in rows for path in re.findall(r"`([^`]+)`", change)}
    run = {TREE / path for _, command in rows for path in command.split()}
    for path in listed | changed | run:
        assert path.exists(), path
    assert listed == {file.parent for file in FILES} - {ENGINE}
    tests = {file for file in FILES if file.name not in ("__init__.py", "conftest.py")} - set(HELPERS.rglob("*.py"))
    for test in tests:
        assert {test, *test.parents} & (run - {ENGINE}), test


@pytest.mark.parametrize(
    ("mixed", "ordered"), [("1ab2c3", "abc123"), ("a1b", "ab1"), ("21a", "a21"), ("123", "123"), ("", "")]
)
def test_what_compiles_is_run_by_one_worker(mixed, ordered):
    """Its tests come first in random order, too, and a worker begins with some hundreds that follow one another."""
    items = [SimpleNamespace(nodeid=f"{COMPILED if name.isalpha() else 'properties/'}x.py::{name}") for name in mixed]
    assert "".join(item.nodeid[-1] for item in together(items)) == ordered
    assert any(file.is_relative_to(TREE / COMPILED) for file in FILES)


GENERATOR, OF_TORCH = np.random.default_rng(7), torch.Generator()


@pytest.mark.parametrize("turn", range(2))
def test_no_test_sees_what_others_drew(turn):
    drawn = GENERATOR.random(), np.random.random(), random.random(), torch.rand(1), torch.rand(1, generator=OF_TORCH)
    expected = [np.random.default_rng(0).random(), np.random.RandomState(0).random(), random.Random(0).random()]
    assert drawn[:3] == tuple(expected)
    assert drawn[3] == drawn[4] == torch.rand(1, generator=torch.Generator().manual_seed(0))


LEFT_OUT = {(): {"long", "slow"}, ("long",): {"slow"}, ("vae_slow",): set(), ("long", "vae_slow"): set()}


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("options", LEFT_OUT)
def test_long_tests_run_with_long_or_slow_and_slow_ones_with_slow(options, named, request):
    """A claim that is slow is skipped, or not, by the plugin of all who use it, and chosen by ``-m slow`` here.

    What is left out is not there at all, unless somebody has named it.
    """
    tree = request.config.pluginmanager.get_plugin(str(TREE / "conftest.py"))
    left_out = []
    hook = SimpleNamespace(pytest_deselected=lambda **given: left_out.extend(given["items"]))
    args = ["properties/engine/layout.py::test_x" if named else "properties"]
    config = SimpleNamespace(getoption=options.__contains__, args=args, hook=hook)
    items = {marks: [] for marks in ((), ("long",), ("slow",), ("vae_slow",), ("long", "slow"), ("proof",))}

    def item(own, added):
        name = "test_x[own/x:proof]" if own == ("proof",) else "test_x[own/x]"
        return SimpleNamespace(
            get_closest_marker=lambda name: name in (*own, *added) or None, add_marker=added.append, name=name
        )

    chosen = [item(*each) for each in items.items()]
    tree.pytest_collection_modifyitems(config, left := list(chosen))
    marked = zip(chosen, items.values(), strict=True)
    skipped = [each for each, added in marked if any(isinstance(mark, pytest.MarkDecorator) for mark in added)]
    assert left_out == ([] if named else skipped)
    assert left == [each for each in chosen if each not in left_out]
    assert items.pop(("vae_slow",)) == ["slow"]
    assert items[("proof",)].pop(0) == "long"
    items[("long",) * 2] = items.pop(("proof",))
    for marks, added in items.items():
        assert {mark.kwargs["reason"].split(":")[0] for mark in added} == LEFT_OUT[options] & {*marks}


@pytest.mark.parametrize("turn", range(2))
def test_no_test_meets_what_another_wrote_for_want_of_a_place(turn, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "mkdtemp", lambda **_: str(tmp_path / f"{turn}"))

    def write(folder):
        if folder == Path("nowhere"):
            raise OSError
        return folder

    assert somewhere(write, Path("nowhere")) == tmp_path / f"{turn}"
