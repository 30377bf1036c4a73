"""What the central office keeps: records as they came, still sealed; forms; quarantine; and what was erased.

What is kept depends on what came, never on the order in which it came. Nothing displaces anything: of two records that
bear one id the other is set aside, bytes and all. `aside` says why a record does not count:

''        it counts                     'same'   another one that counts says just the same (both were opened)
'twin'    its id is another record's    'scope'  its site may not send it     'site'  meant for a site nobody enrolled
'erased'  only its id and its hash are left
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import Connection
from tinydb import TinyDB

from forms_app.storage import office_tables as tables
from forms_app.storage.engine import driver
from forms_app.storage.office_tables import among, fetch, insert
from forms_app.storage.schema import take_turn
from forms_app.storage.tables import store_of

TWIN, SAME, SCOPE, SITE, ERASED = "twin", "same", "scope", "site", "erased"
PAGE = 200  # rows held at once when the archive is read through
FIELDS = "record_id, site, epoch, seq, day, kind, form, event, record, carrier, aside, record_hash, number"
_HURT = "digest, site, epoch, seq, day, record_id, record_hash, reason, record"  # Quarantined's
_COLUMNS = FIELDS.removesuffix(", number").split(", ")
_WHOLE = (
    "EXISTS (SELECT 1 FROM office_records r WHERE r.record_id = q.record_id AND r.record_hash = q.record_hash)"
    " OR EXISTS (SELECT 1 FROM office_erased e WHERE e.record_id = q.record_id)"
)


class ArchivedRecord(NamedTuple):
    """One sealed record at the office: the site it was sealed for, and the first place where it stands in a log.

    `carrier` is the site whose log that is, empty if it is the record's own.
    """

    record_id: bytes
    site: str
    epoch: int
    seq: int
    day: int
    kind: str
    form: str
    event: str
    record: bytes
    carrier: str = ""
    aside: str = ""
    record_hash: bytes = b""
    number: int = 0

    @property
    def place(self) -> tuple[bool, str, int, int]:
        """Return what orders the places where the same record may stand; its own site's log comes first."""
        return bool(self.carrier), self.carrier, self.epoch, self.seq


class Quarantined(NamedTuple):
    """Bytes in a verified package that are not what the chain names (`hash`), or no sealed record (`structure`)."""

    digest: bytes
    site: str
    epoch: int
    seq: int
    day: int
    record_id: bytes
    record_hash: bytes
    reason: str
    record: bytes


