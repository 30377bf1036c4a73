"""axe finds nothing: every page, every step, light and dark."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from forms_app.site.desk.gallery import STATES, THEMES
from tests.browser.conftest import SCREEN, Ask, Live
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
    context = chromium.new_context(
        service_workers="block", viewport=SCREEN, locale="id-ID", color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    page.goto(live.url + path.format(code=live.event.code.lower()))
    assert broken(page) == []
    context.close()


def sign_in(page: Page, url: str) -> None:
    """Sign in at the desk."""
    page.goto(f"{url}/desk/masuk")
    page.fill("[name=name]", "koordinator")
    page.fill("[name=password]", PASSWORD)
    page.click("main button")


def test_axe_finds_nothing_at_the_desk(chromium: Browser, live: Live):
    """The events, one event, and the error of a wrong password."""
    context = chromium.new_context(service_workers="block", viewport=SCREEN, locale="id-ID", bypass_csp=True)
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


@pytest.mark.parametrize("theme", [*THEMES, "device?lang=en"])
def test_axe_finds_nothing_in_the_gallery(chromium: Browser, live: Live, theme: str):
    """Every widget, card and receipt, in every state; nothing is wider than a phone, nothing too small for a finger."""
    context = chromium.new_context(
        service_workers="block", viewport={"width": 320, "height": 640}, locale="id-ID", bypass_csp=True
    )
    page = context.new_page()
    sign_in(page, live.url)
    name, _mark, wish = theme.partition("?")
    for state in STATES:
        page.goto(f"{live.url}/desk/gallery/{name}/{state}?{wish}")
        assert broken(page) == []
        assert small_targets(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


@pytest.mark.parametrize("wish", [{"contrast": "more"}, {"forced_colors": "active"}, {"reduced_motion": "reduce"}])
@pytest.mark.parametrize("path", ["/", "/bantuan", "/f/5", "/e/{code}", "/desk/masuk"])
def test_axe_finds_nothing_whatever_the_eyes_need(chromium: Browser, live: Live, path: str, wish: dict[str, Any]):
    """High contrast, the system's own colours, and stillness."""
    context = chromium.new_context(service_workers="block", viewport=SCREEN, locale="id-ID", bypass_csp=True, **wish)
    page = context.new_page()
    page.goto(live.url + path.format(code=live.event.code.lower()))
    assert broken(page) == []
    assert page.evaluate("document.getAnimations().length") == 0
    context.close()


@pytest.mark.parametrize(
    "path", ["/", "/bantuan", "/f/5", "/e/{code}", "/e/{code}/2", "/e/{code}/daftar", "/desk/masuk"]
)
def test_a_page_enlarged_four_times_scrolls_one_way_only(chromium: Browser, live: Live, path: str):
    """1280 by 1024 at 400 % is a screen of 320 by 256, on which no button stands before the questions."""
    context = chromium.new_context(
        service_workers="block", viewport={"width": 320, "height": 256}, device_scale_factor=4, locale="id-ID"
    )
    page = context.new_page()
    page.goto(live.url + path.format(code=live.event.code.lower()))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(
        "[...document.querySelectorAll('*')].every(e => !['fixed','sticky'].includes(getComputedStyle(e).position))"
    )
    context.close()


def test_a_registration_needs_no_pointer(chromium: Browser, live: Live):
    """Every step with the keyboard alone, and what has the focus can always be seen."""
    context = chromium.new_context(service_workers="block", viewport=SCREEN, locale="id-ID")
    page = context.new_page()
    page.goto(f"{live.url}/e/{live.event.code.lower()}")
    to(page, "f-reg_kind-0")
    page.keyboard.press("ArrowDown")  # a guest chooses the second
    to(page, "f-full_name")
    page.keyboard.type("Slamet")
    to(page, "next")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "H2"
    to(page, "f-agree")
    page.keyboard.press("Space")
    to(page, "next")
    page.keyboard.press("Enter")
    to(page, "send")
    page.keyboard.press("Enter")
    expect(page.locator("output")).to_be_visible()
    context.close()


def to(page: Page, name: str) -> None:
    """Press Tab until a control has the focus; each on the way is seen, and shows that it has it."""
    for _press in range(60):
        page.keyboard.press("Tab")
        found = page.evaluate(SEEN)
        assert found["seen"], found
        if found["id"] == name:
            return
    raise AssertionError(f"the keyboard does not reach {name}")


SEEN = """() => {
    const at = document.activeElement, shown = at.matches('.pick input,.freq input') ? at.nextElementSibling : at
    const box = shown.getBoundingClientRect(), ring = getComputedStyle(shown).outlineStyle != 'none'
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)
    const seen = ring && !!top && (shown.contains(top) || top.contains(shown))
    return {id: at.id, html: at.outerHTML.slice(0, 90), ring, seen}
}"""


def test_axe_finds_nothing_in_an_error_summary(chromium: Browser, live: Live):
    """A page with mistakes is as readable as one without, and the summary has the focus."""
    context = chromium.new_context(service_workers="block", viewport=SCREEN, locale="id-ID", bypass_csp=True)
    page = context.new_page()
    page.goto(f"{live.url}/e/{live.event.code.lower()}")
    page.click("#next")
    assert page.evaluate("document.activeElement.id") == "problems"
    assert broken(page) == []
    context.close()


