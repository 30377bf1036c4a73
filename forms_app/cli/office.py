"""`peksos-office`: the commands of the central office."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from forms_app import __version__
from forms_app.answers.submission import now
from forms_app.cli import carrying, office_carrying, office_keys, office_pulling, office_safety, office_trial
from forms_app.cli.recovery import remind
from forms_app.cli.terminal import (
    OFFICE_PASSPHRASE,
    Commands,
    OutFile,
    as_json,
    passphrase,
    report,
    tell,
    trouble,
    warn,
)
from forms_app.errors import N_, PeksosError, SettingsError
from forms_app.office.columns import headings
from forms_app.office.enrolling import scopes
from forms_app.office.household import Household, open_household
from forms_app.office.importing import ImportReport, import_bundle
from forms_app.office.openers import processors
from forms_app.office.opening import OpenReport, Specs, open_all, open_form
from forms_app.office.rows import FORMATS, write_rows
from forms_app.translation import catalogue, command_language

passphrase_file = click.option(
    "--passphrase-file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Prompt for nothing."
)
_COUNTS = ("records", "new", "known", "quarantined", "damaged", "scoped", "twins", "forms_missing")


@click.group(cls=Commands)
@click.option("--office-dir", type=click.Path(path_type=Path), envvar="PEKSOS_OFFICE_DIR", default="office")
@click.version_option(__version__, prog_name="peksos-office")
@click.pass_context
def cli(context: click.Context, office_dir: Path) -> None:
    """Peksos Forms at the central office."""
    context.obj = office_dir


def main() -> None:
    """Run `peksos-office`."""
    cli()


@contextmanager
def office(folder: Path) -> Iterator[Household]:
    """Open the office of a folder, and close it afterwards."""
    household = open_household(folder)
    try:
        yield household
    finally:
        household.close()


@cli.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
@click.pass_obj
def import_files(folder: Path, files: tuple[Path, ...], as_json: bool) -> None:
    """Take packages in; the same one may come any number of times."""
    done: list[dict[str, Any]] = []
    with office(folder) as household:
        for path in files:
            try:
                done.append(_told(path, import_bundle(household, path), as_json=as_json))
            except PeksosError as error:
                done.append({"file": path.name, "refused": error.code})
                warn("{file}: {reason}", file=path.name, reason=error.text(catalogue("messages", command_language())))
            except OSError as error:
                done.append({"file": path.name, "refused": "unreadable"})
                warn("{file}: {reason}", file=path.name, reason=trouble(error))
        household.audit.write(now().isoformat(), "office", "import", ", ".join(one["file"] for one in done))
    sums = {name: sum(one.get(name, 0) for one in done) for name in _COUNTS}
    refused = sum("refused" in one for one in done)
    if as_json:
        click.echo(json.dumps({**sums, "refused": refused, "files": done}, ensure_ascii=False))
    if sums["damaged"]:
        message = N_("{count} catatan rusak disisihkan dan disimpan. Minta paket baru dari tempat itu.")
        warn(message, count=sums["damaged"])
    if sums["scoped"]:
        warn(
            N_("{count} catatan di luar izin tempatnya disisihkan. Lihat: peksos-office status."), count=sums["scoped"]
        )
    if sums["twins"]:
        warn(N_("{count} catatan memakai id catatan lain. Jalankan: peksos-office open."), count=sums["twins"])
    if sums["forms_missing"]:
        warn(N_("{count} formulir rusak. Minta paket baru dari tempat itu."), count=sums["forms_missing"])
    if refused or sums["quarantined"] or sums["forms_missing"]:
        raise SystemExit(1)


def _told(path: Path, done: ImportReport, *, as_json: bool) -> dict[str, Any]:
    """Return what one import did, told at once where nobody asked for JSON: a stick with many packages takes long."""
    values = {"file": path.name, "site": done.site, "number": done.number}
    values |= {name: getattr(done, name) for name in _COUNTS}
    if not as_json:
        tell(N_("{file}: {records} catatan, {new} baru, {known} sudah ada, {quarantined} disisihkan."), **values)
    return values


@cli.command("open")
@click.option("--again", is_flag=True, help="Also what was opened before, by today's rules.")
@click.option("--no-recompute", is_flag=True, help="Do not apply the forms' rules now; the next open does.")
@click.option("--processes", type=click.IntRange(1, 64), help="How many to work with; all processors if left out.")
@passphrase_file
@as_json
@click.pass_obj
def open_records(
    folder: Path,
    again: bool,
    no_recompute: bool,
    processes: int | None,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Open every record in memory, check it anew, and print counts."""
    with office(folder) as household:
        identities = household.unlock(passphrase(passphrase_file, prompt=OFFICE_PASSPHRASE))
        work = processes or processors()
        found = open_all(household, identities, recompute=not no_recompute, again=again, processes=work)
        household.audit.write(now().isoformat(), "office", "open", str(found.opened))
        quarantined = household.archive.missed() + household.archive.set_aside()
        remind(household)
    values = {
        "opened": found.opened,
        "locked": found.locked,
        "flawed": found.flawed,
        "quarantined": quarantined,
        "forms": dict(found.forms),
        "levels": dict(found.levels),
    }

    def lines() -> None:
        message = N_(
            "Terbuka {opened}, belum bisa dibuka {locked}, perlu diperiksa {flawed}, disisihkan {quarantined}."
        )
        tell(message, **values)
        for form, count in sorted(found.forms.items()):
            click.echo(f"  {form}: {count}")
        for level, count in sorted(found.levels.items()):
            click.echo(f"  {level}: {count}")

    report(values, as_json=as_json, lines=lines)


@cli.command()
@click.option("--form", required=True, help="form_id, or form_id/part")
@click.option("--out", type=OutFile(*FORMATS), required=True, help="X.csv or X.jsonl")
@click.option("--identified", is_flag=True, help="With personal and secret answers; needs --reason.")
@click.option("--reason", default="", help="Why; it is kept on record.")
@click.option("--excel", is_flag=True, help="Mark a CSV as UTF-8 for old Excel.")
@passphrase_file
@click.pass_obj
def rows(
    folder: Path, form: str, out: Path, identified: bool, reason: str, excel: bool, passphrase_file: Path | None
) -> None:
    """Write one form's answers as plain rows."""
    if identified and len(reason.strip()) < 3:
        raise SettingsError(N_('Data dengan nama perlu alasan: --identified --reason "..."'))
    with office(folder) as household:
        identities = household.unlock(passphrase(passphrase_file, prompt=OFFICE_PASSPHRASE))
        specs, found = Specs(household.archive), OpenReport()
        wanted = headings(specs.versions(form), form.partition("/")[2], identified=identified)
        about = f"{form} {'identified' if identified else 'plain'} {reason.strip()}".strip()
        household.audit.write(now().isoformat(), "office", "rows", about)
        opened = open_form(household.archive, identities, specs, form, found, scopes(household))
        count = write_rows(out, opened, wanted, identified=identified, excel=excel)
    tell(N_("{count} baris di {out}."), count=count, out=out)
    if found.locked:
        warn(N_("{count} catatan belum bisa dibuka, jadi mungkin ada yang kurang di berkas ini."), count=found.locked)
    if identified:
        tell(N_("Berkas ini berisi data pribadi yang bisa dibaca. Simpan terkunci, hapus setelah dipakai."))


for group in (office_carrying, office_keys, office_pulling, office_safety, office_trial):
    for each in group.COMMANDS:
        cli.add_command(each)
cli.add_command(carrying.office_migrate)
cli.everywhere("--office-dir", but=("init",))
