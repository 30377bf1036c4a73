"""The commands by which the office deals with sites: enrol, revoke, status, retry, receipt, erase."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from forms_app.answers.submission import now, receipt_code
from forms_app.cli.terminal import OFFICE_PASSPHRASE, OutFile, as_json, passphrase, report, say, tell, warn
from forms_app.errors import N_, SettingsError
from forms_app.office import enrolling, erasing, receipts, retrying
from forms_app.office.household import Household, open_household
from forms_app.office.opening import OpenReport, open_all
from forms_app.office.scope import Scope
from forms_app.office.status import SiteStatus, status
from forms_app.paper.qr import draw_qr
from forms_app.paper.sheet import Area, Sheet
from forms_app.sealing.durable import durable
from forms_app.transfer.lettered import qr_text

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_passphrase = click.option("--passphrase-file", type=_FILE, help="Prompt for nothing.")
SHORTEST_REASON = 3  # characters
_QR_SIDE = 120  # millimetres


def _note(household: Household, action: str, about: str) -> None:
    household.audit.write(now().isoformat(), "office", action, about)


@click.command()
@click.argument("statement", type=_FILE, metavar="SITE.PUB")
@click.option("--words", "spoken", default="", help="The site's eight words, as read aloud.")
@click.option("--schools", multiple=True, help="A school it may send from; repeat for more. All if left out.")
@click.option("--forms", multiple=True, help="A form_id it may send; repeat for more. All if left out.")
@click.pass_obj
def enrol(folder: Path, statement: Path, spoken: str, schools: tuple[str, ...], forms: tuple[str, ...]) -> None:
    """Take packages from a site; once more to change what it may send."""
    scope = Scope(tuple(filter(None, map(str.strip, schools))), tuple(filter(None, map(str.strip, forms))))
    with closing(open_household(folder)) as household:
        site = enrolling.enrol(household, statement.read_bytes().strip(), spoken, scope)
        limits = [f"schools={'|'.join(scope.schools)}"] if scope.schools else []
        limits += [f"forms={'|'.join(scope.forms)}"] if scope.forms else []
        _note(household, "enrol", " ".join([site.site, *limits]))
        waiting = household.archive.set_aside()
    tell(
        N_("Terdaftar: {name}. Kata pengenal tempat itu: {words}. Cocokkan lewat telepon."),
        name=site.name,
        words=site.words,
    )
    if waiting:
        tell(N_("{count} catatan masih disisihkan. Periksa lagi: peksos-office retry."), count=waiting)


@click.command("revoke-site")
@click.argument("site")
@click.option("--reason", default="", help="Why; it is kept on record.")
@click.option("--undo", is_flag=True, help="Take packages from it again.")
@click.pass_obj
def revoke_site(folder: Path, site: str, reason: str, undo: bool) -> None:
    """Take no packages from a site any more; what came stays."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise SettingsError(N_('Sebutkan alasannya: --reason "...". Alasan dicatat.'))
    with closing(open_household(folder)) as household:
        found = enrolling.named(household, site)
        enrolling.revoke(household, found, "" if undo else reason.strip())
        _note(household, "restore-site" if undo else "revoke-site", f"{found} {reason.strip()}")
    if undo:
        tell(N_("Paket dari {site} diterima lagi."), site=found)
    else:
        tell(N_("Paket dari {site} tidak diterima lagi. Yang sudah datang tetap tersimpan."), site=found)


@click.command("status")
@as_json
@click.pass_obj
def tell_status(folder: Path, as_json: bool) -> None:
    """Tell for each site what is here, what is missing, and what waits unopened."""
    with closing(open_household(folder)) as household:
        found = status(household)
        upto, last = household.verdicts.backed_up(), household.verdicts.last()
    values = {
        "records": sum(one.records for one in found),
        "quarantined": sum(one.quarantined for one in found),
        "gaps": sum(len(one.chain.gaps) for one in found),
        "forks": sum(one.forks for one in found),
        "unopened": sum(one.unopened for one in found),
        "not_backed_up": max(last - upto, 0),
        "sites": [one.values() for one in found],
    }

    def lines() -> None:
        for one in found:
            tell(N_("{name} ({site}): {records} catatan, paket terakhir nomor {last_package}."), **one.values())
            for message, places in _said(one):
                click.echo(f"  {say(message, **places)}")
        if values["not_backed_up"]:
            tell(N_("{not_backed_up} hasil belum ada di cadangan. Jalankan: peksos-office backup."), **values)

    report(values, as_json=as_json, lines=lines)


