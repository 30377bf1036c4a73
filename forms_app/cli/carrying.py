"""The commands for what the office sends back, for records whose time is over, and for an older database."""

from __future__ import annotations

from pathlib import Path

import click

from forms_app.cli.instance import site
from forms_app.cli.status import OVERDUE
from forms_app.cli.terminal import as_json, report, say, settings_of, tell, warn
from forms_app.errors import N_, NotFound, SettingsError
from forms_app.office.household import DATABASE, STATEMENT
from forms_app.site import purging, receiving
from forms_app.site.services import refuse_unprepared
from forms_app.storage.migrations import migrate as migrate_database
from forms_app.transfer.lettered import is_qr_text

MOST = 4 * 1024 * 1024  # bytes of a file that the office signed


@click.command()
@click.argument("receipt", metavar="R")
@as_json
@click.pass_obj
def receipt(instance: Path, receipt: str, as_json: bool) -> None:
    """Take in a receipt of the office: its file, or the text of its QR code."""
    data = receipt.encode() if is_qr_text(receipt) else _read(Path(receipt))
    with site(instance) as services:
        taken, new = receiving.take_receipt(services, data)
        end = services.log.head().seq
    missing = sum(last - first + 1 for first, last in taken.kept_but)
    values = {"number": taken.number, "new": new, "seq": taken.head.seq, "opened_to": taken.opened_to}
    values |= {"missing": missing, "beyond": end - taken.head.seq}

    def lines() -> None:
        if not new:
            tell(N_("Tanda terima nomor {number} sudah disimpan sebelumnya."), **values)
        message = N_("Tanda terima nomor {number}: kantor menyimpan sampai nomor {seq}, membuka sampai {opened_to}.")
        tell(message, **values)
        if missing:
            tell(N_("{missing} catatan belum ada di kantor. Paket berikutnya membawanya lagi."), **values)

    report(values, as_json=as_json, lines=lines)


@click.command()
@as_json
@click.pass_obj
def purge(instance: Path, as_json: bool) -> None:
    """Drop records that are past their time, if the office has opened them and has a backup."""
    with site(instance) as services:
        done = purging.purge(services)
    values = {"purged": done.purged, "overdue": done.overdue, "erased": done.erased, "packages": done.packages}
    values["keys"] = done.keys

    def lines() -> None:
        tell(N_("Dihapus karena waktu simpannya habis: {purged}. Berkas paket lama dihapus: {packages}."), **values)
        if done.keys:
            tell(N_("Kunci kegiatan yang dimusnahkan: {keys}."), **values)

    report(values, as_json=as_json, lines=lines)
    if done.overdue:
        warn(OVERDUE, overdue=done.overdue)


@click.command()
@click.argument("order", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="ORDER")
@as_json
@click.pass_obj
def erase(instance: Path, order: Path, as_json: bool) -> None:
    """Erase the records that an order of the office names."""
    with site(instance) as services:
        done = receiving.obey(services, _read(order))
    values = {"number": done.number, "named": done.named, "erased": done.erased, "packages": done.packages}

    def lines() -> None:
        tell(N_("Perintah hapus nomor {number}: {erased} dari {named} jawaban dihapus di sini."), **values)
        tell(N_("Hapus juga flashdisk dan cadangan lama yang memuatnya."))

    report(values, as_json=as_json, lines=lines)


@click.command()
@as_json
@click.pass_obj
def migrate(instance: Path, as_json: bool) -> None:
    """Bring the database of an older version up to date."""
    refuse_unprepared(instance)
    _migrate(settings_of(instance).database, as_json=as_json)


@click.command("migrate")
@as_json
@click.pass_obj
def office_migrate(folder: Path, as_json: bool) -> None:
    """Bring the database of an older version up to date."""
    if not (folder / STATEMENT).is_file():
        message = N_("Folder {folder} belum berisi kantor. Jalankan: peksos-office init {folder}")
        raise SettingsError(message, folder=folder)
    _migrate(f"sqlite:///{folder / DATABASE}", as_json=as_json)


def _migrate(url: str, *, as_json: bool) -> None:
    done = migrate_database(url)
    values = {"found": done.found, "now": done.now, "steps": len(done.done)}

    def lines() -> None:
        if not done.done:
            tell(N_("Basis data sudah versi {now}. Tidak ada yang diubah."), **values)
            return
        tell(N_("Basis data dibawa dari versi {found} ke versi {now}. Semua jawaban tetap ada."), **values)
        for what in done.done:
            click.echo(f"  {say(what)}")

    report(values, as_json=as_json, lines=lines)


def _read(path: Path) -> bytes:
    """Return what stands in a file that the office signed; never more than such a file may hold."""
    if not path.is_file():
        message = N_("Berkas {file} tidak ada, dan ini bukan teks kode QR dari kantor.")
        raise NotFound(message, file=str(path)[:100])
    with path.open("rb") as file:
        return file.read(MOST)


COMMANDS = (receipt, purge, erase, migrate)
