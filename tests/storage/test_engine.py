"""The door to the database: durable settings, turns, threads, forks and failures."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from contextlib import nullcontext
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from forms_app.errors import StorageError, StorageFull
from forms_app.storage.engine import Store, journal_mode
from forms_app.storage.sqlite import VERSION
from forms_app.storage.sqlite import library as sqlite3
from forms_app.storage.tables import SQLDatabase, open_database, store_of


def pragma(store: Store, name: str) -> object:
    """Return a setting of SQLite."""
    with store.reading() as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return a store on an SQLite file."""
    return Store(f"sqlite:///{tmp_path / 'site.db'}")


@pytest.mark.parametrize(
    ("version", "journal"),
    [((3, 40, 1), "TRUNCATE"), ((3, 51, 2), "TRUNCATE"), ((3, 51, 3), "WAL"), ((3, 54, 1), "WAL")],
)
def test_wal_only_where_it_is_safe(version: tuple[int, ...], journal: str) -> None:
    """SQLite before 3.51.3 may corrupt a WAL: there the rollback journal is used."""
    assert journal_mode(version) == journal


@pytest.mark.parametrize(("journal", "synchronous"), [("TRUNCATE", 3), ("WAL", 2)])
def test_a_commit_is_durable(tmp_path: Path, journal: str, synchronous: int) -> None:
    """The rollback journal goes with EXTRA, the WAL with FULL; what is deleted is overwritten."""
    store = Store(f"sqlite:///{tmp_path / 'site.db'}", journal)
    assert pragma(store, "journal_mode") == journal.lower()
    assert pragma(store, "synchronous") == synchronous
    assert pragma(store, "secure_delete") == 1
    assert pragma(store, "busy_timeout") == 10_000
    store.close()


@pytest.mark.parametrize("journal", ["TRUNCATE", "WAL"])
def test_readers_and_a_writer_share_the_file(tmp_path: Path, journal: str) -> None:
    """Threads read while another writes, with either journal; each sees whole transactions."""
    store = Store(f"sqlite:///{tmp_path / 'site.db'}", journal)
    with store.writing() as connection:
        connection.execute(text("CREATE TABLE t (n INTEGER)"))
    seen: list[int] = []

    def read() -> None:
        for _ in range(50):
            with store.reading() as connection:
                seen.append(connection.execute(text("SELECT count(*) FROM t")).scalar_one())

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(20):
        with store.writing() as connection:
            connection.execute(text("INSERT INTO t VALUES (1), (2)"))
    for thread in threads:
        thread.join()
    assert len(seen) == 200
    assert all(number % 2 == 0 for number in seen)
    store.close()


def holds(folder: Path, text: bytes) -> bool:
    """Tell whether a text can be read in any file of a folder."""
    return any(text in file.read_bytes() for file in folder.iterdir())


def test_deleted_text_leaves_the_file(tmp_path: Path) -> None:
    """What was removed cannot be read from the file or its journal, not even while the store is open."""
    with open_database(f"sqlite:///{tmp_path / 'site.db'}") as database:
        database.insert({"a": "CANARY-7391"})
        assert holds(tmp_path, b"CANARY-7391")
        database.truncate()
        assert not holds(tmp_path, b"CANARY-7391")
        number = database.insert({"a": "CANARY-7392"})
        database.remove(doc_ids=[number])
        assert not holds(tmp_path, b"CANARY-7392")


def test_a_reader_only_delays_that_deleted_text_leaves_the_wal(tmp_path: Path) -> None:
    """While somebody reads, the WAL stays; the commit after that empties it, and no writer has waited."""
    if journal_mode(VERSION) != "WAL":
        pytest.skip("this SQLite keeps no WAL")
    with open_database(f"sqlite:///{tmp_path / 'site.db'}") as database:
        number = database.insert({"a": "CANARY-7391"})
        with store_of(database).reading() as connection:
            connection.exec_driver_sql("BEGIN")
            connection.exec_driver_sql("SELECT count(*) FROM documents").all()
            database.remove(doc_ids=[number])
            assert holds(tmp_path, b"CANARY-7391")
            connection.exec_driver_sql("COMMIT")
        database.insert({"b": 1})
        assert not holds(tmp_path, b"CANARY-7391")


def test_only_the_owner_may_read_the_file(tmp_path: Path) -> None:
    """A new database file is readable by its owner alone."""
    open_database(f"sqlite:///{tmp_path / 'site.db'}").close()
    assert stat.S_IMODE((tmp_path / "site.db").stat().st_mode) == 0o600


@pytest.mark.postgresql
def test_postgresql_confirms_commits_from_disk(server: str) -> None:
    """A server that was told not to wait for its disk is told otherwise."""
    places = dict(part.split("=", 1) for part in server.split())
    options = "options=-c%20synchronous_commit%3Doff"
    store = Store(f"postgresql://postgres@/postgres?host={places['host']}&{options}")
    with store.reading() as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"
    store.close()


