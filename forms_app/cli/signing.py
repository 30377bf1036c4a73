"""`peksos sign`: writes down who agreed that a secret form, as it is now, may go live at this site."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from forms_app.answers.submission import WIB, now
from forms_app.cli.terminal import Moment, settings_of, tell
from forms_app.errors import N_
from forms_app.specs.library import read_library
from forms_app.specs.signoffs import FOLDER, write_signoff


@click.command()
@click.argument("form_id", metavar="ID")
@click.option("--by", required=True, help="Who read the form and agreed.")
@click.option("--role", required=True, help="In which office or task.")
@click.option("--date", "day", type=Moment(), help="When, if not today: 2026-11-20")
@click.option("--note", default="", help="For instance the number of the letter.")
@click.pass_obj
def sign(instance: Path, form_id: str, by: str, role: str, day: datetime | None, note: str) -> None:
    """Write down who agreed that a secret form, as it is now, may go live here."""
    settings = settings_of(instance)
    spec = read_library(settings.forms).by_id(form_id)
    on = (day or now()).astimezone(WIB).date()
    path = write_signoff(settings.instance / FOLDER, spec, by, role, on, note)
    tell(N_("Persetujuan ditulis: {path}. Mulai ulang peksos serve."), path=path)
