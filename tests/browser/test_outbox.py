"""The outbox on a real phone: what was sealed is kept until the site has signed for it, and leaves no trace."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from forms_app.answers.submission import now
from forms_app.office.household import Household
from forms_app.sealing.keys import Identity
from forms_app.sealing.signing import SigningKey
from forms_app.site.outbox import take_outbox
from forms_app.site.receiving import take_receipt
from forms_app.site.services import Services
from forms_app.storage.carried import Leave
from tests.browser.conftest import SCREEN
from tests.browser.filling import awake, choose, fill_in, write
from tests.browser.phones import (
    READY,
    Flaky,
    entries,
    flaky,
    phone,
    public_record,
    put,
    secret_record,
    send,
    until,
    with_outbox,
)
from tests.browser.test_accessibility import broken, small_targets
from tests.site.receipts import receipt, root_of

STRANGER = Identity("office", bytes([3]) * 32).recipient
CANARY = "zyxkenari"


@pytest.fixture
def site(services: Services) -> Iterator[Services]:
    """Return the open site with the time of today."""
    return replace(services, clock=now)


@pytest.fixture
def line(site: Services) -> Iterator[Flaky]:
    """Serve it behind a line that a test breaks."""
    with flaky(site) as found:
        yield found


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """Return a phone with an empty profile that speaks Indonesian."""
    found = chromium.new_context(viewport=SCREEN, locale="id-ID", accept_downloads=True)
    found.set_default_timeout(10_000)
    yield found
    found.close()


@pytest.fixture
def page(context: BrowserContext, line: Flaky) -> Page:
    """Return a page without a script of its own that has the outbox at hand."""
    return with_outbox(context, line)


def test_what_arrived_is_kept_without_its_bytes_and_a_secret_one_not_at_all(page: Page, site: Services, line: Flaky):
    """Of a registration hash and acknowledgement stay; of a report nothing does."""
    put(page, site, public_record(site, 1))
    put(page, site, secret_record(site, 2), secret_record(site, 3), kind="s")
    send(page)
    (left,) = entries(page)
    assert left["state"] == "received"
    assert not left["records"][0]["bytes"]
    assert left["records"][0]["ack"]
    assert (site.log.count(), site.log.count(kind="s"), line.posts()) == (3, 2, 3)


def test_one_refused_record_blocks_no_other(page: Page, site: Services):
    """It stays with the site's own words, and can be sent again by hand or saved; those behind it arrive."""
    put(page, site, secret_record(site, 1, STRANGER), secret_record(site, 2), kind="s")
    put(page, site, public_record(site, 3))
    send(page)
    refused, received = entries(page)
    assert (refused["state"], received["state"]) == ("refused", "received")
    assert refused["reason"].endswith(".")
    assert [one["bytes"] for one in refused["records"]] == [True, False]
    assert site.log.count() == 2


@pytest.mark.parametrize(
    "told",
    [
        ("200 OK", "text/html", b"<h1>Masuk ke WiFi</h1>"),
        ("200 OK", "application/json", b"{}"),
        ("404 NOT FOUND", "text/html", b"<h1>Hotspot</h1>"),
        ("403 FORBIDDEN", "application/json", b"[]"),
        ("500 INTERNAL SERVER ERROR", "application/json", b'{"code": "storage", "text": "Nanti."}'),
        ("429 TOO MANY REQUESTS", "application/json", b'{"code": "x", "text": "Nanti."}'),
    ],
)
def test_only_the_site_itself_can_take_or_refuse(page: Page, site: Services, line: Flaky, told: tuple[str, str, bytes]):
    """A captive portal, a proxy or a fault changes nothing; the record waits and arrives later."""
    put(page, site, secret_record(site, 1), kind="s")
    line.handler = lambda environ: told if environ["PATH_INFO"] == "/records" else None
    send(page)
    (waits,) = entries(page)
    assert (waits["state"], waits["tries"], waits["records"][0]["bytes"]) == ("waiting", 1, True)
    line.handler = lambda _: None
    send(page)
    assert entries(page) == []
    assert site.log.count() == 1


def test_a_line_that_hangs_holds_up_nothing_else(page: Page, site: Services, line: Flaky):
    """While one record never gets its answer, the others arrive."""
    identity, data = secret_record(site, 1)

    def hang(environ: dict[str, bytes]) -> None:
        if environ["test.body"] == data:
            time.sleep(4)

    line.handler = hang
    put(page, site, (identity, data), kind="s")
    for number in (2, 3, 4):
        put(page, site, secret_record(site, number), kind="s")
    began = time.monotonic()
    page.evaluate("() => { peksosOutbox.openBox().then(box => box.send({ now: true })) }")
    until(page, lambda: site.log.count() >= 3)
    assert time.monotonic() - began < 3.5


