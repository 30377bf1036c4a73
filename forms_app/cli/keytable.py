"""Keys of the office in a table, for people and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import click

from forms_app.errors import N_
from forms_app.office import ceremony
from forms_app.office.keystates import KeyStanding
from forms_app.translation import catalogue, command_language

_STATES = {
    "root": N_("akar"),
    "waiting": N_("menunggu"),
    "current": N_("dipakai"),
    "ended": N_("selesai"),
    "revoked": N_("dicabut"),
    "destroyed": N_("musnah"),
    "missing": N_("HILANG"),
}


def told(one: KeyStanding) -> dict[str, object]:
    """Return a key as programs read it."""

    def day(value: date | None) -> str:
        return value.isoformat() if value else ""

    return {
        "key_id": one.key_id,
        "class": one.retention,
        "state": one.state,
        "from": day(one.first),
        "until": day(one.last),
        "destroy_after": day(one.destroy_after),
        "file": one.here,
        "proved": one.proved,
    }


def tell_table(keys: Sequence[KeyStanding]) -> None:
    """Print keys, a line for each."""
    translate = catalogue("messages", command_language())
    for one in keys:
        days = f"{one.first}..{one.last}" if one.first else "-" * 22
        proved = one.proved or "-"
        use = ceremony.named_use(one, translate)
        state = translate(_STATES[one.state])
        click.echo(f"  {one.key_id}  {one.retention or '-':4}  {days}  {state:11}  {proved:10}  {use}")
