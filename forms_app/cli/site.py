"""`peksos`: the commands of a field site."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from forms_app import __version__
from forms_app.cli import authors, carrying, pushing, safety, site_keys, site_trial
from forms_app.cli.demo import demo
from forms_app.cli.forgetting import forget_what_is_freed
from forms_app.cli.instance import site
from forms_app.cli.paper import paper
from forms_app.cli.serve import serve_site
from forms_app.cli.signing import sign
from forms_app.cli.site_keys import warn_of_keys
from forms_app.cli.status import status
from forms_app.cli.terminal import (
    LAST_PORT,
    Commands,
    Moment,
    OutFile,
    as_json,
    passphrase,
    report,
    tell,
    warn,
)
from forms_app.cli.xlsform import xlsform
from forms_app.errors import N_
from forms_app.site import enrolment, posters
from forms_app.site.eventkeys import destroy_event_key
from forms_app.site.keys import SITE_FILE
from forms_app.site.packing import make_package
from forms_app.site.services import known_event
from forms_app.storage.documents import Event
from forms_app.translation import command_language


@click.group(cls=Commands)
@click.option("--instance", type=click.Path(path_type=Path), envvar="PEKSOS_INSTANCE", default="instance")
@click.version_option(__version__, prog_name="peksos")
@click.pass_context
def cli(context: click.Context, instance: Path) -> None:
    """Peksos Forms at the field site."""
    context.obj = instance


def main() -> None:
    """Run `peksos`."""
    forget_what_is_freed(sys.argv[1:])
    cli()


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="INSTANCE")
@click.option("--office", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True)
@click.option("--office-words", default="", help="The office's eight words, as read aloud.")
@click.option("--name", default="Peksos", help="What the office calls this site.")
def init(folder: Path, office: Path, office_words: str, name: str) -> None:
    """Set up a site: its folder, its keys, and the office it seals for."""
    own, statement = enrolment.create_site(folder, office.read_bytes(), name, office_words)
    tell(N_("Siap: {folder}. Berikan berkas {file} ke kantor."), folder=folder, file=folder / SITE_FILE)
    tell(N_("Kata pengenal kantor: {words}. Cocokkan dengan kantor lewat telepon."), words=statement.words)
    tell(N_("Kata pengenal tempat ini: {words}. Bacakan ke kantor."), words=own.words)
    with site(folder):  # makes the database, so that a wrong setting shows now
        pass


@cli.group()
def user() -> None:
    """Accounts of the desk."""


@user.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(enrolment.ROLES), required=True)
@click.option("--passphrase-file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def user_add(instance: Path, name: str, role: str, passphrase_file: Path | None) -> None:
    """Make an account."""
    with site(instance) as services:
        enrolment.add_staff(services, name, role, passphrase(passphrase_file, twice=True))
    tell(N_("Akun {name} siap. Masuk lewat /desk/."), name=name)


@cli.group()
def event() -> None:
    """Events with their posters."""


@event.command("add")
@click.option("--form", "forms", multiple=True, required=True, help="A form of the event; may stand several times.")
@click.option("--title", required=True)
@click.option("--opens", type=Moment(), required=True, help="2026-11-23T07:00 (WIB)")
@click.option("--closes", type=Moment(), required=True)
@click.option("--date", type=Moment(), help="When it begins; --opens if left out.")
@click.option("--school", default="")
@click.option("--jenjang", type=click.Choice(enrolment.JENJANG, case_sensitive=False))
@click.option("--place", default="")
@click.option("--topic", default="")
@as_json
@click.pass_obj
def event_add(
    instance: Path,
    forms: tuple[str, ...],
    title: str,
    opens: datetime,
    closes: datetime,
    date: datetime | None,
    school: str,
    jenjang: str | None,
    place: str,
    topic: str,
    as_json: bool,
) -> None:
    """Make an event and its code."""
    wanted = Event(
        code="",
        title=title,
        forms=forms,
        opens=enrolment.iso(opens),
        closes=enrolment.iso(closes),
        date=enrolment.iso(date or opens),
        school=school,
        jenjang=jenjang or "",
        place=place,
        topic=topic,
    )
    with site(instance) as services:
        added = enrolment.add_event(services, wanted)
        url = f"{services.settings.public_url}/e/{added.code.lower()}"
        readable = bool(added.keys)
    values = {"code": added.code, "url": url, "title": added.title, "opens": added.opens, "closes": added.closes}

    def lines() -> None:
        tell(N_("Kegiatan {code} siap: {url}"), code=added.code, url=url)
        tell(N_("Cetak poster: peksos poster {code} --out poster.pdf"), code=added.code)
        if not readable:
            tell(N_("Belum ada akun koordinator: jawaban hanya bisa dibaca kantor."))

    report(values, as_json=as_json, lines=lines)


@event.command("destroy-key")
@click.argument("code")
@click.pass_obj
def event_destroy_key(instance: Path, code: str) -> None:
    """Destroy an event's key before its time: from then on only the office reads its registrations."""
    with site(instance) as services:
        found = destroy_event_key(services, code)
    tell(N_("Kunci kegiatan {code} dimusnahkan. Jawabannya sekarang hanya bisa dibaca kantor."), code=found.code)


