"""`peksos status`: what is kept, what is to be carried, and whether the log is whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from forms_app.cli import pushing
from forms_app.cli.instance import site
from forms_app.cli.site_keys import warn_of_keys
from forms_app.cli.terminal import Refusal, as_json, report, say, tell, warn
from forms_app.errors import N_
from forms_app.site.standing import Standing, standing
from forms_app.translation import catalogue, command_language

OVERDUE = N_("{overdue} jawaban sudah lewat waktu simpan. Bawa paket ke kantor, lalu ambil tanda terima.")


@click.command()
@as_json
@click.pass_obj
def status(instance: Path, as_json: bool) -> None:
    """Verify the log and tell what is kept and what is to be carried."""
    with site(instance) as services:
        found = standing(services)
        warn_of_keys(services)
        inbox = pushing.pushed(services)
    values = {**_values(found), **inbox}

    def lines() -> None:
        tell(N_("Tersimpan: {records} jawaban, {secret} di antaranya laporan tersegel."), **values)
        click.echo(found.carriage.told(catalogue("messages", command_language())))
        tell(
            N_("Ada di kantor: {kept}, dibuka: {opened}. Dihapus di sini: {purged}, atas perintah: {erased}."), **values
        )
        tell(N_("Catatan terakhir: nomor {seq}, {head}"), **values)
        tell(N_("Paket yang sudah dibuat: {packages}. Kegiatan: {events}."), **values)
        pushing.tell_pushed(inbox)
        if found.broken is None:
            tell(N_("Catatan utuh."))

    report(values, as_json=as_json, lines=lines)
    _warn(found)
    if found.broken is not None:
        reason = found.broken.text(catalogue("messages", command_language()))
        remedy = say(N_("Jangan hapus apa pun. Salin folder ini, buat paket bila bisa, dan hubungi kantor."))
        raise Refusal(f"{reason}\n{remedy}")


def _values(found: Standing) -> dict[str, Any]:
    counted = {name: found.counts[name] for name in ("kept", "opened", "purged", "erased", "overdue", "lost")}
    return {
        "site": found.site,
        "intact": found.broken is None,
        "records": found.records,
        "secret": found.secret,
        "waiting": found.carriage.waiting,
        "oldest_days": found.carriage.oldest,
        "carried": found.carriage.carried,
        "sealed": found.carriage.sealed,
        "receipt": found.receipt,
        **counted,
        "epoch": found.head.epoch,
        "seq": found.head.seq,
        "head": found.head.hash.hex(),
        "packages": found.packages,
        "events": found.events,
        "keyless": list(found.keyless),
        "untried": list(found.untried),
        "key_until": found.until.isoformat() if found.until else "",
    }


def _warn(found: Standing) -> None:
    """Say on stderr what needs somebody's attention."""
    if found.counts["overdue"]:
        warn(OVERDUE, overdue=found.counts["overdue"])
    if found.counts["lost"]:
        warn(
            N_("{lost} jawaban dihapus di sini, tetapi kantor kini tidak menyebutnya. Hubungi kantor."), **found.counts
        )
