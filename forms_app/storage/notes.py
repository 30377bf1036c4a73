"""What was done to keep a place safe, and when: backups, trials of restoring, restores. None is ever changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tinydb import TinyDB
from tinydb.table import Table

BACKUPS, OFFICE_BACKUPS, TRIALS, RESTORES = "backups", "office_backups", "restore_trials", "restores"


class Notes:
    """Notes of one kind, in the order in which they were made."""

    def __init__(self, database: TinyDB, name: str) -> None:
        self._table: Table = database.table(name)

    def add(self, note: Mapping[str, Any]) -> None:
        """Keep a note durably."""
        self._table.insert(note)

    def last(self) -> dict[str, Any] | None:
        """Return the newest note, or None before the first."""
        return dict(found[-1]) if (found := self._table.all()) else None
