"""The ticket on a phone: readers read its code from the screen, it opens without internet, and it prints."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from forms_app.answers.submission import Nonce, receipt_code
from forms_app.site.intake import Intake, Receipt
from forms_app.site.tickets import show_ticket, ticket_of
from tests.browser.conftest import SCREEN, Live, serving
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
