"""What was acknowledged is there: after SIGKILL, on a full disk, and when several processes append at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from forms_app.errors import StorageFull
from forms_app.storage.log import Log, NewRecord
from forms_app.storage.tables import SQLDatabase, open_database, store_of

SITE = "metro-01"
DAY = 20_780
ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).with_name("appending.py")


def start(address: str, threads: int, limit: int) -> subprocess.Popen[str]:
    """Start a process that appends."""
    command = [sys.executable, str(PROGRAM), address, str(threads), str(limit)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment)


def killed(address: str, threads: int, after: int) -> set[str]:
    """Let a process append until `after` records are acknowledged, kill it, and return all that it acknowledged."""
    with start(address, threads, 1_000_000) as process:
        assert process.stdout is not None
        seen = {process.stdout.readline().strip() for _ in range(after)}
        process.kill()
        rest = process.stdout.read()
    whole = rest[: rest.rfind("\n") + 1]
    return seen | set(whole.split())


@pytest.mark.parametrize("threads", [1, 8])
def test_a_kill_loses_nothing_acknowledged(address: str, threads: int) -> None:
    """A process is killed again and again while it appends: every acknowledged record is there, once, in one chain."""
    acknowledged: set[str] = set()
    for after in (1, 40):
        acknowledged |= killed(address, threads, after)
    with open_database(address) as database:
        log = Log(database, SITE)
        stored = [entry.record_id.hex() for entry in log.entries()]
        assert len(stored) == len(set(stored)) == log.verify().seq
    assert acknowledged <= set(stored)
    assert len(stored) <= len(acknowledged) + 2 * threads


def test_processes_extend_one_chain(address: str) -> None:
    """Two processes append to one database: every record is there and the chain has no gap."""
    open_database(address).close()
    processes = [start(address, 2, 20) for _ in range(2)]
    acknowledged = {line for process in processes for line in process.communicate()[0].split()}
    assert [process.returncode for process in processes] == [0, 0]
    with open_database(address) as database:
        log = Log(database, SITE)
        assert log.verify().seq == len(acknowledged) == 80
        assert {entry.record_id.hex() for entry in log.entries()} == acknowledged


@pytest.fixture
def small(tmp_path: Path) -> SQLDatabase:
    """Return a database on a disk with room for a few pages more."""
    database = open_database(f"sqlite:///{tmp_path / 'site.db'}")
    limit_pages(database, 40)
    return database


def limit_pages(database: SQLDatabase, pages: int) -> None:
    """Let the file hold so many pages of 4 KiB."""
    with store_of(database).writing() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")


def test_a_full_disk_loses_nothing(small: SQLDatabase) -> None:
    """When the disk is full the append is refused as a whole, what was there stays, and room makes it work again."""
    log, kept = Log(small, SITE), []

    def fill() -> None:
        while True:
            kept.extend(log.append([NewRecord(os.urandom(16), os.urandom(5000)) for _ in range(2)], DAY))

    with pytest.raises(StorageFull, match="penuh"):
        fill()
    assert len(kept) > 2
    assert (log.head(), log.count()) == (kept[-1].head, len(kept))
    limit_pages(small, 4000)
    log.append([NewRecord(os.urandom(16), os.urandom(5000))], DAY)
    assert log.verify().seq == len(kept) + 1
    small.close()
