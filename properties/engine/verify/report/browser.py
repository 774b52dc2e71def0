"""The page in a real browser, from disk and without a network: it works, everybody can read it, no stranger runs."""

import pytest

from properties.engine.helpers.waiting import until

pytestmark = pytest.mark.long  # what a script or a style does shows in a browser alone

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 780}
SHOWN = "article.claim:not([hidden])"


def unfold(page):
    """Open all that is folded, and lay out what is not in view."""
    page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    page.evaluate("for (const c of document.querySelectorAll('.claim')) c.style.contentVisibility = 'visible'")
    page.evaluate("dispatchEvent(new Event('resize'))")


def test_claims_are_searched_filtered_and_sorted(opened, whole):
    page = opened(whole)
    articles = whole.page.all("article")
    verdicts = [e["attributes"]["data-verdict"] for e in articles]
    assert page.locator("output").inner_text() == f"{len(articles)} claims"
    page.locator("#page\\:verdict").select_option("refuted")
    assert page.locator(SHOWN).count() == verdicts.count("refuted")
    assert page.locator("output").inner_text() == f"{verdicts.count('refuted')} of {len(articles)} claims"
    page.locator("#page\\:paper").select_option("wang2022")
    ids = page.locator(SHOWN).evaluate_all("found => found.map(claim => claim.id)")
    assert ids == [
        e["attributes"]["id"] for e, verdict in zip(articles, verdicts, strict=True)
        if verdict == "refuted" and e["attributes"]["data-paper"] == "wang2022"
    ]  # fmt: skip
    assert page.locator("section.paper:visible").count() == 1
    page.get_by_label("Search").fill("THEOREM-2 commutes")
    assert page.locator(SHOWN).evaluate_all("found => found.map(claim => claim.id)") == ["wang2022/theorem-2"]
    page.get_by_label("Search").fill("no such words")
    assert page.locator(SHOWN).count() == 0
    page.locator("#page\\:filter").evaluate("form => form.reset()")
    page.locator("#page\\:paper").select_option("dai2020")
    page.locator("#page\\:sort").select_option("verdict")
    shown = page.locator(SHOWN).evaluate_all("found => found.map(claim => claim.dataset.verdict)")
    assert [v for k, v in enumerate(shown) if v not in shown[:k]] == [
        "refuted",
        "at a corner",
        "by a reading",
        "proved",
    ]
    page.locator("#page\\:sort").select_option("")
    ids = page.locator(SHOWN).evaluate_all("found => found.map(claim => claim.id)")
    assert ids == [e["attributes"]["id"] for e in articles if e["attributes"]["data-paper"] == "dai2020"]


def test_the_slowest_and_the_nearest_come_first(opened, own):
    page = opened(own)
    seconds = {claim["id"]: claim["seconds"] for claim in own.run["claims"]}
    page.locator("#page\\:sort").select_option("seconds")
    ids = page.locator(SHOWN).evaluate_all("found => found.map(claim => claim.id)")
    assert ids == sorted(seconds, key=seconds.get, reverse=True)


def test_a_link_to_a_claim_that_is_filtered_away_shows_it(opened, every):
    page = opened(every)
    page.get_by_label("Search").fill("no such words")
    assert page.locator(SHOWN).count() == 0
    page.locator("#page\\:errata a").first.click()
    until(lambda: page.evaluate("document.querySelectorAll('article.claim:not([hidden])').length > 1"))
    assert page.locator("article.claim:target").is_visible()


def test_an_address_leads_to_its_claim(opened, whole):
    page = opened(whole)
    for id in ("wang2022/theorem-2", "koehler2022/lemma-3.optimal-d"):  # past many whose height is not known yet
        page.goto(f"{page.url.partition('#')[0]}#{id}")
        page.wait_for_timeout(300)
        box = page.locator(f"article[id='{id}'] h4").bounding_box()
        assert 0 < box["y"] < 400
        assert page.locator(f"article[id='{id}'] h4").is_visible()


