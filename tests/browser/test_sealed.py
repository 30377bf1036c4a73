"""Forms that are sealed on the phone: no plain answer leaves it, nothing is lost on the way, nothing stays behind."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from forms_app.answers.recheck import recheck
from forms_app.answers.submission import Submission
from forms_app.cli.rehearsal import Rehearsal, rehearsal
from forms_app.settings import Settings
from forms_app.specs.library import read_library
from forms_app.specs.model import FormSpec
from tests.browser.conftest import FORMS, SCREEN, serving
from tests.browser.filling import awake, choose, fill_in
from tests.browser.test_registration import register

pytestmark = pytest.mark.parametrize("scripted", [True], ids=["script"], indirect=True)
CANARY = "Kenari Kuning Sekali"
KEPT = """async () => {
    const done = request => new Promise(tell => { request.onsuccess = () => tell(request.result) })
    const pages = []
    for (const name of await caches.keys()) {
        for (const one of await (await caches.open(name)).matchAll()) pages.push(await one.text())
    }
    const database = await done(indexedDB.open("peksos"))
    const rows = await done(database.transaction("outbox").objectStore("outbox").getAll())
    const around = [{ ...localStorage }, { ...sessionStorage }, document.title, history.state, document.body.innerHTML]
    return JSON.stringify([pages, rows, around])
}"""
"""What a browser keeps of a site, and what it shows now."""


@dataclass(frozen=True)
class Field:
    """A site with every form, and the office that opens what came."""

    url: str
    site: Rehearsal

    def form(self, slug: str) -> FormSpec:
        """Return the form at an address."""
        return self.site.services.library.by_slug(slug)

    def came(self) -> list[Submission]:
        """Return what came, as the office reads it."""
        return [self.site.open(entry) for entry in self.site.after(0)]


@pytest.fixture
def field(tmp_path: Path) -> Iterator[Field]:
    """Serve every form, each as if its sign-off were there."""
    settings = Settings(instance=tmp_path, child_reports="Bagian Hukum, contoh")
    with rehearsal(read_library(FORMS).specs, settings) as site, serving(site.services) as url:
        yield Field(url, site)


@contextmanager
def watched(page: Page) -> Iterator[list[bytes]]:
    """Collect everything that leaves the page meanwhile: addresses, headers and bodies."""
    left: list[bytes] = []
    page.on("request", lambda one: left.append(f"{one.url} {one.headers}".encode() + (one.post_data_buffer or b"")))
    yield left


def fill(page: Page, field: Field, slug: str, **changes: str) -> None:
    """Open a form and fill in its sample with these changes, up to the last step."""
    page.goto(f"{field.url}/f/{slug}")
    spec = field.form(slug)
    fill_in(page, spec, {**dict(spec.sample), **changes}, scripted=True)


@pytest.mark.parametrize("slug", ["5", "7"])
def test_what_the_office_opens_has_no_flaw(page: Page, field: Field, slug: str):
    """Sealed on the phone, kept by the site, opened by the office: the same answers, in order, at their level."""
    fill(page, field, slug)
    page.locator("#send").click()
    expect(page.locator("output")).to_be_visible()
    (submission,) = field.came()
    assert submission.channel == "phone"
    assert recheck(field.form(slug), submission).problems == []
    entered = {name: answer for name, answer in dict(field.form(slug).sample).items() if answer not in ("", [])}
    assert submission.answers.keys() <= entered.keys()
    assert not submission.partial


def test_no_control_has_a_name_and_the_form_cannot_post(page: Page, field: Field):
    """Before the script has run the page holds nothing that a browser would send; nor may it send anything, ever."""
    answer = page.request.get(f"{field.url}/f/5")
    form = answer.text().partition("<form")[2].partition("</form>")[0]
    assert not re.search(r"<(input|select|textarea|button)[^>]* name=", form)
    assert "form-action 'none'" in answer.headers["content-security-policy"]
    page.goto(f"{field.url}/f/5")
    sent = "[...new FormData(document.getElementById('form')).keys()].length"
    assert page.evaluate(sent) == 0


@pytest.mark.parametrize("broken", ["page", "sealer", "kit"])
def test_with_a_broken_script_nothing_leaves(chromium: Browser, scripted: bool, field: Field, broken: str):
    """Whichever piece never comes, no answer is sent, in body or address, and the person is told."""
    phone = chromium.new_context(viewport=SCREEN, locale="id-ID", service_workers="block", java_script_enabled=scripted)
    page = phone.new_page()
    page.route(re.compile(rf"/static/vendor/{broken}|/{broken}/"), lambda route: route.abort())
    with watched(page) as left:
        fill(page, field, "5", staff_name=CANARY)
        page.locator("#send").click()
        expect(page.locator("#problems")).to_be_visible()
        page.evaluate("document.getElementById('form').submit()")
    expect(page.locator("#answers")).to_contain_text(CANARY)
    assert not [one for one in left if b"Kenari" in one]
    assert field.came() == []
    phone.close()


def test_the_script_of_the_page_itself_may_fail(page: Page, field: Field):
    """Without the page's own script nothing can be filled in that would be sent."""
    page = page.context.new_page()  # whose errors are meant
    page.route(f"{field.url}/f/5", _without_script)
    with watched(page) as left:
        page.goto(f"{field.url}/f/5")
        page.evaluate("document.querySelectorAll('[type=text]').forEach(each => each.value = 'Kenari')")
        page.evaluate("document.getElementById('form').submit()")
        page.evaluate("document.getElementById('form').requestSubmit()")
    assert not [one for one in left if b"Kenari" in one]
    assert page.url == f"{field.url}/f/5"


