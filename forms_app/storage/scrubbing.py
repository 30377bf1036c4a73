"""After records were dropped: leaving their bytes nowhere in the database's files, as far as each engine can."""

from __future__ import annotations

from forms_app.storage.engine import Store


def scrub(store: Store) -> None:
    """Let the engine give up what was dropped; must not run inside a transaction.

    SQLite has overwritten it in the database itself (secure_delete), and as a rule emptied the WAL after the commit
    (`Store.deleted`); a process that was killed in between, or a reader in the way, left it there: so once more.
    PostgreSQL frees the room; docs/operators.md says what remains there.
    """
    if store.dialect == "postgresql":
        with store.reading() as connection:
            connection.exec_driver_sql("VACUUM log, documents")
    else:
        with store.writing():
            store.deleted()
