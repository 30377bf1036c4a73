"""Flight mode on a real phone: after one visit the forms open, and nothing is kept that must not be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from forms_app.answers.submission import now
from forms_app.office.household import Household
from forms_app.sealing.layout import SealedRecord
from forms_app.sealing.statements import make_office_statement, read_office_statement
from forms_app.sealing.words import words
from forms_app.site.enrolment import add_event
from forms_app.site.services import Services
from forms_app.site.vendor import Vendor
from forms_app.storage.documents import Event
from tests.browser.conftest import SCREEN
from tests.browser.filling import awake, fill_in, write
from tests.browser.phones import EMPTY, READY, Flaky, entries, flaky, put, secret_record, send, until, with_outbox
from tests.browser.test_accessibility import broken, small_targets
from tests.browser.test_registration import register
from tests.conftest import PASSPHRASE


@pytest.fixture
def site(services: Services) -> Services:
    """Return the open site with the time of today."""
    return replace(services, clock=now)


@pytest.fixture
def opened(site: Services) -> Event:
    """Return an event that is open now, with two forms."""
    return add_event(
        site,
        Event(
            code="",
            title="One Day for Children",
            forms=("event_registration", "odfc_attendance"),
            opens="2020-01-01T00:00:00+00:00",
            closes="2099-01-01T00:00:00+00:00",
            date="2026-11-23T01:00:00+00:00",
            school="SD Contoh",
            jenjang="sd",
        ),
    )


@pytest.fixture
def line(site: Services) -> Iterator[Flaky]:
    """Serve the site behind a line that a test breaks."""
    with flaky(site) as found:
        yield found


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """Return a phone with an empty profile that speaks Indonesian."""
    found = chromium.new_context(viewport=SCREEN, locale="id-ID")
    found.set_default_timeout(15_000)
    yield found
    found.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """Return a page that fails the test when its script fails or its policy blocks something."""
    found: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda message: found.append(message.text) if "Content Security" in message.text else None)
    yield page
    assert found == []


def visit(page: Page, address: str) -> None:
    """Open a page for the first time, and wait until the phone has what belongs to it."""
    page.goto(address)
    page.evaluate(READY)
    page.wait_for_function("navigator.serviceWorker.controller !== null")


def kept(page: Page) -> dict[str, list[str]]:
    """Return what the phone keeps: addresses by store."""
    found: dict[str, list[str]] = page.evaluate(
        """async () => {
            const found = {}
            for (const name of await caches.keys()) {
                const all = await (await caches.open(name)).keys()
                found[name] = all.map(({ url }) => new URL(url).pathname + new URL(url).search)
            }
            return found
        }"""
    )
    return found


def book(page: Page) -> dict[str, Any]:
    """Return the phone's list of what it keeps."""
    found: dict[str, Any] = page.evaluate("async () => (await caches.match('/peksos-list')).json()")
    return found


def age(page: Page) -> None:
    """Make everything that is kept two hours older."""
    page.evaluate(
        """async () => {
            const cache = await caches.open("peksos-list"), list = await (await cache.match("/peksos-list")).json()
            for (const page of Object.values(list.pages)) page.made -= 72e5
            await cache.put("/peksos-list", new Response(JSON.stringify(list)))
        }"""
    )


def test_after_one_visit_every_form_opens_without_a_line(page: Page, site: Services, opened: Event, line: Flaky):
    """The site is gone: the event's forms, the secret ones, help and the way out open, from the poster too."""
    code = opened.code.lower()
    visit(page, f"{line.url}/e/{code}")
    line.stop()
    poster = f"/E/{opened.code}/{words(site.office.root).upper()}"
    secret = [f"/f/{spec.slug}" for spec in site.library if spec.sealed_on_phone]
    assert secret
    for path in (f"/e/{code}", poster, f"/e/{code}/2", f"/e/{code}/daftar", "/bantuan", "/keluar", "/", *secret):
        answer = page.goto(line.url + path)
        assert answer
        assert answer.status == 200
        assert answer.from_service_worker
    page.goto(f"{line.url}/e/{code}/1")
    page.locator("#next").click()
    expect(page.locator("#problems")).to_be_visible()


