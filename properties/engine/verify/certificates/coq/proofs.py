"""Coq proves the files of certificates, from the axioms of its real numbers alone, and refuses wrong ones."""

import re
import shutil
import subprocess

import pytest

from properties.engine.helpers import coq
from properties.engine.helpers.foreign import TREE
from verify.certificates.coq.file import coq_file
from verify.certificates.coq.places import NoFile
from verify.certificates.coq.text import module_name
from verify.certificates.programs.program import NoProgram

pytestmark = pytest.mark.slow
IDS = sorted(f"{path.parents[2].name}/{path.stem}" for path in TREE.glob("properties/*/claims/certificates/*.json"))
AXIOMS = {
    "ClassicalDedekindReals.sig_forall_dec",
    "ClassicalDedekindReals.sig_not_dec",
    "Classical_Prop.classic",
    "FunctionalExtensionality.functional_extensionality_dep",
}
"""On these stand the real numbers of Coq's own library: ``Print Assumptions ln_1.`` prints all of them."""


@pytest.fixture(scope="session")
def own(tmp_path_factory):
    """Return the files of one's own false claims."""
    return coq.own(tmp_path_factory.mktemp("own"))


def coqc(folder, name, text):
    """Return what Coq prints of a text, or None where it refuses it."""
    if not shutil.which("coqc"):
        pytest.skip("there is no coqc: Debian's packages coq and libcoq-interval have it")
    (folder / f"{name}.v").write_text(text, encoding="utf-8")
    done = subprocess.run(["coqc", f"{name}.v"], cwd=folder, capture_output=True, text=True, timeout=600, check=False)
    return None if done.returncode else done.stdout


def axioms(printed):
    """Return the names of the axioms that Coq prints."""
    assert printed.startswith("Axioms:\n")
    return set(re.findall(r"^(\S+)", printed.removeprefix("Axioms:\n"), re.MULTILINE))


@pytest.mark.parametrize("id", IDS)
def test_coq_proves_what_is_kept_from_the_axioms_of_its_real_numbers(id, tmp_path):
    try:
        text = coq_file(coq.of(id))
    except (NoFile, NoProgram) as error:
        pytest.skip(f"no Coq file: {error}")
    assert axioms(coqc(tmp_path, module_name(id), text)) <= AXIOMS


@pytest.mark.parametrize("id", ["own/domains", "own/operations", "own/near"])
def test_coq_proves_all_domains_and_operations(id, own, tmp_path):
    assert axioms(coqc(tmp_path, module_name(id), own[id])) <= AXIOMS


WRONG = [
    ("Theorem refuted : ~ (t11 <= t13).", "Theorem refuted : (t11 <= t13)."),
    ("Theorem refuted : ~ (t11 <= t13).", "Theorem refuted : ~ (t13 <= t11)."),
    ("Definition omega : R := 1.", "Definition omega : R := 1 / 2."),
    ("Definition omega : R := 1.", "Definition omega : R := 0."),
    ("Fact lam_in_domain : 0 < lam.", "Fact lam_in_domain : lam < 0."),
    ("t13_is : 0.693147180559945309416", "t13_is : 0.693147180559945309418"),
    ("Definition t13 : R := ln t12.", "Definition t13 : R := exp t12."),
    ("Fact branch_1 : t5 <= 0.", "Fact branch_1 : t5 < 0."),
]


@pytest.mark.parametrize(("right", "wrong"), WRONG)
def test_coq_refuses_what_is_wrong(right, wrong, tmp_path):
    text = coq_file(coq.of("dai2018/eq-36"))
    assert text.count(right) == 1
    assert coqc(tmp_path, "wrong", text.replace(right, wrong)) is None
