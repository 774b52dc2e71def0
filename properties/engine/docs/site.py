"""The documentation's site builds without a warning, is whole, loads nothing from elsewhere, and can be searched."""

import argparse
import json
import re
from importlib import import_module
from urllib.parse import unquote

import pytest
from sphinx.util.inventory import InventoryFile

from properties.engine.helpers.site import DOCS, Page, page
from verify.commands.main import parser

pytestmark = pytest.mark.slow  # make docs takes a third of a minute; a push runs it in another job

PUBLIC = ["verify", "verify.domains", "verify.gate", "verify.replicate", "reference.arithmetic"]


def test_it_builds_without_a_warning(folder):
    assert (folder / "said").read_text(encoding="utf-8") == ""


def test_every_page_is_on_it(site):
    for source in DOCS.rglob("*.md"):
        assert (site / source.relative_to(DOCS)).with_suffix(".html").exists(), source


def test_every_link_leads_to_a_page_and_its_anchor(site):
    followed = 0
    for path in site.rglob("*.html"):
        for link in page(path).links:
            target, _, anchor = unquote(link).partition("#")
            if re.match(r"[a-z]+:", target):
                continue
            there = (path.parent / target).resolve() if target else path
            assert there.is_file(), (path.name, link)
            if anchor and there.suffix == ".html":
                assert anchor in page(there).anchors, (path.name, link)
                followed += 1
    assert followed > 1000


def test_nothing_is_loaded_from_elsewhere(site):
    for path in site.rglob("*.html"):
        for resource in page(path).loaded:
            assert not re.match(r"(https?:)?//", resource), (path.name, resource)
            assert (path.parent / unquote(resource).partition("?")[0]).is_file(), (path.name, resource)
    for style in site.rglob("*.css"):
        assert not re.search(r"(url\(|@import)\s*[\"']?(https?:)?//", style.read_text(encoding="utf-8")), style


def test_mathematics_is_mathml_without_macros(site):
    claims = (site / "reference" / "claims" / "koehler2022.html").read_text(encoding="utf-8")
    assert claims.count("<math") > 100
    for path in site.rglob("*.html"):
        assert 'class="plain"' not in path.read_text(encoding="utf-8"), f"{path.name}: a formula is taken for words"
        for formula in re.findall(r"<math.*?</math>", path.read_text(encoding="utf-8"), re.DOTALL):
            assert not re.search(r">[^<]*[\\`$][^<]*<", formula), (path.name, formula)


def test_a_page_is_read_by_keyboard_and_aloud(site):
    """One title, landmarks with names, no header without words; and what may be too wide is a stop of the tab key."""
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert text.count("<h1") == 1, path.name
        labels = re.findall(r'<aside aria-label="([^"]+)"', text)
        assert len(set(labels)) == text.count("<aside"), path.name
        assert not re.search(r'<pre>|<div class="math">|<th[^>]*><p></p></th>', text), path.name


def test_figures_follow_the_button_for_light_and_dark(site):
    style = (site / "_static" / "site.css").read_text(encoding="utf-8")
    assert re.findall(r"(body\S*) \{ color-scheme: ([a-z ]+); \}", style) == [
        ("body", "light dark"),
        ('body[data-theme="light"]', "light"),
        ('body[data-theme="dark"]', "dark"),
    ]


def test_the_search_finds_a_lemma_and_a_function(site):
    index = json.loads((site / "searchindex.js").read_text(encoding="utf-8").removeprefix("Search.setIndex(")[:-1])
    found = [index[kind]["lemma"] for kind in ("terms", "titleterms")]
    names = {index["docnames"][i] for each in found for i in (each if isinstance(each, list) else [each])}
    assert {"reference/claims/dai2018", "reference/claims/koehler2022"} <= names
    assert any("lemma-3.optimal-d" in title for title in index["alltitles"])
    for file, anchor, _ in index["indexentries"]["lemma 3"]:
        assert anchor in page(site / f"{index['docnames'][file]}.html").anchors
    assert {index["docnames"][file] for file, _, _ in index["indexentries"]["lemma 3"]} == {
        "reference/claims/koehler2022"
    }
    assert "general_eigenvalues" in json.dumps(index["objects"])


def test_the_api_has_what_users_import(site):
    inventory = InventoryFile.loads((site / "objects.inv").read_bytes(), uri="")
    listed = {name for kind in inventory.data for name in inventory.data[kind]}
    for module in PUBLIC:
        for name in import_module(module).__all__:
            places = {f"{module}.{name}", f"verify.domains.{name}"}
            assert places & listed, f"{module}.{name}"


def test_every_command_and_option_is_there(site):
    text = re.sub(r"<[^>]+>", "", (site / "reference" / "commands.html").read_text(encoding="utf-8"))
    (commands,) = (each for each in parser()._actions if isinstance(each, argparse._SubParsersAction))
    for name, command in commands.choices.items():
        assert f"vae-verify-{name}" in page(site / "reference" / "commands.html").anchors
        for action in command._actions:
            assert (action.option_strings or [action.metavar])[-1] in text, (name, action)


def test_what_a_page_loads_and_links_is_noticed(tmp_path):
    path = tmp_path / "page.html"
    path.write_text(
        '<link rel="stylesheet" href="a.css"><link rel="next" href="b.html"><script src="//c/d.js"></script>'
        '<a href="b.html#x" id="here">b</a><img src="https://e/f.png">',
        encoding="utf-8",
    )
    found = Page(path)
    assert found.loaded == ["a.css", "//c/d.js", "https://e/f.png"]
    assert (found.links, found.anchors) == (["b.html#x"], {"here"})
