"""The record log: once, in order, and every change shows."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from tinydb import TinyDB
from tinydb.storages import MemoryStorage

from forms_app.errors import BrokenLog, StorageError
from forms_app.storage.chain import next_entry, opening
from forms_app.storage.log import PAGE, Log, NewRecord
from forms_app.storage.tables import SQLDatabase, open_database, store_of

SITE = "metro-01"
DAY = 20_780


def named(form: str = "registration", event: str = "K7Q2MX") -> NewRecord:
    """Return a record of an open form, with an id and a body of its own."""
    return NewRecord(os.urandom(16), os.urandom(100), "p", form, event)


def secret() -> NewRecord:
    """Return a record that says nothing about its form."""
    return NewRecord(os.urandom(16), os.urandom(100), "s")


@pytest.fixture
def log(database: SQLDatabase) -> Log:
    """Return an empty log, on each engine."""
    return Log(database, SITE)


def test_an_empty_log(log: Log) -> None:
    """An empty log has a head that only its site has, and verifies."""
    assert log.head() == log.verify() == opening(SITE)
    assert (log.count(), list(log.entries()), log.find(bytes(16)), log.counts_by("")) == (0, [], None, {})


def test_append_chains(log: Log) -> None:
    """Each entry follows the one before it, in the order given, and the head is the last one's."""
    first, second = log.append([named(), secret()], DAY)
    assert first == next_entry(SITE, opening(SITE), DAY, first.record_id, first.record_hash)
    assert (second.seq, second.previous, log.head()) == (2, first.hash, second.head)
    assert log.append([], DAY) == []


def test_a_known_record_is_not_stored_again(log: Log) -> None:
    """The same id again, sealed anew on another day, gives the first entry back and changes nothing."""
    new = named()
    first = log.append([new], DAY)
    head = log.head()
    assert log.append([replace(new, record=b"sealed again")], DAY + 1) == first
    assert (log.head(), log.count()) == (head, 1)
    entry = log.find(new.record_id)
    assert entry is not None
    assert entry.record == new.record


def test_twice_in_one_append_is_once(log: Log) -> None:
    """The same record twice in one append gets one entry."""
    new, other = named(), named()
    entries = log.append([new, other, new], DAY)
    assert entries[0] == entries[2] != entries[1]
    assert log.count() == 2


def test_a_new_part_of_a_known_record_is_stored(log: Log) -> None:
    """When one of several is known, the others are still stored."""
    main, part = named(), named("registration/access")
    log.append([main], DAY)
    assert [entry.seq for entry in log.append([main, part], DAY)] == [1, 2]


def test_find_gives_the_record(log: Log) -> None:
    """A record is found by its id, with its bytes and its day of arrival."""
    new = named()
    entry = log.append([new], DAY)[0]
    assert log.find(new.record_id) == entry._replace(record=new.record)


def test_counts(log: Log) -> None:
    """Records are counted by form, event and kind; secret ones appear under no form and no event."""
    log.append([named(), named(), named("feedback"), named("feedback", "AAAAAA"), secret()], DAY)
    assert log.count() == 5
    assert log.count(form="feedback") == 2
    assert log.count(form="feedback", event="K7Q2MX") == 1
    assert (log.count(kind="s"), log.count(kind="p")) == (1, 4)
    assert log.counts_by("K7Q2MX") == {"feedback": 1, "registration": 2}
    assert log.counts_by("") == {}


def test_entries_stream_in_order(log: Log) -> None:
    """All entries come in order with their records, from any place on and as many as wanted, over many pages."""
    new = [named() for _ in range(2 * PAGE + 5)]
    log.append(new, DAY)
    assert [entry.record for entry in log.entries()] == [one.record for one in new]
    assert [entry.seq for entry in log.entries(after_seq=PAGE, limit=PAGE + 2)] == list(range(PAGE + 1, 2 * PAGE + 3))
    assert list(log.entries(limit=0)) == []


def test_appending_while_reading(log: Log) -> None:
    """Whoever reads the log through does not keep others from appending."""
    log.append([named() for _ in range(PAGE + 1)], DAY)
    entries = log.entries()
    next(entries)
    log.append([named()], DAY)
    assert len(list(entries)) == PAGE + 1


def test_the_log_survives_reopening(address: str) -> None:
    """A log that is opened again goes on where it was."""
    with open_database(address) as database:
        head = Log(database, SITE).append([named()], DAY)[0].head
    with open_database(address) as database:
        log = Log(database, SITE)
        assert log.head() == head
        assert log.append([named()], DAY)[0].previous == head.hash
        assert log.verify() == log.head()


def test_a_new_epoch_names_its_parent(log: Log) -> None:
    """After a restore the chain goes on in a new epoch, and verifies as a whole; the mark is no record."""
    end = log.append([named()], DAY)[0]
    mark = log.open_epoch(DAY + 1)
    again = log.open_epoch(DAY + 2)
    after = log.append([named()], DAY + 2)[0]
    assert (mark.epoch, mark.previous, again.epoch) == (2, end.hash, 3)
    assert (after.epoch, after.seq, after.previous) == (3, 4, again.hash)
    assert (log.verify(), log.count()) == (after.head, 2)


