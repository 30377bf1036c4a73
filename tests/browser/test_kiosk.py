"""A kiosk in a real browser: it comes back empty by itself, asks before it empties, and Back finds nobody's answers."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import SCREEN, Live
from tests.browser.filling import write
from tests.browser.test_accessibility import broken
from tests.browser.test_registration import NAME, register

MINUTE = 60_000


@pytest.fixture
def start(live: Live) -> str:
    """Return the kiosk's address."""
    return f"{live.url}/e/{live.event.code.lower()}?kios=1"


def send(page: Page, *, scripted: bool) -> str:
    """Fill the form in, send it, and return the receipt code."""
    register(page, scripted=scripted)
    page.locator("#send").click()
    expect(page.get_by_text("Orang berikutnya")).to_be_visible()
    return page.locator("output").inner_text()


def expect_empty(page: Page) -> None:
    """Check that an empty form stands there, at its first question."""
    expect(page.locator("#form")).to_be_visible()
    expect(page.locator("[name=full_name]")).to_have_value("")
    assert page.evaluate("[...document.querySelectorAll('#form input')].every(at => at.checked == at.defaultChecked)")


def go_back_as_far_as_it_goes(page: Page, *forbidden: str) -> int:
    """Press Back until nothing more is there: no page may show any of these texts. Return how many there were."""
    for steps in range(12):
        page.go_back(wait_until="load")
        if page.url == "about:blank":
            return steps
        values = page.evaluate("[...document.querySelectorAll('input,select')].map(at => at.value).join(' ')")
        shown = page.evaluate("document.body.innerText") + values
        for text in forbidden:
            assert text not in shown, f"{steps + 1} steps back: {page.url}"
    return 12


def test_the_receipt_gives_way_and_back_finds_nothing(page: Page, start: str, scripted: bool) -> None:
    """Twelve seconds after the code the form is empty again, and no page behind it shows a name or a code."""
    page.goto(start)
    code = send(page, scripted=scripted)
    expect(page.locator("#form")).to_be_visible(timeout=20_000)
    assert page.url.partition("/e/")[2].endswith("?kios=1")
    expect_empty(page)
    if scripted:
        go_back_as_far_as_it_goes(page, NAME, "Dimas", code)


def test_the_next_person_need_not_wait(page: Page, start: str, scripted: bool) -> None:
    """The button goes to the empty form at once, and the next registration is another record."""
    page.goto(start)
    first = send(page, scripted=scripted)
    page.get_by_text("Orang berikutnya").click()
    expect_empty(page)
    assert send(page, scripted=scripted) != first


@pytest.mark.parametrize("scripted", [True], ids=["script"])
def test_an_idle_form_counts_down_and_is_emptied(page: Page, start: str) -> None:
    """After a minute it asks, ten seconds later it begins anew with a nonce of its own; going back finds it empty."""
    page.clock.install()
    page.goto(start)
    nonce = page.locator("#nonce").get_attribute("value")
    write(page, "full_name", NAME)
    page.clock.run_for(45_000)  # the time that really passes is added
    expect(page.locator("dialog#hush")).to_be_hidden()
    page.clock.run_for(16_000)
    expect(page.locator("dialog#hush")).to_be_visible()
    expect(page.locator("dialog#hush [role=alert]")).to_have_text(re.compile(r"dikosongkan dalam (10|[1-9]) detik"))
    with page.expect_navigation():
        page.clock.run_for(10_000)
    expect_empty(page)
    assert page.locator("#nonce").get_attribute("value") != nonce
    go_back_as_far_as_it_goes(page, NAME)


@pytest.mark.parametrize("scripted", [True], ids=["script"])
@pytest.mark.parametrize("way", ["touch", "button", "key"])
def test_a_touch_stops_the_countdown(page: Page, start: str, way: str) -> None:
    """Anywhere on the screen, by the button, or with any key; what was typed is still there a minute later."""
    page.clock.install()
    page.goto(start)
    write(page, "full_name", NAME)
    page.clock.run_for(62_000)
    expect(page.locator("dialog#hush")).to_be_visible()
    {
        "touch": lambda: page.mouse.click(20, 20),
        "button": lambda: page.locator("dialog#hush button").click(),
        "key": lambda: page.keyboard.press("Shift"),
    }[way]()
    expect(page.locator("dialog#hush")).to_be_hidden()
    page.clock.run_for(MINUTE - 15_000)
    expect(page.locator("dialog#hush")).to_be_hidden()
    expect(page.locator("[name=full_name]")).to_have_value(NAME)
    page.clock.run_for(17_000)
    expect(page.locator("dialog#hush")).to_be_visible()


@pytest.mark.parametrize("scripted", [True], ids=["script"])
def test_an_untouched_kiosk_is_quiet(page: Page, start: str) -> None:
    """Before anybody has touched it nothing counts down, and nothing is loaded again and again."""
    page.clock.install()
    page.goto(start)
    page.clock.run_for(10 * MINUTE)
    expect(page.locator("dialog#hush")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_kiosk(chromium: Browser, start: str, live: Live, scheme: str) -> None:
    """The countdown, the receipt and the way back from help are readable for everybody."""
    context = chromium.new_context(
        service_workers="block", viewport=SCREEN, locale="id-ID", color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    page.clock.install()
    page.goto(start)
    write(page, "full_name", NAME)
    page.clock.run_for(62_000)
    expect(page.locator("dialog#hush")).to_be_visible()
    assert broken(page) == []
    page.goto(f"{live.url}/bantuan?kios=1&dari={live.event.code}")
    assert broken(page) == []
    context.close()


@pytest.mark.parametrize("scripted", [True], ids=["script"])
def test_mistakes_do_not_bring_answers_back(context: BrowserContext, page: Page, start: str) -> None:
    """A page that the site sent back with mistakes is, once left, an empty form too."""
    page.goto(start)
    stop = "event => event.stopImmediatePropagation()"
    page.evaluate(f"document.getElementById('form').addEventListener('submit', {stop}, true)")
    write(page, "full_name", NAME)
    page.evaluate("document.getElementById('form').submit()")
    expect(page.locator("#problems")).to_be_visible()
    page.goto(start)
    go_back_as_far_as_it_goes(page, NAME)
