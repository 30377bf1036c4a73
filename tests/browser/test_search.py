"""Finding one of thousands: on the phone with the script, in two steps without it, and when the line is down."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Ask, Asked
from tests.browser.filling import choose, write
from tests.browser.test_widgets import send

ROWS = "name,label,kec\n" + "".join(
    f"s{number},{name} Contoh Iring Mulyo {number},{kec}\n"
    for number in range(5000)
    for name, kec in [("SD" if number % 3 else "MI Al-Amin", "utara" if number % 2 else "timur")]
)
HEAD = "choices: {kec: [{name: utara, label: Utara}, {name: timur, label: Timur}]}\n"
SCHOOL = (
    "{name: school, type: select_one_from_file schools.csv, label: Sekolah, choice_filter: 'kec = ${kec}', "
    "required: 'true()'}"
)
FIELDS = ["{name: kec, type: select_one kec, label: Kecamatan, required: 'true()'}", SCHOOL]
scripts_only = pytest.mark.parametrize("scripted", [True], indirect=True, ids=["script"])


def searching(ask: Ask, *more: str) -> Asked:
    """Return a form that asks for a school of a district."""
    return ask([*FIELDS, *more], ["{name: t, type: text, label: T}"], head=HEAD, lists={"schools": ROWS})


def find(page: Page, text: str, *, scripted: bool) -> None:
    """Type into the search; without the script ask the site."""
    page.locator("#f-school").click()
    page.locator("#f-school").fill(text)
    if not scripted:
        page.get_by_role("button", name="Cari").click()


def test_a_school_is_found_whatever_its_spelling(page: Page, ask: Ask, scripted: bool):
    """Case, spaces and marks do not matter; the filter holds; the label is shown again; the name is kept."""
    asked = searching(ask)
    page.goto(asked.url)
    choose(page, "kec", "utara")
    find(page, "alamin IRINGMULYO 1203", scripted=scripted)
    offers = page.get_by_role("option") if scripted else page.locator("#q-school .found label")
    expect(offers).to_have_text(["MI Al-Amin Contoh Iring Mulyo 1203"])
    offers.first.click()
    if scripted:
        assert page.locator("#f-school").input_value() == "MI Al-Amin Contoh Iring Mulyo 1203"
        page.locator("#next").click()
        page.locator("#next").click()
        expect(page.locator("#answers")).to_contain_text("MI Al-Amin Contoh Iring Mulyo 1203")
    send(page, scripted=scripted)
    assert asked.answers() == {"kec": "utara", "school": "s1203"}


def test_a_long_answer_is_cut_with_a_word_about_the_rest(page: Page, ask: Ask, scripted: bool):
    """At most fifty are offered at once; who does not see theirs is told to type more."""
    asked = searching(ask)
    page.goto(asked.url)
    choose(page, "kec", "timur")
    find(page, "sd", scripted=scripted)
    offers = page.get_by_role("option") if scripted else page.locator("#q-school .found label")
    expect(offers).to_have_count(50)
    expect(page.locator("#q-school")).to_contain_text("Masih ada pilihan lain.")
    find(page, "tidak ada di mana pun", scripted=scripted)
    expect(page.locator("#q-school")).to_contain_text("Tidak ada yang cocok.")
    assert asked.sent == 0


@pytest.mark.parametrize("scripted", [False], indirect=True, ids=["no-script"])
def test_searching_without_script_keeps_everything_and_stores_nothing(page: Page, ask: Ask):
    """The page comes back with all that was typed and the search in sight; no answer ever stands in an address."""
    asked = searching(ask)
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    page.goto(asked.url)
    choose(page, "kec", "utara")
    write(page, "t", "Kata rahasia")
    page.locator("#f-school").fill("1203")
    page.locator("#f-school").press("Enter")
    expect(page.locator("#q-school .found label")).to_have_count(1)
    expect(page.locator("#q-school .found")).to_be_in_viewport()
    assert page.locator("[name=t]").input_value() == "Kata rahasia"
    assert page.locator("#f-school").input_value() == "1203"
    assert page.locator(".msg").count() == 0
    assert asked.sent == 0
    choose(page, "school", "s1203")
    choose(page, "kec", "timur")
    page.locator("#send").click()
    expect(page.locator("#q-school .msg")).to_contain_text("tidak cocok")
    expect(page.locator("#q-school .found input:checked + span")).to_have_text("MI Al-Amin Contoh Iring Mulyo 1203")
    choose(page, "kec", "utara")
    send(page, scripted=False)
    assert asked.answers() == {"kec": "utara", "school": "s1203", "t": "Kata rahasia"}
    assert not any("1203" in one or "rahasia" in one for one in addresses)


@scripts_only
def test_the_list_is_fetched_once_and_only_when_it_is_wanted(page: Page, ask: Ask):
    """Opening the page fetches nothing but the page; the list comes with the first tap on the field."""
    asked = searching(ask)
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    page.goto(asked.url)
    choose(page, "kec", "utara")
    page.wait_for_load_state("networkidle")
    assert addresses == [asked.url]
    for text in ("12", "120", "1203"):
        find(page, text, scripted=True)
        expect(page.get_by_role("option").first).to_be_visible()
        page.locator("#f-school").blur()
    assert len(addresses) == 2
    assert "/c/" in addresses[1]


@scripts_only
def test_the_keyboard_is_enough(page: Page, ask: Ask):
    """Arrow keys walk through the offers, Enter takes one, Escape closes them; a screen reader is told which."""
    asked = searching(ask)
    page.goto(asked.url)
    choose(page, "kec", "utara")
    find(page, "iring mulyo 12", scripted=True)
    box = page.locator("#f-school")
    expect(page.get_by_role("option").first).to_be_visible()
    assert box.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    active = page.locator(f"#{box.get_attribute('aria-activedescendant')}")
    expect(active).to_have_attribute("aria-selected", "true")
    label = active.inner_text()
    page.keyboard.press("Enter")
    assert box.input_value() == label
    assert box.get_attribute("aria-expanded") == "false"
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    send(page, scripted=True)
    assert asked.answers()["kec"] == "utara"


@scripts_only
def test_what_was_typed_but_not_picked_is_no_answer(page: Page, ask: Ask):
    """The step says so beside the field, and a changed district clears the school of another."""
    asked = searching(ask)
    page.goto(asked.url)
    choose(page, "kec", "utara")
    find(page, "1203", scripted=True)
    expect(page.get_by_role("option")).to_have_count(1)
    page.locator("#next").click()
    expect(page.locator("#q-school .msg")).to_have_text("Pilih satu dari daftar yang muncul.")
    find(page, "1203", scripted=True)
    page.get_by_role("option").click()
    expect(page.locator("#q-school .msg")).to_have_count(0)
    choose(page, "kec", "timur")
    assert page.locator("#f-school").input_value() == ""
    page.locator("#next").click()
    expect(page.locator("#q-school .msg")).to_be_visible()


@scripts_only
def test_where_the_list_cannot_be_fetched_the_site_searches(page: Page, ask: Ask):
    """Without the list the button of the plain page appears; what it finds is picked, and the rest is kept."""
    asked = searching(ask)
    page.route("**/c/*", lambda route: route.abort())
    page.goto(asked.url)
    choose(page, "kec", "utara")
    page.locator("#f-school").click()
    expect(page.get_by_role("button", name="Cari")).to_be_visible()
    page.locator("#f-school").fill("1203")
    page.get_by_role("button", name="Cari").click()
    page.locator("#q-school .found label").click()
    assert page.locator("#f-school").input_value() == "MI Al-Amin Contoh Iring Mulyo 1203"
    send(page, scripted=True)
    assert asked.answers() == {"kec": "utara", "school": "s1203"}


INSIDE = (
    "{name: kids, type: repeat, label: Anak, questions: [{name: at, type: select_one_from_file schools.csv, "
    "label: Sekolah anak}]}"
)


@scripts_only
def test_entries_search_in_the_same_list(page: Page, ask: Ask):
    """A search inside an entry that was added works as any other, with the list that is here already."""
    asked = searching(ask, INSIDE)
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    page.goto(asked.url)
    choose(page, "kec", "utara")
    find(page, "1203", scripted=True)
    page.get_by_role("option").click()
    page.get_by_role("button", name="Tambah lagi").click()
    page.locator("#f-kids-1-at").click()
    page.locator("#f-kids-1-at").fill("mulyo 77")
    page.get_by_role("option").first.click()
    page.locator("#f-kids-0-at").fill("mulyo 88")
    page.locator("#f-kids-0-at").press("Enter")
    page.get_by_role("option").first.click()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Hapus").first.click()
    assert "Mulyo 77" in page.locator("#f-kids-0-at").input_value()
    send(page, scripted=True)
    assert asked.answers()["kids"] == [{"at": "s77"}]
    assert len([one for one in addresses if "/c/" in one]) == 1
