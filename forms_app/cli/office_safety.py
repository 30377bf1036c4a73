"""The commands that keep the office safe: `peksos-office backup`, `restore`."""

from __future__ import annotations

from pathlib import Path

import click

from forms_app.answers.submission import now
from forms_app.cli.safety import tell_digest, told_backup, told_restore
from forms_app.cli.terminal import OutFile, as_json, report, tell
from forms_app.errors import N_
from forms_app.office import backing
from forms_app.office.household import STATEMENT, open_household

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("out", type=OutFile(), metavar="F")
@as_json
@click.pass_obj
def backup(folder: Path, out: Path, as_json: bool) -> None:
    """Write everything of the office into one file, and check what was written."""
    household = open_household(folder)
    try:
        done, belongings = backing.back_up(household, out)
    finally:
        household.close()
    values = {**told_backup(out, done, belongings), **done.upto}

    def lines() -> None:
        tell(N_("Cadangan diperiksa dan utuh: {file}, {records} catatan, hasil sampai nomor {verdicts}."), **values)
        tell_digest(done, belongings)
        tell(N_("Simpan terkunci, jauh dari komputer ini, dan jauh dari kata sandi kantor."))

    report(values, as_json=as_json, lines=lines)


@click.command()
@click.argument("file", type=_FILE, metavar="F")
@click.option("--test", "trial", is_flag=True, help="Restore into a folder that is thrown away, and say how it went.")
@as_json
@click.pass_obj
def restore(folder: Path, file: Path, trial: bool, as_json: bool) -> None:
    """Make the office of a backup in an empty folder."""
    done = backing.try_restore(file) if trial else backing.restore(file, folder)
    if trial and (folder / STATEMENT).is_file():
        household = open_household(folder)
        note = {"at": now().isoformat(), "ok": True, "file": file.name, "digest": done.backup.digest}
        household.restore_trials.add(note)
        household.close()
    values = {**told_restore(file, done.backup, done.seconds, trial=trial), **done.backup.upto}

    def lines() -> None:
        if trial:
            tell(N_("Uji pulih berhasil: {file} utuh, selesai dalam {seconds} detik."), **values)
            return
        tell(N_("Kantor dipulihkan dari cadangan {made}, dalam {seconds} detik: {records} catatan."), **values)
        tell(N_("Ambil lagi semua paket yang datang setelah itu. Paket boleh diambil berkali-kali."))
        tell(N_("Jangan jalankan komputer lama dan yang ini bersamaan."))

    report(values, as_json=as_json, lines=lines)


COMMANDS = (backup, restore)
