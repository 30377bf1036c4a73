"""The parents' checklist and Lapor SOS on a real page: when the emergency card opens, and how a child is spoken to."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Live, serving
from tests.browser.filling import choose, forth, write

# Without a script the card stands in the page from the start, and every question says for whom it is.
pytestmark = pytest.mark.parametrize("scripted", [True], ids=["script"], indirect=True)


@pytest.mark.parametrize("danger", ["hd1", "hd2"])
def test_a_yes_of_a_parent_opens_the_emergency_card(page: Page, live: Live, danger: str):
    """The card is hidden until danger is named, and there before anything is sent."""
    page.goto(f"{live.url}/f/6")
    expect(page.locator("#alarm")).to_be_hidden()
    choose(page, danger, "tidak_tahu")
    expect(page.locator("#alarm")).to_be_hidden()
    choose(page, danger, "ya")
    expect(page.locator("#alarm")).to_be_visible()
    assert live.services.log.count() == 0


def test_no_other_answer_of_a_parent_opens_it(page: Page, live: Live):
    """Strong signs leave the page as it was; only what is said of self-harm calls the card."""
    page.goto(f"{live.url}/f/6")
    sample = dict(live.services.library.by_id("detection_checklist_parent").sample)
    for step in (
        ["hd1", "hd2"],
        ["giver_rel", "child_class", "child_sex", "ask_call"],
        [f"h{number}" for number in range(1, 7)],
        [f"h{number}" for number in range(7, 12)],
    ):
        for name in step:
            choose(page, name, "3" if name[0] == "h" and name[1] != "d" else sample[name])
        forth(page, scripted=True)
    for name in ("h12", "h13", "h14", "h15"):
        choose(page, name, "3")
    choose(page, "h16", "9")
    expect(page.locator("#alarm")).to_be_hidden()
    choose(page, "h16", "1")
    expect(page.locator("#alarm")).to_be_visible()


def test_a_child_is_asked_with_kamu_and_for_no_number(page: Page, live: Live):
    """Once a child reports, the questions to grown-ups are gone; a number is asked only where a child wants a call."""
    signed = replace(live.services, settings=replace(live.services.settings, child_reports="Bagian Hukum, contoh"))
    with serving(signed) as url:
        page.goto(f"{url}/f/7")
        choose(page, "danger", "tidak")
        choose(page, "who", "anak")
        forth(page, scripted=True)
        expect(page.locator("#q-k_anon")).to_be_visible()
        expect(page.locator("#q-anon")).to_be_hidden()
        expect(page.locator("#q-phone")).to_be_hidden()
        choose(page, "reach", "pesan")
        expect(page.locator("#q-phone")).to_be_visible()
        choose(page, "reach", "jangan_hubungi")
        forth(page, scripted=True)
        write(page, "k_story", "Saya takut pulang sekolah.")
        while page.locator("#next").is_visible():
            page.locator("#next").click()
        page.locator("#send").click()
        expect(page.locator("main")).to_contain_text("Ini bukan salahmu")
        expect(page.locator("main")).not_to_contain_text("Bapak/Ibu")
        assert live.services.log.count(kind="s") == 1


def test_a_child_is_told_at_once_and_led_no_further(live: Live, page: Page):
    """As soon as a child says so, the card with the numbers is there and nothing leads on; an adult goes on."""
    page.goto(f"{live.url}/f/7")
    card, following = page.locator("#q-_held"), page.locator("#next")
    expect(card).to_be_hidden()
    choose(page, "who", "anak")
    expect(card.locator("a[href='tel:129']")).to_be_visible()
    expect(following).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator("#s-sekarang")).to_be_visible()
    choose(page, "who", "warga")
    expect(card).to_be_hidden()
    expect(following).to_be_visible()