def test_each_kept_page_begins_a_filling_of_its_own(page: Page, opened: Event, line: Flaky):
    """The same kept page twice bears two nonces, so that two people's answers never become one record."""
    visit(page, f"{line.url}/e/{opened.code.lower()}")
    found = set()
    for _ in range(3):
        page.goto(f"{line.url}/e/{opened.code.lower()}")
        found.add(page.locator("#nonce").input_value())
    assert len(found) == 3


def test_a_repeat_visit_costs_no_page(page: Page, opened: Event, line: Flaky):
    """Within the hour nothing is asked for but whether the worker is still the same."""
    visit(page, f"{line.url}/e/{opened.code.lower()}")
    line.asked.clear()
    page.goto(f"{line.url}/e/{opened.code.lower()}/2")
    page.goto(f"{line.url}/bantuan")
    page.wait_for_timeout(3000)
    assert set(line.asked) <= {"GET /worker.js"}


def test_an_old_page_is_shown_and_then_looked_after(page: Page, opened: Event, line: Flaky):
    """After an hour it opens from the phone; behind it the list is asked for, and what is unchanged is not fetched."""
    visit(page, f"{line.url}/e/{opened.code.lower()}")
    age(page)
    before = book(page)["pages"]
    line.asked.clear()
    answer = page.goto(f"{line.url}/e/{opened.code.lower()}")
    assert answer
    assert answer.from_service_worker
    until(page, lambda: all(one["made"] > before[at]["made"] for at, one in book(page)["pages"].items()))
    assert "GET /offline.json" in line.asked
    assert not [asked for asked in line.asked if asked.startswith(("GET /e/", "GET /f/", "GET /kit/"))]
    assert all(one["made"] > before[at]["made"] for at, one in book(page)["pages"].items())


def test_what_is_kept_of_secret_forms_does_not_tell_which_was_opened(page: Page, site: Services, line: Flaky):
    """After a visit to one of them all are as old as each other."""
    visit(page, f"{line.url}/f/5")
    age(page)
    before = book(page)["pages"]["/f/5"]["made"]
    page.goto(f"{line.url}/f/5")
    until(page, lambda: book(page)["pages"]["/f/5"]["made"] > before)
    secret = {one["made"] for one in book(page)["pages"].values() if one["scope"] == "secret"}
    assert len(secret) == 1
    assert secret.pop() > before


def test_nothing_is_kept_that_the_site_does_not_name(context: BrowserContext, page: Page, opened: Event, line: Flaky):
    """No receipt, no page of the desk, no answer to a POST, although all of them were opened."""
    visit(page, f"{line.url}/e/{opened.code.lower()}")
    for path in (
        "/desk/masuk",
        "/r/aaaaaaaaaaaaaaaaaaaaaaaaaa",
        "/r/aaaaaaaaaaaaaaaaaaaaaaaaaa/bukti.json",
        "/?code=zzzzzz",
    ):
        page.goto(line.url + path, wait_until="commit")
    other = with_outbox(context, line)
    answer = context.request.get(f"{line.url}/offline.json?at=/e/{opened.code.lower()}").json()
    pages = [*answer["pages"], *answer["later"]]
    named = {one["at"] for one in pages} | {one["kit"] for one in pages if one["kit"]} | {answer["lost"]}
    files = {file for one in pages for file in one["files"]}
    other.wait_for_timeout(3000)
    found = kept(other)
    assert set(found["peksos-pages"]) == named
    assert set(found["peksos-files"]) == files
    assert found.keys() == {"peksos-pages", "peksos-files", "peksos-list"}


def test_an_unknown_page_in_flight_mode_says_what_can_be_opened(page: Page, opened: Event, line: Flaky):
    """The help numbers and a way to every kept form, in the phone's language; what is in the names is only text."""
    visit(page, f"{line.url}/e/{opened.code.lower()}")
    line.stop()
    page.goto(f"{line.url}/e/zzzzzz")
    expect(page.locator("h1")).to_have_text("Halaman ini belum ada di HP ini")
    expect(page.locator("a[href='tel:112']")).to_be_visible()
    page.locator(f"a[href='/e/{opened.code.lower()}/2']").click()
    expect(page.locator("#form")).to_be_visible()


