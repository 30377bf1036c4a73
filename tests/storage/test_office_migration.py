"""An office of the first version keeps every byte when it is brought up to date."""

from __future__ import annotations

from sqlalchemy import create_engine

from forms_app.storage.archive import Archive
from forms_app.storage.office_migration import bring_office
from forms_app.storage.tables import open_database

BLOB = {"sqlite": "BLOB", "postgresql": "BYTEA"}
TABLES = (
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


def test_records_forms_and_quarantine_stay(address: str) -> None:
    """Each record counts as before, what lay in quarantine lies there, and doing it twice does nothing more."""
    open_database(address).close()
    engine = create_engine(address)
    with engine.begin() as connection:
        for statement in TABLES:
            connection.exec_driver_sql(statement.format(BLOB[engine.dialect.name]))
        place = "?" if engine.dialect.name == "sqlite" else "%s"
        for number in range(3):
            values = (bytes([number]) * 16, "a", 1, number, 20_780, "p", "f", "e", b"sealed", b"verdict")
            connection.exec_driver_sql(f"INSERT INTO office_records VALUES ({', '.join([place] * 10)})", values)  # noqa: S608 - fixed names
        hurt = (b"digest", "a", 4, "hash", b"damaged")
        connection.exec_driver_sql(f"INSERT INTO office_quarantine VALUES ({', '.join([place] * 5)})", hurt)  # noqa: S608 - fixed names
    for _ in range(2):
        with engine.begin() as connection:
            bring_office(connection)
    engine.dispose()
    with open_database(address) as database:
        archive = Archive(database)
        assert [(one.seq, one.record, one.place) for one in archive.records()] == [
            (number, b"sealed", (False, "", 1, number)) for number in range(3)
        ]
        assert [(one.seq, one.reason, one.record) for one in archive.quarantined()] == [(4, "hash", b"damaged")]
        assert (archive.missed(), archive.spec_source("ab")) == (1, "satu")
        assert archive.add([next(archive.records())._replace(number=0)], [], {}) == (0, 0)
