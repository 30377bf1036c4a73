"""The record log: what is appended here is on the disk, in order, once, and every change to it shows.

The cost of an append does not depend on how much is stored.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import Any

from sqlalchemy import Connection, func, select
from tinydb import TinyDB

from forms_app.errors import N_, BrokenLog
from forms_app.sealing.fields import digest
from forms_app.storage.chain import LAST_DAY, Entry, Head, check_link, epoch_entry, is_whole, next_entry, opening
from forms_app.storage.engine import driver
from forms_app.storage.following import add_behind, chained
from forms_app.storage.groups import GroupCommit
from forms_app.storage.schema import log as rows
from forms_app.storage.schema import take_turn
from forms_app.storage.tables import store_of

__all__ = ["NAMED", "OPAQUE", "Entry", "Head", "Log", "NewRecord"]

OPAQUE = "s"  # kind of a secret record: its form and event are inside, never beside it
NAMED = "p"
PAGE = 100  # rows held at once when the log is read through

# The hot path goes to the driver: SQLAlchemy's layers would double the work of an append.
INSERT = (
    "INSERT INTO log (epoch, seq, type, day, record_id, record_hash, previous, hash, record, kind, form, event)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
KNOWN = (
    "SELECT epoch, seq, type, day, record_id, record_hash, previous, hash FROM log"
    " WHERE seq = (SELECT max(seq) FROM log) OR record_id "
)
TOUCH = "UPDATE schema_version SET version = version"  # writes a page, so that a commit has something to sync
_ENTRY = select(*(rows.c[name] for name in Entry.__dataclass_fields__))


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A sealed record on its way into the log. `kind` is `s` (secret: no form, no event) or `p`."""

    record_id: bytes
    record: bytes
    kind: str = NAMED
    form: str = ""
    event: str = ""

    def __post_init__(self) -> None:
        if len(self.record_id) != 16 or not self.record or self.kind not in (OPAQUE, NAMED):
            raise ValueError("a record needs an id of 16 bytes, a body, and a kind s or p")
        if self.kind == OPAQUE and (self.form or self.event):
            raise ValueError("a secret record names no form and no event")


@dataclass(slots=True)
class _Batch:
    """The records of one append, with their hashes, and the entries they get."""

    day: int
    records: list[tuple[NewRecord, bytes]]
    entries: list[Entry] = field(default_factory=list)


