"""All our tables as they stood at one moment, copied into an SQLite file while others write.

With a rollback journal a reader holds writers up. The log, which only grows, is therefore copied first and a stretch at
a time; its end and all other tables follow in one transaction.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from typing import Any

from sqlalchemy import Connection

from forms_app.errors import N_, StorageError
from forms_app.storage.engine import Store, driver
from forms_app.storage.sqlite import library
from forms_app.storage.sums import PAGE, File, Layout, Row, Sum, layouts, statements, stream

STRETCH = 1.0  # seconds of copying the log after which others have their turn
PATIENCE = 60.0  # seconds of asking for a moment between commits


def copy_tables(store: Store, target: File) -> dict[str, dict[str, Any]]:
    """Copy all tables and return what a manifest says of them. Raises StorageError."""
    tables: list[Layout] = []
    grown, stretches = Sum(), 0
    while True:
        with _still(store) as connection:
            found = layouts(connection)
            if not tables:
                tables = found
                for sql in statements(connection, tables):
                    target.execute(sql)
            elif found != tables:
                raise StorageError(N_("Basis data berubah susunannya saat disalin. Ulangi."))
            log = next(table for table in tables if table.name == "log")
            stretches += 1
            if _copy_log(connection, target, log, grown):
                sums = {log.name: _catch_up(connection, target, log) if stretches > 1 else grown}
                for table in tables:
                    if table is not log:
                        sums[table.name] = _copy_rows(target, table, stream(connection, table.query()), Sum())
                return {table.name: sums[table.name].value() for table in tables}


def _copy_log(connection: Connection, target: File, log: Layout, total: Sum) -> bool:
    """Copy the log from where it was left; tell whether its end was reached before others had waited too long."""
    begun = time.monotonic()
    (last,) = target.execute("SELECT coalesce(max(seq), 0) FROM log").fetchone()
    pages = stream(connection, log.query(f"seq > {_place(connection)}"), (last,))
    with closing(pages):
        for rows in pages:
            _copy_rows(target, log, [rows], total)
            if len(rows) == PAGE and time.monotonic() - begun > STRETCH:
                return False
    return True


def _catch_up(connection: Connection, target: File, log: Layout) -> Sum:
    """Copy once more the rows of earlier stretches whose record was taken away meanwhile; return what all come to."""
    bare = "SELECT seq FROM log WHERE record IS NULL"
    own, known = driver(connection), set(target.execute(bare).fetchall())
    for (seq,) in sorted(set(own.execute(bare).fetchall()) - known):
        rows = own.execute(log.query(f"seq = {_place(connection)}"), (seq,)).fetchall()
        target.executemany(log.insert(verb="INSERT OR REPLACE"), rows)
    return sum_of(target, log)


def _place(connection: Connection) -> str:
    return "?" if connection.dialect.name == "sqlite" else "%s"


def _copy_rows(target: File, table: Layout, pages: Iterable[list[Row]], total: Sum) -> Sum:
    for rows in pages:
        total.add(rows)
        target.executemany(table.insert(), rows)
    return total


@contextmanager
def _still(store: Store) -> Iterator[Connection]:
    """Lend a connection for which nothing changes meanwhile."""
    with store.reading() as connection:
        run = driver(connection).execute
        if store.dialect == "sqlite":
            _slip_in(run)
        else:
            run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            yield connection
        finally:
            run("ROLLBACK")


def _slip_in(run: Callable[[str], Any]) -> None:
    """Begin to read between two commits. SQLite itself asks ten times a second, and hardly ever meets the moment."""
    run("PRAGMA busy_timeout=0")
    until = time.monotonic() + PATIENCE
    while True:
        run("BEGIN")
        try:
            run("SELECT count(*) FROM sqlite_master").fetchall()
        except library.OperationalError as error:
            run("ROLLBACK")
            if error.sqlite_errorcode & 0xFF != library.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.001)
        else:
            return


def sum_of(connection: File, table: Layout) -> Sum:
    """Return what the rows in the file come to."""
    total, cursor = Sum(), connection.execute(table.query())
    while page := cursor.fetchmany(PAGE):
        total.add(page)
    return total