def _without_script(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace("const peksosExpressions", "throw 1;"))


def test_a_stranger_office_is_refused(page: Page, field: Field):
    """A kit with another office than the phone has met before seals nothing."""
    page.goto(f"{field.url}/f/5")
    page.evaluate("localStorage.setItem('peksos-office', 'ab'.repeat(32))")
    fill(page, field, "5")
    page.locator("#send").click()
    expect(page.locator("#problems")).to_contain_text("Kunci kantor tidak sama")
    assert field.came() == []


def test_what_is_there_can_be_sent_first_and_added_to(page: Page, field: Field):
    """The bell rings: what is there goes now, the rest later, and the office sees that they belong together."""
    page.goto(f"{field.url}/f/5")
    choose(page, "d1", "tidak")
    page.locator("#first").click()
    expect(page.locator("#sent-first")).to_contain_text("Sudah terkirim sebagian")
    fill_in(page, field.form("5"), dict(field.form("5").sample), scripted=True)
    page.locator("#send").click()
    expect(page.locator("output")).to_be_visible()
    first, last = field.came()
    assert (first.partial, first.answers, first.follows) == (True, {"d1": "tidak"}, "")
    assert recheck(field.form("5"), first).problems == []
    assert not last.partial
    code = page.evaluate("document.body.innerText")
    assert len(last.follows) == 10
    assert last.follows not in code.replace(" ", "")
    assert first.nonce == last.nonce


def test_an_addition_names_an_earlier_code(page: Page, field: Field):
    """Whoever comes back another day links what is added by the code that was written down."""
    fill(page, field, "5")
    page.locator("#send").click()
    code = page.locator("output").inner_text()
    page.goto(f"{field.url}/f/5")
    choose(page, "d1", "tidak")
    page.locator("summary", has_text="Menambah kiriman").click()
    page.locator("#follows").fill(code)
    page.locator("#first").click()
    expect(page.locator("#sent-first")).to_be_visible()
    assert field.came()[-1].follows == code.replace(" ", "")


