"""A coordinator types a paper in with a keyboard: the way there, the page without script, and the second look."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from forms_app.site.paper.printing import print_papers
from tests.browser.conftest import Live
from tests.browser.filling import choose, write
from tests.browser.test_accessibility import broken
from tests.conftest import PASSWORD

WIDE = {"width": 1280, "height": 800}


def fill_in(page: Page, name: str) -> None:
    """Type a teacher's registration in, as it stands on the paper."""
    choose(page, "reg_kind", "guru")
    write(page, "full_name", name)
    choose(page, "photo_ok", "tidak")
    page.locator("#q-agree label").click()


@pytest.mark.browser
def test_a_paper_is_scanned_typed_in_and_looked_at_again(chromium: Browser, live: Live) -> None:
    """The scanned address leads through the sign-in to the paper; Enter keeps no second record; axe finds nothing."""
    site = live.services
    made = print_papers(site, site.library.by_id("event_registration"), live.event, 2, "id")
    serial = made.serials[0]
    context = chromium.new_context(viewport=WIDE, locale="id-ID", bypass_csp=True)
    page = context.new_page()
    page.goto(f"{live.url}/desk/paper/{serial}/1/{live.event.code}")
    page.fill("[name=name]", "koordinator")
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    assert page.locator("h1").inner_text() == "Pendaftaran kegiatan"
    assert broken(page) == []
    fill_in(page, "Sutinah")
    page.get_by_role("button", name="Kirim").click()
    assert page.url == f"{live.url}/desk/paper/{serial}"
    assert page.locator("output").count() == 1
    assert broken(page) == []
    page.get_by_role("link", name="lagi").click()
    fill_in(page, "Sutini")
    page.get_by_role("button", name="Kirim").click()
    assert "dengan jawaban lain" in page.inner_text("main")
    assert broken(page) == []
    page.locator("[name=full_name]").press("Enter")
    assert site.log.count() == 1
    page.get_by_text("Simpan sebagai catatan kedua", exact=True).click()
    page.get_by_role("button", name="Kirim").first.click()
    assert page.locator("output").count() == 2
    assert site.log.count() == 2
    for path in ("", f"/cetakan/{made.batch}"):
        page.goto(f"{live.url}/desk/paper{path}")
        assert "2 dicetak, 1 diketik, 1 belum" in page.inner_text("main")
        assert broken(page) == []
    context.close()
