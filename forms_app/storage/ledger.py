"""The sites' chains as the office knows them: every entry that ever came, by site, epoch and place.

Two entries can never stand at one place: whoever brings another one has rewritten the log, or goes on from an old copy
of it. A site that was restored says so with a new epoch, whose first entry names an entry that the office may know.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Connection
from tinydb import TinyDB

from forms_app.errors import N_, ForkedLog
from forms_app.storage import office_tables as tables
from forms_app.storage.chain import EPOCH, FIRST_EPOCH, Entry, Head, opening
from forms_app.storage.engine import driver
from forms_app.storage.office_tables import fetch, insert
from forms_app.storage.tables import store_of

_FIELDS = ("site", "epoch", "seq", "type", "day", "record_id", "record_hash", "previous", "hash")
PAGE = 1000  # rows held at once when a chain is read through


class CarriedBundle(NamedTuple):
    """A package that was taken in: the places it covers (`first` to `last`), and when it came."""

    digest: str
    site: str
    number: int
    previous: str
    first: int
    last: int
    epoch: int
    records: int
    at: str


class Place(NamedTuple):
    """One record's place in a chain, and what the office has of it: why it is aside, and the number of its verdict.

    `aside` is None where the record never came, `verdict` None where it was never opened.
    """

    seq: int
    day: int
    aside: str | None
    verdict: int | None


class Ledger:
    """The chains of all sites, in the office's database."""

    def __init__(self, database: TinyDB) -> None:
        self._store = store_of(database)

    def extend(self, site: str, before: Head, entries: Sequence[Entry]) -> None:
        """Keep a piece of a chain that follows `before`; what is known already must be the same.

        Raises ForkedLog where it is not, and then nothing may be kept of what brought it.
        """
        with self._store.writing() as connection:
            self._refuse_other(connection, site, before)
            for epoch, each in groupby(entries, lambda entry: entry.epoch):
                piece = list(each)
                known = self._known(connection, site, epoch, piece[0].seq, piece[-1].seq + 1)
                new = [entry for entry in piece if not self._is_known(site, entry, known)]
                self._refuse_successor(site, piece[-1], known.get(piece[-1].seq + 1))
                if new:
                    self._keep_epoch(connection, site, new)
                    rows = ((site, *_row(entry)) for entry in new)
                    insert(self._store, connection, tables.entries, _FIELDS, rows)

    def note(self, bundle: CarriedBundle) -> None:
        """Keep that a package came; the first time counts."""
        with self._store.writing() as connection:
            insert(self._store, connection, tables.bundles, CarriedBundle._fields, [bundle])

    def bundles(self, site: str) -> list[CarriedBundle]:
        """Return the packages of a site, by number."""
        fields = ", ".join(CarriedBundle._fields)
        text = f"SELECT {fields} FROM office_bundles WHERE site = ? ORDER BY number, digest"  # noqa: S608 - fixed names
        return [CarriedBundle(*row) for row in self._fetch(text, [site])]

    def bundle(self, digest: str) -> CarriedBundle | None:
        """Return a package that came, or None."""
        fields = ", ".join(CarriedBundle._fields)
        found = self._fetch(f"SELECT {fields} FROM office_bundles WHERE digest = ?", [digest])  # noqa: S608 - fixed names
        return CarriedBundle(*found[0]) if found else None

    def runs(self, site: str) -> list[tuple[int, int, int]]:
        """Return the unbroken stretches of a site's chains: (epoch, first, last), in order."""
        text = (
            "SELECT epoch, min(seq), max(seq) FROM (SELECT epoch, seq, seq - row_number() OVER"
            " (PARTITION BY epoch ORDER BY seq) AS island FROM office_entries WHERE site = ?) AS found"
            " GROUP BY epoch, island ORDER BY epoch, min(seq)"
        )
        return [(int(epoch), int(first), int(last)) for epoch, first, last in self._fetch(text, [site])]

    def beginnings(self, site: str) -> dict[int, Head]:
        """Return where each later epoch of a site begins, with the hash of the entry before."""
        found = self._fetch("SELECT epoch, seq, previous FROM office_epochs WHERE site = ?", [site])
        return {epoch: Head(epoch, seq, previous) for epoch, seq, previous in found}

    def parent(self, site: str, beginning: Head) -> int | None:
        """Return the epoch of the entry that a later epoch continues, or None while that entry has not come."""
        text = "SELECT epoch FROM office_entries WHERE site = ? AND epoch = ? AND seq = ? AND hash = ?"
        for epoch in range(beginning.epoch - 1, FIRST_EPOCH - 1, -1):
            if self._fetch(text, [site, epoch, beginning.seq - 1, beginning.hash]):
                return epoch
        return None

    def head(self, site: str, epoch: int, seq: int) -> Head:
        """Return the head at a place; raises KeyError where nothing is known."""
        with self._store.reading() as connection:
            known = self._known(connection, site, epoch, seq, seq)
        return Head(epoch, seq, known[seq][0])

    def places(self, site: str, epoch: int, first: int, last: int) -> Iterator[Place]:
        """Yield the records' places of a stretch, in order, with what the office has of each, in flat memory."""
        text = (
            "SELECT e.seq, e.day, coalesce(r.aside, CASE WHEN EXISTS (SELECT 1 FROM office_erased x"
            " WHERE x.record_id = e.record_id) THEN 'erased' END), v.number"
            " FROM office_entries e LEFT JOIN office_records r"
            " ON r.record_id = e.record_id AND r.record_hash = e.record_hash"
            " LEFT JOIN office_verdicts v ON v.record = r.number"
            " WHERE e.site = ? AND e.epoch = ? AND e.seq BETWEEN ? AND ? AND e.type = 'record'"
            " ORDER BY e.seq LIMIT ?"
        )
        while True:
            page = self._fetch(text, [site, epoch, first, last, PAGE])
            yield from (Place(*row) for row in page)
            if len(page) < PAGE:
                return
            first = page[-1][0] + 1

    def carriers(self, record_id: bytes) -> list[str]:
        """Return the sites in whose logs a record stands. This reads all entries."""
        found = self._fetch("SELECT DISTINCT site FROM office_entries WHERE record_id = ? ORDER BY site", [record_id])
        return [site for (site,) in found]

    def _fetch(self, text: str, values: list[Any]) -> list[Any]:
        with self._store.reading() as connection:
            return fetch(self._store, connection, text, values)

    def _known(self, connection: Connection, site: str, epoch: int, first: int, last: int) -> dict[int, list[bytes]]:
        """Return (hash, previous) of the entries known between two places, by place."""
        text = "SELECT seq, hash, previous FROM office_entries WHERE site = ? AND epoch = ? AND seq BETWEEN ? AND ?"
        found = driver(connection).cursor().execute(self._store.sql(text), (site, epoch, first, last))
        return {seq: rest for seq, *rest in found}

    def _is_known(self, site: str, entry: Entry, known: dict[int, list[bytes]]) -> bool:
        found = known.get(entry.seq)
        if found is not None and found[0] != entry.hash:
            raise _forked(site, entry.head, found[0], entry.hash)
        return found is not None

    def _refuse_other(self, connection: Connection, site: str, before: Head) -> None:
        """Refuse a chain that follows what is not where it says it is."""
        if before.seq == 0:
            known = opening(site).hash
        else:
            found = self._known(connection, site, before.epoch, before.seq, before.seq).get(before.seq)
            known = found[0] if found else before.hash
        if known != before.hash:
            raise _forked(site, before, known, before.hash)

    def _refuse_successor(self, site: str, last: Entry, following: list[bytes] | None) -> None:
        """Refuse a chain whose end is not what the entry after it, if that came earlier, follows."""
        if following is not None and following[1] != last.hash:
            raise _forked(site, last.head, following[1], last.hash)

    def _keep_epoch(self, connection: Connection, site: str, new: Sequence[Entry]) -> None:
        """Keep how an epoch begins; refuse a second beginning of the same epoch, and what would lie before it."""
        first = new[0]
        if first.epoch == FIRST_EPOCH and first.type != EPOCH:
            return
        text = "SELECT seq, hash FROM office_epochs WHERE site = ? AND epoch = ?"
        found = fetch(self._store, connection, text, [site, first.epoch])
        if found and (first.seq < found[0][0] or first.type == EPOCH):
            raise _forked(site, first.head, found[0][1], first.hash)
        if first.type == EPOCH:
            text = "SELECT seq, hash FROM office_entries WHERE site = ? AND epoch = ? AND seq < ? LIMIT 1"
            for _, other in fetch(self._store, connection, text, [site, first.epoch, first.seq]):
                raise _forked(site, first.head, other, first.hash)
            names = ("site", "epoch", "seq", "hash", "previous")
            row = (site, first.epoch, first.seq, first.hash, first.previous)
            insert(self._store, connection, tables.epochs, names, [row])


def _row(entry: Entry) -> tuple[Any, ...]:
    link = entry.epoch, entry.seq, entry.type, entry.day
    return (*link, entry.record_id, entry.record_hash, entry.previous, entry.hash)


def _forked(site: str, place: Head, known: bytes, other: bytes) -> ForkedLog:
    return ForkedLog(
        N_("Catatan {site} nomor {seq} lain dari yang pernah datang. Paket ditolak. Periksa komputer tempat itu."),
        site=site,
        epoch=place.epoch,
        seq=place.seq,
        known=known.hex(),
        other=other.hex(),
    )