def test_an_event_that_has_closed_leaves_the_phone(page: Page, site: Services, opened: Event, line: Flaky):
    """The old page is shown once more; then the site's own word stands in its place."""
    address = f"{line.url}/e/{opened.code.lower()}"
    visit(page, address)
    site.events.update(replace(opened, closes=(now() - timedelta(minutes=1)).isoformat()))
    age(page)
    page.goto(address)
    until(page, lambda: f"/e/{opened.code.lower()}/1" not in book(page)["pages"])
    page.goto(address)
    expect(page.locator("main")).to_contain_text("sudah ditutup")


def test_a_phone_that_lost_everything_asks_the_line_again(page: Page, opened: Event, line: Flaky):
    """The browser took the storage away: pages come from the site, and are kept again."""
    visit(page, f"{line.url}/e/{opened.code.lower()}")
    page.evaluate("async () => { for (const name of await caches.keys()) await caches.delete(name) }")
    answer = page.goto(f"{line.url}/e/{opened.code.lower()}")
    assert answer
    assert answer.status == 200
    until(page, lambda: "/f/5" in kept(page).get("peksos-pages", []))
    assert "/f/5" in kept(page)["peksos-pages"]


def test_a_new_worker_waits_for_whoever_is_filling_in(page: Page, opened: Event, line: Flaky):
    """An update in the middle changes nothing for the open form; where no form is open it steps in."""
    visit(page, f"{line.url}/e/{opened.code.lower()}")
    script = page.request.get(f"{line.url}/worker.js").body() + b"\n// newer"
    line.handler = lambda environ: (
        ("200 OK", "text/javascript", script) if environ["PATH_INFO"] == "/worker.js" else None
    )
    page.evaluate("async () => (await navigator.serviceWorker.getRegistration()).update()")
    until(page, lambda: bool(page.evaluate("navigator.serviceWorker.getRegistration().then(one => !!one.waiting)")))
    assert page.evaluate("navigator.serviceWorker.getRegistration().then(one => !!one.waiting)")
    line.stop()
    answer = page.goto(f"{line.url}/e/{opened.code.lower()}/2")
    assert answer
    assert answer.from_service_worker
    line.start()
    page.goto(f"{line.url}/kiriman")
    line.handler = lambda environ: (
        ("200 OK", "text/javascript", script + b" still") if environ["PATH_INFO"] == "/worker.js" else None
    )
    page.evaluate("async () => (await navigator.serviceWorker.getRegistration()).update()")
    waiting = "navigator.serviceWorker.getRegistration().then(one => !!(one.waiting || one.installing))"
    until(page, lambda: not page.evaluate(waiting))
    assert not page.evaluate(waiting)


def test_an_update_that_breaks_off_strands_no_kept_form(page: Page, site: Services, opened: Event, line: Flaky):
    """The site has new scripts and gives out no kit: the kept page keeps the scripts and the kit that it names."""
    visit(page, f"{line.url}/f/5")
    vendor: Vendor = line.app.extensions["peksos.vendor"]
    old, sealer = dict(vendor.files), vendor.files["sealer"]
    new = {name: f"newer{file}" for name, file in old.items()}
    vendor.contents = {**vendor.contents, **{new[name]: vendor.contents[old[name]] + b"\n" for name in new}}
    vendor.files = new
    line.app.extensions["peksos.pages"].windows.clear()
    line.app.extensions["peksos.kits"].made.clear()
    line.handler = lambda environ: ("500 X", "text/plain", b"") if environ["PATH_INFO"].startswith("/kit/") else None
    age(page)
    line.asked.clear()
    page.goto(f"{line.url}/f/5")
    until(page, lambda: any(asked.startswith("GET /kit/") for asked in line.asked))
    page.wait_for_timeout(2000)
    assert f"GET /static/vendor/{new['page']}" in line.asked
    line.stop()
    page.goto(f"{line.url}/f/5")
    assert page.locator("#form").get_attribute("data-phone") == f"/static/vendor/{old['page']}"
    kit = page.evaluate("fetch(document.getElementById('form').dataset.kit).then(one => one.json())")
    assert kit["sealer"] == f"/static/vendor/{sealer}"
    for name in ("page", "sealer"):
        assert page.evaluate("address => fetch(address).then(one => one.ok)", f"/static/vendor/{old[name]}")