def test_an_acknowledgement_by_another_key_is_none(page: Page, site: Services):
    """What somebody else signed leaves the record where it is."""
    given = replace(site, site_key=SigningKey(bytes([9]) * 32))
    put(page, given, secret_record(site, 1), kind="s")
    send(page)
    assert [one["state"] for one in entries(page)] == ["waiting"]


def test_other_bytes_under_the_same_id_count_as_received(page: Page, site: Services):
    """They are the same answers, sealed or sent before: the phone may rest."""
    put(page, site, public_record(site, 1))
    send(page)
    put(page, site, public_record(site, 1))
    send(page)
    assert [one["state"] for one in entries(page)] == ["received", "received"]
    assert site.log.count() == 1


def test_two_tabs_send_once(context: BrowserContext, page: Page, site: Services, line: Flaky):
    """Both try at the same moment; each record goes over the line one time."""
    other = with_outbox(context, line)
    line.handler = lambda environ: time.sleep(0.3) if environ["PATH_INFO"] == "/records" else None
    for number in range(1, 6):
        put(page, site, secret_record(site, number), kind="s")
    for tab in (page, other):
        tab.evaluate("() => { window.sent = peksosOutbox.openBox().then(box => box.send({ now: true })) }")
    for tab in (page, other):
        tab.evaluate("() => window.sent")
    assert (line.posts(), site.log.count(), entries(page)) == (5, 5, [])


def test_it_goes_when_the_line_is_back_without_a_tap(context: BrowserContext, page: Page, site: Services):
    """The browser says that it is on line again, and the open page sends."""
    context.set_offline(True)
    put(page, site, secret_record(site, 1), kind="s")
    send(page)
    assert [one["state"] for one in entries(page)] == ["waiting"]
    context.set_offline(False)
    until(page, lambda: not entries(page))
    assert site.log.count() == 1


def test_it_tries_again_by_itself_after_the_site_was_away(page: Page, site: Services, line: Flaky):
    """The site stops and comes back at the same place; nobody touches the phone."""
    line.stop()
    put(page, site, secret_record(site, 1), kind="s")
    send(page)
    line.start()
    until(page, lambda: not entries(page))
    assert site.log.count() == 1


def test_the_pause_between_tries_grows_up_to_ten_minutes(page: Page, site: Services, line: Flaky):
    """Two seconds at first, never more than ten minutes, and not the same for every phone."""
    line.handler = lambda environ: ("500 X", "text/plain", b"") if environ["PATH_INFO"] == "/records" else None
    put(page, site, secret_record(site, 1), kind="s")
    pauses = []
    for _ in range(12):
        send(page)
        pauses.append(page.evaluate("async () => (await (await peksosOutbox.openBox()).entries())[0].due - Date.now()"))
    assert 1000 < pauses[0] <= 2000
    assert all(400_000 < pause <= 600_000 for pause in pauses[10:])
    assert len({round(pause) for pause in pauses[10:]}) == 2


def test_a_full_phone_says_so_and_loses_nothing(context: BrowserContext, page: Page, site: Services, line: Flaky):
    """What was there stays whole; what did not fit was never said to be kept."""
    control = context.new_cdp_session(page)
    control.send("Storage.overrideQuotaForOrigin", {"origin": line.url, "quotaSize": 500_000})
    put(page, site, secret_record(site, 1), kind="s")
    code = page.evaluate(
        """async () => {
            const box = await peksosOutbox.openBox()
            const records = [{ id: "00".repeat(16), bytes: new Uint8Array(5e6) }]
            const entry = { kind: "s", site: "", sitePublic: "", root: "", receipt: "", records }
            return box.add(entry).then(() => "kept", error => error.code)
        }"""
    )
    assert code == "full"
    assert len(entries(page)) == 1
    send(page)
    assert site.log.count() == 1


def test_what_is_taken_away_while_it_is_sent_stays_away(page: Page, site: Services, line: Flaky):
    """An answer that comes late puts nothing back."""
    line.handler = lambda environ: time.sleep(0.5) if environ["PATH_INFO"] == "/records" else None
    number = put(page, site, public_record(site, 1))
    page.evaluate(
        """async id => {
            const box = await peksosOutbox.openBox(), sent = box.send({ now: true })
            await new Promise(done => setTimeout(done, 200))
            await box.remove(id)
            await sent
        }""",
        number,
    )
    assert entries(page) == []


