"""What the documents name is there: links lead somewhere, and what is imported can be."""

import ast
import re
from pkgutil import resolve_name

import pytest

from properties.engine.helpers.foreign import TREE

DOCUMENTS = [TREE / "README.md", *sorted(TREE.glob("docs/**/*.md"))]
OURS = ("verify", "reference", "properties", "vae_verify")


def imports(text):
    """Yield the module and the names of every import that a document shows, from what is not written by it."""
    blocks = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    written = {path.replace("/", ".") for path in re.findall(r"^# ([\w/]+?)(?:/__init__)?\.py$", text, re.MULTILINE)}
    for tree in map(ast.parse, [*blocks, *re.findall(r"`(from [\w.]+ import [\w, ]+)`", text)]):
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module not in written:
                yield node.module, [name.name for name in node.names]
            if isinstance(node, ast.Import):
                yield from ((name.name, []) for name in node.names)


def there(module, name):
    """Say whether a module has a name, or is a package with such a module."""
    try:
        resolve_name(f"{module}.{name}")
    except (ImportError, AttributeError):
        return False
    return True


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_what_a_document_imports_can_be_imported(document):
    for module, names in imports(document.read_text(encoding="utf-8")):
        if module.partition(".")[0] in OURS:
            assert [name for name in names if not there(module, name)] == [], module


def test_the_documents_import_what_users_do():
    found = {module for path in DOCUMENTS for module, _ in imports(path.read_text(encoding="utf-8"))}
    assert found >= {"verify", "reference.arithmetic", "reference.koehler2022", "verify.replicate"}
    assert list(imports("```python\nfrom a.b import c, d\n```\n`from e import f`")) == [
        ("a.b", ["c", "d"]),
        ("e", ["f"]),
    ]
    assert list(imports("```python\n# a/b.py\nfrom a.b import c\nfrom d import e\n```\n")) == [("d", ["e"])]
    assert there("verify", "claim")
    assert there("verify", "certificates")
    assert not there("verify", "claims_of_nobody")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_to_a_file(document):
    for target in re.findall(r"\]\(([^)#\s][^)\s]*)\)", document.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (document.parent / target.partition("#")[0]).exists(), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_path_and_module_that_a_document_names_is_there(document):
    """``<paper>`` stands for any of them; mine2030 is the one that CONTRIBUTING adds."""
    text = document.read_text(encoding="utf-8")
    for path in re.findall(rf"`((?:{'|'.join(OURS)}|docs|benchmarks)/[^`\s]*)`", text):
        assert "mine2030" in path or list(TREE.glob(path.replace("<paper>", "*"))), path
    for name in re.findall(rf"`((?:{'|'.join(OURS)})(?:\.\w+)+)`", text):
        resolve_name(name)
