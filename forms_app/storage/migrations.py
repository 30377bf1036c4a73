"""Bringing an older database to this version: only when asked, in one transaction, and every record stays.

A killed migration leaves the database as it was: both engines undo a change of tables with its transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, update

from forms_app.errors import N_
from forms_app.storage.engine import Store
from forms_app.storage.office_migration import bring_office
from forms_app.storage.schema import VERSION, refuse_newer, schema_version, take_turn, version_of

Step = Callable[[Connection], None]


@dataclass(frozen=True)
class Migration:
    """From which version to which the database was brought, and what that did; nothing when it was current."""

    found: int
    now: int
    done: tuple[str, ...] = ()


def migrate(url: str) -> Migration:
    """Bring the database at an address to this version, as a whole or not at all.

    Does nothing when it is current, or empty: then its tables are made when it is opened. Raises NewerDatabase.
    """
    store = Store(url)
    try:
        with store.writing() as connection:
            take_turn(store, connection)
            found = version_of(connection)
            if found is None:
                return Migration(VERSION, VERSION)
            refuse_newer(found)
            steps = [STEPS[version] for version in range(found + 1, VERSION + 1)]
            for _what, step in steps:
                step(connection)
            if steps:
                connection.execute(update(schema_version).values(version=VERSION))
            return Migration(found, VERSION, tuple(what for what, _step in steps))
    finally:
        store.close()


def _second(connection: Connection) -> None:
    """Give the log a place to say why a record's bytes are no longer here, and an office its chains."""
    connection.exec_driver_sql("ALTER TABLE log ADD COLUMN gone TEXT NOT NULL DEFAULT ''")
    bring_office(connection)


STEPS: Mapping[int, tuple[str, Step]] = {
    2: (N_("Catatan kini mencatat alasan sebuah jawaban dihapus."), _second),
}
"""What leads to each version from the one before, and how it is told."""