def sent_page(context: BrowserContext, line: Flaky, path: str = "/kiriman") -> Page:
    """Return the page of what waits; it fails the test when its script fails or its policy blocks something."""
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(line.url + path)
    return page


def test_the_page_says_in_words_and_colour_what_arrived(
    context: BrowserContext, page: Page, site: Services, line: Flaky
):
    """Not sent, refused, sent: three names, three colours; the code stands only where it arrived."""
    put(page, site, secret_record(site, 1, STRANGER), kind="s")
    put(page, site, public_record(site, 2))
    send(page)
    line.handler = lambda environ: ("500 X", "text/plain", b"") if environ["PATH_INFO"] == "/records" else None
    put(page, site, secret_record(site, 3), kind="s")
    shown = sent_page(context, line)
    expect(shown.locator(".sent")).to_have_count(3)
    expect(shown.locator(".state")).to_have_text(["BELUM terkirim", "Terkirim", "BELUM terkirim, ditolak"])
    assert shown.locator("output:visible").all_inner_texts() == ["12345 67897"]
    colours = shown.locator(".state").evaluate_all("all => all.map(each => getComputedStyle(each).color)")
    assert len(set(colours)) == 3
    expect(shown.locator("[data-reason]:visible")).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["id", "en"])
def test_axe_finds_nothing_on_the_page_of_what_waits(
    chromium: Browser, site: Services, line: Flaky, lang: str, scheme: str
):
    """With entries in every state, and while it asks whether to remove one; every control is large."""
    context = chromium.new_context(
        viewport={"width": 320, "height": 640}, locale="id-ID", color_scheme=scheme, bypass_csp=True
    )
    page = with_outbox(context, line)
    put(page, site, secret_record(site, 1, STRANGER), kind="s")
    put(page, site, public_record(site, 2))
    send(page)
    shown = sent_page(context, line, f"/kiriman?lang={lang}")
    expect(shown.locator(".sent")).to_have_count(2)
    assert broken(shown) == []
    assert small_targets(shown) == []
    assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shown.locator("[data-remove]").first.click()
    expect(shown.locator("#sure")).to_be_visible()
    assert broken(shown) == []
    assert small_targets(shown) == []
    context.close()


def test_one_is_removed_by_its_name_after_a_question(context: BrowserContext, page: Page, site: Services, line: Flaky):
    """Only that one goes, and only after Yes."""
    for number in (1, 2):
        put(page, site, secret_record(site, number, STRANGER), kind="s")
    send(page)
    kept, gone = entries(page)
    shown = sent_page(context, line)
    button = shown.get_by_role("button", name=f"Hapus kiriman {gone['label']}")
    button.click()
    expect(shown.locator("#sure")).to_contain_text(gone["label"])
    shown.locator("#no").click()
    expect(shown.locator(".sent")).to_have_count(2)
    button.click()
    shown.locator("#yes").click()
    expect(shown.locator(".sent")).to_have_count(1)
    assert [one["id"] for one in entries(page)] == [kept["id"]]


def test_the_saved_file_is_taken_in_at_the_site(
    context: BrowserContext, page: Page, site: Services, line: Flaky, tmp_path: Path
):
    """`peksos import-outbox` takes what the phone saved, whatever was said against sending it."""
    line.handler = lambda environ: ("500 X", "text/plain", b"") if environ["PATH_INFO"] == "/records" else None
    put(page, site, secret_record(site, 1), secret_record(site, 2), kind="s")
    put(page, site, public_record(site, 3))
    shown = sent_page(context, line)
    with shown.expect_download() as saved:
        shown.locator("#save").click()
    assert saved.value.suggested_filename == "kiriman.peksos"
    saved.value.save_as(tmp_path / "kiriman.peksos")
    report = take_outbox(site, tmp_path / "kiriman.peksos")
    assert (report.records, report.new, report.whole) == (3, 3, True)
    line.handler = lambda _: None
    shown.locator("#send").click()
    expect(shown.locator(".sent")).to_have_count(1)
    assert site.log.count() == 3


