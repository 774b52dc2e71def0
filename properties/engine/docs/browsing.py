"""The site in a real browser, from disk and without a network: it is searched, read on a phone, and in the dark."""

import pytest

pytestmark = pytest.mark.slow  # make docs takes a third of a minute; a push runs it in another job

PAGES = ["index", "reference/json", "reference/commands", "reference/claims/wang2022", "explanation/results"]


@pytest.fixture
def opened(browser, site):
    """Return what opens a page; whatever it logs, or fails to load, fails the test."""
    complaints = []

    def open_page(name, query="", **options):
        page = browser.new_page(**options)
        page.context.set_offline(True)
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", lambda request: complaints.append(request.url))
        page.goto((site / f"{name}.html").as_uri() + query)
        return page

    yield open_page
    assert complaints == []


def test_who_searches_a_lemma_is_led_to_its_claim(opened):
    page = opened("search", "?q=Lemma+3")
    page.locator("#search-results a").first.click()
    assert page.url.endswith("reference/claims/koehler2022.html#koehler2022-lemma-3-optimal-d")
    page.locator("#koehler2022-lemma-3-optimal-d math").first.wait_for(state="attached")


@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_wider_than_a_phone(name, opened):
    page = opened(name, viewport={"width": 360, "height": 780})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("scheme", "dark"), [("light", False), ("dark", True)])
def test_it_is_dark_where_the_reader_wants_it_dark(scheme, dark, opened):
    page = opened("index", color_scheme=scheme)
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    red, green, blue = (int(part.strip(" rgba()")) for part in colour.split(",")[:3])
    assert (red + green + blue < 3 * 128) is dark
