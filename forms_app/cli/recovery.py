"""`peksos-office recovery`: sheets on paper, typed back to prove that they work. No seed is ever kept of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

import click

from forms_app.answers.submission import WIB, now
from forms_app.cli.terminal import OFFICE_PASSPHRASE, passphrase, say, tell, warn
from forms_app.errors import N_, KeyRefused
from forms_app.office import ceremony, terms
from forms_app.office.household import Household, open_household
from forms_app.office.keystates import KeyStanding, root_id, standings, term_of, unproved
from forms_app.sealing.sheets import WORDS, Sheet, read_sheets, read_words
from forms_app.translation import catalogue, command_language

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
SHEETS = "sheets"  # in the office's folder, where no other is named
sheet_option = click.option(
    "--sheet", "files", multiple=True, type=FILE, help="A text file with the words; repeat for the second holder."
)
sheets_option = click.option("--sheets", type=click.Path(path_type=Path), help="Folder for the sheets: a stick.")
passphrase_option = click.option("--passphrase-file", type=FILE, help="Prompt for nothing.")


def today() -> date:
    """Return the day in Metro."""
    return now().astimezone(WIB).date()


def print_sheets(household: Household, secret: str, folder: Path | None, keys: Sequence[KeyStanding]) -> None:
    """Write the three holders' files and say what to do with them."""
    out = folder or household.folder / SHEETS
    translate = catalogue("messages", command_language())
    for holder, file in enumerate(ceremony.write_sheets(household, secret, out, keys, translate), 1):
        tell(N_("  Pemegang {holder}: {file} ({count} halaman)"), holder=holder, file=file, count=len(keys))
    tell(N_("Cetak ketiganya di pencetak tanpa jaringan. Lalu hapus berkasnya dan kosongkan sampahnya."))
    tell(N_("Tiga orang di tiga tempat menyimpan satu lembar, terkunci, jauh dari komputer kantor."))


def remind(household: Household) -> None:
    """Say on stderr what has not been proved yet, and which sheets still lie beside the keys."""
    left = [path for path in ceremony.sheet_files(household.folder / SHEETS) if path.exists()]
    if left:
        message = N_(
            "Lembar pemulihan masih ada di {folder}. Siapa pun yang membacanya membuka semua. Cetak, lalu hapus."
        )
        warn(message, folder=household.folder / SHEETS)
    count = len(unproved(household, today()))
    if count:
        message = N_(
            "{count} kunci belum dibuktikan dengan lembarnya."
            " Jalankan: peksos-office --office-dir {folder} recovery prove"
        )
        warn(message, count=count, folder=household.folder)


@click.group()
def recovery() -> None:
    """Recovery sheets: any two of three give a key back."""


@recovery.command()
@sheet_option
@click.pass_obj
def prove(folder: Path, files: tuple[Path, ...]) -> None:
    """Type two sheets back, and note that they give back their key."""
    with closing(open_household(folder)) as household:
        given = sheets_given(files)
        found = terms.prove(household, given)
        tell_keys(household, found, N_("Terbukti: {key_id}, {use}."))
        warn_to_burn(household, given)
        left = unproved(household, today())
    if not left:
        tell(N_("Semua kunci sudah dibuktikan."))
        return
    tell(N_("Belum dibuktikan: {count} kunci. Ulangi dengan halaman berikutnya."), count=len(left))


@recovery.command()
@click.argument("key_ids", nargs=-1, metavar="[KEY_ID...]")
@sheets_option
@passphrase_option
@click.pass_obj
def sheets(folder: Path, key_ids: tuple[str, ...], sheets: Path | None, passphrase_file: Path | None) -> None:
    """Print new sheets of these keys, or of all: when a sheet was lost, or seen by somebody."""
    with closing(open_household(folder)) as household:
        ceremony.refuse_left(sheets or folder / SHEETS)
        wanted = _wanted(household, key_ids)
        print_sheets(household, passphrase(passphrase_file, prompt=OFFICE_PASSPHRASE), sheets, wanted)
        tell(N_("Lembar lama dari kunci ini tidak cocok dengan yang baru. Bakar yang lama di ketiga tempat."))
        remind(household)


def _wanted(household: Household, key_ids: Iterable[str]) -> list[KeyStanding]:
    root = root_id(household.statement)
    named = {one if one == root else term_of(household.statement, one).key_id for one in key_ids}
    return [one for one in standings(household, today()) if (one.key_id in named if named else one.here)]


def tell_keys(household: Household, key_ids: Iterable[str], message: str) -> None:
    """Say something of each of these keys, by what it is for."""
    translate, known = (
        catalogue("messages", command_language()),
        {one.key_id: one for one in standings(household, today())},
    )
    for key_id in key_ids:
        tell(message, key_id=key_id, use=ceremony.named_use(known[key_id], translate))


def warn_to_burn(household: Household, sheets: Sequence[Sheet]) -> None:
    """Say on stderr which of these sheets should have been burnt with their keys."""
    for key_id in terms.to_burn(household, sheets):
        warn(N_("Kunci {key_id} sudah dimusnahkan. Bakar halaman lembarnya."), key_id=ceremony.show_id(key_id))


def sheets_given(files: Sequence[Path]) -> list[Sheet]:
    """Return the sheets in these files; without files two are typed in, of one key."""
    if not files:
        tell(N_("Ambil halaman kunci yang sama dari dua pemegang. Kode kuncinya harus sama."))
        return [*_typed(N_("Lembar pertama.")), *_typed(N_("Lembar kedua."))]
    found: list[Sheet] = []
    for file in files:
        try:
            found += read_sheets(file.read_text(encoding="utf-8-sig", errors="replace"))
        except KeyRefused as error:
            reason = error.text(catalogue("messages", command_language()))
            raise KeyRefused("{file}: {reason}", file=file, reason=reason) from None
    return found


def _typed(which: str) -> list[Sheet]:
    """Return one sheet as somebody types it: a few words at a time, or all of them from a reader of QR codes."""
    tell(which)
    while True:
        words: list[str] = []
        while len(words) < WORDS:
            line = click.prompt(say(N_("Kata nomor {number} dan seterusnya"), number=len(words) + 1))
            try:
                words += read_words(line, len(words))
            except KeyRefused as error:
                warn(N_("{reason} Ketik baris itu lagi."), reason=error.text(catalogue("messages", command_language())))
        try:
            return read_sheets(" ".join(words))
        except KeyRefused as error:
            warn(N_("{reason} Mulai lagi dari nomor 1."), reason=error.text(catalogue("messages", command_language())))
