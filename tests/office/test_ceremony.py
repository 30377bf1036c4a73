"""Recovery sheets on paper: three private files, a page for each key, read back by a QR reader."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from forms_app.errors import KeyRefused, SettingsError, WrongPassphrase
from forms_app.office import ceremony, terms
from forms_app.office.household import Household
from forms_app.office.keystates import root_id, standings, unproved
from forms_app.paper.sheet import Line
from forms_app.sealing.sheets import WORDS, read_sheets
from forms_app.specs.retention import CLASSES
from tests.conftest import PASSPHRASE, TODAY, missing

PAGES = len(CLASSES) + 1


def plain(message: str) -> str:
    """Return a message in its own language."""
    return message


@pytest.fixture
def files(household: Household, tmp_path: Path) -> list[Path]:
    """Return the sheets of all keys, one file for each holder."""
    return ceremony.write_sheets(household, PASSPHRASE, tmp_path / "stik", standings(household, TODAY), plain)


def scanned(file: Path) -> list[str]:
    """Return what a QR reader finds on each printed page."""
    for program in ("pdftoppm", "zbarimg"):
        if not shutil.which(program):
            missing(program)
    command = ["pdftoppm", "-png", "-gray", "-r", "110", str(file), str(file.with_suffix(""))]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stderr == ""
    pages = sorted(file.parent.glob(f"{file.stem}-*.png"))
    reader = ["zbarimg", "-q", "--raw"]
    return [
        subprocess.run([*reader, page], capture_output=True, text=True, check=True).stdout.strip() for page in pages
    ]


def test_two_holders_pages_prove_every_key(household: Household, files: list[Path]) -> None:
    """What a reader of QR codes finds on two printed holders' sheets gives every key back; each page has its own."""
    first, third = scanned(files[0]), scanned(files[2])
    assert len(first) == len(third) == PAGES
    given = [sheet for text in (*first, *third) for sheet in read_sheets(text)]
    assert set(terms.prove(household, given)) == {root_id(household.statement), *household.statement.key_ids}
    assert unproved(household, TODAY) == []
    for pages in (first, third):
        with pytest.raises(KeyRefused):
            terms.prove(household, [sheet for text in pages for sheet in read_sheets(text)])


def test_the_sheets_are_for_their_owners_eyes(files: list[Path]) -> None:
    """Folder and files are private, and there is one file for each holder."""
    assert [file.name for file in files] == ["lembar-1.pdf", "lembar-2.pdf", "lembar-3.pdf"]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert files[0].parent.stat().st_mode & 0o777 == 0o700


def test_a_page_tells_what_it_is_for(household: Household) -> None:
    """Key, class, days, numbered words, office and what to do stand on it; the root's page is never to be burnt."""
    root, secret, *_others = standings(household, TODAY)
    words = tuple(f"kata{number}" for number in range(1, WORDS + 1))
    lines = text_of(household, ceremony.Page(secret, words, 2))
    for told in ("Lembar pemulihan 2 dari 3", "Kantor Contoh", "Laporan dan daftar rahasia", "1.", "33.", *words):
        assert told in lines
    whole = " ".join(lines)
    days = ("2026-01-01", "2027-12-31", str(secret.destroy_after))
    for told in (ceremony.show_id(secret.key_id), *days, "Bakar halaman ini"):
        assert told in whole
    assert household.statement.words in whole
    assert "Jangan bakar" in " ".join(text_of(household, ceremony.Page(root, words, 1)))


def text_of(household: Household, page: ceremony.Page) -> list[str]:
    """Return the lines of a page."""
    return [mark.text for mark in ceremony.draw_page(household, page, plain).marks if isinstance(mark, Line)]


def test_everything_stays_on_the_page(household: Household) -> None:
    """The longest words and the longest name of an office run into no edge."""
    key = standings(household, TODAY)[1]
    sheet = ceremony.draw_page(household, ceremony.Page(key, ("dictionary",) * WORDS, 1), plain)
    lines = [mark for mark in sheet.marks if isinstance(mark, Line)]
    assert max(line.x + line.width for line in lines) < sheet.width - 10
    assert max(line.y for line in lines) < sheet.height - 10
    for line in lines:
        right = [other.x for other in lines if other.y == line.y and other.x > line.x]
        assert not right or line.x + line.width < min(right)


def test_old_sheets_are_not_written_over(household: Household, files: list[Path]) -> None:
    """Sheets that nobody printed yet stay as they are."""
    before = files[1].read_bytes()
    with pytest.raises(SettingsError, match=r"lembar-1\.pdf"):
        ceremony.write_sheets(household, PASSPHRASE, files[0].parent, standings(household, TODAY), plain)
    assert files[1].read_bytes() == before


def test_without_the_passphrase_there_are_no_sheets(household: Household, tmp_path: Path) -> None:
    """A wrong passphrase writes no file."""
    with pytest.raises(WrongPassphrase):
        ceremony.write_sheets(household, "salah sama sekali", tmp_path / "stik", standings(household, TODAY), plain)
    assert list((tmp_path / "stik").iterdir()) == []


def test_new_sheets_have_to_be_proved_anew(household: Household, files: list[Path], tmp_path: Path) -> None:
    """What was proved of the old series says nothing about the new one."""
    key = standings(household, TODAY)[1]
    pages = [read_sheets(scanned(file)[1]) for file in files[:2]]
    terms.prove(household, [sheet for page in pages for sheet in page])
    assert key.key_id not in {one.key_id for one in unproved(household, TODAY)}
    again = ceremony.write_sheets(household, PASSPHRASE, tmp_path / "lain", [key], plain)
    assert key.key_id in {one.key_id for one in unproved(household, TODAY)}
    with pytest.raises(KeyRefused, match="kunci yang sama"):
        terms.prove(household, [*pages[0], *read_sheets(scanned(again[1])[0])])


def test_sheets_left_beside_the_keys_can_be_destroyed(files: list[Path]) -> None:
    """All three go, and a second time there is nothing to do."""
    assert ceremony.destroy_sheets(files[0].parent) == files
    assert not any(file.exists() for file in files)
    assert ceremony.destroy_sheets(files[0].parent) == []
