"""The commands of `peksos` that bring records in from phones, and out to the inbox."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from forms_app.cli.instance import site
from forms_app.cli.terminal import as_json, report, tell, warn
from forms_app.errors import N_, SettingsError
from forms_app.site.outbox import take_outbox
from forms_app.site.pushing import collect_receipt, push
from forms_app.site.services import Services
from forms_app.transfer.wire import Patience, Wire
from forms_app.translation import catalogue, command_language


@click.command("push")
@click.argument("url", default="")
@click.option("--whole", is_flag=True, help="Everything again, as for a new inbox.")
@as_json
@click.pass_obj
def push_records(instance: Path, url: str, whole: bool, as_json: bool) -> None:
    """Send what is new to the inbox; a cut connection is continued where it stopped."""
    with site(instance) as services:
        address = url.rstrip("/") or services.settings.inbox_url
        if not address:
            raise SettingsError(N_("Alamat kotak titipan belum diatur. Isi PEKSOS_INBOX_URL."))
        with Wire(address) as wire:
            done = push(services, wire, Patience(), whole=whole)
            receipt = collect_receipt(services, wire, Patience())
        state = services.pushes.get(address)
    values = {"inbox": address, "packages": done.packages, "records": done.records, "bytes": done.size}
    values |= {"seq": state.seq, "pushed_at": state.pushed_at, "receipt": receipt}

    def lines() -> None:
        if done.packages:
            message = N_("Terkirim ke kotak titipan: {records} jawaban tersegel, sampai catatan nomor {seq}.")
        else:
            message = N_("Tidak ada yang baru. Kotak titipan sudah punya sampai catatan nomor {seq}.")
        tell(message, **values)
        if receipt:
            tell(N_("Tanda terima kantor nomor {receipt} sudah diambil."), **values)

    report(values, as_json=as_json, lines=lines)


@click.command("import-outbox")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
@click.pass_obj
def import_outbox(instance: Path, file: Path, as_json: bool) -> None:
    """Take in sealed records that a phone could not send; the same file may come any number of times."""
    with site(instance) as services:
        done = take_outbox(services, file)
        services.audit.write(services.clock().isoformat(), "-", "outbox", f"{done.records} {done.new}")
    refused = sum(done.refused.values())
    values = {"file": str(file), "records": done.records, "new": done.new, "known": done.known}
    values |= {"elsewhere": done.elsewhere, "refused": refused, "cut": done.cut is not None}

    def lines() -> None:
        tell(N_("{records} catatan: {new} baru, {known} sudah ada, {elsewhere} untuk tempat lain."), **values)

    report(values, as_json=as_json, lines=lines)
    for code, count in sorted(done.refused.items()):
        warn(N_("{count} catatan ditolak ({code}). Simpan berkas ini dan hubungi kantor."), count=count, code=code)
    if done.cut is not None:
        warn("{reason}", reason=done.cut.text(catalogue("messages", command_language())))
    if not done.whole:
        raise SystemExit(1)


def pushed(services: Services) -> dict[str, object]:
    """Return how the inbox of the settings stands: address, up to where it has the log, and the last failure."""
    state = services.pushes.get(services.settings.inbox_url)
    end = state.seq if state.hash else 0
    values: dict[str, object] = {"inbox": state.url, "pushed_seq": end, "pushed_at": state.pushed_at}
    return values | {"push_failed_at": state.failed_at if state.failure else "", "push_failure": state.failure}


def tell_pushed(values: Mapping[str, object]) -> None:
    """Say how the inbox stands, if there is one."""
    if values["inbox"]:
        tell(N_("Kotak titipan {inbox} punya sampai catatan nomor {pushed_seq}."), **values)
    if values["push_failure"]:
        warn(N_("Pengiriman terakhir gagal ({push_failure}), {push_failed_at}. Coba: peksos push"), **values)


COMMANDS = (push_records, import_outbox)
