"""The tables in the database, and the number that says which program wrote them."""

from __future__ import annotations

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
    insert,
    inspect,
    select,
)
from sqlalchemy.types import UserDefinedType

from forms_app.errors import N_, NewerDatabase, OlderDatabase
from forms_app.storage.engine import Store

VERSION = 2
WRITING_TURN = 7_356_701  # PostgreSQL's advisory lock under which the schema is made and the log is extended


class _JsonText(UserDefinedType[str]):
    """PostgreSQL's `json`: it keeps the text exactly, where `jsonb` reorders keys and turns 1e300 into an integer."""

    cache_ok = True

    def get_col_spec(self, **_options: object) -> str:
        return "JSON"


_Big = BigInteger().with_variant(Integer, "sqlite")
_Body = Text().with_variant(_JsonText(), "postgresql")

metadata = MetaData()

schema_version = Table("schema_version", metadata, Column("version", Integer, nullable=False))

collections = Table(
    "collections",
    metadata,
    Column("name", Text, primary_key=True),
    Column("next_id", BigInteger, nullable=False),
)

documents = Table(
    "documents",
    metadata,
    Column("collection", Text, primary_key=True),
    Column("doc_id", BigInteger, primary_key=True, autoincrement=False),
    Column("body", _Body, nullable=False),
    sqlite_with_rowid=False,
)

log = Table(
    "log",
    metadata,
    Column("seq", _Big, primary_key=True, autoincrement=False),
    Column("epoch", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("day", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("form", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("record_id", LargeBinary, unique=True),
    Column("record_hash", LargeBinary, nullable=False),
    Column("previous", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("record", LargeBinary),
    Column("gone", Text, nullable=False, server_default=""),  # why a record's bytes are no longer here
    Index("log_by_event", "event", "form", "kind"),
)


def prepare(store: Store) -> None:
    """Make the tables in an empty database; refuse one of another version (NewerDatabase, OlderDatabase)."""
    with store.reading() as connection:
        found = version_of(connection)
    if found is None:
        with store.writing() as connection:
            take_turn(store, connection)
            found = version_of(connection) or _make(connection)
    refuse_newer(found)
    if found < VERSION:
        message = N_(
            "Basis data ini dari program yang lebih lama ({found})."
            " Jalankan dulu: peksos migrate. Di kantor: peksos-office migrate."
        )
        raise OlderDatabase(message, found=found, known=VERSION)


def refuse_newer(found: int) -> None:
    """Raise NewerDatabase when the tables are of a later version than this program knows."""
    if found > VERSION:
        message = N_(
            "Basis data ini dari program yang lebih baru ({found}). Pasang program itu. Versi di sini: {known}."
        )
        raise NewerDatabase(message, found=found, known=VERSION)


def take_turn(store: Store, connection: Connection) -> None:
    """Wait until no other process extends the log; SQLite's BEGIN IMMEDIATE has already waited."""
    if store.dialect == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (WRITING_TURN,))


def version_of(connection: Connection) -> int | None:
    """Return the version of the tables found, or None in an empty database."""
    if not inspect(connection).has_table(schema_version.name):
        return None
    return connection.execute(select(schema_version.c.version)).scalar()


def _make(connection: Connection) -> int:
    """Make the tables; PostgreSQL should not try to compress ciphertext."""
    metadata.create_all(connection)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("ALTER TABLE log ALTER COLUMN record SET STORAGE EXTERNAL")
    connection.execute(insert(schema_version).values(version=VERSION))
    return VERSION
