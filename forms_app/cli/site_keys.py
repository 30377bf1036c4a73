"""`peksos keys accept`, and what a site says about the keys that it has."""

from __future__ import annotations

from pathlib import Path

import click

from forms_app.answers.submission import WIB, now
from forms_app.cli.instance import site
from forms_app.cli.terminal import settings_of, tell, warn
from forms_app.errors import N_, SettingsError
from forms_app.sealing.keyfiles import read_seed
from forms_app.sealing.signing import SigningKey
from forms_app.site.keys import SITE_KEY_FILE, accept_statement, exposed_keys, keyless, keys_last
from forms_app.site.services import Services
from forms_app.site.trials import untried
from forms_app.storage.numbers import SITE_NUMBERS, Numbers
from forms_app.storage.tables import open_database

KEY_ENDS_SOON = 30  # days


@click.group()
def keys() -> None:
    """Take in the keys of the office."""


@keys.command()
@click.argument("statement", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="STATEMENT")
@click.pass_obj
def accept(instance: Path, statement: Path) -> None:
    """Take in a later statement of the office that this site was set up for."""
    settings = settings_of(instance)
    folder = settings.instance
    if not (folder / SITE_KEY_FILE).is_file():
        message = N_("Folder {instance} belum disiapkan. Jalankan: peksos init {instance} --office office.pub")
        raise SettingsError(message, instance=folder)
    site_key = SigningKey(read_seed(folder / SITE_KEY_FILE, "site"))
    with open_database(settings.database) as database:
        numbers = Numbers(database, SITE_NUMBERS)
        found, new = accept_statement(folder, site_key, statement.read_bytes().strip(), numbers)
    if not new:
        tell(N_("Berkas kunci nomor {number} sudah dipakai. Tidak ada yang berubah."), number=found.number)
        return
    with site(instance) as services:
        services.audit.write(now().isoformat(), "-", "keys-accept", str(found.number))
        last = keys_last(found, services.library, services.clock().astimezone(WIB).date())
        tell(N_("Berkas kunci nomor {number} diterima."), number=found.number)
        if last:
            tell(N_("Kunci kantor berlaku sampai {until}."), until=last.isoformat())
        tell(N_("Bila peksos serve sedang berjalan, hentikan dan jalankan lagi."))
        warn_of_keys(services)


def warn_of_keys(services: Services) -> None:
    """Say on stderr what is wrong with keys: missing, soon over, never tried, or readable by other accounts."""
    day = services.clock().astimezone(WIB).date()
    last, without = keys_last(services.office, services.library, day), keyless(services.office, services.library, day)
    if last is None:
        warn(N_("Tidak ada kunci kantor untuk hari ini. Periksa tanggal komputer, atau minta berkas kunci baru."))
    elif without:
        message = N_("Tanpa kunci kantor formulir ini tertutup: {forms}. Minta berkas kunci baru.")
        warn(message, forms=", ".join(without))
    elif (last - day).days < KEY_ENDS_SOON:
        warn(N_("Kunci kantor berakhir {until}. Minta berkas kunci baru dari kantor."), until=last.isoformat())
    left = untried(services)
    if left:
        message = N_("{count} kunci kantor belum dicoba, jadi belum dipakai. Coba: peksos trial --out coba.trial")
        warn(message, count=len(left))
    for path in exposed_keys(services.settings.instance):
        message = N_("{path} bisa dibaca akun lain di komputer ini. Jalankan: chmod {mode} {path}")
        warn(message, path=path, mode="700" if path.is_dir() else "600")


COMMANDS = (keys,)
