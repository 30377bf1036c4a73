"""Putting the tables of a backup into a database where nothing is yet: all of them or none."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, make_url

from forms_app.errors import N_, DamagedBundle, SettingsError
from forms_app.sealing.durable import aside
from forms_app.storage.backup import FILES, MANIFEST, layouts_in, opened
from forms_app.storage.engine import Store, driver
from forms_app.storage.schema import schema_version
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

    Raises SettingsError when something is there already, StorageFull, StorageError or DamagedBundle.
    """
    if is_taken(url):
        raise SettingsError(N_("Di tempat tujuan sudah ada data. Pulihkan ke folder yang masih kosong."))
    if not url.startswith("sqlite"):
        with open_database(url) as database, database.transaction():
            _fill(path, store_of(database))
            yield database
        return
    with aside(Path(make_url(url).database or ""), replace=False) as part:
        try:
            _strip(path, part)
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
                raise DamagedBundle(N_("Cadangan ini dari program versi lain. Pasang program itu dulu."))
            if table.name == schema_version.name:
                continue
            cursor, rows = driver(connection).cursor(), source.execute(table.query())
            while page := rows.fetchmany(PAGE):
                cursor.executemany(store.sql(table.insert()), page)


def _filled(connection: Connection, names: Iterable[str]) -> bool:
    own = driver(connection)
    kept = sorted({*names} - {schema_version.name})
    return any(own.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchall() for name in kept)  # noqa: S608 - names of our own tables
