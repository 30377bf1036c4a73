"""`peksos-inbox`: the commands of the keyless inbox between sites and the office."""

from __future__ import annotations

from pathlib import Path

import click

from forms_app import __version__
from forms_app.cli.serve import listen, run
from forms_app.cli.terminal import LAST_PORT, Commands, OutFile, tell
from forms_app.errors import N_
from forms_app.inbox.app import MAX_BODY, create_inbox_app
from forms_app.inbox.members import create_inbox, open_members
from forms_app.inbox.store import MEGABYTE, Caps, Store
from forms_app.sealing.durable import durable

folder_argument = click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
statement_file = click.Path(exists=True, dir_okay=False, path_type=Path)
megabytes = click.IntRange(1, 1_000_000)


@click.group(cls=Commands)
@click.version_option(__version__, prog_name="peksos-inbox")
def cli() -> None:
    """Keep what sites push until the office pulls it. Holds no key and opens nothing."""


def main() -> None:
    """Run `peksos-inbox`."""
    cli()


@cli.command()
@folder_argument
@click.option("--office", type=statement_file, required=True, help="The office's office.pub.")
@click.option("--office-words", default="", help="The office's eight words, as read aloud.")
def init(folder: Path, office: Path, office_words: str) -> None:
    """Make an inbox for one office."""
    statement = create_inbox(folder, office.read_bytes(), office_words)
    tell(N_("Kotak titipan siap di {folder}. Daftarkan tiap sekolah dengan site.pub-nya."), folder=folder)
    tell(N_("Kata pengenal kantor: {words}. Cocokkan dengan kantor lewat telepon."), words=statement.words)


@cli.command()
@folder_argument
@click.argument("statement", type=statement_file, metavar="SITE.PUB")
@click.option("--words", "spoken", default="", help="The site's eight words, as read aloud.")
def enrol(folder: Path, statement: Path, spoken: str) -> None:
    """Take packages from a site."""
    site = open_members(folder).enrol(statement.read_bytes().strip(), spoken)
    message = N_("Terdaftar: {name}. Kata pengenal tempat itu: {words}. Cocokkan lewat telepon.")
    tell(message, name=site.name, words=site.words)


@cli.command()
@folder_argument
@click.option("--out", type=OutFile(), required=True, help="The file for the office.")
def token(folder: Path, out: Path) -> None:
    """Make the office's token for pulling; the one before no longer works."""
    members = open_members(folder)
    with durable(out) as file:
        file.write(members.new_token().encode() + b"\n")
    tell(N_("Kunci kotak titipan: {out}. Berikan ke kantor langsung, lalu hapus di sini."), out=out)


@cli.command()
@folder_argument
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, LAST_PORT), default=8070, show_default=True, help="0 picks a free one.")
@click.option("--max-file", type=megabytes, default=1_000, show_default=True, help="Most megabytes of one package.")
@click.option("--max-site", type=megabytes, default=4_000, show_default=True, help="Most megabytes of one site.")
@click.option("--reserve", type=megabytes, default=200, show_default=True, help="Megabytes to leave free on the disk.")
@click.option("--threads", type=click.IntRange(1, 64), default=8, show_default=True)
def serve(folder: Path, host: str, port: int, max_file: int, max_site: int, reserve: int, threads: int) -> None:
    """Serve until Ctrl-C. Put a reverse proxy with a certificate in front: this speaks plain http."""
    caps = Caps(max_file * MEGABYTE, max_site * MEGABYTE, reserve * MEGABYTE)
    app = create_inbox_app(Store(folder, open_members(folder), caps))
    sock = listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    message = N_("Kotak titipan berjalan di http://{host}:{port}. Berhenti dengan Ctrl-C.")
    tell(message, host=shown, port=sock.getsockname()[1])
    run(app, sock, threads=threads, max_body=MAX_BODY)
