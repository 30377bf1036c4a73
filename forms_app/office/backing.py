"""Backups of the office: its keys stay under their passphrase, its records and verdicts stay sealed."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from forms_app import __version__
from forms_app.answers.submission import now
from forms_app.errors import N_, DamagedBundle, SettingsError
from forms_app.office.household import DATABASE, STATEMENT, Household, open_household
from forms_app.office.keyfolder import KEYS
from forms_app.sealing.signing import signer_id
from forms_app.sealing.statements import read_office_statement
from forms_app.storage.backup import Backup, Label, files_of, read_backup, write_backup
from forms_app.storage.documents import Audit
from forms_app.storage.engine import Store
from forms_app.storage.folder import Belongings, gather, is_empty, put
from forms_app.storage.notes import RESTORES, Notes
from forms_app.storage.restoring import restored
from forms_app.storage.sums import File

KIND = "office"


@dataclass(frozen=True)
class Restored:
    """What a restore did: from which backup, and how long it took."""

    backup: Backup
    seconds: float


def back_up(household: Household, path: Path) -> tuple[Backup, Belongings]:
    """Write a backup of the office, verify what was written, and note it: what it holds counts as backed up from then.

    Raises StorageFull, StorageError or DamagedBundle; then no such file exists.
    """
    made = now().isoformat()
    belongings = _own(gather(household.folder))
    label = Label(KIND, signer_id(household.statement.root), made, __version__, _verdicts)
    store = Store(_address(household.folder))
    try:
        backup = write_backup(store, path, belongings.files, label, lambda _part: None)
    finally:
        store.close()
    household.backups.add({"made": made, "digest": backup.digest, "upto": backup.upto["verdicts"]})
    household.audit.write(made, "office", "backup", backup.digest)
    return backup, belongings


def _own(found: Belongings) -> Belongings:
    """Return statement and key files alone: recovery sheets or plain rows that lie beside them open everything."""
    own = {name: data for name, data in found.files.items() if name == STATEMENT or name.startswith(f"{KEYS}/")}
    return replace(found, files=own)


def restore(path: Path, folder: Path) -> Restored:
    """Make the office of a backup in an empty folder. The statement comes last: until then the folder is no office.

    Raises SettingsError when something is there already, DamagedBundle, StorageFull or StorageError; then the folder
    is as empty as before.
    """
    begun = time.monotonic()
    if not is_empty(folder):
        raise SettingsError(N_("Folder {folder} tidak kosong. Pulihkan ke folder yang masih kosong."), folder=folder)
    backup, files = read_backup(path), files_of(path)
    if backup.kind != KIND or STATEMENT not in files:
        raise DamagedBundle(N_("Berkas {name} bukan cadangan sebuah kantor."), name=path.name)
    if signer_id(read_office_statement(files[STATEMENT].strip()).root) != backup.owner:
        raise DamagedBundle(N_("Berkas {name} bukan cadangan sebuah kantor."), name=path.name)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    try:
        _rebuild(path, backup, files, folder)
    except BaseException:
        for each in folder.iterdir():
            shutil.rmtree(each) if each.is_dir() and not each.is_symlink() else each.unlink()
        raise
    return Restored(backup, time.monotonic() - begun)


def try_restore(path: Path) -> Restored:
    """Restore into a folder that is thrown away, and open the office there. Raises what `restore` raises."""
    with tempfile.TemporaryDirectory(prefix="peksos-") as folder:
        done = restore(path, Path(folder) / "office")
        open_household(Path(folder) / "office").close()
    return done


def _rebuild(path: Path, backup: Backup, files: Mapping[str, bytes], folder: Path) -> None:
    put(folder, {name: content for name, content in files.items() if name != STATEMENT})
    moment = now().isoformat()
    with restored(path, _address(folder)) as database:
        Notes(database, RESTORES).add({"at": moment, "digest": backup.digest, "upto": backup.upto["verdicts"]})
        Audit(database).write(moment, "office", "restore", backup.digest)
    put(folder, {STATEMENT: files[STATEMENT]})


def _address(folder: Path) -> str:
    return f"sqlite:///{folder / DATABASE}"


def _verdicts(tables: File) -> dict[str, Any]:
    """Return up to which number a backup holds the verdicts: they are numbered in the order of their commits."""
    names = {name for (name,) in tables.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    query = "SELECT count(*) FROM office_records WHERE verdict IS NOT NULL"
    if "office_verdicts" in names:
        query = "SELECT coalesce(max(number), 0) FROM office_verdicts"
    (number,) = tables.execute(query).fetchone()
    (records,) = tables.execute("SELECT count(*) FROM office_records").fetchone()
    return {"verdicts": number, "records": records}
