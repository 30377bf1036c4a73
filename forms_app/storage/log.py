"""The record log: what is appended here is on the disk, in order, once, and every change to it shows.

The cost of an append does not depend on how much is stored. Records leave it only by `purge` and `erase`: then id and
hash stay for ever, so the chain stays whole and a known id is never stored again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice

from sqlalchemy import Connection
from tinydb import TinyDB

from forms_app.errors import N_, BrokenLog
from forms_app.sealing.fields import digest
from forms_app.storage.chain import (
    LAST_DAY,
    RECORD,
    Entry,
    Head,
    check_link,
    epoch_entry,
    erase_entry,
    is_own,
    next_entry,
    opening,
)
from forms_app.storage.counting import PAGE, Readable, in_parts
from forms_app.storage.engine import driver
from forms_app.storage.following import add_behind, chained
from forms_app.storage.groups import GroupCommit
from forms_app.storage.logrows import ERASED, INSERT, NAMED, OPAQUE, PURGED, Line, NewRecord, entry_of, row_of
from forms_app.storage.schema import take_turn
from forms_app.storage.scrubbing import scrub

__all__ = ["NAMED", "OPAQUE", "PAGE", "Entry", "Head", "Line", "Log", "NewRecord"]

DROPPED = 500  # records purged in one transaction: people go on sending in between

KNOWN = (
    "SELECT epoch, seq, type, day, record_id, record_hash, previous, hash FROM log"
    " WHERE seq = (SELECT max(seq) FROM log) OR record_id "
)
# Writes a page, so that a commit has something to sync. SQLite leaves out an UPDATE that changes no byte: with one here
# a record whose flush had failed was acknowledged when it was sent again, and a power cut took it.
TOUCH = {"sqlite": "PRAGMA user_version = 1", "postgresql": "UPDATE schema_version SET version = version"}
_PURGE = "UPDATE log SET record = NULL, gone = ? WHERE seq = ? AND record IS NOT NULL"
_ERASE = "UPDATE log SET record = NULL, gone = ? WHERE record_id = ? AND record IS NOT NULL"
_OBEYED = "SELECT 1 FROM log WHERE event = '' AND form = '' AND kind = '' AND record_hash = ?"


@dataclass(slots=True)
class _Batch:
    """The records of one append, with their hashes, and the entries they get."""

    day: int
    records: list[tuple[NewRecord, bytes]]
    entries: list[Entry] = field(default_factory=list)


class Log(Readable):
    """The log of one site, in a database of `open_database`.

    Raises BrokenLog when the database holds the log of another site, or its last entry is damaged: nothing can follow
    it. A record whose bytes are damaged shuts nothing, wherever it stands: the others must still be carried.
    """

    def __init__(self, database: TinyDB, site: str) -> None:
        super().__init__(database)
        self.site = site
        self._insert, self._purge, self._erase = map(self._store.sql, (INSERT, _PURGE, _ERASE))
        self._group = GroupCommit(self._commit)
        self._head: Head | None = None  # where this process left the log; another one may have gone on since
        last = self._last()
        if last is not None and not is_own(site, last):
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
            driver(connection).execute(self._insert, row_of(entry, None))
        return entry

    def purge(self, places: Iterable[int]) -> int:
        """Drop the bytes of the records at these places, and return how many had any. Whoever calls has the leave."""
        count = 0
        for some in in_parts(places, DROPPED):
            with self._store.writing() as connection:
                count += self._drop(connection, self._purge, PURGED, some)
        return count

    def erase(self, order: bytes, ids: Sequence[bytes], day: int) -> int:
        """Drop the bytes of the records with these ids, and return how many had any.

        The first time an entry names the order by its hash; again only takes what came since. Ids not known do nothing.
        """
        with self._store.writing() as connection:
            take_turn(self._store, connection)
            if driver(connection).execute(self._store.sql(_OBEYED), (order,)).fetchone() is None:
                head, _ = self._look(connection, [])
                entry = erase_entry(self.site, head, day, order)
                driver(connection).execute(self._insert, row_of(entry, None))
            return self._drop(connection, self._erase, ERASED, ids)

    def scrub(self) -> None:
        """Leave the bytes of what was dropped nowhere in the database's files; not inside a transaction."""
        scrub(self._store)

    def head(self) -> Head:
        """Return the end of the chain: (epoch, seq, hash)."""
        last = self._last()
        return last.head if last else opening(self.site)

    def head_at(self, seq: int) -> Head | None:
        """Return the head of the chain as it was when it ended at a place, or None when it never reached there."""
        entry = next(self.entries(seq - 1, 1, records=False), None) if seq else None
        return entry.head if entry and entry.seq == seq else None if seq else opening(self.site)

    def holds(self, head: Head) -> bool:
        """Tell whether the chain passes through a head that left the site."""
        return self.head_at(head.seq) == head

    def verify(self, heads: Iterable[Head] = (), stands: Callable[[Line], bool] = lambda line: line.here) -> Head:
        """Walk the whole chain and return its head; raises BrokenLog with the first bad `seq`.

        `heads` are heads that left the site earlier (acknowledgements, bundles): each must still be on the chain, which
        shows a cut tail, or a chain that was written anew as a whole. `stands` tells of a record whether its labels are
        its own and, when its bytes are gone, whether the office gave leave: without it every record must be here.
        """
        promised = {head for head in heads if head.seq}
        head = opening(self.site)
        for line in self.lines():
            head = check_link(self.site, head, line.entry)
            promised.discard(head)
            _judge(line, stands)
        for missing in sorted(promised):
            raise BrokenLog(N_("Catatan nomor {seq} berbeda dari yang dulu dilaporkan."), seq=missing.seq)
        return head

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
        added = [row_of(entry, new) for entry, (_day, new, _hashed) in zip(entries, records, strict=True)]
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
                    added.append(row_of(entry, new))
                batch.entries.append(entry)
        if added:
            driver(connection).cursor().executemany(self._insert, added)
        elif self._store.doubtful:
            # A known record may stem from a commit that failed on its way to the disk: sync before acknowledging.
            driver(connection).execute(TOUCH[self._store.dialect])
        return head

    def _look(self, connection: Connection, ids: list[bytes]) -> tuple[Head, dict[bytes, Entry]]:
        """Return the head to continue from, and the entries of those ids that are known, in one statement."""
        if self._store.dialect == "postgresql":
            found = driver(connection).execute(KNOWN + "= ANY(%s)", (ids,)).fetchall()
        else:
            found = driver(connection).execute(_known_among(len(ids)), ids).fetchall()
        entries = [entry_of(row) for row in found]
        last = max(entries, key=lambda entry: entry.seq, default=None)
        return last.head if last else opening(self.site), {entry.record_id: entry for entry in entries}

    def _drop(self, connection: Connection, statement: str, why: str, which: Sequence[int | bytes]) -> int:
        """Drop the bytes of these records, and return how many had any."""
        self._store.deleted()
        cursor = driver(connection).cursor()
        cursor.executemany(statement, [(why, one) for one in which])
        return max(int(cursor.rowcount), 0)


@cache
def _known_among(count: int) -> str:
    return f"{KNOWN} IN ({', '.join('?' * count)})"


def _judge(line: Line, stands: Callable[[Line], bool]) -> None:
    """Raise BrokenLog when a record is gone without leave, or what stands beside the chain does not fit its entry."""
    record = line.entry.type == RECORD
    if record and not line.here and not stands(line):
        raise BrokenLog(N_("Catatan nomor {seq} dihapus tanpa izin kantor."), seq=line.entry.seq)
    labels = (line.here, bool(line.kind)) == (record and not line.gone, record)
    alien = (line.gone and not record) or ((line.form or line.event) and line.kind != NAMED)
    if alien or not labels or line.gone not in ("", PURGED, ERASED) or (line.here and not stands(line)):
        raise BrokenLog(N_("Keterangan catatan nomor {seq} diubah."), seq=line.entry.seq)
