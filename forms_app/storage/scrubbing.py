"""After records were dropped: leaving their bytes nowhere in the database's files, as far as each engine can."""

from __future__ import annotations

from forms_app.storage.engine import Store


def scrub(store: Store) -> None:
    """Take dropped bytes out of the engine's side files too; must not run inside a transaction.

    SQLite has overwritten them in the database itself (secure_delete); its write-ahead log is emptied here, unless
    somebody is just reading: then the next time. PostgreSQL frees the room; docs/operators.md says what remains there.
    """
    with store.reading() as connection:
        if store.dialect == "postgresql":
            connection.exec_driver_sql("VACUUM log")
        elif store.journal == "WAL":
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all()
