"""Backups of a site, and what becomes of them: a restored site continues its own log in a new epoch."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from forms_app import __version__
from forms_app.answers.submission import WIB, day_number, now
from forms_app.errors import N_, DamagedBundle, PeksosError, SettingsError
from forms_app.sealing.keyfiles import read_seed
from forms_app.sealing.signing import SigningKey
from forms_app.sealing.statements import read_office_statement
from forms_app.settings import Settings
from forms_app.site.keys import OFFICE_FILE, SITE_KEY_FILE
from forms_app.site.services import Services, open_site, stores
from forms_app.site.standing import standing
from forms_app.specs.library import Library
from forms_app.storage.address import only_read
from forms_app.storage.backup import Backup, Label, files_of, read_backup, write_backup
from forms_app.storage.documents import Audit
from forms_app.storage.engine import Store
from forms_app.storage.folder import Belongings, gather, is_empty, put
from forms_app.storage.log import Head, Log
from forms_app.storage.notes import RESTORES, Notes
from forms_app.storage.reserve import RESERVE_FILE
from forms_app.storage.restoring import restored
from forms_app.storage.served import ServedForms
from forms_app.storage.sums import File
from forms_app.storage.tables import SQLDatabase, open_database

KIND = "site"
WITHOUT = ("packages", "cache", RESERVE_FILE)  # packages are carried, forms are read anew, the reserve is made anew


@dataclass(frozen=True)
class Restored:
    """What a restore did: from which backup, and the head that the new epoch names as its parent."""

    backup: Backup
    parent: Head
    seconds: float


def back_up(services: Services, path: Path) -> tuple[Backup, Belongings]:
    """Write a backup of the site while it serves, verify what was written, and note it.

    Raises StorageFull, StorageError or DamagedBundle; then no such file exists.
    """
    settings, made = services.settings, services.clock()
    belongings = gather(settings.instance, WITHOUT)
    label = Label(KIND, services.site, made.isoformat(), __version__, _head)
    store = Store(settings.database)
    try:
        backup = write_backup(store, path, belongings.files, label, partial(_verify, services))
    finally:
        store.close()
    services.backups.add({"made": backup.made, "digest": backup.digest, "upto": backup.upto["seq"]})
    services.audit.write(made.isoformat(), "-", "backup", backup.digest)
    return backup, belongings


def restore(path: Path, instance: Path, mapping: Mapping[str, Any]) -> Restored:
    """Make the site of a backup in an empty folder, and open the new epoch of its log.

    `mapping` are PEKSOS_* settings. The key comes last: until everything else stands the folder is no site. Raises
    SettingsError when something is there already, DamagedBundle, BrokenLog, StorageFull or StorageError; then the
    folder is as empty as before.
    """
    begun = time.monotonic()
    if not is_empty(instance):
        message = N_("Folder {folder} tidak kosong. Pulihkan ke folder yang masih kosong.")
        raise SettingsError(message, folder=instance)
    backup = read_backup(path)
    files = files_of(path)
    if backup.kind != KIND or SITE_KEY_FILE not in files:
        raise DamagedBundle(N_("Berkas {name} bukan cadangan sebuah tempat."), name=path.name)
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    instance.chmod(0o700)
    try:
        parent = _rebuild(path, backup, files, {**mapping, "PEKSOS_INSTANCE": str(instance)})
    except BaseException:
        _empty(instance)
        raise
    return Restored(backup, parent, time.monotonic() - begun)


def try_restore(path: Path, mapping: Mapping[str, Any]) -> Restored:
    """Restore into a folder that is thrown away, and open the site there: what a restore would do, and how long.

    Raises what `restore` raises.
    """
    with tempfile.TemporaryDirectory(prefix="peksos-") as folder:
        here = {**mapping, "PEKSOS_DATABASE_URL": ""}
        done = restore(path, Path(folder) / "instance", here)
        open_site(Settings.from_mapping({**here, "PEKSOS_INSTANCE": str(Path(folder) / "instance")})).close()
    return done


def note_trial(services: Services, path: Path, found: Restored | PeksosError) -> None:
    """Note how a trial of restoring went, for the doctor."""
    done = isinstance(found, Restored)
    note = {"at": services.clock().isoformat(), "ok": done, "file": path.name}
    services.restore_trials.add(note | ({"digest": found.backup.digest} if isinstance(found, Restored) else {}))


def _rebuild(path: Path, backup: Backup, files: Mapping[str, bytes], mapping: Mapping[str, Any]) -> Head:
    """Put files and tables into the folder, verify the log, and continue it in a new epoch; return its parent."""
    instance = Path(mapping["PEKSOS_INSTANCE"])
    put(instance, {name: content for name, content in files.items() if name != SITE_KEY_FILE})
    settings, moment = Settings.from_mapping(mapping), now()
    with restored(path, settings.database) as database:
        log = Log(database, backup.owner)
        parent = log.head()
        log.open_epoch(_day(moment))
        note = {"at": moment.isoformat(), "digest": backup.digest, "epoch": parent.epoch + 1, "seq": parent.seq}
        Notes(database, RESTORES).add(note)
        Audit(database).write(moment.isoformat(), "-", "restore", backup.digest)
    put(instance, {SITE_KEY_FILE: files[SITE_KEY_FILE]})
    _prove(settings)
    return parent


def _verify(services: Services, part: Path) -> None:
    """Look at the site that a finished backup holds as at any other: its chain, and leave for what went."""
    with open_database(only_read(part)) as database:
        _refuse_broken(_held_by(database, services))


def _prove(settings: Settings) -> None:
    """Look at a restored site in the same way; its forms may still be on their way here."""
    site_key = SigningKey(read_seed(settings.instance / SITE_KEY_FILE, "site"))
    with open_database(settings.database) as database:
        bare = Services(
            settings=settings,
            library=Library(()),
            office=read_office_statement((settings.instance / OFFICE_FILE).read_bytes()),
            site_key=site_key,
            secret=b"",
            log=Log(database, site_key.key_id),
            served=ServedForms(database),
            **stores(database),
            transaction=database.transaction,
            close=database.close,
        )
        _refuse_broken(bare)


def _held_by(database: SQLDatabase, services: Services) -> Services:
    """Return the same site on another database."""
    log, served = Log(database, services.site), ServedForms(database)
    return replace(services, log=log, served=served, **stores(database))


def _refuse_broken(services: Services) -> None:
    if (broken := standing(services).broken) is not None:
        raise broken


def _head(tables: File) -> dict[str, Any]:
    """Return the end of the log in a backup."""
    row = tables.execute("SELECT epoch, seq, hash FROM log ORDER BY seq DESC LIMIT 1").fetchone()
    epoch, seq, digest = row or (1, 0, b"")
    return {"epoch": epoch, "seq": seq, "head": digest.hex()}


def _day(moment: datetime) -> int:
    return day_number(moment.astimezone(WIB).date())


def _empty(folder: Path) -> None:
    """Take away what an unfinished restore left: it all lies in the backup."""
    for each in folder.iterdir():
        shutil.rmtree(each) if each.is_dir() and not each.is_symlink() else each.unlink()
