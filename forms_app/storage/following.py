"""Adding to the log in one statement, where nothing has changed since this process added last.

Each statement and each row that is read lets other threads of the interpreter go first, and coming back costs as much
as the work itself. So the usual case asks nothing: the one statement adds its rows only behind the very entry that this
process knows as the last, and fails whole when another process has gone on, or a record is known already.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from sqlalchemy import Connection

from forms_app.storage.chain import Entry, Head, next_entry
from forms_app.storage.engine import Store, driver

MOST = 50  # rows that one statement adds


def chained(site: str, head: Head, records: Iterable[tuple[int, bytes, bytes]]) -> list[Entry]:
    """Return the entries of (day, record id, record hash), one after another behind `head`."""
    entries = []
    for day, record_id, record_hash in records:
        entry = next_entry(site, head, day, record_id, record_hash)
        entries.append(entry)
        head = entry.head
    return entries


def add_behind(
    store: Store, connection: Connection, head: Head, insert: str, added: Sequence[tuple[object, ...]]
) -> bool:
    """Add rows of the log behind the entry that `head` names; tell whether all of them were added, else none is."""
    if not 0 < len(added) <= MOST:
        return False
    values = [value for row in added for value in row]
    try:
        done = driver(connection).execute(_statement(insert, len(added)), [*values, head.seq, head.hash])
    except store.taken:
        return False
    return bool(done.rowcount)


@cache
def _statement(insert: str, count: int) -> str:
    columns, _, marks = insert.partition(" VALUES ")
    there = "EXISTS (SELECT 1 FROM log WHERE seq = ? AND hash = ?)"
    return f"{columns} SELECT * FROM (VALUES {', '.join([marks] * count)}) WHERE {there}"  # noqa: S608 - constants of ours
