"""Every way of answering, with the script and without it, up to what the office reads."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Ask, Asked
from tests.browser.filling import choose, forth, pick, write

DONE = "Terima kasih, Bapak/Ibu"
KECAMATAN = """\
choices:
  kec: [{name: utara, label: Metro Utara}, {name: timur, label: Metro Timur}]
  desa:
    - {name: banjarsari, label: Banjarsari, kec: utara}
    - {name: karangrejo, label: Karangrejo, kec: utara}
    - {name: yosodadi, label: Yosodadi, kec: timur}
"""


def send(page: Page, *, scripted: bool) -> None:
    """Go on to the end, send, and wait for the receipt."""
    while scripted and page.locator("#next").is_visible():
        forth(page, scripted=scripted)
    page.locator("#send").click()
    expect(page.locator("h1")).to_have_text(DONE)


def test_a_range_is_tapped(page: Page, ask: Ask, scripted: bool):
    """Up to eleven values stand as buttons, and none is picked beforehand; more are typed."""
    asked = ask(
        [
            "{name: pain, type: range, label: Sakit, parameters: start=0 end=10 step=1, required: 'true()'}",
            "{name: kg, type: range, label: Berat, parameters: start=2 end=120 step=0.5}",
        ]
    )
    page.goto(asked.url)
    assert page.locator("#q-pain input:checked").count() == 0
    pick(page, "pain", "7")
    write(page, "kg", "12.5")
    send(page, scripted=scripted)
    assert asked.answers() == {"pain": 7, "kg": 12.5}


def test_a_value_beside_the_steps_is_named(page: Page, ask: Ask, scripted: bool):
    """A number between two steps is refused with the bounds, and stays to be mended."""
    asked = ask(["{name: kg, type: range, label: Berat, parameters: start=2 end=120 step=0.5}"])
    page.goto(asked.url)
    write(page, "kg", "12.3")
    page.locator("#send").click()
    expect(page.locator("#q-kg .msg")).to_be_visible()
    assert page.locator("[name=kg]").input_value() == "12.3"
    assert asked.sent == 0


def test_a_moment_is_one_field(page: Page, ask: Ask, scripted: bool):
    """Day and time are picked together and kept to the minute."""
    asked = ask(["{name: met, type: dateTime, label: Kapan}"], ["{name: t, type: text, label: T}"])
    page.goto(asked.url)
    write(page, "met", "2026-11-22T08:30")
    if scripted:
        page.locator("#next").click()
        page.locator("#next").click()
        expect(page.locator("#answers")).to_contain_text("22 November 2026")
    send(page, scripted=scripted)
    assert asked.answers() == {"met": "2026-11-22T08:30"}


def test_a_decimal_may_have_decimals(page: Page, ask: Ask, scripted: bool):
    """The browser's own rule of whole steps does not stand in the way."""
    asked = ask(["{name: hours, type: decimal, label: Jam}"])
    page.goto(asked.url)
    write(page, "hours", "7.25")
    send(page, scripted=scripted)
    assert asked.answers() == {"hours": 7.25}


RANK = "{name: first, type: rank jenjang, label: Urutan, required: 'true()'}"
JENJANG = ["paud", "sd", "smp", "sma", "slb", "pnf"]


def test_choices_are_put_in_order(page: Page, ask: Ask, scripted: bool):
    """Buttons up and down with the script, one list for each place without it."""
    asked = ask([RANK])
    page.goto(asked.url)
    if scripted:
        page.get_by_role("button", name="Turunkan: PAUD").click()
        expect(page.locator("#say")).to_have_text(re.compile(r"PAUD.*: urutan 2 dari 6"))
        assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("Turunkan: PAUD")
    else:
        for place, name in enumerate(["sd", "paud", *JENJANG[2:]]):
            page.locator("#q-first select").nth(place).select_option(name)
    send(page, scripted=scripted)
    assert asked.answers() == {"first": ["sd", "paud", *JENJANG[2:]]}


def test_an_order_that_nobody_gave_is_no_answer(page: Page, ask: Ask, scripted: bool):
    """The order in which choices stand at first is nobody's opinion; it can be taken as it is with one tap."""
    asked = ask([RANK])
    page.goto(asked.url)
    page.locator("#send").click()
    expect(page.locator("#q-first .msg")).to_have_text("Bagian ini belum diisi.")
    if scripted:
        page.get_by_role("button", name="Pakai urutan ini").click()
        send(page, scripted=scripted)
        assert asked.answers() == {"first": JENJANG}


