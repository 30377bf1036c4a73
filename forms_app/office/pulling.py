"""Pulling packages from an inbox: kept here first, then released there, however often the line is cut between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from forms_app.errors import PeksosError, StorageError
from forms_app.office.household import Household
from forms_app.office.importing import ImportReport, import_bundle
from forms_app.transfer.pull import Waiting, fetch_file, fetch_list, release
from forms_app.transfer.wire import InboxAway, Patience, Wire

FOLDER = "inbox"


@dataclass
class PullReport:
    """What one pull did; `refused` counts packages by error code: they stay at the inbox."""

    packages: int = 0
    records: int = 0
    new: int = 0
    quarantined: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    def add(self, done: ImportReport) -> None:
        """Count an imported package."""
        self.packages += 1
        self.records += done.records
        self.new += done.new
        self.quarantined += done.quarantined


def pull(household: Household, wire: Wire, patience: Patience) -> Iterator[tuple[Waiting, ImportReport | PeksosError]]:
    """Fetch, import and release every package that waits, one after another, and yield what became of each.

    A package that the import refuses stays at the inbox and is yielded with its error. Raises InboxAway after too many
    failures in a row, TransferError when the inbox refuses us, StorageFull or StorageError: call again, what was done
    is done, and what was half fetched is continued.
    """
    folder = household.folder / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    waiting = fetch_list(wire, patience)
    _forget_strangers(folder, {one.file for one in waiting})
    for one in waiting:
        try:
            path = fetch_file(wire, one, folder, patience)
            done = import_bundle(household, path)
        except (InboxAway, StorageError):
            raise
        except PeksosError as error:
            (folder / f"{one.file}.peksos").unlink(missing_ok=True)
            yield one, error
            continue
        release(wire, one.file, patience)
        path.unlink()
        yield one, done


def _forget_strangers(folder: Path, files: set[str]) -> None:
    """Delete what a former pull left half fetched and the inbox no longer has."""
    for path in folder.glob("*"):
        if path.stem not in files:
            path.unlink()
