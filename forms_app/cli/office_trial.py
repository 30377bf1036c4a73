"""`peksos-office trial`: showing a site that the office opens what is sealed to its keys."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from forms_app.answers.submission import now
from forms_app.cli.recovery import passphrase_option
from forms_app.cli.terminal import OFFICE_PASSPHRASE, OutFile, Refusal, passphrase, say, tell
from forms_app.errors import N_
from forms_app.office.household import open_household
from forms_app.office.trials import answer_trial
from forms_app.sealing.durable import durable


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="TRIAL")
@click.option("--out", type=OutFile(), required=True, help="Where the reply for the site goes.")
@passphrase_option
@click.pass_obj
def trial(folder: Path, file: Path, out: Path, passphrase_file: Path | None) -> None:
    """Open a site's trial with every key, and sign which of them did."""
    with closing(open_household(folder)) as household:
        secret = passphrase(passphrase_file, prompt=OFFICE_PASSPHRASE)
        answered = answer_trial(household, household.unlock(secret), household.root(secret), file.read_bytes().strip())
        with durable(out) as reply:
            reply.write(answered.reply + b"\n")
        about = f"{answered.site} {len(answered.opened)} {len(answered.failed)}"
        household.audit.write(now().isoformat(), "office", "trial", about)
    tell(N_("{count} kunci membuka catatannya. Jawaban: {out}"), count=len(answered.opened), out=out)
    tell(N_("Bawa ke tempat itu, lalu di sana: peksos trial --accept {name}"), name=out.name)
    if answered.failed:
        message = N_("Kunci ini tidak membuka catatannya: {keys}. Pulihkan dulu: peksos-office key recover")
        raise Refusal(say(message, keys=", ".join(answered.failed)))


COMMANDS = (trial,)