def test_mathematics_is_drawn(opened, every):
    page = opened(every)
    unfold(page)
    sizes = page.locator("math").evaluate_all(
        "found => found.map(m => [m.namespaceURI, m.getBoundingClientRect().width, m.getBoundingClientRect().height])"
    )
    assert len(sizes) > 50
    assert all(space == "http://www.w3.org/1998/Math/MathML" and w > 0 and h > 2 for space, w, h in sizes)
    matrix = page.locator("article math:has(mtable)").first.bounding_box()
    line = page.locator("article math:not(:has(mtable, mfrac, munderover))").first.bounding_box()
    assert matrix["height"] > 1.5 * line["height"]


def test_a_strangers_words_run_nothing(opened, own):
    page = opened(own)
    unfold(page)
    assert page.locator("main img, main svg, main script:not([type='application/json'])").count() == 0
    assert "It holds <script>alert(2)</script> for every" in page.locator("main").inner_text()
    blocked = page.evaluate(
        """() => new Promise(done => {
            addEventListener("securitypolicyviolation", event => done(event.effectiveDirective));
            const script = document.createElement("script");
            script.textContent = "alert(10)";
            document.body.append(script);
        })"""
    )
    assert blocked == "script-src-elem"
    assert len(opened.complaints) == 1  # which says so
    opened.complaints.clear()


def test_a_strangers_words_run_nothing_either_where_others_found_them(opened, every):
    page = opened(every)
    assert "a mean <script>alert(1)</script>" in page.locator("main").inner_text()


@pytest.mark.parametrize(
    ("viewport", "scheme"),
    [(WIDE, "light"), (NARROW, "dark")],
    ids=["wide", "narrow"],
)
def test_nobody_is_shut_out(opened, every, viewport, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    page = opened(every, viewport, color_scheme=scheme)
    unfold(page)
    found = axe.Axe().run(page).response
    assert [(v["id"], v["nodes"][0]["html"]) for v in found["violations"]] == []
    assert len(found["passes"]) > 20


@pytest.mark.parametrize("name", ["own", "every", "whole"])
def test_a_phone_scrolls_in_one_direction(opened, request, name):
    page = opened(request.getfixturevalue(name), NARROW)
    unfold(page)
    assert page.evaluate("document.scrollingElement.scrollWidth") == 360


def test_colours_are_chosen(opened, own):
    page = opened(own, color_scheme="light")
    colour = "getComputedStyle(document.body).backgroundColor"
    light, button = page.evaluate(colour), page.locator("#page\\:theme")
    assert button.inner_text() == "Auto"
    button.click()
    assert (button.inner_text(), page.evaluate(colour)) == ("Light", light)
    button.click()
    assert button.inner_text() == "Dark"
    assert page.evaluate(colour) != light
    page.reload()
    assert page.evaluate(colour) != light


def test_the_keyboard_reaches_everything(opened, every):
    page = opened(every, NARROW)
    unfold(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the claims"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#page:claims"
    wide = page.locator(".witness, .statement, .instance, .found").evaluate_all(
        "found => found.filter(e => e.scrollWidth > e.clientWidth).map(e => e.tabIndex)"
    )
    assert wide
    assert set(wide) == {0}


def test_a_command_is_copied(opened, own):
    page = opened(own)
    unfold(page)
    page.locator("#own\\/shift .copier").first.click()
    button = page.locator("#own\\/shift .copier").first
    until(
        lambda: button.text_content() in ("Copied", "Selected")
    )  # wait_for_function would evaluate a string in the page


def test_all_of_it_is_printed(opened, every):
    page = opened(every)
    folded = page.locator("details:not([open])").count()
    assert folded > 5
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details:not([open])").count() == folded
    assert page.pdf().startswith(b"%PDF")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.locator("form, .bar").locator("visible=true").count()


def test_it_is_read_without_scripts(opened, every):
    page = opened(every, java_script_enabled=False)
    assert page.locator("form").is_hidden()
    assert page.locator("#page\\:theme").is_hidden()
    claim = page.locator("article[id='wang2022/theorem-2']")
    assert claim.locator(".statement math").first.is_visible()
    assert claim.locator(".counterexample").is_visible()
    assert not claim.locator("details pre").first.is_visible()
    claim.locator("summary").click()
    assert claim.locator("details pre").first.is_visible()
