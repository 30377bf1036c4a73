"""All our tables as they stood at one moment, copied into an SQLite file while others write.

The log, which only grows, is copied first and in small steps; what came meanwhile and all other tables follow in one
transaction. So with a rollback journal, where a reader holds writers up, they wait for the small tables only.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection

from forms_app.errors import N_, StorageError
from forms_app.storage.engine import Store, driver
from forms_app.storage.sums import PAGE, Layout, Row, Sum, layouts, statements, stream

STEP = 500  # rows of the log that are copied under one lock
_BEGIN = {"sqlite": "BEGIN", "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}


def copy_tables(store: Store, target: sqlite3.Connection) -> dict[str, dict[str, Any]]:
    """Copy all tables and return what a manifest says of them. Raises StorageError."""
    with store.reading() as connection:
        tables = layouts(connection)
        for sql in statements(connection, tables):
            target.execute(sql)
    log = next((table for table in tables if table.name == "log"), None)
    grown = _copy_log(store, target, log) if log else Sum()
    with _still(store) as connection:
        if layouts(connection) != tables:
            raise StorageError(N_("Basis data berubah susunannya saat disalin. Ulangi."))
        sums = {}
        for table in tables:
            if table is log:
                sums[table.name] = _catch_up(connection, target, table, grown)
            else:
                sums[table.name] = _copy_rows(target, table, stream(connection, table.query()), Sum())
    return {name: each.value() for name, each in sums.items()}


def _copy_log(store: Store, target: sqlite3.Connection, log: Layout) -> Sum:
    """Copy the log as far as it goes now, a few rows under each lock: its rows never move."""
    total, last = Sum(), 0
    query = store.sql(f"{log.query('seq > ? AND seq <= ?')} LIMIT {STEP}")
    with store.reading() as connection:
        ((end,),) = driver(connection).execute("SELECT coalesce(max(seq), 0) FROM log").fetchall()
    place = log.columns.index("seq")
    while last < end:
        with store.reading() as connection:
            rows = driver(connection).execute(query, (last, end)).fetchall()
        if not rows:
            break
        _copy_rows(target, log, iter([rows]), total)
        last = rows[-1][place]
    return total


def _catch_up(connection: Connection, target: sqlite3.Connection, log: Layout, grown: Sum) -> Sum:
    """Copy what the log has grown by since, and once more the rows whose record was taken away meanwhile."""
    (last,) = target.execute("SELECT coalesce(max(seq), 0) FROM log").fetchone()
    bare = {seq for (seq,) in target.execute("SELECT seq FROM log WHERE record IS NULL")}
    own = driver(connection)
    gone = {seq for (seq,) in own.execute("SELECT seq FROM log WHERE record IS NULL").fetchall() if seq <= last} - bare
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    for seq in sorted(gone):
        rows = own.execute(log.query(f"seq = {mark}"), (seq,)).fetchall()
        target.executemany(log.insert(verb="INSERT OR REPLACE"), rows)
    _copy_rows(target, log, stream(connection, log.query(f"seq > {mark}"), (last,)), grown)
    return sum_of(target, log) if gone else grown


def _copy_rows(target: sqlite3.Connection, table: Layout, pages: Iterator[list[Row]], total: Sum) -> Sum:
    for rows in pages:
        total.add(rows)
        target.executemany(table.insert(), rows)
    return total


@contextmanager
def _still(store: Store) -> Iterator[Connection]:
    """Lend a connection for which nothing changes meanwhile."""
    with store.reading() as connection:
        run = driver(connection).execute
        run(_BEGIN[store.dialect])
        try:
            yield connection
        finally:
            run("ROLLBACK")


def sum_of(connection: sqlite3.Connection, table: Layout) -> Sum:
    """Return what the rows in the file come to."""
    total, cursor = Sum(), connection.execute(table.query())
    while page := cursor.fetchmany(PAGE):
        total.add(page)
    return total
