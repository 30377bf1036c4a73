"""After records were dropped: leaving their bytes nowhere in the database's files, as far as each engine can."""

from __future__ import annotations

from forms_app.storage.engine import Store


def scrub(store: Store) -> None:
    """Let the engine give up what was dropped; must not run inside a transaction.

    SQLite has done so with the commit: overwritten in the database itself (secure_delete), and gone from the WAL
    (`Store.deleted`). PostgreSQL frees the room; docs/operators.md says what remains there.
    """
    if store.dialect == "postgresql":
        with store.reading() as connection:
            connection.exec_driver_sql("VACUUM log")
