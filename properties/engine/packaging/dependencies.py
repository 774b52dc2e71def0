"""What is declared as needed is what is imported and said: dependencies, extras, oldest versions, sizes, Pythons."""

import re
from importlib import metadata

import pytest
import yaml

from properties.engine.helpers.dependencies import OURS, PROJECT, needed, requirements
from properties.engine.helpers.foreign import TREE
from vae_verify.extras import BRINGS, Lacking, mend, require, wanted
from vae_verify.start import NEEDED
from verify.claims.claim import Claim
from verify.claims.entry import Kind
from verify.registry.selection import only
from verify.registry.studies import Study

IMPORTED = metadata.packages_distributions()
"""The distributions that bring a package, by the name under which that is imported."""


def of(names):
    """Return the names of distributions as packages are told apart: ``scikit-learn`` of ``sklearn``."""
    return {re.sub("[-_.]+", "-", IMPORTED[name][0]).lower() for name in names}


def test_what_every_command_needs_is_what_is_declared():
    assert of(NEEDED) == {requirement.name for requirement in requirements()}


@pytest.mark.parametrize("extra", BRINGS)
def test_an_extra_brings_what_is_missed_without_it(extra):
    assert of(BRINGS[extra]) == {requirement.name for requirement in requirements(extra)}
    assert {requirement.name for requirement in requirements("all")} >= of(BRINGS[extra])
    assert {requirement.name for requirement in requirements("dev")} >= of(BRINGS[extra])


def test_every_study_of_the_papers_says_what_it_needs(registry):
    needs = {study: set(study.needs) for study in only(Study, registry.values())}
    assert len(needs) > 30
    of_both = {"koehler2022/lemma-1.trajectories", "koehler2022/theorem-5.seen"}
    for study, extras in needs.items():
        own = {"train"} if study.kind is Kind.EXPERIMENT else {"flow"}
        assert extras == ({"train", "flow"} if study.id in of_both else own), study.id


def test_nothing_of_an_extra_is_needed_by_what_is_always_installed():
    always = {distribution.name.lower() for distribution in needed()}
    assert always >= of(NEEDED)
    assert not always & of(name for names in BRINGS.values() for name in names)


def test_what_is_always_installed_takes_less_than_200_megabytes_with_the_bytecode_that_pip_compiles():
    """Of this, the suite itself takes 11."""
    sizes = {found.name: sum(map(on_disk, map(found.locate_file, found.files))) for found in needed()}
    assert 50e6 < sum(sizes.values()) < 189e6, sizes


def on_disk(file):
    """Return the bytes of a file, if it is there, in the blocks of 4 kB that it takes."""
    return -(-file.stat().st_size // 4096) * 4096 if file.is_file() else 0


def test_the_oldest_versions_are_those_that_are_admitted():
    oldest = dict(re.findall(r"^([\w-]+)==([\d.]+)$", (TREE / "oldest.txt").read_text(encoding="utf-8"), re.M))
    declared = {each.name: str(each.specifier) for each in requirements() + requirements("all")}
    bounds = {name: re.search(r">=([\d.]+)", specifier)[1] for name, specifier in declared.items()}
    assert oldest.keys() == bounds.keys()
    for name, bound in bounds.items():
        assert re.fullmatch(rf"{re.escape(bound)}(\.0)*", oldest[name]), name


def test_what_is_pinned_is_admitted():
    pinned = dict(re.findall(r"^([\w-]+)==([\d.]+)$", (TREE / "constraints.txt").read_text(encoding="utf-8"), re.M))
    for each in requirements() + requirements("dev"):
        assert each.specifier.contains(pinned[each.name]), each


def test_the_page_of_installation_has_every_extra_with_its_packages():
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \|", (TREE / "docs/how-to/install.md").read_text("utf-8"), re.M)
    told = {extra: set(packages.split(", ")) for extra, packages in rows}
    declared = {extra: {each.name for each in requirements(extra)} for extra in [*BRINGS, "all", "dask", "redis"]}
    names = {"sympy": "SymPy", "numba": "Numba", "scipy": "SciPy", "distributed": "Dask"}
    assert told == {extra: {names.get(name, name) for name in found} for extra, found in declared.items()}


def test_the_page_of_installation_says_how_many_claims_want_a_proof(registry):
    wanting = [claim for claim in only(Claim, registry.values()) if claim.proof is not None or claim.universal]
    page = (TREE / "docs/how-to/install.md").read_text("utf-8")
    assert f"sympy not found for the proofs of {len(wanting)} claims: {mend('proofs')}\n" in page


def test_the_version_is_what_is_cited():
    citation = yaml.safe_load((TREE / "docs" / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == PROJECT["version"]
    assert citation["license"] == PROJECT["license"]
    assert set(citation["keywords"]) <= set(PROJECT["keywords"])
    cited = re.findall(r"(?:version = \{|vae-verify )(\d[\d.]*)", (TREE / "docs/how-to/cite.md").read_text("utf-8"))
    assert cited == [PROJECT["version"]] * 2


def test_what_is_lacking_is_said_in_one_line(monkeypatch):
    monkeypatch.setitem(BRINGS, "some", ("no_such_package", "sys", "nor_this"))
    monkeypatch.setitem(BRINGS, "more", ("nor_this",))
    monkeypatch.setitem(BRINGS, "here", ("sys",))
    require("it", "here")
    with pytest.raises(Lacking) as error:
        require("it", "here", "more", "some")
    assert str(error.value) == f"nor_this, no_such_package not found for it: pip install '{OURS}[more,some]'"
    assert wanted(str(error.value))
    assert wanted(f"x: {mend('gate')}")
    assert not wanted("pip install vae-verify")
