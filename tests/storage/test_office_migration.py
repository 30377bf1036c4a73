"""An office of the first version keeps every byte when it is brought up to date."""

from __future__ import annotations

from sqlalchemy import create_engine

from forms_app.storage.archive import Archive
from forms_app.storage.office_migration import bring_office
from forms_app.storage.tables import open_database
from tests.storage import version1


def test_records_forms_and_quarantine_stay(address: str) -> None:
    """Each record counts as before, what lay in quarantine lies there, and doing it twice does nothing more."""
    open_database(address).close()
    version1.make_office(address)
    engine = create_engine(address)
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