@cli.command()
@click.argument("code")
@click.option(
    "--out", type=OutFile(*(f".{one}" for one in posters.ENDINGS)), required=True, help="P.pdf, P.svg or P.png"
)
@click.pass_obj
def poster(instance: Path, code: str, out: Path) -> None:
    """Draw an event's poster."""
    ending = out.suffix.removeprefix(".").lower()
    with site(instance) as services:
        drawing = posters.poster_of(services, known_event(services, code), command_language())
    body, _kind = posters.draw(drawing, ending)
    out.write_bytes(body)
    if drawing.unprintable:
        warn(
            N_("Tanda ini tidak ada di huruf komputer ini dan tercetak sebagai kotak: {signs}"),
            signs=drawing.unprintable,
        )
    tell(N_("Poster: {out}. Cetak di kertas A4, lalu coba pindai sebelum kegiatan."), out=out)


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, LAST_PORT), default=8000, show_default=True, help="0 picks a free one.")
@click.option("--tls-cert", type=click.Path(path_type=Path), help="Certificate chain (PEM): serve over https.")
@click.option("--tls-key", type=click.Path(path_type=Path), help="Its private key (PEM).")
@click.pass_obj
def serve(instance: Path, host: str, port: int, tls_cert: Path | None, tls_key: Path | None) -> None:
    """Serve the site."""
    if (tls_cert is None) != (tls_key is None):
        raise click.UsageError("--tls-cert, --tls-key")
    with site(instance) as services:
        warn_of_keys(services)
        serve_site(services, host, port, (tls_cert, tls_key) if tls_cert and tls_key else None)


@cli.command()
@click.option("--out", type=OutFile(), required=True, help="F.peksos")
@as_json
@click.pass_obj
def export(instance: Path, out: Path, as_json: bool) -> None:
    """Make a package for the office."""
    with site(instance) as services:
        info = services.with_room(lambda: make_package(services, out))
        secret = services.log.count(kind="s")
    values = {"file": str(out), "number": info.number, "records": info.records, "digest": info.digest, "secret": secret}

    def lines() -> None:
        message = N_("Paket nomor {number}: {records} jawaban tersegel di {out}. Bawa ke kantor pusat.")
        tell(message, number=info.number, records=info.records, out=out)

    report(values, as_json=as_json, lines=lines)


_GROUPS = (authors, carrying, site_keys, site_trial, pushing, safety)
for one in (demo, paper, sign, status, xlsform, *(each for group in _GROUPS for each in group.COMMANDS)):
    cli.add_command(one)
cli.everywhere("--instance", but=("init", "demo", "schema"))
