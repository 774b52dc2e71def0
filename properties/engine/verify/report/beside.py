"""What lies beside the page: the same as text, a manifest of everything, certificates that can be checked."""

import hashlib
import inspect
import json
import re

import pytest

from verify.certificates.checker import check, parse
from verify.claims.claim import Claim
from verify.claims.entry import Verdict
from verify.registry.selection import select
from verify.report.cards import cards
from verify.report.refutation import rechecked
from verify.report.text import _fenced, _plain
from verify.running.record import Run


@pytest.fixture(params=["own", "some", pytest.param("whole", marks=pytest.mark.long)])
def each(request):
    """Return one report after the other."""
    return request.getfixturevalue(request.param)


def manifest(found):
    """Return the manifest of a report."""
    return json.loads((found.folder / "manifest.json").read_text(encoding="utf-8"))


@pytest.mark.long
def test_the_manifest_has_every_file_with_its_digest(each):
    told = {file["path"]: file for file in manifest(each)["files"]}
    there = {str(p.relative_to(each.folder)) for p in each.folder.rglob("*") if p.is_file()} - {"manifest.json"}
    assert told.keys() == there
    for path, file in told.items():
        content = (each.folder / path).read_bytes()
        assert (file["bytes"], file["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())


def test_the_manifest_has_every_claim_with_its_address_and_verdict(each):
    claims = manifest(each)["claims"]
    articles = {e["attributes"]["id"]: e["attributes"] for e in each.page.all("article")}
    assert [claim["id"] for claim in claims] == list(articles)
    for claim in claims:
        assert claim["address"] == f"index.html#{claim['id']}"
        assert claim["counted"] == articles[claim["id"]]["data-verdict"]
        assert claim["kind"] == articles[claim["id"]]["data-kind"]
        assert (claim["certificate"] is not None) == (claim["verdict"] == "refuted")
        assert len(claim["source"]["digest"]) == 64
        assert not claim["source"]["file"].startswith("/")


def test_certificates_are_those_that_are_kept(papers_report, registry):
    for claim in manifest(papers_report)["claims"]:
        if claim["certificate"]:
            content = (papers_report.folder / claim["certificate"]["path"]).read_bytes()
            assert content == registry[claim["id"]].certificate_file.read_bytes()
            assert hashlib.sha256(content).hexdigest() == claim["certificate"]["sha256"]


def test_the_text_has_every_claim_with_what_is_printed(each):
    text = (each.folder / "claims.md").read_text(encoding="utf-8")
    for claim in manifest(each)["claims"]:
        assert re.search(rf"^### {re.escape(claim['id'])}$", text.replace("\\", ""), re.MULTILINE)
        assert f"\n{claim['statement']}\n```" in text
        if claim["corrects"]:
            assert f"Corrects `{claim['corrects']}`." in text


def test_the_text_of_a_stranger_is_no_markup(own):
    text = (own.folder / "claims.md").read_text(encoding="utf-8")
    outside = re.sub(r"^(`{3,})\w*\n.*?^\1$", "", text, flags=re.DOTALL | re.MULTILINE)
    assert not re.search(r"(?<!\\)<", outside.replace("``<b>``", ""))
    assert list(_fenced("math", "a\n```\nb````c")) == ["`````math", "a\n```\nb````c", "`````"]
    assert _plain("*so* a*b [x](y) # $1$ ``c_d``") == r"*so* a\*b \[x\](y) \# \$1\$ ``c_d``"


def test_an_example_is_the_instance_that_refutes():
    """The decorator is Python, and the claim is certainly false at what it gives."""
    refuted = [c for c in select([], slow=True) if isinstance(c, Claim) and c.expected is Verdict.REFUTED]
    assert len(refuted) > 50
    for claim in refuted:
        refutation = rechecked(claim, claim.certificate_file)
        if claim.id == "koehler2022/section-b3.ground-truth":  # s + e = 1 there, and the values do not say which is 1
            assert refutation.example is None
            continue
        given = eval(refutation.example.removeprefix("@"), {"example": dict})
        assert claim.signature.infer(given).encode() == refutation.found.instance.encode()
        assert check(parse(refutation.content), {claim.id: claim}).instance.sizes == refutation.found.instance.sizes


@pytest.mark.parametrize("step", [5, pytest.param(1, marks=pytest.mark.long)])
def test_a_source_is_the_body_without_its_docstring(step):
    claims = select([], slow=True)[::step]
    shown = {card.id: card.source for card in cards(claims, Run(0, {}), {})}
    for claim in claims:
        assert shown[claim.id].startswith(f"def {claim.body.__name__}(")
        assert claim.body.__doc__ is None or claim.body.__doc__.strip() not in shown[claim.id]
        assert inspect.getsource(claim.body).rstrip().endswith(shown[claim.id].splitlines()[-1].strip())
