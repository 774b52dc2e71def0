"""The page of the architecture shows the folders that there are, in the order of the contracts of imports."""

import re
import tomllib
from graphlib import TopologicalSorter
from itertools import takewhile

import grimp

from properties.engine.helpers.foreign import TREE

PAGE = (TREE / "docs" / "explanation" / "architecture.md").read_text(encoding="utf-8")
(PICTURE,) = re.findall(r"^```\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
CONTRACTS = tomllib.loads((TREE / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]


def shown(top):
    """Return the names below a folder of the top level, as the picture has them from the top down."""
    (below,) = re.findall(rf"^{top}/ .*\n((?:  .*\n)*)", PICTURE, re.MULTILINE)
    lines = below.splitlines()
    rows = [takewhile(lambda word: word.endswith(("/", ".py")), line.split()) for line in lines if line[2] != " "]
    return [name.removesuffix("/").removesuffix(".py") for row in rows for name in row]


def layers(container):
    """Return the modules of a package as its contract has them from the top down."""
    (contract,) = (contract for contract in CONTRACTS if contract.get("containers") == [container])
    return [name for layer in contract["layers"] for name in layer.split(" | ")]


def test_the_picture_has_the_rooms_in_the_order_of_their_contracts():
    assert shown("verify") == [name for name in layers("verify") if not name.startswith("__")]
    assert shown("reference") == layers("reference")


def test_the_picture_has_every_folder_and_module():
    for top in ("verify", "reference"):
        there = {
            path.stem for path in (TREE / top).iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
        }
        assert set(shown(top)) == {name for name in there if not name.startswith("__")}
        for folder in (TREE / top).glob("*/*/__init__.py"):
            assert f"{folder.parent.name}/" in PICTURE, folder


def test_the_packages_of_a_paper_are_those_that_papers_have():
    kinds = {name.removeprefix("<paper>/") for name in shown("properties")} - {"engine", "results"}
    papers = [path.parent for path in TREE.glob("properties/*/claims")]
    assert papers
    found = {path.name for paper in papers for path in paper.iterdir() if (path / "__init__.py").exists()}
    assert kinds == found


def test_no_module_is_imported_by_what_it_imports():
    """However far around, in a function or not: the contracts look for circles within a package alone."""
    graph = grimp.build_graph("vae_verify", "verify", "reference", "properties", cache_dir=None)
    imported = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert "verify.commands.main" in imported["vae_verify.command"]  # those in functions are seen
    TopologicalSorter(imported).prepare()
