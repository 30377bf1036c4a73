"""`peksos-office init` and `peksos-office key`: making the office's keys, and everything that becomes of them."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import click

from forms_app.cli.keytable import tell_table, told
from forms_app.cli.recovery import (
    SHEETS,
    passphrase_option,
    print_sheets,
    recovery,
    remind,
    sheet_option,
    sheets_given,
    sheets_option,
    tell_keys,
    today,
    warn_to_burn,
)
from forms_app.cli.terminal import OFFICE_PASSPHRASE, OutFile, as_json, passphrase, report, tell, warn
from forms_app.errors import N_, SettingsError
from forms_app.office import ceremony, terms
from forms_app.office.household import STATEMENT, create_household, open_household
from forms_app.office.keystates import standings
from forms_app.sealing.durable import durable

TERM = timedelta(days=365)
EARLY = timedelta(days=30)  # sites with a clock behind ours must not be without a key
SHORTEST_REASON = 3  # characters
_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--name", default="Dinas Sosial Kota Metro", help="Whose office it is.")
@click.option("--until", type=_DAY, help="Last day of the first keys; a year if left out.")
@sheets_option
@passphrase_option
def init(folder: Path, name: str, until: datetime | None, sheets: Path | None, passphrase_file: Path | None) -> None:
    """Make an office, step by step: its root, a key of each class, and their recovery sheets."""
    last = until.date() if until else today() + TERM
    if sheets:
        ceremony.refuse_left(sheets)
    tell(N_("Langkah 1 dari 6. Kata sandi: empat kata acak atau lebih. Diketik dua kali."))
    secret = passphrase(passphrase_file, twice=True, prompt=OFFICE_PASSPHRASE)
    create_household(folder, name, secret, today() - EARLY, last)
    with closing(open_household(folder)) as household:
        keys = standings(household, today())
        tell(N_("Langkah 2 dari 6. Kunci dibuat, berlaku sampai {last}:"), last=last)
        tell_table(keys)
        tell(N_("Langkah 3 dari 6. Bacakan delapan kata ini. Saksi menulisnya di kertas."))
        tell(N_("Kata pengenal kantor: {words}"), words=household.statement.words)
        tell(N_("Langkah 4 dari 6. Lembar pemulihan, dua dari tiga membuka:"))
        print_sheets(household, secret, sheets, keys)
        tell(
            N_("Langkah 5 dari 6. Ketik kembali dua lembar: peksos-office --office-dir {folder} recovery prove"),
            folder=folder,
        )
        tell(N_("Langkah 6 dari 6. Berikan {file} ke setiap sekolah."), file=folder / STATEMENT)
        tell(N_("Kantor siap di {folder}. Simpan folder ini dan kata sandinya di tempat terpisah."), folder=folder)
        remind(household)


@click.group()
def key() -> None:
    """See and change the office's keys."""


@key.command("list")
@as_json
@click.pass_obj
def list_keys(folder: Path, as_json: bool) -> None:
    """Tell of every key: class, days, state, and whether its sheets were proved."""
    with closing(open_household(folder)) as household:
        keys = standings(household, today())
        values = {
            "office": household.statement.office,
            "words": household.statement.words,
            "number": household.statement.number,
            "keys": [told(one) for one in keys],
        }

        def lines() -> None:
            tell(N_("Kata pengenal kantor: {words}"), **values)
            tell(N_("Berkas kunci nomor {number}."), **values)
            tell_table(keys)

        report(values, as_json=as_json, lines=lines)
        remind(household)


@key.command("new-term")
@click.option("--from", "first", type=_DAY, help="First day; today if left out.")
@click.option("--until", "last", type=_DAY, help="Last day; a year after the first if left out.")
@click.option("--class", "classes", multiple=True, help="One more class, such as 6m; all known ones are made anyway.")
@sheets_option
@passphrase_option
@click.pass_obj
def new_term(
    folder: Path,
    first: datetime | None,
    last: datetime | None,
    classes: tuple[str, ...],
    sheets: Path | None,
    passphrase_file: Path | None,
) -> None:
    """Make new keys of all classes, announce them, and print their sheets."""
    begin = first.date() if first else today()
    with closing(open_household(folder)) as household:
        ceremony.refuse_left(sheets or folder / SHEETS)
        secret = passphrase(passphrase_file, prompt=OFFICE_PASSPHRASE)
        changed, made = terms.new_term(household, secret, begin, last.date() if last else begin + TERM, classes)
        keys = [one for one in standings(changed, today()) if one.key_id in made]
        tell_table(keys)
        print_sheets(changed, secret, sheets, keys)
        _tell_statement(folder, changed.statement.number)
        remind(changed)