def _said(one: SiteStatus) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what people are told of a site below its first line."""
    if one.revoked:
        yield N_("Sudah dicabut: {reason}"), {"reason": one.revoked}
    for gap in one.chain.gaps:
        places = {"first": gap.first, "last": gap.last, "start": gap.packages[0], "end": gap.packages[1]}
        if gap.packages[0]:
            yield N_("Catatan {first}-{last} belum datang. Minta paket nomor {start} sampai {end}."), places
        else:
            yield N_("Catatan {first}-{last} belum datang. Minta paket baru."), places
    for tail in one.chain.tails:
        message = N_("Tempat ini pernah dipulihkan. Catatan {first}-{last} masa {epoch} hanya ada di sini.")
        yield message, {"epoch": tail.epoch, "first": tail.first, "last": tail.last}
    if one.forks:
        yield (
            N_("{count} paket ditolak: catatannya berbeda dari yang dulu. Periksa tempat itu."),
            {"count": one.forks},
        )
    if one.backward:
        message = N_("{count} paket berasal dari salinan lama catatan tempat itu. Periksa laptopnya.")
        yield message, {"count": one.backward}
    if one.absent:
        yield N_("{count} catatan datang tanpa isi. Minta paket baru."), {"count": one.absent}
    for reason, count in sorted(one.aside.items()):
        yield N_("Disisihkan ({reason}): {count}."), {"reason": reason, "count": count}
    if one.unopened:
        message = N_("{count} catatan belum dibuka, yang terlama tanggal {oldest}.")
        yield message, {"count": one.unopened, "oldest": one.oldest}


@click.command()
@_passphrase
@as_json
@click.pass_obj
def retry(folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Take out of quarantine what is right now; with --passphrase-file also open what can be opened now."""
    opened = OpenReport()
    with closing(open_household(folder)) as household:
        found = retrying.retry(household)
        if passphrase_file is not None:
            opened = open_all(household, household.unlock(passphrase(passphrase_file, prompt=OFFICE_PASSPHRASE)))
            found.twins = household.archive.settle_twins()
        _note(household, "retry", f"{found.released} {found.left}")
    values = {"released": found.released, "left": found.left, "scope": found.scope, "twins": found.twins}
    values |= {"damaged": found.damaged}
    if passphrase_file is not None:
        values |= {"opened": opened.opened, "locked": opened.locked}

    def lines() -> None:
        tell(N_("Diterima sekarang: {released}. Masih disisihkan: {left}."), **values)
        tell(N_("Di luar izin {scope}, id kembar {twins}, rusak {damaged}."), **values)

    report(values, as_json=as_json, lines=lines)


@click.command()
@click.argument("about", metavar="SITE_OR_PACKAGE")
@click.option("--out", type=OutFile(), required=True, help="The receipt, to carry back.")
@click.option("--qr", type=OutFile(".png", ".svg"), help="The same as a QR code; says less if it has little room.")
@_passphrase
@as_json
@click.pass_obj
def receipt(folder: Path, about: str, out: Path, qr: Path | None, passphrase_file: Path | None, as_json: bool) -> None:
    """Sign for a site what the office keeps, and what it has opened and backed up."""
    with closing(open_household(folder)) as household:
        site = receipts.site_of(household, about)
        issued = receipts.issue(household, household.root(passphrase(passphrase_file, prompt=OFFICE_PASSPHRASE)), site)
        _note(household, "receipt", f"{site} {issued.receipt.number}")
    with durable(out) as file:
        file.write(issued.line + b"\n")
    if qr is not None:
        _write_qr(qr, qr_text(issued.small))
    said = issued.receipt
    values = {"site": site, "number": said.number, "seq": said.head.seq, "records": issued.records}
    values |= {"kept": issued.kept, "opened": issued.opened, "file": str(out), "qr": str(qr) if qr else ""}

    def lines() -> None:
        tell(
            N_("Tanda terima untuk {site}: {kept} dari {records} catatan tersimpan, {opened} boleh dihapus."), **values
        )

    report(values, as_json=as_json, lines=lines)
    if not issued.opened:
        warn(N_("Belum ada yang boleh dihapus. Jalankan dulu: peksos-office open, lalu backup."))


@click.command()
@click.argument("record", metavar="ID")
@click.option("--reason", required=True, help="A short code, such as ditarik; never a name or an answer.")
@click.option("--out", type=OutFile(), required=True, help="The order, to carry to the site.")
@_passphrase
@as_json
@click.pass_obj
def erase(folder: Path, record: str, reason: str, out: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Erase one record here, and sign the order that its site erases it too."""
    with closing(open_household(folder)) as household:
        root = household.root(passphrase(passphrase_file, prompt=OFFICE_PASSPHRASE))
        orders = erasing.erase(household, root, record, reason)
    files = {}
    for number, order in enumerate(orders):
        path = out if not number else out.with_name(f"{out.stem}-{order.site}{out.suffix}")
        with durable(path) as file:
            file.write(order.line + b"\n")
        files[order.site] = str(path)
    values = {"record": orders[0].record_id.hex(), "receipt": receipt_code(orders[0].record_id), "orders": files}

    def lines() -> None:
        tell(N_("Catatan {record} dihapus di kantor ini. Cadangan lama masih memuatnya."), **values)
        for site, path in files.items():
            tell(N_("Perintah hapus untuk {site}: {path}. Bawa ke tempat itu."), site=site, path=path)

    report(values, as_json=as_json, lines=lines)


def _write_qr(path: Path, text: str) -> None:
    """Draw a QR code on a sheet of its own size; receipts are long, so it is large enough to be scanned from paper."""
    sheet = Sheet("Peksos Forms", _QR_SIDE, _QR_SIDE)
    draw_qr(sheet, text, Area(0, 0, _QR_SIDE, _QR_SIDE))
    with durable(path) as file:
        file.write(sheet.svg().encode() if path.suffix.lower() == ".svg" else sheet.png())


COMMANDS = (enrol, revoke_site, tell_status, retry, receipt, erase)
