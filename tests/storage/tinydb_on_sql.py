"""A plugin for TinyDB's own tests: whatever they open is ours, in memory, in a SQLite file or on PostgreSQL.

    PEKSOS_SERVER=... python -m pytest -p tinydb_on_sql tests/        (PostgreSQL; without a server, SQLite)

`TinyDB` becomes SQLDatabase and both storages become SQLStorage, before any test module imports them. What a test opens
by a path is one database for that path; what it opens in memory is a new one each time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
import tinydb
import tinydb.database
import tinydb.storages

from forms_app.storage.tables import SQLDatabase, SQLStorage

SERVER = os.environ.get("PEKSOS_SERVER", "")
_opened: list[SQLStorage] = []
_schemas: set[str] = set()
_numbers = count(1)


class OnSQL(SQLStorage):
    """A storage of ours that is closed after the test, whether the test does so or not."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        _opened.append(self)


class InMemory(OnSQL):
    """What the tests call MemoryStorage."""

    def __init__(self) -> None:
        super().__init__(_schema(f"memory {next(_numbers)}") if SERVER else "sqlite://")


class InFile(OnSQL):
    """What the tests call JSONStorage: its keywords are about the JSON file that is not there."""

    def __init__(self, path: str | Path, *_: Any, **__: Any) -> None:
        super().__init__(_schema(str(path)) if SERVER else f"sqlite:///{path}")


class OnOurs(SQLDatabase):
    """What the tests call TinyDB."""

    default_storage_class = InFile


def _schema(name: str) -> str:
    """Return the address of a schema of its own for a name: the same one for the same name, until the test ends."""
    schema = f"t{sha256(name.encode()).hexdigest()[:16]}"
    if schema not in _schemas:
        _run(f"CREATE SCHEMA {schema}")
        _schemas.add(schema)
    places = dict(part.split("=", 1) for part in SERVER.split())
    options = f"&options=-csearch_path%3D{schema}"
    return f"postgresql+psycopg://{places['user']}@/{places['dbname']}?host={places['host']}{options}"


def _run(statement: str) -> None:
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(statement)


@pytest.fixture(autouse=True)
def _close_all() -> Iterator[None]:
    yield
    while _opened:
        _opened.pop().close()
    while _schemas:
        _run(f"DROP SCHEMA {_schemas.pop()} CASCADE")


tinydb.TinyDB = tinydb.database.TinyDB = OnOurs  # type: ignore[misc]
tinydb.JSONStorage = tinydb.storages.JSONStorage = InFile  # type: ignore[misc,assignment]
tinydb.storages.MemoryStorage = InMemory  # type: ignore[misc,assignment]