@key.command()
@click.option("--out", type=OutFile(), required=True, help="Where to write it: F.pub")
@click.pass_obj
def statement(folder: Path, out: Path) -> None:
    """Write the signed statement that sites take in."""
    with closing(open_household(folder)) as household:
        data, known = (folder / STATEMENT).read_bytes(), household.statement
    with durable(out, 0o644) as file:
        file.write(data)
    tell(N_("Berkas kunci nomor {number}: {out}. Bawa ke setiap sekolah."), number=known.number, out=out)
    tell(N_("Di sana: peksos keys accept {name}"), name=out.name)


@key.command()
@click.argument("key_ids", nargs=-1, required=True, metavar="KEY_ID...")
@sheets_option
@passphrase_option
@click.pass_obj
def revoke(folder: Path, key_ids: tuple[str, ...], sheets: Path | None, passphrase_file: Path | None) -> None:
    """Seal nothing more to these keys; new ones take over for the rest of their terms."""
    with closing(open_household(folder)) as household:
        ceremony.refuse_left(sheets or folder / SHEETS)
        wanted = [term.key_id for term in terms.in_force(household, key_ids)]
        secret = passphrase(passphrase_file, prompt=OFFICE_PASSPHRASE)
        changed, made = household, set()
        for key_id in wanted:
            changed, following = terms.revoke(changed, secret, key_id, today())
            made.add(following)
            tell(N_("Kunci {key_id} dicabut. Isian lama tetap diterima dan dibuka."), key_id=key_id)
        keys = [one for one in standings(changed, today()) if one.key_id in made]
        if keys:
            tell_table(keys)
            print_sheets(changed, secret, sheets, keys)
        _tell_statement(folder, changed.statement.number)
        remind(changed)


@key.command()
@click.argument("key_id")
@click.option("--force", is_flag=True, help="Before the retention is over; needs --reason.")
@click.option("--reason", default="", help="Why; it is kept on record.")
@click.pass_obj
def destroy(folder: Path, key_id: str, force: bool, reason: str) -> None:
    """Destroy a key for good: nothing that is sealed to it opens any more."""
    if force and len(reason.strip()) < SHORTEST_REASON:
        raise SettingsError(N_('Memusnahkan lebih awal perlu alasan: --force --reason "..."'))
    with closing(open_household(folder)) as household:
        terms.destroy(household, key_id, today(), reason.strip() if force else "")
        left = ceremony.destroy_sheets(folder / SHEETS)
    tell(N_("Kunci {key_id} dimusnahkan. Isiannya tidak bisa dibuka lagi di sini."), key_id=key_id)
    tell(N_("Bakar halaman {key} di lembar 1, 2, dan 3."), key=ceremony.show_id(key_id))
    tell(N_("Hapus juga cadangan kantor dari sebelum hari ini: di dalamnya masih ada kunci ini."))
    if left:
        tell(N_("Berkas lembar di {folder} ikut dihapus."), folder=folder / SHEETS)


@key.command("change-passphrase")
@passphrase_option
@click.option("--new-passphrase-file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def change_passphrase(folder: Path, passphrase_file: Path | None, new_passphrase_file: Path | None) -> None:
    """Put the root and all keys under a new passphrase: all of them or none."""
    with closing(open_household(folder)) as household:
        old = passphrase(passphrase_file, prompt=N_("Kata sandi kantor yang lama"))
        household.root(old)
        new = passphrase(new_passphrase_file, twice=True, prompt=N_("Kata sandi kantor yang baru"))
        count = terms.change_passphrase(household, old, new)
    tell(N_("{count} kunci kini di bawah kata sandi baru."), count=count)
    tell(N_("Cadangan lama masih memakai kata sandi lama. Buat cadangan baru, lalu hapus yang lama."))


@key.command()
@sheet_option
@passphrase_option
@click.pass_obj
def recover(folder: Path, files: tuple[Path, ...], passphrase_file: Path | None) -> None:
    """Write a lost key file anew, from two sheets, under a passphrase."""
    with closing(open_household(folder)) as household:
        given = sheets_given(files)
        warn_to_burn(household, given)  # first: of sheets that do not fit nobody types a passphrase
        secret = passphrase(passphrase_file, twice=True, prompt=OFFICE_PASSPHRASE)
        found, shut = terms.recover(household, given, secret)
        tell_keys(household, found, N_("Dipulihkan: {key_id}, {use}."))
        missing = [one for one in standings(household, today()) if one.state == "missing"]
    if shut:
        warn(
            N_("Di bawah kata sandi lain: {files}. Pulihkan juga, atau ulangi dengan kata sandi itu."),
            files=", ".join(shut),
        )
    if missing:
        tell(N_("Masih hilang: {count} kunci. Ulangi dengan halaman berikutnya."), count=len(missing))


def _tell_statement(folder: Path, number: int) -> None:
    tell(N_("Berkas kunci kini nomor {number}. Bawa ke setiap sekolah:"), number=number)
    click.echo(f"  peksos-office --office-dir {folder} key statement --out office.pub")


COMMANDS = (init, key, recovery)
