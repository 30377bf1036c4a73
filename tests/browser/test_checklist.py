"""The teacher's checklist on a real page: the card at once, the level by the rules, and nothing left behind."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Live
from tests.browser.filling import choose, fill_in


def fill(page: Page, live: Live, *, scripted: bool, **changes: str) -> None:
    """Fill the whole checklist with its sample answers and these changes."""
    spec = live.services.library.by_id("detection_checklist_teacher")
    answers = {**dict(spec.sample), "facts": "Tanggal 3: datang terlambat.", **changes}
    fill_in(page, spec, answers, scripted=scripted)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Belum ada tanda kuat"),
        ({"b1": "2"}, "Dekati anak dengan santai"),
        ({"p1": "1"}, "HARI INI"),
    ],
)
def test_the_card_follows_the_rules(page: Page, live: Live, scripted: bool, changes: dict[str, str], said: str):
    """Low, watch and urgent answers each end with their own card and a receipt."""
    page.goto(f"{live.url}/f/5")
    fill(page, live, scripted=scripted, **changes)
    page.locator("#send").click()
    expect(page.locator("main")).to_contain_text(said)
    expect(page.locator("output")).to_be_visible()
    assert live.services.log.count(kind="s") == 1


def test_a_yes_to_danger_opens_the_emergency_card_before_anything_is_sent(page: Page, live: Live, scripted: bool):
    """The card with the numbers is there at once; without script it is there from the start."""
    page.goto(f"{live.url}/f/5")
    if scripted:
        expect(page.locator("#alarm")).to_be_hidden()
        choose(page, "d3", "ya")
    expect(page.locator("#alarm")).to_be_visible()
    expect(page.locator("#alarm")).to_contain_text("BUKAN pengganti telepon")
    assert page.locator('#alarm a[href="tel:112"]').count() == 1
    assert live.services.log.count() == 0


def test_after_a_yes_the_rest_may_stay_empty(page: Page, live: Live, scripted: bool):
    """In danger nobody is made to answer 29 questions: the one Yes is enough to send."""
    page.goto(f"{live.url}/f/5")
    choose(page, "d3", "ya")
    if scripted:
        while page.locator("#next").is_visible():
            page.locator("#next").click()
    page.locator("#send").click()
    expect(page.locator("main")).to_contain_text("TELEPON SEKARANG")
    expect(page.locator("output")).to_be_visible()


def test_titles_and_addresses_name_nothing(page: Page, live: Live):
    """Neither the title nor the address tells what is being filled in."""
    page.goto(f"{live.url}/f/5")
    assert page.title() == "Formulir 5"
    assert page.url.endswith("/f/5")


def test_the_quick_exit_leaves_a_page_that_says_nothing(page: Page, live: Live):
    """One tap leads to a neutral page."""
    page.goto(f"{live.url}/f/5")
    page.get_by_text("Keluar cepat").click()
    page.wait_for_url("**/keluar")
    assert "PEKSOS" not in page.content()