def test_many_choices_stay_folded(page: Page, ask: Ask, scripted: bool):
    """A fold is opened by a tap, and with the script it tells what was picked."""
    asked = ask(["{name: who, type: select_multiple dikhawatirkan, label: Siapa, appearance: minimal}"])
    page.goto(asked.url)
    expect(page.locator("#q-who label").first).to_be_hidden()
    page.locator("#q-who summary").click()
    choose(page, "who", "teman")
    choose(page, "who", "daring")
    if scripted:
        labels = page.locator("#q-who input:checked + span").all_inner_texts()
        expect(page.locator("#q-who summary")).to_have_text(", ".join(labels))
    send(page, scripted=scripted)
    assert asked.answers() == {"who": ["teman", "daring"]}


HOME = (
    "{name: home, type: group, label: Rumah, relevant: \"${visited} = 'ya'\", questions: [{name: street, type: text, "
    "label: Jalan, required: 'true()'}, {name: deep, type: group, questions: [{name: floor, type: text, "
    "label: Lantai, relevant: \"${street} != ''\"}]}]}"
)
GROUP = ["{name: visited, type: select_one yn, label: Sudah dikunjungi}", HOME]


def test_a_group_comes_and_goes_as_one(page: Page, ask: Ask, scripted: bool):
    """Its heading is the legend around its members; while its condition does not hold nothing of it is kept."""
    asked = ask(GROUP)
    page.goto(asked.url)
    group = page.get_by_role("group", name="Rumah")
    if scripted:
        expect(group).to_be_hidden()
    choose(page, "visited", "ya")
    expect(group).to_be_visible()
    write(page, "street", "Jalan Contoh 1")
    page.locator("#q-floor input").fill("2")
    send(page, scripted=scripted)
    assert asked.answers() == {"visited": "ya", "street": "Jalan Contoh 1", "floor": "2"}
    page.goto(asked.url)
    choose(page, "visited", "tidak")
    send(page, scripted=scripted)
    assert asked.answers() == {"visited": "tidak"}


REPEAT = (
    "{name: kids, type: repeat, label: Anak, parameters: max=3, questions: [{name: nick, type: text, "
    "label: Nama, required: 'true()'}, {name: here, type: select_one yn, label: Ikut}, "
    "{name: last, type: text, label: Terakhir, relevant: 'position(..) > 1'}]}"
)


def entries(page: Page) -> list[str]:
    """Return what stands in the names of the entries on the page."""
    return [one.input_value() for one in page.locator(".entry:visible [name$='-nick']").all()]


def test_entries_are_added_and_removed(page: Page, ask: Ask, scripted: bool):
    """Up to the most that there may be; the others keep their answers and move up; nothing is sent meanwhile."""
    asked = ask([REPEAT, "{name: n, type: calculate, calculation: 'count(${kids})'}"])
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(asked.url)
    write(page, "kids-0-nick", "Ani")
    for number, name in enumerate(("Budi", "Citra"), 1):
        page.get_by_role("button", name="Tambah lagi").click()
        write(page, f"kids-{number}-nick", name)
    choose(page, "kids-2-here", "ya")
    expect(page.get_by_role("button", name="Tambah lagi")).to_be_hidden()
    page.locator(".entry").nth(1).get_by_role("button", name="Hapus").click()
    expect(page.locator(".entry:visible")).to_have_count(2)
    assert entries(page) == ["Ani", "Citra"]
    expect(page.get_by_role("button", name="Tambah lagi")).to_be_visible()
    write(page, "kids-1-last", "ya")
    assert asked.sent == 0
    send(page, scripted=scripted)
    assert asked.answers() == {"kids": [{"nick": "Ani"}, {"nick": "Citra", "here": "ya", "last": "ya"}]}
    assert asked.submission().calculated == {"n": 2}


def test_an_entry_that_was_left_empty_is_none(page: Page, ask: Ask, scripted: bool):
    """What stands there for the first entry is not asked for; the site and the phone agree on how many there are."""
    asked = ask([REPEAT, "{name: t, type: text, label: T, relevant: 'count(${kids}) = 0'}"])
    page.goto(asked.url)
    write(page, "t", "tidak ada")
    send(page, scripted=scripted)
    assert asked.answers() == {"t": "tidak ada"}


CASCADE = [
    "{name: kec, type: select_one kec, label: Kecamatan, required: 'true()'}",
    "{name: desa, type: select_one desa, label: Kelurahan, choice_filter: 'kec = ${kec}', required: 'true()'}",
    "{name: other, type: select_one desa, label: Lain, choice_filter: 'kec = ${kec}', appearance: minimal}",
]