@pytest.mark.parametrize("path", ["/", "/bantuan", "/f/5", "/e/{code}", "/desk/masuk"])
def test_targets_are_large_and_nothing_is_wider_than_the_screen(chromium: Browser, live: Live, path: str):
    """Every control is at least 48 px high at 320 px width, and nothing scrolls sideways."""
    context = chromium.new_context(service_workers="block", viewport={"width": 320, "height": 640}, locale="id-ID")
    page = context.new_page()
    page.goto(live.url + path.format(code=live.event.code.lower()))
    assert small_targets(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_the_check_step_is_as_easy_to_tap(chromium: Browser, live: Live):
    """The buttons that the script makes are as large as those of the page, and dressed like them."""
    context = chromium.new_context(service_workers="block", viewport=SCREEN, locale="id-ID")
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
    kinds = "a, button, input:not([type=hidden]), select, textarea, summary, [role=option]"
    found: list[str] = page.evaluate(
        """kinds => [...document.querySelectorAll(kinds)]
            .filter(e => e.offsetParent && !e.closest('p'))
            .map(e => (e.matches('[type=radio],[type=checkbox]') ? e.closest('label') : e))
            .filter(e => e.getBoundingClientRect().height < 47.5)
            .map(e => e.outerHTML.slice(0, 80))""",
        kinds,
    )
    return found


HOME = (
    "{name: home, type: group, label: Rumah, questions: [{name: street, type: text, label: Jalan}, "
    "{name: deep, type: group, questions: [{name: floor, type: text, label: Lantai, required: 'true()'}]}]}"
)
EVERYTHING = (
    [
        "{name: pain, type: range, label: Sakit, required: 'true()'}",
        "{name: kg, type: range, label: Berat, parameters: start=2 end=120 step=0.5}",
        "{name: met, type: dateTime, label: Kapan}",
        "{name: n, type: integer, label: Siswa, warn: . > 2000}",
        "{name: card, type: barcode, label: Kode kartu}",
        "{name: gate, type: geopoint, label: Letak}",
    ],
    [
        "{name: first, type: rank jenjang, label: Urutan, required: 'true()'}",
        "{name: who, type: select_multiple dikhawatirkan, label: Siapa, appearance: minimal, required: 'true()'}",
        "{name: kec, type: select_one yn, label: Kota}",
        "{name: kel, type: select_one ynu, label: Desa, choice_filter: 'name = ${kec}', required: 'true()'}",
        "{name: school, type: select_one_from_file schools.csv, label: Sekolah, required: 'true()'}",
    ],
    [
        HOME,
        "{name: kids, type: repeat, label: Anak, questions: [{name: nick, type: text, label: Nama}]}",
    ],
)
SCHOOLS = "name,label\n" + "".join(f"s{number},SD Contoh {number}\n" for number in range(300))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_widget(chromium: Browser, ask: Ask, scheme: str):
    """Every widget at rest and with its mistake, the search open, the order given; targets are large at 320 px."""
    context = chromium.new_context(
        viewport={"width": 320, "height": 640}, locale="id-ID", color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    page.goto(ask(*EVERYTHING, lists={"schools": SCHOOLS}).url)
    page.locator("[name=n]").fill("3000")
    page.locator("[name=n]").blur()
    looks = [lambda: None, lambda: page.click("#next")]
    after: list[Callable[[], object]] = [
        lambda: choose(page, "pain", "3"),
        lambda: page.get_by_role("button", name="Pakai urutan ini").click(),
        lambda: page.get_by_role("button", name="Tambah lagi").click(),
    ]
    for step, answer in enumerate(after):
        for look in (*looks, answer):
            look()
            assert broken(page) == []
        assert small_targets(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        if step == 1:
            page.locator("#q-who summary").click()
            choose(page, "who", "teman")
            choose(page, "kec", "ya")
            choose(page, "kel", "ya")
            page.locator("#f-school").click()
            page.keyboard.type("contoh 12")
            expect(page.get_by_role("option").first).to_be_visible()
            page.keyboard.press("ArrowDown")
            assert broken(page) == []
            page.keyboard.press("Enter")
        page.click("#next")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_widget_without_script(chromium: Browser, ask: Ask, scheme: str):
    """The plain page, with mistakes, a warning and what a search has found."""
    context = chromium.new_context(
        service_workers="block", viewport={"width": 320, "height": 640}, locale="id-ID", color_scheme=scheme
    )
    plain = chromium.new_context(java_script_enabled=False, locale="id-ID")
    asked, page = ask(*EVERYTHING, lists={"schools": SCHOOLS}), context.new_page()
    sent = plain.new_page()
    sent.goto(asked.url)
    sent.locator("[name=n]").fill("3000")
    for press in ("#send", "[value=school]"):
        sent.locator("#f-school").fill("contoh 12")
        sent.locator(press).click()
        # axe itself is a script: it looks at the page as it came, in a browser that runs none of the page's own.
        page.set_content(re.sub(r"<script.*?</script>", "", sent.content(), flags=re.DOTALL))
        assert broken(page) == []
        assert small_targets(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    plain.close()
    context.close()
