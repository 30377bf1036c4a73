"""What the central office keeps: records as they came, still sealed, and what was found when they were opened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    exists,
    func,
    select,
    update,
)
from tinydb import TinyDB

from forms_app.storage.tables import store_of

TWIN = "twin"
PAGE = 200  # rows held at once when the archive is read through

_metadata = MetaData()
_records = Table(
    "office_records",
    _metadata,
    Column("record_id", LargeBinary, primary_key=True),
    Column("site", Text, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("day", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("form", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("record", LargeBinary, nullable=False),
    Column("verdict", LargeBinary),
    Index("office_records_by_form", "form", "event"),
    Index("office_records_by_place", "site", "seq"),
)
_specs = Table(
    "office_specs", _metadata, Column("digest", Text, primary_key=True), Column("source", Text, nullable=False)
)
_quarantine = Table(
    "office_quarantine",
    _metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("site", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),  # a bad stick makes many records alike: all zeros
    Column("reason", Text, nullable=False),
    Column("record", LargeBinary, nullable=False),
)
_FIELDS = ("record_id", "site", "epoch", "seq", "day", "kind", "form", "event", "record", "verdict")
_columns = [_records.c[name] for name in _FIELDS]


@dataclass(frozen=True, slots=True)
class ArchivedRecord:
    """One sealed record at the office; `verdict` is sealed too, and None until the record was opened once."""

    record_id: bytes
    site: str
    epoch: int
    seq: int
    day: int
    kind: str
    form: str
    event: str
    record: bytes
    verdict: bytes | None = None


@dataclass(frozen=True, slots=True)
class Quarantined:
    """Bytes that came in a verified package but do not stand among the records; kept, never dropped.

    `reason` is what the package's reader said, or `twin`: the record's id was here already, with other bytes.
    """

    digest: bytes
    site: str
    seq: int
    reason: str
    record: bytes


class Archive:
    """The office's store of records, specs and quarantine, in a database of `open_database`."""

    def __init__(self, database: TinyDB) -> None:
        self._store = store_of(database)
        with self._store.writing() as connection:
            _metadata.create_all(connection)

    def add(self, records: Iterable[ArchivedRecord], damaged: Iterable[Quarantined], specs: dict[str, str]) -> int:
        """Keep everything durably, all or nothing, and return how many records were new; known ones stay as they are.

        Other bytes under a known id go to the quarantine: neither may displace the other.
        """
        batch: dict[bytes, ArchivedRecord] = {}
        twins = [_twin(one) for one in records if batch.setdefault(one.record_id, one).record != one.record]
        texts = [{"digest": digest, "source": source} for digest, source in specs.items()]
        with self._store.writing() as connection:
            known = self._known(connection, list(batch))
            twins += [_twin(batch[name]) for name, record in known.items() if batch[name].record != record]
            new = [_row(one, _FIELDS) for name, one in batch.items() if name not in known]
            kept = [_row(one, Quarantined.__slots__) for one in (*damaged, *twins)]
            for table, rows in ((_records, new), (_quarantine, kept), (_specs, texts)):
                if rows:
                    names = ", ".join(rows[0])
                    places = ", ".join("?" for _ in rows[0])
                    text = f"INSERT INTO {table.name} ({names}) VALUES ({places}) ON CONFLICT DO NOTHING"  # noqa: S608 - names of our own tables
                    connection.exec_driver_sql(self._store.sql(text), [tuple(row.values()) for row in rows])
        return len(new)

    def records(self, form: str | None = None) -> Iterator[ArchivedRecord]:
        """Yield the records in the order of their ids, in flat memory; with `form`, only that form's and secret ones.

        A secret record does not say which form it is, so whoever wants one form must open these to know.
        """
        after = b""
        while True:
            statement = select(*_columns).where(_records.c.record_id > after).order_by(_records.c.record_id).limit(PAGE)
            if form is not None:
                statement = statement.where((_records.c.form == form) | (_records.c.kind == "s"))
            with self._store.reading() as connection:
                page = connection.execute(statement).all()
            for row in page:
                yield ArchivedRecord(*row)
            if len(page) < PAGE:
                return
            after = page[-1].record_id

    def count(self) -> int:
        """Return how many records are kept."""
        with self._store.reading() as connection:
            return connection.execute(select(func.count()).select_from(_records)).scalar_one()

    def quarantined(self) -> list[Quarantined]:
        """Return what lies in quarantine."""
        columns = [_quarantine.c[name] for name in Quarantined.__slots__]
        with self._store.reading() as connection:
            return [Quarantined(*row) for row in connection.execute(select(*columns)).all()]

    def missed(self) -> int:
        """Return how many records came damaged and have not come whole since."""
        whole = exists().where(_records.c.site == _quarantine.c.site, _records.c.seq == _quarantine.c.seq)
        hurt = select(_quarantine.c.site, _quarantine.c.seq).where(_quarantine.c.reason != TWIN, ~whole)
        places = hurt.distinct().subquery()
        with self._store.reading() as connection:
            return connection.execute(select(func.count()).select_from(places)).scalar_one()

    def set_verdicts(self, verdicts: dict[bytes, bytes]) -> None:
        """Keep the sealed verdicts of opened records, by record id."""
        with self._store.writing() as connection:
            for record_id, verdict in verdicts.items():
                connection.execute(update(_records).where(_records.c.record_id == record_id).values(verdict=verdict))

    def spec_source(self, digest: str) -> str | None:
        """Return the form that travelled with a bundle, or None."""
        with self._store.reading() as connection:
            return connection.execute(select(_specs.c.source).where(_specs.c.digest == digest)).scalar()

    def spec_sources(self) -> list[str]:
        """Return all forms that came with bundles."""
        with self._store.reading() as connection:
            return list(connection.execute(select(_specs.c.source).order_by(_specs.c.digest)).scalars())

    @staticmethod
    def _known(connection: Connection, ids: list[bytes]) -> dict[bytes, bytes]:
        """Return the records among these ids that are kept already."""
        statement = select(_records.c.record_id, _records.c.record).where(_records.c.record_id.in_(ids))
        return {row.record_id: row.record for row in connection.execute(statement)}


def _row(kept: ArchivedRecord | Quarantined, names: Iterable[str]) -> dict[str, object]:
    return {name: getattr(kept, name) for name in names}


def _twin(one: ArchivedRecord) -> Quarantined:
    return Quarantined(sha256(one.record).digest(), one.site, one.seq, TWIN, one.record)