@pytest.mark.postgresql
def test_a_restarted_server_costs_no_transaction(server: str) -> None:
    """When the server has dropped the pool's connections, the next transaction begins on a new one."""
    places = dict(part.split("=", 1) for part in server.split())
    store = Store(f"postgresql://postgres@/postgres?host={places['host']}")
    with store.writing() as connection:
        process = connection.execute(text("SELECT pg_backend_pid()")).scalar()
    other = Store(f"postgresql://postgres@/postgres?host={places['host']}")
    with other.reading() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:process, 5000)"), {"process": process})
    with store.writing() as connection:
        assert connection.execute(text("SELECT pg_backend_pid()")).scalar() != process
    store.close()
    other.close()


def test_memory_is_shared_by_threads() -> None:
    """A database in memory is one and the same for all threads."""
    database = open_database("sqlite://")
    thread = threading.Thread(target=lambda: database.insert({"a": 1}))
    thread.start()
    thread.join()
    assert database.all() == [{"a": 1}]
    database.close()


def test_a_closed_database_says_so(database: SQLDatabase) -> None:
    """After `close` nothing is read or written; closing again does no harm."""
    database.insert({"a": 1})
    database.close()
    database.close()
    for use in (database.all, lambda: database.insert({})):
        with pytest.raises(StorageError, match="ditutup"):
            use()


def test_a_transaction_inside_another_is_part_of_it(database: SQLDatabase) -> None:
    """Only the outermost transaction commits; an error that is caught inside it undoes nothing by itself."""
    store = store_of(database)
    assert not store.inside
    with database.transaction():
        database.insert({"a": 1})
        with database.transaction():
            assert store.inside
            database.insert({"a": 2})
    assert len(database) == 2


def test_other_threads_are_not_inside(database: SQLDatabase) -> None:
    """A transaction belongs to its thread: another one neither sees nor joins it."""
    store, seen = store_of(database), []
    with database.transaction():
        thread = threading.Thread(target=lambda: seen.append(store.inside))
        thread.start()
        thread.join()
    assert seen == [False]


@pytest.mark.parametrize("journal", ["TRUNCATE", "WAL"])
def test_a_database_that_stays_locked_is_named(tmp_path: Path, journal: str) -> None:
    """When another process keeps the file locked, the error says that nothing was stored; a WAL can still be read."""
    store = Store(f"sqlite:///{tmp_path / 'site.db'}", journal)
    with store.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE t (n INTEGER)")
    with store.reading() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=10")
    other = sqlite3.connect(tmp_path / "site.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StorageError), store.writing():
        pass
    with nullcontext() if journal == "WAL" else pytest.raises(StorageError), store.reading() as connection:
        assert connection.exec_driver_sql("SELECT * FROM t").all() == []
    other.execute("ROLLBACK")
    other.close()
    with store.writing() as connection:
        connection.exec_driver_sql("INSERT INTO t VALUES (1)")
    store.close()


def test_an_error_repeats_nothing_that_was_stored(database: SQLDatabase) -> None:
    """Neither the error nor its cause shows the values of a statement."""
    with pytest.raises(StorageError) as raised, store_of(database).writing() as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (:a)"), {"a": "CANARY-7391"})
    assert "CANARY" not in f"{raised.value} {raised.value.__cause__!r} {raised.value.__cause__}"


def test_a_failed_commit_is_doubtful_and_the_store_goes_on(tmp_path: Path) -> None:
    """A commit that the disk refuses raises, is remembered as doubtful, and the next transaction works."""
    store = Store(f"sqlite:///{tmp_path / 'site.db'}", "TRUNCATE")  # one connection for all, so that the PRAGMA counts
    with store.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
        connection.exec_driver_sql(
            "CREATE TABLE child (id INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)"
        )
    with store.reading() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
    with pytest.raises(StorageError), store.writing() as connection:
        connection.exec_driver_sql("INSERT INTO child VALUES (7)")
    assert store.doubtful
    with store.writing() as connection:
        connection.exec_driver_sql("INSERT INTO parent VALUES (7)")
        assert connection.exec_driver_sql("SELECT count(*) FROM child").scalar() == 0
    store.close()


def test_a_full_disk_is_named(store: Store) -> None:
    """SQLite's full disk is StorageFull, whichever layer reports it."""
    with store.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE t (n BLOB)")
        connection.exec_driver_sql("PRAGMA max_page_count=4")
    with pytest.raises(StorageFull) as raised, store.writing() as connection:
        connection.exec_driver_sql("INSERT INTO t VALUES (zeroblob(100000))")
    assert isinstance(raised.value.__cause__, DBAPIError)
    assert raised.value.status == 507
    store.close()


FORKING = """
import os, sys
from forms_app.storage.tables import open_database
database = open_database(sys.argv[1])
database.insert({"by": "parent"})
child = os.fork()
if child == 0:
    database.insert({"by": "child"})
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
database.insert({"by": "parent again"})
print([document["by"] for document in database])
database.close()
"""


def test_a_forked_child_uses_connections_of_its_own(address: str) -> None:
    """After a fork, as servers with a preloaded application do, parent and child both go on."""
    root = Path(__file__).parents[2]
    environment = os.environ | {"PYTHONPATH": str(root)}
    command = [sys.executable, "-c", FORKING, address]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['parent', 'child', 'parent again']"
