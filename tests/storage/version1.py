"""A database as the first version made it: its very statements, and a few records that its log held."""

from __future__ import annotations

from sqlalchemy import create_engine, text

from forms_app.sealing.records import Header, Identity, seal
from forms_app.storage.chain import Entry, next_entry, opening

SITE = "metro-01"
DAY = 20_780
OFFICE = Identity("office", bytes([1]) * 32)
TABLES = """
CREATE TABLE collections (name TEXT NOT NULL, next_id BIGINT NOT NULL, PRIMARY KEY (name));
CREATE TABLE documents (
    collection TEXT NOT NULL, doc_id BIGINT NOT NULL, body {json} NOT NULL, PRIMARY KEY (collection, doc_id)
) {rows};
CREATE TABLE log (
    seq {big} NOT NULL, epoch BIGINT NOT NULL, type TEXT NOT NULL, day INTEGER NOT NULL, kind TEXT NOT NULL,
    form TEXT NOT NULL, event TEXT NOT NULL, record_id {blob}, record_hash {blob} NOT NULL, previous {blob} NOT NULL,
    hash {blob} NOT NULL, record {blob}, PRIMARY KEY (seq), UNIQUE (record_id)
);
CREATE INDEX log_by_event ON log (event, form, kind);
CREATE TABLE schema_version (version INTEGER NOT NULL);
INSERT INTO schema_version (version) VALUES (1);
INSERT INTO collections (name, next_id) VALUES ('events', 2);
INSERT INTO documents (collection, doc_id, body) VALUES ('events', 1, '{{"title":"Hari Anak"}}')
"""
WORDS = {
    "sqlite": {"json": "TEXT", "rows": "WITHOUT ROWID", "big": "INTEGER", "blob": "BLOB"},
    "postgresql": {"json": "JSON", "rows": "", "big": "BIGINT", "blob": "BYTEA"},
}
INSERT = text(
    "INSERT INTO log (epoch, seq, type, day, record_id, record_hash, previous, hash, record, kind, form, event)"
    " VALUES (1, :seq, 'record', :day, :id, :record_hash, :previous, :hash, :record, 'p', 'registration', 'K7Q2MX')"
)

OFFICE_TABLES = (
    (
        "CREATE TABLE office_records (record_id {0} NOT NULL, site TEXT NOT NULL, epoch BIGINT NOT NULL,"
        " seq BIGINT NOT NULL,"
        " day INTEGER NOT NULL, kind TEXT NOT NULL, form TEXT NOT NULL, event TEXT NOT NULL, record {0} NOT NULL,"
        " verdict {0}, PRIMARY KEY (record_id))"
    ),
    "CREATE INDEX office_records_by_form ON office_records (form, event)",
    "CREATE INDEX office_records_by_place ON office_records (site, seq)",
    "CREATE TABLE office_specs (digest TEXT NOT NULL, source TEXT NOT NULL, PRIMARY KEY (digest))",
    (
        "CREATE TABLE office_quarantine (digest {0} NOT NULL, site TEXT NOT NULL, seq BIGINT NOT NULL,"
        " reason TEXT NOT NULL, record {0} NOT NULL, PRIMARY KEY (digest, site, seq))"
    ),
    "INSERT INTO office_specs VALUES ('ab', 'satu')",
)


def make(address: str, count: int = 3) -> list[tuple[Entry, bytes]]:
    """Make the database with so many records; return their entries and bytes."""
    engine = create_engine(address)
    kept, head = [], opening(SITE)
    with engine.begin() as connection:
        for statement in TABLES.format(**WORDS[engine.dialect.name]).split(";\n"):
            connection.exec_driver_sql(statement)
        for number in range(count):
            record = seal(Header(bytes([number]) * 16, SITE), b"answer %d" % number, [OFFICE.recipient], 64)
            entry = next_entry(SITE, head, DAY, bytes([number]) * 16, record.digest)
            values = {"seq": entry.seq, "day": DAY, "id": entry.record_id, "record_hash": entry.record_hash}
            values |= {"previous": entry.previous, "hash": entry.hash, "record": record.to_bytes()}
            connection.execute(INSERT, values)
            kept.append((entry, record.to_bytes()))
            head = entry.head
    engine.dispose()
    return kept


def make_office(address: str) -> None:
    """Add what an office of the first version had: three records, a form, and one record in quarantine."""
    engine = create_engine(address)
    place = "?" if engine.dialect.name == "sqlite" else "%s"
    with engine.begin() as connection:
        for statement in OFFICE_TABLES:
            connection.exec_driver_sql(statement.format(WORDS[engine.dialect.name]["blob"]))
        for number in range(3):
            values = (bytes([number]) * 16, "a", 1, number, DAY, "p", "f", "e", b"sealed", b"verdict")
            connection.exec_driver_sql(f"INSERT INTO office_records VALUES ({', '.join([place] * 10)})", values)  # noqa: S608 - fixed names
        hurt = (b"digest", "a", 4, "hash", b"damaged")
        connection.exec_driver_sql(f"INSERT INTO office_quarantine VALUES ({', '.join([place] * 5)})", hurt)  # noqa: S608 - fixed names
    engine.dispose()
