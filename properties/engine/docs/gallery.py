"""The gallery shows its claims with their kept certificates, says of each what is true, and hunts find them again."""

import inspect
import re

import pytest

from properties.engine.helpers.gallery import BUDGET, FILES, GALLERY, PAGE, claims, hunted, page, times
from verify.certificates.shelf import load
from verify.claims.entry import Verdict

TEXT = PAGE.read_text(encoding="utf-8")
NAMES = sorted(times(TEXT))


def by_name():
    return {claim.id.partition("/")[2]: claim for entries in claims().values() for claim in entries}


def test_the_page_is_made_of_the_claims_and_their_certificates():
    assert page(TEXT) == TEXT
    assert page(TEXT, [(NAMES[0], "7.0 s")]).count(" · 7.0 s\n") == TEXT.count(" · 7.0 s\n") + (
        times(TEXT)[NAMES[0]] != "7.0 s"
    )


def test_two_dozen_claims_are_false_and_keep_a_certificate_each():
    known = by_name()
    assert len(known) >= 24
    assert sorted(known) == NAMES
    assert {claim.expected for claim in known.values()} == {Verdict.REFUTED}
    assert {path.stem for path in (GALLERY / "claims" / "certificates").iterdir()} == set(known)


def test_every_time_was_measured():
    for name, took in times(TEXT).items():
        assert re.fullmatch(r"\d+\.\d s|not in 20 s", took), name


def test_every_claim_says_what_goes_wrong_what_is_true_and_where_it_stands():
    for name, claim in by_name().items():
        wrong, *rest = inspect.getdoc(claim.body).split("\n\n")
        assert wrong.endswith("."), name
        assert [part.partition(":")[0] for part in rest][-2:] == ["True", "Source"], name
        assert claim.label[0].isupper(), name


def test_every_file_is_shown():
    assert sorted((GALLERY / "claims").glob("*.py")) == sorted(FILES)
    for file in FILES:
        assert len(file.read_text(encoding="utf-8").splitlines()) <= 300, file
        assert f"](claims/{file.name})" in TEXT


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in NAMES if not times(TEXT)[name].startswith("not")])
def test_a_hunt_refutes_it_from_scratch(name, tmp_path):
    claim = by_name()[name]
    said, certificate = hunted(claim, tmp_path, 3 * BUDGET)
    assert said["strategy"] != "saved"
    assert certificate is not None
    load(certificate, claim)
