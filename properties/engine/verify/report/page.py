"""The page: it asks for nothing, runs no script but its own, and every link of it leads somewhere."""

import base64
import copy
import hashlib
import re
from itertools import pairwise
from pathlib import Path

import pytest

from verify.claims.entry import Verdict
from verify.commands import report as command
from verify.report import report as model

HEADINGS = ["h1", "h2", "h3", "h4", "h5"]


@pytest.fixture(params=["own", "every", "some", pytest.param("whole", marks=pytest.mark.long)])
def each(request):
    """Return one report after the other."""
    return request.getfixturevalue(request.param)


@pytest.mark.long
def test_nothing_outside_the_page_is_asked_for(each):
    page = each.page
    assert not page.all("link", "iframe", "object", "embed", "base", "audio", "video", "use", "image")
    assert all(source.startswith("data:") for source in page.values("src"))
    assert all(address.startswith(("#", "certificates/")) for address in page.values("href"))
    assert not re.search(r"@import|url\(|https?:", page.all("style")[0]["text"] + page.all("script")[-1]["text"])
    assert not any(name.startswith("on") or name == "style" for e in page.elements for name in e["attributes"])


@pytest.mark.long
def test_the_policy_lets_run_what_is_ours_alone(each):
    (policy,) = [m["attributes"]["content"] for m in each.page.all("meta") if "http-equiv" in m["attributes"]]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    digests = {
        tag: "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"
        for tag in ("style", "script")
        for text in [re.findall(rf"<{tag}>(.*?)</{tag}>", each.html, re.DOTALL)[-1]]
    }
    assert rules == {
        "default-src": "'none'", "style-src": digests["style"], "script-src": digests["script"], "img-src": "data:",
        "base-uri": "'none'", "form-action": "'none'",
    }  # fmt: skip


def test_every_link_leads_somewhere_and_no_address_is_given_twice(each):
    ids = each.page.values("id")
    assert len(ids) == len(set(ids))
    for address in each.page.values("href"):
        assert address[1:] in ids if address.startswith("#") else (each.folder / address).is_file()
    for name in ("aria-labelledby", "for"):
        assert {id for value in each.page.values(name) for id in value.split()} <= set(ids)


def test_addresses_are_those_of_the_claims(papers_report):
    claims = [e["attributes"]["id"] for e in papers_report.page.all("article")]
    assert claims == [claim.id for claim in papers_report.claims]
    assert "koehler2022/lemma-3.optimal-d" in claims


def test_headings_are_in_order_and_regions_have_names(each):
    levels = [HEADINGS.index(e["tag"]) for e in each.page.all(*HEADINGS)]
    assert levels[0] == 0
    assert levels.count(0) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert len(each.page.all("main")) == 1
    for element in each.page.all("nav", "section", "article"):
        assert {"aria-label", "aria-labelledby"} & element["attributes"].keys()


def test_a_strangers_words_stay_words(own):
    scripts = own.page.all("script")
    assert all(s["attributes"].get("type") == "application/json" for s in scripts[:-1])
    assert "alert" not in scripts[-1]["text"]
    assert not own.page.all("img", "svg")
    assert all("li" in e["within"] for e in own.page.all("b"))  # the numbers at the top
    assert not any("javascript" in address for address in own.page.values("href"))
    text = " ".join(e["text"] for e in own.page.all("article"))
    for number in (1, 2, 3, 4, 6, 7, 8):
        assert f"alert({number})" in text
    (square,) = [e for e in own.page.all("article") if e["attributes"]["id"] == "own/square"]
    assert "It holds <script>alert(2)</script> for every xi, as <b> says." in square["text"]
    assert "<img src=x onerror=alert(1)>" in square["text"]


def test_what_was_never_printed_is_not_called_wrong_in_print(own):
    assert own.page.at("page:errata-title")["text"] == "Refuted"
    assert "Wrong in print" not in own.html + (own.folder / "claims.md").read_text(encoding="utf-8")


