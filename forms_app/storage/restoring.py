"""Putting the tables of a backup into a database where nothing is yet: all of them or none."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, make_url

from forms_app.errors import N_, SettingsError
from forms_app.sealing.durable import aside
from forms_app.storage.backup import FILES, MANIFEST, damaged, layouts_in, opened
from forms_app.storage.engine import Store, driver
from forms_app.storage.migrations import migrate
from forms_app.storage.schema import VERSION, schema_version
from forms_app.storage.sqlite import library
from forms_app.storage.sums import PAGE, layouts
from forms_app.storage.tables import SQLDatabase, open_database, store_of
from forms_app.storage.trouble import named

_STRIP = f"""
PRAGMA journal_mode=OFF; PRAGMA secure_delete=ON; PRAGMA application_id=0;
DROP TABLE {FILES}; DROP TABLE {MANIFEST};
"""


@contextmanager
def restored(path: Path, url: str) -> Iterator[SQLDatabase]:
    """Lend the database at `url` with the tables of a whole backup; it is there when the block has ended well.

    What an older version backed up is brought to this one. Raises SettingsError when something is there already,
    NewerDatabase for a later version's tables, StorageFull, StorageError or DamagedBundle.
    """
    if is_taken(url):
        raise SettingsError(N_("Di tempat tujuan sudah ada data. Pulihkan ke folder yang masih kosong."))
    version = _version(path)
    if not url.startswith("sqlite"):
        with _of_this_version(path, version) as source, open_database(url) as database, database.transaction():
            _fill(source, store_of(database))
            yield database
        return
    with aside(Path(make_url(url).database or ""), replace=False) as part:
        try:
            _strip(path, part)
            migrate(f"sqlite:///{part}")
            with open_database(f"sqlite:///{part}") as database:
                yield database
        finally:
            for beside in ("-journal", "-wal", "-shm"):
                Path(f"{part}{beside}").unlink(missing_ok=True)


def is_taken(url: str) -> bool:
    """Tell whether the database at `url` holds anything; looking makes no file."""
    if url.startswith("sqlite"):
        return Path(make_url(url).database or "").exists()
    with open_database(url) as database, store_of(database).reading() as connection:
        return _filled(connection, [table.name for table in layouts(connection)])


def _version(path: Path) -> int:
    """Return the version of the tables in a backup; raise DamagedBundle where none is named."""
    try:
        with opened(path) as source:
            (found,) = source.execute(f"SELECT version FROM {schema_version.name}").fetchone()  # noqa: S608 - a name of ours
    except (library.Error, TypeError):
        raise damaged(path) from None
    return int(found)


@contextmanager
def _of_this_version(path: Path, version: int) -> Iterator[Path]:
    """Lend a file with the tables of a backup as today's are: itself, or of an older one a copy brought up to date."""
    if version == VERSION:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="peksos-") as folder:
        copy = Path(folder) / "tables.db"
        _strip(path, copy)
        migrate(f"sqlite:///{copy}")
        yield copy


def _strip(path: Path, part: Path) -> None:
    """Make the database file of a backup: the backup without what makes it one."""
    shutil.copyfile(path, part)
    with closing(library.connect(part, isolation_level=None)) as connection:
        try:
            connection.executescript(_STRIP)
        except library.Error as error:
            raise named(error) from error


def _fill(path: Path, store: Store) -> None:
    """Copy the tables into an open, empty database whose tables are of the same version."""
    with opened(path) as source, store.writing() as connection:
        there = {table.name: table.columns for table in layouts(connection)}
        for table in layouts_in(source):
            if there.get(table.name) != table.columns:
                raise damaged(path)
            if table.name == schema_version.name:
                continue
            cursor, rows = driver(connection).cursor(), source.execute(table.query())
            while page := rows.fetchmany(PAGE):
                cursor.executemany(store.sql(table.insert()), page)


def _filled(connection: Connection, names: Iterable[str]) -> bool:
    own = driver(connection)
    kept = sorted({*names} - {schema_version.name})
    return any(own.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchall() for name in kept)  # noqa: S608 - names of our own tables
