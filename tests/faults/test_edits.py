"""Whoever has the laptop edits the log: every single edit and every pair shows, given the last head that left the site.

An edit of the labels (form, event) beside the chain is not tried here: they are held against the record's own header.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import combinations
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, insert, select

from forms_app.errors import BrokenLog
from forms_app.storage.chain import EPOCH, Head, next_entry, opening
from forms_app.storage.log import Entry, Log, NewRecord
from forms_app.storage.logrows import ERASED, PURGED
from forms_app.storage.schema import log as table
from forms_app.storage.tables import open_database, store_of
from tests.faults.conftest import Figure
from tests.faults.harness import sized

SITE = "metro-01"
DAY = 20_780
RECORDS = sized("RECORDS", 200, 25)
Row = dict[str, object]
Change = dict[int, Row | None]  # the row that stands at a number now; None: it is gone


class Undo(Exception):
    """Ends the transaction of an edit."""


class Victim:
    """A log, its rows as they are, and its signed head."""

    def __init__(self, folder: Path) -> None:
        self.database = open_database(f"sqlite:///{folder / 'site.db'}")
        self.store, self.log = store_of(self.database), Log(self.database, SITE)
        self.log.append([NewRecord(os.urandom(16), os.urandom(40), "p", "f", "e") for _ in range(RECORDS)], DAY)
        with self.store.reading() as connection:
            self.rows: dict[int, Row] = {row["seq"]: dict(row) for row in connection.execute(select(table)).mappings()}
        self.head = self.log.verify()

    def shows(self, change: Change) -> bool:
        """Make the edit, verify, undo; return whether the log is said to be broken."""
        broken = False
        try:
            with self.store.writing() as connection:
                _write(connection, change)
                try:
                    self.log.verify([self.head])
                except BrokenLog:
                    broken = True
                raise Undo
        except Undo:
            return broken

    def anew(self, change: Change) -> Change:
        """Return the edit with the hashes after it made anew and the rows moved up: a chain whole in itself."""
        first, head = min(change), self._before(min(change))
        written: Change = dict.fromkeys(range(first, len(self.rows) + 1))
        for seq in range(first, len(self.rows) + 1):
            row = change[seq] if seq in change else self.rows[seq]
            if row is not None:
                entry = _next(head, row)
                head = entry.head
                written[head.seq] = row | {"seq": head.seq, "previous": entry.previous, "hash": entry.hash}
        return written

    def _before(self, seq: int) -> Head:
        row = self.rows.get(seq - 1)
        return Head(1, seq - 1, bytes(row["hash"])) if row else opening(SITE)  # type: ignore[call-overload]  # bytes


def _next(head: Head, row: Row) -> Entry:
    day, identity, hashed = row["day"], row["record_id"], row["record_hash"]
    return next_entry(SITE, head, day, identity, hashed)  # type: ignore[arg-type]  # as the table has them


def _write(connection: Connection, change: Change) -> None:
    connection.execute(delete(table).where(table.c.seq.in_(list(change))))
    rows = [row for row in change.values() if row is not None]
    if rows:
        connection.execute(insert(table), rows)


def flipped(value: object) -> bytes:
    """Return the bytes with one bit changed."""
    assert isinstance(value, bytes)
    return bytes([value[0] ^ 1]) + value[1:]


def altered(row: Row) -> Iterator[Row | None]:
    """Yield the row with each of its parts changed, and the row removed."""
    for name in ("record_id", "record_hash", "previous", "hash", "record"):
        yield row | {name: flipped(row[name])}
    yield row | {"day": DAY + 1}
    yield row | {"epoch": 2}
    yield row | {"type": EPOCH}
    yield row | {"kind": ""}
    for gone in (PURGED, ERASED):
        yield row | {"gone": gone, "record": None}
        yield row | {"gone": gone}
    yield row | {"record": None}
    yield None


def forged(row: Row) -> Row:
    """Return the row with another record, whose hash fits."""
    body = os.urandom(40)
    return row | {"record": body, "record_id": os.urandom(16), "record_hash": sha256(body).digest()}


def singles(victim: Victim) -> Iterator[Change]:
    """Yield every edit of one row."""
    last = len(victim.rows)
    for seq, row in victim.rows.items():
        yield from ({seq: one} for one in altered(row))
        yield victim.anew({seq: None})
        yield victim.anew({seq: row | {"day": DAY + 1}})
        yield victim.anew({seq: forged(row)})
        yield {last + 1: forged(row) | {"seq": last + 1}}
        yield dict.fromkeys(range(seq, last + 1))  # the tail is cut


def pairs(victim: Victim) -> Iterator[Change]:
    """Yield every edit of two rows: removed, swapped, copied, changed; with the hashes as they were, and made anew."""
    for (one, first), (two, second) in combinations(victim.rows.items(), 2):
        swapped: Change = {one: second | {"seq": one}, two: first | {"seq": two}}
        yield {one: None, two: None}
        yield swapped
        yield {one: first | {"record": second["record"]}, two: second | {"record": first["record"]}}
        yield {two: second | {"record": first["record"], "record_hash": first["record_hash"]}}
        yield {one: None, two: second | {"previous": first["previous"]}}
        yield {one: forged(first), two: forged(second)}
        yield victim.anew(swapped)
        yield victim.anew({one: None, two: None})


@pytest.mark.parametrize(("name", "edits"), [("single", singles), ("pair", pairs)])
def test_every_edit_shows(
    tmp_path: Path, figure: Figure, name: str, edits: Callable[[Victim], Iterator[Change]]
) -> None:
    """However one row or two are changed, moved, removed or written anew: verifying with the last head says so."""
    victim = Victim(tmp_path)
    tried, unseen = 0, []
    for change in edits(victim):
        tried += 1
        if not victim.shows(change):
            unseen.append(change)
    assert victim.log.verify([victim.head]) == victim.head, "undone, the log is whole"
    victim.database.close()
    figure(f"edited log, {name} edits: {RECORDS} records, {tried} edits: {tried - len(unseen)} shown")
    assert unseen == []
    assert tried >= RECORDS