def test_the_browser_sends_what_waits_when_it_finds_a_line(
    context: BrowserContext, page: Page, site: Services, line: Flaky
):
    """A background sync of the worker, as the browser asks for it with no page's help."""
    visit(page, f"{line.url}/f/5")
    other = with_outbox(context, line)
    line.handler = lambda environ: ("500 X", "text/plain", b"") if environ["PATH_INFO"] == "/records" else None
    put(other, site, secret_record(site, 1), kind="s")
    send(other)
    assert [one["state"] for one in entries(other)] == ["waiting"]
    other.evaluate("async () => (await peksosOutbox.openBox()).database.close()")
    other.close()
    line.handler = lambda _: None
    page.wait_for_timeout(2500)
    control = context.new_cdp_session(page)
    found: list[dict[str, Any]] = []
    control.on("ServiceWorker.workerRegistrationUpdated", lambda told: found.extend(told["registrations"]))
    control.send("ServiceWorker.enable")
    until(page, lambda: bool(found))
    told = {"origin": line.url, "registrationId": found[0]["registrationId"], "tag": "peksos-send", "lastChance": True}
    control.send("ServiceWorker.dispatchSyncEvent", told)
    until(page, lambda: site.log.count() > 0)
    assert site.log.count() == 1


def test_a_kiosk_opens_without_a_line_and_still_forgets_each_person(page: Page, opened: Event, line: Flaky):
    """With its countdown, with nothing filled in by the browser, and each time with a nonce of its own."""
    start = f"{line.url}/e/{opened.code.lower()}?kios=1"
    visit(page, start)
    line.stop()
    found = set()
    for address in (f"{line.url}/E/{opened.code}?kios=1", f"{line.url}/e/{opened.code.lower()}/1?kios=1", start):
        answer = page.goto(address)
        assert answer
        assert (answer.status, answer.from_service_worker) == (200, True)
        found.add(page.locator("#nonce").input_value())
    assert len(found) == 3
    page.clock.install()
    page.goto(start)
    assert page.locator("#form [autocomplete]:not([autocomplete=off])").count() == 0
    write(page, "full_name", "Kenari")
    page.clock.run_for(61_000)
    expect(page.locator("dialog#hush")).to_be_visible()
    with page.expect_navigation():
        page.clock.run_for(10_000)
    expect(page.locator("[name=full_name]")).to_have_value("")
    page.go_back()
    assert "Kenari" not in page.evaluate("[...document.querySelectorAll('input')].map(at => at.value).join()")


def test_what_a_kiosk_sends_without_a_line_waits_and_gives_way(page: Page, site: Services, opened: Event, line: Flaky):
    """It is sealed and sent later; twelve seconds after it says so, the form is empty for the next person."""
    start = f"{line.url}/e/{opened.code.lower()}?kios=1"
    visit(page, start)
    line.stop()
    page.goto(start)
    awake(page)
    register(page, scripted=True)
    page.locator("#send").click()
    expect(page.locator(".unsent")).to_contain_text("BELUM terkirim")
    expect(page.locator("#form")).to_be_visible(timeout=30_000)
    expect(page.locator("[name=full_name]")).to_have_value("")
    line.start()
    awake(page)  # the next person
    until(page, lambda: site.log.count() > 0)
    headers = [SealedRecord.from_bytes(entry.record).header for entry in site.log.entries() if entry.record]
    assert [header.form for header in headers].count("event_registration") == 1


