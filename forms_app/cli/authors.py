"""The commands of `peksos` for those who write forms."""

from __future__ import annotations

import json
from pathlib import Path

import click

from forms_app.cli.check import check_files
from forms_app.cli.preview import preview
from forms_app.cli.terminal import as_json, settings_of
from forms_app.specs.schema import form_schema
from forms_app.translation import catalogue, command_language


@click.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="[FILE...]")
@as_json
@click.pass_obj
def check(instance: Path, files: tuple[Path, ...], as_json: bool) -> None:
    """Check form files, or all forms of the site, and name every mistake at once."""
    check_files(files, settings_of(instance), as_json=as_json)


@click.command()
def schema() -> None:
    """Print the JSON Schema of a form file, for editors that complete and check YAML."""
    found = form_schema(catalogue("messages", command_language()))
    click.echo(json.dumps(found, ensure_ascii=False, indent=1))


COMMANDS = (check, preview, schema)
