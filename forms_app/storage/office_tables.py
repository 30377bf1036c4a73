"""The office's tables beside its documents: records, verdicts, forms, quarantine, tombstones, and the sites' chains."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, LargeBinary, MetaData, Table, Text

from forms_app.storage.engine import Store, driver

office = MetaData()
_Big = BigInteger().with_variant(Integer, "sqlite")

# What is small stands before `record`: SQLite then counts and judges without reading the sealed bytes.
records = Table(
    "office_records",
    office,
    Column("number", _Big, primary_key=True),
    Column("record_id", LargeBinary, nullable=False),
    Column("record_hash", LargeBinary, nullable=False),
    Column("site", Text, nullable=False),
    Column("carrier", Text, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("day", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("form", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("aside", Text, nullable=False),
    Column("record", LargeBinary),
    Index("office_records_by_id", "record_id", "record_hash", unique=True),
)
verdicts = Table(
    "office_verdicts",
    office,
    Column("number", _Big, primary_key=True, autoincrement=False),
    Column("record", BigInteger, nullable=False, unique=True),
    Column("series", BigInteger, nullable=False),
    Column("proven", Integer, nullable=False),
    Column("judged", Integer, nullable=False),
    Column("verdict", LargeBinary),
)
series = Table(
    "office_series",
    office,
    Column("number", _Big, primary_key=True, autoincrement=False),
    Column("key_id", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)
forms = Table("office_specs", office, Column("digest", Text, primary_key=True), Column("source", Text, nullable=False))
quarantine = Table(
    "office_quarantine",
    office,
    Column("digest", LargeBinary, primary_key=True),
    Column("site", Text, primary_key=True),
    Column("epoch", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),  # a bad stick makes many records alike: all zeros
    Column("day", Integer, nullable=False),
    Column("record_id", LargeBinary, nullable=False),
    Column("record_hash", LargeBinary, nullable=False),
    Column("reason", Text, nullable=False),
    Column("record", LargeBinary, nullable=False),
)
tombstones = Table(
    "office_erased",
    office,
    Column("record_id", LargeBinary, primary_key=True),
    Column("record_hash", LargeBinary, nullable=False),
    Column("site", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("reason", Text, nullable=False),
)
entries = Table(
    "office_entries",
    office,
    Column("site", Text, primary_key=True),
    Column("epoch", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("type", Text, nullable=False),
    Column("day", Integer, nullable=False),
    Column("record_id", LargeBinary, nullable=False),
    Column("record_hash", LargeBinary, nullable=False),
    Column("previous", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
epochs = Table(
    "office_epochs",
    office,
    Column("site", Text, primary_key=True),
    Column("epoch", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("previous", LargeBinary, nullable=False),
)
bundles = Table(
    "office_bundles",
    office,
    Column("digest", Text, primary_key=True),
    Column("site", Text, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("previous", Text, nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("line", BigInteger, nullable=False),
    Column("records", BigInteger, nullable=False),
    Column("at", Text, nullable=False),
    Index("office_bundles_by_site", "site", "number"),
)


def insert(store: Store, connection: Connection, table: Table, names: Sequence[str], rows: Iterable[Any]) -> None:
    """Insert rows, given in the order of `names`; what is there already stays as it is.

    The driver is asked directly: SQLAlchemy's layers would cost more than SQLite does.
    """
    places = ", ".join("?" * len(names))
    quoted = ", ".join(f'"{name}"' for name in names)
    text = f"INSERT INTO {table.name} ({quoted}) VALUES ({places}) ON CONFLICT DO NOTHING"  # noqa: S608 - names of our own tables
    driver(connection).cursor().executemany(store.sql(text), rows)


def fetch(store: Store, connection: Connection, text: str, values: Sequence[Any] = ()) -> list[Any]:
    """Return all rows of a statement written with `?`, as tuples."""
    found: list[Any] = driver(connection).cursor().execute(store.sql(text), values).fetchall()
    return found


def among(count: int) -> str:
    """Return so many places for an IN, in brackets."""
    return f"({', '.join('?' * count)})"