def test_a_kiosks_pages_and_everybody_elses_do_not_mix(page: Page, opened: Event, line: Flaky):
    """Each is opened as what it was asked for, in whatever language, or not at all: a kiosk has no secret form."""
    code = opened.code.lower()
    visit(page, f"{line.url}/e/{code}?kios=1")
    assert not [at for at in book(page)["pages"] if at != "/keluar" and "kios=1" not in at]
    line.stop()
    answer = page.goto(f"{line.url}/e/{code}?lang=en&kios=1")
    assert answer
    assert answer.status == 200
    assert page.evaluate("'still' in JSON.parse(document.getElementById('words').textContent)")
    answer = page.goto(f"{line.url}/bantuan?kios=1&dari={code}")
    assert answer
    assert answer.status == 200
    expect(page.locator(f"main a[href='/e/{code}?kios=1']").first).to_be_visible()
    for path in (f"/e/{code}", "/f/5", "/f/5?kios=1"):
        page.goto(line.url + path, wait_until="commit")
        assert page.locator("#form").count() == 0
    line.start()
    visit(page, f"{line.url}/e/{code}")
    until(page, lambda: "/f/5" in book(page)["pages"])
    line.stop()
    page.goto(f"{line.url}/e/{code}")
    assert not page.evaluate("'still' in JSON.parse(document.getElementById('words').textContent)")
    page.goto(f"{line.url}/zzz?kios=1")
    assert page.locator("[data-pages] a").evaluate_all("all => all.every(one => one.search.includes('kios=1'))")
    page.goto(f"{line.url}/zzz")
    assert page.locator("[data-pages] a").evaluate_all("all => all.every(one => !one.search)")


SAVER = "() => Object.defineProperty(navigator, 'connection', { value: { saveData: true }, configurable: true })"
SLOW = {
    "offline": False,
    "latency": 1500,
    "downloadThroughput": -1,
    "uploadThroughput": -1,
    "connectionType": "cellular2g",
}
FREE = {**SLOW, "latency": 0, "connectionType": "none"}


@pytest.mark.parametrize("way", ["data saver", "2G"])
def test_where_every_byte_counts_no_secret_form_is_fetched_unasked(
    context: BrowserContext, page: Page, site: Services, opened: Event, line: Flaky, way: str
):
    """For everyone alike, also for whoever opens one of them; on a better line they all come, at one moment."""
    page.goto(line.url + EMPTY)
    page.evaluate("() => navigator.serviceWorker.register('/worker.js')")
    page.evaluate(READY)
    (worker,) = context.service_workers
    control = context.new_cdp_session(page)
    if way == "2G":
        control.send("Network.enable")
        control.send("Network.emulateNetworkConditions", SLOW)
        assert worker.evaluate("navigator.connection.effectiveType") == "2g"
    else:
        worker.evaluate(SAVER)
    code, secret = opened.code.lower(), {f"/f/{spec.slug}" for spec in site.library if spec.sealed_on_phone}
    for path, last in ((f"/e/{code}", f"/e/{code}/daftar"), ("/f/5", "/offline.json")):
        line.asked.clear()
        page.goto(line.url + path)
        until(page, lambda asked=f"GET {last}": asked in line.asked)
        page.wait_for_timeout(3_000)
        assert set(line.asked).isdisjoint(f"GET {at}" for at in secret - {path})
        assert f"/e/{code}/2" in book(page)["pages"]
        assert secret.isdisjoint(book(page)["pages"])
        assert secret.isdisjoint(kept(page)["peksos-pages"])
    if way == "2G":
        control.send("Network.emulateNetworkConditions", FREE)
    else:
        worker.evaluate("() => delete navigator.connection")
    assert worker.evaluate("navigator.connection.effectiveType") == "4g"
    age(page)
    page.goto(f"{line.url}/e/{code}")
    until(page, lambda: secret <= book(page)["pages"].keys())
    assert secret <= book(page)["pages"].keys()
    assert len({one["made"] for one in book(page)["pages"].values() if one["scope"] == "secret"}) == 1


NEWEST = "peksos-office-newest"


def knows(page: Page, number: int, *revoked: str) -> None:
    """Let the phone have met a statement of this number elsewhere on this site, with these keys given up."""
    page.evaluate("([name, text]) => localStorage.setItem(name, text)", [NEWEST, f"{number} {','.join(revoked)}"])


def kept_kit(page: Page) -> dict[str, Any]:
    """Return the kit that the phone keeps of the form that it shows."""
    found: dict[str, Any] = page.evaluate(
        "async () => (await caches.match(document.getElementById('form').dataset.kit, { ignoreVary: true })).json()"
    )
    return found


def send_checklist(page: Page, site: Services, line: Flaky) -> None:
    """Fill in a teacher's checklist on the kept page, and send it."""
    spec = site.library.by_slug("5")
    page.goto(f"{line.url}/f/5")
    fill_in(page, spec, dict(spec.sample), scripted=True)
    page.locator("#send").click()


