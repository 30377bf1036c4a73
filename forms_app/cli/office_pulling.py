"""The commands of `peksos-office` that talk to the inbox."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from forms_app.answers.submission import now
from forms_app.cli.terminal import as_json, report, tell, warn
from forms_app.errors import N_, PeksosError
from forms_app.office.household import open_household
from forms_app.office.pulling import PullReport, pull
from forms_app.transfer.pull import read_token, send_receipt
from forms_app.transfer.wire import Patience, Wire
from forms_app.translation import catalogue, command_language

token_file = click.option(
    "--token-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="As `peksos-inbox token` wrote it.",
)
receipt_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("pull")
@click.argument("url", metavar="INBOX_URL")
@token_file
@click.option("--receipt", "receipts", type=receipt_file, multiple=True, help="A receipt to leave there for its site.")
@as_json
@click.pass_obj
def pull_packages(folder: Path, url: str, token_file: Path, receipts: tuple[Path, ...], as_json: bool) -> None:
    """Fetch every package from the inbox and take it in; the inbox forgets only what is kept here."""
    found = PullReport()
    with closing(open_household(folder)) as household, Wire(url.rstrip("/"), token=read_token(token_file)) as wire:
        try:
            for one, done in pull(household, wire, Patience()):
                if isinstance(done, PeksosError):
                    found.refused[done.code] += 1
                    reason = done.text(catalogue("messages", command_language()))
                    warn("{site} {file}: {reason}", site=one.site, file=one.file[:12], reason=reason)
                else:
                    found.add(done)
        finally:
            household.audit.write(now().isoformat(), "office", "pull", f"{found.packages} {found.new}")
        for path in receipts:
            send_receipt(wire, path.read_bytes().strip(), Patience())
    values = {"packages": found.packages, "records": found.records, "new": found.new}
    values |= {"known": found.records - found.new, "quarantined": found.quarantined}
    values |= {"refused": sum(found.refused.values()), "receipts": len(receipts)}

    def lines() -> None:
        tell(N_("{packages} paket diambil: {records} catatan, {new} baru, {known} sudah ada."), **values)

    report(values, as_json=as_json, lines=lines)
    if found.quarantined:
        message = N_("{count} catatan rusak disisihkan dan disimpan. Minta paket baru dari tempat itu.")
        warn(message, count=found.quarantined)
    if found.refused or found.quarantined:
        raise SystemExit(1)


@click.command("send-receipt")
@click.argument("url", metavar="INBOX_URL")
@click.argument("files", nargs=-1, required=True, type=receipt_file)
@token_file
def send_receipts(url: str, files: tuple[Path, ...], token_file: Path) -> None:
    """Leave receipts at the inbox, where their sites fetch them with their next push."""
    with Wire(url.rstrip("/"), token=read_token(token_file)) as wire:
        for path in files:
            send_receipt(wire, path.read_bytes().strip(), Patience())
    tell(N_("{count} tanda terima dititipkan."), count=len(files))


COMMANDS = (pull_packages, send_receipts)
