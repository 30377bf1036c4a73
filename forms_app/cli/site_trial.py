"""`peksos trial`: trying the office's keys before anything real is sealed to them."""

from __future__ import annotations

from pathlib import Path

import click

from forms_app.cli.instance import site
from forms_app.cli.site_keys import warn_of_keys
from forms_app.cli.terminal import OutFile, tell
from forms_app.errors import N_
from forms_app.sealing.durable import durable
from forms_app.site.trials import accept_reply, make_trial


@click.command()
@click.option("--out", type=OutFile(), help="Write the file that the office opens.")
@click.option("--accept", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Take in its reply.")
@click.pass_obj
def trial(instance: Path, out: Path | None, accept: Path | None) -> None:
    """Try the office's keys: send a file, take in the reply. Forms stay shut until then."""
    if (out is None) == (accept is None):
        raise click.UsageError("--out | --accept")
    with site(instance) as services:
        if out:
            line, count = make_trial(services)
            with durable(out) as file:
                file.write(line + b"\n")
            tell(N_("Berkas uji coba untuk {count} kunci: {out}. Bawa ke kantor."), count=count, out=out)
            tell(N_("Di kantor: peksos-office trial {name} --out jawaban.trial"), name=out.name)
        elif accept:
            proven = accept_reply(services, accept.read_bytes().strip())
            tell(N_("{count} kunci terbukti bisa dibuka kantor."), count=len(proven))
            warn_of_keys(services)


COMMANDS = (trial,)
