"""The main job, end to end: a parent scans the poster, registers, and the office reads exactly what was typed."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from pathlib import Path

from playwright.sync_api import Page, expect

from forms_app.cli.office import cli
from forms_app.office.household import open_household
from forms_app.office.importing import import_bundle
from forms_app.site import posters
from forms_app.site.packing import make_package
from tests.browser.conftest import Live
from tests.browser.filling import choose, forth, pick, write
from tests.conftest import PASSPHRASE, missing

NAME = 'Sutinah "Bu Tin", O\'Contoh 😔'
NICK = "Ora gelem, Śari"


def scan(live: Live, folder: Path) -> str:
    """Print the poster, read its QR code with a real reader, and return the address in it."""
    for program in ("pdftoppm", "zbarimg"):
        if shutil.which(program) is None:
            missing(program)
    body, _kind = posters.draw(posters.poster_of(live.services, live.event, "id"), "pdf")
    (folder / "poster.pdf").write_bytes(body)
    subprocess.run(["pdftoppm", "-r", "150", "-png", "-singlefile", "poster.pdf", "poster"], cwd=folder, check=True)
    read = subprocess.run(["zbarimg", "-q", "--raw", "poster.png"], cwd=folder, check=True, capture_output=True)
    return read.stdout.decode().strip()


def sheet(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def register(page: Page, *, scripted: bool) -> None:
    """Fill in the registration for a mother with two children."""
    pick(page, "reg_kind", "Orang tua")
    write(page, "full_name", NAME)
    write(page, "phone", "0812-3456-7890")
    forth(page, scripted=scripted)
    choose(page, "rel", "ibu")
    write(page, "child_n", "2")
    if not scripted:
        page.locator("button[name=_more]").click()
    write(page, "children-0-nick", "Dimas")
    page.locator('[name="children-0-kelas"]').select_option("1")
    write(page, "children-1-nick", NICK)
    page.locator('[name="children-1-kelas"]').select_option("4")
    forth(page, scripted=scripted)
    pick(page, "access", "Alergi")
    pick(page, "agree", "Saya setuju")
    forth(page, scripted=scripted)


def test_a_parent_registers_from_the_poster_and_the_office_reads_what_was_typed(
    page: Page, live: Live, scripted: bool, folder: Path, tmp_path: Path
):
    """Poster, QR reader, phone, receipt, package, office, CSV: with script and without."""
    page.goto(scan(live, tmp_path))
    register(page, scripted=scripted)
    page.locator("#send").click()
    expect(page.locator("h1")).to_have_text("Terima kasih, Bapak/Ibu")
    code = page.locator("output").inner_text()
    assert re.fullmatch(r"\d{5} \d{5}", code)

    make_package(live.services, tmp_path / "paket.peksos")
    household = open_household(folder / "office")
    assert import_bundle(household, tmp_path / "paket.peksos").new == 2
    household.close()
    (tmp_path / "sandi").write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    out = tmp_path / "daftar.csv"
    cli.main(
        [
            *("--office-dir", str(folder / "office"), "rows", "--form", "event_registration", "--out", str(out)),
            *("--identified", "--reason", "uji", "--passphrase-file", str(tmp_path / "sandi")),
        ],
        standalone_mode=False,
    )
    rows = sheet(out)
    assert [row["full_name"] for row in rows] == [NAME]
    assert rows[0]["receipt"] == code.replace(" ", "")
    assert rows[0]["phone"] == "+6281234567890"
    children = sheet(tmp_path / "daftar-children.csv")
    assert [(child["nick"], child["kelas"]) for child in children] == [("Dimas", "1"), (NICK, "4")]


def test_a_mistake_is_named_and_nothing_typed_is_lost(page: Page, live: Live, scripted: bool):
    """A wrong phone number is named beside its field and in the summary, at once where the script runs."""
    page.goto(f"{live.url}/e/{live.event.code.lower()}")
    register(page, scripted=scripted)
    if scripted:
        for _step in range(3):
            page.locator("#back").click()
    write(page, "phone", "0812-34")
    page.locator("#next" if scripted else "#send").click()
    expect(page.locator("#problems")).to_contain_text("Nomor HP belum sesuai")
    expect(page.locator("#q-phone .msg")).to_have_text("Nomor HP belum sesuai. Contoh: 0812-3456-7890.")
    assert page.locator("[name=full_name]").input_value() == NAME
    assert page.locator('[name="children-1-nick"]').input_value() == NICK
    write(page, "phone", "")
    if scripted:
        for _step in range(3):
            page.locator("#next").click()
    page.locator("#send").click()
    expect(page.locator("h1")).to_have_text("Terima kasih, Bapak/Ibu")


def test_the_form_is_one_request(page: Page, live: Live):
    """Style, script and questions arrive together."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{live.url}/e/{live.event.code.lower()}")
    page.wait_for_load_state("networkidle")
    assert len(asked) == 1


def register_teacher(page: Page, *, scripted: bool) -> str:
    """Register a teacher on a fresh page, and return the receipt code."""
    assert page.locator("[name=full_name]").input_value() == ""
    pick(page, "reg_kind", "Guru")
    write(page, "full_name", "Slamet")
    forth(page, scripted=scripted)
    pick(page, "agree", "Saya setuju")
    forth(page, scripted=scripted)
    page.locator("#send").click()
    expect(page.locator("output")).to_be_visible()
    return page.locator("output").inner_text()


def test_the_next_person_gets_a_receipt_of_their_own(page: Page, live: Live, scripted: bool):
    """*Isi untuk orang lain* clears the answers; the same ones again are another filling, not a retry."""
    page.goto(f"{live.url}/e/{live.event.code.lower()}")
    first = register_teacher(page, scripted=scripted)
    page.get_by_text("Isi untuk orang lain").click()
    assert register_teacher(page, scripted=scripted) != first
    assert live.services.log.count() == 2