def test_what_a_claim_is_told_of_stands_with_it(own):
    told = own.page.at("own/shift")["text"]
    assert "✗" not in told  # marks are drawn, and not read out
    for words in (
        "refuted", "own/shift", "identity", "Counterexample", "x = 0", "0≠1", "examples", "@example(x=0)",
        "vae-verify check --claims own.py certificates/own_shift.json", "vae-verify run own.py::test_shift",
        "vae-verify hunt own.py::test_shift", "def test_shift(x: Scalar):", "equal(x, x + 1)",
    ):  # fmt: skip
        assert words.replace(" ", "") in re.sub(r"\s", "", told), words
    assert '"""' not in told


def test_evidence_is_what_the_run_counted(own, again):
    run = copy.deepcopy(own.run)
    run["claims"][0] |= {"examples": 1234, "certain": 1200, "indistinguishable": 34, "bits": 987, "seconds": 6.543}
    told = "".join(again(run).page.at("own/square")["text"].split())
    assert "examples1,234certain1,200indistinguishable34bits987seconds6.54" in told
    assert "indistinguishable0seconds" in "".join(
        own.page.at("own/square")["text"].split()
    )  # of which no bits are told


def test_counts_are_those_of_the_claims(papers_report):
    counts = {}
    for claim in papers_report.claims:
        if claim.same_as is None:
            column = "at a corner" if claim.corner else "by a reading" if claim.reading else str(claim.expected)
            counts[column] = counts.get(column, 0) + 1
    shown = {
        e["text"].split(maxsplit=1)[1]: int(e["text"].split()[0]) for e in papers_report.page.all("li") if _is_figure(e)
    }
    assert {name.removeprefix("refuted ").strip(): n for name, n in shown.items()} == counts
    rows = [[cell["text"] for cell in _cells(papers_report.page, row)] for row in _rows(papers_report.page)]
    columns = list(zip(*rows[1:], strict=True))[1:]
    assert {name: sum(int(n) for n in c if n != "·") for name, c in zip(rows[0][1:], columns, strict=True)} == counts


def _is_figure(element):
    return element["within"][-1] == "ul" and element["text"].split()[0].isdigit() and "b" not in element["within"]


def _rows(page):
    return page.all("tr")


def _cells(page, row):
    start = page.elements.index(row) + 1
    cells = []
    for element in page.elements[start:]:
        if element["tag"] == "tr":
            break
        if element["tag"] in ("td", "th"):
            cells.append(element)
    return cells


def test_what_rests_on_floats_is_not_said_to_be_judged_without_a_tolerance(own, papers_report):
    assert "rests on floats" in papers_report.page.at("page:summary")["text"]
    assert "rests on floats" not in own.page.at("page:summary")["text"]


def test_errata_of_substance_come_with_their_counterexamples(papers_report):
    errata = papers_report.page.at("page:errata")["text"]
    assert "Wrong in print" in errata
    for claim in papers_report.claims:
        substance = claim.expected is Verdict.REFUTED and not (claim.corner or claim.reading or claim.same_as)
        assert (f"Counterexample to {claim.label}" in papers_report.html) >= substance
    assert "App. C, before eq. (31)" in errata
    assert "1.38629436…≠0.693147180…" in re.sub(r"\s", "", errata).replace("...", "…")


@pytest.mark.long
def test_the_page_is_small(papers_report):
    assert (papers_report.folder / "index.html").stat().st_size < 2_000_000


@pytest.mark.long
def test_the_same_run_gives_the_same_bytes_but_for_the_date(again, own, monkeypatch):
    monkeypatch.setattr(command, "now", lambda: "2000-01-01T00:00:00Z")
    names = ("index.html", "claims.md", "manifest.json")
    first = [Path(again(own.run).folder / name).read_bytes() for name in names]
    assert [Path(again(own.run).folder / name).read_bytes() for name in names] == first
    monkeypatch.setattr(command, "now", lambda: "2000-01-02T00:00:00Z")
    later = again(own.run).html
    assert later != first[0].decode()
    assert later.replace("2000-01-02", "2000-01-01") == first[0].decode()


def test_every_column_has_its_worth():
    columns = {*map(str, Verdict), "at a corner", "by a reading", "not judged"} - {"survived"}
    assert columns == model._LEGEND.keys()
