"""axe finds nothing: every page, every step, light and dark."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import SCREEN, Live
from tests.browser.filling import choose, write
from tests.conftest import PASSWORD


def broken(page: Page) -> list[str]:
    """Return the rules that axe finds broken, with the place of the first node."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['target']}" for one in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/?code=zzzzzz",
        "/bantuan",
        "/keluar",
        "/f/5",
        "/nirgends",
        "/e/{code}",
        "/e/{code}/2",
        "/e/{code}/3",
        "/e/{code}/4",
        "/e/{code}/daftar",
        "/desk/masuk",
    ],
)
def test_axe_finds_nothing(chromium: Browser, live: Live, path: str, scheme: str):
    """WCAG rules and best practices hold on the page as it opens."""
    context = chromium.new_context(viewport=SCREEN, locale="id-ID", color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.goto(live.url + path.format(code=live.event.code.lower()))
    assert broken(page) == []
    context.close()


def test_axe_finds_nothing_at_the_desk(chromium: Browser, live: Live):
    """The events, one event, and the error of a wrong password."""
    context = chromium.new_context(viewport=SCREEN, locale="id-ID", bypass_csp=True)
    page = context.new_page()
    page.goto(f"{live.url}/desk/")
    for password in ("salah", PASSWORD):
        page.fill("[name=name]", "koordinator")
        page.fill("[name=password]", password)
        page.click("main button")
        assert broken(page) == []
    page.click("article a")
    assert broken(page) == []
    context.close()


def test_axe_finds_nothing_in_an_error_summary(chromium: Browser, live: Live):
    """A page with mistakes is as readable as one without, and the summary has the focus."""
    context = chromium.new_context(viewport=SCREEN, locale="id-ID", bypass_csp=True)
    page = context.new_page()
    page.goto(f"{live.url}/e/{live.event.code.lower()}")
    page.click("#next")
    assert page.evaluate("document.activeElement.id") == "problems"
    assert broken(page) == []
    context.close()


@pytest.mark.parametrize("path", ["/", "/bantuan", "/f/5", "/e/{code}", "/desk/masuk"])
def test_targets_are_large_and_nothing_is_wider_than_the_screen(chromium: Browser, live: Live, path: str):
    """Every control is at least 48 px high at 320 px width, and nothing scrolls sideways."""
    context = chromium.new_context(viewport={"width": 320, "height": 640}, locale="id-ID")
    page = context.new_page()
    page.goto(live.url + path.format(code=live.event.code.lower()))
    assert small_targets(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_the_check_step_is_as_easy_to_tap(chromium: Browser, live: Live):
    """The buttons that the script makes are as large as those of the page, and dressed like them."""
    context = chromium.new_context(viewport=SCREEN, locale="id-ID")
    page = context.new_page()
    page.goto(f"{live.url}/e/{live.event.code.lower()}")
    choose(page, "reg_kind", "guru")
    write(page, "full_name", "Slamet")
    page.click("#next")
    choose(page, "agree", "true")
    page.click("#next")
    assert page.locator("#answers button").count() > 3
    assert small_targets(page) == []
    assert page.locator("#answers button").first.evaluate("e => getComputedStyle(e).borderTopWidth") == "0px"
    context.close()


def small_targets(page: Page) -> list[str]:
    """Return the visible controls that are lower than 48 px; links inside a sentence are left out."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('a, button, input:not([type=hidden]), select, textarea')]
            .filter(e => e.offsetParent && !e.closest('p'))
            .map(e => (e.matches('[type=radio],[type=checkbox]') ? e.closest('label') : e))
            .filter(e => e.getBoundingClientRect().height < 47.5)
            .map(e => e.outerHTML.slice(0, 80))"""
    )
    return found
