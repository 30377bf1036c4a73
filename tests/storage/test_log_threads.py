"""Threads and connections that append at the same time make one chain."""

from __future__ import annotations

import os
import threading

import pytest

from forms_app.storage.log import Log, NewRecord
from forms_app.storage.tables import SQLDatabase, open_database

SITE = "metro-01"
DAY = 20_780


def named(form: str = "registration", event: str = "K7Q2MX") -> NewRecord:
    """Return a record of an open form, with an id and a body of its own."""
    return NewRecord(os.urandom(16), os.urandom(100), "p", form, event)


@pytest.fixture
def log(database: SQLDatabase) -> Log:
    """Return an empty log, on each engine."""
    return Log(database, SITE)


def test_threads_append_together(log: Log) -> None:
    """Sixteen threads append at once: one chain without a gap, and each gets its own entries."""
    results: list[tuple[NewRecord, int]] = []

    def work() -> None:
        for _ in range(20):
            new = named()
            entry = log.append([new], DAY)[0]
            assert entry.record_id == new.record_id
            results.append((new, entry.seq))

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seq for _, seq in results) == list(range(1, 321))
    assert log.verify().seq == 320
    stored = {entry.record_id: entry.seq for entry in log.entries()}
    assert all(stored[new.record_id] == seq for new, seq in results)


def test_the_same_record_from_many_threads_is_stored_once(log: Log) -> None:
    """A double tap that reaches several threads at once gets one entry everywhere."""
    new = named()
    seen: list[int] = []
    threads = [threading.Thread(target=lambda: seen.append(log.append([new], DAY)[0].seq)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (seen, log.count()) == ([1] * 8, 1)


def test_two_connections_extend_one_chain(address: str) -> None:
    """Two processes' databases take turns at one chain."""
    with open_database(address) as one, open_database(address) as other:
        logs = [Log(one, SITE), Log(other, SITE)]
        threads = [
            threading.Thread(target=lambda log=log: [log.append([named()], DAY) for _ in range(25)]) for log in logs
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert logs[0].verify() == logs[1].verify()
        assert logs[0].head().seq == 50
