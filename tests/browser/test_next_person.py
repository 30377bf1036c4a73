"""One phone, several families: "Isi untuk orang lain" begins with an empty form, and nothing of the last is left."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Live
from tests.browser.filling import awake
from tests.browser.test_kiosk import expect_empty, go_back_as_far_as_it_goes
from tests.browser.test_registration import NAME, register


def test_the_next_family_finds_nothing_of_the_last(page: Page, live: Live, scripted: bool) -> None:
    """An empty form with a nonce of its own; going back from there shows no answer of the family before."""
    page.goto(f"{live.url}/e/{live.event.code.lower()}")
    nonce = page.locator("#nonce").get_attribute("value")
    register(page, scripted=scripted)
    if scripted:
        awake(page)
    page.locator("#send").click()
    page.get_by_text("Isi untuk orang lain").click()
    expect_empty(page)
    assert page.locator("#nonce").get_attribute("value") != nonce
    if scripted:
        go_back_as_far_as_it_goes(page, NAME, "Dimas")
    expect(page.locator("body")).not_to_contain_text(NAME)