def test_only_the_offices_own_signature_says_that_it_has_it(
    context: BrowserContext, page: Page, site: Services, household: Household, line: Flaky
):
    """A receipt that somebody else signed, or one from before the record, says nothing."""
    put(page, site, public_record(site, 1))
    send(page)
    put(page, site, public_record(site, 2))
    first = receipt(site, root_of(household))
    send(page)
    forged = receipt(site, SigningKey(bytes([8]) * 32), 2)
    site.receipts.add(Leave(1, forged.decode(), site.clock().isoformat()))
    shown = sent_page(context, line)
    expect(shown.locator(".sent")).to_have_count(2)
    shown.wait_for_timeout(500)
    expect(shown.locator("[data-kept]:visible")).to_have_count(0)
    site.receipts.add(Leave(2, first.decode(), site.clock().isoformat()))
    shown.reload()
    expect(shown.locator("[data-kept]:visible")).to_have_text(["Kantor sudah menerima"])
    assert shown.locator(".sent").nth(1).locator("[data-kept]").is_visible()
    take_receipt(site, receipt(site, root_of(household), 3))
    shown.reload()
    expect(shown.locator("[data-kept]:visible")).to_have_count(2)


def report_in_flight(page: Page) -> None:
    """Fill in the teacher's checklist with a word that is nowhere else, and press the button."""
    choose(page, "d3", "ya")
    while page.locator("#next").is_visible():
        if page.locator("#q-facts").is_visible():
            write(page, "facts", f"Tanggal 3: {CANARY}.")
        page.locator("#next").click()
    page.locator("#send").click()


def test_it_survives_the_closed_browser_and_leaves_no_word_behind(
    chromium: Browser, site: Services, line: Flaky, tmp_path: Path
):
    """Sealed in flight mode, the browser closed, sent once when it opens again; no answer is in any store or file."""
    profile = tmp_path / "profile"
    with phone(chromium.browser_type, profile) as context:
        page = context.new_page()
        page.goto(f"{line.url}/f/5")
        page.evaluate(READY)
        line.stop()
        page.goto(f"{line.url}/f/5")
        report_in_flight(page)
        expect(page.locator(".unsent")).to_be_visible(timeout=30_000)
        assert CANARY not in stored(page)
        page.evaluate("localStorage.setItem('planted', 'zyxpembanding')")
    assert found_on_disk(profile) == []
    assert found_on_disk(profile, "zyxpembanding")
    line.start()
    with phone(chromium.browser_type, profile) as context:
        page = context.new_page()
        page.goto(f"{line.url}/bantuan")
        until(page, lambda: site.log.count() > 0)
        assert (site.log.count(kind="s"), line.posts()) == (1, 1)
        page.goto(f"{line.url}/kiriman")
        expect(page.locator("#empty")).to_be_visible()
        assert CANARY not in stored(page)
    assert found_on_disk(profile) == []


def test_a_registration_goes_sealed_where_the_line_fails_and_once_in_all(
    context: BrowserContext, site: Services, line: Flaky
):
    """The line breaks at the button: the same answers arrive later, as one record, and the page shows its code."""
    page = context.new_page()
    page.goto(f"{line.url}/f/16")
    page.evaluate(READY)
    spec = site.library.by_slug("16")
    fill_in(page, spec, dict(spec.sample), scripted=True)
    awake(page)
    line.handler = lambda environ: ("500 X", "text/plain", b"") if environ["REQUEST_METHOD"] == "POST" else None
    page.locator("#send").click()
    expect(page.locator(".unsent")).to_be_visible(timeout=20_000)
    line.handler = lambda _: None
    expect(page.locator("output")).to_be_visible(timeout=20_000)
    assert site.log.count() == 1


def stored(page: Page) -> str:
    """Return everything that a page's origin keeps, as one text."""
    found: str = page.evaluate(
        """async () => {
            const found = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })]
            for (const name of await caches.keys()) {
                const cache = await caches.open(name)
                for (const asked of await cache.keys()) found.push(asked.url, await (await cache.match(asked)).text())
            }
            for (const { name } of await indexedDB.databases()) {
                const database = await new Promise(done => {
                    const asked = indexedDB.open(name)
                    asked.onsuccess = () => done(asked.result)
                })
                for (const store of database.objectStoreNames) {
                    const all = await new Promise(done => {
                        const asked = database.transaction(store).objectStore(store).getAll()
                        asked.onsuccess = () => done(asked.result)
                    })
                    const plain = value => value instanceof Uint8Array ? new TextDecoder("latin1").decode(value) : value
                    found.push(JSON.stringify(all, (_, value) => plain(value)))
                }
                database.close()
            }
            return found.join("\\n")
        }"""
    )
    return found


def found_on_disk(profile: Path, word: str = CANARY) -> list[str]:
    """Return the files of a profile that hold the word, in either of the ways that a browser writes text."""
    needles = (word.encode(), word.encode("utf-16-le"))
    files = [file for file in profile.rglob("*") if file.is_file()]
    return [file.name for file in files if any(needle in file.read_bytes() for needle in needles)]