class Log:
    """The log of one site, in a database of `open_database`.

    Raises BrokenLog when the database holds the log of another site, or its last entry is damaged.
    """

    def __init__(self, database: TinyDB, site: str) -> None:
        self.site = site
        self._store = store_of(database)
        self._insert = self._store.sql(INSERT)
        self._group = GroupCommit(self._commit)
        self._head: Head | None = None  # where this process left the log; another one may have gone on since
        last = self._last()
        if last is not None and not is_whole(site, last):
            raise BrokenLog(N_("Catatan di sini milik tempat lain, atau nomor {seq} rusak."), seq=last.seq)

    def append(self, records: Sequence[NewRecord], day: int) -> list[Entry]:
        """Keep the records, all or none, and return their entries (without the records) when the disk has them.

        A record whose id is known is not stored again: its first entry is returned. `day` is the day of arrival in days
        since 1970-01-01. Inside `Store.writing` the records belong to that transaction, and count when it commits.
        Raises StorageFull or StorageError: nothing may be acknowledged then; the same records may be appended again.
        """
        if not 0 <= day <= LAST_DAY:
            raise ValueError("a day is a number of days since 1970-01-01, of 16 bits")
        batch = _Batch(day, [(new, digest(new.record)) for new in records])
        if self._store.inside:
            self._commit([batch])
        else:
            self._group.bring(batch)
        return batch.entries

    def open_epoch(self, day: int) -> Entry:
        """Begin a new epoch, after a restore: its first entry names the end of the chain that it continues."""
        with self._store.writing() as connection:
            take_turn(self._store, connection)
            head, _ = self._look(connection, [])
            entry = epoch_entry(self.site, head, day, os.urandom(32))
            driver(connection).execute(self._insert, _row(entry, None))
        return entry

    def find(self, record_id: bytes) -> Entry | None:
        """Return the entry of a record, with the record if it is still kept, or None."""
        with self._store.reading() as connection:
            row = connection.execute(_ENTRY.where(rows.c.record_id == record_id)).first()
        return _entry(row) if row else None

    def count(self, form: str = "", event: str = "", kind: str = "") -> int:
        """Return how many records arrived: all, or those of one form, event or kind."""
        statement = select(func.count()).select_from(rows).where(rows.c.kind != "")
        for column, value in ((rows.c.form, form), (rows.c.event, event), (rows.c.kind, kind)):
            statement = statement.where(column == value) if value else statement
        with self._store.reading() as connection:
            return connection.execute(statement).scalar_one()

    def counts_by(self, event: str) -> dict[str, int]:
        """Return how many records of one event arrived, by form."""
        statement = select(rows.c.form, func.count()).where(rows.c.event == event, rows.c.kind == NAMED)
        with self._store.reading() as connection:
            found = connection.execute(statement.group_by(rows.c.form).order_by(rows.c.form)).all()
        return dict(found)

    def entries(self, after_seq: int = 0, limit: int | None = None) -> Iterator[Entry]:
        """Yield the entries after a sequence number, in order and with their records, in flat memory."""
        left = limit
        while left is None or left > 0:
            size = PAGE if left is None else min(left, PAGE)
            statement = _ENTRY.where(rows.c.seq > after_seq).order_by(rows.c.seq).limit(size)
            with self._store.reading() as connection:
                page = connection.execute(statement).all()
            yield from map(_entry, page)
            if len(page) < size:
                return
            after_seq = page[-1].seq
            left = None if left is None else left - size

    def head(self) -> Head:
        """Return the end of the chain: (epoch, seq, hash)."""
        last = self._last()
        return last.head if last else opening(self.site)

    def verify(self, heads: Iterable[Head] = ()) -> Head:
        """Walk the whole chain and return its head; raises BrokenLog with the first bad `seq`.

        `heads` are heads that left the site earlier (acknowledgements, bundles): each must still be on the chain, which
        shows a cut tail, or a chain that was written anew as a whole.
        """
        promised = {head for head in heads if head.seq}
        head = opening(self.site)
        for entry in self.entries():
            head = check_link(self.site, head, entry)
            promised.discard(head)
        for missing in sorted(promised):
            raise BrokenLog(N_("Catatan nomor {seq} berbeda dari yang dulu dilaporkan."), seq=missing.seq)
        return head

    def _last(self) -> Entry | None:
        with self._store.reading() as connection:
            row = connection.execute(_ENTRY.order_by(rows.c.seq.desc()).limit(1)).first()
        return _entry(row) if row else None

    def _commit(self, batches: Sequence[_Batch]) -> None:
        """Write the batches of one group in one transaction."""
        with self._store.writing() as connection:
            take_turn(self._store, connection)
            head = self._follow(connection, batches) or self._add(connection, batches)
        self._head = None if self._store.inside else head
        self._store.doubtful = self._store.doubtful and self._store.inside

    def _follow(self, connection: Connection, batches: Sequence[_Batch]) -> Head | None:
        """Add the records in one statement, if the log still ends where this process left it and none is known."""
        if self._head is None or self._store.dialect != "sqlite":
            return None
        records = [(batch.day, new, hashed) for batch in batches for new, hashed in batch.records]
        entries = chained(self.site, self._head, [(day, new.record_id, hashed) for day, new, hashed in records])
        added = [_row(entry, new) for entry, (_day, new, _hashed) in zip(entries, records, strict=True)]
        if not add_behind(self._store, connection, self._head, INSERT, added):
            return None
        left = iter(entries)
        for batch in batches:
            batch.entries.extend(islice(left, len(batch.records)))
        return entries[-1].head

    def _add(self, connection: Connection, batches: Sequence[_Batch]) -> Head:
        """Add those of the records that are not known, wherever the log ends now, and return the new head."""
        head, known = self._look(connection, [new.record_id for batch in batches for new, _ in batch.records])
        added = []
        for batch in batches:
            for new, hashed in batch.records:
                entry = known.get(new.record_id)
                if entry is None:
                    entry = known[new.record_id] = next_entry(self.site, head, batch.day, new.record_id, hashed)
                    head = entry.head
                    added.append(_row(entry, new))
                batch.entries.append(entry)
        if added:
            driver(connection).cursor().executemany(self._insert, added)
        elif self._store.doubtful:
            # A known record may stem from a commit that failed on its way to the disk: sync before acknowledging.
            driver(connection).execute(TOUCH)
        return head

    def _look(self, connection: Connection, ids: list[bytes]) -> tuple[Head, dict[bytes, Entry]]:
        """Return the head to continue from, and the entries of those ids that are known, in one statement."""
        if self._store.dialect == "postgresql":
            found = driver(connection).execute(KNOWN + "= ANY(%s)", (ids,)).fetchall()
        else:
            found = driver(connection).execute(_known_among(len(ids)), ids).fetchall()
        entries = [_entry(row) for row in found]
        last = max(entries, key=lambda entry: entry.seq, default=None)
        return last.head if last else opening(self.site), {entry.record_id: entry for entry in entries}


@cache
def _known_among(count: int) -> str:
    return f"{KNOWN} IN ({', '.join('?' * count)})"


def _entry(row: Any) -> Entry:
    """Return the entry of a row of the log; an entry that is no record has no id."""
    epoch, seq, kind, day, record_id, *rest = row
    return Entry(epoch, seq, kind, day, record_id or b"", *rest)


def _row(entry: Entry, new: NewRecord | None) -> tuple[object, ...]:
    """Return the row of an entry, in the order of INSERT."""
    link = entry.epoch, entry.seq, entry.type, entry.day, entry.record_id or None
    bound = entry.record_hash, entry.previous, entry.hash
    return (*link, *bound, new.record, new.kind, new.form, new.event) if new else (*link, *bound, None, "", "", "")
