"""Texts that repeat answers, with the script and without it."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Ask
from tests.browser.filling import pick, write

ROWS = [
    "{name: nama, type: text, label: Nama}",
    "{name: jenis, type: select_one jk, label: 'Anak ${nama} laki-laki?'}",
    "{name: lahir, type: date, label: 'Lahir ${nama}'}",
    "{name: n, type: note, label: '${nama}: ${jenis}, ${lahir}, ${berat}'}",
    "{name: berat, type: calculate, calculation: '1.5 + 1'}",
    "{name: janji, type: acknowledge, label: 'Betul, ${nama}?', hint: 'Ini ${nama}'}",
    "{name: umur, type: integer, label: 'Umur ${nama}', required: 'true()', required_message: 'Isi umur ${nama}.'}",
]
LISTS = "choices:\n  jk: [{name: l, label: Laki-laki}, {name: p, label: Perempuan}]\n"
EVIL = "<b>Ani</b> & ${umur}"


def test_an_answer_stands_in_the_texts_that_repeat_it(page: Page, ask: Ask, scripted: bool):
    """With the script at once, without it when the page comes back; always as text, never as HTML."""
    asked = ask(ROWS, head=LISTS)
    page.goto(asked.url)
    expect(page.locator("#q-jenis legend")).to_contain_text("Anak … laki-laki?")
    write(page, "nama", EVIL)
    pick(page, "jenis", "Perempuan")
    write(page, "lahir", "2020-02-03")
    if scripted:
        expect(page.locator("#q-jenis legend")).to_contain_text(f"Anak {EVIL} laki-laki?")
        expect(page.locator("#q-n")).to_have_text(f"{EVIL}: Perempuan, 3 Februari 2020, 2,5")
        page.locator("#next" if page.locator("#next").is_visible() else "#send").click()
    else:
        page.locator("#send").click()
    expect(page.locator("#q-n")).to_have_text(f"{EVIL}: Perempuan, 3 Februari 2020, 2,5")
    expect(page.locator("#q-janji .pick span")).to_have_text(f"Betul, {EVIL}?")
    expect(page.locator("#q-janji .hint")).to_have_text(f"Ini {EVIL}")
    expect(page.locator("#q-umur .msg")).to_have_text(f"Isi umur {EVIL}.")
    expect(page.locator("#problems a")).to_have_text(f"Umur {EVIL}: Isi umur {EVIL}.")
    assert page.locator("#form b:text('Ani')").count() == 0
    if scripted:
        write(page, "nama", "")
        expect(page.locator("#q-jenis legend")).to_contain_text("Anak … laki-laki?")


def test_an_entry_repeats_its_own_answers(page: Page, ask: Ask, scripted: bool):
    """Every entry shows what was written in it, and the steps that read answers back show the whole question."""
    inner = "{name: x, type: text, label: Nama}, {name: y, type: text, label: 'Hobi ${x} dari ${nama}'}"
    repeat = f"{{name: r, type: repeat, label: 'Anak ${{nama}}', questions: [{inner}]}}"
    asked = ask(["{name: nama, type: text, label: Nama}", repeat], ["{name: t, type: text, label: T}"])
    page.goto(asked.url)
    write(page, "nama", "Ibu Sri")
    write(page, "r-0-x", "Budi")
    page.locator("[name=_more]").click()
    write(page, "r-1-x", "Cici")
    if not scripted:
        page.locator("[name=_more]").click()
    expect(page.locator("#q-r-0-y .t")).to_contain_text("Hobi Budi dari Ibu Sri")
    expect(page.locator("#q-r-1-y .t")).to_contain_text("Hobi Cici dari Ibu Sri")
    expect(page.locator(".entry>legend").first).to_have_text("Anak Ibu Sri")
    if scripted:
        page.locator("#next").click()
        page.locator("#next").click()
        expect(page.locator("#answers")).to_contain_text("Anak Ibu Sri 2: Hobi Cici dari Ibu Sri")