class Archive:
    """The office's store of records, forms and quarantine, in a database of `open_database`."""

    def __init__(self, database: TinyDB) -> None:
        self._store = store_of(database)
        with self._store.writing() as connection:
            tables.office.create_all(connection)
        self.writing = self._store.writing

    def add(
        self, records: Iterable[ArchivedRecord], damaged: Iterable[Quarantined], forms: dict[str, str]
    ) -> tuple[int, int]:
        """Keep everything durably, all or nothing; return how many records are new, and how many of those twins.

        A record that is here already stays as it is, and one that was erased stays away.
        """
        hashed = (one if one.record_hash else one._replace(record_hash=sha256(one.record).digest()) for one in records)
        given = list(hashed)
        with self._store.writing() as connection:
            take_turn(self._store, connection)
            known = self._known(connection, [one.record_id for one in given])
            fresh: list[ArchivedRecord] = []
            met: list[ArchivedRecord] = []
            for one in given:
                (met if one.record_id in known else fresh).append(one)
                known.add(one.record_id)
            insert(self._store, connection, tables.records, _COLUMNS, (one[:-1] for one in fresh))
            twins = [found for one in met if (found := self._meet(connection, one)) is not None]
            hurt = self._unburied(connection, list(damaged))
            insert(self._store, connection, tables.quarantine, _HURT.split(", "), hurt)
            insert(self._store, connection, tables.forms, ("digest", "source"), forms.items())
        return len(fresh) + len(twins), sum(twins)

    def records(self, form: str | None = None) -> Iterator[ArchivedRecord]:
        """Yield the records that count in the order of their ids, in flat memory; with `form`, that form's only.

        Secret ones are always among them, since these do not say which form they are: to know, open them.
        """
        asked = "aside = ''" if form is None else "aside = '' AND (form = ? OR kind = 's')"
        return self._paged(asked, [] if form is None else [form])

    def aside(self, *reasons: str) -> Iterator[ArchivedRecord]:
        """Yield the records that are set aside for one of these reasons, in the order of their ids."""
        return self._paged(f"aside IN {among(len(reasons))}", list(reasons))

    def count(self) -> int:
        """Return how many records count."""
        return self._number("SELECT count(*) FROM office_records WHERE aside = ''")

    def release(self, one: ArchivedRecord, reason: str) -> None:
        """Set a record aside for a reason, or let it count (''), unless it is a twin."""
        with self._store.writing() as connection:
            self._mark(connection, one.number, reason)
            self._settle(connection, one.record_id)

    def settle_twins(self) -> int:
        """Decide anew between records that bear one id, now that some were opened; return how many remain twins."""
        with self._store.writing() as connection:
            text = "SELECT DISTINCT record_id FROM office_records WHERE aside = ?"
            for (record_id,) in fetch(self._store, connection, text, [TWIN]):
                self._settle(connection, record_id)
        return self._number("SELECT count(*) FROM office_records WHERE aside = ?", [TWIN])

    def quarantined(self) -> list[Quarantined]:
        """Return every damaged record that came, settled or not."""
        text = f"SELECT {_HURT} FROM office_quarantine ORDER BY site, epoch, seq, digest"  # noqa: S608 - fixed names
        with self._store.reading() as connection:
            return [Quarantined(*row) for row in fetch(self._store, connection, text)]

    def missed(self, site: str = "") -> int:
        """Return how many places hold a record that came damaged and has not come whole since: all, or a site's."""
        text = (
            f"SELECT count(*) FROM (SELECT DISTINCT site, epoch, seq FROM office_quarantine q WHERE NOT ({_WHOLE})"  # noqa: S608 - fixed words
            " AND (? = '' OR site = ?)) AS places"
        )
        return self._number(text, [site, site])

    def set_aside(self) -> int:
        """Return how many whole records wait in quarantine."""
        return self._number(f"SELECT count(*) FROM office_records WHERE aside IN ('{TWIN}', '{SCOPE}', '{SITE}')")  # noqa: S608 - fixed words

    def reasons(self, site: str) -> dict[str, int]:
        """Return how many records of a site are set aside, by reason."""
        text = "SELECT aside, count(*) FROM office_records WHERE site = ? AND aside != '' GROUP BY aside"
        with self._store.reading() as connection:
            return dict(fetch(self._store, connection, text, [site]))

    def spec_source(self, digest: str) -> str | None:
        """Return the form that travelled with a bundle, or None."""
        with self._store.reading() as connection:
            found = fetch(self._store, connection, "SELECT source FROM office_specs WHERE digest = ?", [digest])
        return str(found[0][0]) if found else None

    def spec_sources(self) -> list[str]:
        """Return all forms that came with bundles."""
        with self._store.reading() as connection:
            found = fetch(self._store, connection, "SELECT source FROM office_specs ORDER BY digest")
        return [source for (source,) in found]

    def _paged(self, asked: str, values: list[Any]) -> Iterator[ArchivedRecord]:
        after = b"", b""
        text = (
            f"SELECT {FIELDS} FROM office_records WHERE {asked} AND (record_id, record_hash) > (?, ?)"  # noqa: S608 - fixed words
            f" ORDER BY record_id, record_hash LIMIT {PAGE}"
        )
        while True:
            with self._store.reading() as connection:
                page = [ArchivedRecord(*row) for row in fetch(self._store, connection, text, [*values, *after])]
            yield from page
            if len(page) < PAGE:
                return
            after = page[-1].record_id, page[-1].record_hash

    def _number(self, text: str, values: Sequence[Any] = ()) -> int:
        with self._store.reading() as connection:
            return int(fetch(self._store, connection, text, values)[0][0])

    def _known(self, connection: Connection, ids: list[bytes]) -> set[bytes]:
        """Return which of these ids are kept or erased already."""
        if not ids:
            return set()
        where = f"WHERE record_id IN {among(len(ids))}"
        text = f"SELECT record_id FROM office_records {where} UNION SELECT record_id FROM office_erased {where}"  # noqa: S608 - fixed names
        return {record_id for (record_id,) in fetch(self._store, connection, text, ids * 2)}

    def _unburied(self, connection: Connection, damaged: list[Quarantined]) -> list[Quarantined]:
        """Return the damaged records that were not erased: most of one's bytes may still be those of the record."""
        ids = [one.record_id for one in damaged]
        text = f"SELECT record_id FROM office_erased WHERE record_id IN {among(len(ids))}"  # noqa: S608 - fixed names
        buried = {record_id for (record_id,) in fetch(self._store, connection, text, ids)} if ids else set()
        return [one for one in damaged if one.record_id not in buried]

    def _meet(self, connection: Connection, one: ArchivedRecord) -> bool | None:
        """Keep a record whose id is here already; return whether it is a twin, or None if it was here, or erased."""
        text = f"SELECT {FIELDS} FROM office_records WHERE record_id = ?"  # noqa: S608 - fixed names
        others = [ArchivedRecord(*row) for row in fetch(self._store, connection, text, [one.record_id])]
        same = next((other for other in others if other.record_hash == one.record_hash), None)
        if same is not None:
            if same.aside != ERASED and one.place < same.place:
                text = "UPDATE office_records SET carrier = ?, epoch = ?, seq = ?, day = ? WHERE number = ?"
                values = one.carrier, one.epoch, one.seq, one.day, same.number
                driver(connection).cursor().execute(self._store.sql(text), values)
                self._settle(connection, one.record_id)
            return None
        buried = "SELECT 1 FROM office_erased WHERE record_id = ?"
        if fetch(self._store, connection, buried, [one.record_id]):
            return None
        insert(self._store, connection, tables.records, _COLUMNS, [one._replace(aside=one.aside or TWIN)[:-1]])
        self._settle(connection, one.record_id)
        return not one.aside

    def _settle(self, connection: Connection, record_id: bytes) -> None:
        """Decide which of the records with one id counts: one that proved right, its own site's, then by its hash."""
        text = (
            "SELECT r.number, r.aside, coalesce(v.proven, 0), r.carrier, r.record_hash FROM office_records r"
            " LEFT JOIN office_verdicts v ON v.record = r.number"
            " WHERE r.record_id = ? AND r.aside IN ('', 'twin', 'same')"
        )
        found = fetch(self._store, connection, text, [record_id])
        ranked = sorted(found, key=lambda row: (-row[2], row[3] != "", row[4]))
        for place, (number, aside, proven, *_) in enumerate(ranked):
            alike = proven and ranked[0][2]
            right = "" if place == 0 else SAME if alike else TWIN
            if right != aside:
                self._mark(connection, number, right)

    def _mark(self, connection: Connection, number: int, reason: str) -> None:
        text = self._store.sql("UPDATE office_records SET aside = ? WHERE number = ?")
        driver(connection).cursor().execute(text, (reason, number))
