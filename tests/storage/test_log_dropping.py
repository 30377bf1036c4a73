"""Records leave the log by purge and erase only, as tombstones: nothing of their bytes stays, and none comes back."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy import text

from forms_app.errors import BrokenLog
from forms_app.storage import log as logging
from forms_app.storage.log import Line, Log, NewRecord
from forms_app.storage.tables import SQLDatabase, open_database, store_of

SITE = "metro-01"
DAY = 20_780
SIZES = (40, 900, 3_000, 4_050, 9_000, 60_000)  # within a page of the database, just one, and spilling over many


def new(size: int = 100) -> NewRecord:
    """Return a record that nothing else resembles."""
    return NewRecord(os.urandom(16), os.urandom(size), "p", "registration", "K7Q2MX")


def allowed(_line: Line) -> bool:
    """Give leave for everything."""
    return True


@pytest.fixture
def log(database: SQLDatabase) -> Log:
    """Return an empty log, on each engine."""
    return Log(database, SITE)


def test_an_order_leaves_an_entry_and_tombstones(log: Log) -> None:
    """The chain names the order once, however often it comes; ids and hashes stay, and appending goes on behind it."""
    records = [new() for _ in range(4)]
    entries = log.append(records, DAY)
    ids, order = [records[1].record_id, records[3].record_id, bytes(16)], os.urandom(32)
    assert [log.erase(order, ids, DAY + 1) for _ in range(2)] == [2, 0]
    assert [(one.seq, one.type, one.record_hash) for one in log.entries(4)] == [(5, "erase", order)]
    assert [log.find(record.record_id) == entry for record, entry in zip(records, entries, strict=True)] == [
        False,  # with its bytes
        True,
        False,
        True,
    ]
    assert log.append([records[1], new()], DAY + 1)[0] == entries[1]
    assert (log.head().seq, log.verify(stands=allowed).seq, log.count()) == (6, 6, 5)
    assert log.erased(ids) == {2: "p", 4: "p"}


def test_what_came_in_after_its_order_goes_when_it_comes_again(log: Log) -> None:
    """A record that the order named before it was here is dropped then, without another entry."""
    late, order = new(), os.urandom(32)
    assert log.erase(order, [late.record_id], DAY) == 0
    log.append([late], DAY)
    assert log.erase(order, [late.record_id], DAY) == 1
    assert [one.type for one in log.entries()] == ["erase", "record"]


def test_a_purge_of_many_takes_several_transactions(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exactly the places named lose their bytes, however they fall into transactions."""
    monkeypatch.setattr(logging, "DROPPED", 3)
    log.append([new() for _ in range(10)], DAY)
    assert log.purge([1, 2, 3, 4, 6, 8, 10, 99]) == 7
    assert [line.entry.seq for line in log.lines(records=False) if line.here] == [5, 7, 9]
    assert {line.gone for line in log.lines() if not line.here} == {"purged"}


def test_missing_bytes_need_leave(database: SQLDatabase, log: Log) -> None:
    """Purged or nulled behind the log's back: without leave both are told by place; a false mark is told too."""
    log.append([new() for _ in range(3)], DAY)
    log.purge([2])
    with pytest.raises(BrokenLog, match="nomor 2 dihapus tanpa izin"):
        log.verify()
    assert log.verify(stands=lambda line: line.here or line.entry.seq == 2).seq == 3
    with store_of(database).writing() as connection:
        connection.execute(text("UPDATE log SET gone = 'purged' WHERE seq = 1"))
    with pytest.raises(BrokenLog, match="Keterangan catatan nomor 1 diubah"):
        log.verify(stands=allowed)


@pytest.mark.parametrize("journal", ["WAL", "TRUNCATE"])
def test_dropped_bytes_are_in_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, journal: str) -> None:
    """After purge and erase no piece of a dropped record lies in any of SQLite's files, and every other is whole."""
    monkeypatch.setattr("forms_app.storage.engine.journal_mode", lambda _version: journal)
    records = [new(size) for _ in range(8) for size in SIZES]
    with open_database(f"sqlite:///{tmp_path / 'site.db'}") as database:
        log = Log(database, SITE)
        assert store_of(database).journal == journal
        log.append(records, DAY)
        assert all(in_files(tmp_path, record.record) for record in records if len(record.record) < SIZES[3])
        assert log.purge(range(1, len(records), 2)) == len(records) // 2
        assert log.erase(os.urandom(32), [record.record_id for record in records[1::4]], DAY) == len(records) // 4
        log.append([new(size) for size in SIZES], DAY)
        log.scrub()
        for place, record in enumerate(records):
            gone = place % 4 != 3
            found = log.find(record.record_id)
            assert found is not None
            assert found.record == (None if gone else record.record)
            assert not (gone and in_files(tmp_path, record.record)), (journal, place, len(record.record))


def in_files(folder: Path, record: bytes) -> bool:
    """Tell whether a piece of a record lies in a file of a folder."""
    pieces = [record[at : at + 32] for at in range(0, len(record) - 31, 64)]
    return any(piece in data for data in (path.read_bytes() for path in folder.iterdir()) for piece in pieces)


def test_room_is_freed_on_each_engine(address: str) -> None:
    """Cleaning up after a purge runs on a database that others use meanwhile."""
    with open_database(address) as database, open_database(address) as other:
        log = Log(database, SITE)
        log.append([new(3_000) for _ in range(20)], DAY)
        log.purge(range(1, 21))
        with store_of(other).reading():
            log.scrub()
        assert Log(other, SITE).append([new()], DAY)[0].seq == 21
