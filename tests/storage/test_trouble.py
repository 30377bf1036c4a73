"""What a failure of a database is called."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from forms_app.errors import StorageError, StorageFull, StorageShut
from forms_app.storage.address import only_read
from forms_app.storage.log import Log, NewRecord
from forms_app.storage.tables import open_database
from forms_app.storage.trouble import named


class Refusal(Exception):
    """What a driver raises, with PostgreSQL's code."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.sqlstate = state


@pytest.mark.parametrize(("state", "kind"), [("53100", StorageFull), ("25006", StorageShut), ("57P01", StorageError)])
def test_postgresql_says_by_a_code_what_is_wrong(state: str, kind: type[StorageError]) -> None:
    """A full disk, a server that only reads, and everything else are told apart."""
    assert type(named(Refusal(state))) is kind


def test_a_database_that_is_only_read_says_so_and_stays_as_it_is(tmp_path: Path) -> None:
    """Reading works, keeping is refused by name, and no byte of the file is another one."""
    path = tmp_path / "a b%20#?.db"
    made = tmp_path / "made.db"
    with open_database(f"sqlite:///{made}") as database:
        Log(database, "metro-01").append([NewRecord(os.urandom(16), b"x")], 3)
    made.rename(path)
    whole = path.read_bytes()
    with open_database(only_read(path)) as database:
        log = Log(database, "metro-01")
        assert log.verify().seq == 1
        with pytest.raises(StorageShut):
            log.append([NewRecord(os.urandom(16), b"x")], 3)
        assert log.head().seq == 1
    assert path.read_bytes() == whole
    assert [one.name for one in tmp_path.iterdir()] == [path.name]
