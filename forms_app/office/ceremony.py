"""Recovery sheets on paper: one PDF for each of three holders, with one page for each key.

A page has words and a QR code of one share; two pages of a key, from two holders, give the key back. Each key has a
page of its own, so that a page can be burnt when its key has come to its end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from forms_app.errors import N_, SettingsError, Translate
from forms_app.office import keyfolder
from forms_app.office.household import Household
from forms_app.office.keystates import SHEETS, KeyStanding, note, root_id
from forms_app.paper.pdf import pdf
from forms_app.paper.qr import draw_qr
from forms_app.paper.sheet import Area, Sheet
from forms_app.sealing.durable import durable
from forms_app.sealing.keyfiles import Keyring, destroy_file, refuse_exposed
from forms_app.sealing.sheets import HOLDERS, split_seed
from forms_app.specs.retention import OPAQUE, days_kept

LEFT, WIDTH = 18.0, 174.0  # millimetres
INK, PALE, PAPER = "#000000", "#5a5a5a", "#ffffff"
COLUMNS, ROW = 3, 8.2
_ADVICE = (
    N_("Dua lembar dari dua pemegang membuka kunci ini. Satu lembar saja tidak membuka apa pun."),
    N_("Simpan terkunci, jauh dari komputer kantor dan dari lembar lain. Jangan difoto atau disalin."),
    N_("Kunci hilang atau kata sandi lupa: peksos-office key recover"),
)


@dataclass(frozen=True)
class Page:
    """One key's page in one holder's sheets."""

    key: KeyStanding
    words: tuple[str, ...]
    holder: int


def sheet_files(folder: Path) -> list[Path]:
    """Return the three files that a folder gets, one for each holder."""
    return [folder / f"lembar-{holder}.pdf" for holder in range(1, HOLDERS + 1)]


def refuse_left(folder: Path) -> None:
    """Raise SettingsError where sheets of an earlier time still lie, before anything is made."""
    left = [path.name for path in sheet_files(folder) if path.exists()]
    if left:
        message = N_("Di {folder} masih ada lembar: {files}. Cetak, hapus, lalu ulangi.")
        raise SettingsError(message, folder=folder, files=", ".join(left))


def write_sheets(
    household: Household, passphrase: str, folder: Path, keys: Iterable[KeyStanding], translate: Translate
) -> list[Path]:
    """Split each of these keys anew and write the three holders' files, for their owner's eyes only; return them.

    The shares exist in these files alone. Sheets that were made of a key before do not fit to the new ones.
    """
    refuse_left(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    keyring, wanted = Keyring(passphrase), list(keys)
    shares: list[tuple[KeyStanding, tuple[str, ...]]] = []
    for key in wanted:
        root = key.key_id == root_id(household.statement)
        path = household.keys / (keyfolder.ROOT_FILE if root else keyfolder.term_file(key.key_id))
        refuse_exposed(household.folder, household.keys, path)
        shares.append((key, split_seed(keyring.read(path, keyfolder.purpose(path)))))
    files = sheet_files(folder)
    for holder, file in enumerate(files, 1):
        pages = [Page(key, tuple(words[holder - 1].split()), holder) for key, words in shares]
        with durable(file, replace=False) as out:
            out.write(pdf(draw_page(household, page, translate) for page in pages))
    note(household, SHEETS, [key.key_id for key in wanted])
    return files


def destroy_sheets(folder: Path) -> list[Path]:
    """Destroy the sheet files that still lie in a folder; return them."""
    left = [path for path in sheet_files(folder) if path.exists()]
    for path in left:
        destroy_file(path)
    return left


def show_id(key_id: str) -> str:
    """Return a key's id in groups of four, to be compared by eye."""
    return " ".join(key_id[start : start + 4] for start in range(0, len(key_id), 4))


def named_use(key: KeyStanding, translate: Translate) -> str:
    """Return what a key is for, in words."""
    if not key.retention:
        return translate(N_("Tanda tangan kantor"))
    if key.retention == OPAQUE:
        return translate(N_("Laporan dan daftar rahasia"))
    days = days_kept(key.retention)
    return translate(N_("Isian yang disimpan {days} hari")).format(days=days)


def draw_page(household: Household, page: Page, translate: Translate) -> Sheet:
    """Return one page: what the key is for, the words in a grid, their QR code, and what to do with the page."""
    key, office = page.key, household.statement
    title = translate(N_("Lembar pemulihan {holder} dari {holders}")).format(holder=page.holder, holders=HOLDERS)
    sheet = Sheet(title)
    sheet.line(title, LEFT, 25, 8, ink=INK, bold=True)
    sheet.words(office.office, Area(LEFT, 28, WIDTH, 8), 5, ink=INK)
    sheet.frame(Area(LEFT, 39, WIDTH, 37), INK, PAPER, 2, 0.4)
    sheet.words(named_use(key, translate), Area(LEFT + 5, 41, WIDTH - 10, 10), 6.5, ink=INK, bold=True)
    for number, line in enumerate(_facts(key, translate)):
        sheet.line(line, LEFT + 5, 57 + 5.6 * number, 4.2, ink=INK)
    _grid(sheet, page.words)
    draw_qr(sheet, " ".join(page.words), Area(LEFT - 4, 178, 76, 76))
    for number, text in enumerate((*_ADVICE, _burn(key))):
        area = Area(LEFT + 76, 181 + 17 * number, WIDTH - 76, 15)
        sheet.words(translate(text), area, 4.4, ink=INK, bold=number == len(_ADVICE))
    sheet.line(translate(N_("Pemegang: ______________________  Tanggal: ______________")), LEFT, 264, 4.4, ink=INK)
    words = translate(N_("Kata pengenal kantor: {words}")).format(words=office.words)
    sheet.words(words, Area(LEFT, 270, WIDTH, 10), 3.8, ink=PALE)
    return sheet


def _facts(key: KeyStanding, translate: Translate) -> list[str]:
    facts = [translate(N_("Kode kunci: {key_id}")).format(key_id=show_id(key.key_id))]
    if key.retention:
        term = translate(N_("Golongan simpan: {name}. Dipakai {first} sampai {last}."))
        facts.append(term.format(name=key.retention, first=key.first, last=key.last))
        facts.append(translate(N_("Isian disimpan sampai {day}.")).format(day=key.destroy_after))
    else:
        facts.append(translate(N_("Kunci ini menandatangani. Ia tidak membuka isian apa pun.")))
    return facts


def _burn(key: KeyStanding) -> str:
    if not key.retention:
        return N_("Jangan bakar halaman ini selama kantor bekerja.")
    return N_("Bakar halaman ini bila kantor memusnahkan kuncinya, di ketiga lembar.")


def _grid(sheet: Sheet, words: tuple[str, ...]) -> None:
    """Write the words in three columns, read from top to bottom, each with its number."""
    rows = -(-len(words) // COLUMNS)
    for place, word in enumerate(words):
        column, row = divmod(place, rows)
        x, y = LEFT + column * WIDTH / COLUMNS, 88 + row * ROW
        sheet.line(f"{place + 1}.", x, y, 4.2, ink=PALE)
        sheet.line(word, x + 10, y, 5.4, ink=INK, bold=True)