def test_a_log_belongs_to_its_site(database: SQLDatabase) -> None:
    """The log of another site is refused when it is opened."""
    Log(database, SITE).append([named()], DAY)
    with pytest.raises(BrokenLog, match="tempat lain"):
        Log(database, "other")


def test_a_log_needs_a_database_of_ours() -> None:
    """TinyDB's own storages cannot hold a log."""
    with pytest.raises(TypeError, match="open_database"):
        Log(TinyDB(storage=MemoryStorage), SITE)


@pytest.mark.parametrize(
    "fields",
    [
        {"record_id": b"short"},
        {"record": b""},
        {"kind": "x"},
        {"kind": "s"},
        {"kind": "s", "form": ""},
        {"kind": "s", "event": ""},
    ],
)
def test_what_is_no_record_is_refused(fields: dict[str, object]) -> None:
    """An id has 16 bytes, a body something in it, and a secret record names no form and no event."""
    with pytest.raises(ValueError, match="record"):
        NewRecord(**{"record_id": bytes(16), "record": b"x", "kind": "p", "form": "f", "event": "e"} | fields)


@pytest.mark.parametrize("day", [-1, 65_536])
def test_a_day_has_sixteen_bits(log: Log, day: int) -> None:
    """A day that the chain cannot hold is refused before anything is stored."""
    with pytest.raises(ValueError, match="16 bits"):
        log.append([named()], day)
    assert log.count() == 0


def test_a_purged_record_keeps_its_place(log: Log) -> None:
    """When its bytes are gone, an id is still known, the chain whole, and the record not stored again."""
    new = named()
    entry = log.append([new, named()], DAY)[0]
    assert (log.purge([1]), log.purge([1])) == (1, 0)
    assert log.find(new.record_id) == entry
    assert log.append([new], DAY) == [entry]
    assert log.find(new.record_id) == entry
    assert log.verify(stands=lambda _line: True).seq == 2


def test_records_and_documents_in_one_transaction(database: SQLDatabase, log: Log) -> None:
    """Inside a transaction records and documents are kept together, or not at all."""
    with database.transaction():
        log.append([named()], DAY)
        database.insert({"a": 1})

    def fail() -> None:
        with database.transaction():
            database.insert({"a": 2})
            raise ZeroDivisionError(log.append([named()], DAY)[0].seq)

    with pytest.raises(ZeroDivisionError, match="2"):
        fail()
    assert (log.count(), len(database)) == (1, 1)


def written(database: SQLDatabase) -> str:
    """Return a mark that changes with every commit that writes anything to the file."""
    store = store_of(database)
    if store.dialect == "sqlite":
        header = Path(str(store.engine.url.database)).read_bytes()[24:28]  # SQLite's own counter of changes
        log = Path(f"{store.engine.url.database}-wal")
        return f"{header.hex()} {log.stat().st_size if log.exists() else 0}"
    with store.reading() as connection:
        return str(connection.execute(text("SELECT xmin FROM schema_version")).scalar())


def test_what_was_there_at_the_start_is_synced_before_it_is_acknowledged(database: SQLDatabase, log: Log) -> None:
    """A process before this one may have died between writing and syncing: a known record is synced once again."""
    new = named()
    log.append([new], DAY)
    later = Log(open_database(store_of(database).engine.url.render_as_string(hide_password=False)), SITE)
    before = written(database)
    later.append([new], DAY)
    assert written(database) != before
    before = written(database)
    later.append([new], DAY)
    assert written(database) == before, "once is enough"
    later._store.close()


def test_a_commit_of_unknown_outcome_is_settled_by_the_id(
    database: SQLDatabase, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When a commit fails nothing is acknowledged; the next append finds the record, and syncs before it says so."""
    store, new = store_of(database), named()
    commit = store._commit

    def landed_but_failed(connection: object) -> None:
        commit(connection)
        store.doubtful = True
        raise store.driver_error("disk I/O error")

    with monkeypatch.context() as patch:
        patch.setattr(store, "_commit", landed_but_failed)
        with pytest.raises(StorageError):
            log.append([new], DAY)
    before = written(database)
    assert log.append([new], DAY)[0].seq == 1
    assert written(database) != before, "the commit had something to sync"
    assert (log.count(), store.doubtful) == (1, False)


def test_two_writers_take_turns_without_looking(database: SQLDatabase) -> None:
    """Another log that went on in between, or knows a record, is noticed: the chain stays whole, nothing is doubled."""
    one, two = Log(database, SITE), Log(database, SITE)
    records = [named() for _ in range(8)]
    for number in range(6):
        (one, one, two)[number % 3].append([records[number]], DAY)
    assert [entry.seq for entry in two.append([records[0], records[6]], DAY)] == [1, 7]
    assert [entry.seq for entry in one.append([records[7], records[7]], DAY)] == [8, 8]
    assert one.verify() == two.head()
    assert one.head().seq == 8
