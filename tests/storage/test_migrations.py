"""An older database is brought up to date when asked, as a whole, and nothing in it is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from forms_app.errors import NewerDatabase, OlderDatabase
from forms_app.sealing.layout import SealedRecord
from forms_app.storage.archive import Archive
from forms_app.storage.log import Log, NewRecord
from forms_app.storage.migrations import Migration, migrate
from forms_app.storage.schema import VERSION
from forms_app.storage.tables import open_database
from tests.storage import version1
from tests.storage.migrating import MOMENTS

SCRIPT = Path(__file__).with_name("migrating.py")


def state(address: str) -> tuple[int, bool]:
    """Return the version that the tables name, and whether the log has the column of the second version."""
    engine = create_engine(address)
    with engine.connect() as connection:
        version = connection.execute(text("SELECT version FROM schema_version")).scalar_one()
        columns = {column["name"] for column in inspect(connection).get_columns("log")}
    engine.dispose()
    return version, "gone" in columns


def test_a_database_of_the_first_version_is_brought_up_to_date(address: str) -> None:
    """It is refused until asked; then every record still opens, the chain goes on, and its columns are those of new."""
    kept = version1.make(address)
    with pytest.raises(OlderDatabase, match="peksos migrate"):
        open_database(address)
    assert state(address) == (1, False)
    done = migrate(address)
    assert (done.found, done.now, len(done.done)) == (1, VERSION, VERSION - 1)
    with open_database(address) as database:
        log = Log(database, version1.SITE)
        assert log.verify([kept[0][0].head]) == kept[-1][0].head
        for number, (entry, record) in enumerate(kept):
            found = log.find(entry.record_id)
            assert found is not None
            assert found.record == record
            assert version1.OFFICE.open(SealedRecord.from_bytes(record)) == b"answer %d" % number
        assert log.append([NewRecord(bytes([9]) * 16, b"new", "p", "f", "e")], version1.DAY)[0].seq == len(kept) + 1
        assert (log.purge([1]), log.count()) == (1, len(kept) + 1)
        assert database.table("events").all() == [{"title": "Hari Anak"}]


def test_a_current_database_is_left_alone(address: str) -> None:
    """Migrating twice, or a new database, does nothing and says so."""
    version1.make(address)
    migrate(address)
    assert migrate(address) == Migration(VERSION, VERSION)


def test_an_empty_database_is_left_alone(address: str) -> None:
    """What was never opened needs no migration; opening it makes the tables."""
    assert migrate(address) == Migration(VERSION, VERSION)
    open_database(address).close()
    assert state(address) == (VERSION, True)


def test_a_newer_database_is_refused(address: str) -> None:
    """A database of a later version is not touched."""
    with open_database(address):
        pass
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.execute(text("UPDATE schema_version SET version = 99"))
    engine.dispose()
    with pytest.raises(NewerDatabase):
        migrate(address)
    assert state(address)[0] == 99


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_migration_is_old_or_new(address: str, moment: str) -> None:
    """Killed at any step, the database is wholly the old one or wholly the new one, and can be migrated again."""
    kept = version1.make(address)
    done = subprocess.run([sys.executable, SCRIPT, address, moment], check=False, capture_output=True)
    assert done.returncode == -9, done.stderr
    assert state(address) == ((2, True) if moment == "after" else (1, False))
    migrate(address)
    assert state(address) == (VERSION, True)
    with open_database(address) as database:
        assert Log(database, version1.SITE).verify() == kept[-1][0].head


@pytest.mark.parametrize("moment", MOMENTS)
def test_an_office_of_the_first_version_too(address: str, moment: str) -> None:
    """Killed at any step and migrated again, the office has every record and every damaged byte, in the new tables."""
    version1.make(address)
    version1.make_office(address)
    done = subprocess.run([sys.executable, SCRIPT, address, moment], check=False, capture_output=True)
    assert done.returncode == -9, done.stderr
    assert (state(address), office_columns(address)) == (
        ((2, True), True) if moment == "after" else ((1, False), False)
    )
    migrate(address)
    assert (state(address), office_columns(address)) == ((VERSION, True), True)
    with open_database(address) as database:
        archive = Archive(database)
        assert [(one.seq, one.record) for one in archive.records()] == [(number, b"sealed") for number in range(3)]
        assert [(one.seq, one.record) for one in archive.quarantined()] == [(4, b"damaged")]
        assert archive.spec_source("ab") == "satu"


def office_columns(address: str) -> bool:
    """Tell whether the office's records have the columns of the second version."""
    engine = create_engine(address)
    found = {column["name"] for column in inspect(engine).get_columns("office_records")}
    engine.dispose()
    return "record_hash" in found
