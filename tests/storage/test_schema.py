"""The tables know which version of the program made them."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import inspect, text

from forms_app.errors import NewerDatabase, OlderDatabase
from forms_app.storage.schema import VERSION
from forms_app.storage.tables import open_database, store_of


def set_version(address: str, version: int) -> None:
    """Make a database look as if another version had made it."""
    with open_database(address) as database, store_of(database).writing() as connection:
        connection.execute(text("UPDATE schema_version SET version = :version"), {"version": version})


def test_a_new_database_gets_its_tables(address: str) -> None:
    """Opening an empty database makes the tables and writes down their version; opening it again changes nothing."""
    for _ in range(2):
        with open_database(address) as database, store_of(database).reading() as connection:
            assert set(inspect(connection).get_table_names()) == {"schema_version", "collections", "documents", "log"}
            assert connection.execute(text("SELECT version FROM schema_version")).scalars().all() == [VERSION]


def test_a_newer_database_is_refused(address: str) -> None:
    """Tables of a later version are left alone, with a word on what to do."""
    set_version(address, VERSION + 1)
    with pytest.raises(NewerDatabase, match="lebih baru") as raised:
        open_database(address)
    assert raised.value.places == {"found": VERSION + 1, "known": VERSION}


def test_an_older_database_asks_for_migrate(address: str) -> None:
    """Tables of an earlier version are left alone until `migrate` was run."""
    set_version(address, VERSION - 1)
    with pytest.raises(OlderDatabase, match="peksos migrate"):
        open_database(address)


def test_several_may_open_a_new_database_at_once(address: str) -> None:
    """Whoever comes first makes the tables; the others find them."""
    failures: list[Exception] = []

    def work() -> None:
        try:
            open_database(address).close()
        except Exception as error:  # noqa: BLE001 - any failure of a thread fails the test
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
