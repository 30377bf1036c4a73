"""A slow phone on a slow line: nothing moves, nothing more is fetched, and nothing that was typed early is lost.

What takes how long is measured by `benchmarks/phone.py`; here stands only what must hold however busy the machine is.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

from forms_app.cli.rehearsal import Rehearsal, rehearsal
from forms_app.settings import Settings
from forms_app.specs.reader import read_spec
from tests.browser.conftest import FORMS, SCREEN, Live, serving

TWELVE = Path(__file__).parents[2] / "benchmarks" / "twelve.yaml"
SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
PAINTED = (
    "() => performance.getEntriesByName('first-contentful-paint').length && !!document.querySelector('#f-nama_anak')"
)
SHIFTS = """window.moved = 0
new PerformanceObserver(list => list.getEntries().forEach(one => { moved += one.value }))
    .observe({type: "layout-shift", buffered: true})"""


@pytest.fixture
def twelve() -> Iterator[tuple[str, Rehearsal]]:
    """Serve the twelve questions; return their address and the site."""
    spec = read_spec(TWELVE.read_text(encoding="utf-8"), TWELVE.name, FORMS)
    with rehearsal([spec], Settings()) as site, serving(site.services) as url:
        yield f"{url}/f/{spec.slug}", site


@pytest.fixture
def slow(chromium: Browser) -> Iterator[Page]:
    """Return a page of a phone six times slower than this machine, on slow 3G."""
    context = chromium.new_context(viewport=SCREEN, locale="id-ID", is_mobile=True, has_touch=True)
    page = context.new_page()
    throttle(context, page)
    page.add_init_script(SHIFTS)
    yield page
    context.close()


def throttle(context: BrowserContext, page: Page) -> CDPSession:
    """Slow a page and its line down."""
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_3G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 6})
    return session


@pytest.mark.parametrize("_time", range(3))
def test_what_is_typed_at_once_is_sent(slow: Page, twelve: tuple[str, Rehearsal], _time: int):
    """The first field is tapped as soon as it is painted, whether or not the script has come by then."""
    url, site = twelve
    slow.goto(url, wait_until="commit")
    slow.wait_for_function(PAINTED, polling="raf")
    slow.locator("#f-nama_anak").tap(force=True)
    slow.keyboard.type("Budi")
    slow.evaluate("document.activeElement.blur()")
    slow.locator("#send").click()
    slow.locator("output").wait_for()
    assert [site.open(one).answers["nama_anak"] for one in site.after(0)] == ["Budi"]


def test_nothing_moves_and_nothing_more_is_fetched(slow: Page, twelve: tuple[str, Rehearsal]):
    """The script folds the page before it is seen; the page is one request until it is touched."""
    still(slow, twelve[0])


@pytest.mark.parametrize("path", ["/e/{code}", "/e/{code}/2", "/f/5"])
def test_nothing_moves_in_forms_of_many_steps(slow: Page, live: Live, path: str):
    """Also where the script adds how many steps there are, and where a question is not asked yet."""
    still(slow, live.url + path.format(code=live.event.code.lower()))


def still(page: Page, url: str) -> None:
    """Open a page; nothing in it moves, and nothing else is asked for."""
    asked: list[str] = []
    page.on("request", lambda one: None if one.url.startswith("data:") else asked.append(one.url))
    page.goto(url)
    page.wait_for_timeout(500)
    assert page.evaluate("moved") == 0
    assert asked == [url]


def test_a_conditional_question_moves_nothing_above_it(slow: Page, twelve: tuple[str, Rehearsal]):
    """What is being read stays where it is while a question comes below."""
    slow.goto(twelve[0])
    answer = slow.locator("#q-bicara label").last
    answer.scroll_into_view_if_needed()
    before = answer.bounding_box()
    answer.tap()
    slow.locator("#q-cara_komunikasi input").wait_for()
    assert answer.bounding_box() == before
