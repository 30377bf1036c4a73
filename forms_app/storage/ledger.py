"""The sites' chains as the office knows them: every entry that ever came, by site, epoch and place.

Two entries can never stand at one place: whoever brings another one has rewritten the log, or goes on from an old copy
of it. A site that was restored says so with a new epoch, whose first entry names an entry that the office may know. A
site may be restored twice from one backup: then one epoch has two beginnings, and each is a line of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Connection
from tinydb import TinyDB

from forms_app.errors import N_, TransferError
from forms_app.storage import office_tables as tables
from forms_app.storage.chain import EPOCH, FIRST_EPOCH, Entry, Head, opening
from forms_app.storage.engine import driver
from forms_app.storage.office_tables import fetch, insert
from forms_app.storage.tables import store_of

_FIELDS = ("site", *Entry._fields[:-1])
PAGE = 1000  # rows held at once when a chain is read through
_EPOCHS = 1 << 32  # a line's number is its epoch, and above these bits some of the hash of its first entry


class ForkedLog(TransferError):
    """A site's log differs from what it said before; `places` names where, and both hashes."""

    code = "forked-log"


class CarriedBundle(NamedTuple):
    """A package that was taken in: the places it covers (`first` to `last`, which is on `line`), and when it came."""

    digest: str
    site: str
    number: int
    previous: str
    first: int
    last: int
    line: int
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


