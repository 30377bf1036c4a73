"""A backup: one SQLite file with all our tables as they stood at one moment, the files beside them, and a manifest.

It is the same file whichever engine the tables come from, so a backup of one restores into the other. It is read back
from the disk before anything is said of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from forms_app.errors import N_, DamagedBundle
from forms_app.sealing.durable import aside, flush
from forms_app.storage.copying import copy_tables, sum_of
from forms_app.storage.engine import Store
from forms_app.storage.sqlite import library
from forms_app.storage.sums import File, Layout, quoted
from forms_app.storage.trouble import named

FORMAT = "peksos/backup/1"
APPLICATION = 0x50454B53  # "PEKS", in the head of the file
MANIFEST, FILES = "backup_manifest", "backup_files"
CHUNK = 1 << 20  # bytes
_SETUP = f"""
PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA secure_delete=ON; PRAGMA application_id={APPLICATION};
CREATE TABLE {MANIFEST} (value TEXT NOT NULL);
CREATE TABLE {FILES} (name TEXT PRIMARY KEY, content BLOB NOT NULL);
"""

Check = Callable[[Path], None]


@dataclass(frozen=True)
class Backup:
    """What a backup says of itself.

    `kind` is `site` or `office`, `owner` the id of its key, `made` an ISO time, `upto` how far what it holds goes;
    `files` and `tables` have a SHA-256 each, `digest` is that of the whole file.
    """

    kind: str
    owner: str
    made: str
    program: str
    upto: Mapping[str, Any]
    files: Mapping[str, str]
    tables: Mapping[str, Mapping[str, Any]]
    digest: str = ""
    size: int = 0


@dataclass(frozen=True)
class Label:
    """What the maker of a backup says of it; `upto` is asked of the tables as they stand in the backup."""

    kind: str
    owner: str
    made: str
    program: str
    upto: Callable[[File], Mapping[str, Any]] = field(default=lambda _tables: {})


def write_backup(store: Store, path: Path, files: Mapping[str, bytes], label: Label, check: Check) -> Backup:
    """Write a backup that only its owner may read, read it back from the disk, and return what it says.

    `check` is given the finished file and raises what it finds wrong in it. Until all is well the file does not bear
    its name, and one that had the name before stays. Raises StorageFull, StorageError or DamagedBundle.
    """
    with aside(path) as part:
        with closing(library.connect(part, isolation_level=None)) as target:
            try:
                target.executescript(_SETUP)
                target.execute("BEGIN")
                tables = copy_tables(store, target)
                target.executemany(f"INSERT INTO {FILES} VALUES (?, ?)", files.items())  # noqa: S608 - a name of ours
                manifest = {
                    "format": FORMAT,
                    "kind": label.kind,
                    "owner": label.owner,
                    "made": label.made,
                    "program": label.program,
                    "upto": label.upto(target),
                    "files": {name: sha256(content).hexdigest() for name, content in files.items()},
                    "tables": tables,
                }
                target.execute(f"INSERT INTO {MANIFEST} VALUES (?)", (json.dumps(manifest),))  # noqa: S608
                target.execute("COMMIT")
            except library.Error as error:
                raise named(error) from error
        flush(part)
        found = read_backup(part)
        check(part)
    return found


def read_backup(path: Path) -> Backup:
    """Return what a backup says once every byte of it has been found to be as it was; raises DamagedBundle."""
    try:
        with opened(path) as connection:
            (number,) = connection.execute("PRAGMA application_id").fetchone()
            (whole,) = connection.execute("PRAGMA integrity_check").fetchone()
            (text,) = connection.execute(f"SELECT value FROM {MANIFEST}").fetchone()  # noqa: S608
            said = json.loads(text)
            if (number, whole, said.pop("format")) != (APPLICATION, "ok", FORMAT):
                raise damaged(path)
            found = Backup(**said, digest=_digest(path), size=path.stat().st_size)
            files = {name: sha256(content).hexdigest() for name, content in _contents(connection)}
            if (files, _sums(connection)) != (found.files, found.tables):
                raise damaged(path)
    except (library.Error, ValueError, KeyError, TypeError, AttributeError):
        raise damaged(path) from None
    return found


@contextmanager
def opened(path: Path) -> Iterator[File]:
    """Lend a backup to be read; it stays as it is, byte for byte."""
    with closing(library.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        connection.execute("PRAGMA trusted_schema=OFF")
        connection.execute("PRAGMA cell_size_check=ON")
        yield connection


def files_of(path: Path) -> dict[str, bytes]:
    """Return the files of a backup that was found whole. Raises DamagedBundle for a name that leads out."""
    with opened(path) as connection:
        found = dict(_contents(connection))
    for name in found:
        parts = name.split("/")
        if not name or "\\" in name or ":" in name or {"", ".", ".."} & {*parts}:
            raise damaged(path)
    return found


def layouts_in(connection: File) -> list[Layout]:
    """Return the tables in a backup, without those that make it one."""
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    plain = [name for (name,) in names if name not in (MANIFEST, FILES) and not name.startswith("sqlite_")]
    return [_layout(connection, name) for name in plain]


def _sums(connection: File) -> dict[str, dict[str, Any]]:
    """Return what the manifest should say of the tables in the file."""
    return {table.name: sum_of(connection, table).value() for table in layouts_in(connection)}


def _layout(connection: File, name: str) -> Layout:
    info = connection.execute("SELECT name, pk FROM pragma_table_info(?)", (name,)).fetchall()
    columns = tuple(column for column, _key in info)
    keys = [column for column, key in sorted(info, key=lambda pair: pair[1]) if key] or list(columns)
    return Layout(name, columns, ", ".join(map(quoted, columns)), ", ".join(map(quoted, keys)))


def _contents(connection: File) -> Iterator[tuple[str, bytes]]:
    yield from connection.execute(f"SELECT name, content FROM {FILES} ORDER BY name")  # noqa: S608


def _digest(path: Path) -> str:
    found = sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            found.update(chunk)
    return found.hexdigest()


def damaged(path: Path) -> DamagedBundle:
    """Return the error that says that a file is no whole backup."""
    return DamagedBundle(N_("Berkas {name} bukan cadangan yang utuh. Pakai cadangan lain."), name=path.name)