def test_a_cascade_offers_what_passes(page: Page, ask: Ask, scripted: bool):
    """With the script only choices that pass are offered; without it the site refuses the others in words."""
    asked = ask(CASCADE, head=KECAMATAN)
    page.goto(asked.url)
    choose(page, "kec", "utara")
    if scripted:
        assert page.locator("#q-desa label:visible").all_inner_texts() == ["Banjarsari", "Karangrejo"]
        assert page.locator("#q-other option").all_inner_texts() == ["Pilih satu", "Banjarsari", "Karangrejo"]
    choose(page, "desa", "karangrejo")
    choose(page, "other", "banjarsari")
    choose(page, "kec", "timur")
    page.locator("#send").click()
    if scripted:
        assert page.locator("#q-desa input:checked").count() == 0
        assert page.locator("#q-other select").input_value() == ""
        expect(page.locator("#q-desa .msg")).to_be_visible()
    else:
        expect(page.locator("#q-desa .msg")).to_contain_text("tidak cocok")
    choose(page, "desa", "yosodadi")
    choose(page, "other", "yosodadi")
    send(page, scripted=scripted)
    assert asked.answers() == {"kec": "timur", "desa": "yosodadi", "other": "yosodadi"}


WARNED = "{name: n, type: integer, label: Siswa, warn: . > 2000, warn_message: Besar sekali., constraint: . > 0}"


def test_what_is_unusual_is_said_once_and_taken(page: Page, ask: Ask, scripted: bool):
    """Beside the question at once with the script; without it the page comes back once, and is then taken."""
    asked = ask([WARNED])
    page.goto(asked.url)
    write(page, "n", "3000")
    if scripted:
        page.locator("[name=n]").blur()
        expect(page.locator("#q-n .look")).to_have_text("Besar sekali.")
        assert "w-n" in page.locator("[name=n]").get_attribute("aria-describedby")
    else:
        page.locator("#send").click()
        expect(page.locator(".sum.look")).to_contain_text("Besar sekali.")
        assert asked.sent == 0
    send(page, scripted=scripted)
    assert asked.answers() == {"n": 3000}


def test_a_warning_goes_when_the_answer_is_mended(page: Page, ask: Ask, scripted: bool):
    """A warning never stays beside an answer that it is not about."""
    asked = ask([WARNED])
    page.goto(asked.url)
    write(page, "n", "3000")
    if scripted:
        page.locator("[name=n]").blur()
    else:
        page.locator("#send").click()
    expect(page.locator("#q-n .look")).to_be_visible()
    write(page, "n", "30")
    if scripted:
        expect(page.locator("#q-n .look")).to_have_count(0)
    send(page, scripted=scripted)
    assert asked.answers() == {"n": 30}


def quick(ask: Ask) -> Asked:
    """Return a form of two quick questions, one of them beside another."""
    told = "{name: %s, type: select_one ynu, label: Cerita, appearance: quick}"
    return ask([told % "a"], [told % "b", "{name: t, type: text, label: T}"])


def test_a_quick_question_goes_on_by_itself(page: Page, ask: Ask, scripted: bool):
    """A tap on the only question of a step is enough; where more is asked the step stays."""
    asked = quick(ask)
    page.goto(asked.url)
    choose(page, "a", "ya")
    if scripted:
        expect(page.locator("#q-b")).to_be_visible()
    choose(page, "b", "tidak")
    page.wait_for_timeout(400)
    expect(page.locator("#q-b")).to_be_visible()
    send(page, scripted=scripted)
    assert asked.answers() == {"a": "ya", "b": "tidak"}


@pytest.mark.parametrize("scripted", [True], indirect=True, ids=["script"])
def test_a_quick_question_waits_for_the_keyboard(page: Page, ask: Ask):
    """Arrow keys pass over answers; they do not leave the step."""
    page.goto(quick(ask).url)
    page.locator("#q-a input").first.focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(400)
    expect(page.locator("#q-a")).to_be_visible()


def test_the_beginning_is_known_where_the_script_runs(page: Page, ask: Ask, scripted: bool):
    """`start` is when the page was first shown; without the script it is empty."""
    asked = ask(["{name: began, type: start}", "{name: tongue, type: language}", "{name: t, type: text, label: T}"])
    page.goto(asked.url)
    write(page, "t", "x")
    send(page, scripted=scripted)
    known = asked.submission().calculated
    assert known["tongue"] == "id"
    assert bool(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d", known.get("began", ""))) == scripted


def test_the_enter_key_never_asks_for_more(page: Page, ask: Ask, scripted: bool):
    """In a text field it sends the page or goes on; it presses no button for entries or searches."""
    asked = ask([REPEAT, "{name: t, type: text, label: T}"])
    page.goto(asked.url)
    write(page, "t", "x")
    page.locator("[name=t]").press("Enter")
    expect(page.locator("h1")).to_have_text(DONE)
    assert asked.answers() == {"t": "x"}
