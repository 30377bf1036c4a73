"""The ticket on a phone: readers read its code from the screen, it opens without internet, and it prints."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from forms_app.answers.submission import Nonce, now, receipt_code
from forms_app.site.intake import Intake, Receipt
from forms_app.site.tickets import show_ticket, ticket_of
from tests.browser.conftest import SCREEN, Live, serving
from tests.browser.phones import Flaky, flaky, until
from tests.browser.test_accessibility import broken
from tests.conftest import PASSWORD, TODAY, missing
from tests.office.conftest import REGISTRATION, posted


def registered(live: Live) -> tuple[str, str]:
    """Register at the running site; return the ticket and the receipt code."""
    spec = live.services.library.by_id("event_registration")
    taken = Intake(live.services, spec, live.event, Nonce.fresh(TODAY), "id").take(posted(REGISTRATION))
    assert isinstance(taken, Receipt)
    return ticket_of(live.services, live.event.code, taken.identity), receipt_code(taken.identity)


def scanned(picture: Path) -> str:
    """Return what a QR reader finds in a picture."""
    if shutil.which("zbarimg") is None:
        missing("zbarimg")
    found = subprocess.run(["zbarimg", "-q", "--raw", str(picture)], capture_output=True, check=True)
    return found.stdout.decode().strip()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("host", ["http://192.168.1.10:8000", "https://formulir.dinsos.metrokota.go.id"])
def test_a_reader_finds_the_tickets_address_on_the_screen(
    chromium: Browser, live: Live, scheme: str, host: str, tmp_path: Path
):
    """One screen of 360 x 640 shows QR code and code whole, in light and dark, also for a long public address."""
    code, _receipt = registered(live)
    public = replace(live.services, settings=replace(live.services.settings, public_url=host))
    with serving(public) as url:
        context = chromium.new_context(viewport=SCREEN, locale="id-ID", color_scheme=scheme, java_script_enabled=False)
        page = context.new_page()
        page.goto(f"{url}/t/{code}")
        page.screenshot(path=tmp_path / "tiket.png")
        shown = page.locator("output")
        box = shown.bounding_box()
        size = shown.evaluate("at => parseFloat(getComputedStyle(at).fontSize)")
        lines = shown.evaluate("at => at.getClientRects().length")
        text = shown.inner_text()
        context.close()
    assert scanned(tmp_path / "tiket.png") == f"{host}/T/{code}".upper()
    assert text == show_ticket(code)
    assert box
    assert box["y"] + box["height"] <= SCREEN["height"]
    assert (size >= 24, lines) == (True, 1)


def test_a_ticket_that_was_opened_once_opens_without_internet(page: Page, live: Live):
    """The browser's own memory is enough: also without script, and without a service worker."""
    code, _receipt = registered(live)
    page.goto(f"{live.url}/t/{code}")
    page.goto(f"{live.url}/bantuan")
    page.context.set_offline(True)
    page.goto(f"{live.url}/t/{code}")
    expect(page.locator("output")).to_have_text(show_ticket(code))


@pytest.mark.parametrize("scripted", [True], ids=["script"])
@pytest.mark.parametrize("workers", ["allow"])
def test_the_service_worker_does_not_stand_in_the_way_of_a_kept_ticket(page: Page, live: Live):
    """Where the form's worker answers every page, a ticket that was opened still opens without internet."""
    code, _receipt = registered(live)
    page.goto(f"{live.url}/e/{live.event.code.lower()}")
    page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
    page.goto(f"{live.url}/t/{code}")
    page.goto(f"{live.url}/bantuan")
    page.context.set_offline(True)
    page.goto(f"{live.url}/t/{code}")
    expect(page.locator("output")).to_have_text(show_ticket(code))


KEPT = """async () => {
    const found = []
    for (const name of (await caches.keys()).filter(one => one == "peksos-tickets")) {
        for (const { url } of await (await caches.open(name)).keys()) found.push(new URL(url).pathname)
    }
    return found
}"""
"""Which tickets the service worker keeps."""


@contextmanager
def carried(chromium: Browser, live: Live) -> Iterator[tuple[Flaky, Page]]:
    """Lend a phone on which the worker runs, and a line that breaks. The browser's own memory is off."""
    with flaky(live.services) as line:
        context = chromium.new_context(viewport=SCREEN, locale="id-ID")
        context.set_default_timeout(15_000)
        page = context.new_page()
        context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
        page.goto(f"{line.url}/kiriman")
        until(page, lambda: bool(page.evaluate("navigator.serviceWorker.controller !== null")))
        yield line, page
        context.close()


def opened(page: Page, line: Flaky, path: str, *, keeps: int = 1) -> None:
    """Open a ticket on the line, and wait until so many are kept."""
    page.goto(line.url + path)
    expect(page.locator("output")).to_be_visible()
    until(page, lambda: len(page.evaluate(KEPT)) == keeps)
    assert len(page.evaluate(KEPT)) == keeps