def signed(site: Services, household: Household, number: int) -> Services:
    """Return the site with another statement of its office, of this number."""
    text = make_office_statement(household.root(PASSPHRASE), site.office.office, number, site.office.terms)
    return replace(site, office=read_office_statement(text))


def test_a_phone_remembers_the_newest_statement(page: Page, site: Services, household: Household, line: Flaky):
    """Its number, and the keys that it gave up; an older one that the site gives out later is refused."""
    line.app.extensions["peksos"] = signed(site, household, 7)
    visit(page, f"{line.url}/f/5")
    send_checklist(page, site, line)
    expect(page.locator("output")).to_be_visible()
    assert page.evaluate(f"localStorage.getItem('{NEWEST}')") == "7 "
    line.app.extensions["peksos"] = signed(site, household, 6)
    page.evaluate("async () => { for (const name of await caches.keys()) await caches.delete(name) }")
    send_checklist(page, site, line)
    expect(page.locator("#problems")).to_contain_text("Kunci kantor di halaman ini sudah lama")
    assert site.log.count() == 1
    assert page.evaluate(f"localStorage.getItem('{NEWEST}')") == "7 "


def test_a_kept_kit_that_is_older_gives_way_to_a_newer(page: Page, site: Services, household: Household, line: Flaky):
    """Within the hour the kept one would do; but the phone has met a newer statement, so it asks and then seals."""
    visit(page, f"{line.url}/f/5")
    assert kept_kit(page)["office"] == site.office.line.decode()
    line.app.extensions["peksos"] = signed(site, household, site.office.number + 1)
    knows(page, site.office.number + 1)
    line.asked.clear()
    send_checklist(page, site, line)
    expect(page.locator("output")).to_be_visible()
    assert [asked for asked in line.asked if asked.startswith("GET /kit/")]
    assert site.log.count() == 1


def test_without_a_line_an_older_kit_is_used_where_its_key_still_holds(page: Page, site: Services, line: Flaky):
    """The phone knows a newer statement, which has not given up the kept kit's key: it seals, and sends later."""
    visit(page, f"{line.url}/f/5")
    knows(page, site.office.number + 1, "00" * 8)
    line.stop()
    send_checklist(page, site, line)
    expect(page.locator(".unsent")).to_contain_text("BELUM terkirim")
    line.start()
    expect(page.locator("output")).to_be_visible(timeout=30_000)
    assert site.log.count() == 1


def test_without_a_line_nothing_is_sealed_to_a_key_that_was_given_up(page: Page, site: Services, line: Flaky):
    """The kept kit is genuine and does not know it; what was typed stays in the page."""
    visit(page, f"{line.url}/f/5")
    page.goto(f"{line.url}/f/5")
    knows(page, site.office.number + 1, kept_kit(page)["parts"][0]["key"])
    line.stop()
    send_checklist(page, site, line)
    expect(page.locator("#problems")).to_contain_text("Sambungkan internet")
    assert page.locator("#q-d1 input:checked").count() == 1
    line.start()
    assert entries(with_outbox(page.context, line)) == []
    assert site.log.count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_page_without_a_line(chromium: Browser, opened: Event, line: Flaky, scheme: str):
    """As the worker fills it in, at 320 px."""
    context = chromium.new_context(
        viewport={"width": 320, "height": 640}, locale="id-ID", color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    visit(page, f"{line.url}/e/{opened.code.lower()}")
    line.stop()
    page.goto(f"{line.url}/e/zzzzzz")
    assert broken(page) == []
    assert small_targets(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_the_phone_can_put_it_on_its_home_screen(context: BrowserContext, page: Page, line: Flaky):
    """The browser itself finds nothing wrong with the manifest and its pictures."""
    visit(page, f"{line.url}/kiriman")
    control = context.new_cdp_session(page)
    told = control.send("Page.getAppManifest")
    assert told["errors"] == []
    assert json.loads(told["data"])["name"] == "Formulir"
    wrong = control.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [one["errorId"] for one in wrong if one["errorId"] != "in-incognito"] == []
