"""What was erased at the office: the bytes are gone, and what is left keeps them from ever coming back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tinydb import TinyDB

from forms_app.storage import office_tables as tables
from forms_app.storage.engine import driver
from forms_app.storage.office_tables import fetch, insert
from forms_app.storage.schema import take_turn
from forms_app.storage.tables import store_of

PAGE = 10_000  # ids held at once
_MARKS = (
    "UPDATE office_verdicts SET verdict = NULL WHERE record IN (SELECT number FROM office_records WHERE record_id = ?)",
    "UPDATE office_quarantine SET record = record_id, reason = 'erased' WHERE record_id = ?",
    "UPDATE office_records SET record = NULL, kind = '', form = '', event = '', aside = 'erased' WHERE record_id = ?",
)


class Tombstone(NamedTuple):
    """What is left of an erased record, and why it is gone; the hash is empty if only its id was ever here."""

    record_id: bytes
    record_hash: bytes
    site: str
    day: str
    reason: str


class Erasures:
    """The tombstones in the office's database."""

    def __init__(self, database: TinyDB) -> None:
        self._store = store_of(database)

    def erase(self, record_id: bytes, site: str, day: str, reason: str) -> None:
        """Leave only id, hash, day and reason of whatever bears this id; damaged bytes and verdict go too."""
        with self._store.writing() as connection:
            take_turn(self._store, connection)
            self._store.deleted()
            text = "SELECT record_hash FROM office_records WHERE record_id = ? ORDER BY aside LIMIT 1"
            found = fetch(self._store, connection, text, [record_id])
            for mark in _MARKS:
                driver(connection).cursor().execute(self._store.sql(mark), (record_id,))
            row = Tombstone(record_id, found[0][0] if found else b"", site, day, reason)
            insert(self._store, connection, tables.tombstones, Tombstone._fields, [row])

    def get(self, record_id: bytes) -> Tombstone | None:
        """Return what is left of an erased record, or None if it was not erased."""
        text = f"SELECT {', '.join(Tombstone._fields)} FROM office_erased WHERE record_id = ?"  # noqa: S608 - fixed names
        with self._store.reading() as connection:
            found = fetch(self._store, connection, text, [record_id])
        return Tombstone(*found[0]) if found else None

    def ids(self) -> Iterator[bytes]:
        """Yield the id of every record that is or was here, in order and in flat memory."""
        after = b""
        names = ("office_records", "office_quarantine", "office_erased")
        text = " UNION ".join(
            f"SELECT * FROM (SELECT DISTINCT record_id FROM {name} WHERE record_id > ?"  # noqa: S608 - fixed names
            f" ORDER BY record_id LIMIT {PAGE}) AS {name}"
            for name in names
        )
        while True:
            with self._store.reading() as connection:
                page = sorted(record_id for (record_id,) in fetch(self._store, connection, text, [after] * 3))[:PAGE]
            yield from page
            if len(page) < PAGE:
                return
            after = page[-1]