def test_the_worker_keeps_a_ticket_that_was_opened(chromium: Browser, live: Live):
    """From the poster's capitals, in another language, without the browser's memory; listed without a name."""
    code, _receipt = registered(live)
    with carried(chromium, live) as (line, page):
        opened(page, line, f"/T/{code.upper()}")
        line.stop()
        for path in (f"/t/{code}", f"/T/{code.upper()}", f"/t/{code}?lang=en"):
            answer = page.goto(line.url + path)
            assert answer
            assert (answer.status, answer.from_service_worker) == (200, True)
            expect(page.locator("output")).to_have_text(show_ticket(code))
        page.goto(f"{line.url}/e/zzzzzz")
        expect(page.locator("[data-pages] a").first).to_have_text(
            re.compile(f"Tiket masuk, kode akhir {code[-4:].upper()}One Day for Children")
        )
        page.locator("[data-pages] a").first.click()
        expect(page.locator("output")).to_have_text(show_ticket(code))


def test_the_sites_word_on_a_ticket_comes_first(chromium: Browser, live: Live):
    """While there is a line the site is asked; when it fails the kept one is shown; 404 takes it from the phone."""
    code, _receipt = registered(live)
    with carried(chromium, live) as (line, page):
        opened(page, line, f"/t/{code}")
        line.handler = lambda environ: ("500 X", "text/html", b"broken") if environ["PATH_INFO"][:3] == "/t/" else None
        page.goto(f"{line.url}/t/{code}")
        expect(page.locator("output")).to_have_text(show_ticket(code))
        assert page.evaluate(KEPT) == [f"/t/{code}"]
        identity = next(entry.record_id for entry in live.services.log.entries() if entry.record_id)
        line.handler = lambda _: None
        live.services.log.erase(bytes(32), [identity], 9000)
        page.goto(f"{line.url}/t/{code}")
        expect(page.locator("main")).to_contain_text("Tiket ini tidak ada di sini")
        until(page, lambda: page.evaluate(KEPT) == [])
        assert page.evaluate(KEPT) == []


def test_a_ticket_leaves_the_phone_when_its_time_is_over(chromium: Browser, live: Live):
    """Thirty days after its event, from the worker and from the browser's own memory; the site need not be there."""
    code, _receipt = registered(live)
    with carried(chromium, live) as (line, page):
        over = now() + timedelta(seconds=15)
        live.services.events.update(replace(live.event, closes=(over - timedelta(days=30)).isoformat()))
        opened(page, line, f"/t/{code}")
        line.stop()
        while now() < over + timedelta(seconds=1):
            page.wait_for_timeout(500)
        answer = page.goto(f"{line.url}/t/{code}")
        assert answer
        assert answer.status == 503
        assert page.locator("[data-pages] a[href^='/t/']").count() == 0
        assert page.evaluate(KEPT) == []


@pytest.mark.parametrize("path", ["/t/{code}?kios=1", "/t/nirgends", "/r/{code}"])
def test_nothing_but_a_ticket_is_kept_as_one(chromium: Browser, live: Live, path: str):
    """Not at a kiosk, not what is none, and no other page."""
    code, _receipt = registered(live)
    with carried(chromium, live) as (line, page):
        page.goto(line.url + path.format(code=code))
        page.wait_for_timeout(1_000)
        assert page.evaluate(KEPT) == []


def test_leaving_in_a_hurry_leaves_no_ticket(chromium: Browser, live: Live):
    """The quick exit of a secret form takes them from the phone; an ordinary visit to the quiet page does not."""
    code, _receipt = registered(live)
    with carried(chromium, live) as (line, page):
        opened(page, line, f"/t/{code}")
        page.goto(f"{line.url}/keluar")
        assert page.evaluate(KEPT) == [f"/t/{code}"]
        page.goto(f"{line.url}/f/5")
        page.locator(".exit").click()
        page.wait_for_url("**/keluar")
        assert page.evaluate(KEPT) == []


def test_a_printed_ticket_is_one_page_that_a_reader_reads(chromium: Browser, live: Live, tmp_path: Path):
    """Printing from a dark phone gives one A4 page, black on white, without what only a screen needs."""
    for program in ("pdftoppm", "pdftotext"):
        if shutil.which(program) is None:
            missing(program)
    code, _receipt = registered(live)
    context = chromium.new_context(viewport=SCREEN, locale="id-ID", color_scheme="dark")
    page = context.new_page()
    page.goto(f"{live.url}/t/{code}")
    (tmp_path / "tiket.pdf").write_bytes(page.pdf(format="A4"))
    context.close()
    subprocess.run(["pdftoppm", "-r", "100", "-png", "tiket.pdf", "tiket"], cwd=tmp_path, check=True)
    (picture,) = tmp_path.glob("tiket-*.png")
    assert scanned(picture).endswith("/T/" + code.upper())
    text = subprocess.run(
        ["pdftotext", "tiket.pdf", "-"], cwd=tmp_path, check=True, capture_output=True
    ).stdout.decode()
    assert show_ticket(code) in text
    assert "Bantuan" not in text


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_ticket(chromium: Browser, live: Live, scheme: str):
    """The ticket, its error page, and the coordinator's search are readable for everybody."""
    code, receipt = registered(live)
    context = chromium.new_context(viewport=SCREEN, locale="id-ID", color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    for path in (f"/t/{code}", "/t/nirgends", f"/desk/tiket/{live.event.code}"):
        page.goto(live.url + path)
        if "/masuk" in page.url:
            page.fill("[name=name]", "koordinator")
            page.fill("[name=password]", PASSWORD)
            page.click("main button")
        assert broken(page) == []
    for typed in ("123", receipt):
        page.fill("[name=receipt]", typed)
        page.click("main button")
        assert broken(page) == []
    expect(page.locator("output")).to_have_text(show_ticket(code))
    context.close()