def test_an_untouched_form_locks_itself(page: Page, field: Field):
    """After two minutes nothing that was typed can be read; the number opens it, and everything is still there."""
    page.clock.install()
    page.goto(f"{field.url}/f/5")
    page.locator("h1").click()
    page.wait_for_selector("#follows", state="attached")
    page.locator("#shut").click()
    page.locator("dialog[open] input").fill("4711")
    page.locator("dialog[open] button").click()
    page.locator("#lock input").fill("4711")
    page.locator("#lock button").click()
    choose(page, "d1", "tidak")
    page.clock.fast_forward(121_000)
    expect(page.locator("#lock")).to_be_visible()
    expect(page.locator("main h1")).not_to_be_visible()
    expect(page.locator("#lock a[href='tel:112']")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("#lock input").fill("1")
    page.locator("#lock button").click()
    expect(page.locator("#lock [role=alert]")).to_have_text("Angka kunci belum sesuai.")
    page.locator("#lock input").fill("4711")
    page.locator("#lock button").click()
    expect(page.locator("#lock")).to_have_count(0)
    assert page.locator("#q-d1 input[value=tidak]").is_checked()


def test_five_wrong_numbers_erase_what_was_typed(page: Page, field: Field):
    """Whoever guesses finds a table of numbers, and Back leads to an empty form."""
    page.goto(f"{field.url}/f/7")
    page.locator("h1").click()
    page.wait_for_selector("#follows", state="attached")
    choose(page, "danger", "ya")
    page.locator("#shut").click()
    page.locator("dialog[open] input").fill("4711")
    page.locator("dialog[open] button").click()
    for number in range(5):
        page.locator("#lock input").fill(str(number))
        page.locator("#lock button").click()
    page.wait_for_url("**/keluar")
    page.goto(f"{field.url}/f/7")
    assert page.locator("#q-danger input:checked").count() == 0


def learnt(page: Page, seen: list[tuple[str, str, int]]) -> None:
    """Wait until the worker has learnt all that it learns: three seconds without a request."""
    known = -1
    while known != len(seen):
        known = len(seen)
        page.wait_for_timeout(3_000)


@pytest.mark.parametrize("workers", ["allow"])
def test_a_report_and_a_quiet_checklist_look_alike_on_the_line(page: Page, field: Field):
    """The same number of requests of the same sizes, whatever was sent: a report, no signs, or all of them.

    It is counted at the site, so that nothing is missed that a worker of the browser sends.
    """
    seen: list[tuple[str, str, int]] = []

    def around(app: WSGIApplication) -> WSGIApplication:
        def watched(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
            body = b"".join(app(environ, start))
            seen.append((environ["PATH_INFO"], environ.get("CONTENT_LENGTH", ""), len(body)))
            return [body]

        return watched

    signs = {name: "3" for name, answer in field.form("5").sample if answer == "0"}
    traffic = []
    with serving(field.site.services, around) as url:
        for slug, changes in (("7", {}), ("5", {}), ("5", signs)):
            fill(page, replace(field, url=url), slug, **changes)
            learnt(page, seen)
            seen.clear()
            page.locator("#send").click()
            expect(page.locator("output")).to_be_visible()
            page.wait_for_timeout(1_000)
            traffic.append([one for one in seen if one[0] != "/worker.js"])  # asked for when the browser likes
    assert traffic[0] == [("/records", traffic[0][0][1], 768)]
    assert traffic[0] == traffic[1] == traffic[2]


def test_parts_are_not_doubled_when_an_answer_is_lost(page: Page, field: Field):
    """The site had kept the filling and its parts; what the phone sealed of them meanwhile is not kept again."""
    (event,) = field.site.services.events.all()
    spec = field.site.services.library.by_id("odfc_attendance")
    page.goto(f"{field.url}/e/{event.code.lower()}/{spec.slug}")
    fill_in(page, spec, {name: answer for name, answer in spec.sample if not _entries(answer)}, scripted=True)
    awake(page)
    page.route(re.compile("/e/"), _lose_the_answer)
    page.locator("#send").click()
    expect(page.locator("output")).to_be_visible(timeout=30_000)
    parts = [one.part for one in field.came()]
    assert "mood" in parts
    assert sorted(parts) == sorted(set(parts))


def _lose_the_answer(route: Route) -> None:
    if route.request.method != "POST":
        return route.continue_()
    route.fetch()
    return route.abort()


def _entries(answer: object) -> bool:
    return isinstance(answer, list) and any(isinstance(one, dict) for one in answer)


@pytest.mark.parametrize("workers", ["allow"])
def test_a_line_that_breaks_while_sending_costs_nothing(page: Page, field: Field):
    """Offline it says that it is not sent; when the line is back it goes by itself, once, and the code comes."""
    fill(page, field, "5", staff_name=CANARY)
    expect(page.locator("#check")).to_contain_text("Disegel untuk kantor")
    page.context.set_offline(True)
    page.locator("#send").click()
    expect(page.locator(".unsent")).to_contain_text("BELUM terkirim")
    assert page.locator("output").count() == 0
    assert page.title() == "BELUM terkirim"
    page.context.set_offline(False)
    expect(page.locator("output")).to_be_visible(timeout=30_000)
    (submission,) = field.came()
    assert submission.answers["staff_name"] == CANARY


@pytest.mark.parametrize("workers", ["allow"])
def test_nothing_of_a_sealed_form_stays_in_the_browser(page: Page, field: Field):
    """After sending neither storage nor history nor title knows a word of it, and going back finds nothing."""
    fill(page, field, "5", staff_name=CANARY)
    page.locator("#send").click()
    expect(page.locator("output")).to_be_visible()
    kept = page.evaluate(KEPT)
    assert "Kenari" not in kept
    assert json.loads(kept)[1] == []
    for _ in range(3):
        page.go_back()
        assert "Kenari" not in page.content()


def test_a_public_form_goes_plain_while_the_line_holds(page: Page, field: Field):
    """Whoever has a line sends as always: nothing more is fetched than the script that waits for a broken line."""
    fetched: list[str] = []
    page.on("request", lambda one: fetched.append(one.url))
    _register(page, field)
    page.locator("#send").click()
    expect(page.locator("output")).to_be_visible()
    assert not [one for one in fetched if "sealer" in one or "/kit/" in one]
    (submission,) = [one for one in field.came() if not one.part]
    assert submission.channel == "web"


def test_a_public_form_is_sealed_where_the_site_fails(page: Page, field: Field):
    """Errors of the site and lines that break lead into the outbox; what had arrived already is not doubled."""
    _register(page, field)
    tried = []

    def fail(route: Route) -> None:
        if route.request.method != "POST":
            return route.continue_()
        tried.append(route.fetch())
        return route.fulfill(status=502, body="")

    awake(page)
    page.route(re.compile("/e/"), fail)
    page.locator("#send").click()
    expect(page.locator("output")).to_be_visible(timeout=30_000)
    assert len(tried) == 1
    assert tried[0].status == 200
    assert len([one for one in field.came() if not one.part]) == 1
    page.locator("[data-proof]").click()
    page.wait_for_url("**/r/*")
    expect(page.locator("output")).to_be_visible()
    expect(page.locator("main")).to_contain_text("tiket")


def _register(page: Page, field: Field) -> None:
    """Fill in the registration of the event up to its last step."""
    (event,) = field.site.services.events.all()
    spec = field.site.services.library.by_id("event_registration")
    page.goto(f"{field.url}/e/{event.code.lower()}/{spec.slug}")
    register(page, scripted=True)
