"""`peksos xlsform`: workbooks of ODK and KoboToolbox into form files, and form files into workbooks."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from forms_app.cli.terminal import OutFile, Refusal, say, tell, warn
from forms_app.errors import N_, PeksosError
from forms_app.settings import Settings
from forms_app.specs.library import read_library
from forms_app.specs.model import FormSpec
from forms_app.specs.positions import read_utf8
from forms_app.specs.problems import SpecErrors, SpecProblem
from forms_app.specs.reader import read_spec
from forms_app.specs.xlsform.cells import CellProblem, letter
from forms_app.specs.xlsform.exporting import export_workbook
from forms_app.specs.xlsform.heading import DEFAULTS, Options
from forms_app.specs.xlsform.importing import Imported, import_workbook
from forms_app.translation import catalogue, command_language, is_translated

HEAD = ("form_id", "slug", *DEFAULTS)
Command = Callable[..., Any]


@click.group()
def xlsform() -> None:
    """XLSForm workbooks (ODK, KoboToolbox), both ways."""


def head_options(command: Command) -> Command:
    """Give a command one option for each part of a head that ODK does not know."""
    for key in reversed(HEAD):
        shown = f"{DEFAULTS[key]} if left out." if key in DEFAULTS else None
        command = click.option(f"--{key.replace('_', '-')}", key, default="", help=shown)(command)
    return command


@xlsform.command("import")
@click.argument("workbook", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="X.xlsx")
@click.option("--out", type=OutFile(".yaml"), help="FILE.yaml; without it the form is printed.")
@click.option("--force", is_flag=True, help="Write over FILE.yaml.")
@click.option("--leave-out", multiple=True, help="A language, type, column, setting, sheet or row; may stand often.")
@head_options
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_obj
def import_(instance: Path, /, workbook: Path, out: Path | None, as_json: bool, **options: Any) -> None:
    """Make a form file of a workbook; what has no equal is refused at its cell."""
    if out and out.exists() and not options["force"]:
        raise Refusal(say(N_("{file} sudah ada. Pakai nama lain, atau --force."), file=out))
    folder = out.parent if out else settings_of(instance).forms
    head = {key: options[key] for key in HEAD}
    said = Options(head, frozenset(word.lower() for word in options["leave_out"]))
    try:
        found = import_workbook(
            workbook.read_bytes(),
            workbook.name,
            said,
            folder=folder,
            beside=_beside(workbook.parent),
            apart=out is not None,
        )
    except SpecErrors as error:
        if as_json:
            click.echo(json.dumps({"problems": _as_json(error.problems, "error")}, ensure_ascii=False))
            raise SystemExit(1) from None
        raise
    if out:
        _write(found, out, force=options["force"])
    _report(found, out, as_json=as_json)


def _write(found: Imported, out: Path, *, force: bool) -> None:
    """Write the form and its long lists; a list that is there already stays, unless the author says so."""
    lists = {out.parent / "choices" / f"{name}.csv": text for name, text in found.files.items()}
    for path, text in lists.items():
        if path.exists() and not force and path.read_text(encoding="utf-8") != text:
            raise Refusal(say(N_("{file} sudah ada. Pakai nama lain, atau --force."), file=path))
    for path, text in lists.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
        tell(N_("Daftar ditulis: {file}."), file=path)
    out.write_text(found.text, encoding="utf-8")


def _report(found: Imported, out: Path | None, *, as_json: bool) -> None:
    if as_json:
        where = {"file": str(out)} if out else {"text": found.text}
        notes = _as_json(found.notes, "note")
        values = {"form_id": found.spec.form_id, **where, "defaults": found.defaults, "notes": notes, "problems": []}
        click.echo(json.dumps(values, ensure_ascii=False))
        return
    translate = catalogue("messages", command_language())
    for note in found.notes:
        warn(N_("{note} (catatan)"), note=note.text(translate))
    if found.defaults:
        warn(N_("Nilai aman dipakai. Putuskan sebelum formulir tayang: {keys}."), keys=", ".join(found.defaults))
    if out is None:
        click.echo(found.text, nl=False)
    else:
        tell(N_("Formulir ditulis: {file}. Lanjutkan dengan peksos check {file}."), file=out)


def _as_json(problems: Iterable[SpecProblem], severity: str) -> list[dict[str, Any]]:
    translate = catalogue("messages", command_language())
    return [
        {
            "sheet": one.file,
            "row": one.line,
            "column": letter(one.column) if isinstance(one, CellProblem) else one.column,
            "severity": severity,
            "code": one.code,
            "message": translate(one.message).format(**dict(one.places)),
        }
        for one in problems
    ]


def _beside(folder: Path) -> Callable[[str], str | None]:
    """Return a function that reads a CSV file beside the workbook, and no other file."""

    def text(name: str) -> str | None:
        path = folder / name
        if path.suffix.lower() != ".csv" or path.parent != folder or not path.is_file():
            return None
        return read_utf8(path, name)

    return text


@xlsform.command("export")
@click.argument("form", metavar="ID|FILE")
@click.option("--out", type=OutFile(".xlsx"), required=True, help="X.xlsx")
@click.option("--no-catalogue", is_flag=True, help="Leave translations to the catalogue.")
@click.pass_obj
def export(instance: Path, form: str, out: Path, no_catalogue: bool) -> None:
    """Write a form as a workbook that ODK takes, and that reads back to the same form."""
    spec = _spec(form, settings_of(instance).forms)
    out.write_bytes(export_workbook(spec, None if no_catalogue else _translation))
    tell(N_("Buku kerja ditulis: {file}."), file=out)


def _spec(form: str, folder: Path) -> FormSpec:
    """Return the form of that file, or of that id among the site's forms; raise PeksosError."""
    path = Path(form)
    if path.suffix in (".yaml", ".yml") and path.is_file():
        return read_spec(read_utf8(path, path.name), path.name, path.parent)
    try:
        return read_library(folder).by_id(form)
    except SpecErrors as error:
        raise PeksosError(N_("Ada formulir yang rusak. Jalankan peksos check dulu.")) from error


def _translation(text: str, language: str) -> str:
    return catalogue("forms", language)(text) if is_translated("forms", language, text) else ""


def settings_of(instance: Path) -> Settings:
    """Return the settings of an instance folder."""
    environment: Mapping[str, str] = os.environ
    return Settings.from_mapping({**environment, "PEKSOS_INSTANCE": str(instance)})
