"""In a real browser, from disk: a certificate is checked on request, and one that was edited is refused."""

import json
import re

import pytest

from verify.certificates.format import seal

pytestmark = pytest.mark.long  # ``agreement`` and ``hostile`` run the same checker without a browser


@pytest.fixture
def page(opened, every):
    """Return the page, with all that is folded open."""
    found = opened(every)
    found.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    return found


def panel(page, id):
    return page.locator(f'[data-certificate="{id}:certificate"]')


def answer(place):
    place.get_by_role("button", name=re.compile("^Check here")).click()
    return place.get_by_role("status").inner_text()


ID = "wang2022/theorem-2"


def test_every_certificate_is_checked(page, every):
    found = [panel(page, e["attributes"]["data-certificate"].partition(":")[0]) for e in every.page.all("div")
             if "data-certificate" in e["attributes"]]  # fmt: skip
    assert len(found) == 4
    for place in found:
        assert answer(place).startswith("✓ valid")
        assert "the claim is false there, as the certificate says" in place.inner_text()
        assert "is for whoever wrote the page to vouch" in place.inner_text()


def test_a_digit_changed_is_refused_and_may_be_undone(page):
    place = panel(page, ID)
    field = place.get_by_role("textbox")
    text = field.input_value()
    data = json.loads(text)
    assert data["claim"] == ID
    place_of_input = text.index('"inputs"')
    digit = place_of_input + re.search("[0-9]", text[place_of_input:]).start()
    field.fill(text[:digit] + str((int(text[digit]) + 1) % 10) + text[digit + 1 :])
    assert answer(place).startswith("✗ refused: invalid")
    assert "the seal does not fit" in place.inner_text()
    place.get_by_role("button", name="Seal it anew").click()
    resealed = json.loads(field.input_value())
    assert resealed["inputs"] != data["inputs"]
    assert seal({key: value for key, value in resealed.items() if key != "seal"}) == resealed["seal"]
    assert not answer(place).startswith("✓")
    assert "the seal fits the content" in place.inner_text()
    place.get_by_role("button", name="Undo the edits").click()
    assert field.input_value() == text
    assert answer(place).startswith("✓ valid")


@pytest.mark.parametrize("text", ["", "<script>alert(1)</script>", '{"a": 1, "a": 2}'])
def test_what_is_no_certificate_is_refused_and_stays_text(page, text):
    place = panel(page, ID)
    place.get_by_role("textbox").fill(text)
    assert answer(place).startswith("✗ refused: malformed")
    assert place.locator("script").count() == 0


def test_a_certificate_of_another_claim_is_refused(page):
    place = panel(page, ID)
    place.get_by_role("textbox").fill(panel(page, "koehler2022/theorem-6.loss").get_by_role("textbox").input_value())
    assert answer(place).startswith("✗ refused")


def test_without_scripts_there_is_no_button(opened, every):
    assert opened(every, java_script_enabled=False).get_by_role("button", name=re.compile("^Check here")).count() == 0