class Run(NamedTuple):
    """An unbroken stretch of one line of a site's chain."""

    line: int
    first: int
    last: int

    @property
    def epoch(self) -> int:
        """Return the epoch of the line."""
        return self.line % _EPOCHS


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
            for _, each in groupby(entries, lambda entry: entry.epoch):
                piece = list(each)
                line = self._line(connection, site, before, piece)
                known = self._known(connection, site, line, piece[0].seq, piece[-1].seq + 1)
                new = [entry for entry in piece if not _is_known(site, entry, known)]
                following = known.get(piece[-1].seq + 1)
                if following is not None and following[1] != piece[-1].hash:
                    raise _forked(site, piece[-1].head, following[1], piece[-1].hash)
                rows = ((site, line, *entry[1:-1]) for entry in new)
                insert(self._store, connection, tables.entries, _FIELDS, rows)

    def note(self, bundle: CarriedBundle) -> None:
        """Keep that a package came; the first time counts."""
        with self._store.writing() as connection:
            insert(self._store, connection, tables.bundles, CarriedBundle._fields, [bundle])

    def line_of(self, site: str, head: Head) -> int:
        """Return the line on which a head lies; 0 where it is not known."""
        with self._store.reading() as connection:
            return self._at(connection, site, head)

    def bundles(self, site: str) -> list[CarriedBundle]:
        """Return the packages of a site, by number."""
        fields = ", ".join(CarriedBundle._fields)
        text = f"SELECT {fields} FROM office_bundles WHERE site = ? ORDER BY number, digest"  # noqa: S608 - fixed names
        return [CarriedBundle(*row) for row in self._fetch(text, [site])]

    def runs(self, site: str) -> list[Run]:
        """Return the unbroken stretches of a site's lines, in order."""
        text = (
            "SELECT epoch, seq FROM office_entries e WHERE site = ? AND NOT EXISTS (SELECT 1 FROM office_entries o"
            " WHERE o.site = e.site AND o.epoch = e.epoch AND o.seq = e.seq {}) ORDER BY epoch, seq"
        )
        firsts, lasts = (self._fetch(text.format(beside), [site]) for beside in ("- 1", "+ 1"))
        return [Run(line, first, last) for (line, first), (_, last) in zip(firsts, lasts, strict=True)]

    def beginnings(self, site: str) -> dict[int, Head]:
        """Return where each line of a later epoch begins, with the hash of the entry before."""
        found = self._fetch("SELECT epoch, seq, previous FROM office_epochs WHERE site = ?", [site])
        return {line: Head(line % _EPOCHS, seq, previous) for line, seq, previous in found}

    def parent(self, site: str, beginning: Head) -> int | None:
        """Return the line of the entry that a later epoch continues, or None while that entry has not come."""
        for epoch in range(beginning.epoch - 1, FIRST_EPOCH - 1, -1):
            with self._store.reading() as connection:
                line = self._at(connection, site, Head(epoch, beginning.seq - 1, beginning.hash))
            if line:
                return line
        return None

    def head(self, site: str, line: int, seq: int) -> Head:
        """Return the head at a place; raises KeyError where nothing is known."""
        with self._store.reading() as connection:
            known = self._known(connection, site, line, seq, seq)
        return Head(line % _EPOCHS, seq, known[seq][0])

    def places(self, site: str, run: Run) -> Iterator[Place]:
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
        first = run.first
        while True:
            page = self._fetch(text, [site, run.line, first, run.last, PAGE])
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

    def _known(self, connection: Connection, site: str, line: int, first: int, last: int) -> dict[int, list[bytes]]:
        """Return (hash, previous) of the entries known between two places, by place."""
        text = "SELECT seq, hash, previous FROM office_entries WHERE site = ? AND epoch = ? AND seq BETWEEN ? AND ?"
        found = driver(connection).cursor().execute(self._store.sql(text), (site, line, first, last))
        return {seq: rest for seq, *rest in found}

    def _lines(self, connection: Connection, site: str, epoch: int) -> list[int]:
        """Return the lines of an epoch; the one without a known beginning bears the epoch's own number."""
        found = fetch(self._store, connection, "SELECT epoch FROM office_epochs WHERE site = ?", [site])
        return [epoch, *(line for (line,) in found if line % _EPOCHS == epoch)]

    def _at(self, connection: Connection, site: str, head: Head) -> int:
        """Return the line that has this very head, or 0."""
        for line in self._lines(connection, site, head.epoch):
            found = self._known(connection, site, line, head.seq, head.seq)
            if found and found[head.seq][0] == head.hash:
                return line
        return 0

    def _refuse_other(self, connection: Connection, site: str, before: Head) -> None:
        """Refuse a chain that follows what is not where it says it is."""
        known = opening(site).hash
        if before.seq:
            found = self._known(connection, site, before.epoch, before.seq, before.seq).get(before.seq)
            known = found[0] if found else before.hash
        if known != before.hash and not (before.seq and self._at(connection, site, before)):
            raise _forked(site, before, known, before.hash)

    def _line(self, connection: Connection, site: str, before: Head, piece: Sequence[Entry]) -> int:
        """Return the line that a piece of one epoch belongs to; a beginning makes its own."""
        first = piece[0]
        if first.type == EPOCH:
            line = first.epoch + (int.from_bytes(first.hash[:4], "big") >> 2 << 32)
            names = ("site", "epoch", "seq", "hash", "previous")
            insert(self._store, connection, tables.epochs, names, [(site, line, first.seq, first.hash, first.previous)])
            self._adopt(connection, site, line, piece)
            return line
        lines = self._lines(connection, site, first.epoch)
        if len(lines) == 1:
            return first.epoch
        known = self._at(connection, site, before) if before.epoch == first.epoch else 0
        if known:
            self._adopt(connection, site, known, piece)
        return known or next((line for line in lines if self._meets(connection, site, line, piece)), first.epoch)

    def _meets(self, connection: Connection, site: str, line: int, piece: Sequence[Entry]) -> bool:
        """Whether a line has an entry of the piece, or goes on right behind it."""
        known = self._known(connection, site, line, piece[0].seq, piece[-1].seq + 1)
        same = any(known.get(entry.seq, [b""])[0] == entry.hash for entry in piece)
        return same or known.get(piece[-1].seq + 1, [b"", b""])[1] == piece[-1].hash

    def _adopt(self, connection: Connection, site: str, line: int, piece: Sequence[Entry]) -> None:
        """Move what came without its beginning to the line that turns out to be its own."""
        epoch = piece[0].epoch
        if epoch != FIRST_EPOCH and self._meets(connection, site, epoch, piece):
            for text in (
                "UPDATE office_entries SET epoch = ? WHERE site = ? AND epoch = ?",
                "UPDATE office_bundles SET line = ? WHERE site = ? AND line = ?",
            ):
                driver(connection).cursor().execute(self._store.sql(text), (line, site, epoch))


def _is_known(site: str, entry: Entry, known: dict[int, list[bytes]]) -> bool:
    found = known.get(entry.seq)
    if found is not None and found[0] != entry.hash:
        raise _forked(site, entry.head, found[0], entry.hash)
    return found is not None


def _forked(site: str, place: Head, known: bytes, other: bytes) -> ForkedLog:
    return ForkedLog(
        N_("Catatan {site} nomor {seq} lain dari yang pernah datang. Paket ditolak. Periksa komputer tempat itu."),
        site=site,
        epoch=place.epoch,
        seq=place.seq,
        known=known.hex(),
        other=other.hex(),
    )
